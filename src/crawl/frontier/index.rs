//! Finds numbers by a hash of what they stand for, in tables that grow one at a time. Knows nothing of what is hashed.

use hashbrown::HashTable;

/// A number, and as much of its hash as a table needs to grow without asking for the text again.
#[derive(Clone, Copy, Debug)]
struct Slot {
    hash: u32,
    number: u32,
}

/// The tables split by hash: one that grows moves a 256th of all, so that no turn of the loop stands still for it.
#[derive(Debug)]
pub(super) struct Index {
    tables: Vec<HashTable<Slot>>,
}

const TABLES: usize = 256;

impl Default for Index {
    fn default() -> Index {
        Index { tables: (0..TABLES).map(|_| HashTable::new()).collect() }
    }
}

impl Index {
    /// The number with this hash that `is` says it is.
    pub fn find(&self, hash: u64, is: impl Fn(u32) -> bool) -> Option<u32> {
        let low = hash as u32;
        let found = self.tables[table(hash)].find(spread(low), |slot| slot.hash == low && is(slot.number));
        found.map(|slot| slot.number)
    }

    /// Puts one in that is not there.
    pub fn insert(&mut self, hash: u64, number: u32) {
        let slot = Slot { hash: hash as u32, number };
        self.tables[table(hash)].insert_unique(spread(slot.hash), slot, |slot| spread(slot.hash));
    }

    /// Bytes that are allocated.
    pub fn bytes(&self) -> usize {
        let tables: usize = self.tables.iter().map(HashTable::allocation_size).sum();
        tables + self.tables.capacity() * size_of::<HashTable<Slot>>()
    }
}

/// By the upper half of the hash, of which a slot keeps nothing.
fn table(hash: u64) -> usize {
    (hash >> 56) as usize % TABLES
}

/// A table looks at the lowest bits and at the seven highest.
fn spread(low: u32) -> u64 {
    u64::from(low).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_number_is_found_by_its_hash_and_no_other() {
        let mut index = Index::default();
        let hash = |number: u32| u64::from(number).wrapping_mul(0x2545_f491_4f6c_dd1d);
        (0..100_000).for_each(|number| index.insert(hash(number), number));
        assert!((0..100_000).all(|number| index.find(hash(number), |found| found == number) == Some(number)));
        assert!((100_000..200_000).all(|number| index.find(hash(number), |found| found == number).is_none()));
        assert!(index.bytes() < 100_000 * 24, "{} bytes", index.bytes());
    }

    #[test]
    fn of_two_with_one_hash_each_is_found() {
        let mut index = Index::default();
        (0..100).for_each(|number| index.insert(7, number));
        assert!((0..100).all(|number| index.find(7, |found| found == number) == Some(number)));
    }
}
