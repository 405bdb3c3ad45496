//! From the words about retries to their rule.

use super::Usage;
use crate::cli::RetryArgs;
use crate::engine::{LONGEST_RETRY_DELAY, Retry};
use std::time::Duration;

const MOST: u32 = 2;
const DELAY: Duration = Duration::from_secs(1);

pub(super) fn retry(args: RetryArgs) -> Result<Retry, Usage> {
    let delay = args.retry_delay.unwrap_or(DELAY);
    if delay > LONGEST_RETRY_DELAY {
        return Err(Usage::new("--retry-delay is longer than a minute", "give 60s or less; without it, it is 1s"));
    }
    Ok(Retry { most: args.retry.unwrap_or(MOST), delay })
}
