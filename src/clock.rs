//! The time of a run, in microseconds since it began. The only place that reads the machine's clock.
//!
//! Time in which the program was stopped (Ctrl-Z) is no time of the run: `freeze` before stopping and `thaw` after
//! leave it out, so that neither ages nor deadlines count it.

use serde::{Deserialize, Serialize};
use std::ops::{Add, Sub};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A moment of the run: microseconds since it began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct At(pub u64);

impl At {
    /// How long ago `earlier` was; nothing if it is still to come.
    pub fn since(self, earlier: At) -> Duration {
        Duration::from_micros(self.0.saturating_sub(earlier.0))
    }
}

impl Add<Duration> for At {
    type Output = At;
    fn add(self, span: Duration) -> At {
        At(self.0.saturating_add(u64::try_from(span.as_micros()).unwrap_or(u64::MAX)))
    }
}

impl Sub for At {
    type Output = Duration;
    fn sub(self, earlier: At) -> Duration {
        self.since(earlier)
    }
}

const RUNNING: u64 = u64::MAX;
/// The end of the year 9999: no form of a date goes further.
const LAST_SECOND: u64 = 253_402_300_799;

/// Reads the time of the run. Clones share the same beginning and the same stops.
#[derive(Clone, Debug)]
pub struct Clock {
    /// On the clock of the machine, in microseconds.
    origin: u64,
    stops: Arc<Stops>,
}

#[derive(Debug)]
struct Stops {
    skipped: AtomicU64,
    frozen: AtomicU64,
}

impl Clock {
    /// A clock that begins now.
    pub fn start() -> Clock {
        let stops = Stops { skipped: AtomicU64::new(0), frozen: AtomicU64::new(RUNNING) };
        Clock { origin: monotonic_us(), stops: Arc::new(stops) }
    }

    pub fn now(&self) -> At {
        loop {
            let frozen = self.stops.frozen.load(SeqCst);
            if frozen != RUNNING {
                return At(frozen);
            }
            let skipped = self.stops.skipped.load(SeqCst);
            let elapsed = self.elapsed();
            // Whoever was stopped between these lines would count the time in which it stood.
            let went_on = self.stops.frozen.load(SeqCst) == RUNNING && self.stops.skipped.load(SeqCst) == skipped;
            if went_on {
                return At(elapsed.saturating_sub(skipped));
            }
        }
    }

    /// Holds the time still until `thaw`.
    pub fn freeze(&self) -> At {
        let now = self.now();
        self.stops.frozen.store(now.0, SeqCst);
        now
    }

    /// Whether the time stands still.
    pub fn stands(&self) -> bool {
        self.stops.frozen.load(SeqCst) != RUNNING
    }

    /// Lets the time go on from where it was frozen, and tells how long it stood.
    pub fn thaw(&self) -> Duration {
        match self.stops.frozen.load(SeqCst) {
            RUNNING => Duration::ZERO,
            frozen => self.go_on_from(At(frozen)),
        }
    }

    /// Lets the time go on from `at`, whether or not it has stood since, and tells how much of it is left out by that.
    pub fn go_on_from(&self, at: At) -> Duration {
        let skipped = self.elapsed().saturating_sub(at.0);
        let before = self.stops.skipped.swap(skipped, SeqCst);
        self.stops.frozen.store(RUNNING, SeqCst);
        Duration::from_micros(skipped.saturating_sub(before))
    }

    fn elapsed(&self) -> u64 {
        monotonic_us().saturating_sub(self.origin)
    }
}

/// The clock that `Instant` reads, too: each fetch reads it a dozen times, and needs no duration of it.
fn monotonic_us() -> u64 {
    let mut now = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    #[expect(unsafe_code, reason = "Instant costs twice as much, and rustix brings its own way into the kernel")]
    // SAFETY: it writes into `now` alone, and keeps no pointer.
    let read = unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC, &raw mut now) };
    debug_assert_eq!(read, 0, "every system has this clock");
    now.tv_sec as u64 * 1_000_000 + now.tv_nsec as u64 / 1000
}

/// Milliseconds since 1970, for the stamp of a run that says when it was, and for dates that others name.
pub fn wall_clock_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// Seconds since 1970; `None` before.
pub fn unix_seconds(moment: SystemTime) -> Option<u64> {
    moment.duration_since(UNIX_EPOCH).ok().map(|since| since.as_secs())
}

/// The moment so many seconds after the beginning of 1970; the last of the year 9999, where that is later.
pub fn moment(unix_seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(unix_seconds.min(LAST_SECOND))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Instant;

    #[test]
    fn a_frozen_clock_stands_and_goes_on_from_there() {
        let clock = Clock::start();
        let frozen = clock.freeze();
        let beginning = Instant::now();
        while beginning.elapsed() < Duration::from_millis(3) {
            std::hint::spin_loop();
        }
        assert_eq!(clock.now(), frozen);
        let stood = clock.thaw();
        assert!(stood >= Duration::from_millis(3), "stood {stood:?}");
        assert!(clock.now() >= frozen);
        let real = Duration::from_micros(clock.elapsed());
        assert!(Duration::from_micros(clock.now().0) + stood <= real + Duration::from_millis(3));
    }

    #[test]
    fn a_clock_goes_on_from_a_moment_whether_or_not_it_stood_since() {
        for stands in [false, true] {
            let clock = Clock::start();
            let moment = if stands { clock.freeze() } else { clock.now() };
            let beginning = Instant::now();
            while beginning.elapsed() < Duration::from_millis(3) {
                std::hint::spin_loop();
            }
            assert_eq!(clock.stands(), stands);
            let before = clock.elapsed();
            let stood = clock.go_on_from(moment);
            assert!(stood >= Duration::from_millis(3) && !clock.stands(), "stood {stood:?}");
            assert!(clock.now() - moment <= Duration::from_micros(clock.elapsed() - before), "it goes on from there");
        }
    }

    #[test]
    fn whoever_reads_the_time_while_it_is_stopped_and_goes_on_counts_none_of_the_stops() {
        let (clock, over) = (Clock::start(), Arc::new(AtomicU64::new(0)));
        let (read, end) = (clock.clone(), over.clone());
        let reader = std::thread::spawn(move || {
            let mut latest = At(0);
            while end.load(SeqCst) == 0 {
                latest = latest.max(read.now());
            }
            latest
        });
        for _ in 0..300 {
            clock.freeze();
            let beginning = Instant::now();
            while beginning.elapsed() < Duration::from_micros(100) {
                std::hint::spin_loop();
            }
            clock.thaw();
        }
        over.store(1, SeqCst);
        let latest = reader.join().unwrap();
        assert!(latest <= clock.now(), "{latest:?} was still to come");
    }

    #[test]
    fn thawing_a_running_clock_changes_nothing() {
        let clock = Clock::start();
        assert_eq!(clock.thaw(), Duration::ZERO);
    }
}
