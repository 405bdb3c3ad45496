//! Text from outside that means to act on the terminal.

use crate::peer::answering;
use crate::setup::Setup;
use crate::terminal::Left;

/// Sets a title, clears the screen, asks where the cursor is, writes to the clipboard, and turns the text around.
const ACTS: &str =
    "a\x1b]0;taken\x07b\x1b[2Jc\x1b[6nd\x1b]52;c;eA==\x07e\u{9b}31mf\u{9d}0;g\u{9c}\u{202e}h\u{2066}\u{85}";

/// A page that acts in every field that is told of.
fn page() -> Vec<u8> {
    let mut bytes = b"HTTP/1.1 200 ".to_vec();
    for end in ["\r\nContent-Type: text/html; charset=utf-8; x=", "\r\nServer: ", "\r\n\r\n"] {
        // With these two it would be no HTTP any more.
        bytes.extend_from_slice(ACTS.replace(['\x1b', '\x07'], "").as_bytes());
        bytes.extend_from_slice(end.as_bytes());
    }
    bytes.extend_from_slice(format!("<title>{ACTS}</title><p>{ACTS}</p>").as_bytes());
    bytes.extend_from_slice(b"\x9b31m\x9d0;raw\x9c\n");
    bytes
}

/// A redirect to, or a head of, what acts; and no HTTP at all.
fn answers() -> [Vec<u8>; 4] {
    [
        page(),
        format!("HTTP/1.1 302 {ACTS}\r\nLocation: /{ACTS}\r\nContent-Length: 0\r\n\r\n").into_bytes(),
        format!("HTTP/1.1 200 OK\r\nContent-Type: {ACTS}\r\n\r\n").into_bytes(),
        format!("{ACTS}\r\n\r\n").into_bytes(),
    ]
}

/// The words of a fetch of each, with `options`, and with addresses that act too.
fn words(options: &[&str]) -> Vec<String> {
    let words = ["fetch", "-g"].iter().chain(options).map(|&word| word.to_owned());
    let urls = answers().into_iter().map(|bytes| format!("{}{ACTS}?{ACTS}#{ACTS}", answering(bytes)));
    words.chain(urls).collect()
}

fn assert_harmless(bytes: &[u8]) {
    let text = str::from_utf8(bytes).expect("all of it is UTF-8: no lone byte could be taken for a C1 control");
    assert!(!text.contains("\x1b]"), "an OSC came through");
    assert!(text.split('\x1b').skip(1).all(|rest| rest.starts_with('[')), "an escape that is no CSI");
    assert!(!text.contains("\x1b[6n") && !text.contains('\x07'), "a question or a bell came through");
    let acts = |letter: &char| matches!(letter, '\u{80}'..='\u{9f}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}' | '\u{feff}');
    assert_eq!(text.chars().find(acts), None, "a C1 control or a bidi control came through");
}

/// In lines there is no escape code at all.
fn assert_plain(left: &Left) {
    assert_harmless(&left.bytes);
    let controls = |byte: &u8| *byte < 0x20 && !b"\r\n\t".contains(byte);
    assert_eq!(left.bytes.iter().copied().find(controls), None, "a control came through:\n{}", left.screen);
}

#[test]
fn what_servers_and_addresses_say_is_harmless_on_the_dashboard() {
    let mut terminal = Setup::size(300, 60).start(words(&[]));
    terminal.until_text("✓ finished");
    terminal.press("\t\t\tvzG");
    terminal.until("the verbose log", |screen| {
        let all = screen.contents();
        all.contains(" head ") && !all.contains("╭ Timing ")
    });
    terminal.press("z\tz");
    terminal.until("the done list first", |screen| {
        let all = screen.contents();
        let first = all.find('╭').map(|at| &all[at..]);
        first.is_some_and(|first| first.starts_with("╭ Done ")) && !all.contains("╭ In flight ")
    });
    terminal.press("q");
    let left = terminal.end().told(0);
    assert_harmless(&left.bytes);
}

#[test]
fn what_servers_and_addresses_say_is_harmless_in_lines() {
    let left = Setup::size(200, 60).start(words(&["--no-tui", "-v", "--body"])).end().told(0);
    assert_plain(&left);
    assert!(left.screen.contains("␛]0;taken␇"), "it is shown, not hidden:\n{}", left.screen);
}

#[test]
fn an_error_about_hostile_words_is_harmless() {
    let host = format!("http://{ACTS}/");
    let scheme = format!("x{ACTS}://host/");
    let glob = format!("http://host/[{ACTS}]");
    let option = format!("--{ACTS}");
    let file = format!("/nowhere/{ACTS}");
    let cases: [&[&str]; 7] = [
        &["fetch", &host],
        &["fetch", &scheme],
        &["fetch", &glob],
        &["fetch", &option, "http://host/"],
        &["fetch", "-i", &file],
        &["fetch", "-o", &file, "http://host/"],
        &["fetch", "--cacert", &file, "https://host/"],
    ];
    for words in cases {
        let left = Setup::size(80, 24).start(words).end();
        assert_eq!(left.code, 2, "{words:?}\n{}", left.screen);
        assert!(left.screen.contains("error: ") && left.screen.contains("hint: "), "{words:?}\n{}", left.screen);
        assert_plain(&left);
    }
}
