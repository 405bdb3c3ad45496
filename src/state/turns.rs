//! The turn of each result, where they are told in the order given: result k only after k-1. Knows nothing of who tells.

use crate::clock::At;
use crate::event::Order;
use crate::fetched::Fetched;
use crate::id::FetchId;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

/// A result with its place in the order of completion.
type Placed = (FetchId, u64, Arc<Fetched>);

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Turns {
    /// Fetches whose turn has been.
    passed: u64,
    waiting: BTreeMap<FetchId, (At, u64, Arc<Fetched>)>,
    /// Fetches that are no results: their turn is passed over.
    without: BTreeSet<FetchId>,
    /// How long results waited for their turn, all together and the longest.
    pub waited: Duration,
    pub longest: Duration,
    /// The most that waited at once.
    pub most: usize,
}

impl Turns {
    /// What is to be told now that `fetched` is there: itself, or nothing, or itself and all that waited for it.
    pub(super) fn take(
        &mut self,
        order: Order,
        id: FetchId,
        place: u64,
        fetched: &Arc<Fetched>,
        at: At,
    ) -> (Option<Placed>, Vec<Placed>) {
        if order == Order::Completed {
            return (Some((id, place, fetched.clone())), Vec::new());
        }
        // One that was made again after its turn has no other.
        if id.0 <= self.passed {
            return (Some((id, place, fetched.clone())), Vec::new());
        }
        self.waiting.insert(id, (at, place, fetched.clone()));
        let told = self.advance(at);
        self.most = self.most.max(self.waiting.len());
        (None, told)
    }

    /// What is to be told now that it is known that there is no result of `id`.
    pub(super) fn pass(&mut self, order: Order, id: FetchId, at: At) -> Vec<Placed> {
        if order == Order::Completed {
            return Vec::new();
        }
        self.without.insert(id);
        self.advance(at)
    }

    /// A result does not stand any more: where it was not told, the next one has its turn.
    pub(super) fn take_back(&mut self, id: FetchId) {
        self.waiting.remove(&id);
    }

    fn advance(&mut self, at: At) -> Vec<Placed> {
        let mut told = Vec::new();
        loop {
            let next = FetchId(self.passed + 1);
            if let Some((since, place, fetched)) = self.waiting.remove(&next) {
                self.waited += at - since;
                self.longest = self.longest.max(at - since);
                told.push((next, place, fetched));
            } else if !self.without.remove(&next) {
                return told;
            }
            self.passed += 1;
        }
    }

    /// Results that wait for their turn.
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::{Failure, FailureKind};
    use crate::text::Untrusted;

    #[test]
    fn a_result_waits_for_those_before_it_and_the_wait_is_told() {
        let failure = Failure::new(FailureKind::Reset, "reset");
        let fetched = Arc::new(Fetched::failed(Untrusted::new("http://a/", 99), At(0), At(0), failure));
        let mut turns = Turns::default();
        let mut take = |id, at| {
            let told = turns.take(Order::Given, FetchId(id), 1, &fetched, At(at));
            told.1.iter().map(|placed| placed.0.0).collect::<Vec<_>>()
        };
        assert!(take(3, 10).is_empty());
        assert!(take(2, 20).is_empty());
        assert_eq!(take(1, 50), [1, 2, 3]);
        assert_eq!(take(4, 60), [4]);
        assert_eq!((turns.waited, turns.longest), (Duration::from_micros(70), Duration::from_micros(40)));
        assert_eq!((turns.most, turns.waiting()), (2, 0));
    }

    #[test]
    fn a_fetch_that_is_no_result_holds_up_no_other() {
        let fetched = Arc::new(Fetched::blank(Untrusted::new("http://a/", 99), At(0), At(0)));
        let mut turns = Turns::default();
        assert!(turns.pass(Order::Completed, FetchId(9), At(0)).is_empty());
        assert!(turns.take(Order::Given, FetchId(2), 1, &fetched, At(0)).1.is_empty());
        assert!(turns.pass(Order::Given, FetchId(3), At(0)).is_empty());
        let told = turns.pass(Order::Given, FetchId(1), At(0));
        assert_eq!(told.iter().map(|placed| placed.0.0).collect::<Vec<_>>(), [2]);
        assert_eq!(turns.take(Order::Given, FetchId(4), 2, &fetched, At(0)).1.len(), 1);
    }
}
