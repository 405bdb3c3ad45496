//! The results, in the order in which they are told. Only the last ones are kept.

use crate::failure::FailureKind;
use crate::fetched::Fetched;
use crate::id::FetchId;
use std::collections::VecDeque;
use std::sync::Arc;

/// Rows that are kept; what is older is counted only.
pub const KEPT: usize = 10_000;
/// Failures that are kept to be told in the end.
const FAILED_KEPT: usize = 10;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Done {
    rows: VecDeque<DoneRow>,
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
            self.rows.remove(place);
        }
    }

    /// `order`: of completion, from 1.
    pub(super) fn push(&mut self, id: FetchId, order: u64, fetched: &Arc<Fetched>) {
        if self.rows.len() == KEPT {
            self.rows.pop_front();
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
