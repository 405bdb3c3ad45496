//! Panics on purpose: of a task, while drawing, and in the hub.

use std::time::Duration;

use crate::peer::{fetch_all, lab};
use crate::setup::{PROGRAM, Setup};

#[test]
fn a_panic_of_a_task_is_that_fetchs_failure_and_the_dashboard_goes_on() {
    let lab = lab(5, Duration::ZERO);
    let mut terminal = Setup::size(120, 34).var("CRAWLTOP_TEST_PANIC", "task").start(fetch_all(&lab, &[]));
    terminal.until_text("✓ finished");
    terminal.until("the failures", |screen| screen.contents().matches("internal").count() >= 6);
    terminal.press("?");
    terminal.until_text("╭ Help ");
    terminal.press("q");
    let left = terminal.end().told(2);
    assert!(left.screen.contains("not ok: internal 6"), "{}", left.screen);
    assert!(!String::from_utf8_lossy(&left.bytes).contains("panicked at"), "nothing is told in between");
}

#[test]
fn a_panic_elsewhere_leaves_the_terminal_whole_and_says_so_on_the_normal_screen() {
    for place in ["ui", "hub"] {
        let left = Setup::size(120, 34).var("CRAWLTOP_TEST_PANIC", place).start(["demo", "--pages", "30"]).end();
        assert_eq!(left.code, 101, "{}", left.screen);
        let said = left.screen.replace('\n', " ");
        for words in ["error: crawltop panicked: ", &format!("a panic on purpose in the {place}"), "hint: "] {
            assert!(said.contains(words), "{words:?} is not on the normal screen:\n{}", left.screen);
        }
        assert!(!said.contains('╭'), "a frame landed on the normal screen:\n{}", left.screen);
    }
}

/// Whoever starts it has left files open, which it has less for that.
#[test]
fn where_too_few_files_are_left_for_the_dashboard_it_is_said_and_nothing_panics() {
    let mut refused = 0;
    for inherited in (8..24).step_by(2) {
        let files: String = (10..10 + inherited).map(|file| format!(" {file}</dev/null")).collect();
        let script = format!("ulimit -n 36; exec {PROGRAM} fetch --exit-on-end --retry 0 http://127.0.0.1:9/{files}");
        let left = Setup::size(120, 34).program("bash".to_owned()).start(["-c", &script]).end();
        let said = left.screen.replace('\n', " ");
        assert!(left.code != 101 && !said.contains("panicked"), "{inherited}: {}", left.screen);
        if said.contains("error: the terminal can't be used: ") {
            assert!(left.code == 2 && said.contains("hint: give --no-tui"), "{inherited}: {}", left.screen);
            refused += 1;
        }
    }
    assert!(refused > 0, "there was enough of all");
}
