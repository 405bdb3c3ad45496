//! Redirects that lead to what is known already: the chains that they make, which no fetch has followed as a whole, so that
//! a loop of them and one redirect too many are failures all the same. Fetches nothing and follows no link.

use super::{Crawler, Inner};
use crate::crawl::Explorer;
use crate::failure::{Failure, FailureKind};
use crate::fetched::Fetched;
use crate::id::FetchId;
use crate::net::{Chain, LedOn, Stop};
use crate::phase::Phase;
use crate::place::Role;
use crate::target::Target;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Redirects of which it is kept where they lead: chains of further ones are not joined.
const MOST: usize = 100_000;

/// From where a redirect leads, and where to.
pub(in crate::engine) type LedFrom = (Target, LedOn);

#[derive(Default)]
pub(super) struct Chains {
    /// Where the redirects lead that were answered and do not fail.
    leads: HashMap<FetchId, Target>,
    /// The redirects of the longest way to a target, where one leads there that was known.
    longest: HashMap<FetchId, u32>,
    /// Those at which a chain is at its end, until it is known what they lead to.
    ended: HashSet<FetchId>,
}

impl Crawler {
    /// The result, which is a failure if with it a chain of redirects is there that comes to no end: the last of them that
    /// is answered is told so. What is fetched on its way from the first redirect on, its fetch has judged itself.
    pub fn judged(&self, id: FetchId, fetched: Arc<Fetched>, led: Option<LedFrom>) -> Arc<Fetched> {
        if !matches!(fetched.role(), Role::Page | Role::Check) {
            return fetched;
        }
        let mut inner = self.lock();
        inner.chains.leads.remove(&id);
        let Some((from, led)) = led.filter(|_| fetched.failure.is_none()) else { return fetched };
        let Some((kind, words)) = inner.join(id, &from, led.to, &led.chain) else { return fetched };
        inner.chains.ended.insert(id);
        let phase = Phase::Body;
        let failure = Failure::new(kind, &format!("{}: {words}", phase.name())).during(phase);
        Arc::new(Fetched { failure: Some(failure), ..Fetched::clone(&fetched) })
    }
}

impl Inner {
    /// Joins a redirect to what is known of the chain behind it.
    fn join(&mut self, id: FetchId, from: &Target, to: Target, chain: &Chain) -> Option<Stop> {
        let Inner { chains, explorer, .. } = self;
        let before = chains.longest.get(&id).map_or(0, |hops| hops + 1);
        let hops = before.max(u32::try_from(chain.hops.len()).unwrap_or(u32::MAX));
        let behind = chains.behind(explorer, &to, chain.most().saturating_sub(hops));
        if behind.contains(&id) {
            return Some((FailureKind::TooManyRedirects, Chain::in_circles(from, &to)));
        }
        // The last of them is no redirect, or has no answer yet.
        let all = hops + u32::try_from(behind.len().saturating_sub(1)).unwrap_or(u32::MAX);
        if all > chain.most() {
            return Some((FailureKind::TooManyRedirects, chain.too_many(from, &to)));
        }
        chains.keep(id, to, hops, &behind);
        None
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

    /// The targets from that one on, each led to by the one before: with two redirects more than `most`, no further ones.
    fn behind(&self, explorer: &mut Explorer, to: &Target, most: u32) -> Vec<FetchId> {
        let (mut behind, mut next) = (Vec::new(), Some(to));
        while let Some(id) = next.and_then(|to| explorer.find(to)) {
            behind.push(id);
            next = self.leads.get(&id).filter(|_| behind.len() <= most as usize + 1);
        }
        behind
    }

    /// Keeps where it leads, and how far what is behind it is from where the longest chain begins.
    fn keep(&mut self, id: FetchId, to: Target, hops: u32, behind: &[FetchId]) {
        if self.leads.len() >= MOST {
            return;
        }
        self.leads.insert(id, to);
        for (&id, hops) in behind.iter().zip(hops..) {
            let longest = self.longest.entry(id).or_default();
            if *longest >= hops {
                return;
            }
            *longest = hops;
        }
    }
}
