//! The frontier as the loop and the callbacks use it: targets with their errands come out, results and what they led to
//! go in, and what changes is told. Knows no task and no socket.

use super::parts::Missed;
use super::sample::Sample;
use crate::clock::{At, wall_clock_ms};
use crate::control::Rate;
use crate::crawl::robots::{Robots, Verdict};
use crate::crawl::scope::{self, Scope};
use crate::crawl::sitemap::{Sitemap, SitemapError};
use crate::crawl::{
    self, Ended, Explorer, Following, Frontier, Limit, Listing, Manners, OriginId, Rules, Taken, Trouble, Wishes,
};
use crate::emit::Emitter;
use crate::event::EventKind;
use crate::failure::{Failure, FailureKind};
use crate::fetched::Fetched;
use crate::followed::Followed;
use crate::host::{RobotsRead, SitemapRead};
use crate::id::FetchId;
use crate::net::{Chain, Classes, Errand, Found, Gained, LedOn};
use crate::phase::Phase;
use crate::place::{Place, Role, Source};
use crate::retry_after::RetryAfter;
use crate::target::Target;
use crate::text::Untrusted;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

const URL_BYTES: usize = 64 << 10;
/// Bytes of words about a host or a trap.
const WORDS: usize = 512;
/// Links that `follow` takes up at once, so that the loop does not stall.
const SLICE: usize = 256;

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

/// What a fetch has led to, and is still to be taken up.
pub(super) enum Leads {
    Links(Box<Following>),
    /// With why it was not read to its end.
    Listing(Box<Listing>, Option<Untrusted>),
}

pub(super) struct Crawler {
    inner: Mutex<Inner>,
    classes: Arc<Classes>,
    emitter: Emitter,
    terms: CrawlTerms,
}

struct Inner {
    explorer: Explorer,
    starts: Starts,
    /// The redirects that led to targets which are not fetched yet.
    trails: HashMap<FetchId, Arc<Chain>>,
    /// Whose robots.txt a fetch asks for.
    asking: HashMap<FetchId, OriginId>,
    /// Origins that can't be reached at all, as their robots.txt has shown.
    gone: HashMap<Box<str>, Failure>,
    /// Pages whose links are on their way into the frontier.
    following: usize,
    /// The page that led to the target before; often it leads to the next one as well.
    source: Option<Source>,
    parts: super::parts::Parts,
    sample: Sample,
}

/// The targets that were given.
#[derive(Default)]
struct Starts {
    first: Option<Target>,
    given: HashSet<FetchId>,
    /// Those that know a second scheme.
    bare: HashMap<FetchId, Target>,
    by_origin: HashMap<Box<str>, Target>,
    /// The first sitemap that was given, and the origins of all.
    map: Option<Target>,
    maps: HashSet<Box<str>>,
}

impl Crawler {
    pub fn new(terms: CrawlTerms, emitter: Emitter) -> Crawler {
        let frontier = Frontier::new(terms.manners);
        let scope = Scope::new(terms.scope.clone(), []);
        let inner = Inner {
            explorer: Explorer::new(frontier, scope, terms.wishes, terms.manners.seed),
            starts: Starts::default(),
            trails: HashMap::new(),
            asking: HashMap::new(),
            gone: HashMap::new(),
            following: 0,
            source: None,
            parts: super::parts::Parts::default(),
            sample: Sample::default(),
        };
        let crawler = Crawler { inner: Mutex::new(inner), classes: Arc::default(), emitter, terms };
        crawler.begin_sitemaps();
        crawler
    }

    fn begin_sitemaps(&self) {
        let mut inner = self.lock();
        for map in &self.terms.sitemaps {
            inner.starts.map.get_or_insert_with(|| map.clone());
            inner.starts.maps.insert(map.origin().into());
            if let Some(id) = inner.explorer.sitemap(map, None, 0) {
                inner.starts.given.insert(id);
            }
        }
    }

    /// A start more.
    pub fn start(&self, target: Target) {
        let mut inner = self.lock();
        let Some(id) = inner.explorer.start(&target) else { return };
        inner.starts.first.get_or_insert_with(|| target.clone());
        inner.starts.by_origin.entry(target.origin().into()).or_insert_with(|| target.clone());
        inner.starts.given.insert(id);
        if target.fallback().is_some() {
            inner.starts.bare.insert(id, target);
        }
    }

    /// How it was to behave at its beginning.
    pub fn manners(&self) -> Manners {
        self.terms.manners
    }

    /// What is to be done now.
    pub fn next(&self) -> Next {
        let now = self.emitter.now();
        let mut inner = self.lock();
        match inner.explorer.frontier.next(now) {
            crawl::Next::Target(taken) if taken.attempt > 1 => Next::Again(taken.id),
            crawl::Next::Target(taken) => self.fetch(&mut inner, &taken),
            crawl::Next::Robots { origin, url } => self.ask_robots(&mut inner, origin, &url),
            crawl::Next::Kept { id, url, line, rule } => {
                let failure = inner.kept(&url, line, &rule);
                self.kept(&mut inner, id, &url, (failure, None), now)
            }
            crawl::Next::Parked { id, url, until, why } => {
                let failure = Failure::new(parked_kind(why), &parked_words(why, until, now));
                let after = matches!(why, Trouble::Status(_)).then(|| again_at(until, now));
                self.kept(&mut inner, id, &url, (failure, after), now)
            }
            crawl::Next::Until(at, _) => Next::Until(at),
            crawl::Next::Wait(_) => Next::Wait,
            crawl::Next::End => Next::End,
        }
    }

    fn fetch(&self, inner: &mut Inner, taken: &Taken) -> Next {
        let id = taken.id;
        let given = inner.starts.given.remove(&id);
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
        let errand = Errand { paced, ..self.errand(inner, place, &target, given, chain) };
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
        }
    }

    fn ask_robots(&self, inner: &mut Inner, origin: OriginId, url: &str) -> Next {
        let id = inner.explorer.frontier.reserve_id();
        inner.asking.insert(id, origin);
        let start = inner.starts.by_origin.get(url.trim_end_matches("/robots.txt"));
        // Of a bare host, https is tried first here as well.
        let bare = start.and_then(|start| Some(format!("{}/robots.txt", start.fallback()?.host_field())));
        let given = start.is_some() || inner.starts.maps.contains(url.trim_end_matches("/robots.txt"));
        let target = Target::parse(bare.as_deref().unwrap_or(url)).or_else(|_| Target::parse(url));
        let place = Place { role: Role::Robots, depth: 0, source: None };
        match target {
            Ok(target) => {
                let errand = self.errand(inner, place, &target, given, None);
                Next::Fetch { id, target, errand }
            }
            Err(error) => {
                inner.close_gate(id, &error.to_string(), self.emitter.now());
                Next::Wait
            }
        }
    }

    /// A target that no request is made for: its result says why, and when to come again, where its host asks for that.
    fn kept(&self, inner: &mut Inner, id: FetchId, url: &str, why: (Failure, Option<RetryAfter>), now: At) -> Next {
        inner.explorer.frontier.refuse(id, now);
        inner.trails.remove(&id);
        let (source, depth) = (inner.explorer.frontier.source(id), inner.explorer.frontier.depth(id));
        let place = Arc::new(Place { role: inner.explorer.role(id), depth, source: inner.source(source) });
        let (failure, retry_after) = why;
        let failed = Fetched::failed(Untrusted::new(url, URL_BYTES), now, now, failure.during(Phase::Blocked));
        let fetched = Arc::new(Fetched { place: Some(place.clone()), retry_after, ..failed });
        Next::Kept { id, place, fetched }
    }

    /// The attempt ended; it is put back until then.
    pub fn retry(&self, id: FetchId, fetched: &Fetched, until: At) {
        self.lock().explorer.frontier.retry(id, ended(fetched), until, self.emitter.now());
    }

    /// One that waits for its next attempt waits no longer than its host asks for.
    pub fn hasten(&self, id: FetchId) {
        self.lock().explorer.frontier.hasten(id, self.emitter.now());
    }

    /// Once more what is done. Says whether there will be another attempt.
    pub fn again(&self, id: FetchId) -> bool {
        self.lock().explorer.frontier.again(id, self.emitter.now())
    }

    /// The result of the target was told.
    pub fn done(&self, id: FetchId, fetched: &Fetched) {
        if fetched.role() == Role::Sitemap {
            self.tell_unread(id, fetched);
        }
        if fetched.role() != Role::Robots {
            self.lock().explorer.frontier.done(id, ended(fetched), self.emitter.now());
        }
    }

    /// A sitemap that did not come at all.
    fn tell_unread(&self, id: FetchId, fetched: &Fetched) {
        let trouble = match (fetched.status, &fetched.failure) {
            (Some(200..=299), _) => return,
            // It is elsewhere, and told there.
            (Some(300..=399), None) if fetched.final_url.is_some() => return,
            (_, Some(failure)) => failure.message.clone(),
            (status, None) => Untrusted::new(&format!("it answered {}", status.unwrap_or_default()), WORDS),
        };
        let read = SitemapRead { url: fetched.url.clone(), pages: 0, new: 0, maps: 0, trouble: Some(trouble) };
        self.emitter.emit(EventKind::SitemapRead { id, sitemap: Arc::new(read) });
    }

    /// One that waits to be made again is let go of.
    pub fn cancel(&self, id: FetchId) {
        self.lock().explorer.frontier.cancel(id);
    }

    /// Hands in what a fetch brought home. What it leads to is left to be followed.
    pub fn gain(&self, id: FetchId, fetched: &Fetched, gained: Gained) -> Option<Leads> {
        let Gained { led, found, asked } = gained;
        let depth = fetched.place.as_ref().map_or(0, |place| place.depth);
        match (led, &asked) {
            (Some(led), Some(_)) if fetched.role() == Role::Sitemap => self.lead_map(id, led),
            (Some(led), Some(from)) => self.lead(id, depth, from, led),
            _ => {}
        }
        // Of a bare host that was asked by http instead.
        let instead = asked.clone().filter(|_| fetched.fell_back.is_some());
        if let Some(instead) = instead.as_ref().filter(|_| fetched.role() == Role::Page) {
            self.lock().explorer.alias(id, instead);
        }
        match (found?, asked) {
            (Found::Links { links, nofollow }, Some(address)) => {
                let mut inner = self.lock();
                inner.following += 1;
                Some(Leads::Links(Box::new(inner.explorer.begin(id, depth, &address, links, nofollow))))
            }
            (Found::Robots(robots), _) => {
                self.open_gate(id, fetched, robots, instead.as_ref());
                None
            }
            (Found::Sitemap(sitemap), Some(address)) => Some(self.open(id, &address, sitemap)),
            (Found::Links { .. } | Found::Sitemap(_), None) => None,
        }
    }

    /// Takes up some of it, and tells what came of it once it was all; else gives back the rest.
    pub fn follow(&self, id: FetchId, leads: Leads, fetched: &Fetched) -> Option<Leads> {
        match leads {
            Leads::Links(following) => self.follow_links(id, following).map(Leads::Links),
            Leads::Listing(listing, trouble) => self.list(id, listing, trouble, fetched),
        }
    }

    fn follow_links(&self, id: FetchId, mut following: Box<Following>) -> Option<Box<Following>> {
        let mut inner = self.lock();
        let whole = inner.explorer.follow(&mut following, SLICE);
        self.tell_traps(following.trapped.drain(..));
        if !whole {
            return Some(following);
        }
        inner.following -= 1;
        if self.terms.fragments {
            self.tell_missed(inner.parts.page(id, &mut following));
        }
        drop(inner);
        self.tell_followed(id, following.end());
        None
    }

    fn tell_missed(&self, missed: Vec<Missed>) {
        for (id, missed) in missed {
            self.emitter.emit(EventKind::FragmentMissed { id, missed: Arc::new(missed) });
        }
    }

    fn tell_followed(&self, id: FetchId, followed: Followed) {
        self.emitter.emit(EventKind::Followed { id, followed: Arc::new(followed) });
    }

    fn tell_traps(&self, trapped: impl Iterator<Item = (String, String)>) {
        for (words, url) in trapped {
            let (words, url) = (Untrusted::new(&words, WORDS), Untrusted::new(&url, URL_BYTES));
            self.emitter.emit(EventKind::Trapped { words, url });
        }
    }

    fn lead(&self, id: FetchId, depth: u32, from: &Target, leads: LedOn) {
        let LedOn { to, chain, fragment } = leads;
        let mut inner = self.lock();
        let led = inner.explorer.lead(id, depth, from, &to);
        if let Some(new) = led.new {
            inner.trails.insert(new, chain);
        }
        if self.terms.fragments {
            let known = led.followed.edges.first().map(|edge| edge.to);
            self.tell_missed(inner.parts.redirect(id, known, fragment.as_deref()));
        }
        drop(inner);
        if led.widened.is_some() {
            let [from, to] = [from, &to].map(|target| Untrusted::new(target.origin(), WORDS));
            self.emitter.emit(EventKind::Widened { from, to });
        }
        self.tell_traps(led.trapped.into_iter());
        self.tell_followed(id, led.followed);
    }

    /// A sitemap is elsewhere.
    fn lead_map(&self, id: FetchId, leads: LedOn) {
        let mut inner = self.lock();
        if let Some(new) = inner.explorer.lead_map(id, &leads.to) {
            inner.trails.insert(new, leads.chain);
        }
    }

    /// `instead`: the rules are those of this target's origin too.
    fn open_gate(&self, id: FetchId, fetched: &Fetched, robots: Robots, instead: Option<&Target>) {
        let now = self.emitter.now();
        let mut inner = self.lock();
        let Some(origin) = inner.asking.remove(&id) else { return };
        let text = inner.explorer.frontier.origin_of(origin).unwrap_or_default().to_owned();
        // Of a host where links are only checked, no pages are wanted.
        let maps = if inner.explorer.belongs(&text) { robots.sitemaps() } else { &[] };
        for map in maps {
            if let Ok(target) = Target::parse(&text).and_then(|origin| origin.join(map)) {
                inner.explorer.sitemap(&target, Some(id), 0);
            }
        }
        let read = RobotsRead {
            origin: Untrusted::new(&text, WORDS),
            status: fetched.status,
            rules: robots.rules(),
            delay_us: robots.delay().map(micros),
            sitemaps: u32::try_from(robots.sitemaps().len()).unwrap_or(u32::MAX),
            meaning: Untrusted::new(&robots.meaning(), WORDS),
        };
        if let Some(failure) = fetched.failure.clone().filter(|failure| is_gone(failure.kind)) {
            inner.gone.insert(text.into(), failure);
        }
        let gate = Arc::new(Gate(robots));
        if let Some(instead) = instead {
            inner.explorer.frontier.adopt(instead.origin(), gate.clone(), now);
        }
        inner.explorer.frontier.robots(origin, gate, now);
        drop(inner);
        self.emitter.emit(EventKind::RobotsRead { id, robots: Arc::new(read) });
    }

    fn open(&self, id: FetchId, address: &Target, read: Result<Sitemap, SitemapError>) -> Leads {
        let (sitemap, trouble) = match read {
            Ok(sitemap) => (sitemap, None),
            Err(error) => {
                let words = Untrusted::new(&error.to_string(), WORDS);
                (error.read, Some(words))
            }
        };
        let mut inner = self.lock();
        inner.following += 1;
        Leads::Listing(Box::new(inner.explorer.open(id, address, sitemap)), trouble)
    }

    fn list(
        &self,
        id: FetchId,
        mut listing: Box<Listing>,
        trouble: Option<Untrusted>,
        fetched: &Fetched,
    ) -> Option<Leads> {
        let mut inner = self.lock();
        let whole = inner.explorer.list(&mut listing, SLICE);
        self.tell_traps(listing.trapped.drain(..));
        if !whole {
            return Some(Leads::Listing(listing, trouble));
        }
        inner.following -= 1;
        drop(inner);
        let (pages, maps) = listing.counts();
        let [pages, maps] = [pages, maps].map(|count| u32::try_from(count).unwrap_or(u32::MAX));
        let read = SitemapRead { url: fetched.url.clone(), pages, new: listing.new, maps, trouble };
        self.emitter.emit(EventKind::SitemapRead { id, sitemap: Arc::new(read) });
        None
    }

    /// Whether the fetch is one for a robots.txt that nothing is known of yet.
    pub fn is_asking(&self, id: FetchId) -> bool {
        self.lock().asking.contains_key(&id)
    }

    /// The fetch came to nothing at all: what waits for its robots.txt must not be asked.
    pub fn gain_nothing(&self, id: FetchId) {
        self.lock().close_gate(id, "robots.txt is out of reach: cancelled", self.emitter.now());
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

    /// Where there were more pages than are fetched: those of them that were kept.
    pub fn over(&self) -> Option<u64> {
        let counts = self.lock().explorer.frontier.counts();
        (counts.refused.over + counts.turned_away > 0).then_some(counts.refused.over)
    }

    pub fn set_per_host(&self, cap: u32) {
        self.lock().explorer.frontier.set_per_host(cap);
        self.emitter.emit(EventKind::PerHostSet { cap });
    }

    pub fn set_rate(&self, rate: Option<Rate>) {
        self.lock().explorer.frontier.set_rate(rate, self.emitter.now());
    }

    /// Tells what has changed, at most so often; `last`: at the end, whatever was told before.
    pub fn tell(&self, last: bool) {
        let now = self.emitter.now();
        let mut inner = self.lock();
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

    /// Why a target is kept out: by a rule, or since its origin can't be asked for any.
    fn kept(&self, url: &str, line: u32, rule: &str) -> Failure {
        let origin = origin_of(url);
        match self.gone.get(origin).filter(|_| line == 0) {
            Some(gone) => {
                let words = format!("blocked: nothing is asked of {origin}, for its robots.txt is out of reach: ");
                Failure { message: gone.message.preceded_by(&words), ..gone.clone() }
            }
            None => Failure::new(FailureKind::Robots, &kept_words(origin, line, rule)),
        }
    }

    fn close_gate(&mut self, id: FetchId, why: &str, now: At) {
        if let Some(origin) = self.asking.remove(&id) {
            self.explorer.frontier.robots(origin, Arc::new(Gate(Robots::disallow_all(why))), now);
        }
    }
}

impl Starts {
    /// The start to whose origin what is secret may go.
    fn of(&self, target: &Target) -> Target {
        let own = self.by_origin.get(target.origin()).or(self.first.as_ref()).or(self.map.as_ref());
        own.unwrap_or(target).clone()
    }
}

/// What the frontier asks of a robots.txt.
#[derive(Debug)]
struct Gate(Robots);

impl Rules for Gate {
    fn against(&self, path: &str) -> Option<(u32, &str)> {
        match self.0.verdict(path) {
            Verdict::Allowed => None,
            Verdict::Kept { line, rule } => Some((line, rule)),
        }
    }

    fn delay(&self) -> Option<Duration> {
        self.0.delay()
    }
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

fn micros(span: Duration) -> u64 {
    u64::try_from(span.as_micros()).unwrap_or(u64::MAX)
}

/// Whether a failure says of a host that nothing can be had there, whatever its rules.
fn is_gone(kind: FailureKind) -> bool {
    use FailureKind::{ConnectRefused, ConnectTimeout, Dns, InvalidUrl, NotAllowed, Tls, Unreachable};
    matches!(kind, ConnectRefused | ConnectTimeout | Dns | InvalidUrl | NotAllowed | Tls | Unreachable)
}

fn origin_of(url: &str) -> &str {
    let host = url.find("://").map_or(0, |at| at + 3);
    url[host..].find('/').map_or(url, |slash| &url[..host + slash])
}

fn kept_words(origin: &str, line: u32, rule: &str) -> String {
    match line {
        0 => format!("blocked: nothing is asked of {origin}: {rule}"),
        line => format!("blocked: kept out by \"{rule}\" in line {line} of {origin}/robots.txt"),
    }
}

fn parked_kind(why: Trouble) -> FailureKind {
    match why {
        Trouble::Failure(kind) => kind,
        Trouble::Status(_) | Trouble::Slow => FailureKind::Unreachable,
    }
}

/// When a host wants to be asked again.
fn again_at(until: At, now: At) -> RetryAfter {
    let seconds = (until - now).as_secs() + 1;
    RetryAfter { seconds, date: wall_clock_ms() / 1000 + seconds }
}

fn parked_words(why: Trouble, until: At, now: At) -> String {
    let left = crate::units::wait(until - now);
    format!("blocked: its host is left alone for {left}, after {why}; no request was made")
}

/// What stands behind *limited by*.
pub(super) fn hold(limit: Limit) -> Option<crate::event::Hold> {
    use crate::event::Hold;
    Some(match limit {
        Limit::HostCap => Hold::Host,
        Limit::Rate => Hold::Rate,
        Limit::Wait => Hold::Wait,
        Limit::CrawlDelay => Hold::CrawlDelay,
        Limit::Backoff(_) | Limit::Parked(_) => Hold::Backoff,
        Limit::Robots => Hold::Robots,
        Limit::Retry => Hold::Retries,
        Limit::InFlight => return None,
    })
}
