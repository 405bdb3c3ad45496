//! The targets that were given, and what is theirs alone. Knows nothing of what was found.

use crate::id::FetchId;
use crate::target::Target;
use std::collections::{HashMap, HashSet};

/// The targets that were given.
#[derive(Default)]
pub(super) struct Starts {
    pub first: Option<Target>,
    pub given: HashSet<FetchId>,
    /// Those that know a second scheme.
    pub bare: HashMap<FetchId, Target>,
    pub by_origin: HashMap<Box<str>, Target>,
    /// The first sitemap that was given, and the origins of all.
    pub map: Option<Target>,
    pub maps: HashSet<Box<str>>,
}

impl Starts {
    /// The start to whose origin what is secret may go.
    pub fn of(&self, target: &Target) -> Target {
        let own = self.by_origin.get(target.origin()).or(self.first.as_ref()).or(self.map.as_ref());
        own.unwrap_or(target).clone()
    }
}
