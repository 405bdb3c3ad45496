//! A race that is watched: lanes while it runs, verdicts in the end, and the terminal whole after it.

use crate::setup::Setup;
use crate::terminal::Terminal;

/// The normal screen of a race that has ended with `code`, and left the terminal whole.
fn left(terminal: Terminal, code: u32) -> String {
    let left = terminal.end();
    assert_eq!(left.code, code, "{}", left.screen);
    left.screen
}

fn race(words: &[&str]) -> Terminal {
    Setup::size(120, 34).start(["race", "--pages", "4", "--latency", "60ms"].iter().chain(words))
}

#[test]
fn lanes_come_one_after_another_and_the_verdicts_stay_on_the_screen() {
    let mut terminal = race(&["--rounds", "2"]);
    terminal.until_text("threads     · waiting");
    terminal.until_text("round 2 of 2");
    terminal.until_text("✓ finished");
    terminal.until_text("speed-up");
    terminal.press("q");
    let screen = left(terminal, 0);
    for words in ["last time", "sequential waited for each of 4 pages", "ideal "] {
        assert!(screen.contains(words), "{words}: {screen}");
    }
}

#[test]
fn q_ends_a_race_in_its_middle_with_what_it_has() {
    let mut terminal = race(&["--rounds", "1000", "--engines", "tasks"]);
    let is_early = |text: &str| ["round 1 of", "round 2 of"].iter().any(|early| text.contains(early));
    terminal.until("a later round", |screen| {
        let text = screen.contents();
        text.contains(" of 1000") && !is_early(&text)
    });
    terminal.press("q");
    let screen = left(terminal, 3);
    for words in ["partial: stopped by q; ", "tasks had all 4 in flight at once, on 1 thread"] {
        assert!(screen.contains(words), "{words}: {screen}");
    }
}

#[test]
fn a_race_that_is_told_to_leave_at_its_end_does_so() {
    let screen = left(race(&["--rounds", "1", "--exit-on-end"]), 0);
    assert!(screen.contains("ideal "), "{screen}");
}

#[test]
fn the_help_comes_and_goes() {
    let mut terminal = race(&["--rounds", "1000"]);
    terminal.until_text("round 1 of");
    terminal.press("?");
    terminal.until_text("each run as a process of its own");
    terminal.press("\x1b");
    terminal.until("the help is gone", |screen| !screen.contents().contains("esc goes back"));
    terminal.press("\x03");
    let screen = left(terminal, 130);
    assert!(screen.contains("partial: stopped by an interrupt; "), "{screen}");
}
