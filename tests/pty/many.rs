//! Very much: ten thousand in flight, and as many finished as there is time for. `CRAWLTOP_TEST_FINISHED=1000000` makes it
//! a million; a build for tests is too slow for that, `--release` is not.

use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::sync::Arc;

use crawltop::clock::At;
use crawltop::event::{Engine, Event, EventKind, Order, RunStarted};
use crawltop::fetched::Fetched;
use crawltop::id::FetchId;
use crawltop::phase::Phase;
use crawltop::report::{Journal, Report};
use crawltop::text::Untrusted;

use crate::picture::row;
use crate::setup::Setup;
use crate::terminal::Terminal;

const IN_FLIGHT: u64 = 10_000;
const FINISHED: u64 = 60_000;
/// Between two pages: ten thousand a second, of which a tenth is played.
const BETWEEN_US: u64 = 100;
/// Pictures that may go before the one that answers a key: one that is on its way, and one that is being made.
const BEFORE: usize = 2;
/// What all of it may take at most, in MiB: half a GiB of events, a quarter of states, and what is on the screen. A build
/// for tests, with few finished, stays far below.
const MOST_MIB: u64 = 1_024;

fn finished() -> u64 {
    std::env::var("CRAWLTOP_TEST_FINISHED").map_or(FINISHED, |count| count.parse().unwrap())
}

fn url(page: u64) -> Untrusted {
    Untrusted::new(&format!("http://site.example/goods/{}/page-{page}/", page % 977), 99)
}

fn started() -> EventKind {
    EventKind::RunStarted(Box::new(RunStarted {
        wall_clock_ms: 0,
        version: "0.0.0".into(),
        target: Untrusted::new("http://site.example/", 99),
        engine: Engine::Tasks,
        workers: 1,
        order: Order::Completed,
        cap: IN_FLIGHT as u32,
        open_files: 20_000,
        crawl: false,
        no_robots: false,
        printed: crawltop::event::Printed::default(),
        way: crawltop::event::Way::default(),
    }))
}

/// A page begins, and the one that began ten thousand before it ends.
fn page(page: u64, at: At) -> impl Iterator<Item = EventKind> {
    let id = FetchId(page);
    let begun = [
        EventKind::Started { id, url: url(page), place: None },
        EventKind::PhaseEntered { id, phase: Phase::Wait, steps: 2 },
    ];
    let ended = page.checked_sub(IN_FLIGHT).filter(|&page| page > 0).map(|page| {
        let status = Some(if page.is_multiple_of(50) { 404 } else { 200 });
        let blank = Fetched::blank(url(page), At(at.0 - IN_FLIGHT * BETWEEN_US + page * 7_919 % 900_000), at);
        EventKind::Finished { id: FetchId(page), fetched: Arc::new(Fetched { status, body_bytes: page, ..blank }) }
    });
    ended.into_iter().chain(begun)
}

/// A recording of a run that is cut off while all is in full swing.
fn record(file: &Path, finished: u64) {
    let (mut journal, mut bytes) = (Journal::default(), Vec::new());
    let mut out = BufWriter::new(File::create(file).unwrap());
    let mut tell = |at, kind| {
        journal.apply(&Event { at, kind }, &mut bytes);
        out.write_all(&bytes).unwrap();
        bytes.clear();
    };
    tell(At(0), started());
    tell(At(0), EventKind::TargetsCounted { total: finished + 2 * IN_FLIGHT, more: true });
    for number in 1..=finished + IN_FLIGHT {
        let at = At(number * BETWEEN_US);
        page(number, at).for_each(|kind| tell(at, kind));
    }
    out.flush().unwrap();
}

/// Presses a key, and tells how many pictures came before the one that answers it.
fn answered(terminal: &mut Terminal, key: &str, what: &str, wanted: impl Fn(&vt100::Screen) -> bool) -> usize {
    let before = terminal.frames();
    terminal.press(key);
    let at = terminal.until_framed(what, |screen, frames| wanted(screen).then_some(frames));
    at.saturating_sub(before + 1)
}

fn shows(text: &'static str) -> impl Fn(&vt100::Screen) -> bool {
    move |screen| screen.contents().contains(text)
}

fn lacks(text: &'static str) -> impl Fn(&vt100::Screen) -> bool {
    move |screen| !screen.contents().contains(text)
}

/// Each key with something that only its answer shows, while the tables move.
type Wanted = Box<dyn Fn(&vt100::Screen) -> bool>;
fn keys() -> Vec<(&'static str, Wanted)> {
    vec![
        ("?", Box::new(shows("╭ Help "))),
        ("\x1b", Box::new(lacks("╭ Help "))),
        ("2", Box::new(lacks("╭ Done "))),
        ("s", Box::new(shows("sorted by number"))),
        ("i", Box::new(shows("↓#"))),
        ("j", Box::new(shows("In flight"))),
        ("/", Box::new(shows("enter keeps"))),
        ("-status:404", Box::new(shows(" of 10,000 "))),
        ("\r", Box::new(lacks("enter keeps"))),
        ("3", Box::new(shows("╭ Done "))),
        ("s", Box::new(shows("sorted by "))),
        ("\r", Box::new(shows("Waterfall"))),
        ("\x1b", Box::new(lacks("Waterfall"))),
        ("\x1b", Box::new(lacks(" of last "))),
        ("1", Box::new(shows("╭ Events "))),
    ]
}

/// However long that takes, as long as it goes on.
fn until_read_through(terminal: &Terminal) {
    let (mut so_far, mut whole) = (0, false);
    while !whole {
        let further = |screen: &vt100::Screen| {
            let scrub = row(screen, 32);
            let digits = scrub.rsplit_once(" of ")?.1.chars().filter(char::is_ascii_digit);
            let read: u64 = digits.collect::<String>().parse().ok()?;
            let whole = !scrub.contains('+');
            (whole || read > so_far).then_some((read, whole))
        };
        (so_far, whole) = terminal.until_some("more of it to be read", further);
    }
}

fn peak_mib(terminal: &Terminal) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", terminal.process())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("a line for the peak");
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() / 1024
}

#[test]
fn ten_thousand_in_flight_and_very_many_finished_answer_keys_and_are_bounded() {
    let (folder, finished) = (tempfile::tempdir().unwrap(), finished());
    let file = folder.path().join("run.jsonl");
    record(&file, finished);
    let mut terminal = Setup::size(120, 34).start(["replay", "--speed", "0.1", file.to_str().unwrap()]);
    until_read_through(&terminal);
    // Near its end it is in full swing, and goes on for twenty seconds more.
    terminal.press(&format!(":#{}\r", (finished + IN_FLIGHT) * 3 - 8 * IN_FLIGHT));
    terminal.until("all in flight", |screen| {
        row(screen, 0).contains(" 10000/10000 ") && !row(screen, 32).contains("seeking")
    });
    let mut answers: Vec<_> = keys()
        .into_iter()
        .map(|(key, wanted)| (answered(&mut terminal, key, &format!("the answer to {key:?}"), wanted), key))
        .collect();
    answers.sort_unstable();
    // On a busy machine, whoever hears a key may wait for its turn now and then.
    let (before, key) = answers[answers.len() / 2];
    assert!(before <= BEFORE, "{before} pictures came before the answer to {key:?}: {answers:?}");
    let peak = peak_mib(&terminal);
    println!("{finished} finished: {peak} MiB at most");
    assert!(peak <= MOST_MIB, "{peak} MiB");
    terminal.press("q");
    terminal.end().told(0);
}

/// No key is pressed and nothing comes meanwhile: what is left is looked through by itself, and no picture is large.
#[test]
fn over_ssh_a_new_filter_goes_through_very_many_rows_in_small_pictures_and_says_when_that_is_all() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("run.jsonl");
    record(&file, 12_000);
    let far = Setup::size(120, 34).var("SSH_CONNECTION", "192.0.2.1 50000 192.0.2.2 22");
    let mut terminal = far.start(["replay", file.to_str().unwrap()]);
    until_read_through(&terminal);
    terminal.press(":100%\r");
    terminal.until("the end", |screen| {
        row(screen, 0).contains("at the end") && screen.contents().contains("╭ Done ─ 12,000 ")
    });
    terminal.press("3");
    terminal.until("one table", |screen| row(screen, 3).starts_with("╭ Done ─ 12,000 "));
    terminal.until_quiet();
    let from = terminal.received();
    terminal.press("/page-1\r");
    let title = |screen: &vt100::Screen| row(screen, 3).contains("filter page-1 · ");
    terminal.until("all of it", |screen| {
        title(screen) && !row(screen, 3).contains('≥') && row(screen, 3).contains(" of last 10,000 ")
    });
    let counted: u64 = (2_001..=12_000).filter(|page| format!("page-{page}/").contains("page-1")).count() as u64;
    let told = format!("{},{:03} of last", counted / 1_000, counted % 1_000);
    terminal.until("the right count", |screen| row(screen, 3).contains(&told));
    let bytes = terminal.bytes()[from..].to_vec();
    let shown = String::from_utf8_lossy(&bytes);
    let parts = shown.matches('≥').count();
    assert!(parts > 0, "it began with what one picture has time for: {shown:?}");
    let largest = shown.split("\x1b[?2026l").map(str::len).max().unwrap();
    assert!(largest <= 2_400, "a picture of {largest} bytes");
    terminal.press("q");
    terminal.end().told(0);
}
