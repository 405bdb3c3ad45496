//! What a crawl has found, put together for those who print it: each target that is wrong with all places that lead to
//! it, redirects as chains, numbers that add up. Knows no format.

mod chains;
mod depths;
mod endless;
mod order;
mod places;
mod totals;

pub use chains::{Chain, End};
pub use order::Twins;
pub use places::{Place, Target};
pub use totals::Totals;

use crate::control::EndReason;
use crate::event::FragmentMissed;
use crate::id::{ByFetch, FetchId};
use crate::state::{State, Verdict};
use crate::text::Untrusted;
use chains::Redirects;
use depths::Depths;
use std::collections::HashMap;

pub struct Digest<'a> {
    pub state: &'a State,
    pub totals: Totals,
    pub broken: Vec<Target<'a>>,
    pub failed: Vec<Target<'a>>,
    pub blocked: Vec<Target<'a>>,
    /// The longest way first; before them those that never end.
    pub chains: Vec<Chain<'a>>,
    urls: ByFetch<Untrusted>,
    /// The pages that are named, in the order in which they are told: what is nearest to a start first, then by URL. Whose
    /// answer came first has no say in it.
    ranks: ByFetch<usize>,
    /// What links to parts that are not there say, by where they stand.
    texts: HashMap<(FetchId, u32, u32), Untrusted>,
}

impl<'a> Digest<'a> {
    /// Reads all links once, and the URLs of all pages.
    pub fn of(state: &'a State) -> Digest<'a> {
        let redirects = Redirects::of(state);
        let kinds = [Verdict::Broken, Verdict::Failed, Verdict::Blocked];
        let findings: Vec<_> = kinds.iter().flat_map(|&kind| state.findings.kept(kind)).collect();
        let depths = Depths::of(state);
        let mut targets = places::targets(state, &findings, &redirects, &depths);
        let (named, sources) = (named(state, &targets), sources(&targets));
        let urls = state.pages.urls(&named);
        let ranks = ranks(&named, |page| (depths.page(page), sources.get(&page).copied().or_else(|| urls.get(&page))));
        targets.iter_mut().for_each(|target| target.arrange(&depths, &ranks));
        let later = |targets: &mut Vec<Target<'a>>, kind| targets.split_off(state.findings.kept(kind).len());
        let mut failed = later(&mut targets, Verdict::Broken);
        let mut blocked = later(&mut failed, Verdict::Failed);
        [&mut targets, &mut failed, &mut blocked].into_iter().for_each(|targets| order::arrange(targets));
        let chains = redirects.chains(state, &depths);
        let totals = Totals::of(state);
        Digest { state, totals, broken: targets, failed, blocked, chains, urls, ranks, texts: texts(state) }
    }

    /// The URL of a page, where it is known.
    pub fn url(&self, page: FetchId) -> Option<&Untrusted> {
        self.urls.get(&page)
    }

    /// Where a page stands among those that are named.
    pub fn rank(&self, page: FetchId) -> usize {
        self.ranks.get(&page).copied().unwrap_or(usize::MAX)
    }

    /// What such a link of a page says, where that is known.
    pub fn text(&self, page: FetchId, missed: &FragmentMissed) -> Untrusted {
        self.texts.get(&(page, missed.line, missed.column)).cloned().unwrap_or_default()
    }

    /// Why it is not about the whole site, if it is not.
    pub fn partial(&self) -> Option<&'static str> {
        partial(self.state)
    }
}

fn texts(state: &State) -> HashMap<(FetchId, u32, u32), Untrusted> {
    let missed = state.findings.fragments.iter();
    state.edges.texts_at(&missed.map(|(page, missed)| (*page, missed.line, missed.column)).collect())
}

/// Why a run is not whole.
pub fn partial(state: &State) -> Option<&'static str> {
    match state.run.ended {
        Some((_, EndReason::Finished)) => None,
        Some((_, reason)) => Some(reason.words()),
        None => Some("cut off before its end"),
    }
}

/// The URLs of pages that came with what they lead to.
fn sources<'a>(targets: &[Target<'a>]) -> ByFetch<&'a Untrusted> {
    let places = targets.iter().flat_map(|target| &target.places);
    places.filter_map(|place| Some((place.link.from, place.url?))).collect()
}

/// The number of each page in the order of their keys.
fn ranks<K: Ord>(pages: &ByFetch<()>, key: impl Fn(FetchId) -> K) -> ByFetch<usize> {
    let mut pages: Vec<FetchId> = pages.keys().copied().collect();
    pages.sort_by_cached_key(|&page| (key(page), page));
    pages.into_iter().zip(0..).collect()
}

/// The pages that are to be called by their URLs.
fn named(state: &State, targets: &[Target]) -> ByFetch<()> {
    let places = targets.iter().flat_map(|target| &target.places).map(|place| place.link.from);
    let missed = state.findings.fragments.iter();
    let fragments = missed.flat_map(|(page, missed)| [*page, missed.to].into_iter().chain(missed.via));
    let unchecked = state.findings.unchecked.iter().map(|(page, ..)| *page);
    let unfollowed = state.findings.unfollowed.iter().map(|(page, _)| *page);
    let groups = state.findings.duplicates.groups();
    let twins = groups.flat_map(|group| std::iter::once(group.first).chain(group.others.iter().copied()));
    places.chain(fragments).chain(unchecked).chain(unfollowed).chain(twins).map(|page| (page, ())).collect()
}
