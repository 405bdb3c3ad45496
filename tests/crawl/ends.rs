//! How a crawl ends, and that nothing is lost in the middle of it: by a signal, a deadline, a word of the user; failed
//! attempts that are made again; engines that give the same.

use crate::authority::Authority;
use crate::loopback::{Gate, Peer, Server};
use crate::site::{Answer, Site, held, html, links, missing, reset, robots, status};
use crate::told::{Told, crawl, plan};
use crawltop::control::{Control, EndReason};
use crawltop::engine::{Retry, Until};
use crawltop::event::{Engine, EventKind};
use crawltop::failure::FailureKind;
use crawltop::fetched::Outcome;
use crawltop::net::Limits;
use std::collections::{BTreeSet, HashSet};
use std::sync::Mutex;
use std::time::Duration;

/// So many pages beside `/`; those whose number is odd never answer.
fn half_silent(count: usize) -> Site {
    Site::start(move |asked| match asked.path.as_str() {
        "/robots.txt" => missing(),
        "/" => links((0..count).map(|number| format!("/{number}"))),
        path if path[1..].parse::<usize>().unwrap() % 2 == 1 => held(),
        _ => html(""),
    })
}

/// What is not told as a result waits, or was refused.
fn assert_nothing_lost(told: &Told) {
    let counts = told.counts();
    assert_eq!(counts.found, told.results.len() as u64 + told.unread(), "{counts:?}");
    let cancelled = told.results.values().filter(|fetched| fetched.kind() == Some(FailureKind::Cancelled));
    assert!(cancelled.count() > 0);
}

fn is_page(kind: &EventKind) -> bool {
    matches!(kind, EventKind::Finished { fetched, .. } if fetched.role().is_result())
}

#[test]
fn a_crawl_that_is_drained_or_quit_in_the_middle_tells_all_it_has() {
    for reason in [EndReason::Interrupt, EndReason::Quit] {
        for engine in [Engine::Tasks, Engine::Threads] {
            let site = half_silent(50);
            let mut run = plan([site.url("/")], |_| ()).engine(engine).start();
            run.until_each(3, is_page);
            run.tell(if reason == EndReason::Quit { Control::Quit(reason) } else { Control::Drain(reason) });
            if reason == EndReason::Interrupt {
                run.until(|kind| matches!(kind, EventKind::Draining { .. }));
                run.tell(Control::Drain(reason));
            }
            let told = Told::by(run);
            assert_eq!(told.reason(), reason, "{engine:?}");
            assert_nothing_lost(&told);
            assert_eq!(told.counts().found, 51);
            assert_eq!(told.counts().done as usize, told.results.len(), "{engine:?}: {:?}", told.counts());
        }
    }
}

#[test]
fn a_deadline_ends_a_crawl_in_the_middle() {
    for engine in Engine::ALL {
        let site = half_silent(50);
        let mut plan = plan([site.url("/")], |_| ()).engine(engine);
        plan.terms.deadline = Some(Duration::from_millis(300));
        let told = Told::of(plan.run());
        assert_eq!((told.reason(), told.counts().found), (EndReason::Deadline, 51), "{engine:?}");
        assert_nothing_lost(&told);
    }
}

#[test]
fn a_deadline_while_the_rules_are_awaited_ends_as_well() {
    let site = Site::start(|_| held());
    let mut plan = plan([site.url("/"), site.url("/b")], |_| ());
    plan.terms.deadline = Some(Duration::from_millis(100));
    let told = Told::of(plan.run());
    assert_eq!((told.reason(), told.results.len(), told.unread()), (EndReason::Deadline, 0, 2));
    assert_eq!(site.asked().len(), 1);
}

#[test]
fn one_fetch_that_is_let_go_of_leaves_the_rest_alone() {
    let site = half_silent(2);
    let mut run = plan([site.url("/")], |_| ()).start();
    let silent = site.url("/1");
    let event = run.until(|kind| matches!(kind, EventKind::Started { url, .. } if url.display_all() == silent));
    let EventKind::Started { id, .. } = event.kind else { unreachable!("it was asked for") };
    run.tell(Control::Cancel(id));
    let told = Told::by(run);
    assert_eq!((told.reason(), told.kind(&silent)), (EndReason::Finished, Some(FailureKind::Cancelled)));
    assert_eq!((told.outcomes(Outcome::Ok), told.counts().done), (2, 3));
}

#[test]
fn rules_that_are_let_go_of_keep_their_origin_closed() {
    let site = Site::start(|_| held());
    let other = Site::of([("/", html(""))]);
    let mut run = plan([site.url("/"), other.url("/")], |_| ()).start();
    let rules = site.url("/robots.txt");
    let event = run.until(|kind| matches!(kind, EventKind::Started { url, .. } if url.display_all() == rules));
    let EventKind::Started { id, .. } = event.kind else { unreachable!("it was asked for") };
    run.tell(Control::Cancel(id));
    let told = Told::by(run);
    assert_eq!((told.reason(), told.results.len()), (EndReason::Finished, 2));
    assert_eq!((told.kind(&site.url("/")), told.status(&other.url("/"))), (Some(FailureKind::Robots), Some(200)));
}

#[test]
fn a_pause_holds_the_crawl_and_loses_nothing() {
    let gate = Gate::default();
    let opens = gate.clone();
    let site = Site::start(move |asked| match asked.path.as_str() {
        "/robots.txt" => missing(),
        "/" => links(["/a", "/b"]).behind(&opens),
        _ => html(""),
    });
    let mut run = plan([site.url("/")], |_| ()).start();
    run.until(|kind| matches!(kind, EventKind::Started { url, .. } if url.display_all().ends_with('/')));
    run.tell(Control::Pause);
    run.until(|kind| *kind == EventKind::Paused);
    gate.open();
    run.until(|kind| matches!(kind, EventKind::Followed { .. }));
    run.settle(64);
    assert_eq!(site.paths(), ["/"]);
    run.tell(Control::Resume);
    assert_eq!(Told::by(run).results.len(), 3);
}

/// The first request for each page fails so.
fn failing_first(failure: Answer) -> Site {
    let asked_before = Mutex::new(HashSet::new());
    Site::start(move |asked| match asked.path.as_str() {
        "/robots.txt" => missing(),
        path if asked_before.lock().unwrap().insert(path.to_owned()) => failure.clone(),
        "/" => links(["/a", "/b", "/c"]),
        _ => links(["/"]),
    })
}

#[test]
fn a_failed_attempt_is_made_again_and_its_links_are_followed_once() {
    for engine in Engine::ALL {
        for (failure, is_reset) in [(status("503 Later"), false), (status("500 Oh"), false), (reset(), true)] {
            let site = failing_first(failure);
            let mut plan = plan([site.url("/")], |_| ()).engine(engine);
            plan.terms.retry = Retry { most: 2, delay: Duration::from_millis(5) };
            let told = Told::of(plan.run());
            assert_eq!(site.sorted(), ["/", "/", "/a", "/a", "/b", "/b", "/c", "/c"], "{engine:?}");
            assert!(told.results.values().all(|fetched| fetched.status == Some(200)), "{engine:?}");
            // On a kept connection that is cut off, a request is sent once more without being an attempt more.
            let attempts = told.results.values().filter(|fetched| fetched.attempt == 2).count();
            assert!(attempts == 4 || is_reset, "{engine:?}: {attempts}");
            assert_eq!((told.results.len(), told.counts().done), (4, 4), "{engine:?}");
        }
    }
}

#[test]
fn an_attempt_is_made_so_often_and_no_more_and_waits_are_told_when_the_run_is_quit() {
    let site = Site::start(|asked| match asked.path.as_str() {
        "/robots.txt" => missing(),
        "/" => links(["/bad"]),
        _ => status("500 Oh"),
    });
    let mut again = plan([site.url("/")], |_| ());
    again.terms.retry = Retry { most: 3, delay: Duration::from_millis(2) };
    let told = Told::of(again.run());
    assert_eq!((site.paths().len(), told.result(&site.url("/bad")).attempt), (5, 4));
    let mut long = plan([site.url("/")], |_| ());
    long.terms.retry = Retry { most: 3, delay: Duration::from_secs(50) };
    let mut run = long.start();
    run.until(|kind| matches!(kind, EventKind::Retrying { .. }));
    run.tell(Control::Drain(EndReason::Interrupt));
    let told = Told::by(run);
    assert_eq!((told.results.len(), told.unread(), told.counts().found), (2, 0, 2));
    assert_eq!((told.status(&site.url("/bad")), told.result(&site.url("/bad")).attempt), (Some(500), 1));
}

#[test]
fn every_engine_gives_the_same_results() {
    let make = || {
        Site::start(|asked| match asked.path.as_str() {
            "/robots.txt" => robots("User-agent: *\nDisallow: /kept"),
            "/" => links(["/a", "/gone", "/kept", "/reset", "/moved", "/slow"]),
            "/a" => links(["/b", "/"]),
            "/b" => links(["/c?x=1", "/a"]),
            "/moved" => crate::site::moved(302, "/d"),
            "/gone" => missing(),
            "/reset" => reset(),
            "/slow" => held(),
            _ => html("<title>leaf</title>"),
        })
    };
    let mut all = Engine::ALL.map(|engine| {
        let site = make();
        let mut plan = plan([site.url("/")], |_| ()).engine(engine);
        plan.options.limits = Limits { connect: None, idle: Some(Duration::from_millis(200)), max: None };
        let told = Told::of(plan.run());
        let facts = told.results.iter().map(|(url, fetched)| {
            let url = url.replace(&site.port().to_string(), "PORT");
            (url, fetched.status, fetched.kind(), fetched.place.as_ref().map(|place| place.depth))
        });
        // What a kept connection loses is sent again on a fresh one, and which are kept is by chance.
        let asked: BTreeSet<String> = site.paths().into_iter().collect();
        (facts.collect::<Vec<_>>(), asked, told.counts())
    });
    assert_eq!(all[0], all[1]);
    all.swap(0, 2);
    assert_eq!(all[0], all[1]);
    assert_eq!(all[0].0.len(), 10);
}

#[test]
fn until_the_first_error_a_crawl_goes_on_and_no_longer() {
    let site = Site::start(|asked| match asked.path.as_str() {
        "/robots.txt" => missing(),
        "/" => links(["/reset", "/silent"]),
        "/reset" => reset(),
        _ => held(),
    });
    let told = Told::of(plan([site.url("/")], |_| ()).until(Until::FirstError).run());
    assert_eq!(told.reason(), EndReason::FirstError);
    assert_nothing_lost(&told);
}

#[test]
fn links_that_are_still_followed_when_all_else_is_done_are_not_lost() {
    let hrefs: Vec<String> = (0..3000).map(|number| format!("/{number}")).collect();
    let site = Site::start(move |asked| match asked.path.as_str() {
        "/robots.txt" => missing(),
        "/" => links(&hrefs),
        _ => html(""),
    });
    let told = crawl(&site);
    assert_eq!((site.paths().len(), told.results.len(), told.counts().found), (3001, 3001, 3001));
}

#[test]
fn the_first_result_that_ends_a_crawl_is_that_of_a_page() {
    let site = half_silent(4);
    let told = Told::of(plan([site.url("/")], |_| ()).until(Until::First).run());
    assert_eq!((told.reason(), told.status(&site.url("/"))), (EndReason::First, Some(200)));
    let unreachable = Site::start(|asked| if asked.path == "/robots.txt" { reset() } else { html("") });
    let fine = Site::of([("/", html("<a href=/a>a</a>")), ("/a", html(""))]);
    let told = Told::of(plan([unreachable.url("/"), fine.url("/")], |_| ()).until(Until::FirstError).run());
    assert_eq!((told.reason(), told.kind(&unreachable.url("/"))), (EndReason::FirstError, Some(FailureKind::Robots)));
}

#[test]
fn a_site_behind_tls_is_crawled_where_its_certificate_is_believed() {
    let authority = Authority::new("of these tests");
    let serve = |peer: &mut Peer| {
        while peer.request().ends_with("\r\n\r\n") {
            let body = "<a href=/a>a</a><a href=https://127.0.0.1/>another port</a>";
            peer.send(format!(
                "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\n\r\n{body}",
                body.len()
            ));
        }
    };
    let server = Server::start_tls(authority.certify("127.0.0.1", |_| ()), serve);
    for engine in [Engine::Tasks, Engine::Sequential] {
        let mut trusting = plan([server.https("/")], |_| ()).engine(engine).trust(authority.trust());
        trusting.options.keep = 8;
        let told = Told::of(trusting.run());
        assert_eq!((told.outcomes(Outcome::Ok), told.followed(&server.https("/")).outside), (2, 1), "{engine:?}");
    }
    let stranger = Authority::new("another");
    let told = Told::of(plan([server.https("/")], |_| ()).trust(stranger.trust()).run());
    assert_eq!((told.results.len(), told.kind(&server.https("/"))), (1, Some(FailureKind::Tls)));
    assert!(told.message(&server.https("/")).contains("certificate"), "{}", told.message(&server.https("/")));
}

#[test]
fn a_fetch_that_panics_ends_as_a_failure_and_the_crawl_ends() {
    let site = half_silent(2);
    for engine in Engine::ALL {
        let mut plan = plan([site.url("/")], |_| ()).engine(engine);
        plan.options.panic = true;
        let told = Told::of(plan.run());
        assert_eq!((told.reason(), told.results.len()), (EndReason::Finished, 1), "{engine:?}");
        assert_eq!(told.kind(&site.url("/")), Some(FailureKind::Robots), "{engine:?}: its rules are not known");
    }
}

#[test]
fn what_no_worker_has_begun_keeps_its_place_when_it_is_let_go_of() {
    let site = half_silent(50);
    let mut run = plan([site.url("/")], |_| ()).workers(2).start();
    run.until_each(2, is_page);
    run.tell(Control::Quit(EndReason::Quit));
    let told = Told::by(run);
    assert!(told.results.values().all(|fetched| fetched.place.is_some()));
    assert!(told.results.keys().all(|url| *url == site.url("/") || told.depth(url) == 1));
    assert_nothing_lost(&told);
}

#[test]
fn the_links_of_a_finished_page_are_taken_up_to_the_end_before_a_run_ends() {
    let hrefs: Vec<String> = (0..5000).map(|number| format!("/{number}")).collect();
    let site = Site::start(move |asked| match asked.path.as_str() {
        "/robots.txt" => missing(),
        "/" => links(&hrefs),
        _ => held(),
    });
    let mut run = plan([site.url("/")], |_| ()).start();
    run.until(|kind| matches!(kind, EventKind::ResultSet { status: Some(200), .. }));
    run.tell(Control::Quit(EndReason::Interrupt));
    let told = Told::by(run);
    let count = |is: fn(&EventKind) -> usize| told.events.iter().map(|event| is(&event.kind)).sum::<usize>();
    let scheduled =
        count(|kind| if let EventKind::CallbacksScheduled { callbacks, .. } = kind { callbacks.len() } else { 0 });
    let fired = count(|kind| usize::from(matches!(kind, EventKind::CallbackFired { .. })));
    assert_eq!((scheduled, told.followed(&site.url("/")).links()), (fired, 5000));
}
