//! Attempts that failed and are made again: which, when, how often; and that whoever waits for it loses nothing.

use crate::loopback::{Server, ok};
use crate::run::{Plan, end, only, results, state};
use crawltop::callback::{Callback, Callbacks};
use crawltop::clock::{moment, wall_clock_ms};
use crawltop::control::{Control, EndReason};
use crawltop::engine::{Retry, Until, Word};
use crawltop::event::{Because, Engine, Event, EventKind, Hold, Order};
use crawltop::failure::FailureKind;
use crawltop::fetched::Outcome;
use crawltop::id::FetchId;
use crawltop::report::summary;
use crawltop::state::State;
use crawltop::target::Glob;
use crawltop::text::Charset;
use std::net::TcpListener;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Long enough that no test sees its end.
const LONG: Duration = Duration::from_secs(60);
const SHORT: Duration = Duration::from_millis(8);

fn status(status: u16, fields: &str) -> String {
    format!("HTTP/1.1 {status} Oh\r\n{fields}Content-Length: 0\r\n\r\n")
}

/// Answers with these, one after another, and with the last one from then on.
fn answering(answers: impl IntoIterator<Item = String>) -> (Server, Arc<AtomicUsize>) {
    let (answers, asked) = (answers.into_iter().collect::<Vec<_>>(), Arc::<AtomicUsize>::default());
    let counted = asked.clone();
    let server = Server::start(move |peer| {
        if !peer.request().is_empty() {
            let place = counted.fetch_add(1, SeqCst);
            peer.send(&answers[place.min(answers.len() - 1)]);
        }
    });
    (server, asked)
}

fn plan(server: &Server, most: u32, delay: Duration) -> Plan {
    let mut plan = Plan::of([server.url("/")]);
    plan.terms.retry = Retry { most, delay };
    plan
}

/// The attempts that were made again: when they ended, how long after that the next was due, and why.
fn waits(events: &[Event]) -> Vec<(Duration, Because, u32)> {
    let wait = |event: &Event| match &event.kind {
        EventKind::Retrying { until, because, fetched, .. } => {
            Some((*until - fetched.ended, *because, fetched.attempt))
        }
        _ => None,
    };
    events.iter().filter_map(wait).collect()
}

fn is_retrying(kind: &EventKind) -> bool {
    matches!(kind, EventKind::Retrying { .. })
}

fn is_released(kind: &EventKind) -> bool {
    matches!(kind, EventKind::CallbackFired { callback: Callback::Release, .. })
}

#[test]
fn a_status_that_may_pass_is_tried_again_and_the_last_attempt_is_the_result() {
    for engine in Engine::ALL {
        let (server, asked) = answering([status(503, ""), status(429, ""), ok("hi")]);
        let events = plan(&server, 2, SHORT).engine(engine).prepare().announced().start().finish();
        let fetched = only(&events);
        assert_eq!((fetched.status, fetched.attempt, fetched.outcome()), (Some(200), 3, Outcome::Ok), "{engine:?}");
        assert_eq!((asked.load(SeqCst), end(&events)), (3, (EndReason::Finished, 0)), "{engine:?}");
        let waits = waits(&events);
        assert_eq!(
            waits.iter().map(|it| (it.1, it.2)).collect::<Vec<_>>(),
            [(Because::Status(503), 1), (Because::Status(429), 2)]
        );
        assert!(waits[0].0 >= SHORT * 3 / 4 && waits[1].0 > waits[0].0, "the gaps grow: {waits:?}");
        let state = state(&events);
        assert_eq!((state.tally.retried, state.done.count, state.requests.len()), (2, 1, 0));
        assert!(summary(&state, Charset::Unicode).contains("\nretried 2\n"));
    }
}

#[test]
fn an_attempt_schedules_retry_in_the_place_of_report_and_no_second_starts_before_its_time() {
    for engine in Engine::ALL {
        let (server, _) = answering([status(500, ""), ok("hi")]);
        let events = plan(&server, 1, SHORT).engine(engine).run();
        let scheduled: Vec<Callbacks> = events
            .iter()
            .filter_map(|event| match event.kind {
                EventKind::CallbacksScheduled { callbacks, .. } => Some(callbacks),
                _ => None,
            })
            .collect();
        let release = Callbacks::default().with(Callback::Release);
        assert_eq!(scheduled, [release.with(Callback::Retry), release.with(Callback::Report)], "{engine:?}");
        let due = events.iter().find_map(|event| match event.kind {
            EventKind::Retrying { until, .. } => Some(until),
            _ => None,
        });
        let again = events.iter().find(|event| matches!(event.kind, EventKind::Retried { .. })).unwrap();
        assert!(again.at >= due.unwrap(), "{engine:?}");
        assert_eq!(again.kind, EventKind::Retried { id: FetchId(1), attempt: 2 });
        assert_eq!(events.iter().filter(|event| matches!(event.kind, EventKind::Started { .. })).count(), 1);
    }
}

#[test]
fn what_stays_broken_is_told_with_its_last_attempt() {
    for engine in Engine::ALL {
        let (server, asked) = answering([status(502, ""), status(504, "")]);
        let events = plan(&server, 2, SHORT).engine(engine).run();
        let fetched = only(&events);
        assert_eq!((fetched.status, fetched.attempt, asked.load(SeqCst)), (Some(504), 3, 3), "{engine:?}");
    }
}

#[test]
fn what_says_nothing_of_passing_has_one_attempt() {
    let cut = "HTTP/1.1 404 Oh\r\nContent-Length: 9\r\n\r\ncut".to_owned();
    let answers =
        [status(404, ""), status(501, ""), status(302, "Location: /\r\n"), cut, "nonsense\r\n\r\n".to_owned()];
    for answer in answers {
        let (server, asked) = answering([answer.clone()]);
        let events = plan(&server, 2, Duration::ZERO).run();
        assert_eq!((only(&events).attempt, asked.load(SeqCst)), (1, 1), "{answer}");
    }
}

#[test]
fn a_port_that_listens_by_then_is_reached_by_the_next_attempt() {
    for engine in Engine::ALL {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        drop(listener);
        let mut plan = Plan::of([format!("http://{address}/")]).engine(engine);
        plan.terms.retry = Retry { most: 1000, delay: Duration::from_millis(1) };
        let mut run = plan.start();
        run.until(is_retrying);
        let server = Server::listen(TcpListener::bind(address).unwrap(), None, Arc::new(|peer| peer.answer(ok("hi"))));
        let events = run.finish();
        drop(server);
        let fetched = only(&events);
        assert_eq!(fetched.status, Some(200), "{engine:?}");
        assert_eq!(fetched.attempt as usize, waits(&events).len() + 1);
        assert!(waits(&events).iter().all(|it| it.1 == Because::Failure(FailureKind::ConnectRefused)));
    }
}

#[test]
fn a_connection_cut_off_before_the_answer_is_tried_again_and_one_within_it_is_not() {
    for engine in Engine::ALL {
        let server = Server::start(|peer| {
            let within = peer.request().starts_with("GET /within ");
            match (peer.number, within) {
                (0, false) => peer.reset(),
                (1, false) => peer.close(),
                (_, false) => assert!(peer.send(ok("hi"))),
                (_, true) => {
                    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\ncut");
                    peer.reset();
                }
            }
        });
        let events = plan(&server, 2, Duration::ZERO).engine(engine).run();
        assert_eq!((only(&events).status, only(&events).attempt), (Some(200), 3), "{engine:?}");
        assert!(waits(&events).iter().all(|it| it.1 == Because::Failure(FailureKind::Reset)), "{:?}", waits(&events));
        let mut within = Plan::of([server.url("/within")]).engine(engine);
        within.terms.retry = Retry { most: 2, delay: Duration::ZERO };
        let fetched = only(&within.run());
        assert_eq!((fetched.attempt, fetched.failure.is_some()), (1, true), "{engine:?}: {fetched:?}");
    }
}

#[test]
fn a_server_that_names_a_time_is_asked_again_then() {
    for engine in Engine::ALL {
        let (server, _) = answering([status(503, "Retry-After: 1\r\n"), ok("hi")]);
        let events = plan(&server, 2, Duration::ZERO).engine(engine).run();
        assert_eq!(waits(&events), [(Duration::from_secs(1), Because::RetryAfter, 1)], "{engine:?}");
        assert_eq!((only(&events).status, only(&events).retry_after), (Some(200), None), "{engine:?}");
    }
}

#[test]
fn a_date_counts_from_the_date_of_the_answer_and_a_past_one_says_nothing() {
    let date = |seconds: u64| httpdate::fmt_http_date(moment(wall_clock_ms() / 1000 + seconds));
    // By its own clock, which is an hour ahead, the server asks for one second.
    let ahead = format!("Date: {}\r\nRetry-After: {}\r\n", date(3600), date(3601));
    let (server, _) = answering([status(503, &ahead), ok("hi")]);
    let events = plan(&server, 2, Duration::ZERO).run();
    assert_eq!(waits(&events), [(Duration::from_secs(1), Because::RetryAfter, 1)]);
    for past in ["Thu, 01 Jan 1970 00:00:00 GMT", "0", "soon"] {
        let (server, _) = answering([status(503, &format!("Retry-After: {past}\r\n")), ok("hi")]);
        let events = plan(&server, 2, SHORT).run();
        let waits = waits(&events);
        assert_eq!((waits.len(), waits[0].1, waits[0].0 <= SHORT * 5 / 4), (1, Because::Status(503), true), "{past}");
    }
}

#[test]
fn a_server_that_asks_for_more_than_a_minute_is_not_asked_again_and_the_date_is_told() {
    for engine in Engine::ALL {
        let (server, asked) = answering([status(503, "Retry-After: Sun, 22 Nov 2099 15:00:00 GMT\r\n")]);
        let events = plan(&server, 2, Duration::ZERO).engine(engine).run();
        let fetched = only(&events);
        let named = fetched.retry_after.unwrap();
        assert_eq!((fetched.status, fetched.attempt, asked.load(SeqCst)), (Some(503), 1, 1), "{engine:?}");
        assert_eq!(named.rfc3339(), "2099-11-22T15:00:00Z");
        let forgone = EventKind::RetryForgone { id: FetchId(1), retry_after: named };
        assert_eq!(events.iter().filter(|event| event.kind == forgone).count(), 1);
        assert!(waits(&events).is_empty());
    }
}

#[test]
fn the_slot_of_one_that_waits_is_free_for_the_others() {
    for engine in Engine::ALL {
        let server = Server::start(|peer| {
            let first = peer.request().starts_with("GET /0 ");
            peer.send(if first { status(503, "") } else { ok("hi") });
        });
        let mut plan = Plan::of((0..4).map(|number| server.url(&format!("/{number}")))).cap(1).engine(engine);
        plan.terms.retry = Retry { most: 1, delay: LONG };
        let mut run = plan.prepare().announced().start();
        run.until_each(4, is_released);
        let standing = state(run.seen());
        assert_eq!((standing.requests.in_flight(), standing.requests.waiting(), standing.done.count), (0, 1, 3));
        assert_eq!(standing.limited_by(), if engine == Engine::Sequential { "one at a time" } else { "retries" });
        run.tell(Control::Quit(EndReason::Quit));
        let events = run.finish();
        assert_eq!((results(&events).len(), end(&events)), (4, (EndReason::Quit, 0)), "{engine:?}");
    }
}

#[test]
fn whoever_ends_the_run_ends_the_waiting_and_the_last_result_stands() {
    for engine in Engine::ALL {
        for control in [Control::Quit(EndReason::Quit), Control::Drain(EndReason::Interrupt)] {
            let (server, asked) = answering([status(503, "")]);
            let mut run = plan(&server, 2, LONG).engine(engine).prepare().announced().start();
            run.until(is_released);
            run.tell(control);
            let events = run.finish();
            let fetched = only(&events);
            assert_eq!((fetched.status, fetched.kind(), asked.load(SeqCst)), (Some(503), None, 1), "{engine:?}");
            let state = state(&events);
            assert_eq!((state.done.count, state.requests.len(), state.tally.retried), (1, 0, 0), "{engine:?}");
            assert_eq!(state.timing.retried.count() + state.timing.success.count(), 1, "it is counted once");
            assert_eq!(state.tally.wire_bytes, fetched.wire_bytes);
        }
    }
}

#[test]
fn the_deadline_ends_the_waiting_too() {
    for engine in Engine::ALL {
        let (server, _) = answering([status(503, "")]);
        let mut plan = plan(&server, 2, LONG).engine(engine);
        plan.terms.deadline = Some(Duration::from_secs(1));
        let events = plan.run();
        assert_eq!((only(&events).status, end(&events)), (Some(503), (EndReason::Deadline, 0)), "{engine:?}");
    }
}

#[test]
fn one_that_is_cancelled_while_it_waits_is_told_as_cancelled_and_is_not_made_again() {
    for engine in Engine::ALL {
        let (server, asked) = answering([status(503, "")]);
        let mut run = plan(&server, 2, LONG).engine(engine).start();
        run.until(is_released);
        run.tell(Control::Cancel(FetchId(1)));
        let events = run.finish();
        let fetched = only(&events);
        assert_eq!((fetched.kind(), fetched.status), (Some(FailureKind::Cancelled), Some(503)), "{engine:?}");
        let message = fetched.failure.as_ref().unwrap().message.display_all();
        assert!(message.contains("waited for a retry; attempt 1 met 503"), "{message}");
        assert_eq!((asked.load(SeqCst), end(&events)), (1, (EndReason::Finished, 0)), "{engine:?}");
    }
}

#[test]
fn a_pause_holds_what_is_due_as_well() {
    for engine in Engine::ALL {
        let (server, asked) = answering([status(503, ""), ok("hi")]);
        let mut run = plan(&server, 1, Duration::from_millis(300)).engine(engine).start();
        let retrying = run.until(is_retrying);
        run.tell(Control::Pause);
        run.until(|kind| *kind == EventKind::Paused);
        let EventKind::Retrying { until, .. } = retrying.kind else { unreachable!() };
        while run.seen().last().unwrap().at <= until {
            run.settle(2);
        }
        assert_eq!(asked.load(SeqCst), 1, "{engine:?}");
        run.tell(Control::Resume);
        let events = run.finish();
        assert_eq!((asked.load(SeqCst), only(&events).status), (2, Some(200)), "{engine:?}");
    }
}

#[test]
fn in_the_order_given_the_others_wait_for_one_that_is_tried_again() {
    for engine in Engine::ALL {
        let first = Arc::new(Mutex::new(0));
        let server = Server::start(move |peer| {
            let fails = peer.request().starts_with("GET /0 ") && {
                let mut asked = first.lock().unwrap();
                *asked += 1;
                *asked < 3
            };
            peer.send(if fails { status(503, "") } else { ok("hi") });
        });
        let mut plan = Plan::of((0..5).map(|number| server.url(&format!("/{number}")))).order(Order::Given);
        plan.terms.retry = Retry { most: 2, delay: SHORT };
        let events = plan.engine(engine).prepare().announced().start().finish();
        let state = state(&events);
        let told: Vec<u64> = state.done.iter().map(|row| row.id.0).collect();
        assert_eq!(told, [5, 4, 3, 2, 1], "the newest first; by {engine:?}");
        assert_eq!(state.tally.of(Outcome::Ok), 5);
    }
}

#[test]
fn every_target_is_done_or_in_flight_or_waiting_at_every_event() {
    for engine in Engine::ALL {
        let server = Server::start(|peer| {
            let broken = peer.request().starts_with("GET /broken");
            peer.send(if broken { status(503, "") } else { ok("hi") });
        });
        let urls = (0..24).map(|number| server.url(if number % 3 == 0 { "/broken" } else { "/fine" }));
        let mut plan = Plan::of(urls).cap(4).engine(engine);
        plan.terms.retry = Retry { most: 2, delay: Duration::from_millis(2) };
        let (mut state, mut most) = (State::default(), 0);
        for event in plan.prepare().announced().start().finish() {
            state.apply(&event);
            let (flying, waiting) = (state.requests.in_flight(), state.requests.waiting());
            assert_eq!(state.done.count + flying as u64 + waiting as u64, state.run.started, "{engine:?}: {event:?}");
            assert!(flying <= 4, "those that wait hold no slot");
            most = most.max(waiting);
        }
        assert_eq!((state.done.count, state.run.targets, state.tally.retried), (24, 24, 16), "{engine:?}");
        assert!(most > 0 && state.timing.retried.count() == 16);
    }
}

#[test]
fn while_ten_thousand_wait_nothing_new_is_started_and_none_is_lost() {
    let refusing = tokio::net::TcpSocket::new_v4().unwrap();
    refusing.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let glob = format!("http://{}/[1-10500]", refusing.local_addr().unwrap());
    let mut plan = Plan::of::<&str>([]);
    plan.words.push(Word::Glob(Glob::parse(&glob).unwrap()));
    plan.detailed = false;
    plan.terms.retry = Retry { most: 1, delay: LONG };
    let mut run = plan.prepare().announced().start();
    run.until(|kind| *kind == EventKind::Held { by: Some(Hold::Retries) });
    run.settle(64);
    let standing = state(run.seen());
    let started = standing.run.started;
    assert!((10_000..10_064).contains(&started), "{started}");
    assert_eq!(
        (standing.requests.waiting() as u64 + standing.requests.in_flight() as u64, standing.limited_by()),
        (started, "retries")
    );
    run.tell(Control::Quit(EndReason::Quit));
    let events = run.finish();
    assert_eq!((results(&events).len() as u64, end(&events)), (started, (EndReason::Quit, 10_500 - started)));
}

#[test]
fn only_a_final_result_is_the_first_one() {
    let refused = TcpListener::bind("127.0.0.1:0").unwrap();
    let closed = format!("http://{}/", refused.local_addr().unwrap());
    drop(refused);
    for until in [Until::First, Until::FirstError] {
        let (server, _) = answering([ok("hi")]);
        let mut plan = Plan::of([closed.clone(), server.url("/")]).cap(1).until(until);
        let delay = if until == Until::First { LONG } else { Duration::from_millis(400) };
        plan.terms.retry = Retry { most: 1, delay };
        let events = plan.run();
        let kinds: Vec<_> = results(&events).iter().map(|(id, fetched)| (id.0, fetched.attempt)).collect();
        let reason = end(&events).0;
        match until {
            // The other target is done while the first one waits, whose last attempt is told as well.
            Until::First => assert_eq!((kinds, reason), (vec![(2, 1), (1, 1)], EndReason::First)),
            _ => assert_eq!((kinds, reason), (vec![(2, 1), (1, 2)], EndReason::FirstError)),
        }
    }
}
