//! What was changed by hand, and when. Knows nothing of what came of it.

use crate::clock::At;
use crate::control::Rate;
use crate::id::FetchId;
use std::collections::VecDeque;
use std::time::Duration;

/// Changes that are kept; older ones are forgotten.
const KEPT: usize = 200;
/// Changes of one kind in so short a time are one.
const ONE: Duration = Duration::from_secs(1);

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mark {
    pub at: At,
    /// When it was changed for the last time, where several changes are one.
    pub last: At,
    pub change: Change,
}

/// A wish that took effect.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Change {
    Paused,
    Resumed,
    Concurrency { from: u32, to: u32 },
    PerHost { from: u32, to: u32 },
    Rate { from: Option<Rate>, to: Option<Rate> },
    Cancelled(FetchId),
    Retried(FetchId),
    RetriedFailed(u64),
    Draining,
    Continued,
}

impl Change {
    /// The two as one, where they are of one kind.
    pub fn and(self, then: Change) -> Option<Change> {
        match (self, then) {
            (Change::Concurrency { from, .. }, Change::Concurrency { to, .. }) => {
                Some(Change::Concurrency { from, to })
            }
            (Change::PerHost { from, .. }, Change::PerHost { to, .. }) => Some(Change::PerHost { from, to }),
            (Change::Rate { from, .. }, Change::Rate { to, .. }) => Some(Change::Rate { from, to }),
            _ => None,
        }
    }
}

/// The last ones, in their order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Marks(VecDeque<Mark>);

impl Marks {
    pub(in crate::state) fn push(&mut self, at: At, change: Change) {
        if let Some(last) = self.0.back_mut().filter(|last| at - last.last < ONE)
            && let Some(change) = last.change.and(change)
        {
            (last.last, last.change) = (at, change);
            return;
        }
        if self.0.len() == KEPT {
            self.0.pop_front();
        }
        self.0.push_back(Mark { at, last: at, change });
    }

    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Mark> {
        self.0.iter()
    }

    pub fn last(&self) -> Option<&Mark> {
        self.0.back()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_of_one_kind_within_a_second_are_one_and_so_many_are_kept() {
        let mut marks = Marks::default();
        let set = |from, to| Change::Concurrency { from, to };
        for (ms, from, to) in [(0, 64, 58), (900, 58, 53), (1_800, 53, 48), (5_000, 48, 44)] {
            marks.push(At(ms * 1000), set(from, to));
        }
        marks.push(At(5_000_001), Change::Paused);
        marks.push(At(5_000_002), set(44, 45));
        let told: Vec<_> = marks.iter().map(|mark| (mark.at.0 / 1_000_000, mark.change)).collect();
        assert_eq!(told, [(0, set(64, 48)), (5, set(48, 44)), (5, Change::Paused), (5, set(44, 45))]);
        (0..999).for_each(|at| marks.push(At(at * 2_000_000), Change::Cancelled(FetchId(at))));
        assert_eq!((marks.iter().count(), marks.last().unwrap().change), (KEPT, Change::Cancelled(FetchId(998))));
    }
}
