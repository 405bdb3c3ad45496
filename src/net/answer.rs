//! The answer to one request as it comes in: bytes from a driver, facts for the result. Knows no socket, so that the
//! driver with `.await` and the blocking one share it.

use super::content::{Receiver, Wanted};
use super::redirect::Location;
use super::track::Track;
use crate::clock::wall_clock_ms;
use crate::event::EventKind;
use crate::failure::{Failure, FailureKind};
use crate::fetched::{Fetched, HttpVersion};
use crate::http::{BodyLength, Exchange, Head, Limits, Method, Step, Version};
use crate::phase::Phase;
use crate::retry_after::RetryAfter;
use crate::reuse::{CloseReason, Reuse};
use crate::text::Untrusted;
use std::time::Duration;

const CONTENT_TYPE_BYTES: usize = 256;
/// Bytes of a redirect's content that are read past, so that its connection can be used again.
const PASSED_BYTES: u64 = 64 << 10;
/// How long they are waited for: a new connection takes no longer on most ways.
const PASSING: Duration = Duration::from_millis(100);

pub struct Answer {
    exchange: Exchange,
    wanted: Wanted,
    receiver: Option<Receiver>,
    facts: Facts,
    wire_bytes: u64,
    touched: bool,
    /// Redirects are followed.
    follow: bool,
    passing: Option<Passing>,
}

/// A redirect that is followed: its content is read past.
struct Passing {
    location: Location,
    left: u64,
}

#[derive(Default)]
struct Facts {
    status: Option<u16>,
    version: Option<HttpVersion>,
    content_type: Option<Untrusted>,
    retry_after: Option<RetryAfter>,
}

impl Answer {
    /// `follow`: a redirect is one, and no result.
    pub fn new(method: Method, wanted: Wanted, follow: bool) -> Answer {
        let exchange = Exchange::new(method, Limits::default());
        let (facts, passing) = (Facts::default(), None);
        Answer { exchange, wanted, receiver: None, facts, wire_bytes: 0, touched: false, follow, passing }
    }

    /// Reads what is in `buffer`, takes out what it has read, and says what becomes of the connection once the answer is
    /// whole.
    ///
    /// # Errors
    /// `protocol`, `truncated` or `too_large`, in the phase the fetch is in.
    pub fn receive(&mut self, buffer: &mut Vec<u8>, track: &mut Track) -> Result<Option<Reuse>, Failure> {
        self.touched = true;
        if track.phase() == Phase::Wait {
            track.enter(Phase::Body);
        } else {
            track.moved();
        }
        let mut read = 0;
        let whole = loop {
            let (consumed, step) =
                self.exchange.receive(&buffer[read..]).map_err(|error| track.http_failure(&error))?;
            read += consumed;
            match step {
                Step::NeedMore => break None,
                Step::Done(reuse) => break Some(reuse),
                Step::Interim { .. } => {}
                Step::Head(head) => {
                    self.facts.learn(&head, track);
                    self.passing = Passing::of(&head).filter(|_| self.follow);
                    self.receiver = self.passing.is_none().then(|| Receiver::new(self.wanted, title_source(&head)));
                }
                Step::Body(piece) => match &mut self.passing {
                    Some(passing) => passing.left = passing.left.saturating_sub(piece.len() as u64),
                    None => take(&mut self.receiver, piece, track)?,
                },
            }
        };
        self.wire_bytes += read as u64;
        buffer.drain(..read);
        track.progress(self.bytes());
        Ok(whole)
    }

    /// The peer closed its side, with `rest` bytes unread; `clean`: not in the middle of TLS.
    ///
    /// # Errors
    /// `truncated`, or `reset` where not one byte had come.
    pub fn end(&mut self, rest: usize, clean: bool, track: &Track) -> Result<Reuse, Failure> {
        match self.exchange.end(rest, clean).map_err(|error| track.http_failure(&error))? {
            Step::Done(reuse) => Ok(reuse),
            _ => Ok(Reuse::Close(CloseReason::PeerClosed)),
        }
    }

    /// What becomes of the connection once the answer is whole, where `received` is what came of the last read. Of a
    /// redirect that is followed only the head matters: what is wrong behind it, or does not come soon, costs the
    /// connection and no more.
    ///
    /// # Errors
    /// That of `received`.
    pub fn settle(
        &self,
        received: Result<Option<Reuse>, Failure>,
        track: &mut Track,
    ) -> Result<Option<Reuse>, Failure> {
        let Some(passing) = &self.passing else { return received };
        match received {
            Err(failure) if failure.kind == FailureKind::Cancelled => Err(failure),
            Ok(Some(reuse)) => Ok(Some(reuse)),
            Ok(None) if passing.left > 0 => {
                track.hurry(PASSING);
                Ok(None)
            }
            _ => Ok(Some(Reuse::Close(CloseReason::Abandoned))),
        }
    }

    /// Status and location of a redirect that is followed.
    pub fn leads_on(&self) -> Option<(u16, &Location)> {
        Some((self.facts.status?, &self.passing.as_ref()?.location))
    }

    /// Whether not one byte of it has come.
    pub fn is_untouched(&self) -> bool {
        !self.touched
    }

    fn bytes(&self) -> u64 {
        self.receiver.as_ref().map_or(0, Receiver::bytes)
    }

    /// Puts what is known into the result, the hash only where the answer came `whole`, and hands out the content that
    /// was kept.
    pub fn tell(mut self, fetched: &mut Fetched, whole: bool) -> Option<Vec<u8>> {
        fetched.status = self.facts.status;
        fetched.http_version = self.facts.version;
        fetched.wire_bytes = self.wire_bytes;
        fetched.body_bytes = self.bytes();
        fetched.content_type = self.facts.content_type.take();
        fetched.retry_after = self.facts.retry_after;
        let mut receiver = self.receiver?;
        fetched.title = receiver.title();
        if whole {
            fetched.sha256 = receiver.sha256();
        }
        receiver.content()
    }
}

fn take(receiver: &mut Option<Receiver>, piece: &[u8], track: &Track) -> Result<(), Failure> {
    let taken = receiver.as_mut().map_or(Ok(()), |receiver| receiver.take(piece));
    taken.map_err(|(kind, words)| track.failure(kind, &format!("{words}: {}", track.peer)))
}

impl Passing {
    fn of(head: &Head<'_>) -> Option<Passing> {
        let location = Location::of(head.status, head.fields)?;
        let left = match head.body {
            BodyLength::None => PASSED_BYTES,
            BodyLength::Length(length) if length <= PASSED_BYTES => PASSED_BYTES,
            BodyLength::Chunked => PASSED_BYTES,
            BodyLength::Length(_) | BodyLength::UntilClose => 0,
        };
        Some(Passing { location, left })
    }
}

impl Facts {
    fn learn(&mut self, head: &Head<'_>, track: &Track) {
        self.status = Some(head.status);
        self.version = Some(match head.version {
            Version::Http10 => HttpVersion::Http10,
            Version::Http11 => HttpVersion::Http11,
        });
        self.content_type =
            head.fields.get("content-type").map(|value| Untrusted::from_bytes(value, CONTENT_TYPE_BYTES));
        self.retry_after = retry_after(head);
        if track.emitter.detailed() {
            track.emitter.emit(EventKind::HeadReceived { id: track.id, status: head.status });
        }
    }
}

/// When the server asks to come again; few do, and only for them the clock is read.
fn retry_after(head: &Head<'_>) -> Option<RetryAfter> {
    let value = head.fields.get("retry-after")?;
    RetryAfter::read(value, head.fields.get("date"), wall_clock_ms() / 1000)
}

/// The content type of a page that has a title.
fn title_source<'a>(head: &Head<'a>) -> Option<&'a [u8]> {
    let value = head.fields.get("content-type")?;
    let essence = value.split(|&byte| byte == b';').next()?.trim_ascii();
    ["text/html", "application/xhtml+xml"]
        .iter()
        .any(|html| essence.eq_ignore_ascii_case(html.as_bytes()))
        .then_some(value)
}
