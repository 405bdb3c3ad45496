//! Finds numbers by a hash of what they stand for, in tables that grow one at a time. Knows nothing of what is hashed.
//!
//! Nothing is ever taken out, so linear probing is all that it needs: a look costs one line of the cache, or two.

/// What is kept of a hash: all of it, in halves, so that a slot takes no more than 12 bytes, or the lower half, where who
/// looks can tell numbers apart without it.
pub(super) trait Kept: Copy + Eq {
    fn of(hash: u64) -> Self;

    /// Says where in a table to look.
    fn lower(self) -> u32;
}

impl Kept for [u32; 2] {
    fn of(hash: u64) -> [u32; 2] {
        [hash as u32, (hash >> 32) as u32]
    }

    fn lower(self) -> u32 {
        self[0]
    }
}

impl Kept for u32 {
    fn of(hash: u64) -> u32 {
        hash as u32
    }

    fn lower(self) -> u32 {
        self
    }
}

/// A number and its hash.
#[derive(Clone, Copy, Debug)]
struct Slot<H> {
    hash: H,
    number: u32,
}

/// No number is this one.
const FREE: u32 = u32::MAX;
const TABLES: usize = 256;
const SMALLEST: usize = 8;
/// Slots of a table that doubles; a larger one grows by a quarter, so that little of it is ever free.
const SMALL: usize = 64;

#[derive(Debug)]
struct Table<H> {
    slots: Vec<Slot<H>>,
    used: usize,
}

/// The tables split by hash: one that grows moves a 256th of all, so that no turn of the loop stands still for it.
#[derive(Debug)]
pub(super) struct Index<H = [u32; 2]> {
    tables: Vec<Table<H>>,
}

impl<H> Default for Index<H> {
    fn default() -> Index<H> {
        Index { tables: (0..TABLES).map(|_| Table { slots: Vec::new(), used: 0 }).collect() }
    }
}

impl<H: Kept> Index<H> {
    /// The number with this hash that `is` says it is.
    pub fn find(&self, hash: u64, is: impl Fn(u32) -> bool) -> Option<u32> {
        let table = &self.tables[table(hash)];
        let kept = H::of(hash);
        let mut probed = table.from(kept.lower()).take_while(|slot| slot.number != FREE);
        probed.find(|slot| slot.hash == kept && is(slot.number)).map(|slot| slot.number)
    }

    /// The number in the slot where a look for this hash begins, whatever it stands for; `None` where that is free.
    pub fn nearest(&self, hash: u64) -> Option<u32> {
        let table = &self.tables[table(hash)];
        let slot = table.slots.get(table.home(hash as u32))?;
        (slot.number != FREE).then_some(slot.number)
    }

    /// Puts one in that is not there.
    pub fn insert(&mut self, hash: u64, number: u32) {
        self.tables[table(hash)].insert(Slot { hash: H::of(hash), number });
    }

    /// Bytes that are allocated.
    pub fn bytes(&self) -> usize {
        let slots: usize = self.tables.iter().map(|table| table.slots.capacity()).sum();
        slots * size_of::<Slot<H>>() + self.tables.capacity() * size_of::<Table<H>>()
    }
}

impl<H: Kept> Table<H> {
    /// All slots, from where `hash` would have its own.
    fn from(&self, hash: u32) -> impl Iterator<Item = &Slot<H>> {
        let (before, from) = self.slots.split_at(self.home(hash));
        from.iter().chain(before)
    }

    fn home(&self, hash: u32) -> usize {
        // The product is as far into the table as the hash is into all numbers.
        ((u64::from(hash) * self.slots.len() as u64) >> 32) as usize
    }

    fn insert(&mut self, slot: Slot<H>) {
        // Three quarters full: a look then passes 2.5 slots if it finds, 8.5 if not, and five fill a line.
        if 4 * (self.used + 1) > 3 * self.slots.len() {
            self.grow();
        }
        self.put(slot);
        self.used += 1;
    }

    fn put(&mut self, slot: Slot<H>) {
        let mut place = self.home(slot.hash.lower());
        while self.slots[place].number != FREE {
            place = if place + 1 == self.slots.len() { 0 } else { place + 1 };
        }
        self.slots[place] = slot;
    }

    fn grow(&mut self) {
        let before = self.slots.len();
        let room = if before < SMALL { (2 * before).max(SMALLEST) } else { before + before / 4 };
        let before = std::mem::replace(&mut self.slots, vec![Slot { hash: H::of(0), number: FREE }; room]);
        before.into_iter().filter(|slot| slot.number != FREE).for_each(|slot| self.put(slot));
    }
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
        let mut index: Index = Index::default();
        let hash = |number: u32| (u64::from(number) + 1).wrapping_mul(0x2545_f491_4f6c_dd1d).rotate_left(29);
        assert_eq!(index.find(7, |_| true), None);
        (0..100_000).for_each(|number| index.insert(hash(number), number));
        assert!((0..100_000).all(|number| index.find(hash(number), |found| found == number) == Some(number)));
        assert!((100_000..200_000).all(|number| index.find(hash(number), |found| found == number).is_none()));
        assert!(index.bytes() < 100_000 * 21, "{} bytes", index.bytes());
    }

    #[test]
    fn of_many_with_one_hash_each_is_found() {
        let mut index: Index<u32> = Index::default();
        let hash = u64::MAX >> 9;
        (0..100).for_each(|number| index.insert(hash, number));
        assert!((0..100).all(|number| index.find(hash, |found| found == number) == Some(number)));
    }
}
