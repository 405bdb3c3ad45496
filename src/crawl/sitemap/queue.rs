//! Which sitemap is read next: those that robots.txt or the user named, and those that an index among them leads to.
//! Fetches nothing, and knows no origin.

use super::Limits;
use std::collections::{HashSet, VecDeque};

/// A sitemap to be fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitingMap {
    pub url: Box<str>,
    /// An index led to it: if it is an index too, its maps are passed over.
    pub nested: bool,
}

/// Each URL once, in the order in which they came, and no more than [`Limits::maps`] of them.
pub struct SitemapQueue {
    waiting: VecDeque<WaitingMap>,
    known: HashSet<Box<str>>,
    maps: usize,
    over: u64,
    deep: u64,
}

impl SitemapQueue {
    pub fn new(limits: Limits) -> SitemapQueue {
        SitemapQueue { waiting: VecDeque::new(), known: HashSet::new(), maps: limits.maps, over: 0, deep: 0 }
    }

    /// Adds one that robots.txt or the user named, in the normal form of its URL.
    pub fn add(&mut self, url: &str) {
        self.push(url, false);
    }

    /// Adds one that `index` holds.
    pub fn add_from(&mut self, index: &WaitingMap, url: &str) {
        if index.nested {
            self.deep += 1;
        } else {
            self.push(url, true);
        }
    }

    pub fn take_next(&mut self) -> Option<WaitingMap> {
        self.waiting.pop_front()
    }

    /// Those that were too many.
    pub fn over(&self) -> u64 {
        self.over
    }

    /// Those in an index that itself came from an index.
    pub fn deep(&self) -> u64 {
        self.deep
    }

    fn push(&mut self, url: &str, nested: bool) {
        if self.known.contains(url) {
            return;
        }
        if self.known.len() == self.maps {
            self.over += 1;
            return;
        }
        self.known.insert(url.into());
        self.waiting.push_back(WaitingMap { url: url.into(), nested });
    }
}
