//! What is on the screen, and what stands after it.

use std::time::Duration;

use crate::peer::{Silent, fetch_all, lab};
use crate::picture::row;
use crate::setup::Setup;

const SMALL_DEMO: [&str; 5] = ["demo", "--pages", "30", "--latency", "10ms..300ms"];

#[test]
fn a_demo_shows_its_header_and_four_panes_and_ends_well_by_q() {
    let mut terminal = Setup::size(120, 34).start(SMALL_DEMO);
    terminal.until("the header and the panes", |screen| {
        let header = [" crawltop  http://127.0.0.1:", "tasks ", " running ", "req/s "];
        let panes = ["╭ In flight ─ ", "╮╭ Timing ─", "╭ Events ─ following ─", "╮╭ Done ─ "];
        let (first, all) = (row(screen, 0), screen.contents());
        header.iter().all(|word| first.contains(word)) && panes.iter().all(|word| all.contains(word))
    });
    terminal.until("what is done of all", |screen| {
        let second = row(screen, 1);
        [" of ", " found ", "waiting ", "depth ", "ok ", "redirect ", "broken ", "failed "]
            .iter()
            .all(|word| second.contains(word))
    });
    terminal.until("a callback in the log", |screen| screen.contents().contains("callback     release"));
    terminal.until("the keys", |screen| row(screen, 33).starts_with(" q quit  ? help  enter detail"));
    terminal.until_text("✓ finished");
    assert!(terminal.is_running(), "the dashboard stays until q");
    terminal.press("q");
    let left = terminal.end().told(0);
    assert!(!left.screen.contains("partial: "), "{}", left.screen);
}

#[test]
fn an_ordinary_terminal_has_the_panes_one_above_the_other() {
    let mut terminal = Setup::size(80, 24).start(SMALL_DEMO);
    terminal.until_text("✓ finished");
    terminal.until("the stack", |screen| {
        row(screen, 0).starts_with(" crawltop  127.0.0.1:")
            && row(screen, 2).starts_with(" oldest nothing in flight")
            && row(screen, 3).starts_with("╭ In flight ─ 0 ")
            && (4..22).any(|number| row(screen, number).starts_with("╭ Events ─ following "))
            && row(screen, 22).starts_with(" last time ")
            && row(screen, 23).starts_with(" q quit ")
    });
    terminal.press("q");
    terminal.end().told(0);
}

#[test]
fn the_oldest_request_is_named_with_its_phase() {
    let silent = Silent::start();
    let mut terminal = Setup::size(80, 24).start(["fetch", &silent.url("/never/"), &silent.url("/ever/")]);
    terminal.until("the oldest request", |screen| {
        let line = row(screen, 2);
        line.starts_with(" oldest wait ") && line.contains(" /never/ ") && line.contains("by server")
    });
    terminal.press("q");
    let left = terminal.end().told(3);
    assert!(left.screen.contains("partial: stopped by q; 0 done, 2 cancelled, 0 not started"), "{}", left.screen);
}

#[test]
fn a_fetch_that_was_over_ends_with_0_by_q() {
    let lab = lab(5, Duration::ZERO);
    let mut terminal = Setup::size(120, 34).start(fetch_all(&lab, &[]));
    terminal.until_text("✓ finished");
    terminal.press("q");
    let left = terminal.end().told(0);
    assert!(left.screen.contains("ok 6  redirect 0  broken 0  failed 0  of 6"), "{}", left.screen);
}

#[test]
fn a_fetch_leaves_by_itself_at_its_end_where_asked_to() {
    let lab = lab(5, Duration::from_millis(20));
    let terminal = Setup::size(120, 34).start(fetch_all(&lab, &["--exit-on-end"]));
    let left = terminal.end().told(0);
    assert!(String::from_utf8_lossy(&left.bytes).contains("\x1b[?1049h"), "the dashboard was up");
}
