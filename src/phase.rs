//! The phases a request passes through, and when one fetch entered each. Knows nothing of why.

use crate::clock::At;
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;
use std::time::Duration;

/// What a request is doing. The order is the order of a fetch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    /// Waiting for a place: a slot, a worker, a lookup's turn. No limit but the run's counts here.
    Blocked,
    /// Asking for the addresses of the host.
    Dns,
    /// The TCP handshake.
    Connect,
    /// The TLS handshake.
    Tls,
    /// Writing the request.
    Send,
    /// From the last byte of the request to the first byte of the answer.
    Wait,
    /// From the first byte of the answer to its last.
    Body,
}

impl Phase {
    pub const ALL: [Phase; 7] =
        [Phase::Blocked, Phase::Dns, Phase::Connect, Phase::Tls, Phase::Send, Phase::Wait, Phase::Body];

    pub fn name(self) -> &'static str {
        ["blocked", "dns", "connect", "tls", "send", "wait", "body"][self as usize]
    }
}

/// One phase, and when it was entered. In the journal, where there are several to a fetch, they have no names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "(Phase, At)", into = "(Phase, At)")]
pub struct Mark {
    pub phase: Phase,
    pub at: At,
}

impl From<(Phase, At)> for Mark {
    fn from((phase, at): (Phase, At)) -> Mark {
        Mark { phase, at }
    }
}

impl From<Mark> for (Phase, At) {
    fn from(mark: Mark) -> (Phase, At) {
        (mark.phase, mark.at)
    }
}

/// The phases one fetch has passed, in order. A phase ends where the next begins.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Marks(SmallVec<[Mark; 4]>);

impl Marks {
    pub fn new() -> Marks {
        Marks::default()
    }

    pub fn enter(&mut self, phase: Phase, at: At) {
        self.0.push(Mark { phase, at });
    }

    /// Puts a phase before all others.
    pub fn precede(&mut self, phase: Phase, at: At) {
        self.0.insert(0, Mark { phase, at });
    }

    pub fn current(&self) -> Option<Mark> {
        self.0.last().copied()
    }

    pub fn iter(&self) -> impl Iterator<Item = Mark> + '_ {
        self.0.iter().copied()
    }

    /// Each phase with its beginning and end; the last one ends at `end`.
    pub fn spans(&self, end: At) -> impl Iterator<Item = (Phase, At, At)> + '_ {
        let ends = self.0.iter().skip(1).map(|next| next.at).chain([end]);
        self.0.iter().zip(ends).map(|(mark, end)| (mark.phase, mark.at, end))
    }

    /// The time in `phase` over all its visits; `None` where it was never entered.
    pub fn spent(&self, phase: Phase, end: At) -> Option<Duration> {
        self.spans(end).filter(|span| span.0 == phase).map(|(_, from, to)| to - from).reduce(|a, b| a + b)
    }

    /// The time in each phase, as [`Marks::spent`] tells it of one.
    pub fn all_spent(&self, end: At) -> [Option<Duration>; Phase::ALL.len()] {
        let mut all = [None; Phase::ALL.len()];
        for (phase, from, to) in self.spans(end) {
            *all[phase as usize].get_or_insert_default() += to - from;
        }
        all
    }

    /// The phase that took longest.
    pub fn slowest(&self, end: At) -> Option<(Phase, Duration)> {
        Phase::ALL
            .into_iter()
            .filter_map(|phase| Some((phase, self.spent(phase, end)?)))
            .max_by_key(|&(_, spent)| spent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phase_ends_where_the_next_begins_and_visits_add_up() {
        let mut marks = Marks::new();
        for (phase, at) in [(Phase::Dns, 0), (Phase::Connect, 5), (Phase::Send, 9), (Phase::Connect, 10)] {
            marks.enter(phase, At(at));
        }
        assert_eq!(marks.spent(Phase::Connect, At(13)), Some(Duration::from_micros(7)));
        assert_eq!(marks.spent(Phase::Tls, At(13)), None);
        assert_eq!(marks.slowest(At(13)), Some((Phase::Connect, Duration::from_micros(7))));
    }
}
