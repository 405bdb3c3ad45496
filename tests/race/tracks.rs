//! How bars are put into rows.

use crate::made::{events, plan};
use crawltop::clock::At;
use crawltop::event::{Engine, Event, EventKind};
use crawltop::id::FetchId;
use crawltop::phase::Phase;
use crawltop::race::Track;
use proptest::prelude::*;

/// When a fetch began and ended.
type Span = (u64, u64);

/// Fetches from one moment to another, told in the order of the moments.
fn track(fetches: &[Span]) -> Track {
    let mut events: Vec<Event> = Vec::new();
    for (id, &(from, to)) in fetches.iter().enumerate() {
        let id = FetchId(id as u64);
        events.push(Event { at: At(from), kind: EventKind::PhaseEntered { id, phase: Phase::Connect, steps: 1 } });
        let set = EventKind::ResultSet { id, status: None, failure: None, bytes: 0, steps: 1, worker: None };
        events.push(Event { at: At(to), kind: set });
    }
    // What ends at a moment ends before what begins then.
    events.sort_by_key(|event| (event.at, matches!(event.kind, EventKind::PhaseEntered { .. })));
    let mut track = Track::default();
    events.iter().for_each(|event| track.apply(event));
    track
}

fn rows(track: &Track) -> Vec<u32> {
    track.bars().iter().map(|bar| bar.row).collect()
}

#[test]
fn a_bar_takes_the_first_row_that_is_free() {
    let cases: [(&[Span], &[u32]); 5] = [
        (&[], &[]),
        (&[(0, 1), (1, 2), (2, 3)], &[0, 0, 0]),
        (&[(0, 9), (1, 9), (2, 9)], &[0, 1, 2]),
        (&[(0, 9), (1, 3), (2, 4), (3, 5), (5, 6)], &[0, 1, 2, 1, 1]),
        (&[(0, 2), (1, 9), (3, 4), (3, 5)], &[0, 1, 0, 2]),
    ];
    for (fetches, expected) in cases {
        let mut track = track(fetches);
        assert_eq!(rows(&track), expected, "live: {fetches:?}");
        track.settle();
        assert_eq!(rows(&track), expected, "settled: {fetches:?}");
    }
}

#[test]
fn there_are_as_many_rows_as_were_under_way_at_once() {
    for (at_once, waves) in [(1, 20), (6, 4), (20, 1)] {
        let mut track = Track::default();
        events(plan(Engine::Tasks, 20, at_once)).iter().for_each(|event| track.apply(event));
        track.settle();
        assert_eq!((track.rows(), track.in_a_row(), track.fetches()), (at_once, waves, 20));
        assert_eq!((track.hidden(at_once), track.hidden(0)), (0, 20));
        assert_eq!(track.longest().as_millis(), 100);
    }
}

#[test]
fn a_fetch_that_waits_for_its_turn_has_no_bar_yet() {
    let mut track = Track::default();
    let enter = |at, phase| Event { at: At(at), kind: EventKind::PhaseEntered { id: FetchId(1), phase, steps: 0 } };
    track.apply(&enter(5, Phase::Blocked));
    assert_eq!((track.rows(), track.under_way()), (0, 0));
    track.apply(&enter(50, Phase::Connect));
    assert_eq!((track.bars()[0].started, track.under_way()), (At(50), 1));
}

#[test]
fn an_end_told_too_late_takes_no_row_of_its_own_in_the_end() {
    let begin = |id, at| {
        let kind = EventKind::PhaseEntered { id: FetchId(id), phase: Phase::Connect, steps: 0 };
        Event { at: At(at), kind }
    };
    let end = |id, at| {
        let (id, status) = (FetchId(id), Some(200));
        let kind = EventKind::ResultSet { id, status, failure: None, bytes: 0, steps: 0, worker: Some(1) };
        Event { at: At(at), kind }
    };
    let mut track = Track::default();
    for event in [begin(1, 0), begin(2, 10), end(1, 10), end(2, 20)] {
        track.apply(&event);
    }
    assert_eq!(track.rows(), 2, "as far as was known");
    track.settle();
    assert_eq!((track.rows(), track.in_a_row()), (1, 2));
}

#[test]
fn what_is_under_way_at_the_end_ends_with_the_run() {
    let mut track = track(&[(0, 7), (3, u64::MAX)]);
    assert_eq!(track.under_way(), 0);
    track.settle();
    assert_eq!(track.under_way(), 0);
    let mut open = Track::default();
    let kind = EventKind::PhaseEntered { id: FetchId(1), phase: Phase::Wait, steps: 0 };
    open.apply(&Event { at: At(4), kind });
    open.settle();
    assert_eq!(open.bars()[0].ended, Some(At(4)));
}

proptest! {
    #[test]
    fn bars_of_one_row_never_overlap_and_no_row_is_wasted(
        fetches in proptest::collection::vec((0_u64..500, 1_u64..100), 0..60),
    ) {
        let fetches: Vec<Span> = fetches.into_iter().map(|(from, length)| (from, from + length)).collect();
        let mut track = track(&fetches);
        track.settle();
        let bars = track.bars();
        for (at, bar) in bars.iter().enumerate() {
            let same_row = bars[..at].iter().filter(|other| other.row == bar.row);
            prop_assert!(same_row.into_iter().all(|other| other.end(At(0)) <= bar.started));
        }
        let at_once = |moment| fetches.iter().filter(|&&(from, to)| from <= moment && moment < to).count() as u64;
        let most = (0..600).map(at_once).max().unwrap_or(0);
        prop_assert_eq!(track.rows(), most);
    }
}
