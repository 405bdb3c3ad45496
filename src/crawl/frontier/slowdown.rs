//! Whether a host has become slower than it was, by when its answers began. Knows nothing of what is done about it;
//! `now` is an argument.
//!
//! A host is slow where even the quickest of its last answers took far longer than a quarter of all used to take: its
//! pages may be as different as they like. Slow pages come back in bunches, for they were started together and quick ones
//! were back before them. So an answer counts only if none that was asked for after it was quick: while it was awaited, the
//! host was as ever. And where so many late ones on end were followed by a quick one before, as where a site has all its
//! slow pages in one folder, more of them are needed the next time.
//!
//! What became slower by its load becomes quicker with fewer requests at once. Where it does not, the load is not the cause,
//! and how long it takes now is usual.

use crate::clock::At;
use std::time::Duration;

/// A late answer takes so many times what is usual, and longer than `LATE_US`.
const SLOWER: f32 = 4.0;
const LATE_US: f32 = 250_000.0;
/// So many of them on end are a host that has become slower. Less comes of a machine that is busy for a moment.
const LATE_ON_END: u8 = 12;
/// Of those that take longer than this, fewer are enough.
const SLOW_US: f32 = 1_000_000.0;
const SLOW_ON_END: u8 = 8;
/// Answers before it is known what is usual.
const SAMPLES: u8 = 16;
/// What is usual grows by this with each answer above it, and shrinks by three times as much with each below: so a quarter
/// of all is below. Slowly, for bunches pass; but a site that has become slower for good is not held back for ever.
const STEP: f32 = 1.0 / 256.0;
/// The first answers are the quick ones, whatever the site: for so many answers it moves faster.
const EARLY: u8 = 100;
const EARLY_STEP: f32 = 1.0 / 16.0;
/// Of late answers on end, so many more are needed for each that was followed by a quick one, up to a limit.
const PATIENCE: u8 = 2;
const MOST_PATIENT: u8 = 100;
/// Of so many answers with fewer requests at once, the quickest takes so much of the quickest before at most, where it was
/// the load.
const TRIED: u8 = 8;
const RELIEVED: f32 = 0.75;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Slowdown {
    /// A quarter of the answers take no longer, in microseconds.
    usual_us: f32,
    /// The quickest of the first answers, in order; the last of them is a quarter's.
    quickest_us: [f32; SAMPLES as usize / 4],
    samples: u8,
    /// When the latest request was made whose answer was not late.
    quick_since: At,
    /// Answers on end that were late, and that were slow, since the last time that the host was found to be slower.
    late: u8,
    slow: u8,
    /// All of those that were late.
    on_end: u8,
    /// How many more are needed.
    patience: u8,
    /// The quickest of those that were late, in microseconds.
    quickest_late_us: f32,
    trial: Trial,
}

/// Whether fewer requests at once make a host quicker.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Trial {
    /// The quickest answer before, in microseconds; 0 where there is no trial.
    before_us: f32,
    /// The quickest since, and how many there were.
    since_us: f32,
    answers: u8,
}

impl Trial {
    const NONE: Trial = Trial { before_us: 0.0, since_us: f32::INFINITY, answers: 0 };

    /// Another answer; the quickest of all since, once it is known that they are no quicker than before.
    fn answered(&mut self, took_us: f32) -> Option<f32> {
        if self.before_us == 0.0 {
            return None;
        }
        (self.since_us, self.answers) = (self.since_us.min(took_us), self.answers + 1);
        if self.since_us < RELIEVED * self.before_us {
            *self = Trial::NONE;
        }
        (self.answers >= TRIED).then_some(self.since_us)
    }
}

impl Slowdown {
    pub const UNKNOWN: Slowdown = Slowdown {
        usual_us: 0.0,
        quickest_us: [f32::INFINITY; SAMPLES as usize / 4],
        samples: 0,
        quick_since: At(0),
        late: 0,
        slow: 0,
        on_end: 0,
        patience: 0,
        quickest_late_us: f32::INFINITY,
        trial: Trial::NONE,
    };
}

/// What the last answer says of its host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sign {
    /// It is as it was, as far as is known.
    Steady,
    /// It may be slower.
    Late,
    /// It is slower.
    Slow,
    /// It is slower, and fewer requests at once did not help.
    Unrelieved,
}

impl Slowdown {
    /// An answer of which the first byte came after `latency`, over by `now`.
    pub fn answered(&mut self, latency: Duration, now: At) -> Sign {
        let took_us = (latency.as_secs_f32() * 1e6).max(1.0);
        let asked = At(now.0.saturating_sub(u64::try_from(latency.as_micros()).unwrap_or(u64::MAX)));
        if let Some(usual_us) = self.trial.answered(took_us) {
            (self.usual_us, self.on_end, self.quickest_late_us) = (usual_us, 0, f32::INFINITY);
            self.begin_anew();
            return Sign::Unrelieved;
        }
        let known = self.samples >= SAMPLES;
        let late = known && took_us > LATE_US && took_us > SLOWER * self.usual_us;
        self.reckon(took_us);
        match late {
            false => self.quick(asked),
            true if asked < self.quick_since => Sign::Steady,
            true => self.late(took_us),
        }
    }

    fn quick(&mut self, asked: At) -> Sign {
        self.quick_since = self.quick_since.max(asked);
        let wrong = self.on_end.saturating_mul(PATIENCE).min(MOST_PATIENT);
        self.patience = self.patience.max(wrong);
        (self.on_end, self.quickest_late_us) = (0, f32::INFINITY);
        self.begin_anew();
        Sign::Steady
    }

    fn late(&mut self, took_us: f32) -> Sign {
        self.on_end = self.on_end.saturating_add(1);
        self.quickest_late_us = self.quickest_late_us.min(took_us);
        self.late = self.late.saturating_add(1);
        self.slow = if took_us > SLOW_US { self.slow.saturating_add(1) } else { 0 };
        let slower = self.late >= LATE_ON_END + self.patience || self.slow >= SLOW_ON_END + self.patience;
        if slower { Sign::Slow } else { Sign::Late }
    }

    /// What was asked for before now is no sign of what comes.
    pub fn begin_anew(&mut self) {
        (self.late, self.slow, self.trial) = (0, 0, Trial::NONE);
    }

    /// It was found to be slower, and is asked with fewer requests at once from now on.
    pub fn relieve(&mut self) {
        self.trial.before_us = std::mem::replace(&mut self.quickest_late_us, f32::INFINITY);
    }

    fn reckon(&mut self, took_us: f32) {
        let step = if self.samples < EARLY { EARLY_STEP } else { STEP };
        if self.samples < SAMPLES {
            let place = self.quickest_us.partition_point(|&quick| quick <= took_us);
            if let Some(slower) = self.quickest_us.get_mut(place..).filter(|slower| !slower.is_empty()) {
                slower.rotate_right(1);
                slower[0] = took_us;
            }
            self.usual_us = self.quickest_us[self.quickest_us.len() - 1];
        } else if took_us > self.usual_us {
            self.usual_us *= 1.0 + step;
        } else {
            self.usual_us *= 1.0 - 3.0 * step;
        }
        self.samples = self.samples.saturating_add(1);
    }
}

#[cfg(test)]
mod tests;
