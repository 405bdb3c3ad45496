//! What is told of a fetch where there are too many to follow each step by step.

use crate::loopback::{Gate, Server, ok};
use crate::order::told;
use crate::run::Plan;
use crawltop::clock::At;
use crawltop::event::EventKind;
use crawltop::id::FetchId;
use crawltop::phase::Phase;
use crawltop::plenty::Detail;
use crawltop::state::State;

/// As many as may be followed in the first minute are, before the run begins.
const MINUTE: At = At(60_000_000);

/// One connection for all. The answer to `/parts` comes in two.
fn server(gate: Gate) -> Server {
    Server::start(move |peer| {
        loop {
            let request = peer.request();
            let answer = match request.split(' ').nth(1) {
                None => return,
                Some("/parts") => {
                    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab");
                    gate.wait();
                    "cd".to_owned()
                }
                Some("/gone") => "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".to_owned(),
                _ => ok("hi"),
            };
            peer.send(answer);
        }
    })
}

#[test]
fn of_one_too_many_only_what_is_not_like_most_is_told_step_by_step() {
    let gate = Gate::default();
    let server = server(gate.clone());
    let mut plan = Plan::of(["/new", "/kept", "/parts", "/gone"].map(|path| server.url(path))).cap(1);
    plan.options.keep = 8;
    let ready = plan.prepare().announced();
    while !ready.emitter.is_beyond(MINUTE) {}
    let mut run = ready.start();
    let parts = FetchId(3);
    run.until(|kind| matches!(kind, EventKind::PhaseEntered { id, phase: Phase::Body, .. } if *id == parts));
    gate.open();
    let events = run.finish();
    let briefly = "started, wait, finished, fired report";
    let expected = [
        "started, connect, dialled, connected, send, wait, body, head 200, set, call_soon report+release, finished, \
         fired report, fired release",
        briefly,
        "started, wait, body, head 200, set, call_soon report+release, finished, fired report, fired release",
        "started, wait, body, head 404, set, call_soon report+release, finished, fired report, fired release",
    ];
    for (id, expected) in (1..).map(FetchId).zip(expected) {
        assert_eq!(told(&events, id).join(", "), expected, "{id}");
    }
    // Nothing that counts is missing.
    let mut state = State::default();
    for event in &events {
        state.apply(event);
        if matches!(event.kind, EventKind::PhaseEntered { id: FetchId(2), .. }) {
            let request = state.requests.get(FetchId(2)).unwrap();
            assert!(request.reused && request.phase() == Phase::Wait, "{request:?}");
        }
    }
    assert_eq!((state.done.completed, state.requests.len()), (4, 0));
}

#[test]
fn who_prints_each_result_with_its_callbacks_is_told_all_of_them() {
    let server = server(Gate::default());
    let mut plan = Plan::of(["/new", "/kept"].map(|path| server.url(path))).cap(1);
    plan.options.keep = 8;
    let ready = plan.prepare();
    while !ready.emitter.is_beyond(MINUTE) {}
    ready.emitter.tell(Detail::Callbacks);
    let events = ready.start().finish();
    let expected = "started, wait, call_soon report+release, finished, fired report, fired release";
    assert_eq!(told(&events, FetchId(2)).join(", "), expected);
}
