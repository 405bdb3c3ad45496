//! How much is told of a fetch, and of how many each step is told and kept. Knows no fetch.
//!
//! Of more than five hundred a second nobody reads the steps, and they would take as long as the fetches. Of the others
//! the start, the wait for an answer and the result are told; and all, from there on where one of them takes longer than
//! a read of its answer, or another way than most.

use crate::clock::At;

/// How much is told of a fetch; each tells what those before it do, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Detail {
    /// Its start and its end: for readers who would pass over what is between.
    Ends,
    /// Its result as it is set, and the callbacks which that schedules.
    Results,
    /// What it does, phase by phase, as long as there are not too many fetches.
    Followed,
    /// As that, and of each fetch the callbacks: for readers who wait for them.
    Callbacks,
    /// All of each fetch, however many there are.
    Whole,
    /// Each step of its task.
    Steps,
}

/// Fetches of which all is told, however soon they come.
const PLENTY: u64 = 500;
/// Microseconds until there is one more.
const ONE_MORE: u64 = 2_000;

/// Of how many fetches all is told by then.
pub fn told_by(at: At) -> u64 {
    PLENTY + at.0 / ONE_MORE
}
