//! Which origins make no connection, and what stands aside for that, so that others go on. Knows no clock and no slots:
//! the time is an argument.

mod origin;

use crate::clock::At;
use crate::crawl::FAILURES_TO_PARK;
use crate::failure::FailureKind;
use crate::fetched::Fetched;
use crate::id::FetchId;
use crate::phase::Phase;
use crate::target::Target;
use origin::Origin;
use std::collections::{HashMap, VecDeque};
use std::time::Duration;

/// Origins that are remembered at once. Of more, each fetch is made as if nothing were known.
const MOST_ORIGINS: usize = 10_000;
/// What may stand aside; then no new target is read until some of it has been asked or told.
const MOST_ASIDE: usize = 10_000;
/// What fails later than that, but for a limit of time, has kept its slot from others.
const QUICK: Duration = Duration::from_secs(1);

/// What stands aside.
pub(super) enum Stander {
    New(Target),
    /// It waits to be made again.
    Again(FetchId),
}

/// What may go on.
pub(super) enum Turn {
    /// Its origin is parked no more, or left alone from now on.
    Freed(Stander),
    /// It is asked to see whether its origin makes a connection now.
    Probe(Stander),
}

/// How an origin is treated now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stand {
    Free,
    /// What is to be asked there waits behind others.
    Aside,
    /// It is not asked for so long, after such failures.
    Left(FailureKind, Duration),
}

/// What is new about an origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum News {
    Aside(FailureKind),
    Left(FailureKind, Duration),
    Recovered,
}

#[derive(Default)]
pub(super) struct Parked {
    by_origin: HashMap<Box<str>, Origin>,
    /// Origins for which something stands aside, the next one in front.
    turns: VecDeque<Box<str>>,
    freed: VecDeque<Stander>,
    /// Of all origins, with those that are freed.
    aside: usize,
    /// Probes in flight.
    probing: usize,
    /// Attempts that a target is to have, where somebody said so.
    patience: u8,
    /// What was new of which origins, for whoever has started something there.
    news: Vec<(Box<str>, News)>,
}

impl Parked {
    /// Leaves no origin alone before a target there has had so many attempts.
    pub fn patient(attempts: u32) -> Parked {
        Parked { patience: u8::try_from(attempts).unwrap_or(u8::MAX), ..Parked::default() }
    }

    /// How the origin is treated.
    pub fn stand(&self, origin: &str, now: At) -> Stand {
        // Mostly there is none.
        if self.by_origin.is_empty() {
            return Stand::Free;
        }
        self.by_origin.get(origin).map_or(Stand::Free, |known| known.stand(now))
    }

    /// Puts one behind the others of its origin, which is parked.
    pub fn wait(&mut self, origin: &str, stander: Stander) {
        self.aside += 1;
        let Some(known) = self.by_origin.get_mut(origin) else { return self.freed.push_back(stander) };
        if known.aside.is_empty() {
            self.turns.push_back(origin.into());
        }
        known.aside.push_back(stander);
    }

    /// What goes on next: what is freed; then one an origin, while there are fewer than `probes` in all, or whatever there
    /// is, where nothing else is to be done (`all`).
    pub fn next(&mut self, probes: usize, all: bool) -> Option<Turn> {
        if let Some(freed) = self.freed.pop_front() {
            self.aside -= 1;
            return Some(Turn::Freed(freed));
        }
        if !all && self.probing >= probes {
            return None;
        }
        // No more are asked at once than there are probes: of so many origins, one is not.
        for _ in 0..self.turns.len() {
            let origin = self.turns.pop_front()?;
            let known = self.by_origin.get_mut(&origin)?;
            let stander = if all || known.probe.is_none() { known.aside.pop_front() } else { None };
            if !known.aside.is_empty() {
                self.turns.push_back(origin);
            }
            if let Some(stander) = stander {
                self.aside -= 1;
                return Some(Turn::Probe(stander));
            }
        }
        None
    }

    /// It was started to see how its origin is.
    pub fn probe(&mut self, origin: &str, id: FetchId) {
        if let Some(known) = self.by_origin.get_mut(origin)
            && known.probe.is_none()
        {
            known.probe = Some(id);
            self.probing += 1;
        }
    }

    /// Learns from an attempt at `target`, which was asked last at `origin`, and tells what is new about that.
    pub fn learn(&mut self, target: &Target, origin: &str, id: FetchId, fetched: &Fetched) -> Option<News> {
        let met = met(fetched);
        if self.by_origin.is_empty() && !matches!(met, Met::Nobody(_)) {
            return None;
        }
        self.end_probe(target.origin(), id);
        if origin != target.origin() {
            self.connect(target.origin(), fetched.ended);
        }
        let news = match met {
            Met::Nothing => None,
            Met::Somebody => self.connect(origin, fetched.ended),
            Met::Nobody(kind) => self.strike(origin, kind, fetched),
        };
        self.news.extend(news.map(|news| (origin.into(), news)));
        news
    }

    /// What was new since.
    pub fn take_news(&mut self) -> Vec<(Box<str>, News)> {
        std::mem::take(&mut self.news)
    }

    fn end_probe(&mut self, origin: &str, id: FetchId) {
        if let Some(known) = self.by_origin.get_mut(origin).filter(|known| known.probe == Some(id)) {
            known.probe = None;
            self.probing -= 1;
        }
    }

    /// There was a connection: what stands aside goes on. Of one that was parked, that is remembered.
    fn connect(&mut self, origin: &str, now: At) -> Option<News> {
        let known = self.by_origin.get_mut(origin)?;
        let (was_parked, aside) = (known.is_parked(), std::mem::take(&mut known.aside));
        self.probing -= usize::from(known.probe.is_some());
        match was_parked || known.was_parked() {
            true => *known = Origin::recovered(now),
            false => drop(self.by_origin.remove(origin)),
        }
        self.free(origin, aside);
        was_parked.then_some(News::Recovered)
    }

    fn strike(&mut self, origin: &str, kind: FailureKind, fetched: &Fetched) -> Option<News> {
        if self.by_origin.len() >= MOST_ORIGINS && !self.by_origin.contains_key(origin) {
            return None;
        }
        let known = self.by_origin.entry(origin.into()).or_default();
        let news = known.strike(kind, fetched.started, fetched.ended, FAILURES_TO_PARK.max(self.patience));
        if let Some(News::Left(..)) = news {
            let aside = std::mem::take(&mut known.aside);
            self.free(origin, aside);
        }
        news
    }

    fn free(&mut self, origin: &str, aside: VecDeque<Stander>) {
        if !aside.is_empty() {
            self.turns.retain(|waits| **waits != *origin);
            self.freed.extend(aside);
        }
    }

    /// Whether anything is remembered of any origin, or is still to be told or to go on.
    pub fn knows_any(&self) -> bool {
        !self.by_origin.is_empty() || self.aside > 0 || !self.news.is_empty()
    }

    pub fn is_empty(&self) -> bool {
        self.aside == 0
    }

    pub fn is_full(&self) -> bool {
        self.aside >= MOST_ASIDE
    }

    /// Targets that were never started.
    pub fn unread(&self) -> u64 {
        let all = self.by_origin.values().flat_map(|known| &known.aside).chain(&self.freed);
        all.filter(|stander| matches!(stander, Stander::New(_))).count() as u64
    }
}

/// Whom an attempt has met, as far as it says anything about its origin.
enum Met {
    /// It was not asked, or let go of, or this machine had not what it takes.
    Nothing,
    Somebody,
    /// It has waited for a connection in vain.
    Nobody(FailureKind),
}

fn met(fetched: &Fetched) -> Met {
    use FailureKind::{
        Cancelled, ConnectRefused, ConnectTimeout, Dns, Internal, Local, NotAllowed, Timeout, Unreachable,
    };
    let Some((kind, phase)) = fetched.failure.as_ref().map(|failure| (failure.kind, failure.phase)) else {
        return Met::Somebody;
    };
    match (kind, phase) {
        (_, None | Some(Phase::Blocked)) => Met::Nothing,
        (_, Some(Phase::Send | Phase::Wait | Phase::Body)) => Met::Somebody,
        (Cancelled | Internal | Local | NotAllowed, _) => Met::Nothing,
        (ConnectTimeout | Timeout, _) => Met::Nobody(kind),
        // What fails at once keeps no slot from others, and each has its own result.
        (ConnectRefused | Dns | Unreachable, _) if fetched.total() >= QUICK => Met::Nobody(kind),
        _ => Met::Somebody,
    }
}

#[cfg(test)]
mod tests;
