//! What the scope says of an address, in words. Knows no rule's value.

/// Whether an address belongs to the crawl.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ruling {
    Inside,
    /// It leads out. How many links it is from a start is not asked: it is looked at but not followed, if at all.
    Outside,
    Excluded(Reason),
}

/// Which rule keeps an address out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    Level,
    Parent,
    Include,
    Exclude,
}

impl Reason {
    pub const ALL: [Reason; 4] = [Reason::Level, Reason::Parent, Reason::Include, Reason::Exclude];

    /// Ends a line that begins with a URL or a count of them.
    pub fn words(self) -> &'static str {
        match self {
            Reason::Level => "deeper than --level",
            Reason::Parent => "above the start, by --no-parent",
            Reason::Include => "matched by no --include",
            Reason::Exclude => "matched by --exclude",
        }
    }
}
