//! A host: its pace, what is in flight at it, and where it stands in line. Knows nothing of URLs.
//!
//! A host is a name and a port; http and https at their default ports are one, since one machine answers both.

use super::pace::Pace;
use crate::clock::At;

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
    pub pace: Pace,
    pub stand: Stand,
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
            pace: Pace::default(),
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
}
