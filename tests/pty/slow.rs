//! Lines that are slow or far away: few bytes, and keys first.

use std::time::Duration;

use crate::peer::{Silent, fetch_all, lab};
use crate::picture::{clock, row};
use crate::setup::Setup;
use crate::terminal::Terminal;

fn far() -> Setup {
    Setup::size(120, 34).var("SSH_CONNECTION", "192.0.2.1 50000 192.0.2.2 22")
}

/// How many bytes come while the run's clock goes on by so much.
fn bytes_within(terminal: &Terminal, span: Duration) -> usize {
    let (before, from) = (terminal.received(), terminal.until_some("the clock", clock));
    terminal.until("the clock to go on", |screen| clock(screen) >= Some(from + span));
    terminal.received() - before
}

#[test]
fn over_ssh_a_busy_crawl_takes_4_kb_a_second_and_without_it_more_pictures_come() {
    let lab = lab(3_000, Duration::from_millis(40));
    let watched = |setup: Setup, options: &[&str]| {
        let mut terminal = setup.start(fetch_all(&lab, options));
        terminal.until_text("callback     release");
        let bytes = bytes_within(&terminal, Duration::from_secs(4));
        terminal.press("q");
        terminal.end().told(3);
        bytes / 4
    };
    let far_away = watched(far(), &["-c", "8"]);
    // The clock on the screen and that of the machine differ by a frame at either end.
    assert!(far_away < 5_000, "{far_away} bytes a second");
    let asked = watched(far(), &["-c", "8", "--fps", "10"]);
    assert!(asked > far_away * 2, "--fps overrides: {asked} bytes a second against {far_away}");
}

#[test]
fn over_ssh_next_to_nothing_is_sent_where_nothing_moves() {
    let silent = Silent::start();
    let mut terminal = far().start(["fetch", "--max-time", "0", "--idle-timeout", "0", &silent.url("/")]);
    terminal.until_text("oldest  #1     wait ");
    terminal.until_later(Duration::from_secs(3));
    let bytes = bytes_within(&terminal, Duration::from_secs(4));
    assert!(bytes < 400, "{bytes} bytes in some four seconds");
    terminal.press("q");
    terminal.end().told(3);
}

#[test]
fn over_ssh_the_whole_picture_is_right_in_the_end() {
    let lab = lab(200, Duration::from_millis(5));
    let mut terminal = far().start(fetch_all(&lab, &["-c", "8"]));
    terminal.until("the end in all panes", |screen| {
        let text = screen.contents();
        row(screen, 0).contains("✓ finished")
            && text.contains("run          ended")
            && text.contains(" Done ─ 201 ")
            && text.contains("In flight ─ 0 ")
    });
    terminal.until_quiet();
    let shown = terminal.picture();
    terminal.press("\x0c");
    terminal.until("the same, drawn anew", |screen| crate::picture::picture(screen) == shown);
    terminal.press("q");
    terminal.end().told(0);
}

#[test]
fn over_ssh_keys_are_answered_while_all_moves() {
    let lab = lab(3_000, Duration::from_millis(20));
    let mut terminal = far().start(fetch_all(&lab, &["-c", "8"]));
    terminal.until_text("callback     release");
    for _ in 0..3 {
        let before = terminal.received();
        terminal.press("?");
        terminal.until_text("╭ Help ");
        terminal.press("\x1b");
        terminal.until("the help to go", |screen| !screen.contents().contains("╭ Help "));
        assert!(terminal.received() - before < 40_000);
    }
    terminal.press("3\x0cj\r");
    terminal.until("the page of a result", |screen| screen.contents().contains("╭ #"));
    terminal.press("\x1b");
    terminal.until("the page to go", |screen| !screen.contents().contains("╭ #"));
    terminal.press("1z");
    terminal.until("one pane", |screen| !screen.contents().contains("╭ Events "));
    terminal.press("q");
    terminal.end().told(3);
}
