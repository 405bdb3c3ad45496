use super::*;
use crate::failure::Failure;
use crate::text::Untrusted;

const SECOND: u64 = 1_000_000;

fn target(host: &str) -> Target {
    Target::parse(&format!("http://{host}/")).unwrap()
}

/// Of an attempt from one second to another, that met nobody.
fn silent(from: u64, to: u64) -> Fetched {
    let failure = Failure::new(FailureKind::ConnectTimeout, "").during(Phase::Connect);
    Fetched::failed(Untrusted::new("http://a/", 99), At(from * SECOND), At(to * SECOND), failure)
}

fn learn(parked: &mut Parked, host: &str, fetched: &Fetched) -> Option<News> {
    let target = target(host);
    parked.learn(&target, target.origin(), FetchId(1), fetched)
}

fn stand(parked: &Parked, host: &str, second: u64) -> Stand {
    parked.stand(target(host).origin(), At(second * SECOND))
}

/// Five failed together.
fn parked() -> Parked {
    let mut parked = Parked::default();
    let news: Vec<_> = (0..5).filter_map(|_| learn(&mut parked, "a", &silent(0, 10))).collect();
    assert_eq!(news, [News::Aside(FailureKind::ConnectTimeout)]);
    parked
}

#[test]
fn what_fails_together_is_one_trouble_and_only_trouble_on_trouble_has_it_left_alone() {
    let mut parked = parked();
    assert_eq!((stand(&parked, "a", 10), stand(&parked, "b", 10)), (Stand::Aside, Stand::Free));
    for round in 1..4 {
        let (from, to) = (10 * round, 10 * round + 10);
        assert_eq!([learn(&mut parked, "a", &silent(from, to)), learn(&mut parked, "a", &silent(from, to))], [None; 2]);
        assert_eq!(stand(&parked, "a", to), Stand::Aside);
    }
    let kind = FailureKind::ConnectTimeout;
    assert_eq!(learn(&mut parked, "a", &silent(40, 50)), Some(News::Left(kind, Duration::from_secs(60))));
    assert_eq!(stand(&parked, "a", 51), Stand::Left(kind, Duration::from_secs(59)));
    assert_eq!(stand(&parked, "a", 110), Stand::Aside, "it is asked once more");
    assert_eq!(learn(&mut parked, "a", &silent(110, 120)), Some(News::Left(kind, Duration::from_secs(120))));
}

#[test]
fn what_is_quick_to_fail_or_not_the_origin_s_fault_parks_nobody() {
    use FailureKind::{Cancelled, ConnectRefused, ConnectTimeout, Dns, Local, Reset, Timeout, Unreachable};
    for (kind, phase, seconds, parks) in [
        (ConnectTimeout, Phase::Dns, 0, true),
        (ConnectTimeout, Phase::Tls, 0, true),
        (Timeout, Phase::Connect, 0, true),
        (Timeout, Phase::Wait, 9, false),
        (Unreachable, Phase::Connect, 3, true),
        (Unreachable, Phase::Connect, 0, false),
        (ConnectRefused, Phase::Connect, 0, false),
        (Dns, Phase::Dns, 5, true),
        (Dns, Phase::Dns, 0, false),
        (Reset, Phase::Tls, 5, false),
        (Cancelled, Phase::Connect, 5, false),
        (Local, Phase::Connect, 5, false),
        (ConnectTimeout, Phase::Blocked, 5, false),
    ] {
        let mut parked = Parked::default();
        let failure = Some(Failure::new(kind, "").during(phase));
        let fetched = Fetched { failure, ..silent(0, seconds) };
        let news: Vec<_> = (0..5).filter_map(|_| learn(&mut parked, "a", &fetched)).collect();
        assert_eq!(news.len(), usize::from(parks), "{kind:?} in {phase:?} after {seconds}s");
    }
}

#[test]
fn a_connection_in_between_begins_the_count_anew_and_frees_what_stands_aside() {
    let mut parked = parked();
    let well = Fetched { failure: None, ..silent(10, 11) };
    parked.wait(target("a").origin(), Stander::New(target("a")));
    parked.wait(target("a").origin(), Stander::Again(FetchId(7)));
    assert_eq!((parked.unread(), parked.next(0, false).is_none()), (1, true), "there is no probe yet");
    assert_eq!(learn(&mut parked, "a", &well), Some(News::Recovered));
    assert!(matches!(parked.next(0, false), Some(Turn::Freed(Stander::New(_)))));
    assert!(matches!(parked.next(0, false), Some(Turn::Freed(Stander::Again(FetchId(7))))));
    assert!(parked.is_empty() && parked.turns.is_empty() && parked.next(9, true).is_none());
    let late: Vec<_> = (0..5).filter_map(|_| learn(&mut parked, "a", &silent(10, 20))).collect();
    assert_eq!(late, [], "they were begun before");
    assert_eq!(learn(&mut parked, "a", &silent(11, 21)), None);
    assert_eq!(stand(&parked, "a", 21), Stand::Free);
}

#[test]
fn one_an_origin_is_a_probe_and_no_more_than_there_may_be_in_all() {
    let mut parked = parked();
    for _ in 0..5 {
        learn(&mut parked, "b", &silent(0, 10));
    }
    for host in ["a", "a", "b"] {
        parked.wait(target(host).origin(), Stander::New(target(host)));
    }
    let next = |parked: &mut Parked, probes, all| match parked.next(probes, all) {
        Some(Turn::Probe(Stander::New(target))) => target.origin().to_owned(),
        _ => "none".to_owned(),
    };
    let (a, b) = (target("a").origin().to_owned(), target("b").origin().to_owned());
    assert_eq!(next(&mut parked, 1, false), a);
    parked.probe(&a, FetchId(1));
    assert_eq!(next(&mut parked, 1, false), "none");
    assert_eq!(next(&mut parked, 9, false), b);
    parked.probe(&b, FetchId(2));
    assert_eq!(next(&mut parked, 9, false), "none", "each has its own");
    learn(&mut parked, "a", &silent(10, 20));
    assert_eq!(next(&mut parked, 9, false), a, "the one before has ended");
    parked.wait(&b, Stander::New(target("b")));
    assert_eq!((next(&mut parked, 0, true), parked.is_empty()), (b, true), "where nothing else is to be done");
}

#[test]
fn the_origin_that_was_asked_last_is_the_one_that_was_not_there() {
    let mut parked = Parked::default();
    let (start, end) = (target("a"), target("b"));
    for _ in 0..5 {
        parked.learn(&start, end.origin(), FetchId(1), &silent(0, 10));
    }
    assert_eq!((stand(&parked, "a", 10), stand(&parked, "b", 10)), (Stand::Free, Stand::Aside));
}

#[test]
fn origins_without_end_are_not_remembered() {
    let mut parked = Parked::default();
    for number in 0..MOST_ORIGINS + 5 {
        learn(&mut parked, &format!("{number}.example"), &silent(0, 10));
    }
    assert_eq!(parked.by_origin.len(), MOST_ORIGINS);
}

#[test]
fn no_origin_is_left_alone_before_a_target_has_had_the_attempts_that_were_asked_for() {
    let mut parked = Parked::patient(9);
    let news: Vec<_> =
        (0..9).filter_map(|round| learn(&mut parked, "a", &silent(10 * round, 10 * round + 10))).collect();
    assert!(matches!(news[..], [News::Aside(_), News::Left(FailureKind::ConnectTimeout, _)]), "{news:?}");
    assert!(matches!(stand(&parked, "a", 91), Stand::Left(..)));
}
