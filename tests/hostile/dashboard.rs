//! The site in the dashboard, live and played again: every view, pages of fetches, the help, a filter that acts too.

use crate::scripted::Server;
use crate::setup::Setup;
use crate::site::{self, in_a_path, in_text};
use crate::tame::taken_apart;
use crate::terminal::Terminal;

/// Looks at everything there is to see: all views, the first pages of each table, the help, and what a filter finds.
fn look_around(terminal: &mut Terminal) {
    for view in ["1", "2", "3", "4", "5"] {
        terminal.press(view);
        terminal.press("\x0c");
        terminal.until_text(TITLES[view.parse::<usize>().unwrap() - 1]);
        terminal.press("jjGgvw?");
        terminal.until_text("╭ Help ");
        terminal.press("\x1b");
        terminal.until("the help to go", |screen| !screen.contents().contains("╭ Help "));
    }
    pages(terminal);
    // What is typed is hostile as well: letters that acts would be keys, those that hide or turn around are text.
    terminal.press("3/\u{202e}\u{9b}\u{200b}\u{e0041}x");
    terminal.until_text("nothing found");
    terminal.press("\x1b");
    terminal.until("all rows", |screen| !screen.contents().contains("nothing found"));
    terminal.press("1");
    terminal.until_text("╭ Done ");
    for theme in ["t", "t", "t"] {
        terminal.press(theme);
        terminal.press("\x0c");
    }
    terminal.until_text("╭ Done ");
}

/// What each view shows in its frame.
const TITLES: [&str; 5] = ["╭ Done ", "╭ In flight ", "╭ Done ", "╭ Hosts ", "╭ Events "];

/// The pages of the results, from one end to the other.
fn pages(terminal: &mut Terminal) {
    terminal.press("3gg");
    for _ in 0..30 {
        terminal.press("\r");
        terminal.until_text("Waterfall");
        terminal.press("G\x0cg");
        back(terminal);
        terminal.press("j");
    }
}

fn back(terminal: &mut Terminal) {
    terminal.press("\x1b");
    terminal.until("the page to go", |screen| !screen.contents().contains("esc back"));
}

fn words(server: &Server, recording: &str) -> Vec<String> {
    let words =
        ["crawl", "-g", "-v", "--check-fragments", "--external", "--assets", "--retry", "0", "--record", recording];
    let words = words.into_iter().map(str::to_owned);
    words.chain([server.url("/"), server.url(&format!("/raw/{}", in_a_path()))]).collect()
}

#[test]
fn nothing_acts_in_the_dashboard_of_a_run_and_of_its_replay() {
    let (server, folder) = (site::start(), tempfile::tempdir().unwrap());
    let recording = folder.path().join("run.jsonl").display().to_string();
    let mut live = Setup::size(160, 50).start(words(&server, &recording));
    live.until_text("✓ finished");
    look_around(&mut live);
    live.press("q");
    let left = live.end().told(0);
    let sent = taken_apart(&left.bytes);
    assert_eq!(sent.clipboard, [] as [String; 0], "nothing was copied");
    assert!(sent.text.contains("\\x9b") && sent.text.contains("\\u{202e}"), "it is shown, not hidden");
    let mut played = Setup::size(160, 50).start(["replay", "--speed", "100", &recording]);
    played.until_text("▶");
    played.press(":100%\r");
    played.until_text("end of the recording");
    look_around(&mut played);
    played.press("q");
    let sent = taken_apart(&played.end().told(0).bytes);
    assert_eq!(sent.clipboard, [] as [String; 0], "nothing was copied");
}

#[test]
fn nothing_acts_in_ascii_over_ssh_or_without_colour() {
    let server = site::start();
    let setups = [
        Setup::size(120, 34).var("LANG", "C"),
        Setup::size(120, 34).var("SSH_CONNECTION", "192.0.2.1 50000 192.0.2.2 22"),
        Setup::size(80, 24).var("NO_COLOR", "1").var("TERM", "linux"),
    ];
    for setup in setups {
        let mut terminal = setup.start(["crawl", "--retry", "0", &server.url("/")]);
        terminal.until_text(" finished ");
        terminal.press("3j\r");
        terminal.until_text("Waterfall");
        terminal.press("G");
        back(&mut terminal);
        terminal.press("5");
        terminal.until_text("following");
        terminal.press("q");
        taken_apart(&terminal.end().told(0).bytes);
    }
}

#[test]
fn nothing_acts_in_lines_on_a_terminal_with_contents_among_them() {
    let server = site::start();
    let url = server.url(&format!("/gone/{}", in_text()));
    let left = Setup::size(200, 60).start(["fetch", "-g", "-v", "--no-tui", "--body", &url, &server.url("/")]).end();
    // The contents keep their tabs.
    let bytes: Vec<u8> = left.bytes.iter().copied().filter(|&byte| byte != b'\t').collect();
    let sent = taken_apart(&bytes);
    assert_eq!((left.code, sent.clipboard.len()), (0, 0), "{}", left.screen);
}
