//! The verbs beside fetch: the demo without a watcher, the lab, the help.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};

use rustix::process::Signal;

use crate::program::{HANGING, crawltop, run, start};

#[test]
fn an_unwatched_demo_tells_every_page_and_ends_with_0() {
    let ended = run(["demo", "--pages", "30", "--latency", "1ms", "--idle-timeout", "300ms", "--max-time", "600ms"]);
    assert_eq!(ended.code, Some(0), "{ended:#?}");
    // Those that were asked for and `/`, two links to what is not there, and five pages that only a crawl meets.
    assert_eq!(ended.results().len(), 31 + 2 + 5, "{ended:#?}");
    assert!(ended.results().iter().any(|line| line.contains(" 404 ")), "its broken pages are on purpose: {ended:#?}");
    assert!(ended.stdout.contains("\nlast time: ") && !ended.stdout.contains('\x1b'));
}

#[test]
fn a_demo_shows_a_retry_and_counts_as_without() {
    let words = ["demo", "--pages", "30", "--latency", "1ms", "--idle-timeout", "300ms", "--max-time", "600ms"];
    let without = run(words);
    let ended = start(crawltop(words).env_remove("CRAWLTOP_RETRY")).end();
    let counts = |text: &str| {
        text.lines().find(|line| line.starts_with("ok ")).map(|line| line.split("  of ").next().unwrap().to_owned())
    };
    assert!(ended.stdout.contains("\nretried "), "{ended:#?}");
    assert_eq!(counts(&ended.stdout), counts(&without.stdout));
}

#[test]
fn the_lab_says_its_address_first_serves_and_ends_on_sigterm_with_143() {
    let mut running = start(&mut crawltop(["lab", "--port", "0", "--latency", "0", "--pages", "20"]));
    running.until_stdout("\n");
    let said = running.stdout();
    let address = said.lines().next().unwrap().strip_prefix("http://").unwrap().trim_end_matches('/').to_owned();
    let mut stream = TcpStream::connect(&address).unwrap();
    stream.set_read_timeout(Some(HANGING)).unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\nHost: lab\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    assert!(answer.starts_with(b"HTTP/1.1 200 OK\r\n"));
    running.signal(Signal::TERM);
    let ended = running.end();
    assert_eq!(ended.code, Some(143), "{ended:#?}");
    assert!(ended.stdout.contains(" 404 ") && ended.stdout.contains(" silent "), "what is special in it: {ended:#?}");
    assert_eq!(ended.stderr, "asked 1 times over 1 connections\n");
}

#[test]
fn a_taken_port_is_an_error_with_a_hint() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    for verb in ["lab", "demo"] {
        let ended = run([verb, "--port", &port]);
        ended.assert_refused();
        assert!(ended.stderr.contains(&port), "{ended:#?}");
    }
}

#[test]
fn help_opens_with_examples_and_goes_to_standard_output() {
    for words in [["--help"].as_slice(), &["-h"], &["fetch", "--help"]] {
        let ended = run(words);
        assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""), "{words:?}");
        assert!(ended.stdout.starts_with("Examples:\n  crawltop "), "{words:?}: {}", ended.stdout);
        assert!(!ended.stdout.contains('\x1b'));
    }
}

#[test]
fn the_version_is_one_line() {
    let ended = run(["--version"]);
    assert_eq!((ended.code, ended.stdout), (Some(0), format!("crawltop {}\n", env!("CARGO_PKG_VERSION"))));
}
