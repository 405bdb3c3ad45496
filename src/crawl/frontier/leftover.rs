//! Pages that are left when as many as may be were started: those that a robots.txt which is there keeps out are told as
//! that. Fetches nothing.
//!
//! To hold all that is left against the rules at once would stop the loop for as long as a server likes, who writes both
//! the rules and the links. So it is done when nothing else is to be done, a few at a time, and not for ever.

use super::Frontier;
use super::entry::State;
use super::limit::Limit;
use super::origin::Gate;
use super::terms::Next;
use crate::clock::At;
use crate::id::FetchId;
use std::sync::Arc;
use std::time::Duration;

/// Pages that are held against rules, in one turn and in all, and how long that may take.
const A_TURN: u32 = 16;
const MOST: u32 = 10_000;
const LONGEST: Duration = Duration::from_secs(2);
/// Entries that are passed over in one turn.
const PASSED: u32 = 1 << 16;

#[derive(Debug, Default)]
pub(super) struct Leftover {
    /// Up to which id all were looked at.
    next: u32,
    held: u32,
    since: Option<At>,
}

impl Frontier {
    /// Nothing else is to be done: the next page that is kept out, or the end.
    pub(super) fn sort_out(&mut self) -> Next {
        if !self.is_closed() || self.counts.refused.over == 0 {
            return Next::End;
        }
        let since = *self.leftover.since.get_or_insert(self.now);
        let until = (self.leftover.held + A_TURN).min(MOST);
        for _ in 0..PASSED {
            let id = self.leftover.next;
            let is_last = id as usize >= self.known.entries.len() || self.leftover.held >= MOST;
            if is_last || self.now - since > LONGEST {
                return Next::End;
            }
            self.leftover.next += 1;
            if let Some(kept) = self.kept_over(id) {
                return kept;
            }
            if self.leftover.held >= until {
                break;
            }
        }
        Next::Until(At(self.now.0 + 1), Limit::InFlight)
    }

    /// What of it is left, and kept out.
    fn kept_over(&mut self, id: u32) -> Option<Next> {
        let entry = &self.known.entries[id];
        if entry.state() != State::Waiting || entry.attempts > 0 || entry.is_check() {
            return None;
        }
        let Gate::Ruled(sheet) = self.origins[self.known.origin(id)].gate() else { return None };
        self.leftover.held += 1;
        let rules = Arc::clone(&self.sheets[sheet].0);
        let (line, rule) = rules.against(self.known.path(id))?;
        self.known.entries[id].turn(State::Refused);
        self.counts.refused.over -= 1;
        self.counts.refused.kept += 1;
        self.check();
        Some(Next::Kept { id: FetchId(u64::from(id)), url: self.text(id), line, rule: rule.to_owned() })
    }
}
