//! Every URL that was ever found, once. Knows nothing of when it is fetched.
//!
//! Two URLs are the same where origin and text are: a hash only says where to look. It has a key that the process makes
//! anew, so that no site can choose URLs that fall together; nothing that is told depends on that key.

use super::chunks::Chunks;
use super::entry::Entry;
use super::index::Index;
use super::texts::Texts;
use std::hash::{BuildHasher, Hasher, RandomState};

/// The numbers that a text is kept with.
const ID: usize = 0;
const ORIGIN: usize = 1;
/// Looks that are read ahead at once.
const BLOCK: usize = 64;

#[derive(Debug)]
pub(super) struct Known {
    /// By id; ids count from 1, and the first entry is nobody's.
    pub entries: Chunks<Entry>,
    texts: Texts,
    index: Index,
    keys: RandomState,
}

impl Known {
    pub fn new() -> Known {
        let mut entries = Chunks::default();
        entries.push(Entry::RESERVED);
        Known { entries, texts: Texts::default(), index: Index::default(), keys: RandomState::new() }
    }

    /// Ids that were given.
    pub fn len(&self) -> usize {
        self.entries.len() - 1
    }

    pub fn hash(&self, origin: u32, path: &str) -> u64 {
        let mut hasher = self.keys.build_hasher();
        hasher.write_u32(origin);
        hasher.write(path.as_bytes());
        hasher.finish()
    }

    /// The id of the URL that is `path` behind `origin`.
    pub fn find(&self, hash: u64, origin: u32, path: &str) -> Option<u32> {
        let is = |text| {
            let kept = self.texts.read(text);
            kept.numbers[ORIGIN] == origin && kept.bytes == path.as_bytes()
        };
        self.index.find(hash, is).map(|text| self.texts.read(text).numbers[ID])
    }

    /// Reads what a look for each of these begins with, all of it before any is looked for: memory is then waited for
    /// once for all of them, and not twice for each.
    pub fn read_ahead(&self, hashes: &[u64]) {
        let mut near = [None; BLOCK];
        for block in hashes.chunks(BLOCK) {
            block.iter().zip(&mut near).for_each(|(hash, near)| *near = self.index.nearest(*hash));
            let ids = near.iter().take(block.len()).flatten().map(|text| self.texts.read(*text).numbers[ID]);
            std::hint::black_box(ids.fold(0, |all, id| all ^ id));
        }
    }

    /// Keeps one that is not known; `None` where there is no room for it.
    pub fn insert(&mut self, hash: u64, origin: u32, path: &str, make: impl FnOnce(u32) -> Entry) -> Option<u32> {
        let id = u32::try_from(self.entries.len()).ok()?;
        let text = self.texts.push([id, origin], path)?;
        self.entries.push(make(text));
        self.index.insert(hash, text);
        Some(id)
    }

    /// An id without a URL.
    pub fn reserve(&mut self) -> u32 {
        u32::try_from(self.entries.push(Entry::RESERVED)).unwrap_or(u32::MAX)
    }

    pub fn origin(&self, id: u32) -> u32 {
        self.texts.read(self.entries[id].text).numbers[ORIGIN]
    }

    /// What stands behind the origin.
    pub fn path(&self, id: u32) -> &str {
        self.texts.get(self.entries[id].text)
    }

    /// Bytes that are allocated.
    pub fn bytes(&self) -> usize {
        self.entries.bytes() + self.texts.bytes() + self.index.bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_text_behind_another_origin_is_another_url() {
        let mut known = Known::new();
        let mut add = |origin, path: &str| {
            let hash = known.hash(origin, path);
            let found = known.find(hash, origin, path);
            found.or_else(|| known.insert(hash, origin, path, |text| Entry::waiting(text, false, false)))
        };
        assert_eq!([add(0, "/a"), add(0, "/b"), add(1, "/a"), add(0, "/a")], [Some(1), Some(2), Some(3), Some(1)]);
        assert_eq!(known.reserve(), 4);
        assert_eq!((known.path(2), known.len()), ("/b", 4));
    }
}
