//! What the blocking fetch promises: it tells the same as the one on the loop, lets go when told to, and waits for no
//! name longer than it may.

#[path = "blocking/alike.rs"]
mod alike;
#[expect(dead_code, reason = "other test programs use the rest of it")]
#[path = "support/authority.rs"]
mod authority;
#[path = "blocking/cancel.rs"]
mod cancel;
#[path = "blocking/codings.rs"]
mod codings;
#[path = "blocking/crowded.rs"]
mod crowded;
#[path = "blocking/dialling.rs"]
mod dialling;
#[path = "blocking/drivers.rs"]
mod drivers;
#[path = "support/faults.rs"]
mod faults;
#[path = "support/framings.rs"]
mod framings;
#[path = "support/loopback.rs"]
mod loopback;
#[path = "blocking/names.rs"]
mod names;
#[path = "blocking/running.rs"]
mod running;
#[path = "support/skipped.rs"]
mod skipped;
#[path = "blocking/time.rs"]
mod time;
