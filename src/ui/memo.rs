//! What was found of a row stays found while neither the row nor what is looked for changes: of twenty thousand rows, a
//! picture looks only at those that are new. Knows neither rows nor filters.
//!
//! It is no part of the view: without it the same rows are found, only later. And only so many are looked at for one
//! picture, where it says so: the first one of something new would else take as long as three.

use std::cell::{Cell, RefCell};
use std::fmt;

/// Rows that are remembered; of two that fall on one place, the one that was looked at last.
const PLACES: usize = 1 << 15;
/// Bits of a place for the time in which something was looked for. What is left of 64 numbers more rows than a run has.
const TIME_BITS: u32 = 16;

/// For each row its number, the time in which it was looked at, and a bit for what was found; and a mark, with another of
/// which that counts no more.
pub struct Memo<M = usize> {
    places: RefCell<Vec<(u64, M)>>,
    /// What was found in another one counts no more: a count is quicker than going through all places.
    time: Cell<u64>,
    /// What else it depends on.
    given: Cell<usize>,
    /// Rows that may still be looked at.
    left: Cell<usize>,
    /// A row was not looked at.
    owes: Cell<bool>,
}

impl<M: Clone + Default> Memo<M> {
    /// What was found of the row of that number where its mark is still the same, or what `find` finds now, and the mark
    /// for it. Nothing is found of a row that there is no more time to look at.
    pub fn recall(&self, row: u64, is_same: impl FnOnce(&M) -> bool, find: impl FnOnce() -> (M, bool)) -> bool {
        let mut places = self.places.borrow_mut();
        if places.is_empty() {
            places.resize(PLACES, (0, M::default()));
        }
        let place = &mut places[row as usize % PLACES];
        // The first number is none's: a place that was never used is nobody's.
        let number = (row.wrapping_add(1) << TIME_BITS | self.time.get()) << 1;
        if place.0 & !1 == number && is_same(&place.1) {
            return place.0 & 1 == 1;
        }
        let Some(left) = self.left.get().checked_sub(1) else {
            self.owes.set(true);
            return false;
        };
        self.left.set(left);
        let (mark, found) = find();
        *place = (number | u64::from(found), mark);
        found
    }

    /// Whatever was found under another condition counts no more.
    pub fn under(&self, given: usize) {
        if self.given.replace(given) != given {
            self.forget();
        }
    }

    /// From now on, so many rows are looked at.
    pub fn spare(&self, rows: usize) {
        self.left.set(rows);
        self.owes.set(false);
    }

    /// From now on, every row is.
    pub fn spend(&self) {
        self.left.set(usize::MAX);
    }

    /// Whether a row was not looked at since it was to spare them.
    pub fn owes(&self) -> bool {
        self.owes.get()
    }

    /// Something else is looked for.
    pub fn forget(&self) {
        let time = (self.time.get() + 1) % (1 << TIME_BITS);
        self.time.set(time);
        // Times come again, and then nothing may be left of the one before.
        if time == 0 {
            self.places.borrow_mut().clear();
        }
    }
}

impl<M> Default for Memo<M> {
    fn default() -> Memo<M> {
        let (places, time, given, owes) = <(RefCell<_>, Cell<_>, Cell<_>, Cell<_>)>::default();
        Memo { places, time, given, left: Cell::new(usize::MAX), owes }
    }
}

impl<M> Clone for Memo<M> {
    fn clone(&self) -> Memo<M> {
        Memo::default()
    }
}

impl<M> PartialEq for Memo<M> {
    fn eq(&self, _: &Memo<M>) -> bool {
        true
    }
}

impl<M> fmt::Debug for Memo<M> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("Memo")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_found_is_not_looked_for_again_until_the_mark_or_the_row_is_another() {
        let (memo, mut looked) = (Memo::<usize>::default(), 0);
        let mut recall = |row: u64, mark: usize, found| {
            let find = || {
                looked += 1;
                (mark, found)
            };
            memo.recall(row, |known| *known == mark, find)
        };
        let first = [recall(0, 7, true), recall(0, 7, false), recall(0, 8, false), recall(0, 8, true)];
        assert_eq!(first, [true, true, false, false]);
        let place = PLACES as u64;
        assert_eq!([recall(place, 8, true), recall(0, 8, true), recall(place, 8, false)], [true, true, false]);
        assert_eq!(looked, 5);
        memo.forget();
        memo.under(1);
        assert!(memo.recall(0, |known| *known == 8, || (8, true)));
        memo.under(1);
        assert!(memo.recall(0, |known| *known == 8, || (8, false)));
        memo.under(2);
        assert!(!memo.recall(0, |known| *known == 8, || (8, false)));
    }

    #[test]
    fn what_was_found_long_ago_is_not_taken_for_something_newer_as_the_times_come_again() {
        let memo = Memo::<usize>::default();
        let recall = |row: u64, found| memo.recall(row, |_| true, || (7, found));
        for time in 0..=1_u64 << TIME_BITS {
            assert_eq!([recall(3, time % 2 == 0), recall(3, time % 2 == 1)], [time % 2 == 0; 2], "in time {time}");
            assert!(!recall(4, false), "nor for another row");
            memo.forget();
        }
        assert!(memo.recall(5, |_| true, || (7, true)));
        (0..1 << TIME_BITS).for_each(|_| memo.forget());
        assert!(!memo.recall(5, |_| true, || (7, false)), "nobody has looked at it since");
    }

    #[test]
    fn what_there_is_no_time_for_is_looked_at_in_the_next_pictures() {
        let memo = Memo::<usize>::default();
        let look = || (0..10).filter(|row| memo.recall(*row, |_| true, || (7, true))).count();
        let pictures = [4, 4, 4].map(|rows| {
            memo.spare(rows);
            (look(), memo.owes())
        });
        assert_eq!(pictures, [(4, true), (8, true), (10, false)]);
        memo.forget();
        memo.spend();
        assert_eq!((look(), memo.owes()), (10, false), "who acts on what is found waits for all of it");
    }
}
