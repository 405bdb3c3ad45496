//! The targets that were given, and what is theirs alone. Knows nothing of what was found.

use super::{Crawler, Inner};
use crate::crawl::{Aside, Twin};
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

impl Crawler {
    pub(super) fn begin_sitemaps(&self) {
        let mut inner = self.lock();
        for map in &self.terms.sitemaps {
            inner.starts.map.get_or_insert_with(|| map.clone());
            inner.starts.maps.insert(map.origin().into());
            let Some(id) = inner.explorer.given_map(map) else { continue };
            inner.starts.given.insert(id);
            self.may_fall_back(&mut inner, id, map.clone());
        }
    }

    /// A start more.
    pub fn start(&self, target: Target) {
        let mut inner = self.lock();
        let mut aside = Aside::default();
        let new = inner.explorer.start(&target, &mut aside);
        self.tell_aside(&mut inner, aside);
        inner.starts.first.get_or_insert_with(|| target.clone());
        inner.starts.by_origin.entry(target.origin().into()).or_insert_with(|| target.clone());
        let Some(id) = new else { return };
        inner.starts.given.insert(id);
        self.may_fall_back(&mut inner, id, target);
    }

    /// Of a host that is given without a scheme, https is asked first.
    fn may_fall_back(&self, inner: &mut Inner, id: FetchId, target: Target) {
        let Some(plain) = target.fallback() else { return };
        let mut aside = Aside::default();
        let twin = inner.explorer.may_fall_back(id, &target, &plain, &mut aside);
        inner.starts.bare.insert(id, target);
        inner.starts.join(twin);
        self.tell_aside(inner, aside);
    }
}

impl Starts {
    /// Starts that are one with others: those were given, then.
    pub fn join(&mut self, twins: impl IntoIterator<Item = Twin>) {
        for Twin { start, with } in twins {
            self.bare.remove(&start);
            if self.given.remove(&start) {
                self.given.insert(with);
            }
        }
    }

    /// The start to whose origin what is secret may go.
    pub fn of(&self, target: &Target) -> Target {
        let own = self.by_origin.get(target.origin()).or(self.first.as_ref()).or(self.map.as_ref());
        own.unwrap_or(target).clone()
    }
}
