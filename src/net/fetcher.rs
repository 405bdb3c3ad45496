//! What all fetches of a run share: how they are made, where their events go, and what is made once for all of them.
//! Drives nothing.

use super::asks::{Asks, Ready};
use super::blocking::Means;
use super::content::Wanted;
use super::errand::Errand;
use super::heads;
use super::known::Known;
use super::lifeline::Lifeline;
use super::limits::Limits;
use super::parking::Parking;
use super::peer::Peer;
use super::pool::Pool;
use super::proxy::{Proxies, Proxy};
use super::resolve::Source;
use super::resolver::Resolver;
use super::shortage::{Room, Shortage};
use super::stream::Stream;
use super::tls::{Preparation, Trust};
use super::track::Track;
use super::way::Way;
use crate::content::Stash;
use crate::crawl::Pacer;
use crate::emit::Emitter;
use crate::event::{EventKind, Hold};
use crate::failure::{Failure, FailureKind};
use crate::head::CODINGS;
use crate::http::{Method, RequestError};
use crate::id::FetchId;
use crate::place::Role;
use crate::reuse::{CloseReason, Reuse};
use crate::target::Target;
use std::sync::Arc;

/// How fetches are made.
#[derive(Clone, Debug)]
pub struct Options {
    pub limits: Limits,
    pub trust: Trust,
    pub proxies: Proxies,
    pub way: Way,
    /// `--user-agent`; none is sent where it is empty.
    pub user_agent: String,
    pub asks: Asks,
    /// `--max-filesize`, in bytes of decoded content.
    pub max_filesize: u64,
    /// `--hash`.
    pub hash: bool,
    /// `--body`.
    pub keep_content: bool,
    /// Connections that may be kept for another request; 0 for a connection a request.
    pub keep: usize,
    /// Panic in each fetch, for the tests of what a panic does.
    pub panic: bool,
}

/// Makes fetches; one is shared by all tasks and all workers.
pub struct Fetcher {
    pub(super) options: Options,
    ready: Result<Ready, RequestError>,
    pub(super) emitter: Emitter,
    pub(super) preparation: Arc<Preparation>,
    pub(super) parking: Arc<Parking>,
    pub(super) pacer: Arc<Pacer>,
    pub(super) pool: Pool<Stream>,
    pub(super) blocking: Means,
    pub(super) resolver: Resolver,
    pub(super) shortage: Shortage,
    /// Where contents are kept, where they are to be.
    stash: Option<Arc<Stash>>,
}

impl Fetcher {
    pub fn new(options: Options, emitter: Emitter) -> Fetcher {
        let (preparation, blocking) = (Arc::new(Preparation::new(options.trust.clone())), Means::new(options.keep));
        let pool = Pool::new(options.keep);
        let (resolver, shortage) = (Resolver::default(), Shortage::default());
        let stash = options.keep_content.then(Arc::default);
        let defaults = [("User-Agent", options.user_agent.as_str()), ("Accept", "*/*"), ("Accept-Encoding", CODINGS)];
        // As in curl: an empty name is none.
        let named = usize::from(options.user_agent.is_empty());
        let ready = Ready::new(&options.asks, options.keep == 0, &defaults[named..]);
        Fetcher {
            options,
            ready,
            emitter,
            preparation,
            parking: Arc::default(),
            pacer: Arc::default(),
            pool,
            blocking,
            resolver,
            shortage,
            stash,
        }
    }

    /// Has `resolver` look up the names, in the place of the system.
    #[must_use]
    pub fn resolving_by(mut self, resolver: Resolver) -> Fetcher {
        self.resolver = resolver;
        self
    }

    /// What this machine lacks, while a fetch waits for it: then no other should start.
    pub fn lacks(&self) -> Option<Hold> {
        self.shortage.hold()
    }

    /// Who asked it to be left alone.
    pub fn parking(&self) -> Arc<Parking> {
        self.parking.clone()
    }

    /// Whose turn it is to send a request, where there is a rate.
    pub fn pacer(&self) -> Arc<Pacer> {
        self.pacer.clone()
    }

    /// What is made for its TLS.
    pub fn preparation(&self) -> Arc<Preparation> {
        self.preparation.clone()
    }

    /// Closes the connections that are kept for another request.
    pub fn close_idle(&self) {
        while self.pool.give_up(CloseReason::RunEnded).is_some() {}
        self.blocking.close_idle();
    }

    /// Where the addresses of hosts come from.
    pub(super) fn source(&self) -> Source<'_> {
        Source { resolver: &self.resolver, way: &self.options.way, room: self.room() }
    }

    /// Whom to turn to for a descriptor or a port: idle connections are given up first.
    pub(super) fn room(&self) -> Room<'_> {
        Room { shortage: &self.shortage, spare: [&self.pool, self.blocking.spare()] }
    }

    #[inline]
    pub(super) fn begin(&self, id: FetchId, target: Target, lifeline: &Arc<Lifeline>) -> (Known, Track) {
        assert!(!self.options.panic, "a panic on purpose in task {}", id.0);
        let peer = Peer::Of(target.clone());
        let track = Track::new(id, peer, self.options.limits, Arc::clone(lifeline), self.emitter.clone());
        (Known::new(target, &self.options.asks, lifeline), track)
    }

    pub(super) fn wanted(&self, errand: Option<&Errand>) -> Wanted {
        let Options { max_filesize: max, hash, .. } = self.options;
        let keep = self.stash.clone();
        Wanted { max, hash, digest: errand.is_some_and(|errand| errand.role() == Role::Page), keep }
    }

    pub(super) fn method(&self) -> Method {
        self.options.asks.method
    }

    /// What becomes of a connection that could be kept, by the wish of the run.
    pub(super) fn fresh(&self, reuse: Reuse) -> Reuse {
        if self.options.keep == 0 && reuse == Reuse::Keep { Reuse::Close(CloseReason::Asked) } else { reuse }
    }

    pub(super) fn proxy_to(&self, target: &Target) -> Option<Arc<Proxy>> {
        self.options.proxies.to(target).cloned()
    }

    /// Appends the bytes that ask for the target, or ask a proxy to ask for it (RFC 9112, section 3.2.2).
    ///
    /// # Errors
    /// `invalid_url` where it can't be asked for.
    pub(super) fn request(&self, known: &Known, track: &Track, out: &mut Vec<u8>) -> Result<(), Failure> {
        let (target, start) = (&known.target, known.start(track));
        let passing = known.proxy.as_ref().filter(|proxy| proxy.passes_on(target));
        let form = if passing.is_some() { target.url() } else { target.path() };
        let authorization = passing.and_then(|proxy| proxy.authorization());
        let field = authorization.as_deref().map(|value| ("Proxy-Authorization", value));
        let ready = self.ready.as_ref().map_err(Clone::clone);
        let begin = out.len();
        let method = known.method(self.method(), track);
        match ready.and_then(|ready| ready.write(method, target, start, form, field.as_slice(), out)) {
            Ok(()) => {
                tell(known, track, &out[begin..]);
                Ok(())
            }
            Err(error) => Err(track.failure(FailureKind::InvalidUrl, &error.to_string())),
        }
    }
}
/// Tells the request that was written, where anyone wants to know.
fn tell(known: &Known, track: &Track, written: &[u8]) {
    if track.tells_heads() {
        let proxy = known.proxy.as_ref().map(|proxy| Box::new(proxy.shown().clone()));
        let head = heads::request(written);
        track.emitter.emit(EventKind::RequestMade { id: track.id, head, proxy });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fetch_that_waits_takes_little_room() {
        let (emitter, _events) = crate::emit::channel(crate::clock::Clock::start(), false);
        let limits = Limits { connect: None, idle: None, max: None };
        let options = Options {
            limits,
            trust: Trust::Anyone,
            user_agent: "test".into(),
            way: Default::default(),
            proxies: Default::default(),
            asks: Asks::default(),
            max_filesize: 1,
            hash: false,
            keep_content: false,
            keep: 1,
            panic: false,
        };
        let fetcher = Arc::new(Fetcher::new(options, emitter));
        let target = Target::parse("http://127.0.0.1:9/").expect("a target");
        let fetch = fetcher.fetch(crate::id::FetchId(1), target, crate::text::Untrusted::new("", 9), Arc::default());
        assert!(size_of_val(&fetch) <= 2560, "{} bytes", size_of_val(&fetch));
    }
}
