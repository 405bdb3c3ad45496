//! A terminal that stops reading holds up nobody but the one who writes to it.

use std::time::Duration;

use rustix::process::Signal;

use crate::peer::{fetch_all, lab};
use crate::setup::Setup;
use crate::terminal::{Terminal, eventually};

#[test]
fn a_terminal_that_stops_reading_does_not_hold_up_the_run() {
    let lab = lab(300, Duration::from_millis(20));
    // Large and full of ink: a frame or two fill what the kernel keeps.
    let mut terminal = Setup::size(200, 60).start(fetch_all(&lab, &["-c", "4"]));
    terminal.until_text("callback     release");
    terminal.hold();
    let received = terminal.received();
    let asked = lab.asked().total;
    assert!(asked < 300, "nearly all was asked for before the terminal was held");
    for _ in 0..5 {
        terminal.press("\x0c");
    }
    eventually("all pages to be asked for", || (lab.asked().total == 301).then_some(()));
    terminal.read_on();
    terminal.until_text("✓ finished");
    assert!(terminal.received() > received, "it reads again");
    terminal.press("q");
    let left = terminal.end().told(0);
    assert!(left.screen.contains("ok 301  redirect 0  broken 0  failed 0  of 301"), "{}", left.screen);
}

#[test]
fn keys_and_signals_that_came_while_it_was_held_count_afterwards() {
    let lab = lab(300, Duration::from_millis(20));
    let mut terminal = Setup::size(200, 60).start(fetch_all(&lab, &["-c", "4"]));
    terminal.until_text("callback     release");
    terminal.hold();
    terminal.press("\x0c\x0c\x0c");
    terminal.signal(Signal::TERM);
    terminal.press("?");
    let asked = lab.asked().total;
    terminal.read_on();
    terminal.end().told(143);
    assert!(lab.asked().total < 301, "it went on from {asked} to the end");
}

#[test]
fn signals_end_a_program_whose_terminal_takes_nothing() {
    let lab = lab(300, Duration::from_millis(20));
    let mut terminal = Setup::size(200, 60).without_shell().start(fetch_all(&lab, &["-c", "4"]));
    terminal.until_text("callback     release");
    terminal.hold();
    // More frames than the kernel keeps.
    for _ in 0..4 {
        terminal.press("\x0c");
    }
    eventually("its end", || {
        terminal.signal(Signal::TERM);
        (!terminal.is_running()).then_some(())
    });
    assert_eq!(terminal.code(), 143);
}

#[test]
fn one_signal_or_key_ends_a_program_whose_terminal_takes_nothing() {
    type Wish = fn(&mut Terminal);
    let wishes: [(Wish, u32); 4] = [
        (|terminal| terminal.signal(Signal::TERM), 143),
        (|terminal| terminal.signal(Signal::INT), 130),
        (|terminal| terminal.signal(Signal::HUP), 129),
        (|terminal| terminal.press("q"), 3),
    ];
    for (wish, code) in wishes {
        let lab = lab(300, Duration::from_millis(200));
        let mut terminal = Setup::size(200, 60).without_shell().start(fetch_all(&lab, &["-c", "4"]));
        terminal.until_text("callback     release");
        terminal.hold();
        for _ in 0..4 {
            terminal.press("\x0c");
        }
        wish(&mut terminal);
        assert_eq!(terminal.code(), code);
    }
}
