//! Checks that are put off: what leads out is not asked for as long as it may turn out to belong to the crawl. Knows no
//! scope.

use super::Frontier;
use super::entry::State;
use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};

/// What waits at no host. Sitemaps are not among it.
#[derive(Debug, Default)]
pub(super) struct Deferred {
    /// What is only to be checked is put off.
    pub on: bool,
    ids: BTreeSet<u32>,
    /// How many there are of each origin.
    of: HashMap<u32, u32>,
}

impl Deferred {
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    pub fn holds(&self, id: u32) -> bool {
        !self.ids.is_empty() && self.ids.contains(&id)
    }

    /// Of an origin.
    pub fn at(&self, origin: u32) -> u32 {
        if self.of.is_empty() { 0 } else { self.of.get(&origin).copied().unwrap_or(0) }
    }

    pub fn bytes(&self) -> usize {
        self.ids.len() * 2 * size_of::<u32>() + self.of.capacity() * size_of::<(u32, u32)>()
    }
}

impl Frontier {
    /// Whether what is only to be checked is put off from now on. Once it is not any more, all of it goes to its hosts.
    pub fn defer_checks(&mut self, on: bool) {
        if self.deferred.on == on {
            return;
        }
        self.deferred.on = on;
        if !on {
            for id in std::mem::take(&mut self.deferred.ids) {
                self.uncount_deferred(id);
                self.enqueue(id);
            }
            self.check();
        }
    }

    pub(super) fn defer(&mut self, id: u32) {
        let origin = self.known.origin(id);
        self.known.entries[id].turn(State::Waiting);
        self.deferred.ids.insert(id);
        *self.deferred.of.entry(origin).or_default() += 1;
        self.counts.waiting += 1;
    }

    /// Takes it out, if it is put off: then it waits nowhere.
    pub(super) fn undefer(&mut self, id: u32) -> bool {
        let held = self.deferred.holds(id) && self.deferred.ids.remove(&id);
        if held {
            self.uncount_deferred(id);
        }
        held
    }

    fn uncount_deferred(&mut self, id: u32) {
        let origin = self.known.origin(id);
        if let Entry::Occupied(mut of) = self.deferred.of.entry(origin) {
            *of.get_mut() -= 1;
            if *of.get() == 0 {
                of.remove();
            }
        }
        self.counts.waiting -= 1;
    }
}
