//! Origins of which nobody knows yet whether they answer: how many places they hold together, and what waits since that
//! is enough, so that others are asked beside them. Knows no clock and no loop.
//!
//! Each has one place as it comes. What they hold beyond that is bounded, for all of them: one that keeps silent keeps
//! its places until its time is over. Once some origin has answered, a share of all places is left to such. All that is
//! bounded only as long as there may be something else to ask.

use super::parked::Stander;
use crate::failure::FailureKind;
use crate::fetched::Fetched;
use crate::id::FetchId;
use std::collections::{HashMap, HashSet, VecDeque};
use std::time::Duration;

/// What may wait while others are looked for behind them.
const MOST_WAITING: usize = 10_000;
/// Origins that are remembered to answer. Beyond that, nobody waits.
const MOST_MET: usize = 10_000;
/// Origins with something that waits that are looked at in a turn.
const MOST_TURNS: usize = 16;
/// What fails within that keeps its place from nobody.
const QUICK: Duration = Duration::from_secs(1);

#[derive(Default)]
pub(super) struct Newcomers {
    met: HashSet<Box<str>>,
    fresh: HashMap<Box<str>, Fresh>,
    /// Places that they hold.
    places: usize,
    /// Of these, what they hold beyond one each.
    extras: usize,
    /// Origins with something that waits, the next one in front.
    turns: VecDeque<Box<str>>,
    /// What waited for origins that have answered since.
    freed: VecDeque<Stander>,
    /// All that waits, with what is freed.
    waiting: usize,
    /// Of that, what was never started.
    unread: usize,
}

/// One that has not answered yet.
#[derive(Default)]
struct Fresh {
    in_flight: HashSet<FetchId>,
    waiting: VecDeque<Stander>,
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
        let is_first = fresh.in_flight.is_empty();
        if fresh.in_flight.insert(id) {
            self.places += 1;
            self.extras += usize::from(!is_first);
        }
        false
    }

    /// An attempt there has given its place back, if it had one. One that came to something says that the origin answers.
    pub fn end(&mut self, origin: &str, id: FetchId, fetched: &Fetched) {
        let Some(fresh) = self.fresh.get_mut(origin).filter(|fresh| fresh.in_flight.contains(&id)) else { return };
        if answers(fetched) {
            return self.meet(origin);
        }
        fresh.in_flight.remove(&id);
        self.places -= 1;
        self.extras -= usize::from(!fresh.in_flight.is_empty());
        if fresh.in_flight.is_empty() && fresh.waiting.is_empty() {
            self.fresh.remove(origin);
        }
    }

    fn meet(&mut self, origin: &str) {
        let Some(fresh) = self.fresh.remove(origin) else { return };
        self.places -= fresh.in_flight.len();
        self.extras -= fresh.in_flight.len().saturating_sub(1);
        self.met.insert(origin.into());
        if !fresh.waiting.is_empty() {
            self.turns.retain(|waits| **waits != *origin);
            self.freed.extend(fresh.waiting);
        }
    }

    /// Whether what is to be asked there is to wait, where there are `hands` places in all.
    pub fn holds(&self, origin: &str, hands: usize) -> bool {
        if self.met.contains(origin) || self.met.len() >= MOST_MET {
            return false;
        }
        let asked = self.fresh.get(origin).is_some_and(|fresh| !fresh.in_flight.is_empty());
        self.places >= self.share(hands) || (asked && self.extras >= room(hands))
    }

    /// Places that they may hold together.
    fn share(&self, hands: usize) -> usize {
        if self.met.is_empty() { hands } else { hands - (hands / 4).max(1).min(hands) }
    }

    /// Puts one that is held behind the others of its origin.
    pub fn wait(&mut self, origin: &str, stander: Stander) {
        self.waiting += 1;
        self.unread += usize::from(matches!(stander, Stander::New(_)));
        if self.met.contains(origin) {
            return self.freed.push_back(stander);
        }
        let fresh = self.fresh.entry(origin.into()).or_default();
        if fresh.waiting.is_empty() {
            self.turns.push_back(origin.into());
        }
        fresh.waiting.push_back(stander);
    }

    /// One that waits no more: its origin has answered, or a place is left for it; or any, where there is nothing else to
    /// ask (`any`) or as many wait as may.
    pub fn next(&mut self, hands: usize, any: bool) -> Option<Stander> {
        let any = any || self.waiting >= MOST_WAITING;
        let next = self.freed.pop_front().or_else(|| self.in_turn(hands, any));
        self.waiting -= usize::from(next.is_some());
        self.unread -= usize::from(matches!(next, Some(Stander::New(_))));
        next
    }

    fn in_turn(&mut self, hands: usize, any: bool) -> Option<Stander> {
        if !any && self.places >= self.share(hands) {
            return None;
        }
        for _ in 0..self.turns.len().min(MOST_TURNS) {
            let origin = self.turns.pop_front()?;
            let held = !any && self.holds(&origin, hands);
            let fresh = self.fresh.get_mut(&origin)?;
            let next = if held { None } else { fresh.waiting.pop_front() };
            if !fresh.waiting.is_empty() {
                self.turns.push_back(origin);
            }
            if next.is_some() {
                return next;
            }
        }
        None
    }

    /// Whether all that was asked and waits is of one origin, so that nobody else can be kept back.
    pub fn are_of_one(&self) -> bool {
        self.met.is_empty() && self.fresh.len() <= 1
    }

    /// Whether nothing is to be learnt, and nobody waits.
    pub fn are_none(&self) -> bool {
        self.fresh.is_empty() && self.waiting == 0
    }

    pub fn waiting(&self) -> usize {
        self.waiting
    }

    /// Targets that wait, and were never started.
    pub fn unread(&self) -> u64 {
        self.unread as u64
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
