//! What becomes of what was found: each link of a page, each redirect, each page of a sitemap is judged by scope and
//! traps and given to the frontier. Fetches nothing and knows no clock.

mod aliases;
mod aside;
mod became;
mod distance;
mod distant;
mod following;
mod hops;
mod led;
mod listing;
mod outside;
mod paths;
#[cfg(test)]
mod tests;

use super::address::{Base, Joined};
use super::frontier::{Added, Frontier, Standing, Whence};
use super::scope::{Ruling, Scope};
use super::traps::Traps;
use crate::host::FrontierCounts;
use crate::id::FetchId;
use crate::place::Role;
use crate::target::Target;
use aliases::Aliases;
use became::Became;
use distance::Distance;
use distant::Distant;
use hops::Hops;
use listing::Listed;
use outside::Outside;
use paths::Paths;
use std::collections::{HashMap, HashSet};

pub use aliases::Twin;
pub use aside::{Aside, Late};
pub use following::{Following, Part};
pub use listing::{Listing, MapLed};

/// Links from a start, where no `--level` says otherwise: what goes on behind that is made as it is asked for.
const DEEPEST: u32 = 5_000;

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
    /// Those of them that have no result yet, and sitemaps that were given.
    unanswered: HashSet<FetchId>,
    /// More of them may come.
    pub more_starts: bool,
    /// Where targets lead that are none, as long as starts may lead to them.
    redirects: HashMap<FetchId, Target>,
    hops: Hops,
    listed: Listed,
    aliases: Aliases,
    buffer: String,
    /// A link was too far from a start, and it was told.
    deep: bool,
    /// Where a level bounds the crawl.
    paths: Option<Paths>,
    /// What is known as part of a page only, there.
    assets: HashSet<FetchId>,
    outside: Outside,
    /// Links to what an expression keeps out, by its URL.
    named: Outside,
    /// Pages that sitemaps list and that lead out, as long as the scope may become wider.
    strays: Outside,
    /// What is undecided.
    awaiting: Outside,
    distant: Distant,
    /// Pages that were told to have more links than are taken up.
    crowded: u32,
}

impl Explorer {
    /// `seed`: of the traps, and such as no server knows.
    pub fn new(frontier: Frontier, scope: Scope, wishes: Wishes, seed: u64) -> Explorer {
        let (traps, maps, starts) = (Traps::new(seed), Vec::new(), HashSet::new());
        let paths = scope.has_level().then(Paths::default);
        Explorer {
            frontier,
            scope,
            traps,
            wishes,
            maps,
            starts,
            unanswered: HashSet::new(),
            more_starts: false,
            redirects: HashMap::new(),
            hops: Hops::default(),
            listed: Listed::default(),
            aliases: Aliases::default(),
            buffer: String::new(),
            deep: false,
            paths,
            assets: HashSet::new(),
            outside: Outside::default(),
            named: Outside::default(),
            strays: Outside::listed(),
            awaiting: Outside::listed(),
            distant: Distant::default(),
            crowded: 0,
        }
    }

    /// A start; none where it was asked for already, or there are enough pages. Where others came before it, links of
    /// theirs may have led here: what of that was only to be checked is a page.
    pub fn start(&mut self, target: &Target, aside: &mut Aside) -> Option<FetchId> {
        let base = Base::new(target, None);
        let (url, origin_end) = (base.url(), base.origin_end());
        self.start_scope(target, &base, aside);
        let known = self.known(url, origin_end);
        let new = match known.map_or_else(|| self.frontier.add(url, origin_end, Whence::default()), Added::Known) {
            Added::New(id) => {
                self.let_in_beyond(url, id, aside);
                self.await_start(id);
                Some(id)
            }
            Added::Known(id) => {
                self.shorten(id, &Whence::default());
                self.draw_nearer(id, Distance::START, aside);
                let is_asked = self.frontier.is_check(id) || self.frontier.standing(id) == Standing::Waiting;
                self.start_at(id, aside);
                is_asked.then_some(id)
            }
            Added::Full => None,
        };
        self.let_in_named(url, aside);
        new
    }

    /// The scope goes from there as well.
    fn start_scope(&mut self, target: &Target, base: &Base, aside: &mut Aside) {
        let (url, origin_end) = (base.url(), base.origin_end());
        let changes = self.scope.is_beyond(url, origin_end) || self.scope.is_open(url, origin_end);
        self.scope.start(target);
        if changes {
            self.let_in(url, origin_end, aside);
        }
    }

    /// What is only checked is a start.
    fn begin_at_check(&mut self, id: FetchId, aside: &mut Aside) {
        self.await_start(id);
        if !aside.pages.contains(&id) {
            aside.pages.push(id);
        }
    }

    fn await_start(&mut self, id: FetchId) {
        self.starts.insert(id);
        self.unanswered.insert(id);
    }

    /// A target has a result: if it is a start, it is known where it leads.
    pub fn answered(&mut self, id: FetchId) {
        self.unanswered.remove(&id);
        self.end_hop(id);
    }

    /// Whether not each start has its answer.
    pub fn is_unsettled(&self) -> bool {
        self.more_starts || !self.unanswered.is_empty()
    }

    /// Whether the scope may still become wider, for a start has no result yet, and is to have one, or more may come.
    pub fn may_widen(&mut self) -> bool {
        if self.frontier.is_closed() && !self.unanswered.is_empty() {
            let frontier = &self.frontier;
            self.unanswered.retain(|&id| matches!(frontier.standing(id), Standing::Waiting | Standing::InFlight));
        }
        let may = self.more_starts || !self.unanswered.is_empty();
        if !may && !self.redirects.is_empty() {
            self.redirects = HashMap::new();
        }
        if !may && !self.strays.is_empty() {
            self.strays = Outside::listed();
        }
        may
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

    /// The target of that address, if there is one.
    pub fn find(&mut self, target: &Target) -> Option<FetchId> {
        let base = Base::new(target, None);
        self.known(base.url(), base.origin_end())
    }

    /// Also draws what is known nearer to the starts, if this is a shorter path to it.
    fn take_up(&mut self, url: &str, origin_end: usize, whence: Whence, at: Distance, aside: &mut Aside) -> Became {
        let became = self.judge(url, origin_end, Whence { depth: at.links, ..whence }, aside);
        match became {
            Became::Known(id) => self.draw_nearer(id, at, aside),
            Became::New(id) if at.asset && self.paths.is_some() => _ = self.assets.insert(id),
            _ => {}
        }
        became
    }

    /// How far a target is from the starts, as far as that is known.
    fn distance(&self, id: FetchId) -> Distance {
        let asset = !self.assets.is_empty() && self.assets.contains(&id);
        Distance { links: self.frontier.depth(id), asset }
    }

    /// What is known needs no judgement: it was judged when it was found.
    fn judge(&mut self, url: &str, origin_end: usize, whence: Whence, aside: &mut Aside) -> Became {
        if let Some(id) = self.known(url, origin_end) {
            self.shorten(id, &whence);
            return Became::Known(id);
        }
        if self.frontier.is_robots(url, origin_end) {
            return Became::Aside;
        }
        let check_only = match self.scope.verdict(url, origin_end, whence.depth) {
            Ruling::Excluded(reason) => return Became::Excluded(reason),
            Ruling::Outside if !self.wishes.external => return Became::Outside,
            _ if self.awaits(url, origin_end) => return Became::Undecided,
            ruling => ruling == Ruling::Outside,
        };
        if whence.depth > DEEPEST && !self.scope.has_level() {
            if !std::mem::replace(&mut self.deep, true) {
                aside.trap(format!("over {DEEPEST} links from a start"), url);
            }
            return Became::Trapped;
        }
        if let Some(trap) = self.traps.check(url, origin_end) {
            if let Some(words) = trap.told() {
                aside.trap(words, url);
            }
            return Became::Trapped;
        }
        let far = self.is_far(&whence);
        match self.frontier.add(url, origin_end, Whence { check_only, far, ..whence }) {
            Added::New(id) => {
                self.begin_hop(id, &whence);
                if check_only {
                    self.note_check(url, origin_end, id);
                }
                self.let_in_beyond(url, id, aside);
                Became::New(id)
            }
            Added::Known(id) => Became::Known(id),
            Added::Full => Became::Over,
        }
    }
}
