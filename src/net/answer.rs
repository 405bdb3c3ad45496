//! The answer to one request as it comes in: bytes from a driver, facts for the result. Knows no socket, so that the
//! driver with `.await` and the blocking one share it.

mod facts;
mod front;
mod passing;

pub use facts::retry_after;

use super::content::{Receiver, Wanted, too_much};
use super::finder::Finder;
use super::redirect::Location;
use super::track::Track;
use crate::coding::SLICE;
use crate::content::Coming;
use crate::crawl::{TitleScanner, essence, media_type};
use crate::event::EventKind;
use crate::failure::{Failure, FailureKind};
use crate::fetched::Fetched;
use crate::head::Headers;
use crate::http::{BodyLength, Exchange, Head, Limits, Method, Step};
use crate::phase::Phase;
use crate::reuse::{CloseReason, Reuse};
use facts::Facts;
use front::{Front, arrive, begin};
use passing::{Passing, is_only_asked, is_over};

pub struct Answer {
    exchange: Exchange,
    wanted: Wanted,
    receiver: Option<Receiver>,
    facts: Facts,
    /// Of what was read.
    wire_bytes: u64,
    /// Bytes that have come of it and could not be read yet.
    unread: usize,
    front: Front,
    /// What of the driver's buffer, at its front, is content that was not taken yet.
    untaken: usize,
    /// There may be more content to take without more bytes.
    taking: bool,
    /// Redirects are followed.
    follow: bool,
    passing: Option<Box<Passing>>,
}

/// What became of what the driver had read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Received {
    /// All of it is read, and more is needed.
    More,
    /// A good deal was decoded, and there is more of it: others may run before the driver asks again.
    Slice,
    /// The answer is whole.
    Whole(Reuse),
}

impl Answer {
    /// `follow`: a redirect is one, and no result.
    pub fn new(method: Method, wanted: Wanted, follow: bool) -> Answer {
        let exchange = Exchange::new(method, Limits::default());
        let (facts, passing) = (Facts::default(), None);
        Answer {
            exchange,
            wanted,
            receiver: None,
            facts,
            wire_bytes: 0,
            unread: 0,
            front: Front::default(),
            untaken: 0,
            taking: false,
            follow,
            passing,
        }
    }

    /// Reads what is in `buffer`, takes out what it has read, and says what becomes of the connection once the answer is
    /// whole.
    ///
    /// # Errors
    /// `protocol`, `truncated`, `decode` or `too_large`, in the phase the fetch is in.
    pub fn receive(&mut self, buffer: &mut Vec<u8>, track: &mut Track) -> Result<Received, Failure> {
        arrive(buffer, track);
        let (mut read, before) = (0, self.bytes());
        let received = loop {
            if self.untaken > 0 || self.taking {
                let (taken, pauses) = self.take_some(&buffer[read..], before, track)?;
                read += taken;
                if pauses {
                    break Received::Slice;
                }
                continue;
            }
            self.unread = buffer.len() - read;
            let (consumed, step) = match self.exchange.receive(&buffer[read..]) {
                Ok(received) => received,
                Err(error) => return Err(self.front.refuse(&error, &buffer[read..], track)),
            };
            self.wire_bytes += consumed as u64;
            self.unread -= consumed;
            match step {
                Step::NeedMore => {
                    read += consumed;
                    self.front.look(&buffer[read..]);
                    self.check_chunk(track)?;
                    break Received::More;
                }
                Step::Done(reuse) => {
                    // What lies behind it is no part of it.
                    (read, self.unread) = (read + consumed, 0);
                    self.end_content(track)?;
                    break Received::Whole(reuse);
                }
                Step::Interim { .. } => {
                    self.front.begin();
                    read += consumed;
                    arrive(&buffer[read..], track);
                }
                Step::Head(head) => {
                    read += consumed;
                    begin(track);
                    self.facts.learn(&head, track);
                    let body = head.body;
                    match passing(&head, &self.wanted, self.follow, track) {
                        None => self.receiver = Some(receiver(&head, &self.wanted, track)),
                        passing => self.passing = passing,
                    }
                    self.check_length(body, track)?;
                }
                // A piece of content is the end of what was consumed.
                Step::Body(piece) => {
                    self.untaken = piece.len();
                    read += consumed - piece.len();
                    self.check_chunk(track)?;
                }
            }
        };
        buffer.drain(..read);
        self.progress(received, track);
        Ok(received)
    }

    /// As [`Answer::take`], and whether that is enough for one call, where `before` bytes were there at its beginning: also
    /// where nothing was gained, for the work was between two layers.
    fn take_some(&mut self, rest: &[u8], before: u64, track: &mut Track) -> Result<(usize, bool), Failure> {
        let had = self.bytes();
        let taken = self.take(rest, track)?;
        let bytes = self.bytes();
        Ok((taken, self.taking && (bytes - before >= SLICE as u64 || bytes == had)))
    }

    fn progress(&self, received: Received, track: &mut Track) {
        if !matches!(received, Received::Whole(_)) {
            self.speak_up(track);
        }
        if track.phase() == Phase::Body {
            track.progress(self.bytes(), self.wire_bytes);
        }
    }

    /// There is more to come than most answers have.
    fn speak_up(&self, track: &Track) {
        let status = if track.speak_up() { self.facts.status } else { None };
        if let Some(status) = status {
            track.emitter.emit(EventKind::HeadReceived { id: track.id, status, head: Headers::default() });
        }
    }

    /// Takes a slice of content from the front of `bytes`; tells how many of them it has read.
    fn take(&mut self, bytes: &[u8], track: &Track) -> Result<usize, Failure> {
        let piece = &bytes[..self.untaken];
        if let Some(passing) = &mut self.passing {
            passing.left = passing.left.saturating_sub(piece.len() as u64);
        }
        let taken = self.receiver.as_mut().map_or(Ok((piece.len(), false)), |receiver| receiver.take(piece));
        let (read, more) = taken.map_err(|error| content_failure(error, track))?;
        (self.untaken, self.taking) = (self.untaken - read, more);
        Ok(read)
    }

    /// What is told to be too much is not waited for, unless its beginning is of use. What is coded becomes what it
    /// becomes.
    fn check_length(&self, body: BodyLength, track: &Track) -> Result<(), Failure> {
        let is_in_vain = is_over(body, self.wanted.max) && self.is_of_no_use_in_part();
        if is_in_vain { Err(content_failure(too_much(self.wanted.max), track)) } else { Ok(()) }
    }

    /// Nor is a chunk that can't fit.
    fn check_chunk(&self, track: &Track) -> Result<(), Failure> {
        let is_over = self.exchange.chunked_to().is_some_and(|bytes| bytes > self.wanted.max);
        let is_in_vain = is_over && self.is_of_no_use_in_part();
        if is_in_vain { Err(content_failure(too_much(self.wanted.max), track)) } else { Ok(()) }
    }

    fn is_of_no_use_in_part(&self) -> bool {
        self.receiver.as_ref().is_some_and(|receiver| receiver.is_plain() && !receiver.finds())
    }

    fn end_content(&self, track: &Track) -> Result<(), Failure> {
        let ended = self.receiver.as_ref().map_or(Ok(()), Receiver::end);
        ended.map_err(|error| content_failure(error, track))
    }

    /// The peer closed its side, with `rest` bytes unread; `clean`: not in the middle of TLS.
    ///
    /// # Errors
    /// `truncated`, or `reset` where not one byte had come.
    pub fn end(&mut self, rest: usize, clean: bool, track: &mut Track) -> Result<Reuse, Failure> {
        let end = self.exchange.end(rest, clean).map_err(|error| track.http_failure(&error))?;
        self.end_content(track)?;
        match end {
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
                track.hurry(passing::WAIT);
                Ok(None)
            }
            _ => Ok(Some(Reuse::Close(CloseReason::Abandoned))),
        }
    }

    /// What looks for links, rules or pages in its content.
    pub fn take_finder(&mut self) -> Option<Finder> {
        self.receiver.as_mut()?.take_finder()
    }

    /// That of the answer, once its head was read.
    pub fn status(&self) -> Option<u16> {
        self.facts.status
    }

    /// Status and location of a redirect that is followed.
    pub fn leads_on(&self) -> Option<(u16, &Location)> {
        Some((self.facts.status?, self.passing.as_ref()?.location.as_ref()?))
    }

    /// Whether nothing of it has come that is no rest of an answer before.
    pub fn is_untouched(&self) -> bool {
        !self.front.is_begun() && self.facts.status.is_none()
    }

    /// Whether what came has not even the first line of an answer.
    pub fn is_foreign(&self) -> bool {
        self.front.is_foreign()
    }

    fn bytes(&self) -> u64 {
        self.receiver.as_ref().map_or(0, Receiver::bytes)
    }

    /// Puts what is known of it into `fetched`.
    pub fn tell(&self, fetched: &mut Fetched) {
        self.tell_facts(fetched);
        fetched.content_type = self.facts.content_type.clone();
        fetched.title = self.receiver.as_ref().and_then(Receiver::title);
    }

    /// The same at its end: what it had is `fetched`'s.
    pub fn give(&mut self, fetched: &mut Fetched) {
        self.tell_facts(fetched);
        fetched.content_type = self.facts.content_type.take();
        fetched.title = self.receiver.as_mut().and_then(Receiver::take_title);
    }

    fn tell_facts(&self, fetched: &mut Fetched) {
        fetched.status = self.facts.status;
        fetched.http_version = self.facts.version;
        fetched.wire_bytes = self.wire_bytes + self.unread as u64;
        fetched.body_bytes = self.bytes();
        fetched.content_encoding = self.facts.content_encoding.clone();
        fetched.retry_after = self.facts.retry_after;
        fetched.nowhere = self.facts.nowhere;
    }

    /// Puts the hash into the result, where the answer came `whole`, and hands out the content that was kept.
    pub fn conclude(&mut self, fetched: &mut Fetched, whole: bool) -> Option<&Coming> {
        let receiver = self.receiver.as_mut()?;
        if whole {
            (fetched.sha256, fetched.digest) = (receiver.sha256(), receiver.digest());
        }
        receiver.content()
    }
}

/// Whether the content behind this head goes past.
fn passing(head: &Head<'_>, wanted: &Wanted, follow: bool, track: &Track) -> Option<Box<Passing>> {
    let finds = || track.errand().is_some_and(|errand| Finder::of(errand, head).is_some());
    let only_asked = is_only_asked(head, wanted.max, track) && !finds();
    Passing::of(head, follow, only_asked)
}

/// Where it goes else.
fn receiver(head: &Head<'_>, wanted: &Wanted, track: &Track) -> Receiver {
    let finder = track.errand().and_then(|errand| Finder::of(errand, head));
    let encodings = head.fields.get_all("content-encoding");
    let receiver = Receiver::new(wanted.clone(), title_scanner(head), encodings, finder);
    if let Some(coming) = receiver.content() {
        track.keep(coming);
    }
    receiver
}

fn content_failure((kind, words): (FailureKind, String), track: &Track) -> Failure {
    track.failure(kind, &format!("{words}: {}", track.peer))
}

/// What finds the title of a page, where it may be one.
fn title_scanner(head: &Head<'_>) -> Option<TitleScanner> {
    let value = media_type(head.fields.get_all("content-type"));
    let essence = essence(value);
    if essence.is_empty() {
        return Some(TitleScanner::untyped());
    }
    let html = ["text/html", "application/xhtml+xml"];
    html.iter().any(|html| essence.eq_ignore_ascii_case(html.as_bytes())).then(|| TitleScanner::new(value))
}
