//! What goes into the frontier and what comes out of it. Decides nothing.

use super::limit::{Limit, Trouble};
use super::origin::OriginId;
use super::rate::Rate;
use crate::clock::At;
use crate::id::FetchId;
use std::time::Duration;

/// URLs that are kept at most, where nothing else is said.
pub const MOST_KNOWN: usize = 50_000_000;

/// How the crawl behaves towards its hosts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Manners {
    /// Fetches at once a host; 0 is 1.
    pub per_host: u32,
    /// Fetches at once over all hosts: whoever asks for what is next has so many slots for it.
    pub slots: u32,
    /// The pause between two requests to a host, from the end of one to the start of the next, times something between
    /// 1 and 1.5. Where it is not zero, or robots.txt asks for a delay, a host has one request in flight at a time.
    pub wait: Duration,
    /// Over all hosts.
    pub rate: Option<Rate>,
    /// Whether robots.txt is asked and obeyed.
    pub robots: bool,
    /// Pages that are started at most: further attempts and what is only checked do not count.
    pub max_pages: Option<u64>,
    /// URLs that are kept at most, with the ids that were reserved.
    pub most_known: usize,
    /// Of the jitter. The same seed, the same calls: the same answers.
    pub seed: u64,
}

impl Default for Manners {
    fn default() -> Manners {
        Manners {
            per_host: 8,
            slots: u32::MAX,
            wait: Duration::ZERO,
            rate: None,
            robots: true,
            max_pages: None,
            most_known: MOST_KNOWN,
            seed: 0,
        }
    }
}

/// How a URL was found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Whence {
    /// The fetch whose answer named it; `None` for a start.
    pub page: Option<FetchId>,
    pub depth: u32,
    /// It leads out of the scope, and is only asked whether it is there.
    pub check_only: bool,
    /// `page` redirected here.
    pub hop: bool,
    /// It is not asked for before a shorter way to it is found ([`Frontier::release_far`](super::Frontier::release_far)).
    pub far: bool,
    /// It is read as a sitemap: nobody who finds its URL as that of a page finds it.
    pub map: bool,
}

/// What became of a URL that was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Added {
    New(FetchId),
    Known(FetchId),
    /// As many as may be are known already: it is not kept.
    Full,
}

/// A fetch to be started now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    pub id: FetchId,
    pub url: String,
    /// `url[..origin_end]` is scheme, host and port.
    pub origin_end: usize,
    pub origin: OriginId,
    pub depth: u32,
    pub source: Option<FetchId>,
    pub check_only: bool,
    /// From 1.
    pub attempt: u32,
}

/// What is to be done now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// Fetch it, and say how it ended by `done`, `retry` or `refuse`.
    Target(Taken),
    /// Fetch this robots.txt, and hand it in by `robots`: asked once an origin.
    Robots { origin: OriginId, url: String },
    /// A result of its own: no request is made, since this rule in this line of robots.txt keeps it out.
    Kept { id: FetchId, url: String, line: u32, rule: String },
    /// A result of its own: no request is made, since its host is to be left alone until then, and all else is done.
    Parked { id: FetchId, url: String, until: At, why: Trouble },
    /// Nothing before then, unless something in flight ends or something is added.
    Until(At, Limit),
    /// Nothing before something in flight ends.
    Wait(Limit),
    /// Nothing waits and nothing is in flight.
    End,
}
