//! Sitemaps as targets, and the addresses of one on their way into the frontier. Reads no bytes.

use super::aside::Barred;
use super::became::{Became, count};
use super::distance::{Distance, Way};
use super::{Added, Aside, Base, Explorer, Joined, Ruling, Standing, Whence};
use crate::crawl::sitemap::{Share, Sitemap};
use crate::event::Unread;
use crate::followed::Followed;
use crate::id::FetchId;
use crate::target::Target;
use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};

/// Sitemaps that are read in one run.
const MOST_SITEMAPS: usize = 500;
/// Pages that are taken up of all sitemaps of a run, and bytes of their URLs.
const MOST_LISTED: u64 = 1_000_000;
const MOST_LISTED_BYTES: u64 = 64 << 20;
/// Sitemaps within sitemaps; the format knows one level (sitemaps.org).
const NESTED: u32 = 2;

/// What all sitemaps have led to.
#[derive(Debug, Default)]
pub(super) struct Listed {
    pages: u64,
    bytes: u64,
    /// Of the maps, those that were looked at when no more were to be read.
    forgone: usize,
    told: bool,
    unread: Passed,
}

/// Sitemaps that were found and are not read.
#[derive(Debug, Default)]
struct Passed {
    /// Those that are not told yet.
    untold: [u64; Unread::ALL.len()],
    /// Hashes of those that are no targets, so that each counts once.
    seen: HashSet<u64>,
    hasher: RandomState,
    /// Some of them by the user's own bound.
    by_pages: bool,
}

impl Passed {
    fn note(&mut self, url: &str, why: Unread) {
        if self.seen.insert(self.hasher.hash_one(url)) {
            self.count(1, why);
        }
    }

    fn count(&mut self, sitemaps: u64, why: Unread) {
        self.untold[why as usize] += sitemaps;
        self.by_pages |= why == Unread::MaxPages && sitemaps > 0;
    }
}

impl Listed {
    fn is_full(&self) -> bool {
        self.pages >= MOST_LISTED || self.bytes >= MOST_LISTED_BYTES
    }
}

/// Where a redirect of a sitemap leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MapLed {
    New(FetchId),
    /// It is read already, or is not to be.
    Known,
    /// To a page: a start.
    Start,
}

/// The addresses of a sitemap on their way into the frontier, slice by slice.
pub struct Listing {
    map: FetchId,
    base: Base,
    sitemap: Sitemap,
    /// The room that it takes.
    pub share: Option<Share>,
    next: usize,
    /// Pages that were not known.
    pub new: u32,
    /// Pages that the scope or a limit keeps out, counted as links are: those that are not told yet.
    pub kept_out: Followed,
    /// What has come of it beside.
    pub aside: Aside,
    /// Addresses that are no URLs of pages.
    broken: u64,
    /// Pages beyond those of all sitemaps.
    surplus: u64,
    /// Sitemaps beyond those that are read, and those in an index that another index led to.
    beyond: u64,
    deep: u64,
}

impl Explorer {
    /// A sitemap to be read; none where it was, or is to be.
    pub fn sitemap(&mut self, target: &Target, source: Option<FetchId>, nested: u32) -> Option<FetchId> {
        self.add_map(target, Whence { page: source, ..Whence::default() }, nested)
    }

    /// A sitemap that was given. Where there is no start, it says which hosts belong to the crawl.
    pub fn given_map(&mut self, target: &Target) -> Option<FetchId> {
        let id = self.sitemap(target, None, 0)?;
        self.unanswered.insert(id);
        Some(id)
    }

    /// Whether a start may still lead to where a redirect of this sitemap does.
    pub fn is_open_map(&mut self, hop: FetchId) -> bool {
        self.unanswered.remove(&hop);
        (self.more_starts || !self.starts.is_empty()) && self.is_unsettled()
    }

    /// Where a redirect of a sitemap leads.
    pub fn lead_map(&mut self, hop: FetchId, to: &Target) -> MapLed {
        let nested = self.nested(hop).unwrap_or(0);
        // A site that has no sitemap may lead whoever asks for it to its front page.
        let base = Base::new(to, None);
        if self.known(base.url(), base.origin_end()).is_some_and(|page| self.starts.contains(&page)) {
            self.unanswered.remove(&hop);
            return MapLed::Start;
        }
        let new = self.add_map(to, Whence { page: Some(hop), hop: true, ..Whence::default() }, nested);
        if let Some(id) = new.filter(|_| self.is_given(hop)) {
            self.unanswered.insert(id);
        }
        self.unanswered.remove(&hop);
        new.map_or(MapLed::Known, MapLed::New)
    }

    /// Whether it was given, or is where one leads that was.
    fn is_given(&self, map: FetchId) -> bool {
        let first = self.frontier.chain(map).first().copied().unwrap_or(map);
        self.frontier.source(first).is_none()
    }

    fn add_map(&mut self, target: &Target, whence: Whence, nested: u32) -> Option<FetchId> {
        let base = Base::new(target, None);
        if self.aliases.has_map(base.url()) {
            return None;
        }
        if let Some(why) = self.passes_over(nested) {
            if self.frontier.find_map(base.url(), base.origin_end()).is_none() {
                self.listed.unread.note(base.url(), why);
            }
            return None;
        }
        let whence = Whence { check_only: true, map: true, ..whence };
        match self.frontier.add(base.url(), base.origin_end(), whence) {
            Added::New(id) => {
                self.maps.push((id, nested));
                Some(id)
            }
            Added::Known(_) | Added::Full => None,
        }
    }

    /// Takes back one that waits, as if it had never been found. Tells whether it is taken back.
    pub(super) fn withdraw_map(&mut self, map: FetchId) -> bool {
        let gone = self.frontier.withdraw(map);
        if gone {
            self.maps.retain(|(other, _)| *other != map);
            self.unanswered.remove(&map);
        }
        gone
    }

    /// Why a further sitemap is not read, if it is not.
    fn passes_over(&self, nested: u32) -> Option<Unread> {
        let full = (self.maps.len() >= MOST_SITEMAPS).then_some(Unread::Sitemaps);
        let nested = (nested > NESTED).then_some(Unread::Nested);
        nested.or(self.has_enough_listed()).or(full)
    }

    /// Why what further sitemaps list would not be fetched, if it would not.
    fn has_enough_listed(&self) -> Option<Unread> {
        let full = self.listed.is_full().then_some(Unread::Pages);
        self.frontier.is_closed().then_some(Unread::MaxPages).or(full)
    }

    /// Sitemaps that are not read, of which nobody was told yet.
    pub fn unread_maps(&mut self) -> impl Iterator<Item = (Unread, u64)> + use<> {
        let untold = std::mem::take(&mut self.listed.unread.untold);
        Unread::ALL.into_iter().zip(untold).filter(|(_, sitemaps)| *sitemaps > 0)
    }

    /// The run ends: sitemaps that wait are not read any more, nor are so many that are elsewhere.
    pub fn end_maps(&mut self, elsewhere: usize) {
        let waits = |(map, _): &&(FetchId, u32)| self.frontier.standing(*map) == Standing::Waiting;
        let waiting = self.maps.iter().filter(waits).count();
        self.listed.unread.count((waiting + elsewhere) as u64, Unread::Ended);
    }

    /// Whether sitemaps are not read by the user's own bound of pages.
    pub fn leaves_maps(&self) -> bool {
        self.listed.unread.by_pages
    }

    /// Lets go of the sitemaps that wait, once nothing of them would be fetched. Says so the first time, in words and with
    /// the first of them, unless that is by the user's own bound.
    pub fn forgo_maps(&mut self) -> Option<(String, String)> {
        if self.listed.forgone == self.maps.len() {
            return None;
        }
        let why = self.has_enough_listed()?;
        let mut forgone = Vec::new();
        for &(map, _) in &self.maps[self.listed.forgone..] {
            // One that is to be made again is its host's.
            if self.frontier.attempts(map) == 0 && self.frontier.cancel(map) {
                forgone.push(map);
                self.unanswered.remove(&map);
            }
        }
        self.listed.unread.count(forgone.len() as u64, why);
        self.listed.forgone = self.maps.len();
        let url = self.frontier.url(*forgone.first()?)?;
        if !self.listed.is_full() || std::mem::replace(&mut self.listed.told, true) {
            return None;
        }
        let pages = crate::units::count(self.listed.pages);
        Some((format!("{pages} pages of all sitemaps (sitemaps left unread: {})", forgone.len()), url))
    }

    /// The addresses of a sitemap, which was read at `address`.
    pub fn open(&mut self, map: FetchId, address: &Target, sitemap: Sitemap) -> Listing {
        let (base, mut aside) = (Base::new(address, None), Aside::default());
        // Where there is no start, a sitemap that was given says which host it is about.
        if self.starts.is_empty() && self.is_given(map) {
            self.start_scope(address, &base, &mut aside);
        }
        Listing {
            map,
            base,
            sitemap,
            share: None,
            next: 0,
            new: 0,
            kept_out: Followed::default(),
            aside,
            broken: 0,
            surplus: 0,
            beyond: 0,
            deep: 0,
        }
    }

    /// Takes up at most so many pages, and the maps behind them; whether that were all.
    pub fn list(&mut self, listing: &mut Listing, most: usize) -> bool {
        let (begin, end) = (listing.next, listing.sitemap.pages.len().min(listing.next + most));
        let (mut buffer, pages) = (std::mem::take(&mut self.buffer), std::mem::take(&mut listing.sitemap.pages));
        for page in &pages[begin..end] {
            self.take_listed(listing, page, &mut buffer);
        }
        (listing.next, listing.sitemap.pages) = (end, pages);
        let whole = end == listing.sitemap.pages.len();
        if whole {
            self.take_maps(listing, &mut buffer);
        }
        self.buffer = buffer;
        whole
    }

    fn take_listed(&mut self, listing: &mut Listing, page: &str, buffer: &mut String) {
        let Joined::Page { url, origin_end, .. } = listing.base.join(page, buffer) else {
            listing.broken += 1;
            return;
        };
        match self.place_listed(listing.map, url, origin_end, &mut listing.aside) {
            None => listing.surplus += 1,
            Some(Became::New(_)) => listing.new += 1,
            Some(Became::Known(_) | Became::Aside) => {}
            Some(kept_out) => {
                count(&mut listing.kept_out, &kept_out);
                let barred = Barred { url, origin_end, line: 0, column: 0, text: "", fragment: "" };
                self.note_outside(listing.map, Way::Listed, barred, &kept_out);
            }
        }
    }

    /// What becomes of a page that a sitemap lists; none, where there are enough of them.
    pub(super) fn place_listed(
        &mut self,
        map: FetchId,
        url: &str,
        origin_end: usize,
        aside: &mut Aside,
    ) -> Option<Became> {
        match self.scope.verdict(url, origin_end, 0) {
            // What leads out is no page of the site, whoever lists it.
            Ruling::Outside => return Some(Became::Outside),
            Ruling::Excluded(reason) => return Some(Became::Excluded(reason)),
            Ruling::Inside => {}
        }
        if self.listed.is_full() && self.frontier.find(url, origin_end).is_none() {
            return None;
        }
        let whence = Whence { page: Some(map), ..Whence::default() };
        let became = self.take_up(url, origin_end, whence, Distance::START, aside);
        if let Became::New(_) = became {
            self.listed.pages += 1;
            self.listed.bytes += url.len() as u64;
        }
        Some(became)
    }

    fn take_maps(&mut self, listing: &mut Listing, buffer: &mut String) {
        let nested = self.nested(listing.map).unwrap_or(0) + 1;
        for map in &listing.sitemap.maps {
            let joined = match listing.base.join(map, buffer) {
                Joined::Page { url, .. } => Target::parse(url).ok(),
                _ => None,
            };
            match joined {
                None => listing.broken += 1,
                Some(target) => {
                    match self.passes_over(nested) {
                        Some(Unread::Nested) => listing.deep += 1,
                        Some(_) => listing.beyond += 1,
                        None => {}
                    }
                    self.sitemap(&target, Some(listing.map), nested);
                }
            }
        }
    }
}

impl Listing {
    /// What of it is not taken up, in words; none, where that is nothing.
    pub fn left_out(&self) -> Option<String> {
        let Sitemap { over, late, long, strays, .. } = self.sitemap;
        let all = [
            (over, "beyond what is read of one sitemap"),
            (late, "beyond what is held of all sitemaps at once"),
            (long, "too long"),
            (strays + self.broken, "no URL of a page"),
            (self.surplus, "beyond what is taken up of all sitemaps"),
            (self.beyond, "beyond the sitemaps that are read"),
            (self.deep, "in an index within an index"),
        ];
        let told = all.iter().filter(|(count, _)| *count > 0);
        let told: Vec<String> = told.map(|(count, why)| format!("{} {why}", crate::units::count(*count))).collect();
        (!told.is_empty()).then(|| format!("not taken up: {}", told.join(", ")))
    }

    /// Pages and maps that it has.
    pub fn counts(&self) -> (usize, usize) {
        (self.sitemap.pages.len(), self.sitemap.maps.len())
    }
}
