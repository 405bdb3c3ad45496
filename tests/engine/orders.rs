//! In which order results are told: as they complete, or each in its turn.

use crate::loopback::{Gate, Server, ok};
use crate::run::{Plan, end, results, state};
use crawltop::clock::At;
use crawltop::control::{Control, EndReason};
use crawltop::event::{Engine, Event, EventKind, Hold, Order};
use crawltop::failure::FailureKind;
use crawltop::id::FetchId;
use crawltop::phase::Phase;
use crawltop::report::{Gather, Jsonl, Lines, Report, Verbosity, summary};
use crawltop::state::State;
use crawltop::target::Glob;
use crawltop::text::Charset;
use serde_json::Value;

/// Answers at once, but the first target only once the gate is open.
fn slow_first() -> (Server, Gate) {
    let opens = Gate::default();
    let gate = opens.clone();
    let server = Server::start(move |peer| {
        if peer.request().starts_with("GET /0 ") {
            gate.wait();
        }
        peer.send(ok("hi"));
    });
    (server, opens)
}

fn plan(server: &Server, targets: usize) -> Plan {
    Plan::of((0..targets).map(|number| server.url(&format!("/{number}")))).order(Order::Given)
}

fn is_finished(kind: &EventKind) -> bool {
    matches!(kind, EventKind::Finished { .. })
}

fn is_released(kind: &EventKind) -> bool {
    matches!(kind, EventKind::CallbackFired { callback: crawltop::callback::Callback::Release, .. })
}

fn is_waiting(kind: &EventKind) -> bool {
    matches!(kind, EventKind::PhaseEntered { phase: Phase::Wait, .. })
}

fn reported(mut report: impl Report, events: &[Event]) -> String {
    let mut bytes = Vec::new();
    events.iter().for_each(|event| report.apply(event, &mut bytes));
    String::from_utf8(bytes).unwrap()
}

/// The task and its place in the order of completion, a pair for each JSON line.
fn placed(events: &[Event]) -> Vec<(u64, u64)> {
    let text = reported(Jsonl::default(), events);
    let lines = text.lines().skip(1).map(|line| serde_json::from_str::<Value>(line).unwrap());
    lines.map(|line| (line["task"].as_u64().unwrap(), line["order"].as_u64().unwrap())).collect()
}

fn rows(state: &State) -> Vec<(u64, u64)> {
    let mut rows: Vec<_> = state.done.iter().map(|row| (row.id.0, row.order)).collect();
    rows.reverse();
    rows
}

#[test]
fn nothing_is_told_before_its_turn_and_then_everything_is_in_the_order_given() {
    for engine in [Engine::Tasks, Engine::Threads] {
        let (server, gate) = slow_first();
        let mut run = plan(&server, 6).engine(engine).prepare().announced().start();
        run.until_each(5, is_released);
        assert_eq!(placed(run.seen()), [], "by {engine:?}");
        let now = state(run.seen());
        assert_eq!((now.done.kept(), now.done.count, now.turns.waiting()), (0, 5, 5));
        gate.open();
        let events = run.finish();
        let placed = placed(&events);
        assert_eq!(placed.iter().map(|it| it.0).collect::<Vec<_>>(), [1, 2, 3, 4, 5, 6], "by {engine:?}");
        assert_eq!(placed[0].1, 6, "the first was the sixth to complete");
        let mut completed: Vec<(u64, u64)> = placed.clone();
        completed.sort_by_key(|it| it.1);
        let finished = results(&events).into_iter().map(|(id, _)| id.0).zip(1..).collect::<Vec<_>>();
        assert_eq!(completed, finished, "order counts completions");
        let state = state(&events);
        assert_eq!((rows(&state), state.turns.most, state.turns.waiting()), (placed, 5, 0));
    }
}

#[test]
fn lines_come_in_the_order_given_with_their_place_in_the_order_of_completion() {
    let (server, gate) = slow_first();
    let mut run = plan(&server, 3).prepare().announced().start();
    run.until_each(2, is_released);
    gate.open();
    let events = run.finish();
    let text = reported(Lines::new(Verbosity::Normal, Charset::Unicode, false, false), &events);
    let paths: Vec<&str> = text.lines().map(|line| line.rsplit('/').next().unwrap()).collect();
    assert_eq!(paths, ["0", "1", "2"]);
    assert!(text.starts_with("     3  "), "{text}");
}

#[test]
fn the_summary_says_how_long_results_waited_for_their_turn() {
    let (server, gate) = slow_first();
    let mut run = plan(&server, 4).prepare().announced().start();
    run.until_each(3, is_released);
    gate.open();
    let events = run.finish();
    let told = |of: u64| events.iter().find(|it| is_finished(&it.kind) && it.kind.fetch() == Some(FetchId(of)));
    let at = |of| told(of).unwrap().at;
    let state = state(&events);
    assert_eq!(state.turns.waited, (2..=4).map(|id| at(1) - at(id)).sum::<std::time::Duration>());
    assert_eq!(state.turns.longest, (2..=4).map(|id| at(1) - at(id)).max().unwrap());
    let summary = summary(&state, Charset::Unicode);
    assert!(summary.contains("\nresults waited ") && summary.contains(" at the longest, 3 at once\n"), "{summary}");
}

#[test]
fn as_completed_nothing_waits_and_the_summary_says_nothing_of_turns() {
    let (server, gate) = slow_first();
    let mut run = plan(&server, 4).order(Order::Completed).prepare().announced().start();
    run.until_each(3, is_released);
    assert_eq!(placed(run.seen()).len(), 3);
    gate.open();
    let events = run.finish();
    assert!(placed(&events).iter().map(|it| it.1).eq(1..=4));
    let state = state(&events);
    assert_eq!((state.turns.most, placed(&events)), (0, rows(&state)));
    assert!(!summary(&state, Charset::Unicode).contains("results waited"));
}

#[test]
fn a_run_that_is_stopped_tells_everything_it_has_in_the_order_given() {
    for engine in [Engine::Tasks, Engine::Threads] {
        let (server, gate) = slow_first();
        let mut run = plan(&server, 9).engine(engine).cap(1).prepare().announced().start();
        run.until(is_waiting);
        run.tell(Control::Concurrency(5));
        run.until_each(8, is_released);
        run.tell(Control::Quit(EndReason::Quit));
        let events = run.finish();
        gate.open();
        assert!(placed(&events).iter().map(|it| it.0).eq(1..=9));
        assert_eq!(results(&events).last().unwrap().1.kind(), Some(FailureKind::Cancelled));
        assert!(rows(&state(&events)).iter().map(|it| it.0).eq(1..=9));
    }
}

/// A result whose turn does not come, as one before it was never told.
#[test]
fn what_still_waits_at_the_end_is_told_then() {
    let server = Server::start(|peer| peer.answer(ok("hi")));
    let events = plan(&server, 4).prepare().announced().start().finish();
    let mut gather = Gather::default();
    let lost = |event: &&Event| event.kind.fetch() != Some(FetchId(2));
    let mut apply = |event: &Event| {
        let mut told = Vec::new();
        gather.apply(event, |it| told.push(it));
        told
    };
    let told: Vec<_> = events.iter().filter(lost).map(|event| (apply(event), &event.kind)).collect();
    let (last, before) = told.split_last().unwrap();
    assert!(matches!(last.1, EventKind::RunEnded { .. }));
    assert!(before.iter().flat_map(|it| &it.0).map(|told| told.id.0).eq([1]));
    assert!(last.0.iter().map(|told| told.id.0).eq([3, 4]));
}

/// No port has such a number: each of these has its result without a fetch.
fn unusable(count: u64) -> Glob {
    Glob::parse(&format!("http://127.0.0.1:[70000-{}]/", 70_000 + count - 1)).unwrap()
}

#[test]
fn while_ten_thousand_results_wait_for_their_turn_nothing_new_is_started() {
    let (server, gate) = slow_first();
    let mut plan = plan(&server, 1);
    plan.words.push(crawltop::engine::Word::Glob(unusable(10_500)));
    let mut run = plan.prepare().announced().start();
    let held = run.until(|kind| *kind == EventKind::Held { by: Some(Hold::Order) });
    run.settle(64);
    let started = run.seen().iter().filter(|event| matches!(event.kind, EventKind::Started { .. })).count();
    assert_eq!(started, 10_001);
    assert_eq!(state(run.seen()).run.limited_by(1), "order");
    gate.open();
    let freed = run.until(|kind| *kind == EventKind::Held { by: None });
    assert!(freed.at > held.at && held.at > At(0));
    let events = run.finish();
    assert_eq!(end(&events), (EndReason::Finished, 0));
    assert!(placed(&events).iter().map(|it| it.0).eq(1..=10_501));
    assert_eq!(state(&events).turns.most, 10_000);
}

#[test]
fn as_completed_a_slow_first_result_holds_nothing_back() {
    let (server, gate) = slow_first();
    let mut plan = plan(&server, 1).order(Order::Completed);
    plan.words.push(crawltop::engine::Word::Glob(unusable(10_500)));
    let mut run = plan.start();
    run.until_each(10_500, is_finished);
    gate.open();
    let held = |event: &Event| matches!(event.kind, EventKind::Held { by: Some(Hold::Order) });
    assert!(!run.finish().iter().any(held));
}
