//! Redirects that led out of the scope when they were answered, with what is told of where they lead once they are let in.
//! Judges none.

use super::Inner;
use crate::crawl::Late;
use crate::engine::parts::Judged;
use crate::id::FetchId;
use crate::net::{Chain, LedOn};
use std::collections::HashMap;
use std::sync::Arc;

/// Of these redirects: of further ones the way is not told.
const MOST: usize = 10_000;

#[derive(Default)]
pub(super) struct Hops(HashMap<FetchId, Hop>);

struct Hop {
    /// The redirects so far, and itself.
    chain: Arc<Chain>,
    /// The part that it names.
    fragment: Option<Box<str>>,
}

impl Hops {
    /// Keeps it, where there is room.
    pub fn keep(&mut self, id: FetchId, led: LedOn) {
        if self.0.len() < MOST {
            self.0.insert(id, Hop { chain: led.chain, fragment: led.fragment });
        }
    }

    pub fn holds(&self, id: FetchId) -> bool {
        self.0.contains_key(&id)
    }
}

impl Inner {
    /// What a redirect that led out leads to is known now: a target, or nothing.
    pub(super) fn lead_late(&mut self, late: &Late, fragments: bool, judged: &mut Judged) {
        let Some(hop) = self.hops.0.remove(&late.page) else { return };
        let to = late.admitted.now.edges.first().map(|edge| edge.to);
        if let Some(to) = to.filter(|_| late.admitted.now.new > 0) {
            self.trails.insert(to, hop.chain);
        }
        if fragments {
            self.parts.redirect(late.page, to, hop.fragment.as_deref(), judged);
        }
    }
}
