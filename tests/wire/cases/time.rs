//! Silence, slowness, and which limit ends them in which phase. Limits are lower bounds here: nothing fails because the
//! machine is busy.

use crate::case::{Case, Told, case, fails, ok};
use crate::place::Place;
use crate::script::{Act, held};

const IDLE: &[&str] = &["--idle-timeout", "1s", "--max-time", "0"];
const TOTAL: &[&str] = &["--idle-timeout", "0", "--max-time", "1500ms"];
const CONNECT: &[&str] = &["--connect-timeout", "1s", "--max-time", "0", "-k"];

pub fn cases() -> Vec<Case> {
    [silence(), slowness(), floods(), opening(), patience()].concat()
}

const LENGTH: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello";
const CHUNKED: &[u8] = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n";

fn idle(phase: &'static str) -> Told {
    fails("timeout", phase, "no byte from {0} for 1s").at_least("/timings/total", 1000.0)
}

fn total(phase: &'static str) -> Told {
    fails("timeout", phase, "{0} not done after 1s 500ms").at_least("/timings/total", 1500.0)
}

fn silence() -> Vec<Case> {
    let silent = |name, bytes: &[u8], phase| case(name, held(bytes), idle(phase)).with(IDLE);
    vec![
        silent("silence before an answer ends by the idle timeout", b"", "wait"),
        silent("silence within a status line ends by the idle timeout", b"HTTP/1.1 2", "body"),
        silent("silence within a head ends by the idle timeout", b"HTTP/1.1 200 OK\r\nX: y\r\n", "body"),
        silent("silence behind an interim answer ends by the idle timeout", b"HTTP/1.1 102 x\r\n\r\n", "wait"),
        silent("silence within a body ends by the idle timeout", LENGTH, "body"),
        silent("silence within chunks ends by the idle timeout", CHUNKED, "body"),
        silent(
            "silence before the last chunk's end ends by the idle timeout",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n",
            "body",
        ),
        silent("silence in a body until close ends by the idle timeout", b"HTTP/1.1 200 OK\r\n\r\nhello", "body"),
        case("silence before an answer ends by the total time", held(""), total("wait")).with(TOTAL),
        case("silence within a body ends by the total time", held(LENGTH), total("body")).with(TOTAL),
        case("a server that never reads the request is silent", vec![Act::Pause(2500)], idle("wait")).with(IDLE),
    ]
}

/// A byte now and then, which no idle timeout ends.
fn slowness() -> Vec<Case> {
    let drip = |name, start: &[u8], more: &[u8], phase| {
        let script = vec![Act::Request, Act::Send(start.to_vec()), Act::Drip(20, more.repeat(500))];
        case(name, script, total(phase)).with(TOTAL)
    };
    vec![
        drip(
            "a body that drips ends by the total time",
            b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n",
            b"x",
            "body",
        ),
        drip("a head that drips ends by the total time", b"HTTP/1.1 200 OK\r\n", b"X: y\r\n", "body"),
        drip(
            "chunks that drip end by the total time",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
            b"1\r\nx\r\n",
            "body",
        ),
        drip("interim answers that drip end by the total time", b"", b"HTTP/1.1 102 x\r\n\r\n", "wait"),
        drip(
            "a chunk extension that drips ends by the total time",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;",
            b"e",
            "body",
        ),
    ]
}

/// As fast as it is taken, and without an end: there is always a byte to read, and still time passes.
fn floods() -> Vec<Case> {
    let unbounded: &[&str] = &["--idle-timeout", "0", "--max-time", "1500ms", "--max-filesize", "0"];
    let flood = |name, start: &str, more: &[u8]| {
        let script = vec![Act::Request, Act::Send(start.into()), Act::Flood(more.to_vec())];
        case(name, script, total("body")).with(unbounded)
    };
    let chunk = [b"1000\r\n", &[b'x'; 0x1000][..], b"\r\n"].concat();
    vec![
        flood("a flood ends by the total time", "HTTP/1.1 200 OK\r\n\r\n", &[b'x'; 64 << 10]),
        flood(
            "a flood of chunks ends by the total time",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
            &chunk,
        ),
    ]
}

fn opening() -> Vec<Case> {
    let late = |phase, words| fails("connect_timeout", phase, words).at_least("/timings/total", 1000.0);
    let tls = |name, script: Vec<Act>| {
        case(name, script, late("tls", "{0} not connected after 1s")).at("https://{0}/").with(CONNECT)
    };
    vec![
        case(
            "a port that answers no handshake ends by the connect timeout",
            Place::Crowded,
            late("connect", "{0} not connected after 1s"),
        )
        .with(CONNECT),
        tls("a TLS handshake that nobody answers ends by the connect timeout", vec![Act::Hold]),
        tls(
            "a TLS handshake that stalls in a record ends by the connect timeout",
            vec![Act::Receive, Act::Raw(b"\x16\x03\x03\x3f\xff\x02".to_vec()), Act::Hold],
        ),
        tls(
            "a TLS handshake that drips ends by the connect timeout",
            vec![Act::Receive, Act::Raw(b"\x16\x03\x03\x3f\xff\x02".to_vec()), Act::Drip(20, vec![0; 200])],
        ),
    ]
}

/// Slow, and in time.
fn patience() -> Vec<Case> {
    vec![
        case(
            "a first byte after a second is in time",
            vec![
                Act::Request,
                Act::Pause(1000),
                Act::Send(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi".to_vec()),
                Act::Hold,
            ],
            ok("hi").at_least("/timings/total", 1000.0),
        ),
        case(
            "a body that trickles for a second is in time",
            vec![
                Act::Request,
                Act::Send(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n".to_vec()),
                Act::Drip(100, b"0123456789".to_vec()),
                Act::Hold,
            ],
            ok("0123456789").at_least("/timings/total", 1000.0),
        ),
        case(
            "without limits a slow server is waited for",
            vec![Act::Request, Act::Pause(700), Act::Send(b"HTTP/1.1 200 OK\r\n\r\nhi".to_vec())],
            ok("hi"),
        )
        .with(&["--idle-timeout", "0", "--max-time", "0", "--connect-timeout", "0"]),
    ]
}
