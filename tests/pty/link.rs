//! A link of 8,000 bytes a second, which is what a bad line carries: what a key asks for comes within 300 ms of it. Told
//! in bytes, for on such a link they are the time.

use std::time::{Duration, Instant};

use vt100::{Parser, Screen};

use crate::peer::{fetch_all, lab};
use crate::picture::{is_updating, row};
use crate::setup::Setup;
use crate::terminal::{Terminal, eventually};

const COLUMNS: u16 = 120;
const ROWS: u16 = 34;
/// Bytes a second.
const LINK: u32 = 8_000;
/// Bytes that it carries in 300 ms.
const MOST: usize = LINK as usize * 3 / 10;

type Wanted = fn(&Screen) -> bool;
type Wish = fn(&mut Terminal);

/// Keys, each with the first that only its answer shows.
const KEYS: [(&str, &str, Wanted); 14] = [
    ("?", "the help", |screen| screen.contents().contains("╭ Help ")),
    ("\x1b", "no help", |screen| !screen.contents().contains("╭ Help ")),
    ("p", "the pause", |screen| row(screen, 0).contains("‖ paused")),
    ("p", "no pause", |screen| row(screen, 0).contains("● running")),
    ("s", "another order", |screen| screen.contents().contains("sorted by number")),
    ("i", "the order inverted", |screen| screen.contents().contains("↓#")),
    ("/", "a filter to type", |screen| screen.contents().contains("enter keeps")),
    ("\x1b", "no filter", |screen| !screen.contents().contains("enter keeps")),
    ("3", "one table", |screen| row(screen, 3).starts_with("╭ Done ")),
    ("\r", "the page of a result", |screen| screen.contents().contains("╭ #")),
    ("\x1b", "the table again", |screen| !screen.contents().contains("╭ #")),
    ("5", "the events", |screen| row(screen, 3).starts_with("╭ Events ")),
    ("1", "the requests again", |screen| row(screen, 3).starts_with("╭ In flight ")),
    ("+", "a slot more", |screen| row(screen, 0).contains("/9 ")),
];

/// After how many bytes behind `from` the screen was as it is wanted, and no frame was half there.
fn shown_after(bytes: &[u8], from: usize, wanted: Wanted) -> usize {
    let mut parser = Parser::new(ROWS.try_into().unwrap(), COLUMNS.try_into().unwrap(), 0);
    parser.process(&bytes[..from]);
    let mut updating = is_updating(&bytes[..from]);
    for at in from..bytes.len() {
        parser.process(&bytes[at..=at]);
        updating = match &bytes[..=at] {
            seen if seen.ends_with(b"\x1b[?2026h") => true,
            seen if seen.ends_with(b"\x1b[?2026l") => false,
            _ => updating,
        };
        if !updating && wanted(parser.screen()) {
            return at + 1 - from;
        }
    }
    panic!("it was there before the key, or is not in these bytes");
}

/// Presses a key, and tells how many bytes came up to what answers it: what was on its way before counts too.
fn answered(terminal: &mut Terminal, (key, what, wanted): (&str, &str, Wanted)) -> usize {
    let from = terminal.received();
    terminal.press(key);
    terminal.until(what, wanted);
    shown_after(&terminal.bytes(), from, wanted)
}

#[test]
fn a_key_is_answered_within_what_a_bad_line_carries_in_300_ms() {
    let lab = lab(6_000, Duration::from_millis(40));
    let far = Setup::size(COLUMNS, ROWS).var("SSH_CONNECTION", "192.0.2.1 50000 192.0.2.2 22");
    let mut terminal = far.link(LINK).start(fetch_all(&lab, &["-c", "8"]));
    terminal.until_text("callback     release");
    // The worst is a key behind one whose answer is long: no help, and the pause.
    let took: Vec<_> = KEYS.into_iter().map(|key| (answered(&mut terminal, key), key.0, key.1)).collect();
    println!("bytes up to the answer of each key: {took:?}");
    assert!(took.iter().all(|(bytes, ..)| *bytes <= MOST), "more than {MOST} bytes: {took:?}");
    terminal.press("q");
    terminal.end().told(3);
}

/// What draws all anew is no frame that a key would have to wait behind.
#[test]
fn a_key_behind_a_new_size_or_behind_what_draws_all_anew_is_answered_as_soon() {
    let lab = lab(6_000, Duration::from_millis(40));
    let far = Setup::size(COLUMNS, ROWS).var("SSH_CONNECTION", "192.0.2.1 50000 192.0.2.2 22");
    let mut terminal = far.link(LINK).start(fetch_all(&lab, &["-c", "8"]));
    terminal.until_text("callback     release");
    let wishes: [(&str, Wish); 3] = [
        ("a new size", |terminal| {
            terminal.resize(COLUMNS - 1, ROWS);
            terminal.resize(COLUMNS, ROWS);
        }),
        ("all anew", |terminal| terminal.press("\x0c\x0c\x0c\x0c\x0c")),
        ("many sizes", |terminal| (0..25).for_each(|at| terminal.resize(COLUMNS - 24 + at, ROWS))),
    ];
    for (what, wish) in wishes {
        wish(&mut terminal);
        let bytes = answered(&mut terminal, KEYS[0]);
        assert!(bytes <= MOST, "more than {MOST} bytes behind {what}: {bytes}");
        answered(&mut terminal, KEYS[1]);
        terminal.until_text("callback     release");
    }
    terminal.press("q");
    terminal.end().told(3);
}

/// Draws anew, again and again, until nothing more of it is taken: what lies between holds some frames.
fn until_stuck(terminal: &mut Terminal) {
    /// Less than any frame that draws all anew; what wakes a thread is written too.
    const LITTLE: u64 = 4096;
    let (mut written, mut since, mut pressed) = (terminal.written(), Instant::now(), Instant::now());
    eventually("frames to be stuck", || {
        if pressed.elapsed() > Duration::from_millis(50) {
            terminal.press("\x0c");
            pressed = Instant::now();
        }
        if terminal.written() > written + LITTLE {
            (written, since) = (terminal.written(), Instant::now());
        }
        (since.elapsed() > Duration::from_secs(1)).then_some(())
    });
}

/// Nothing says that this terminal is far, so frames are larger than it reads in a second, and one is cut in its middle.
#[test]
fn a_slow_terminal_is_left_whole_in_the_middle_of_a_frame() {
    let lab = lab(300, Duration::from_secs(600));
    let mut terminal = Setup::size(300, 100).link(LINK).start(fetch_all(&lab, &["-c", "200"]));
    terminal.until_text("╭ Events ");
    terminal.hold();
    until_stuck(&mut terminal);
    terminal.press("q");
    terminal.read_on();
    terminal.end().told(3);
}
