//! The order of a table: by which column, and the rows that are seen of it. Knows no table.
//!
//! Ten thousand rows are not put in order for the thirty that are seen: those before the window are only told apart from
//! it, which takes a few comparisons a row. Of texts, what all of them begin with is left out, and the bytes that follow
//! are compared as one number: only where these are equal are the texts read again.

use super::leads::{Leads, Whose};
use crate::text::Untrusted;
use std::cmp::Ordering;

/// By what a row is sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key<'a> {
    Number(u64),
    Text(&'a Untrusted),
    /// What has none.
    Nothing,
}

impl Key<'_> {
    /// A time, in microseconds.
    pub fn span(span: std::time::Duration) -> Key<'static> {
        Key::Number(u64::try_from(span.as_micros()).unwrap_or(u64::MAX))
    }
}

/// How a user wants a table sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sort {
    /// The place of the column among those of the table; none for the table's own order.
    pub by: Option<usize>,
    pub inverted: bool,
}

impl Sort {
    /// The column so many places further, of so many; the table's own order is one among them.
    pub fn step(&mut self, steps: i32, columns: usize) {
        let places = columns as i32 + 1;
        let at = self.by.map_or(0, |by| by as i32 + 1);
        let to = at.saturating_add(steps).rem_euclid(places);
        *self = Sort { by: usize::try_from(to - 1).ok(), inverted: false };
    }

    /// The column it is sorted by, of those that can be, and whether the largest comes first.
    pub fn column<C>(
        self,
        mut columns: impl Iterator<Item = C>,
        largest_first: impl Fn(&C) -> bool,
    ) -> Option<(C, bool)> {
        let column = columns.nth(self.by?)?;
        let largest_first = largest_first(&column) != self.inverted;
        Some((column, largest_first))
    }
}

/// An arrow down where the largest comes first.
pub fn arrow(largest_first: bool) -> &'static str {
    if largest_first { "↓" } else { "↑" }
}

/// Rows in some order, of which a window is seen.
pub struct Ordered<'a, T> {
    rows: Vec<Ranked<'a, T>>,
    /// None where they stand as they came.
    largest_first: Option<bool>,
}

/// A row, and what it is compared by: first the lead of its key, then all of that, then the place at which it came.
struct Ranked<'a, T> {
    lead: u128,
    text: Option<&'a Untrusted>,
    at: u32,
    row: T,
}

impl<'a, T> Ranked<'a, T> {
    fn new(key: Key<'a>, at: u32, row: T) -> Ranked<'a, T> {
        let (lead, text) = match key {
            Key::Number(number) => (u128::from(number), None),
            Key::Text(text) => (0, Some(text)),
            // More than any text: none holds such bytes.
            Key::Nothing => (u128::MAX, None),
        };
        Ranked { lead, text, at, row }
    }

    fn compare(&self, other: &Ranked<'a, T>, largest_first: bool) -> Ordering {
        let by_key = self.lead.cmp(&other.lead).then_with(|| match (self.text, other.text) {
            (Some(one), Some(other)) => one.cmp(other),
            _ => Ordering::Equal,
        });
        (if largest_first { by_key.reverse() } else { by_key }).then(self.at.cmp(&other.at))
    }
}

/// Gives texts their leads.
fn lead<T>(rows: &mut [Ranked<'_, T>], leads: &Leads, whose: impl Fn(&T) -> Whose) {
    let mut given = Vec::with_capacity(rows.len());
    let texts = rows.iter().filter_map(|row| Some((whose(&row.row), row.text?)));
    leads.give(texts, |lead| given.push(lead));
    let texts = rows.iter_mut().filter(|row| row.text.is_some());
    texts.zip(given).for_each(|(row, lead)| row.lead = lead);
}

impl<'a, T: Copy> Ordered<'a, T> {
    /// Rows that stand in their order.
    pub fn as_they_are(rows: impl IntoIterator<Item = T>) -> Ordered<'a, T> {
        let rows = rows.into_iter().map(|row| Ranked::new(Key::Number(0), 0, row)).collect();
        Ordered { rows, largest_first: None }
    }

    /// Rows by their keys, all of which are numbers, or texts or nothing; of equal ones the first comes first. `whose`: by
    /// whom the text of a row is known in `leads`.
    pub fn by(
        largest_first: bool,
        rows: impl IntoIterator<Item = (Key<'a>, T)>,
        (leads, whose): (&Leads, impl Fn(&T) -> Whose),
    ) -> Ordered<'a, T> {
        let mut rows: Vec<_> = (0..).zip(rows).map(|(at, (key, row))| Ranked::new(key, at, row)).collect();
        if rows.iter().any(|row| row.text.is_some()) {
            lead(&mut rows, leads, whose);
        }
        Ordered { rows, largest_first: Some(largest_first) }
    }

    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether the rows stand as they came.
    pub fn is_as_it_came(&self) -> bool {
        self.largest_first.is_none()
    }

    /// In no order.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.rows.iter().map(|row| &row.row)
    }

    /// The place in the order of the first row that is meant.
    pub fn place(&self, is_meant: impl Fn(&T) -> bool) -> Option<usize> {
        let Some(largest_first) = self.largest_first else {
            return self.rows.iter().position(|row| is_meant(&row.row));
        };
        let meant = self.rows.iter().filter(|row| is_meant(&row.row));
        let meant = meant.min_by(|one, other| one.compare(other, largest_first))?;
        Some(self.rows.iter().filter(|row| row.compare(meant, largest_first).is_lt()).count())
    }

    /// At most so many rows from that place on.
    pub fn window(mut self, first: usize, count: usize) -> Vec<T> {
        let first = first.min(self.rows.len());
        let end = first.saturating_add(count).min(self.rows.len());
        if let Some(largest_first) = self.largest_first {
            let before = |one: &Ranked<'a, T>, other: &Ranked<'a, T>| one.compare(other, largest_first);
            if first > 0 && first < self.rows.len() {
                self.rows.select_nth_unstable_by(first, before);
            }
            let rest = &mut self.rows[first..];
            let shown = end - first;
            if shown < rest.len() {
                rest.select_nth_unstable_by(shown, before);
            }
            rest[..shown].sort_unstable_by(before);
        }
        self.rows[first..end].iter().map(|row| row.row).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_window_is_that_of_the_rows_put_in_order(keys in proptest::collection::vec(0..9_u64, 0..40), largest_first: bool, first in 0..50_usize, count in 0..20_usize) {
            let rows = || keys.iter().enumerate().map(|(at, &key)| (Key::Number(key), at));
            let mut whole: Vec<(usize, u64)> = keys.iter().copied().enumerate().collect();
            whole.sort_by_key(|&(_, key)| if largest_first { u64::MAX - key } else { key });
            let whole: Vec<usize> = whole.into_iter().map(|(at, _)| at).collect();
            let expected: Vec<usize> = whole.iter().copied().skip(first).take(count).collect();
            let leads = Leads::default();
            let ordered = || Ordered::by(largest_first, rows(), (&leads, |_: &usize| (0, 0)));
            prop_assert_eq!(ordered().window(first, count), expected);
            for (place, row) in whole.iter().enumerate() {
                prop_assert_eq!(ordered().place(|at| at == row), Some(place));
            }
        }
    }

    proptest! {
        #[test]
        fn texts_stand_in_their_order_whatever_they_begin_with(begin in "[ab/]{0,20}", ends in proptest::collection::vec("[a-c\u{e9}\u{0}]{0,24}", 0..20), largest_first: bool) {
            let texts: Vec<Untrusted> = ends.iter().map(|end| Untrusted::new(&(begin.clone() + end), 99)).collect();
            let none = Untrusted::new("none", 99);
            let keyed = || texts.iter().map(|text| (Key::Text(text), text)).chain([(Key::Nothing, &none)]);
            let mut expected: Vec<&Untrusted> = texts.iter().collect();
            expected.sort();
            expected.push(&none);
            if largest_first {
                expected.reverse();
            }
            let (leads, whose) = (Leads::default(), |text: &&Untrusted| (text.place() as u64, text.len()));
            for _ in 0..2 {
                let ordered = Ordered::by(largest_first, keyed(), (&leads, whose));
                prop_assert_eq!(&ordered.window(0, usize::MAX), &expected);
            }
        }
    }

    #[test]
    fn columns_go_round_and_the_own_order_is_one_of_them() {
        let columns = [("bytes", true), ("url", false)];
        let shown = |sort: Sort| sort.column(columns.iter(), |column| column.1).map(|(column, down)| (column.0, down));
        let mut sort = Sort::default();
        assert_eq!(shown(sort), None);
        let mut seen = |steps| {
            sort.step(steps, columns.len());
            shown(sort)
        };
        assert_eq!([seen(1), seen(1), seen(1)], [Some(("bytes", true)), Some(("url", false)), None]);
        assert_eq!([seen(-1), seen(-2)], [Some(("url", false)), None]);
        assert_eq!(shown(Sort { by: Some(0), inverted: true }), Some(("bytes", false)));
    }
}
