//! Hundreds of servers that never come to an end, and a few good ones among them: nobody waits for anybody.

use crate::bodies::page;
use crate::loopback::{Peer, Server};
use crate::program::{crawltop, start, until};
use crate::round::ENGINES;
use crate::script::{Act, answer, held, play};
use rustix::process::Signal;
use std::io::Write;
use std::process::Stdio;

const HOSTILE: usize = 300;
const GOOD: usize = 40;

/// What never ends, one way or another; every limit is off.
fn endless() -> Vec<Vec<Act>> {
    let chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
    let drip = |bytes: &[u8]| vec![Act::Request, Act::Send(bytes.to_vec()), Act::Drip(50, vec![b'x'; 100_000])];
    vec![
        held(""),
        held("HTTP/1.1 2"),
        held("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello"),
        held(&chunked),
        held("HTTP/1.1 102 x\r\n\r\n"),
        vec![Act::Hold],
        drip(b"HTTP/1.1 200 OK\r\n\r\n"),
        drip(b"HTTP/1.1 200 OK\r\nX: "),
    ]
}

/// As much as anyone takes.
fn flood() -> Vec<Act> {
    vec![Act::Request, Act::Send(b"HTTP/1.1 200 OK\r\n\r\n".to_vec()), Act::Flood(vec![b'x'; 16 << 10])]
}

fn serve(script: Vec<Act>) -> Server {
    let gates = crate::place::gates();
    Server::start(move |peer: &mut Peer| play(peer, &script, &gates, &<[u8]>::to_vec, &|_| ()))
}

#[test]
fn good_pages_come_while_hundreds_of_servers_hang() {
    crawltop::net::raise_open_files();
    for engine in ENGINES {
        let endless: Vec<Server> = endless().into_iter().map(serve).collect();
        let (flood, good) = (serve(flood()), serve(vec![answer(page("good")); GOOD].concat()));
        let hostile = |number: usize| endless[number % endless.len()].url(&format!("/hostile/{number}"));
        let mut list: Vec<String> = (0..HOSTILE).map(hostile).collect();
        list.extend((0..3).map(|number| flood.url(&format!("/flood/{number}"))));
        list.extend((0..GOOD).map(|number| good.url(&format!("/good/{number}"))));
        let limits = ["--idle-timeout", "0", "--max-time", "0", "--connect-timeout", "0", "--max-filesize", "0"];
        let usual = ["fetch", "-i", "-", "--format", "jsonl", "-c", "400", "--engine", engine];
        let workers: &[&str] = if engine == "threads" { &["--workers", "400"] } else { &[] };
        let words = [&usual[..], &limits, workers].concat();
        let mut running = start(crawltop(words).stdin(Stdio::piped()));
        running.stdin().write_all(list.join("\n").as_bytes()).unwrap();
        until("every good page is told", || running.stdout().matches("\"outcome\":\"ok\"").count() == GOOD);
        assert!(running.is_running() && !running.stdout().contains("/hostile/"));
        running.signal(Signal::INT);
        let ended = running.end();
        let cancelled = ended.json().iter().filter(|result| result["error"]["kind"] == "cancelled").count();
        assert_eq!((ended.code, cancelled), (Some(130), HOSTILE + 3), "{engine}");
    }
}
