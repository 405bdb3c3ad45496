//! Links to parts of pages, held against the ids that the pages have, through redirects too. Knows nothing of where pages
//! are.

use crate::crawl::address::Fragment;
use crate::crawl::{Following, Part};
use crate::event::FragmentMissed;
use crate::id::FetchId;
use crate::text::Untrusted;
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};

/// Ids that are kept of all pages, redirects that are, and links that wait for their page; further ones are not checked.
const MOST: usize = 4_000_000;
const FRAGMENT_BYTES: usize = 512;
/// Redirects between a link and its page: those that lead to each other are left there.
const HOPS: usize = 32;

#[derive(Default)]
pub(super) struct Parts {
    hasher: RandomState,
    /// Hashes of the ids of each page.
    pages: HashMap<FetchId, HashSet<u64>>,
    kept: usize,
    redirects: HashMap<FetchId, Redirect>,
    /// Links to pages that are not there yet.
    waiting: HashMap<FetchId, Vec<Asked>>,
    waits: usize,
}

/// Where a redirect leads, and the part of the page that it names itself.
struct Redirect {
    /// Nothing where it leads out of the crawl.
    to: Option<FetchId>,
    fragment: Option<Box<str>>,
}

/// A link to a part of a page.
struct Asked {
    /// The page that it stands on.
    from: FetchId,
    part: Part,
    /// What it says, where that is a redirect to the page.
    via: Option<FetchId>,
}

/// A link whose part is missing, and the page that it stands on.
pub(super) type Missed = (FetchId, FragmentMissed);

impl Parts {
    /// A page is there, with its ids and its own links: what is known to be missing now.
    pub fn page(&mut self, id: FetchId, following: &mut Following) -> Vec<Missed> {
        let ids = following.links().ids().map(|ids| ids.map(|id| self.hasher.hash_one(id)).collect::<HashSet<u64>>());
        self.forget(id);
        if let Some(ids) = ids.filter(|ids| self.kept + ids.len() <= MOST) {
            self.kept += ids.len();
            self.pages.insert(id, ids);
        }
        let own = std::mem::take(&mut following.parts).into_iter().map(|part| Asked { from: id, part, via: None });
        self.waited(id).into_iter().chain(own).filter_map(|asked| self.check(asked)).collect()
    }

    /// A redirect leads from `hop` to `to`, and names the part `fragment` itself, as its Location has it: what is known
    /// to be missing now.
    pub fn redirect(&mut self, hop: FetchId, to: Option<FetchId>, fragment: Option<&str>) -> Vec<Missed> {
        self.forget(hop);
        if self.redirects.len() < MOST {
            let fragment = fragment.map(|fragment| Fragment::new(fragment).decoded().into());
            self.redirects.insert(hop, Redirect { to, fragment });
        }
        self.waited(hop).into_iter().filter_map(|asked| self.check(asked)).collect()
    }

    /// What was known of a target that has another answer now.
    fn forget(&mut self, id: FetchId) {
        self.redirects.remove(&id);
        self.kept -= self.pages.remove(&id).map_or(0, |ids| ids.len());
    }

    fn waited(&mut self, id: FetchId) -> Vec<Asked> {
        let waited = self.waiting.remove(&id).unwrap_or_default();
        self.waits -= waited.len();
        waited
    }

    fn check(&mut self, mut asked: Asked) -> Option<Missed> {
        for _ in 0..HOPS {
            if let Some(ids) = self.pages.get(&asked.part.to) {
                let there = ids.contains(&self.hasher.hash_one(&*asked.part.fragment));
                return (!there).then(|| asked.missed());
            }
            let Some(redirect) = self.redirects.get(&asked.part.to) else {
                self.wait(asked);
                return None;
            };
            asked = asked.led_on(redirect)?;
        }
        None
    }

    fn wait(&mut self, asked: Asked) {
        if self.waits < MOST {
            self.waits += 1;
            self.waiting.entry(asked.part.to).or_default().push(asked);
        }
    }
}

impl Asked {
    /// The part that a redirect names takes the place of the link's (RFC 9110, section 10.2.2). Nothing, where there is
    /// none to look for any more.
    fn led_on(self, redirect: &Redirect) -> Option<Asked> {
        let Asked { from, part, via } = self;
        let fragment = redirect.fragment.clone().unwrap_or(part.fragment);
        let via = via.or(Some(part.to));
        let part = Part { to: redirect.to?, fragment, ..part };
        (!Fragment::new(&part.fragment).is_top()).then_some(Asked { from, part, via })
    }

    fn missed(self) -> Missed {
        let Part { to, fragment, line, column } = self.part;
        let fragment = Untrusted::new(&fragment, FRAGMENT_BYTES);
        (self.from, FragmentMissed { to, fragment, line, column, via: self.via })
    }
}
