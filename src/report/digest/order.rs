//! The lists of a report in an order that the site alone decides: by depth and URL of their pages, and there by place.
//! Whose answer came first has no say in it. Knows no format.

use super::{Digest, Target};
use crate::event::{FragmentMissed, Unchecked};
use crate::followed::Unfollowed;
use crate::host::{RobotsRead, SitemapRead};
use crate::id::FetchId;
use crate::state::{Group, Host};
use crate::text::Untrusted;
use std::sync::Arc;

/// Pages with one content.
pub struct Twins<'a> {
    pub group: &'a Group,
    /// Of as many as are kept, the nearest to a start first.
    pub pages: Vec<FetchId>,
}

/// What is wrong, the nearest to a start first, then by URL.
pub(super) fn arrange(targets: &mut [Target]) {
    targets.sort_by(|a, b| (a.depth, &a.finding.url).cmp(&(b.depth, &b.finding.url)));
}

impl<'a> Digest<'a> {
    /// Links to parts that are not on their pages, each with the page that it stands on.
    pub fn missing(&self) -> Vec<&'a (FetchId, Arc<FragmentMissed>)> {
        let mut missing: Vec<_> = self.state.findings.fragments.iter().collect();
        missing.sort_by_key(|(page, missed)| (self.rank(*page), missed.line, missed.column));
        missing
    }

    /// Pages whose parts can't be looked for.
    pub fn unchecked(&self) -> Vec<&'a (FetchId, Unchecked, u64)> {
        let mut unchecked: Vec<_> = self.state.findings.unchecked.iter().collect();
        unchecked.sort_by_key(|(page, ..)| self.rank(*page));
        unchecked
    }

    /// Links that pages ask not to follow, and those that are no URLs.
    pub fn unfollowed(&self) -> Vec<&'a (FetchId, Unfollowed)> {
        let mut unfollowed: Vec<_> = self.state.findings.unfollowed.iter().collect();
        unfollowed.sort_by_key(|(page, link)| (self.rank(*page), link.line, link.column));
        unfollowed
    }

    pub fn duplicates(&self) -> Vec<Twins<'a>> {
        let twins = self.state.findings.duplicates.groups().map(|group| {
            let mut pages: Vec<_> = std::iter::once(group.first).chain(group.others.iter().copied()).collect();
            pages.sort_by_key(|&page| self.rank(page));
            Twins { group, pages }
        });
        let mut twins: Vec<_> = twins.collect();
        twins.sort_by_key(|twins| twins.pages.first().map(|&page| self.rank(page)));
        twins
    }

    /// By name, those that share a row last.
    pub fn hosts(&self) -> Vec<&'a Host> {
        let mut hosts: Vec<_> = self.state.hosts.iter().collect();
        hosts.sort_by_key(|host| (host.name.is_none(), host.name.as_ref()));
        hosts
    }

    pub fn robots(&self) -> Vec<&'a RobotsRead> {
        let mut robots: Vec<_> = self.state.notices.robots.kept.iter().map(|read| &**read).collect();
        robots.sort_by_key(|read| &read.origin);
        robots
    }

    pub fn sitemaps(&self) -> Vec<&'a SitemapRead> {
        let mut sitemaps: Vec<_> = self.state.notices.sitemaps.kept.iter().map(|read| &**read).collect();
        sitemaps.sort_by_key(|read| &read.url);
        sitemaps
    }

    /// Starts, and where each has led.
    pub fn widened(&self) -> Vec<&'a (Untrusted, Untrusted)> {
        let mut widened: Vec<_> = self.state.notices.widened.kept.iter().collect();
        widened.sort();
        widened
    }

    /// Limits that bit, and where.
    pub fn trapped(&self) -> Vec<&'a (Untrusted, Untrusted)> {
        let mut trapped: Vec<_> = self.state.notices.trapped.kept.iter().collect();
        trapped.sort();
        trapped
    }
}
