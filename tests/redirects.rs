//! Where redirects lead, in both drivers, over servers that note what they were asked: how chains end, who gets to know
//! what, and which addresses may be reached.

#[path = "redirects/chains.rs"]
mod chains;
#[path = "redirects/client.rs"]
mod client;
#[path = "support/loopback.rs"]
#[expect(dead_code, reason = "it serves other tests too")]
mod loopback;
#[path = "redirects/reach.rs"]
mod reach;
#[path = "redirects/secrets.rs"]
mod secrets;
#[path = "support/skipped.rs"]
mod skipped;
