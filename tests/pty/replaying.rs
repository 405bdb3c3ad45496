//! A recorded run that is played: it stands, steps, seeks, goes to what failed, and the terminal is whole after it.

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use crawltop::clock::At;
use crawltop::control::EndReason;
use crawltop::event::{Engine, Event, EventKind, Order, RunStarted};
use crawltop::failure::{Failure, FailureKind};
use crawltop::fetched::Fetched;
use crawltop::id::FetchId;
use crawltop::report::{Journal, Report};
use crawltop::text::Untrusted;
use tempfile::TempDir;

use crate::picture::row;
use crate::setup::Setup;
use crate::terminal::Terminal;

/// Seconds of the recording: more than any test waits for.
const SECONDS: u64 = 1000;

fn url(id: u64) -> Untrusted {
    Untrusted::new(&format!("http://site.example/page/{id}"), 99)
}

/// A page a second, each half a second long; the 300th and the 700th fail.
fn events() -> Vec<Event> {
    let started = RunStarted {
        wall_clock_ms: 0,
        version: "0.0.0".into(),
        target: Untrusted::new("http://site.example/", 99),
        engine: Engine::Tasks,
        workers: 1,
        order: Order::Completed,
        cap: 4,
        open_files: 64,
        crawl: false,
        no_robots: false,
        printed: crawltop::event::Printed::default(),
        way: crawltop::event::Way::default(),
    };
    let mut events = vec![Event { at: At(0), kind: EventKind::RunStarted(Box::new(started)) }];
    let mut tell = |ms: u64, kind| events.push(Event { at: At(ms * 1000), kind });
    tell(0, EventKind::TargetsCounted { total: SECONDS - 1, more: false });
    for second in 1..SECONDS {
        let (id, began, ended) = (FetchId(second), second * 1000, second * 1000 + 500);
        tell(began, EventKind::Started { id, url: url(second), place: None });
        let [started, end] = [began, ended].map(|ms| At(ms * 1000));
        let fetched = match second {
            300 | 700 => Fetched::failed(url(second), started, end, Failure::new(FailureKind::Reset, "reset by peer")),
            _ => Fetched { status: Some(200), ..Fetched::blank(url(second), started, end) },
        };
        tell(ended, EventKind::Finished { id, fetched: Arc::new(fetched) });
    }
    tell(SECONDS * 1000, EventKind::RunEnded { reason: EndReason::Finished, unread: 0 });
    events
}

/// A recording, and what `change` makes of its bytes.
pub(crate) fn recording(change: impl FnOnce(&mut Vec<u8>)) -> (TempDir, PathBuf) {
    let (mut journal, mut bytes) = (Journal::default(), Vec::new());
    events().iter().for_each(|event| journal.apply(event, &mut bytes));
    change(&mut bytes);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("run.jsonl");
    std::fs::write(&file, bytes).unwrap();
    (folder, file)
}

pub(crate) fn replay(file: &std::path::Path, words: &[&str]) -> Terminal {
    let words = ["replay", file.to_str().unwrap()].iter().chain(words).copied().collect::<Vec<_>>();
    Setup::size(120, 34).start(words)
}

/// The row that tells where the recording stands.
fn scrub(screen: &vt100::Screen) -> String {
    row(screen, 32)
}

pub(crate) fn until_at(terminal: &Terminal, words: &[&str]) {
    terminal.until(&format!("{words:?} in the row of the recording"), |screen| {
        let row = scrub(screen);
        words.iter().all(|word| row.contains(word))
    });
}

#[test]
fn a_recording_is_played_stands_steps_seeks_and_goes_to_what_failed() {
    let (_folder, file) = recording(|_| {});
    let mut terminal = replay(&file, &[]);
    until_at(&terminal, &["▶ 1x ", " 16:40.0 ", " of 2,001"]);
    terminal.press(" ");
    until_at(&terminal, &["‖ 1x "]);
    terminal.press(":50%\r");
    until_at(&terminal, &["08:20.0 ", " 50 %  #1,001 of"]);
    terminal.press(".");
    until_at(&terminal, &["08:20.5 ", "#1,002 of"]);
    terminal.press(",,");
    until_at(&terminal, &["08:19.5 ", "#1,000 of"]);
    terminal.press("\x1b[D");
    until_at(&terminal, &["08:09.5 "]);
    terminal.press("\x1b[1;2C");
    until_at(&terminal, &["09:49.5 "]);
    terminal.press("e");
    until_at(&terminal, &["11:40.5 ", "#1,402 of"]);
    terminal.until_text("✗   500ms reset ");
    terminal.until_text("failed 2");
    terminal.press("e");
    terminal.until_text("nothing more failed after this");
    terminal.press(":#0\r");
    until_at(&terminal, &["00:00.0 "]);
    terminal.press("e");
    until_at(&terminal, &["05:00.5 ", "#602 of"]);
    terminal.until_text("failed 1");
    terminal.press("q");
    let left = terminal.end().told(0);
    assert!(left.screen.contains("ok 299  redirect 0  broken 0  failed 1  of 300"), "{}", left.screen);
}

#[test]
fn the_speed_is_that_of_the_keys_and_at_the_end_it_stays_and_can_be_played_again() {
    let (_folder, file) = recording(|_| {});
    let mut terminal = replay(&file, &["--speed", "50"]);
    until_at(&terminal, &["▶ 50x "]);
    terminal.press("<");
    until_at(&terminal, &["▶ 20x "]);
    terminal.press(">>>");
    until_at(&terminal, &["▶ 100x "]);
    terminal.press(":16:39\r");
    until_at(&terminal, &["‖ 100x ", "16:40.0", "end of the recording"]);
    terminal.until_text("✓ finished");
    terminal.press(" ");
    until_at(&terminal, &["▶ 100x ", " 0 %"]);
    terminal.press("\x03");
    let left = terminal.end();
    assert_eq!(left.code, 130, "{}", left.screen);
}

#[test]
fn what_would_change_a_run_says_that_there_is_none_and_the_other_keys_work() {
    let (_folder, file) = recording(|_| {});
    let mut terminal = replay(&file, &[]);
    terminal.press(" ");
    until_at(&terminal, &["‖ 1x "]);
    for key in ["p", "+", "["] {
        terminal.press(key);
        terminal.until_text("this is a recording: what it shows is over");
        terminal.press("z");
        terminal.press("z");
        // Whatever plays takes the place of what was said.
        terminal.press(".,");
        terminal.until("the keys again", |screen| row(screen, 33).contains("space play"));
    }
    terminal.press("3");
    terminal.until("one pane with all the room", |screen| !screen.contents().contains("In flight"));
    terminal.press("?");
    terminal.until_text("play the recording, or stand");
    terminal.press("\x1b1:");
    terminal.until_text("enter goes  esc goes back");
    terminal.press("soon\r");
    terminal.until_text("no place in a recording");
    terminal.press(":1\x1b");
    terminal.until("the keys again", |screen| row(screen, 33).contains("space play"));
    terminal.press(":1");
    terminal.until_text("enter goes  esc goes back");
    terminal.press("\x1b[21~");
    assert_eq!(terminal.end().code, 0, "F10 is no letter of the place");
}

#[test]
fn a_recording_that_is_torn_is_played_as_far_as_it_goes_and_told() {
    let (_folder, file) = recording(|bytes| bytes.truncate(bytes.len() - 40));
    let mut terminal = replay(&file, &[]);
    terminal.until_text("the recording is torn off: line 2002 has no end and is left out");
    terminal.press(":100%\r ");
    until_at(&terminal, &["the recording is torn off here"]);
    terminal.press("q");
    let left = terminal.end();
    assert_eq!(left.code, 0);
    assert!(left.screen.contains("run.jsonl: line 2002 has no end and is left out"), "{}", left.screen);
}

#[test]
fn what_is_no_recording_gives_the_terminal_back_with_the_line_that_is_wrong() {
    let (_folder, file) = recording(|bytes| bytes.extend_from_slice(b"garbage\n"));
    let left = replay(&file, &[]).end();
    assert_eq!(left.code, 2, "{}", left.screen);
    assert!(left.screen.contains("run.jsonl: line 2003: not JSON, at column 1"), "{}", left.screen);
}

#[test]
fn it_leaves_at_the_end_where_that_is_asked_for() {
    let (_folder, file) = recording(|_| {});
    let mut terminal = replay(&file, &["--exit-on-end", "--speed", "100", "--fail"]);
    until_at(&terminal, &[" 16:40.0 "]);
    terminal.press(":99%\r");
    let left = terminal.end().told(1);
    assert!(left.screen.contains("failed 2  of 999"), "{}", left.screen);
}

#[test]
fn a_recording_comes_by_a_pipe_while_the_keys_come_from_the_terminal() {
    let (_folder, file) = recording(|_| {});
    let fed = format!("< {}", file.display());
    let mut terminal = Setup::size(80, 24).redirected(fed).start(["replay", "-"]);
    terminal.until("the row of the recording", |screen| row(screen, 22).contains(" 16:40.0 "));
    terminal.press(" e");
    terminal.until("the first failure", |screen| row(screen, 22).contains("05:00.5 "));
    terminal.press("q");
    terminal.end().told(0);
}

/// The rows of each table with all the room, and the header: all that a recording shows at the same place.
fn tables(terminal: &mut Terminal) -> Vec<String> {
    let mut tables = Vec::new();
    for (key, title) in [("3", "╭ Done ─ "), ("4", "╭ Hosts ─ ")] {
        terminal.press(key);
        terminal.until(title, |screen| row(screen, 3).starts_with(title));
        let rows = |screen: &vt100::Screen| Some((0..28).map(|number| row(screen, number)).collect::<Vec<_>>());
        tables.extend(terminal.until_some("a whole frame", rows));
    }
    tables
}

/// What was summed up on the normal screen, its last lines.
fn summary(left: &crate::terminal::Left) -> String {
    let from = left.screen.find("last time: ").expect("a summary");
    left.screen[from..].to_owned()
}

#[test]
fn a_crawl_of_the_lab_that_was_recorded_replays_to_the_same_last_picture_and_the_same_summary() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("run.jsonl");
    let lab =
        ["demo", "--pages", "40", "--latency", "1ms", "--faults", "all", "--retry", "0", "--idle-timeout", "300ms"];
    let words = lab.into_iter().chain(["--max-time", "600ms", "--record", file.to_str().unwrap()]);
    let mut live = Setup::size(120, 34).start(words);
    live.until_text("✓ finished");
    let shown = tables(&mut live);
    live.press("q");
    let left = live.end();
    let mut played = replay(&file, &["--speed", "100"]);
    until_at(&played, &["▶"]);
    played.press(":100%\r");
    until_at(&played, &["end of the recording"]);
    assert_eq!(tables(&mut played), shown);
    played.press("q");
    let again = played.end();
    assert_eq!((left.code, again.code), (0, 0));
    assert_eq!(summary(&again), summary(&left));
}

#[test]
fn the_failure_that_is_gone_to_is_selected_and_opened_by_enter() {
    let (_folder, file) = recording(|_| {});
    let mut terminal = replay(&file, &[]);
    until_at(&terminal, &["▶ 1x ", " of 2,001"]);
    terminal.press(" ");
    until_at(&terminal, &["‖ 1x "]);
    terminal.press("e");
    terminal.until_text("failed 1");
    terminal.press("\r");
    terminal.until_text("✗ reset after 500ms");
    terminal.press("e");
    terminal.until_text("failed 2");
    terminal.until_text("#700 ─ ✗ reset");
    terminal.press("q");
    terminal.end().told(0);
}

#[test]
fn a_place_that_has_not_been_read_yet_is_told_and_gone_to_once_it_has_been() {
    let (folder, file) = recording(|_| {});
    let bytes = std::fs::read(&file).unwrap();
    let fifo = folder.path().join("fifo");
    rustix::fs::mkfifoat(rustix::fs::CWD, &fifo, rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR).unwrap();
    let mut terminal = replay(&fifo, &[]);
    let mut writer = std::fs::File::create(&fifo).unwrap();
    let half = bytes.len() / 2;
    writer.write_all(&bytes[..half]).unwrap();
    terminal.until_text("+");
    terminal.press(" :#1900\r");
    terminal.until_text("so far; goes there once it has been read");
    terminal.until_text("▶ seeking");
    writer.write_all(&bytes[half..]).unwrap();
    drop(writer);
    terminal.until_text("#1,900 of 2,001");
    terminal.press("q");
    terminal.end().told(0);
}
