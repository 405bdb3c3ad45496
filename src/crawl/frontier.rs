//! What is fetched next, and when: every URL once, each host with the patience that it needs. Knows no clock (`now` is
//! an argument), no socket and no task.
//!
//! Hosts take turns, one start a turn. Within a host what was found nearer to the start goes first, and within one depth
//! what was found first. A host that has to wait stands aside until its time comes, so that it delays no other. No call
//! looks at all hosts or at all URLs.
//!
//! found = done + in flight + waiting + refused, after each call.

mod ahead;
mod chunks;
mod counts;
mod deferred;
mod ending;
mod entry;
mod far;
mod host;
mod index;
mod known;
mod lanes;
mod leftover;
mod limit;
mod line;
mod nearer;
mod origin;
mod origins;
mod pace;
mod pacer;
mod queues;
mod rate;
mod room;
mod slowdown;
mod terms;
mod turn;
mod view;
mod wanted;
mod withheld;

#[cfg(test)]
mod simulation;
#[cfg(test)]
mod tests;
mod texts;

use crate::clock::At;
use crate::id::FetchId;
use ahead::Ahead;
use chunks::Chunks;
use deferred::Deferred;
use entry::{Entry, State};
use far::Far;
use host::{NONE, Stand};
use index::Index;
use known::Known;
use lanes::{Class, Key, key};
use leftover::Leftover;
use line::Line;
use nearer::Nearer;
use origin::{Origin, Sheet};
use queues::Queues;
use room::Room;
use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;
use texts::Texts;

pub use counts::{Counts, Refused};
pub use limit::{Limit, Trouble};
pub use origin::{OriginId, Rules};
pub use pace::{Ended, FAILURES_TO_PARK, LONGEST_PAUSE};
pub use pacer::{Pacer, Place as PacerPlace};
pub use rate::{Bucket, Rate};
pub use terms::{Added, MOST_KNOWN, Manners, Next, Taken, Whence};
pub use view::{Held, HostPaced, HostView, RobotsState, Standing};

/// URLs that a processor's caches hold about.
const LARGE: usize = 100_000;

#[derive(Debug)]
pub struct Frontier {
    manners: Manners,
    known: Known,
    /// What is asked for next.
    ahead: Ahead,
    origins: Chunks<Origin>,
    queues: Queues,
    /// What their robots.txt say.
    sheets: Chunks<Sheet>,
    origin_texts: Texts,
    /// By the lower half of their hashes: their texts tell them apart.
    origin_index: Index<u32>,
    /// Most links lead to the origin of the link before.
    last_origin: u32,
    line: Line,
    /// The host for which the last slots were left the last time.
    wanting: Option<u32>,
    nearer: Nearer,
    deferred: Deferred,
    far: Far,
    /// Origins of which nothing is asked until they are released.
    withheld: BTreeSet<u32>,
    /// Origins whose robots.txt is in flight.
    asking: BTreeSet<u32>,
    /// Origins whose robots.txt is asked for next, for the sake of others.
    wanted: VecDeque<u32>,
    /// When a further attempt is made, and of what.
    retries: BTreeSet<(At, u32)>,
    pacer: Arc<Pacer>,
    room: Room,
    counts: Counts,
    /// Pages that wait for their first attempt.
    fresh: u64,
    /// Pages that were started.
    started: u64,
    leftover: Leftover,
    changes: VecDeque<HostPaced>,
    dice: fastrand::Rng,
    /// The latest time that was told.
    now: At,
}

impl Frontier {
    pub fn new(manners: Manners) -> Frontier {
        Frontier {
            known: Known::new(),
            ahead: Ahead::default(),
            origins: Chunks::default(),
            queues: Queues::default(),
            sheets: Chunks::default(),
            origin_texts: Texts::default(),
            origin_index: Index::default(),
            last_origin: NONE,
            line: Line::default(),
            wanting: None,
            nearer: Nearer::default(),
            deferred: Deferred::default(),
            far: Far::default(),
            withheld: BTreeSet::new(),
            asking: BTreeSet::new(),
            wanted: VecDeque::new(),
            retries: BTreeSet::new(),
            pacer: Arc::new(Pacer::new(manners.rate)),
            room: Room::new(manners.slots),
            counts: Counts::default(),
            fresh: 0,
            started: 0,
            leftover: Leftover::default(),
            changes: VecDeque::new(),
            dice: fastrand::Rng::with_seed(manners.seed),
            now: At(0),
            manners,
        }
    }

    /// The same, with a rate that others keep to as well.
    pub fn paced_by(self, pacer: Arc<Pacer>) -> Frontier {
        pacer.set(self.manners.rate, self.now);
        Frontier { pacer, ..self }
    }

    /// `url` is in normal form, and `url[..origin_end]` its origin: scheme, host and port.
    pub fn add(&mut self, url: &str, origin_end: usize, whence: Whence) -> Added {
        let hash = if whence.map { self.known.hash_of_map(url) } else { self.hash(url) };
        let (origin, path) = url.split_at_checked(origin_end).unwrap_or((url, ""));
        if let Some(id) = self.known.find(hash, path) {
            return Added::Known(FetchId(u64::from(id)));
        }
        let full = self.known.len() >= self.manners.most_known;
        let Some(origin) = (if full { None } else { self.origin(origin) }) else { return self.turn_away() };
        let source = whence.page.and_then(|page| u32::try_from(page.0).ok()).unwrap_or(0);
        let depth = u16::try_from(whence.depth).unwrap_or(u16::MAX);
        let make = |text| Entry::waiting(text, whence.check_only, whence.hop).found(source, depth);
        let Some(id) = self.known.insert(hash, origin, path, make) else { return self.turn_away() };
        self.counts.found += 1;
        if self.is_closed() && !whence.check_only {
            self.counts.refused.over += 1;
        } else if whence.far {
            self.put_away(id);
        } else if self.deferred.on && whence.check_only && !whence.map {
            self.defer(id);
        } else {
            self.enqueue(id);
        }
        Added::New(FetchId(u64::from(id)))
    }

    /// The id of a URL, if it is known, as anything but a sitemap.
    pub fn find(&mut self, url: &str, origin_end: usize) -> Option<FetchId> {
        let hash = self.hash(url);
        self.known.find(hash, url.get(origin_end..).unwrap_or_default()).map(|id| FetchId(u64::from(id)))
    }

    /// The id of a URL as that of a sitemap, if it is known as that.
    pub fn find_map(&self, url: &str, origin_end: usize) -> Option<FetchId> {
        let path = url.get(origin_end..).unwrap_or_default();
        self.known.find(self.known.hash_of_map(url), path).map(|id| FetchId(u64::from(id)))
    }

    fn hash(&mut self, url: &str) -> u64 {
        self.ahead.find(url).unwrap_or_else(|| self.known.hash(url))
    }

    /// Makes it cheap to ask for these URLs next, by [`Frontier::find`] or [`Frontier::add`]. Worth it where so many are
    /// known that most of them are far away in memory.
    pub fn look_ahead<'u>(&mut self, urls: impl IntoIterator<Item = &'u str>) {
        self.ahead.clear();
        urls.into_iter().for_each(|url| self.ahead.push(url, self.known.hash(url)));
        self.known.read_ahead(self.ahead.hashes());
    }

    /// The robots.txt of an origin is there: of its text.
    pub fn note_robots(&mut self, origin: &str) {
        if let Some(origin) = self.known_origin(origin) {
            self.origins[origin].note_robots_txt();
        }
    }

    /// Whether a URL is a robots.txt that was asked for, and is there.
    pub fn is_robots(&mut self, url: &str, origin_end: usize) -> bool {
        url.get(origin_end..) == Some("/robots.txt")
            && self.known_origin(&url[..origin_end]).is_some_and(|origin| self.origins[origin].has_robots_txt())
    }

    /// Whether so many are known that [`Frontier::look_ahead`] is worth it.
    pub fn is_large(&self) -> bool {
        self.known.len() > LARGE
    }

    /// A link to a part of it was found.
    pub fn want_parts(&mut self, id: FetchId) {
        if let Some(id) = self.known_id(id) {
            self.known.entries[id].set_parts();
        }
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
    pub fn is_closed(&self) -> bool {
        self.manners.max_pages.is_some_and(|most| self.started >= most)
    }

    /// Puts one in the queue of its origin, and its host in line.
    fn enqueue(&mut self, id: u32) {
        let key = self.key(id);
        let origin = self.known.origin(id);
        self.known.entries[id].turn(State::Waiting);
        let queue = &mut self.origins[origin].queue;
        if self.known.entries[id].is_moved() {
            self.nearer.insert(origin, key, id);
            self.queues.count(queue, &mut self.known.entries, key.0, 1);
        } else {
            self.queues.push(queue, &mut self.known.entries, id, key);
        }
        self.count_all(key.0, 1);
        self.place(self.host_of(origin));
    }

    fn key(&self, id: u32) -> Key {
        key(&self.known.entries[id])
    }

    /// Before that is changed which one of an origin waits for.
    fn count_waiting(&mut self, origin: u32, class: Class, by: i32) {
        self.queues.count(&mut self.origins[origin].queue, &mut self.known.entries, class, by);
        self.count_all(class, by);
    }

    fn count_all(&mut self, class: Class, by: i32) {
        self.counts.waiting = self.counts.waiting.saturating_add_signed(i64::from(by));
        if class == Class::Page {
            self.fresh = self.fresh.saturating_add_signed(i64::from(by));
        }
    }

    /// Where a host stands now; everything that may change it calls this.
    fn place(&mut self, host: u32) {
        let stand = self.stand(host);
        let at = self.line.hosts.at(host);
        // One that has found no slot waits until there is one, or until it has less in flight.
        if stand == Stand::Ready && at.is_crowded() {
            return;
        }
        self.line.stand(host, stand);
    }

    fn stand(&self, host: u32) -> Stand {
        let at = self.line.hosts.at(host);
        if !at.origins().any(|origin| self.has_work(origin)) {
            return Stand::Idle;
        }
        if at.in_flight() >= at.pace().cap(self.manners.per_host, self.manners.wait) {
            return Stand::Full;
        }
        match at.pace().not_before {
            at_last if at_last <= self.now => Stand::Ready,
            until if at.pace().is_parked() => Stand::Parked(until),
            until => Stand::Timed(until),
        }
    }

    fn has_work(&self, origin: u32) -> bool {
        let (fresh, rest) = self.waiting(origin);
        let waits = rest > 0 || (fresh > 0 && !self.is_closed());
        waits && !self.origins[origin].is_asking() && !self.is_withheld(origin)
    }

    /// Pages of an origin that wait for their first attempt, and what else of it waits.
    fn waiting(&self, origin: u32) -> (u32, u32) {
        self.queues.counts(self.origins[origin].queue, &self.known.entries)
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
