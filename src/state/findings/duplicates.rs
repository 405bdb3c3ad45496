//! Pages of a crawl with the same content, by a short hash of it. Knows nothing of titles.

use crate::fetched::Fetched;
use crate::id::FetchId;
use std::collections::HashMap;

/// Contents that are told apart.
const CONTENTS: usize = 1_000_000;
/// Pages that are kept beside the first of their content.
const OTHERS: usize = 100_000;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Duplicates {
    /// By the hash: the page that had it first, or the group of those that have it.
    seen: HashMap<u64, Seen>,
    groups: Vec<Group>,
    /// Pages whose content an earlier one has.
    pub count: u64,
    /// Those of them that are in their group.
    kept: usize,
    /// Pages of which it is not known, for there are too many contents.
    pub over: u64,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Seen {
    Once(FetchId),
    Again(u32),
}

/// Pages that have one content.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    pub first: FetchId,
    /// As many as are kept.
    pub others: Vec<FetchId>,
    /// All but the first.
    pub count: u64,
    pub body_bytes: u64,
}

impl Duplicates {
    pub(super) fn count(&mut self, id: FetchId, digest: u64, fetched: &Fetched) {
        // Nothing is no content.
        if fetched.body_bytes == 0 {
            return;
        }
        let full = self.seen.len() >= CONTENTS;
        match self.seen.get_mut(&digest) {
            None if full => self.over += 1,
            None => drop(self.seen.insert(digest, Seen::Once(id))),
            Some(Seen::Again(number)) => {
                let number = *number;
                self.join(number, id);
            }
            Some(seen) => {
                let number = u32::try_from(self.groups.len()).unwrap_or(u32::MAX);
                if let Seen::Once(first) = std::mem::replace(seen, Seen::Again(number)) {
                    self.groups.push(Group { first, others: Vec::new(), count: 0, body_bytes: fetched.body_bytes });
                }
                self.join(number, id);
            }
        }
    }

    /// A page does not stand any more.
    pub(super) fn take_back(&mut self, id: FetchId, digest: u64) {
        match self.seen.get(&digest) {
            Some(Seen::Once(page)) if *page == id => drop(self.seen.remove(&digest)),
            Some(&Seen::Again(number)) => self.part(number, id),
            _ => {}
        }
    }

    /// Where the first one leaves, the next is in its place.
    fn part(&mut self, number: u32, id: FetchId) {
        let Some(group) = self.groups.get_mut(number as usize) else { return };
        if group.first == id && !group.others.is_empty() {
            group.first = group.others.remove(0);
        } else if let Some(place) = group.others.iter().position(|other| *other == id) {
            group.others.remove(place);
        } else {
            return;
        }
        self.kept -= 1;
        (self.count, group.count) = (self.count - 1, group.count - 1);
    }

    fn join(&mut self, number: u32, id: FetchId) {
        let Some(group) = self.groups.get_mut(number as usize) else { return };
        (self.count, group.count) = (self.count + 1, group.count + 1);
        if self.kept < OTHERS {
            self.kept += 1;
            group.others.push(id);
        }
    }

    /// In the order in which a second page was met.
    pub fn groups(&self) -> impl Iterator<Item = &Group> {
        // One whose other pages were made again, and differ now, is none.
        self.groups.iter().filter(|group| group.count > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::At;
    use crate::text::Untrusted;

    #[test]
    fn pages_with_one_content_are_a_group_and_empty_ones_are_not() {
        let page = |body_bytes| Fetched { body_bytes, ..Fetched::blank(Untrusted::default(), At(0), At(0)) };
        let mut duplicates = Duplicates::default();
        for (id, digest, bytes) in [(1, 5, 7), (2, 6, 9), (3, 5, 7), (4, 5, 7), (5, 6, 0)] {
            duplicates.count(FetchId(id), digest, &page(bytes));
        }
        let others = vec![FetchId(3), FetchId(4)];
        assert_eq!(
            duplicates.groups().cloned().collect::<Vec<_>>(),
            [Group { first: FetchId(1), others, count: 2, body_bytes: 7 }]
        );
        assert_eq!((duplicates.count, duplicates.over), (2, 0));
        for id in [1, 4, 2, 2, 9] {
            duplicates.take_back(FetchId(id), if id == 2 { 6 } else { 5 });
        }
        assert_eq!((duplicates.groups().count(), duplicates.count, duplicates.seen.len()), (0, 0, 1));
        duplicates.count(FetchId(1), 5, &page(7));
        assert_eq!(duplicates.groups().map(|group| group.first).collect::<Vec<_>>(), [FetchId(3)]);
    }
}
