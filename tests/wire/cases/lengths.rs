//! Which body follows a head: RFC 9112, section 6.3, and what browsers agree on about Content-Length.

use super::{refused, taken};
use crate::case::{Case, answered, case, fails, ok};
use crate::script::{Act, answer, finished, held, reset};

pub fn cases() -> Vec<Case> {
    [good(), bad(), codings(), bodiless(), ends(), pieces()].concat()
}

const OK: &str = "HTTP/1.1 200 OK\r\n";

/// As long as the greatest length below, so that a reader who chose another would be seen.
fn filler(length: usize) -> String {
    "0123456789".chars().cycle().take(length).collect()
}

fn good() -> Vec<Case> {
    let length = |name, fields: &str, length: usize| {
        let content = filler(length);
        taken(name, format!("{OK}{fields}\r\n\r\n{content}"), ok(&content))
    };
    vec![
        length("a length ends the body", "Content-Length: 42", 42),
        length("a length of nothing ends the answer with its head", "Content-Length: 0", 0),
        length("a length may be said twice alike in one field", "Content-Length: 42,42", 42),
        length("a length may be said twice alike in two fields", "Content-Length: 42\r\nContent-Length: 42", 42),
        length("a length may be said four times alike", "Content-Length: 42, 42\r\nContent-Length: 42 ,\t42", 42),
        length("a length may have zeros before it", "Content-Length: 030", 30),
        length("a length may have blanks around it", "Content-Length: \t42 \t", 42),
        length("a length may have so many zeros before it", "Content-Length: 0000000000000000000000000042", 42),
    ]
}

fn bad() -> Vec<Case> {
    let bad = |name, fields: &str, words| refused(name, format!("{OK}{fields}\r\n\r\n{}", filler(42)), words);
    let no_number = "is not a decimal number";
    vec![
        bad("two lengths in one field are refused", "Content-Length: 42, 30", "conflicting content-length: 42 and 30"),
        bad("two lengths in two fields are refused", "Content-Length: 30\r\nX: y\r\nContent-Length: 42", "30 and 42"),
        bad("030 beside 30 is refused", "Content-Length: 030, 30", "conflicting content-length: 030 and 30"),
        bad("+8 is no length", "Content-Length: +8", no_number),
        bad("-1 is no length", "Content-Length: -1", no_number),
        bad("0x2a is no length", "Content-Length: 0x2a", no_number),
        bad("4 2 is no length", "Content-Length: 4 2", no_number),
        bad("42.0 is no length", "Content-Length: 42.0", no_number),
        bad("4e1 is no length", "Content-Length: 4e1", no_number),
        bad("42 in quotes is no length", "Content-Length: \"42\"", no_number),
        bad("42s is no length", "Content-Length: 42s", no_number),
        bad("a number beyond ASCII is no length", "Content-Length: ٤٢", no_number),
        bad("an empty length is refused", "Content-Length:", no_number),
        bad("an empty element beside a length is refused", "Content-Length: 42,", no_number),
        bad("an empty length beside a good one is refused", "Content-Length: 42\r\nContent-Length:", no_number),
        bad("a length over 64 bits is refused", "Content-Length: 18446744073709551616", "does not fit 64 bits"),
        bad("a length of a hundred digits is refused", &format!("Content-Length: {}", filler(100)), "64 bits"),
        bad("a folded length is refused", "Content-Length:\r\n 42", "content-length is folded"),
        bad("a length with a fold behind it is refused", "Content-Length: 42\r\n ", "content-length is folded"),
        bad(
            "a length with white space before its colon is refused",
            "Content-Length : 42",
            "white space before its colon",
        ),
        bad("a length with a control in it is refused", "Content-Length: 4\x1b2", "content-length"),
    ]
}

fn codings() -> Vec<Case> {
    let body = "2\r\nhi\r\n0\r\n\r\n";
    let good = |name, fields: &str| taken(name, format!("{OK}{fields}\r\n\r\n{body}"), ok("hi"));
    let bad = |name, fields: &str, words| refused(name, format!("{OK}{fields}\r\n\r\n{body}"), words);
    let both = "both transfer-encoding and content-length";
    vec![
        good("chunked has no case", "Transfer-Encoding: ChunKed"),
        good("empty elements beside chunked are skipped", "Transfer-Encoding: , chunked ,"),
        bad("a length before chunked is refused", "Content-Length: 12\r\nTransfer-Encoding: chunked", both),
        bad("a length behind chunked is refused", "Transfer-Encoding: chunked\r\nContent-Length: 12", both),
        bad("a length with identity is refused", "Transfer-Encoding: identity\r\nContent-Length: 12", both),
        bad("chunked twice is refused", "Transfer-Encoding: chunked, chunked", "names chunked twice"),
        bad("chunked that is not last is refused", "Transfer-Encoding: chunked, gzip", "chunked is not the last"),
        bad(
            "a coding before chunked is refused",
            "Transfer-Encoding: gzip, chunked",
            "unknown transfer-encoding \"gzip\"",
        ),
        bad("identity is refused", "Transfer-Encoding: identity", "unknown transfer-encoding \"identity\""),
        bad("xchunked is refused", "Transfer-Encoding: xchunked", "unknown transfer-encoding \"xchunked\""),
        bad("chunked with a parameter is refused", "Transfer-Encoding: chunked;q=1", "unknown transfer-encoding"),
        bad("chunked with a control before it is refused", "Transfer-Encoding: \x0bchunked", "transfer-encoding"),
        bad("a transfer-encoding of nothing is refused", "Transfer-Encoding:", "names no coding"),
        bad("a folded transfer-encoding is refused", "Transfer-Encoding:\r\n chunked", "transfer-encoding is folded"),
        bad(
            "a transfer-encoding with white space before its colon is refused",
            "Transfer-Encoding : chunked",
            "transfer-encoding has white space before its colon",
        ),
        refused(
            "a transfer-encoding in HTTP/1.0 is refused",
            format!("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{body}"),
            "transfer-encoding in an HTTP/1.0 response",
        ),
    ]
}

/// No body, whatever the fields say.
fn bodiless() -> Vec<Case> {
    let none = |name, status: u16, fields: &str| {
        taken(name, format!("HTTP/1.1 {status} x\r\n{fields}\r\n\r\n"), answered(status, "").is("/body_bytes", 0))
    };
    vec![
        none("204 has no body whatever its length", 204, "Content-Length: 42"),
        none("204 has no body whatever its coding", 204, "Transfer-Encoding: chunked"),
        none("204 has no body whatever nonsense its length is", 204, "Content-Length: +1, 2"),
        none("304 has no body whatever its length", 304, "Content-Length: 42"),
        none("304 has no body without any length", 304, "ETag: \"x\""),
        taken("205 has the body of its length", "HTTP/1.1 205 x\r\nContent-Length: 2\r\n\r\nhi", answered(205, "hi")),
        taken("404 has the body of its length", "HTTP/1.1 404 x\r\nContent-Length: 2\r\n\r\nno", answered(404, "no")),
        taken("206 has the body of its length", "HTTP/1.1 206 x\r\nContent-Length: 2\r\n\r\nhi", answered(206, "hi")),
    ]
}

fn ends() -> Vec<Case> {
    let cut = |name, head: &str, body: &str, words| {
        case(name, finished(format!("{head}\r\n{body}")), fails("truncated", "body", words).status(200))
    };
    let length = format!("{OK}Content-Length: 9\r\n");
    vec![
        case("without a length the close ends the body", finished(format!("{OK}\r\nhello")), ok("hello")),
        case("without a length and a byte the body is empty", finished(format!("{OK}\r\n")), ok("")),
        case("a body until close in HTTP/1.0 is whole", finished("HTTP/1.0 200 OK\r\n\r\nhello"), ok("hello")),
        case("a body until close may be ended by closing both sides", answer(format!("{OK}\r\nhello")), ok("hello")),
        cut("a body cut short is reported", &length, "hello", "body ended after 5 of 9 bytes: {0}"),
        cut("a body cut before its first byte is reported", &length, "", "body ended after 0 of 9 bytes"),
        cut("a body cut before its last byte is reported", &length, "12345678", "body ended after 8 of 9 bytes"),
        cut(
            "the greatest length is awaited without overflow",
            &format!("{OK}Content-Length: 18446744073709551615\r\n"),
            "hi",
            "body ended after 2 of 18446744073709551615 bytes",
        )
        .with(&["--max-filesize", "0"]),
        case(
            "a body of 404 cut short is reported",
            finished("HTTP/1.1 404 x\r\nContent-Length: 9\r\n\r\nhello"),
            fails("truncated", "body", "body ended after 5 of 9 bytes").status(404).bytes(5),
        ),
        case(
            "a reset within a body is told so",
            reset(format!("{length}\r\nhello")),
            fails("reset", "body", "connection reset by peer: {0}").status(200),
        ),
        case(
            "a reset of a body until close is told so",
            reset(format!("{OK}\r\nhello")),
            fails("reset", "body", "connection reset by peer").status(200),
        ),
        case("bytes behind a length do no harm", held(format!("{OK}Content-Length: 2\r\n\r\nhi and more")), ok("hi")),
        case(
            "a second answer that nobody asked for does no harm",
            held(format!("{OK}Content-Length: 2\r\n\r\nhiHTTP/1.1 500 x\r\n\r\n")),
            ok("hi"),
        ),
    ]
}

fn pieces() -> Vec<Case> {
    let large = filler(3 << 20);
    let in_pieces = |size, text: String| vec![Act::Request, Act::Pieces(size, text.into_bytes()), Act::Hold];
    let drip = |text: &str| vec![Act::Request, Act::Drip(1, text.into()), Act::Hold];
    vec![
        case(
            "an answer that comes byte by byte is whole",
            drip("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"),
            ok("hello"),
        ),
        case(
            "a head in pieces of three bytes is whole",
            in_pieces(3, format!("{OK}{}Content-Length: 2\r\n\r\nhi", "X: yyyyyyyy\r\n".repeat(100))),
            ok("hi"),
        ),
        case(
            "a large body is whole",
            in_pieces(64 << 10, format!("{OK}Content-Length: {}\r\n\r\n{large}", large.len())),
            ok(&large),
        ),
        case(
            "a body whose head came alone is whole",
            vec![
                Act::Request,
                Act::Send(format!("{OK}Content-Length: 2\r\n\r\n").into()),
                Act::Pause(30),
                Act::Send(b"hi".to_vec()),
                Act::Hold,
            ],
            ok("hi"),
        ),
    ]
}
