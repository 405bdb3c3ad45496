//! What a user, or a signal, may tell a run while it goes on. Knows nothing of who carries it out.

use crate::id::FetchId;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// A wish from the screen or from a signal. What became of it is told as an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Control {
    /// Start nothing new; what is in flight goes on.
    Pause,
    Resume,
    /// At most this many at once.
    Concurrency(u32),
    /// At most this many at once to one host, in a crawl.
    PerHost(u32),
    /// At most so many requests a second over all hosts; `None` for no limit.
    Rate(Option<Rate>),
    /// Ends one as cancelled: in flight, or waiting to be made again.
    Cancel(FetchId),
    /// One more attempt at one: in flight it is cut off first, waiting it waits no more, done it loses its result.
    Retry(FetchId),
    /// One more attempt at each target whose result is an error or a status that may pass.
    RetryFailed,
    /// Start nothing new, give what is in flight a moment, then let go of it.
    Drain(EndReason),
    /// Let go of everything now.
    Quit(EndReason),
}

/// So many requests in so long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rate {
    pub requests: u32,
    pub per: Duration,
}

impl Rate {
    pub fn a_second(self) -> f64 {
        f64::from(self.requests) / self.per.as_secs_f64().max(1e-9)
    }

    /// `300/s`, `2.5/s`, `30/m`.
    pub fn words(self) -> String {
        let a_second = self.a_second();
        let (number, unit) = if a_second < 0.995 { (a_second * 60.0, "m") } else { (a_second, "s") };
        let tenths = (number * 10.0).round() / 10.0;
        format!("{tenths}/{unit}")
    }
}

/// Why a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndReason {
    /// Every target was fetched.
    Finished,
    /// The first result was there, and no more was wanted (`FIRST_COMPLETED`).
    First,
    /// The first error was there (`FIRST_EXCEPTION`).
    FirstError,
    /// A line of the input list was no target.
    BadInput,
    /// The list could not be read to its end.
    UnreadableInput,
    /// `q`.
    Quit,
    /// The run's time was over.
    Deadline,
    /// As many pages were fetched as `--max-pages` allows, and there were more.
    MaxPages,
    /// All else was fetched, but hosts refused everything, gave no answer, or asked to be left alone for longer than the run waits.
    LeftAlone,
    /// Whoever read the results went away.
    ClosedPipe,
    /// A results file could not be written.
    Unwritable,
    Hangup,
    Interrupt,
    Terminate,
    /// An error of crawltop itself; only a recording can tell it.
    Panicked,
}

impl EndReason {
    /// Whether the run came to its own end.
    pub fn is_whole(self) -> bool {
        self == EndReason::Finished
    }

    /// Whether nothing has cut it short: it may go on from there.
    pub fn is_own(self) -> bool {
        matches!(self, EndReason::Finished | EndReason::MaxPages | EndReason::LeftAlone)
    }

    pub fn words(self) -> &'static str {
        match self {
            EndReason::Finished => "finished",
            EndReason::First => "ended at the first result",
            EndReason::FirstError => "ended at the first error",
            EndReason::BadInput => "ended at a bad line of the input",
            EndReason::UnreadableInput => "ended as the input could not be read",
            EndReason::Quit => "stopped by q",
            EndReason::Deadline => "stopped at the deadline",
            EndReason::MaxPages => "ended at --max-pages",
            EndReason::LeftAlone => "ended without hosts that refuse or give no answer",
            EndReason::ClosedPipe => "stopped as the output was closed",
            EndReason::Unwritable => "stopped as the output could not be written",
            EndReason::Hangup => "stopped by a hang-up",
            EndReason::Interrupt => "stopped by an interrupt",
            EndReason::Terminate => "stopped by a terminate signal",
            EndReason::Panicked => "stopped by a panic of crawltop",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_told_by_the_second_and_a_slow_one_by_the_minute() {
        let rate = |requests, ms| Rate { requests, per: Duration::from_millis(ms) }.words();
        let told = [rate(300, 1000), rate(1, 400), rate(1, 2), rate(30, 60_000), rate(60, 60_000), rate(1, 60_000)];
        assert_eq!(told, ["300/s", "2.5/s", "500/s", "30/m", "1/s", "1/m"]);
    }
}
