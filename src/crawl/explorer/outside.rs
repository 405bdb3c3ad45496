//! Links that led out of the scope before it became wider. Fetches nothing.

use super::became::Became;
use super::paths::Told;
use super::{Explorer, Whence};
use crate::crawl::scope::Reason;
use std::collections::HashMap;

/// Of these, and bytes of their texts.
const MOST: usize = 10_000;
const MOST_BYTES: usize = 1 << 20;

/// The first of them, each as it was found first.
#[derive(Debug, Default)]
pub(super) struct Outside {
    links: HashMap<Box<str>, (usize, Whence)>,
    bytes: usize,
}

impl Outside {
    pub fn note(&mut self, url: &str, origin_end: usize, whence: Whence, became: &Became) {
        if !matches!(became, Became::Outside | Became::Excluded(Reason::Parent)) {
            return;
        }
        let has_room = self.links.len() < MOST && self.bytes + url.len() <= MOST_BYTES;
        if has_room && !self.links.contains_key(url) {
            self.bytes += url.len();
            self.links.insert(url.into(), (origin_end, whence));
        }
    }
}

impl Explorer {
    /// The scope has become wider: what is within it now is taken up after all.
    pub(super) fn take_outside(&mut self, told: &mut Vec<Told>) {
        let Outside { links, .. } = std::mem::take(&mut self.outside);
        let mut links: Vec<_> = links.into_iter().collect();
        links.sort_unstable_by(|(url, (_, whence)), (other, (_, then))| (whence.page, url).cmp(&(then.page, other)));
        for (url, (origin_end, whence)) in links {
            let became = self.take_up(&url, origin_end, whence, told);
            self.outside.note(&url, origin_end, whence, &became);
        }
    }
}
