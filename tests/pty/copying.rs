//! The page of a fetch, and what is copied from it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::peer::{Silent, answering};
use crate::setup::Setup;
use crate::terminal::{Left, Terminal};

/// What acts, in a path and in a head.
const ACTS: &str = "a\x1b]0;taken\x07\x1b]52;c;eA==\x07\u{9b}31m\u{202e}'b";

/// A page with a title and a field that act.
fn page() -> String {
    let field = ACTS.replace(['\x1b', '\x07'], "");
    answering(format!("HTTP/1.1 200 OK\r\nX-Acts: {field}\r\n\r\n<title>{ACTS}</title>").into_bytes())
}

/// A run of one fetch that is over, with its page open.
fn opened(url: &str, options: &[&str], setup: Setup) -> Terminal {
    let mut terminal = setup.start(["fetch", "-g"].iter().chain(options).copied().chain([url]));
    terminal.until_text(" finished ");
    terminal.press("3\r");
    terminal.until_text("Waterfall");
    terminal
}

/// What goes to the clipboard, sequence by sequence.
fn copied(left: &Left) -> Vec<String> {
    let text = str::from_utf8(&left.bytes).expect("all of it is UTF-8");
    let sequences = text.split("\x1b]").skip(1);
    let bytes = sequences.map(|rest| rest.strip_prefix("52;c;").and_then(|rest| rest.split('\x07').next()).unwrap());
    bytes.map(|bytes| String::from_utf8(STANDARD.decode(bytes).unwrap()).unwrap()).collect()
}

#[test]
fn enter_opens_the_page_of_a_request_in_flight_and_esc_closes_it() {
    let silent = Silent::start();
    let mut terminal = Setup::size(80, 24).start(["fetch", &silent.url("/slow")]);
    terminal.until_text("wait");
    terminal.press("\r");
    terminal.until("its page", |screen| {
        let all = screen.contents();
        all.contains("wait, for") && all.contains("Waterfall") && all.contains("esc back")
    });
    terminal.press("G");
    terminal.until_text("none yet");
    terminal.press(" ");
    terminal.until_text("frozen");
    terminal.press("g");
    terminal.until_text("in flight");
    terminal.press(" \x1b");
    terminal.until_text("╭ In flight");
    // What is asked for on the page is about its fetch.
    terminal.press("\rx");
    terminal.until_text("⊘ cancelled after");
    terminal.press("q");
    terminal.end();
}

#[test]
fn y_copies_the_url_and_capital_y_a_command_each_in_one_sequence() {
    let url = format!("{}{ACTS}", page());
    let mut terminal = opened(&url, &["-u", "us:pw1", "-H", "Accept-Language: de"], Setup::size(120, 34));
    terminal.press("y");
    terminal.until_text("copied the URL; if not, select it here");
    terminal.press("\x1b");
    terminal.until("the note to go", |screen| !screen.contents().contains("copied the URL"));
    terminal.until_text("Waterfall");
    terminal.press("Y");
    terminal.until_text("copied curl without one field that may be secret; if not, select it here");
    terminal.press("q");
    let left = terminal.end().told(0);
    let path = "a%1B]0;taken%07%1B]52;c;eA==%07%C2%9B31m%E2%80%AE'b";
    let base = url.split_once("/a\x1b").unwrap().0;
    let word = format!("{base}/{path}").replace('\'', r"'\''");
    let command = format!(
        "curl --compressed --globoff --user-agent 'crawltop/{}' --header 'Accept-Language: de' '{word}'",
        env!("CARGO_PKG_VERSION")
    );
    assert_eq!(copied(&left), [format!("{base}/{path}"), command]);
    assert!(!String::from_utf8_lossy(&left.bytes).contains("pw1"));
}

#[test]
fn a_terminal_without_a_clipboard_is_sent_nothing_and_shows_it() {
    let url = page();
    let mut terminal = opened(&url, &[], Setup::size(80, 24).var("TERM", "linux").var("LANG", "C.UTF-8"));
    terminal.press("y");
    terminal.until_text("no clipboard in this terminal: select the URL here");
    terminal.press("q");
    let left = terminal.end().told(0);
    assert_eq!(copied(&left), [] as [String; 0]);
}
