//! Lists without end are read as they are needed, not into memory; room for descriptors is made at the start.
#![cfg(target_os = "linux")]

use std::io::{ErrorKind, Write};
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::thread;

use rustix::process::Signal;

use crate::program::{crawltop, start, until};
use crate::scripted::{Server, Step, answer, page};

const LINES: usize = 1_000_000;
const MOST_MIB: u64 = 64;

/// Writes up to a million lines, in blocks of a hundred, and counts them.
fn feed(mut stdin: std::process::ChildStdin, line: String, written: Arc<AtomicUsize>) {
    let block = format!("{line}\n").repeat(100);
    while written.load(SeqCst) < LINES {
        match stdin.write_all(block.as_bytes()) {
            Ok(()) => written.fetch_add(100, SeqCst),
            Err(error) => return assert_eq!(error.kind(), ErrorKind::BrokenPipe),
        };
    }
}

#[test]
fn a_million_targets_wait_in_the_pipe_until_they_are_needed() {
    let server = Server::always(vec![Step::Silence]);
    let words = ["fetch", "-i", "-", "-c", "4", "--deadline", "2s"];
    let mut running = start(crawltop(words).stdin(Stdio::piped()));
    let written = Arc::<AtomicUsize>::default();
    let (stdin, line, count) = (running.stdin(), server.url("/a/path/of/some/length"), written.clone());
    thread::spawn(move || feed(stdin, line, count));
    until("four are in flight", || server.requests() == 4);
    let (mut last, mut same) = (0, 0);
    until("nothing more is read", || {
        let now = written.load(SeqCst);
        same = if now == last && now > 0 { same + 1 } else { 0 };
        last = now;
        same > 50
    });
    assert!(last < 20_000, "{last} lines were read for four targets in flight");
    assert!(running.peak_mib() < MOST_MIB, "{} MiB", running.peak_mib());
    let ended = running.end();
    assert_eq!((ended.code, ended.results().len()), (Some(3), 4), "{ended:#?}");
}

#[test]
fn there_is_room_for_the_descriptors_of_all_connections_before_the_first() {
    let server = Server::always(vec![Step::Silence]);
    let mut running = start(&mut crawltop(["fetch", &server.url("/"), "--concurrency", "400", "--deadline", "1m"]));
    until("one is in flight", || server.requests() == 1);
    assert!(running.descriptors() >= 400, "room for {}", running.descriptors());
    running.signal(Signal::KILL);
}

#[test]
fn a_line_without_end_is_not_kept() {
    let mut running = start(crawltop(["fetch", "-i", "-"]).stdin(Stdio::piped()));
    let mut stdin = running.stdin();
    let writer = thread::spawn(move || {
        let piece = vec![b'x'; 1 << 20];
        (0..2 * MOST_MIB).for_each(|_| stdin.write_all(&piece).unwrap());
        stdin
    });
    until("twice the memory it may hold is written", || writer.is_finished());
    let peak = running.peak_mib();
    assert!(peak < MOST_MIB, "{peak} MiB");
    drop(writer.join());
    let ended = running.end();
    assert_eq!(ended.code, Some(2), "{ended:#?}");
    assert!(ended.stderr.starts_with("error: line 1 of the input: line over 64 KiB\n"), "{ended:#?}");
}

#[test]
fn a_million_lines_that_are_passed_over_leave_nothing_behind() {
    let server = Server::always(vec![Step::Silence]);
    let words = ["fetch", "-i", "-", "--keep-going"];
    let mut running = start(crawltop(words).stdin(Stdio::piped()));
    let mut stdin = running.stdin();
    let url = server.url("/last");
    thread::spawn(move || {
        let block = "ftp://no/target\n# no line either\n".repeat(500);
        (0..LINES / 1000).try_for_each(|_| stdin.write_all(block.as_bytes()))?;
        stdin.write_all(url.as_bytes())
    });
    until("the last line is reached", || server.requests() == 1);
    assert!(running.peak_mib() < MOST_MIB, "{} MiB", running.peak_mib());
    running.signal(rustix::process::Signal::INT);
    let ended = running.end();
    assert!(ended.stdout.contains("\n500,000 lines of the input are no target"), "{ended:#?}");
}

/// On a busy machine, what comes behind much else may be long in coming.
const NO_LIMITS: [&str; 4] = ["--idle-timeout", "0", "--max-time", "0"];

/// Megabytes of a page, and how many pages: together many times what the program may hold.
const PAGE_MIB: usize = 8;
const PAGES: usize = 40;

#[test]
fn contents_that_were_printed_are_not_kept() {
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", PAGE_MIB << 20);
    let content = Arc::new([head.into_bytes(), vec![b'x'; PAGE_MIB << 20]].concat());
    let server = Server::start(move |path| match path {
        "/last" => vec![Step::Silence],
        _ => vec![Step::Send(content.to_vec())],
    });
    let pages = format!("/[1-{PAGES}]");
    let urls = [server.url(&pages), server.url("/last")];
    let words = ["fetch", "-c", "1", "--body"].into_iter().chain(NO_LIMITS);
    let mut running = start(&mut crawltop(words.chain([urls[0].as_str(), &urls[1]])));
    until("all pages but the last are there", || server.requests() == PAGES + 1);
    let peak = running.peak_mib();
    running.signal(rustix::process::Signal::INT);
    let ended = running.end();
    assert!(ended.stdout.len() > (PAGES * PAGE_MIB) << 20, "{} bytes were printed", ended.stdout.len());
    assert!(peak < 2 * MOST_MIB, "{peak} MiB");
}

#[test]
fn contents_that_come_at_the_same_time_are_not_in_memory() {
    const AT_ONCE: usize = 24;
    let body = vec![b'x'; 4 << 20];
    let content = Arc::new(answer("200 OK", "text/plain", &body));
    let server = Server::start(move |path| match path {
        "/last" => vec![Step::Silence],
        _ => vec![Step::Send(content.to_vec())],
    });
    let urls = [server.url(&format!("/[1-{AT_ONCE}]")), server.url("/last")];
    // The number before a result is its place among those that completed: in the order given, any may come first.
    let lasts = [("completed", format!("\n{AT_ONCE:>6}  ")), ("given", format!("/{AT_ONCE}\n"))];
    for (order, last) in lasts {
        let words = ["fetch", "--body", "--order", order].into_iter().chain(NO_LIMITS);
        let mut running = start(&mut crawltop(words.chain([urls[0].as_str(), &urls[1]])));
        running.until_stdout(&last);
        let peak = running.peak_mib();
        running.signal(rustix::process::Signal::INT);
        let ended = running.end();
        let printed = ended.stdout.bytes().filter(|&byte| byte == b'x').count();
        assert!(printed >= AT_ONCE * body.len(), "{printed} bytes of {}", AT_ONCE * body.len());
        assert!(peak < MOST_MIB, "{peak} MiB");
    }
}

#[test]
fn a_content_that_cannot_be_set_aside_is_a_local_failure_and_the_others_are_printed() {
    let large = Arc::new(answer("200 OK", "text/plain", &vec![b'x'; PAGE_MIB << 20]));
    let server = Server::start(move |path| match path {
        "/large" => vec![Step::Send(large.to_vec())],
        _ => vec![Step::Send(page("small and whole"))],
    });
    for engine in ["tasks", "threads", "sequential"] {
        let (large, small) = (server.url("/large"), server.url("/small"));
        let words = ["fetch", "--body", "-c", "1", "--engine", engine, &large, &small];
        let ended = start(crawltop(words).env("TMPDIR", "/nowhere/at/all")).end();
        let words =
            ["local: body: content can't be set aside in /nowhere/at/all: ", "; TMPDIR names another folder: 127."];
        assert!(words.iter().all(|words| ended.stdout.contains(words)), "{engine}: {ended:#?}");
        assert!(ended.stdout.contains("small and whole"), "{ended:#?}");
        assert_eq!(ended.code, Some(0), "{ended:#?}");
    }
}

/// What a page of a million links may take, the page itself not kept (a debug build holds no more).
const MOST_OF_A_CRAWL_MIB: u64 = 512;

#[test]
fn a_page_of_a_million_links_is_crawled_in_bounded_memory() {
    let all: String = (0..1_000_000).map(|number| format!("<a href=/{number}>x</a>")).collect();
    let all = Arc::new(page(&all));
    let server = Server::start(move |path| match path {
        "/robots.txt" => vec![Step::Send(answer("404 No", "text/plain", b""))],
        "/" => vec![Step::Send(all.to_vec())],
        _ => vec![Step::Silence],
    });
    let mut running = start(&mut crawltop(["crawl", "--per-host", "1", &server.url("/")]));
    until("a link of it is followed", || server.requests() == 3);
    let peak = running.peak_mib();
    running.signal(rustix::process::Signal::INT);
    running.signal(rustix::process::Signal::INT);
    let ended = running.end();
    assert!(ended.stdout.contains("new 10,000") && ended.stdout.contains("990,000"), "{ended:#?}");
    assert!(peak < MOST_OF_A_CRAWL_MIB / 4, "{peak} MiB");
}
