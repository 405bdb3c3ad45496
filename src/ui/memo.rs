//! What was found of a row stays found while neither the row nor what is looked for changes: of twenty thousand rows, a
//! picture looks only at those that are new. Knows neither rows nor filters.
//!
//! It is no part of the view: without it the same rows are found, only later.

use crate::id::FetchId;
use std::cell::{Cell, RefCell};
use std::fmt;

/// Rows that are remembered; of two that fall on one place, the one that was looked at last.
const PLACES: usize = 1 << 15;

/// For each fetch its number and a bit for what was found; and a mark, with another of which that counts no more.
#[derive(Default)]
pub struct Memo {
    places: RefCell<Vec<(u64, usize)>>,
    /// What else it depends on.
    given: Cell<usize>,
}

impl Memo {
    /// What was found of that fetch under that mark, or what `find` finds now.
    pub fn recall(&self, id: FetchId, mark: usize, find: impl FnOnce() -> bool) -> bool {
        let mut places = self.places.borrow_mut();
        if places.is_empty() {
            places.resize(PLACES, (0, 0));
        }
        let place = &mut places[id.0 as usize % PLACES];
        // The first number is none's: a place that was never used is nobody's.
        let number = id.0.wrapping_add(1) << 1;
        if place.0 & !1 == number && place.1 == mark {
            return place.0 & 1 == 1;
        }
        let found = find();
        *place = (number | u64::from(found), mark);
        found
    }

    /// Whatever was found under another condition counts no more.
    pub fn under(&self, given: usize) {
        if self.given.replace(given) != given {
            self.forget();
        }
    }

    /// Something else is looked for.
    pub fn forget(&self) {
        self.places.borrow_mut().clear();
    }
}

impl Clone for Memo {
    fn clone(&self) -> Memo {
        Memo::default()
    }
}

impl PartialEq for Memo {
    fn eq(&self, _: &Memo) -> bool {
        true
    }
}

impl fmt::Debug for Memo {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("Memo")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_found_is_not_looked_for_again_until_the_mark_or_the_fetch_is_another() {
        let (memo, mut looked) = (Memo::default(), 0);
        let mut recall = |id: u64, mark, found| {
            memo.recall(FetchId(id), mark, || {
                looked += 1;
                found
            })
        };
        let first = [recall(0, 7, true), recall(0, 7, false), recall(0, 8, false), recall(0, 8, true)];
        assert_eq!(first, [true, true, false, false]);
        let place = PLACES as u64;
        assert_eq!([recall(place, 8, true), recall(0, 8, true), recall(place, 8, false)], [true, true, false]);
        assert_eq!(looked, 5);
        memo.forget();
        memo.under(1);
        assert!(memo.recall(FetchId(0), 8, || true));
        memo.under(1);
        assert!(memo.recall(FetchId(0), 8, || false));
        memo.under(2);
        assert!(!memo.recall(FetchId(0), 8, || false));
    }
}
