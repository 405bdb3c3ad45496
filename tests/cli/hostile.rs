//! Bytes that would act on a terminal, from servers, lists and the command line: none of them comes out raw.

use crate::program::{Ended, crawltop, run, run_fed, start};
use crate::scripted::{Server, Step};

/// Escape sequences, C1 by number and in UTF-8, bidi controls, a bell, invisible characters, a tag.
const EVIL: &str = "\x1b[2J\x1b]0;owned\x07 \u{9b}31m \u{202e}txt.exe\u{2066} \u{200b}\u{feff}\u{e0041} \x7f\x08 end";

fn hostile() -> Server {
    Server::start(|_| {
        let body = format!("<title>{EVIL}</title>{EVIL}");
        let length = body.len().to_string();
        let head = [
            b"HTTP/1.1 404 Gone\x9b31m\r\nContent-Type: text/html; charset=utf-8; x=\"".as_slice(),
            "\u{9b}\u{202e}".as_bytes(),
            b"\"\r\nX-Evil: \x9b31m\r\nContent-Length: ",
            length.as_bytes(),
            b"\r\n\r\n",
        ];
        vec![Step::Send(head.concat()), Step::Send(body.into())]
    })
}

fn acts(letter: char) -> bool {
    let invisible = ['\u{200b}', '\u{feff}', '\u{2060}', '\u{2028}', '\u{2029}'];
    let bidi = ('\u{202a}'..='\u{202e}').contains(&letter) || ('\u{2066}'..='\u{2069}').contains(&letter);
    let tag = ('\u{e0000}'..='\u{e007f}').contains(&letter);
    (letter.is_control() && letter != '\n') || bidi || tag || invisible.contains(&letter)
}

fn assert_tame(ended: &Ended) {
    for text in [&ended.stdout, &ended.stderr] {
        assert_eq!(text.find(acts), None, "{text:?}");
    }
}

#[test]
fn no_byte_of_a_server_acts_in_text_or_in_json() {
    let server = hostile();
    for words in [["--format", "text"], ["--format", "jsonl"], ["-v", "--hash"]] {
        let ended = run(["fetch", &server.url("/page")].iter().chain(&words));
        assert_eq!(ended.code, Some(0), "{ended:#?}");
        assert!(ended.stdout.contains("404"), "{ended:#?}");
        assert_tame(&ended);
    }
}

#[test]
fn a_head_that_holds_escapes_is_told_without_them_be_it_an_answer_or_not() {
    for evil in ["\x1b[31m", "\x08", "\0"] {
        for head in [format!("HTTP/1.1 200 {evil}\r\n\r\n"), format!("HTTP/1.1 200 OK\r\nX-{evil}: y\r\n\r\n")] {
            let server = Server::always(vec![Step::Send(head.into())]);
            for format in ["text", "jsonl"] {
                let ended = run(["fetch", "--format", format, &server.url("/page")]);
                assert!(ended.stdout.contains("/page"), "{ended:#?}");
                assert_tame(&ended);
            }
        }
    }
}

#[test]
fn json_keeps_what_the_server_said_by_escapes() {
    let ended = run(["fetch", "--format", "jsonl", &hostile().url("/page")]);
    let title = ended.json_of("/page")["title"].as_str().unwrap().to_owned();
    assert!(title.contains("\u{1b}[2J") && title.contains('\u{202e}') && title.contains("end"), "{title:?}");
}

#[test]
fn no_byte_of_a_url_acts_be_it_good_or_bad() {
    let server = hostile();
    let urls = [
        server.url(&format!("/{EVIL}")),
        format!("http://{EVIL}/"),
        format!("{EVIL}://x/"),
        format!("http://h/[{EVIL}"),
    ];
    for url in urls {
        for format in ["text", "jsonl"] {
            assert_tame(&run(["fetch", "--format", format, &url]));
        }
    }
}

#[test]
fn no_byte_of_a_list_acts_be_its_lines_good_or_bad() {
    let list = format!("{}\nhttp://{EVIL}/\n", hostile().url(&format!("/{EVIL}")));
    for words in [["fetch", "-i", "-"].as_slice(), &["fetch", "-i", "-", "--keep-going"]] {
        assert_tame(&run_fed(list.as_str(), words));
    }
}

#[test]
fn no_byte_of_a_file_name_or_an_option_acts_and_an_error_stays_one_line() {
    let name = format!("/nowhere/{EVIL}\nerror: forged\nhint: forged");
    let cases = [
        vec!["fetch", "-i", &name],
        vec!["fetch", "http://h/", "--cacert", &name],
        vec!["fetch", "http://h/", "-o", &name],
        vec!["fetch", "http://h/", "--format", &name],
        vec!["fetch", "http://h/", "--max-time", &name],
        vec!["fetch", "http://h/", "-A", &name],
        vec![&name],
    ];
    for words in cases {
        let ended = run(&words);
        ended.assert_refused();
        assert_tame(&ended);
    }
}

#[test]
fn a_password_in_a_url_is_on_no_stream_and_in_no_export() {
    let server = hostile();
    let url = server.url("/page").replace("http://", "http://ann:secret@");
    let glob = server.url("/[1-2]").replace("http://", "http://ann:secret@");
    let broken = server.url("/[1-2").replace("http://", "http://ann:secret@");
    let many = server.url("/[1-9999999]/{a,b}").replace("http://", "http://ann:secret@");
    let long = server.url("/[1-9999999]").replace("http://", "http://ann:secret@");
    let cases = [vec![url.as_str()], vec![&glob], vec![&url, &glob], vec![&broken], vec![&many], vec![&long, &long]];
    for urls in cases {
        for format in ["text", "jsonl"] {
            let ended = run(["fetch", "--format", format].iter().chain(&urls));
            assert!(!ended.stdout.contains("secret") && !ended.stderr.contains("secret"), "{ended:#?}");
        }
    }
}

#[test]
fn nothing_colours_what_is_not_a_terminal() {
    let url = hostile().url("/page");
    let mut command = crawltop(["fetch", "--color", "always", &url]);
    assert_tame(&start(command.env("CLICOLOR_FORCE", "1").env("COLORTERM", "truecolor")).end());
}
