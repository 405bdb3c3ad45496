//! What a trap is called, and its words for the user. Knows nothing of how it is found.

use crate::text::Untrusted;

use super::*;

/// The columns of a pattern in a message.
const SHOWN: usize = 80;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TrapKind {
    UrlLength,
    PathDepth,
    RepeatedSegments,
    QueryPairs,
    Sessions,
    Months,
    Calendar,
    QueryPattern,
    PathQueries,
    PathPattern,
}

/// A URL that is not fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trap {
    pub kind: TrapKind,
    /// Where this trap bites for the first time: the pattern, or the URL for one of its shape. The next ones are only
    /// to be counted.
    pub pattern: Option<Untrusted>,
}

impl Trap {
    /// Words for the user, where it is the first of its kind: `over 5000 pages of one query: http://a.example/?page=*`.
    /// Where one URL alone shows the trap, it has no pattern beside that.
    pub fn told(&self) -> Option<String> {
        let pattern = self.pattern.as_ref()?;
        let words = self.kind.words();
        Some(if self.kind.is_shape() { words } else { format!("{words}: {}", pattern.display_middle(SHOWN)) })
    }
}

impl TrapKind {
    pub const ALL: [TrapKind; 10] = [
        TrapKind::UrlLength,
        TrapKind::PathDepth,
        TrapKind::RepeatedSegments,
        TrapKind::QueryPairs,
        TrapKind::Sessions,
        TrapKind::Months,
        TrapKind::Calendar,
        TrapKind::QueryPattern,
        TrapKind::PathQueries,
        TrapKind::PathPattern,
    ];

    /// What is let through at most.
    pub fn limit(self) -> u64 {
        match self {
            TrapKind::UrlLength => URL_BYTES as u64,
            TrapKind::PathDepth => SEGMENTS as u64,
            TrapKind::RepeatedSegments => SAME_SEGMENT as u64,
            TrapKind::QueryPairs => QUERY_PAIRS as u64,
            TrapKind::Sessions => SESSIONS.into(),
            TrapKind::Months => MONTHS.into(),
            TrapKind::Calendar => CALENDAR_PAGES.into(),
            TrapKind::QueryPattern => QUERY_PAGES.into(),
            TrapKind::PathQueries => PATH_QUERIES.into(),
            TrapKind::PathPattern => PATH_PAGES.into(),
        }
    }

    /// The limit in words, without the pattern.
    pub fn words(self) -> String {
        let limit = self.limit();
        match self {
            TrapKind::UrlLength => format!("URL over {limit} bytes"),
            TrapKind::PathDepth => format!("path over {limit} segments"),
            TrapKind::RepeatedSegments => format!("path repeats itself over {limit} times"),
            TrapKind::QueryPairs => format!("query over {limit} names"),
            TrapKind::Sessions => format!("over {limit} session ids for one page"),
            TrapKind::Months => format!("over {limit} months of one calendar"),
            TrapKind::Calendar => format!("over {limit} dates of one query"),
            TrapKind::QueryPattern => format!("over {limit} pages of one query"),
            TrapKind::PathQueries => format!("over {limit} queries of one path"),
            TrapKind::PathPattern => format!("over {limit} pages of one path"),
        }
    }

    /// Whether one URL alone shows it.
    pub fn is_shape(self) -> bool {
        self <= TrapKind::QueryPairs
    }
}
