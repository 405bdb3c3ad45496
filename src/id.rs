//! The name of a fetch: its place in the order of starting. Knows nothing of what it fetches.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Counts fetches from 1, in the order their tasks were created. One target keeps its id over all attempts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FetchId(pub u64);

impl fmt::Display for FetchId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.0)
    }
}
