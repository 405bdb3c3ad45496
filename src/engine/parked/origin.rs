//! One origin that makes no connection: how often it was asked in vain, and how long it is left alone for that. Knows
//! nothing of others.

use super::{News, Stand, Stander};
use crate::clock::At;
use crate::crawl::FAILURES_TO_PARK;
use crate::failure::FailureKind;
use crate::id::FetchId;
use std::collections::VecDeque;
use std::time::Duration;

/// How long it is left alone, as a crawl does; each further time twice as long.
const LEFT_FOR: Duration = Duration::from_secs(60);
const LONGEST: Duration = Duration::from_secs(3600);

#[derive(Default)]
pub(super) struct Origin {
    /// Attempts on end that met nobody.
    on_end: u32,
    /// Of these, such that were each begun after the one before had failed: what is in flight together and fails together
    /// is one trouble.
    rounds: u8,
    /// When the last of the rounds ended.
    struck: At,
    /// How the last attempt failed.
    kind: Option<FailureKind>,
    /// How often it was left alone, and until when.
    left: u32,
    until: At,
    /// When it was parked and has made a connection; what was begun before says no more about it.
    well: At,
    /// The one that is asked to see how it is.
    pub probe: Option<FetchId>,
    pub aside: VecDeque<Stander>,
}

impl Origin {
    /// One that has made a connection after all.
    pub fn recovered(well: At) -> Origin {
        Origin { well, ..Origin::default() }
    }

    pub fn was_parked(&self) -> bool {
        self.well > At(0)
    }

    pub fn is_parked(&self) -> bool {
        self.on_end >= u32::from(FAILURES_TO_PARK)
    }

    pub fn stand(&self, now: At) -> Stand {
        match self.kind {
            Some(kind) if now < self.until => Stand::Left(kind, self.until - now),
            _ if self.is_parked() => Stand::Aside,
            _ => Stand::Free,
        }
    }

    /// An attempt that was begun at `started` has met nobody by `now`.
    /// Once it was so in so many rounds on end, it is left alone.
    pub fn strike(&mut self, kind: FailureKind, started: At, now: At, most: u8) -> Option<News> {
        if started < self.well {
            return None;
        }
        (self.on_end, self.kind) = (self.on_end.saturating_add(1), Some(kind));
        if self.rounds == 0 || started >= self.struck {
            (self.rounds, self.struck) = ((self.rounds + 1).min(most), now);
            if self.rounds == most {
                let span = (LEFT_FOR * (1 << self.left)).min(LONGEST);
                (self.left, self.until) = ((self.left + 1).min(6), now + span);
                return Some(News::Left(kind, span));
            }
        }
        (self.on_end == u32::from(FAILURES_TO_PARK)).then_some(News::Aside(kind))
    }
}
