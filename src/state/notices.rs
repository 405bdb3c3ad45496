//! What is told about a crawl beside its pages: what servers wish, which sitemaps there were, what the scope took in,
//! which limits bit. Knows nothing of results.

use crate::event::Unread;
use crate::host::{RobotsRead, SitemapRead};
use crate::text::Untrusted;
use std::sync::Arc;

/// Notices that are kept of each kind; what comes later is counted only.
const KEPT: usize = 1000;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Notices {
    pub robots: Few<Arc<RobotsRead>>,
    pub sitemaps: Few<Arc<SitemapRead>>,
    /// Those of them that were read to their end.
    pub sitemaps_read: u64,
    /// Sitemaps that were found and not read, or not to their end, by why; those of them that were asked for are also among
    /// `sitemaps`.
    pub unread: [u64; Unread::ALL.len()],
    /// A start, and where it led.
    pub widened: Few<(Untrusted, Untrusted)>,
    /// The words of a limit against endless sites, and the first link that it kept out.
    pub trapped: Few<(Untrusted, Untrusted)>,
}

impl Notices {
    pub(super) fn sitemap(&mut self, sitemap: &Arc<SitemapRead>) {
        if let Some(why) = sitemap.unread {
            self.unread[why as usize] += 1;
        } else {
            self.sitemaps_read += 1;
        }
        self.sitemaps.push(sitemap.clone());
    }
}

/// The first of many, and how many there are.
#[derive(Clone, Debug, PartialEq)]
pub struct Few<T> {
    pub kept: Vec<T>,
    pub count: u64,
}

impl<T> Default for Few<T> {
    fn default() -> Few<T> {
        Few { kept: Vec::new(), count: 0 }
    }
}

impl<T> Few<T> {
    pub(super) fn push(&mut self, one: T) {
        self.count += 1;
        if self.kept.len() < KEPT {
            self.kept.push(one);
        }
    }
}
