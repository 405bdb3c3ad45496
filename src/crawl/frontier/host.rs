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
    pub stand: Stand,
    /// How soon it has answered.
    pub speed: Speed,
    /// Whether it stands in the ring; it may be there while it is ready no more, until its turn comes.
    pub in_ring: bool,
    pub in_flight: u32,
    pub done: u32,
    pub failed: u32,
}

impl Host {
    pub fn new(origin: u32) -> Host {
        Host {
            origins: [origin, NONE],
            pace: None,
            speed: Speed::Unknown,
            stand: Stand::Idle,
            in_ring: false,
            in_flight: 0,
            done: 0,
            failed: 0,
        }
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
