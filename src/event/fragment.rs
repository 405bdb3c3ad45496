//! What becomes of links to parts of pages: the part is not there, or it is not known whether it is. Reads no page.

use crate::id::FetchId;
use crate::text::Untrusted;
use serde::{Deserialize, Serialize};

/// A link to a part of a page that is not there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FragmentMissed {
    /// The page, behind the redirects that lead there.
    pub to: FetchId,
    pub fragment: Untrusted,
    pub line: u32,
    pub column: u32,
    /// What the link says, where that is a redirect to the page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub via: Option<FetchId>,
}

/// Why it is not known whether a page has the part that a link names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unchecked {
    /// It leads out, and was asked by HEAD before a link to a part of it was found.
    Head,
    /// It has no ids that are read.
    NotHtml,
    /// It has more ids than are kept, or the run has.
    TooMany,
    /// It redirects to where the crawl does not go.
    Outside,
    /// The run has ended before it was asked for.
    NotAsked,
}

impl Unchecked {
    pub const ALL: [Unchecked; 5] =
        [Unchecked::Head, Unchecked::NotHtml, Unchecked::TooMany, Unchecked::Outside, Unchecked::NotAsked];

    pub fn name(self) -> &'static str {
        ["head", "not_html", "too_many", "outside", "not_asked"][self as usize]
    }

    /// Behind the page.
    pub fn words(self) -> &'static str {
        match self {
            Unchecked::Head => "was asked by HEAD before a part of it was linked",
            Unchecked::NotHtml => "is not HTML",
            Unchecked::TooMany => "has more ids than are kept",
            Unchecked::Outside => "redirects to where the crawl does not go",
            Unchecked::NotAsked => "was not asked for",
        }
    }
}
