//! The requests in flight, oldest first, and behind them those that wait to be made again. Knows nothing of how they
//! are drawn.
//!
//! A slab with two lists threaded through it: a fetch is found by its id at once, the oldest is always at the front, and
//! a picture reads only as many rows as it shows, with ten thousand in flight or with ten.
//!
//! The places of the slab are seats: whoever takes one keeps it, and what has ended stays on it until another comes, so
//! that a table of seats does not move. A few seats are spare. Whoever comes takes the first one that has been left for a
//! moment, or where no other is spare, the one that was left first: so what ended is seen for that moment, or in a quick run
//! for less. Beside its seat, what is in flight has a line, for a table that has no room for spare ones.

mod lines;
mod longest;
mod progress;
mod request;
mod seat;
#[cfg(test)]
mod tests;

pub use request::{Request, Wait};
pub use seat::Left;

use crate::clock::At;
use crate::event::Because;
use crate::fetched::Fetched;
use crate::id::{ByFetch, FetchId};
use crate::text::Untrusted;
use lines::Lines;
use longest::Longest;
use seat::Seat;
use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

/// Seats beyond those that are taken, so that what has ended can stay on one: half as many, but at least and at most so
/// many.
const SPARE: (usize, usize) = (4, 64);

#[derive(Clone, Debug)]
pub struct Requests {
    rows: Vec<Linked>,
    /// The seats that were left, the one that was left first in front.
    free: VecDeque<u32>,
    /// Those on which nothing is seen any more.
    empty: BTreeSet<u32>,
    lines: Lines,
    /// Those of what waits.
    below: Lines,
    places: ByFetch<u32>,
    flying: List,
    waiting: List,
    /// Those that will be no results: robots.txt, sitemaps.
    errands: usize,
    /// The most there ever were at once.
    pub peak: u64,
    /// The largest id so far.
    pub largest: u64,
    longest: Longest,
}

#[derive(Clone, Debug, PartialEq)]
struct Linked {
    request: Request,
    seat: Seat,
    /// Of what is in flight, or was last; or of what waits.
    line: u32,
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

/// Seats beyond so many.
fn spare(in_flight: usize) -> usize {
    (in_flight / 2).clamp(SPARE.0, SPARE.1)
}

impl Default for Requests {
    fn default() -> Requests {
        let places = ByFetch::default();
        let (flying, waiting) = (List::EMPTY, List::EMPTY);
        let (rows, free, empty) = (Vec::new(), VecDeque::new(), BTreeSet::new());
        let (lines, below, longest) = (Lines::default(), Lines::default(), Longest::default());
        let (errands, peak, largest) = (0, 0, 0);
        Requests { rows, free, empty, lines, below, places, flying, waiting, errands, peak, largest, longest }
    }
}

impl PartialEq for Requests {
    fn eq(&self, other: &Requests) -> bool {
        let lists = |it: &Requests| (it.flying, it.waiting, it.peak, it.largest, it.longest);
        let seats = (&self.free, &self.empty) == (&other.free, &other.empty);
        let lines = (&self.lines, &self.below) == (&other.lines, &other.below);
        lists(self) == lists(other) && seats && lines && self.rows == other.rows
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

    /// In flight or waiting, and to be a result.
    pub fn targets(&self) -> usize {
        self.len() - self.errands
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

    /// Seats, taken or left, or to be taken as the run goes on like this.
    pub fn seats(&self) -> usize {
        let peak = self.peak as usize;
        self.rows.len().max(peak + spare(peak) - 1)
    }

    /// In the order of their seats, with the number of it: what is in flight or waits, and what has ended less than a
    /// moment before `now`.
    pub fn seated(&self, now: At) -> impl Iterator<Item = (usize, &Request, Option<&Left>)> {
        self.rows.iter().enumerate().filter_map(move |(seat, row)| {
            let left = row.seat.left(now);
            (row.seat == Seat::Taken || left.is_some()).then_some((seat, &row.request, left))
        })
    }

    /// Lines up to the last one that is taken.
    pub fn lines(&self) -> usize {
        self.lines.count()
    }

    /// In the order of their lines, with the number of it: what is in flight, and what has ended less than a moment before
    /// `now`, where nobody else has its line.
    pub fn lined(&self, now: At) -> Vec<(usize, &Request, Option<&Left>)> {
        let line = |request: &Request| self.places.get(&request.id).map(|&place| self.rows[place as usize].line);
        let flying = self.from(self.flying.front).filter_map(|request| Some((line(request)? as usize, request, None)));
        let left = self.free.iter().rev().map(|&place| &self.rows[place as usize]);
        let left = left.map_while(|row| Some((row.line as usize, &row.request, Some(row.seat.left(now)?))));
        let mut rows: Vec<_> = flying.chain(left).collect();
        // What is in flight came first, and of what has ended, what did so last.
        rows.sort_by_key(|(line, ..)| *line);
        rows.dedup_by_key(|(line, ..)| *line);
        rows
    }

    /// What waits, each with its line of those that are theirs, longest first.
    pub fn waiting_lined(&self) -> impl Iterator<Item = (usize, &Request)> {
        let line = |request: &Request| self.places.get(&request.id).map(|&place| self.rows[place as usize].line);
        self.iter_waiting().filter_map(move |request| Some((line(request)? as usize, request)))
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

    /// How long the oldest has been in flight, or one took that has ended a few seconds ago, whichever is more. So it
    /// grows at once, and shrinks late.
    pub fn longest(&self, now: At) -> Duration {
        let oldest = self.oldest().map_or(Duration::ZERO, |oldest| oldest.age(now));
        oldest.max(self.longest.before(now))
    }

    pub(super) fn start(&mut self, id: FetchId, url: &Untrusted, at: At) {
        // One that is told twice leaves no row behind.
        self.leave(id, Seat::Empty);
        self.largest = self.largest.max(id.0);
        let request = Request::new(id, url.clone(), at);
        let place = self.place(Linked { request, seat: Seat::Taken, line: NONE, older: NONE, younger: NONE }, at);
        self.places.insert(id, place);
        self.link(place);
    }

    /// The attempt has failed, and another one is to be made. Tells the bytes on the wire that were known of.
    pub(super) fn wait(&mut self, id: FetchId, wait: Wait) -> u64 {
        let Some(&place) = self.places.get(&id) else { return 0 };
        self.longest.record(wait.fetched.ended, wait.fetched.total());
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
        let place = self.place(Linked { request, seat: Seat::Taken, line: NONE, older: NONE, younger: NONE }, at);
        self.places.insert(id, place);
        self.errands += usize::from(!role.is_result());
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
    pub(super) fn again(&mut self, id: FetchId, attempt: u32, at: At) -> Option<Wait> {
        let &place = self.places.get(&id)?;
        self.unlink(place);
        let request = &mut self.rows[place as usize].request;
        let before = request.waiting.take();
        let (url, role, host) = (std::mem::take(&mut request.url), request.role, request.host);
        *request = Request { attempt, role, host, ..Request::new(id, url, at) };
        self.link(place);
        before
    }

    /// Puts a row at the end of the list it belongs to.
    fn link(&mut self, place: u32) {
        let waits = self.rows[place as usize].request.waiting.is_some();
        self.rows[place as usize].line = if waits { &mut self.below } else { &mut self.lines }.take();
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
        let Linked { older, younger, line, ref request, .. } = self.rows[place as usize];
        let waits = request.waiting.is_some();
        if waits { &mut self.below } else { &mut self.lines }.leave(line);
        let list = if waits { &mut self.waiting } else { &mut self.flying };
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

    /// The first seat on which nothing is seen any more, else the one that was left first, where it may be taken.
    fn spare(&mut self, at: At) -> Option<u32> {
        while let Some(&place) = self.free.front().filter(|&&place| self.rows[place as usize].seat.left(at).is_none()) {
            self.free.pop_front();
            self.empty.insert(place);
        }
        let enough = self.free.len() >= spare(self.in_flight());
        self.empty.pop_first().or_else(|| if enough { self.free.pop_front() } else { None })
    }

    /// The result is there. Tells the bytes on the wire that were known of.
    pub(super) fn finish(&mut self, id: FetchId, fetched: &Arc<Fetched>, at: At) -> u64 {
        self.longest.record(at, fetched.total());
        self.leave(id, Seat::Left(Left { at, fetched: fetched.clone() }))
    }

    fn leave(&mut self, id: FetchId, seat: Seat) -> u64 {
        let Some(place) = self.places.remove(&id) else { return 0 };
        self.unlink(place);
        if seat == Seat::Empty {
            self.empty.insert(place);
        } else {
            self.free.push_back(place);
        }
        let row = &mut self.rows[place as usize];
        self.errands -= usize::from(!row.request.role.is_result());
        row.seat = seat;
        // What waited has its bytes counted already.
        if row.request.waiting.take().is_some() { u64::MAX } else { row.request.wire }
    }

    fn change(&mut self, id: FetchId, change: impl FnOnce(&mut Request)) {
        if let Some(&place) = self.places.get(&id) {
            change(&mut self.rows[place as usize].request);
        }
    }
}
