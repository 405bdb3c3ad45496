//! What a fetch has brought home: its links, the pages of a sitemap, where a redirect leads. All goes to the frontier, slice
//! by slice, and what came of it is told. Fetches nothing.

use super::{Crawler, Inner, URL_BYTES, WORDS};
use crate::crawl::sitemap::{Fault, Share, Sitemap, SitemapError};
use crate::crawl::{Aside, Following, Late, Links, Listing, Standing};
use crate::engine::parts::Judged;
use crate::event::{EventKind, Unchecked, Unread};
use crate::failure::{Failure, FailureKind};
use crate::fetched::Fetched;
use crate::followed::Followed;
use crate::host::SitemapRead;
use crate::id::FetchId;
use crate::net::{Found, Gained, LedOn};
use crate::place::Role;
use crate::target::Target;
use crate::text::Untrusted;
use std::sync::Arc;

/// Links that `follow` takes up at once, so that the loop does not stall.
const SLICE: usize = 256;

/// What a fetch has led to, and is still to be taken up.
pub(in crate::engine) enum Leads {
    Links(Box<Following>),
    /// With why it was not read to its end.
    Listing(Box<Listing>, Option<(Unread, Untrusted)>),
}

impl Crawler {
    /// Hands in what a fetch brought home. What it leads to is left to be followed.
    pub fn gain(&self, id: FetchId, fetched: &Fetched, gained: Gained) -> Option<Leads> {
        let Gained { led, found, asked, bare: _ } = gained;
        if let Some(asked) = &asked {
            self.learn_scheme(id, fetched, asked);
        }
        match (led, &asked) {
            (Some(led), Some(_)) if fetched.role() == Role::Sitemap => self.lead_map(id, fetched, led),
            (Some(led), _) if fetched.role() == Role::Robots => {
                self.lead_robots(id, fetched, &led.to);
                return None;
            }
            (Some(led), Some(from)) => self.lead(id, from, led),
            _ => {}
        }
        match (found?, asked) {
            (Found::Unread(why), _) => {
                self.take_ids(&mut self.lock(), id, None, why);
                None
            }
            (Found::Links { links, .. }, _) if fetched.role() == Role::Check => {
                if fetched.failure.is_none() {
                    self.take_ids(&mut self.lock(), id, Some(&links), Unchecked::NotHtml);
                }
                None
            }
            (Found::Links { links, nofollow }, Some(address)) => {
                let mut inner = self.lock();
                inner.following += 1;
                inner.held.insert(id, Vec::new());
                let mut following = inner.explorer.begin(id, &address, links, nofollow);
                following.with_whole = self.terms.fragments;
                Some(Leads::Links(Box::new(following)))
            }
            (Found::Robots(robots), _) => {
                self.open_gate(id, fetched, robots);
                None
            }
            (Found::Sitemap(sitemap, share), Some(address)) => {
                Some(self.open(id, &address, sitemap, share, fetched.failure.as_ref()))
            }
            (Found::Links { .. } | Found::Sitemap(..), None) => None,
        }
    }

    /// Takes up some of it, and tells what came of it once it was all; else gives back the rest.
    pub fn follow(&self, id: FetchId, leads: Leads, fetched: &Fetched) -> Option<Leads> {
        match leads {
            Leads::Links(following) => self.follow_links(id, following, fetched).map(Leads::Links),
            Leads::Listing(listing, trouble) => self.list(id, listing, trouble, fetched),
        }
    }

    fn follow_links(&self, id: FetchId, mut following: Box<Following>, fetched: &Fetched) -> Option<Box<Following>> {
        let mut inner = self.lock();
        let before = following.parts.len();
        let whole = inner.explorer.follow(&mut following, SLICE);
        if self.terms.fragments {
            // What leads out is asked by another method then, which must not be too late.
            let parts = following.parts[before..].iter().filter(|part| !part.fragment.is_empty());
            parts.for_each(|part| inner.explorer.frontier.want_parts(part.to));
        }
        let mut aside = std::mem::take(&mut following.aside);
        self.tell_traps(aside.trapped.drain(..));
        if !whole {
            self.tell_aside(&mut inner, aside);
            return Some(following);
        }
        inner.following -= 1;
        if self.terms.fragments {
            if fetched.failure.is_none() {
                self.take_ids(&mut inner, id, Some(following.links()), Unchecked::NotHtml);
            }
            let mut judged = Judged::default();
            inner.parts.links(id, std::mem::take(&mut following.parts), &mut judged);
            self.tell_judged(&mut inner, judged);
        }
        self.tell_followed(id, following.end());
        for late in inner.held.remove(&id).unwrap_or_default() {
            self.tell_late(&mut inner, late);
        }
        // What is let in may stand on this page.
        self.tell_aside(&mut inner, aside);
        None
    }

    /// The ids of a page, if it has any that are read; else why not.
    fn take_ids(&self, inner: &mut Inner, id: FetchId, links: Option<&Links>, none: Unchecked) {
        let mut judged = Judged::default();
        match links.and_then(Links::ids) {
            Some((ids, true)) => inner.parts.page(id, ids, None, &mut judged),
            Some((ids, false)) => inner.parts.page(id, ids, Some(Unchecked::TooMany), &mut judged),
            None => inner.parts.page(id, std::iter::empty(), Some(none), &mut judged),
        }
        self.tell_judged(inner, judged);
    }

    fn tell_judged(&self, inner: &mut Inner, judged: Judged) {
        let Judged { missed, unchecked, awaited } = judged;
        awaited.into_iter().for_each(|id| inner.explorer.frontier.want_parts(id));
        for (id, missed) in missed {
            self.emitter.emit(EventKind::FragmentMissed { id, missed: Arc::new(missed) });
        }
        for ((id, why), links) in unchecked {
            self.emitter.emit(EventKind::FragmentsUnchecked { id, links, why });
        }
    }

    /// The run ends: links wait for pages that were not asked for.
    pub(super) fn tell_unasked(&self, inner: &mut Inner) {
        self.close_hops(inner);
        let Inner { parts, explorer, .. } = &mut *inner;
        let judged = parts.end(|id| explorer.frontier.standing(id) == Standing::Done);
        self.tell_judged(inner, judged);
    }

    /// What came of taking something up, beside itself.
    pub(super) fn tell_aside(&self, inner: &mut Inner, aside: Aside) {
        let mut aside = aside;
        self.tell_widened(&mut aside);
        let Aside { trapped, late, pages, .. } = aside;
        self.tell_traps(trapped.into_iter());
        for late in late {
            match inner.held.get_mut(&late.page) {
                Some(held) => held.push(late),
                None => self.tell_late(inner, late),
            }
        }
        pages.into_iter().for_each(|id| self.promote(inner, id));
    }

    fn tell_late(&self, inner: &mut Inner, late: Late) {
        let mut judged = Judged::default();
        inner.lead_late(&late, self.terms.fragments, &mut judged);
        let Late { page, admitted, parts } = late;
        self.emitter.emit(EventKind::Admitted { id: page, admitted: Arc::new(admitted) });
        if self.terms.fragments {
            let named = parts.iter().filter(|part| !part.fragment.is_empty());
            named.for_each(|part| inner.explorer.frontier.want_parts(part.to));
            inner.parts.links(page, parts, &mut judged);
        }
        self.tell_judged(inner, judged);
    }

    /// Each start has its answer: what was undecided until then is not any more.
    pub(super) fn settle(&self, inner: &mut Inner) {
        let mut aside = Aside::default();
        inner.explorer.settle(&mut aside);
        self.tell_aside(inner, aside);
        self.close_hops(inner);
        self.settle_maps(inner);
    }

    /// Redirects that lead out will lead out: so do links to parts of what is behind them.
    fn close_hops(&self, inner: &mut Inner) {
        let mut judged = Judged::default();
        inner.close_hops(&mut judged);
        self.tell_judged(inner, judged);
    }

    fn tell_widened(&self, aside: &mut Aside) {
        for origins in aside.widened.drain(..) {
            let [from, to] = origins.map(|origin| Untrusted::new(&origin, WORDS));
            self.emitter.emit(EventKind::Widened { from, to });
        }
    }

    fn tell_followed(&self, id: FetchId, followed: Followed) {
        self.emitter.emit(EventKind::Followed { id, followed: Arc::new(followed) });
    }

    pub(super) fn tell_traps(&self, trapped: impl Iterator<Item = (String, String)>) {
        for (words, url) in trapped {
            let (words, url) = (Untrusted::new(&words, WORDS), Untrusted::new(&url, URL_BYTES));
            self.emitter.emit(EventKind::Trapped { words, url });
        }
    }

    fn lead(&self, id: FetchId, from: &Target, leads: LedOn) {
        let mut inner = self.lock();
        inner.explorer.follow_redirects(leads.chain.most());
        let led = inner.explorer.lead(id, from, &leads.to);
        let (known, mut judged) = (led.followed.edges.first().map(|edge| edge.to), Judged::default());
        if let Some(new) = led.new {
            inner.lay_trail(new, &leads.chain);
        }
        let fragment = leads.fragment.clone();
        let ended = inner.chains.take_ended(id);
        let open = self.terms.fragments && !ended && led.open;
        let waits = known.is_none() && inner.hops.keep(id, leads, open) && open;
        if self.terms.fragments && !ended && !waits {
            inner.parts.redirect(id, known, fragment.as_deref(), &mut judged);
        }
        self.tell_judged(&mut inner, judged);
        let mut aside = led.aside;
        self.tell_widened(&mut aside);
        // What ends a chain leads to nothing that is known, as if its fetch had seen that itself.
        if !ended || known.is_none() || led.new.is_some() {
            self.tell_followed(id, led.followed);
        }
        self.tell_aside(&mut inner, aside);
    }

    fn open(
        &self,
        id: FetchId,
        address: &Target,
        read: Result<Sitemap, SitemapError>,
        share: Share,
        failure: Option<&Failure>,
    ) -> Leads {
        let (sitemap, trouble) = match read {
            Ok(sitemap) => (sitemap, None),
            Err(error) => {
                let trouble = trouble(&error, failure);
                (error.read, Some(trouble))
            }
        };
        let mut inner = self.lock();
        inner.following += 1;
        let mut listing = inner.explorer.open(id, address, sitemap);
        listing.share = Some(share);
        Leads::Listing(Box::new(listing), trouble)
    }

    fn list(
        &self,
        id: FetchId,
        mut listing: Box<Listing>,
        trouble: Option<(Unread, Untrusted)>,
        fetched: &Fetched,
    ) -> Option<Leads> {
        let mut inner = self.lock();
        let whole = inner.explorer.list(&mut listing, SLICE);
        self.tell_aside(&mut inner, std::mem::take(&mut listing.aside));
        if !whole {
            // Before the scope may become wider, which takes off what was counted.
            self.tell_kept_out(id, &mut listing);
            return Some(Leads::Listing(listing, trouble));
        }
        inner.following -= 1;
        let (unread, trouble) = trouble.unzip();
        let trouble = trouble.or_else(|| listing.left_out().map(|words| Untrusted::new(&words, WORDS)));
        let (pages, maps) = listing.counts();
        let [pages, maps] = [pages, maps].map(|count| u32::try_from(count).unwrap_or(u32::MAX));
        let read = SitemapRead { url: fetched.url.clone(), pages, new: listing.new, maps, unread, trouble };
        self.emitter.emit(EventKind::SitemapRead { id, sitemap: Arc::new(read) });
        self.tell_kept_out(id, &mut listing);
        drop(inner);
        None
    }

    /// Pages of a sitemap that are kept out.
    fn tell_kept_out(&self, map: FetchId, listing: &mut Listing) {
        if listing.kept_out.links() > 0 {
            self.tell_followed(map, std::mem::take(&mut listing.kept_out));
        }
    }
}

/// Why a sitemap was not read to its end, in a word and in words: where it did not come to its end, that is the fetch's.
fn trouble(error: &SitemapError, failure: Option<&Failure>) -> (Unread, Untrusted) {
    let failure = failure.filter(|_| error.fault == Fault::CutShort);
    let words = match (failure, &error.fault) {
        (Some(failure), _) => failure.message.clone(),
        (None, Fault::Empty) => Untrusted::new(&error.fault.to_string(), WORDS),
        (None, _) => Untrusted::new(&error.to_string(), WORDS),
    };
    let why = match (failure.map(|failure| failure.kind), &error.fault) {
        (Some(FailureKind::Cancelled), _) => Unread::Ended,
        (Some(FailureKind::TooLarge), _) => Unread::TooLarge,
        (Some(_), _) if error.read.is_empty() => Unread::Failed,
        (None, Fault::Empty) => Unread::Empty,
        (None, fault) if fault.is_no_sitemap() => Unread::NoSitemap,
        _ => Unread::Cut,
    };
    (why, words)
}
