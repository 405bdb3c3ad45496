//! Where a target stands in a crawl: how deep, what it is fetched for, which page led there. Knows nothing of links.

use crate::id::FetchId;
use crate::text::Untrusted;
use serde::{Deserialize, Serialize};

/// What a fetch of a crawl is made for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Its links are followed.
    #[default]
    Page,
    /// It leads out of the scope: whether it is there is asked once, and no link of it followed (`--external`).
    Check,
    /// What a server wishes of crawlers (RFC 9309). It is no target, and no result.
    Robots,
    /// A list of pages. It is no target, and no result.
    Sitemap,
}

impl Role {
    pub const ALL: [Role; 4] = [Role::Page, Role::Check, Role::Robots, Role::Sitemap];

    pub fn name(self) -> &'static str {
        ["page", "check", "robots", "sitemap"][self as usize]
    }

    /// Whether what comes of it is a result, to be counted and told.
    pub fn is_result(self) -> bool {
        matches!(self, Role::Page | Role::Check)
    }
}

/// A target's place in a crawl.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    pub role: Role,
    /// Links from a start; a start has 0.
    pub depth: u32,
    /// The page that led there first; a start has none.
    pub source: Option<Source>,
}

/// A page that leads to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    pub id: FetchId,
    pub url: Untrusted,
}
