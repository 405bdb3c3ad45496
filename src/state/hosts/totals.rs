//! How long the fetches of one host took, in little room: for thousands of hosts, where a full histogram each would be
//! too much. Knows no host.

use std::time::Duration;

/// Parts of each factor of two.
const PARTS: u32 = 4;
/// Below this power of two of microseconds, all is one.
const LEAST: u32 = 6;
/// From this power of two of microseconds on (134 s), all is one.
const MOST: u32 = 27;
const COUNT: usize = ((MOST - LEAST) * PARTS) as usize;

/// Counts of durations, a fifth of a duration exact at worst.
#[derive(Clone, Debug, PartialEq)]
pub struct Totals([u32; COUNT]);

impl Default for Totals {
    fn default() -> Totals {
        Totals([0; COUNT])
    }
}

impl Totals {
    pub(in crate::state) fn record(&mut self, total: Duration) {
        let us = u64::try_from(total.as_micros()).unwrap_or(u64::MAX);
        let count = &mut self.0[place(us)];
        *count = count.saturating_add(1);
    }

    /// One that was recorded is not any more.
    pub(super) fn take_back(&mut self, total: Duration) {
        let us = u64::try_from(total.as_micros()).unwrap_or(u64::MAX);
        let count = &mut self.0[place(us)];
        *count = count.saturating_sub(1);
    }

    /// The median, as near as the counts tell it.
    pub fn p50(&self) -> Option<Duration> {
        self.quantile(0.5)
    }

    /// What this share of all is no longer than, as near as the counts tell it.
    pub fn quantile(&self, share: f64) -> Option<Duration> {
        let sum: u64 = self.0.iter().map(|&count| u64::from(count)).sum();
        let mut left = (sum as f64 * share).ceil() as u64;
        for (place, &count) in self.0.iter().enumerate() {
            if left <= u64::from(count) && left > 0 {
                let (from, to) = (bound(place), bound(place + 1));
                let share = (left * 2 - 1) as f64 / (u64::from(count) * 2) as f64;
                return Some(Duration::from_micros(from + ((to - from) as f64 * share) as u64));
            }
            left = left.saturating_sub(u64::from(count));
        }
        None
    }
}

fn place(us: u64) -> usize {
    let us = us.clamp(1 << LEAST, (1 << MOST) - 1);
    let power = us.ilog2();
    let part = (us >> (power - PARTS.ilog2())) as u32 - PARTS;
    ((power - LEAST) * PARTS + part) as usize
}

/// The least number of microseconds that has this place.
fn bound(place: usize) -> u64 {
    let (power, part) = (place as u32 / PARTS + LEAST, place as u64 % u64::from(PARTS));
    (u64::from(PARTS) + part) << (power - PARTS.ilog2())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_place_begins_at_its_bound() {
        for at in 0..COUNT {
            assert_eq!(place(bound(at)), at);
            assert_eq!(place(bound(at + 1) - 1), at);
        }
        assert_eq!((place(0), place(u64::MAX)), (0, COUNT - 1));
    }

    #[test]
    fn the_median_is_a_fifth_exact() {
        for us in [90, 700, 12_345, 98_000, 1_500_000, 29_000_000_u64] {
            let mut totals = Totals::default();
            for share in [1, 5, 10, 10, 10, 11, 300] {
                totals.record(Duration::from_micros(us * share / 10));
            }
            let p50 = totals.p50().unwrap().as_micros() as f64;
            assert!((p50 / us as f64 - 1.0).abs() < 0.2, "{us}: {p50}");
        }
        assert_eq!(Totals::default().p50(), None);
    }
}
