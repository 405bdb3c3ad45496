//! Hosts: the pace of each, what is in flight at it, and where it stands in line. Knows nothing of URLs.
//!
//! A host is a name and a port; http and https at their default ports are one, since one machine answers both. It has the
//! number of the first of its origins. Of a million hosts, most answer once and as they should: eight bytes are kept of
//! such a one, and all else apart, once there is something to keep.

use super::chunks::Chunks;
use super::pace::{Ended, Pace};
use super::room::Speed;
use crate::clock::At;
use std::collections::HashMap;
use std::time::Duration;

/// Where a host stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stand {
    /// Nothing can be asked of it now: nothing waits, or only what robots.txt has yet to allow.
    Idle,
    /// As much is in flight as may be.
    Full,
    Ready,
    /// Ready, but the slots that are left are for others; with what it has in flight.
    Crowded(u32),
    Timed(At),
    Parked(At),
}

/// No such origin, nothing apart.
pub(super) const NONE: u32 = u32::MAX;

#[derive(Debug, Default)]
pub(super) struct Hosts {
    all: Chunks<Host>,
    apart: Chunks<Apart>,
    /// The hosts of origins that are not the first of theirs.
    of: HashMap<u32, u32>,
}

#[derive(Clone, Copy, Debug)]
struct Host {
    /// The number of what is kept apart.
    apart: u32,
    /// Numbers up to 255: beyond, they are kept apart.
    in_flight: u8,
    done: u8,
    /// With what it had in flight when it found no slot.
    crowded: u8,
    /// Its place, whether it is in the ring, and how soon it has answered.
    bits: u8,
}

/// What is kept of a host that is not as most are.
#[derive(Debug)]
struct Apart {
    pace: Pace,
    /// The pace is its own.
    paced: bool,
    second: u32,
    in_flight: u32,
    done: u32,
    failed: u32,
    crowded: u32,
}

/// A [`Stand`] without its time, which is the pace's, and without what was in flight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Idle,
    Full,
    Ready,
    Crowded,
    Timed,
    Parked,
}

const PLACES: [Place; 6] = [Place::Idle, Place::Full, Place::Ready, Place::Crowded, Place::Timed, Place::Parked];
const PLACE: u8 = 0b111;
/// Beside the place: it stands in the ring.
const IN_RING: u8 = 1 << 7;
/// And how soon it has answered.
const SPEEDS: [Speed; 3] = [Speed::Unknown, Speed::Fast, Speed::Slow];
const SPEED: u8 = 0b11 << SPEED_AT;
const SPEED_AT: u32 = 3;

impl Host {
    const NEW: Host = Host { apart: NONE, in_flight: 0, done: 0, crowded: 0, bits: Place::Idle as u8 };
}

impl Apart {
    fn of(host: Host) -> Apart {
        let [in_flight, done, crowded] = [host.in_flight, host.done, host.crowded].map(u32::from);
        Apart { pace: Pace::USUAL, paced: false, second: NONE, in_flight, done, failed: 0, crowded }
    }
}

impl Hosts {
    /// The next origin is the first of a host, or one more of `host`. Tells its host.
    pub fn push(&mut self, host: Option<u32>) -> Option<u32> {
        let origin = u32::try_from(self.all.push(Host::NEW)).ok()?;
        if let Some(host) = host {
            self.of.insert(origin, host);
            self.at_mut(host).apart().second = origin;
        }
        Some(host.unwrap_or(origin))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.all.len() - self.of.len()
    }

    /// The first of them.
    pub fn first(&self, most: usize) -> impl Iterator<Item = u32> {
        (0..self.all.len().min(most) as u32).filter(|origin| !self.of.contains_key(origin))
    }

    /// That of an origin.
    pub fn of(&self, origin: u32) -> u32 {
        if self.of.is_empty() { origin } else { self.of.get(&origin).copied().unwrap_or(origin) }
    }

    pub fn at(&self, number: u32) -> Known<'_> {
        let host = &self.all[number];
        Known { number, host, apart: (host.apart != NONE).then(|| &self.apart[host.apart]) }
    }

    pub fn at_mut(&mut self, number: u32) -> KnownMut<'_> {
        KnownMut { host: &mut self.all[number], all_apart: &mut self.apart }
    }

    pub fn bytes(&self) -> usize {
        self.all.bytes() + self.apart.bytes() + self.of.capacity() * size_of::<(u32, u32)>()
    }
}

/// What is known of a host.
#[derive(Clone, Copy)]
pub(super) struct Known<'h> {
    number: u32,
    host: &'h Host,
    apart: Option<&'h Apart>,
}

impl<'h> Known<'h> {
    pub fn stand(self) -> Stand {
        match PLACES[usize::from(self.host.bits & PLACE) % PLACES.len()] {
            Place::Idle => Stand::Idle,
            Place::Full => Stand::Full,
            Place::Ready => Stand::Ready,
            Place::Crowded => Stand::Crowded(self.apart.map_or(self.host.crowded.into(), |apart| apart.crowded)),
            Place::Timed => Stand::Timed(self.pace().stands_until),
            Place::Parked => Stand::Parked(self.pace().stands_until),
        }
    }

    /// Whether it stands in the ring; it may be there while it is ready no more, until its turn comes.
    pub fn in_ring(self) -> bool {
        self.host.bits & IN_RING != 0
    }

    /// How soon it has answered.
    pub fn speed(self) -> Speed {
        SPEEDS[usize::from((self.host.bits & SPEED) >> SPEED_AT) % SPEEDS.len()]
    }

    /// Whether it has found no slot, and has as much in flight as then.
    pub fn is_crowded(self) -> bool {
        self.stand() == Stand::Crowded(self.in_flight())
    }

    /// That of http and that of https, in the order in which they were found.
    pub fn origins(self) -> impl Iterator<Item = u32> + use<> {
        let second = self.apart.map_or(NONE, |apart| apart.second);
        [self.number, second].into_iter().filter(|&origin| origin != NONE)
    }

    pub fn pace(self) -> &'h Pace {
        self.apart.map_or(&Pace::USUAL, |apart| &apart.pace)
    }

    pub fn in_flight(self) -> u32 {
        self.apart.map_or(self.host.in_flight.into(), |apart| apart.in_flight)
    }

    pub fn done(self) -> u32 {
        self.apart.map_or(self.host.done.into(), |apart| apart.done)
    }

    pub fn failed(self) -> u32 {
        self.apart.map_or(0, |apart| apart.failed)
    }
}

/// A host that changes.
pub(super) struct KnownMut<'h> {
    host: &'h mut Host,
    all_apart: &'h mut Chunks<Apart>,
}

impl KnownMut<'_> {
    pub fn set_stand(&mut self, stand: Stand) {
        let place = match stand {
            Stand::Idle => Place::Idle,
            Stand::Full => Place::Full,
            Stand::Ready => Place::Ready,
            Stand::Crowded(in_flight) => {
                self.set(in_flight, |host| &mut host.crowded, |apart| &mut apart.crowded);
                Place::Crowded
            }
            Stand::Timed(until) => self.stand_until(until, Place::Timed),
            Stand::Parked(until) => self.stand_until(until, Place::Parked),
        };
        self.host.bits = self.host.bits & !PLACE | place as u8;
    }

    fn stand_until(&mut self, until: At, place: Place) -> Place {
        self.kept_pace().stands_until = until;
        place
    }

    pub fn set_in_ring(&mut self, is: bool) {
        self.host.bits = self.host.bits & !IN_RING | if is { IN_RING } else { 0 };
    }

    pub fn set_in_flight(&mut self, in_flight: u32) {
        self.set(in_flight, |host| &mut host.in_flight, |apart| &mut apart.in_flight);
    }

    /// One more is done there; whether it failed.
    pub fn count_done(&mut self, done: u32, failed: bool) {
        self.set(done, |host| &mut host.done, |apart| &mut apart.done);
        if failed {
            let failed = &mut self.apart().failed;
            *failed = failed.saturating_add(1);
        }
    }

    /// A number that is kept with the host as long as it is small and nothing of it is kept apart.
    fn set(&mut self, number: u32, small: fn(&mut Host) -> &mut u8, large: fn(&mut Apart) -> &mut u32) {
        match u8::try_from(number) {
            Ok(number) if self.host.apart == NONE => *small(self.host) = number,
            _ => *large(self.apart()) = number,
        }
    }

    /// A delay that an origin of it asks for. Tells whether it is longer than those before.
    pub fn set_crawl_delay(&mut self, delay: Duration) -> bool {
        self.kept_pace().set_crawl_delay(delay)
    }

    /// A request is over: the next one waits.
    pub fn rest(&mut self, wait: Duration, thrown: f64, now: At) {
        let pace = if self.host.apart == NONE { &Pace::USUAL } else { &self.all_apart[self.host.apart].pace };
        if !pace.delay(wait).0.is_zero() {
            self.kept_pace().rest(wait, thrown, now);
        }
    }

    /// Learns from the end of an attempt, as [`Pace::learn`]; from a first answer that is as it should be, no more than how
    /// soon it came. `done`: what is done there, with this one.
    pub fn learn(&mut self, how: &Ended, is_first: bool, round: u32, (most, done): (u32, u32), now: At) -> bool {
        if let Some(speed) = how.speed() {
            self.host.bits = self.host.bits & !SPEED | (speed as u8) << SPEED_AT;
        }
        let paced = self.host.apart != NONE && self.all_apart[self.host.apart].paced;
        if !paced && done < 2 && !how.is_trouble() {
            return false;
        }
        self.kept_pace().learn(how, is_first, round, most, now)
    }

    fn kept_pace(&mut self) -> &mut Pace {
        let apart = self.apart();
        apart.paced = true;
        &mut apart.pace
    }

    fn apart(&mut self) -> &mut Apart {
        if self.host.apart == NONE {
            // There are no more of them than origins.
            self.host.apart = u32::try_from(self.all_apart.push(Apart::of(*self.host))).unwrap_or(NONE);
        }
        &mut self.all_apart[self.host.apart]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_million_hosts_each_takes_eight_bytes_and_large_numbers_are_kept_all_the_same() {
        assert_eq!(size_of::<Host>(), 8);
        let mut hosts = Hosts::default();
        let (first, other) = (hosts.push(None).unwrap(), hosts.push(None).unwrap());
        assert_eq!((hosts.push(Some(first)), hosts.len()), (Some(first), 2));
        assert_eq!((hosts.of(2), hosts.of(1), hosts.first(9).collect::<Vec<_>>()), (first, other, vec![first, other]));
        assert_eq!([first, other].map(|host| hosts.at(host).origins().collect::<Vec<_>>()), [vec![0, 2], vec![1]]);
        for number in [0, 3, 255, 256, 70_000, 1] {
            hosts.at_mut(other).set_in_flight(number);
            hosts.at_mut(other).set_stand(Stand::Crowded(number));
            hosts.at_mut(other).count_done(number, number == 1);
            let at = hosts.at(other);
            assert_eq!((at.in_flight(), at.done(), at.is_crowded()), (number, number, true));
            assert_eq!((at.speed(), at.failed(), at.in_ring()), (Speed::Unknown, u32::from(number == 1), false));
        }
    }
}
