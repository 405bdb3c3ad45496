//! The ways out by keys and signals, each of which leaves the terminal whole.

use std::time::Duration;

use rustix::process::Signal;

use crate::peer::{Silent, fetch_all, lab};
use crate::setup::Setup;
use crate::terminal::Terminal;

/// A run whose only request is never answered, in flight.
fn waiting(silent: &Silent) -> Terminal {
    let terminal = Setup::size(120, 34).start(["fetch", "--max-time", "0", "--idle-timeout", "0", &silent.url("/")]);
    terminal.until_text("oldest  #1     wait ");
    assert!(terminal.is_raw(), "keys come one by one");
    terminal
}

#[test]
fn ctrl_c_counts_down_while_what_is_in_flight_has_its_moment() {
    let silent = Silent::start();
    let mut terminal = waiting(&silent);
    terminal.press("\x03");
    terminal.until_text("● ends 2s");
    terminal.until_text("● ends 1s");
    let left = terminal.end().told(130);
    assert!(left.screen.contains("partial: stopped by an interrupt; 0 done, 1 cancelled"), "{}", left.screen);
}

#[test]
fn ctrl_c_lets_what_is_in_flight_come_to_its_end_and_starts_nothing_new() {
    let lab = lab(40, Duration::from_millis(400));
    let mut terminal = Setup::size(120, 34).start(fetch_all(&lab, &["-c", "3"]));
    terminal.until_text("tasks  3/3 ");
    terminal.press("\x03");
    let left = terminal.end().told(130);
    let asked = lab.asked().total;
    assert!(asked < 41, "all was asked for");
    assert!(left.screen.contains(&format!("; {asked} done, 0 cancelled, {} not started", 41 - asked)), "{asked}");
}

#[test]
fn a_second_ctrl_c_ends_at_once() {
    let silent = Silent::start();
    let mut terminal = waiting(&silent);
    terminal.press("\x03");
    terminal.until_text("● ends ");
    terminal.press("\x03");
    terminal.end().told(130);
}

#[test]
fn signals_end_the_run_with_their_codes() {
    for (signal, code, words) in
        [(Signal::INT, 130, "an interrupt"), (Signal::TERM, 143, "a terminate signal"), (Signal::HUP, 129, "a hang-up")]
    {
        let lab = lab(400, Duration::from_millis(50));
        let terminal = Setup::size(120, 34).start(fetch_all(&lab, &["-c", "2"]));
        terminal.until_text("callback     release");
        terminal.signal(signal);
        let left = terminal.end().told(code);
        assert!(left.screen.contains(&format!("partial: stopped by {words}; ")), "{}", left.screen);
    }
}

#[test]
fn a_second_signal_of_another_kind_ends_at_once_with_the_first_ones_code() {
    let silent = Silent::start();
    let terminal = waiting(&silent);
    terminal.signal(Signal::TERM);
    terminal.until_text("● ends ");
    terminal.signal(Signal::INT);
    terminal.end().told(143);
}

#[test]
fn a_signal_after_the_end_of_the_run_leaves_at_once() {
    let lab = lab(5, Duration::ZERO);
    let terminal = Setup::size(120, 34).start(fetch_all(&lab, &[]));
    terminal.until_text("✓ finished");
    terminal.signal(Signal::TERM);
    terminal.end().told(143);
}

#[test]
fn an_error_at_the_start_is_two_lines_and_no_escape_code() {
    for url in ["ftp://127.0.0.1/", "http://", "http://127.0.0.1:99999/", "http://127.0.0.1/[3-1]"] {
        let left = Setup::size(80, 24).start(["fetch", url]).end();
        assert_eq!(left.code, 2, "{url}");
        let lines: Vec<&str> = left.screen.lines().filter(|line| !line.is_empty()).collect();
        assert!(lines[0].starts_with("error: ") && left.screen.contains("\nhint: "), "{}", left.screen);
        assert!(!left.bytes.contains(&0x1b), "{url}");
    }
}

#[test]
fn sigquit_leaves_the_terminal_and_then_does_as_it_always_does() {
    let silent = Silent::start();
    let terminal = waiting(&silent);
    terminal.signal(Signal::QUIT);
    assert_eq!(terminal.end().code, 131);
}

/// The events of a recording.
fn recorded(file: &std::path::Path) -> Vec<crawltop::event::Event> {
    let (mut reader, mut events) = (crawltop::journal::Reader::default(), Vec::new());
    reader.receive(&std::fs::read(file).unwrap(), &mut events).unwrap();
    assert_eq!(reader.finish(), Ok(crawltop::journal::Ended::Whole));
    events
}

#[test]
fn a_recording_of_a_run_that_is_watched_ends_with_it_by_q_and_by_a_panic() {
    use crawltop::control::EndReason;
    let silent = Silent::start();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("run.jsonl");
    let words = ["fetch", "--max-time", "0", "--idle-timeout", "0", "--record", file.to_str().unwrap()];
    let all = || words.into_iter().map(str::to_owned).chain([silent.url("/")]);
    let mut terminal = Setup::size(120, 34).start(all());
    terminal.until_text("oldest  #1     wait ");
    terminal.press("q");
    terminal.until_text("partial: stopped by q");
    terminal.press("q");
    terminal.end();
    let mut ended_by = vec![recorded(&file)];
    Setup::size(120, 34).var("CRAWLTOP_TEST_PANIC", "ui").start(all()).end();
    ended_by.push(recorded(&file));
    for (events, why) in ended_by.iter().zip([EndReason::Quit, EndReason::Panicked]) {
        let last = &events.last().unwrap().kind;
        assert!(
            matches!(last, crawltop::event::EventKind::RunEnded { reason, .. } if *reason == why),
            "{why:?}: {last:?}"
        );
    }
}

#[test]
fn a_recording_that_ends_early_is_told_on_the_screen_and_the_run_goes_on() {
    let silent = Silent::start();
    let words = ["fetch", "--max-time", "0", "--idle-timeout", "0", "--record", "/dev/full", &silent.url("/")];
    let mut terminal = Setup::size(120, 34).start(words);
    terminal.until_text("recording ended: /dev/full: No space left on device");
    terminal.until_text("oldest  #1     wait ");
    terminal.press("\x03\x03");
    let left = terminal.end().told(130);
    assert!(left.screen.contains("the recording ended early: /dev/full: "), "{}", left.screen);
}
