//! What a user asks of single pages of a crawl: whatever is let go of or fetched again, the counts add up.

use crate::loopback::Gate;
use crate::run::state;
use crate::site::{Answer, Site, held, html, links, missing, status};
use crate::told::{Told, plan};
use crawltop::control::Control;
use crawltop::engine::Retry;
use crawltop::event::{Engine, Event, EventKind};
use crawltop::fetched::Outcome;
use crawltop::id::FetchId;
use crawltop::state::State;
use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;

/// A site whose pages are asked for more than once: the answer to a path may depend on how often.
fn site(answer: impl Fn(&str, usize) -> Answer + Send + Sync + 'static) -> Site {
    let asked = Mutex::<HashMap<String, usize>>::default();
    Site::start(move |request| {
        let time = {
            let mut asked = asked.lock().unwrap();
            let count = asked.entry(request.path.clone()).or_default();
            *count += 1;
            *count
        };
        if request.path == "/robots.txt" { missing() } else { answer(&request.path, time) }
    })
}

fn broken() -> Answer {
    status("500 Oh")
}

/// The id of a page once its result was told.
fn told_of(path: &'static str) -> impl Fn(&EventKind) -> bool {
    move |kind| matches!(kind, EventKind::Finished { fetched, .. } if fetched.url.display_all().ends_with(path))
}

fn id(event: &Event) -> FetchId {
    event.kind.fetch().expect("it is of a fetch")
}

/// What the frontier counts is what the events add up to, at the end of a run that came to its own end.
fn assert_exact(told: &Told, state: &State) {
    let counts = told.counts();
    assert_eq!((counts.found, counts.done), (told.results.len() as u64, told.results.len() as u64), "{counts:?}");
    assert_eq!((counts.waiting, counts.in_flight, counts.refused), (0, 0, 0), "{counts:?}");
    assert_eq!(state.done.count, counts.done);
    let outcomes: u64 = Outcome::ALL.into_iter().map(|outcome| state.tally.of(outcome)).sum();
    assert_eq!((outcomes, state.findings.results(), state.pages.len() as u64), (counts.done, counts.done, counts.done));
    let hosts: u64 = state.hosts.iter().map(|host| host.done).sum();
    assert_eq!((hosts, state.hosts.iter().map(|host| host.in_flight).sum::<u32>()), (counts.done, 0));
}

#[test]
fn pages_that_failed_are_fetched_again_with_what_they_lead_to_and_the_counts_stay_exact() {
    for engine in [Engine::Tasks, Engine::Threads] {
        let gate = Gate::default();
        let opens = gate.clone();
        let site = site(move |path, time| match (path, time) {
            ("/", _) => links(["/a", "/b", "/gate"]),
            ("/a" | "/b", 1) => broken(),
            ("/a", _) => links(["/", "/new"]),
            ("/gate", _) => html("").behind(&opens),
            _ => html(""),
        });
        let mut run = plan([site.url("/")], |_| ()).engine(engine).prepare().announced().start();
        run.until_each(2, |kind| matches!(kind, EventKind::Finished { fetched, .. } if fetched.status == Some(500)));
        run.tell(Control::RetryFailed);
        run.until(|kind| *kind == EventKind::FailedReopened { count: 2 });
        run.until(told_of("/new"));
        gate.open();
        let told = Told::by(run);
        let state = state(&told.events);
        assert_exact(&told, &state);
        assert_eq!((told.results.len(), told.outcomes(Outcome::Ok), state.has_findings()), (5, 5, false), "{engine:?}");
        assert_eq!((state.tally.retried, told.result(&site.url("/a")).attempt), (2, 2), "{engine:?}");
    }
}

#[test]
fn a_crawl_that_has_ended_goes_on_with_what_its_failed_pages_lead_to() {
    for engine in Engine::ALL {
        let site = site(|path, time| match (path, time) {
            ("/", _) => links(["/a", "/b"]),
            ("/a" | "/b", 1) => broken(),
            ("/a", _) => links(["/", "/new"]),
            _ => html(""),
        });
        let mut run = plan([site.url("/")], |_| ()).engine(engine).stays().prepare().announced().start();
        run.until(|kind| matches!(kind, EventKind::RunEnded { .. }));
        run.tell(Control::RetryFailed);
        run.until(|kind| matches!(kind, EventKind::RunReopened { .. }));
        run.until(|kind| matches!(kind, EventKind::RunEnded { .. }));
        let told = Told::by(run);
        let state = state(&told.events);
        assert_exact(&told, &state);
        assert_eq!((told.results.len(), told.outcomes(Outcome::Ok), state.tally.retried), (4, 4, 2), "{engine:?}");
        assert!(!state.run.more, "{engine:?}");
    }
}

#[test]
fn links_of_a_page_that_is_fetched_again_count_once() {
    let gate = Gate::default();
    let opens = gate.clone();
    let site = site(move |path, _| match path {
        "/" => links(["/a", "/gate"]),
        "/gate" => html("").behind(&opens),
        _ => html(""),
    });
    let mut run = plan([site.url("/")], |_| ()).prepare().announced().start();
    run.until(|kind| matches!(kind, EventKind::Followed { .. }));
    let start = id(&run.until(told_of("/a")));
    assert_eq!(start, FetchId(3), "the start has the first id, its robots.txt the next");
    run.tell(Control::Retry(FetchId(1)));
    run.until(|kind| matches!(kind, EventKind::Reopened { all: false, .. }));
    run.until(|kind| matches!(kind, EventKind::Followed { .. }));
    gate.open();
    let told = Told::by(run);
    let state = state(&told.events);
    assert_exact(&told, &state);
    assert_eq!((state.edges.len(), state.crawl.links.new, state.crawl.links.known), (2, 2, 0));
}

#[test]
fn one_in_flight_or_waiting_begins_again_at_once_and_the_counts_stay_exact() {
    for engine in [Engine::Tasks, Engine::Threads] {
        let hanging = Gate::default();
        let begins = hanging.clone();
        let site = site(move |path, time| match (path, time) {
            ("/", _) => links(["/hangs", "/fails"]),
            ("/hangs", 1) => {
                begins.open();
                held()
            }
            ("/fails", 1) => broken(),
            _ => html(""),
        });
        let mut plan = plan([site.url("/")], |_| ()).engine(engine);
        plan.terms.retry = Retry { most: 1, delay: Duration::from_secs(60) };
        let mut run = plan.prepare().announced().start();
        let waits = id(&run.until(|kind| matches!(kind, EventKind::Retrying { .. })));
        let hangs = site.url("/hangs");
        let is_hanging =
            |kind: &EventKind| matches!(kind, EventKind::Started { url, .. } if url.display_all() == hangs);
        let started = run.seen().iter().find(|event| is_hanging(&event.kind)).cloned();
        let flies = id(&started.unwrap_or_else(|| run.until(is_hanging)));
        // Else the next one may be the first that the server reads.
        hanging.wait();
        run.tell(Control::Retry(waits));
        run.tell(Control::Retry(flies));
        let told = Told::by(run);
        let state = state(&told.events);
        assert_exact(&told, &state);
        assert_eq!((told.outcomes(Outcome::Ok), state.tally.retried), (3, 2), "{engine:?}");
    }
}

#[test]
fn one_that_waits_and_is_let_go_of_is_refused_by_the_frontier_and_told() {
    let site = site(|path, _| if path == "/" { links(["/fails"]) } else { broken() });
    let mut plan = plan([site.url("/")], |_| ());
    plan.terms.retry = Retry { most: 1, delay: Duration::from_secs(60) };
    let mut run = plan.prepare().announced().start();
    let waits = id(&run.until(|kind| matches!(kind, EventKind::Retrying { .. })));
    run.tell(Control::Cancel(waits));
    let told = Told::by(run);
    assert!(told.events.iter().any(|event| event.kind == EventKind::CancelAsked { id: waits }));
    let (counts, state) = (told.counts(), state(&told.events));
    assert_eq!((counts.found, counts.done, counts.refused, counts.waiting), (2, 1, 1, 0), "{counts:?}");
    assert_eq!((state.done.count, state.tally.cancelled(), state.requests.len()), (2, 1, 0));
}
