//! The requests in flight, oldest first, and behind them those that wait to be made again. Knows nothing of how they
//! are drawn.
//!
//! A slab with two lists threaded through it: a fetch is found by its id at once, the oldest is always at the front, and
//! a picture reads only as many rows as it shows, with ten thousand in flight or with ten.

use crate::clock::At;
use crate::event::Because;
use crate::fetched::Fetched;
use crate::id::{ByFetch, FetchId};
use crate::phase::{Marks, Phase};
use crate::place::Role;
use crate::text::Untrusted;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

/// One request in flight.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    pub id: FetchId,
    pub url: Untrusted,
    /// What it is fetched for.
    pub role: Role,
    /// The place of its host, in a crawl.
    pub(super) host: usize,
    pub started: At,
    pub marks: Marks,
    pub address: Option<SocketAddr>,
    /// Over a connection that was kept.
    pub reused: bool,
    pub status: Option<u16>,
    /// Bytes of content, decoded.
    pub bytes: u64,
    /// Bytes of the response as received.
    pub wire: u64,
    pub steps: u32,
    /// The worker that runs it, where a pool does.
    pub worker: Option<u16>,
    /// Its result is set; the callback that tells it has not fired yet.
    pub settled: bool,
    /// Counted from 1; all of the above is of this one.
    pub attempt: u32,
    /// The attempt has failed, and another one is to be made.
    pub waiting: Option<Wait>,
}

/// Until when an attempt waits, or longer, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Wait {
    pub until: At,
    pub because: Because,
    /// What the attempt came to.
    pub fetched: Arc<Fetched>,
}

impl Request {
    fn new(id: FetchId, url: Untrusted, started: At) -> Request {
        Request {
            id,
            url,
            role: Role::Page,
            host: 0,
            started,
            marks: Marks::default(),
            address: None,
            reused: false,
            status: None,
            bytes: 0,
            wire: 0,
            steps: 0,
            worker: None,
            settled: false,
            attempt: 1,
            waiting: None,
        }
    }

    pub fn age(&self, now: At) -> Duration {
        now - self.started
    }

    pub fn phase(&self) -> Phase {
        self.marks.current().map_or(Phase::Blocked, |mark| mark.phase)
    }
}

#[derive(Clone, Debug)]
pub struct Requests {
    rows: Vec<Linked>,
    free: Vec<u32>,
    places: ByFetch<u32>,
    flying: List,
    waiting: List,
    /// The most there ever were at once.
    pub peak: u64,
    /// The largest id so far.
    pub largest: u64,
}

#[derive(Clone, Debug)]
struct Linked {
    request: Request,
    older: u32,
    younger: u32,
}

/// The ends of a list, and how many are in it.
#[derive(Clone, Copy, Debug)]
struct List {
    front: u32,
    back: u32,
    len: usize,
}

impl List {
    const EMPTY: List = List { front: NONE, back: NONE, len: 0 };
}

const NONE: u32 = u32::MAX;

impl Default for Requests {
    fn default() -> Requests {
        let places = ByFetch::default();
        let (flying, waiting) = (List::EMPTY, List::EMPTY);
        Requests { rows: Vec::new(), free: Vec::new(), places, flying, waiting, peak: 0, largest: 0 }
    }
}

impl PartialEq for Requests {
    fn eq(&self, other: &Requests) -> bool {
        self.peak == other.peak && self.len() == other.len() && self.iter().eq(other.iter())
    }
}

impl Requests {
    /// In flight or waiting.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    pub fn in_flight(&self) -> usize {
        self.flying.len
    }

    /// Those that wait to be made again, and hold no slot.
    pub fn waiting(&self) -> usize {
        self.waiting.len
    }

    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    pub fn get(&self, id: FetchId) -> Option<&Request> {
        self.places.get(&id).map(|&place| &self.rows[place as usize].request)
    }

    /// In flight, oldest first; then those that wait, longest first.
    pub fn iter(&self) -> impl Iterator<Item = &Request> {
        self.from(self.flying.front).chain(self.iter_waiting())
    }

    /// Those that wait, longest first.
    pub fn iter_waiting(&self) -> impl Iterator<Item = &Request> {
        self.from(self.waiting.front)
    }

    fn from(&self, mut place: u32) -> impl Iterator<Item = &Request> {
        std::iter::from_fn(move || {
            let row = self.rows.get(place as usize)?;
            place = row.younger;
            Some(&row.request)
        })
    }

    /// In flight, if any is.
    pub fn oldest(&self) -> Option<&Request> {
        self.iter().next()
    }

    pub(super) fn start(&mut self, id: FetchId, url: &Untrusted, at: At) {
        // One that is told twice leaves no row behind.
        self.finish(id);
        self.largest = self.largest.max(id.0);
        let request = Request::new(id, url.clone(), at);
        let place = self.place(Linked { request, older: NONE, younger: NONE });
        self.places.insert(id, place);
        self.link(place);
    }

    /// The attempt has failed, and another one is to be made. Tells the bytes on the wire that were known of.
    pub(super) fn wait(&mut self, id: FetchId, wait: Wait) -> u64 {
        let Some(&place) = self.places.get(&id) else { return 0 };
        self.unlink(place);
        let request = &mut self.rows[place as usize].request;
        // Wherever redirects led to, it is asked for again from the beginning.
        request.url = wait.fetched.url.clone();
        (request.waiting, request.settled, request.worker) = (Some(wait), false, None);
        let wire = request.wire;
        self.link(place);
        wire
    }

    /// The next attempt: a task of its own, which is younger than all others. Tells what the one before came to.
    pub(super) fn again(&mut self, id: FetchId, attempt: u32, at: At) -> Option<Arc<Fetched>> {
        let &place = self.places.get(&id)?;
        self.unlink(place);
        let request = &mut self.rows[place as usize].request;
        let before = request.waiting.take().map(|wait| wait.fetched);
        let (url, role, host) = (std::mem::take(&mut request.url), request.role, request.host);
        *request = Request { attempt, role, host, ..Request::new(id, url, at) };
        self.link(place);
        before
    }

    /// Puts a row at the end of the list it belongs to.
    fn link(&mut self, place: u32) {
        let waits = self.rows[place as usize].request.waiting.is_some();
        let list = if waits { &mut self.waiting } else { &mut self.flying };
        let older = std::mem::replace(&mut list.back, place);
        list.len += 1;
        if older == NONE {
            list.front = place;
        } else {
            self.rows[older as usize].younger = place;
        }
        (self.rows[place as usize].older, self.rows[place as usize].younger) = (older, NONE);
        self.peak = self.peak.max(self.in_flight() as u64);
    }

    fn unlink(&mut self, place: u32) {
        let Linked { older, younger, ref request } = self.rows[place as usize];
        let list = if request.waiting.is_some() { &mut self.waiting } else { &mut self.flying };
        list.len -= 1;
        match self.rows.get_mut(older as usize) {
            Some(row) => row.younger = younger,
            None => list.front = younger,
        }
        match self.rows.get_mut(younger as usize) {
            Some(row) => row.older = older,
            None => list.back = older,
        }
    }

    fn place(&mut self, row: Linked) -> u32 {
        match self.free.pop() {
            Some(place) => {
                self.rows[place as usize] = row;
                place
            }
            None => {
                self.rows.push(row);
                u32::try_from(self.rows.len() - 1).expect("fewer in flight than descriptors exist")
            }
        }
    }

    /// Tells the bytes on the wire that were known of.
    pub(super) fn finish(&mut self, id: FetchId) -> u64 {
        let Some(place) = self.places.remove(&id) else { return 0 };
        self.unlink(place);
        self.free.push(place);
        let request = &self.rows[place as usize].request;
        // What waited has its bytes counted already.
        if request.waiting.is_some() { u64::MAX } else { request.wire }
    }

    pub(super) fn enter(&mut self, id: FetchId, phase: Phase, at: At, steps: u32) {
        self.change(id, |request| {
            request.marks.enter(phase, at);
            request.steps = steps;
        });
    }

    /// What it is for in a crawl, and the place of its host.
    pub(super) fn belong(&mut self, id: FetchId, role: Role, host: usize) {
        self.change(id, |request| (request.role, request.host) = (role, host));
    }

    /// The place of its host, while it is in flight.
    pub(super) fn host(&self, id: FetchId) -> Option<usize> {
        self.get(id).filter(|request| request.waiting.is_none()).map(|request| request.host)
    }

    pub(super) fn run(&mut self, id: FetchId, worker: u16) {
        self.change(id, |request| request.worker = Some(worker));
    }

    pub(super) fn step(&mut self, id: FetchId, step: u32) {
        self.change(id, |request| request.steps = step);
    }

    pub(super) fn connect(&mut self, id: FetchId, address: SocketAddr) {
        self.change(id, |request| (request.address, request.reused) = (Some(address), false));
    }

    pub(super) fn reuse(&mut self, id: FetchId) {
        self.change(id, |request| request.reused = true);
    }

    /// Another URL is asked for the same target: what was known of the answer is that of the one before.
    pub(super) fn turn_to(&mut self, id: FetchId, url: &Untrusted) {
        self.change(id, |request| {
            request.url = url.clone();
            (request.address, request.reused, request.status) = (None, false, None);
        });
    }

    pub(super) fn receive_head(&mut self, id: FetchId, status: u16) {
        self.change(id, |request| request.status = Some(status));
    }

    /// Tells how many bytes on the wire are new.
    pub(super) fn progress(&mut self, id: FetchId, bytes: u64, wire: u64, steps: u32) -> u64 {
        let mut new = 0;
        self.change(id, |request| {
            new = wire.saturating_sub(request.wire);
            (request.bytes, request.wire, request.steps) = (bytes, wire, steps);
        });
        new
    }

    pub(super) fn settle(&mut self, id: FetchId, bytes: u64, steps: u32) {
        self.change(id, |request| (request.settled, request.bytes, request.steps) = (true, bytes, steps));
    }

    fn change(&mut self, id: FetchId, change: impl FnOnce(&mut Request)) {
        if let Some(&place) = self.places.get(&id) {
            change(&mut self.rows[place as usize].request);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::{Failure, FailureKind};

    fn ids(requests: &Requests) -> Vec<u64> {
        requests.iter().map(|request| request.id.0).collect()
    }

    #[test]
    fn the_oldest_stays_in_front_whatever_leaves() {
        let mut requests = Requests::default();
        for id in 1..=5 {
            requests.start(FetchId(id), &Untrusted::new("http://a/", 100), At(id));
        }
        requests.finish(FetchId(3));
        requests.finish(FetchId(1));
        requests.start(FetchId(6), &Untrusted::new("http://a/", 100), At(6));
        assert_eq!(ids(&requests), [2, 4, 5, 6]);
        requests.finish(FetchId(6));
        requests.finish(FetchId(6));
        assert_eq!(ids(&requests), [2, 4, 5]);
        assert_eq!(requests.rows.len(), 5, "a freed place is taken again");
    }

    #[test]
    fn what_waits_stands_behind_what_is_in_flight_and_comes_back_as_the_youngest() {
        let mut requests = Requests::default();
        for id in 1..=4 {
            requests.start(FetchId(id), &Untrusted::new("http://a/", 100), At(id));
        }
        let failure = Failure::new(FailureKind::Reset, "");
        let fetched = Arc::new(Fetched::failed(Untrusted::new("http://a/", 100), At(1), At(2), failure));
        for id in [2, 1, 77] {
            let (fetched, because) = (fetched.clone(), Because::Failure(FailureKind::Reset));
            requests.wait(FetchId(id), Wait { until: At(9), because, fetched });
        }
        assert_eq!((ids(&requests), requests.in_flight(), requests.waiting()), (vec![3, 4, 2, 1], 2, 2));
        assert_eq!(requests.again(FetchId(2), 2, At(9)), Some(fetched));
        let again = requests.get(FetchId(2)).unwrap();
        assert_eq!((again.attempt, again.started, &again.waiting), (2, At(9), &None));
        assert_eq!((ids(&requests), requests.in_flight(), requests.waiting()), (vec![3, 4, 2, 1], 3, 1));
        requests.finish(FetchId(1));
        assert_eq!((ids(&requests), requests.len(), requests.peak), (vec![3, 4, 2], 3, 4));
    }

    #[test]
    fn a_row_shows_the_present_url_and_waits_for_the_one_that_is_asked_again() {
        let mut requests = Requests::default();
        let [given, present] = ["http://a/", "http://b/"].map(|url| Untrusted::new(url, 100));
        requests.start(FetchId(1), &given, At(1));
        requests.receive_head(FetchId(1), 302);
        requests.turn_to(FetchId(1), &present);
        let row = requests.get(FetchId(1)).unwrap();
        assert_eq!((&row.url, row.status, row.address), (&present, None, None));
        let fetched = Arc::new(Fetched::failed(given.clone(), At(1), At(2), Failure::new(FailureKind::Reset, "")));
        let because = Because::RetryAfter;
        requests.wait(FetchId(1), Wait { until: At(9), because, fetched });
        assert_eq!(requests.get(FetchId(1)).unwrap().url, given);
    }
}
