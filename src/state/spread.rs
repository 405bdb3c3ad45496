//! A distribution of durations. Knows nothing of what took so long.

use hdrhistogram::Histogram;
use std::time::Duration;

/// Durations in microseconds: a few as they are, more in a histogram, three digits exact. It takes memory only once it
/// holds something, and as much as its longest duration asks for.
#[derive(Clone, Debug, PartialEq)]
pub struct Spread(Kept);

#[derive(Clone, Debug, PartialEq)]
enum Kept {
    /// In ascending order.
    Few(Vec<u64>),
    Many(Histogram<u64>),
}

/// What is told of a distribution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quantiles {
    pub p50: Duration,
    pub p90: Duration,
    pub p99: Duration,
    pub max: Duration,
}

/// A run of so few has no use for a histogram, whose memory takes longer to get than they take to sort.
const FEW: usize = 64;
/// An hour: what takes longer is recorded as that.
const LONGEST_US: u64 = 3_600_000_000;
/// Significant digits.
const DIGITS: u8 = 3;

impl Default for Spread {
    fn default() -> Spread {
        Spread(Kept::Few(Vec::new()))
    }
}

impl Spread {
    pub(super) fn record(&mut self, us: u64) {
        let us = us.clamp(1, LONGEST_US);
        match &mut self.0 {
            Kept::Few(all) if all.len() < FEW => all.insert(all.partition_point(|&kept| kept <= us), us),
            Kept::Few(all) => self.0 = Kept::Many(histogram(all.iter().copied().chain([us]))),
            Kept::Many(histogram) => add(histogram, us),
        }
    }

    /// One that was recorded is not any more.
    pub(super) fn take_back(&mut self, us: u64) {
        let us = us.clamp(1, LONGEST_US);
        match &mut self.0 {
            Kept::Few(all) => drop(all.binary_search(&us).map(|place| all.remove(place))),
            // What was never recorded can't be taken away.
            Kept::Many(all) => drop(all.subtract(histogram([us].into_iter()))),
        }
        if matches!(&self.0, Kept::Many(all) if all.is_empty()) {
            *self = Spread::default();
        }
    }

    pub fn count(&self) -> u64 {
        match &self.0 {
            Kept::Few(all) => all.len() as u64,
            Kept::Many(histogram) => histogram.len(),
        }
    }

    /// `None` where nothing was recorded.
    pub fn quantiles(&self) -> Option<Quantiles> {
        let at = |quantile| Some(Duration::from_micros(self.at(quantile)?));
        Some(Quantiles { p50: at(0.5)?, p90: at(0.9)?, p99: at(0.99)?, max: at(1.0)? })
    }

    /// The longest of all, at no cost; `None` where nothing was recorded.
    pub fn longest(&self) -> Option<Duration> {
        self.at(1.0).map(Duration::from_micros)
    }

    /// The least that is no shorter than such a part of all.
    fn at(&self, quantile: f64) -> Option<u64> {
        match &self.0 {
            Kept::Few(all) => {
                let rank = (quantile * all.len() as f64).ceil() as usize;
                all.get(rank.saturating_sub(1)).copied()
            }
            Kept::Many(histogram) if quantile >= 1.0 => Some(histogram.max()),
            Kept::Many(histogram) => Some(histogram.value_at_quantile(quantile)),
        }
    }

    /// How many fell below each of the ascending `bounds`, and, last, how many did not fall below any.
    pub fn counts(&self, bounds: &[Duration]) -> Vec<u64> {
        let mut counts = vec![0; bounds.len() + 1];
        let mut count = |us: u64, times: u64| {
            counts[bounds.partition_point(|bound| bound.as_micros() <= u128::from(us))] += times;
        };
        match &self.0 {
            Kept::Few(all) => all.iter().for_each(|&us| count(us, 1)),
            Kept::Many(histogram) => {
                for value in histogram.iter_recorded() {
                    count(value.value_iterated_to(), value.count_since_last_iteration());
                }
            }
        }
        counts
    }
}

fn histogram(all: impl Iterator<Item = u64>) -> Histogram<u64> {
    let mut histogram = Histogram::new(DIGITS).expect("three digits are allowed");
    all.for_each(|us| add(&mut histogram, us));
    histogram
}

fn add(histogram: &mut Histogram<u64>, us: u64) {
    histogram.record(us).expect("it grows as far as an hour");
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn spread(all: impl IntoIterator<Item = u64>) -> Spread {
        let mut spread = Spread::default();
        all.into_iter().for_each(|us| spread.record(us));
        spread
    }

    #[test]
    fn counts_fall_between_their_bounds_and_none_is_lost() {
        let spread = spread([1, 5, 5, 50, 5000].map(|ms| ms * 1000));
        let bounds = [2, 10, 100].map(Duration::from_millis);
        assert_eq!(spread.counts(&bounds), [1, 2, 1, 1]);
    }

    #[test]
    fn what_takes_longer_than_an_hour_is_recorded_as_an_hour() {
        assert!(spread([u64::MAX]).quantiles().is_some_and(|q| q.max >= Duration::from_secs(3600)));
    }

    proptest! {
        #[test]
        fn few_and_many_tell_the_same_to_three_digits(all in proptest::collection::vec(1_u64..90_000_000, 1..=FEW)) {
            let few = spread(all.iter().copied());
            let many = Spread(Kept::Many(histogram(all.iter().copied())));
            prop_assert_eq!(few.count(), many.count());
            for quantile in [0.5, 0.9, 0.99, 1.0] {
                let [few, many] = [&few, &many].map(|spread| spread.at(quantile).unwrap());
                prop_assert!(few.abs_diff(many) <= few / 1000, "{} is not {}", few, many);
            }
        }

        #[test]
        fn what_is_taken_back_was_never_there(all in proptest::collection::vec(1_u64..90_000_000, 1..200), more in 0..99_usize) {
            let mut some = spread(all.iter().copied());
            all.iter().take(more).for_each(|&us| some.take_back(us));
            some.take_back(200_000_000);
            let rest = spread(all.iter().copied().skip(more));
            prop_assert_eq!(some.count(), rest.count());
            for quantile in [0.5, 0.99, 1.0] {
                let pair = [&some, &rest].map(|spread| spread.at(quantile).filter(|_| spread.count() > 0));
                let [some, rest] = pair.map(Option::unwrap_or_default);
                prop_assert!(some.abs_diff(rest) <= rest / 1000, "{} is not {}", some, rest);
            }
        }

        #[test]
        fn one_more_than_a_few_loses_none(all in proptest::collection::vec(1_u64..90_000_000, FEW + 1..200)) {
            let spread = spread(all.iter().copied());
            prop_assert_eq!(spread.count(), all.len() as u64);
            prop_assert_eq!(spread.counts(&[]), vec![all.len() as u64]);
        }
    }
}
