//! The frontier as the loop and the callbacks use it: targets with their errands come out, results and what they led to
//! go in, and what changes is told. Knows no task and no socket.

mod chains;
mod elsewhere;
mod gate;
mod hops;
mod kept;
mod leads;
mod maps;
mod promoted;
mod schemes;
mod starts;
#[cfg(test)]
mod tests;
mod wishes;

pub(super) use chains::LedFrom;
pub(super) use leads::Leads;

use super::sample::Sample;
use crate::clock::At;
use crate::crawl::scope::{self, Scope};
use crate::crawl::sitemap::Shelf;
use crate::crawl::{self, Ended, Explorer, Frontier, Late, Manners, OriginId, Pacer, Standing, Taken, Wishes};
use crate::emit::Emitter;
use crate::failure::{Failure, FailureKind};
use crate::fetched::Fetched;
use crate::id::FetchId;
use crate::net::{Chain, Classes, Errand};
use crate::phase::Phase;
use crate::place::{Place, Role, Source};
use crate::target::Target;
use crate::text::Untrusted;
use starts::Starts;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

const URL_BYTES: usize = 64 << 10;
/// Bytes of words about a host or a trap.
const WORDS: usize = 512;

/// What a crawl is bound to.
#[derive(Clone, Debug)]
pub struct CrawlTerms {
    pub manners: Manners,
    pub scope: scope::Rules,
    pub wishes: Wishes,
    /// Ids of pages are kept, so that links to parts of them can be checked.
    pub fragments: bool,
    /// By which name robots.txt speaks to this crawler.
    pub agent: Arc<str>,
    /// To begin with, beside those that a robots.txt names.
    pub sitemaps: Vec<Target>,
}

/// What there is to do.
pub(super) enum Next {
    /// A target, to be fetched for the first time.
    Fetch {
        id: FetchId,
        target: Target,
        errand: Errand,
    },
    /// Its next attempt.
    Again(FetchId),
    /// A result that needs no fetch.
    Kept {
        id: FetchId,
        place: Arc<Place>,
        fetched: Arc<Fetched>,
    },
    Until(At),
    /// Something in flight has to end first.
    Wait,
    End,
}

pub(super) struct Crawler {
    inner: Mutex<Inner>,
    classes: Arc<Classes>,
    shelf: Shelf,
    emitter: Emitter,
    terms: CrawlTerms,
}

struct Inner {
    explorer: Explorer,
    starts: Starts,
    /// The redirects that led to targets which are not fetched yet.
    trails: HashMap<FetchId, Arc<Chain>>,
    chains: chains::Chains,
    /// Redirects that led out when they were answered, and may be let in.
    hops: hops::Hops,
    /// Sitemaps that lead to a start or to another one.
    maps: Vec<maps::MapElsewhere>,
    /// Answers that are there already, of targets that wait.
    answers: HashMap<FetchId, Arc<Fetched>>,
    /// Whose robots.txt a fetch asks for.
    asking: HashMap<FetchId, OriginId>,
    /// Whose robots.txt is that of another one.
    elsewhere: elsewhere::Elsewhere,
    /// Origins that can't be reached at all, as their robots.txt has shown.
    gone: HashMap<Box<str>, Failure>,
    /// Pages whose links are on their way into the frontier.
    following: usize,
    /// Of those, links that were let in meanwhile: they are told once it was told how they were counted before.
    held: HashMap<FetchId, Vec<Late>>,
    /// The page that led to the target before; often it leads to the next one as well.
    source: Option<Source>,
    parts: super::parts::Parts,
    /// It was told that something stays a check.
    checked_told: bool,
    sample: Sample,
}

impl Crawler {
    pub fn new(terms: CrawlTerms, pacer: Arc<Pacer>, emitter: Emitter) -> Crawler {
        let frontier = Frontier::new(terms.manners).paced_by(pacer);
        let scope = Scope::new(terms.scope.clone(), []);
        let inner = Inner {
            explorer: Explorer::new(frontier, scope, terms.wishes, terms.manners.seed),
            starts: Starts::default(),
            trails: HashMap::new(),
            chains: chains::Chains::default(),
            hops: hops::Hops::default(),
            maps: Vec::new(),
            answers: HashMap::new(),
            asking: HashMap::new(),
            elsewhere: elsewhere::Elsewhere::default(),
            gone: HashMap::new(),
            following: 0,
            held: HashMap::new(),
            source: None,
            parts: super::parts::Parts::default(),
            checked_told: false,
            sample: Sample::default(),
        };
        let inner = Mutex::new(inner);
        let crawler = Crawler { inner, classes: Arc::default(), shelf: Shelf::default(), emitter, terms };
        crawler.begin_sitemaps();
        crawler
    }

    /// What is to be done now; `whole`: all starts are there.
    pub fn next(&self, whole: bool) -> Next {
        let now = self.emitter.now();
        let mut inner = self.lock();
        inner.explorer.more_starts = !whole;
        if let Some(trap) = inner.explorer.forgo_maps() {
            self.tell_traps(std::iter::once(trap));
        }
        self.tell_unread_maps(&mut inner);
        // What leads out may turn out to belong to the crawl.
        let unsettled = inner.explorer.may_widen();
        if !unsettled {
            self.settle(&mut inner);
        }
        inner.explorer.frontier.defer_checks(unsettled);
        let mut next = inner.explorer.frontier.next(now);
        if next == crawl::Next::End && inner.explorer.release_all() {
            next = inner.explorer.frontier.next(now);
        }
        if whole && unsettled && next == crawl::Next::End {
            // Nothing is left that could make the scope wider.
            self.settle(&mut inner);
            inner.explorer.frontier.defer_checks(false);
            next = inner.explorer.frontier.next(now);
        }
        match next {
            crawl::Next::Target(taken) if taken.attempt > 1 => Next::Again(taken.id),
            crawl::Next::Target(taken) => self.fetch(&mut inner, &taken),
            crawl::Next::Robots { origin, url } => self.ask_robots(&mut inner, origin, &url),
            crawl::Next::Kept { id, url, line, rule } => {
                let failure = inner.kept(&url, line, &rule);
                self.kept(&mut inner, id, &url, (failure, None), now)
            }
            crawl::Next::Parked { id, url, until, why } => {
                self.kept(&mut inner, id, &url, kept::parked(why, until, now), now)
            }
            crawl::Next::Until(at, _) => Next::Until(at),
            crawl::Next::Wait(_) => Next::Wait,
            crawl::Next::End => self.too_far(&mut inner, whole, now),
        }
    }

    fn fetch(&self, inner: &mut Inner, taken: &Taken) -> Next {
        let id = taken.id;
        let given = inner.starts.given.remove(&id);
        if let Some(answer) = inner.answers.remove(&id) {
            return self.answered(inner, taken, &answer);
        }
        // A bare host knows a second scheme; all else is asked for by its normal form.
        let bare = inner.starts.bare.remove(&id);
        let target = match bare.map_or_else(|| Target::parse(&taken.url), Ok) {
            Ok(target) => target,
            Err(error) => {
                let failure = Failure::new(FailureKind::InvalidUrl, &error.to_string());
                return self.kept(inner, id, &taken.url, (failure, None), self.emitter.now());
            }
        };
        let role = inner.explorer.role(id);
        let place = Place { role, depth: taken.depth, source: inner.source(taken.source) };
        let chain = inner.trails.remove(&id);
        let paced = inner.explorer.frontier.is_paced(id);
        let by_get = self.terms.fragments && inner.explorer.frontier.has_parts(id);
        let errand = Errand { paced, by_get, ..self.errand(inner, place, &target, given, chain) };
        Next::Fetch { id, target, errand }
    }

    fn errand(&self, inner: &Inner, place: Place, target: &Target, given: bool, chain: Option<Arc<Chain>>) -> Errand {
        Errand {
            place: Arc::new(place),
            start: inner.starts.of(target),
            given,
            classes: self.classes.clone(),
            chain,
            assets: self.terms.wishes.assets,
            ids: self.terms.fragments,
            paced: false,
            by_get: false,
            agent: self.terms.agent.clone(),
            shelf: self.shelf.clone(),
        }
    }

    /// The attempt ended; it is put back until then.
    pub fn retry(&self, id: FetchId, fetched: &Fetched, until: At) {
        self.lock().explorer.frontier.retry(id, ended(fetched), until, self.emitter.now());
    }

    /// The result of the target was told.
    pub fn done(&self, id: FetchId, fetched: &Arc<Fetched>) {
        if fetched.role() == Role::Sitemap {
            self.tell_unread(id, fetched);
        }
        if fetched.role() == Role::Robots {
            return;
        }
        let mut inner = self.lock();
        if inner.explorer.frontier.standing(id) == Standing::Refused || is_let_go(fetched) {
            inner.explorer.keeps_scheme(id);
        }
        inner.explorer.frontier.done(id, ended(fetched), self.emitter.now());
        // What leads on is answered once it is known where to.
        if !leads_on(fetched) && !inner.chains.has_ended(id) {
            inner.explorer.answered(id);
        }
        if self.terms.fragments && is_no_page(fetched) {
            inner.parts.miss(id);
        }
    }

    /// An id of the same count, for what is no target.
    pub fn fresh_id(&self) -> FetchId {
        self.lock().explorer.frontier.reserve_id()
    }

    /// Whether links of a page are on their way into the frontier.
    pub fn is_following(&self) -> bool {
        self.lock().following > 0
    }

    /// Targets that are known, and those of them that wait.
    pub fn known(&self) -> (u64, u64) {
        let counts = self.lock().explorer.counts();
        (counts.found, counts.waiting)
    }

    /// The run has come to its end: what sitemaps wait is not read.
    pub fn end(&self) {
        let mut inner = self.lock();
        let elsewhere = std::mem::take(&mut inner.maps).len();
        inner.explorer.end_maps(elsewhere);
    }

    /// Where there were more pages than are fetched, or may have been: those of them that were kept.
    pub fn over(&self) -> Option<u64> {
        let inner = self.lock();
        let counts = inner.explorer.frontier.counts();
        let more = counts.refused.over + counts.turned_away > 0 || inner.explorer.leaves_maps();
        more.then_some(counts.refused.over)
    }

    /// Whether targets were not asked for since their hosts did not want to be.
    pub fn has_left_alone(&self) -> bool {
        self.lock().explorer.frontier.counts().refused.unwilling > 0
    }

    /// Links from a start, by the shortest path that is known.
    pub fn depth(&self, id: FetchId) -> u32 {
        self.lock().explorer.frontier.depth(id)
    }

    /// The result, with its depth as it is known now.
    pub fn placed(&self, id: FetchId, fetched: Arc<Fetched>) -> Arc<Fetched> {
        let Some(place) = fetched.place.as_ref().filter(|_| self.terms.scope.level.is_some()) else { return fetched };
        let depth = self.depth(id);
        if depth >= place.depth {
            return fetched;
        }
        let place = Arc::new(Place { depth, ..Place::clone(place) });
        Arc::new(Fetched { place: Some(place), ..Fetched::clone(&fetched) })
    }

    /// Tells what has changed, at most so often; `last`: at the end, whatever was told before.
    pub fn tell(&self, last: bool) {
        let now = self.emitter.now();
        let mut inner = self.lock();
        if last {
            self.tell_unasked(&mut inner);
            self.tell_unread_maps(&mut inner);
        }
        let Inner { explorer, sample, .. } = &mut *inner;
        sample.tell(explorer, &self.emitter, now, last);
    }

    /// When there is something to tell again, where anything has changed.
    pub fn tells_at(&self) -> Option<At> {
        self.lock().sample.due()
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        // Nothing that can panic leaves it half done: a link more or less is taken up.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn source(&mut self, id: Option<FetchId>) -> Option<Source> {
        let id = id?;
        if self.source.as_ref().is_none_or(|source| source.id != id) {
            let url = self.explorer.frontier.url(id)?;
            self.source = Some(Source { id, url: Untrusted::new(&url, URL_BYTES) });
        }
        self.source.clone()
    }
}

/// Whether nothing is there that a link could lead to a part of; what was let go of may be.
fn is_no_page(fetched: &Fetched) -> bool {
    let leads_nowhere = !matches!(fetched.status, Some(200..=299)) && fetched.final_url.is_none();
    fetched.kind().map_or(leads_nowhere, |kind| kind != FailureKind::Cancelled)
}

/// Whether nothing came of it that anybody takes up.
fn is_let_go(fetched: &Fetched) -> bool {
    matches!(fetched.kind(), Some(FailureKind::Cancelled | FailureKind::Internal))
}

/// Whether it is a redirect that is followed.
fn leads_on(fetched: &Fetched) -> bool {
    matches!(fetched.status, Some(300..=399)) && fetched.final_url.is_some() && fetched.failure.is_none()
}

/// How it ended, as far as its host is concerned.
fn ended(fetched: &Fetched) -> Ended {
    let after = fetched.retry_after.filter(|after| after.is_ahead());
    Ended {
        status: fetched.status,
        failure: fetched.kind(),
        latency: fetched.spent(Phase::Wait),
        retry_after: after.map(|after| fetched.ended + Duration::from_secs(after.seconds.min(1 << 31))),
    }
}
