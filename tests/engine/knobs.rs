//! What a user asks of single fetches and of the rate while a run goes on: one is let go of, begun again, fetched again.

use crate::loopback::{Gate, Server, ok};
use crate::run::{Plan, Run, end, results, state};
use crawltop::control::{Control, EndReason, Rate};
use crawltop::engine::Retry;
use crawltop::event::{Because, Engine, Event, EventKind, Hold, Order};
use crawltop::failure::FailureKind;
use crawltop::fetched::Outcome;
use crawltop::id::FetchId;
use crawltop::phase::Phase;
use crawltop::report::{Jsonl, Report};
use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::time::Duration;

const ONE: FetchId = FetchId(1);
const LONG: Duration = Duration::from_secs(60);

fn status(status: u16) -> String {
    format!("HTTP/1.1 {status} Oh\r\nContent-Length: 0\r\n\r\n")
}

/// What each path is answered with, one time after another, and from then on with the last; nothing is said where that
/// is empty, and `/gate` waits for the gate. Connections are kept.
struct Site {
    server: Server,
    gate: Gate,
    /// Opens when the first one is read to which nothing is said: what was sent is not yet what was read.
    silent: Gate,
}

fn site<const N: usize>(answers: [(&'static str, Vec<String>); N]) -> Site {
    let gate = Gate::default();
    let (opens, silent) = (gate.clone(), Gate::default());
    let falls_silent = silent.clone();
    let answers: HashMap<&str, Vec<String>> = answers.into_iter().collect();
    let asked = Arc::<Mutex<HashMap<String, usize>>>::default();
    let server = Server::start(move |peer| {
        loop {
            let request = peer.request();
            let Some(path) = request.split(' ').nth(1).map(str::to_owned) else { return };
            if path == "/gate" {
                opens.wait();
            }
            let place = {
                let mut asked = asked.lock().unwrap();
                let count = asked.entry(path.clone()).or_default();
                *count += 1;
                *count - 1
            };
            let all = answers.get(path.as_str());
            let answer = all.map_or_else(|| ok("hi"), |all| all[place.min(all.len() - 1)].clone());
            if answer.is_empty() {
                falls_silent.open();
                return peer.hold();
            }
            peer.send(answer);
        }
    });
    Site { server, gate, silent }
}

impl Site {
    fn plan(&self, paths: &[&str]) -> Plan {
        Plan::of(paths.iter().map(|path| self.server.url(path)))
    }
}

fn is_waiting(id: FetchId) -> impl Fn(&EventKind) -> bool {
    move |kind| matches!(kind, EventKind::PhaseEntered { id: of, phase: Phase::Wait, .. } if *of == id)
}

fn is_finished(id: FetchId) -> impl Fn(&EventKind) -> bool {
    move |kind| matches!(kind, EventKind::Finished { id: of, .. } if *of == id)
}

fn count(events: &[Event], is_meant: impl Fn(&EventKind) -> bool) -> usize {
    events.iter().filter(|event| is_meant(&event.kind)).count()
}

/// The lines of the results in JSON: URL's path, status, attempt, order.
fn lines(events: &[Event]) -> Vec<(String, u64, u64, u64)> {
    let (mut jsonl, mut out) = (Jsonl::default(), Vec::new());
    events.iter().for_each(|event| jsonl.apply(event, &mut out));
    let lines = String::from_utf8(out).unwrap();
    let lines = lines.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let told = lines.filter(|line| line["type"] == "result").map(|line| {
        let path = line["url"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
        let number = |name: &str| line[name].as_u64().unwrap_or(0);
        (path, number("status_code"), number("attempt"), number("order"))
    });
    told.collect()
}

fn announced(plan: Plan) -> Run {
    plan.prepare().announced().start()
}

#[test]
fn a_cancel_is_told_once_and_the_others_go_on_in_every_engine() {
    for engine in Engine::ALL {
        let site = site([("/0", vec![String::new()])]);
        let mut run = announced(site.plan(&["/0", "/1"]).engine(engine));
        run.until(is_waiting(ONE));
        run.tell(Control::Cancel(ONE));
        // By then it may all be over.
        run.wish(Control::Cancel(ONE));
        run.wish(Control::Cancel(FetchId(77)));
        let events = run.finish();
        let told = |kind: &EventKind| matches!(kind, EventKind::CancelAsked { .. });
        assert_eq!(count(&events, told), 1, "{engine:?}");
        let state = state(&events);
        assert_eq!((state.tally.cancelled(), state.tally.of(Outcome::Ok), state.done.count), (1, 1, 2), "{engine:?}");
        let results = results(&events);
        let words = results.iter().find_map(|(_, fetched)| Some(fetched.failure.as_ref()?.message.display_all()));
        let words = words.expect("one failed");
        let named = words.starts_with("wait: 127.0.0.1:") && words.ends_with(" cancelled by the user");
        assert!(named, "{engine:?}: the run goes on: {words}");
        assert_eq!(end(&events), (EndReason::Finished, 0));
    }
}

#[test]
fn one_in_flight_begins_again_on_a_fresh_connection_in_every_engine() {
    for engine in Engine::ALL {
        let site = site([("/1", vec![String::new(), ok("hi")])]);
        let mut plan = site.plan(&["/0", "/1"]).cap(1).engine(engine);
        plan.options.keep = 8;
        let mut run = announced(plan);
        run.until(is_finished(ONE));
        run.until(is_waiting(FetchId(2)));
        // Else the next one may be the first that the server reads.
        site.silent.wait();
        run.tell(Control::Retry(FetchId(2)));
        let events = run.finish();
        let results = results(&events);
        assert_eq!(results.len(), 2, "{engine:?}: the attempt that was cut off is no result");
        let again = &results[1].1;
        assert_eq!((again.status, again.attempt, again.reused), (Some(200), 2, false), "{engine:?}");
        assert_eq!(count(&events, |kind| matches!(kind, EventKind::Reused { .. })), 1, "{engine:?}: only the first");
        assert_eq!(count(&events, |kind| *kind == EventKind::RetryAsked { id: FetchId(2) }), 1, "{engine:?}");
        let asked = |kind: &EventKind| matches!(kind, EventKind::Retrying { because: Because::Asked, .. });
        assert_eq!(count(&events, asked), 1, "{engine:?}");
        let state = state(&events);
        assert_eq!((state.done.count, state.tally.retried, state.requests.len()), (2, 1, 0), "{engine:?}");
        assert_eq!(end(&events), (EndReason::Finished, 0));
        // A worker that nobody waits for may keep its connection, and the server would wait for its end.
        std::mem::forget(site);
    }
}

#[test]
fn one_that_no_worker_has_begun_begins_again_too() {
    let site = site([]);
    let mut run = announced(site.plan(&["/gate", "/1"]).workers(1));
    run.until(|kind| *kind == EventKind::Queued { id: FetchId(2) });
    run.tell(Control::Retry(FetchId(2)));
    run.until(|kind| matches!(kind, EventKind::Retried { id: FetchId(2), .. }));
    site.gate.open();
    let events = run.finish();
    assert_eq!((results(&events).len(), state(&events).tally.of(Outcome::Ok)), (2, 2));
    assert_eq!(count(&events, |kind| matches!(kind, EventKind::ResultRefused { .. })), 0);
}

#[test]
fn one_that_waits_to_be_made_again_waits_no_more_in_every_engine() {
    for engine in Engine::ALL {
        let site = site([("/0", vec![status(503), ok("hi")])]);
        let mut plan = site.plan(&["/0"]).engine(engine);
        plan.terms.retry = Retry { most: 1, delay: LONG };
        let mut run = announced(plan);
        run.until(|kind| matches!(kind, EventKind::Retrying { .. }));
        run.tell(Control::Retry(ONE));
        let events = run.finish();
        let results = results(&events);
        assert_eq!((results.len(), results[0].1.status, results[0].1.attempt), (1, Some(200), 2), "{engine:?}");
        assert_eq!(count(&events, |kind| *kind == EventKind::RetryAsked { id: ONE }), 1, "{engine:?}");
    }
}

fn is_end(kind: &EventKind) -> bool {
    matches!(kind, EventKind::RunEnded { .. })
}

fn is_reopening(kind: &EventKind) -> bool {
    matches!(kind, EventKind::RunReopened { .. })
}

/// A target is done, and asked for again before the run ends, while a fetch is held, which may hold the loop.
fn reopened(site: &Site, plan: Plan, done: usize, wish: Control) -> Vec<Event> {
    let mut run = announced(plan);
    run.until_each(done, |kind| matches!(kind, EventKind::Finished { .. }));
    run.tell(wish);
    run.until(|kind| matches!(kind, EventKind::Reopened { .. }));
    site.gate.open();
    run.finish()
}

#[test]
fn one_whose_origin_is_to_be_left_alone_is_asked_all_the_same_by_wish_in_every_engine() {
    for engine in Engine::ALL {
        let parking = "HTTP/1.1 429 Oh\r\nRetry-After: 3600\r\nContent-Length: 0\r\n\r\n".to_owned();
        let (leave, gate) = (site([("/0", vec![parking])]), site([]));
        let urls = [leave.server.url("/0"), leave.server.url("/1"), gate.server.url("/gate")];
        let events = reopened(&gate, Plan::of(urls).cap(1).engine(engine), 2, Control::Retry(FetchId(2)));
        let results = results(&events);
        let told = |id| results.iter().filter(move |it| it.0 == id).map(|it| (it.1.status, it.1.kind(), it.1.attempt));
        let of_it: Vec<_> = told(FetchId(2)).collect();
        assert_eq!(of_it, [(None, Some(FailureKind::Cancelled), 1), (Some(200), None, 2)], "{engine:?}");
        let state = state(&events);
        assert_eq!((state.done.count, state.tally.cancelled(), state.tally.of(Outcome::Ok)), (3, 0, 2), "{engine:?}");
    }
}

#[test]
fn one_that_is_done_is_fetched_again_and_only_its_later_result_counts_in_every_engine() {
    for engine in Engine::ALL {
        let site = site([("/0", vec![status(500), ok("hi")])]);
        let events = reopened(&site, site.plan(&["/0", "/gate"]).engine(engine), 1, Control::Retry(ONE));
        let state = state(&events);
        assert_eq!((state.done.count, state.done.kept(), state.tally.retried), (2, 2, 1), "{engine:?}");
        assert_eq!((state.tally.of(Outcome::Ok), state.tally.of(Outcome::HttpError)), (2, 0), "{engine:?}");
        assert_eq!((state.findings.results(), state.has_findings()), (2, false), "{engine:?}");
        assert_eq!((state.requests.len(), end(&events)), (0, (EndReason::Finished, 0)), "{engine:?}");
        let lines = lines(&events);
        let mut of_it = lines.iter().filter(|line| line.0 == "0").map(|line| (line.1, line.2));
        assert_eq!((of_it.next(), of_it.next(), of_it.next()), (Some((500, 1)), Some((200, 2)), None), "{engine:?}");
        let orders: Vec<u64> = lines.iter().map(|line| line.3).collect();
        assert_eq!(orders, [1, 2, 3], "{engine:?}: no number is given twice");
    }
}

#[test]
fn all_that_failed_are_fetched_again_and_nothing_else_is_in_every_engine() {
    for engine in Engine::ALL {
        let once = || vec![status(500), ok("hi")];
        let site =
            site([("/0", once()), ("/1", vec![status(404)]), ("/2", once()), ("/3", vec![status(503), status(502)])]);
        let plan = site.plan(&["/0", "/1", "/2", "/3", "/4", "/gate"]).cap(1).engine(engine);
        let events = reopened(&site, plan, 5, Control::RetryFailed);
        assert_eq!(count(&events, |kind| *kind == EventKind::FailedReopened { count: 3 }), 1, "{engine:?}");
        let state = state(&events);
        let outcomes = [Outcome::Ok, Outcome::HttpError, Outcome::Error].map(|outcome| state.tally.of(outcome));
        assert_eq!((state.done.count, outcomes, state.tally.retried), (6, [4, 2, 0], 3), "{engine:?}");
        assert_eq!((state.tally.may_pass(), lines(&events).len()), (1, 9), "{engine:?}");
    }
}

/// As of a run that is recorded, and has no keys.
#[test]
fn of_a_run_that_nobody_watches_nothing_that_is_done_is_kept_to_be_fetched_again() {
    let site = site([("/0", vec![status(500)])]);
    let mut plan = site.plan(&["/0", "/gate"]);
    plan.terms.watched = false;
    let mut run = announced(plan);
    run.until(|kind| matches!(kind, EventKind::Finished { .. }));
    run.tell(Control::Retry(ONE));
    run.tell(Control::RetryFailed);
    // Wishes are heard in their order.
    run.tell(Control::Pause);
    run.until(|kind| *kind == EventKind::Paused);
    run.tell(Control::Resume);
    site.gate.open();
    let events = run.finish();
    assert_eq!(count(&events, |kind| matches!(kind, EventKind::Reopened { .. })), 0);
    assert_eq!((state(&events).done.count, end(&events)), (2, (EndReason::Finished, 0)));
}

#[test]
fn a_later_result_has_no_turn_of_its_own_in_the_order_given() {
    let site = site([("/0", vec![status(500), ok("hi")]), ("/2", vec![status(500), ok("hi")])]);
    let plan = site.plan(&["/0", "/gate", "/2"]).order(Order::Given);
    let events = reopened(&site, plan, 2, Control::RetryFailed);
    let lines: Vec<_> = lines(&events).into_iter().map(|(path, status, attempt, _)| (path, status, attempt)).collect();
    let told = |path: &str, status, attempt| (path.to_owned(), status, attempt);
    assert!(lines.contains(&told("0", 500, 1)) && lines.contains(&told("0", 200, 2)), "{lines:?}");
    assert_eq!(
        lines.iter().filter(|line| line.0 == "2").collect::<Vec<_>>(),
        [&told("2", 200, 2)],
        "it was not told yet"
    );
    let state = state(&events);
    assert_eq!((state.done.count, state.done.kept(), state.turns.waiting()), (3, 3, 0));
}

#[test]
fn a_run_that_stays_goes_on_from_its_end_as_often_as_something_is_asked_for_again_in_every_engine() {
    for engine in Engine::ALL {
        let site = site([("/0", vec![status(500), status(503), ok("hi")]), ("/1", vec![status(404)])]);
        site.gate.open();
        let mut run = announced(site.plan(&["/0", "/1"]).engine(engine).stays());
        let first = run.until(is_end);
        // None of these has anything to change.
        for wish in [Control::Pause, Control::Cancel(ONE), Control::Retry(FetchId(9)), Control::RetryFailed] {
            run.tell(wish);
        }
        assert_eq!(run.until(is_reopening).at, first.at, "{engine:?}: its time stood");
        let second = run.until(is_end);
        run.tell(Control::Retry(ONE));
        assert_eq!(run.until(is_reopening).at, second.at, "{engine:?}");
        run.until(is_end);
        let events = run.finish();
        let state = state(&events);
        assert_eq!(state.run.ended.map(|(_, reason)| reason), Some(EndReason::Finished), "{engine:?}");
        assert_eq!((state.done.count, state.tally.of(Outcome::Ok), state.tally.retried), (2, 1, 2), "{engine:?}");
        assert!(!state.run.paused && state.requests.is_empty(), "{engine:?}");
        let mut of_it = lines(&events).into_iter().filter(|line| line.0 == "0").map(|line| (line.1, line.2));
        let told = [of_it.next(), of_it.next(), of_it.next(), of_it.next()];
        assert_eq!(told, [Some((500, 1)), Some((503, 2)), Some((200, 3)), None], "{engine:?}");
        assert_eq!(count(&events, is_reopening), 2, "{engine:?}: what can't be made again reopens nothing");
    }
}

#[test]
fn a_run_that_stays_was_not_cut_short() {
    let site = site([("/0", vec![status(500)])]);
    let mut run = announced(site.plan(&["/0", "/gate"]).stays());
    run.until(is_finished(ONE));
    run.tell(Control::Quit(EndReason::Quit));
    run.until(is_end);
    // It has gone, or goes without a look at this.
    run.wish(Control::RetryFailed);
    let events = run.finish();
    site.gate.open();
    assert_eq!(count(&events, is_reopening), 0);
}

#[test]
fn a_run_that_ends_fetches_nothing_again_and_what_waits_for_that_keeps_its_result() {
    let site = site([("/0", vec![status(500)])]);
    let mut run = announced(site.plan(&["/0", "/gate"]).cap(1));
    run.until(is_finished(ONE));
    run.until(is_waiting(FetchId(2)));
    run.tell(Control::Retry(ONE));
    run.until(|kind| matches!(kind, EventKind::Reopened { .. }));
    run.tell(Control::Quit(EndReason::Quit));
    // It has gone, or goes without a look at this.
    run.wish(Control::RetryFailed);
    let events = run.finish();
    site.gate.open();
    let state = state(&events);
    assert_eq!((state.done.count, state.tally.of(Outcome::HttpError), state.tally.cancelled()), (2, 1, 1));
    assert_eq!(state.tally.retried, 0, "no other attempt was made");
    let all = state.rate.between(crawltop::clock::At(0), crawltop::clock::At(u64::MAX));
    assert_eq!(all.results, 2, "what stands again came once");
}

/// When each fetch was started.
fn starts(events: &[Event]) -> Vec<Duration> {
    let started = events.iter().filter(|event| matches!(event.kind, EventKind::Started { .. }));
    started.map(|event| event.at - crawltop::clock::At(0)).collect()
}

#[test]
fn a_rate_spaces_the_starts_of_a_fetch_in_every_engine_and_does_not_put_its_end_off() {
    for engine in Engine::ALL {
        let site = site([]);
        let mut plan = site.plan(&["/0", "/1", "/2"]).engine(engine);
        plan.terms.rate = Some(Rate { requests: 1, per: Duration::from_millis(150) });
        let events = announced(plan).finish();
        let starts = starts(&events);
        assert!(
            starts.windows(2).all(|pair| pair[1] - pair[0] >= Duration::from_millis(150)),
            "{engine:?}: {starts:?}"
        );
        assert!(count(&events, |kind| *kind == EventKind::Held { by: Some(Hold::Rate) }) >= 1, "{engine:?}");
        let mut one = site.plan(&["/0"]).engine(engine);
        one.terms.rate = Some(Rate { requests: 1, per: 60 * LONG });
        assert_eq!(results(&one.run()).len(), 1, "{engine:?}: nothing is left to wait for");
    }
}

#[test]
fn a_rate_counts_what_a_kept_connection_loses_in_every_engine_whatever_may_be_retried() {
    for engine in Engine::ALL {
        let asked = Arc::new(AtomicUsize::new(0));
        let counted = asked.clone();
        let server = Server::start(move |peer| {
            peer.answer("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nkept");
            counted.fetch_add(1, SeqCst);
            // The second one over a connection is lost with it.
            if !peer.request().is_empty() {
                counted.fetch_add(1, SeqCst);
                peer.reset();
            }
        });
        let mut plan = Plan::of(["/0", "/1", "/2"].map(|path| server.url(path))).engine(engine);
        plan.options.keep = 8;
        plan.terms.retry = Retry::NEVER;
        plan.terms.rate = Some(Rate { requests: 1, per: Duration::from_millis(120) });
        let events = announced(plan).finish();
        let fine = results(&events).iter().filter(|(_, fetched)| fetched.status == Some(200)).count();
        assert_eq!((fine, asked.load(SeqCst)), (3, 5), "{engine:?}: {:?}", results(&events));
        let begun = |kind: &EventKind| matches!(kind, EventKind::Started { .. } | EventKind::Retried { .. });
        let at: Vec<_> = events.iter().filter(|event| begun(&event.kind)).map(|event| event.at).collect();
        assert_eq!(at.len(), 5, "{engine:?}: each request has its time");
        assert!(at.windows(2).all(|pair| pair[1] - pair[0] >= Duration::from_millis(120)), "{engine:?}: {at:?}");
    }
}

#[test]
fn a_rate_can_be_set_and_lifted_while_the_run_goes_on_in_every_engine() {
    for engine in Engine::ALL {
        let site = site([]);
        let mut plan = site.plan(&["/0", "/1", "/2"]).engine(engine);
        plan.terms.rate = Some(Rate { requests: 1, per: 60 * LONG });
        let mut run = announced(plan);
        run.until(|kind| *kind == EventKind::Held { by: Some(Hold::Rate) });
        run.tell(Control::Rate(None));
        let events = run.finish();
        let set: Vec<bool> = events
            .iter()
            .filter_map(|event| match event.kind {
                EventKind::RateSet { rate } => Some(rate.is_some()),
                _ => None,
            })
            .collect();
        assert_eq!((set, results(&events).len()), (vec![true, false], 3), "{engine:?}");
        assert_eq!(state(&events).run.rate, None);
    }
}

#[test]
fn one_that_was_asked_to_begin_again_can_still_be_let_go_of() {
    let site = site([("/0", vec![String::new()])]);
    let mut run = announced(site.plan(&["/0"]));
    run.until(is_waiting(ONE));
    run.tell(Control::Retry(ONE));
    run.until(|kind| matches!(kind, EventKind::Retried { .. }));
    run.until(is_waiting(ONE));
    run.tell(Control::Cancel(ONE));
    let events = run.finish();
    let results = results(&events);
    assert_eq!((results.len(), results[0].1.kind(), results[0].1.attempt), (1, Some(FailureKind::Cancelled), 2));
}
