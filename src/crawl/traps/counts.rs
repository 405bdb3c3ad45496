//! How many pages each pattern has, in bounded room. Knows nothing of what a pattern is.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, DefaultHasher, Hash, Hasher};

use super::pattern::{Counted, Month, Unit};

/// Patterns that are counted. When there are more, those with the fewest pages are forgotten: a trap has many.
const PATTERNS: usize = 200_000;
/// Values that are remembered. Beyond, a pattern is held by the limit on its pages alone.
const VALUES: usize = 100_000;

/// Pages of a pattern whose numbers would be no month, after which none of its numbers are: an eighth of the months that
/// it may have, where ids that only look like months have more misfits than fits.
const MISFITS: u32 = super::MONTHS / 8;

/// What is hashed already needs no second time.
type Ready = BuildHasherDefault<Same>;

#[derive(Debug)]
pub struct Counts {
    seed: u64,
    pages: HashMap<u64, u32, Ready>,
    values: HashSet<u64, Ready>,
}

impl Counts {
    pub fn new(seed: u64) -> Counts {
        Counts { seed, pages: HashMap::default(), values: HashSet::default() }
    }

    /// Counts a page, or its value if that is new; false where the limit is reached.
    pub fn admits(&mut self, counted: &Counted) -> bool {
        let key = self.hash(&(counted.kind, counted.path, counted.names));
        let limit = u32::try_from(counted.kind.limit()).unwrap_or(u32::MAX);
        match counted.unit {
            Unit::Page => self.admits_one(key, limit),
            Unit::Value(value) => self.admits_value(key, self.hash(&(key, value)), limit),
            Unit::Month(Month::Of(month)) => {
                let misfits = self.pages.get(&self.hash(&(key, Month::Never)));
                let never = misfits.is_some_and(|misfits| *misfits >= MISFITS);
                never || self.admits_value(key, self.hash(&(key, month)), limit)
            }
            Unit::Month(_) => {
                self.admits_one(self.hash(&(key, Month::Never)), MISFITS);
                true
            }
        }
    }

    /// The same for the same seed only.
    pub fn hash(&self, value: &impl Hash) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.seed.hash(&mut hasher);
        value.hash(&mut hasher);
        hasher.finish()
    }

    #[cfg(test)]
    pub fn len(&self) -> usize {
        self.pages.len() + self.values.len()
    }

    fn admits_value(&mut self, key: u64, value: u64, limit: u32) -> bool {
        if self.values.contains(&value) {
            return true;
        }
        let admitted = self.values.len() >= VALUES || self.admits_one(key, limit);
        if admitted {
            self.remember(value);
        }
        admitted
    }

    fn remember(&mut self, value: u64) {
        if self.values.len() < VALUES {
            self.values.insert(value);
        }
    }

    fn admits_one(&mut self, key: u64, limit: u32) -> bool {
        if self.pages.len() >= PATTERNS {
            self.forget();
        }
        let pages = self.pages.entry(key).or_default();
        let admitted = *pages < limit;
        *pages += u32::from(admitted);
        admitted
    }

    /// Forgets at least half.
    fn forget(&mut self) {
        let mut few = 1;
        while self.pages.len() > PATTERNS / 2 {
            self.pages.retain(|_, pages| *pages > few);
            few *= 2;
        }
    }
}

#[derive(Debug, Default)]
struct Same(u64);

impl Hasher for Same {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.0 = self.0 << 8 | u64::from(*byte));
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}
