//! About how much memory a state takes that it does not share with its copies. Knows nothing of why it is asked.

use super::{DoneRow, Finding, Host, Request, State, Verdict};
use crate::event::Event;

/// What every state has: histograms, rates, and the pieces of links and texts that are begun.
const FIXED: usize = 2 << 20;
/// Of a page: its number, its status, and what its URL adds to that of the page before.
const PAGE: usize = 32;
/// Of what is known of a fetch one by one, with its heads.
const DETAIL: usize = 2 << 10;
/// Of an event in the log: the event and its number.
const LOGGED: usize = size_of::<(u64, Event)>();

impl State {
    /// In bytes.
    pub fn weight(&self) -> usize {
        let logged = self.log.count(true) - self.log.gone(true);
        let findings: usize = Verdict::ALL.into_iter().map(|verdict| self.findings.kept(verdict).len()).sum();
        FIXED
            + usize::try_from(logged).unwrap_or(0) * LOGGED
            + (self.done.kept() + self.turns.waiting()) * size_of::<DoneRow>()
            + self.requests.len() * size_of::<Request>()
            + self.hosts.len() * size_of::<Host>()
            + self.hosts.further_weight()
            + findings * size_of::<Finding>()
            + self.findings.unchecked.len() * 3 * size_of::<(u64, usize)>()
            + self.findings.fragments.len() * size_of::<(u64, usize)>()
            + self.details.len() * DETAIL
            + self.pages.len() * PAGE
            + self.edges.weight()
    }
}
