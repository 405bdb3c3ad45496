//! What has a bound: heads, fields, extensions, trailers, content. The last that is taken, and the first that is not.

use super::taken;
use crate::case::{Case, Told, case, fails, ok};
use crate::script::{Act, held};

pub fn cases() -> Vec<Case> {
    [heads(), bodies()].concat()
}

const HEAD: usize = 256 << 10;

/// Of the whole head, in one value.
fn head_of(size: usize) -> String {
    let (start, end) = ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX: ", "\r\n\r\n");
    format!("{start}{}{end}", "x".repeat(size - start.len() - end.len()))
}

fn fields(count: usize) -> String {
    format!("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n{}\r\n", "X: y\r\n".repeat(count - 1))
}

fn too_large(words: &'static str) -> Told {
    fails("too_large", "body", words)
}

/// No final answer had begun.
fn waiting(words: &'static str) -> Told {
    fails("too_large", "wait", words)
}

/// The server says more and more until nobody listens.
fn flood(beginning: impl AsRef<[u8]>, more: &str) -> Vec<Act> {
    vec![Act::Request, Act::Send(beginning.as_ref().to_vec()), Act::Flood(more.repeat(1000).into_bytes())]
}

fn heads() -> Vec<Case> {
    let interim = "HTTP/1.1 103 x\r\nA: b\r\n\r\n";
    let status_line = "HTTP/1.1 200 OK\r\n";
    vec![
        taken("a head of 256 KiB is taken", head_of(HEAD) + "hi", ok("hi")),
        taken("a thousand fields are taken", fields(1000) + "hi", ok("hi")),
        case(
            "a head of a byte more is too large",
            held(head_of(HEAD + 1) + "hi"),
            too_large("head is larger than 262144 bytes"),
        ),
        case("1,001 fields are too many", held(fields(1001) + "hi"), too_large("head has more than 1000 fields")),
        case("100,000 fields are too many", flood(status_line, "Set-Cookie: a=b\r\n"), too_large("head ")),
        case(
            "a head without end is too large",
            flood(status_line, "X: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\r\n"),
            too_large("head "),
        ),
        case("a field without end is too large", flood("HTTP/1.1 200 OK\r\nX: ", "y"), too_large("head is larger")),
        case("a name of a field without end is too large", flood(status_line, "y"), too_large("head is larger")),
        case(
            "a fold without end is too large",
            flood("HTTP/1.1 200 OK\r\nX: y", "\r\n y"),
            too_large("head is larger"),
        ),
        case("a status line without end is too large", flood("HTTP/1.1 200 ", "y"), too_large("head is larger")),
        case(
            "an interim answer of 1,001 fields has too many",
            held(fields(1001).replace(" 200 ", " 103 ")),
            waiting("head has more than 1000 fields"),
        ),
        case(
            "small interim answers without end have too many fields",
            flood("", interim),
            waiting("heads have more than 1000 fields, interim ones counted in"),
        ),
        case(
            "fields of interim answers count",
            held(interim.repeat(999) + &fields(2)),
            too_large("heads have more than 1000 fields, interim ones counted in"),
        ),
        case(
            "interim answers without end are too large",
            flood("", "HTTP/1.1 100 Continue\r\n\r\n"),
            waiting("heads are larger than 262144 bytes, interim ones counted in"),
        ),
        case(
            "a head behind an interim answer has what that left",
            held(interim.to_owned() + &head_of(HEAD)),
            too_large("heads are larger than 262144 bytes, interim ones counted in"),
        ),
    ]
}

fn bodies() -> Vec<Case> {
    let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    let small = &["--max-filesize", "1000"];
    let until_close = "HTTP/1.1 200 OK\r\n\r\n";
    vec![
        case(
            "an extension without end is too large",
            flood(format!("{chunked}1;"), "e"),
            too_large("chunk extensions are larger than 16384 bytes"),
        ),
        case("small extensions add up", flood(chunked, "1;234567\r\nx\r\n"), too_large("chunk extensions are larger")),
        case(
            "trailers without end are too large",
            flood(format!("{chunked}0\r\n"), "X: y\r\n"),
            too_large("trailers are larger than 16384 bytes"),
        ),
        case(
            "a trailer without end is too large",
            flood(format!("{chunked}0\r\nX: "), "y"),
            too_large("trailers are larger"),
        ),
        taken(
            "content of the limit is taken",
            format!("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{}", "x".repeat(1000)),
            ok("x".repeat(1000)),
        )
        .with(small),
        case(
            "a body until close without end is too large",
            flood(until_close, "x"),
            too_large("more than 1000 bytes of content: {0}").status(200),
        )
        .with(small),
        case(
            "a chunk that can't fit is not waited for",
            held(format!("{chunked}3E9\r\n")),
            too_large("more than 1000 bytes of content: {0}").bytes(0),
        )
        .with(small),
        case(
            "a chunk that does not fit behind another is not waited for",
            held(format!("{chunked}2\r\nhi\r\n3E7;x\r\n")),
            too_large("more than 1000 bytes of content: {0}").bytes(2),
        )
        .with(small),
        case(
            "a chunk of the greatest size is not waited for either",
            held(format!("{chunked}2\r\nhi\r\nffffffffffffffff\r\n")),
            too_large("bytes of content: {0}"),
        ),
        taken(
            "chunks of the limit are taken",
            format!("{chunked}3E6\r\n{}\r\n2\r\nyy\r\n0\r\n\r\n", "x".repeat(998)),
            ok("x".repeat(998) + "yy"),
        )
        .with(small),
        case(
            "chunks without end are too large",
            flood(chunked, "1\r\nx\r\n"),
            too_large("more than 1000 bytes of content"),
        )
        .with(small),
        case(
            "a body over the limit is not read to its end",
            flood("HTTP/1.1 200 OK\r\nContent-Length: 1000000000000\r\n\r\n", "x"),
            too_large("1000 bytes of content"),
        )
        .with(small),
        case(
            "a length over the limit is too large before any content comes",
            held("HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n"),
            too_large("more than 1000 bytes of content: {0}").status(200),
        )
        .with(small),
        case(
            "a body of a bad status over the limit is too large",
            flood("HTTP/1.1 500 x\r\n\r\n", "x"),
            too_large("1000 bytes of content").status(500),
        )
        .with(small),
    ]
}
