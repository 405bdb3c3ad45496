//! Charts against what was put in.

use super::*;
use crate::failure::Failure;
use crate::phase::{Marks as Phases, Phase};
use crate::text::Untrusted;

fn at(ms: u64) -> At {
    At(ms * 1000)
}

fn took(ms: u64) -> Fetched {
    let mut marks = Phases::default();
    marks.enter(Phase::Wait, At(0));
    Fetched { status: Some(200), marks, ..Fetched::blank(Untrusted::default(), At(0), at(ms)) }
}

/// One request of 200 ms, with a tenth of a second between its end and the beginning of the next.
fn regular(seconds: u64) -> Chart {
    let mut chart = Chart::default();
    for began in (0..seconds * 1000).step_by(300) {
        chart.advance(at(began));
        chart.fly(at(began), 1);
        chart.advance(at(began + 200));
        chart.leave(&took(200));
        chart.count(&took(200));
        chart.receive(1000);
        chart.fly(at(began + 200), 0);
    }
    chart.advance(at(seconds * 1000));
    chart
}

#[test]
fn littles_law_holds_of_what_was_measured() {
    let flow = regular(30).flow().unwrap();
    assert!((flow.in_flight - 2.0 / 3.0).abs() < 0.05, "{flow:?}");
    assert!((flow.in_flight - flow.expected()).abs() < 0.05, "{flow:?}");
    assert_ne!(flow.balance(), Balance::Above);
    assert_eq!(flow.span, Duration::from_millis(200));
    let flow = |in_flight| Flow { in_flight, a_second: 100.0, span: Duration::from_millis(100) };
    let cases = [
        (10.0, Balance::Even),
        (10.5, Balance::Even),
        (11.9, Balance::Near),
        (8.1, Balance::Near),
        (12.6, Balance::Above),
        (7.9, Balance::Below),
    ];
    for (in_flight, expected) in cases {
        assert_eq!(flow(in_flight).balance(), expected, "{in_flight} of 10");
    }
    assert_eq!(Chart::default().flow(), None);
}

#[test]
fn a_step_is_told_once_it_is_over_with_what_came_in_it() {
    let mut chart = Chart::default();
    chart.fly(at(500), 4);
    for ms in [10, 20, 30] {
        chart.leave(&took(ms));
        chart.count(&took(ms));
    }
    let failed = Fetched { failure: Some(Failure::new(FailureKind::Reset, "")), ..took(40) };
    chart.count(&failed);
    chart.advance(at(999));
    assert_eq!(chart.recent(9).len(), 0);
    chart.advance(at(1000));
    let step = *chart.recent(9).next().unwrap();
    assert_eq!((step.results, step.errors, step.left, step.in_flight()), (4, 1, 3, 2.0));
    let (p50, p99) = (step.p50_us.unwrap(), step.p99_us.unwrap());
    assert!((18_000..23_000).contains(&p50) && p99 >= 28_000, "{step:?}");
}

#[test]
fn what_was_let_go_of_is_no_error_and_no_measure() {
    let mut chart = Chart::default();
    let cancelled = Fetched { failure: Some(Failure::new(FailureKind::Cancelled, "")), ..took(9_000) };
    chart.leave(&cancelled);
    chart.count(&cancelled);
    chart.advance(at(1000));
    let step = chart.recent(1).next().unwrap();
    assert_eq!((step.results, step.errors, step.p99_us), (1, 0, None));
}

#[test]
fn a_second_without_a_result_has_no_span_and_takes_none_from_those_it_is_joined_with() {
    let mut chart = regular(1);
    let with = *chart.recent(1).next().unwrap();
    chart.advance(at(3_000));
    let without = *chart.recent(1).next().unwrap();
    assert_eq!((without.p50_us, without.p99_us), (None, None));
    for (mut sum, other) in [(with, without), (without, with)] {
        sum.join(&other);
        assert_eq!((sum.p50_us, sum.p99_us), (with.p50_us, with.p99_us));
        assert!(sum.p50_us.is_some());
    }
}

#[test]
fn a_run_that_goes_on_from_its_end_has_the_chart_of_one_that_never_ended() {
    for ended in [3_000, 3_200, 3_800] {
        let (through, mut again) = (regular(3), regular(3));
        again.end(at(ended));
        assert_eq!(again == through, ended == 3_000, "what of a second has come is a step");
        again.reopen();
        assert_eq!(again, through);
    }
}

#[test]
fn a_long_run_is_bounded_and_its_sums_stay() {
    let chart = regular(3_000);
    assert_eq!((chart.recent.len(), chart.seconds()), (RECENT, 3_000));
    assert!(chart.whole.len() <= WHOLE);
    for most in [1, 7, 60, 600, 9_999] {
        let (steps, seconds) = chart.whole(most);
        assert!(steps.len() <= most, "{most}");
        assert_eq!(steps.iter().map(|step| u64::from(step.results)).sum::<u64>(), 10_000, "{most}");
        assert_eq!(steps.iter().map(|step| step.us).sum::<u64>(), 3_000 * SECOND);
        assert!(steps[..steps.len() - 1].iter().all(|step| step.us == seconds * SECOND), "{most}");
    }
}

#[test]
fn the_end_of_time_is_reached_in_few_steps() {
    let mut chart = Chart::default();
    chart.fly(At(0), usize::MAX);
    chart.advance(At(u64::MAX));
    chart.advance(At(0));
    chart.end(At(u64::MAX));
    assert_eq!(chart.recent.len(), RECENT);
    assert!(chart.whole.len() <= WHOLE);
}

#[test]
fn a_second_in_which_nothing_came_has_what_was_in_flight() {
    let mut chart = Chart::default();
    chart.fly(at(0), 3);
    let later = chart.at(at(4_500));
    assert_eq!(later.recent(99).map(Step::in_flight).collect::<Vec<_>>(), [3.0; 4]);
    assert_eq!(chart.recent(99).len(), 0, "looking changes nothing");
}

#[test]
fn the_last_second_is_as_long_as_it_has_become_and_a_short_one_joins_the_one_before() {
    for (end, steps) in [(700, 1), (1_200, 1), (1_700, 2)] {
        let mut chart = Chart::default();
        for began in (0..end).step_by(100) {
            chart.advance(at(began));
            chart.count(&took(1));
        }
        chart.end(at(end));
        chart.advance(at(90_000));
        assert_eq!((chart.recent(99).len(), chart.whole(99).0.len()), (steps, steps), "{end}");
        assert_eq!(chart.seconds(), steps as u64, "{end}");
        assert!(chart.recent(99).all(|step| (step.a_second(step.results.into()) - 10.0).abs() < 0.01), "{end}");
    }
}
