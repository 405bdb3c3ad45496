//! Results of targets that no request is made for, each with what keeps it out. Decides nothing.

use super::{Crawler, Inner, Next, URL_BYTES, WORDS};
use crate::clock::{At, wall_clock_ms};
use crate::crawl::Trouble;
use crate::event::{EventKind, Unread};
use crate::failure::{Failure, FailureKind};
use crate::fetched::Fetched;
use crate::host::SitemapRead;
use crate::id::FetchId;
use crate::phase::Phase;
use crate::place::Place;
use crate::retry_after::RetryAfter;
use crate::target::Target;
use crate::text::Untrusted;
use std::sync::Arc;

impl Crawler {
    /// A target that no request is made for: its result says why, and when to come again, where its host asks for that.
    pub(super) fn kept(
        &self,
        inner: &mut Inner,
        id: FetchId,
        url: &str,
        why: (Failure, Option<RetryAfter>),
        now: At,
    ) -> Next {
        inner.explorer.frontier.refuse(id, now);
        let redirects = inner.trails.remove(&id).map_or_else(Vec::new, |trail| trail.hops.clone());
        let (source, depth) = (inner.explorer.frontier.source(id), inner.explorer.frontier.depth(id));
        let place = Arc::new(Place { role: inner.explorer.role(id), depth, source: inner.source(source) });
        let (failure, retry_after) = why;
        let failed = Fetched::failed(Untrusted::new(url, URL_BYTES), now, now, failure.during(Phase::Blocked));
        let fetched = Arc::new(Fetched { place: Some(place.clone()), retry_after, redirects, ..failed });
        Next::Kept { id, place, fetched }
    }

    /// All else is done: what more redirects lead to than are followed is told so, one by one.
    pub(super) fn too_far(&self, inner: &mut Inner, whole: bool, now: At) -> Next {
        // A page whose links are on their way may lead there yet.
        let far = if whole && inner.following == 0 { inner.explorer.frontier.give_up_far() } else { None };
        let Some((id, url)) = far else { return Next::End };
        let chain = inner.trails.get(&id).zip(Target::parse(&url).ok());
        let words = chain.map_or_else(String::new, |(chain, target)| chain.is_too_long(&target));
        let failure = Failure::new(FailureKind::TooManyRedirects, &format!("blocked: {words}"));
        self.kept(inner, id, &url, (failure, None), now)
    }

    /// Sitemaps that are passed over.
    pub(super) fn tell_unread_maps(&self, inner: &mut Inner) {
        for (why, sitemaps) in inner.explorer.unread_maps() {
            self.emitter.emit(EventKind::SitemapsUnread { sitemaps, why });
        }
    }

    /// A sitemap that did not come at all.
    pub(super) fn tell_unread(&self, id: FetchId, fetched: &Fetched) {
        let why = unread(fetched);
        let trouble = match (fetched.status, &fetched.failure) {
            (Some(200..=299), _) => return,
            // It is elsewhere, and told there.
            (Some(300..=399), None) if fetched.final_url.is_some() => return,
            (_, Some(failure)) => failure.message.clone(),
            (status, None) => Untrusted::new(&format!("it answered {}", status.unwrap_or_default()), WORDS),
        };
        self.tell_nothing_read(id, fetched, why, trouble);
    }

    /// A sitemap of which nothing is known but why.
    pub(super) fn tell_nothing_read(&self, id: FetchId, fetched: &Fetched, why: Unread, trouble: Untrusted) {
        let (unread, trouble) = (Some(why), Some(trouble));
        let read = SitemapRead { url: fetched.url.clone(), pages: 0, new: 0, maps: 0, unread, trouble };
        self.emitter.emit(EventKind::SitemapRead { id, sitemap: Arc::new(read) });
    }
}

/// What kept a sitemap from coming.
fn unread(fetched: &Fetched) -> Unread {
    match (fetched.kind(), fetched.status) {
        (Some(FailureKind::Robots), _) => Unread::Robots,
        (Some(FailureKind::Cancelled), _) => Unread::Ended,
        (_, Some(404 | 410)) => Unread::Missing,
        (_, Some(_)) => Unread::Refused,
        (_, None) => Unread::Failed,
    }
}

impl Inner {
    /// Why a target is kept out: by a rule, or since its origin can't be asked for any.
    pub(super) fn kept(&self, url: &str, line: u32, rule: &str) -> Failure {
        let origin = origin_of(url);
        match self.gone.get(origin).filter(|_| line == 0) {
            Some(gone) => {
                let words = format!("blocked: nothing is asked of {origin}, for its robots.txt is out of reach: ");
                Failure { message: gone.message.preceded_by(&words), ..gone.clone() }
            }
            None => Failure::new(FailureKind::Robots, &kept_words(origin, line, rule)),
        }
    }
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

/// Why a target of a host that is left alone is not asked for, and when it may be.
pub(super) fn parked(why: Trouble, until: At, now: At) -> (Failure, Option<RetryAfter>) {
    let failure = Failure::new(parked_kind(why), &parked_words(why, until, now));
    (failure, matches!(why, Trouble::Status(_)).then(|| again_at(until, now)))
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
