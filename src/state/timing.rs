//! How long it took: phases, totals, the loop's lag, and the article's last time.

use super::spread::Spread;
use crate::clock::At;
use crate::failure::FailureKind;
use crate::fetched::Fetched;
use crate::phase::Phase;
use std::time::Duration;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Timing {
    phases: [Spread; Phase::ALL.len()],
    /// Totals of the fetches that gave a response.
    pub success: Spread,
    /// Totals of those that did not. What was let go of at the end is in neither.
    pub failure: Spread,
    /// Totals of the attempts that were made again, which are in no other distribution.
    pub retried: Spread,
    /// From scheduled to fired, of the callbacks that were told of.
    pub lag: Spread,
    /// Steps that kept the loop for longer than a millisecond, and the longest of them.
    pub stalls: u64,
    pub longest_stall: Duration,
    /// The sum of all totals but those of what was let go of: that work was not done.
    pub one_after_another: Duration,
    /// When the last result was set.
    pub last: At,
}

impl Timing {
    pub(super) fn record(&mut self, fetched: &Fetched) {
        let total = fetched.total();
        self.last = self.last.max(fetched.ended);
        if fetched.kind() == Some(FailureKind::Cancelled) {
            return;
        }
        let spent = fetched.marks.all_spent(fetched.ended);
        // One after another, none would have waited for a place.
        self.one_after_another += total.saturating_sub(spent[Phase::Blocked as usize].unwrap_or_default());
        let totals = if fetched.failure.is_none() { &mut self.success } else { &mut self.failure };
        // For what was told without a request, there is no time.
        if fetched.took().is_some() {
            totals.record(micros(total));
        }
        for (spread, spent) in self.phases.iter_mut().zip(spent) {
            if let Some(spent) = spent {
                spread.record(micros(spent));
            }
        }
    }

    /// A result does not stand any more. Its time is that of an attempt, once the next one is made.
    pub(super) fn take_back(&mut self, fetched: &Fetched) {
        if fetched.kind() == Some(FailureKind::Cancelled) {
            return;
        }
        let spent = fetched.marks.all_spent(fetched.ended);
        let total = fetched.total();
        let busy = total.saturating_sub(spent[Phase::Blocked as usize].unwrap_or_default());
        self.one_after_another = self.one_after_another.saturating_sub(busy);
        let totals = if fetched.failure.is_none() { &mut self.success } else { &mut self.failure };
        if fetched.took().is_some() {
            totals.take_back(micros(total));
        }
        for (spread, spent) in self.phases.iter_mut().zip(spent) {
            if let Some(spent) = spent {
                spread.take_back(micros(spent));
            }
        }
    }

    /// One that is no result. Its time was spent, so one after another would have spent it too. `retried`: it was made
    /// again.
    pub(super) fn attempt(&mut self, fetched: &Fetched, retried: bool) {
        let total = fetched.total();
        self.one_after_another += total.saturating_sub(fetched.spent(Phase::Blocked).unwrap_or_default());
        if retried {
            self.retried.record(micros(total));
        }
    }

    pub(super) fn record_lag(&mut self, lag_us: u32) {
        self.lag.record(u64::from(lag_us));
    }

    pub(super) fn stall(&mut self, busy_us: u64) {
        self.stalls += 1;
        self.longest_stall = self.longest_stall.max(Duration::from_micros(busy_us));
    }

    pub fn of(&self, phase: Phase) -> &Spread {
        &self.phases[phase as usize]
    }

    /// From the beginning of the run to the last result: what the article prints at its end.
    pub fn last_time(&self) -> Duration {
        self.last - At(0)
    }

    /// How many times longer one after another would have taken; none where nothing took any time.
    pub fn speed_up(&self) -> Option<f64> {
        let [last, one_after_another] = [self.last_time(), self.one_after_another].map(|span| span.as_secs_f64());
        (last > 0.0 && one_after_another > 0.0).then(|| one_after_another / last)
    }
}

fn micros(span: Duration) -> u64 {
    u64::try_from(span.as_micros()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_let_go_of_is_no_work_that_one_after_another_would_have_done() {
        use crate::failure::Failure;
        use crate::text::Untrusted;
        let mut timing = Timing::default();
        for (kind, ms) in [(FailureKind::Reset, 30), (FailureKind::Cancelled, 500)] {
            let url = Untrusted::new("http://a.example/", 99);
            timing.record(&Fetched::failed(url, At(0), At(ms * 1000), Failure::new(kind, "")));
        }
        assert_eq!(timing.one_after_another, Duration::from_millis(30));
        assert_eq!(timing.last_time(), Duration::from_millis(500));
    }
}
