//! Keys that change the run: what they do to single requests and to the pace, and what they say.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use crate::peer::{Silent, fetch_all, lab};
use crate::setup::Setup;
use crate::terminal::Terminal;

/// A server of which `/slow` never answers, and every other page fails the first time.
fn failing_once() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let asked = Arc::<Mutex<Vec<String>>>::default();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let asked = asked.clone();
            // A client that went away wants no answer.
            thread::spawn(move || stream.and_then(|stream| answer(stream, &asked)));
        }
    });
    url
}

fn answer(mut stream: TcpStream, asked: &Mutex<Vec<String>>) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    let path = lines.next().transpose()?.unwrap_or_default();
    while lines.next().transpose()?.is_some_and(|line| !line.is_empty()) {}
    if path.contains("/slow") {
        // Until the client goes away.
        return lines.next().transpose().map(|_| ());
    }
    let first = {
        let mut asked = asked.lock().unwrap();
        let first = !asked.contains(&path);
        asked.push(path);
        first
    };
    let status = if first { "500 Not yet" } else { "200 OK" };
    write!(stream, "HTTP/1.1 {status}\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi")
}

fn quit(mut terminal: Terminal) {
    terminal.press("q");
    terminal.end().told(3);
}

#[test]
fn all_that_failed_are_fetched_again_by_a_key_and_counted_once() {
    let url = failing_once();
    let mut words = vec!["fetch".to_owned(), "--retry".to_owned(), "0".to_owned(), format!("{url}/slow")];
    words.extend((0..12).map(|number| format!("{url}/{number}")));
    let mut terminal = Setup::size(120, 34).start(words);
    terminal.until_text("broken 12");
    terminal.press("R");
    terminal.until("the failed ones to be fetched again", |screen| {
        let all = screen.contents();
        all.contains("retry of 12 failed")
            && all.contains("ok 12")
            && all.contains("broken 0")
            && all.contains(" 12 of 13 ")
    });
    terminal.press("R");
    terminal.until_text("nothing has failed that may pass");
    quit(terminal);
}

#[test]
fn the_selected_request_is_let_go_of_by_x_and_begins_again_by_r() {
    let silent = Silent::start();
    let words = ["fetch".to_owned(), silent.url("/a"), silent.url("/b")];
    let mut terminal = Setup::size(120, 34).start(words);
    terminal.until_text("╭ In flight ─ 2 ");
    terminal.press("x");
    terminal.until_text("no request is selected: j and k choose one");
    terminal.press("jr");
    terminal.until_text("retry #1");
    // The attempt that begins is the youngest one.
    terminal.until("the second to be the oldest", |screen| {
        let all = screen.contents();
        all.contains(" oldest  #2") && all.contains("╭ In flight ─ 2 ") && all.contains("attempt 2")
    });
    terminal.press("x");
    terminal.until("one to be told as cancelled", |screen| {
        let all = screen.contents();
        all.contains("╭ In flight ─ 1 ") && all.contains("cancelled") && all.contains("⊘ 1")
    });
    quit(terminal);
}

#[test]
fn a_rate_is_set_lowered_raised_and_told() {
    let lab = lab(800, Duration::from_millis(60));
    let mut terminal = Setup::size(120, 34).start(fetch_all(&lab, &["-c", "4", "--rate", "20"]));
    terminal.until_text("limited by  rate");
    terminal.press("{");
    terminal.until_text("rate 20/s→15/s");
    terminal.press("}");
    terminal.until_text("→20/s");
    terminal.press("[");
    terminal.until_text("only a crawl has a cap of each host");
    quit(terminal);
}

#[test]
fn what_failed_is_fetched_again_after_the_end_and_all_that_is_left_behind_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let [results, record] = ["results.jsonl", "run.jsonl.gz"].map(|name| folder.path().join(name));
    let [results, record] = [&results, &record].map(|path| path.to_str().unwrap());
    let url = failing_once();
    let mut words = ["fetch", "--retry", "0", "-o", results, "--record", record].map(str::to_owned).to_vec();
    words.extend((0..3).map(|number| format!("{url}/{number}")));
    let mut terminal = Setup::size(120, 34).start(words);
    terminal.until("its end", |screen| {
        let all = screen.contents();
        all.contains("✓ finished") && all.contains("broken 3")
    });
    terminal.press("R");
    terminal.until("another end", |screen| {
        let all = screen.contents();
        all.contains("✓ finished") && all.contains("ok 3") && all.contains("broken 0")
    });
    terminal.press("R");
    terminal.until_text("nothing has failed that may pass");
    terminal.press("q");
    let left = terminal.end().told(0);
    let summary = |text: &str| text.contains("ok 3  redirect 0  broken 0") && text.contains("retried 3");
    assert!(summary(&left.screen), "{}", left.screen);
    let told = std::fs::read_to_string(results).unwrap();
    let told = told.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let mut told: Vec<_> = told.filter(|line| line["type"] == "result").collect();
    told.sort_by_key(|line| line["order"].as_u64());
    let attempts: Vec<_> = told.iter().map(|line| (line["status_code"].as_u64(), line["attempt"].as_u64())).collect();
    let [first, second] = [(Some(500), Some(1)), (Some(200), Some(2))];
    assert_eq!(attempts, [first, first, first, second, second, second]);
    let replay = std::process::Command::new(env!("CARGO_BIN_EXE_crawltop")).args(["replay", record]).output().unwrap();
    let replayed = String::from_utf8(replay.stdout).unwrap();
    assert!(replay.status.success() && summary(&replayed), "{replayed}");
}

#[test]
fn a_run_that_was_cut_short_has_nothing_fetched_again() {
    let url = failing_once();
    let words = ["fetch".to_owned(), "--deadline".to_owned(), "300ms".to_owned(), format!("{url}/slow")];
    let mut terminal = Setup::size(120, 34).start(words);
    terminal.until_text("stopped at the deadline");
    terminal.press("R");
    terminal.until_text("the run was cut short: begin another one");
    quit(terminal);
}

#[test]
fn a_run_that_has_ended_says_so() {
    let lab = lab(5, Duration::ZERO);
    let mut terminal = Setup::size(80, 24).start(fetch_all(&lab, &[]));
    terminal.until_text("✓ finished");
    for key in ["p", "+", "x"] {
        terminal.press(key);
        terminal.until_text("the run has ended");
        terminal.press("\x1b");
        terminal.until("the words to go", |screen| !screen.contents().contains("the run has ended"));
    }
    terminal.press("q");
    terminal.end().told(0);
}

#[test]
fn charts_come_by_tab_and_have_all_the_room_zoomed() {
    let silent = Silent::start();
    let mut terminal = Setup::size(80, 24).start(["fetch".to_owned(), silent.url("/")]);
    terminal.until_text("╭ In flight ─ 1 ");
    terminal.press("\t\t");
    terminal.until_text("╭ Charts ─ the whole run, ");
    terminal.press("z");
    terminal.until("the charts alone", |screen| !screen.contents().contains("╭ In flight"));
    terminal.until("a first column", |screen| screen.contents().contains("in flight     1.0 "));
    quit(terminal);
}

#[test]
fn a_knob_is_answered_while_the_picture_is_held_still_and_its_answer_leaves() {
    let silent = Silent::start();
    let mut terminal = Setup::size(120, 34).start(["fetch".to_owned(), silent.url("/")]);
    terminal.until_text("╭ In flight ─ 1 ");
    terminal.press(" ");
    terminal.until_text("space thaw");
    terminal.press("+");
    terminal.until_text("concurrency 64→70");
    terminal.until("the answer to leave", |screen| !screen.contents().contains("64→70"));
    terminal.press("R");
    terminal.until_text("nothing has failed that may pass");
    terminal.until("the words to go", |screen| !screen.contents().contains("nothing has failed"));
    terminal.press("p");
    terminal.until_text("p resume");
    terminal.until("the picture to stand", |screen| screen.contents().contains("■ frozen"));
    quit(terminal);
}

#[test]
fn why_a_key_does_nothing_after_the_end_of_a_run_is_told_for_a_moment() {
    let url = failing_once();
    let mut terminal = Setup::size(120, 34).start(["fetch", &format!("{url}/page")]);
    terminal.until_text("✓ finished");
    terminal.press("p");
    terminal.until_text("the run has ended");
    terminal.until("the footer to be that of keys alone", |screen| !screen.contents().contains("the run has ended"));
    terminal.press("q");
    terminal.end().told(0);
}
