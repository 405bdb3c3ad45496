//! Every URL that was ever found, once. Knows nothing of when it is fetched.
//!
//! Two URLs are the same where their hashes of 64 bits are: the texts are far away in memory, and to compare them would
//! take longer than all else. The hash has a key that the process makes anew, so that no site can choose URLs that fall
//! together. Among a million URLs two do so by chance in one crawl of 37 million; nothing else that is told depends on
//! the key.

use super::chunks::Chunks;
use super::entry::Entry;
use super::index::Index;
use super::texts::Texts;
use std::hash::{BuildHasher, Hasher, RandomState};

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

    /// Of a URL, with the origin that it begins with, or of an origin alone.
    pub fn hash(&self, url: &str) -> u64 {
        let mut hasher = self.keys.build_hasher();
        hasher.write(url.as_bytes());
        hasher.finish()
    }

    /// The same, read as a sitemap: that is another target than the page of this URL.
    pub fn hash_of_map(&self, url: &str) -> u64 {
        let mut hasher = self.keys.build_hasher();
        hasher.write(url.as_bytes());
        hasher.write_u8(1);
        hasher.finish()
    }

    /// The id of the URL with this hash, of which `path` stands behind the origin.
    pub fn find(&self, hash: u64, path: &str) -> Option<u32> {
        let found = self.index.find(hash, |_| true)?;
        debug_assert!(self.path(found) == path, "two URLs have one hash");
        Some(found)
    }

    /// Reads what a look for each of these begins with, all of it before any is looked for: memory is then waited for
    /// once for all of them.
    pub fn read_ahead(&self, hashes: impl Iterator<Item = u64>) {
        let near = hashes.filter_map(|hash| self.index.nearest(hash));
        std::hint::black_box(near.fold(0, |all, id| all ^ id));
    }

    /// Keeps one that is not known; `None` where there is no room for it.
    pub fn insert(&mut self, hash: u64, origin: u32, path: &str, make: impl FnOnce(u32) -> Entry) -> Option<u32> {
        let id = u32::try_from(self.entries.len()).ok()?;
        let text = self.texts.push(origin, path)?;
        self.entries.push(make(text));
        self.index.insert(hash, id);
        Some(id)
    }

    /// An id without a URL.
    pub fn reserve(&mut self) -> u32 {
        u32::try_from(self.entries.push(Entry::RESERVED)).unwrap_or(u32::MAX)
    }

    pub fn origin(&self, id: u32) -> u32 {
        self.texts.read(self.entries[id].text).number
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
        let mut add = |origin, url: &str| {
            let (hash, path) = (known.hash(url), &url[1..]);
            let found = known.find(hash, path);
            found.or_else(|| known.insert(hash, origin, path, |text| Entry::waiting(text, false, false)))
        };
        assert_eq!([add(0, "0/a"), add(0, "0/b"), add(1, "1/a"), add(0, "0/a")], [Some(1), Some(2), Some(3), Some(1)]);
        assert_eq!((known.origin(3), known.hash("0/a") == known.hash_of_map("0/a")), (1, false));
        assert_eq!(known.reserve(), 4);
        assert_eq!((known.path(2), known.len()), ("/b", 4));
    }
}
