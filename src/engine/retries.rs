//! Attempts that wait until they are made again, the next one in front. Knows no clock: `now` is an argument.

use crate::clock::At;
use crate::id::FetchId;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Release};

pub(super) struct Retries<T> {
    /// By time; those of one moment by their ids.
    waiting: BTreeMap<(At, FetchId), T>,
    due: BTreeMap<FetchId, At>,
    /// How many of them are parked.
    parked: usize,
    /// There are some, for who only asks that.
    some: Arc<AtomicBool>,
}

/// Of those that are parked.
const NEVER: At = At(u64::MAX);

impl<T> Default for Retries<T> {
    fn default() -> Retries<T> {
        Retries { waiting: BTreeMap::new(), due: BTreeMap::new(), parked: 0, some: Arc::default() }
    }
}

impl<T> Retries<T> {
    /// Puts one in; a fetch has one attempt at a time, so that what waited for the same one is replaced.
    pub fn put(&mut self, id: FetchId, due: At, attempt: T) {
        self.take(id);
        self.due.insert(id, due);
        self.parked += usize::from(due == NEVER);
        self.waiting.insert((due, id), attempt);
        self.some.store(true, Release);
    }

    /// Puts one in whose time somebody else knows: it is taken by its id.
    pub fn park(&mut self, id: FetchId, attempt: T) {
        self.put(id, NEVER, attempt);
    }

    /// The one that has waited longest for its turn, if its time has come.
    pub fn take_due(&mut self, now: At) -> Option<T> {
        let &(due, id) = self.waiting.first_key_value()?.0;
        if due <= now { self.take(id) } else { None }
    }

    pub fn take(&mut self, id: FetchId) -> Option<T> {
        let due = self.due.remove(&id)?;
        self.parked -= usize::from(due == NEVER);
        self.some.store(!self.due.is_empty(), Release);
        self.waiting.remove(&(due, id))
    }

    /// One that is parked.
    pub fn take_parked(&mut self, id: FetchId) -> Option<T> {
        if self.due.get(&id) == Some(&NEVER) { self.take(id) } else { None }
    }

    /// All of them, in the order of their ids.
    pub fn take_all(&mut self) -> Vec<T> {
        let ids: Vec<FetchId> = self.due.keys().copied().collect();
        ids.into_iter().filter_map(|id| self.take(id)).collect()
    }

    /// When the next one is due.
    pub fn next(&self) -> Option<At> {
        self.waiting.first_key_value().map(|(&(due, _), _)| due).filter(|due| *due < NEVER)
    }

    /// The one that was started first.
    pub fn oldest(&self) -> Option<FetchId> {
        self.due.first_key_value().map(|(&id, _)| id)
    }

    pub fn holds(&self, id: FetchId) -> bool {
        self.due.contains_key(&id)
    }

    pub fn len(&self) -> usize {
        self.due.len()
    }

    /// Those whose time will come.
    pub fn timed(&self) -> usize {
        self.due.len() - self.parked
    }

    /// Whether there are some, for who only asks that and takes no lock for it.
    pub fn some(&self) -> Arc<AtomicBool> {
        self.some.clone()
    }

    pub fn is_empty(&self) -> bool {
        self.due.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn waiting(all: &[(u64, u64)]) -> Retries<u64> {
        let mut retries = Retries::default();
        all.iter().for_each(|&(id, due)| retries.put(FetchId(id), At(due), id));
        retries
    }

    #[test]
    fn each_is_taken_once_and_none_before_its_time() {
        let mut retries = waiting(&[(1, 30), (2, 10), (3, 20), (4, 10)]);
        assert_eq!((retries.next(), retries.oldest(), retries.len()), (Some(At(10)), Some(FetchId(1)), 4));
        assert_eq!(retries.take_due(At(9)), None);
        let taken: Vec<u64> = std::iter::from_fn(|| retries.take_due(At(20))).collect();
        assert_eq!(taken, [2, 4, 3]);
        assert_eq!((retries.next(), retries.take_due(At(29)), retries.take_due(At(30))), (Some(At(30)), None, Some(1)));
        assert!(retries.is_empty() && retries.next().is_none() && retries.oldest().is_none());
    }

    #[test]
    fn one_can_be_taken_out_and_so_can_all() {
        let mut retries = waiting(&[(3, 1), (1, 2), (2, 3)]);
        assert_eq!((retries.take(FetchId(1)), retries.take(FetchId(1))), (Some(1), None));
        assert_eq!((retries.take_all(), retries.len(), retries.next()), (vec![2, 3], 0, None));
    }

    #[test]
    fn a_fetch_waits_for_one_attempt_at_a_time() {
        let mut retries = waiting(&[(1, 30), (1, 10)]);
        assert_eq!((retries.len(), retries.take_due(At(10)), retries.take_due(At(99))), (1, Some(1), None));
    }

    proptest! {
        #[test]
        fn all_come_out_in_the_order_of_their_times(dues in prop::collection::vec(0..50_u64, 0..100)) {
            let all: Vec<(u64, u64)> = (0..).zip(dues.iter().copied()).collect();
            let mut retries = waiting(&all);
            let taken: Vec<u64> = std::iter::from_fn(|| retries.take_due(At(50))).collect();
            let mut expected: Vec<u64> = (0..dues.len() as u64).collect();
            expected.sort_by_key(|&id| (dues[id as usize], id));
            prop_assert_eq!(taken, expected);
        }
    }
}
