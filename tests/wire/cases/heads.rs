//! Status lines, fields, interim answers: what is taken as browsers and curl take it, and what is refused.

use super::{refused, taken};
use crate::case::{Case, answered, case, fails, ok};
use crate::script::{Act, answer, finished, reset};

pub fn cases() -> Vec<Case> {
    [status_lines(), nonsense(), others(), fields(), interims(), cuts()].concat()
}

const REST: &str = "\r\nContent-Length: 2\r\n\r\nhi";

fn status_lines() -> Vec<Case> {
    let line = |line: &str| format!("{line}{REST}");
    vec![
        taken("a reason phrase may be missing", line("HTTP/1.1 200"), ok("hi")),
        taken("a reason phrase may be missing behind its blank", line("HTTP/1.1 200 "), ok("hi")),
        taken("blanks in a status line may be several", line("HTTP/1.1   200   fine  by me"), ok("hi")),
        taken("a reason phrase may be obs-text", line("HTTP/1.1 200 schön"), ok("hi")),
        taken("a reason phrase may hold a control, and means nothing", line("HTTP/1.1 200 a\x07b\x1b[2J"), ok("hi")),
        taken("a reason phrase may be a number", line("HTTP/1.1 200 404"), ok("hi")),
        taken("a status of 599 is of its class", line("HTTP/1.1 599 x"), answered(599, "hi")),
        taken("a status of 600 is taken as it is", line("HTTP/1.1 600 x"), answered(600, "hi")),
        taken("a status of 999 is taken as it is", line("HTTP/1.1 999 x"), answered(999, "hi")),
        taken("HTTP/1.0 is told as such", line("HTTP/1.0 200 OK"), ok("hi").is("/http_version", "1.0")),
        taken("HTTP/1.1 is told as such", line("HTTP/1.1 200 OK"), ok("hi").is("/http_version", "1.1")),
        taken("empty lines before the status line are skipped", line("\r\n\r\n\nHTTP/1.1 200 OK"), ok("hi")),
        taken("bare LF ends the lines of a head", "HTTP/1.1 200 OK\nContent-Length: 2\n\nhi", ok("hi")),
        case(
            "empty lines that drip are refused when they are too many",
            vec![Act::Request, Act::Drip(5, vec![b'\n'; 1000])],
            fails("protocol", "body", "16 bytes of empty lines"),
        ),
        refused("more than 16 bytes of empty lines are refused", "\r\n".repeat(9), "16 bytes of empty lines"),
    ]
}

fn nonsense() -> Vec<Case> {
    let line = |line: &str| format!("{line}{REST}");
    let malformed = |name, status: &str| refused(name, line(status), "is malformed");
    let version = |name, status: &str| refused(name, line(status), "is not of HTTP/1.0 or HTTP/1.1");
    vec![
        malformed("a status of 99 is refused", "HTTP/1.1 99 x"),
        malformed("a status of 099 is refused", "HTTP/1.1 099 x"),
        malformed("a status of 000 is refused", "HTTP/1.1 000 x"),
        malformed("a status of four digits is refused", "HTTP/1.1 2000 OK"),
        malformed("a status of two digits is refused", "HTTP/1.1 20 OK"),
        malformed("a status with a sign is refused", "HTTP/1.1 +200 OK"),
        malformed("a status with a letter is refused", "HTTP/1.1 2x0 OK"),
        malformed("a status that is missing is refused", "HTTP/1.1 OK"),
        version("a status line of a version alone is refused", "HTTP/1.1"),
        version("a tab before the status is refused", "HTTP/1.1\t200 OK"),
        malformed("a status grown together with its reason is refused", "HTTP/1.1 200OK"),
        malformed("a bare CR in a status line is refused", "HTTP/1.1 200 O\rK"),
        malformed("a NUL in a status line is refused", "HTTP/1.1 200 O\0K"),
        version("HTTP/1.2 is refused", "HTTP/1.2 200 OK"),
        version("HTTP/2 in a status line is refused", "HTTP/2 200"),
        version("HTTP/0.9 in a status line is refused", "HTTP/0.9 200 OK"),
        version("HTTP/3.0 is refused", "HTTP/3.0 200 OK"),
    ]
}

/// What is no HTTP/1.1, at its first wrong byte.
fn others() -> Vec<Case> {
    let other = |name, bytes: &[u8]| refused(name, bytes, "not an HTTP/1.1 answer: it begins with");
    vec![
        other("HTTP/0.9 is refused, a page without a head", b"<html>hello</html>"),
        other("a small http is refused", b"http/1.1 200 OK\r\n\r\n"),
        other("white space before the status line is refused", b" HTTP/1.1 200 OK\r\n\r\n"),
        other("a byte order mark before the status line is refused", b"\xef\xbb\xbfHTTP/1.1 200 OK\r\n\r\n"),
        other("an ICY stream is refused", b"ICY 200 OK\r\n\r\n"),
        other("an SSH server is refused", b"SSH-2.0-OpenSSH_9.6\r\n"),
        other("a mail server is refused", b"220 mail.example ESMTP\r\n"),
        other("an HTTP/2 preface is refused", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        other("HTTP/2 frames are refused", b"\0\0\x12\x04\0\0\0\0\0\0\x03\0\0\0\x80"),
        other("NULs are refused", &[0; 64]),
        refused("a TLS alert names the port it is of", b"\x15\x03\x01\0\x02\x02\x46", "an https port?"),
    ]
}

fn fields() -> Vec<Case> {
    let with = |field: &[u8]| [b"HTTP/1.1 200 OK\r\n", field, b"\r\nContent-Length: 2\r\n\r\nhi"].concat();
    let good = |name, field: &[u8]| taken(name, with(field), ok("hi"));
    let bad = |name, field: &[u8], words| refused(name, with(field), words);
    vec![
        taken(
            "names of fields have no case",
            "HTTP/1.1 200 OK\r\ncOnTeNt-LeNgTh:2\r\nCONTENT-TYPE: \t text/plain \t\r\n\r\nhi",
            ok("hi").is("/content_type", "text/plain"),
        ),
        taken(
            "a folded value becomes one line",
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain;\r\n\t charset=utf-8\r\nContent-Length: 2\r\n\r\nhi",
            ok("hi").is("/content_type", "text/plain; charset=utf-8"),
        ),
        good("white space before the colon of a field is taken", b"X : y"),
        good("obs-text in a value is taken", b"X: \xff\xfe\x80"),
        good("an empty value is taken", b"X:"),
        good("a control in a value is kept, and means nothing", b"X: a\x1b[2J\x07b\x7f"),
        good("a thousand-letter name of a field is taken", &[&[b'x'; 1000][..], b": y"].concat()),
        bad("a line without a colon is refused", b"Xy", "has no colon"),
        bad("an empty name of a field is refused", b": y", "has a name that is not a token"),
        bad("a blank in the name of a field is refused", b"Content Length: 9", "has a name that is not a token"),
        bad("a letter beyond ASCII in the name of a field is refused", "é: y".as_bytes(), "not a token"),
        bad("a NUL in a value is refused", b"X: a\0b", "has a NUL in its value"),
        bad("a bare CR in a value is refused", b"X: a\rb", "has a CR without LF"),
        bad("a bare CR that hides a length is refused", b"X: a\rContent-Length: 1", "has a CR without LF"),
        bad("white space before the first field is refused", b" X: y", "white space before the first field"),
    ]
}

fn interims() -> Vec<Case> {
    let last = format!("HTTP/1.1 200 OK{REST}");
    vec![
        taken("100 Continue is passed over", format!("HTTP/1.1 100 Continue\r\n\r\n{last}"), ok("hi")),
        taken(
            "102 and 103 are passed over",
            format!("HTTP/1.1 102\r\n\r\nHTTP/1.1 103 x\r\nLink: </a>\r\n\r\n{last}"),
            ok("hi"),
        ),
        taken(
            "fifty interim answers are passed over",
            format!("{}{last}", "HTTP/1.1 103 x\r\nA: b\r\n\r\n".repeat(50)),
            ok("hi"),
        ),
        taken(
            "a length of an interim answer means nothing",
            format!("HTTP/1.1 103 x\r\nContent-Length: 99\r\n\r\n{last}"),
            ok("hi"),
        ),
        case(
            "an interim answer may come long before the final one",
            vec![
                Act::Request,
                Act::Send(b"HTTP/1.1 102 x\r\n\r\n".to_vec()),
                Act::Pause(50),
                Act::Send(last.into_bytes()),
                Act::Hold,
            ],
            ok("hi"),
        ),
        refused(
            "101 without being asked is refused",
            "HTTP/1.1 101 Switching Protocols\r\n\r\n",
            "without being asked",
        ),
        refused(
            "101 behind an interim answer is refused",
            "HTTP/1.1 100 x\r\n\r\nHTTP/1.1 101 x\r\nUpgrade: h2c\r\n\r\n",
            "without being asked",
        ),
        case(
            "an interim answer alone is an answer cut short",
            finished("HTTP/1.1 103 x\r\n\r\n"),
            fails("truncated", "wait", "after an interim response, before the final one").is("/wire_bytes", 18),
        ),
    ]
}

fn cuts() -> Vec<Case> {
    let head_cut =
        |name, bytes: &str| case(name, finished(bytes), fails("truncated", "body", "without its empty line"));
    vec![
        head_cut("a head cut in its status line is cut short", "HTTP/1.1 20"),
        head_cut("a head cut behind its status line is cut short", "HTTP/1.1 200 OK\r\n"),
        head_cut("a head cut behind an empty line before it is cut short", "\r\nHTTP/1.1 200 OK\r\nContent-Le"),
        head_cut("a head cut behind the end of a line before it is cut short", "\nHTTP/1.1 200 OK\r\nContent-Le"),
        head_cut("a head cut in a field is cut short", "HTTP/1.1 200 OK\r\nContent-Le"),
        head_cut("a head cut before its last byte is cut short", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r"),
        case(
            "an answer that comes before the question is one",
            vec![Act::Send(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi".to_vec()), Act::Request, Act::Hold],
            ok("hi"),
        ),
        case(
            "a close before the question is a reset",
            vec![Act::HalfClose, Act::Hold],
            fails("reset", "wait", "connection closed before an answer"),
        ),
        case(
            "a close before the first byte is a reset",
            finished(""),
            fails("reset", "wait", "connection closed before an answer: {0}"),
        ),
        case(
            "a connection dropped before the first byte is a reset",
            answer(""),
            fails("reset", "wait", "before an answer"),
        ),
        case(
            "a reset before the first byte is told so",
            reset(""),
            fails("reset", "wait", "connection reset by peer: {0}"),
        ),
        case(
            "a reset within the head is told so",
            reset("HTTP/1.1 200 OK\r\nX"),
            fails("reset", "body", "connection reset by peer"),
        ),
    ]
}
