//! The last events, as they were; what only counts on (bytes, targets, samples) is left out, and so is content. Knows nothing of their wording.

use crate::event::{Event, EventKind};
use std::collections::VecDeque;

/// Events that are kept; what is older is counted only.
pub const KEPT: usize = 10_000;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Log {
    events: VecDeque<Event>,
    /// Events so far.
    pub count: u64,
}

impl Log {
    pub(super) fn push(&mut self, event: &Event) {
        use EventKind::{BodyProgressed, ContentKept, Sampled, TargetsCounted};
        if matches!(event.kind, BodyProgressed { .. } | ContentKept { .. } | TargetsCounted { .. } | Sampled(_)) {
            return;
        }
        self.count += 1;
        if self.events.len() == KEPT {
            self.events.pop_front();
        }
        self.events.push_back(event.clone());
    }

    /// The newest first, each with its number counted from 0 at the beginning of the run.
    pub fn newest_first(&self) -> impl Iterator<Item = (u64, &Event)> {
        self.events.iter().rev().enumerate().map(|(back, event)| (self.count - 1 - back as u64, event))
    }

    /// The oldest event that is kept has this number.
    pub fn first(&self) -> u64 {
        self.count - self.events.len() as u64
    }
}
