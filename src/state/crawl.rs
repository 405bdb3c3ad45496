//! How far a crawl is: what was found, what waits, what holds it back. Knows nothing of the pages.

use super::rate::Rate;
use crate::clock::At;
use crate::followed::{Admitted, Followed};
use crate::host::{FrontierCounts, Limited};
use crate::id::{ByFetch, FetchId};
use std::sync::Arc;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Crawl {
    /// As last told.
    pub counts: FrontierCounts,
    pub limited: Option<Arc<Limited>>,
    /// Fetches at once a host.
    pub per_host: u32,
    /// Links that were found, by what became of them; its edges are kept elsewhere.
    pub links: Followed,
    /// New ones among them, over time.
    pub new: Rate,
    /// Pages whose links were counted and that are fetched again.
    again: ByFetch<()>,
}

impl Crawl {
    /// A page whose links were found is fetched again.
    pub(super) fn take_back(&mut self, id: FetchId) {
        self.again.insert(id, ());
    }

    pub(super) fn follow(&mut self, id: FetchId, followed: &Followed, at: At) {
        self.new.count(at, followed.new);
        // What was counted before is known now, and counted once.
        if self.again.contains_key(&id) {
            self.links.new = self.links.new.saturating_add(followed.new);
            return;
        }
        self.links.add(followed);
    }

    /// Links that were counted as kept out are not: each stays counted once.
    pub(super) fn admit(&mut self, admitted: &Admitted, at: At) {
        self.new.count(at, admitted.now.new);
        self.links.take_off(&admitted.before);
        self.links.add(&admitted.now);
    }
}
