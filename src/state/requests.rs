//! The requests in flight, oldest first. Knows nothing of how they are drawn.
//!
//! A slab with a list threaded through it: a fetch is found by its id at once, the oldest is always at the front, and
//! a picture reads only as many rows as it shows, with ten thousand in flight or with ten.

use crate::clock::At;
use crate::id::FetchId;
use crate::phase::{Marks, Phase};
use crate::text::Untrusted;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::net::SocketAddr;
use std::time::Duration;

/// One request in flight.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    pub id: FetchId,
    pub url: Untrusted,
    pub started: At,
    pub marks: Marks,
    pub address: Option<SocketAddr>,
    /// Over a connection that was kept.
    pub reused: bool,
    pub status: Option<u16>,
    pub bytes: u64,
    pub steps: u32,
    /// The worker that runs it, where a pool does.
    pub worker: Option<u16>,
    /// Its result is set; the callback that tells it has not fired yet.
    pub settled: bool,
}

impl Request {
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
    places: HashMap<u64, u32, BuildHasherDefault<ById>>,
    front: u32,
    back: u32,
    /// The most there ever were at once.
    pub peak: u64,
}

#[derive(Clone, Debug)]
struct Linked {
    request: Request,
    older: u32,
    younger: u32,
}

const NONE: u32 = u32::MAX;

impl Default for Requests {
    fn default() -> Requests {
        let places = HashMap::default();
        Requests { rows: Vec::new(), free: Vec::new(), places, front: NONE, back: NONE, peak: 0 }
    }
}

impl PartialEq for Requests {
    fn eq(&self, other: &Requests) -> bool {
        self.peak == other.peak && self.len() == other.len() && self.iter().eq(other.iter())
    }
}

impl Requests {
    pub fn len(&self) -> usize {
        self.places.len()
    }

    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    pub fn get(&self, id: FetchId) -> Option<&Request> {
        self.places.get(&id.0).map(|&place| &self.rows[place as usize].request)
    }

    /// Oldest first.
    pub fn iter(&self) -> impl Iterator<Item = &Request> {
        let mut place = self.front;
        std::iter::from_fn(move || {
            let row = self.rows.get(place as usize)?;
            place = row.younger;
            Some(&row.request)
        })
    }

    pub fn oldest(&self) -> Option<&Request> {
        self.iter().next()
    }

    pub fn youngest(&self) -> Option<&Request> {
        self.rows.get(self.back as usize).map(|row| &row.request)
    }

    pub(super) fn start(&mut self, id: FetchId, url: &Untrusted, at: At) {
        let request = Request {
            id,
            url: url.clone(),
            started: at,
            marks: Marks::new(),
            address: None,
            reused: false,
            status: None,
            bytes: 0,
            steps: 0,
            worker: None,
            settled: false,
        };
        let place = self.place(Linked { request, older: self.back, younger: NONE });
        match self.rows.get_mut(self.back as usize) {
            Some(older) => older.younger = place,
            None => self.front = place,
        }
        self.back = place;
        self.places.insert(id.0, place);
        self.peak = self.peak.max(self.len() as u64);
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

    /// Tells the bytes that were known of.
    pub(super) fn finish(&mut self, id: FetchId) -> u64 {
        let Some(place) = self.places.remove(&id.0) else { return 0 };
        let Linked { older, younger, ref request } = self.rows[place as usize];
        let bytes = request.bytes;
        match self.rows.get_mut(older as usize) {
            Some(row) => row.younger = younger,
            None => self.front = younger,
        }
        match self.rows.get_mut(younger as usize) {
            Some(row) => row.older = older,
            None => self.back = older,
        }
        self.free.push(place);
        bytes
    }

    pub(super) fn enter(&mut self, id: FetchId, phase: Phase, at: At, steps: u32) {
        self.change(id, |request| {
            request.marks.enter(phase, at);
            request.steps = steps;
        });
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

    pub(super) fn fall_back(&mut self, id: FetchId, url: &Untrusted) {
        self.change(id, |request| request.url = url.clone());
    }

    pub(super) fn receive_head(&mut self, id: FetchId, status: u16) {
        self.change(id, |request| request.status = Some(status));
    }

    /// Tells how many bytes are new.
    pub(super) fn progress(&mut self, id: FetchId, bytes: u64, steps: u32) -> u64 {
        let mut new = 0;
        self.change(id, |request| {
            new = bytes.saturating_sub(request.bytes);
            request.bytes = bytes;
            request.steps = steps;
        });
        new
    }

    /// Tells how many bytes are new.
    pub(super) fn settle(&mut self, id: FetchId, bytes: u64, steps: u32) -> u64 {
        self.change(id, |request| request.settled = true);
        self.progress(id, bytes, steps)
    }

    fn change(&mut self, id: FetchId, change: impl FnOnce(&mut Request)) {
        if let Some(&place) = self.places.get(&id.0) {
            change(&mut self.rows[place as usize].request);
        }
    }
}

/// Ids are counted, not chosen by anyone outside, so one multiplication spreads them well enough.
#[derive(Clone, Copy, Debug, Default)]
struct ById(u64);

impl Hasher for ById {
    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_u64(self.0 << 8 | u64::from(byte));
        }
    }

    fn write_u64(&mut self, id: u64) {
        self.0 = id.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
