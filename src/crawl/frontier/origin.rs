//! An origin: the gate of its robots.txt, and what waits behind it. Fetches nothing.

use super::lanes::Lanes;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// Names an origin (scheme, host and port) of one frontier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OriginId(pub u32);

/// What a robots.txt says, as far as the frontier asks.
pub trait Rules: Send + Sync {
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
const UNASKED: u32 = u32::MAX;
const ASKING: u32 = u32::MAX - 1;
const OPEN: u32 = u32::MAX - 2;

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
    pub host: u32,
    /// A [`Gate`], in as little room as it takes.
    gate: u32,
    pub lanes: Lanes,
    /// Pages that wait for their first attempt.
    pub fresh: u32,
    /// Further attempts, and what is only checked.
    pub rest: u32,
    /// Its robots.txt is there.
    pub robots_txt: bool,
}

impl Origin {
    pub fn new(text: u32, host: u32, gate: Gate) -> Origin {
        let mut origin = Origin { text, host, gate: 0, lanes: Lanes::default(), fresh: 0, rest: 0, robots_txt: false };
        origin.set_gate(gate);
        origin
    }

    pub fn gate(&self) -> Gate {
        match self.gate {
            UNASKED => Gate::Unasked,
            ASKING => Gate::Asking,
            OPEN => Gate::Open,
            ruled => Gate::Ruled(ruled),
        }
    }

    pub fn set_gate(&mut self, gate: Gate) {
        self.gate = match gate {
            Gate::Unasked => UNASKED,
            Gate::Asking => ASKING,
            Gate::Open => OPEN,
            Gate::Ruled(number) => number,
        };
    }

    pub fn is_asking(&self) -> bool {
        self.gate == ASKING
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crawl::frontier::host::Host;

    #[test]
    fn of_a_million_hosts_each_takes_little() {
        assert_eq!((size_of::<Host>(), size_of::<Origin>(), size_of::<Lanes>()), (32, 40, 16));
    }
}
