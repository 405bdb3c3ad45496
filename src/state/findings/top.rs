//! The results with the most of something. Knows not of what.

use crate::fetched::Fetched;
use crate::id::FetchId;
use std::sync::Arc;

/// Results that are kept.
const KEPT: usize = 20;

/// The most first; of those that have the same, the first by the alphabet of their URLs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Top {
    rows: Vec<(u64, FetchId, Arc<Fetched>)>,
}

impl Top {
    /// Whether one with so much would be kept.
    pub(super) fn takes(&self, amount: u64) -> bool {
        amount > 0 && (self.rows.len() < KEPT || self.rows.last().is_some_and(|least| amount >= least.0))
    }

    pub(super) fn offer(&mut self, amount: u64, id: FetchId, fetched: &Arc<Fetched>) {
        if !self.takes(amount) {
            return;
        }
        let place = self.rows.partition_point(|row| row.0 > amount || row.0 == amount && row.2.url <= fetched.url);
        if place == KEPT {
            return;
        }
        self.rows.insert(place, (amount, id, fetched.clone()));
        self.rows.truncate(KEPT);
    }

    pub(super) fn take_back(&mut self, id: FetchId) {
        self.rows.retain(|row| row.1 != id);
    }

    pub fn iter(&self) -> impl ExactSizeIterator<Item = (u64, &Arc<Fetched>)> {
        self.rows.iter().map(|(amount, _, fetched)| (*amount, fetched))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::At;
    use crate::text::Untrusted;

    #[test]
    fn the_most_are_kept_and_the_first_of_equals_stays_in_front() {
        let fetched = Arc::new(Fetched::blank(Untrusted::default(), At(0), At(0)));
        let mut top = Top::default();
        for id in 0..1000 {
            top.offer(id * 7919 % 100, FetchId(id), &fetched);
        }
        let rows: Vec<(u64, u64)> = top.rows.iter().map(|row| (row.0, row.1.0)).collect();
        assert_eq!(rows.len(), KEPT);
        assert!(rows.is_sorted_by(|a, b| a.0 > b.0 || a.0 == b.0 && a.1 < b.1), "{rows:?}");
        assert_eq!((rows[0].0, rows[19].0), (99, 98));
        top.offer(0, FetchId(1), &fetched);
        assert_eq!(top.iter().len(), KEPT);
    }
}
