//! A password that `-u` left out: it is asked for, not shown, and the terminal is left as it was found.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use rustix::process::Signal;

use crate::setup::Setup;
use crate::terminal::Terminal;

const QUESTION: &str = "password of \"me\": ";
/// Of `me:s3cret`.
const BASIC: &str = "Authorization: Basic bWU6czNjcmV0";

/// A server, and the fields that say who asks it.
fn noting() -> (String, Receiver<Option<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let (note, noted) = channel();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let lines = BufReader::new(stream.try_clone().unwrap()).lines().map(Result::unwrap);
            let head: Vec<String> = lines.take_while(|line| !line.is_empty()).collect();
            let field = head.into_iter().find(|line| line.starts_with("Authorization:"));
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi").unwrap();
            if note.send(field).is_err() {
                return;
            }
        }
    });
    (url, noted)
}

/// The program as it asks.
fn asking(words: &[&str], url: &str) -> Terminal {
    let words = ["fetch", "-u", "me"].iter().chain(words).chain([&url]);
    let terminal = Setup::size(100, 30).start(words);
    terminal.until_text(QUESTION);
    assert!(terminal.is_raw(), "what is typed is not shown");
    terminal
}

#[test]
fn a_password_is_asked_for_and_never_shown() {
    let (url, noted) = noting();
    let mut terminal = asking(&["--no-tui", "-v"], &url);
    terminal.press("s3cret\n");
    let left = terminal.end().told(0);
    assert_eq!(noted.recv().unwrap().as_deref(), Some(BASIC));
    assert!(!String::from_utf8_lossy(&left.bytes).contains("s3cret"), "{}", left.screen);
}

#[test]
fn the_dashboard_comes_after_it() {
    let (url, noted) = noting();
    let mut terminal = asking(&[], &url);
    terminal.press("s3cret\n");
    terminal.until_text("✓ finished");
    terminal.press("q");
    let left = terminal.end().told(0);
    assert_eq!(noted.recv().unwrap().as_deref(), Some(BASIC));
    assert!(!String::from_utf8_lossy(&left.bytes).contains("s3cret"), "{}", left.screen);
}

#[test]
fn each_run_of_a_race_is_given_it() {
    let (url, noted) = noting();
    let words = ["race", "-u", "me", "--no-tui", "--rounds", "1", "--engines", "tasks,threads", &url];
    let mut terminal = Setup::size(100, 30).start(words);
    terminal.until_text(QUESTION);
    terminal.press("s3cret\n");
    assert_eq!(terminal.end().code, 0);
    assert_eq!([(); 2].map(|()| noted.recv().unwrap()).each_ref().map(Option::as_deref), [Some(BASIC); 2]);
}

#[test]
fn signals_in_its_place_leave_the_terminal_whole() {
    for (signal, code) in [(Signal::INT, 130), (Signal::TERM, 143), (Signal::HUP, 129), (Signal::QUIT, 131)] {
        let (url, noted) = noting();
        let terminal = asking(&[], &url);
        terminal.signal(signal);
        assert_eq!(terminal.end().code, code, "{signal:?}");
        assert!(noted.try_recv().is_err(), "nothing was fetched");
    }
}

#[test]
fn it_is_asked_for_again_after_a_stop() {
    let (url, noted) = noting();
    let mut terminal = asking(&["--no-tui"], &url);
    terminal.signal(Signal::TSTP);
    terminal.until_stopped();
    assert!(!terminal.is_raw(), "the shell gets its terminal as it was");
    terminal.go_on();
    terminal.until("the question once more", |screen| screen.contents().matches(QUESTION).count() == 2);
    assert!(terminal.is_raw());
    terminal.press("s3cret\n");
    terminal.end().told(0);
    assert_eq!(noted.recv().unwrap().as_deref(), Some(BASIC));
}

#[test]
fn an_end_in_its_place_is_refused() {
    let (url, _) = noting();
    let mut terminal = asking(&[], &url);
    terminal.press("\x04");
    let left = terminal.end();
    assert_eq!(left.code, 2, "{}", left.screen);
    assert!(left.screen.contains("error: no password of \"me\" was given"), "{}", left.screen);
}
