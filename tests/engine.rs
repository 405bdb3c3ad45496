//! What the engine and the fetch promise, against servers on loopback that do as they are told.

#[path = "engine/answers.rs"]
mod answers;
#[path = "engine/aside.rs"]
mod aside;
#[path = "support/authority.rs"]
mod authority;
#[path = "engine/brief.rs"]
mod brief;
#[path = "engine/controls.rs"]
mod controls;
#[path = "blocking/crowded.rs"]
mod crowded;
#[path = "engine/ends.rs"]
mod ends;
#[path = "engine/engines.rs"]
mod engines;
#[path = "engine/environment.rs"]
mod environment;
#[path = "engine/failures.rs"]
mod failures;
#[path = "support/faults.rs"]
mod faults;
#[path = "support/framings.rs"]
mod framings;
#[path = "engine/input.rs"]
mod input;
#[path = "engine/knobs.rs"]
mod knobs;
#[path = "support/loopback.rs"]
mod loopback;
#[path = "engine/middle.rs"]
mod middle;
#[path = "engine/openssl.rs"]
mod openssl;
#[path = "engine/order.rs"]
mod order;
#[path = "engine/orders.rs"]
mod orders;
#[path = "engine/own.rs"]
mod own;
#[path = "engine/pacing.rs"]
mod pacing;
#[path = "engine/parked.rs"]
mod parked;
#[path = "engine/proxies.rs"]
mod proxies;
#[path = "engine/retries.rs"]
mod retries;
#[path = "support/run.rs"]
mod run;
#[path = "engine/secured.rs"]
mod secured;
#[path = "engine/sequential.rs"]
mod sequential;
#[path = "support/skipped.rs"]
mod skipped;
#[path = "engine/standing.rs"]
mod standing;
#[path = "engine/threads.rs"]
mod threads;
#[path = "engine/tls.rs"]
mod tls;
#[path = "engine/wakes.rs"]
mod wakes;
