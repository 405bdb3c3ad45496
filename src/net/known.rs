//! What is known of one fetch so far, whatever comes, and the result that it makes. Knows no socket.

use super::answer::Answer;
use super::lifeline::Lifeline;
use super::track::Track;
use crate::content::Content;
use crate::event::EventKind;
use crate::failure::{Failure, FailureKind};
use crate::fetched::Fetched;
use crate::target::Target;
use crate::text::Untrusted;
use std::net::IpAddr;
use std::sync::Arc;

/// Bytes of a URL that are kept.
const URL_BYTES: usize = 64 << 10;

pub struct Known {
    pub target: Target,
    /// What was given: what is secret goes to its origin alone.
    pub start: Target,
    pub remote: Option<IpAddr>,
    pub answer: Option<Answer>,
    fell_back: Option<Untrusted>,
    lifeline: Arc<Lifeline>,
}

impl Known {
    pub fn new(target: Target, lifeline: Arc<Lifeline>) -> Known {
        Known { start: target.clone(), target, remote: None, answer: None, fell_back: None, lifeline }
    }

    /// A target without a scheme, where https did not answer: http is to be tried.
    ///
    /// # Errors
    /// `failure`, where there is nothing else to try.
    pub fn fall_back(&mut self, failure: Failure, track: &mut Track) -> Result<(), Failure> {
        let plain = self.target.fallback().filter(|_| may_help(failure.kind));
        let Some(plain) = plain else { return Err(failure) };
        track.turn_to(format!("{}:{}", plain.host(), plain.port()));
        let url = Untrusted::new(plain.url(), URL_BYTES);
        track.emitter.emit(EventKind::FellBack { id: track.id, url: url.clone() });
        self.fell_back = Some(url);
        self.target = plain;
        Ok(())
    }

    pub fn result(self, url: Untrusted, outcome: Result<(), Failure>, track: Track) -> Fetched {
        let ended = track.emitter.now();
        let whole = outcome.is_ok();
        let mut fetched = Fetched {
            failure: outcome.err(),
            final_url: self.fell_back,
            marks: track.marks,
            remote_ip: self.remote,
            ..Fetched::failed(url, track.started, ended, Failure::new(FailureKind::Internal, ""))
        };
        if let Some(bytes) = self.answer.and_then(|answer| answer.tell(&mut fetched, whole)) {
            self.lifeline.leave(Content::new(bytes, track.emitter.waiting()));
        }
        fetched
    }
}

/// Whether another scheme may do better: a name without an address has none there either.
fn may_help(kind: FailureKind) -> bool {
    !matches!(kind, FailureKind::Cancelled | FailureKind::Dns)
}
