//! Why sitemaps that were found are not read. Reads none.

use serde::{Deserialize, Serialize};

/// Why a sitemap is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unread {
    /// No page that it lists would be fetched.
    MaxPages,
    /// As many pages were taken up of all sitemaps as are.
    Pages,
    /// As many sitemaps are read as are in one run.
    Sitemaps,
    /// It is in an index that another index led to.
    Nested,
    /// The run has ended before.
    Ended,
}

impl Unread {
    pub const ALL: [Unread; 5] = [Unread::MaxPages, Unread::Pages, Unread::Sitemaps, Unread::Nested, Unread::Ended];

    pub fn name(self) -> &'static str {
        ["max_pages", "pages", "sitemaps", "nested", "ended"][self as usize]
    }

    pub fn words(self) -> &'static str {
        match self {
            Unread::MaxPages => "--max-pages",
            Unread::Pages => "enough pages of sitemaps",
            Unread::Sitemaps => "enough sitemaps",
            Unread::Nested => "an index within an index",
            Unread::Ended => "the run ended",
        }
    }
}
