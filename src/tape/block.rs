//! Events that lie one behind another on a tape, and their moments.

use crate::clock::At;
use crate::event::Event;
use std::sync::Arc;

#[derive(Clone, Debug)]
pub struct Block {
    /// The position of the first.
    pub first: u64,
    /// The moment of the event before the first.
    pub since: At,
    pub events: Arc<[Event]>,
}

impl Block {
    /// The position behind the last.
    pub fn end(&self) -> u64 {
        self.first + self.events.len() as u64
    }

    pub fn holds(&self, position: u64) -> bool {
        (self.first..self.end()).contains(&position)
    }

    /// Each event with its moment, which is never before that of an earlier one.
    pub fn iter(&self) -> impl Iterator<Item = (At, &Event)> {
        self.events.iter().scan(self.since, |moment, event| {
            *moment = event.at.max(*moment);
            Some((*moment, event))
        })
    }

    /// The event at a position.
    pub fn get(&self, position: u64) -> Option<&Event> {
        self.events.get(usize::try_from(position.checked_sub(self.first)?).ok()?)
    }
}
