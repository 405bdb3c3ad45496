//! Whose turn it is to send a request where there is a rate: shared by who starts fetches and by fetches whose answers
//! lead on. Knows no clock: `now` is an argument.

use super::{Bucket, Rate};
use crate::clock::At;
use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What is left of the rate, and who stands in line for it. Whoever starts fetches comes behind the line: what has begun
/// is ended first.
#[derive(Debug, Default)]
pub struct Pacer {
    turns: Mutex<Turns>,
}

#[derive(Debug, Default)]
struct Turns {
    rate: Option<Rate>,
    bucket: Option<Bucket>,
    line: VecDeque<u64>,
    /// How many have ever stood in line.
    stood: u64,
}

/// A place in line, until it is dropped.
#[derive(Debug)]
pub struct Place<'a> {
    pacer: &'a Pacer,
    number: u64,
}

impl Pacer {
    pub fn new(rate: Option<Rate>) -> Pacer {
        Pacer { turns: Mutex::new(Turns { rate, bucket: rate.map(Bucket::new), ..Turns::default() }) }
    }

    /// Another rate from now on, also for who stands in line.
    pub fn set(&self, rate: Option<Rate>, now: At) {
        let mut turns = self.lock();
        if turns.rate != rate {
            (turns.rate, turns.bucket) = (rate, rate.map(|rate| Bucket::starting(rate, now)));
        }
    }

    pub fn has_rate(&self) -> bool {
        self.lock().bucket.is_some()
    }

    /// When the next fetch may start, if that is later than `now`: not before all who stand in line have gone.
    pub fn closed_until(&self, now: At) -> Option<At> {
        let turns = self.lock();
        turns.closed_behind(turns.line.len(), now)
    }

    /// A request is sent now.
    pub fn take(&self, now: At) {
        if let Some(bucket) = &mut self.lock().bucket {
            bucket.take(now);
        }
    }

    /// Has a request sent now, or else gives it a place in line.
    pub fn line_up(&self, now: At) -> Option<Place<'_>> {
        let mut turns = self.lock();
        if turns.closed_behind(turns.line.len(), now).is_none() {
            turns.bucket.iter_mut().for_each(|bucket| bucket.take(now));
            return None;
        }
        turns.stood += 1;
        let number = turns.stood;
        turns.line.push_back(number);
        Some(Place { pacer: self, number })
    }

    fn lock(&self) -> MutexGuard<'_, Turns> {
        // Nothing that can panic runs under this lock.
        self.turns.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Turns {
    fn closed_behind(&self, before: usize, now: At) -> Option<At> {
        self.bucket.as_ref()?.closed_behind(before, now)
    }
}

impl Place<'_> {
    /// When to look again, where the turn has not come. Where it has, the request is sent now.
    pub fn closed_until(&self, now: At) -> Option<At> {
        let mut turns = self.pacer.lock();
        let before = turns.line.iter().position(|&number| number == self.number)?;
        let closed = turns.closed_behind(before, now);
        if closed.is_none() {
            turns.line.remove(before);
            turns.bucket.iter_mut().for_each(|bucket| bucket.take(now));
        }
        closed
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.pacer.lock().line.retain(|&number| number != self.number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    const TENTH: u64 = 100_000;

    fn pacer() -> Pacer {
        Pacer::new(Some(Rate { requests: 10, per: Duration::from_secs(1) }))
    }

    #[test]
    fn who_stands_in_line_goes_in_turn_and_before_what_is_started() {
        let pacer = pacer();
        assert!(pacer.line_up(At(1)).is_none(), "the first one goes at once");
        let (first, second) = (pacer.line_up(At(2)).unwrap(), pacer.line_up(At(2)).unwrap());
        assert_eq!(
            (first.closed_until(At(2)), second.closed_until(At(2))),
            (Some(At(TENTH + 1)), Some(At(2 * TENTH + 1)))
        );
        assert_eq!(pacer.closed_until(At(2)), Some(At(3 * TENTH + 1)));
        // However late it is, nobody goes before who stands before him.
        assert_eq!(second.closed_until(At(9 * TENTH)), Some(At(10 * TENTH)));
        assert_eq!(first.closed_until(At(9 * TENTH)), None);
        assert_eq!(second.closed_until(At(9 * TENTH + 1)), Some(At(10 * TENTH)), "what was late is not made up for");
        assert_eq!(second.closed_until(At(10 * TENTH)), None);
        assert_eq!(pacer.closed_until(At(10 * TENTH)), Some(At(11 * TENTH)));
    }

    #[test]
    fn who_goes_away_gives_his_place_back_and_another_rate_holds_for_who_waits() {
        let pacer = pacer();
        pacer.take(At(0));
        let (first, second) = (pacer.line_up(At(0)).unwrap(), pacer.line_up(At(0)).unwrap());
        drop(first);
        assert_eq!(second.closed_until(At(0)), Some(At(TENTH)));
        pacer.set(Some(Rate { requests: 1, per: Duration::from_secs(1) }), At(5));
        pacer.take(At(5));
        assert_eq!(second.closed_until(At(5)), Some(At(10 * TENTH + 5)));
        pacer.set(None, At(6));
        assert_eq!((second.closed_until(At(6)), pacer.closed_until(At(6)), pacer.has_rate()), (None, None, false));
        assert!(pacer.line_up(At(6)).is_none());
    }
}
