//! The state as a whole.

use super::*;
use crate::clock::At;
use crate::event::Because;
use crate::failure::{Failure, FailureKind};
use crate::fetched::Fetched;
use crate::host::RobotsRead;
use crate::place::Place;
use crate::text::Untrusted;
use std::sync::Arc;

fn told(kinds: impl IntoIterator<Item = EventKind>) -> State {
    let mut state = State::default();
    state.run.crawl = true;
    kinds.into_iter().for_each(|kind| state.apply(&Event { at: At(5), kind }));
    state
}

fn started(id: u64, role: Role) -> EventKind {
    let place = Some(Arc::new(Place { role, depth: 0, source: None }));
    EventKind::Started { id: FetchId(id), url: Untrusted::new("http://a/", 99), place }
}

fn failed() -> Arc<Fetched> {
    let failure = Failure::new(FailureKind::Reset, "");
    Arc::new(Fetched::failed(Untrusted::new("http://a/", 99), At(1), At(5), failure))
}

#[test]
fn what_will_be_a_result_is_counted_as_it_comes_and_goes() {
    let (id, because) = (FetchId(2), Because::Failure(FailureKind::Reset));
    let events = [
        started(1, Role::Robots),
        started(2, Role::Page),
        started(3, Role::Check),
        started(4, Role::Sitemap),
        EventKind::Retrying { id, until: At(9), because, fetched: failed() },
        EventKind::Finished { id: FetchId(1), fetched: failed() },
        EventKind::Finished { id: FetchId(2), fetched: failed() },
        EventKind::Reopened { id, all: false, fetched: failed() },
        EventKind::Finished { id: FetchId(4), fetched: failed() },
        started(3, Role::Sitemap),
    ];
    for count in 0..=events.len() {
        let requests = told(events.iter().take(count).cloned()).requests;
        let results = requests.iter().filter(|request| request.role.is_result()).count();
        assert_eq!(requests.targets(), results, "after {count}");
    }
}

#[test]
fn an_attempt_that_waits_is_not_in_flight_at_its_host_and_is_again_when_it_is_made() {
    let (id, because) = (FetchId(1), Because::Failure(FailureKind::Reset));
    let retrying = EventKind::Retrying { id, until: At(9), because, fetched: failed() };
    let retried = EventKind::Retried { id, attempt: 2 };
    let finished = EventKind::Finished { id, fetched: failed() };
    let events = [started(1, Role::Page), retrying, retried, finished];
    let in_flight = |count| {
        let state = told(events.iter().take(count).cloned());
        state.hosts.iter().next().map(|host| (host.in_flight, host.done)).unwrap()
    };
    assert_eq!([1, 2, 3, 4].map(in_flight), [(1, 0), (0, 0), (1, 0), (0, 1)]);
}

#[test]
fn a_robots_txt_leaves_when_it_was_read_and_is_no_result() {
    let text = |text| Untrusted::new(text, 99);
    let (origin, meaning) = (text("http://a"), text("2 rules"));
    let robots = RobotsRead { origin, status: Some(200), rules: 2, delay_us: None, sitemaps: 0, meaning };
    let read = EventKind::RobotsRead { id: FetchId(7), robots: Arc::new(robots) };
    let place = Some(Arc::new(Place { role: Role::Robots, depth: 0, source: None }));
    let fetched = Arc::new(Fetched { place, ..Fetched::clone(&failed()) });
    let state = told([started(7, Role::Robots), EventKind::Finished { id: FetchId(7), fetched }, read]);
    let host = state.hosts.iter().next().unwrap();
    assert_eq!((state.requests.len(), host.in_flight, host.done, state.done.count), (0, 0, 0, 0));
    assert!(host.robots.is_some());
}

/// A page that was answered so, as attempt of that number.
fn answered(status: u16, attempt: u32) -> Arc<Fetched> {
    let mut marks = crate::phase::Marks::default();
    marks.enter(crate::phase::Phase::Wait, At(1));
    let sha256 = Some("ab".repeat(32).into());
    let blank = Fetched::blank(Untrusted::new("http://a/", 99), At(1), At(4_000));
    Arc::new(Fetched { status: Some(status), attempt, marks, sha256, body_bytes: 70, wire_bytes: 100, ..blank })
}

fn finished(id: u64, fetched: &Arc<Fetched>) -> EventKind {
    EventKind::Finished { id: FetchId(id), fetched: fetched.clone() }
}

/// The result of an attempt does not stand, and the one after it does.
#[test]
fn a_result_that_is_taken_back_leaves_nothing_and_the_later_one_counts_as_the_only_one() {
    for (before, after) in [(500, 200), (200, 404), (200, 200), (301, 503)] {
        let [first, second] = [answered(before, 1), answered(after, 2)];
        let reopened = EventKind::Reopened { id: FetchId(1), all: false, fetched: first.clone() };
        let again = EventKind::Retried { id: FetchId(1), attempt: 2 };
        let other = [started(2, Role::Page), finished(2, &answered(200, 1))];
        let events = [started(1, Role::Page), finished(1, &first), reopened, again, finished(1, &second)];
        let state = told(other.clone().into_iter().chain(events));
        let plain = told(other.into_iter().chain([started(1, Role::Page), finished(1, &second)]));
        let mut tally = state.tally.clone();
        (tally.retried, tally.wire_bytes) = (0, plain.tally.wire_bytes);
        assert_eq!((&tally, state.tally.retried), (&plain.tally, 1));
        assert_eq!(state.tally.wire_bytes, 300, "the bytes of the one before came all the same");
        assert_eq!((state.done.count, state.done.kept()), (plain.done.count, plain.done.kept()));
        assert_eq!((&state.findings.counts_of(), &state.hosts), (&plain.findings.counts_of(), &plain.hosts));
        assert_eq!(state.findings.duplicates.groups().count(), plain.findings.duplicates.groups().count());
        assert_eq!((state.timing.success.count(), state.timing.retried.count()), (2, 1));
        assert_eq!((state.pages.len(), state.requests.len()), (2, 0));
    }
}

#[test]
fn a_result_that_stands_again_since_no_attempt_was_made_came_once() {
    let first = answered(500, 1);
    let reopened = EventKind::Reopened { id: FetchId(1), all: true, fetched: first.clone() };
    let state = told([started(1, Role::Page), finished(1, &first), reopened.clone()]);
    let waiting = state.requests.iter_waiting().next().unwrap();
    assert_eq!((state.done.count, state.tally.may_pass(), waiting.phase()), (0, 0, crate::phase::Phase::Blocked));
    let state = told([started(1, Role::Page), finished(1, &first), reopened, finished(1, &first)]);
    assert_eq!((state.done.count, state.tally.retried, state.tally.wire_bytes), (1, 0, 100));
    assert_eq!(state.rate.between(At(0), At(9_000_000)).results, 1);
    assert_eq!(state.rate.between(At(0), At(9_000_000)).bytes, 100);
}

/// Whatever a journal says, nothing is counted below nothing.
#[test]
fn what_was_never_there_can_be_taken_back() {
    let reopened = EventKind::Reopened { id: FetchId(0), all: true, fetched: answered(200, 1) };
    let state = told([reopened.clone(), reopened, EventKind::RetryAsked { id: FetchId(9) }]);
    assert_eq!((state.done.count, state.tally.of(Outcome::Ok), state.requests.len()), (0, 0, 1));
}

#[test]
fn a_fetch_that_somebody_watches_counts_each_host_and_one_that_nobody_does_counts_none() {
    let url = |host: &str| Untrusted::new(&format!("http://{host}/"), 99);
    let started = |id, host| EventKind::Started { id: FetchId(id), url: url(host), place: None };
    let fetched = |host: &str, status| {
        let failure = Failure::new(FailureKind::Reset, "");
        let failure = Some(failure).filter(|_| status == 0);
        Arc::new(Fetched {
            failure,
            status: Some(status).filter(|&it| it > 0),
            ..Fetched::blank(url(host), At(1), At(5))
        })
    };
    let finished = |id, host, status| EventKind::Finished { id: FetchId(id), fetched: fetched(host, status) };
    let retrying = |id, host, status| {
        let because = Because::Failure(FailureKind::Reset);
        EventKind::Retrying { id: FetchId(id), until: At(9), because, fetched: fetched(host, status) }
    };
    let events = [
        started(1, "a"),
        started(2, "a"),
        started(3, "b"),
        started(4, "b"),
        started(5, "b"),
        finished(1, "a", 200),
        // Only a crawl says that it was kept out.
        finished(2, "a", 403),
        retrying(3, "b", 503),
        retrying(4, "b", 503),
        retrying(5, "b", 0),
        EventKind::Retried { id: FetchId(4), attempt: 2 },
        // Let go of while it waits.
        finished(5, "b", 0),
        EventKind::Reopened { id: FetchId(1), all: false, fetched: fetched("a", 200) },
    ];
    let counts = |mut state: State| {
        events.iter().for_each(|kind| state.apply(&Event { at: At(5), kind: kind.clone() }));
        let host = |host: &Host| {
            let waits = (host.in_flight, host.retrying);
            (
                host.name.clone().unwrap().display(9).to_string(),
                waits,
                [host.done, host.broken, host.failed, host.blocked],
            )
        };
        state.hosts.iter().map(host).collect::<Vec<_>>()
    };
    let (a, b) = (("a".to_owned(), (0, 1), [1, 1, 0, 0]), ("b".to_owned(), (1, 1), [1, 0, 1, 0]));
    assert_eq!(counts(State::default()), [a, b]);
    assert!(counts(State::unseen()).is_empty());
}
