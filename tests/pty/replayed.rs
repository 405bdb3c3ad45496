//! The ways out of a replay, and what happens to its terminal meanwhile: it is left whole, as after a run.

use rustix::process::Signal;

use crate::picture::{picture, row};
use crate::replaying::{recording, replay, until_at};
use crate::setup::Setup;
use crate::terminal::{Terminal, eventually};

/// One that is played, in command of its keys.
fn playing() -> (tempfile::TempDir, Terminal) {
    let (folder, file) = recording(|_| {});
    let terminal = replay(&file, &[]);
    until_at(&terminal, &["▶ 1x ", " of 2,001"]);
    assert!(terminal.is_raw());
    (folder, terminal)
}

fn until_drawn_again(terminal: &mut Terminal) {
    terminal.until("the whole picture", |screen| {
        let all = screen.contents();
        screen.alternate_screen()
            && screen.hide_cursor()
            && ["╭ In flight ", "╭ Events "].iter().all(|it| all.contains(it))
    });
    eventually("raw mode", || terminal.is_raw().then_some(()));
    terminal.press("?");
    terminal.until_text("╭ Help ");
    terminal.press("\x1b");
    terminal.until("the help to go", |screen| !screen.contents().contains("╭ Help "));
}

#[test]
fn q_and_ctrl_c_once_and_twice_leave_it_with_their_codes() {
    for (keys, code) in [("q", 0), ("\x03", 130), ("\x03\x03", 130)] {
        let (_folder, mut terminal) = playing();
        terminal.press(keys);
        let left = terminal.end();
        assert_eq!(left.code, code, "{keys:?}: {}", left.screen);
    }
}

#[test]
fn signals_leave_it_with_their_codes() {
    for (signal, code) in [(Signal::INT, 130), (Signal::TERM, 143), (Signal::HUP, 129), (Signal::QUIT, 131)] {
        let (_folder, terminal) = playing();
        terminal.signal(signal);
        let left = terminal.end();
        assert_eq!(left.code, code, "{signal:?}: {}", left.screen);
    }
}

#[test]
fn a_terminal_that_goes_away_ends_it() {
    let (_folder, file) = recording(|_| {});
    let mut terminal = Setup::size(120, 34).without_shell().start(["replay", file.to_str().unwrap()]);
    until_at(&terminal, &["▶ 1x "]);
    terminal.hang_up();
    assert_eq!(terminal.code(), 129);
}

/// What stops it.
type Stop = fn(&mut Terminal);

#[test]
fn ctrl_z_a_stop_from_outside_and_one_unasked_give_the_terminal_back_and_take_it_again() {
    let (_folder, mut terminal) = playing();
    let stops: [(Stop, bool); 3] = [
        (|terminal| terminal.press("\x1a"), true),
        (|terminal| terminal.signal(Signal::TSTP), true),
        (|terminal| terminal.signal(Signal::STOP), false),
    ];
    for (stop, asked) in stops {
        stop(&mut terminal);
        terminal.until_stopped();
        if asked {
            terminal.until_whole();
        }
        terminal.cook();
        terminal.go_on();
        until_drawn_again(&mut terminal);
    }
    terminal.press("q");
    terminal.end().told(0);
}

/// While it stands, time that passes in the world changes nothing: the picture is the one from before to the cell.
#[test]
fn a_storm_of_sizes_leaves_the_right_picture_at_the_last_one() {
    let (_folder, mut terminal) = playing();
    terminal.press(" :50%\r");
    until_at(&terminal, &["‖ 1x ", "08:20.0 "]);
    terminal.until_quiet();
    let before = terminal.picture();
    for _ in 0..3 {
        for (columns, rows) in [(1, 1), (200, 50), (10, 5), (39, 9), (300, 100), (40, 12), (120, 34)] {
            terminal.resize(columns, rows);
        }
        terminal.until("the picture from before", |screen| picture(screen) == before);
    }
    terminal.resize(80, 24);
    terminal.until("the picture at its new size", |screen| row(screen, 23).contains(" space play"));
    terminal.press("q");
    terminal.end().told(0);
}

#[test]
fn a_panic_while_drawing_leaves_the_terminal_whole_and_says_so_on_the_normal_screen() {
    let (_folder, file) = recording(|_| {});
    let setup = Setup::size(120, 34).var("CRAWLTOP_TEST_PANIC", "ui");
    let left = setup.start(["replay", file.to_str().unwrap()]).end();
    assert_eq!(left.code, 101, "{}", left.screen);
    let said = left.screen.replace('\n', " ");
    assert!(said.contains("error: crawltop panicked: ") && said.contains("a panic on purpose in the ui"), "{said}");
    assert!(!said.contains('╭'), "a frame landed on the normal screen:\n{}", left.screen);
}
