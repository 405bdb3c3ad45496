//! Stopped and continued, by a key and from outside.

use std::time::{Duration, Instant};

use rustix::process::Signal;

use crate::peer::Silent;
use crate::picture::{clock, row};
use crate::setup::Setup;
use crate::terminal::{Terminal, eventually};

fn waiting(silent: &Silent, options: &[&str]) -> Terminal {
    let words = ["fetch", "-c", "4"].iter().chain(options).map(|&word| word.to_owned());
    let terminal = Setup::size(120, 34).start(words.chain([silent.url("/never/")]));
    terminal.until_text("oldest  #1     wait ");
    terminal
}

/// The whole picture is there again, and it moves.
fn until_drawn_again(terminal: &Terminal) {
    terminal.until("the whole picture", |screen| {
        let all = screen.contents();
        screen.alternate_screen()
            && screen.hide_cursor()
            && row(screen, 0).contains("● running")
            && ["╭ In flight ─ 1 ", "╭ Timing ", "╭ Events ", "╭ Done ", " q quit "]
                .iter()
                .all(|pane| all.contains(pane))
    });
    terminal.until_later(Duration::ZERO);
    eventually("raw mode", || terminal.is_raw().then_some(()));
}

/// Stops it, looks at what is left, lets it go on, and sees it drawn and in command of its keys again.
fn stop_and_go_on(terminal: &mut Terminal, stop: impl Fn(&mut Terminal)) {
    stop(terminal);
    terminal.until_stopped();
    terminal.until_whole();
    terminal.go_on();
    until_drawn_again(terminal);
    terminal.press("?");
    terminal.until_text("╭ Help ");
    terminal.press("\x1b");
    terminal.until("the help to go", |screen| !screen.contents().contains("╭ Help "));
}

#[test]
fn ctrl_z_gives_the_terminal_back_and_takes_it_again_as_often_as_asked() {
    let silent = Silent::start();
    let mut terminal = waiting(&silent, &[]);
    for _ in 0..3 {
        stop_and_go_on(&mut terminal, |terminal| terminal.press("\x1a"));
    }
    terminal.press("q");
    terminal.end().told(3);
}

#[test]
fn a_stop_signal_from_outside_does_as_ctrl_z() {
    let silent = Silent::start();
    let mut terminal = waiting(&silent, &[]);
    stop_and_go_on(&mut terminal, |terminal| terminal.signal(Signal::TSTP));
    terminal.press("q");
    terminal.end().told(3);
}

#[test]
fn keys_that_mean_nothing_do_not_keep_it_from_going_on() {
    let silent = Silent::start();
    let mut terminal = waiting(&silent, &[]);
    terminal.press("\x1b[99~");
    terminal.until_later(Duration::from_millis(300));
    stop_and_go_on(&mut terminal, |terminal| terminal.signal(Signal::TSTP));
    terminal.press("q");
    terminal.end().told(3);
}

#[test]
fn a_program_stopped_unasked_takes_the_terminal_again() {
    let silent = Silent::start();
    let mut terminal = waiting(&silent, &[]);
    terminal.signal(Signal::STOP);
    terminal.until_stopped();
    terminal.cook();
    terminal.go_on();
    until_drawn_again(&terminal);
    terminal.press("q");
    terminal.end().told(3);
}

#[test]
fn the_size_may_change_while_it_is_stopped() {
    let silent = Silent::start();
    let mut terminal = waiting(&silent, &[]);
    terminal.press("\x1a");
    terminal.until_stopped();
    terminal.until_whole();
    terminal.resize(80, 24);
    terminal.go_on();
    terminal.until("the picture at its new size", |screen| {
        screen.alternate_screen()
            && row(screen, 22).starts_with(" last time ")
            && row(screen, 23).starts_with(" q quit ")
    });
    terminal.press("q");
    terminal.end().told(3);
}

#[test]
fn a_signal_that_comes_while_it_is_stopped_counts_when_it_goes_on() {
    let silent = Silent::start();
    let mut terminal = waiting(&silent, &[]);
    terminal.press("\x1a");
    terminal.until_stopped();
    terminal.signal(Signal::TERM);
    terminal.go_on();
    terminal.end().told(143);
}

#[test]
fn the_time_it_was_stopped_is_no_time_of_the_run() {
    let silent = Silent::start();
    let limit = Duration::from_secs(3);
    let mut terminal = waiting(&silent, &["--max-time", "3s"]);
    let asked = Instant::now();
    terminal.press("+");
    let before = terminal.until_some("a picture drawn after that", |screen| {
        row(screen, 0).contains(" 1/5 ").then(|| clock(screen)).flatten()
    });
    terminal.press("\x1a");
    terminal.until_stopped();
    let stopped = Instant::now();
    eventually("the stop to outlast the limit", || (stopped.elapsed() > limit).then_some(()));
    let stood = stopped.elapsed();
    terminal.go_on();
    let after = terminal.until_some("the clock", |screen| clock(screen).filter(|&clock| clock > before));
    let went = asked.elapsed() - stood;
    // The picture before was drawn after `asked`: its clock is no further back than that, but for its rounding.
    let tenth = Duration::from_millis(100);
    assert!(after - before <= went + tenth, "the clock went from {before:?} to {after:?} in {went:?}");
    terminal.until_text("✓ finished");
    let lasted = terminal.until_some("the clock", clock);
    assert!(lasted + tenth >= limit, "the limit of {limit:?} was reached at {lasted:?}");
    terminal.press("q");
    let left = terminal.end().told(2);
    assert!(left.screen.contains("not ok: timeout 1"), "{}", left.screen);
}
