use super::*;
use crate::failure::{Failure, FailureKind};

fn ids(requests: &Requests) -> Vec<u64> {
    requests.iter().map(|request| request.id.0).collect()
}

fn finish(requests: &mut Requests, id: u64, at: u64) -> u64 {
    let fetched = Fetched::blank(Untrusted::new("http://a/", 100), At(0), At(at));
    requests.finish(FetchId(id), &Arc::new(fetched), At(at))
}

fn start(requests: &mut Requests, id: u64, at: u64) {
    requests.start(FetchId(id), &Untrusted::new("http://a/", 100), At(at));
}

/// Ids in the order of their seats, those that have ended below zero.
fn seated(requests: &Requests, now: u64) -> Vec<i64> {
    let seated = requests.seated(At(now));
    seated.map(|(_, request, left)| request.id.0 as i64 * if left.is_some() { -1 } else { 1 }).collect()
}

#[test]
fn what_has_ended_is_seen_on_its_seat_for_a_moment_and_nobody_moves() {
    const SECOND: u64 = 1_000_000;
    let mut requests = Requests::default();
    (1..=3).for_each(|id| start(&mut requests, id, 0));
    finish(&mut requests, 2, 10);
    start(&mut requests, 4, 10);
    assert_eq!(seated(&requests, 11), [1, -2, 3, 4]);
    assert_eq!(requests.lingering(At(11)).count(), 1);
    assert_eq!(seated(&requests, 10 + SECOND), [1, 3, 4], "a moment later it is gone");
    start(&mut requests, 5, 10 + SECOND);
    assert_eq!(seated(&requests, 10 + SECOND), [1, 5, 3, 4], "and its seat is taken");
}

#[test]
fn in_a_quick_run_the_seat_that_was_left_first_is_taken_and_there_are_few_spare() {
    let mut requests = Requests::default();
    (1..=8).for_each(|id| start(&mut requests, id, 0));
    for id in 9..1000 {
        finish(&mut requests, id - 8, id);
        start(&mut requests, id, id);
    }
    assert_eq!((requests.seats(), requests.in_flight()), (8 + SPARE.0 - 1, 8));
    assert_eq!(requests.lingering(At(1000)).count(), SPARE.0 - 1);
    let last: Vec<u64> = requests.lingering(At(1000)).map(|(request, _)| request.id.0).collect();
    assert_eq!(last, [991, 990, 989]);
}

#[test]
fn the_oldest_stays_in_front_whatever_leaves() {
    let mut requests = Requests::default();
    for id in 1..=5 {
        requests.start(FetchId(id), &Untrusted::new("http://a/", 100), At(id));
    }
    finish(&mut requests, 3, 6);
    finish(&mut requests, 1, 6);
    requests.start(FetchId(6), &Untrusted::new("http://a/", 100), At(6));
    assert_eq!(ids(&requests), [2, 4, 5, 6]);
    finish(&mut requests, 6, 6);
    finish(&mut requests, 6, 6);
    assert_eq!(ids(&requests), [2, 4, 5]);
}

#[test]
fn what_waits_stands_behind_what_is_in_flight_and_comes_back_as_the_youngest() {
    let mut requests = Requests::default();
    for id in 1..=4 {
        requests.start(FetchId(id), &Untrusted::new("http://a/", 100), At(id));
    }
    let failure = Failure::new(FailureKind::Reset, "");
    let fetched = Arc::new(Fetched::failed(Untrusted::new("http://a/", 100), At(1), At(2), failure));
    for id in [2, 1, 77] {
        let (fetched, because) = (fetched.clone(), Because::Failure(FailureKind::Reset));
        requests.wait(FetchId(id), Wait { until: At(9), because, fetched, reopened: false });
    }
    assert_eq!((ids(&requests), requests.in_flight(), requests.waiting()), (vec![3, 4, 2, 1], 2, 2));
    assert_eq!(requests.again(FetchId(2), 2, At(9)).map(|wait| wait.fetched), Some(fetched));
    let again = requests.get(FetchId(2)).unwrap();
    assert_eq!((again.attempt, again.started, &again.waiting), (2, At(9), &None));
    assert_eq!((ids(&requests), requests.in_flight(), requests.waiting()), (vec![3, 4, 2, 1], 3, 1));
    finish(&mut requests, 1, 9);
    assert_eq!((ids(&requests), requests.len(), requests.peak), (vec![3, 4, 2], 3, 4));
}

#[test]
fn a_row_shows_the_present_url_and_waits_for_the_one_that_is_asked_again() {
    let mut requests = Requests::default();
    let [given, present] = ["http://a/", "http://b/"].map(|url| Untrusted::new(url, 100));
    requests.start(FetchId(1), &given, At(1));
    requests.receive_head(FetchId(1), 302);
    requests.turn_to(FetchId(1), &present);
    let row = requests.get(FetchId(1)).unwrap();
    assert_eq!((&row.url, row.status, row.address), (&present, None, None));
    let fetched = Arc::new(Fetched::failed(given.clone(), At(1), At(2), Failure::new(FailureKind::Reset, "")));
    let because = Because::RetryAfter;
    requests.wait(FetchId(1), Wait { until: At(9), because, fetched, reopened: false });
    assert_eq!(requests.get(FetchId(1)).unwrap().url, given);
}
