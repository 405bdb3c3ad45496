//! Readers that go away, and readers that do not read.

use std::io::{BufRead, BufReader, Read};
use std::process::Stdio;
use std::thread;

use rustix::process::Signal;

use crate::program::{crawltop, start, start_unread, until};
use crate::scripted::{Gate, Server, Step, answer, page};

/// The first page comes at once, the others when the gate is open.
fn gated(gate: &Gate) -> Server {
    let gate = gate.clone();
    Server::start(move |path| match path {
        "/1" => vec![Step::Send(page("first"))],
        _ => vec![Step::Await(gate.clone()), Step::Send(page("later"))],
    })
}

#[test]
fn a_closed_pipe_ends_it_quietly_in_every_format() {
    for format in ["text", "jsonl"] {
        let gate = Gate::default();
        let server = gated(&gate);
        let url = server.url("/[1-2000]");
        let (running, stdout) = start_unread(&mut crawltop(["fetch", "--format", format, &url]));
        let mut reader = BufReader::new(stdout);
        let lines = if format == "jsonl" { 2 } else { 1 };
        (0..lines).for_each(|_| assert!(reader.read_line(&mut String::new()).unwrap() > 0));
        drop(reader);
        gate.open();
        let ended = running.end();
        assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""), "{format}");
        assert!(server.requests() < 2000, "{format}: it did not go on for nobody");
    }
}

#[test]
fn both_streams_closed_is_no_panic_either() {
    let gate = Gate::default();
    let server = gated(&gate);
    let mut child = crawltop(["fetch", "-v", &server.url("/[1-300]")]).spawn().unwrap();
    let mut reader = BufReader::new(child.stdout.take().unwrap());
    reader.read_line(&mut String::new()).unwrap();
    drop((reader, child.stderr.take()));
    gate.open();
    until("it ends", || child.try_wait().unwrap().is_some());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn errors_help_and_the_summary_survive_streams_that_were_closed_before() {
    let server = Server::always(vec![Step::Send(page("fine"))]);
    let fine = server.url("/");
    let cases = [
        (vec!["fetch", &fine], 0),
        (vec!["fetch"], 2),
        (vec!["--help"], 0),
        (vec!["fetch", "--format", "jsonl", &fine], 0),
    ];
    for (words, code) in cases {
        let mut child = crawltop(&words).spawn().unwrap();
        drop((child.stdout.take(), child.stderr.take()));
        until("it ends", || child.try_wait().unwrap().is_some());
        assert_eq!(child.wait().unwrap().code(), Some(code), "{words:?}");
        let mut shell = std::process::Command::new("/bin/sh");
        shell.args(["-c", "exec \"$@\" <&- >&- 2>&-", "sh", env!("CARGO_BIN_EXE_crawltop")]).args(&words);
        let ended = start(shell.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null())).end();
        assert_eq!(ended.code, Some(code), "{words:?} without any stream");
    }
}

const PAGES: usize = 3000;
const PAGE_BYTES: usize = 32 << 10;

/// Starts a fetch of many big pages whose output nobody reads, and waits until no more are asked for.
fn stuck() -> (Server, crate::program::Running, std::process::ChildStdout) {
    let body = vec![b'x'; PAGE_BYTES];
    let server = Server::always(vec![Step::Send(answer("200 OK", "text/plain", &body))]);
    let url = server.url(&format!("/[1-{PAGES}]"));
    let (running, stdout) = start_unread(&mut crawltop(["fetch", "--body", "-c", "16", &url]));
    let (mut last, mut same) = (0, 0);
    until("no more are asked for", || {
        let now = server.connections();
        same = if now == last && now > 0 { same + 1 } else { 0 };
        last = now;
        same > 150
    });
    (server, running, stdout)
}

#[test]
fn a_blocked_pipe_holds_back_new_fetches_until_it_is_read() {
    let (server, running, mut stdout) = stuck();
    assert!(server.connections() < PAGES / 2, "{} were asked for while nobody read", server.connections());
    let mut said = Vec::new();
    stdout.read_to_end(&mut said).unwrap();
    let ended = running.end();
    assert_eq!((ended.code, server.requests()), (Some(0), PAGES), "{ended:#?}");
    assert!(said.len() > PAGES * PAGE_BYTES, "every body came: {} bytes", said.len());
}

#[test]
fn a_blocked_pipe_does_not_keep_a_second_signal_from_ending_it() {
    let (_server, mut running, stdout) = stuck();
    until("it ends by being told again", || {
        running.signal(Signal::INT);
        thread::park_timeout(std::time::Duration::from_millis(100));
        !running.is_running()
    });
    assert_eq!(running.end().code, Some(130));
    drop(stdout);
}
