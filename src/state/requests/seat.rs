//! The seat of a request: taken, or left by one that may be seen there for a moment.

use crate::clock::At;
use crate::fetched::Fetched;
use std::sync::Arc;
use std::time::Duration;

/// How long a request that has ended is seen.
const LINGER: Duration = Duration::from_secs(1);

/// What has ended, and still stands on its seat.
#[derive(Clone, Debug, PartialEq)]
pub struct Left {
    pub at: At,
    pub fetched: Arc<Fetched>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Seat {
    Taken,
    Left(Left),
    Empty,
}

impl Seat {
    /// What has ended on it less than a moment before `now`.
    pub fn left(&self, now: At) -> Option<&Left> {
        match self {
            Seat::Left(left) => Some(left).filter(|left| now - left.at < LINGER),
            Seat::Taken | Seat::Empty => None,
        }
    }
}
