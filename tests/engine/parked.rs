//! Who asked to be left alone is not asked, by whichever way a fetch would come there.

use crate::loopback::{Server, ok};
use crate::run::{Plan, results};
use crawltop::engine::Retry;
use crawltop::event::{Engine, Event, EventKind};
use crawltop::failure::FailureKind;
use crawltop::fetched::Fetched;
use crawltop::net::Limits;
use crawltop::phase::Phase;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Speaks no TLS, says of each path what is to be said of it, and notes what was asked.
fn plain(answer: impl Fn(&str) -> String + Send + Sync + 'static) -> (Server, Arc<Mutex<Vec<String>>>) {
    let asked = Arc::<Mutex<Vec<String>>>::default();
    let notes = asked.clone();
    let server = Server::start(move |peer| {
        let request = String::from_utf8_lossy(&peer.receive()).into_owned();
        if let Some(path) = request.strip_prefix("GET ").and_then(|rest| rest.split(' ').next()) {
            notes.lock().unwrap().push(path.to_owned());
            peer.send(answer(path));
        }
        peer.half_close();
    });
    (server, asked)
}

fn later(status: u16, seconds: u32, content: &str) -> String {
    format!("HTTP/1.1 {status} Later\r\nRetry-After: {seconds}\r\nContent-Length: 2\r\n\r\n{content}")
}

/// One after another, in the order given.
fn run(urls: &[String], engine: Engine) -> Vec<Event> {
    let mut plan = Plan::of(urls).cap(1).engine(engine);
    plan.terms.retry = Retry { most: 2, delay: Duration::ZERO };
    plan.run()
}

fn in_order(events: &[Event]) -> Vec<Arc<Fetched>> {
    let mut results = results(events);
    results.sort_by_key(|(id, _)| *id);
    results.into_iter().map(|(_, fetched)| fetched).collect()
}

fn assert_left_alone(fetched: &Fetched, server: &Server, engine: Engine) {
    let failure = fetched.failure.as_ref().unwrap_or_else(|| panic!("by {engine:?}: {fetched:?}"));
    assert_eq!((failure.kind, failure.phase), (FailureKind::Cancelled, Some(Phase::Blocked)), "by {engine:?}");
    let (message, port) = (failure.message.display_all(), server.address.port());
    let words = format!("blocked: 127.0.0.1:{port} asked to be left until 20");
    assert!(message.starts_with(&words), "by {engine:?}: {message}");
}

#[test]
fn a_redirect_does_not_lead_there() {
    for engine in Engine::ALL {
        let (server, asked) = plain(|_| later(503, 3600, "no"));
        let url = server.url("/2");
        let (elsewhere, _) =
            plain(move |_| format!("HTTP/1.1 302 Found\r\nLocation: {url}\r\nContent-Length: 0\r\n\r\n"));
        let fetched = in_order(&run(&[server.url("/1"), elsewhere.url("/r")], engine));
        assert_eq!(*asked.lock().unwrap(), ["/1"], "by {engine:?}");
        assert_left_alone(&fetched[1], &server, engine);
        assert_eq!((fetched[1].redirects.len(), fetched[1].status), (1, None), "by {engine:?}");
    }
}

#[test]
fn what_waits_for_another_attempt_there_has_the_result_of_its_last() {
    for engine in Engine::ALL {
        let (server, asked) = plain(|path| if path == "/1" { later(503, 1, "no") } else { later(429, 3600, "no") });
        let events = run(&[server.url("/1"), server.url("/2")], engine);
        let fetched = in_order(&events);
        assert_eq!(*asked.lock().unwrap(), ["/1", "/2"], "by {engine:?}");
        let first = (fetched[0].status, fetched[0].attempt, fetched[0].failure.is_none());
        assert_eq!(first, (Some(503), 1, true), "by {engine:?}");
        let is_forgone = |event: &&Event| matches!(event.kind, EventKind::RetryForgone { .. });
        assert_eq!(events.iter().filter(is_forgone).count(), 2, "by {engine:?}");
    }
}

#[test]
fn a_host_without_a_scheme_is_not_asked_where_its_plain_twin_is_not() {
    for engine in Engine::ALL {
        let (server, asked) = plain(|_| later(503, 3600, "no"));
        let bare = |path: &str| format!("127.0.0.1:{}{path}", server.address.port());
        let fetched = in_order(&run(&[bare("/1"), bare("/2")], engine));
        assert_eq!((fetched[0].status, fetched[0].fell_back.is_some()), (Some(503), true), "by {engine:?}");
        assert_eq!(*asked.lock().unwrap(), ["/1"], "by {engine:?}");
        assert_left_alone(&fetched[1], &server, engine);
    }
}

#[test]
fn an_answer_says_so_though_its_content_is_cut_short() {
    for engine in Engine::ALL {
        let (server, asked) = plain(|_| later(429, 3600, "n"));
        let fetched = in_order(&run(&[server.url("/1"), server.url("/2")], engine));
        assert_eq!(*asked.lock().unwrap(), ["/1"], "by {engine:?}");
        let first = (fetched[0].status, fetched[0].kind(), fetched[0].attempt);
        assert_eq!(first, (Some(429), Some(FailureKind::Truncated), 1), "by {engine:?}");
        assert_left_alone(&fetched[1], &server, engine);
    }
}

/// The time of the whole attempt is over: there is none left for http.
#[test]
fn a_host_without_a_scheme_that_is_silent_to_tls_ends_there_by_the_time_of_the_attempt() {
    for engine in Engine::ALL {
        let server = Server::start(|peer| {
            assert_eq!(peer.receive()[0], 22, "nothing but a handshake comes");
            peer.hold();
        });
        let limits = Limits { connect: None, idle: None, max: Some(Duration::from_millis(300)) };
        let bare = format!("127.0.0.1:{}/", server.address.port());
        let fetched = in_order(&Plan::of([bare]).engine(engine).limits(limits).run()).remove(0);
        let failure = fetched.failure.as_ref().unwrap();
        assert_eq!((failure.kind, failure.phase), (FailureKind::Timeout, Some(Phase::Tls)), "by {engine:?}");
        assert_eq!((fetched.final_url.as_ref(), fetched.fell_back.as_ref()), (None, None), "by {engine:?}");
    }
}

#[test]
fn a_status_that_may_pass_is_asked_again_though_its_content_is_cut_short() {
    for engine in Engine::ALL {
        let count = Mutex::new(0);
        let (server, asked) = plain(move |_| {
            *count.lock().unwrap() += 1;
            if *count.lock().unwrap() == 1 { later(503, 0, "n") } else { ok("hi") }
        });
        let fetched = in_order(&run(&[server.url("/1")], engine)).remove(0);
        assert_eq!((fetched.status, fetched.attempt, fetched.kind()), (Some(200), 2, None), "by {engine:?}");
        assert_eq!(asked.lock().unwrap().len(), 2, "by {engine:?}");
    }
}

#[test]
fn a_close_before_the_answer_itself_is_tried_again_as_a_reset_is() {
    for engine in Engine::ALL {
        let count = Mutex::new(0);
        let (server, _) = plain(move |_| {
            *count.lock().unwrap() += 1;
            let first =
                ["HTTP/1.1 100 Continue\r\n\r\n", "HTT"].map(str::to_owned).into_iter().nth(*count.lock().unwrap() - 1);
            first.unwrap_or_else(|| ok("hi"))
        });
        let fetched = in_order(&run(&[server.url("/1")], engine)).remove(0);
        assert_eq!((fetched.status, fetched.attempt, fetched.kind()), (Some(200), 3, None), "by {engine:?}");
    }
}
