//! What is fetched next, and when: every URL once, each host with the patience that it needs. Knows no clock (`now` is
//! an argument), no socket and no task.
//!
//! Hosts take turns, one start a turn. Within a host what was found nearer to the start goes first, and within one depth
//! what was found first. A host that has to wait stands aside until its time comes, so that it delays no other. No call
//! looks at all hosts or at all URLs.
//!
//! found = done + in flight + waiting + refused, after each call.

mod chunks;
mod counts;
mod ending;
mod entry;
mod host;
mod index;
mod known;
mod lanes;
mod limit;
mod line;
mod origin;
mod pace;
mod rate;
mod view;

#[cfg(test)]
mod simulation;
#[cfg(test)]
mod tests;
mod texts;

use crate::clock::At;
use crate::id::FetchId;
use chunks::Chunks;
use entry::{Entry, State};
use host::{Host, NONE, Stand};
use index::Index;
use known::Known;
use lanes::{Class, Key};
use line::Line;
use origin::{Gate, Origin};
use rate::Bucket;
use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;
use texts::Texts;

pub use counts::{Counts, Refused};
pub use limit::{Limit, Trouble};
pub use origin::{OriginId, Rules};
pub use pace::{Ended, FAILURES_TO_PARK, LONGEST_PAUSE};
pub use rate::Rate;
pub use view::{Held, HostPaced, HostView, RobotsState, Standing};

/// URLs that are kept at most, where nothing else is said.
pub const MOST_KNOWN: usize = 50_000_000;

/// How the crawl behaves towards its hosts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Manners {
    /// Fetches at once a host; 0 is 1.
    pub per_host: u32,
    /// The pause between two requests to a host, from the end of one to the start of the next, times something between
    /// 0.5 and 1.5. Where it is not zero, or robots.txt asks for a delay, a host has one request in flight at a time.
    pub wait: Duration,
    /// Over all hosts.
    pub rate: Option<Rate>,
    /// Whether robots.txt is asked and obeyed.
    pub robots: bool,
    /// Pages that are started at most: further attempts and what is only checked do not count.
    pub max_pages: Option<u64>,
    /// URLs that are kept at most, with the ids that were reserved.
    pub most_known: usize,
    /// Of the jitter. The same seed, the same calls: the same answers.
    pub seed: u64,
}

impl Default for Manners {
    fn default() -> Manners {
        Manners {
            per_host: 8,
            wait: Duration::ZERO,
            rate: None,
            robots: true,
            max_pages: None,
            most_known: MOST_KNOWN,
            seed: 0,
        }
    }
}

/// How a URL was found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Whence {
    /// The fetch whose answer named it; `None` for a start.
    pub page: Option<FetchId>,
    pub depth: u32,
    /// It leads out of the scope, and is only asked whether it is there.
    pub check_only: bool,
    /// `page` redirected here.
    pub hop: bool,
}

/// What became of a URL that was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Added {
    New(FetchId),
    Known(FetchId),
    /// As many as may be are started or known already: it is not kept.
    Full,
}

/// A fetch to be started now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    pub id: FetchId,
    pub url: String,
    /// `url[..origin_end]` is scheme, host and port.
    pub origin_end: usize,
    pub origin: OriginId,
    pub depth: u32,
    pub source: Option<FetchId>,
    pub check_only: bool,
    /// From 1.
    pub attempt: u32,
}

/// What is to be done now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// Fetch it, and say how it ended by `done`, `retry` or `refuse`.
    Target(Taken),
    /// Fetch this robots.txt, and hand it in by `robots`: asked once an origin.
    Robots { origin: OriginId, url: String },
    /// A result of its own: no request is made, since this rule in this line of robots.txt keeps it out.
    Kept { id: FetchId, url: String, line: u32, rule: String },
    /// A result of its own: no request is made, since its host is to be left alone until then, and all else is done.
    Parked { id: FetchId, url: String, until: At, why: Trouble },
    /// Nothing before then, unless something in flight ends or something is added.
    Until(At, Limit),
    /// Nothing before something in flight ends.
    Wait(Limit),
    /// Nothing waits and nothing is in flight.
    End,
}

#[derive(Debug)]
pub struct Frontier {
    manners: Manners,
    known: Known,
    origins: Chunks<Origin>,
    origin_texts: Texts,
    origin_index: Index,
    /// Most links lead to the origin of the link before.
    last_origin: u32,
    line: Line,
    /// Origins whose robots.txt is in flight.
    asking: BTreeSet<u32>,
    /// When a further attempt is made, and of what.
    retries: BTreeSet<(At, u32)>,
    bucket: Option<Bucket>,
    counts: Counts,
    /// Pages that wait for their first attempt.
    fresh: u64,
    /// Pages that were started.
    started: u64,
    changes: VecDeque<HostPaced>,
    dice: fastrand::Rng,
    /// The latest time that was told.
    now: At,
}

impl Frontier {
    pub fn new(manners: Manners) -> Frontier {
        Frontier {
            known: Known::new(),
            origins: Chunks::default(),
            origin_texts: Texts::default(),
            origin_index: Index::default(),
            last_origin: NONE,
            line: Line::default(),
            asking: BTreeSet::new(),
            retries: BTreeSet::new(),
            bucket: manners.rate.map(Bucket::new),
            counts: Counts::default(),
            fresh: 0,
            started: 0,
            changes: VecDeque::new(),
            dice: fastrand::Rng::with_seed(manners.seed),
            now: At(0),
            manners,
        }
    }

    /// `url` is in normal form, and `url[..origin_end]` its origin: scheme, host and port.
    pub fn add(&mut self, url: &str, origin_end: usize, whence: Whence) -> Added {
        let (origin_text, path) = url.split_at_checked(origin_end).unwrap_or((url, ""));
        let full = self.known.len() >= self.manners.most_known || (!whence.check_only && self.is_closed());
        let Some(origin) = self.origin(origin_text, !full) else { return self.turn_away() };
        let hash = self.known.hash(origin, path);
        if let Some(id) = self.known.find(hash, origin, path) {
            return Added::Known(FetchId(u64::from(id)));
        }
        let source = whence.page.and_then(|page| u32::try_from(page.0).ok()).unwrap_or(0);
        let depth = u16::try_from(whence.depth).unwrap_or(u16::MAX);
        let make = |text| Entry::waiting(text, whence.check_only, whence.hop).found(source, depth);
        let added = if full { None } else { self.known.insert(hash, origin, path, make) };
        let Some(id) = added else { return self.turn_away() };
        self.counts.found += 1;
        self.enqueue(id);
        Added::New(FetchId(u64::from(id)))
    }

    /// The id of a URL, if it is known.
    pub fn find(&mut self, url: &str, origin_end: usize) -> Option<FetchId> {
        let (origin_text, path) = url.split_at_checked(origin_end).unwrap_or((url, ""));
        let origin = self.origin(origin_text, false)?;
        let hash = self.known.hash(origin, path);
        self.known.find(hash, origin, path).map(|id| FetchId(u64::from(id)))
    }

    fn turn_away(&mut self) -> Added {
        self.counts.turned_away += 1;
        Added::Full
    }

    /// An id of the same count for something that is no target: robots.txt, say.
    pub fn reserve_id(&mut self) -> FetchId {
        FetchId(u64::from(self.known.reserve()))
    }

    /// Whether all pages that may be were started.
    fn is_closed(&self) -> bool {
        self.manners.max_pages.is_some_and(|most| self.started >= most)
    }

    fn origin(&mut self, text: &str, make: bool) -> Option<u32> {
        if self.last_origin != NONE && self.origin_text(self.last_origin) == text {
            return Some(self.last_origin);
        }
        let hash = self.known.hash(NONE, text);
        let found = self.find_origin(hash, text);
        let origin = if make { found.or_else(|| self.make_origin(hash, text)) } else { found };
        self.last_origin = origin.unwrap_or(self.last_origin);
        origin
    }

    fn find_origin(&self, hash: u64, text: &str) -> Option<u32> {
        let found = self.origin_index.find(hash, |number| self.origin_texts.read(number).bytes == text.as_bytes());
        found.map(|number| self.origin_texts.read(number).numbers[0])
    }

    fn make_origin(&mut self, hash: u64, text: &str) -> Option<u32> {
        let origin = u32::try_from(self.origins.len()).ok().filter(|&origin| origin != NONE)?;
        let number = self.origin_texts.push([origin, 0], text)?;
        let host = match self.sibling(text) {
            Some(sibling) => self.origins[sibling].host,
            None => u32::try_from(self.line.hosts.push(Host::new(origin))).ok()?,
        };
        if self.line.hosts[host].origins[0] != origin {
            self.line.hosts[host].origins[1] = origin;
        }
        let gate = if self.manners.robots { Gate::Unasked } else { Gate::Open };
        self.origins.push(Origin::new(number, host, gate));
        self.origin_index.insert(hash, number);
        Some(origin)
    }

    /// The same host by the other scheme.
    fn sibling(&self, text: &str) -> Option<u32> {
        let other = match text.split_once("://")? {
            ("http", host) => format!("https://{host}"),
            ("https", host) => format!("http://{host}"),
            _ => return None,
        };
        self.find_origin(self.known.hash(NONE, &other), &other)
    }

    fn origin_text(&self, origin: u32) -> &str {
        self.origin_texts.get(self.origins[origin].text)
    }

    /// Puts one in the queue of its origin, and its host in line.
    fn enqueue(&mut self, id: u32) {
        let key = self.key(id);
        let origin = self.known.origin(id);
        self.known.entries[id].turn(State::Waiting);
        self.origins[origin].lanes.push(&mut self.known.entries, id, key);
        self.count_waiting(origin, key.0, 1);
        self.place(self.origins[origin].host);
    }

    fn key(&self, id: u32) -> Key {
        let entry = &self.known.entries[id];
        let class = match (entry.attempts, entry.is_check()) {
            (1.., _) => Class::Again,
            (0, false) => Class::Page,
            (0, true) => Class::Check,
        };
        (class, entry.depth)
    }

    fn count_waiting(&mut self, origin: u32, class: Class, by: i32) {
        let at = &mut self.origins[origin];
        let of_class = if class == Class::Page { &mut at.fresh } else { &mut at.rest };
        *of_class = of_class.saturating_add_signed(by);
        self.counts.waiting = self.counts.waiting.saturating_add_signed(i64::from(by));
        if class == Class::Page {
            self.fresh = self.fresh.saturating_add_signed(i64::from(by));
        }
    }

    /// Where a host stands now; everything that may change it calls this.
    fn place(&mut self, host: u32) {
        let stand = self.stand(host);
        self.line.stand(host, stand);
    }

    fn stand(&self, host: u32) -> Stand {
        let at = &self.line.hosts[host];
        if !at.origins().any(|origin| self.has_work(&self.origins[origin])) {
            return Stand::Idle;
        }
        if at.in_flight >= at.pace.cap(self.manners.per_host, self.manners.wait) {
            return Stand::Full;
        }
        match at.pace.not_before {
            at_last if at_last <= self.now => Stand::Ready,
            until if at.pace.is_parked() => Stand::Parked(until),
            until => Stand::Timed(until),
        }
    }

    fn has_work(&self, origin: &Origin) -> bool {
        !origin.is_asking() && (origin.rest > 0 || (origin.fresh > 0 && !self.is_closed()))
    }

    /// What is to be done now. To be asked again after each answer, until it is to wait or the end.
    pub fn next(&mut self, now: At) -> Next {
        self.now = self.now.max(now);
        self.wake();
        while let Some(host) = self.line.front() {
            if let Some(next) = self.turn(host) {
                self.check();
                return next;
            }
            self.place(host);
        }
        self.idle()
    }

    /// Brings back what has waited long enough.
    fn wake(&mut self) {
        while let Some(&(at, id)) = self.retries.first() {
            let is_meant = self.known.entries[id].state() == State::Delayed;
            if is_meant && at > self.now {
                break;
            }
            self.retries.pop_first();
            if is_meant {
                self.counts.waiting -= 1;
                self.enqueue(id);
            }
        }
        while let Some(host) = self.line.due(self.now) {
            self.place(host);
        }
    }

    /// The turn of a host that is ready: `None` where it turns out to have nothing.
    fn turn(&mut self, host: u32) -> Option<Next> {
        let (origin, id) = self.front(host)?;
        if let Gate::Unasked = self.origins[origin].gate {
            return Some(self.closed_by_rate().unwrap_or_else(|| self.ask(host, origin)));
        }
        if let Some(kept) = self.kept(host, origin, id) {
            return Some(kept);
        }
        Some(self.closed_by_rate().unwrap_or_else(|| self.start(host, origin, id)))
    }

    /// Of the origins of a host the one whose next URL is nearer to the start.
    fn front(&mut self, host: u32) -> Option<(u32, u32)> {
        let closed = self.is_closed();
        let mut next: Option<(Key, u32, u32)> = None;
        for origin in self.line.hosts[host].origins() {
            let at = &mut self.origins[origin];
            if closed {
                at.lanes.drop_pages();
            }
            if at.is_asking() {
                continue;
            }
            let front = at.lanes.front(&self.known.entries).map(|(id, key)| (key, id, origin));
            next = next.into_iter().chain(front).min();
        }
        next.map(|(_, id, origin)| (origin, id))
    }

    fn closed_by_rate(&self) -> Option<Next> {
        let at = self.bucket.as_ref()?.closed_until(self.now)?;
        Some(Next::Until(at, Limit::Rate))
    }

    fn ask(&mut self, host: u32, origin: u32) -> Next {
        self.origins[origin].gate = Gate::Asking;
        self.asking.insert(origin);
        self.counts.asking += 1;
        self.begin(host);
        Next::Robots { origin: OriginId(origin), url: format!("{}/robots.txt", self.origin_text(origin)) }
    }

    fn kept(&mut self, host: u32, origin: u32, id: u32) -> Option<Next> {
        let Gate::Ruled(rules) = &self.origins[origin].gate else { return None };
        let rules = Arc::clone(rules);
        let (line, rule) = rules.against(self.known.path(id))?;
        self.unqueue(origin, id, State::Refused);
        self.counts.refused.kept += 1;
        self.line.rotate();
        self.place(host);
        Some(Next::Kept { id: FetchId(u64::from(id)), url: self.text(id), line, rule: rule.to_owned() })
    }

    /// Takes the one in front out of its queue.
    fn unqueue(&mut self, origin: u32, id: u32, state: State) {
        let class = self.key(id).0;
        self.origins[origin].lanes.pop(&self.known.entries);
        self.known.entries[id].turn(state);
        self.count_waiting(origin, class, -1);
    }

    fn start(&mut self, host: u32, origin: u32, id: u32) -> Next {
        self.unqueue(origin, id, State::InFlight);
        let round = self.line.hosts[host].pace.round;
        let entry = &mut self.known.entries[id];
        entry.next = round;
        entry.attempts = entry.attempts.saturating_add(1);
        let entry = *entry;
        self.counts.in_flight += 1;
        self.counts.depth = self.counts.depth.max(u32::from(entry.depth));
        self.begin(host);
        if entry.attempts == 1 && !entry.is_check() {
            self.started += 1;
            self.close_if_all_started();
        }
        Next::Target(self.taken(id, origin, entry))
    }

    fn taken(&self, id: u32, origin: u32, entry: Entry) -> Taken {
        Taken {
            id: FetchId(u64::from(id)),
            url: self.text(id),
            origin_end: self.origin_text(origin).len(),
            origin: OriginId(origin),
            depth: u32::from(entry.depth),
            source: (entry.source > 0).then_some(FetchId(u64::from(entry.source))),
            check_only: entry.is_check(),
            attempt: u32::from(entry.attempts),
        }
    }

    /// A request of this host goes out: the next turn is another's.
    fn begin(&mut self, host: u32) {
        if let Some(bucket) = &mut self.bucket {
            bucket.take(self.now);
        }
        self.line.begin(host);
        self.line.rotate();
        self.place(host);
    }

    /// Pages that still wait when the last that may be is started are never fetched.
    fn close_if_all_started(&mut self) {
        if self.is_closed() {
            self.counts.refused.over += self.fresh;
            self.counts.waiting -= self.fresh;
            self.fresh = 0;
        }
    }

    /// Nobody is ready.
    fn idle(&mut self) -> Next {
        self.check();
        let retry = self.retries.first().map(|&(at, _)| (at, Limit::Retry));
        let soonest =
            |hosts: &BTreeSet<(At, u32)>| hosts.first().map(|&(at, host)| (at, self.line.hosts[host].pace.gap));
        let parked = soonest(&self.line.parked);
        let busy = self.counts.in_flight > 0 || !self.asking.is_empty();
        let awaited = [retry, soonest(&self.line.timed)].into_iter().flatten().min_by_key(|(at, _)| *at);
        match (awaited, parked) {
            (Some((at, limit)), parked) => {
                let (at, limit) = parked.filter(|(parked, _)| *parked < at).unwrap_or((at, limit));
                Next::Until(at, limit)
            }
            (None, Some((at, limit))) if busy => Next::Until(at, limit),
            (None, Some(_)) => self.give_up(),
            (None, None) if busy => Next::Wait(self.wait_for()),
            (None, None) => Next::End,
        }
    }

    fn wait_for(&self) -> Limit {
        match (self.asking.is_empty(), self.counts.waiting) {
            (false, _) => Limit::Robots,
            (true, 1..) => Limit::HostCap,
            (true, 0) => Limit::InFlight,
        }
    }

    /// All that is left waits for hosts that are parked.
    fn give_up(&mut self) -> Next {
        while let Some(&(until, host)) = self.line.parked.first() {
            let Some((origin, id)) = self.front(host) else {
                self.line.stand(host, Stand::Idle);
                continue;
            };
            let why = match self.line.hosts[host].pace.gap {
                Limit::Parked(why) => why,
                _ => Trouble::Slow,
            };
            self.unqueue(origin, id, State::Refused);
            self.counts.refused.parked += 1;
            self.place(host);
            return Next::Parked { id: FetchId(u64::from(id)), url: self.text(id), until, why };
        }
        Next::End
    }

    fn text(&self, id: u32) -> String {
        [self.origin_text(self.known.origin(id)), self.known.path(id)].concat()
    }

    /// The URL of an id, if it has one.
    pub fn url(&self, id: FetchId) -> Option<String> {
        let id = self.known_id(id)?;
        Some(self.text(id))
    }

    /// Those that led to `id` by redirects, the first one in front.
    pub fn chain(&self, id: FetchId) -> Vec<FetchId> {
        let mut chain = Vec::new();
        let mut at = self.known_id(id);
        while let Some(entry) = at.map(|id| self.known.entries[id]).filter(Entry::is_hop) {
            chain.push(FetchId(u64::from(entry.source)));
            at = self.known_id(FetchId(u64::from(entry.source)));
        }
        chain.reverse();
        chain
    }

    /// `id` as it is kept, if it has a URL.
    fn known_id(&self, id: FetchId) -> Option<u32> {
        let place = usize::try_from(id.0).ok()?;
        let entry = self.known.entries.get(place)?;
        (entry.state() != State::Reserved).then_some(place as u32)
    }
}
