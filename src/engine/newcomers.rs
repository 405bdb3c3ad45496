//! Origins of which nobody knows yet whether they answer: how many places they hold together, and what waits since that
//! is enough, so that others are asked beside them. Knows no clock and no loop.
//!
//! Each has one place as it comes. What they hold beyond that is bounded, for all of them: one that keeps silent keeps
//! its places until its time is over. It is bounded only as long as there may be something else to ask.

use crate::failure::FailureKind;
use crate::fetched::Fetched;
use crate::id::FetchId;
use crate::target::Target;
use std::collections::{HashMap, HashSet, VecDeque};
use std::time::Duration;

/// Targets that may wait while others are looked for behind them.
const MOST_WAITING: usize = 10_000;
/// Origins that are remembered to answer. Beyond that, nobody waits.
const MOST_MET: usize = 10_000;
/// What fails within that keeps its place from nobody.
const QUICK: Duration = Duration::from_secs(1);

#[derive(Default)]
pub(super) struct Newcomers {
    met: HashSet<Box<str>>,
    fresh: HashMap<Box<str>, Fresh>,
    /// What they hold beyond one place each.
    extras: usize,
    /// Origins with targets that wait, the next one in front.
    turns: VecDeque<Box<str>>,
    /// Targets of origins that have answered since.
    freed: VecDeque<Target>,
    /// Those that wait, with the freed ones.
    waiting: usize,
}

/// One that has not answered yet.
#[derive(Default)]
struct Fresh {
    in_flight: HashSet<FetchId>,
    waiting: VecDeque<Target>,
}

impl Newcomers {
    /// An attempt there takes a place. Says whether the origin is known to answer.
    pub fn start(&mut self, origin: &str, id: FetchId) -> bool {
        if self.met.contains(origin) {
            return true;
        }
        if self.met.len() >= MOST_MET {
            return false;
        }
        let fresh = self.fresh.entry(origin.into()).or_default();
        self.extras += usize::from(!fresh.in_flight.is_empty());
        fresh.in_flight.insert(id);
        false
    }

    /// An attempt there has given its place back, if it had one. One that came to something says that the origin answers.
    pub fn end(&mut self, origin: &str, id: FetchId, fetched: &Fetched) {
        let Some(fresh) = self.fresh.get_mut(origin).filter(|fresh| fresh.in_flight.contains(&id)) else { return };
        if answers(fetched) {
            return self.meet(origin);
        }
        fresh.in_flight.remove(&id);
        self.extras -= usize::from(!fresh.in_flight.is_empty());
        if fresh.in_flight.is_empty() && fresh.waiting.is_empty() {
            self.fresh.remove(origin);
        }
    }

    fn meet(&mut self, origin: &str) {
        let Some(fresh) = self.fresh.remove(origin) else { return };
        self.extras -= fresh.in_flight.len().saturating_sub(1);
        self.met.insert(origin.into());
        if !fresh.waiting.is_empty() {
            self.turns.retain(|waits| **waits != *origin);
            self.freed.extend(fresh.waiting);
        }
    }

    /// Whether a target there is to wait, where there are `hands` places in all.
    pub fn holds(&self, origin: &str, hands: usize) -> bool {
        self.fresh.get(origin).is_some_and(|fresh| !fresh.in_flight.is_empty() && self.extras >= room(hands))
    }

    /// Puts one that is held behind the others of its origin.
    pub fn wait(&mut self, target: Target) {
        self.waiting += 1;
        let Some(fresh) = self.fresh.get_mut(target.origin()) else { return self.freed.push_back(target) };
        if fresh.waiting.is_empty() {
            self.turns.push_back(target.origin().into());
        }
        fresh.waiting.push_back(target);
    }

    /// One that waits no more: its origin has answered, or a place is left for it; or any, where there is nothing else to
    /// ask (`any`) or as many wait as may.
    pub fn next(&mut self, hands: usize, any: bool) -> Option<Target> {
        let any = any || self.waiting >= MOST_WAITING;
        let next = self.freed.pop_front().or_else(|| self.in_turn(hands, any));
        self.waiting -= usize::from(next.is_some());
        next
    }

    fn in_turn(&mut self, hands: usize, any: bool) -> Option<Target> {
        let origin = self.turns.pop_front()?;
        if !any && self.holds(&origin, hands) {
            // The others are no better off, but for one that holds no place at all.
            self.turns.push_back(origin);
            return None;
        }
        let fresh = self.fresh.get_mut(&origin)?;
        let next = fresh.waiting.pop_front();
        if !fresh.waiting.is_empty() {
            self.turns.push_back(origin);
        }
        next
    }

    /// Whether nothing is to be learnt, and nobody waits.
    pub fn are_none(&self) -> bool {
        self.fresh.is_empty() && self.waiting == 0
    }

    /// Targets that wait: they were never started.
    pub fn waiting(&self) -> usize {
        self.waiting
    }
}

/// Half of the places beside the first of each.
fn room(hands: usize) -> usize {
    hands.saturating_sub(1) / 2
}

/// Whether the attempt says that what is asked there does not keep its place for long.
fn answers(fetched: &Fetched) -> bool {
    use FailureKind::{Cancelled, Internal, Local, NotAllowed};
    match fetched.kind() {
        None => true,
        Some(Cancelled | Internal | Local | NotAllowed) => false,
        // What came of an answer was one, however it ended; what fails at once makes room for the next.
        Some(_) => fetched.status.is_some() || fetched.total() < QUICK,
    }
}

#[cfg(test)]
mod tests;
