//! The run over time: what came in each second, how much was in flight, how long it took, and what was changed by hand.
//! Knows no clock: the moments of events are all the time there is. Knows nothing of how it is drawn.
//!
//! The last five minutes are kept by the second, the whole run in steps that become twice as long when there are too
//! many of them. Both are bounded, however long a run lasts.

mod mark;
mod step;

pub use mark::{Change, Mark, Marks};
pub use step::{Balance, Flow, Step};

use crate::clock::At;
use crate::failure::FailureKind;
use crate::fetched::{Fetched, Outcome};
use std::collections::VecDeque;
use std::time::Duration;
use step::Open;

/// Length of a step in microseconds, before it is joined with others.
const SECOND: u64 = 1_000_000;
/// Seconds that are kept one by one.
const RECENT: usize = 300;
/// Steps of the whole run.
const WHOLE: usize = 600;
/// Seconds over which the flow is taken.
const FLOW: usize = 5;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Chart {
    open: Open,
    /// When the open step began, and up to when its time in flight is counted.
    begun: u64,
    counted: u64,
    in_flight: u64,
    recent: VecDeque<Step>,
    whole: Vec<Step>,
    /// Steps of a second that one of the whole run holds, as a power of two; and how many its last one holds so far.
    doubled: u32,
    filled: u64,
    pub marks: Marks,
    /// Once the run has ended: as it was before, for the run may go on after all.
    before: Option<Box<Chart>>,
}

impl Chart {
    /// Closes the steps that are over by then.
    pub(super) fn advance(&mut self, at: At) {
        if at.0 - at.0.min(self.begun) < SECOND || self.before.is_some() {
            return;
        }
        let end = at.0 / SECOND * SECOND;
        self.fly_until(self.begun + SECOND);
        let step = std::mem::take(&mut self.open).close(SECOND);
        self.push(step, 1);
        self.begun += SECOND;
        self.stand((end - self.begun) / SECOND);
        (self.begun, self.counted) = (end, end);
    }

    /// So many requests are in flight from then on.
    pub(super) fn fly(&mut self, at: At, in_flight: usize) {
        if in_flight as u64 != self.in_flight {
            self.fly_until(at.0);
            self.in_flight = in_flight as u64;
        }
    }

    /// An attempt is over, whatever comes of it. What was let go of says nothing of how long one takes.
    pub(super) fn leave(&mut self, fetched: &Fetched) {
        self.open.leave(fetched.total(), fetched.kind() != Some(FailureKind::Cancelled));
    }

    pub(super) fn count(&mut self, fetched: &Fetched) {
        let failed = matches!(fetched.outcome(), Outcome::Error | Outcome::HttpError);
        self.open.count(failed && fetched.kind() != Some(FailureKind::Cancelled));
    }

    pub(super) fn receive(&mut self, bytes: u64) {
        self.open.receive(bytes);
    }

    /// The run is over: the second that has begun is as long as it has become.
    pub(super) fn end(&mut self, at: At) {
        self.advance(at);
        let rest = at.0.saturating_sub(self.begun);
        if self.before.is_some() || rest == 0 {
            return;
        }
        self.before = Some(Box::new(self.clone()));
        self.fly_until(at.0);
        let step = std::mem::take(&mut self.open).close(rest);
        match (self.recent.back_mut(), self.whole.last_mut()) {
            // In so short a time, little looks like much.
            (Some(recent), Some(whole)) if rest < SECOND / 2 => {
                recent.join(&step);
                whole.join(&step);
            }
            _ => self.push(step, 1),
        }
    }

    /// The run goes on from its end, in the second that had begun.
    pub(super) fn reopen(&mut self) {
        if let Some(before) = self.before.take() {
            let marks = std::mem::take(&mut self.marks);
            *self = Chart { marks, ..*before };
        }
    }

    fn fly_until(&mut self, to: u64) {
        let to = to.max(self.counted);
        self.open.flown_us = self.open.flown_us.saturating_add((to - self.counted).saturating_mul(self.in_flight));
        self.counted = to;
    }

    /// So many seconds in which nothing came.
    fn stand(&mut self, mut seconds: u64) {
        let flown_us = self.in_flight.saturating_mul(SECOND);
        let still = Step { us: SECOND, flown_us, ..Step::default() };
        for _ in 0..seconds.min(RECENT as u64) {
            self.keep(still);
        }
        while seconds > 0 {
            let joined = seconds.min((1 << self.doubled) - self.filled % (1 << self.doubled));
            let (us, flown_us) = (joined * SECOND, flown_us.saturating_mul(joined));
            self.extend(Step { us, flown_us, ..still }, joined);
            seconds -= joined;
        }
    }

    fn push(&mut self, step: Step, seconds: u64) {
        self.keep(step);
        self.extend(step, seconds);
    }

    fn keep(&mut self, step: Step) {
        if self.recent.len() == RECENT {
            self.recent.pop_front();
        }
        self.recent.push_back(step);
    }

    /// Adds so many seconds to the whole run, which the last step has room for, or else begins one.
    fn extend(&mut self, step: Step, seconds: u64) {
        if self.filled < 1 << self.doubled
            && let Some(last) = self.whole.last_mut()
        {
            last.join(&step);
            self.filled += seconds;
            return;
        }
        if self.whole.len() == WHOLE {
            self.whole = joined(&self.whole, 2);
            self.doubled += 1;
        }
        self.whole.push(step);
        self.filled = seconds;
    }

    /// As it stands at a moment, though no event has come since.
    pub fn at(&self, now: At) -> Chart {
        let mut chart = self.clone();
        chart.advance(now);
        chart
    }

    /// The last whole seconds, as many as are kept and no more than `most`, the oldest first.
    pub fn recent(&self, most: usize) -> impl ExactSizeIterator<Item = &Step> {
        self.recent.iter().skip(self.recent.len().saturating_sub(most))
    }

    /// The whole run in at most `most` steps, and how many seconds one of them is; the last one may be shorter.
    pub fn whole(&self, most: usize) -> (Vec<Step>, u64) {
        let each = self.whole.len().div_ceil(most.max(1)).max(1).next_power_of_two();
        (joined(&self.whole, each), (each as u64) << self.doubled)
    }

    /// Whole seconds that have passed, the one at the end of the run counted in.
    pub fn seconds(&self) -> u64 {
        self.begun / SECOND
            + u64::from(self.before.is_some() && self.recent.back().is_some_and(|last| last.us < SECOND))
    }

    /// What flowed through over the last seconds; over the whole run once that has ended. `None` where nothing has
    /// come out.
    pub fn flow(&self) -> Option<Flow> {
        let mut sum = Step::default();
        match self.before.is_some() {
            true => self.whole.iter().for_each(|step| sum.join(step)),
            false => self.recent(FLOW).for_each(|step| sum.join(step)),
        }
        (sum.left > 0).then(|| Flow {
            in_flight: sum.in_flight(),
            a_second: sum.a_second(sum.left.into()),
            span: Duration::from_micros(sum.spent_us / u64::from(sum.left)),
        })
    }
}

/// So many steps joined into one each; the last one may be of fewer.
fn joined(steps: &[Step], each: usize) -> Vec<Step> {
    steps
        .chunks(each)
        .map(|chunk| {
            chunk[1..].iter().fold(chunk[0], |mut sum, step| {
                sum.join(step);
                sum
            })
        })
        .collect()
}

#[cfg(test)]
mod tests;
