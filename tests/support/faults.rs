//! What servers do wrong, one script a fault, and what is to be told of it. Knows nothing of who fetches.

use crate::loopback::Peer;
use crawltop::failure::FailureKind::{self, *};
use crawltop::net::Limits;
use crawltop::phase::Phase;
use std::time::Duration;

/// What a message is to say, beside its kind and its phase.
pub type Told = (FailureKind, Phase, &'static str);

/// A fault in the answer; no limit is needed to see it.
pub struct Case {
    pub script: fn(&mut Peer),
    pub told: Told,
    pub status: Option<u16>,
    /// Of content, before it.
    pub bytes: u64,
}

/// The most content that these cases take.
pub const MAX_FILESIZE: u64 = 1000;
const OK: Option<u16> = Some(200);

pub const CASES: &[Case] = &[
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
        told: (Truncated, Phase::Wait, "after an interim response"),
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

/// A silence, and the limit that ends it after [`SHORT`].
pub struct Silence {
    pub script: fn(&mut Peer),
    pub scheme: &'static str,
    pub limits: Limits,
    pub told: Told,
}

pub const SHORT: Duration = Duration::from_millis(200);
pub const NO_LIMITS: Limits = Limits { connect: None, idle: None, max: None };
const IDLE: Limits = Limits { idle: Some(SHORT), ..NO_LIMITS };
const MAX: Limits = Limits { max: Some(SHORT), ..NO_LIMITS };
const CONNECT: Limits = Limits { connect: Some(SHORT), ..NO_LIMITS };

pub const SILENCES: &[Silence] = &[
    Silence {
        script: Peer::hold,
        scheme: "http",
        limits: IDLE,
        told: (Timeout, Phase::Wait, "no byte from 127.0.0.1:"),
    },
    Silence { script: begin, scheme: "http", limits: IDLE, told: (Timeout, Phase::Body, "no byte from 127.0.0.1:") },
    Silence { script: Peer::hold, scheme: "http", limits: MAX, told: (Timeout, Phase::Wait, "not done after 200ms") },
    Silence { script: begin, scheme: "http", limits: MAX, told: (Timeout, Phase::Body, "not done after 200ms") },
    Silence {
        script: Peer::hold,
        scheme: "https",
        limits: CONNECT,
        told: (ConnectTimeout, Phase::Tls, "not connected after 200ms"),
    },
    Silence {
        script: |peer| {
            peer.receive();
            peer.drip(b"\x16\x03\x03\x3f\xff");
        },
        scheme: "https",
        limits: CONNECT,
        told: (ConnectTimeout, Phase::Tls, "not connected after 200ms"),
    },
];

fn begin(peer: &mut Peer) {
    peer.answer("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello");
    peer.hold();
}

fn cut(peer: &mut Peer, answer: &str) {
    peer.answer(answer);
    peer.half_close();
    peer.hold();
}
