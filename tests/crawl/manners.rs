//! How a host is treated, as it sees it itself: never more at once than the cap, never sooner than the delay.

use crate::loopback::Gate;
use crate::site::{Site, held, links, missing, reset, robots, status};
use crate::told::{Told, crawl_with, plan};
use crawltop::control::Control;
use crawltop::crawl::Rate;
use crawltop::engine::Retry;
use crawltop::event::{Engine, EventKind, Hold};
use crawltop::failure::FailureKind;
use crawltop::fetched::Outcome;
use crawltop::state::Verdict;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

const TAKES: Duration = Duration::from_millis(4);

fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

/// So many pages beside `/`, each of which takes its time.
fn pages(count: usize, rules: &'static str) -> Site {
    Site::start(move |asked| match asked.path.as_str() {
        "/robots.txt" => robots(rules),
        "/" => links((0..count).map(|number| format!("/{number}"))),
        _ => links([] as [&str; 0]).after(TAKES),
    })
}

#[test]
fn a_host_is_never_asked_more_at_once_than_the_cap() {
    for engine in Engine::ALL {
        for cap in [1, 3, 8] {
            let site = pages(60, "");
            let told = Told::of(plan([site.url("/")], |terms| terms.manners.per_host = cap).engine(engine).run());
            assert!(site.most_at_once() <= cap as usize, "{engine:?}: {} of {cap}", site.most_at_once());
            assert_eq!(told.results.len(), 61);
        }
    }
}

#[test]
fn the_cap_is_used_up_where_there_is_enough_to_ask() {
    let gate = Gate::default();
    let opens = gate.clone();
    let arrived = AtomicUsize::new(0);
    let site = Site::start(move |asked| match asked.path.as_str() {
        "/robots.txt" => missing(),
        "/" => links((0..20).map(|number| format!("/{number}"))),
        _ => {
            if arrived.fetch_add(1, SeqCst) + 1 == 8 {
                opens.open();
            }
            links([] as [&str; 0]).behind(&opens)
        }
    });
    let told = crawl_with(&site, |_| ());
    assert_eq!((site.most_at_once(), told.results.len()), (8, 21));
}

#[test]
fn the_cap_can_be_changed_while_it_goes_on() {
    let gate = Gate::default();
    let opens = gate.clone();
    let site = Site::start(move |asked| match asked.path.as_str() {
        "/robots.txt" => missing(),
        "/" => links((0..20).map(|number| format!("/{number}"))),
        _ => links([] as [&str; 0]).behind(&opens),
    });
    let mut run = plan([site.url("/")], |terms| terms.manners.per_host = 2).start();
    let is_page = |kind: &EventKind| matches!(kind, EventKind::Started { place: Some(place), .. } if place.depth == 1);
    run.until_each(2, is_page);
    run.tell(Control::PerHost(5));
    run.until(|kind| matches!(kind, EventKind::PerHostSet { cap: 5 }));
    run.until_each(3, is_page);
    gate.open();
    let told = Told::by(run);
    assert!(site.most_at_once() <= 5 && told.results.len() == 21, "{}", site.most_at_once());
}

#[test]
fn no_request_comes_sooner_than_the_wait() {
    for engine in Engine::ALL {
        let site = pages(6, "");
        let told = Told::of(plan([site.url("/")], |terms| terms.manners.wait = ms(40)).engine(engine).run());
        assert_eq!((told.results.len(), site.asked().len(), site.most_at_once()), (7, 8, 1));
        assert!(site.gaps().iter().all(|gap| *gap >= ms(40)), "{engine:?}: {:?}", site.gaps());
        let sum: Duration = site.gaps().into_iter().sum();
        assert!(sum > ms(7 * 40), "each is a little longer: {sum:?}");
    }
}

#[test]
fn what_a_kept_connection_loses_is_not_sent_again_before_its_time() {
    for engine in Engine::ALL {
        let asks = AtomicUsize::new(0);
        let site = Site::start(move |asked| match asked.path.as_str() {
            "/robots.txt" => robots("User-agent: *\nCrawl-delay: 0.05"),
            "/" => links(["/a", "/b"]),
            "/a" if asks.fetch_add(1, SeqCst) == 0 => reset(),
            _ => links([] as [&str; 0]),
        });
        let mut plan = plan([site.url("/")], |_| ()).engine(engine);
        plan.terms.retry = Retry { most: 2, delay: ms(10) };
        let told = Told::of(plan.run());
        assert_eq!((told.outcomes(Outcome::Ok), site.asked().len()), (3, 5), "{engine:?}");
        assert!(site.gaps().iter().all(|gap| *gap >= ms(50)), "{engine:?}: {:?}", site.gaps());
        let resent = told.events.iter().any(|event| matches!(event.kind, EventKind::Resent { .. }));
        assert!(!resent, "{engine:?}: the frontier knows when, the connection does not");
    }
}

#[test]
fn no_request_comes_sooner_than_the_crawl_delay_of_the_rules() {
    let site = pages(5, "User-agent: *\nCrawl-delay: 0.05\nUser-agent: other\nCrawl-delay: 9");
    let told = crawl_with(&site, |_| ());
    assert_eq!((told.results.len(), site.most_at_once()), (6, 1));
    assert!(site.gaps().iter().all(|gap| *gap >= ms(50)), "{:?}", site.gaps());
    assert_eq!(told.robots()[0].delay_us, Some(50_000));
    let limited = told.events.iter().any(
        |event| matches!(&event.kind, EventKind::Limited { limited: Some(limited) } if limited.by == Hold::CrawlDelay),
    );
    assert!(limited, "it is said what holds the crawl back");
}

#[test]
fn of_wait_and_crawl_delay_the_longer_one_holds() {
    let site = pages(4, "User-agent: *\nCrawl-delay: 0.01");
    crawl_with(&site, |terms| terms.manners.wait = ms(60));
    assert!(site.gaps().iter().all(|gap| *gap >= ms(60)), "{:?}", site.gaps());
}

#[test]
fn a_failed_request_is_waited_after_as_well() {
    let site = Site::start(|asked| match asked.path.as_str() {
        "/robots.txt" => robots("User-agent: *\nCrawl-delay: 0.04").with("Connection: close"),
        "/" => links(["/a", "/b", "/c", "/d"]).with("Connection: close"),
        // On a connection of its own: a request that a kept one loses is sent again at once.
        "/a" => crate::site::reset(),
        "/b" => crate::site::moved(302, "/e"),
        _ => missing(),
    });
    crawl_with(&site, |_| ());
    assert_eq!(site.paths().len(), 6);
    assert!(site.gaps().iter().all(|gap| *gap >= ms(40)), "{:?}", site.gaps());
}

#[test]
fn all_hosts_together_are_asked_no_faster_than_the_rate() {
    let sites = [pages(15, ""), pages(15, "")];
    let starts = sites.each_ref().map(|site| site.url("/"));
    let rate = Rate { requests: 1, per: ms(10) };
    let told = Told::of(plan(&starts, |terms| terms.manners.rate = Some(rate)).run());
    let mut times: Vec<_> = sites.iter().flat_map(Site::asked).map(|asked| asked.at).collect();
    times.sort();
    assert_eq!((times.len(), told.results.len()), (34, 32));
    // What was late may be made up for within a tenth of a second.
    let span = times[33] - times[0];
    assert!(span >= ms(10 * 33 - 100), "{span:?}");
    for (first, last) in times.iter().zip(&times[25..]) {
        assert!(*last - *first >= ms(10 * 25 - 100 - 10), "{:?}", *last - *first);
    }
}

#[test]
fn a_slow_host_stops_no_other() {
    let slow = Site::start(|asked| match asked.path.as_str() {
        "/robots.txt" => missing(),
        "/" => links((0..100).map(|number| format!("/{number}"))),
        _ => held(),
    });
    let silent = Site::start(|_| held());
    let quick = pages(200, "");
    let mut run = plan([slow.url("/"), silent.url("/"), quick.url("/")], |_| ()).cap(12).start();
    let origin = quick.url("");
    let done = |kind: &EventKind| matches!(kind, EventKind::Finished { fetched, .. } if fetched.url.contains(&origin) && fetched.role().is_result());
    run.until_each(201, done);
    run.tell(Control::Quit(crawltop::control::EndReason::Quit));
    let told = Told::by(run);
    assert_eq!((told.outcomes(Outcome::Ok), slow.paths().len(), silent.asked().len()), (202, 9, 1));
}

#[test]
fn a_host_that_asks_for_time_gets_it_and_no_other_waits() {
    let busy = Site::start({
        let refused = AtomicUsize::new(0);
        move |asked| match asked.path.as_str() {
            "/robots.txt" => missing(),
            "/" => links(["/a", "/b", "/c"]),
            _ if refused.fetch_add(1, SeqCst) == 0 => status("429 Slow down").with("Retry-After: 1"),
            _ => links([] as [&str; 0]),
        }
    });
    let quick = pages(50, "");
    let mut plan = plan([busy.url("/"), quick.url("/")], |terms| terms.manners.per_host = 1);
    plan.terms.retry = Retry { most: 2, delay: ms(5) };
    let told = Told::of(plan.run());
    assert_eq!((told.results.len(), told.outcomes(Outcome::Ok)), (55, 55));
    let asked = busy.asked();
    assert_eq!(asked.len(), 6, "{:?}", busy.paths());
    let gap = asked[3].at - asked[2].at;
    assert!(gap >= ms(1000), "after the 429, nothing for as long as was asked: {gap:?}");
    let last = quick.asked().last().expect("it was asked").at;
    assert!(last < asked[3].at, "the other host went on meanwhile");
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
    let quick = pages(20, "");
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
    assert_eq!(told.reason(), crawltop::control::EndReason::LeftAlone, "it is not the whole site");
    let counts = told.counts();
    assert_eq!((counts.found, counts.done, counts.refused), (27, 23, 4), "{counts:?}");
    let state = crate::run::state(&told.events);
    assert_eq!((state.findings.of(Verdict::Blocked), state.findings.of(Verdict::Cancelled)), (4, 0));
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
fn slow_hosts_do_not_take_all_slots() {
    let gate = Gate::default();
    let slow: Vec<Site> = (0..2)
        .map(|_| {
            let opens = gate.clone();
            Site::start(move |asked| match asked.path.as_str() {
                "/robots.txt" => missing(),
                "/" => links((0..30).map(|number| format!("/{number}"))),
                _ => links([] as [&str; 0]).behind(&opens),
            })
        })
        .collect();
    let quick = pages(100, "");
    let starts: Vec<String> = slow.iter().chain([&quick]).map(|site| site.url("/")).collect();
    let mut run = plan(starts, |_| ()).cap(8).start();
    let origin = quick.url("");
    let done = |kind: &EventKind| matches!(kind, EventKind::Finished { fetched, .. } if fetched.url.contains(&origin) && fetched.role().is_result());
    run.until_each(101, done);
    gate.open();
    assert_eq!(Told::by(run).outcomes(Outcome::Ok), 101 + 2 * 31);
}

#[test]
fn it_is_said_what_holds_the_crawl_back() {
    let gate = Gate::default();
    let opens = gate.clone();
    let site = Site::start(move |asked| match asked.path.as_str() {
        "/robots.txt" => missing(),
        "/" => links((0..20).map(|number| format!("/{number}"))),
        _ => links([] as [&str; 0]).behind(&opens),
    });
    let mut run = plan([site.url("/")], |terms| terms.manners.per_host = 3).start();
    let event =
        run.until(|kind| matches!(kind, EventKind::Limited { limited: Some(limited) } if limited.by == Hold::Host));
    let EventKind::Limited { limited: Some(limited) } = event.kind else { unreachable!("it was meant") };
    assert_eq!((limited.busy, limited.allowed, limited.waiting), (3, 3, 17));
    assert_eq!(limited.host.as_ref().map(|host| host.display_all()), Some(format!("127.0.0.1:{}", site.port())));
    gate.open();
    let told = Told::by(run);
    let last = told.events.iter().rev().find_map(|event| match &event.kind {
        EventKind::Limited { limited } => Some(limited.clone()),
        _ => None,
    });
    assert_eq!(last, Some(None), "and when nothing does any more");
}

#[test]
fn hosts_that_never_answer_leave_places_for_one_that_does() {
    let silent: Vec<Site> = (0..5)
        .map(|_| {
            Site::start(|asked| match asked.path.as_str() {
                "/robots.txt" => missing(),
                "/" => links((0..30).map(|number| format!("/{number}"))),
                _ => held(),
            })
        })
        .collect();
    let quick = pages(100, "");
    let starts: Vec<String> = silent.iter().chain([&quick]).map(|site| site.url("/")).collect();
    let mut run = plan(starts, |_| ()).start();
    let origin = quick.url("");
    let done = |kind: &EventKind| matches!(kind, EventKind::Finished { fetched, .. } if fetched.url.contains(&origin) && fetched.role().is_result());
    run.until_each(101, done);
    run.tell(Control::Quit(crawltop::control::EndReason::Quit));
    let told = Told::by(run);
    assert_eq!((told.outcomes(Outcome::Ok), silent.iter().map(|site| site.paths().len()).sum::<usize>()), (106, 45));
}
