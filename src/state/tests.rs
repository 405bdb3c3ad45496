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
