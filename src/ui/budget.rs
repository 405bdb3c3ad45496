//! When the next picture may go to the terminal, and how many bytes of it. Knows neither pictures nor the terminal; now
//! is an argument.
//!
//! Over a slow line all depends on what lies in it: a key is answered no sooner than what was sent before it has passed.
//! So each frame is small, and is paid for with the time that the line takes for it before the next one goes.

use crate::clock::At;
use std::time::Duration;

/// What a terminal is to be sent at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// So many whole pictures a second.
    Pictures(u32),
    /// As much as a line to another machine takes along with other things.
    Remote,
}

/// Bytes of one frame over a line.
const FRAME: usize = 1_200;
/// Bytes a second over a line, all in all.
const RATE: f64 = 2_900.0;
/// And of those, how many a key may ask for beforehand: what a bad line takes.
const KEYS_RATE: f64 = 8_000.0;
/// What of that may be owed while a key is answered.
const OWED: Duration = Duration::from_millis(100);
/// Between two frames over a line, where something happened, and where only time went on.
const BUSY: Duration = Duration::from_millis(250);
const QUIET: Duration = Duration::from_secs(1);
/// A debt is not carried for longer.
const LONGEST_DEBT: Duration = Duration::from_secs(2);
/// The longest time between two frames to a terminal that is slow to read.
const SLOWEST: Duration = Duration::from_secs(4);
/// By how much that time goes down with each frame that is taken at once.
const EASE: Duration = Duration::from_millis(50);

pub struct Budget {
    pace: Pace,
    /// Between two frames, longer the longer the terminal takes for one.
    interval: Duration,
    /// When the last frame was begun, or would have been.
    last: Option<At>,
    /// When all that was sent is paid for, and when a key may be answered again.
    paid: Option<At>,
    free: Option<At>,
    /// When a terminal that was not ready is asked again.
    again: Option<At>,
}

/// Why a picture is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// A key was pressed, and not all of the answer has been sent.
    Key,
    /// Something happened, or a part of the picture still waits.
    News,
    /// Time went on.
    Time,
}

impl Budget {
    pub fn new(pace: Pace) -> Budget {
        Budget { pace, interval: base(pace), last: None, paid: None, free: None, again: None }
    }

    /// When the next frame may go.
    pub fn next(&self, why: Why, now: At) -> At {
        self.again.map_or(self.turn(why, now), |again| again.max(self.turn(why, now)))
    }

    fn turn(&self, why: Why, now: At) -> At {
        let Some(last) = self.last else { return now };
        let regular = last + self.interval;
        match (self.pace, why) {
            (Pace::Pictures(_), Why::Key) => now,
            (Pace::Pictures(_), _) => regular,
            (Pace::Remote, Why::Key) => self.free.map_or(now, |free| At(0) + (free - At(0)).saturating_sub(OWED)),
            (Pace::Remote, Why::News) => regular.max(self.paid.unwrap_or(now)),
            (Pace::Remote, Why::Time) => (last + self.interval.max(QUIET)).max(self.paid.unwrap_or(now)),
        }
    }

    /// Bytes that a frame may have; none: as many as it takes. With what a key's answer has put on the line already it
    /// is one frame: the next key waits behind no more.
    pub fn limit(&self, now: At) -> Option<usize> {
        let on_the_line = self.free.map_or(0.0, |free| (free - now).as_secs_f64() * KEYS_RATE);
        (self.pace == Pace::Remote).then(|| FRAME.saturating_sub(on_the_line as usize))
    }

    /// A frame went, or there was nothing to send.
    pub fn sent(&mut self, bytes: usize, now: At) {
        (self.last, self.again) = (Some(now), None);
        let after = |until: Option<At>, rate: f64| {
            let until = until.map_or(now, |until| until.max(now)) + Duration::from_secs_f64(bytes as f64 / rate);
            Some(until.min(now + LONGEST_DEBT))
        };
        (self.paid, self.free) = (after(self.paid, RATE), after(self.free, KEYS_RATE));
    }

    /// The terminal was not ready for a frame; it is asked again after a while.
    pub fn missed(&mut self, now: At) {
        self.again = Some(now + base(self.pace) / 2);
    }

    /// The terminal took a frame in this time. One that has others wait is sent half as many, and a few more with each
    /// that goes well.
    pub fn took(&mut self, time: Duration) {
        let base = base(self.pace);
        self.interval = if time > base / 2 {
            (self.interval * 2).min(SLOWEST)
        } else {
            self.interval.saturating_sub(EASE).max(base)
        };
    }
}

fn base(pace: Pace) -> Duration {
    match pace {
        Pace::Pictures(a_second) => Duration::from_secs(1) / a_second.max(1),
        Pace::Remote => BUSY,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(now: At, ms: u64) -> At {
        now + Duration::from_millis(ms)
    }

    /// Sends frames of so many bytes as soon as they may go, for ten seconds; tells the bytes of the fullest second.
    fn fullest(budget: &mut Budget, frame: usize, why: Why) -> usize {
        let begin = At(7_000_000);
        let mut now = begin;
        let mut sent = Vec::new();
        while now < begin + Duration::from_secs(10) {
            budget.sent(frame, now);
            sent.push(now);
            now = budget.next(why, now).max(now);
        }
        let within = |from: &At| sent.iter().filter(|at| (*from..*from + Duration::from_secs(1)).contains(at)).count();
        sent.iter().map(within).max().unwrap_or(0) * frame
    }

    #[test]
    fn no_second_has_more_than_4_kb_whatever_the_frames() {
        for frame in [40, 300, 700, 1_000, 1_200] {
            let most = fullest(&mut Budget::new(Pace::Remote), frame, Why::News);
            assert!(most <= 4_000, "{most} bytes in a second by frames of {frame}");
        }
    }

    #[test]
    fn where_only_time_goes_on_there_is_a_frame_a_second() {
        assert_eq!(fullest(&mut Budget::new(Pace::Remote), 40, Why::Time), 40);
    }

    #[test]
    fn a_key_does_not_wait_for_its_turn_but_for_the_line() {
        let (mut budget, now) = (Budget::new(Pace::Remote), At(7_000_000));
        budget.sent(1_200, now);
        assert!(budget.next(Why::News, now) > after(now, 400));
        assert!(budget.next(Why::Key, now) <= after(now, 60));
        budget.sent(1_200, after(now, 60));
        assert!(budget.next(Why::Key, after(now, 60)) > after(now, 180), "a held key fills no line");
        assert_eq!(Budget::new(Pace::Pictures(10)).next(Why::Key, now), now);
    }

    /// Where keys are answered as fast as may be, of answers that are never whole.
    #[test]
    fn never_is_more_on_the_line_than_one_frame() {
        let (mut budget, mut now) = (Budget::new(Pace::Remote), At(7_000_000));
        let mut line: f64 = 0.0;
        for step in 0..200 {
            let limit = budget.limit(now).unwrap();
            assert!(limit >= FRAME / 3, "a band of a pane has room: {limit} bytes");
            line += limit as f64;
            assert!(line <= FRAME as f64 + 1.0, "{line} bytes on the line");
            budget.sent(limit, now);
            let next = budget.next(Why::Key, now).max(after(now, step % 3));
            line = (line - (next - now).as_secs_f64() * KEYS_RATE).max(0.0);
            now = next;
        }
    }

    #[test]
    fn a_terminal_that_is_not_ready_is_asked_again_after_a_while_and_not_at_once() {
        for (pace, while_ms) in [(Pace::Pictures(10), 50), (Pace::Remote, 125)] {
            let (mut budget, now) = (Budget::new(pace), At(7_000_000));
            budget.missed(now);
            assert_eq!(budget.next(Why::Key, now), after(now, while_ms));
        }
    }

    #[test]
    fn pictures_go_at_their_pace_and_whole() {
        let (mut budget, now) = (Budget::new(Pace::Pictures(10)), At(7_000_000));
        budget.sent(9_000, now);
        assert_eq!(budget.next(Why::News, now), after(now, 100));
        assert_eq!(budget.limit(now), None);
    }

    #[test]
    fn a_terminal_that_is_slow_gets_fewer_frames_and_more_again_when_it_recovers() {
        let (mut budget, now) = (Budget::new(Pace::Pictures(10)), At(7_000_000));
        budget.sent(1, now);
        let mut wait = |took: u64, times: u32| {
            (0..times).for_each(|_| budget.took(Duration::from_millis(took)));
            budget.next(Why::News, now) - now
        };
        assert_eq!(wait(400, 1), Duration::from_millis(200));
        assert_eq!(wait(400, 20), SLOWEST);
        assert_eq!(wait(1, 10), SLOWEST - 10 * EASE);
        assert_eq!(wait(1, 100), Duration::from_millis(100));
    }
}
