//! The terminal goes away while the dashboard is up.

use std::fs;
use std::time::Duration;

use crate::peer::{Silent, fetch_all, lab};
use crate::setup::Setup;

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
