//! What waits at one origin, by depth, and first in first out within one. Knows nothing of hosts or time.
//!
//! A queue is a chain through the entries themselves, so that an origin with one URL costs a dozen bytes for it.

use super::chunks::Chunks;
use super::entry::{Entry, State};

/// In the order in which they go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Class {
    /// A further attempt.
    Again,
    Page,
    /// Leads out, and is only asked whether it is there.
    Check,
}

/// Class and depth.
pub(super) type Key = (Class, u16);

#[derive(Clone, Copy, Debug)]
struct Lane {
    key: Key,
    first: u32,
    last: u32,
}

/// The next lane is the last one: it is the one that is taken away.
#[derive(Debug, Default)]
pub(super) struct Lanes(Vec<Lane>);

impl Lanes {
    pub fn push(&mut self, entries: &mut Chunks<Entry>, id: u32, key: Key) {
        entries[id].next = 0;
        match self.0.binary_search_by(|lane| key.cmp(&lane.key)) {
            Ok(place) => {
                let lane = &mut self.0[place];
                entries[lane.last].next = id;
                lane.last = id;
            }
            Err(place) => {
                // Most hosts never have more than one: no room for others is made ahead.
                if self.0.is_empty() {
                    self.0.reserve_exact(1);
                }
                self.0.insert(place, Lane { key, first: id, last: id });
            }
        }
    }

    /// The next one that still waits, and its key. Those that were refused meanwhile, or wait elsewhere, leave.
    pub fn front(&mut self, entries: &mut Chunks<Entry>) -> Option<(u32, Key)> {
        loop {
            let lane = self.0.last()?;
            let (first, key) = (lane.first, lane.key);
            if entries[first].state() == State::Waiting && !entries[first].is_moved() {
                return Some((first, key));
            }
            self.pop(entries);
            entries[first].set_moved(false);
        }
    }

    /// Takes the first one away, whatever its state.
    pub fn pop(&mut self, entries: &Chunks<Entry>) -> Option<u32> {
        let lane = self.0.last_mut()?;
        let (id, last) = (lane.first, lane.last);
        lane.first = entries[id].next;
        if id == last {
            self.0.pop();
        }
        Some(id)
    }

    /// Lets go of all pages that were never started.
    pub fn drop_pages(&mut self) {
        self.0.retain(|lane| lane.key.0 != Class::Page);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(count: usize) -> Chunks<Entry> {
        let mut entries = Chunks::default();
        (0..=count).for_each(|_| assert!(entries.push(Entry::waiting(0, false, false)) <= count));
        entries
    }

    #[test]
    fn what_waits_goes_by_class_then_depth_then_order() {
        let mut entries = entries(7);
        let mut lanes = Lanes::default();
        let keys = [(2, Class::Page), (1, Class::Page), (2, Class::Page), (0, Class::Check), (9, Class::Again)];
        for (id, (depth, class)) in (1..).zip(keys) {
            lanes.push(&mut entries, id, (class, depth));
        }
        lanes.push(&mut entries, 6, (Class::Page, 1));
        entries[6].turn(State::Refused);
        let mut order = Vec::new();
        while let Some((id, _)) = lanes.front(&mut entries) {
            assert_eq!(lanes.pop(&entries), Some(id));
            order.push(id);
        }
        assert_eq!(order, [5, 2, 1, 3, 4]);
        assert!(lanes.pop(&entries).is_none());
    }
}
