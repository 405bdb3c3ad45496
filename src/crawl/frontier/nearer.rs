//! What waits, and goes earlier than it was queued for: a shorter path to it was found, or it is a page and not only to be
//! checked. Knows nothing of hosts.
//!
//! The queue of an origin is a chain through the entries, out of which none can be taken but the first. So one that goes
//! earlier stays in the chain until the chain is there, is marked, and waits here.

use super::Frontier;
use super::entry::State;
use super::lanes::{Class, Key};
use crate::id::FetchId;
use std::collections::{BTreeSet, HashMap};

#[derive(Debug, Default)]
pub(super) struct Nearer {
    /// By origin, in the order in which they go.
    waiting: BTreeSet<(u32, Key, u32)>,
    /// In flight, but still in a chain: the rounds that they were started in.
    pub rounds: HashMap<u32, u32>,
}

impl Nearer {
    pub fn insert(&mut self, origin: u32, key: Key, id: u32) {
        self.waiting.insert((origin, key, id));
    }

    /// Whether it waited here.
    pub fn remove(&mut self, origin: u32, key: Key, id: u32) -> bool {
        !self.waiting.is_empty() && self.waiting.remove(&(origin, key, id))
    }

    /// The first one of an origin.
    pub fn front(&self, origin: u32) -> Option<(u32, Key)> {
        let first = self.waiting.range((origin, (Class::Again, 0), 0)..).next();
        first.filter(|(of, ..)| *of == origin).map(|&(_, key, id)| (id, key))
    }

    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    pub fn bytes(&self) -> usize {
        self.waiting.len() * 2 * size_of::<(u32, Key, u32)>() + self.rounds.capacity() * size_of::<(u32, u32)>()
    }
}

impl Frontier {
    /// A path of `depth` links to a URL was found. Where that is shorter than those before, it goes as early as this
    /// lets it, if it waits. Tells whether it is.
    pub fn lower(&mut self, id: FetchId, depth: u32) -> bool {
        let depth = u16::try_from(depth).unwrap_or(u16::MAX);
        let Some(id) = self.known_id(id).filter(|&id| self.known.entries[id].depth > depth) else { return false };
        let (before, origin) = (self.key(id), self.known.origin(id));
        self.known.entries[id].depth = depth;
        if self.known.entries[id].state() == State::Waiting && !self.deferred.holds(id) && !self.far.holds(id) {
            self.move_up(origin, id, before);
        }
        true
    }

    /// What was only to be checked is a page from now on: refused, where all pages that may be were started. Tells
    /// whether it is one: not where it was asked for already.
    pub fn make_page(&mut self, id: FetchId) -> bool {
        let Some(id) = self.known_id(id).filter(|&id| self.is_unasked_check(id)) else { return false };
        if self.far.holds(id) {
            self.known.entries[id].set_page();
            return true;
        }
        let (before, origin) = (self.key(id), self.known.origin(id));
        let deferred = self.undefer(id);
        if !deferred {
            self.count_waiting(origin, before.0, -1);
        }
        self.known.entries[id].set_page();
        match (self.is_closed(), deferred) {
            (true, _) => {
                self.known.entries[id].turn(State::Refused);
                self.counts.refused.over += 1;
            }
            (false, true) => self.enqueue(id),
            (false, false) => {
                self.move_up(origin, id, before);
                self.count_waiting(origin, self.key(id).0, 1);
            }
        }
        self.place(self.host_of(origin));
        self.check();
        true
    }

    fn is_unasked_check(&self, id: u32) -> bool {
        let entry = &self.known.entries[id];
        entry.is_check() && entry.state() == State::Waiting && entry.attempts == 0
    }

    /// One that waits goes by another key than `before`.
    fn move_up(&mut self, origin: u32, id: u32, before: Key) {
        self.queues.keep(&mut self.origins[origin].queue, &mut self.known.entries);
        if !self.nearer.remove(origin, before, id) {
            self.known.entries[id].set_moved(true);
        }
        self.nearer.insert(origin, self.key(id), id);
    }

    /// The first of those of an origin that go earlier, and still wait.
    pub(super) fn nearest(&mut self, origin: u32, closed: bool) -> Option<(u32, Key)> {
        while let Some((id, key)) = self.nearer.front(origin) {
            let goes = self.known.entries[id].state() == State::Waiting && !(closed && key.0 == Class::Page);
            if goes {
                return Some((id, key));
            }
            self.nearer.remove(origin, key, id);
        }
        None
    }
}
