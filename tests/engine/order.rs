//! How many run at once, and in which order what happens is told.

use crate::loopback::{Gate, Gauge, Server, ok};
use crate::run::{Plan, results};
use crawltop::callback::Callback;
use crawltop::clock::At;
use crawltop::event::{Event, EventKind};
use crawltop::failure::FailureKind;
use crawltop::id::FetchId;
use crawltop::phase::Phase;

fn urls(server: &Server, count: usize) -> Vec<String> {
    (0..count).map(|number| server.url(&format!("/{number}"))).collect()
}

/// The events of one fetch, in a word each, and the moments they are stamped with.
pub fn told(events: &[Event], id: FetchId) -> Vec<String> {
    let of_fetch = events.iter().filter(|event| event.kind.fetch() == Some(id));
    of_fetch.filter_map(|event| word(&event.kind)).collect()
}

/// The moments of the events of one fetch. That a step was long is known after it, when its result has been stamped.
pub fn stamps(events: &[Event], id: FetchId) -> Vec<At> {
    let of_fetch = events.iter().filter(|event| event.kind.fetch() == Some(id));
    of_fetch.filter(|event| !matches!(event.kind, EventKind::LoopLagged { .. })).map(|event| event.at).collect()
}

fn word(kind: &EventKind) -> Option<String> {
    Some(match kind {
        EventKind::Started { .. } => "started".to_owned(),
        EventKind::PhaseEntered { phase, .. } => phase.name().to_owned(),
        EventKind::Dialled { .. } => "dialled".to_owned(),
        EventKind::Connected { .. } => "connected".to_owned(),
        EventKind::RequestMade { head, .. } => {
            assert!(head.start_line().contains("GET /"), "{head:?}");
            "asked".to_owned()
        }
        EventKind::HeadReceived { status, head, .. } => {
            assert!(head.is_empty() || head.start_line().contains(&status.to_string()), "{head:?}");
            format!("head {status}")
        }
        EventKind::Queued { .. } => "queued".to_owned(),
        EventKind::Running { .. } => "running".to_owned(),
        EventKind::ResultSet { worker: None, .. } => "set".to_owned(),
        EventKind::ResultSet { worker: Some(_), .. } => "set by a worker".to_owned(),
        EventKind::CallbacksScheduled { callbacks, .. } => {
            let names: Vec<&str> = callbacks.iter().map(Callback::name).collect();
            format!("call_soon {}", names.join("+"))
        }
        EventKind::Finished { .. } => "finished".to_owned(),
        EventKind::CallbackFired { callback, .. } => format!("fired {}", callback.name()),
        // How often these come is the machine's to say.
        EventKind::LoopLagged { .. } | EventKind::BodyProgressed { .. } | EventKind::ContentKept { .. } => return None,
        other => format!("{other:?}"),
    })
}

#[test]
fn never_more_than_the_cap_are_in_flight_and_the_cap_is_reached() {
    let (busy, gate) = (Gauge::default(), Gate::default());
    let (gauge, opens) = (busy.clone(), gate.clone());
    let server = Server::start(move |peer| {
        peer.request();
        gauge.enter();
        opens.wait();
        gauge.leave();
        peer.send(ok("hi"));
    });
    let mut run = Plan::of(urls(&server, 20)).cap(3).start();
    run.until_each(3, |kind| matches!(kind, EventKind::PhaseEntered { phase: Phase::Wait, .. }));
    run.settle(3);
    gate.open();
    let events = run.finish();
    assert_eq!(results(&events).len(), 20);
    assert!(busy.most() <= 3, "the server had {} at once", busy.most());
    assert_eq!(most_in_flight(&events), 3);
}

fn most_in_flight(events: &[Event]) -> usize {
    let (mut now, mut most) = (0, 0);
    for event in events {
        match event.kind {
            EventKind::Started { .. } => now += 1,
            EventKind::CallbackFired { callback: Callback::Release, .. } => now -= 1,
            _ => {}
        }
        most = most.max(now);
    }
    most
}

#[test]
fn a_result_is_told_the_moment_it_is_there_so_a_slow_first_one_comes_last() {
    let last = Gate::default();
    let gate = last.clone();
    let server = Server::start(move |peer| {
        if peer.request().starts_with("GET /0 ") {
            gate.wait();
        }
        peer.send(ok("hi"));
    });
    let mut run = Plan::of(urls(&server, 6)).start();
    run.until_each(5, |kind| matches!(kind, EventKind::Finished { .. }));
    last.open();
    let events = run.finish();
    let ids: Vec<FetchId> = results(&events).iter().map(|(id, _)| *id).collect();
    let set = events.iter().filter(|event| matches!(event.kind, EventKind::ResultSet { .. }));
    assert_eq!(ids, set.filter_map(|event| event.kind.fetch()).collect::<Vec<_>>());
    assert_eq!(ids.last(), Some(&FetchId(1)));
}

#[test]
fn the_events_of_a_fetch_come_in_the_order_of_its_life() {
    let server = Server::start(|peer| peer.answer(ok("hi")));
    let events = Plan::of(urls(&server, 8)).run();
    for id in (1..=8).map(FetchId) {
        let expected = "started, connect, dialled, connected, asked, send, wait, body, head 200, set, call_soon report+release, \
                        finished, fired report, fired release";
        assert_eq!(told(&events, id).join(", "), expected);
        let stamps = stamps(&events, id);
        assert!(stamps.is_sorted(), "{stamps:?}");
    }
}

#[test]
fn without_detail_the_phases_are_told_by_the_result_alone() {
    let server = Server::start(|peer| peer.answer(ok("hi")));
    let mut plan = Plan::of(urls(&server, 1));
    plan.detailed = false;
    let events = plan.run();
    let expected = "started, set, call_soon report+release, finished, fired report, fired release";
    assert_eq!(told(&events, FetchId(1)).join(", "), expected);
    let fetched = &results(&events)[0].1;
    let phases: Vec<Phase> = fetched.marks.spans(fetched.ended).map(|(phase, _, _)| phase).collect();
    assert_eq!(phases, [Phase::Connect, Phase::Send, Phase::Wait, Phase::Body]);
    let stamps: Vec<_> = fetched.marks.spans(fetched.ended).flat_map(|(_, from, to)| [from, to]).collect();
    assert!(stamps.is_sorted() && fetched.started <= stamps[0]);
}

#[test]
fn a_result_has_the_marks_that_were_told() {
    let server = Server::start(|peer| peer.answer(ok("hi")));
    let events = Plan::of(urls(&server, 1)).run();
    let fetched = &results(&events)[0].1;
    let told = events.iter().filter_map(|event| match event.kind {
        EventKind::PhaseEntered { phase, .. } => Some((phase, event.at)),
        _ => None,
    });
    let marks = fetched.marks.spans(fetched.ended).map(|(phase, from, _)| (phase, from));
    assert_eq!(told.collect::<Vec<_>>(), marks.collect::<Vec<_>>());
    assert!(fetched.steps >= 3, "connect, wait and body are waited for: {} steps", fetched.steps);
}

#[test]
fn a_slot_is_freed_by_the_release_callback_and_by_nothing_before() {
    let server = Server::start(|peer| peer.answer(ok("hi")));
    let events = Plan::of(urls(&server, 10)).cap(1).run();
    let relevant = events.iter().filter_map(|event| match event.kind {
        EventKind::Started { id, .. } => Some(format!("start {id}")),
        EventKind::CallbackFired { id, callback: Callback::Release, .. } => Some(format!("release {id}")),
        _ => None,
    });
    let expected = (1..=10).flat_map(|id| [format!("start #{id}"), format!("release #{id}")]);
    assert_eq!(relevant.collect::<Vec<_>>(), expected.collect::<Vec<_>>());
}

#[test]
fn a_panic_in_a_task_is_an_internal_failure_of_that_fetch_and_the_run_goes_on() {
    let server = Server::start(|peer| peer.hold());
    let mut plan = Plan::of(urls(&server, 5)).cap(2);
    plan.options.panic = true;
    let events = plan.run();
    let results = results(&events);
    assert_eq!(results.len(), 5);
    for (_, fetched) in results {
        assert_eq!(fetched.kind(), Some(FailureKind::Internal));
    }
    assert!(matches!(events.last().unwrap().kind, EventKind::RunEnded { unread: 0, .. }));
}
