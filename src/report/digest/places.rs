//! Where the links to a target stand: all that are known, those by way of redirects too. Knows no format.

use super::chains::{Redirects, is_endless};
use super::depths::Depths;
use super::endless::{Endless, endless};
use crate::failure::Failure;
use crate::id::{ByFetch, FetchId};
use crate::state::{Finding, Link, State};
use crate::text::Untrusted;
use std::collections::HashMap;

/// Places of one target that are told one by one; of those that one page has, all but the first give way to other pages.
const PLACES: usize = 1000;
/// And of all; beyond them, the first of each target is told.
const ALL_PLACES: usize = 200_000;

/// A target that is wrong, and what leads to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Target<'a> {
    pub finding: &'a Finding,
    /// What failed; of a chain of redirects without an end, the chain and not one of them.
    pub failure: Option<Failure>,
    /// Links from a start, by the shortest way that is known.
    pub depth: u32,
    /// In the order of the pages, and on a page, of its lines; last the one whose line is not known.
    pub places: Vec<Place<'a>>,
    /// All places, those that are not told one by one counted too; none, where it was given as a start.
    pub count: u64,
}

/// Where a link stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place<'a> {
    pub link: Link<'a>,
    /// What it leads to, where that is a redirect to the target.
    pub via: Option<&'a Untrusted>,
    /// The URL of the page, where it came with the target.
    pub url: Option<&'a Untrusted>,
}

/// The findings with their places, in the same order.
pub(super) fn targets<'a>(
    state: &'a State,
    findings: &[&'a Finding],
    redirects: &Redirects<'a>,
    depths: &Depths,
) -> Vec<Target<'a>> {
    let endless = endless(redirects, depths);
    let new = |finding: &&'a Finding| {
        let told = endless.get(&finding.id).map(|endless| (endless.first, endless.failure.clone()));
        let (finding, failure) = told.unwrap_or_else(|| (finding, finding.failure.clone()));
        Target { finding, failure, depth: 0, places: Vec::new(), count: 0 }
    };
    let mut targets: Vec<Target> = findings.iter().map(new).collect();
    let wanted = wanted(findings, redirects, &endless);
    let hops: ByFetch<()> = redirects.iter().map(|redirect| (redirect.id, ())).collect();
    if !wanted.is_empty() {
        let (mut all, mut keeping) = (0, vec![Keeping::default(); targets.len()]);
        for link in state.edges.iter().filter(|link| link.line > 0 || !hops.contains_key(&link.from)) {
            let Some(&(number, via)) = wanted.get(&link.to) else { continue };
            let target = &mut targets[number];
            target.count += 1;
            let has_room = target.places.is_empty() || target.places.len() < PLACES && all < ALL_PLACES;
            all += usize::from(has_room);
            keeping[number].keep(Place { link, via, url: None }, has_room, &mut target.places);
        }
    }
    let all_kept = state.edges.over == 0;
    let leading = leading(redirects);
    targets.iter_mut().for_each(|target| complete(target, (&hops, &leading), all_kept));
    targets
}

impl Target<'_> {
    /// Tells its depth, and has its places in the order of their pages.
    pub(super) fn arrange(&mut self, depths: &Depths, ranks: &ByFetch<usize>) {
        let pages = self.places.iter().filter(|place| place.link.line > 0).map(|place| &place.link.from);
        self.depth = depths.finding(self.finding, pages);
        let rank = |place: &Place| ranks.get(&place.link.from).copied().unwrap_or(usize::MAX);
        // Where only the page is known, it comes last.
        self.places.sort_by_key(|place| (place.link.line == 0, rank(place), place.link.line, place.link.column));
    }
}

/// Which places of a target are kept. The links of a page come one after another.
#[derive(Clone, Default)]
struct Keeping {
    page: Option<FetchId>,
    /// Those that are not the first one of their page.
    further: Vec<usize>,
}

impl Keeping {
    fn keep<'a>(&mut self, place: Place<'a>, has_room: bool, places: &mut Vec<Place<'a>>) {
        let is_first = self.page.replace(place.link.from) != Some(place.link.from);
        if has_room {
            if !is_first {
                self.further.push(places.len());
            }
            places.push(place);
        } else if let Some(at) = self.further.pop_if(|_| is_first) {
            places[at] = place;
        }
    }
}

/// What leads to which finding: its own id, and those of redirects that end there.
fn wanted<'a>(
    findings: &[&'a Finding],
    redirects: &Redirects<'a>,
    endless: &ByFetch<Endless>,
) -> ByFetch<(usize, Option<&'a Untrusted>)> {
    let by_id: ByFetch<usize> = findings.iter().enumerate().map(|(number, finding)| (finding.id, number)).collect();
    let by_url: HashMap<&Untrusted, usize> =
        findings.iter().enumerate().map(|(number, finding)| (&finding.url, number)).collect();
    let ways = redirects.iter().filter_map(|redirect| {
        if let Some(fails) = redirects.endless(redirect) {
            let (number, first) = (*by_id.get(&fails.id)?, endless.get(&fails.id)?.first);
            let via = (first.id != redirect.id).then_some(&redirect.url);
            return Some((redirect.id, (number, via)));
        }
        let number = *by_url.get(redirects.end(redirect)?)?;
        Some((redirect.id, (number, Some(&redirect.url))))
    });
    let direct = findings.iter().enumerate().filter(|(_, finding)| !is_endless(finding));
    let direct = direct.map(|(number, finding)| (finding.id, (number, None)));
    ways.chain(direct).collect()
}

/// By where they lead, the redirects to it; of several the one whose URL is the first by the alphabet, whichever was
/// answered first.
fn leading<'a>(redirects: &Redirects<'a>) -> HashMap<&'a Untrusted, &'a Finding> {
    let mut leading: HashMap<&Untrusted, &Finding> = HashMap::new();
    for redirect in redirects.iter() {
        let Some(to) = redirect.leads_to.as_ref() else { continue };
        let first = leading.entry(to).or_insert(redirect);
        if redirect.url < first.url {
            *first = redirect;
        }
    }
    leading
}

/// What led there first is told even where its link is not kept. A redirect has no links: what leads to it is told, if
/// anything does, and else the redirect; nor has a sitemap: where links or a redirect lead there, it is not told, whether it
/// was read before them or not.
fn complete<'a>(
    target: &mut Target<'a>,
    (hops, leading): (&ByFetch<()>, &HashMap<&'a Untrusted, &'a Finding>),
    all_kept: bool,
) {
    let Some(source) = target.finding.place.as_ref().and_then(|place| place.source.as_ref()) else { return };
    let told_all = target.count == target.places.len() as u64;
    let mut known = false;
    for place in target.places.iter_mut().filter(|place| place.link.from == source.id) {
        (known, place.url) = (true, Some(&source.url));
    }
    let is_link = !hops.contains_key(&source.id) && !all_kept;
    if !known && told_all && (target.count == 0 || is_link) {
        let redirect = leading.get(&target.finding.url).filter(|_| !is_link && !is_endless(target.finding));
        let (from, url) = redirect.map_or((source.id, &source.url), |redirect| (redirect.id, &redirect.url));
        let link = Link::without_place(from, target.finding.id);
        target.places.push(Place { link, via: None, url: Some(url) });
        target.count += 1;
    }
}
