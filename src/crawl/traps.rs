//! Addresses that a server can make without end. Knows nothing of what they answer.
//!
//! A URL that is new to the crawl is let through, or caught for one of these reasons. The limits are wide enough for
//! what real sites have, and each is told when it first bites. Words made at random are no pattern: against those only a
//! limit on the pages of the run helps.

mod counts;
mod pattern;
mod query;
mod session;
mod shape;
#[cfg(test)]
mod tests;
mod trap;

use std::collections::HashSet;

use crate::text::Untrusted;
use counts::Counts;
use pattern::Pattern;
pub use trap::{Trap, TrapKind};

/// Bytes of a URL. Browsers of old had this limit, and so does Scrapy.
pub const URL_BYTES: usize = 2083;
/// Segments of a path.
pub const SEGMENTS: usize = 32;
/// Times that a path may have one segment; with the next it is caught.
pub const SAME_SEGMENT: usize = 3;
/// Times that a path may have a run of two or more segments one after another; with the next it is caught.
pub const SAME_RUN: usize = 2;
/// Names in a query, each time that one is there.
pub const QUERY_PAIRS: usize = 32;
/// Session ids under which one page is asked for.
pub const SESSIONS: u32 = 5;
/// Months in the paths of one pattern, as in `/2031/04/`: fifty years.
pub const MONTHS: u32 = 600;
/// Dates that the queries of one pattern ask for.
pub const CALENDAR_PAGES: u32 = 1_000;
/// Pages of one pattern with a query: path but for its numbers, and the names.
pub const QUERY_PAGES: u32 = 5_000;
/// Pages of one path but for its numbers, with any query.
pub const PATH_QUERIES: u32 = 50_000;
/// Pages of one path but for its numbers, without a query.
pub const PATH_PAGES: u32 = 1_000_000;

/// Traps that are told; later ones are only counted.
const TOLD: usize = 1_000;

/// Judges each URL that is new to the crawl, once. It takes at most about 10 MB.
#[derive(Debug)]
pub struct Traps {
    counts: Counts,
    pattern: Pattern,
    caught: [u64; TrapKind::ALL.len()],
    told: HashSet<u64>,
}

impl Traps {
    /// `seed`: any number that servers don't know, so that none can make its pages look like another's.
    pub fn new(seed: u64) -> Traps {
        Traps {
            counts: Counts::new(seed),
            pattern: Pattern::default(),
            caught: Default::default(),
            told: HashSet::new(),
        }
    }

    /// Why a URL in normal form is not to be fetched, if it isn't; `url[..origin_end]` is its scheme, host and port.
    /// Each call counts a page: it is for URLs that are new, and that nothing else keeps out.
    pub fn check(&mut self, url: &str, origin_end: usize) -> Option<Trap> {
        let kind = shape::fault(url, &url[origin_end..]);
        let kind = kind.or_else(|| self.count(url, origin_end))?;
        self.caught[kind as usize] += 1;
        Some(Trap { kind, pattern: self.first(kind, url, origin_end) })
    }

    /// URLs that were caught for this reason.
    pub fn caught(&self, kind: TrapKind) -> u64 {
        self.caught[kind as usize]
    }

    /// Counts a page in all that it is one of; the first that is full catches it.
    fn count(&mut self, url: &str, origin_end: usize) -> Option<TrapKind> {
        self.pattern.read(url, origin_end);
        self.pattern.counted().find(|counted| !self.counts.admits(counted)).map(|counted| counted.kind)
    }

    /// What to tell, where this pattern (or, for a trap of a URL's shape, this host) has not been told.
    fn first(&mut self, kind: TrapKind, url: &str, origin_end: usize) -> Option<Untrusted> {
        let text = if kind.is_shape() { url[..origin_end].to_owned() + "/" } else { self.pattern.shown(kind) };
        let is_new = self.told.len() < TOLD && self.told.insert(self.counts.hash(&(kind, &text)));
        is_new.then(|| Untrusted::new(if kind.is_shape() { url } else { &text }, URL_BYTES))
    }
}
