//! How long it took: phases, totals, the loop's lag, and the article's last time.

use crate::clock::At;
use crate::failure::FailureKind;
use crate::fetched::Fetched;
use crate::phase::Phase;
use hdrhistogram::Histogram;
use std::time::Duration;

/// A distribution of durations in microseconds, three digits exact. It takes memory only once it holds something, and
/// as much as its longest duration asks for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Spread(Option<Histogram<u64>>);

/// What is told of a distribution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quantiles {
    pub p50: Duration,
    pub p90: Duration,
    pub p99: Duration,
    pub max: Duration,
}

/// An hour: what takes longer is recorded as that.
const LONGEST_US: u64 = 3_600_000_000;
/// Significant digits.
const DIGITS: u8 = 3;

impl Spread {
    fn record(&mut self, us: u64) {
        let histogram = self.0.get_or_insert_with(|| Histogram::new(DIGITS).expect("three digits are allowed"));
        histogram.record(us.clamp(1, LONGEST_US)).expect("it grows as far as an hour");
    }

    pub fn count(&self) -> u64 {
        self.0.as_ref().map_or(0, Histogram::len)
    }

    /// `None` where nothing was recorded.
    pub fn quantiles(&self) -> Option<Quantiles> {
        let histogram = self.0.as_ref()?;
        let at = |quantile| Duration::from_micros(histogram.value_at_quantile(quantile));
        Some(Quantiles { p50: at(0.5), p90: at(0.9), p99: at(0.99), max: at(1.0) })
    }

    /// How many fell below each of the ascending `bounds`, and, last, how many did not fall below any.
    pub fn counts(&self, bounds: &[Duration]) -> Vec<u64> {
        let mut counts = vec![0; bounds.len() + 1];
        for value in self.0.iter().flat_map(Histogram::iter_recorded) {
            let us = u128::from(value.value_iterated_to());
            counts[bounds.partition_point(|bound| bound.as_micros() <= us)] += value.count_since_last_iteration();
        }
        counts
    }
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Timing {
    phases: [Spread; Phase::ALL.len()],
    /// Totals of the fetches that gave a response.
    pub success: Spread,
    /// Totals of those that did not. What was let go of at the end is in neither.
    pub failure: Spread,
    /// Totals of the attempts that were made again, which are in no other distribution.
    pub retried: Spread,
    /// From scheduled to fired, of all callbacks.
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
        totals.record(micros(total));
        for (spread, spent) in self.phases.iter_mut().zip(spent) {
            if let Some(spent) = spent {
                spread.record(micros(spent));
            }
        }
    }

    /// One that is to be made again. Its time was spent, so one after another would have spent it too.
    pub(super) fn attempt(&mut self, fetched: &Fetched) {
        let total = fetched.total();
        self.one_after_another += total.saturating_sub(fetched.spent(Phase::Blocked).unwrap_or_default());
        self.retried.record(micros(total));
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

    /// How many times longer one after another would have taken.
    pub fn speed_up(&self) -> Option<f64> {
        let last = self.last_time().as_secs_f64();
        (last > 0.0).then(|| self.one_after_another.as_secs_f64() / last)
    }
}

fn micros(span: Duration) -> u64 {
    u64::try_from(span.as_micros()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_fall_between_their_bounds_and_none_is_lost() {
        let mut spread = Spread::default();
        for ms in [1, 5, 5, 50, 5000] {
            spread.record(ms * 1000);
        }
        let bounds = [2, 10, 100].map(Duration::from_millis);
        assert_eq!(spread.counts(&bounds), [1, 2, 1, 1]);
    }

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

    #[test]
    fn what_takes_longer_than_an_hour_is_recorded_as_an_hour() {
        let mut spread = Spread::default();
        spread.record(u64::MAX);
        assert!(spread.quantiles().is_some_and(|q| q.max >= Duration::from_secs(3600)));
    }
}
