//! Redirects that lead in a circle, of which no fetch has followed all: the last of them that is answered is a failure.
//! Fetches nothing, follows no link, and does not care how long a chain is.

use super::Crawler;
use crate::crawl::address::Base;
use crate::failure::{Failure, FailureKind};
use crate::fetched::Fetched;
use crate::id::FetchId;
use crate::net::{Chain, LedOn};
use crate::phase::Phase;
use crate::place::Role;
use crate::target::Target;
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

/// Redirects of which it is kept where they lead: of further ones no circle is seen.
const MOST: usize = 100_000;

/// From where a redirect leads, and where to.
pub(in crate::engine) type LedFrom = (Target, LedOn);

/// A URL, by its hash: where two were held to be one, a redirect too many would fail, once in 2^30 crawls.
type Url = u64;

#[derive(Default)]
pub(super) struct Chains {
    /// The redirects that were answered and do not fail: from where, and where to.
    leads: HashMap<FetchId, (Url, Url)>,
    /// On the way to where all of them end that lead on from a URL: each of them has one such end, as none is a circle.
    ends: HashMap<Url, Url>,
    /// Those at which a chain is at its end, until it is known what they lead to.
    ended: HashSet<FetchId>,
    hasher: RandomState,
}

impl Crawler {
    /// The result, which is a failure if with it redirects lead in a circle: the last of them that is answered is told so.
    /// What is fetched on its way from the first redirect on, its fetch has judged itself.
    pub fn judged(&self, id: FetchId, fetched: Arc<Fetched>, led: Option<LedFrom>) -> Arc<Fetched> {
        if !matches!(fetched.role(), Role::Page | Role::Check) {
            return fetched;
        }
        let mut inner = self.lock();
        inner.chains.forget(id);
        let Some((from, led)) = led.filter(|_| fetched.failure.is_none()) else { return fetched };
        if !inner.chains.closes(id, &from, &led.to) {
            return fetched;
        }
        inner.chains.ended.insert(id);
        let (kind, phase) = (FailureKind::TooManyRedirects, Phase::Body);
        let words = Chain::in_circles(&from, &led.to);
        let failure = Failure::new(kind, &format!("{}: {words}", phase.name())).during(phase);
        Arc::new(Fetched { failure: Some(failure), ..Fetched::clone(&fetched) })
    }
}

impl Chains {
    /// Whether a chain is at its end there; it is asked once.
    pub fn take_ended(&mut self, id: FetchId) -> bool {
        self.ended.remove(&id)
    }

    pub fn has_ended(&self, id: FetchId) -> bool {
        self.ended.contains(&id)
    }

    /// Whether this redirect leads to where it is led to from; else it is kept.
    fn closes(&mut self, id: FetchId, from: &Target, to: &Target) -> bool {
        let [from, to] = [from, to].map(|target| self.hasher.hash_one(Base::new(target, None).url()));
        let end = self.end(to);
        if end == from {
            return true;
        }
        if self.leads.len() < MOST {
            self.leads.insert(id, (from, to));
            self.ends.insert(from, end);
        }
        false
    }

    /// Where all end that go on from there.
    fn end(&mut self, url: Url) -> Url {
        let mut end = url;
        while let Some(&next) = self.ends.get(&end) {
            end = next;
        }
        // So that the next one who asks has a shorter way.
        let mut at = url;
        while let Some(next) = self.ends.get_mut(&at).filter(|next| **next != end) {
            at = std::mem::replace(next, end);
        }
        end
    }

    /// Whoever asks for one again may be led elsewhere.
    fn forget(&mut self, id: FetchId) {
        if self.leads.remove(&id).is_some() {
            self.ends = self.leads.values().copied().collect();
        }
    }
}
