//! What becomes of what was found: each link of a page, each redirect, each page of a sitemap is judged by scope and
//! traps and given to the frontier. Fetches nothing and knows no clock.

use super::address::{Base, Fragment, Joined};
use super::frontier::{Added, Frontier, Standing, Whence};
use super::links::{Link, LinkKind, Links};
use super::scope::{Reason, Ruling, Scope};
use super::sitemap::Sitemap;
use super::traps::Traps;
use crate::followed::{Edge, Followed, Unfollowed};
use crate::host::FrontierCounts;
use crate::id::FetchId;
use crate::place::Role;
use crate::target::Target;
use crate::text::Untrusted;
use std::collections::{HashMap, HashSet};

/// Sitemaps that are read in one run.
const MOST_SITEMAPS: usize = 500;
/// Links from a start, where no `--level` says otherwise: what goes on behind that is made as it is asked for.
const DEEPEST: u32 = 5_000;
/// Sitemaps within sitemaps; the format knows one level (sitemaps.org).
const NESTED: u32 = 2;

/// Links of a page that are told of those which are not followed, and bytes of each.
const MOST_UNFOLLOWED: usize = 100;
const UNFOLLOWED_BYTES: usize = 2 << 10;

/// Which links are taken up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wishes {
    /// Images, scripts and styles.
    pub assets: bool,
    /// What leads out is checked.
    pub external: bool,
    /// Links that pages ask not to follow are left alone.
    pub nofollow: bool,
}

pub struct Explorer {
    pub frontier: Frontier,
    scope: Scope,
    traps: Traps,
    wishes: Wishes,
    /// Targets that are sitemaps, and how deep within others.
    maps: Vec<(FetchId, u32)>,
    starts: HashSet<FetchId>,
    /// Other addresses that were asked in the place of a target's own, for which nothing else is to be asked.
    aliases: HashMap<String, FetchId>,
    buffer: String,
    /// A link was too far from a start, and it was told.
    deep: bool,
}

/// The links of one page on their way into the frontier, slice by slice.
pub struct Following {
    page: FetchId,
    depth: u32,
    base: Base,
    links: Links,
    next: usize,
    nofollow: bool,
    followed: Followed,
    texts: String,
    /// Limits that have bitten for the first time, in words, and at which URL.
    pub trapped: Vec<(String, String)>,
    /// Links to parts of pages.
    pub parts: Vec<Part>,
}

/// The addresses of a sitemap on their way into the frontier, slice by slice.
pub struct Listing {
    map: FetchId,
    base: Base,
    sitemap: Sitemap,
    next: usize,
    /// Pages that were not known.
    pub new: u32,
    /// As of [`Following`].
    pub trapped: Vec<(String, String)>,
}

/// A link to a part of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    pub to: FetchId,
    pub fragment: Box<str>,
    pub line: u32,
    pub column: u32,
}

/// What became of one address.
enum Became {
    New(FetchId),
    Known(FetchId),
    Outside,
    Excluded(Reason),
    Trapped,
    Over,
    /// A robots.txt, which is asked for in any case.
    Aside,
}

impl Explorer {
    /// `seed`: of the traps, and such as no server knows.
    pub fn new(frontier: Frontier, scope: Scope, wishes: Wishes, seed: u64) -> Explorer {
        let (traps, maps, starts) = (Traps::new(seed), Vec::new(), HashSet::new());
        Explorer {
            frontier,
            scope,
            traps,
            wishes,
            maps,
            starts,
            aliases: HashMap::new(),
            buffer: String::new(),
            deep: false,
        }
    }

    /// A start; none where it is known already, or there are enough pages.
    pub fn start(&mut self, target: &Target) -> Option<FetchId> {
        self.scope.start(target);
        let base = Base::new(target, None);
        match self.frontier.add(base.url(), base.origin_end(), Whence::default()) {
            Added::New(id) => {
                self.starts.insert(id);
                Some(id)
            }
            Added::Known(_) | Added::Full => None,
        }
    }

    /// A sitemap to be read; none where it was, or is to be.
    pub fn sitemap(&mut self, target: &Target, source: Option<FetchId>, nested: u32) -> Option<FetchId> {
        self.add_map(target, Whence { page: source, ..Whence::default() }, nested)
    }

    /// Where a redirect of a sitemap leads; none, where that is known.
    pub fn lead_map(&mut self, hop: FetchId, to: &Target) -> Option<FetchId> {
        let nested = self.nested(hop).unwrap_or(0);
        self.add_map(to, Whence { page: Some(hop), hop: true, ..Whence::default() }, nested)
    }

    fn add_map(&mut self, target: &Target, whence: Whence, nested: u32) -> Option<FetchId> {
        if self.maps.len() >= MOST_SITEMAPS || nested > NESTED {
            return None;
        }
        let base = Base::new(target, None);
        let whence = Whence { check_only: true, ..whence };
        match self.frontier.add(base.url(), base.origin_end(), whence) {
            Added::New(id) => {
                self.maps.push((id, nested));
                Some(id)
            }
            Added::Known(_) | Added::Full => None,
        }
    }

    /// Whether the pages of an origin belong to the crawl.
    pub fn belongs(&self, origin: &str) -> bool {
        self.scope.reaches(origin, origin.len())
    }

    /// How deep within other sitemaps this one is, if it is one.
    pub fn nested(&self, id: FetchId) -> Option<u32> {
        self.maps.iter().find(|(map, _)| *map == id).map(|&(_, nested)| nested)
    }

    /// The targets that were found, sitemaps aside.
    pub fn counts(&self) -> FrontierCounts {
        let counts = self.frontier.counts();
        let mut told = FrontierCounts {
            found: counts.found,
            done: counts.done,
            in_flight: counts.in_flight,
            waiting: counts.waiting,
            refused: counts.refused.all(),
            depth: counts.depth,
        };
        for (map, _) in &self.maps {
            told.found -= 1;
            match self.frontier.standing(*map) {
                Standing::Waiting => told.waiting -= 1,
                Standing::InFlight => told.in_flight -= 1,
                Standing::Done => told.done -= 1,
                Standing::Refused => told.refused -= 1,
            }
        }
        told
    }

    /// What a target is fetched for.
    pub fn role(&self, id: FetchId) -> Role {
        match (self.nested(id), self.frontier.is_check(id)) {
            (Some(_), _) => Role::Sitemap,
            (None, true) => Role::Check,
            (None, false) => Role::Page,
        }
    }

    /// `asked` was asked in the place of a start's own address: both are one target.
    pub fn alias(&mut self, id: FetchId, asked: &Target) {
        let base = Base::new(asked, None);
        if self.frontier.find(base.url(), base.origin_end()).is_none() {
            self.aliases.insert(base.url().to_owned(), id);
        }
    }

    /// The links of `page`, which is `depth` links from a start.
    pub fn begin(&self, page: FetchId, depth: u32, address: &Target, links: Links, nofollow: bool) -> Following {
        let base = Base::new(address, links.base());
        let followed = Followed { over: links.over(), ..Followed::default() };
        let nofollow = nofollow && self.wishes.nofollow;
        let (texts, trapped, parts) = (String::new(), Vec::new(), Vec::new());
        Following { page, depth, base, links, next: 0, nofollow, followed, texts, trapped, parts }
    }

    /// Takes up at most so many links; whether that were all.
    pub fn follow(&mut self, following: &mut Following, most: usize) -> bool {
        let end = following.links.len().min(following.next + most);
        let links = std::mem::take(&mut following.links);
        if self.frontier.is_large() {
            self.look_ahead(&following.base, (following.next..end).filter_map(|at| links.get(at)));
        }
        for at in following.next..end {
            if let Some(link) = links.get(at) {
                self.link(following, &link);
            }
        }
        following.next = end;
        let whole = end == links.len();
        following.links = links;
        whole
    }

    /// Has the frontier read ahead what it is going to be asked for.
    fn look_ahead<'l>(&mut self, base: &Base, links: impl Iterator<Item = Link<'l>>) {
        let mut joined = String::new();
        let mut ends = Vec::new();
        for link in links {
            if let Joined::Page { url, origin_end, .. } = base.join(link.href, &mut self.buffer) {
                ends.push((joined.len(), origin_end));
                joined.push_str(url);
            }
        }
        let begins = ends.iter().map(|(begin, _)| *begin).skip(1).chain([joined.len()]);
        let urls = ends.iter().zip(begins).map(|(&(begin, origin_end), end)| (&joined[begin..end], origin_end));
        self.frontier.look_ahead(urls);
    }

    fn link(&mut self, following: &mut Following, link: &Link<'_>) {
        let followed = &mut following.followed;
        match link.kind {
            LinkKind::Form => return followed.forms += 1,
            kind if kind.is_asset() && !self.wishes.assets => return followed.assets += 1,
            _ => {}
        }
        let mut buffer = std::mem::take(&mut self.buffer);
        match following.base.join(link.href, &mut buffer) {
            Joined::Other(_) => followed.other += 1,
            Joined::Broken(_) => followed.malformed += 1,
            Joined::Page { url, .. } if (link.nofollow && self.wishes.nofollow) || following.nofollow => {
                leave(followed, link, url, following.nofollow);
            }
            Joined::Page { url, origin_end, fragment } => {
                let depth = following.depth + u32::from(!link.kind.is_asset());
                let whence = Whence { page: Some(following.page), depth, ..Whence::default() };
                let became = self.take_up(url, origin_end, whence, &mut following.trapped);
                note(following, link, fragment, &became);
            }
        }
        self.buffer = buffer;
    }

    /// What is known needs no judgement: it was judged when it was found.
    fn take_up(&mut self, url: &str, origin_end: usize, whence: Whence, trapped: &mut Vec<(String, String)>) -> Became {
        let alias = if self.aliases.is_empty() { None } else { self.aliases.get(url).copied() };
        if let Some(id) = alias.or_else(|| self.frontier.find(url, origin_end)) {
            return Became::Known(id);
        }
        if self.wishes.nofollow && &url[origin_end..] == "/robots.txt" {
            return Became::Aside;
        }
        let check_only = match self.scope.verdict(url, origin_end, whence.depth) {
            Ruling::Excluded(reason) => return Became::Excluded(reason),
            Ruling::Outside if !self.wishes.external => return Became::Outside,
            ruling => ruling == Ruling::Outside,
        };
        if whence.depth > DEEPEST && !self.scope.has_level() {
            let first = !std::mem::replace(&mut self.deep, true);
            trapped.extend(first.then(|| (format!("over {DEEPEST} links from a start"), url.to_owned())));
            return Became::Trapped;
        }
        if let Some(trap) = self.traps.check(url, origin_end) {
            trapped.extend(trap.told().map(|words| (words, url.to_owned())));
            return Became::Trapped;
        }
        match self.frontier.add(url, origin_end, Whence { check_only, ..whence }) {
            Added::New(id) => Became::New(id),
            Added::Known(id) => Became::Known(id),
            Added::Full => Became::Over,
        }
    }

    /// A redirect: where it leads is at the same depth. The fact of it, the target if it is new, and words where the
    /// scope has become wider.
    pub fn lead(&mut self, hop: FetchId, depth: u32, from: &Target, to: &Target) -> Led {
        let widened = if self.starts.contains(&hop) { self.scope.widen(from, to) } else { None };
        let base = Base::new(to, None);
        let whence = Whence { page: Some(hop), depth, hop: true, ..Whence::default() };
        let mut trapped = Vec::new();
        let became = self.take_up(base.url(), base.origin_end(), whence, &mut trapped);
        let mut followed = Followed::default();
        let to = count(&mut followed, &became);
        let edge = |to| Edge { to, line: 0, column: 0, text_end: 0 };
        followed.edges.extend(to.map(edge));
        let new = if let Became::New(id) = became { Some(id) } else { None };
        // Where a start leads is a start as well, and may lead on.
        if let Some(id) = new.filter(|_| self.starts.contains(&hop)) {
            self.starts.insert(id);
        }
        Led { followed, new, widened, trapped }
    }

    /// The addresses of a sitemap, which was read at `address`.
    pub fn open(&mut self, map: FetchId, address: &Target, sitemap: Sitemap) -> Listing {
        // Where there is no start, a sitemap that was given says which host it is about.
        let first = self.frontier.chain(map).first().copied().unwrap_or(map);
        if self.starts.is_empty() && self.frontier.source(first).is_none() {
            self.scope.start(address);
        }
        let base = Base::new(address, None);
        Listing { map, base, sitemap, next: 0, new: 0, trapped: Vec::new() }
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
        let Joined::Page { url, origin_end, .. } = listing.base.join(page, buffer) else { return };
        // What leads out is no page of the site, whoever lists it.
        if self.scope.verdict(url, origin_end, 0) == Ruling::Inside {
            let whence = Whence { page: Some(listing.map), ..Whence::default() };
            let became = self.take_up(url, origin_end, whence, &mut listing.trapped);
            listing.new += u32::from(matches!(became, Became::New(_)));
        }
    }

    fn take_maps(&mut self, listing: &Listing, buffer: &mut String) {
        let nested = self.nested(listing.map).unwrap_or(0);
        for map in &listing.sitemap.maps {
            if let Joined::Page { url, .. } = listing.base.join(map, buffer)
                && let Ok(target) = Target::parse(url)
            {
                self.sitemap(&target, Some(listing.map), nested + 1);
            }
        }
    }
}

/// What a redirect came to.
pub struct Led {
    pub followed: Followed,
    pub new: Option<FetchId>,
    pub widened: Option<String>,
    pub trapped: Vec<(String, String)>,
}

impl Listing {
    /// Pages and maps that it has.
    pub fn counts(&self) -> (usize, usize) {
        (self.sitemap.pages.len(), self.sitemap.maps.len())
    }
}

impl Following {
    /// What came of all of them.
    pub fn end(mut self) -> Followed {
        self.followed.texts = self.texts.into();
        self.followed
    }

    /// The ids of the page, where they were wanted.
    pub fn links(&self) -> &Links {
        &self.links
    }
}

/// Counts it; the target that it leads to, if there is one.
fn count(followed: &mut Followed, became: &Became) -> Option<FetchId> {
    match *became {
        Became::New(id) => {
            followed.new += 1;
            return Some(id);
        }
        Became::Known(id) => {
            followed.known += 1;
            return Some(id);
        }
        Became::Outside => followed.outside += 1,
        Became::Excluded(reason) => *excluded(followed, reason) += 1,
        Became::Trapped => followed.trapped += 1,
        Became::Over => followed.over += 1,
        Became::Aside => followed.known += 1,
    }
    None
}

/// The number of those that this rule keeps out.
fn excluded(followed: &mut Followed, reason: Reason) -> &mut u32 {
    match reason {
        Reason::Level => &mut followed.level,
        Reason::Exclude => &mut followed.exclude,
        Reason::Include => &mut followed.include,
        Reason::Parent => &mut followed.no_parent,
    }
}

/// A link that is not followed, for the page asks for it.
fn leave(followed: &mut Followed, link: &Link<'_>, url: &str, page: bool) {
    followed.nofollow += 1;
    if followed.unfollowed.len() < MOST_UNFOLLOWED {
        let (url, Link { line, column, .. }) = (Untrusted::new(url, UNFOLLOWED_BYTES), *link);
        followed.unfollowed.push(Unfollowed { url, line, column, page });
    }
}

fn note(following: &mut Following, link: &Link<'_>, fragment: Option<Fragment<'_>>, became: &Became) {
    let Some(to) = count(&mut following.followed, became) else { return };
    following.texts.push_str(link.text);
    let text_end = u32::try_from(following.texts.len()).unwrap_or(u32::MAX);
    let Link { line, column, .. } = *link;
    following.followed.edges.push(Edge { to, line, column, text_end });
    if let Some(fragment) = fragment.filter(|fragment| !fragment.is_top()) {
        let fragment = fragment.decoded().into();
        following.parts.push(Part { to, fragment, line, column });
    }
}
