//! Why connections wait no more for the requests of their ways, until that is told: of the last thousands that went. Knows
//! no connection.

use crate::reuse::CloseReason;
use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

/// Ways that are noted before those that were noted earlier begin to be forgotten.
const MANY: usize = 8192;

/// A way is known by its hash: a reason takes two words, however long a name is.
#[derive(Debug, Default)]
pub(super) struct Lost {
    hasher: RandomState,
    late: HashMap<u64, CloseReason>,
    early: HashMap<u64, CloseReason>,
}

impl Lost {
    /// One that waited for the requests of `way` has gone.
    pub fn note(&mut self, way: &str, reason: CloseReason) {
        if self.late.len() >= MANY {
            self.early = std::mem::take(&mut self.late);
        }
        self.late.insert(self.hasher.hash_one(way), reason);
    }

    /// Why the last one of `way` has gone that was noted, once.
    pub fn take(&mut self, way: &str) -> Option<CloseReason> {
        if self.late.is_empty() && self.early.is_empty() {
            return None;
        }
        let way = self.hasher.hash_one(way);
        let early = self.early.remove(&way);
        self.late.remove(&way).or(early)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_reason_of_a_way_is_told_once_and_what_is_noted_is_bounded() {
        let (mut lost, way) = (Lost::default(), |number: usize| number.to_string());
        lost.note(&way(0), CloseReason::Aged);
        for number in 0..3 * MANY {
            lost.note(&way(number), CloseReason::Evicted);
        }
        assert_eq!(lost.late.len() + lost.early.len(), 2 * MANY);
        lost.note(&way(3 * MANY - 1), CloseReason::Spared);
        let told = [3 * MANY - 1, 3 * MANY - 1, 2 * MANY + 7, 0].map(|number| lost.take(&way(number)));
        assert_eq!(told, [Some(CloseReason::Spared), None, Some(CloseReason::Evicted), None]);
    }
}
