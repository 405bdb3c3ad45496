//! How many requests may be started a second over all hosts. Knows no clock: `now` is an argument.

use crate::clock::At;

pub use crate::control::Rate;

/// What was not used may be made up for within this time, and no later: a rate is no allowance for a burst. Timers are late
/// by a millisecond or two; in any second come at most as many as were asked for and a hundredth of that.
const BURST_NS: u64 = 10_000_000;

/// The theoretical arrival time of ATM's generic cell rate algorithm: a bucket without a timer.
#[derive(Clone, Copy, Debug)]
pub struct Bucket {
    interval_ns: u64,
    /// When the next one would be due if all came in step.
    due_ns: u64,
}

impl Bucket {
    pub fn new(rate: Rate) -> Bucket {
        let per = u64::try_from(rate.per.as_nanos()).unwrap_or(u64::MAX);
        Bucket { interval_ns: per.div_ceil(u64::from(rate.requests.max(1))), due_ns: 0 }
    }

    /// The same, with nothing to be made up for from before `now`.
    pub fn starting(rate: Rate, now: At) -> Bucket {
        Bucket { due_ns: now.0.saturating_mul(1000), ..Bucket::new(rate) }
    }

    /// When the next request may start, if that is later than `now`.
    pub fn closed_until(&self, now: At) -> Option<At> {
        let slack = BURST_NS.saturating_sub(self.interval_ns);
        let at = At(self.due_ns.saturating_sub(slack).div_ceil(1000));
        (at > now).then_some(at)
    }

    /// The same of one before which so many others are to start.
    pub fn closed_behind(&self, before: usize, now: At) -> Option<At> {
        let closed = self.closed_until(now);
        if before == 0 {
            return closed;
        }
        let others = self.interval_ns.saturating_mul(before as u64).div_ceil(1000);
        Some(At(closed.unwrap_or(now).0.saturating_add(others)))
    }

    pub fn take(&mut self, now: At) {
        self.due_ns = self.due_ns.max(now.0.saturating_mul(1000)).saturating_add(self.interval_ns);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::time::Duration;

    fn starts(rate: Rate, nows: impl Iterator<Item = u64>) -> Vec<u64> {
        let mut bucket = Bucket::new(rate);
        let open = nows.filter(|&now| {
            let open = bucket.closed_until(At(now)).is_none();
            if open {
                bucket.take(At(now));
            }
            open
        });
        open.collect()
    }

    #[test]
    fn one_a_second_is_one_a_second_from_the_first_on() {
        let rate = Rate { requests: 1, per: Duration::from_secs(1) };
        assert_eq!(starts(rate, (0..40).map(|tenth| tenth * 100_000)), [0, 1_000_000, 2_000_000, 3_000_000]);
    }

    #[test]
    fn a_minute_may_be_named_and_no_requests_at_all_is_one() {
        for (requests, expected) in [(0, 60_000_000), (1, 60_000_000), (120, 500_000)] {
            let mut bucket = Bucket::new(Rate { requests, per: Duration::from_secs(60) });
            bucket.take(At(0));
            assert_eq!(bucket.closed_until(At(0)), Some(At(expected)));
        }
    }

    proptest! {
        #[test]
        fn no_second_has_more_than_the_rate_and_a_hundredth_of_it(
            requests in 1..3_000_u32, steps in prop::collection::vec(0..20_000_u64, 1..600),
        ) {
            let nows = steps.iter().scan(0, |now, step| { *now += step; Some(*now) });
            let starts = starts(Rate { requests, per: Duration::from_secs(1) }, nows);
            for (place, &start) in starts.iter().enumerate() {
                let within = starts[place..].iter().take_while(|&&later| later < start + 1_000_000).count();
                prop_assert!(within as f64 <= 1.0 + f64::from(requests) * 1.01, "{within} of {requests}");
            }
        }

    }

    #[test]
    fn who_asks_all_the_time_gets_the_whole_rate() {
        for requests in [1, 7, 100, 2999] {
            let starts = starts(Rate { requests, per: Duration::from_secs(1) }, 0..1_000_000);
            assert!(starts.len() >= requests as usize, "{} of {requests}", starts.len());
        }
    }
}
