//! The last events, as they were; what only counts on (bytes, targets, samples) is left out, and so is content. Knows
//! nothing of their wording.
//!
//! The details have a ring of their own, so that however many of them come, they displace no other event. Each event
//! has a number, by which both rings are one sequence again.

use crate::callback::Callback;
use crate::event::{Event, EventKind};
use crate::followed::{Admitted, Followed};
use crate::head::Headers;
use crate::id::FetchId;
use std::collections::VecDeque;
use std::sync::Arc;

/// Events that are kept in each ring; what is older is counted only.
pub const KEPT: usize = 10_000;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Log {
    events: Ring,
    details: Ring,
    /// The number of the next event, counted from 0 at the beginning of the run.
    next: u64,
    /// What the `follow` callbacks that are kept found, by the numbers of their events.
    found: VecDeque<(u64, Found)>,
    /// What one found that is to be told next as having fired.
    finding: Option<(FetchId, Found)>,
}

/// An event as it stands in the log.
#[derive(Clone, Copy, Debug)]
pub struct Line<'a> {
    /// Counted from 0 at the beginning of the run, over all that were ever kept.
    pub number: u64,
    pub event: &'a Event,
    /// Where it is a `follow` that fired, what that found.
    pub found: Option<Found>,
    /// Another one for each event, and of those that are kept at once all within twice as many as both rings hold.
    pub seat: u64,
}

/// The links of a page: all of them, and those never seen before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    pub links: u64,
    pub new: u32,
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

    /// The first so many of those that are kept, the last one first, each with its place among all that were ever kept.
    fn before(&self, end: usize) -> impl Iterator<Item = (u64, &(u64, Event))> {
        let places = (self.gone..self.gone + end as u64).rev();
        places.zip(self.kept.range(..end).rev())
    }

    /// How many of those that are kept have a lower number.
    fn kept_below(&self, number: u64) -> usize {
        self.kept.partition_point(|event| event.0 < number)
    }
}

impl Log {
    pub(super) fn push(&mut self, event: &Event) {
        match &event.kind {
            kind if only_counts(kind) => return,
            EventKind::Followed { id, followed } => {
                self.finding = Some((*id, Found { links: followed.links(), new: followed.new }));
                self.details.push(self.next, &Event { at: event.at, kind: without_edges(*id, followed) });
            }
            EventKind::Admitted { id, admitted } => {
                let [before, now] = [&admitted.before, &admitted.now].map(counts_of);
                let kind = EventKind::Admitted { id: *id, admitted: Arc::new(Admitted { before, now }) };
                self.details.push(self.next, &Event { at: event.at, kind });
            }
            // Heads are large, and kept elsewhere.
            EventKind::HeadReceived { id, status, .. } => {
                let kind = EventKind::HeadReceived { id: *id, status: *status, head: Headers::default() };
                self.details.push(self.next, &Event { at: event.at, kind });
            }
            // So is whom the connection leads to.
            EventKind::Reused { id, carried, .. } => {
                let kind = EventKind::Reused { id: *id, carried: *carried, address: None, tls: None };
                self.details.push(self.next, &Event { at: event.at, kind });
            }
            kind => {
                if let EventKind::CallbackFired { id, callback: Callback::Follow, .. } = kind {
                    self.find(*id);
                }
                let ring = if is_detail(kind) { &mut self.details } else { &mut self.events };
                ring.push(self.next, event);
            }
        }
        self.next += 1;
    }

    /// The callback that fired is the one that found what was told last.
    fn find(&mut self, id: FetchId) {
        let Some((_, found)) = self.finding.take().filter(|finding| finding.0 == id) else { return };
        let oldest = self.events.kept.front().map_or(self.next, |event| event.0);
        while self.found.front().is_some_and(|found| found.0 < oldest) {
            self.found.pop_front();
        }
        self.found.push_back((self.next, found));
    }

    /// What the callback of that number found, where it was `follow`.
    fn found(&self, number: u64) -> Option<Found> {
        let place = self.found.binary_search_by_key(&number, |found| found.0).ok()?;
        self.found.get(place).map(|found| found.1)
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
    pub fn before(&self, number: u64, verbose: bool) -> impl Iterator<Item = Line<'_>> {
        let below = |ring: &Ring| ring.kept_below(number);
        let ends = [below(&self.events), if verbose { below(&self.details) } else { 0 }];
        let mut rings = [self.events.before(ends[0]).peekable(), self.details.before(ends[1]).peekable()];
        std::iter::from_fn(move || {
            let [events, details] = &mut rings;
            let (newer, odd) = match (events.peek(), details.peek()) {
                (Some((_, event)), Some((_, detail))) if event.0 < detail.0 => (details, 1),
                (None, _) => (details, 1),
                _ => (events, 0),
            };
            let (place, (number, event)) = newer.next()?;
            Some(Line { number: *number, event, found: self.found(*number), seat: place * 2 + odd })
        })
    }
}

/// What stands elsewhere, newer, and would only fill the log.
fn only_counts(kind: &EventKind) -> bool {
    use EventKind::{BodyProgressed, ContentKept, FrontierCounted, HostsSampled, RequestMade, Sampled, TargetsCounted};
    matches!(kind, BodyProgressed { .. } | ContentKept { .. } | TargetsCounted { .. } | Sampled(_))
        || matches!(kind, HostsSampled { .. } | FrontierCounted(_) | RequestMade { .. })
}

/// The numbers of a page's links: the links themselves are kept elsewhere, once.
fn without_edges(id: FetchId, followed: &Followed) -> EventKind {
    EventKind::Followed { id, followed: Arc::new(counts_of(followed)) }
}

fn counts_of(followed: &Followed) -> Followed {
    Followed { edges: Vec::new(), texts: Box::default(), unfollowed: Vec::new(), ..*followed }
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
            | NotReused { .. }
            | RateAwaited { .. }
            | AddressGiven { .. }
            | HeadReceived { .. }
            | Finished { .. }
            | Held { .. }
            | Limited { .. }
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
        log.before(number, verbose).map(|line| line.event.at.0).collect()
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
    fn what_follow_found_is_told_where_it_fired_and_no_edge_is_kept() {
        use crate::followed::Edge;
        let mut log = Log::default();
        let id = FetchId(7);
        let edges = vec![Edge { to: FetchId(8), line: 1, column: 1, text_end: 1 }];
        let followed = Arc::new(Followed { new: 3, known: 17, edges, texts: "a".into(), ..Followed::default() });
        let fired = |id| EventKind::CallbackFired { id, callback: Callback::Follow, lag_us: 21, ran_us: 9 };
        for kind in [EventKind::Followed { id, followed }, fired(id), fired(id), fired(FetchId(8))] {
            log.push(&Event { at: At(1), kind });
        }
        let told: Vec<_> = log.before(u64::MAX, false).map(|line| line.found).collect();
        assert_eq!(told, [None, None, Some(Found { links: 20, new: 3 })]);
        let detail = log.before(u64::MAX, true).last().unwrap();
        let EventKind::Followed { followed, .. } = &detail.event.kind else { panic!("{detail:?}") };
        assert_eq!((followed.links(), followed.edges.len()), (20, 0));
        (0..=KEPT as u64).for_each(|at| push(&mut log, at, false));
        log.push(&Event { at: At(1), kind: EventKind::Followed { id, followed: followed_by_one() } });
        log.push(&Event { at: At(1), kind: fired(id) });
        assert_eq!(log.found.len(), 1, "what is gone is not kept here either");
    }

    fn followed_by_one() -> Arc<Followed> {
        Arc::new(Followed { new: 1, ..Followed::default() })
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
