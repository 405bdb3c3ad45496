//! The plain loop: one fetch after another, and what is heard while one of them holds the loop.

use crate::loopback::{Gate, Gauge, Peer, Server, ok};
use crate::run::{Plan, end, results};
use crawltop::callback::Callback;
use crawltop::control::{Control, EndReason};
use crawltop::event::{Engine, Event, EventKind};
use crawltop::failure::FailureKind;
use crawltop::id::FetchId;
use crawltop::phase::Phase;
use std::sync::{Arc, Mutex};
use std::time::Duration;

fn plan(server: &Server, targets: usize) -> Plan {
    Plan::of((0..targets).map(|number| server.url(&format!("/{number}")))).engine(Engine::Sequential)
}

fn is_waiting(kind: &EventKind) -> bool {
    matches!(kind, EventKind::PhaseEntered { phase: Phase::Wait, .. })
}

/// The only fetch that was made was let go of while it waited.
fn assert_let_go(events: &[Event], expected: (EndReason, u64)) {
    let results = results(events);
    let failures: Vec<_> = results.iter().map(|(_, fetched)| fetched.failure.as_ref().unwrap()).collect();
    let told: Vec<_> = failures.iter().map(|failure| (failure.kind, failure.phase)).collect();
    assert_eq!(told, [(FailureKind::Cancelled, Some(Phase::Wait))], "{expected:?}");
    assert_eq!(end(events), expected);
}

#[test]
fn one_at_a_time_is_at_the_server_in_the_order_given_whatever_the_cap() {
    let (busy, asked) = (Gauge::default(), Arc::<Mutex<Vec<String>>>::default());
    let (gauge, notes) = (busy.clone(), Arc::clone(&asked));
    let server = Server::start(move |peer| {
        let request = peer.request();
        gauge.enter();
        notes.lock().unwrap().push(request.split(' ').nth(1).unwrap_or_default().to_owned());
        gauge.leave();
        peer.send(ok("hi"));
    });
    let events = plan(&server, 20).run();
    let expected: Vec<String> = (0..20).map(|number| format!("/{number}")).collect();
    assert_eq!((busy.most(), &*asked.lock().unwrap()), (1, &expected));
    assert!(results(&events).iter().map(|(id, _)| id.0).eq(1..=20));
}

#[test]
fn its_callbacks_fire_between_two_fetches() {
    let server = Server::start(|peer| peer.answer(ok("hi")));
    let events = plan(&server, 6).run();
    let relevant = events.iter().filter_map(|event| match event.kind {
        EventKind::Started { id, .. } => Some(format!("start {id}")),
        EventKind::ResultSet { id, .. } => Some(format!("set {id}")),
        EventKind::CallbackFired { id, callback, .. } => Some(format!("{} {id}", callback.name())),
        _ => None,
    });
    let words = ["start", "set", "report", "release"];
    let expected = (1..=6).flat_map(|id| words.map(|word| format!("{word} #{id}")));
    assert!(relevant.eq(expected), "{events:#?}");
}

#[test]
fn a_quit_is_heard_while_a_fetch_holds_the_loop() {
    let server = Server::start(Peer::hold);
    let mut run = plan(&server, 3).start();
    run.until(is_waiting);
    run.tell(Control::Quit(EndReason::Quit));
    assert_let_go(&run.finish(), (EndReason::Quit, 2));
}

#[test]
fn a_drain_lets_go_of_the_fetch_when_its_time_is_over() {
    let server = Server::start(Peer::hold);
    let mut run = plan(&server, 3).start();
    let waiting = run.until(is_waiting);
    run.tell(Control::Drain(EndReason::Interrupt));
    let events = run.finish();
    assert_let_go(&events, (EndReason::Interrupt, 2));
    let ended = results(&events)[0].1.ended;
    assert!(ended - waiting.at >= Duration::from_millis(1_800), "it had {:?}", ended - waiting.at);
}

#[test]
fn a_second_drain_lets_go_of_it_now() {
    let server = Server::start(Peer::hold);
    let mut run = plan(&server, 3).start();
    run.until(is_waiting);
    run.tell(Control::Drain(EndReason::Interrupt));
    run.tell(Control::Drain(EndReason::Interrupt));
    assert_let_go(&run.finish(), (EndReason::Interrupt, 2));
}

#[test]
fn the_deadline_is_kept_while_a_fetch_holds_the_loop() {
    let server = Server::start(Peer::hold);
    let mut plan = plan(&server, 30);
    plan.terms.deadline = Some(Duration::from_millis(300));
    let events = plan.run();
    assert_let_go(&events, (EndReason::Deadline, 29));
    assert!(results(&events)[0].1.ended.0 >= 300_000);
}

#[test]
fn a_cancel_ends_the_fetch_that_holds_the_loop_and_the_next_one_begins() {
    let server = Server::start(|peer| {
        if peer.request().starts_with("GET /0 ") {
            peer.hold();
        } else {
            peer.send(ok("hi"));
        }
    });
    let mut run = plan(&server, 3).start();
    run.until(is_waiting);
    run.tell(Control::Cancel(FetchId(3)));
    run.tell(Control::Cancel(FetchId(1)));
    let events = run.finish();
    let kinds: Vec<_> = results(&events).iter().map(|(_, fetched)| fetched.kind()).collect();
    assert_eq!(kinds, [Some(FailureKind::Cancelled), None, None], "what had not begun was nothing to cancel");
    assert_eq!(end(&events), (EndReason::Finished, 0));
}

#[test]
fn a_pause_acts_between_two_fetches() {
    let opens = Gate::default();
    let gate = opens.clone();
    let server = Server::start(move |peer| {
        if peer.request().starts_with("GET /0 ") {
            peer.hold();
        } else {
            gate.wait();
            peer.send(ok("hi"));
        }
    });
    let mut run = plan(&server, 3).start();
    run.until(is_waiting);
    run.tell(Control::Pause);
    // Wishes are heard in their order: once the fetch is let go of, the pause is known.
    run.tell(Control::Cancel(FetchId(1)));
    run.until(|kind| *kind == EventKind::Paused);
    run.until(|kind| matches!(kind, EventKind::CallbackFired { callback: Callback::Release, .. }));
    run.settle(1);
    let started = run.seen().iter().filter(|event| matches!(event.kind, EventKind::Started { .. })).count();
    assert_eq!(started, 1);
    opens.open();
    run.tell(Control::Resume);
    let events = run.finish();
    assert_eq!((results(&events).len(), end(&events)), (3, (EndReason::Finished, 0)));
}

#[test]
fn a_knob_is_told_at_once_though_a_fetch_holds_the_loop_and_acts_behind_it() {
    let opens = Gate::default();
    let gate = opens.clone();
    let server = Server::start(move |peer| {
        peer.request();
        gate.wait();
        peer.send(ok("hi"));
    });
    let mut run = plan(&server, 2).start();
    run.until(is_waiting);
    run.tell(Control::Pause);
    run.until(|kind| *kind == EventKind::Paused);
    run.tell(Control::Concurrency(7));
    run.until(|kind| *kind == EventKind::ConcurrencySet { cap: 7 });
    opens.open();
    run.until(|kind| matches!(kind, EventKind::CallbackFired { callback: Callback::Release, .. }));
    run.settle(1);
    let started = run.seen().iter().filter(|event| matches!(event.kind, EventKind::Started { .. })).count();
    assert_eq!(started, 1, "the one that ran went on, and no other began");
    run.tell(Control::Resume);
    let events = run.finish();
    let told = |wanted: fn(&EventKind) -> bool| events.iter().filter(|event| wanted(&event.kind)).count();
    let pauses = told(|kind| matches!(kind, EventKind::Paused | EventKind::Resumed));
    assert_eq!((pauses, told(|kind| *kind == EventKind::ConcurrencySet { cap: 7 })), (2, 1), "each of them once");
    assert_eq!(end(&events), (EndReason::Finished, 0));
}
