//! The pool: how many work at once, who waits, what cancelling does to the queue and to a worker.

use crate::loopback::{Gate, Gauge, Peer, Server, ok};
use crate::order::told;
use crate::run::{Plan, Run, end, results, state};
use crawltop::callback::Callback;
use crawltop::control::{Control, EndReason};
use crawltop::engine::default_workers;
use crawltop::event::{Engine, Event, EventKind};
use crawltop::failure::FailureKind;
use crawltop::id::FetchId;
use crawltop::net::Limits;
use crawltop::phase::Phase;
use crawltop::report::summary;
use crawltop::text::{Charset, Untrusted};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A server that notes what it is asked for, and answers once its gate is open.
struct Gated {
    server: Server,
    gate: Gate,
    busy: Gauge,
    asked: Arc<Mutex<Vec<String>>>,
}

fn gated() -> Gated {
    let (gate, busy, asked) = (Gate::default(), Gauge::default(), Arc::<Mutex<Vec<String>>>::default());
    let (opens, gauge, notes) = (gate.clone(), busy.clone(), Arc::clone(&asked));
    let server = Server::start(move |peer| {
        let request = peer.request();
        notes.lock().unwrap().push(request.split(' ').nth(1).unwrap_or_default().to_owned());
        gauge.enter();
        opens.wait();
        gauge.leave();
        peer.send(ok("hi"));
    });
    Gated { server, gate, busy, asked }
}

fn plan(server: &Server, targets: usize) -> Plan {
    Plan::of((0..targets).map(|number| server.url(&format!("/{number}")))).engine(Engine::Threads)
}

fn is_waiting(kind: &EventKind) -> bool {
    matches!(kind, EventKind::PhaseEntered { phase: Phase::Wait, .. })
}

fn is_running(kind: &EventKind) -> bool {
    matches!(kind, EventKind::Running { .. })
}

fn count(events: &[Event], is_meant: impl Fn(&EventKind) -> bool) -> usize {
    events.iter().filter(|event| is_meant(&event.kind)).count()
}

fn place(events: &[Event], is_meant: impl Fn(&EventKind) -> bool) -> usize {
    events.iter().position(|event| is_meant(&event.kind)).expect("it was told")
}

fn is_finished(of: u64) -> impl Fn(&EventKind) -> bool {
    move |kind| matches!(kind, EventKind::Finished { id, .. } if id.0 == of)
}

fn is_started(of: u64) -> impl Fn(&EventKind) -> bool {
    move |kind| matches!(kind, EventKind::Started { id, .. } if id.0 == of)
}

fn workers(events: &[Event]) -> BTreeSet<u16> {
    let worker = |event: &Event| match event.kind {
        EventKind::Running { worker, .. } => Some(worker),
        _ => None,
    };
    events.iter().filter_map(worker).collect()
}

#[test]
fn never_more_than_the_workers_are_at_the_server_and_the_rest_is_blocked() {
    let Gated { server, gate, busy, .. } = gated();
    let mut run = plan(&server, 20).workers(3).start();
    run.until_each(3, is_waiting);
    run.settle(64);
    assert_eq!(count(run.seen(), |kind| matches!(kind, EventKind::Queued { .. })), 20);
    let now = state(run.seen());
    let waits = now.requests.iter().filter(|row| row.worker.is_none() && row.phase() == Phase::Blocked);
    assert_eq!((now.requests.len(), waits.count()), (20, 17));
    let at_work = now.requests.iter().filter_map(|row| row.worker).collect::<BTreeSet<_>>();
    assert_eq!(at_work.len(), 3, "each has one of its own");
    gate.open();
    let events = run.finish();
    assert_eq!((results(&events).len(), busy.most()), (20, 3));
    assert_eq!(workers(&events), BTreeSet::from([1, 2, 3]));
}

#[test]
fn the_default_pool_has_four_workers_more_than_processors_and_32_at_most() {
    let processors = std::thread::available_parallelism().unwrap().get();
    let size = usize::from(default_workers());
    assert_eq!(size, (processors + 4).min(32));
    let Gated { server, gate, busy, .. } = gated();
    let mut run = plan(&server, 40).start();
    run.until_each(size, is_waiting);
    run.settle(64);
    assert_eq!(count(run.seen(), is_running), size);
    gate.open();
    assert_eq!((results(&run.finish()).len(), busy.most()), (40, size));
}

#[test]
fn workers_are_started_as_jobs_come() {
    let Gated { server, gate, .. } = gated();
    gate.open();
    let events = plan(&server, 3).workers(20).run();
    assert!(workers(&events).is_subset(&BTreeSet::from([1, 2, 3])), "{:?}", workers(&events));
}

#[test]
fn jobs_are_begun_first_in_first_out() {
    let Gated { server, gate, asked, .. } = gated();
    gate.open();
    let events = plan(&server, 12).workers(1).run();
    let expected: Vec<String> = (0..12).map(|number| format!("/{number}")).collect();
    assert_eq!(*asked.lock().unwrap(), expected);
    let begun = events.iter().filter(|event| is_running(&event.kind)).filter_map(|event| event.kind.fetch());
    assert!(begun.eq((1..=12).map(FetchId)));
}

#[test]
fn a_result_is_set_by_the_worker_that_ran_it_and_its_callbacks_fire_in_order() {
    let Gated { server, gate, .. } = gated();
    gate.open();
    let events = plan(&server, 30).workers(4).run();
    for id in (1..=30).map(FetchId) {
        let ran = events.iter().find_map(|event| match event.kind {
            EventKind::Running { id: of, worker } if of == id => Some(worker),
            _ => None,
        });
        let set = events.iter().find_map(|event| match event.kind {
            EventKind::ResultSet { id: of, worker, .. } if of == id => worker,
            _ => None,
        });
        assert!(ran.is_some() && ran == set, "{ran:?} ran it, {set:?} set it");
        let told = told(&events, id).join(", ");
        assert!(told.ends_with("call_soon report+release, finished, fired report, fired release"), "{told}");
    }
    // One loop fires them all, so none begins within another, and all come in the order in which they were scheduled.
    let scheduled = events.iter().filter_map(|event| match event.kind {
        EventKind::CallbacksScheduled { id, .. } => Some(id),
        _ => None,
    });
    let fired = |wanted: Callback| {
        events.iter().filter_map(move |event| match event.kind {
            EventKind::CallbackFired { id, callback, .. } if callback == wanted => Some(id),
            _ => None,
        })
    };
    assert!(fired(Callback::Report).eq(fired(Callback::Release)));
    let (mut scheduled, mut fired): (Vec<_>, Vec<_>) = (scheduled.collect(), fired(Callback::Report).collect());
    scheduled.sort_unstable();
    fired.sort_unstable();
    assert_eq!(scheduled, fired);
}

#[test]
fn blocked_time_is_told_and_neither_limited_nor_part_of_one_after_another() {
    let server = Server::start(|peer| {
        if peer.request().starts_with("GET /0 ") {
            peer.hold();
        } else {
            peer.send(ok("hi"));
        }
    });
    let max = Duration::from_secs(1);
    let limits = Limits { connect: None, idle: None, max: Some(max) };
    let events = plan(&server, 2).workers(1).limits(limits).run();
    let results = results(&events);
    let (first, second) = (&results[0].1, &results[1].1);
    assert_eq!((first.kind(), second.status), (Some(FailureKind::Timeout), Some(200)));
    let blocked = second.spent(Phase::Blocked).unwrap();
    assert!(blocked >= max, "it waited for the worker for {blocked:?}, which is over --max-time");
    assert_eq!(second.marks.spans(second.ended).next().map(|it| (it.0, it.1)), Some((Phase::Blocked, second.started)));
    let waited = first.spent(Phase::Blocked).unwrap() + blocked;
    let state = state(&events);
    assert_eq!(state.timing.one_after_another, first.total() + second.total() - waited);
    assert!(state.timing.of(Phase::Blocked).quantiles().is_some_and(|it| it.max >= max));
}

#[test]
fn cancelling_a_queued_job_takes_it_out_of_the_queue_and_frees_its_slot_at_once() {
    let Gated { server, gate, asked, .. } = gated();
    let mut run = plan(&server, 3).workers(1).cap(2).start();
    run.until(is_waiting);
    run.tell(Control::Cancel(FetchId(2)));
    // The only worker is still at the server, and yet a third job gets the slot.
    run.until(is_started(3));
    gate.open();
    let events = run.finish();
    let results = results(&events);
    let cancelled = &results[0];
    let failure = cancelled.1.failure.as_ref().unwrap();
    assert_eq!((cancelled.0, failure.kind), (FetchId(2), FailureKind::Cancelled));
    assert_eq!(failure.phase, Some(Phase::Blocked), "{failure:?}");
    assert_eq!(cancelled.1.spent(Phase::Blocked), Some(cancelled.1.total()), "all it did was to wait for a worker");
    assert!(results[1..].iter().all(|(_, fetched)| fetched.status == Some(200)));
    assert_eq!(*asked.lock().unwrap(), ["/0", "/2"]);
    assert_eq!(count(&events, |kind| matches!(kind, EventKind::ResultRefused { .. })), 0);
    assert_eq!(workers(&events).len(), 1);
}

/// The first fetch meets silence, all others an answer.
fn first_silent() -> Server {
    Server::start(|peer| {
        if peer.request().starts_with("GET /0 ") {
            peer.hold();
        } else {
            peer.send(ok("hi"));
        }
    })
}

fn cancelled_while_it_ran() -> Vec<Event> {
    let server = first_silent();
    let mut run: Run = plan(&server, 2).workers(1).cap(1).start();
    run.until(is_waiting);
    run.tell(Control::Cancel(FetchId(1)));
    run.finish()
}

#[test]
fn cancelling_a_running_job_is_told_and_its_slot_is_free_when_its_worker_is_back() {
    let events = cancelled_while_it_ran();
    let scheduled = |kind: &EventKind| matches!(kind, EventKind::CallbacksScheduled { id: FetchId(1), .. });
    let refused = place(&events, |kind| *kind == EventKind::ResultRefused { id: FetchId(1) });
    assert!(place(&events, scheduled) < refused, "what comes late meets the cancelled Completion");
    assert!(place(&events, is_finished(1)) < place(&events, is_started(2)));
    assert!(refused < place(&events, is_started(2)), "the slot is taken as long as the worker is away");
    let results = results(&events);
    let cancelled = &results[0].1;
    let passed: Vec<_> = cancelled.marks.spans(cancelled.ended).map(|(phase, from, _)| (phase, from)).collect();
    assert_eq!(cancelled.kind(), Some(FailureKind::Cancelled));
    assert_eq!(passed[0], (Phase::Blocked, cancelled.started), "it waited for its worker");
    assert!(passed[1..].iter().map(|&(phase, _)| phase).eq([Phase::Connect, Phase::Send, Phase::Wait]), "{passed:?}");
    assert_eq!((results[1].1.status, end(&events)), (Some(200), (EndReason::Finished, 0)));
}

#[test]
fn a_late_result_is_counted_and_told_in_the_summary() {
    let state = state(&cancelled_while_it_ran());
    assert_eq!((state.tally.refused, state.done.count), (1, 2));
    let summary = summary(&state, Charset::Unicode);
    assert!(summary.contains("\n1 late results met InvalidState\n"), "{summary}");
}

#[test]
fn a_quit_waits_for_no_worker_that_hangs() {
    let server = Server::start(Peer::hold);
    let mut run = plan(&server, 9).workers(2).cap(4).start();
    run.until_each(2, is_waiting);
    run.tell(Control::Quit(EndReason::Quit));
    let events = run.finish();
    let results = results(&events);
    assert!(results.iter().all(|(_, fetched)| fetched.kind() == Some(FailureKind::Cancelled)));
    assert_eq!((results.len(), end(&events)), (4, (EndReason::Quit, 5)));
    let scheduled = |event: &Event| matches!(event.kind, EventKind::CallbacksScheduled { .. });
    assert_eq!(events.iter().filter(|event| scheduled(event)).count(), 4, "each is settled once");
    let refused = count(&events, |kind| matches!(kind, EventKind::ResultRefused { .. }));
    assert_eq!(refused, 2, "both workers were cut off, and what they came back with is counted");
}

#[test]
fn a_drain_lets_go_of_workers_when_its_time_is_over() {
    let server = Server::start(Peer::hold);
    let mut run = plan(&server, 5).workers(1).cap(2).start();
    run.until(is_waiting);
    run.tell(Control::Drain(EndReason::Interrupt));
    let draining = run.until(|kind| matches!(kind, EventKind::Draining { .. }));
    let EventKind::Draining { until, .. } = draining.kind else { unreachable!() };
    let events = run.finish();
    let results = results(&events);
    assert_eq!((results.len(), end(&events)), (2, (EndReason::Interrupt, 3)));
    assert!(results.iter().all(|(_, fetched)| fetched.ended >= until));
}

#[test]
fn the_deadline_ends_the_run_whatever_the_workers_do() {
    let server = Server::start(Peer::hold);
    let mut plan = plan(&server, 5).workers(2).cap(3);
    plan.terms.deadline = Some(Duration::from_millis(300));
    let events = plan.run();
    assert_eq!((results(&events).len(), end(&events)), (3, (EndReason::Deadline, 2)));
    assert!(results(&events).iter().all(|(_, fetched)| fetched.ended.0 >= 300_000));
}

#[test]
fn a_pause_gives_the_pool_nothing_new() {
    let Gated { server, gate, .. } = gated();
    let mut run = plan(&server, 5).workers(2).cap(2).start();
    run.until_each(2, is_waiting);
    run.tell(Control::Pause);
    run.until(|kind| *kind == EventKind::Paused);
    gate.open();
    run.until_each(2, |kind| matches!(kind, EventKind::CallbackFired { callback: Callback::Release, .. }));
    run.settle(2);
    assert_eq!(count(run.seen(), |kind| matches!(kind, EventKind::Queued { .. })), 2);
    run.tell(Control::Resume);
    let events = run.finish();
    assert_eq!((results(&events).len(), end(&events)), (5, (EndReason::Finished, 0)));
}

#[test]
fn a_pause_holds_what_the_pool_has_not_begun() {
    let Gated { server, gate, asked, .. } = gated();
    let mut run = plan(&server, 4).workers(1).cap(3).start();
    run.until(is_waiting);
    run.tell(Control::Pause);
    run.until(|kind| *kind == EventKind::Paused);
    gate.open();
    run.until(|kind| matches!(kind, EventKind::CallbackFired { callback: Callback::Release, .. }));
    run.settle(2);
    assert_eq!((count(run.seen(), is_running), asked.lock().unwrap().len()), (1, 1));
    run.tell(Control::Cancel(FetchId(2)));
    run.until(is_finished(2));
    run.tell(Control::Resume);
    let events = run.finish();
    assert_eq!((results(&events).len(), end(&events)), (4, (EndReason::Finished, 0)));
    assert_eq!(*asked.lock().unwrap(), ["/0", "/2", "/3"]);
}

#[test]
fn more_concurrency_gives_the_pool_more_at_once() {
    let Gated { server, gate, busy, .. } = gated();
    let mut run = plan(&server, 6).workers(4).cap(1).start();
    run.until(is_waiting);
    run.settle(1);
    assert_eq!(count(run.seen(), is_running), 1);
    run.tell(Control::Concurrency(4));
    run.until_each(3, is_waiting);
    // What was sent is not yet what was read: the gate opens once the server has all four.
    while busy.most() < 4 {
        std::thread::yield_now();
    }
    gate.open();
    assert_eq!((results(&run.finish()).len(), busy.most()), (6, 4));
}

#[test]
fn a_pool_that_got_fewer_workers_says_so_in_the_summary() {
    let (server, message) = (first_silent(), Untrusted::new("resource temporarily unavailable", 99));
    let ready = plan(&server, 0).workers(8).prepare().announced();
    ready.emitter.emit(EventKind::WorkerRefused { workers: 3, message });
    let state = state(&ready.start().finish());
    assert_eq!(state.run.workers, 3);
    let summary = summary(&state, Charset::Unicode);
    assert!(summary.contains("\nthe pool had only 3 workers: resource temporarily unavailable\n"), "{summary}");
}
