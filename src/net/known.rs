//! What is known of one fetch so far, whatever comes, and the result that it makes. Knows no socket.

use super::answer::Answer;
use super::lifeline::Lifeline;
use super::pool::Connection;
use super::proxy::Proxy;
use super::track::Track;
use crate::content::Content;
use crate::event::EventKind;
use crate::failure::{Failure, FailureKind};
use crate::fetched::{Fetched, TlsFacts};
use crate::reuse::{CloseReason, Reuse};
use crate::target::Target;
use crate::text::Untrusted;
use std::borrow::Cow;
use std::net::IpAddr;
use std::sync::Arc;

/// Bytes of a URL that are kept.
const URL_BYTES: usize = 64 << 10;

pub struct Known {
    pub target: Target,
    pub answer: Option<Answer>,
    /// What leads to the target.
    pub proxy: Option<Arc<Proxy>>,
    remote: Option<IpAddr>,
    reused: bool,
    closed: Option<CloseReason>,
    tls: Option<Arc<TlsFacts>>,
    fell_back: Option<(Untrusted, Box<Failure>)>,
    lifeline: Arc<Lifeline>,
}

impl Known {
    pub fn new(target: Target, lifeline: Arc<Lifeline>) -> Known {
        Known {
            target,
            answer: None,
            proxy: None,
            remote: None,
            reused: false,
            closed: None,
            tls: None,
            fell_back: None,
            lifeline,
        }
    }

    /// The target is asked by `proxy`, if there is one.
    pub fn go_by(&mut self, proxy: Option<Arc<Proxy>>, track: &mut Track) {
        if let Some(proxy) = &proxy {
            track.peer = format!("{}:{} by {}", self.target.host(), self.target.port(), proxy.name());
        }
        self.proxy = proxy;
    }

    /// What a kept connection to the target is told by.
    pub fn way(&self) -> Cow<'_, str> {
        let origin = self.target.origin();
        self.proxy.as_ref().map_or(Cow::Borrowed(origin), |proxy| Cow::Owned(proxy.way(&self.target)))
    }

    /// The connection that carries the request.
    pub fn use_connection<S>(&mut self, connection: &Connection<S>, track: &Track) {
        self.remote = Some(connection.remote.ip());
        self.reused = connection.carried > 0;
        self.tls = connection.tls.clone();
        if self.reused && track.emitter.detailed() {
            track.emitter.emit(EventKind::Reused { id: track.id, carried: connection.carried });
        }
    }

    /// Whether the kept connection was closed before the peer saw the request: not one byte of an answer came.
    pub fn is_stale(&self, failure: &Failure) -> bool {
        self.reused
            && matches!(failure.kind, FailureKind::Reset | FailureKind::Truncated)
            && self.answer.as_ref().is_none_or(Answer::is_untouched)
    }

    /// The request is sent once more, on a fresh connection.
    pub fn start_afresh(&mut self, track: &mut Track) {
        self.answer = None;
        track.turn_to(track.peer.clone());
        track.emitter.emit(EventKind::Resent { id: track.id });
    }

    /// Notes why the connection is not kept, or says that it can be.
    pub fn keep(&mut self, reuse: Reuse) -> bool {
        self.closed = match reuse {
            Reuse::Keep => None,
            Reuse::Close(reason) => Some(reason),
        };
        self.closed.is_none()
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
        let reason = Box::new(failure);
        track.emitter.emit(EventKind::FellBack { id: track.id, url: url.clone(), reason: reason.clone() });
        self.fell_back = Some((url, reason));
        self.target = plain;
        Ok(())
    }

    pub fn result(self, url: Untrusted, outcome: Result<(), Failure>, track: Track) -> Fetched {
        let ended = track.emitter.now();
        let whole = outcome.is_ok();
        let (final_url, fell_back) = self.fell_back.unzip();
        let mut fetched = Fetched {
            failure: outcome.err(),
            final_url,
            marks: track.marks,
            remote_ip: self.remote,
            reused: self.reused,
            closed: self.closed,
            tls: self.tls,
            proxy: self.proxy.map(|proxy| proxy.shown().clone()),
            fell_back,
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
