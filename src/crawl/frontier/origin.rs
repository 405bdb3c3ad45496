//! An origin: the gate of its robots.txt, and what waits behind it. Fetches nothing.

use super::queues::Queue;
use std::any::Any;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// Names an origin (scheme, host and port) of one frontier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OriginId(pub u32);

/// What a robots.txt says, as far as the frontier asks.
pub trait Rules: Any + Send + Sync {
    /// The line, and the rule in it, that keeps `path` (with its query) out; `None` where it may be fetched.
    fn against(&self, path: &str) -> Option<(u32, &str)>;

    /// The pause that it asks for between two requests.
    fn delay(&self) -> Option<Duration>;
}

/// How far an origin's robots.txt is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Gate {
    Unasked,
    Asking,
    /// By the rules of this number.
    Ruled(u32),
    /// robots.txt is not regarded.
    Open,
}

/// Gates that no number of rules is taken for: there are fewer of those than of URLs.
const UNASKED: u32 = GATE;
const ASKING: u32 = GATE - 1;
const OPEN: u32 = GATE - 2;
const GATE: u32 = u32::MAX >> 1;
/// Beside the gate: the robots.txt is there.
const ROBOTS_TXT: u32 = !GATE;

/// The rules of an origin: a pointer to them takes two words, for which not every origin has room.
pub(super) struct Sheet(pub Arc<dyn Rules>);

impl fmt::Debug for Sheet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sheet")
    }
}

#[derive(Debug)]
pub(super) struct Origin {
    /// The number of its text.
    pub text: u32,
    /// A [`Gate`], in as little room as it takes.
    gate: u32,
    pub queue: Queue,
}

impl Origin {
    pub fn new(text: u32, gate: Gate) -> Origin {
        let mut origin = Origin { text, gate: 0, queue: Queue::EMPTY };
        origin.set_gate(gate);
        origin
    }

    pub fn gate(&self) -> Gate {
        match self.gate & GATE {
            UNASKED => Gate::Unasked,
            ASKING => Gate::Asking,
            OPEN => Gate::Open,
            ruled => Gate::Ruled(ruled),
        }
    }

    pub fn set_gate(&mut self, gate: Gate) {
        let gate = match gate {
            Gate::Unasked => UNASKED,
            Gate::Asking => ASKING,
            Gate::Open => OPEN,
            Gate::Ruled(number) => number,
        };
        self.gate = self.gate & ROBOTS_TXT | gate & GATE;
    }

    pub fn is_asking(&self) -> bool {
        self.gate & GATE == ASKING
    }

    /// Its robots.txt is there.
    pub fn note_robots_txt(&mut self) {
        self.gate |= ROBOTS_TXT;
    }

    pub fn has_robots_txt(&self) -> bool {
        self.gate & ROBOTS_TXT != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crawl::frontier::lanes::Lanes;

    #[test]
    fn of_a_million_origins_each_takes_little() {
        assert_eq!((size_of::<Origin>(), size_of::<Lanes>()), (12, 16));
        for gate in [Gate::Unasked, Gate::Asking, Gate::Open, Gate::Ruled(7)] {
            let mut origin = Origin::new(1, gate);
            assert!(!origin.has_robots_txt());
            origin.note_robots_txt();
            assert_eq!(format!("{:?}", origin.gate()), format!("{gate:?}"));
            origin.set_gate(Gate::Open);
            assert!(origin.has_robots_txt() && matches!(origin.gate(), Gate::Open));
        }
    }
}
