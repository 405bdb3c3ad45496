//! Redirects as chains: each from the first URL to where it ends, or to where it comes back. Knows nothing of links.

use super::depths::Depths;
use crate::failure::FailureKind;
use crate::fetched::Nowhere;
use crate::state::{Finding, State, Verdict};
use crate::text::Untrusted;
use std::collections::{HashMap, HashSet};

/// Redirects of one chain that are told.
const HOPS: usize = 32;

/// A way from a URL to another.
#[derive(Clone, Debug, PartialEq)]
pub struct Chain<'a> {
    pub hops: Vec<Hop<'a>>,
    /// Where the last hop leads.
    pub to: Option<&'a Untrusted>,
    pub end: End,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hop<'a> {
    pub status: u16,
    pub url: &'a Untrusted,
}

impl<'a> Hop<'a> {
    fn of(redirect: &'a Finding) -> Hop<'a> {
        Hop { status: redirect.status.unwrap_or(0), url: &redirect.url }
    }
}

/// What is at the end of a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    Status(u16),
    Failure(FailureKind),
    /// It comes back to one of its own hops, and never ends.
    Loop,
    /// There are more hops than are told.
    Long,
    /// The last hop names no other place.
    Nowhere,
    /// It was not asked for.
    Unknown,
}

impl Chain<'_> {
    /// Whether all of its hops are for good, so that links to its beginning can be changed.
    pub fn is_permanent(&self) -> bool {
        self.hops.iter().all(|hop| matches!(hop.status, 301 | 308))
    }

    /// Whether whoever follows it comes to a page, as far as that is known.
    pub fn is_sound(&self) -> bool {
        match self.end {
            End::Status(status) => status < 400,
            End::Unknown => true,
            End::Failure(_) | End::Loop | End::Long | End::Nowhere => false,
        }
    }
}

/// The redirects by the URL that they are at.
pub(super) struct Redirects<'a> {
    all: Vec<&'a Finding>,
    /// Those that name no other place: chains end there.
    dead: Vec<&'a Finding>,
    by_url: HashMap<&'a Untrusted, &'a Finding>,
}

impl<'a> Redirects<'a> {
    pub(super) fn of(state: &'a State) -> Redirects<'a> {
        let redirects = state.findings.kept(Verdict::Redirect).iter();
        let (dead, all): (Vec<_>, Vec<_>) = redirects.partition(|it| it.nowhere == Some(Nowhere::NoLocation));
        let failed = state.findings.kept(Verdict::Failed).iter();
        let all: Vec<_> = all.into_iter().chain(failed.filter(|finding| is_endless(finding))).collect();
        let by_url = all.iter().map(|&redirect| (&redirect.url, redirect)).collect();
        Redirects { all, dead, by_url }
    }

    /// The redirect with which a chain turned out to come to no end, if this one is of such a chain: which of them that was,
    /// is by chance.
    pub(super) fn endless(&self, redirect: &'a Finding) -> Option<&'a Finding> {
        self.walk(redirect).0.into_iter().find(|hop| is_endless(hop))
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &'a Finding> {
        self.all.iter().copied()
    }

    /// The URL behind a redirect and those that follow it, where there is an end.
    pub(super) fn end(&self, redirect: &'a Finding) -> Option<&'a Untrusted> {
        let (_, to, end) = self.walk(redirect);
        to.filter(|_| end == End::Unknown)
    }

    fn walk(&self, first: &'a Finding) -> (Vec<&'a Finding>, Option<&'a Untrusted>, End) {
        let mut hops = vec![first];
        loop {
            let Some(to) = hops[hops.len() - 1].leads_to.as_ref() else { return (hops, None, End::Nowhere) };
            let Some(&next) = self.by_url.get(to) else { return (hops, Some(to), End::Unknown) };
            if hops.iter().any(|hop| hop.id == next.id) {
                return (hops, Some(to), End::Loop);
            }
            if hops.len() == HOPS {
                return (hops, Some(to), End::Long);
            }
            hops.push(next);
        }
    }

    /// Those that begin where no other leads, and the ones that only lead to each other; what does not end first, then
    /// what ends badly, then the longest.
    pub(super) fn chains(&self, state: &'a State, depths: &Depths) -> Vec<Chain<'a>> {
        let led_to: HashSet<&Untrusted> = self.all.iter().filter_map(|redirect| redirect.leads_to.as_ref()).collect();
        let (mut all, mut dead) = (self.all.clone(), self.dead.clone());
        for found in [&mut all, &mut dead] {
            // Whichever was answered first.
            found.sort_by_cached_key(|redirect| (depths.finding(redirect, std::iter::empty()), &redirect.url));
        }
        let (heads, others): (Vec<_>, Vec<_>) = all.into_iter().partition(|redirect| !led_to.contains(&redirect.url));
        let (mut told, mut chains) = (HashSet::new(), Vec::new());
        for (first, is_head) in heads.into_iter().map(|it| (it, true)).chain(others.into_iter().map(|it| (it, false))) {
            if !is_head && told.contains(&first.id) {
                continue;
            }
            let (hops, to, end) = self.walk(first);
            told.extend(hops.iter().map(|hop| hop.id));
            let fails = end != End::Loop && hops.iter().any(|hop| is_endless(hop));
            let end = if fails { End::Failure(FailureKind::TooManyRedirects) } else { end };
            chains.push(Chain { hops: hops.into_iter().map(Hop::of).collect(), to, end });
        }
        let alone = dead.iter().filter(|redirect| !led_to.contains(&redirect.url));
        chains.extend(alone.map(|&it| Chain { hops: vec![Hop::of(it)], to: None, end: End::Nowhere }));
        look_up_ends(state, &mut chains);
        chains.sort_by_key(|chain| (chain.is_sound(), chain.end != End::Loop, std::cmp::Reverse(chain.hops.len())));
        chains
    }
}

/// Whether it is a redirect of a chain that comes to no end, and the one that is told so.
pub(super) fn is_endless(finding: &Finding) -> bool {
    let kind = finding.failure.as_ref().map(|failure| failure.kind);
    kind == Some(FailureKind::TooManyRedirects) && finding.leads_to.is_some()
}

/// What is known of the places that the chains lead to.
fn look_up_ends(state: &State, chains: &mut [Chain]) {
    let wanted: HashSet<Untrusted> = chains.iter().filter_map(|chain| chain.to.cloned()).collect();
    let kinds = [Verdict::Failed, Verdict::Blocked];
    let findings = kinds.iter().flat_map(|&kind| state.findings.kept(kind));
    let failures = findings.filter_map(|finding| Some((&finding.url, finding.failure.as_ref()?.kind)));
    let failures: HashMap<_, _> = failures.filter(|(url, _)| wanted.contains(*url)).collect();
    let broken = state.findings.kept(Verdict::Broken).iter();
    let nowhere: HashSet<_> = broken.filter(|finding| finding.nowhere.is_some()).map(|finding| &finding.url).collect();
    let statuses = state.pages.statuses(&wanted);
    for chain in chains.iter_mut().filter(|chain| chain.end == End::Unknown) {
        let Some(to) = chain.to else { continue };
        if let Some(&kind) = failures.get(to) {
            chain.end = End::Failure(kind);
        } else if let Some(&status) = statuses.get(to) {
            chain.end = End::Status(status);
        } else if nowhere.contains(to) {
            chain.end = End::Nowhere;
        }
    }
}
