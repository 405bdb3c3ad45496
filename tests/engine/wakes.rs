//! What wakes a task, and its steps one by one where they are traced.

use crate::crowded::Crowded;
use crate::loopback::{Peer, Server, ok};
use crate::run::{Plan, only, results};
use crawltop::control::Control;
use crawltop::event::{Event, EventKind};
use crawltop::failure::FailureKind;
use crawltop::id::FetchId;
use crawltop::net::{Limits, Pin};
use crawltop::phase::Phase;
use crawltop::plenty::Detail;
use crawltop::report::{Jsonl, Report};
use crawltop::wake::Wake;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

fn fine() -> Server {
    Server::start(|peer| peer.answer(ok("hi")))
}

#[test]
fn a_task_is_woken_by_its_slot_once_and_by_its_socket() {
    let server = fine();
    for (_, fetched) in results(&Plan::of((0..10).map(|_| server.url("/"))).cap(3).run()) {
        let wakes = fetched.wakes;
        assert_eq!((wakes.slot, wakes.name, wakes.timer, wakes.cancel), (1, 0, 0, 0), "{wakes:?}");
        assert!(wakes.socket >= 1, "{wakes:?}");
        let all = wakes.slot + wakes.socket;
        assert!(fetched.steps <= all, "{} steps for {wakes:?}", fetched.steps);
    }
}

/// One read of the socket gives a mebibyte, and no step decodes more than a slice of it.
#[test]
fn a_page_far_larger_than_what_came_gives_the_loop_turns() {
    let zeros = include_bytes!("../coding/fixtures/zeros.br");
    let head = format!("HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: {}\r\n\r\n", zeros.len());
    let server = Server::start(move |peer| peer.answer([head.as_bytes(), zeros].concat()));
    let fetched = only(&Plan::of([server.url("/")]).run());
    assert_eq!((&fetched.failure, fetched.body_bytes), (&None, 1_000_000));
    assert!(fetched.wakes.turn >= 14, "{:?}", fetched.wakes);
    assert!(fetched.steps > 14, "{}", fetched.steps);
}

#[test]
fn a_name_that_is_there_wakes_it() {
    // A name that is there before anyone waits for it wakes nobody: a few tries, of which one has to wait.
    let woken = (0..50).any(|_| {
        let server = fine();
        let fetched = only(&Plan::of([format!("http://localhost:{}/", server.address.port())]).run());
        assert_eq!((fetched.status, fetched.wakes.slot), (Some(200), 1));
        assert!(fetched.wakes.socket >= 1, "{:?}", fetched.wakes);
        fetched.wakes.name >= 1
    });
    assert!(woken);
}

#[test]
fn a_limit_that_rings_wakes_it() {
    let server = Server::start(Peer::hold);
    let limits = Limits { connect: None, idle: Some(Duration::from_millis(100)), max: None };
    let fetched = only(&Plan::of([server.url("/")]).limits(limits).run());
    assert_eq!((fetched.kind(), fetched.wakes.cancel), (Some(FailureKind::Timeout), 0));
    assert!(fetched.wakes.timer >= 1, "{:?}", fetched.wakes);
}

#[test]
fn the_turn_of_the_next_address_wakes_it_as_a_timer_does() {
    let crowded = Crowded::new();
    let port = crowded.address.port();
    let listener = TcpListener::bind(("127.0.0.2", port)).unwrap();
    let server = Server::listen(listener, None, Arc::new(|peer| peer.answer(ok("hi"))));
    let addresses = vec![crowded.address.ip(), server.address.ip()];
    let mut plan = Plan::of([format!("http://several.example:{port}/")]);
    plan.options.way.pins.push(Pin { host: Some("several.example".into()), port, addresses });
    let fetched = only(&plan.run());
    assert_eq!((fetched.status, fetched.remote_ip), (Some(200), Some(server.address.ip())));
    let wakes = fetched.wakes;
    assert!(wakes.timer >= 1 && wakes.socket >= 1 && wakes.name == 0, "{wakes:?}");
}

#[test]
fn a_cancel_wakes_it() {
    let server = Server::start(Peer::hold);
    let mut run = Plan::of([server.url("/")]).start();
    run.until(|kind| matches!(kind, EventKind::PhaseEntered { phase: Phase::Wait, .. }));
    run.tell(Control::Cancel(FetchId(1)));
    let fetched = only(&run.finish());
    assert_eq!((fetched.kind(), fetched.wakes.timer), (Some(FailureKind::Cancelled), 0));
    assert!(fetched.wakes.cancel >= 1, "{:?}", fetched.wakes);
}

fn steps(events: &[Event], of: FetchId) -> Vec<(u32, u64, Wake)> {
    let step = |event: &Event| match event.kind {
        EventKind::Stepped { id, step, busy_us, woken_by } if id == of => Some((step, busy_us, woken_by)),
        _ => None,
    };
    events.iter().filter_map(step).collect()
}

#[test]
fn traced_each_step_is_told_with_its_number_its_length_and_what_woke_it() {
    let server = fine();
    let ready = Plan::of((0..8).map(|_| server.url("/"))).prepare();
    ready.emitter.tell(Detail::Steps);
    let events = ready.start().finish();
    for (id, fetched) in results(&events) {
        let steps = steps(&events, id);
        assert!(steps.iter().map(|step| step.0).eq(1..=fetched.steps), "{steps:?} of {}", fetched.steps);
        assert_eq!(steps.iter().map(|step| step.1).sum::<u64>(), fetched.busy_us);
        assert_eq!(steps[0].2, Wake::Slot);
        assert!(steps[1..].iter().all(|step| step.2 == Wake::Socket), "{steps:?}");
        let last = events.iter().rposition(|it| matches!(it.kind, EventKind::Stepped { id: of, .. } if of == id));
        let set = events.iter().position(|it| matches!(it.kind, EventKind::ResultSet { id: of, .. } if of == id));
        assert!(last < set, "the result is set when the last step is over");
    }
}

#[test]
fn traced_the_step_after_a_limit_and_after_a_cancel_says_so() {
    let server = Server::start(Peer::hold);
    let limits = Limits { connect: None, idle: Some(Duration::from_secs(1)), max: None };
    let ready = Plan::of([server.url("/a"), server.url("/b")]).limits(limits).prepare();
    ready.emitter.tell(Detail::Steps);
    let mut run = ready.start();
    run.until_each(2, |kind| matches!(kind, EventKind::PhaseEntered { phase: Phase::Wait, .. }));
    run.tell(Control::Cancel(FetchId(1)));
    let events = run.finish();
    for (id, cause) in [(1, Wake::Cancel), (2, Wake::Timer)] {
        assert_eq!(steps(&events, FetchId(id)).last().map(|step| step.2), Some(cause));
    }
}

#[test]
fn untraced_no_step_is_told() {
    let server = fine();
    let events = Plan::of([server.url("/")]).run();
    assert_eq!(steps(&events, FetchId(1)), []);
}

#[test]
fn a_json_line_has_its_wakes() {
    let server = fine();
    let events = Plan::of([server.url("/")]).prepare().announced().start().finish();
    let (mut report, mut bytes) = (Jsonl::default(), Vec::new());
    events.iter().for_each(|event| report.apply(event, &mut bytes));
    let line = std::str::from_utf8(&bytes).unwrap().lines().nth(1).unwrap();
    let line: serde_json::Value = serde_json::from_str(line).unwrap();
    let wakes = only(&events).wakes;
    let none = serde_json::json!({"slot": 1, "name": 0, "timer": 0, "cancel": 0, "turn": 0});
    let mut expected = none.as_object().unwrap().clone();
    expected.insert("socket".into(), wakes.socket.into());
    assert_eq!(line["wakes"].as_object(), Some(&expected));
}
