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

/// That of one that waits.
pub(super) fn key(entry: &Entry) -> Key {
    let class = match (entry.attempts, entry.is_check()) {
        (1.., _) => Class::Again,
        (0, false) => Class::Page,
        (0, true) => Class::Check,
    };
    (class, entry.depth)
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Lane {
    key: Key,
    first: u32,
    last: u32,
}

/// Most origins never have more than one.
#[derive(Debug)]
pub(super) enum Lanes {
    One(Option<Lane>),
    /// The next lane is the last one: it is the one that is taken away.
    #[expect(clippy::box_collection, reason = "of a million origins it is this that few have")]
    Many(Box<Vec<Lane>>),
}

impl Default for Lanes {
    fn default() -> Lanes {
        Lanes::One(None)
    }
}

impl Lanes {
    pub fn push(&mut self, entries: &mut Chunks<Entry>, id: u32, key: Key) {
        entries[id].next = 0;
        match self.all().binary_search_by(|lane| key.cmp(&lane.key)) {
            Ok(place) => {
                let lane = &mut self.all_mut()[place];
                entries[lane.last].next = id;
                lane.last = id;
            }
            Err(place) => self.insert(place, Lane { key, first: id, last: id }),
        }
    }

    fn insert(&mut self, place: usize, lane: Lane) {
        match self {
            Lanes::One(None) => *self = Lanes::One(Some(lane)),
            Lanes::One(Some(one)) => {
                let mut both = vec![*one];
                both.insert(place, lane);
                *self = Lanes::Many(Box::new(both));
            }
            Lanes::Many(all) => all.insert(place, lane),
        }
    }

    fn all(&self) -> &[Lane] {
        match self {
            Lanes::One(one) => one.as_slice(),
            Lanes::Many(all) => all,
        }
    }

    fn all_mut(&mut self) -> &mut [Lane] {
        match self {
            Lanes::One(one) => one.as_mut_slice(),
            Lanes::Many(all) => all,
        }
    }

    /// The next one that still waits, and its key. Those that were refused meanwhile, or wait elsewhere, leave.
    pub fn front(&mut self, entries: &mut Chunks<Entry>) -> Option<(u32, Key)> {
        loop {
            let lane = self.all().last()?;
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
        let lane = self.all_mut().last_mut()?;
        let (id, last) = (lane.first, lane.last);
        lane.first = entries[id].next;
        if id == last {
            self.drop_next();
        }
        Some(id)
    }

    fn drop_next(&mut self) {
        match self {
            Lanes::One(one) => *one = None,
            Lanes::Many(all) => drop(all.pop()),
        }
        if self.all().is_empty() {
            *self = Lanes::default();
        }
    }

    pub fn is_empty(&self) -> bool {
        self.all().is_empty()
    }

    /// Lets go of all pages that were never started.
    pub fn drop_pages(&mut self) {
        match self {
            Lanes::One(one) => *one = one.filter(|lane| lane.key.0 != Class::Page),
            Lanes::Many(all) => all.retain(|lane| lane.key.0 != Class::Page),
        }
    }

    /// Bytes that are allocated beside itself.
    pub fn bytes(&self) -> usize {
        match self {
            Lanes::One(_) => 0,
            Lanes::Many(all) => size_of::<Vec<Lane>>() + all.capacity() * size_of::<Lane>(),
        }
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
