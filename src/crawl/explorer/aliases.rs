//! Hosts that were given without a scheme: https is tried first, and http where that does not answer. Until it is known
//! which of both it is, what is to be asked by http there is held back, so that no page and no robots.txt is asked for as
//! both. Then both addresses of a page are one target. Fetches nothing.

use super::{Aside, Base, Explorer, Standing};
use crate::id::FetchId;
use crate::target::Target;
use std::collections::{BTreeSet, HashMap, HashSet};

#[derive(Default)]
pub(super) struct Aliases {
    /// Addresses for which nothing is asked, for a target is asked in their place.
    asked: HashMap<String, FetchId>,
    /// The same of sitemaps.
    maps: HashSet<String>,
    /// Those hosts, by the origins that they have by http.
    bare: HashMap<Box<str>, Bare>,
    /// The same by https: their origins by http.
    plain: HashMap<Box<str>, Box<str>>,
}

/// A host that was given without a scheme.
struct Bare {
    /// Its origin by https.
    https: Box<str>,
    /// Starts and sitemaps without a scheme there that have no answer.
    open: BTreeSet<FetchId>,
    asked_by: AskedBy,
}

/// What a host without a scheme turned out to be asked by.
#[derive(Clone, Copy, PartialEq, Eq)]
enum AskedBy {
    /// Not known yet.
    Either,
    Https,
    Http,
}

/// A start that is one with another target: that one is asked, and nothing is for the start itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Twin {
    pub start: FetchId,
    pub with: FetchId,
}

impl Aliases {
    /// Whether a sitemap is read in whose place another address is asked.
    pub fn has_map(&self, url: &str) -> bool {
        self.maps.contains(url)
    }
}

impl Explorer {
    /// A start, or a sitemap, was given without a scheme: `plain` is what is asked where https does not answer. Where it is known that
    /// http is what its host is asked by, and that page is known, both are one.
    pub fn may_fall_back(&mut self, id: FetchId, target: &Target, plain: &Target, aside: &mut Aside) -> Option<Twin> {
        self.aliases.plain.entry(target.origin().into()).or_insert_with(|| plain.origin().into());
        let new = || Bare { https: target.origin().into(), open: BTreeSet::new(), asked_by: AskedBy::Either };
        let bare = self.aliases.bare.entry(plain.origin().into()).or_insert_with(new);
        bare.open.insert(id);
        match bare.asked_by {
            AskedBy::Either => self.frontier.hold(plain.origin()),
            AskedBy::Https => {}
            AskedBy::Http => return self.join(id, aside),
        }
        None
    }

    /// The origin that a host without a scheme has by http, by the one that it has by https.
    pub fn plain_origin(&self, https: &str) -> Option<&str> {
        self.aliases.plain.get(https).map(|plain| &**plain)
    }

    /// A start that knew a second scheme was answered by its own, or by none: so is its host.
    pub fn keeps_scheme(&mut self, id: FetchId) {
        if self.aliases.bare.is_empty() {
            return;
        }
        let end = self.frontier.origin_end(id);
        let Some(url) = self.frontier.url(id) else { return };
        let plain = self.aliases.plain.get(&url[..end]).and_then(|plain| self.aliases.bare.get_mut(plain));
        if plain.is_some_and(|bare| bare.open.remove(&id)) {
            self.keeps_https(&url[..end]);
        }
    }

    /// That host was answered by https, or by nothing: what is to be asked by http there is something else.
    pub fn keeps_https(&mut self, https: &str) {
        let Some(origin) = self.aliases.plain.get(https) else { return };
        let Some(bare) = self.aliases.bare.get_mut(origin) else { return };
        match bare.asked_by {
            AskedBy::Either => {
                bare.asked_by = AskedBy::Https;
                self.frontier.release(origin);
            }
            AskedBy::Https => {}
            AskedBy::Http => self.release_plain(&origin.clone()),
        }
    }

    /// What was given of that host without a scheme is asked by http there: starts whose pages are known by http are one
    /// with those.
    pub fn falls_back(&mut self, origin: &str, aside: &mut Aside) -> Vec<Twin> {
        let Some(bare) = self.aliases.bare.get_mut(origin) else { return Vec::new() };
        bare.asked_by = AskedBy::Http;
        let open: Vec<FetchId> = bare.open.iter().copied().collect();
        open.iter().for_each(|&id| self.keep_map(id));
        let joined = open.into_iter().filter_map(|id| self.join(id, aside)).collect();
        self.release_plain(origin);
        joined
    }

    /// A sitemap of which that was asked by http, or will be, is one with that by http: the one that was given is read.
    fn keep_map(&mut self, id: FetchId) {
        let Some((by_http, origin_end)) = self.by_http(id).filter(|_| !self.starts.contains(&id)) else { return };
        if self.frontier.find_map(&by_http, origin_end).is_none_or(|other| self.withdraw_map(other)) {
            self.aliases.maps.insert(by_http);
        }
    }

    /// The same URL by http, and the end of its origin.
    fn by_http(&self, id: FetchId) -> Option<(String, usize)> {
        let end = self.frontier.origin_end(id);
        let url = self.frontier.url(id)?;
        let origin = self.aliases.plain.get(&url[..end])?;
        Some(([origin, &url[end..]].concat(), origin.len()))
    }

    /// A sitemap that was given without a scheme was asked by http.
    pub fn map_fell_back(&mut self, id: FetchId, asked: &Target, aside: &mut Aside) -> Vec<Twin> {
        let joined = self.falls_back(asked.origin(), aside);
        if let Some(bare) = self.aliases.bare.get_mut(asked.origin()) {
            bare.open.remove(&id);
        }
        self.release_plain(asked.origin());
        joined
    }

    /// As soon as no start is in flight that may turn out to be a page which waits.
    fn release_plain(&mut self, origin: &str) {
        let Some(bare) = self.aliases.bare.get(origin) else { return };
        if bare.open.iter().all(|&id| self.frontier.standing(id) != Standing::InFlight) {
            self.frontier.release(origin);
        }
    }

    /// `asked` was asked in the place of a start's own address: both are one target. Tells the other one where that is
    /// known and waits, for a link leads there: it has the same answer.
    pub fn alias(&mut self, id: FetchId, asked: &Target, aside: &mut Aside) -> (Option<FetchId>, Vec<Twin>) {
        let base = Base::new(asked, None);
        let other = self.frontier.find(base.url(), base.origin_end()).filter(|&other| other != id);
        let given = other.is_some_and(|other| self.starts.contains(&other));
        let gone = other.is_some_and(|other| given && self.frontier.withdraw(other));
        if let Some(other) = other.filter(|_| gone) {
            self.unanswered.remove(&other);
        }
        if other.is_none() || gone {
            self.aliases.asked.insert(base.url().to_owned(), id);
        }
        if let Some(bare) = self.aliases.bare.get_mut(asked.origin()) {
            bare.open.remove(&id);
        }
        let joined = self.falls_back(asked.origin(), aside);
        (other.filter(|&other| !given && self.frontier.standing(other) == Standing::Waiting), joined)
    }

    /// A start that waits is one with the same page by http, if that is known.
    fn join(&mut self, id: FetchId, aside: &mut Aside) -> Option<Twin> {
        let url = self.frontier.url(id).filter(|_| self.starts.contains(&id))?;
        let (by_http, origin_end) = self.by_http(id)?;
        let with = self.frontier.find(&by_http, origin_end)?;
        if !self.frontier.withdraw(id) {
            return None;
        }
        if let Some(bare) = self.aliases.bare.get_mut(&by_http[..origin_end]) {
            bare.open.remove(&id);
        }
        self.aliases.asked.insert(url, with);
        self.starts.remove(&id);
        self.unanswered.remove(&id);
        self.frontier.lower(with, 0);
        self.start_at(with, aside);
        Some(Twin { start: id, with })
    }

    /// Nothing else is to be done: what is still held back waits for nobody. Tells whether there was anything.
    pub fn release_all(&mut self) -> bool {
        self.frontier.release_all()
    }

    /// The target of a URL, if there is one.
    pub(super) fn known(&mut self, url: &str, origin_end: usize) -> Option<FetchId> {
        let asked = if self.aliases.asked.is_empty() { None } else { self.aliases.asked.get(url).copied() };
        asked.or_else(|| self.frontier.find(url, origin_end)).or_else(|| self.known_bare(url, origin_end))
    }

    /// The start of the same host that is still to be asked by https, and will be by http.
    fn known_bare(&mut self, url: &str, origin_end: usize) -> Option<FetchId> {
        if self.aliases.bare.is_empty() {
            return None;
        }
        let bare = self.aliases.bare.get(url.get(..origin_end)?).filter(|bare| bare.asked_by == AskedBy::Http)?;
        let https = [&bare.https, &url[origin_end..]].concat();
        self.frontier.find(&https, bare.https.len()).filter(|id| bare.open.contains(id))
    }
}
