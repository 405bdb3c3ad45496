//! Feeds a response to an exchange in pieces, and holds the outcome of every way of cutting it
//! against the others.

use std::fmt::Debug;
use std::iter;

use crawltop::http::{BodyLength, CloseReason, ErrorClass, Excerpt, Exchange, Head, HttpError};
use crawltop::http::{Limits, Method, Reuse, Step, Version};

/// All that can be told of a response, whatever the pieces it came in.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    pub interims: Vec<u16>,
    pub head: Option<OwnedHead>,
    pub content: Vec<u8>,
    pub end: Result<Reuse, HttpError>,
    /// What was not consumed when the end came.
    pub left_over: Vec<u8>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct OwnedHead {
    pub status: u16,
    pub version: Version,
    pub reason: Vec<u8>,
    pub body: BodyLength,
    pub fields: Vec<(String, Vec<u8>)>,
    pub raw: Vec<u8>,
}

impl From<Head<'_>> for OwnedHead {
    fn from(head: Head<'_>) -> Self {
        let fields = head.fields.iter().map(|(name, value)| (name.to_owned(), value.to_vec())).collect();
        let Head { status, version, body, .. } = head;
        Self { status, version, reason: head.reason().to_vec(), body, fields, raw: head.raw.to_vec() }
    }
}

/// Drives an exchange as a fetch does; after the last piece the peer closes.
pub fn feed<'w>(exchange: &mut Exchange, pieces: impl Iterator<Item = &'w [u8]>, clean: bool) -> Outcome {
    let mut outcome =
        Outcome { interims: Vec::new(), head: None, content: Vec::new(), end: Ok(Reuse::Keep), left_over: Vec::new() };
    let end = drive(exchange, pieces, clean, &mut outcome);
    if let Err(error) = &end {
        check_failure(exchange, error);
    }
    Outcome { end: end.map_err(comparable), ..outcome }
}

fn drive<'w>(
    exchange: &mut Exchange,
    pieces: impl Iterator<Item = &'w [u8]>,
    clean: bool,
    outcome: &mut Outcome,
) -> Result<Reuse, HttpError> {
    let (mut buffer, mut start) = (Vec::new(), 0);
    for piece in pieces {
        buffer.extend_from_slice(piece);
        loop {
            let (used, step) = exchange.receive(&buffer[start..])?;
            assert!(used <= buffer.len() - start, "consumed more than there is");
            start += used;
            match step {
                Step::NeedMore => break,
                Step::Done(reuse) => {
                    outcome.left_over = buffer[start..].to_vec();
                    return Ok(reuse);
                }
                _ => assert!(used > 0, "a step that consumes nothing could come forever"),
            }
            outcome.note(step);
        }
    }
    match exchange.end(buffer.len() - start, clean)? {
        Step::Done(reuse) => Ok(reuse),
        other => panic!("the end gives {other:?}"),
    }
}

impl Outcome {
    fn note(&mut self, step: Step<'_>) {
        match step {
            Step::Interim { status } => self.interims.push(status),
            Step::Head(head) => assert!(self.head.replace(head.into()).is_none(), "two heads"),
            Step::Body(piece) => {
                assert!(!piece.is_empty(), "an empty piece of content");
                self.content.extend_from_slice(piece);
            }
            Step::NeedMore | Step::Done(_) => {}
        }
    }
}

/// An error is final, and fit to be shown.
fn check_failure(exchange: &mut Exchange, error: &HttpError) {
    let told = error.to_string();
    assert!(told.len() < 500 && told.bytes().all(|byte| (b' '..=b'~').contains(&byte)), "{told:?}");
    assert_eq!(exchange.receive(b"HTTP/1.1 200 OK\r\n\r\n").expect_err("final"), *error);
    assert_eq!(exchange.end(0, true).expect_err("final"), *error);
}

/// A peer that is no HTTP server is refused at its first wrong byte, so what is shown of it depends
/// on the pieces.
fn comparable(error: HttpError) -> HttpError {
    match error {
        HttpError::NotHttp(_) => HttpError::NotHttp(Excerpt::of(b"")),
        other => other,
    }
}

pub fn feed_pieces<'w>(method: Method, pieces: impl Iterator<Item = &'w [u8]>) -> Outcome {
    feed(&mut Exchange::new(method, Limits::default()), pieces, true)
}

pub fn whole(method: Method, wire: &[u8]) -> Outcome {
    feed_pieces(method, iter::once(wire))
}

pub fn bytewise(method: Method, wire: &[u8]) -> Outcome {
    feed_pieces(method, wire.chunks(1))
}

/// Feeds `wire` whole, byte by byte, split at each offset, and with bytes left over; gives the one
/// outcome.
pub fn every_way(method: Method, wire: &[u8]) -> Outcome {
    let outcome = whole(method, wire);
    assert_eq!(bytewise(method, wire), outcome, "byte by byte: {}", wire.escape_ascii());
    for at in 0..=wire.len() {
        let (front, back) = wire.split_at(at);
        let split = feed_pieces(method, [front, back].into_iter());
        assert_eq!(split, outcome, "split at {at}: {}", wire.escape_ascii());
    }
    check_left_over(method, wire, &outcome);
    outcome
}

/// Bytes after the end change nothing but the fate of the connection, and stay where they are.
fn check_left_over(method: Method, wire: &[u8], outcome: &Outcome) {
    const NEXT: &[u8] = b"HTTP/1.1 200 OK\r\n\r\n";
    let by_close = outcome.head.as_ref().is_some_and(|head| head.body == BodyLength::UntilClose);
    let Ok(reuse) = outcome.end else { return };
    if by_close {
        return;
    }
    let reuse = if reuse == Reuse::Keep { Reuse::Close(CloseReason::BytesAfterResponse) } else { reuse };
    let expected = Outcome { end: Ok(reuse), left_over: NEXT.to_vec(), ..outcome.clone() };
    let longer = [wire, NEXT].concat();
    assert_eq!(whole(method, &longer), expected, "with bytes after: {}", wire.escape_ascii());
    for at in 0..wire.len() {
        let (front, back) = longer.split_at(at);
        assert_eq!(feed_pieces(method, [front, back].into_iter()), expected, "split at {at}, with bytes after");
    }
}

/// The response is whole, and the connection stays.
#[track_caller]
pub fn accepted(wire: impl AsRef<[u8]>, status: u16, content: impl AsRef<[u8]>) -> Outcome {
    accepted_by(Method::Get, wire.as_ref(), status, content.as_ref(), Reuse::Keep)
}

/// The response is whole, but nothing follows on this connection.
#[track_caller]
pub fn accepted_then(why: CloseReason, wire: impl AsRef<[u8]>, content: impl AsRef<[u8]>) -> Outcome {
    accepted_by(Method::Get, wire.as_ref(), 200, content.as_ref(), Reuse::Close(why))
}

#[track_caller]
pub fn accepted_by(method: Method, wire: &[u8], status: u16, content: &[u8], reuse: Reuse) -> Outcome {
    let outcome = every_way(method, wire);
    assert_eq!(outcome.end, Ok(reuse), "{}", wire.escape_ascii());
    assert_eq!(outcome.content.escape_ascii().to_string(), content.escape_ascii().to_string());
    assert_eq!(outcome.head.as_ref().map(|head| head.status), Some(status));
    assert_eq!(outcome.left_over, b"");
    outcome
}

#[track_caller]
pub fn refused(wire: impl AsRef<[u8]> + Debug, message: &str) {
    failed(wire, ErrorClass::Protocol, message);
}

#[track_caller]
pub fn cut(wire: impl AsRef<[u8]> + Debug, message: &str) {
    failed(wire, ErrorClass::Truncated, message);
}

/// Messages may be given up to where they quote the peer.
#[track_caller]
fn failed(wire: impl AsRef<[u8]> + Debug, class: ErrorClass, message: &str) {
    match every_way(Method::Get, wire.as_ref()).end {
        Ok(reuse) => panic!("{wire:?} was taken, with {reuse:?}"),
        Err(error) => {
            assert_eq!(error.kind(), class, "{wire:?} gave {error}");
            assert!(error.to_string().starts_with(message), "{wire:?} gave {error:?}: {error}");
        }
    }
}
