//! How long the longest of what has just ended took. Knows nothing of what is in flight.

use crate::clock::At;
use std::time::Duration;

/// So many seconds are looked back, the one that has begun counted in.
const SECONDS: usize = 6;

/// The longest of each second, by the place of the second in a circle.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Longest([(u64, Duration); SECONDS]);

fn second(at: At) -> u64 {
    at.0 / 1_000_000
}

impl Longest {
    pub fn record(&mut self, at: At, took: Duration) {
        let second = second(at);
        let kept = &mut self.0[(second % SECONDS as u64) as usize];
        if kept.0 != second {
            *kept = (second, Duration::ZERO);
        }
        kept.1 = kept.1.max(took);
    }

    /// Of what ended in the last seconds before `now`.
    pub fn before(&self, now: At) -> Duration {
        let first = second(now).saturating_sub(SECONDS as u64 - 1);
        let recent = self.0.iter().filter(|(kept, _)| (first..=second(now)).contains(kept));
        recent.map(|(_, longest)| *longest).max().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ended_counts_for_five_seconds_and_no_longer() {
        let seconds = Duration::from_secs;
        let mut longest = Longest::default();
        longest.record(At(1_000_000), seconds(7));
        longest.record(At(1_900_000), seconds(2));
        longest.record(At(4_000_000), seconds(3));
        let before = |at| longest.before(At(at));
        assert_eq!([before(1_900_000), before(6_999_999)], [seconds(7); 2]);
        assert_eq!([before(7_000_000), before(9_999_999)], [seconds(3); 2]);
        assert_eq!(before(10_000_000), Duration::ZERO);
        longest.record(At(7_000_000), seconds(1));
        assert_eq!(longest.before(At(7_000_000)), seconds(3), "the place of a second that has passed is taken");
    }
}
