//! What is known of one fetch so far, whatever comes, and the result that it makes. Knows no socket.

mod going_on;

use super::answer::Answer;
use super::asks::Asks;
use super::errand::Gained;
use super::finder::Finder;
use super::lifeline::Lifeline;
use super::peer::Peer;
use super::pool::Connection;
use super::proxy::Proxy;
use super::reach::{Reach, evident};
use super::track::Track;
use crate::event::EventKind;
use crate::failure::{Failure, FailureKind};
use crate::fetched::{Fetched, TlsFacts};
use crate::http::Method;
use crate::phase::Phase;
use crate::place::Role;
use crate::reuse::{CloseReason, Reuse};
use crate::target::Target;
use crate::text::Untrusted;
use going_on::Led;
use std::borrow::Cow;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

/// Bytes of a URL that are kept.
const URL_BYTES: usize = 64 << 10;
/// Redirects that a robots.txt is followed by (RFC 9309, section 2.3.1.2).
const ROBOTS_REDIRECTS: u32 = 5;

pub struct Known {
    pub target: Target,
    /// Once something of it has come.
    pub answer: Option<Box<Answer>>,
    /// What leads to the target.
    pub proxy: Option<Arc<Proxy>>,
    reach: Reach,
    max_redirects: u32,
    /// Once it is not the target that was given.
    led: Option<Box<Led>>,
    remote: Option<IpAddr>,
    reused: bool,
    closed: Option<CloseReason>,
    not_reused: Option<CloseReason>,
    tls: Option<Arc<TlsFacts>>,
    /// What is asked now, where that is not what was given.
    elsewhere: Option<Untrusted>,
    /// Why https was given up.
    fell_back: Option<Box<Failure>>,
    /// What a crawl is to have of it; of most other fetches there is none, and no room for it.
    gained: Option<Box<Gained>>,
}

impl Known {
    pub fn new(target: Target, asks: &Asks, lifeline: &Lifeline) -> Known {
        let (mut reach, mut max_redirects) = (Reach::new(asks.allow_private), asks.max_redirects);
        if let Some(errand) = lifeline.errand() {
            reach = reach.within(errand.classes.clone(), errand.given);
            max_redirects = if errand.role() == Role::Robots { ROBOTS_REDIRECTS } else { max_redirects };
        }
        Known {
            target,
            answer: None,
            proxy: None,
            reach,
            max_redirects,
            led: None,
            remote: None,
            reused: false,
            closed: None,
            not_reused: None,
            tls: None,
            elsewhere: None,
            fell_back: None,
            gained: None,
        }
    }

    /// The target is asked by `proxy`, if there is one.
    pub fn go_by(&mut self, proxy: Option<Arc<Proxy>>, track: &mut Track) {
        if let Some(proxy) = &proxy {
            track.peer = Peer::Named(format!("{} by {}", Peer::Of(self.target.clone()), proxy.name()));
        }
        self.proxy = proxy;
    }

    /// What a kept connection to the target is told by.
    pub fn way(&self) -> Cow<'_, str> {
        let origin = self.target.origin();
        self.proxy.as_ref().map_or(Cow::Borrowed(origin), |proxy| Cow::Owned(proxy.way(&self.target)))
    }

    /// Where a connection leads: to the address that was dialled, or by a proxy to the target's own, if that is known.
    fn place<S>(&self, connection: &Connection<S>) -> Option<IpAddr> {
        match self.proxy {
            None => Some(connection.remote.ip()),
            Some(_) => connection.told.or_else(|| evident(self.target.host())),
        }
    }

    /// Whether a kept connection leads to where the fetch may go.
    pub fn may_use<S>(&self, connection: &Connection<S>) -> bool {
        self.place(connection).is_none_or(|address| self.reach.allows(address))
    }

    /// What was given: what is secret goes to its origin alone.
    pub fn start<'a>(&'a self, track: &'a Track) -> &'a Target {
        let errand = track.errand().map(|errand| &errand.start);
        errand.or(self.led.as_ref().map(|led| &led.start)).unwrap_or(&self.target)
    }

    /// How the target is asked: by HEAD, where all that matters is whether it is there, and by `wanted` else.
    pub fn method(&self, wanted: Method, track: &Track) -> Method {
        let by_head = track.errand().is_some_and(|errand| errand.asks_by_head());
        if by_head { Method::Head } else { wanted }
    }

    /// There is a connection to `address`, whatever comes of it.
    pub fn reached(&mut self, address: SocketAddr, track: &Track) {
        self.remote = Some(address.ip());
        self.note(track);
    }

    /// Puts all that is known to what is kept of the fetch, where that is.
    pub fn note(&self, track: &Track) {
        track.learn(|so_far| {
            let marks = std::mem::take(&mut so_far.marks);
            let blank = Fetched::blank(so_far.url.clone(), so_far.started, so_far.ended);
            *so_far = Fetched { marks, ..blank };
            self.tell(so_far, track);
            if let Some(answer) = &self.answer {
                answer.tell(so_far);
            }
        });
    }

    /// Puts what is known into `fetched`, but for its answer.
    fn tell(&self, fetched: &mut Fetched, track: &Track) {
        fetched.final_url = self.elsewhere.clone();
        fetched.redirects = match (&self.led, track.errand().and_then(|errand| errand.chain.as_ref())) {
            (Some(led), _) => led.chain.hops.clone(),
            (None, before) => before.map_or_else(Vec::new, |chain| chain.hops.clone()),
        };
        (fetched.remote_ip, fetched.reused, fetched.tls) = (self.remote, self.reused, self.tls.clone());
        (fetched.closed, fetched.not_reused) = (self.closed, self.not_reused);
        fetched.proxy = self.proxy.as_ref().map(|proxy| proxy.shown().clone());
        fetched.fell_back = self.fell_back.clone();
        fetched.retry_after = track.put_off_until();
    }

    /// The connection that carries the request.
    pub fn use_connection<S>(&mut self, connection: &Connection<S>, track: &Track) {
        self.remote = Some(connection.remote.ip());
        // Until its answer has come to its end.
        self.closed = Some(CloseReason::Unfinished);
        self.reach.arrive(self.place(connection));
        self.reused = connection.carried > 0;
        if self.reused {
            // There was another.
            self.not_reused = None;
        }
        self.tls = connection.tls.clone();
        if self.reused && track.tells_steps() {
            let (address, tls) = (Some(Box::new(connection.remote)), connection.tls.clone());
            track.emitter.emit(EventKind::Reused { id: track.id, carried: connection.carried, address, tls });
        }
    }

    /// A kept connection that there was for the request can't carry it; of several, one is told.
    pub fn miss(&mut self, reason: CloseReason, track: &Track) {
        if self.not_reused.replace(reason).is_none() {
            track.speak_up();
            if track.tells_steps() {
                track.emitter.emit(EventKind::NotReused { id: track.id, reason });
            }
        }
    }

    /// Whether the kept connection was closed before the peer saw the request, so that not one byte of an answer came; or
    /// what came is a rest of an answer before, as of a server that sends content behind HEAD, 204 or 304.
    pub fn is_stale(&self, failure: &Failure) -> bool {
        let lost = |answer: &Answer| match failure.kind {
            FailureKind::Reset | FailureKind::Truncated => answer.is_untouched(),
            FailureKind::Protocol => answer.is_foreign(),
            _ => false,
        };
        let closed = matches!(failure.kind, FailureKind::Reset | FailureKind::Truncated);
        self.reused && self.answer.as_ref().map_or(closed, |answer| lost(answer))
    }

    /// What becomes of a request that a kept connection has lost: it is sent once more now, unless its host wants time
    /// between two, or all of them do; then it is a fetch that has failed, for whoever knows the time.
    ///
    /// # Errors
    /// `reset`, where it is not sent now.
    pub fn may_resend(&self, track: &Track) -> Result<(), Failure> {
        if !track.is_paced() {
            return Ok(());
        }
        track.lose();
        Err(track.failure(FailureKind::Reset, "the kept connection has lost the request"))
    }

    /// The request is sent once more, on a fresh connection.
    pub fn start_afresh(&mut self, track: &mut Track) {
        let spoiled = self.answer.take().is_some_and(|answer| answer.is_foreign());
        self.not_reused = Some(if spoiled { CloseReason::BytesAfterResponse } else { CloseReason::PeerClosed });
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

    /// Whether a proxy may be asked for the target, as far as that can be judged without its addresses.
    ///
    /// # Errors
    /// `not_allowed`, where the host is written as an address that the fetch may not go to.
    pub fn check_evident(&self, track: &mut Track) -> Result<(), Failure> {
        let address = evident(self.target.host()).map(|address| SocketAddr::new(address, self.target.port()));
        self.reachable(address.into_iter().collect(), track).map(drop)
    }

    /// Those of a host's addresses that the fetch may go to.
    ///
    /// # Errors
    /// `not_allowed`, where it may go to none.
    pub fn reachable(&self, addresses: Vec<SocketAddr>, track: &mut Track) -> Result<Vec<SocketAddr>, Failure> {
        self.reach.filter(addresses).map_err(|words| {
            track.enter(Phase::Connect);
            let host = self.target.host();
            let named = host.parse::<IpAddr>().is_err();
            track.failure(FailureKind::NotAllowed, &if named { format!("{host}: {words}") } else { words })
        })
    }

    /// The result, into which all that is known goes.
    pub fn result(&mut self, url: Untrusted, outcome: Result<(), Failure>, track: &mut Track) -> Fetched {
        let ended = track.emitter.now();
        let whole = outcome.is_ok();
        let place = track.errand().map(|errand| errand.place.clone());
        let marks = std::mem::take(&mut track.marks);
        let mut fetched = Fetched { place, failure: outcome.err(), marks, ..Fetched::blank(url, track.started, ended) };
        self.tell(&mut fetched, track);
        if let Some(answer) = &mut self.answer {
            answer.give(&mut fetched);
        }
        let mut gained = self.gained.take();
        if let Some(errand) = track.errand() {
            let (status, failure) = (self.answer.as_ref().and_then(|answer| answer.status()), fetched.kind());
            let finder = self.answer.as_mut().and_then(|answer| answer.take_finder());
            let gained = gained.get_or_insert_default();
            gained.found = match finder {
                Some(finder) => Some(finder.finish(status, failure)),
                None => Finder::nothing(errand, status, failure),
            };
            gained.asked = Some(self.target.clone());
            gained.bare = self.fell_back.is_some() || self.target.fallback().is_some();
        }
        let coming = self.answer.as_mut().and_then(|answer| answer.conclude(&mut fetched, whole));
        if let Some(content) = coming.and_then(|coming| coming.finish(track.emitter.waiting())) {
            track.leave(content);
        }
        if let Some(gained) = gained {
            track.bring(gained);
        }
        fetched
    }
}
