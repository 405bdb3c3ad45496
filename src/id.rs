//! The name of a fetch: its place in the order of starting. Knows nothing of what it fetches.

use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::fmt;
use std::hash::{BuildHasherDefault, Hasher};

/// Counts fetches from 1, in the order their tasks were created. One target keeps its id over all attempts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FetchId(pub u64);

impl fmt::Display for FetchId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.0)
    }
}

/// A map by fetch.
pub type ByFetch<T> = HashMap<FetchId, T, BuildHasherDefault<ById>>;

/// Ids are counted, not chosen by anyone outside, so one multiplication spreads them well enough.
#[derive(Clone, Copy, Debug, Default)]
pub struct ById(u64);

impl Hasher for ById {
    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_u64(self.0 << 8 | u64::from(byte));
        }
    }

    fn write_u64(&mut self, id: u64) {
        self.0 = id.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
