//! A run that is told to end: gently, then at once.

use std::io::{Read, Write};
use std::time::{Duration, Instant};

use rustix::process::Signal;

use crate::program::{Running, crawltop, json_lines, start, start_unread, until};
use crate::scripted::{Gate, Server, Step, page};

/// A run with two fetches in flight at a server that never answers, and three to come.
fn stuck(words: &[&str]) -> (Server, Running) {
    let server = Server::always(vec![Step::Silence]);
    let url = server.url("/[1-5]");
    let mut command = crawltop(["fetch", "-c", "2", "--idle-timeout", "0", "--max-time", "0", &url]);
    let running = start(command.args(words));
    until("two are in flight", || server.requests() == 2);
    (server, running)
}

#[test]
fn a_signal_drains_tells_the_rest_as_cancelled_and_is_the_exit_code() {
    let cases = [
        (Signal::INT, 130, "an interrupt"),
        (Signal::TERM, 143, "a terminate signal"),
        (Signal::HUP, 129, "a hang-up"),
    ];
    for (signal, code, words) in cases {
        let (server, mut running) = stuck(&[]);
        let told = Instant::now();
        running.signal(signal);
        let ended = running.end();
        assert!(told.elapsed() >= Duration::from_millis(1_800), "what is in flight has its time");
        assert_eq!((ended.code, server.requests()), (Some(code), 2), "{ended:#?}");
        assert_eq!(ended.results().iter().filter(|line| line.contains("cancelled: ")).count(), 2, "{ended:#?}");
        assert!(ended.stdout.contains("\nlast time: "), "the summary is printed: {ended:#?}");
        let partial = format!("\npartial: stopped by {words}; 0 done, 2 cancelled, 3 not started\n");
        assert!(ended.stdout.contains(&partial), "{ended:#?}");
    }
}

#[test]
fn what_is_done_while_it_drains_is_a_result_and_nothing_new_is_started() {
    let gate = Gate::default();
    let server = Server::always(vec![Step::Await(gate.clone()), Step::Send(page("late"))]);
    let mut running = start(&mut crawltop(["fetch", "-c", "2", &server.url("/[1-5]")]));
    until("two are in flight", || server.requests() == 2);
    running.signal(Signal::INT);
    running.until_stderr("note: what is in flight has 2s to end");
    gate.open();
    let ended = running.end();
    assert_eq!((ended.code, server.requests()), (Some(130), 2), "{ended:#?}");
    assert!(
        ended.stdout.contains("partial: stopped by an interrupt; 2 done, 0 cancelled, 3 not started"),
        "{ended:#?}"
    );
}

#[test]
fn a_second_signal_ends_it_before_the_drain_is_over() {
    let ended_early = |_| {
        let (_server, mut running) = stuck(&[]);
        let told = Instant::now();
        until("it ends", || {
            running.signal(Signal::INT);
            std::thread::park_timeout(Duration::from_millis(50));
            !running.is_running()
        });
        let early = told.elapsed() < Duration::from_millis(1_800);
        let ended = running.end();
        assert_eq!(ended.code, Some(130), "{ended:#?}");
        assert!(ended.stdout.contains("0 done, 2 cancelled, 3 not started"), "{ended:#?}");
        early
    };
    // A busy machine may be late once; a drain that is waited for is late every time.
    assert!((0..5).any(ended_early));
}

#[test]
fn the_first_of_two_different_signals_is_the_exit_code() {
    let (_server, mut running) = stuck(&[]);
    running.signal(Signal::TERM);
    until("it ends", || {
        std::thread::park_timeout(Duration::from_millis(100));
        running.signal(Signal::INT);
        !running.is_running()
    });
    assert_eq!(running.end().code, Some(143));
}

#[test]
fn json_tells_what_was_let_go_of_too() {
    let (_server, mut running) = stuck(&["--format", "jsonl"]);
    running.signal(Signal::INT);
    let ended = running.end();
    let kinds: Vec<_> = ended.json().iter().map(|result| result["error"]["kind"].clone()).collect();
    assert_eq!((ended.code, kinds), (Some(130), vec!["cancelled".into(); 2]), "{ended:#?}");
    assert!(ended.stderr.contains("\npartial: stopped by an interrupt"), "{ended:#?}");
}

#[test]
fn a_file_of_results_is_whole_after_a_signal() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("results.jsonl");
    let (_server, mut running) = stuck(&["-o", file.to_str().unwrap()]);
    running.signal(Signal::TERM);
    assert_eq!(running.end().code, Some(143));
    assert_eq!(json_lines(&std::fs::read_to_string(file).unwrap()).len(), 2);
}

#[test]
fn a_run_that_waits_for_lines_ends_by_a_signal() {
    let server = Server::always(vec![Step::Send(page("fine"))]);
    let mut running = start(crawltop(["fetch", "-i", "-"]).stdin(std::process::Stdio::piped()));
    let mut stdin = running.stdin();
    writeln!(stdin, "{}", server.url("/page")).unwrap();
    running.until_stdout("/page\n");
    running.signal(Signal::INT);
    let ended = running.end();
    drop(stdin);
    assert_eq!(ended.code, Some(130), "{ended:#?}");
    assert!(ended.stdout.contains("1 done, 0 cancelled, 0 or more not started"), "{ended:#?}");
}

#[test]
fn a_demo_that_is_interrupted_says_so() {
    let mut running = start(&mut crawltop(["demo", "--pages", "400", "--latency", "50ms"]));
    running.until_stdout("/");
    running.signal(Signal::INT);
    let ended = running.end();
    assert_eq!(ended.code, Some(130));
    assert!(ended.stdout.contains("\npartial: stopped by an interrupt"));
}

#[test]
fn one_signal_ends_a_run_whose_results_nobody_takes() {
    let mut command = crawltop(["demo", "--pages", "9000", "--latency", "1ms"]);
    let (mut running, unread) = start_unread(&mut command);
    // More than a pipe keeps.
    running.until_stderr(" found are done");
    running.signal(Signal::TERM);
    assert_eq!(running.end().code, Some(143));
    drop(unread);
}

#[test]
fn a_signal_that_was_ignored_at_the_beginning_stays_so() {
    for (name, signal) in [("HUP", Signal::HUP), ("INT", Signal::INT)] {
        let gate = Gate::default();
        let server = Server::always(vec![Step::Await(gate.clone()), Step::Send(page("late"))]);
        let mut command = std::process::Command::new("/bin/sh");
        let script = format!("trap '' {name}; exec \"$@\"");
        command.args(["-c", &script, "sh", env!("CARGO_BIN_EXE_crawltop"), "fetch", &server.url("/")]);
        let piped = std::process::Stdio::piped;
        let mut running = start(command.stdin(std::process::Stdio::null()).stdout(piped()).stderr(piped()));
        until("it is in flight", || server.requests() == 1);
        running.signal(signal);
        gate.open();
        let ended = running.end();
        assert_eq!(ended.code, Some(0), "{ended:#?}");
        assert!(!ended.stdout.contains("partial: "), "{ended:#?}");
    }
}

#[test]
fn what_came_while_the_program_stood_still_is_an_answer_and_no_timeout() {
    // So long that no engine reads it in one piece.
    let text = "in time ".repeat(4000);
    for engine in ["tasks", "threads", "sequential"] {
        stand_still(engine, &text);
    }
}

fn stand_still(engine: &str, text: &str) {
    let gate = Gate::default();
    let server = Server::always(vec![Step::Await(gate.clone()), Step::Send(page(text))]);
    let limit = Duration::from_secs(2);
    let words = ["fetch", "--engine", engine, "-m", "2s", "--idle-timeout", "2s", &server.url("/")];
    let mut running = start(&mut crawltop(words));
    let began = Instant::now();
    until("it is in flight", || server.requests() == 1);
    running.signal(Signal::STOP);
    gate.open();
    until("the limit is long over", || began.elapsed() > limit + Duration::from_millis(800));
    running.signal(Signal::CONT);
    let ended = running.end();
    assert_eq!(ended.code, Some(0), "{ended:#?}");
    assert!(ended.stdout.contains("ok 1 "), "{engine}: {ended:#?}");
}

#[test]
fn a_first_signal_while_a_run_that_has_ended_is_written_leaves_it_whole() {
    let body = "x".repeat(32 << 10);
    let server = Server::always(vec![Step::Send(page(&body))]);
    let folder = tempfile::tempdir().unwrap();
    let recording = folder.path().join("run.jsonl");
    let (words, url) = (["fetch", "--body", "--record"], server.url("/[1-20]"));
    let (mut running, mut unread) = start_unread(crawltop(words).arg(&recording).arg(url));
    until("the run has ended", || std::fs::read_to_string(&recording).is_ok_and(|told| told.contains("\"run_ended\"")));
    running.signal(Signal::INT);
    let mut said = String::new();
    unread.read_to_string(&mut said).unwrap();
    let ended = running.end();
    assert_eq!(ended.code, Some(0), "what it was to do is done: {ended:#?}");
    assert_eq!(said.matches(&body).count(), 20);
    assert!(said.contains("\nlast time: "), "the summary is there: {}", said.len());
}
