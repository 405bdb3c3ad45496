//! What the frontier shows of itself: what holds it back, its hosts, and what became of them. Changes nothing.

use super::entry::State;
use super::host::Stand;
use super::limit::{Limit, Trouble};
use super::origin::{Gate, OriginId};
use super::{Counts, Frontier};
use crate::clock::At;
use crate::id::FetchId;
use std::time::Duration;

/// Hosts that are looked at for a view, of each kind of standing.
const LOOKED_AT: usize = 256;
/// Changes that are kept until they are drained.
const CHANGES: usize = 1024;

/// What holds the crawl back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    pub by: Limit,
    /// Of the hosts that are held back, the one for which most waits.
    pub host: Option<String>,
    pub in_flight: u32,
    /// Requests at once that it may have.
    pub allowed: u32,
    pub waiting: u64,
    pub until: Option<At>,
}

/// How far a host's robots.txt is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RobotsState {
    /// Not regarded.
    Off,
    Unasked,
    Asking,
    Read,
}

/// Where a URL stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    Waiting,
    InFlight,
    Done,
    Refused,
}

/// A host as it stands now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostView {
    /// The first of its origins that was found.
    pub origin: OriginId,
    /// Name and port, as in a URL.
    pub host: String,
    pub in_flight: u32,
    /// Requests at once that it may have now.
    pub allowed: u32,
    pub waiting: u64,
    pub done: u32,
    pub failed: u32,
    /// Between two requests, without jitter.
    pub delay: Duration,
    /// What it waits for.
    pub why: Option<Limit>,
    pub until: Option<At>,
    /// What it is given more time for, as long as it is.
    pub trouble: Option<Trouble>,
    pub robots: RobotsState,
}

/// A host is treated otherwise from now on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostPaced {
    pub origin: OriginId,
    pub host: String,
    /// Requests at once.
    pub allowed: u32,
    /// Between two requests, without jitter.
    pub delay: Duration,
    /// No request before.
    pub until: Option<At>,
    /// What for; `None`: it has recovered.
    pub why: Option<Limit>,
}

impl Frontier {
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// The fetch by which a URL was found first.
    pub fn source(&self, id: FetchId) -> Option<FetchId> {
        let source = self.known.entries[self.known_id(id)?].source;
        (source > 0).then_some(FetchId(u64::from(source)))
    }

    /// Where it stands; what is not known counts as refused.
    pub fn standing(&self, id: FetchId) -> Standing {
        match self.known_id(id).map(|id| self.state(id)) {
            Some(State::Waiting | State::Delayed) => Standing::Waiting,
            Some(State::InFlight) => Standing::InFlight,
            Some(State::Done) => Standing::Done,
            Some(State::Refused | State::Reserved) | None => Standing::Refused,
        }
    }

    /// Whether it is only asked whether it is there.
    pub fn is_check(&self, id: FetchId) -> bool {
        self.known_id(id).is_some_and(|id| self.known.entries[id].is_check())
    }

    /// Whether a redirect was what it was found by first.
    pub fn is_hop(&self, id: FetchId) -> bool {
        self.known_id(id).is_some_and(|id| self.known.entries[id].is_hop())
    }

    /// Where the origin of a URL ends in it.
    pub fn origin_end(&self, id: FetchId) -> usize {
        self.known_id(id).map_or(0, |id| self.origin_text(self.known.origin(id)).len())
    }

    /// Whether a link to a part of it was found.
    pub fn has_parts(&self, id: FetchId) -> bool {
        self.known_id(id).is_some_and(|id| self.known.entries[id].has_parts())
    }

    /// Attempts that were started; 255 stands for more.
    pub fn attempts(&self, id: FetchId) -> u32 {
        self.known_id(id).map_or(0, |id| u32::from(self.known.entries[id].attempts))
    }

    /// Links from a start.
    pub fn depth(&self, id: FetchId) -> u32 {
        self.known_id(id).map_or(0, |id| u32::from(self.known.entries[id].depth))
    }

    pub(super) fn check(&self) {
        debug_assert!(self.counts.add_up(), "{:?}", self.counts);
    }

    /// Whether the host of a URL is given time between two requests, or all requests are.
    pub fn is_paced(&self, id: FetchId) -> bool {
        self.pacer.has_rate()
            || self.known_id(id).is_some_and(|id| {
                let host = self.host_of(self.known.origin(id));
                !self.line.hosts.at(host).pace().delay(self.manners.wait).0.is_zero()
            })
    }

    /// Origins that were found.
    pub fn origins(&self) -> usize {
        self.origins.len()
    }

    /// Hosts that were found.
    pub fn hosts_found(&self) -> usize {
        self.line.hosts.len()
    }

    /// The text of an origin.
    pub fn origin_of(&self, origin: OriginId) -> Option<&str> {
        self.origins.get(origin.0 as usize).map(|at| self.origin_texts.get(at.text))
    }

    /// Scheme and port aside, unless the port is none of the usual ones.
    fn host_text(&self, host: u32) -> &str {
        let text = self.origin_text(host);
        text.split_once("://").map_or(text, |(_, host)| host)
    }

    /// What holds starts back now; `None` where nothing does, or nothing waits, or more is in flight than gets on.
    pub fn limited_by(&self, now: At) -> Option<Held> {
        if self.counts.in_flight + self.counts.asking > u64::from(self.room.slots) {
            return None;
        }
        let ready = self.line.ring().find(|&host| self.line.hosts.at(host).stand() == Stand::Ready);
        let until = self.pacer.closed_until(now);
        match (ready, until) {
            (Some(_), None) => None,
            (Some(_), until) => Some(Held { until, waiting: self.counts.waiting, ..Held::by(Limit::Rate) }),
            (None, _) => self.held_host().or_else(|| self.held_retry()).or_else(|| self.held_checks()),
        }
    }

    fn held_host(&self) -> Option<Held> {
        let held =
            self.looked_at().filter_map(|host| Some((host, self.why(host).0.filter(|&by| by != Limit::Starts)?)));
        let (host, by) = held.max_by_key(|&(host, _)| (self.waiting_at(host), std::cmp::Reverse(host)))?;
        let view = self.view(host);
        let HostView { in_flight, allowed, waiting, until, .. } = view;
        Some(Held { by, host: Some(view.host), in_flight, allowed, waiting, until })
    }

    fn held_retry(&self) -> Option<Held> {
        let &(at, _) = self.retries.first()?;
        Some(Held { until: Some(at), waiting: self.retries.len() as u64, ..Held::by(Limit::Retry) })
    }

    fn held_checks(&self) -> Option<Held> {
        let waiting = self.deferred.len() as u64;
        (waiting > 0).then(|| Held { waiting, ..Held::by(Limit::Starts) })
    }

    /// The `most` hosts at which most happens, of those that are at work, in line, or next in time.
    pub fn hosts(&self, most: usize) -> Vec<HostView> {
        let mut hosts: Vec<u32> = self.looked_at().collect();
        hosts.sort_unstable();
        hosts.dedup();
        let rank = |&host: &u32| {
            let at = self.line.hosts.at(host);
            (std::cmp::Reverse((at.in_flight(), self.waiting_at(host), at.done())), host)
        };
        hosts.sort_by_cached_key(rank);
        hosts.truncate(most);
        hosts.into_iter().map(|host| self.view(host)).collect()
    }

    /// One host, by any of its origins.
    pub fn host(&self, origin: OriginId) -> Option<HostView> {
        self.origins.get(origin.0 as usize).map(|_| self.view(self.host_of(origin.0)))
    }

    fn looked_at(&self) -> impl Iterator<Item = u32> {
        let line = &self.line;
        let timed = line.timed.iter().chain(&line.parked).map(|&(_, host)| host);
        let asking = self.asking.iter().map(|&origin| self.host_of(origin));
        let busy = line.busy.iter().copied().take(LOOKED_AT);
        // So that a crawl of a few hosts still shows them when they are done.
        let first = self.line.hosts.first(LOOKED_AT);
        let crowded = line.crowded.iter().map(|&(_, host)| host);
        let waiting = timed
            .take(LOOKED_AT)
            .chain(crowded.take(LOOKED_AT))
            .chain(asking.take(LOOKED_AT))
            .chain(line.ring().take(LOOKED_AT));
        busy.chain(waiting).chain(first)
    }

    fn waiting_at(&self, host: u32) -> u64 {
        let closed = self.is_closed();
        let of = |origin: u32| {
            let (fresh, rest) = self.waiting(origin);
            u64::from(rest) + u64::from(self.deferred.at(origin)) + if closed { 0 } else { u64::from(fresh) }
        };
        self.line.hosts.at(host).origins().map(of).sum()
    }

    fn view(&self, host: u32) -> HostView {
        let at = self.line.hosts.at(host);
        let (why, until) = self.why(host);
        HostView {
            origin: OriginId(host),
            host: self.host_text(host).to_owned(),
            in_flight: at.in_flight(),
            allowed: at.pace().cap(self.manners.per_host, self.manners.wait),
            waiting: self.waiting_at(host),
            done: at.done(),
            failed: at.failed(),
            delay: at.pace().delay(self.manners.wait).0,
            why,
            until,
            trouble: at.pace().why,
            robots: self.robots_state(host),
        }
    }

    fn why(&self, host: u32) -> (Option<Limit>, Option<At>) {
        let at = self.line.hosts.at(host);
        let asking = at.origins().any(|origin| self.origins[origin].is_asking());
        match at.stand() {
            Stand::Timed(until) | Stand::Parked(until) => (Some(at.pace().gap), Some(until)),
            Stand::Full => (Some(self.full(host)), None),
            Stand::Crowded(_) => (Some(Limit::HostCap), None),
            Stand::Idle if asking && self.waiting_at(host) > 0 => (Some(Limit::Robots), None),
            Stand::Idle if at.origins().any(|origin| self.awaits_starts(origin)) => (Some(Limit::Starts), None),
            Stand::Idle | Stand::Ready => (None, None),
        }
    }

    fn awaits_starts(&self, origin: u32) -> bool {
        self.deferred.at(origin) > 0 || self.is_withheld(origin) && self.waiting(origin) != (0, 0)
    }

    /// Where one at a time is all that may be, what makes it so holds it back.
    fn full(&self, host: u32) -> Limit {
        let pace = self.line.hosts.at(host).pace();
        let (delay, by) = pace.delay(self.manners.wait);
        match pace.why {
            _ if !delay.is_zero() => by,
            Some(trouble) if pace.cap(self.manners.per_host, Duration::ZERO) < self.manners.per_host => {
                Limit::Backoff(trouble)
            }
            _ => Limit::HostCap,
        }
    }

    fn robots_state(&self, host: u32) -> RobotsState {
        let of = |origin: u32| match self.origins[origin].gate() {
            Gate::Open => RobotsState::Off,
            Gate::Unasked => RobotsState::Unasked,
            Gate::Asking => RobotsState::Asking,
            Gate::Ruled(_) => RobotsState::Read,
        };
        of(host)
    }

    /// Keeps it that a host is treated otherwise from now on. Who never drains learns of the latest only.
    pub(super) fn tell(&mut self, host: u32) {
        let at = self.line.hosts.at(host);
        let until = Some(at.pace().not_before).filter(|&until| until > self.now);
        let (delay, by) = at.pace().delay(self.manners.wait);
        let why = match (until, at.pace().why) {
            (Some(_), _) => Some(at.pace().gap),
            (None, Some(trouble)) => Some(Limit::Backoff(trouble)),
            (None, None) => (!delay.is_zero()).then_some(by),
        };
        let allowed = at.pace().cap(self.manners.per_host, self.manners.wait);
        let (origin, host) = (OriginId(host), self.host_text(host).to_owned());
        if self.changes.len() == CHANGES {
            self.changes.pop_front();
        }
        self.changes.push_back(HostPaced { origin, host, allowed, delay, until, why });
    }

    /// Takes out what became of hosts since the last call.
    pub fn changes(&mut self) -> impl Iterator<Item = HostPaced> {
        self.changes.drain(..)
    }

    /// Bytes that are allocated for all that is known.
    pub fn bytes(&self) -> usize {
        let queues = self.queues.bytes();
        let origins =
            self.origins.bytes() + self.sheets.bytes() + self.origin_texts.bytes() + self.origin_index.bytes() + queues;
        let retries = self.retries.len() * 2 * size_of::<(At, u32)>();
        self.known.bytes()
            + origins
            + self.line.bytes()
            + self.nearer.bytes()
            + self.deferred.bytes()
            + self.far.bytes()
            + retries
    }
}

impl Held {
    fn by(by: Limit) -> Held {
        Held { by, host: None, in_flight: 0, allowed: 0, waiting: 0, until: None }
    }
}
