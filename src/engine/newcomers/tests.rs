use super::*;
use crate::clock::At;
use crate::failure::Failure;
use crate::id::FetchId;
use crate::target::Target;
use crate::text::Untrusted;

const HANDS: usize = 8;

fn target(host: &str) -> Target {
    Target::parse(&format!("http://{host}/")).unwrap()
}

fn origin(host: &str) -> String {
    format!("http://{host}")
}

fn ended(kind: Option<FailureKind>, seconds: u64) -> Fetched {
    let failure = kind.map(|kind| Failure::new(kind, ""));
    let fetched = Fetched::blank(Untrusted::new("http://a/", 99), At(0), At(seconds * 1_000_000));
    Fetched { failure, ..fetched }
}

fn silent() -> Fetched {
    ended(Some(FailureKind::ConnectTimeout), 10)
}

/// Of one that asks for all it may have, so many in flight.
fn full(host: &str) -> (Newcomers, u64) {
    let mut newcomers = Newcomers::default();
    let places = fill(&mut newcomers, host);
    (newcomers, places)
}

fn fill(newcomers: &mut Newcomers, host: &str) -> u64 {
    let mut places = 0;
    while !newcomers.holds(&origin(host), HANDS) && places < HANDS as u64 {
        newcomers.start(&origin(host), FetchId(places));
        places += 1;
    }
    places
}

fn wait(newcomers: &mut Newcomers, host: &str) {
    newcomers.wait(&origin(host), Stander::New(target(host)));
}

fn next(newcomers: &mut Newcomers, any: bool) -> Option<String> {
    match newcomers.next(HANDS, any)? {
        Stander::New(target) => Some(target.host().to_owned()),
        Stander::Again(id) => Some(format!("{} again", id.0)),
    }
}

#[test]
fn of_the_places_half_are_left_to_others_however_many_keep_silent() {
    let (mut newcomers, places) = full("a");
    assert_eq!(places, HANDS as u64 / 2);
    for (host, more) in [("b", 1), ("c", 1), ("d", 1)] {
        assert_eq!(fill(&mut newcomers, host), more, "{host}");
    }
}

#[test]
fn an_answer_lets_all_of_its_origin_go_on_and_no_other() {
    let (mut newcomers, _) = full("a");
    newcomers.start(&origin("b"), FetchId(0));
    for host in ["a", "b", "a", "b"] {
        wait(&mut newcomers, host);
    }
    assert_eq!((next(&mut newcomers, false), newcomers.waiting()), (None, 4));
    newcomers.end(&origin("b"), FetchId(0), &ended(None, 3));
    assert_eq!([(); 3].map(|()| next(&mut newcomers, false)), [Some("b".to_owned()), Some("b".to_owned()), None]);
    assert!(newcomers.start(&origin("b"), FetchId(9)) && !newcomers.holds(&origin("b"), HANDS));
    assert!(!newcomers.start(&origin("a"), FetchId(9)));
}

#[test]
fn where_there_is_nothing_else_to_ask_nobody_waits() {
    let (mut newcomers, _) = full("a");
    wait(&mut newcomers, "a");
    assert_eq!((next(&mut newcomers, false), next(&mut newcomers, true)), (None, Some("a".to_owned())));
    assert_eq!((next(&mut newcomers, true), newcomers.waiting()), (None, 0));
    (0..MOST_WAITING).for_each(|_| wait(&mut newcomers, "a"));
    assert_eq!((next(&mut newcomers, false), next(&mut newcomers, false)), (Some("a".to_owned()), None));
}

#[test]
fn a_place_that_is_given_back_in_vain_is_one_for_the_next() {
    let (mut newcomers, places) = full("a");
    wait(&mut newcomers, "a");
    newcomers.end(&origin("a"), FetchId(0), &silent());
    assert_eq!(next(&mut newcomers, false), Some("a".to_owned()));
    (1..places).for_each(|id| newcomers.end(&origin("a"), FetchId(id), &silent()));
    assert!(newcomers.are_none() && newcomers.extras == 0);
}

#[test]
fn what_says_that_an_origin_answers_is_an_answer_or_a_quick_failure() {
    use FailureKind::*;
    let known = |fetched: Fetched| {
        let mut newcomers = Newcomers::default();
        newcomers.start(&origin("a"), FetchId(1));
        newcomers.end(&origin("a"), FetchId(1), &fetched);
        newcomers.start(&origin("a"), FetchId(2))
    };
    assert!(known(ended(None, 20)) && known(ended(Some(ConnectRefused), 0)) && known(ended(Some(Protocol), 0)));
    assert!(known(Fetched { status: Some(200), ..ended(Some(Timeout), 10) }));
    for kind in [ConnectTimeout, Timeout, Dns, Unreachable, Reset] {
        assert!(!known(ended(Some(kind), 10)), "{kind:?}");
    }
    for kind in [Cancelled, Local, NotAllowed] {
        assert!(!known(ended(Some(kind), 0)), "{kind:?}");
    }
}

/// As of one that is told without being asked.
#[test]
fn what_had_no_place_says_nothing() {
    let (mut newcomers, places) = full("a");
    newcomers.end(&origin("a"), FetchId(99), &ended(Some(FailureKind::ConnectTimeout), 0));
    assert_eq!((newcomers.extras as u64, newcomers.holds(&origin("a"), HANDS)), (places - 1, true));
}

/// All of them have their first places, and one of them has answered.
#[test]
fn a_quarter_of_the_places_is_left_to_those_that_answer() {
    let mut newcomers = Newcomers::default();
    let hosts = ["good", "a", "b", "c", "d", "e", "f", "g"];
    for (id, host) in (0..).zip(hosts) {
        assert!(!newcomers.holds(&origin(host), HANDS), "{host}");
        newcomers.start(&origin(host), FetchId(id));
    }
    assert!(newcomers.holds(&origin("h"), HANDS), "there is no place at all");
    newcomers.end(&origin("good"), FetchId(0), &ended(None, 1));
    assert!(newcomers.holds(&origin("h"), HANDS) && !newcomers.holds(&origin("good"), HANDS));
    wait(&mut newcomers, "h");
    newcomers.wait(&origin("a"), Stander::Again(FetchId(1)));
    assert_eq!((newcomers.waiting(), newcomers.unread()), (2, 1));
    newcomers.end(&origin("a"), FetchId(1), &silent());
    assert_eq!(next(&mut newcomers, false), None, "six are left");
    newcomers.end(&origin("b"), FetchId(2), &silent());
    assert_eq!(next(&mut newcomers, false), Some("h".to_owned()));
    assert!(!newcomers.start(&origin("h"), FetchId(9)));
    assert_eq!((next(&mut newcomers, false), next(&mut newcomers, true)), (None, Some("1 again".to_owned())));
    assert_eq!((newcomers.waiting(), newcomers.unread()), (0, 0));
}
