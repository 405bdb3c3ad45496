//! Finds where each response head of an exchange ends, within bounds. Knows nothing of the body
//! that follows.

use std::ops::Range;

use memchr::memchr_iter;

use super::error::{Excerpt, HttpError};
use super::exchange::Limits;
use super::fields::Fields;
use super::framing::BodyLength;
use super::parse::{Parts, reason};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Version {
    Http10,
    Http11,
}

impl Version {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Http10 => "1.0",
            Self::Http11 => "1.1",
        }
    }
}

/// The head of a final response.
#[derive(Clone, Copy, Debug)]
pub struct Head<'a> {
    /// 200 to 999; beyond 599 it is not known, and stands for x00 of its class.
    pub status: u16,
    pub version: Version,
    pub body: BodyLength,
    pub fields: Fields<'a>,
    /// As it came, from the status line to the empty line: its length is the head's on the wire.
    pub raw: &'a [u8],
}

impl<'a> Head<'a> {
    /// Any bytes but NUL, CR and LF; often empty.
    pub fn reason(&self) -> &'a [u8] {
        reason(self.raw)
    }
}

/// Reads one head after the other, of one exchange.
#[derive(Debug)]
pub(super) struct HeadReader {
    limits: Limits,
    /// Up to here the head holds no end; what follows was not looked at yet.
    scanned: usize,
    /// Some line begins with a blank: it goes on with the one before.
    folds: bool,
    /// Bytes of empty lines that were passed over before this head.
    skipped: usize,
    /// What the interim heads before this one took.
    spent_bytes: usize,
    spent_fields: usize,
    parts: Parts,
}

/// A head that is complete: where it lies in the input, and its status line.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub at: Range<usize>,
    pub status: u16,
    pub version: Version,
}

const EMPTY_LINES_BYTES: usize = 16;

impl HeadReader {
    pub fn new(limits: Limits) -> Self {
        let parts = Parts::default();
        Self { limits, scanned: 0, folds: false, skipped: 0, spent_bytes: 0, spent_fields: 0, parts }
    }

    pub fn reset(&mut self) {
        let parts = std::mem::take(&mut self.parts);
        *self = Self { parts, ..Self::new(self.limits) };
        self.parts.reset();
    }

    /// Gives how many bytes are consumed, and the head if it is complete.
    pub fn read(&mut self, input: &[u8]) -> Result<(usize, Option<Found>), HttpError> {
        let start = self.skip_empty_lines(input)?;
        let rest = &input[start..];
        // A lone CR may still become an empty line.
        if rest == b"\r" {
            return Ok((start, None));
        }
        if !b"HTTP/".starts_with(&rest[..rest.len().min(5)]) {
            return Err(HttpError::NotHttp(Excerpt::of(rest)));
        }
        let room = self.limits.head_bytes.saturating_sub(self.spent_bytes);
        if let Some(found) = self.take_usual(start, &rest[..rest.len().min(room)]) {
            return Ok((found.at.end, Some(found)));
        }
        match self.find_end(&rest[..rest.len().min(room)]) {
            Some(end) => Ok((start + end, Some(self.take(start..start + end, &rest[..end])?))),
            None if rest.len() > room => Err(self.in_words(HttpError::HeadTooLarge { limit: self.limits.head_bytes })),
            None => Ok((start, None)),
        }
    }

    /// A limit that interim heads have had their share of is told as one of all heads.
    fn in_words(&self, error: HttpError) -> HttpError {
        match error {
            HttpError::HeadTooLarge { limit } if self.spent_bytes > 0 => HttpError::HeadsTooLarge { limit },
            HttpError::TooManyFields { limit } if self.spent_fields > 0 => HttpError::TooManyFieldsInAll { limit },
            error => error,
        }
    }

    /// The fields of the head that was found last.
    pub fn fields<'a>(&'a self, raw: &'a [u8]) -> Fields<'a> {
        self.parts.fields(raw)
    }

    /// What a close means while a head is awaited; `rest` bytes of it are there.
    pub fn cut(&self, rest: usize) -> HttpError {
        match (self.skipped + rest, self.spent_bytes) {
            (0, 0) => HttpError::EmptyResponse,
            (0, _) => HttpError::InterimOnly,
            (seen, _) => HttpError::HeadCut(seen as u64),
        }
    }

    /// Bytes of empty lines at the start (RFC 9112, 2.2).
    fn skip_empty_lines(&mut self, input: &[u8]) -> Result<usize, HttpError> {
        let mut at = 0;
        loop {
            at += match &input[at..] {
                [b'\n', ..] => 1,
                [b'\r', b'\n', ..] => 2,
                [b'\r'] | [] => break,
                [b'\r', ..] => return Err(HttpError::NotHttp(Excerpt::of(&input[at..]))),
                _ => break,
            };
            if self.skipped + at > EMPTY_LINES_BYTES {
                return Err(HttpError::EmptyLines { limit: EMPTY_LINES_BYTES });
            }
        }
        self.skipped += at;
        Ok(at)
    }

    /// Looks at each byte once, however small the pieces: a line end that is not decided yet is
    /// kept for the next call.
    fn find_end(&mut self, head: &[u8]) -> Option<usize> {
        let from = self.scanned.min(head.len());
        for line_end in memchr_iter(b'\n', &head[from..]).map(|at| from + at) {
            match &head[line_end + 1..] {
                [b'\n', ..] => return Some(line_end + 2),
                [b'\r', b'\n', ..] => return Some(line_end + 3),
                [] | [b'\r'] => {
                    self.scanned = line_end;
                    return None;
                }
                [b' ' | b'\t', ..] => self.folds = true,
                _ => {}
            }
        }
        self.scanned = head.len();
        None
    }

    /// A head that is whole as it is looked at first, and written as most are.
    fn take_usual(&mut self, start: usize, rest: &[u8]) -> Option<Found> {
        if self.scanned > 0 {
            return None;
        }
        let room = self.limits.fields.saturating_sub(self.spent_fields);
        let (status, version, length) = self.parts.parse_usual(rest, room)?;
        self.pass(&rest[..length]);
        Some(Found { at: start..start + length, status, version })
    }

    /// Makes ready for the next head.
    fn pass(&mut self, raw: &[u8]) {
        (self.scanned, self.folds, self.skipped) = (0, false, 0);
        self.spent_bytes += raw.len();
        self.spent_fields += self.parts.len();
    }

    /// Takes a complete head apart, and makes ready for the next.
    fn take(&mut self, at: Range<usize>, raw: &[u8]) -> Result<Found, HttpError> {
        let parsed = self.parts.parse(raw, self.limits.fields, self.spent_fields, self.folds);
        let (status, version) = parsed.map_err(|error| self.in_words(error))?;
        self.pass(raw);
        Ok(Found { at, status, version })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_that_drips_in_byte_by_byte_is_looked_at_once() {
        for line in [&b"X: y\r\n"[..], b"X:\n", b"X: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\r\n"] {
            let mut head = b"HTTP/1.1 200 OK\r\n".to_vec();
            while head.len() < 256 * 1024 - line.len() - 2 {
                head.extend_from_slice(line);
            }
            head.extend_from_slice(b"\r\n");
            let mut reader = HeadReader::new(Limits { fields: usize::MAX, ..Limits::default() });
            let mut looked_at = 0;
            for end in 1..=head.len() {
                looked_at += end - reader.scanned;
                let found = reader.read(&head[..end]).expect("a proper head").1;
                assert_eq!(found.is_some(), end == head.len());
            }
            // A line end is looked at again for each of the two bytes that may follow it.
            assert!(looked_at <= 3 * head.len(), "{looked_at} for {}", head.len());
        }
    }
}
