//! The hosts in line: a ring of those that are ready, and by time those that are not. Knows nothing of what they wait
//! for.

use super::host::{Hosts, Stand};
use super::room::Speed;
use crate::clock::At;
use std::collections::{BTreeSet, VecDeque};

#[derive(Debug, Default)]
pub(super) struct Line {
    pub hosts: Hosts,
    /// Each in turn; who was asked goes to the end.
    ring: VecDeque<u32>,
    pub timed: BTreeSet<(At, u32)>,
    pub parked: BTreeSet<(At, u32)>,
    /// Those that wait for a slot, with what they have in flight.
    pub crowded: BTreeSet<(u32, u32)>,
    /// Those among them that have not answered yet and have nothing in flight.
    strangers: BTreeSet<u32>,
    /// Those with something in flight: never more than fetches are.
    pub busy: BTreeSet<u32>,
}

impl Line {
    pub fn stand(&mut self, host: u32, stand: Stand) {
        let before = self.hosts.at(host).stand();
        if before != stand {
            self.hosts.at_mut(host).set_stand(stand);
            match before {
                Stand::Timed(at) => _ = self.timed.remove(&(at, host)),
                Stand::Parked(at) => _ = self.parked.remove(&(at, host)),
                Stand::Crowded(in_flight) => {
                    self.crowded.remove(&(in_flight, host));
                    self.strangers.remove(&host);
                }
                Stand::Idle | Stand::Full | Stand::Ready => {}
            }
            match stand {
                Stand::Timed(at) => _ = self.timed.insert((at, host)),
                Stand::Parked(at) => _ = self.parked.insert((at, host)),
                Stand::Crowded(in_flight) => {
                    self.crowded.insert((in_flight, host));
                    if in_flight == 0 && self.hosts.at(host).speed() == Speed::Unknown {
                        self.strangers.insert(host);
                    }
                }
                Stand::Idle | Stand::Full | Stand::Ready => {}
            }
        }
        if stand == Stand::Ready && !self.hosts.at(host).in_ring() {
            self.hosts.at_mut(host).set_in_ring(true);
            self.ring.push_back(host);
        }
    }

    /// The host whose turn it is. Those that are ready no more leave the ring.
    pub fn front(&mut self) -> Option<u32> {
        loop {
            let &host = self.ring.front()?;
            if self.hosts.at(host).stand() == Stand::Ready {
                return Some(host);
            }
            self.leave(host);
        }
    }

    /// The host in front goes to the end.
    pub fn rotate(&mut self) {
        self.ring.rotate_left(usize::from(!self.ring.is_empty()));
    }

    fn leave(&mut self, host: u32) {
        self.ring.pop_front();
        self.hosts.at_mut(host).set_in_ring(false);
    }

    /// The host in front finds no slot: it waits for one.
    pub fn crowd(&mut self, host: u32) {
        let in_flight = self.hosts.at(host).in_flight();
        self.stand(host, Stand::Crowded(in_flight));
    }

    /// One of those that wait for a slot, the one with the least in flight, is ready again. Tells whether there was one.
    pub fn uncrowd(&mut self) -> bool {
        let Some(&(_, host)) = self.crowded.first() else { return false };
        self.stand(host, Stand::Ready);
        true
    }

    /// The same of those that have not answered yet.
    pub fn uncrowd_stranger(&mut self) {
        if let Some(&host) = self.strangers.first() {
            self.stand(host, Stand::Ready);
        }
    }

    /// A host whose time has come.
    pub fn due(&self, now: At) -> Option<u32> {
        let due = |set: &BTreeSet<(At, u32)>| set.first().filter(|(at, _)| *at <= now).map(|&(_, host)| host);
        due(&self.timed).or_else(|| due(&self.parked))
    }

    pub fn begin(&mut self, host: u32) {
        let in_flight = self.hosts.at(host).in_flight() + 1;
        self.hosts.at_mut(host).set_in_flight(in_flight);
        if in_flight == 1 {
            self.busy.insert(host);
        }
    }

    pub fn end(&mut self, host: u32) {
        let in_flight = self.hosts.at(host).in_flight().saturating_sub(1);
        self.hosts.at_mut(host).set_in_flight(in_flight);
        if in_flight == 0 {
            self.busy.remove(&host);
        }
    }

    /// The first few of the ring, for who looks on.
    pub fn ring(&self) -> impl Iterator<Item = u32> {
        self.ring.iter().copied()
    }

    pub fn bytes(&self) -> usize {
        let sets = self.timed.len() + self.parked.len() + self.crowded.len() + self.busy.len();
        self.hosts.bytes() + self.ring.capacity() * size_of::<u32>() + sets * 2 * size_of::<(At, u32)>()
    }
}
