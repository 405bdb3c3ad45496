//! One request's answer, from its first byte to its last: bytes in, steps out. Knows nothing of
//! where bytes come from.

use super::chunked::{Chunks, Piece, up_to};
use super::error::HttpError;
use super::framing::{BodyLength, body_length};
use super::head::{Found, Head, HeadReader};
use super::request::Method;
use super::reuse::close_reason;
use crate::reuse::{CloseReason, Reuse};

/// What a response may take before its content. Content itself is not bounded here: it is never
/// kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of all heads of one exchange, interim ones too: what a driver must be ready to buffer.
    pub head_bytes: usize,
    /// Fields of all heads of one exchange.
    pub fields: usize,
    /// Bytes of all chunk extensions of one body.
    pub extension_bytes: usize,
    /// Bytes of all trailers of one body.
    pub trailer_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { head_bytes: 256 * 1024, fields: 1000, extension_bytes: 16 * 1024, trailer_bytes: 16 * 1024 }
    }
}

/// What the bytes so far amount to.
#[derive(Clone, Copy, Debug)]
pub enum Step<'a> {
    NeedMore,
    /// A 1xx head; the final one is still to come.
    Interim {
        status: u16,
    },
    Head(Head<'a>),
    /// A piece of the content, never empty.
    Body(&'a [u8]),
    /// The response is complete. What lies after it is not consumed.
    Done(Reuse),
}

/// Reads the response to one request. Time is linear in the bytes, whatever the pieces they come
/// in; memory is bounded by [`Limits`].
#[derive(Debug)]
pub struct Exchange {
    method: Method,
    limits: Limits,
    heads: HeadReader,
    stage: Stage,
    /// Bytes of content so far.
    content: u64,
    close: Option<CloseReason>,
}

#[derive(Debug)]
enum Stage {
    Head,
    Length { left: u64 },
    Chunked(Chunks),
    UntilClose,
    Complete,
    Failed(HttpError),
}

/// A step that borrows from the input alone, so that a failure can still be noted.
enum Progress<'i> {
    Step(Step<'i>),
    Final(Found, BodyLength),
}

impl Exchange {
    pub fn new(method: Method, limits: Limits) -> Self {
        let heads = HeadReader::new(limits);
        Self { method, limits, heads, stage: Stage::Head, content: 0, close: None }
    }

    /// Makes ready for the next response on the same connection or another; keeps its memory.
    pub fn reset(&mut self, method: Method) {
        self.method = method;
        self.heads.reset();
        (self.stage, self.content, self.close) = (Stage::Head, 0, None);
    }

    /// Takes all bytes that are not consumed yet; gives how many of them are consumed now, and the
    /// step they make. To be called again with the rest until [`Step::NeedMore`] (which may have
    /// consumed some, too) or [`Step::Done`]; the unconsumed rest must then be at the front of the
    /// next input. An error is final, and comes again.
    pub fn receive<'a>(&'a mut self, input: &'a [u8]) -> Result<(usize, Step<'a>), HttpError> {
        match self.advance(input) {
            Ok((used, Progress::Step(step))) => Ok((used, step)),
            Ok((used, Progress::Final(found, body))) => Ok((used, Step::Head(self.head(found, body, input)))),
            Err(error) => Err(self.fail(error)),
        }
    }

    /// The peer has closed its side, and [`receive`](Self::receive) has no more to say to the
    /// `rest` bytes that are not consumed. `clean` says whether the close can be trusted: for TLS,
    /// whether close_notify came (RFC 9112, 9.8). Gives [`Step::Done`], or the error that says what
    /// is missing.
    pub fn end(&mut self, rest: usize, clean: bool) -> Result<Step<'static>, HttpError> {
        let missing = match &self.stage {
            Stage::Complete => None,
            Stage::UntilClose if clean => None,
            Stage::UntilClose => Some(HttpError::UncleanClose(self.content)),
            Stage::Head => Some(self.heads.cut(rest)),
            Stage::Length { left } => Some(HttpError::BodyCut { got: self.content, want: self.content + left }),
            Stage::Chunked(chunks) => Some(chunks.cut(self.content)),
            Stage::Failed(error) => Some(error.clone()),
        };
        match missing {
            Some(error) => Err(self.fail(error)),
            None => Ok(Step::Done(self.closed())),
        }
    }

    /// Bytes of content that a chunked body comes to at least: those of its chunk that are still to come are counted in.
    pub fn chunked_to(&self) -> Option<u64> {
        match &self.stage {
            Stage::Chunked(chunks) => Some(self.content.saturating_add(chunks.left())),
            _ => None,
        }
    }

    fn advance<'i>(&mut self, input: &'i [u8]) -> Result<(usize, Progress<'i>), HttpError> {
        let (used, step) = match &mut self.stage {
            Stage::Head => return self.advance_head(input),
            Stage::Length { .. } | Stage::UntilClose if input.is_empty() => (0, Step::NeedMore),
            Stage::Length { left } => {
                let content = up_to(*left, input);
                *left -= content.len() as u64;
                if *left == 0 {
                    self.stage = Stage::Complete;
                }
                (content.len(), Step::Body(content))
            }
            Stage::Chunked(chunks) => match chunks.decode(input)? {
                (used, Piece::NeedMore) => (used, Step::NeedMore),
                (used, Piece::Content(content)) => (used, Step::Body(content)),
                (used, Piece::End) => {
                    self.stage = Stage::Complete;
                    (used, Step::Done(self.reuse(&input[used..])))
                }
            },
            Stage::UntilClose => (input.len(), Step::Body(input)),
            Stage::Complete => (0, Step::Done(self.reuse(input))),
            Stage::Failed(error) => return Err(error.clone()),
        };
        if let Step::Body(content) = step {
            self.content += content.len() as u64;
        }
        Ok((used, Progress::Step(step)))
    }

    fn advance_head<'i>(&mut self, input: &'i [u8]) -> Result<(usize, Progress<'i>), HttpError> {
        let (used, found) = self.heads.read(input)?;
        let Some(found) = found else {
            return Ok((used, Progress::Step(Step::NeedMore)));
        };
        match found.status {
            101 => return Err(HttpError::UnaskedUpgrade),
            status @ ..200 => return Ok((used, Progress::Step(Step::Interim { status }))),
            _ => {}
        }
        let fields = self.heads.fields(&input[found.at.clone()]);
        let body = body_length(self.method, found.status, found.version, fields)?;
        self.close = close_reason(found.version, body, fields);
        self.stage = match body {
            BodyLength::None | BodyLength::Length(0) => Stage::Complete,
            BodyLength::Length(left) => Stage::Length { left },
            BodyLength::Chunked => Stage::Chunked(Chunks::new(self.limits)),
            BodyLength::UntilClose => Stage::UntilClose,
        };
        Ok((used, Progress::Final(found, body)))
    }

    fn head<'a>(&'a self, found: Found, body: BodyLength, input: &'a [u8]) -> Head<'a> {
        let raw = &input[found.at];
        let fields = self.heads.fields(raw);
        Head { status: found.status, version: found.version, body, fields, raw }
    }

    fn reuse(&self, after: &[u8]) -> Reuse {
        let left_over = (!after.is_empty()).then_some(CloseReason::BytesAfterResponse);
        self.close.or(left_over).map_or(Reuse::Keep, Reuse::Close)
    }

    fn closed(&mut self) -> Reuse {
        self.stage = Stage::Complete;
        Reuse::Close(*self.close.get_or_insert(CloseReason::PeerClosed))
    }

    fn fail(&mut self, error: HttpError) -> HttpError {
        self.stage = Stage::Failed(error.clone());
        error
    }
}
