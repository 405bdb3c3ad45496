//! The robots.txt of an origin: asked for, read, and in its stead what holds where there is none. Knows no target.

use super::{Crawler, Inner, Next, WORDS, ended};
use crate::clock::At;
use crate::crawl::robots::{Robots, Verdict};
use crate::crawl::{OriginId, Rules};
use crate::event::EventKind;
use crate::failure::FailureKind;
use crate::fetched::Fetched;
use crate::host::RobotsRead;
use crate::id::FetchId;
use crate::place::{Place, Role};
use crate::target::Target;
use crate::text::Untrusted;
use std::sync::Arc;
use std::time::Duration;

impl Crawler {
    pub(super) fn ask_robots(&self, inner: &mut Inner, origin: OriginId, url: &str) -> Next {
        let id = inner.explorer.frontier.reserve_id();
        inner.asking.insert(id, origin);
        let start = inner.starts.by_origin.get(url.trim_end_matches("/robots.txt"));
        // Of a bare host, https is tried first here as well.
        let bare = start.and_then(|start| Some(format!("{}/robots.txt", start.fallback()?.host_field())));
        let given = start.is_some() || inner.starts.maps.contains(url.trim_end_matches("/robots.txt"));
        let target = Target::parse(bare.as_deref().unwrap_or(url)).or_else(|_| Target::parse(url));
        let place = Place { role: Role::Robots, depth: 0, source: None };
        match target {
            Ok(target) => {
                let errand = self.errand(inner, place, &target, given, None);
                Next::Fetch { id, target, errand }
            }
            Err(error) => {
                inner.close_gate(id, &error.to_string(), self.emitter.now());
                Next::Wait
            }
        }
    }

    /// `instead`: the rules are those of this target's origin too.
    pub(super) fn open_gate(&self, id: FetchId, fetched: &Fetched, robots: Robots, instead: Option<&Target>) {
        let now = self.emitter.now();
        let mut inner = self.lock();
        let Some(origin) = inner.asking.remove(&id) else { return };
        let text = inner.explorer.frontier.origin_of(origin).unwrap_or_default().to_owned();
        if let Ok(from) = Target::parse(&text) {
            let maps = robots.sitemaps().iter().filter_map(|map| from.join(map).ok());
            inner.explorer.named_maps(&text, id, maps);
        }
        let read = RobotsRead {
            origin: Untrusted::new(&text, WORDS),
            status: fetched.status,
            rules: robots.rules(),
            delay_us: robots.delay().map(micros),
            sitemaps: u32::try_from(robots.sitemaps().len()).unwrap_or(u32::MAX),
            meaning: Untrusted::new(&robots.meaning(), WORDS),
        };
        if let Some(failure) = fetched.failure.clone().filter(|failure| is_gone(failure.kind)) {
            inner.gone.insert(text.into(), failure);
        }
        let gate = Arc::new(Gate(robots));
        if let Some(instead) = instead {
            inner.explorer.frontier.adopt(instead.origin(), gate.clone(), now);
        }
        if is_put_off(fetched) {
            inner.explorer.frontier.put_off(origin, ended(fetched), now);
        }
        inner.explorer.frontier.robots(origin, gate, now);
        if is_there(fetched) {
            inner.explorer.frontier.note_robots(origin);
        }
        drop(inner);
        self.emitter.emit(EventKind::RobotsRead { id, robots: Arc::new(read) });
    }

    /// Whether the fetch is one for a robots.txt that nothing is known of yet.
    pub fn is_asking(&self, id: FetchId) -> bool {
        self.lock().asking.contains_key(&id)
    }

    /// The fetch came to nothing at all: what waits for its robots.txt must not be asked.
    pub fn gain_nothing(&self, id: FetchId) {
        self.lock().close_gate(id, "robots.txt is out of reach: cancelled", self.emitter.now());
    }
}

impl Inner {
    fn close_gate(&mut self, id: FetchId, why: &str, now: At) {
        if let Some(origin) = self.asking.remove(&id) {
            self.explorer.frontier.robots(origin, Arc::new(Gate(Robots::disallow_all(why))), now);
        }
    }
}

/// Whether its host itself has said that it is asked too often. All is allowed then (RFC 9309, 2.3.1.3), but not at once.
fn is_put_off(fetched: &Fetched) -> bool {
    fetched.status == Some(429) && fetched.final_url.is_none()
}

/// Whether it stands where it was asked for. Of one that leads elsewhere, a link to it has to show where.
fn is_there(fetched: &Fetched) -> bool {
    let own = fetched.final_url.is_none() && fetched.fell_back.is_none();
    own && fetched.failure.is_none() && matches!(fetched.status, Some(200..=299))
}

/// What the frontier asks of a robots.txt.
#[derive(Debug)]
struct Gate(Robots);

impl Rules for Gate {
    fn against(&self, path: &str) -> Option<(u32, &str)> {
        match self.0.verdict(path) {
            Verdict::Allowed => None,
            Verdict::Kept { line, rule } => Some((line, rule)),
        }
    }

    fn delay(&self) -> Option<Duration> {
        self.0.delay()
    }
}

/// Whether a failure says of a host that nothing can be had there, whatever its rules.
fn is_gone(kind: FailureKind) -> bool {
    use FailureKind::{ConnectRefused, ConnectTimeout, Dns, InvalidUrl, NotAllowed, Tls, Unreachable};
    matches!(kind, ConnectRefused | ConnectTimeout | Dns | InvalidUrl | NotAllowed | Tls | Unreachable)
}

fn micros(span: Duration) -> u64 {
    u64::try_from(span.as_micros()).unwrap_or(u64::MAX)
}
