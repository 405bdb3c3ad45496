//! What is known and not asked for, as long as no shorter way leads there. Knows neither why nor how long a way is.

use super::Frontier;
use super::entry::State;
use crate::id::FetchId;
use std::collections::BTreeSet;

/// What waits at no host until it is released or given up.
#[derive(Debug, Default)]
pub(super) struct Far {
    ids: BTreeSet<u32>,
}

impl Far {
    pub fn holds(&self, id: u32) -> bool {
        !self.ids.is_empty() && self.ids.contains(&id)
    }

    pub fn bytes(&self) -> usize {
        self.ids.len() * 2 * size_of::<u32>()
    }
}

impl Frontier {
    pub(super) fn put_away(&mut self, id: u32) {
        self.known.entries[id].turn(State::Waiting);
        self.far.ids.insert(id);
        self.counts.waiting += 1;
    }

    /// Takes it out, if it is put away: then it waits nowhere.
    pub(super) fn take_back(&mut self, id: u32) -> bool {
        let held = self.far.holds(id) && self.far.ids.remove(&id);
        self.counts.waiting -= u64::from(held);
        held
    }

    /// A way that is short enough leads there: it goes to its host, unless enough pages were started.
    pub fn release_far(&mut self, id: FetchId) {
        let Some(id) = self.known_id(id).filter(|&id| self.take_back(id)) else { return };
        if self.is_closed() && !self.known.entries[id].is_check() {
            self.known.entries[id].turn(State::Refused);
            self.counts.refused.over += 1;
        } else if self.deferred.on && self.known.entries[id].is_check() {
            self.defer(id);
        } else {
            self.enqueue(id);
        }
        self.check();
    }

    /// No shorter way will lead there: one of them that is refused, with its URL.
    pub fn give_up_far(&mut self) -> Option<(FetchId, String)> {
        let id = *self.far.ids.first()?;
        self.take_back(id);
        self.known.entries[id].turn(State::Refused);
        self.counts.refused.told += 1;
        self.check();
        Some((FetchId(u64::from(id)), self.text(id)))
    }
}
