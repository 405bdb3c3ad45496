//! Links that led out of the scope, and pages of sitemaps that did, as long as it may become wider: then they are let in,
//! and what of them was only to be checked is a page. So are links to what an expression keeps out, where a start leads
//! there. What a start may keep out, too, waits here until each has its answer. Fetches nothing.

use super::aside::{Aside, Barred};
use super::became::Became;
use super::distance::Way;
use super::{Explorer, Whence};
use crate::crawl::scope::{Reason, Ruling};
use crate::id::FetchId;
use std::collections::HashMap;

/// Of these links, and bytes of their texts.
const MOST: usize = 10_000;
const MOST_BYTES: usize = 2 << 20;
/// Of pages that sitemaps list: those of a whole one (sitemaps.org).
const MOST_LISTED: usize = 50_000;
const MOST_LISTED_BYTES: usize = 8 << 20;
/// Of those that are checked.
const MOST_CHECKS: usize = 100_000;

/// The first of them, by what a start would have to lead to for them to be within the scope ([`Scope::ground`]).
///
/// [`Scope::ground`]: crate::crawl::scope::Scope::ground
#[derive(Debug)]
pub(super) struct Outside {
    most: usize,
    most_bytes: usize,
    links: HashMap<Box<str>, Vec<Link>>,
    count: usize,
    bytes: usize,
    checks: HashMap<Box<str>, Vec<FetchId>>,
    checked: usize,
    /// There were more.
    over: bool,
}

/// A link that led out.
#[derive(Debug)]
struct Link {
    page: FetchId,
    /// How its page leads there.
    way: Way,
    /// Its URL, its text and its fragment, and where the first two end.
    all: Box<str>,
    ends: [u32; 2],
    origin_end: u32,
    line: u32,
    column: u32,
    /// What it is counted as.
    was: Became,
}

impl Link {
    fn new(page: FetchId, way: Way, was: Became, link: Barred<'_>) -> Option<Link> {
        let all = [link.url, link.text, link.fragment].concat();
        let ends = [link.url.len(), link.url.len() + link.text.len()].map(u32::try_from);
        let [Ok(url_end), Ok(text_end)] = ends else { return None };
        let origin_end = u32::try_from(link.origin_end).ok()?;
        let Barred { line, column, .. } = link;
        Some(Link { page, way, all: all.into(), ends: [url_end, text_end], origin_end, line, column, was })
    }

    fn barred(&self) -> Barred<'_> {
        let [url_end, text_end] = self.ends.map(|end| end as usize);
        let (url, text, fragment) = (&self.all[..url_end], &self.all[url_end..text_end], &self.all[text_end..]);
        let (origin_end, line, column) = (self.origin_end as usize, self.line, self.column);
        Barred { url, origin_end, line, column, text, fragment }
    }
}

impl Default for Outside {
    fn default() -> Outside {
        Outside {
            most: MOST,
            most_bytes: MOST_BYTES,
            links: HashMap::new(),
            count: 0,
            bytes: 0,
            checks: HashMap::new(),
            checked: 0,
            over: false,
        }
    }
}

impl Outside {
    /// Of pages that sitemaps list.
    pub fn listed() -> Outside {
        Outside { most: MOST_LISTED, most_bytes: MOST_LISTED_BYTES, ..Outside::default() }
    }

    fn is_full(&self) -> bool {
        self.count >= self.most || self.bytes >= self.most_bytes
    }

    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Keeps it, where there is room.
    fn keep(&mut self, ground: &str, link: Option<Link>) {
        let Some(link) = link.filter(|_| !self.is_full()) else {
            self.over = true;
            return;
        };
        self.count += 1;
        self.bytes += link.all.len();
        match self.links.get_mut(ground) {
            Some(links) => links.push(link),
            None => drop(self.links.insert(ground.into(), vec![link])),
        }
    }

    fn check(&mut self, ground: &str, id: FetchId) {
        if self.checked >= MOST_CHECKS {
            self.over = true;
            return;
        }
        self.checked += 1;
        match self.checks.get_mut(ground) {
            Some(checks) => checks.push(id),
            None => drop(self.checks.insert(ground.into(), vec![id])),
        }
    }

    /// All links, in an order that is the same each time.
    fn take_links(&mut self) -> Vec<Link> {
        let mut links: Vec<Link> = std::mem::take(&mut self.links).into_values().flatten().collect();
        links.sort_by(|a, b| (a.page, a.line, a.column, &a.all).cmp(&(b.page, b.line, b.column, &b.all)));
        (self.count, self.bytes) = (0, 0);
        links
    }

    fn take(&mut self, ground: &str) -> (Vec<Link>, Vec<FetchId>) {
        let links = self.links.remove(ground).unwrap_or_default();
        let checks = self.checks.remove(ground).unwrap_or_default();
        self.count -= links.len();
        self.bytes -= links.iter().map(|link| link.all.len()).sum::<usize>();
        self.checked -= checks.len();
        (links, checks)
    }
}

impl Explorer {
    /// Keeps a link that leads out.
    pub(super) fn note_outside(&mut self, page: FetchId, way: Way, link: Barred<'_>, became: &Became) {
        let unsettled = self.is_unsettled();
        let (outside, key) = match became {
            Became::Undecided => (&mut self.awaiting, self.scope.ground(link.url, link.origin_end)),
            Became::Outside | Became::Excluded(Reason::Parent) => {
                let ground = self.scope.ground(link.url, link.origin_end);
                match way {
                    Way::Listed if !unsettled => return,
                    Way::Listed => (&mut self.strays, ground),
                    Way::Redirect | Way::Asset | Way::Link => (&mut self.outside, ground),
                }
            }
            // A start is crawled whether a sitemap lists it or not.
            Became::Excluded(Reason::Exclude | Reason::Include) if way == Way::Listed && self.named.is_full() => return,
            Became::Excluded(Reason::Exclude | Reason::Include) if unsettled => (&mut self.named, link.url),
            _ => return,
        };
        if outside.is_full() {
            outside.over = true;
            return;
        }
        outside.keep(key, Link::new(page, way, *became, link));
    }

    /// What an expression keeps out is a start, or where one leads: links to it lead somewhere.
    pub(super) fn let_in_named(&mut self, url: &str, aside: &mut Aside) {
        if self.named.over && self.scope.is_named(url) {
            self.named.over = false;
            aside.trap(
                "more links to what an expression keeps out than are kept; some to this start may be missing",
                url,
            );
        }
        for link in self.named.take(url).0 {
            self.let_in_link(link, aside);
        }
    }

    /// Keeps it that this target is only checked, for it leads out.
    pub(super) fn note_check(&mut self, url: &str, origin_end: usize, id: FetchId) {
        self.outside.check(self.scope.ground(url, origin_end), id);
    }

    /// The scope has become wider there: what is within it now is taken up after all.
    pub(super) fn let_in(&mut self, url: &str, origin_end: usize, aside: &mut Aside) {
        let ground = self.scope.ground(url, origin_end);
        let (links, checks) = self.outside.take(ground);
        let (listed, _) = self.strays.take(ground);
        let (undecided, _) = self.awaiting.take(ground);
        if std::mem::take(&mut self.outside.over) {
            aside
                .trap("more links that lead out than are kept; some that are within the scope now may be missing", url);
        }
        if std::mem::take(&mut self.strays.over) {
            aside.trap(
                "more pages of sitemaps that lead out than are kept; some that are within the scope now may be missing",
                url,
            );
        }
        if std::mem::take(&mut self.awaiting.over) {
            aside.trap(
                "more links are undecided before each start has its answer than are kept; \
                 some are taken up that a rule keeps out now",
                url,
            );
        }
        if self.let_in_maps() {
            aside.trap("more sitemaps of other hosts than are kept; some of this one may be missing", url);
        }
        for id in checks {
            self.let_in_check(id, aside);
        }
        for link in links.into_iter().chain(listed).chain(undecided) {
            self.let_in_link(link, aside);
        }
    }

    /// Whether what becomes of this is known only once each start has its answer, and there is room to keep it until then.
    pub(super) fn awaits(&mut self, url: &str, origin_end: usize) -> bool {
        if !self.is_unsettled() || !self.scope.is_open(url, origin_end) {
            return false;
        }
        let full = self.awaiting.is_full();
        self.awaiting.over |= full;
        !full
    }

    /// No start makes the scope another any more: what was undecided becomes what it is now.
    pub fn settle(&mut self, aside: &mut Aside) {
        if !self.awaiting.is_empty() {
            self.unanswered.clear();
            for link in self.awaiting.take_links() {
                self.let_in_link(link, aside);
            }
        }
    }

    fn let_in_check(&mut self, id: FetchId, aside: &mut Aside) {
        let Some(url) = self.frontier.url(id) else { return };
        let origin_end = self.frontier.origin_end(id);
        match self.scope.verdict(&url, origin_end, self.frontier.depth(id)) {
            Ruling::Inside => aside.pages.push(id),
            Ruling::Outside | Ruling::Excluded(_) => self.note_check(&url, origin_end, id),
        }
    }

    fn let_in_link(&mut self, link: Link, aside: &mut Aside) {
        let (page, barred) = (link.page, link.barred());
        if link.way == Way::Listed {
            let Barred { url, origin_end, .. } = barred;
            let became = self.place_listed(page, url, origin_end, aside).unwrap_or(Became::Over);
            if became != link.was {
                aside.relist(page, &link.was, &became);
            }
            return self.note_outside(page, link.way, barred, &became);
        }
        // A shorter path to the page may have been found since.
        let at = self.distance(page).after(link.way);
        let whence = Whence { page: Some(page), hop: link.way == Way::Redirect, ..Whence::default() };
        let became = self.take_up(barred.url, barred.origin_end, whence, at, aside);
        if became != link.was {
            aside.admit(page, barred, link.way, &link.was, &became);
        }
        self.note_late_step(page, link.way, barred, &became);
        self.note_outside(page, link.way, barred, &became);
    }
}
