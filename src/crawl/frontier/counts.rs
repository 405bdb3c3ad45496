//! How many URLs there are of each state, exactly. Counts nothing itself.

/// found = done + in flight + waiting + refused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// URLs that were found and kept, each once.
    pub found: u64,
    pub done: u64,
    pub in_flight: u64,
    /// In line, or until a further attempt is made.
    pub waiting: u64,
    pub refused: Refused,
    /// Requests for robots.txt in flight; they are not among the found.
    pub asking: u64,
    /// Links that were not kept since all was full: one URL may be among them more than once.
    pub turned_away: u64,
    /// Of what was started, the farthest from a start.
    pub depth: u32,
}

/// URLs for which no fetch is made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Refused {
    /// By robots.txt.
    pub kept: u64,
    /// Since their host is parked.
    pub parked: u64,
    /// Of those, with 429, with 503, or with connections and no answers.
    pub unwilling: u64,
    /// By `cancel` while they waited, or by `refuse`.
    pub told: u64,
    /// Found, but not among the pages that may be fetched.
    pub over: u64,
}

impl Refused {
    pub fn all(self) -> u64 {
        self.kept + self.parked + self.told + self.over
    }
}

impl Counts {
    pub fn add_up(&self) -> bool {
        self.found == self.done + self.in_flight + self.waiting + self.refused.all()
    }
}
