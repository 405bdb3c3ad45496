//! Attempts, results and bytes over time, in tenths of a second. Knows no clock.

use crate::clock::At;
use crate::fetched::Fetched;
use std::collections::VecDeque;
use std::time::Duration;

/// Length of a bucket in microseconds.
const BUCKET_US: u64 = 100_000;
/// Buckets that are kept: two minutes.
const KEPT: usize = 1200;

/// What came in one tenth of a second.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Bucket {
    pub results: u32,
    /// Attempts that ended, those counted in that are no results: what is made again, robots.txt, sitemaps.
    pub left: u32,
    pub bytes: u64,
}

/// The same by the second, over a longer time.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PerSecond {
    pub results: f64,
    pub left: f64,
    pub bytes: f64,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rate {
    buckets: VecDeque<Bucket>,
    /// Number of the first bucket that is kept.
    first: u64,
}

impl Rate {
    /// A result, of whose bytes so many are counted already.
    pub(super) fn record(&mut self, fetched: &Fetched, counted: u64) {
        let bucket = self.bucket(fetched.ended);
        bucket.results += 1;
        bucket.bytes = bucket.bytes.saturating_add(fetched.wire_bytes.saturating_sub(counted));
    }

    /// An attempt is over, whatever comes of it.
    pub(super) fn leave(&mut self, fetched: &Fetched) {
        let bucket = self.bucket(fetched.ended);
        bucket.left = bucket.left.saturating_add(1);
    }

    /// So many of whatever is counted.
    pub(super) fn count(&mut self, at: At, number: u32) {
        let bucket = self.bucket(at);
        bucket.results = bucket.results.saturating_add(number);
    }

    /// Bytes of an answer that is not whole yet: a large one counts while it comes.
    pub(super) fn receive(&mut self, at: At, bytes: u64) {
        let bucket = self.bucket(at);
        bucket.bytes = bucket.bytes.saturating_add(bytes);
    }

    /// The bucket of a moment; the oldest, where that one is kept no more.
    fn bucket(&mut self, at: At) -> &mut Bucket {
        let number = (at.0 / BUCKET_US).max(self.first);
        if number - self.first >= (self.buckets.len() + KEPT) as u64 {
            // Nothing that is kept is near: what lies between is not walked through.
            self.buckets.clear();
            self.first = number + 1 - KEPT as u64;
        }
        while self.first + self.buckets.len() as u64 <= number {
            self.buckets.push_back(Bucket::default());
            if self.buckets.len() > KEPT {
                self.buckets.pop_front();
                self.first += 1;
            }
        }
        let index = usize::try_from(number - self.first).expect("within what is kept");
        &mut self.buckets[index]
    }

    /// What came between two moments, rounded to whole buckets.
    pub fn between(&self, from: At, to: At) -> Bucket {
        let place = |at: At| usize::try_from((at.0 / BUCKET_US).saturating_sub(self.first)).unwrap_or(usize::MAX);
        let (from, to) = (place(from), place(to).min(self.buckets.len()));
        self.buckets.iter().take(to).skip(from).fold(Bucket::default(), |sum, bucket| Bucket {
            results: sum.results.saturating_add(bucket.results),
            left: sum.left.saturating_add(bucket.left),
            bytes: sum.bytes.saturating_add(bucket.bytes),
        })
    }

    /// What came a second over the last whole `window`; over the time there was, where that is shorter.
    pub fn per_second(&self, now: At, window: Duration) -> PerSecond {
        let end = At(now.0 / BUCKET_US * BUCKET_US);
        let length = (window.as_micros() as u64).min(end.0);
        if length == 0 {
            return PerSecond::default();
        }
        let sum = self.between(At(end.0 - length), end);
        let seconds = length as f64 / 1e6;
        let [results, left] = [sum.results, sum.left].map(|count| f64::from(count) / seconds);
        PerSecond { results, left, bytes: sum.bytes as f64 / seconds }
    }

    /// Attempts that ended in each of the last `count` spans of `width`, oldest first; the one that is still running is left out.
    pub fn history(&self, now: At, width: Duration, count: usize) -> Vec<u32> {
        let width = (width.as_micros() as u64).max(BUCKET_US);
        let last = now.0 / width;
        let spans = (0..count as u64).map(|back| last.checked_sub(count as u64 - back));
        spans.map(|span| span.map_or(0, |span| self.between(At(span * width), At((span + 1) * width)).left)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::{Failure, FailureKind};
    use crate::text::Untrusted;

    fn ended(at: u64) -> Fetched {
        let failure = Failure::new(FailureKind::Reset, "reset");
        Fetched { wire_bytes: 10, ..Fetched::failed(Untrusted::new("http://a/", 99), At(0), At(at), failure) }
    }

    #[test]
    fn the_rate_is_that_of_whole_tenths() {
        let mut rate = Rate::default();
        for at in [50_000, 150_000, 250_000, 1_050_000] {
            rate.record(&ended(at), 0);
            rate.leave(&ended(at));
        }
        rate.leave(&ended(350_000));
        let expected = PerSecond { results: 3.0, left: 4.0, bytes: 30.0 };
        assert_eq!(rate.per_second(At(1_000_000), Duration::from_secs(1)), expected);
        assert_eq!(rate.history(At(1_100_000), Duration::from_millis(100), 2), [0, 1]);
        assert_eq!(rate.per_second(At(0), Duration::from_secs(1)), PerSecond::default());
    }

    #[test]
    fn bytes_count_when_they_come_and_only_once() {
        let mut rate = Rate::default();
        rate.receive(At(50_000), 7);
        rate.record(&ended(150_000), 7);
        assert_eq!(rate.between(At(0), At(100_000)).bytes, 7);
        assert_eq!(rate.between(At(0), At(200_000)).bytes, 10);
    }

    #[test]
    fn the_end_of_time_is_reached_in_one_step() {
        let mut rate = Rate::default();
        for at in [0, u64::MAX, u64::MAX, 0] {
            rate.record(&Fetched { wire_bytes: u64::MAX, ..ended(at) }, 0);
        }
        assert_eq!(rate.buckets.iter().map(|bucket| bucket.results).sum::<u32>(), 3, "the first is too long ago");
    }

    #[test]
    fn an_hour_without_results_keeps_two_minutes() {
        let mut rate = Rate::default();
        rate.record(&ended(0), 0);
        rate.record(&ended(3_600_000_000), 0);
        assert_eq!(rate.buckets.len(), KEPT);
        assert_eq!(rate.between(At(3_600_000_000), At(3_600_100_000)).results, 1);
    }
}
