//! Every size, and sizes that change.

use std::time::Duration;

use crate::peer::{fetch_all, lab};
use crate::picture::{clock, picture, row};
use crate::setup::Setup;

#[test]
fn a_storm_of_sizes_leaves_the_right_picture_at_the_last_one() {
    let lab = lab(20, Duration::ZERO);
    let mut terminal = Setup::size(80, 24).start(fetch_all(&lab, &[]));
    terminal.until("the end", |screen| row(screen, 0).contains("✓ finished") && row(screen, 23).contains(" q quit "));
    let before = terminal.picture();
    for _ in 0..5 {
        for (columns, rows) in [(1, 1), (200, 50), (10, 5), (120, 34), (39, 9), (40, 12), (80, 24)] {
            terminal.resize(columns, rows);
        }
        terminal.until("the picture from before", |screen| picture(screen) == before);
    }
    terminal.press("q");
    terminal.end().told(0);
}

#[test]
fn a_running_picture_fits_each_size_in_turn() {
    let lab = lab(800, Duration::from_millis(50));
    let mut terminal = Setup::size(1, 1).start(fetch_all(&lab, &["-c", "4"]));
    for (columns, rows) in [(200, 50), (40, 12), (120, 34), (80, 24)] {
        terminal.resize(columns, rows);
        terminal.until("a picture of that size", |screen| {
            row(screen, 0).contains("tasks ")
                && (3..rows).any(|number| row(screen, number).starts_with("╭ In flight "))
                && row(screen, rows - 1).starts_with(" q quit ")
        });
    }
    terminal.press("q");
    terminal.end().told(3);
}

#[test]
fn a_new_size_is_seen_after_keys_that_mean_nothing() {
    let lab = lab(20, Duration::ZERO);
    let mut terminal = Setup::size(120, 34).start(fetch_all(&lab, &[]));
    terminal.until_text("✓ finished");
    for (columns, rows) in [(80, 24), (120, 34), (80, 24)] {
        terminal.press("j\x1b[99~");
        terminal.resize(columns, rows);
        terminal.until("the picture at its new size", |screen| row(screen, rows - 1).starts_with(" q quit "));
    }
    terminal.press("q");
    terminal.end().told(0);
}

#[test]
fn a_start_in_next_to_no_room_is_no_panic() {
    for (columns, rows) in [(40, 12), (39, 9), (1, 1), (300, 3), (2, 60)] {
        let lab = lab(20, Duration::from_millis(30));
        let mut terminal = Setup::size(columns, rows).start(fetch_all(&lab, &["-c", "2"]));
        terminal.until("a picture", |screen| screen.alternate_screen() && !row(screen, 0).trim().is_empty());
        terminal.press("?z\t\tjkG");
        if columns >= 40 && rows >= 10 {
            terminal.until_some("the clock", clock);
        }
        terminal.resize(80, 24);
        terminal.until_text("✓ finished");
        terminal.press("q");
        let left = terminal.end();
        assert_eq!(left.code, 0, "{}", left.screen);
    }
}

#[test]
fn sizes_that_change_while_all_moves_leave_the_right_picture_near_and_far() {
    for far in ["", "192.0.2.1 1 192.0.2.2 22"] {
        let lab = lab(600, Duration::from_millis(10));
        let setup = Setup::size(80, 24).var("SSH_CONNECTION", far);
        let mut terminal = setup.start(fetch_all(&lab, &["-c", "4", "--theme", "dark"]));
        terminal.until_text("callback     release");
        for (columns, rows) in
            [(1, 1), (300, 100), (40, 10), (39, 9), (120, 34), (2, 50), (200, 50), (80, 24), (120, 34)]
        {
            terminal.resize(columns, rows);
            terminal.press("\tj");
        }
        terminal.until("the end, and the last size", |screen| {
            row(screen, 0).contains("✓ finished") && row(screen, 33).starts_with(" q quit ")
        });
        terminal.until_quiet();
        let shown = terminal.picture();
        terminal.press("\x0c");
        terminal.until("the same, drawn anew", |screen| picture(screen) == shown);
        terminal.press("q");
        terminal.end().told(0);
    }
}
