//! Where targets come from, how many are known, and where a list ends the run.

use crate::loopback::{Gate, Server, ok};
use crate::run::{Plan, results};
use crawltop::control::{Control, EndReason};
use crawltop::engine::{Line, Reader, Word};
use crawltop::event::{Event, EventKind, Hold};
use crawltop::failure::FailureKind;
use crawltop::target::{Glob, Target};

fn target(server: &Server, path: &str) -> Line {
    Line::Target(Target::parse(&server.url(path)).unwrap())
}

fn refused(line: u64) -> Line {
    Line::Refused { line, error: "no URL".to_owned() }
}

fn hand_all(mut reader: Reader, lines: impl IntoIterator<Item = Line>) {
    for line in lines {
        assert!(reader.hand(line, false));
    }
}

fn server() -> Server {
    Server::start(|peer| peer.answer(ok("hi")))
}

fn count(events: &[Event], is_meant: impl Fn(&EventKind) -> bool) -> usize {
    events.iter().filter(|event| is_meant(&event.kind)).count()
}

#[test]
fn a_bad_line_ends_the_run_there_and_what_was_in_flight_is_told() {
    let server = server();
    let mut plan = Plan::of([server.url("/word")]);
    let lines = [target(&server, "/1"), target(&server, "/2"), refused(3), target(&server, "/4")];
    hand_all(plan.list(), lines);
    let events = plan.run();
    let results = results(&events);
    assert!(results.iter().all(|(_, fetched)| fetched.status == Some(200)));
    assert_eq!(results.len(), 3);
    assert_eq!(count(&events, |kind| matches!(kind, EventKind::LineRefused { line: 3, .. })), 1);
    assert_eq!(events.last().unwrap().kind, EventKind::RunEnded { reason: EndReason::BadInput, unread: 1 });
}

#[test]
fn a_first_interrupt_after_a_bad_line_still_leaves_time_to_what_is_in_flight() {
    let gate = Gate::default();
    let opens = gate.clone();
    let server = Server::start(move |peer| {
        peer.request();
        opens.wait();
        peer.send(ok("hi"));
    });
    let mut plan = Plan::of::<&str>([]);
    hand_all(plan.list(), [target(&server, "/1"), refused(2)]);
    let mut run = plan.start();
    run.until(|kind| matches!(kind, EventKind::LineRefused { .. }));
    run.tell(Control::Drain(EndReason::Interrupt));
    run.until(|kind| matches!(kind, EventKind::Draining { .. }));
    gate.open();
    let events = run.finish();
    assert_eq!(results(&events)[0].1.status, Some(200));
    assert_eq!(events.last().unwrap().kind, EventKind::RunEnded { reason: EndReason::BadInput, unread: 0 });
}

#[test]
fn bad_lines_are_passed_over_where_that_is_asked_for() {
    let server = server();
    let mut plan = Plan::of::<&str>([]);
    plan.terms.keep_going = true;
    hand_all(plan.list(), [refused(1), target(&server, "/2"), refused(3), target(&server, "/4"), refused(5)]);
    let events = plan.run();
    assert_eq!(results(&events).len(), 2);
    assert_eq!(count(&events, |kind| matches!(kind, EventKind::LineSkipped { .. })), 3);
    assert_eq!(events.last().unwrap().kind, EventKind::RunEnded { reason: EndReason::Finished, unread: 0 });
}

#[test]
fn a_list_that_can_not_be_read_on_ends_the_run() {
    let server = server();
    let mut plan = Plan::of::<&str>([]);
    hand_all(plan.list(), [target(&server, "/1"), Line::Failed("input/output error".to_owned())]);
    let events = plan.run();
    assert_eq!(results(&events).len(), 1);
    assert_eq!(count(&events, |kind| matches!(kind, EventKind::InputFailed { .. })), 1);
    assert_eq!(events.last().unwrap().kind, EventKind::RunEnded { reason: EndReason::UnreadableInput, unread: 0 });
}

#[test]
fn targets_are_counted_as_they_are_read_and_more_may_come_until_the_list_is_whole() {
    let server = server();
    let mut plan = Plan::of([server.url("/word")]);
    let mut reader = plan.list();
    let mut run = plan.start();
    run.until(|kind| *kind == EventKind::TargetsCounted { total: 1, more: true });
    assert!(reader.hand(target(&server, "/1"), false));
    run.until(|kind| *kind == EventKind::TargetsCounted { total: 2, more: true });
    assert!(reader.hand(target(&server, "/2"), false));
    drop(reader);
    run.until(|kind| *kind == EventKind::TargetsCounted { total: 3, more: false });
    let events = run.finish();
    assert_eq!(results(&events).len(), 3);
    assert!(count(&events, |kind| *kind == EventKind::Held { by: Some(Hold::Input) }) >= 1);
}

#[test]
fn a_reader_whose_run_has_ended_is_told_to_stop() {
    let server = server();
    let mut plan = Plan::of::<&str>([]);
    let mut reader = plan.list();
    assert!(reader.hand(refused(1), false));
    let run = plan.start();
    run.finish();
    assert!(!reader.hand(target(&server, "/2"), false));
}

#[test]
fn a_pattern_is_many_targets_and_one_that_is_no_url_is_a_result_of_its_own() {
    let server = server();
    let port = server.address.port();
    let mut plan = Plan::of::<&str>([]);
    for pattern in [format!("http://127.0.0.1:{port}/[1-3]/"), format!("http://127.0.0.{{1,999}}:{port}/")] {
        plan.words.push(Word::Glob(Glob::parse(&pattern).unwrap()));
    }
    let mut run = plan.start();
    run.until(|kind| *kind == EventKind::TargetsCounted { total: 5, more: false });
    let events = run.finish();
    let results = results(&events);
    assert_eq!(results.len(), 5);
    let failed: Vec<_> = results.iter().filter_map(|(id, fetched)| Some((id.0, fetched.kind()?))).collect();
    assert_eq!(failed, [(5, FailureKind::InvalidUrl)]);
}
