//! Targets by the other address that they were asked by: of a bare host https is tried first, and http where that does not
//! answer. Then both are one target, for which nothing else is to be asked. Fetches nothing.

use super::{Base, Explorer};
use crate::id::FetchId;
use crate::target::Target;
use std::collections::{HashMap, HashSet};

#[derive(Default)]
pub(super) struct Aliases {
    /// Addresses that were asked in the place of a target's own.
    asked: HashMap<String, FetchId>,
    /// The origins of those: what else of them is bare is asked there, too.
    origins: HashSet<Box<str>>,
    /// Starts that know a second scheme, but for those that were answered by the first.
    bare: HashSet<FetchId>,
}

impl Explorer {
    /// A start knows a second scheme.
    pub fn may_fall_back(&mut self, id: FetchId) {
        self.aliases.bare.insert(id);
    }

    /// It was answered by its own.
    pub fn keeps_scheme(&mut self, id: FetchId) {
        if !self.aliases.bare.is_empty() {
            self.aliases.bare.remove(&id);
        }
    }

    /// `asked` was asked in the place of a start's own address: both are one target.
    pub fn alias(&mut self, id: FetchId, asked: &Target) {
        let base = Base::new(asked, None);
        self.falls_back(asked.origin());
        if self.frontier.find(base.url(), base.origin_end()).is_none() {
            self.aliases.asked.insert(base.url().to_owned(), id);
        }
    }

    /// What was given of that host without a scheme is asked there.
    pub fn falls_back(&mut self, origin: &str) {
        if !self.aliases.origins.contains(origin) {
            self.aliases.origins.insert(origin.into());
        }
    }

    /// The target of a URL, if there is one.
    pub(super) fn known(&mut self, url: &str, origin_end: usize) -> Option<FetchId> {
        let asked = if self.aliases.asked.is_empty() { None } else { self.aliases.asked.get(url).copied() };
        asked.or_else(|| self.frontier.find(url, origin_end)).or_else(|| self.known_bare(url, origin_end))
    }

    /// The start of the same host that is still to be asked by https, and will be by http.
    fn known_bare(&mut self, url: &str, origin_end: usize) -> Option<FetchId> {
        if self.aliases.origins.is_empty() || !self.aliases.origins.contains(url.get(..origin_end)?) {
            return None;
        }
        let https = format!("https{}", url.strip_prefix("http")?);
        self.frontier.find(&https, origin_end + 1).filter(|id| self.aliases.bare.contains(id))
    }
}
