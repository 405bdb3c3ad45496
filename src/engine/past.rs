//! What is done and may be wanted again: the last that had no trouble, and the last that failed. Fetches nothing.

use crate::id::FetchId;
use std::collections::VecDeque;

/// Targets that are kept of each kind; of those before them, nothing is known here.
const KEPT: usize = 10_000;

pub(super) struct Past<T> {
    fine: Last<T>,
    failed: Last<T>,
}

/// The last of many, in the order in which they came.
struct Last<T>(VecDeque<(FetchId, T)>);

impl<T> Default for Last<T> {
    fn default() -> Last<T> {
        Last(VecDeque::new())
    }
}

impl<T> Default for Past<T> {
    fn default() -> Past<T> {
        Past { fine: Last::default(), failed: Last::default() }
    }
}

impl<T> Past<T> {
    /// `failed`: it is one of those that are meant where all that failed are.
    pub fn put(&mut self, id: FetchId, failed: bool, done: T) {
        if failed { &mut self.failed } else { &mut self.fine }.put(id, done, KEPT);
    }

    pub fn take(&mut self, id: FetchId) -> Option<T> {
        self.failed.take(id).or_else(|| self.fine.take(id))
    }

    /// All that failed, the last one first.
    pub fn take_failed(&mut self) -> Vec<T> {
        let failed = std::mem::take(&mut self.failed);
        failed.0.into_iter().rev().map(|(_, done)| done).collect()
    }
}

impl<T> Last<T> {
    /// Whoever was taken may come again; none comes twice else.
    fn put(&mut self, id: FetchId, done: T, most: usize) {
        if self.0.len() >= most {
            self.0.pop_front();
        }
        self.0.push_back((id, done));
    }

    /// A user's wish is rare enough to look at each.
    fn take(&mut self, id: FetchId) -> Option<T> {
        let place = self.0.iter().rposition(|kept| kept.0 == id)?;
        self.0.remove(place).map(|(_, done)| done)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_taken_once_and_the_failed_ones_together_the_last_one_first() {
        let mut past = Past::default();
        for (id, failed) in [(1, true), (2, false), (3, true), (1, true)] {
            past.take(FetchId(id));
            past.put(FetchId(id), failed, id);
        }
        assert_eq!((past.take(FetchId(2)), past.take(FetchId(2)), past.take(FetchId(9))), (Some(2), None, None));
        assert_eq!(past.take_failed(), [1, 3]);
        assert_eq!((past.take(FetchId(1)), past.take_failed()), (None, Vec::new()));
    }

    #[test]
    fn only_the_last_ones_are_kept() {
        let mut last = Last::default();
        (1..=9).for_each(|id| last.put(FetchId(id), id, 3));
        let kept: Vec<u64> = last.0.iter().map(|(_, done)| *done).collect();
        assert_eq!((kept, last.take(FetchId(6)), last.take(FetchId(8))), (vec![7, 8, 9], None, Some(8)));
    }
}
