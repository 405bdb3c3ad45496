//! What a user or a signal tells a run while it goes on.

use crate::loopback::{Gate, Server, ok};
use crate::run::{Plan, end, results};
use crawltop::callback::Callback;
use crawltop::control::{Control, EndReason};
use crawltop::event::{EventKind, Hold};
use crawltop::failure::FailureKind;
use crawltop::id::FetchId;
use crawltop::phase::Phase;
use std::time::Duration;

/// Answers each request once the gate is open.
fn gated() -> (Server, Gate) {
    let gate = Gate::default();
    let opens = gate.clone();
    let server = Server::start(move |peer| {
        peer.request();
        opens.wait();
        peer.send(ok("hi"));
    });
    (server, gate)
}

/// Takes requests, and never answers.
fn silent() -> Server {
    Server::start(|peer| peer.hold())
}

fn plan(server: &Server, targets: usize, cap: u32) -> Plan {
    Plan::of((0..targets).map(|number| server.url(&format!("/{number}")))).cap(cap)
}

fn is_waiting(kind: &EventKind) -> bool {
    matches!(kind, EventKind::PhaseEntered { phase: Phase::Wait, .. })
}

fn is_released(kind: &EventKind) -> bool {
    matches!(kind, EventKind::CallbackFired { callback: Callback::Release, .. })
}

fn is_started(kind: &EventKind) -> bool {
    matches!(kind, EventKind::Started { .. })
}

#[test]
fn a_pause_starts_nothing_new_while_what_is_in_flight_goes_on() {
    let (server, gate) = gated();
    let mut run = plan(&server, 5, 2).start();
    run.until_each(2, is_waiting);
    run.tell(Control::Pause);
    run.until(|kind| *kind == EventKind::Paused);
    gate.open();
    run.until_each(2, is_released);
    run.settle(2);
    run.tell(Control::Resume);
    run.until(|kind| *kind == EventKind::Resumed);
    let events = run.finish();
    let place = |meant: &EventKind| events.iter().position(|event| event.kind == *meant).unwrap();
    let paused = &events[place(&EventKind::Paused)..place(&EventKind::Resumed)];
    assert_eq!(paused.iter().filter(|event| is_started(&event.kind)).count(), 0);
    assert_eq!(paused.iter().filter(|event| is_released(&event.kind)).count(), 2);
    assert_eq!((results(&events).len(), end(&events)), (5, (EndReason::Finished, 0)));
}

#[test]
fn a_pause_holds_up_no_run_in_which_nothing_is_left_to_start() {
    let (server, gate) = gated();
    let mut run = plan(&server, 2, 2).start();
    run.until_each(2, is_waiting);
    run.tell(Control::Pause);
    run.until(|kind| *kind == EventKind::Paused);
    gate.open();
    let events = run.finish();
    assert_eq!((results(&events).len(), end(&events)), (2, (EndReason::Finished, 0)));
}

#[test]
fn more_concurrency_takes_effect_at_once() {
    let (server, gate) = gated();
    let mut run = plan(&server, 5, 1).start();
    run.until(is_waiting);
    run.tell(Control::Concurrency(4));
    run.until_each(3, is_waiting);
    run.settle(4);
    let started = run.seen().iter().filter(|event| is_started(&event.kind)).count();
    assert_eq!(started, 4);
    gate.open();
    assert_eq!(results(&run.finish()).len(), 5);
}

#[test]
fn concurrency_goes_no_higher_than_the_descriptors_there_are() {
    let (server, gate) = gated();
    let mut plan = plan(&server, 5, 1);
    plan.terms.most = 3;
    let mut run = plan.start();
    run.tell(Control::Concurrency(1000));
    run.until(|kind| *kind == EventKind::ConcurrencySet { cap: 3 });
    gate.open();
    assert_eq!(results(&run.finish()).len(), 5);
}

#[test]
fn less_concurrency_lets_what_is_in_flight_go_on_and_then_holds() {
    let (server, gate) = gated();
    let mut run = plan(&server, 12, 4).start();
    run.until_each(4, is_waiting);
    run.tell(Control::Concurrency(0));
    run.until(|kind| *kind == EventKind::ConcurrencySet { cap: 1 });
    gate.open();
    let events = run.finish();
    assert_eq!(results(&events).len(), 12);
    let (mut in_flight, mut cap) = (0, 4);
    for event in &events {
        match event.kind {
            EventKind::Started { .. } => in_flight += 1,
            EventKind::CallbackFired { callback: Callback::Release, .. } => in_flight -= 1,
            EventKind::ConcurrencySet { cap: set } => cap = set,
            _ => {}
        }
        assert!(!is_started(&event.kind) || in_flight <= cap, "{in_flight} of {cap}");
    }
    assert_eq!(cap, 1, "none at all would be a pause");
}

#[test]
fn a_cancelled_fetch_tells_its_phase_and_its_bytes_and_the_others_go_on() {
    let sent = Gate::default();
    let gate = sent.clone();
    let server = Server::start(move |peer| {
        if peer.request().starts_with("GET /0 ") {
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello");
            peer.hold();
        } else {
            gate.wait();
            peer.send(ok("hi"));
        }
    });
    let mut run = plan(&server, 2, 2).start();
    run.until(|kind| matches!(kind, EventKind::HeadReceived { id: FetchId(1), .. }));
    run.tell(Control::Cancel(FetchId(1)));
    run.tell(Control::Cancel(FetchId(77)));
    run.until(|kind| matches!(kind, EventKind::Finished { id: FetchId(1), .. }));
    sent.open();
    let events = run.finish();
    let results = results(&events);
    let (cancelled, other) = (&results[0].1, &results[1].1);
    let failure = cancelled.failure.as_ref().unwrap();
    assert_eq!((failure.kind, failure.phase), (FailureKind::Cancelled, Some(Phase::Body)));
    assert_eq!((cancelled.status, cancelled.body_bytes), (Some(200), 5));
    assert_eq!((other.status, other.kind()), (Some(200), None));
    assert_eq!(end(&events), (EndReason::Finished, 0));
}

#[test]
fn a_drain_lets_go_of_what_is_in_flight_when_its_time_is_over() {
    let server = silent();
    let mut run = plan(&server, 5, 2).start();
    run.until_each(2, is_waiting);
    run.tell(Control::Drain(EndReason::Interrupt));
    let draining = run.until(|kind| matches!(kind, EventKind::Draining { .. }));
    let EventKind::Draining { until, reason } = draining.kind else { unreachable!() };
    assert_eq!((until - draining.at, reason), (Duration::from_millis(1_800), EndReason::Interrupt));
    let events = run.finish();
    let results = results(&events);
    assert_eq!(results.len(), 2);
    for (_, fetched) in results {
        let failure = fetched.failure.as_ref().unwrap();
        assert_eq!((failure.kind, failure.phase), (FailureKind::Cancelled, Some(Phase::Wait)));
        assert!(fetched.ended >= until, "let go of {:?} early", until - fetched.ended);
    }
    assert_eq!(end(&events), (EndReason::Interrupt, 3));
}

#[test]
fn a_drain_ends_at_once_when_all_that_is_in_flight_is_done() {
    let (server, gate) = gated();
    let mut run = plan(&server, 5, 2).start();
    run.until_each(2, is_waiting);
    run.tell(Control::Drain(EndReason::Terminate));
    run.until(|kind| matches!(kind, EventKind::Draining { .. }));
    gate.open();
    let events = run.finish();
    let statuses: Vec<Option<u16>> = results(&events).iter().map(|(_, fetched)| fetched.status).collect();
    assert_eq!((statuses.as_slice(), end(&events)), ([Some(200); 2].as_slice(), (EndReason::Terminate, 3)));
}

#[test]
fn a_second_drain_and_a_quit_let_go_of_everything_now() {
    for second in [Control::Drain(EndReason::Interrupt), Control::Quit(EndReason::Interrupt)] {
        let server = silent();
        let mut run = plan(&server, 3, 2).start();
        run.until_each(2, is_waiting);
        run.tell(Control::Drain(EndReason::Hangup));
        let draining = run.until(|kind| matches!(kind, EventKind::Draining { .. }));
        run.tell(second);
        let events = run.finish();
        let results = results(&events);
        assert!(results.iter().all(|(_, fetched)| fetched.kind() == Some(FailureKind::Cancelled)));
        assert_eq!((results.len(), end(&events)), (2, (EndReason::Hangup, 1)));
        assert!(draining.at <= results[0].1.ended);
    }
}

#[test]
fn a_quit_ends_a_run_that_waits_for_its_list() {
    let mut plan = Plan::of::<&str>([]);
    let reader = plan.list();
    let mut run = plan.start();
    run.until(|kind| *kind == EventKind::Held { by: Some(Hold::Input) });
    run.tell(Control::Quit(EndReason::Quit));
    assert_eq!(end(&run.finish()), (EndReason::Quit, 0));
    drop(reader);
}

#[test]
fn the_deadline_ends_the_run_and_tells_what_was_in_flight() {
    let server = silent();
    let mut plan = plan(&server, 3, 2);
    plan.terms.deadline = Some(Duration::from_millis(100));
    let events = plan.run();
    let results = results(&events);
    assert_eq!((results.len(), end(&events)), (2, (EndReason::Deadline, 1)));
    for (_, fetched) in results {
        assert_eq!(fetched.kind(), Some(FailureKind::Cancelled));
        assert!(fetched.ended.0 >= 100_000, "{:?}", fetched.ended);
    }
}

#[test]
fn while_the_output_is_held_nothing_starts_and_then_everything_does() {
    let server = Server::start(|peer| peer.answer(ok("hi")));
    let ready = plan(&server, 4, 2).prepare();
    let waiting = ready.waiting();
    waiting.add(64 << 20);
    let mut run = ready.start();
    run.until(|kind| *kind == EventKind::Held { by: Some(Hold::Output) });
    run.settle(2);
    assert!(!run.seen().iter().any(|event| is_started(&event.kind)));
    waiting.remove(64 << 20);
    let events = run.finish();
    assert_eq!((results(&events).len(), end(&events)), (4, (EndReason::Finished, 0)));
    let holds: Vec<_> = events.iter().filter(|event| matches!(event.kind, EventKind::Held { .. })).collect();
    assert_eq!(holds.last().unwrap().kind, EventKind::Held { by: None });
}
