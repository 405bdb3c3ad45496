//! The words about attempts that are made again.

use clap::Args;
use std::ffi::OsString;
use std::time::Duration;

#[derive(Clone, Copy, Debug, Default, Args)]
#[command(next_help_heading = "Fetching")]
pub struct RetryArgs {
    /// Attempts after one that failed before its answer, or met 408, 429, 500, 502, 503 or 504; a Retry-After of up to
    /// 60s is waited for [default: 2; demo: 1, race: 0]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(..=1000), env = "CRAWLTOP_RETRY")]
    pub retry: Option<u32>,
    /// Before the first retry, and twice as long before each further one, give or take a quarter; 60s at most
    /// [default: 1s, demo: 500ms]
    #[arg(long, value_name = "DUR", value_parser = super::duration, env = "CRAWLTOP_RETRY_DELAY")]
    pub retry_delay: Option<Duration>,
}

impl RetryArgs {
    /// The same words, where none is given but an own default.
    pub fn or_never(mut self) -> RetryArgs {
        self.retry.get_or_insert(0);
        self
    }

    pub(super) fn words(self) -> impl Iterator<Item = OsString> {
        let retry = self.retry.map(|count| format!("--retry={count}"));
        let delay = self.retry_delay.map(|span| format!("--retry-delay={}", super::race::seconds(span)));
        retry.into_iter().chain(delay).map(OsString::from)
    }
}
