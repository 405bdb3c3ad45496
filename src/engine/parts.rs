//! Links to parts of pages, held against the ids that the pages have, through redirects too. Knows nothing of where pages
//! are.

use crate::crawl::Part;
use crate::crawl::address::Fragment;
use crate::event::{FragmentMissed, Unchecked};
use crate::id::FetchId;
use crate::text::Untrusted;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};

/// Ids that are kept of all pages, redirects that are, and links that wait for their page; further ones are not checked.
const MOST: usize = 4_000_000;
/// Of those that wait, links that name no part: a redirect may.
const MOST_WHOLE: usize = 500_000;
/// Bytes of all fragments that are kept: of links that wait, and of redirects.
const MOST_BYTES: usize = 64 << 20;
const FRAGMENT_BYTES: usize = 512;
/// Redirects between a link and its page: those that lead to each other are left there.
const HOPS: usize = 32;

#[derive(Default)]
pub(super) struct Parts {
    hasher: RandomState,
    pages: HashMap<FetchId, Page>,
    kept: usize,
    redirects: HashMap<FetchId, Redirect>,
    /// Targets where there is no page: they are told as broken, blocked or failed.
    gone: HashSet<FetchId>,
    /// Links to pages that are not there yet.
    waiting: HashMap<FetchId, Vec<Asked>>,
    waits: usize,
    /// Of these, links that name no part.
    whole: usize,
    /// Of all fragments that are kept.
    bytes: usize,
}

/// What is known of the parts of a page.
struct Page {
    /// Hashes of its ids.
    ids: HashSet<u64>,
    /// Why it may have others.
    others: Option<Unchecked>,
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

/// What is known of links to parts now.
#[derive(Default)]
pub(super) struct Judged {
    pub missed: Vec<Missed>,
    /// How many links to a page can't be held against it.
    pub unchecked: BTreeMap<(FetchId, Unchecked), u32>,
    /// Targets whose ids are to be read, for links wait for them.
    pub awaited: Vec<FetchId>,
}

impl Parts {
    /// A page is there: its ids, and why there may be others.
    pub fn page<'i>(
        &mut self,
        id: FetchId,
        ids: impl Iterator<Item = &'i str>,
        others: Option<Unchecked>,
        judged: &mut Judged,
    ) {
        let ids: HashSet<u64> = ids.map(|id| self.hasher.hash_one(id)).collect();
        self.forget(id);
        let room = MOST.saturating_sub(self.kept);
        let kept = if ids.len() < room { Some(Page { ids, others }) } else { None };
        // Of one that has none, there is only to be known that it is there.
        let page = kept.or_else(|| (room > 0).then(|| Page { ids: HashSet::new(), others: Some(Unchecked::TooMany) }));
        if let Some(page) = page {
            self.kept += page.weight();
            self.pages.insert(id, page);
        }
        let waited = self.waited(id);
        self.judge_all(waited, judged);
    }

    /// Links of a page to parts of others.
    pub fn links(&mut self, from: FetchId, parts: Vec<Part>, judged: &mut Judged) {
        self.judge_all(parts.into_iter().map(|part| Asked { from, part, via: None }).collect(), judged);
    }

    /// A redirect leads from `hop` to `to`, and names the part `fragment` itself, as its Location has it.
    pub fn redirect(&mut self, hop: FetchId, to: Option<FetchId>, fragment: Option<&str>, judged: &mut Judged) {
        self.forget(hop);
        let fragment = fragment.map(|fragment| Fragment::new(fragment).as_str());
        let bytes = fragment.map_or(0, str::len);
        if self.redirects.len() < MOST && self.has_room(bytes) {
            self.bytes += bytes;
            self.redirects.insert(hop, Redirect { to, fragment: fragment.map(Box::from) });
        }
        let waited = self.waited(hop);
        self.judge_all(waited, judged);
    }

    /// There is no page, and that is told elsewhere.
    pub fn miss(&mut self, id: FetchId) {
        self.forget(id);
        if self.gone.len() < MOST {
            self.gone.insert(id);
        }
        let waited = self.waited(id);
        waited.into_iter().filter(|asked| !asked.is_whole()).for_each(|asked| self.keep(asked));
    }

    /// The run ends: what still waits, but for what is told elsewhere; `done`: that a target has a result.
    pub fn end(&mut self, done: impl Fn(FetchId) -> bool) -> Judged {
        let (gone, mut judged) = (&self.gone, Judged::default());
        let left = self.waiting.extract_if(|id, _| !gone.contains(id));
        for (id, mut links) in left {
            self.waits -= links.len();
            self.bytes -= bytes(&links);
            links.retain(|asked| !asked.is_whole());
            if links.is_empty() {
                continue;
            }
            let why = if done(id) { Unchecked::TooMany } else { Unchecked::NotAsked };
            *judged.unchecked.entry((id, why)).or_default() += u32::try_from(links.len()).unwrap_or(u32::MAX);
        }
        judged
    }

    /// What was known of a target that has another answer now.
    fn forget(&mut self, id: FetchId) {
        let named = self.redirects.remove(&id).and_then(|redirect| redirect.fragment);
        self.bytes -= named.map_or(0, |fragment| fragment.len());
        self.gone.remove(&id);
        self.kept -= self.pages.remove(&id).map_or(0, |page| page.weight());
    }

    fn waited(&mut self, id: FetchId) -> Vec<Asked> {
        let waited = self.waiting.remove(&id).unwrap_or_default();
        self.waits -= waited.len();
        self.bytes -= bytes(&waited);
        self.whole -= waited.iter().filter(|asked| asked.is_whole()).count();
        waited
    }

    fn has_room(&self, bytes: usize) -> bool {
        self.bytes + bytes <= MOST_BYTES
    }

    fn judge_all(&mut self, links: Vec<Asked>, judged: &mut Judged) {
        links.into_iter().for_each(|asked| self.judge(asked, judged));
    }

    fn judge(&mut self, mut asked: Asked, judged: &mut Judged) {
        for _ in 0..HOPS {
            let to = asked.part.to;
            if let Some(page) = self.pages.get(&to) {
                if asked.is_whole() {
                    return;
                }
                let there = self.has(page, Fragment::new(&asked.part.fragment));
                match page.others {
                    _ if there => {}
                    Some(why) => judged.leave(to, why),
                    None => judged.missed.push(asked.missed()),
                }
                return;
            }
            let Some(redirect) = self.redirects.get(&to) else { return self.wait(asked, judged) };
            asked = asked.led_on(redirect);
            match redirect.to {
                Some(_) => {}
                None if asked.is_whole() => return,
                None => return judged.leave(to, Unchecked::Outside),
            }
        }
    }

    /// It is looked for as it is written, and then decoded (WHATWG HTML, "the indicated part of the document").
    fn has(&self, page: &Page, fragment: Fragment<'_>) -> bool {
        let named = |id: &str| page.ids.contains(&self.hasher.hash_one(id));
        named(fragment.as_str()) || named(&fragment.decoded())
    }

    fn wait(&mut self, asked: Asked, judged: &mut Judged) {
        let to = asked.part.to;
        match asked.is_whole() {
            // Only a redirect that nobody has expected gives them a part.
            true if self.whole >= MOST_WHOLE || self.gone.contains(&to) => return,
            true => {}
            false if self.waits >= MOST || !self.has_room(asked.part.fragment.len()) => {
                return judged.leave(to, Unchecked::TooMany);
            }
            false => judged.awaited.push(to),
        }
        self.keep(asked);
    }

    fn keep(&mut self, asked: Asked) {
        self.waits += 1;
        self.bytes += asked.part.fragment.len();
        self.whole += usize::from(asked.is_whole());
        self.waiting.entry(asked.part.to).or_default().push(asked);
    }
}

/// Of their fragments.
fn bytes(links: &[Asked]) -> usize {
    links.iter().map(|asked| asked.part.fragment.len()).sum()
}

impl Page {
    /// As many as it is counted for.
    fn weight(&self) -> usize {
        self.ids.len() + 1
    }
}

impl Judged {
    fn leave(&mut self, page: FetchId, why: Unchecked) {
        *self.unchecked.entry((page, why)).or_default() += 1;
    }
}

impl Asked {
    /// Whether it names no part: the page is all that it leads to.
    fn is_whole(&self) -> bool {
        Fragment::new(&self.part.fragment).is_top()
    }

    /// The part that a redirect names takes the place of the link's (RFC 9110, section 10.2.2). Where it leads out of the
    /// crawl, the link still leads to the redirect.
    fn led_on(self, redirect: &Redirect) -> Asked {
        let Asked { from, part, via } = self;
        let fragment = redirect.fragment.clone().unwrap_or(part.fragment);
        let via = via.or(Some(part.to));
        let part = Part { to: redirect.to.unwrap_or(part.to), fragment, ..part };
        Asked { from, part, via }
    }

    fn missed(self) -> Missed {
        let Part { to, fragment, line, column } = self.part;
        let fragment = Untrusted::new(&Fragment::new(&fragment).decoded(), FRAGMENT_BYTES);
        (self.from, FragmentMissed { to, fragment, line, column, via: self.via })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(to: u64, fragment: &str) -> Part {
        Part { to: FetchId(to), fragment: fragment.into(), line: 1, column: 1 }
    }

    #[test]
    fn fragments_that_wait_are_bounded_in_bytes_and_those_beyond_are_told() {
        let (mut parts, mut judged) = (Parts::default(), Judged::default());
        let long = "x".repeat(1 << 20);
        let links = (0..100).map(|_| part(7, &long)).collect();
        parts.links(FetchId(1), links, &mut judged);
        assert_eq!((parts.waits, parts.bytes), (64, MOST_BYTES));
        assert_eq!(judged.unchecked, BTreeMap::from([((FetchId(7), Unchecked::TooMany), 36)]));
        parts.redirect(FetchId(9), Some(FetchId(7)), Some("part"), &mut judged);
        assert!(parts.redirects.is_empty(), "a redirect finds no room either");
        parts.page(FetchId(7), ["a", "b"].into_iter(), None, &mut judged);
        assert_eq!((parts.waits, parts.bytes, judged.missed.len()), (0, 0, 64));
        parts.redirect(FetchId(9), Some(FetchId(7)), Some("part"), &mut judged);
        parts.links(FetchId(1), vec![part(8, "c"), part(9, "")], &mut judged);
        assert_eq!((parts.waits, parts.bytes, judged.missed.len()), (1, 5, 65));
        parts.forget(FetchId(9));
        parts.end(|_| true);
        assert_eq!((parts.waits, parts.bytes), (0, 0));
    }
}
