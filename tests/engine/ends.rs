//! When a run has what it wants: all results, the first, or the first error.

use crate::loopback::{Peer, Server, ok};
use crate::run::{Plan, end, results, state};
use crawltop::control::{Control, EndReason};
use crawltop::engine::Until;
use crawltop::event::{Engine, EventKind};
use crawltop::failure::FailureKind;
use crawltop::fetched::Fetched;
use crawltop::id::FetchId;
use crawltop::phase::Phase;
use crawltop::report::summary;
use crawltop::reuse::CloseReason;
use crawltop::text::{Charset, Untrusted};
use std::sync::Arc;

/// What becomes of a request is its path's to say.
fn server() -> Server {
    Server::start(|peer| match peer.request().split(' ').nth(1).unwrap_or_default() {
        "/reset" => peer.reset(),
        "/404" => assert!(peer.send("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")),
        "/500" => assert!(peer.send("HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n")),
        "/fine" => assert!(peer.send(ok("hi"))),
        _ => peer.hold(),
    })
}

fn plan(server: &Server, paths: &[&str]) -> Plan {
    Plan::of(paths.iter().map(|path| server.url(path)))
}

/// What came of each target that was begun, in the order given.
fn outcomes(events: &[crawltop::event::Event]) -> Vec<Result<u16, FailureKind>> {
    let mut results = results(events);
    results.sort_by_key(|(id, _)| *id);
    results
        .iter()
        .map(|(_, fetched)| fetched.status.filter(|_| fetched.failure.is_none()).ok_or_else(|| fetched.kind().unwrap()))
        .collect()
}

const CANCELLED: Result<u16, FailureKind> = Err(FailureKind::Cancelled);

#[test]
fn the_first_result_ends_it_and_the_others_are_told_as_cancelled() {
    for engine in [Engine::Tasks, Engine::Threads] {
        let server = server();
        let paths = ["/a", "/fine", "/b", "/c", "/d", "/e", "/f"];
        let events =
            plan(&server, &paths).cap(4).engine(engine).until(Until::First).prepare().announced().start().finish();
        assert_eq!(outcomes(&events), [CANCELLED, Ok(200), CANCELLED, CANCELLED], "by {engine:?}");
        assert_eq!(end(&events), (EndReason::First, 3), "by {engine:?}");
        let summary = summary(&state(&events), Charset::Unicode);
        let partial = "partial: ended at the first result; 1 done, 3 cancelled, 3 not started\n";
        assert!(summary.ends_with(partial), "{summary}");
    }
}

#[test]
fn one_after_another_the_first_result_is_that_of_the_first_target() {
    let server = server();
    let paths = ["/fine", "/fine", "/never"];
    let events = plan(&server, &paths).engine(Engine::Sequential).until(Until::First).run();
    assert_eq!((outcomes(&events), end(&events)), (vec![Ok(200)], (EndReason::First, 2)));
}

#[test]
fn a_failure_is_a_first_result_too() {
    let server = server();
    let events = plan(&server, &["/a", "/reset", "/b"]).cap(2).until(Until::First).run();
    assert_eq!((outcomes(&events), end(&events)), (vec![CANCELLED, Err(FailureKind::Reset)], (EndReason::First, 1)));
}

#[test]
fn the_first_error_ends_it_and_a_broken_page_is_none() {
    for engine in Engine::ALL {
        let server = server();
        let paths = ["/fine", "/404", "/500", "/reset", "/never", "/never"];
        let events = plan(&server, &paths).cap(1).engine(engine).until(Until::FirstError).run();
        let expected = vec![Ok(200), Ok(404), Ok(500), Err(FailureKind::Reset)];
        assert_eq!((outcomes(&events), end(&events)), (expected, (EndReason::FirstError, 2)), "by {engine:?}");
    }
}

#[test]
fn without_an_error_it_goes_on_to_its_end() {
    for engine in Engine::ALL {
        let server = server();
        let paths = ["/fine", "/404", "/500", "/fine"];
        let events = plan(&server, &paths).engine(engine).until(Until::FirstError).run();
        assert_eq!((results(&events).len(), end(&events)), (4, (EndReason::Finished, 0)), "by {engine:?}");
    }
}

/// As in asyncio's `FIRST_EXCEPTION`.
#[test]
fn what_was_cancelled_is_no_error() {
    for engine in Engine::ALL {
        let server = server();
        let mut run = plan(&server, &["/silent", "/fine"]).cap(1).engine(engine).until(Until::FirstError).start();
        run.until(|kind| matches!(kind, EventKind::PhaseEntered { phase: Phase::Wait, .. }));
        run.tell(Control::Cancel(FetchId(1)));
        let events = run.finish();
        assert_eq!(
            (outcomes(&events), end(&events)),
            (vec![CANCELLED, Ok(200)], (EndReason::Finished, 0)),
            "by {engine:?}"
        );
    }
}

#[test]
fn a_connection_that_was_kept_goes_with_the_end_of_the_run() {
    for engine in Engine::ALL {
        let server = Server::start(|peer| while !peer.request().is_empty() && peer.send(ok("hi")) {});
        let mut plan = plan(&server, &["/"]).engine(engine).stays();
        plan.options.keep = 16;
        let mut run = plan.start();
        run.until(|kind| matches!(kind, EventKind::RunEnded { .. }));
        run.tell(Control::Retry(FetchId(1)));
        run.until(|kind| matches!(kind, EventKind::RunReopened { .. }));
        run.until(|kind| matches!(kind, EventKind::RunEnded { .. }));
        let events = run.finish();
        let told: Vec<_> = results(&events).iter().map(|(_, fetched)| (fetched.reused, fetched.not_reused)).collect();
        assert_eq!(told.last(), Some(&(false, Some(CloseReason::RunEnded))), "by {engine:?}: {told:?}");
    }
}

/// A page behind a redirect that never ends.
fn dripping() -> Server {
    Server::start(|peer| match peer.request().split(' ').nth(1) {
        Some("/page") => {
            let head = "Content-Type: text/html\r\nContent-Length: 99999\r\nServer: x";
            peer.drip(format!("HTTP/1.1 200 OK\r\n{head}\r\n\r\n<title>Half a page</title>"));
        }
        _ => assert!(peer.send("HTTP/1.1 302 Found\r\nLocation: /page\r\nContent-Length: 0\r\n\r\n")),
    })
}

/// What is let go of while it comes, by this engine.
fn let_go_of(server: &Server, engine: Engine) -> Arc<Fetched> {
    let mut run = plan(server, &["/"]).engine(engine).start();
    // What the first of them told is known everywhere once the second is.
    run.until_each(2, |kind| matches!(kind, EventKind::BodyProgressed { .. }));
    run.tell(Control::Quit(EndReason::Quit));
    results(&run.finish()).remove(0).1
}

#[test]
fn what_is_let_go_of_keeps_all_that_was_known_of_it_by_each_engine() {
    let server = dripping();
    let port = server.address.port().to_string();
    let told = |fetched: &Fetched| {
        let shown = |text: &Untrusted| text.display_all().replace(&port, "PORT");
        let failure = fetched.failure.as_ref().map(|it| (it.kind, it.phase, shown(&it.message)));
        let hops: Vec<_> = fetched.redirects.iter().map(|hop| (hop.status, shown(&hop.url))).collect();
        let phases: Vec<_> = fetched.marks.spans(fetched.ended).map(|(phase, ..)| phase).collect();
        let phases: Vec<_> = phases.into_iter().filter(|&phase| phase != Phase::Blocked).collect();
        let texts = [&fetched.final_url, &fetched.title, &fetched.content_type].map(|text| text.as_ref().map(shown));
        let facts = (fetched.status, fetched.http_version, fetched.remote_ip, fetched.closed, fetched.steps > 0);
        (failure, hops, phases, texts, facts)
    };
    let by_tasks = let_go_of(&server, Engine::Tasks);
    assert_eq!((by_tasks.status, by_tasks.title.is_some()), (Some(200), true));
    for engine in Engine::ALL {
        let fetched = let_go_of(&server, engine);
        assert_eq!(told(&fetched), told(&by_tasks), "by {engine:?}");
        let content = "<title>Half a page</title>".len() as u64;
        assert!(fetched.body_bytes > content && fetched.wire_bytes > fetched.body_bytes + 70, "{fetched:?}");
    }
}

#[test]
fn what_ended_a_run_first_stays_the_reason() {
    let server = Server::start(Peer::hold);
    let mut run = plan(&server, &["/a", "/b"]).until(Until::First).start();
    run.until(|kind| matches!(kind, EventKind::PhaseEntered { phase: Phase::Wait, .. }));
    run.tell(Control::Quit(EndReason::Quit));
    assert_eq!(end(&run.finish()), (EndReason::Quit, 0));
}
