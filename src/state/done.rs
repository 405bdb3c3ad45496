//! The results, in the order in which they are told. Only the last ones are kept.

use crate::failure::FailureKind;
use crate::fetched::Fetched;
use crate::id::FetchId;
use crate::text::Untrusted;
use std::collections::VecDeque;
use std::sync::Arc;

/// Rows that are kept; what is older is counted only.
pub const KEPT: usize = 10_000;
/// Bytes of the URLs of all of them: twenty redirects of a hostile server come to a hundred thousand.
const MOST_TEXT: usize = 64 << 20;
/// Failures that are kept to be told in the end.
const FAILED_KEPT: usize = 10;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Done {
    rows: VecDeque<DoneRow>,
    /// Bytes of their URLs.
    text: usize,
    /// Results that stand, told or waiting for their turn.
    pub count: u64,
    /// Results so far, those counted in that do not stand any more.
    pub completed: u64,
    /// The first that failed and were not let go of.
    pub first_failed: Vec<Arc<Fetched>>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct DoneRow {
    /// Counts completions from 1.
    pub order: u64,
    pub id: FetchId,
    pub fetched: Arc<Fetched>,
}

impl Done {
    /// One result more, whether its turn has come or not.
    pub(super) fn count(&mut self, fetched: &Arc<Fetched>) {
        self.count += 1;
        self.completed += 1;
        let failed = fetched.kind().is_some_and(|kind| kind != FailureKind::Cancelled);
        if failed && self.first_failed.len() < FAILED_KEPT {
            self.first_failed.push(fetched.clone());
        }
    }

    /// A result does not stand any more: it leaves its row.
    pub(super) fn take_back(&mut self, id: FetchId, fetched: &Fetched) {
        self.count = self.count.saturating_sub(1);
        self.first_failed.retain(|failed| **failed != *fetched);
        // Whoever wants many again begins with the last ones.
        if let Some(place) = self.rows.iter().rposition(|row| row.id == id) {
            let row = self.rows.remove(place);
            self.text -= row.map_or(0, |row| text_of(&row.fetched));
        }
    }

    /// `order`: of completion, from 1.
    pub(super) fn push(&mut self, id: FetchId, order: u64, fetched: &Arc<Fetched>) {
        self.text += text_of(fetched);
        // The newest stays, however long it is.
        while self.rows.len() == KEPT || (self.text > MOST_TEXT && !self.rows.is_empty()) {
            let oldest = self.rows.pop_front();
            self.text -= oldest.map_or(0, |row| text_of(&row.fetched));
        }
        self.rows.push_back(DoneRow { order, id, fetched: fetched.clone() });
    }

    /// How many rows are kept.
    pub fn kept(&self) -> usize {
        self.rows.len()
    }

    /// The newest first.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &DoneRow> + DoubleEndedIterator {
        self.rows.iter().rev()
    }

    /// The row of that fetch, while it is kept.
    pub fn get(&self, id: FetchId) -> Option<&DoneRow> {
        self.iter().find(|row| row.id == id)
    }

    pub fn newest(&self, back: usize) -> Option<&DoneRow> {
        self.rows.get(self.rows.len().checked_sub(back + 1)?)
    }
}

/// Bytes of the URLs of a result.
fn text_of(fetched: &Fetched) -> usize {
    let led = fetched.final_url.as_ref().map_or(0, Untrusted::len);
    fetched.url.len() + led + fetched.redirects.iter().map(|hop| hop.url.len()).sum::<usize>()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::At;

    #[test]
    fn results_with_long_urls_are_kept_as_far_as_there_is_room_and_the_newest_always() {
        let mut done = Done::default();
        let long = "x".repeat(60_000);
        for number in 0..3_000 {
            let url = Untrusted::new(&format!("http://a.example/{number}/{long}"), usize::MAX);
            let fetched = Arc::new(Fetched::blank(url, At(0), At(0)));
            done.count(&fetched);
            done.push(FetchId(number), number, &fetched);
        }
        let bytes: usize = done.iter().map(|row| text_of(&row.fetched)).sum();
        assert!(bytes <= MOST_TEXT && bytes > MOST_TEXT / 2, "{bytes}");
        assert_eq!((bytes, done.count, done.newest(0).map(|row| row.id)), (done.text, 3_000, Some(FetchId(2_999))));
        let short = Arc::new(Fetched::blank(Untrusted::new("http://a.example/", 99), At(0), At(0)));
        (0..2 * KEPT as u64).for_each(|number| done.push(FetchId(number), number, &short));
        assert_eq!((done.kept(), done.text), (KEPT, KEPT * "http://a.example/".len()));
    }
}
