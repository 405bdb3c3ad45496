//! Links to parts of pages, held against the ids that the pages have. Knows nothing of where pages are.

use crate::crawl::{Following, Part};
use crate::event::FragmentMissed;
use crate::id::FetchId;
use crate::text::Untrusted;
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};

/// Ids that are kept of all pages, and links that wait for their page; further ones are not checked.
const MOST: usize = 4_000_000;
const FRAGMENT_BYTES: usize = 512;

#[derive(Default)]
pub(super) struct Parts {
    hasher: RandomState,
    /// Hashes of the ids of each page.
    pages: HashMap<FetchId, HashSet<u64>>,
    kept: usize,
    /// Links to pages that are not there yet, with the pages that they stand on.
    waiting: HashMap<FetchId, Vec<(FetchId, Part)>>,
    waits: usize,
}

impl Parts {
    /// A page is there, with its ids and its own links: what is known to be missing now, and on which page that link is.
    pub fn page(&mut self, id: FetchId, following: &mut Following) -> Vec<(FetchId, FragmentMissed)> {
        let ids = following.links().ids().map(|ids| ids.map(|id| self.hasher.hash_one(id)).collect::<HashSet<u64>>());
        let waited = self.waiting.remove(&id).unwrap_or_default();
        self.waits -= waited.len();
        if let Some(ids) = ids.filter(|ids| self.kept + ids.len() <= MOST) {
            self.kept += ids.len();
            self.pages.insert(id, ids);
        }
        let own = std::mem::take(&mut following.parts).into_iter().map(|part| (id, part));
        waited.into_iter().chain(own).filter_map(|(from, part)| self.check(from, part)).collect()
    }

    fn check(&mut self, from: FetchId, part: Part) -> Option<(FetchId, FragmentMissed)> {
        let Some(ids) = self.pages.get(&part.to) else {
            if self.waits < MOST {
                self.waits += 1;
                self.waiting.entry(part.to).or_default().push((from, part));
            }
            return None;
        };
        let there = ids.contains(&self.hasher.hash_one(&*part.fragment));
        let fragment = Untrusted::new(&part.fragment, FRAGMENT_BYTES);
        let Part { to, line, column, .. } = part;
        (!there).then_some((from, FragmentMissed { to, fragment, line, column }))
    }
}
