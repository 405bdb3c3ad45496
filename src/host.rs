//! Facts about a host: what it asks of crawlers, how fast it is asked, what waits for it. Knows nothing of who keeps to
//! them.

use crate::clock::At;
use crate::event::{Hold, Unread};
use crate::text::Untrusted;
use serde::{Deserialize, Serialize};

/// How a host stood at one moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostSample {
    /// As in a URL: name, and port where it is not the scheme's own.
    pub host: Untrusted,
    /// Targets that are known and were not started, those that wait for a retry among them.
    pub waiting: u64,
    pub in_flight: u32,
    /// Fetches that it may have at once now.
    pub allowed: u32,
    /// Microseconds between two requests, 0 for none.
    pub delay_us: u64,
    /// Why nothing more is started there now.
    pub held: Option<Hold>,
    /// Until when, where that is known.
    pub until: Option<At>,
}

/// What holds the whole crawl back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limited {
    pub by: Hold,
    /// The host for which most waits.
    pub host: Option<Untrusted>,
    /// Fetches in flight there, of as many as there may be.
    pub busy: u32,
    pub allowed: u32,
    /// Targets that wait there.
    pub waiting: u64,
    pub until: Option<At>,
}

/// A host is asked faster or slower from now on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paced {
    pub host: Untrusted,
    pub allowed: u32,
    pub delay_us: u64,
    /// Words such as `429, Retry-After 3s` or `recovered`.
    pub why: Untrusted,
}

/// What a robots.txt came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RobotsRead {
    /// Scheme, host and port.
    pub origin: Untrusted,
    pub status: Option<u16>,
    /// Rules for this crawler.
    pub rules: u32,
    /// `Crawl-delay`, in microseconds.
    pub delay_us: Option<u64>,
    pub sitemaps: u32,
    /// What it means for the crawl, such as `nothing may be asked: it answered 503`.
    pub meaning: Untrusted,
}

/// What a sitemap came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SitemapRead {
    pub url: Untrusted,
    /// Pages that it lists, and those of them that were taken up, and not known, as it was read.
    pub pages: u32,
    pub new: u32,
    /// Other sitemaps that it lists.
    pub maps: u32,
    /// Why it was not read, or not to its end; `None` also where only what lies beyond a limit was left out.
    pub unread: Option<Unread>,
    /// The same in words, or what of it was not taken up.
    pub trouble: Option<Untrusted>,
}

/// The targets of a crawl. `found` is the sum of the others, at all times.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrontierCounts {
    pub found: u64,
    pub done: u64,
    pub in_flight: u64,
    pub waiting: u64,
    /// Kept out by robots.txt, or never to be fetched since a limit was reached.
    pub refused: u64,
    /// Links from a start to the deepest target that was started.
    pub depth: u32,
}
