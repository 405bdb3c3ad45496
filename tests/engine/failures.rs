//! What a server does wrong, and what is told of it: the kind, the phase, and the words.

use crate::faults::{CASES, Case, MAX_FILESIZE, NO_LIMITS, SHORT, SILENCES, Silence};
use crate::loopback::Server;
use crate::run::{Plan, only};
use crawltop::failure::FailureKind::{self, *};
use crawltop::fetched::Fetched;
use crawltop::net::Limits;
use crawltop::phase::Phase;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

fn fetch(url: &str, limits: Limits) -> Arc<Fetched> {
    let mut plan = Plan::of([url]).limits(limits);
    plan.options.max_filesize = MAX_FILESIZE;
    plan.options.hash = true;
    only(&plan.run())
}

fn assert_failed(fetched: &Fetched, kind: FailureKind, phase: Phase, words: &str) {
    let failure = fetched.failure.as_ref().unwrap_or_else(|| panic!("no failure, but {words}: {fetched:?}"));
    let message = failure.message.display_all();
    assert_eq!((failure.kind, failure.phase), (kind, Some(phase)), "{message}");
    assert!(message.starts_with(&format!("{}: ", phase.name())), "{message}");
    assert!(message.contains(words), "\"{message}\" does not say: {words}");
    assert_eq!(fetched.sha256, None, "no hash of a part");
}

#[test]
fn each_fault_of_a_server_is_told_by_kind_phase_and_words() {
    for Case { script, told: (kind, phase, words), status, bytes } in CASES {
        let server = Server::start(*script);
        let fetched = fetch(&server.url("/"), NO_LIMITS);
        assert_failed(&fetched, *kind, *phase, words);
        assert_eq!(fetched.status, *status, "{words}");
        // How much of what is too large comes in one piece is the machine's to say.
        let enough = if *kind == TooLarge { fetched.body_bytes <= *bytes } else { fetched.body_bytes == *bytes };
        assert!(enough, "{} bytes, not {bytes}: {words}", fetched.body_bytes);
    }
}

#[test]
fn each_limit_is_told_in_the_phase_it_was_reached_in() {
    for Silence { script, scheme, limits, told: (kind, phase, words) } in SILENCES {
        let server = Server::start(script);
        let fetched = fetch(&format!("{scheme}://{}/", server.address), *limits);
        assert_failed(&fetched, *kind, *phase, words);
        assert!(fetched.total() >= SHORT, "{:?} for {words}", fetched.total());
        assert_eq!(fetched.body_bytes, if *phase == Phase::Body { 5 } else { 0 });
    }
}

/// The idle time begins anew with each byte, so that only the whole time ends it.
#[test]
fn a_page_that_drips_is_ended_by_the_whole_time_and_not_by_the_idle_time() {
    let server = Server::start(|peer| {
        peer.request();
        peer.drip("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
    });
    let limits = Limits { connect: None, idle: Some(Duration::from_secs(1)), max: Some(Duration::from_millis(1500)) };
    let fetched = fetch(&server.url("/"), limits);
    assert_failed(&fetched, Timeout, Phase::Body, "not done after 1s 500ms");
    assert!(fetched.body_bytes > 0);
}

#[test]
fn nobody_at_the_port_is_a_refused_connection() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let fetched = fetch(&format!("http://127.0.0.1:{port}/"), NO_LIMITS);
    assert_failed(&fetched, ConnectRefused, Phase::Connect, &format!("connection refused: 127.0.0.1:{port}"));
    assert_eq!((fetched.remote_ip, fetched.wire_bytes), (None, 0));
}

/// No route leads to the address of all.
#[test]
fn an_address_without_a_route_is_unreachable() {
    let fetched = fetch("http://255.255.255.255/", NO_LIMITS);
    assert_failed(&fetched, Unreachable, Phase::Connect, "no route: 255.255.255.255:80");
}

#[test]
fn a_name_that_does_not_exist_is_told_as_such() {
    let fetched = fetch("http://nothing.invalid/", NO_LIMITS);
    assert_failed(&fetched, Dns, Phase::Dns, "no address for nothing.invalid: ");
}
