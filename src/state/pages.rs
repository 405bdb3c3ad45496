//! The URLs and statuses of what a crawl was answered, by fetch, so that a link can name the page it stands on. Knows
//! nothing of links.

use crate::id::{ByFetch, FetchId};
use crate::text::{Pack, Untrusted};
use std::collections::{HashMap, HashSet};

/// Ids count from 1.
const NOBODY: u32 = 0;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pages {
    ids: Vec<u32>,
    statuses: Vec<u16>,
    depths: Vec<u16>,
    urls: Pack,
    /// Pages for which there was no room.
    pub over: u64,
    /// Those that do not stand any more.
    gone: usize,
}

/// What is known of one beside its URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    pub id: u32,
    pub status: u16,
    /// Links from a start, by the way by which it was found.
    pub depth: u16,
}

impl Pages {
    pub(super) fn push(&mut self, id: FetchId, status: u16, depth: u32, url: &Untrusted) {
        match u32::try_from(id.0) {
            Ok(id) if self.urls.push(url) => {
                self.ids.push(id);
                self.statuses.push(status);
                self.depths.push(u16::try_from(depth).unwrap_or(u16::MAX));
            }
            _ => self.over += 1,
        }
    }

    /// What it was answered does not stand any more. Its URL stays where it is, and is nobody's.
    pub(super) fn take_back(&mut self, id: FetchId) {
        let place = self.ids.iter().rposition(|&kept| FetchId(kept.into()) == id);
        if let Some(place) = place.filter(|_| id.0 > 0) {
            self.ids[place] = NOBODY;
            self.gone += 1;
        }
    }

    pub fn len(&self) -> usize {
        self.ids.len() - self.gone
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All of them, in the order in which they were answered.
    pub fn iter(&self) -> impl Iterator<Item = Page> {
        let all = self.ids.iter().zip(&self.statuses).zip(&self.depths);
        all.filter(|((id, _), _)| **id != NOBODY).map(|((&id, &status), &depth)| Page { id, status, depth })
    }

    /// The URL of the first.
    pub fn first(&self) -> Option<Untrusted> {
        self.urls.get(0)
    }

    /// The URLs of these fetches, of as many as are known.
    pub fn urls(&self, wanted: &ByFetch<()>) -> ByFetch<Untrusted> {
        let ids = self.ids.iter().map(|&id| FetchId(id.into())).enumerate();
        let known = ids.filter(|(_, id)| wanted.contains_key(id));
        known.filter_map(|(place, id)| Some((id, self.urls.get(place)?))).collect()
    }

    /// What these URLs were answered with, as far as they are known.
    pub fn statuses(&self, wanted: &HashSet<Untrusted>) -> HashMap<Untrusted, u16> {
        // Of equal ones, the place is that of the last: where that was made again, the one that stands.
        let places = self.urls.places(wanted).into_iter().filter(|(_, place)| self.ids.get(*place) != Some(&NOBODY));
        places.filter_map(|(url, place)| Some((url, *self.statuses.get(place)?))).collect()
    }
}
