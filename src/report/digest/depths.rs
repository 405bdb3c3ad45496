//! How far targets are from the starts, by all links that are kept: a fetch knows the way by which it was found first, and
//! that may not be the shortest. Knows no URL.

use crate::id::FetchId;
use crate::state::{Finding, State};

/// How often all links are looked at: each time what is nearer draws nearer what it leads to.
const ROUNDS: usize = 32;
/// It is not known.
const FAR: u16 = u16::MAX;

#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Depths {
    /// By id, as they were told.
    told: Vec<u16>,
    /// By id, by the shortest way.
    shortest: Vec<u16>,
    /// By id, which of them lead on.
    redirects: Vec<bool>,
}

impl Depths {
    /// Reads the links until none of them draws anything nearer.
    pub(super) fn of(state: &State) -> Depths {
        let (mut told, mut redirects) = (Vec::new(), Vec::new());
        for page in state.pages.iter() {
            let place = page.id as usize;
            if place >= told.len() {
                told.resize(place + 1, FAR);
                redirects.resize(place + 1, false);
            }
            (told[place], redirects[place]) = (page.depth, matches!(page.status, 300..=399));
        }
        let mut shortest = told.clone();
        for _ in 0..ROUNDS {
            let mut nearer = false;
            for [from, to, line] in state.edges.ends() {
                let Some(&depth) = shortest.get(from as usize).filter(|&&depth| depth < FAR) else { continue };
                // Where a redirect leads is at the same depth.
                let depth = depth.saturating_add(u16::from(line > 0 || !redirects[from as usize]));
                if let Some(of) = shortest.get_mut(to as usize).filter(|of| **of > depth && **of < FAR) {
                    (*of, nearer) = (depth, true);
                }
            }
            if !nearer {
                break;
            }
        }
        Depths { told, shortest, redirects }
    }

    /// Of a page, as far as it is known.
    pub(super) fn page(&self, page: FetchId) -> u16 {
        at(&self.shortest, page)
    }

    /// Of what was found, by the pages that lead to it too, which may have turned out to be nearer.
    pub(super) fn finding<'p>(&self, finding: &Finding, pages: impl Iterator<Item = &'p FetchId>) -> u32 {
        let Some(place) = &finding.place else { return 0 };
        let told = u16::try_from(place.depth).unwrap_or(FAR);
        let (source, led) = place.source.as_ref().map_or((FAR, false), |source| {
            let led = usize::try_from(source.id.0).ok().and_then(|place| self.redirects.get(place));
            (at(&self.told, source.id), led.copied().unwrap_or(false))
        });
        // What belongs to a page, as an image does, is as far as the page; so is where a redirect leads, but the pages are
        // those that link to the redirect.
        let step = u16::from(led || told != source);
        let by_pages = pages.map(|&page| self.page(page)).filter(|&depth| depth < FAR);
        let by_pages = by_pages.map(|depth| depth.saturating_add(step)).min();
        let known = at(&self.shortest, finding.id).min(told);
        u32::from(by_pages.map_or(known, |depth| depth.min(known)))
    }
}

fn at(depths: &[u16], id: FetchId) -> u16 {
    usize::try_from(id.0).ok().and_then(|place| depths.get(place)).copied().unwrap_or(FAR)
}
