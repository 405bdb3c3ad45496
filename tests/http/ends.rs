//! How a response ends: whole, cut short, or with the connection.

use std::collections::HashSet;
use std::iter;

use crawltop::http::CloseReason::{BytesAfterResponse, ConnectionClose, Http10, PeerClosed, UntilClose};
use crawltop::http::{CloseReason, ErrorClass, Exchange, HttpError, Limits, Method, Reuse, Step};

use crate::feed::{accepted, accepted_by, accepted_then, cut, feed, feed_pieces, whole};

const LENGTH: &str = "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n";
const CHUNKED: &str = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

#[test]
fn a_close_before_any_byte_is_no_response() {
    let end = feed_pieces(Method::Get, iter::empty()).end;
    assert_eq!(end, Err(HttpError::EmptyResponse));
    assert_eq!(HttpError::EmptyResponse.kind(), ErrorClass::NoResponse);
    assert_eq!(whole(Method::Get, b"H").end, Err(HttpError::HeadCut(1)));
}

#[test]
fn a_head_cut_short_is_reported_not_taken() {
    let wire = "HTTP/1.1 200 OK\r\nServer: nginx\r\nContent-Length: 0\r\n\r\n";
    for end in 1..wire.len() {
        cut(&wire[..end], &format!("head ended after {end} byte"));
    }
    cut("\r\n", "head ended after 2 bytes without its empty line");
    cut("\r\n\r", "head ended after 3 bytes");
    cut("\r\nHTTP/1.1 200 OK\r\n", "head ended after 19 bytes");
    cut("HTTP/1.1 100 x\r\n\r\n", "connection closed after an interim response, before the final one");
    cut("HTTP/1.1 100 x\r\n\r\nHTTP/1.1 2", "head ended after 10 bytes");
}

#[test]
fn a_body_cut_short_is_reported_not_swallowed() {
    cut(LENGTH, "body ended after 0 of 1000 bytes");
    cut(format!("{LENGTH}{}", "x".repeat(500)), "body ended after 500 of 1000 bytes");
    let outcome = whole(Method::Get, format!("{LENGTH}{}", "x".repeat(999)).as_bytes());
    assert_eq!((outcome.content.len(), outcome.end), (999, Err(HttpError::BodyCut { got: 999, want: 1000 })));
}

#[test]
fn a_chunked_body_cut_short_is_reported_wherever_it_was_cut() {
    let body = "5;a=b\r\nhello\r\n1\r\n!\r\n";
    for end in 0..=body.len() {
        cut(format!("{CHUNKED}{}", &body[..end]), "chunked body ended after ");
    }
    let trailers = "\r\nX: y\r\n\r";
    cut(format!("{CHUNKED}{body}0"), "chunked body ended after 6 bytes without its last chunk");
    cut(format!("{CHUNKED}{body}0\r"), "chunked body ended after 6 bytes without its last chunk");
    for end in 2..=trailers.len() {
        let wire = format!("{CHUNKED}{body}0{}", &trailers[..end]);
        cut(wire, "chunked body ended in its trailers, after 6 bytes");
    }
}

#[test]
fn an_unclean_close_fails_only_what_the_close_would_end() {
    let ended = |wire: String, clean| {
        let mut exchange = Exchange::new(Method::Get, Limits::default());
        feed(&mut exchange, iter::once(wire.as_bytes()), clean).end
    };
    let until_close = "HTTP/1.1 200 OK\r\n\r\nhello";
    assert_eq!(ended(until_close.into(), true), Ok(Reuse::Close(UntilClose)));
    assert_eq!(ended(until_close.into(), false), Err(HttpError::UncleanClose(5)));
    assert_eq!(HttpError::UncleanClose(5).kind(), ErrorClass::Truncated);
    assert_eq!(ended(format!("{LENGTH}{}", "x".repeat(1000)), false), Ok(Reuse::Keep));
    assert_eq!(ended(format!("{CHUNKED}0\r\n\r\n"), false), Ok(Reuse::Keep));
}

#[test]
fn a_close_after_the_last_byte_is_no_error_but_no_reuse_either() {
    for clean in [true, false] {
        let mut exchange = Exchange::new(Method::Get, Limits::default());
        let wire = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";
        let head = exchange.receive(wire).expect("a head").0;
        assert!(matches!(exchange.receive(&wire[head..]), Ok((2, Step::Body(b"hi")))));
        for _ in 0..2 {
            assert!(matches!(exchange.end(0, clean), Ok(Step::Done(Reuse::Close(PeerClosed)))));
        }
        assert!(matches!(exchange.receive(b""), Ok((0, Step::Done(Reuse::Close(PeerClosed))))));
    }
}

#[test]
fn each_reason_not_to_reuse_a_connection_is_told() {
    let sized = |version: &str, fields: &str| format!("HTTP/{version} 200 OK\r\n{fields}Content-Length: 2\r\n\r\nhi");
    accepted(sized("1.1", ""), 200, "hi");
    accepted(sized("1.1", "Connection: keep-alive\r\n"), 200, "hi");
    accepted(sized("1.1", "Connection: closed\r\nProxy-Connection: close\r\n"), 200, "hi");
    for field in ["close", "Close", "keep-alive, close", "x ,\tCLOSE,", "x\r\nConnection: close", "x,\r\n close"] {
        accepted_then(ConnectionClose, sized("1.1", &format!("Connection: {field}\r\n")), "hi");
        accepted_then(ConnectionClose, sized("1.0", &format!("Connection: {field}, keep-alive\r\n")), "hi");
    }
    accepted_then(Http10, sized("1.0", ""), "hi");
    accepted_then(Http10, sized("1.0", "Connection: x\r\n"), "hi");
    accepted(sized("1.0", "Connection: Keep-Alive\r\n"), 200, "hi");
    accepted_then(UntilClose, "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n\r\nhi", "hi");
    let more = [sized("1.1", ""), "!".into()].concat();
    assert_eq!(whole(Method::Get, more.as_bytes()).end, Ok(Reuse::Close(BytesAfterResponse)));
}

#[test]
fn each_reason_has_words_of_its_own() {
    let words: HashSet<String> = CloseReason::ALL.iter().map(ToString::to_string).collect();
    assert_eq!(words.len(), CloseReason::ALL.len());
    assert!(words.iter().all(|words| words.starts_with(|first: char| first.is_ascii_lowercase())));
}

#[test]
fn bytes_after_a_response_without_content_are_not_its_body() {
    let wire = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
    let outcome = whole(Method::Head, wire);
    assert_eq!((outcome.end, outcome.content), (Ok(Reuse::Close(BytesAfterResponse)), vec![]));
    assert_eq!(outcome.left_over, b"hello");
    let outcome = whole(Method::Get, b"HTTP/1.1 204 x\r\nContent-Length: 5\r\n\r\nhello");
    assert_eq!((outcome.end, outcome.left_over.as_slice()), (Ok(Reuse::Close(BytesAfterResponse)), &b"hello"[..]));
}

#[test]
fn an_exchange_that_is_reset_remembers_nothing() {
    let mut exchange = Exchange::new(Method::Get, Limits { head_bytes: 60, fields: 2, ..Limits::default() });
    let endings = [
        ("HTTP/1.1 100 x\r\n\r\nHTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi", Ok(Reuse::Close(Http10))),
        ("HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 2\r\n\r\nhi", Ok(Reuse::Keep)),
        ("\r\nHTTP/1.1 2", Err(HttpError::HeadCut(12))),
        ("HTTP/1.1 200 OK\r\nA: b\r\nC: d\r\nE: f\r\n\r\n", Err(HttpError::TooManyFields { limit: 2 })),
        ("HTTP/1.1 200 OK\r\n\r\nhi", Ok(Reuse::Close(UntilClose))),
    ];
    for (wire, end) in endings.iter().cycle().take(15) {
        exchange.reset(Method::Get);
        assert_eq!(feed(&mut exchange, iter::once(wire.as_bytes()), true).end, *end, "{wire:?}");
    }
}

#[test]
fn responses_in_a_row_are_read_one_by_one() {
    let wire =
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhiHTTP/1.1 404 no\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
    let first = whole(Method::Get, wire);
    let second = accepted_by(Method::Get, &first.left_over, 404, b"", Reuse::Keep);
    assert_eq!((first.content.as_slice(), second.left_over.as_slice()), (&b"hi"[..], &b""[..]));
}
