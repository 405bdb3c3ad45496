//! What a server does wrong, and what is told of it: the kind, the phase, and the words.

use crate::loopback::{Peer, Server};
use crate::run::{Plan, only};
use crawltop::failure::FailureKind::{self, *};
use crawltop::fetched::Fetched;
use crawltop::net::Limits;
use crawltop::phase::Phase;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

const NO_LIMITS: Limits = Limits { connect: None, idle: None, max: None };

fn fetch(url: &str, limits: Limits) -> Arc<Fetched> {
    let mut plan = Plan::of([url]).limits(limits);
    plan.options.max_filesize = 1000;
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

type Told = (FailureKind, Phase, &'static str);

struct Case {
    script: fn(&mut Peer),
    told: Told,
    status: Option<u16>,
    bytes: u64,
}

const OK: Option<u16> = Some(200);

fn cut(peer: &mut Peer, answer: &str) {
    peer.answer(answer);
    peer.half_close();
    peer.hold();
}

const CASES: &[Case] = &[
    Case {
        script: |peer| {
            peer.request();
            peer.reset();
        },
        told: (Reset, Phase::Wait, "connection reset by peer: 127.0.0.1:"),
        status: None,
        bytes: 0,
    },
    Case {
        script: |peer| cut(peer, ""),
        told: (Reset, Phase::Wait, "connection closed before an answer: 127.0.0.1:"),
        status: None,
        bytes: 0,
    },
    Case {
        script: |peer| {
            peer.answer("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello");
            peer.reset();
        },
        told: (Reset, Phase::Body, "connection reset by peer"),
        status: OK,
        bytes: 5,
    },
    Case {
        script: |peer| cut(peer, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello"),
        told: (Truncated, Phase::Body, "body ended after 5 of 9 bytes"),
        status: OK,
        bytes: 5,
    },
    Case {
        script: |peer| cut(peer, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"),
        told: (Truncated, Phase::Body, "chunked body ended after 5 bytes without its last chunk"),
        status: OK,
        bytes: 5,
    },
    Case {
        script: |peer| cut(peer, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX: "),
        told: (Truncated, Phase::Body, "ended in its trailers"),
        status: OK,
        bytes: 5,
    },
    Case {
        script: |peer| cut(peer, "HTTP/1.1 200 OK\r\nContent-Le"),
        told: (Truncated, Phase::Body, "head ended after 27 bytes"),
        status: None,
        bytes: 0,
    },
    Case {
        script: |peer| cut(peer, "HTTP/1.1 100 Continue\r\n\r\n"),
        told: (Truncated, Phase::Body, "after an interim response"),
        status: None,
        bytes: 0,
    },
    Case {
        script: |peer| cut(peer, "SSH-2.0-OpenSSH_9.6\r\n"),
        told: (Protocol, Phase::Body, "it begins with \"SSH-2.0-OpenSSH_9.6"),
        status: None,
        bytes: 0,
    },
    Case {
        script: |peer| cut(peer, "<html>as of HTTP/0.9</html>"),
        told: (Protocol, Phase::Body, "not an HTTP/1.1 answer"),
        status: None,
        bytes: 0,
    },
    Case {
        script: |peer| cut(peer, "\u{15}\u{3}\u{1}"),
        told: (Protocol, Phase::Body, "an https port?"),
        status: None,
        bytes: 0,
    },
    Case {
        script: |peer| cut(peer, "HTTP/1.1 200 OK\r\nContent-Length: 42\r\nContent-Length: 30\r\n\r\n"),
        told: (Protocol, Phase::Body, "conflicting content-length: 42 and 30"),
        status: None,
        bytes: 0,
    },
    Case {
        script: |peer| cut(peer, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nhello"),
        told: (Protocol, Phase::Body, "chunk size \"h\" is not hexadecimal"),
        status: OK,
        bytes: 0,
    },
    Case {
        script: |peer| cut(peer, "HTTP/1.1 101 Switching Protocols\r\n\r\n"),
        told: (Protocol, Phase::Body, "without being asked"),
        status: None,
        bytes: 0,
    },
    Case {
        script: |peer| cut(peer, &format!("HTTP/1.1 200 OK\r\nX: {}", "x".repeat(300 << 10))),
        told: (TooLarge, Phase::Body, "head is larger than 262144 bytes"),
        status: None,
        bytes: 0,
    },
    Case {
        script: |peer| cut(peer, &format!("HTTP/1.1 200 OK\r\n{}\r\n", "X: y\r\n".repeat(1001))),
        told: (TooLarge, Phase::Body, "head has more than 1000 fields"),
        status: None,
        bytes: 0,
    },
    Case {
        script: |peer| cut(peer, &format!("HTTP/1.1 200 OK\r\n\r\n{}", "x".repeat(1001))),
        told: (TooLarge, Phase::Body, "more than 1000 bytes of content"),
        status: OK,
        bytes: 1001,
    },
];

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
    let short = Some(Duration::from_millis(200));
    let idle = Limits { idle: short, ..NO_LIMITS };
    let max = Limits { max: short, ..NO_LIMITS };
    let connect = Limits { connect: short, ..NO_LIMITS };
    let begin = |peer: &mut Peer| {
        peer.answer("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello");
        peer.hold();
    };
    type Script = fn(&mut Peer);
    let cases: [(Script, &str, Limits, Told); 5] = [
        (Peer::hold, "http", idle, (Timeout, Phase::Wait, "no byte from 127.0.0.1:")),
        (begin, "http", idle, (Timeout, Phase::Body, "no byte from 127.0.0.1:")),
        (Peer::hold, "http", max, (Timeout, Phase::Wait, "not done after 200ms")),
        (begin, "http", max, (Timeout, Phase::Body, "not done after 200ms")),
        (Peer::hold, "https", connect, (ConnectTimeout, Phase::Tls, "not connected after 200ms")),
    ];
    for (script, scheme, limits, (kind, phase, words)) in cases {
        let server = Server::start(script);
        let fetched = fetch(&format!("{scheme}://{}/", server.address), limits);
        assert_failed(&fetched, kind, phase, words);
        assert!(fetched.total() >= Duration::from_millis(200), "{:?} for {words}", fetched.total());
        assert_eq!(fetched.body_bytes, if phase == Phase::Body { 5 } else { 0 });
    }
}

/// The idle time begins anew with each byte, so that only the whole time ends it.
#[test]
fn a_page_that_drips_is_ended_by_the_whole_time_and_not_by_the_idle_time() {
    let server = Server::start(|peer| {
        peer.answer("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
        let never = crate::loopback::Gate::default();
        while !never.opens_within(Duration::from_millis(20)) && peer.send(".") {}
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
