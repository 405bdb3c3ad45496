//! What a crawl has found: what is broken, kept out or failed, what leads on, what is slow, large or there twice. The
//! numbers are whole; of each kind so many are kept. Knows nothing of where links stand.

mod duplicates;
mod top;
mod verdict;

pub use duplicates::{Duplicates, Group};
pub use top::Top;
pub use verdict::Verdict;

use crate::event::{FragmentMissed, Unchecked};
use crate::failure::Failure;
use crate::fetched::{Fetched, Nowhere};
use crate::followed::{Unfollowed, Why};
use crate::id::{ByFetch, FetchId};
use crate::phase::Phase;
use crate::place::{Place, Role};
use crate::text::Untrusted;
use std::sync::Arc;

/// Findings that are kept of each verdict; what comes later is counted only.
pub const KEPT: usize = 100_000;
/// Links that are kept of those that pages ask not to follow, and of those that are no URLs.
const UNFOLLOWED: usize = 10_000;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Findings {
    counts: [u64; Verdict::ALL.len()],
    /// Of the redirects, those that name no other place: links to them are broken.
    dead: u64,
    kept: [Vec<Finding>; Verdict::ALL.len()],
    /// Links to a part of a page that is not there, by the page that they stand on.
    pub fragments: Vec<(FetchId, Arc<FragmentMissed>)>,
    /// All of them.
    pub fragments_missed: u64,
    /// Links to parts of pages that can't be looked for, by the page that they lead to, if that was asked for.
    pub unchecked: Vec<(FetchId, Unchecked, u64)>,
    /// All of them, by why.
    pub fragments_unchecked: [u64; Unchecked::ALL.len()],
    /// Where each page stands among them.
    unchecked_at: ByFetch<usize>,
    /// Links that pages ask not to follow, and those that are no URLs, by the page that they stand on; as many as are kept.
    pub unfollowed: Vec<(FetchId, Unfollowed)>,
    /// Those of them that are no URLs.
    malformed: usize,
    /// By how long they took, whatever came of it, the waiting for a place left out.
    pub slowest: Top,
    /// By their content, decoded.
    pub largest: Top,
    pub duplicates: Duplicates,
}

/// A result that is worth a line.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    pub id: FetchId,
    pub url: Untrusted,
    pub status: Option<u16>,
    pub failure: Option<Failure>,
    pub place: Option<Arc<Place>>,
    /// Where a redirect leads.
    pub leads_to: Option<Untrusted>,
    /// Why it leads nowhere.
    pub nowhere: Option<Nowhere>,
}

impl Finding {
    fn of(id: FetchId, fetched: &Fetched) -> Finding {
        Finding {
            id,
            url: fetched.url.clone(),
            status: fetched.status,
            failure: fetched.failure.clone(),
            place: fetched.place.clone(),
            leads_to: fetched.final_url.clone(),
            nowhere: fetched.nowhere,
        }
    }
}

impl Findings {
    pub(super) fn count(&mut self, id: FetchId, fetched: &Arc<Fetched>) {
        let verdict = Verdict::of(fetched);
        self.counts[verdict as usize] += 1;
        self.keep(verdict, id, fetched);
        if is_dead(fetched) {
            self.dead += 1;
            self.keep(Verdict::Broken, id, fetched);
        }
        // What is only checked is no page of the site, nor came with its content.
        if fetched.role() == Role::Check {
            return;
        }
        if was_served(verdict, fetched) && self.slowest.takes(micros(fetched.total())) {
            let blocked = fetched.spent(Phase::Blocked).unwrap_or_default();
            self.slowest.offer(micros(fetched.total().saturating_sub(blocked)), id, fetched);
        }
        if verdict != Verdict::Ok {
            return;
        }
        self.largest.offer(fetched.body_bytes, id, fetched);
        if let Some(digest) = fetched.digest {
            self.duplicates.count(id, digest, fetched);
        }
    }

    fn keep(&mut self, verdict: Verdict, id: FetchId, fetched: &Fetched) {
        let kept = &mut self.kept[verdict as usize];
        if verdict.is_kept() && kept.len() < KEPT {
            kept.push(Finding::of(id, fetched));
        }
    }

    /// A result does not stand any more. What it had pushed out of the slowest and the largest does not come back.
    pub(super) fn take_back(&mut self, id: FetchId, fetched: &Fetched) {
        let verdict = Verdict::of(fetched);
        let count = &mut self.counts[verdict as usize];
        *count = count.saturating_sub(1);
        self.forget(verdict, id);
        if is_dead(fetched) {
            self.dead = self.dead.saturating_sub(1);
            self.forget(Verdict::Broken, id);
        }
        self.slowest.take_back(id);
        if verdict != Verdict::Ok {
            return;
        }
        self.largest.take_back(id);
        if let Some(digest) = fetched.digest {
            self.duplicates.take_back(id, digest);
        }
        let before = self.fragments.len();
        self.fragments.retain(|(page, _)| *page != id);
        self.fragments_missed -= (before - self.fragments.len()) as u64;
        self.unfollowed.retain(|(page, _)| *page != id);
        self.malformed = self.unfollowed.iter().filter(|(_, link)| link.why == Why::Malformed).count();
    }

    fn forget(&mut self, verdict: Verdict, id: FetchId) {
        let kept = &mut self.kept[verdict as usize];
        // Whoever wants many again begins with the last ones.
        if let Some(place) = kept.iter().rposition(|finding| finding.id == id) {
            kept.remove(place);
        }
    }

    pub(super) fn miss_fragment(&mut self, page: FetchId, missed: &Arc<FragmentMissed>) {
        self.fragments_missed += 1;
        if self.fragments.len() < KEPT {
            self.fragments.push((page, missed.clone()));
        }
    }

    /// So many links more lead to parts of a page that can't be looked for.
    pub(super) fn leave_unchecked(&mut self, page: FetchId, links: u32, why: Unchecked) {
        let links = u64::from(links);
        self.fragments_unchecked[why as usize] += links;
        // Of what was not asked for, no URL is known here.
        if why == Unchecked::NotAsked {
            return;
        }
        let at = self.unchecked_at.get(&page).copied().unwrap_or(self.unchecked.len());
        if let Some((_, last, count)) = self.unchecked.get_mut(at) {
            (*last, *count) = (why, *count + links);
        } else if at < KEPT {
            self.unchecked_at.insert(page, at);
            self.unchecked.push((page, why, links));
        }
    }

    /// Links to parts of pages of which it is not known whether they are there.
    pub fn all_unchecked(&self) -> u64 {
        self.fragments_unchecked.iter().sum()
    }

    /// These links of a page lead nowhere. What can't be fetched is a fault, and what is not meant to be takes no room of it.
    pub(super) fn leave(&mut self, page: FetchId, unfollowed: &[Unfollowed]) {
        for link in unfollowed {
            let malformed = link.why == Why::Malformed;
            let kept = if malformed { self.malformed } else { self.unfollowed.len() - self.malformed };
            if kept < UNFOLLOWED {
                self.malformed += usize::from(malformed);
                self.unfollowed.push((page, link.clone()));
            }
        }
    }

    /// How many results there are of a verdict.
    pub fn of(&self, verdict: Verdict) -> u64 {
        self.counts[verdict as usize]
    }

    /// Targets to which no link should lead: those that are broken, and redirects that name no other place.
    pub fn broken(&self) -> u64 {
        self.of(Verdict::Broken) + self.dead
    }

    #[cfg(test)]
    pub(super) fn counts_of(&self) -> [u64; Verdict::ALL.len()] {
        self.counts
    }

    /// Results of whatever verdict.
    pub fn results(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// The first of a verdict, in the order of completion; none of those that are ok or were let go of. Redirects that name no
    /// other place are among what is broken, too.
    pub fn kept(&self, verdict: Verdict) -> &[Finding] {
        &self.kept[verdict as usize]
    }

    /// Whether anything is wrong: what is kept out is not.
    pub fn are_there(&self) -> bool {
        self.broken() + self.of(Verdict::Failed) + self.fragments_missed > 0
    }
}

/// Whether how long it took says something of its server: it was asked, and not let go of.
fn was_served(verdict: Verdict, fetched: &Fetched) -> bool {
    match verdict {
        Verdict::Ok | Verdict::Redirect | Verdict::Broken | Verdict::Failed => true,
        Verdict::Blocked => fetched.status.is_some(),
        Verdict::Cancelled => false,
    }
}

/// Whether it is a redirect that names no other place.
fn is_dead(fetched: &Fetched) -> bool {
    Verdict::of(fetched) == Verdict::Redirect && fetched.nowhere == Some(Nowhere::NoLocation)
}

fn micros(span: std::time::Duration) -> u64 {
    u64::try_from(span.as_micros()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::At;
    use crate::failure::FailureKind;

    fn answered(status: u16) -> Arc<Fetched> {
        let blank = Fetched::blank(Untrusted::new("http://a.example/", 99), At(0), At(9));
        Arc::new(Fetched { status: Some(status), ..blank })
    }

    #[test]
    fn each_result_has_one_verdict_and_what_is_kept_is_bounded() {
        let mut findings = Findings::default();
        let many = KEPT as u64 + 5;
        (0..many).for_each(|id| findings.count(FetchId(id), &answered(404)));
        [200, 301, 403].into_iter().for_each(|status| findings.count(FetchId(1), &answered(status)));
        assert_eq!((findings.of(Verdict::Broken), findings.kept(Verdict::Broken).len()), (many, KEPT));
        assert_eq!(findings.results(), many + 3);
        assert!(findings.kept(Verdict::Ok).is_empty());
    }

    #[test]
    fn what_is_only_checked_is_none_of_the_slowest_pages() {
        let mut findings = Findings::default();
        for role in [Role::Page, Role::Check] {
            let place = Some(Arc::new(Place { role, depth: 1, source: None }));
            findings.count(FetchId(1), &Arc::new(Fetched { place, body_bytes: 9, ..(*answered(200)).clone() }));
        }
        assert_eq!((findings.slowest.iter().len(), findings.largest.iter().len(), findings.results()), (1, 1, 2));
    }

    #[test]
    fn what_is_slow_is_told_whatever_came_of_it_but_not_what_nobody_asked_for() {
        let slow = |ended, change: Fetched| Arc::new(Fetched { ended: At(ended), ..change });
        let failed = |kind| Fetched { failure: Some(Failure::new(kind, "")), status: None, ..(*answered(200)).clone() };
        let mut findings = Findings::default();
        for (id, status) in [200, 301, 403, 404, 500].into_iter().enumerate() {
            findings.count(FetchId(id as u64), &slow(100 + id as u64, (*answered(status)).clone()));
        }
        findings.count(FetchId(5), &slow(900, failed(FailureKind::Timeout)));
        findings.count(FetchId(6), &slow(901, failed(FailureKind::Robots)));
        findings.count(FetchId(7), &slow(902, failed(FailureKind::Cancelled)));
        let slowest = |findings: &Findings| findings.slowest.iter().map(|(us, _)| us).collect::<Vec<_>>();
        assert_eq!(slowest(&findings), [900, 104, 103, 102, 101, 100]);
        assert_eq!(findings.largest.iter().len(), 0);
        findings.take_back(FetchId(5), &failed(FailureKind::Timeout));
        assert_eq!(slowest(&findings), [104, 103, 102, 101, 100]);
    }

    #[test]
    fn links_that_are_no_urls_have_a_bound_of_their_own() {
        let link = |why| Unfollowed {
            url: Untrusted::new("http://[bad", 99),
            line: 1,
            column: 2,
            text: Untrusted::default(),
            why,
        };
        let mut findings = Findings::default();
        let of = |findings: &Findings, why| findings.unfollowed.iter().filter(|(_, link)| link.why == why).count();
        (0..UNFOLLOWED as u64 + 5).for_each(|id| findings.leave(FetchId(id), &[link(Why::Link)]));
        (0..UNFOLLOWED as u64 + 5).for_each(|id| findings.leave(FetchId(id), &[link(Why::Malformed)]));
        assert_eq!([Why::Link, Why::Malformed].map(|why| of(&findings, why)), [UNFOLLOWED; 2]);
        findings.take_back(FetchId(0), &answered(200));
        findings.leave(FetchId(0), &[link(Why::Malformed), link(Why::Malformed), link(Why::Page)]);
        assert_eq!([Why::Link, Why::Malformed].map(|why| of(&findings, why)), [UNFOLLOWED - 1, UNFOLLOWED]);
        assert_eq!(of(&findings, Why::Page), 1);
    }

    #[test]
    fn links_that_are_not_followed_are_kept_up_to_a_bound_and_leave_with_their_page() {
        let link = Unfollowed {
            url: Untrusted::new("http://a.example/x", 99),
            line: 1,
            column: 2,
            text: Untrusted::default(),
            why: crate::followed::Why::Link,
        };
        let mut findings = Findings::default();
        findings.leave(FetchId(1), &[link.clone(), link.clone()]);
        (0..UNFOLLOWED as u64).for_each(|id| findings.leave(FetchId(id + 2), std::slice::from_ref(&link)));
        assert_eq!(findings.unfollowed.len(), UNFOLLOWED);
        findings.take_back(FetchId(1), &answered(200));
        assert_eq!((findings.unfollowed.len(), findings.unfollowed[0].0), (UNFOLLOWED - 2, FetchId(2)));
    }

    #[test]
    fn what_is_kept_out_is_no_finding_that_fails_a_run() {
        let mut findings = Findings::default();
        for status in [200, 301, 401, 403, 429, 999] {
            findings.count(FetchId(1), &answered(status));
        }
        let robots = Fetched { failure: Some(Failure::new(FailureKind::Robots, "")), ..(*answered(200)).clone() };
        findings.count(FetchId(2), &Arc::new(robots));
        assert!(!findings.are_there());
        findings.count(FetchId(3), &answered(500));
        assert!(findings.are_there());
    }
}
