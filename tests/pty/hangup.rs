//! The terminal goes away while the dashboard is up.

use std::fs;
use std::time::Duration;

use rustix::process::Signal;

use crate::peer::{Silent, fetch_all, lab};
use crate::setup::Setup;
use crate::terminal::eventually;

#[test]
fn a_program_whose_terminal_went_away_tells_its_results_and_ends() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("results.jsonl");
    let lab = lab(400, Duration::from_millis(300));
    let words = fetch_all(&lab, &["-c", "3", "-o", file.to_str().unwrap()]);
    let mut terminal = Setup::size(120, 34).without_shell().start(words);
    terminal.until_text("callback     release");
    terminal.hang_up();
    assert_eq!(terminal.code(), 129);
    let asked = lab.asked().total;
    assert!(asked < 401, "it went on to the end");
    let text = fs::read_to_string(file).unwrap();
    let finished = text.lines().filter(|line| line.contains(r#""outcome":"ok""#)).count() as u64;
    assert_eq!(finished, asked, "what was in flight had its moment, and each result is told:\n{text}");
}

#[test]
fn a_program_whose_terminal_went_away_with_the_shell_ends() {
    let silent = Silent::start();
    let mut terminal = Setup::size(120, 34).start(["fetch", &silent.url("/")]);
    terminal.until_text("oldest  #1     wait ");
    terminal.hang_up();
    terminal.until_gone();
}

#[test]
fn a_program_whose_terminal_went_away_after_its_run_ends() {
    let lab = lab(5, Duration::ZERO);
    let mut terminal = Setup::size(120, 34).without_shell().start(fetch_all(&lab, &[]));
    terminal.until_text("✓ finished");
    // A picture that stands needs a key to say one thing more.
    terminal.press("?");
    terminal.hang_up();
    assert_eq!(terminal.code(), 129);
}

/// The lines of a file of results.
fn results(file: &std::path::Path) -> usize {
    let text = fs::read_to_string(file).unwrap();
    assert!(text.ends_with('\n'), "the last line is whole");
    text.lines().filter(|line| line.contains(r#""type":"result""#)).count()
}

#[test]
fn a_run_that_is_to_outlive_its_terminal_comes_to_its_end_and_its_own_exit_code() {
    for options in [&[][..], &["--no-tui"][..]] {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("results.jsonl");
        let lab = lab(60, Duration::from_millis(30));
        let words = ["--on-hangup", "continue", "-c", "2", "-o", file.to_str().unwrap()];
        let words: Vec<&str> = words.iter().chain(options).copied().collect();
        let mut terminal = Setup::size(120, 34).without_shell().start(fetch_all(&lab, &words));
        eventually("a few pages to be asked for", || (lab.asked().total > 4).then_some(()));
        if options.is_empty() {
            terminal.until_text("callback     release");
        }
        terminal.hang_up();
        // A second one is harmless.
        terminal.signal(Signal::HUP);
        assert_eq!(terminal.code(), 0, "{options:?}");
        assert_eq!((lab.asked().total, results(&file)), (61, 61), "{options:?}");
    }
}

#[test]
fn a_run_that_stands_still_goes_on_when_nobody_is_left_to_resume_it() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("results.jsonl");
    let lab = lab(60, Duration::from_millis(30));
    let words = fetch_all(&lab, &["--on-hangup", "continue", "-c", "2", "-o", file.to_str().unwrap()]);
    let mut terminal = Setup::size(120, 34).without_shell().start(words);
    terminal.until_text("callback     release");
    terminal.press("p");
    terminal.until_text("paused");
    terminal.hang_up();
    assert_eq!(terminal.code(), 0);
    assert_eq!((lab.asked().total, results(&file)), (61, 61));
}

#[test]
fn a_signal_still_ends_a_run_that_has_outlived_its_terminal() {
    let silent = Silent::start();
    let words = ["fetch", "--max-time", "0", "--idle-timeout", "0", "--on-hangup", "continue", &silent.url("/")];
    let mut terminal = Setup::size(120, 34).without_shell().start(words);
    terminal.until_text("oldest  #1     wait ");
    terminal.hang_up();
    let used = terminal.processor_time();
    // Long enough that a loop that spins would have used up many times as much.
    let began = std::time::Instant::now();
    eventually("a while to pass", || (began.elapsed() > Duration::from_millis(1500)).then_some(()));
    let spun = terminal.processor_time() - used;
    assert!(spun < Duration::from_millis(500), "{spun:?} of processor time without a terminal");
    assert!(terminal.is_running());
    terminal.signal(Signal::TERM);
    assert_eq!(terminal.code(), 143);
}

#[test]
fn a_second_hang_up_does_not_cut_short_what_the_first_one_drains() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("results.jsonl");
    let lab = lab(400, Duration::from_millis(400));
    let words = fetch_all(&lab, &["-c", "3", "-o", file.to_str().unwrap()]);
    let mut terminal = Setup::size(120, 34).without_shell().start(words);
    terminal.until_text("callback     release");
    terminal.hang_up();
    terminal.signal(Signal::HUP);
    assert_eq!(terminal.code(), 129);
    let text = fs::read_to_string(&file).unwrap();
    let finished = text.lines().filter(|line| line.contains(r#""outcome":"ok""#)).count() as u64;
    assert_eq!(finished, lab.asked().total, "what was in flight had its moment:\n{text}");
}
