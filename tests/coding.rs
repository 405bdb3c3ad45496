//! What the content codings promise, over their public API alone.

#[path = "coding/bombs.rs"]
mod bombs;
#[path = "coding/cut.rs"]
mod cut;
#[path = "coding/damaged.rs"]
mod damaged;
#[path = "coding/feed.rs"]
mod feed;
#[path = "coding/fixtures.rs"]
mod fixtures;
#[path = "coding/listed.rs"]
mod listed;
#[path = "coding/members.rs"]
mod members;
#[path = "coding/properties.rs"]
mod properties;
#[path = "coding/whole.rs"]
mod whole;
