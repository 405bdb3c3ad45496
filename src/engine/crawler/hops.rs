//! Redirects that led out of the scope when they were answered, with what is told of where they lead once they are let in.
//! Judges none.

use super::Inner;
use crate::crawl::Late;
use crate::engine::parts::Judged;
use crate::id::FetchId;
use crate::net::{Chain, LedOn};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// Of these redirects: of further ones the way is not told.
const MOST: usize = 10_000;

#[derive(Default)]
pub(super) struct Hops {
    all: HashMap<FetchId, Hop>,
    /// Those of them that a start may let in yet: until that is known, nothing is said of the parts behind them.
    open: BTreeSet<FetchId>,
}

struct Hop {
    /// The redirects so far, and itself.
    chain: Arc<Chain>,
    /// The part that it names.
    fragment: Option<Box<str>>,
}

impl Hops {
    /// Keeps it; whether there was room.
    pub fn keep(&mut self, id: FetchId, led: LedOn, open: bool) -> bool {
        if self.all.len() >= MOST {
            return false;
        }
        self.all.insert(id, Hop { chain: led.chain, fragment: led.fragment });
        if open {
            self.open.insert(id);
        }
        true
    }
}

impl Inner {
    /// What a redirect that led out leads to is known now: a target, or nothing.
    pub(super) fn lead_late(&mut self, late: &Late, fragments: bool, judged: &mut Judged) {
        let to = late.admitted.now.edges.first().map(|edge| edge.to);
        // It is kept out otherwise than before, and may be let in yet.
        if to.is_none() && self.hops.open.contains(&late.page) && self.explorer.is_unsettled() {
            return;
        }
        let Some(hop) = self.hops.all.remove(&late.page) else { return };
        self.hops.open.remove(&late.page);
        if let Some(to) = to.filter(|_| late.admitted.now.new > 0) {
            self.lay_trail(to, &hop.chain);
        }
        if fragments {
            self.parts.redirect(late.page, to, hop.fragment.as_deref(), judged);
        }
    }

    /// The redirects that lead to a target which was not known. Of a redirect to which a shorter way was found since it was
    /// asked for, it is that way that goes on: no trail is longer than a chain may be.
    pub(super) fn lay_trail(&mut self, to: FetchId, chain: &Arc<Chain>) {
        let hops = self.explorer.redirects_to(to) as usize;
        let chain = if chain.hops.len() > hops { Arc::new(chain.last(hops)) } else { chain.clone() };
        self.trails.insert(to, chain);
    }

    /// No start lets in any more what they lead to.
    pub(super) fn close_hops(&mut self, judged: &mut Judged) {
        for id in std::mem::take(&mut self.hops.open) {
            let hop = self.hops.all.get(&id);
            self.parts.redirect(id, None, hop.and_then(|hop| hop.fragment.as_deref()), judged);
        }
    }
}
