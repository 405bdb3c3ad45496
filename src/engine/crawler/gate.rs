//! The robots.txt of an origin: asked for, read, and in its stead what holds where there is none. Knows no target.

use super::{Crawler, Inner, Next, URL_BYTES, WORDS, ended};
use crate::crawl::robots::{Robots, Verdict};
use crate::crawl::{OriginId, Rules, Standing, Taken, essence, media_type};
use crate::event::EventKind;
use crate::failure::FailureKind;
use crate::fetched::Fetched;
use crate::host::RobotsRead;
use crate::id::FetchId;
use crate::place::{Place, Role};
use crate::target::Target;
use crate::text::Untrusted;
use std::sync::Arc;
use std::time::Duration;

impl Crawler {
    pub(super) fn ask_robots(&self, inner: &mut Inner, origin: OriginId, url: &str) -> Next {
        let id = inner.explorer.frontier.reserve_id();
        inner.asking.insert(id, origin);
        let text = url.trim_end_matches("/robots.txt");
        let start = inner.starts.by_origin.get(text);
        // Of a bare host, https is tried first here as well.
        let plain = inner.explorer.plain_origin(text);
        let bare = plain.and_then(|plain| Some(format!("{}/robots.txt", plain.strip_prefix("http://")?)));
        let given = start.is_some() || inner.starts.maps.contains(text);
        let target = Target::parse(bare.as_deref().unwrap_or(url)).or_else(|_| Target::parse(url));
        let place = Place { role: Role::Robots, depth: 0, source: None };
        match target {
            Ok(target) => {
                let errand = self.errand(inner, place, &target, given, None);
                Next::Fetch { id, target, errand }
            }
            Err(error) => {
                self.close_gate(inner, id, &error.to_string());
                Next::Wait
            }
        }
    }

    /// The rules of an origin are there, or what holds in their stead.
    pub(super) fn open_gate(&self, id: FetchId, fetched: &Fetched, robots: Robots) {
        let mut inner = self.lock();
        let Some(origin) = inner.asking.remove(&id) else { return };
        let gate = self.rule(&mut inner, (id, origin), (fetched, fetched.redirects.len()), robots);
        self.rule_those(&mut inner, origin, Some(gate));
    }

    /// `hops`: the redirects that led to the rules.
    pub(super) fn rule(
        &self,
        inner: &mut Inner,
        (id, origin): (FetchId, OriginId),
        (fetched, hops): (&Fetched, usize),
        robots: Robots,
    ) -> Arc<Gate> {
        let now = self.emitter.now();
        let text = inner.explorer.frontier.origin_of(origin).unwrap_or_default().to_owned();
        // Where they came by http, for the host was given without a scheme, they are those of its other origin as well.
        let plain = inner.explorer.plain_origin(&text).filter(|_| fetched.fell_back.is_some()).map(str::to_owned);
        let asked = plain.as_deref().unwrap_or(&text);
        if let Ok(from) = Target::parse(asked) {
            let maps = robots.sitemaps().iter().filter_map(|map| from.join(map).ok());
            inner.explorer.named_maps(asked, id, maps);
        }
        let read = read(&text, fetched, &robots);
        if let Some(failure) = fetched.failure.clone().filter(|_| is_gone(fetched)) {
            inner.gone.insert(text.as_str().into(), failure);
        }
        let hops = u8::try_from(hops).unwrap_or(u8::MAX);
        let gate = Arc::new(Gate { robots, status: fetched.status, hops });
        match &plain {
            Some(plain) => {
                inner.explorer.frontier.adopt(plain, gate.clone(), now);
                self.fall_back(inner, plain);
            }
            None => inner.explorer.keeps_https(&text),
        }
        if is_put_off(fetched) {
            inner.explorer.frontier.put_off(origin, ended(fetched), now);
        }
        inner.explorer.frontier.robots(origin, gate.clone(), now);
        if is_there(fetched) {
            inner.explorer.frontier.note_robots(asked);
        }
        self.keep_answer(inner, asked, fetched);
        self.emitter.emit(EventKind::RobotsRead { id, robots: Arc::new(read) });
        gate
    }

    /// Where the robots.txt is a target as well, its answer is that of the target: it is not asked for twice. Of one that
    /// may be a page links are wanted, which nobody has looked for, and of one with parts its ids.
    fn keep_answer(&self, inner: &mut Inner, origin: &str, fetched: &Fetched) {
        let frontier = &mut inner.explorer.frontier;
        let Some(target) = frontier.find(&format!("{origin}/robots.txt"), origin.len()) else { return };
        let in_parts = self.terms.fragments && frontier.has_parts(target);
        let waits = frontier.standing(target) == Standing::Waiting && !inner.starts.bare.contains_key(&target);
        if waits && !in_parts && is_final(fetched) && (frontier.is_check(target) || !may_be_page(fetched)) {
            inner.answers.insert(target, Arc::new(fetched.clone()));
        }
    }

    /// The result of such a target.
    pub(super) fn answered(&self, inner: &mut Inner, taken: &Taken, answer: &Fetched) -> Next {
        let (id, now) = (taken.id, self.emitter.now());
        let redirects = inner.trails.remove(&id).map_or_else(Vec::new, |trail| trail.hops.clone());
        let place = Place { role: inner.explorer.role(id), depth: taken.depth, source: inner.source(taken.source) };
        let place = Arc::new(place);
        // It takes no time and no bytes: those are told of the fetch that brought it.
        let fetched = Fetched {
            status: answer.status,
            remote_ip: answer.remote_ip,
            http_version: answer.http_version,
            content_type: answer.content_type.clone(),
            content_encoding: answer.content_encoding.clone(),
            body_bytes: answer.body_bytes,
            sha256: answer.sha256.clone(),
            digest: answer.digest,
            tls: answer.tls.clone(),
            proxy: answer.proxy.clone(),
            redirects,
            place: Some(place.clone()),
            ..Fetched::blank(Untrusted::new(&taken.url, URL_BYTES), now, now)
        };
        Next::Kept { id, place, fetched: Arc::new(fetched) }
    }

    /// Whether the fetch is one for a robots.txt that nothing is known of yet.
    pub fn is_asking(&self, id: FetchId) -> bool {
        self.lock().asking.contains_key(&id)
    }

    /// The fetch came to nothing at all: what waits for its robots.txt must not be asked.
    pub fn gain_nothing(&self, id: FetchId) {
        self.close_gate(&mut self.lock(), id, "robots.txt is out of reach: cancelled");
    }

    fn close_gate(&self, inner: &mut Inner, id: FetchId, why: &str) {
        let Some(origin) = inner.asking.remove(&id) else { return };
        let gate = Arc::new(Gate { robots: Robots::disallow_all(why), status: None, hops: 0 });
        inner.explorer.frontier.robots(origin, gate.clone(), self.emitter.now());
        self.rule_those(inner, origin, Some(gate));
    }
}

fn read(origin: &str, fetched: &Fetched, robots: &Robots) -> RobotsRead {
    RobotsRead {
        origin: Untrusted::new(origin, WORDS),
        status: fetched.status,
        rules: robots.rules(),
        delay_us: robots.delay().map(micros),
        sitemaps: u32::try_from(robots.sitemaps().len()).unwrap_or(u32::MAX),
        meaning: Untrusted::new(&robots.meaning(), WORDS),
    }
}

/// Whether its host itself has said that it is asked too often. All is allowed then (RFC 9309, 2.3.1.3), but not at once.
fn is_put_off(fetched: &Fetched) -> bool {
    fetched.status == Some(429) && fetched.final_url.is_none()
}

/// Whether it stands where it was asked for, by whichever scheme. Of one that leads elsewhere, a link to it has to show
/// where.
fn is_there(fetched: &Fetched) -> bool {
    is_own(fetched) && matches!(fetched.status, Some(200..=299))
}

/// Whether it is the answer of that address itself, and would be the same a second time.
fn is_final(fetched: &Fetched) -> bool {
    is_own(fetched) && matches!(fetched.status, Some(200..=299 | 400..=499)) && !fetched.may_pass()
}

/// Whether the address that was asked has answered itself.
fn is_own(fetched: &Fetched) -> bool {
    let elsewhere = fetched.final_url.is_some() && fetched.fell_back.is_none();
    !elsewhere && fetched.redirects.is_empty() && fetched.failure.is_none()
}

/// Whether links may stand in it.
fn may_be_page(fetched: &Fetched) -> bool {
    let told = fetched.content_type.as_ref().map_or(String::new(), Untrusted::display_all);
    let told = essence(media_type(std::iter::once(told.as_bytes())));
    let pages = [&b""[..], b"text/html", b"application/xhtml+xml"];
    matches!(fetched.status, Some(200..=299)) && pages.iter().any(|page| told.eq_ignore_ascii_case(page))
}

/// What the frontier asks of a robots.txt; and what came of it, for those whose own leads there.
#[derive(Debug)]
pub(super) struct Gate {
    pub robots: Robots,
    pub status: Option<u16>,
    /// The redirects that led to it.
    pub hops: u8,
}

impl Rules for Gate {
    fn against(&self, path: &str) -> Option<(u32, &str)> {
        match self.robots.verdict(path) {
            Verdict::Allowed => None,
            Verdict::Kept { line, rule } => Some((line, rule)),
        }
    }

    fn delay(&self) -> Option<Duration> {
        self.robots.delay()
    }
}

/// Whether its failure says of the host itself that nothing can be had there, whatever its rules. Where it led elsewhere,
/// its host has answered; but to where one may not go, it says what lifts that.
fn is_gone(fetched: &Fetched) -> bool {
    use FailureKind::{ConnectRefused, ConnectTimeout, Dns, InvalidUrl, NotAllowed, Tls, Unreachable};
    let own = [ConnectRefused, ConnectTimeout, Dns, InvalidUrl, NotAllowed, Tls, Unreachable];
    let kinds = if fetched.redirects.is_empty() { &own[..] } else { &[NotAllowed] };
    fetched.kind().is_some_and(|kind| kinds.contains(&kind))
}

fn micros(span: Duration) -> u64 {
    u64::try_from(span.as_micros()).unwrap_or(u64::MAX)
}
