//! What one answer can make the program hold: one after another, from servers that send without end, and bombs.

use crate::bodies::{gzip, sized, zstd_zeros};
use crate::loopback::{Peer, Server};
use crate::program::{Running, crawltop, start, until};
use crate::round::ENGINES;
use crate::script::{Act, play};
use std::io::Write;
use std::process::Stdio;

/// Of whatever comes from one server, and of a bomb at the usual limit of content.
const ANSWER_MIB: u64 = 64;
const BOMB_MIB: u64 = 160;

fn serve(script: Vec<Act>) -> Server {
    let gates = crate::place::gates();
    Server::start(move |peer: &mut Peer| play(peer, &script, &gates, &<[u8]>::to_vec, &|_| ()))
}

/// Begins so, and goes on like that until the client has gone.
fn flood(begin: &str, piece: &str) -> Vec<Act> {
    let pieces = piece.repeat((64 << 10) / piece.len() + 1);
    vec![Act::Request, Act::Send(begin.into()), Act::Flood(pieces.into_bytes())]
}

fn floods() -> Vec<Vec<Act>> {
    let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    vec![
        flood("", "x"),
        flood("HTTP/1.1 200 OK\r\n", "X: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\r\n"),
        flood("HTTP/1.1 200 OK\r\n", "X:\r\n"),
        flood("HTTP/1.1 200 OK\r\nX: ", "x"),
        flood("HTTP/1.1 302 Found\r\nLocation: /", "x"),
        flood("", "HTTP/1.1 102 x\r\n\r\n"),
        flood(&format!("{chunked}1;"), "x"),
        flood(&format!("{chunked}0\r\n"), "X: y\r\n"),
        flood(chunked, "1\r\nx\r\n"),
        flood(chunked, "1;xxxxxxxxxxx\r\nx\r\n"),
        flood("HTTP/1.1 200 OK\r\n\r\n", "x"),
        flood("HTTP/1.1 500 x\r\n\r\n", "x"),
        flood("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<title>", "x"),
        flood("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<!--", "<a "),
    ]
}

fn bombs() -> Vec<Vec<Act>> {
    // As many as there may be, and a few more: members follow each other.
    let packed = gzip(&vec![0; 1 << 20]).repeat(33);
    let coded = |coding: &str, body: Vec<u8>| sized("200 OK", &format!("Content-Encoding: {coding}\r\n"), body);
    let bombs = [coded("zstd", zstd_zeros(100_000)), coded("gzip", packed)];
    bombs.into_iter().map(|bomb| vec![Act::Request, Act::Send(bomb), Act::Hold]).collect()
}

/// One after another; the program is held at its end, so that it can be looked at.
fn peak_of(scripts: Vec<Vec<Act>>, engine: &str, more: &[&str]) -> (u64, String) {
    let count = scripts.len();
    let servers: Vec<Server> = scripts.into_iter().map(serve).collect();
    let words = ["fetch", "-i", "-", "-c", "1", "--format", "jsonl", "--engine", engine];
    let mut running: Running = start(crawltop(words.iter().chain(more)).stdin(Stdio::piped()));
    let mut stdin = running.stdin();
    let list: String = servers.iter().map(|server| server.url("/\n")).collect();
    stdin.write_all(list.as_bytes()).unwrap();
    stdin.flush().unwrap();
    until("all are told", || running.stdout().matches("\"type\":\"result\"").count() == count);
    let peak = running.peak_mib();
    drop(stdin);
    (peak, running.end().stdout)
}

#[test]
fn no_answer_makes_the_program_hold_more_than_64_mib() {
    for engine in ENGINES {
        let (peak, told) = peak_of(floods(), engine, &["--max-filesize", "1M"]);
        assert!(peak <= ANSWER_MIB, "{peak} MiB with {engine}");
        assert!(!told.contains("\"outcome\":\"ok\"") && !told.contains("\"kind\":\"timeout\""), "{engine}: {told}");
    }
}

#[test]
fn no_bomb_makes_the_program_hold_more_than_160_mib() {
    for engine in ENGINES {
        let (peak, told) = peak_of(bombs(), engine, &[]);
        assert!(peak <= BOMB_MIB, "{peak} MiB with {engine}");
        assert_eq!(told.matches("\"kind\":\"too_large\"").count(), 2, "{engine}: {told}");
    }
}

#[test]
fn what_a_fetch_holds_does_not_depend_on_its_body() {
    let body = |mib: usize| vec![Act::Request, Act::Send(sized("200 OK", "", vec![b'x'; mib << 20])), Act::Hold];
    for engine in ENGINES {
        let (peak, told) = peak_of(vec![body(1), body(256)], engine, &["--max-filesize", "0"]);
        assert_eq!(told.matches("\"outcome\":\"ok\"").count(), 2, "{engine}: {told}");
        assert!(peak <= ANSWER_MIB, "{peak} MiB with {engine}");
    }
}
