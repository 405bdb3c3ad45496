//! What holds a host or the whole crawl back, and the words for it. Holds nothing back itself.

use crate::failure::FailureKind;
use std::fmt;

/// Why a host is given more time than it is usually given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// 429 or 503.
    Status(u16),
    /// No connection, or no answer in time.
    Failure(FailureKind),
    /// It answers far later than it did.
    Slow,
}

impl Trouble {
    /// Whether who has it is there, and may answer another time.
    pub(super) fn is_unwilling(self) -> bool {
        matches!(self, Trouble::Status(_) | Trouble::Failure(FailureKind::Timeout))
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Trouble::Status(status) => write!(f, "{status}"),
            Trouble::Failure(kind) => f.write_str(kind.name()),
            Trouble::Slow => f.write_str("slow"),
        }
    }
}

/// What a start has to wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// As many fetches are in flight at the host as may be.
    HostCap,
    /// The rate over all hosts.
    Rate,
    /// The pause between two requests to a host that the user asked for.
    Wait,
    /// The pause that the host's robots.txt asks for.
    CrawlDelay,
    /// The pause that the host's answers make advisable.
    Backoff(Trouble),
    /// The host asked for so long a pause, or failed so often, that the end of the crawl does not wait for it.
    Parked(Trouble),
    /// The answers to starts: until then, what leads out is not checked, and what may be one page with one not asked.
    Starts,
    /// The answer to robots.txt.
    Robots,
    /// The time of a further attempt.
    Retry,
    /// Nothing waits: only what is in flight can find more.
    InFlight,
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = match self {
            Limit::HostCap => "host cap",
            Limit::Rate => "rate",
            Limit::Wait => "wait",
            Limit::CrawlDelay => "crawl-delay",
            Limit::Backoff(trouble) => return write!(f, "backoff after {trouble}"),
            Limit::Parked(trouble) => return write!(f, "parked after {trouble}"),
            Limit::Starts => "starts",
            Limit::Robots => "robots.txt",
            Limit::Retry => "retry",
            Limit::InFlight => "server",
        };
        f.write_str(words)
    }
}
