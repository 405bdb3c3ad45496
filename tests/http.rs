//! What the http module promises, over its public API alone.

#[path = "http/chunks.rs"]
mod chunks;
#[path = "http/ends.rs"]
mod ends;
#[path = "http/feed.rs"]
mod feed;
#[path = "http/framing.rs"]
mod framing;
#[path = "http/heads.rs"]
mod heads;
#[path = "http/limits.rs"]
mod limits;
#[path = "http/properties.rs"]
mod properties;
#[path = "http/requests.rs"]
mod requests;
