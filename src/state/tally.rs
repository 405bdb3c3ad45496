//! How many results there are of each outcome and of each kind of failure.

use crate::failure::FailureKind;
use crate::fetched::{Fetched, Outcome, PASSING};
use std::collections::BTreeMap;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tally {
    outcomes: [u64; Outcome::ALL.len()],
    failures: BTreeMap<FailureKind, u64>,
    statuses: BTreeMap<u16, u64>,
    pub body_bytes: u64,
    pub wire_bytes: u64,
    /// Attempts that were made again.
    pub retried: u64,
    /// Polls of all tasks that have a result.
    pub steps: u64,
    /// Second results that were turned away.
    pub refused: u64,
    /// Results that came over a connection which had carried another request before.
    pub reused: u64,
    /// Requests that were sent once more, since the kept connection had lost them.
    pub resent: u64,
    /// Callbacks that panicked.
    pub panicked: u64,
}

impl Tally {
    pub(super) fn count(&mut self, fetched: &Fetched) {
        self.outcomes[fetched.outcome() as usize] += 1;
        self.body_bytes = self.body_bytes.saturating_add(fetched.body_bytes);
        self.wire_bytes = self.wire_bytes.saturating_add(fetched.wire_bytes);
        self.reused += u64::from(fetched.reused);
        self.steps += u64::from(fetched.steps);
        if let Some(kind) = fetched.kind() {
            *self.failures.entry(kind).or_default() += 1;
        } else if let Some(status) = fetched.status {
            *self.statuses.entry(status).or_default() += 1;
        }
    }

    /// A result that was counted does not stand any more.
    pub(super) fn take_back(&mut self, fetched: &Fetched) {
        let sums = [
            (&mut self.outcomes[fetched.outcome() as usize], 1),
            (&mut self.body_bytes, fetched.body_bytes),
            (&mut self.wire_bytes, fetched.wire_bytes),
            (&mut self.reused, u64::from(fetched.reused)),
            (&mut self.steps, u64::from(fetched.steps)),
        ];
        sums.into_iter().for_each(|(sum, less)| *sum = sum.saturating_sub(less));
        if let Some(kind) = fetched.kind() {
            take_one(&mut self.failures, kind);
        } else if let Some(status) = fetched.status {
            take_one(&mut self.statuses, status);
        }
    }

    /// One that is to be made again: no result, but its bytes came.
    pub(super) fn attempt(&mut self, fetched: &Fetched) {
        self.wire_bytes = self.wire_bytes.saturating_add(fetched.wire_bytes);
    }

    pub fn of(&self, outcome: Outcome) -> u64 {
        self.outcomes[outcome as usize]
    }

    /// Results that were let go of as the run ended.
    pub fn cancelled(&self) -> u64 {
        self.failures.get(&FailureKind::Cancelled).copied().unwrap_or(0)
    }

    /// Results that another attempt may change.
    pub fn may_pass(&self) -> u64 {
        let failed = self.failures().filter(|(kind, _)| kind.may_pass()).map(|(_, count)| count);
        let passing = self.statuses().filter(|(status, _)| PASSING.contains(status)).map(|(_, count)| count);
        failed.chain(passing).sum()
    }

    /// Targets from which a response came, of whatever status.
    pub fn responses(&self) -> u64 {
        self.of(Outcome::Ok) + self.of(Outcome::Redirect) + self.of(Outcome::HttpError)
    }

    /// By kind, in the order of the kinds.
    pub fn failures(&self) -> impl Iterator<Item = (FailureKind, u64)> {
        self.failures.iter().map(|(&kind, &count)| (kind, count))
    }

    pub fn statuses(&self) -> impl Iterator<Item = (u16, u64)> {
        self.statuses.iter().map(|(&status, &count)| (status, count))
    }
}

fn take_one<K: Ord + Copy>(counts: &mut BTreeMap<K, u64>, key: K) {
    let Some(count) = counts.get_mut(&key) else { return };
    *count -= 1;
    if *count == 0 {
        counts.remove(&key);
    }
}
