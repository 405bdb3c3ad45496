//! Where each limit lies: the last byte that is taken, and the first that is not.

use crawltop::http::{ErrorClass, HttpError, Method};

use crate::feed::{Outcome, bytewise, whole};

const CHUNKED: &str = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
const HEAD_BYTES: usize = 256 * 1024;

/// Whole and byte by byte; each split would take too long here.
fn outcome(wire: &str) -> Outcome {
    let outcome = whole(Method::Head, wire.as_bytes());
    assert_eq!(bytewise(Method::Head, wire.as_bytes()), outcome);
    outcome
}

fn body_outcome(body: &str) -> Outcome {
    let wire = format!("{CHUNKED}{body}");
    let outcome = whole(Method::Get, wire.as_bytes());
    assert_eq!(bytewise(Method::Get, wire.as_bytes()), outcome);
    outcome
}

#[track_caller]
fn too_large(outcome: Outcome, error: HttpError) {
    assert_eq!(error.kind(), ErrorClass::TooLarge);
    assert_eq!(outcome.end, Err(error));
}

/// A head of so many bytes, in one value.
fn head_of(size: usize) -> String {
    let (start, end) = ("HTTP/1.1 200 OK\r\nX: ", "\r\n\r\n");
    format!("{start}{}{end}", "x".repeat(size - start.len() - end.len()))
}

#[test]
fn a_head_of_256_kib_is_taken_and_no_more() {
    assert!(outcome(&head_of(HEAD_BYTES)).end.is_ok());
    too_large(outcome(&head_of(HEAD_BYTES + 1)), HttpError::HeadTooLarge { limit: HEAD_BYTES });
}

#[test]
fn a_head_without_end_is_given_up() {
    let endless = format!("HTTP/1.1 200 OK\r\n{}", "X: y\r\n".repeat(60_000));
    too_large(outcome(&endless), HttpError::HeadTooLarge { limit: HEAD_BYTES });
    let one_line = format!("HTTP/1.1 200 {}", "x".repeat(HEAD_BYTES));
    too_large(outcome(&one_line), HttpError::HeadTooLarge { limit: HEAD_BYTES });
}

#[test]
fn a_thousand_fields_are_taken_and_no_more() {
    let fields = |count| format!("HTTP/1.1 200 OK\r\n{}\r\n", "X: y\r\n".repeat(count));
    for count in [0, 1, 63, 64, 65, 128, 999, 1000] {
        assert_eq!(outcome(&fields(count)).head.expect("a head").fields.len(), count);
    }
    for count in [1001, 2000] {
        too_large(outcome(&fields(count)), HttpError::TooManyFields { limit: 1000 });
    }
}

#[test]
fn interim_heads_count_towards_both_limits() {
    let interim = "HTTP/1.1 103 x\r\nA: b\r\n\r\n";
    let room = HEAD_BYTES - 100 * interim.len();
    assert!(outcome(&(interim.repeat(100) + &head_of(room))).end.is_ok());
    too_large(outcome(&(interim.repeat(100) + &head_of(room + 1))), HttpError::HeadsTooLarge { limit: HEAD_BYTES });
    assert!(outcome(&(interim.repeat(999) + "HTTP/1.1 200 OK\r\nA: b\r\n\r\n")).end.is_ok());
    let one_more = outcome(&(interim.repeat(999) + "HTTP/1.1 200 OK\r\nA: b\r\nC: d\r\n\r\n"));
    too_large(one_more, HttpError::TooManyFieldsInAll { limit: 1000 });
    for (spent, fields, fits) in [(500, 500, true), (500, 501, false), (500, 900, false), (936, 64, true)] {
        let last = format!("HTTP/1.1 200 OK\r\n{}\r\n", "X: y\r\n".repeat(fields));
        assert_eq!(outcome(&(interim.repeat(spent) + &last)).end.is_ok(), fits, "{spent} + {fields}");
    }
    let endless = outcome(&"HTTP/1.1 100\r\n\r\n".repeat(20_000));
    assert_eq!(endless.interims.len(), HEAD_BYTES / "HTTP/1.1 100\r\n\r\n".len());
    too_large(endless, HttpError::HeadsTooLarge { limit: HEAD_BYTES });
}

#[test]
fn extensions_of_a_body_share_16_kib() {
    let limit = 16 * 1024;
    let one = |size: usize| format!("1;{}\r\nx\r\n0\r\n\r\n", "e".repeat(size - 1));
    assert!(body_outcome(&one(limit)).end.is_ok());
    too_large(body_outcome(&one(limit + 1)), HttpError::ExtensionsTooLarge { limit });
    let chunk = "1;234567\r\nx\r\n";
    assert!(body_outcome(&(chunk.repeat(limit / 7) + "0\r\n\r\n")).end.is_ok());
    too_large(body_outcome(&(chunk.repeat(limit / 7) + "0;234567\r\n\r\n")), HttpError::ExtensionsTooLarge { limit });
}

#[test]
fn trailers_of_a_body_share_16_kib() {
    let limit = 16 * 1024;
    let one = |size: usize| format!("0\r\nX:{}\r\n\r\n", "t".repeat(size - 4));
    assert!(body_outcome(&one(limit)).end.is_ok());
    too_large(body_outcome(&one(limit + 1)), HttpError::TrailersTooLarge { limit });
    too_large(body_outcome(&format!("0\r\n{}", "X: y\r\n".repeat(3000))), HttpError::TrailersTooLarge { limit });
}

#[test]
fn a_limit_without_bound_reserves_no_more_than_the_head_needs() {
    use crawltop::http::{Exchange, Limits};
    let limits = Limits { head_bytes: usize::MAX, fields: usize::MAX, ..Limits::default() };
    let wire = format!("HTTP/1.1 200 OK\r\n{}\r\n", "X:\n".repeat(5000));
    let (used, _) = Exchange::new(Method::Head, limits).receive(wire.as_bytes()).expect("a head");
    assert_eq!(used, wire.len());
}
