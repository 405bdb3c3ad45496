//! Finds numbers by a hash of what they stand for, in tables that grow one at a time. Knows nothing of what is hashed.
//!
//! Nothing is ever taken out, so linear probing is all that it needs: a look costs one line of the cache, or two.

/// A number and its hash, in halves, so that a slot takes no more than 12 bytes.
#[derive(Clone, Copy, Debug)]
struct Slot {
    hash: [u32; 2],
    number: u32,
}

/// No number is this one.
const FREE: Slot = Slot { hash: [0; 2], number: u32::MAX };
const TABLES: usize = 256;
const SMALLEST: usize = 8;

#[derive(Debug, Default)]
struct Table {
    /// A power of two of them, or none.
    slots: Vec<Slot>,
    used: usize,
}

/// The tables split by hash: one that grows moves a 256th of all, so that no turn of the loop stands still for it.
#[derive(Debug)]
pub(super) struct Index {
    tables: Vec<Table>,
}

impl Default for Index {
    fn default() -> Index {
        Index { tables: (0..TABLES).map(|_| Table::default()).collect() }
    }
}

impl Index {
    /// The number with this hash that `is` says it is.
    pub fn find(&self, hash: u64, is: impl Fn(u32) -> bool) -> Option<u32> {
        let table = &self.tables[table(hash)];
        let halves = halves(hash);
        let mut probed = table.from(halves[0]).take_while(|slot| slot.number != FREE.number);
        probed.find(|slot| slot.hash == halves && is(slot.number)).map(|slot| slot.number)
    }

    /// The number in the slot where a look for this hash begins, whatever it stands for; `None` where that is free.
    pub fn nearest(&self, hash: u64) -> Option<u32> {
        let table = &self.tables[table(hash)];
        let slot = table.slots.get(table.home(hash as u32))?;
        (slot.number != FREE.number).then_some(slot.number)
    }

    /// Puts one in that is not there.
    pub fn insert(&mut self, hash: u64, number: u32) {
        self.tables[table(hash)].insert(Slot { hash: halves(hash), number });
    }

    /// Bytes that are allocated.
    pub fn bytes(&self) -> usize {
        let slots: usize = self.tables.iter().map(|table| table.slots.capacity()).sum();
        slots * size_of::<Slot>() + self.tables.capacity() * size_of::<Table>()
    }
}

impl Table {
    /// All slots, from where `hash` would have its own.
    fn from(&self, hash: u32) -> impl Iterator<Item = &Slot> {
        let (before, from) = self.slots.split_at(self.home(hash));
        from.iter().chain(before)
    }

    fn home(&self, hash: u32) -> usize {
        (hash as usize) & self.slots.len().saturating_sub(1)
    }

    fn insert(&mut self, slot: Slot) {
        // Three quarters full: a look then passes 2.5 slots if it finds, 8.5 if not, and five fill a line.
        if 4 * (self.used + 1) > 3 * self.slots.len() {
            self.grow();
        }
        self.put(slot);
        self.used += 1;
    }

    fn put(&mut self, slot: Slot) {
        let mut place = self.home(slot.hash[0]);
        while self.slots[place].number != FREE.number {
            place = (place + 1) & (self.slots.len() - 1);
        }
        self.slots[place] = slot;
    }

    fn grow(&mut self) {
        let room = (2 * self.slots.len()).max(SMALLEST);
        let before = std::mem::replace(&mut self.slots, vec![FREE; room]);
        before.into_iter().filter(|slot| slot.number != FREE.number).for_each(|slot| self.put(slot));
    }
}

/// The lower half says where in a table to look.
fn halves(hash: u64) -> [u32; 2] {
    [hash as u32, (hash >> 32) as u32]
}

/// By the highest bits of the hash.
fn table(hash: u64) -> usize {
    (hash >> 56) as usize % TABLES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_number_is_found_by_its_hash_and_no_other() {
        let mut index = Index::default();
        let hash = |number: u32| (u64::from(number) + 1).wrapping_mul(0x2545_f491_4f6c_dd1d).rotate_left(29);
        assert_eq!(index.find(7, |_| true), None);
        (0..100_000).for_each(|number| index.insert(hash(number), number));
        assert!((0..100_000).all(|number| index.find(hash(number), |found| found == number) == Some(number)));
        assert!((100_000..200_000).all(|number| index.find(hash(number), |found| found == number).is_none()));
        assert!(index.bytes() < 100_000 * 36, "{} bytes", index.bytes());
    }

    #[test]
    fn of_many_with_one_hash_each_is_found() {
        let mut index = Index::default();
        let hash = u64::MAX >> 9;
        (0..100).for_each(|number| index.insert(hash, number));
        assert!((0..100).all(|number| index.find(hash, |found| found == number) == Some(number)));
    }
}
