//! Why sitemaps that were found are not read, or not to their end. Reads none.

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
    /// The run has ended before it was read, or to its end.
    Ended,
    /// robots.txt keeps it out.
    Robots,
    /// It is not there: 404 or 410.
    Missing,
    /// Any other status than of success.
    Refused,
    /// No answer came, or nothing of its content.
    Failed,
    /// What came is no sitemap.
    NoSitemap,
    /// It was cut short, or is broken: what stands before that is read.
    Cut,
    /// It has no content, or only white space.
    Empty,
    /// It is larger than the user allows: what stands before that is read.
    TooLarge,
}

impl Unread {
    pub const ALL: [Unread; 13] = [
        Unread::MaxPages,
        Unread::Pages,
        Unread::Sitemaps,
        Unread::Nested,
        Unread::Ended,
        Unread::Robots,
        Unread::Missing,
        Unread::Refused,
        Unread::Failed,
        Unread::NoSitemap,
        Unread::Cut,
        Unread::Empty,
        Unread::TooLarge,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Unread::MaxPages => "max_pages",
            Unread::Pages => "pages",
            Unread::Sitemaps => "sitemaps",
            Unread::Nested => "nested",
            Unread::Ended => "ended",
            Unread::Robots => "robots",
            Unread::Missing => "missing",
            Unread::Refused => "refused",
            Unread::Failed => "failed",
            Unread::NoSitemap => "no_sitemap",
            Unread::Cut => "cut",
            Unread::Empty => "empty",
            Unread::TooLarge => "too_large",
        }
    }

    pub fn words(self) -> &'static str {
        match self {
            Unread::MaxPages => "--max-pages",
            Unread::Pages => "enough pages of sitemaps",
            Unread::Sitemaps => "enough sitemaps",
            Unread::Nested => "an index within an index",
            Unread::Ended => "the run ended",
            Unread::Robots => "robots.txt",
            Unread::Missing => "not there",
            Unread::Refused => "refused",
            Unread::Failed => "failed",
            Unread::NoSitemap => "no sitemap",
            Unread::Cut => "not to the end",
            Unread::Empty => "empty",
            Unread::TooLarge => "--max-filesize",
        }
    }
}
