//! The last events, as they were; what only counts on (bytes, targets, samples) is left out, and so is content. Knows
//! nothing of their wording.
//!
//! The details have a ring of their own, so that however many of them come, they displace no other event. Each event
//! has a number, by which both rings are one sequence again.

use crate::event::{Event, EventKind};
use std::collections::VecDeque;

/// Events that are kept in each ring; what is older is counted only.
pub const KEPT: usize = 10_000;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Log {
    events: Ring,
    details: Ring,
    /// The number of the next event, counted from 0 at the beginning of the run.
    next: u64,
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Ring {
    kept: VecDeque<(u64, Event)>,
    /// Events that have left the ring.
    gone: u64,
}

impl Ring {
    fn push(&mut self, number: u64, event: &Event) {
        if self.kept.len() == KEPT {
            self.kept.pop_front();
            self.gone += 1;
        }
        self.kept.push_back((number, event.clone()));
    }

    /// How many of those that are kept have a lower number.
    fn kept_below(&self, number: u64) -> usize {
        self.kept.partition_point(|event| event.0 < number)
    }
}

impl Log {
    pub(super) fn push(&mut self, event: &Event) {
        use EventKind::{BodyProgressed, ContentKept, Sampled, TargetsCounted};
        if matches!(event.kind, BodyProgressed { .. } | ContentKept { .. } | TargetsCounted { .. } | Sampled(_)) {
            return;
        }
        let ring = if is_detail(&event.kind) { &mut self.details } else { &mut self.events };
        ring.push(self.next, event);
        self.next += 1;
    }

    fn rings(&self, verbose: bool) -> impl Iterator<Item = &Ring> {
        [Some(&self.events), verbose.then_some(&self.details)].into_iter().flatten()
    }

    /// Events so far; the details are counted only where they are seen.
    pub fn count(&self, verbose: bool) -> u64 {
        self.rows_below(self.next, verbose)
    }

    /// Those among them that are kept no more.
    pub fn gone(&self, verbose: bool) -> u64 {
        self.rings(verbose).map(|ring| ring.gone).sum()
    }

    /// How many events that are seen came before the one of that number.
    pub fn rows_below(&self, number: u64, verbose: bool) -> u64 {
        self.rings(verbose).map(|ring| ring.gone + ring.kept_below(number) as u64).sum()
    }

    /// The least number that so many events that are seen came before: the other way of `rows_below`.
    pub fn number(&self, rows: u64, verbose: bool) -> u64 {
        let (mut low, mut high) = (0, self.next);
        while low < high {
            let middle = low + (high - low) / 2;
            if self.rows_below(middle, verbose) < rows {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }

    /// What was seen before the event of that number, the newest first.
    pub fn before(&self, number: u64, verbose: bool) -> impl Iterator<Item = &Event> {
        let mut rings = [&self.events, &self.details].map(|ring| ring.kept.range(..ring.kept_below(number)).rev());
        if !verbose {
            rings[1] = self.details.kept.range(..0).rev();
        }
        let mut rings = rings.map(Iterator::peekable);
        std::iter::from_fn(move || {
            let [events, details] = &mut rings;
            let newer = match (events.peek(), details.peek()) {
                (Some(event), Some(detail)) if event.0 < detail.0 => details,
                (None, _) => details,
                _ => events,
            };
            newer.next().map(|(_, event)| event)
        })
    }
}

/// What only the verbose log shows.
fn is_detail(kind: &EventKind) -> bool {
    use EventKind::*;
    matches!(
        kind,
        PhaseEntered { .. }
            | Dialled { .. }
            | Connected { .. }
            | Tunnelled { .. }
            | Secured { .. }
            | Reused { .. }
            | HeadRefused { .. }
            | HeadReceived { .. }
            | Finished { .. }
            | Held { .. }
            | HostsSampled(_)
            | FrontierCounted(_)
            | Limited(_)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::At;
    use crate::id::FetchId;
    use crate::phase::Phase;

    fn push(log: &mut Log, at: u64, detail: bool) {
        let phase = EventKind::PhaseEntered { id: FetchId(at), phase: Phase::Connect, steps: 1 };
        let kind = if detail { phase } else { EventKind::Queued { id: FetchId(at) } };
        log.push(&Event { at: At(at), kind });
    }

    fn seen(log: &Log, number: u64, verbose: bool) -> Vec<u64> {
        log.before(number, verbose).map(|event| event.at.0).collect()
    }

    #[test]
    fn details_displace_no_other_event_and_both_are_one_sequence() {
        let mut log = Log::default();
        for at in 0..6 {
            push(&mut log, at, at % 2 == 1);
        }
        assert_eq!(seen(&log, 6, true), [5, 4, 3, 2, 1, 0]);
        assert_eq!(seen(&log, 4, false), [2, 0]);
        (0..2 * KEPT as u64).for_each(|at| push(&mut log, 100 + at, true));
        assert_eq!(seen(&log, u64::MAX, false), [4, 2, 0]);
        assert_eq!((log.count(false), log.gone(false)), (3, 0));
        assert_eq!((log.count(true), log.gone(true)), (6 + 2 * KEPT as u64, 3 + KEPT as u64));
    }

    #[test]
    fn a_place_is_found_by_the_rows_that_are_seen_and_keeps_its_number() {
        let mut log = Log::default();
        [false, true, true, true, false, false]
            .into_iter()
            .zip(0..)
            .for_each(|(detail, at)| push(&mut log, at, detail));
        let number = log.number(2, false);
        assert_eq!(seen(&log, number, false), [4, 0]);
        assert_eq!(seen(&log, number, true), [4, 3, 2, 1, 0]);
        for rows in 0..=6 {
            assert_eq!(log.rows_below(log.number(rows, true), true), rows);
        }
    }
}
