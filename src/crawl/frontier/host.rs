//! A host: its pace, what is in flight at it, and where it stands in line. Knows nothing of URLs.
//!
//! A host is a name and a port; http and https at their default ports are one, since one machine answers both.

use super::pace::{Ended, Pace};
use super::room::Speed;
use crate::clock::At;
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

/// No such origin.
pub(super) const NONE: u32 = u32::MAX;

#[derive(Debug)]
pub(super) struct Host {
    /// That of http and that of https, in the order in which they were found.
    pub origins: [u32; 2],
    /// Made once there is something to keep in it: of a million hosts, most answer once and as they should.
    pace: Option<Box<Pace>>,
    pub in_flight: u32,
    pub done: u32,
    pub failed: u32,
    /// With what it had in flight when it found no slot.
    crowded: u16,
    /// Its place, and whether it is in the ring.
    bits: u8,
    /// How soon it has answered.
    pub speed: Speed,
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
/// Beside the place: it stands in the ring.
const IN_RING: u8 = 1 << 7;

impl Host {
    pub fn new(origin: u32) -> Host {
        Host {
            origins: [origin, NONE],
            pace: None,
            in_flight: 0,
            done: 0,
            failed: 0,
            crowded: 0,
            bits: Place::Idle as u8,
            speed: Speed::Unknown,
        }
    }

    pub fn stand(&self) -> Stand {
        match PLACES[usize::from(self.bits & !IN_RING) % PLACES.len()] {
            Place::Idle => Stand::Idle,
            Place::Full => Stand::Full,
            Place::Ready => Stand::Ready,
            Place::Crowded => Stand::Crowded(u32::from(self.crowded)),
            Place::Timed => Stand::Timed(self.pace().stands_until),
            Place::Parked => Stand::Parked(self.pace().stands_until),
        }
    }

    pub fn set_stand(&mut self, stand: Stand) {
        let place = match stand {
            Stand::Idle => Place::Idle,
            Stand::Full => Place::Full,
            Stand::Ready => Place::Ready,
            Stand::Crowded(in_flight) => {
                self.crowded = u16::try_from(in_flight).unwrap_or(u16::MAX);
                Place::Crowded
            }
            Stand::Timed(until) => self.stand_until(until, Place::Timed),
            Stand::Parked(until) => self.stand_until(until, Place::Parked),
        };
        self.bits = self.bits & IN_RING | place as u8;
    }

    fn stand_until(&mut self, until: At, place: Place) -> Place {
        self.kept_pace().stands_until = until;
        place
    }

    /// Whether it stands in the ring; it may be there while it is ready no more, until its turn comes.
    pub fn in_ring(&self) -> bool {
        self.bits & IN_RING != 0
    }

    pub fn set_in_ring(&mut self, is: bool) {
        self.bits = self.bits & !IN_RING | if is { IN_RING } else { 0 };
    }

    /// What it has in flight, as far as that is of interest where it finds no slot.
    pub fn crowd(&self) -> u32 {
        self.in_flight.min(u32::from(u16::MAX))
    }

    /// Whether it has found no slot, and has as much in flight as then.
    pub fn is_crowded(&self) -> bool {
        self.stand() == Stand::Crowded(self.crowd())
    }

    pub fn origins(&self) -> impl Iterator<Item = u32> + use<> {
        self.origins.into_iter().filter(|&origin| origin != NONE)
    }

    pub fn pace(&self) -> &Pace {
        self.pace.as_deref().unwrap_or(&Pace::USUAL)
    }

    /// A delay that an origin of it asks for. Tells whether it is longer than those before.
    pub fn set_crawl_delay(&mut self, delay: Duration) -> bool {
        self.kept_pace().set_crawl_delay(delay)
    }

    /// A request is over: the next one waits.
    pub fn rest(&mut self, wait: Duration, thrown: f64, now: At) {
        if !self.pace().delay(wait).0.is_zero() {
            self.kept_pace().rest(wait, thrown, now);
        }
    }

    /// Learns from the end of an attempt, as [`Pace::learn`]; from a first answer that is as it should be, no more than how
    /// soon it came.
    pub fn learn(&mut self, how: &Ended, is_first: bool, round: u32, most: u32, now: At) -> bool {
        self.speed = how.speed().unwrap_or(self.speed);
        if self.pace.is_none() && self.done < 2 && !how.is_trouble() {
            return false;
        }
        self.kept_pace().learn(how, is_first, round, most, now)
    }

    fn kept_pace(&mut self) -> &mut Pace {
        self.pace.get_or_insert_default()
    }

    /// Bytes that are allocated beside itself.
    pub fn bytes(&self) -> usize {
        if self.pace.is_some() { size_of::<Pace>() } else { 0 }
    }
}
