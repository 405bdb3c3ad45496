//! The numbers of a crawl, which add up. Knows no single page.

use crate::state::{State, Verdict};

/// Targets that were found; `found` is the sum of the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Totals {
    pub found: u64,
    pub ok: u64,
    pub redirect: u64,
    pub broken: u64,
    pub blocked: u64,
    pub failed: u64,
    pub cancelled: u64,
    /// Known, and not asked for when the run ended.
    pub unfetched: u64,
    /// Links from a start to the deepest target.
    pub depth: u32,
    /// Links of all pages; the sum of those in [`Totals::links`].
    pub links: u64,
}

impl Totals {
    pub fn of(state: &State) -> Totals {
        let of = |verdict| state.findings.of(verdict);
        let results = state.findings.results();
        // The frontier tells its numbers now and then, and a result may be newer.
        let found = state.crawl.counts.found.max(results);
        Totals {
            found,
            ok: of(Verdict::Ok),
            redirect: of(Verdict::Redirect),
            broken: of(Verdict::Broken),
            blocked: of(Verdict::Blocked),
            failed: of(Verdict::Failed),
            cancelled: of(Verdict::Cancelled),
            unfetched: found - results,
            depth: state.crawl.counts.depth,
            links: state.crawl.links.links(),
        }
    }

    /// The targets by what became of them.
    pub fn targets(&self) -> [(&'static str, u64); 7] {
        [
            ("ok", self.ok),
            ("redirect", self.redirect),
            ("broken", self.broken),
            ("blocked", self.blocked),
            ("failed", self.failed),
            ("cancelled", self.cancelled),
            ("not fetched", self.unfetched),
        ]
    }

    /// The links that are excluded, by the option that keeps them out.
    pub fn excluded(state: &State) -> [(&'static str, u64); 4] {
        state.crawl.links.excluded_by().map(|(option, count)| (option, count.into()))
    }

    /// The links by what became of them.
    pub fn links(state: &State) -> [(&'static str, u64); 11] {
        let links = &state.crawl.links;
        [
            ("new", links.new.into()),
            ("known", links.known.into()),
            ("outside", links.outside.into()),
            ("excluded", links.excluded().into()),
            ("nofollow", links.nofollow.into()),
            ("assets", links.assets.into()),
            ("forms", links.forms.into()),
            ("other schemes", links.other.into()),
            ("malformed", links.malformed.into()),
            ("trapped", links.trapped.into()),
            ("too many", links.over),
        ]
    }
}
