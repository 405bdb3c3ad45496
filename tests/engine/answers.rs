//! What a fetch makes of an answer, and what the server saw of it.

use crate::framings::{PAGE, framings};
use crate::loopback::{Server, ok, plain_only};
use crate::run::{Plan, only};
use crate::skipped::skipped;
use crawltop::event::EventKind;
use crawltop::failure::FailureKind;
use crawltop::fetched::{Fetched, Outcome};
use crawltop::net::Limits;
use sha2::{Digest, Sha256};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::time::Duration;

fn fetch(answer: impl Into<String>) -> Arc<Fetched> {
    let answer = answer.into();
    let server = Server::start(move |peer| {
        peer.answer(&answer);
        peer.half_close();
    });
    let mut plan = Plan::of([server.url("/")]);
    plan.options.hash = true;
    plan.options.keep_content = true;
    only(&plan.run())
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn title(fetched: &Fetched) -> Option<String> {
    fetched.title.as_ref().map(|title| title.display(99))
}

#[test]
fn every_framing_gives_the_same_content() {
    let length = PAGE.len();
    for (answer, junk, version) in framings() {
        let fetched = fetch(format!("{answer}{junk}"));
        assert_eq!((fetched.outcome(), &fetched.failure), (Outcome::Ok, &None), "{answer}");
        assert_eq!((fetched.body_bytes, fetched.wire_bytes), (length as u64, answer.len() as u64), "{answer}");
        assert_eq!(fetched.sha256.as_deref(), Some(sha256(PAGE.as_bytes()).as_str()));
        assert_eq!(title(&fetched).as_deref(), Some("A shop of goods"));
        assert_eq!((fetched.http_version, fetched.status), (Some(version), Some(200)));
        assert_eq!(fetched.content_type.as_ref().unwrap().display(99), "text/html; charset=utf-8");
        assert_eq!(fetched.remote_ip, Some([127, 0, 0, 1].into()));
        assert_eq!((fetched.reused, &fetched.final_url), (false, &None));
    }
}

#[test]
fn statuses_without_content_have_none_whatever_their_fields_say() {
    let cases = [(204, Outcome::Ok), (304, Outcome::Redirect)];
    for (status, outcome) in cases {
        let head = format!("HTTP/1.1 {status} X\r\nContent-Length: 5\r\n\r\n");
        let fetched = fetch(format!("{head}hello"));
        assert_eq!((fetched.outcome(), fetched.body_bytes), (outcome, 0));
        assert_eq!((fetched.wire_bytes, fetched.sha256.as_deref()), (head.len() as u64, Some(sha256(b"").as_str())));
    }
}

#[test]
fn an_outcome_is_that_of_the_status() {
    let cases = [(200, Outcome::Ok), (300, Outcome::Redirect), (404, Outcome::HttpError), (503, Outcome::HttpError)];
    for (status, outcome) in cases {
        let fetched = fetch(format!("HTTP/1.1 {status} X\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n"));
        assert_eq!((fetched.status, fetched.outcome()), (Some(status), outcome));
    }
}

#[test]
fn only_html_has_a_title_and_what_is_not_asked_for_is_not_kept() {
    let answer = format!("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {}\r\n\r\n{PAGE}", PAGE.len());
    let server = Server::start(move |peer| peer.answer(&answer));
    let events = Plan::of([server.url("/")]).run();
    let fetched = only(&events);
    assert!(!events.iter().any(|event| matches!(event.kind, EventKind::ContentKept { .. })), "{events:#?}");
    assert_eq!((title(&fetched), &fetched.sha256), (None, &None));
    assert_eq!(fetched.body_bytes, PAGE.len() as u64);
}

/// A server that notes the requests it gets.
fn noting(listener: TcpListener) -> (Server, Arc<Mutex<Vec<String>>>) {
    let noted = Arc::new(Mutex::new(Vec::new()));
    let notes = Arc::clone(&noted);
    let server = Server::listen(
        listener,
        None,
        Arc::new(move |peer| {
            let request = peer.request();
            notes.lock().unwrap().push(request);
            peer.send(ok("hi"));
        }),
    );
    (server, noted)
}

#[test]
fn the_request_is_well_formed_and_asks_for_the_end_of_the_connection() {
    let (server, noted) = noting(TcpListener::bind("127.0.0.1:0").unwrap());
    let url = format!("http://user:secret@{}/a/../b%20c?d=%22e%22#f", server.address);
    let fetched = only(&Plan::of([url]).run());
    let expected = format!(
        "GET /b%20c?d=%22e%22 HTTP/1.1\r\nHost: {}\r\nUser-Agent: crawltop/test\r\nAccept: */*\r\n\
         Accept-Encoding: gzip, deflate, br, zstd\r\nAuthorization: Basic dXNlcjpzZWNyZXQ=\r\n\
         Connection: close\r\n\r\n",
        server.address
    );
    assert_eq!(*noted.lock().unwrap(), [expected]);
    assert_eq!(fetched.url.display(200), server.url("/b%20c?d=%22e%22"));
}

#[test]
fn an_ipv6_host_is_named_in_brackets() {
    let Ok(listener) = TcpListener::bind("[::1]:0") else {
        skipped("this machine has no ::1");
        return;
    };
    let (server, noted) = noting(listener);
    let fetched = only(&Plan::of([server.url("/")]).run());
    assert_eq!((fetched.status, fetched.remote_ip), (Some(200), Some("::1".parse().unwrap())));
    let host = format!("\r\nHost: [::1]:{}\r\n", server.address.port());
    assert!(noted.lock().unwrap()[0].contains(&host));
}

#[test]
fn a_name_is_resolved_in_a_phase_of_its_own() {
    let server = Server::start(|peer| peer.answer(ok("hi")));
    let url = format!("http://localhost:{}/", server.address.port());
    let events = Plan::of([url]).run();
    let phases = events.iter().filter_map(|event| match event.kind {
        EventKind::PhaseEntered { phase, .. } => Some(phase.name()),
        _ => None,
    });
    assert_eq!(phases.collect::<Vec<_>>(), ["dns", "connect", "send", "wait", "body"]);
    assert_eq!(only(&events).status, Some(200));
}

#[test]
fn a_bare_host_that_speaks_no_tls_is_asked_in_plain() {
    let server = plain_only();
    let events = Plan::of([format!("127.0.0.1:{}", server.address.port())]).run();
    let fetched = only(&events);
    assert_eq!((fetched.status, &fetched.failure), (Some(200), &None));
    assert_eq!(fetched.url.display(99), server.https("/"));
    assert_eq!(fetched.final_url.as_ref().map(|url| url.display(99)), Some(server.url("/")));
    let fell_back = events.iter().filter(|event| matches!(event.kind, EventKind::FellBack { .. }));
    assert_eq!(fell_back.count(), 1);
}

#[test]
fn an_https_url_is_never_asked_in_plain() {
    let server = plain_only();
    let fetched = only(&Plan::of([server.https("/")]).run());
    assert_eq!((fetched.kind(), fetched.status), (Some(FailureKind::Tls), None));
}

#[test]
fn a_bare_host_whose_https_port_is_silent_has_the_whole_connect_timeout_for_plain() {
    let server = Server::start(|peer| match peer.number {
        0 => peer.hold(),
        _ => peer.answer(ok("hi")),
    });
    let limits = Limits { connect: Some(Duration::from_millis(500)), idle: None, max: None };
    let events = Plan::of([format!("127.0.0.1:{}", server.address.port())]).limits(limits).run();
    let fetched = only(&events);
    assert_eq!((fetched.status, &fetched.failure), (Some(200), &None));
}
