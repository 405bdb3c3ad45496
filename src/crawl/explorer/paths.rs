//! What the links of pages lead to, as long as a shorter path to a page may turn up: then what is behind it is nearer as
//! well, and may be near enough. Kept only where a level bounds the crawl. Fetches nothing.

use super::became::Became;
use super::{Explorer, Whence};
use crate::id::FetchId;
use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;

/// Bytes that are kept of links, about.
const MOST_BYTES: usize = 64 << 20;
/// Links that are looked at again in one crawl: a site may be such that all of its pages come nearer link by link.
const MOST_LOOKS: u64 = 100_000_000;
/// What a URL takes beside its text.
const URL_BYTES: usize = 64;

/// Where a link leads.
#[derive(Debug)]
pub(super) enum Step {
    /// To what is known, so many links on: a redirect and an image are none.
    Known(FetchId, u32),
    /// To what is too far from a start, with the end of its origin.
    Beyond(Arc<str>, usize),
}

/// Words about a limit, and the URL at which it has bitten.
pub(super) type Told = (String, String);

#[derive(Debug, Default)]
pub(super) struct Paths {
    steps: HashMap<FetchId, Box<[Step]>>,
    texts: HashSet<Arc<str>>,
    bytes: usize,
    looks: u64,
    /// Pages whose links are not kept.
    unkept: HashSet<FetchId>,
    told: bool,
}

impl Paths {
    pub fn beyond(&mut self, url: &str, origin_end: usize) -> Step {
        let text = self.texts.get(url).cloned().unwrap_or_else(|| {
            let text = Arc::<str>::from(url);
            if self.bytes < MOST_BYTES {
                self.bytes += url.len() + URL_BYTES;
                self.texts.insert(text.clone());
            }
            text
        });
        Step::Beyond(text, origin_end)
    }

    fn keep(&mut self, page: FetchId, steps: Vec<Step>) {
        if steps.is_empty() {
            return;
        }
        if self.bytes >= MOST_BYTES {
            self.unkept.insert(page);
            return;
        }
        self.bytes += steps.len() * size_of::<Step>() + URL_BYTES;
        self.steps.insert(page, steps.into());
    }

    /// Words, where links of a page that is nearer now were not kept.
    fn lost(&mut self, page: FetchId) -> Option<String> {
        let lost = self.looks > MOST_LOOKS || self.unkept.contains(&page);
        let words = "more links than are kept for --level; pages behind this one may be missing";
        (lost && !std::mem::replace(&mut self.told, true)).then(|| words.to_owned())
    }
}

impl Explorer {
    /// The links of a page are all taken up: they are kept, for the case that the page turns out to be nearer.
    pub(super) fn keep_steps(&mut self, page: FetchId, depth: u32, steps: Vec<Step>, told: &mut Vec<Told>) {
        let Some(paths) = &mut self.paths else { return };
        paths.keep(page, steps);
        // It may have while they were.
        let now = self.frontier.depth(page);
        if now < depth {
            let mut nearer = VecDeque::new();
            self.spread(page, now, &mut nearer, told);
            self.draw(nearer, told);
        }
    }

    /// There is a path of `depth` links to a target that is known.
    pub(super) fn draw_nearer(&mut self, id: FetchId, depth: u32, told: &mut Vec<Told>) {
        if self.paths.is_some() && self.frontier.depth(id) > depth {
            self.draw(VecDeque::from([(id, depth)]), told);
        }
    }

    fn draw(&mut self, mut nearer: VecDeque<(FetchId, u32)>, told: &mut Vec<Told>) {
        while let Some((id, depth)) = nearer.pop_front() {
            if self.frontier.lower(id, depth) {
                self.spread(id, depth, &mut nearer, told);
            }
        }
    }

    /// What the links of a page lead to, from its new depth.
    fn spread(&mut self, page: FetchId, depth: u32, nearer: &mut VecDeque<(FetchId, u32)>, told: &mut Vec<Told>) {
        let Some(paths) = &mut self.paths else { return };
        let lost = paths.lost(page);
        told.extend(lost.map(|words| (words, self.frontier.url(page).unwrap_or_default())));
        let Some(steps) = paths.steps.remove(&page).filter(|_| paths.looks <= MOST_LOOKS) else { return };
        paths.looks += steps.len() as u64;
        for step in &steps {
            match step {
                Step::Known(to, links) => nearer.push_back((*to, depth + links)),
                Step::Beyond(url, origin_end) => {
                    let whence = Whence { page: Some(page), depth: depth + 1, ..Whence::default() };
                    if let Became::Known(to) = self.judge(url, *origin_end, whence, told) {
                        nearer.push_back((to, depth + 1));
                    }
                }
            }
        }
        if let Some(paths) = &mut self.paths {
            paths.steps.insert(page, steps);
        }
    }
}
