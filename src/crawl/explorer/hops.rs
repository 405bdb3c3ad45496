//! How many redirects lead to a target, by the way that has the fewest of them, from what is linked, given or listed. What
//! is more of them away than are followed is not asked for. Knows no order: whichever way is found first, the fewest count.

use super::{Explorer, Whence};
use crate::id::FetchId;
use std::collections::HashMap;

/// Redirects of which it is kept where they lead, so that a shorter way to them is one to what is behind them, too.
const MOST: usize = 100_000;

#[derive(Debug, Default)]
pub(super) struct Hops {
    /// Redirects on end that are followed.
    most: u32,
    /// Of what nothing but redirects leads to, until it is known what it is: and then, if it is a redirect itself.
    by: HashMap<FetchId, Hop>,
    /// Of them, those that lead on.
    leading: usize,
}

#[derive(Debug)]
struct Hop {
    redirects: u32,
    to: Option<FetchId>,
}

impl Hops {
    /// Redirects that lead to a target, by the shortest way.
    fn to(&self, id: FetchId) -> u32 {
        self.by.get(&id).map_or(0, |hop| hop.redirects)
    }

    /// One was not known, and a redirect leads there.
    fn begin(&mut self, hop: FetchId, id: FetchId) {
        let redirects = self.to(hop).saturating_add(1);
        self.by.insert(id, Hop { redirects, to: None });
        self.leads(hop, id);
    }

    /// Keeps where a redirect leads, as long as a shorter way to it may be found.
    fn leads(&mut self, hop: FetchId, to: FetchId) {
        match self.by.get_mut(&hop) {
            Some(at) if at.to.is_some() => at.to = Some(to),
            Some(_) if self.leading >= MOST => self.forget(hop),
            Some(at) => {
                at.to = Some(to);
                self.leading += 1;
            }
            None => {}
        }
    }

    fn forget(&mut self, id: FetchId) {
        if self.by.remove(&id).is_some_and(|hop| hop.to.is_some()) {
            self.leading = self.leading.saturating_sub(1);
        }
    }

    /// A way of so many redirects leads to a target. What is near enough by that, and was not, goes to `nearer`.
    fn lower(&mut self, id: FetchId, redirects: u32, nearer: &mut Vec<FetchId>) {
        let (mut next, mut redirects) = (Some(id), redirects);
        while let Some((id, hop)) = next.and_then(|id| Some((id, self.by.get_mut(&id)?))) {
            if hop.redirects <= redirects {
                return;
            }
            if hop.redirects > self.most && redirects <= self.most {
                nearer.push(id);
            }
            (hop.redirects, next) = (redirects, hop.to);
            if redirects == 0 {
                self.forget(id);
            }
            redirects += 1;
        }
    }
}

impl Explorer {
    /// Redirects on end that are followed, from what is linked, given or listed.
    pub fn follow_redirects(&mut self, most: u32) {
        self.hops.most = most;
    }

    /// Redirects that lead to a target, by the shortest way that is known; none, once it is known to be no redirect.
    pub fn redirects_to(&self, id: FetchId) -> u32 {
        self.hops.to(id)
    }

    /// Whether what was found so is more redirects away than are followed.
    pub(super) fn is_far(&self, whence: &Whence) -> bool {
        whence.hop && whence.page.is_some_and(|hop| self.hops.to(hop) >= self.hops.most)
    }

    /// A target was not known, and was found so.
    pub(super) fn begin_hop(&mut self, id: FetchId, whence: &Whence) {
        if let Some(hop) = whence.page.filter(|_| whence.hop) {
            self.hops.begin(hop, id);
        }
    }

    /// A way more leads to a target that is known.
    pub(super) fn shorten(&mut self, id: FetchId, whence: &Whence) {
        let mut nearer = Vec::new();
        match whence.page.filter(|_| whence.hop) {
            Some(hop) => {
                let redirects = self.hops.to(hop).saturating_add(1);
                self.hops.leads(hop, id);
                self.hops.lower(id, redirects, &mut nearer);
            }
            // Of most targets the frontier knows that it was no redirect that they were found by.
            None if self.frontier.is_hop(id) => self.hops.lower(id, 0, &mut nearer),
            None => {}
        }
        nearer.into_iter().for_each(|id| self.frontier.release_far(id));
    }

    /// A target has a result that leads nowhere.
    pub(super) fn end_hop(&mut self, id: FetchId) {
        self.hops.forget(id);
    }
}
