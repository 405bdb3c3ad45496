//! A host that says 429 or 503, or slows down: what it is given, as it sees it itself, and how it comes back.

use crate::site::{Asked, Site, held, links, missing, status};
use crate::told::{Told, plan};
use crawltop::control::EndReason;
use crawltop::engine::Retry;
use crawltop::event::EventKind;
use crawltop::failure::FailureKind;
use crawltop::fetched::Outcome;
use crawltop::host::Paced;
use crawltop::state::Verdict;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

/// A page without links.
fn page() -> crate::site::Answer {
    links([] as [&str; 0])
}

/// So many pages beside `/`.
fn quick(count: usize) -> Site {
    Site::start(move |asked| match asked.path.as_str() {
        "/robots.txt" => missing(),
        "/" => links((0..count).map(|number| format!("/{number}"))),
        _ => page(),
    })
}

/// How hosts were treated otherwise.
fn paced(told: &Told) -> Vec<Arc<Paced>> {
    let paced = |event: &crawltop::event::Event| match &event.kind {
        EventKind::HostPaced(paced) => Some(paced.clone()),
        _ => None,
    };
    told.events.iter().filter_map(paced).collect()
}

#[test]
fn a_host_that_asks_for_time_gets_it_and_no_other_waits() {
    let busy = Site::start({
        let refused = AtomicUsize::new(0);
        move |asked| match asked.path.as_str() {
            "/robots.txt" => missing(),
            "/" => links(["/a", "/b", "/c"]),
            _ if refused.fetch_add(1, SeqCst) == 0 => status("429 Slow down").with("Retry-After: 1"),
            _ => page(),
        }
    });
    let quick = quick(50);
    let mut plan = plan([busy.url("/"), quick.url("/")], |terms| terms.manners.per_host = 1);
    plan.terms.retry = Retry { most: 2, delay: ms(5) };
    let told = Told::of(plan.run());
    assert_eq!((told.results.len(), told.outcomes(Outcome::Ok)), (55, 55));
    let asked = busy.asked();
    assert_eq!(asked.len(), 6, "{:?}", busy.paths());
    let gap = asked[3].at - asked[2].at;
    assert!(gap >= ms(1000), "after the 429, nothing for as long as was asked: {gap:?}");
    let meanwhile = quick.asked().iter().filter(|other| other.at > asked[2].at && other.at < asked[3].at).count();
    assert!(meanwhile >= 5, "the other host went on meanwhile: {meanwhile}");
    assert!(
        told.events.iter().any(|event| matches!(&event.kind, EventKind::HostPaced(paced) if paced.why.contains("429")))
    );
}

#[test]
fn a_host_that_asks_for_more_than_a_minute_is_left_alone_and_the_crawl_ends() {
    let busy = Site::start(|asked| match asked.path.as_str() {
        "/robots.txt" => missing(),
        "/" => links((0..5).map(|number| format!("/{number}"))),
        _ => status("503 Later").with("Retry-After: 3600"),
    });
    let quick = quick(20);
    let mut plan = plan([busy.url("/"), quick.url("/")], |terms| terms.manners.per_host = 1);
    plan.terms.retry = Retry { most: 2, delay: ms(5) };
    let told = Told::of(plan.run());
    assert_eq!((busy.sorted(), told.results.len()), (vec!["/".to_owned(), "/0".to_owned()], 27));
    assert_eq!(told.status(&busy.url("/0")), Some(503));
    let left = told.result(&busy.url("/4"));
    assert_eq!((left.status, left.outcome(), left.kind()), (None, Outcome::Error, Some(FailureKind::Unreachable)));
    assert!(told.message(&busy.url("/4")).contains("503"), "{}", told.message(&busy.url("/4")));
    let again = left.retry_after.expect("it says when its host may be asked");
    assert!((3_500..=3_601).contains(&again.seconds), "{again:?}");
    assert_eq!(Verdict::of(left), Verdict::Blocked, "it may be there, and is not for now");
    assert_eq!(told.reason(), EndReason::LeftAlone, "it is not the whole site");
    let counts = told.counts();
    assert_eq!((counts.found, counts.done, counts.refused), (27, 23, 4), "{counts:?}");
    let state = crate::run::state(&told.events);
    assert_eq!((state.findings.of(Verdict::Blocked), state.findings.of(Verdict::Cancelled)), (4, 0));
}

#[test]
fn a_host_that_connects_and_never_answers_is_left_alone_and_the_crawl_is_no_whole_one() {
    let silent = Site::start(|asked| match asked.path.as_str() {
        "/robots.txt" => missing(),
        "/" => links((0..40).map(|number| format!("/{number}"))),
        _ => held(),
    });
    let mut plan = plan([silent.url("/")], |_| ());
    plan.options.limits.idle = Some(ms(300));
    let told = Told::of(plan.run());
    assert_eq!(told.reason(), EndReason::LeftAlone);
    let (asked, counts) = (silent.paths().len() as u64, told.counts());
    assert_eq!((counts.found, counts.done, counts.done + counts.refused), (41, asked, 41), "{counts:?}");
    assert_eq!(told.outcomes(Outcome::Ok), 1);
}

#[test]
fn what_waits_for_another_attempt_at_a_host_that_is_parked_has_the_result_of_the_last() {
    let busy = Site::start(|asked| match asked.path.as_str() {
        "/robots.txt" => missing(),
        "/" => links(["/a", "/b", "/c"]),
        "/a" => status("503 Later"),
        _ => status("503 Much later").with("Retry-After: 3600"),
    });
    let mut plan = plan([busy.url("/")], |terms| terms.manners.per_host = 1);
    plan.terms.retry = Retry { most: 9, delay: ms(300) };
    let told = Told::of(plan.run());
    assert_eq!(told.results.len(), 4, "each has one result");
    let waited = told.result(&busy.url("/a"));
    assert_eq!((waited.status, waited.failure.is_none()), (Some(503), true), "{waited:?}");
    assert!(busy.paths().iter().filter(|path| *path == "/a").count() < 10);
    assert_eq!((told.status(&busy.url("/b")), told.status(&busy.url("/c"))), (Some(503), None));
}

#[test]
fn after_a_503_that_says_nothing_a_host_is_left_alone_for_a_pause_that_grows() {
    let refused = AtomicUsize::new(0);
    let busy = Site::start(move |asked| match asked.path.as_str() {
        "/robots.txt" => missing(),
        "/" => links(["/a", "/b", "/c"]),
        _ if refused.fetch_add(1, SeqCst) < 2 => status("503 Later"),
        _ => page(),
    });
    let told = Told::of(plan([busy.url("/")], |terms| terms.manners.per_host = 1).run());
    let at: Vec<_> = busy.asked().iter().map(|asked: &Asked| asked.at).collect();
    assert_eq!((at.len(), told.results.len()), (5, 4), "{:?}", busy.paths());
    assert!(at[3] - at[2] >= ms(250), "{:?}", at[3] - at[2]);
    assert!(at[4] - at[3] >= ms(500), "{:?}", at[4] - at[3]);
}

/// What an answer takes that is given at once, where this machine is as busy as it is.
fn quickest_at_most() -> Duration {
    let site = quick(40);
    let told = Told::of(plan([site.url("/")], |_| ()).run());
    told.results.values().map(|fetched| fetched.total()).max().expect("some were fetched")
}

#[test]
fn a_host_that_slows_down_is_asked_less_at_once_and_has_it_all_again_when_it_recovers() {
    const SLOW: std::ops::Range<usize> = 20..60;
    let (seen, slow) = (AtomicUsize::new(0), (10 * quickest_at_most()).max(ms(900)));
    let site = Site::start(move |asked| match asked.path.as_str() {
        "/robots.txt" => missing(),
        "/" => links((0..200).map(|number| format!("/{number}"))),
        _ if SLOW.contains(&seen.fetch_add(1, SeqCst)) => page().after(slow),
        _ => page(),
    });
    let told = Told::of(plan([site.url("/")], |_| ()).run());
    assert_eq!(told.outcomes(Outcome::Ok), 201);
    let paced = paced(&told);
    let why = |paced: &Arc<Paced>| paced.why.display_all();
    assert_eq!(paced.first().map(|first| (why(first), first.allowed)), Some(("backoff after slow".to_owned(), 4)));
    assert_eq!(paced.last().map(|last| (why(last), last.allowed)), Some(("recovered".to_owned(), 8)));
}

#[test]
fn a_host_that_says_429_for_its_robots_txt_is_given_time_before_its_pages() {
    let busy = Site::start(|asked| match asked.path.as_str() {
        "/robots.txt" => status("429 Slow down").with("Retry-After: 1"),
        _ => page(),
    });
    let mut plan = plan([busy.url("/")], |_| ());
    plan.terms.retry = Retry { most: 0, delay: ms(5) };
    let told = Told::of(plan.run());
    let asked = busy.asked();
    assert_eq!((told.outcomes(Outcome::Ok), asked.len()), (1, 2), "{:?}", busy.paths());
    let gap = asked[1].at - asked[0].at;
    assert!(gap >= ms(1000), "{gap:?}");
    assert!(paced(&told).iter().any(|paced| paced.allowed < 8), "{:?}", paced(&told));
}

#[test]
fn a_host_that_wants_hours_for_its_robots_txt_is_left_alone() {
    let busy = Site::start(|asked| match asked.path.as_str() {
        "/robots.txt" => status("429 Slow down").with("Retry-After: 3600"),
        _ => page(),
    });
    let told = Told::of(plan([busy.url("/"), busy.url("/a")], |_| ()).run());
    assert_eq!((busy.asked().len(), told.outcomes(Outcome::Ok)), (1, 0), "{:?}", busy.paths());
}
