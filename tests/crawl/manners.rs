//! How a host is treated, as it sees it itself: never more at once than the cap, never sooner than the delay.

use crate::loopback::Gate;
use crate::site::{Site, held, links, missing, moved, reset, robots};
use crate::told::{Told, crawl_with, plan};
use crawltop::control::Control;
use crawltop::crawl::Rate;
use crawltop::engine::Retry;
use crawltop::event::{Engine, Event, EventKind, Hold};
use crawltop::failure::FailureKind;
use crawltop::fetched::Outcome;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::{Duration, Instant};

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
    let site = Site::gated(20, &gate);
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

/// The pauses are thrown by the seed of the run, one after each request: that of robots.txt, too.
#[test]
fn the_wait_is_up_to_a_half_longer_by_chance_and_no_request_comes_sooner_than_that() {
    let seed = 7;
    let mut dice = fastrand::Rng::with_seed(seed);
    let pauses: Vec<Duration> = (0..11).map(|_| ms(60).mul_f64(1.0 + dice.f64() / 2.0)).collect();
    let (least, most) = (*pauses.iter().min().unwrap(), *pauses.iter().max().unwrap());
    assert!(least >= ms(60) && most <= ms(90) && most - least > ms(20), "they are spread: {pauses:?}");
    for engine in Engine::ALL {
        let site = pages(10, "");
        let plan = plan([site.url("/")], |terms| (terms.manners.wait, terms.manners.seed) = (ms(60), seed));
        let told = Told::of(plan.engine(engine).run());
        let gaps = site.gaps();
        assert_eq!((told.results.len(), gaps.len()), (11, pauses.len()));
        assert!(gaps.iter().zip(&pauses).all(|(gap, pause)| gap >= pause), "{engine:?}: {gaps:?}, thrown: {pauses:?}");
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

/// A server that hangs up on whoever asks twice over one connection, as one does whose idle time is that of the wait.
#[test]
fn what_a_kept_connection_loses_is_sent_once_more_on_a_fresh_one_whatever_may_be_retried() {
    for engine in Engine::ALL {
        for (rules, rate) in [("User-agent: *\nCrawl-delay: 0.03", None), ("", Some(25))] {
            let site = Site::start(move |asked| match asked.path.as_str() {
                _ if asked.before > 0 => reset(),
                "/robots.txt" => robots(rules),
                "/" => links(["/a", "/b", "/c"]),
                _ => links([] as [&str; 0]),
            });
            let mut plan = plan([site.url("/")], |terms| {
                terms.manners.rate = rate.map(|requests| Rate { requests, per: Duration::from_secs(1) });
            });
            plan.terms.retry = Retry::NEVER;
            let told = Told::of(plan.engine(engine).run());
            assert_eq!(told.outcomes(Outcome::Ok), 4, "{engine:?} {rate:?}: {:?}", told.results);
            let gaps = site.gaps();
            assert!(rate.is_some() || gaps.iter().skip(1).all(|gap| *gap >= ms(30)), "{engine:?}: {gaps:?}");
            let resent = told.events.iter().any(|event| matches!(event.kind, EventKind::Resent { .. }));
            assert!(!resent, "{engine:?} {rate:?}: each request is counted");
        }
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
    let rate = Rate { requests: 1, per: ms(20) };
    let told = Told::of(plan(&starts, |terms| terms.manners.rate = Some(rate)).run());
    let mut times: Vec<_> = sites.iter().flat_map(Site::asked).map(|asked| asked.at).collect();
    times.sort();
    assert_eq!((times.len(), told.results.len()), (34, 32));
    // What was late may be made up for within a tenth of a second, and a busy server may be as late to see it.
    let late = 200;
    let span = times[33] - times[0];
    assert!(span >= ms(20 * 33 - late), "{span:?}");
    for (first, last) in times.iter().zip(&times[25..]) {
        assert!(*last - *first >= ms(20 * 25 - late), "{:?}", *last - *first);
    }
}

#[test]
fn redirects_of_a_robots_txt_have_their_turn_by_the_rate_as_all_requests_have_in_every_engine() {
    for engine in Engine::ALL {
        let site = Site::start(|asked| match asked.path.as_str() {
            "/robots.txt" => moved(302, "/1"),
            "/1" => moved(302, "/2"),
            "/2" => robots(""),
            "/" => links(["/a"]),
            _ => links([] as [&str; 0]),
        });
        let rate = Rate { requests: 1, per: ms(50) };
        let begun = Instant::now();
        let told = Told::of(plan([site.url("/")], |terms| terms.manners.rate = Some(rate)).engine(engine).run());
        assert_eq!((told.results.len(), site.asked().len()), (2, 5), "{engine:?}");
        let since: Vec<_> = site.asked().iter().map(|asked| asked.at - begun).collect();
        assert!((0..).zip(&since).all(|(before, &at)| at >= ms(50) * before), "{engine:?}: {since:?}");
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

#[test]
fn hosts_that_never_answer_do_not_take_all_slots_however_many_they_are() {
    let silent: Vec<Site> = (0..20).map(|_| Site::start(|_| held())).collect();
    let out: Vec<String> = silent.iter().map(|site| site.url("/x")).collect();
    let quick = Site::start(move |asked| match asked.path.as_str() {
        "/robots.txt" => missing(),
        "/" => links(out.iter().cloned().chain((0..50).map(|number| format!("/{number}")))),
        path if path.ends_with('-') => links([] as [&str; 0]),
        path => links([format!("{path}-")]),
    });
    for engine in [Engine::Tasks, Engine::Threads] {
        let plan = plan([quick.url("/")], |terms| terms.wishes.external = true).cap(8).engine(engine);
        let mut run = plan.start();
        let origin = quick.url("");
        let done = |kind: &EventKind| matches!(kind, EventKind::Finished { fetched, .. } if fetched.url.contains(&origin) && fetched.role().is_result());
        run.until_each(101, done);
        run.tell(Control::Quit(crawltop::control::EndReason::Quit));
        let told = Told::by(run);
        let given_up = |event: &Event| matches!(&event.kind, EventKind::Finished { fetched, .. } if fetched.kind() == Some(FailureKind::Timeout));
        assert_eq!((told.outcomes(Outcome::Ok), told.events.iter().filter(|event| given_up(event)).count()), (101, 0));
    }
}
