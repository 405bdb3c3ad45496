//! The answer to one request as it comes in: bytes from a driver, facts for the result. Knows no socket, so that the
//! driver with `.await` and the blocking one share it.

use super::content::{Receiver, Wanted};
use super::track::Track;
use crate::clock::wall_clock_ms;
use crate::event::EventKind;
use crate::failure::Failure;
use crate::fetched::{Fetched, HttpVersion};
use crate::http::{Exchange, Head, Limits, Method, Step, Version};
use crate::phase::Phase;
use crate::retry_after::RetryAfter;
use crate::reuse::{CloseReason, Reuse};
use crate::text::Untrusted;

const CONTENT_TYPE_BYTES: usize = 256;

pub struct Answer {
    exchange: Exchange,
    wanted: Wanted,
    receiver: Option<Receiver>,
    facts: Facts,
    wire_bytes: u64,
    touched: bool,
}

#[derive(Default)]
struct Facts {
    status: Option<u16>,
    version: Option<HttpVersion>,
    content_type: Option<Untrusted>,
    retry_after: Option<RetryAfter>,
}

impl Answer {
    pub fn new(method: Method, wanted: Wanted) -> Answer {
        let exchange = Exchange::new(method, Limits::default());
        Answer { exchange, wanted, receiver: None, facts: Facts::default(), wire_bytes: 0, touched: false }
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
                    self.receiver = Some(Receiver::new(self.wanted, title_source(&head)));
                }
                Step::Body(piece) => take(&mut self.receiver, piece, track)?,
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
