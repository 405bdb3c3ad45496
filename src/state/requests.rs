//! The requests in flight, oldest first, and behind them those that wait to be made again. Knows nothing of how they
//! are drawn.
//!
//! A slab with two lists threaded through it: a fetch is found by its id at once, the oldest is always at the front, and
//! a picture reads only as many rows as it shows, with ten thousand in flight or with ten.
//!
//! The places of the slab are seats: whoever takes one keeps it, and what has ended stays on it until another comes, so
//! that a table of seats does not move. A few seats are spare. The seat that was left first is taken first, once it has
//! been left for a moment or no other is spare: so what ended is seen for that moment, or in a quick run for less.

use crate::clock::At;
use crate::event::Because;
use crate::fetched::Fetched;
use crate::id::{ByFetch, FetchId};
use crate::phase::{Marks, Phase};
use crate::place::Role;
use crate::text::Untrusted;
use std::collections::VecDeque;
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
    /// That was its result, and was counted when it came.
    pub reopened: bool,
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

/// How long a request that has ended is seen.
pub const LINGER: Duration = Duration::from_secs(1);
/// Seats beyond those that are taken, so that what has ended can stay on one: half as many, but at least and at most so
/// many.
const SPARE: (usize, usize) = (4, 64);

/// What has ended, and still stands on its seat.
#[derive(Clone, Debug, PartialEq)]
pub struct Left {
    pub at: At,
    pub fetched: Arc<Fetched>,
}

#[derive(Clone, Debug, PartialEq)]
enum Seat {
    Taken,
    Left(Left),
    Empty,
}

impl Seat {
    /// What has ended on it less than a moment before `now`.
    fn left(&self, now: At) -> Option<&Left> {
        match self {
            Seat::Left(left) => Some(left).filter(|left| now - left.at < LINGER),
            Seat::Taken | Seat::Empty => None,
        }
    }
}

#[derive(Clone, Debug)]
pub struct Requests {
    rows: Vec<Linked>,
    /// The seats that were left, the one that was left first in front.
    free: VecDeque<u32>,
    places: ByFetch<u32>,
    flying: List,
    waiting: List,
    /// The most there ever were at once.
    pub peak: u64,
    /// The largest id so far.
    pub largest: u64,
}

#[derive(Clone, Debug, PartialEq)]
struct Linked {
    request: Request,
    seat: Seat,
    older: u32,
    younger: u32,
}

/// The ends of a list, and how many are in it.
#[derive(Clone, Copy, Debug, PartialEq)]
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
        Requests { rows: Vec::new(), free: VecDeque::new(), places, flying, waiting, peak: 0, largest: 0 }
    }
}

impl PartialEq for Requests {
    fn eq(&self, other: &Requests) -> bool {
        let lists = |it: &Requests| (it.flying, it.waiting, it.peak, it.largest);
        lists(self) == lists(other) && self.free == other.free && self.rows == other.rows
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

    /// Seats, taken or left.
    pub fn seats(&self) -> usize {
        self.rows.len()
    }

    /// In the order of their seats: what is in flight, and what has ended less than a moment before `now`.
    pub fn seated(&self, now: At) -> impl Iterator<Item = (&Request, Option<&Left>)> {
        let rows = self.rows.iter().filter(|row| row.request.waiting.is_none());
        rows.filter_map(move |row| {
            let left = row.seat.left(now);
            (row.seat == Seat::Taken || left.is_some()).then_some((&row.request, left))
        })
    }

    /// What has ended less than a moment before `now`, the last first.
    pub fn lingering(&self, now: At) -> impl Iterator<Item = (&Request, &Left)> {
        let rows = self.free.iter().rev().map(|&place| &self.rows[place as usize]);
        rows.map_while(move |row| Some((&row.request, row.seat.left(now)?)))
    }

    /// In flight, if any is.
    pub fn oldest(&self) -> Option<&Request> {
        self.iter().next()
    }

    pub(super) fn start(&mut self, id: FetchId, url: &Untrusted, at: At) {
        // One that is told twice leaves no row behind.
        self.leave(id, Seat::Empty);
        self.largest = self.largest.max(id.0);
        let request = Request::new(id, url.clone(), at);
        let place = self.place(Linked { request, seat: Seat::Taken, older: NONE, younger: NONE }, at);
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

    /// What was done waits for another attempt.
    pub(super) fn reopen(&mut self, id: FetchId, host: usize, wait: Wait) {
        self.leave(id, Seat::Empty);
        self.clear(id, wait.until);
        let fetched = wait.fetched.clone();
        let (role, attempt, at) = (fetched.role(), fetched.attempt, wait.until);
        let known = Request::new(id, fetched.url.clone(), at);
        let request = Request { role, host, attempt, status: fetched.status, waiting: Some(wait), ..known };
        let place = self.place(Linked { request, seat: Seat::Taken, older: NONE, younger: NONE }, at);
        self.places.insert(id, place);
        self.link(place);
    }

    /// What has ended a moment ago is seen no more.
    fn clear(&mut self, id: FetchId, now: At) {
        for &place in self.free.iter().rev() {
            let row = &mut self.rows[place as usize];
            if row.seat.left(now).is_none() {
                return;
            }
            if row.request.id == id {
                row.seat = Seat::Empty;
            }
        }
    }

    /// One that waits is to wait no longer.
    pub(super) fn hasten(&mut self, id: FetchId, at: At) {
        self.change(id, |request| {
            if let Some(wait) = &mut request.waiting {
                (wait.until, wait.because) = (at, Because::Asked);
            }
        });
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
        let Linked { older, younger, ref request, .. } = self.rows[place as usize];
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

    fn place(&mut self, row: Linked, at: At) -> u32 {
        match self.spare(at) {
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

    /// The seat that was left first, where it may be taken.
    fn spare(&mut self, at: At) -> Option<u32> {
        let seat = &self.rows[*self.free.front()? as usize].seat;
        let spare = (self.in_flight() / 2).clamp(SPARE.0, SPARE.1);
        let may_go = self.free.len() >= spare || seat.left(at).is_none();
        if may_go { self.free.pop_front() } else { None }
    }

    /// The result is there. Tells the bytes on the wire that were known of.
    pub(super) fn finish(&mut self, id: FetchId, fetched: &Arc<Fetched>, at: At) -> u64 {
        self.leave(id, Seat::Left(Left { at, fetched: fetched.clone() }))
    }

    fn leave(&mut self, id: FetchId, seat: Seat) -> u64 {
        let Some(place) = self.places.remove(&id) else { return 0 };
        self.unlink(place);
        self.free.push_back(place);
        let row = &mut self.rows[place as usize];
        row.seat = seat;
        // What waited has its bytes counted already.
        if row.request.waiting.take().is_some() { u64::MAX } else { row.request.wire }
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

    fn finish(requests: &mut Requests, id: u64, at: u64) -> u64 {
        let fetched = Fetched::blank(Untrusted::new("http://a/", 100), At(0), At(at));
        requests.finish(FetchId(id), &Arc::new(fetched), At(at))
    }

    fn start(requests: &mut Requests, id: u64, at: u64) {
        requests.start(FetchId(id), &Untrusted::new("http://a/", 100), At(at));
    }

    /// Ids in the order of their seats, those that have ended below zero.
    fn seated(requests: &Requests, now: u64) -> Vec<i64> {
        let seated = requests.seated(At(now));
        seated.map(|(request, left)| request.id.0 as i64 * if left.is_some() { -1 } else { 1 }).collect()
    }

    #[test]
    fn what_has_ended_is_seen_on_its_seat_for_a_moment_and_nobody_moves() {
        const SECOND: u64 = 1_000_000;
        let mut requests = Requests::default();
        (1..=3).for_each(|id| start(&mut requests, id, 0));
        finish(&mut requests, 2, 10);
        start(&mut requests, 4, 10);
        assert_eq!(seated(&requests, 11), [1, -2, 3, 4]);
        assert_eq!(requests.lingering(At(11)).count(), 1);
        assert_eq!(seated(&requests, 10 + SECOND), [1, 3, 4], "a moment later it is gone");
        start(&mut requests, 5, 10 + SECOND);
        assert_eq!(seated(&requests, 10 + SECOND), [1, 5, 3, 4], "and its seat is taken");
    }

    #[test]
    fn in_a_quick_run_the_seat_that_was_left_first_is_taken_and_there_are_few_spare() {
        let mut requests = Requests::default();
        (1..=8).for_each(|id| start(&mut requests, id, 0));
        for id in 9..1000 {
            finish(&mut requests, id - 8, id);
            start(&mut requests, id, id);
        }
        assert_eq!((requests.seats(), requests.in_flight()), (8 + SPARE.0 - 1, 8));
        assert_eq!(requests.lingering(At(1000)).count(), SPARE.0 - 1);
        let last: Vec<u64> = requests.lingering(At(1000)).map(|(request, _)| request.id.0).collect();
        assert_eq!(last, [991, 990, 989]);
    }

    #[test]
    fn the_oldest_stays_in_front_whatever_leaves() {
        let mut requests = Requests::default();
        for id in 1..=5 {
            requests.start(FetchId(id), &Untrusted::new("http://a/", 100), At(id));
        }
        finish(&mut requests, 3, 6);
        finish(&mut requests, 1, 6);
        requests.start(FetchId(6), &Untrusted::new("http://a/", 100), At(6));
        assert_eq!(ids(&requests), [2, 4, 5, 6]);
        finish(&mut requests, 6, 6);
        finish(&mut requests, 6, 6);
        assert_eq!(ids(&requests), [2, 4, 5]);
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
            requests.wait(FetchId(id), Wait { until: At(9), because, fetched, reopened: false });
        }
        assert_eq!((ids(&requests), requests.in_flight(), requests.waiting()), (vec![3, 4, 2, 1], 2, 2));
        assert_eq!(requests.again(FetchId(2), 2, At(9)), Some(fetched));
        let again = requests.get(FetchId(2)).unwrap();
        assert_eq!((again.attempt, again.started, &again.waiting), (2, At(9), &None));
        assert_eq!((ids(&requests), requests.in_flight(), requests.waiting()), (vec![3, 4, 2, 1], 3, 1));
        finish(&mut requests, 1, 9);
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
        requests.wait(FetchId(1), Wait { until: At(9), because, fetched, reopened: false });
        assert_eq!(requests.get(FetchId(1)).unwrap().url, given);
    }
}
