//! The hosts of a run: what is in flight at each, what came of it, how fast, and in a crawl what holds it up. Knows nothing
//! of who keeps a host waiting.

mod totals;

pub use totals::Totals;

use super::{Request, Verdict};
use crate::clock::At;
use crate::event::Hold;
use crate::failure::FailureKind;
use crate::fetched::Fetched;
use crate::host::{HostSample, Paced, RobotsRead};
use crate::text::Untrusted;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use xxhash_rust::xxh3::xxh3_64;

/// Hosts that have a row each; all further ones share the last row.
pub const KEPT: usize = 10_000;
/// Hosts without a row that are counted one by one, so that their number is bounded as all else.
const COUNTED: usize = 4_000_000;
/// Bytes of a host's name that are kept.
const NAME: usize = 256;

/// One host.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Host {
    /// Name, and port where that is written; none for the row of those that have no row of their own.
    pub name: Option<Untrusted>,
    pub in_flight: u32,
    /// Targets whose attempt has failed, and that wait for the next one.
    pub retrying: u32,
    pub done: u64,
    /// Results of a status of 400 and above, but for those that are blocked; in a fetch nothing is.
    pub broken: u64,
    /// Results of targets that are there for others, perhaps: 401, 403, 429, 999, robots.txt.
    pub blocked: u64,
    /// Results without a usable answer.
    pub failed: u64,
    pub totals: Totals,
    /// Fetches that it may have at once, where that was told.
    pub allowed: Option<u32>,
    /// Microseconds between two requests, 0 for none.
    pub delay_us: u64,
    /// What waits, as last told; none, where it is not among the busiest.
    pub queue: Option<Queue>,
    pub robots: Option<Arc<RobotsRead>>,
}

/// What waits for a host.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Queue {
    pub waiting: u64,
    /// Why nothing more is started there.
    pub held: Option<Hold>,
    pub until: Option<At>,
}

/// Where a target stood before its result came.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stood {
    /// The place of its host.
    pub host: usize,
    /// It waited for its next attempt.
    pub waited: bool,
}

impl Stood {
    pub fn of(request: &Request) -> Stood {
        Stood { host: request.host, waited: request.waiting.is_some() }
    }
}

impl Host {
    /// What counts results of that verdict, where they are counted apart.
    fn count_of(&mut self, verdict: Verdict) -> Option<&mut u64> {
        match verdict {
            Verdict::Ok | Verdict::Redirect | Verdict::Cancelled => None,
            Verdict::Broken => Some(&mut self.broken),
            Verdict::Blocked => Some(&mut self.blocked),
            Verdict::Failed => Some(&mut self.failed),
        }
    }
}

/// The hosts in the order in which they were met.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Hosts {
    rows: Vec<Host>,
    places: HashMap<Box<[u8]>, usize>,
    /// Of hosts with results and without a row, a hash of the name.
    further: HashSet<u64>,
    /// The rows that were sampled last.
    sampled: Vec<usize>,
    /// The origin that was met last, and its row: mostly the next one is the same.
    near: Option<(Untrusted, usize)>,
}

impl Hosts {
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Hosts with results, whether they have a row or share the last one.
    pub fn answered(&self) -> u64 {
        let rows = self.rows.iter().filter(|host| host.done > 0 && host.name.is_some()).count();
        (rows + self.further.len()) as u64
    }

    /// Hosts with results that have no row.
    pub fn further(&self) -> u64 {
        self.further.len() as u64
    }

    /// Bytes for those without a row.
    pub fn further_weight(&self) -> usize {
        self.further.capacity() * (size_of::<u64>() + 1)
    }

    /// In the order in which they were met.
    pub fn iter(&self) -> impl Iterator<Item = &Host> {
        self.rows.iter()
    }

    /// The host of a URL, where it has a row of its own.
    pub fn of(&self, url: &Untrusted) -> Option<&Host> {
        self.places.get(url.authority()).and_then(|&place| self.rows.get(place))
    }

    /// What waits for the hosts that were sampled last.
    pub fn queues(&self) -> impl Iterator<Item = Queue> {
        self.sampled.iter().filter_map(|&place| self.rows.get(place)?.queue)
    }

    /// A fetch there has begun. Tells the place of its host.
    pub(super) fn start(&mut self, url: &Untrusted) -> usize {
        let place = self.place_of(url);
        if let Some(host) = self.rows.get_mut(place) {
            host.in_flight = host.in_flight.saturating_add(1);
        }
        place
    }

    /// What waited there for its next attempt is in flight.
    pub(super) fn begin_again(&mut self, place: usize) {
        if let Some(host) = self.rows.get_mut(place) {
            host.in_flight = host.in_flight.saturating_add(1);
            host.retrying = host.retrying.saturating_sub(1);
        }
    }

    /// What was in flight waits for its next attempt.
    pub(super) fn put_back(&mut self, place: usize) {
        if let Some(host) = self.rows.get_mut(place) {
            host.in_flight = host.in_flight.saturating_sub(1);
            host.retrying = host.retrying.saturating_add(1);
        }
    }

    /// What was in flight or waited is so no more.
    pub(super) fn leave(&mut self, stood: Stood) {
        if let Some(host) = self.rows.get_mut(stood.host) {
            let count = if stood.waited { &mut host.retrying } else { &mut host.in_flight };
            *count = count.saturating_sub(1);
        }
    }

    /// A result, of what flew or waited at a place or of what never did.
    pub(super) fn finish(&mut self, fetched: &Fetched, verdict: Verdict, stood: Option<Stood>) {
        let place = stood.map_or_else(|| self.place_of(&fetched.url), |stood| stood.host);
        if let Some(stood) = stood {
            self.leave(stood);
        }
        let Some(host) = self.rows.get_mut(place) else { return };
        host.done += 1;
        if place >= KEPT && self.further.len() < COUNTED {
            self.further.insert(xxh3_64(fetched.url.authority()));
        }
        if let Some(count) = host.count_of(verdict) {
            *count += 1;
        }
        // What was kept out passed no phase.
        if fetched.marks.current().is_some() && fetched.kind() != Some(FailureKind::Cancelled) {
            host.totals.record(fetched.total());
        }
    }

    /// A result does not stand any more, and waits for its next attempt. Tells the place of its host.
    pub(super) fn take_back(&mut self, fetched: &Fetched, verdict: Verdict) -> usize {
        let place = self.place_of(&fetched.url);
        let Some(host) = self.rows.get_mut(place) else { return place };
        host.done = host.done.saturating_sub(1);
        host.retrying = host.retrying.saturating_add(1);
        if let Some(count) = host.count_of(verdict) {
            *count = count.saturating_sub(1);
        }
        if fetched.marks.current().is_some() && fetched.kind() != Some(FailureKind::Cancelled) {
            host.totals.take_back(fetched.total());
        }
        place
    }

    pub(super) fn sample(&mut self, samples: &[HostSample]) {
        for place in std::mem::take(&mut self.sampled) {
            self.rows[place].queue = None;
        }
        for sample in samples {
            let place = self.place(sample.host.authority());
            let HostSample { waiting, held, until, .. } = *sample;
            let host = &mut self.rows[place];
            host.queue = Some(Queue { waiting, held, until });
            (host.allowed, host.delay_us) = (Some(sample.allowed), sample.delay_us);
            self.sampled.push(place);
        }
    }

    pub(super) fn pace(&mut self, paced: &Paced) {
        let place = self.place(paced.host.authority());
        let host = &mut self.rows[place];
        (host.allowed, host.delay_us) = (Some(paced.allowed), paced.delay_us);
    }

    pub(super) fn read_robots(&mut self, robots: &Arc<RobotsRead>) {
        let place = self.place(robots.origin.authority());
        self.rows[place].robots = Some(robots.clone());
    }

    fn place_of(&mut self, url: &Untrusted) -> usize {
        if let Some((origin, place)) = &self.near
            && url.is_below(origin)
        {
            return *place;
        }
        let place = self.place(url.authority());
        self.near = url.origin().map(|origin| (origin, place));
        place
    }

    /// The row of a host, which it gets when it is met; the last one once there are too many.
    fn place(&mut self, name: &[u8]) -> usize {
        if let Some(&place) = self.places.get(name) {
            return place;
        }
        let place = self.rows.len();
        if place > KEPT {
            return KEPT;
        }
        let name = (place < KEPT).then(|| {
            self.places.insert(name.into(), place);
            Untrusted::from_bytes(name, NAME)
        });
        self.rows.push(Host { name, ..Host::default() });
        place
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::Failure;

    fn url(text: &str) -> Untrusted {
        Untrusted::new(text, 999)
    }

    fn failed(text: &str) -> Fetched {
        Fetched::failed(url(text), At(0), At(7_000), Failure::new(FailureKind::Reset, ""))
    }

    fn sample(host: &str, waiting: u64) -> HostSample {
        let until = Some(At(9));
        HostSample { host: url(host), waiting, in_flight: 1, allowed: 8, delay_us: 5, held: Some(Hold::Host), until }
    }

    #[test]
    fn each_host_has_its_row_by_name_and_port() {
        let mut hosts = Hosts::default();
        for text in ["http://a/", "http://a/b", "http://a:81/", "https://b?", "http://user@a/"] {
            hosts.start(&url(text));
        }
        hosts.leave(Stood { host: 0, waited: false });
        hosts.finish(&failed("http://a:81/"), Verdict::Failed, Some(Stood { host: 1, waited: false }));
        let rows: Vec<_> = hosts.iter().map(|host| (host.name.clone().unwrap(), host.in_flight, host.done)).collect();
        assert_eq!(rows, [(url("a"), 2, 0), (url("a:81"), 0, 1), (url("b"), 1, 0)]);
    }

    #[test]
    fn what_was_never_started_takes_no_place_in_flight_and_has_no_time() {
        let mut hosts = Hosts::default();
        hosts.start(&url("http://a/1"));
        hosts.finish(&failed("http://a/2"), Verdict::Failed, None);
        let host = hosts.iter().next().unwrap();
        assert_eq!((host.in_flight, host.done, host.failed, host.totals.p50()), (1, 1, 1, None));
    }

    #[test]
    fn a_host_that_is_sampled_no_more_keeps_its_pace_and_not_its_queue() {
        let mut hosts = Hosts::default();
        hosts.sample(&[sample("a", 7), sample("b", 3)]);
        hosts.sample(&[sample("b", 2)]);
        let told: Vec<_> = hosts.iter().map(|host| (host.queue.map(|queue| queue.waiting), host.allowed)).collect();
        assert_eq!(told, [(None, Some(8)), (Some(2), Some(8))]);
    }

    #[test]
    fn hosts_without_end_share_one_row() {
        let mut hosts = Hosts::default();
        for number in 0..KEPT + 5 {
            hosts.start(&url(&format!("http://{number}.example/")));
        }
        assert_eq!((hosts.len(), hosts.places.len()), (KEPT + 1, KEPT));
        let last = hosts.iter().last().unwrap();
        assert_eq!((last.name.clone(), last.in_flight), (None, 5));
        assert!(hosts.iter().all(|host| size_of_val(host) < 600));
        assert_eq!(hosts.answered(), 0);
        for number in [0, 1, KEPT, KEPT + 3, KEPT + 3] {
            hosts.finish(&failed(&format!("http://{number}.example/")), Verdict::Failed, None);
        }
        assert_eq!((hosts.answered(), hosts.further(), hosts.iter().last().unwrap().done), (4, 2, 3));
    }
}
