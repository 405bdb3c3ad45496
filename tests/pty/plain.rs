//! Terminals that want less: no colours, no other letters than ASCII, no dashboard.

use std::time::Duration;

use rustix::process::Signal;

use crate::peer::{fetch_all, lab, urls};
use crate::setup::Setup;
use crate::terminal::Left;

/// A run with something of every kind in it, watched to its end.
fn watched(setup: Setup, options: &[&str]) -> Left {
    let words = ["demo", "--pages", "40", "--latency", "0s", "--faults", "all", "--max-time", "500ms"];
    let mut terminal = setup.start(words.iter().chain(options));
    terminal.until_text("finished");
    terminal.press("?");
    terminal.until_text(" Help ");
    terminal.press("q");
    terminal.end().told(0)
}

/// The parameters of every SGR sequence.
fn inks(bytes: &[u8]) -> Vec<u16> {
    let text = String::from_utf8_lossy(bytes);
    let sequences = text.split("\x1b[").skip(1).filter_map(|rest| {
        let (parameters, last) = rest.split_at(rest.find(|letter: char| letter.is_ascii_alphabetic())?);
        last.starts_with('m').then_some(parameters)
    });
    let parameters = sequences.flat_map(|sequence| sequence.split([';', ':']));
    parameters.filter_map(|parameter| parameter.parse().ok()).collect()
}

fn is_colour(ink: u16) -> bool {
    matches!(ink, 30..=38 | 40..=48 | 90..=97 | 100..=107)
}

#[test]
fn no_color_is_obeyed_and_colours_come_without_it() {
    let coloured = watched(Setup::size(120, 34), &[]);
    assert!(inks(&coloured.bytes).into_iter().any(is_colour), "no colour came at all");
    for (setup, options) in
        [(Setup::size(120, 34).var("NO_COLOR", "1"), &[][..]), (Setup::size(120, 34), &["--color", "never"][..])]
    {
        let plain = watched(setup, options);
        let inks = inks(&plain.bytes);
        assert_eq!(inks.iter().copied().find(|&ink| is_colour(ink)), None, "{options:?}");
        assert!(inks.contains(&1), "weight still tells");
    }
}

#[test]
fn ascii_is_obeyed_to_the_byte() {
    for (setup, options) in [
        (Setup::size(120, 34), &["--ascii"][..]),
        (Setup::size(80, 24).var("LANG", "C"), &[][..]),
        (Setup::size(120, 34).var("LC_ALL", "POSIX"), &[][..]),
    ] {
        let left = watched(setup, options);
        assert!(left.bytes.is_ascii(), "{options:?}\n{}", left.screen);
    }
}

#[test]
fn where_no_dashboard_is_wanted_there_are_lines_and_no_escape_code() {
    for (setup, options) in [
        (Setup::size(120, 34).var("TERM", "dumb"), &[][..]),
        (Setup::size(120, 34).var("TERM", ""), &[][..]),
        (Setup::size(120, 34).var("ACCESSIBLE", "1"), &[][..]),
        (Setup::size(120, 34), &["--no-tui"][..]),
    ] {
        let lab = lab(5, Duration::from_millis(5));
        let left = setup.start(fetch_all(&lab, options)).end().told(0);
        assert!(!left.bytes.contains(&0x1b), "an escape came:\n{}", left.screen);
        assert!(!left.screen.contains(['│', '─', '╭', '━', '█']), "a box or a bar came:\n{}", left.screen);
        let drawn_over = left.bytes.windows(2).any(|pair| pair[0] == b'\r' && pair[1] != b'\n' && pair[1] != b'\r');
        assert!(!drawn_over && !left.bytes.contains(&8), "a line was drawn over:\n{}", left.screen);
        assert_eq!(left.screen.matches("✓ 200").count(), 6, "a line a result:\n{}", left.screen);
    }
}

#[test]
fn on_a_terminal_the_report_is_short_and_says_what_tells_the_rest() {
    let words = ["demo", "--no-tui", "--pages", "120", "--latency", "0s", "--faults", "all", "--max-time", "500ms"];
    let left = Setup::size(80, 24).start(words).end().told(0);
    let told = String::from_utf8_lossy(&left.bytes).replace("\r\n", "\n");
    let failed = told.split("\nfailed: ").nth(1).and_then(|rest| rest.split("\n\n").next()).unwrap();
    let rows = failed.lines().filter(|line| line.starts_with("   ")).count();
    assert!(rows == 15 && failed.lines().last().unwrap().ends_with(" more"), "{told}");
    assert!(told.contains("\nthe rest is told with -o report.md (or .txt, .jsonl)\n"), "{told}");
}

#[test]
fn a_list_that_is_typed_keeps_its_keys_and_a_signal_ends_it() {
    for list in ["-", "/dev/stdin", "/dev/tty"] {
        let lab = lab(5, Duration::ZERO);
        let mut terminal = Setup::size(120, 34).start(["fetch", "-i", list]);
        terminal.press(&format!("{}\n", urls(&lab)[0]));
        terminal.until_text("✓ 200");
        // As Ctrl-C would, but for the shell that waits.
        terminal.signal(Signal::INT);
        let left = terminal.end().told(130);
        assert!(!left.bytes.contains(&0x1b), "an escape came:\n{}", left.screen);
        assert!(left.screen.contains("ok 1 "), "{}", left.screen);
    }
}
