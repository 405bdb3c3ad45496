//! Tells how the frontier stands, at most so often. Knows nothing of fetches.

use crate::clock::At;
use crate::crawl::{Explorer, Held, HostPaced, HostView, Limit};
use crate::emit::Emitter;
use crate::event::{EventKind, Hold};
use crate::host::{FrontierCounts, HostSample, Limited, Paced};
use crate::text::Untrusted;
use std::sync::Arc;
use std::time::Duration;

const COUNTS: Duration = Duration::from_millis(100);
const HOSTS: Duration = Duration::from_millis(250);
/// Hosts that are told of.
const MOST: usize = 64;
const WORDS: usize = 512;

#[derive(Default)]
pub(super) struct Sample {
    counts: FrontierCounts,
    counted: At,
    limited: Option<Arc<Limited>>,
    hosts: Arc<[HostSample]>,
    sampled: At,
}

impl Sample {
    pub fn tell(&mut self, explorer: &mut Explorer, emitter: &Emitter, now: At, last: bool) {
        for paced in explorer.frontier.changes() {
            emitter.emit_at(now, EventKind::HostPaced(Arc::new(told(paced))));
        }
        if last || now - self.counted >= COUNTS {
            self.counted = now;
            let counts = explorer.counts();
            if counts != self.counts {
                self.counts = counts;
                emitter.emit_at(now, EventKind::FrontierCounted(Box::new(counts)));
            }
        }
        if emitter.detailed() && (last || now - self.sampled >= HOSTS) {
            self.sampled = now;
            self.tell_limit(explorer, emitter, now);
            self.tell_hosts(explorer, emitter, now);
        }
    }

    fn tell_limit(&mut self, explorer: &Explorer, emitter: &Emitter, now: At) {
        let limited = explorer.frontier.limited_by(now).and_then(limited).map(Arc::new);
        if limited != self.limited {
            self.limited.clone_from(&limited);
            emitter.emit_at(now, EventKind::Limited { limited });
        }
    }

    fn tell_hosts(&mut self, explorer: &Explorer, emitter: &Emitter, now: At) {
        let hosts: Arc<[HostSample]> = explorer.frontier.hosts(MOST).into_iter().map(sampled).collect();
        if hosts != self.hosts {
            self.hosts = hosts.clone();
            emitter.emit_at(now, EventKind::HostsSampled { hosts });
        }
    }

    /// When it is to be told again, so that the last change is not left untold.
    pub fn due(&self) -> Option<At> {
        Some(self.counted + COUNTS)
    }
}

fn micros(span: Duration) -> u64 {
    u64::try_from(span.as_micros()).unwrap_or(u64::MAX)
}

fn limited(held: Held) -> Option<Limited> {
    let host = held.host.map(|host| Untrusted::new(&host, WORDS));
    let (busy, allowed) = (held.in_flight, held.allowed);
    Some(Limited { by: hold(held.by)?, host, busy, allowed, waiting: held.waiting, until: held.until })
}

fn sampled(view: HostView) -> HostSample {
    HostSample {
        host: Untrusted::new(&view.host, WORDS),
        waiting: view.waiting,
        in_flight: view.in_flight,
        allowed: view.allowed,
        delay_us: micros(view.delay),
        held: view.why.and_then(hold),
        until: view.until,
    }
}

fn told(paced: HostPaced) -> Paced {
    let why = paced.why.map_or("recovered".to_owned(), |why| why.to_string());
    let (host, why) = (Untrusted::new(&paced.host, WORDS), Untrusted::new(&why, WORDS));
    Paced { host, allowed: paced.allowed, delay_us: micros(paced.delay), why }
}

/// What stands behind *limited by*.
fn hold(limit: Limit) -> Option<Hold> {
    Some(match limit {
        Limit::HostCap => Hold::Host,
        Limit::Rate => Hold::Rate,
        Limit::Wait => Hold::Wait,
        Limit::CrawlDelay => Hold::CrawlDelay,
        Limit::Backoff(_) | Limit::Parked(_) => Hold::Backoff,
        Limit::Starts => Hold::Starts,
        Limit::Robots => Hold::Robots,
        Limit::Retry => Hold::Retries,
        Limit::InFlight => return None,
    })
}
