//! Tells how many targets are known, at most so often. Knows nothing of what becomes of them.

use crate::clock::At;
use crate::emit::Emitter;
use crate::event::EventKind;
use std::time::Duration;

/// The number is told at most so often.
const EVERY: Duration = Duration::from_millis(100);

pub(super) struct Counting {
    /// What was told last: how many, and whether more may come.
    told: (u64, bool),
    at: At,
}

impl Counting {
    pub fn new() -> Counting {
        Counting { told: (0, true), at: At(0) }
    }

    /// Tells the number, and whether more may come, where it is another; `now`, however short ago the last one was told.
    pub fn look(&mut self, known: (u64, bool), emitter: &Emitter, now: bool) {
        if known == self.told {
            return;
        }
        let at = emitter.now();
        if now || !known.1 || at - self.at >= EVERY {
            (self.told, self.at) = (known, at);
            emitter.emit_at(at, EventKind::TargetsCounted { total: known.0, more: known.1 });
        }
    }

    /// When it may be told again, if there is anything to tell.
    pub fn next(&self, known: (u64, bool)) -> Option<At> {
        (known != self.told).then_some(self.at + EVERY)
    }
}
