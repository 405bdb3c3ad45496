//! A run in figures. Knows nothing of other runs.

use super::track::Track;
use crate::fetched::Outcome;
use crate::state::State;
use std::time::Duration;

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Figures {
    /// From the beginning of the run to its last result.
    pub last: Duration,
    /// The longest that one fetch took, without what it waited for its turn.
    pub longest: Duration,
    /// Results of each outcome, in the order of [`Outcome::ALL`].
    pub outcomes: [u64; Outcome::ALL.len()],
    /// Fetches that are under way.
    pub in_flight: u64,
    /// Fetches that got under way.
    pub fetches: u64,
    /// The most fetches that were under way at once.
    pub at_once: u64,
    /// The most fetches that followed each other in one place.
    pub in_a_row: u64,
    /// Fetches that the run allowed at once.
    pub cap: u32,
    /// Threads that fetch, or that step tasks.
    pub workers: u32,
    /// The longest that a result waited for its turn to be told.
    pub turn: Duration,
    pub steps: u64,
    pub body_bytes: u64,
    pub cpu: Option<Duration>,
    pub peak_bytes: Option<u64>,
    /// The most threads the process had.
    pub threads: Option<u32>,
}

impl Figures {
    pub fn of(state: &State, track: &Track) -> Figures {
        let (timing, tally, resources) = (&state.timing, &state.tally, &state.resources);
        Figures {
            last: timing.last_time(),
            longest: track.longest(),
            outcomes: Outcome::ALL.map(|outcome| tally.of(outcome)),
            in_flight: track.under_way(),
            fetches: track.fetches(),
            at_once: track.rows(),
            in_a_row: track.in_a_row(),
            cap: state.run.cap,
            workers: state.run.workers,
            turn: state.turns.longest,
            steps: tally.steps,
            body_bytes: tally.body_bytes,
            cpu: resources.last.cpu_us.map(Duration::from_micros),
            peak_bytes: resources.last.peak_kib.map(|kib| u64::from(kib) << 10),
            threads: resources.most_threads,
        }
    }

    /// Results of whatever outcome.
    pub fn results(&self) -> u64 {
        self.outcomes.iter().sum()
    }
}
