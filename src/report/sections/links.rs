//! The sections about links: those that lead to nothing, and those that lead a long way round.

use super::{Caps, Cell, Column, Row, Section, behind, counted, group, left, right};
use crate::event::Unchecked;
use crate::followed::{Unfollowed, Why};
use crate::id::FetchId;
use crate::report::digest::{Chain, Digest, End, Place, Target};
use crate::state::Verdict;
use crate::units;

const BROKEN: &[Column] = &[
    group("page"),
    right("line:column"),
    left("status"),
    left("link"),
    behind("-> ", "leads to"),
    left("text"),
    left("note"),
];
const FAILED: &[Column] = &[left("kind"), left("link"), left("why"), behind("on ", "linked from"), left("place")];
const FRAGMENTS: &[Column] =
    &[group("page"), right("line:column"), left("link"), behind("-> ", "leads to"), left("part")];
const UNCHECKED: &[Column] = &[right("links"), behind("to ", "lead to"), left("why")];
const MALFORMED: &[Column] = &[group("page"), right("line:column"), left("link")];
const UNFOLLOWED: &[Column] = &[group("page"), right("line:column"), left("link"), left("by")];
const REDIRECTS: &[Column] =
    &[left("redirects"), left("end"), left("from"), behind("-> ", "to"), behind("by way of ", "by way of")];

/// Rows of a screen that are told of what is no fault.
const FEW: usize = 5;

/// By the page that they stand on.
pub(super) fn broken(digest: &Digest, caps: Caps) -> Option<Section> {
    let count = digest.state.findings.of(Verdict::Broken);
    let mut places: Vec<(&Target, Option<&Place>, u64)> = Vec::new();
    let mut links = count - digest.broken.len() as u64;
    for target in &digest.broken {
        let told = target.places.len().min(caps.places);
        let more = target.count - told as u64;
        links += told.max(1) as u64;
        let firsts = target.places.iter().take(told).enumerate();
        places.extend(firsts.map(|(number, place)| (target, Some(place), if number + 1 == told { more } else { 0 })));
        if told == 0 {
            places.push((target, None, more));
        }
    }
    places.sort_by_key(|(_, place, _)| place.map(|place| (place.link.from, place.link.line, place.link.column)));
    let rows = places.iter().take(caps.rows).map(|(target, place, more)| broken_row(digest, target, *place, *more));
    let title = format!("broken links: {}", counted(count, "target", "targets"));
    Section::new(title, BROKEN, rows.collect(), links)
}

fn broken_row(digest: &Digest, target: &Target, place: Option<&Place>, more: u64) -> Row {
    let finding = target.finding;
    let status = Cell::own(finding.status.map_or(String::new(), |status| status.to_string()));
    let more = (more > 0).then(|| format!("and at {}", counted(more, "more place", "more places")));
    let why = finding.nowhere.map(|nowhere| nowhere.words().to_owned());
    let note = why.into_iter().chain(more).collect::<Vec<_>>().join(", ");
    let Some(place) = place else {
        let start = Cell::own("given as a start");
        let link = Cell::Url(finding.url.clone());
        return vec![start, Cell::empty(), status, link, Cell::empty(), Cell::empty(), Cell::own(note)];
    };
    let link = Cell::Url(place.via.unwrap_or(&finding.url).clone());
    let leads_to = if place.via.is_some() { Cell::Url(finding.url.clone()) } else { Cell::empty() };
    let spot = Cell::own(spot(place));
    vec![page(digest, place), spot, status, link, leads_to, quoted(place), Cell::own(note)]
}

pub(super) fn failed(digest: &Digest, caps: Caps) -> Option<Section> {
    let count = digest.state.findings.of(Verdict::Failed);
    let mut targets: Vec<&Target> = digest.failed.iter().collect();
    targets.sort_by_key(|target| target.finding.failure.as_ref().map(|failure| failure.kind));
    let rows = targets.into_iter().take(caps.rows).map(|target| apart_row(digest, target)).collect();
    Section::new(format!("failed: {}", counted(count, "target", "targets")), FAILED, rows, count)
}

pub(super) fn blocked(digest: &Digest, caps: Caps) -> Option<Section> {
    let count = digest.state.findings.of(Verdict::Blocked);
    let rows = digest.blocked.iter().take(caps.rows).map(|target| apart_row(digest, target)).collect();
    let title = format!("blocked, which may be there for others: {}", counted(count, "target", "targets"));
    Section::new(title, FAILED, rows, count)
}

/// A target with why there is no answer, and the first place that leads there.
fn apart_row(digest: &Digest, target: &Target) -> Row {
    let finding = target.finding;
    let (kind, why) = match (&finding.failure, finding.status) {
        (Some(failure), _) => (failure.kind.name().to_owned(), Cell::Words(failure.without_kind())),
        (None, status) => (status.map_or(String::new(), |status| status.to_string()), Cell::empty()),
    };
    let (from, place) = match target.places.first() {
        Some(first) => (page(digest, first), spot(first)),
        None => (Cell::empty(), "given as a start".to_owned()),
    };
    let place = match target.count {
        0 | 1 => place,
        count => format!("{place} and {} more", units::count(count - 1)).trim_start().to_owned(),
    };
    vec![Cell::own(kind), Cell::Url(finding.url.clone()), why, from, Cell::own(place)]
}

pub(super) fn fragments(digest: &Digest, caps: Caps) -> Option<Section> {
    let findings = &digest.state.findings;
    let named = |id| page_cell(digest, id);
    let rows = findings.fragments.iter().take(caps.rows).map(|(page, missed)| {
        let place = Cell::own(format!("{}:{}", missed.line, missed.column));
        let part = Cell::Words(missed.fragment.preceded_by("#"));
        let leads_to = if missed.via.is_some() { named(missed.to) } else { Cell::empty() };
        vec![named(*page), place, named(missed.via.unwrap_or(missed.to)), leads_to, part]
    });
    let title = format!("parts that are not on their page: {}", counted(findings.fragments_missed, "link", "links"));
    Section::new(title, FRAGMENTS, rows.collect(), findings.fragments_missed)
}

/// Links to parts of pages that can't be held against them.
pub(super) fn unchecked(digest: &Digest, caps: Caps) -> Option<Section> {
    let findings = &digest.state.findings;
    let row = |links: u64, page, why: Unchecked| vec![Cell::own(units::count(links)), page, Cell::own(why.words())];
    let asked = findings.unchecked.iter().map(|(page, why, links)| row(*links, page_cell(digest, *page), *why));
    let unasked = Some(findings.fragments_unchecked[Unchecked::NotAsked as usize]).filter(|&links| links > 0);
    let unasked = unasked.map(|links| row(links, Cell::own("other pages"), Unchecked::NotAsked));
    let count = findings.unchecked.len() + usize::from(unasked.is_some());
    let rows = unasked.into_iter().chain(asked).take(caps.rows).collect();
    let title = format!("parts that could not be checked: {}", counted(findings.all_unchecked(), "link", "links"));
    Section::new(title, UNCHECKED, rows, count as u64)
}

/// What can't be fetched by anyone.
pub(super) fn malformed(digest: &Digest, caps: Caps) -> Option<Section> {
    let rows = of(digest, |why| why == Why::Malformed).take(caps.rows).map(|(page, link)| {
        let place = Cell::own(format!("{}:{}", link.line, link.column));
        vec![page_cell(digest, *page), place, Cell::Words(link.url.clone())]
    });
    let count = u64::from(digest.state.crawl.links.malformed);
    Section::new(
        format!("malformed: {} of which no URL can be made", counted(count, "link", "links")),
        MALFORMED,
        rows.collect(),
        count,
    )
}

/// Links that lead nowhere for such a reason.
fn of<'d>(digest: &'d Digest, is_meant: impl Fn(Why) -> bool) -> impl Iterator<Item = &'d (FetchId, Unfollowed)> {
    digest.state.findings.unfollowed.iter().filter(move |(_, link)| is_meant(link.why))
}

/// Of many, few are told on a screen: it is as the site wants it.
pub(super) fn unfollowed(digest: &Digest, caps: Caps) -> Option<Section> {
    let (state, most) = (digest.state, if caps == Caps::SHORT { FEW } else { caps.rows });
    let rows = of(digest, |why| why != Why::Malformed).take(most).map(|(page, link)| {
        let place = Cell::own(format!("{}:{}", link.line, link.column));
        let by = if link.why == Why::Page { "by the page" } else { "by rel" };
        vec![page_cell(digest, *page), place, Cell::Url(link.url.clone()), Cell::own(by)]
    });
    let count = u64::from(state.crawl.links.nofollow);
    let title = format!("not followed, for the pages ask for it (nofollow): {}", counted(count, "link", "links"));
    Section::new(title, UNFOLLOWED, rows.collect(), count)
}

pub(super) fn redirects(digest: &Digest, caps: Caps) -> Option<Section> {
    let count = digest.state.findings.of(Verdict::Redirect);
    let rows = digest.chains.iter().take(caps.rows).filter_map(chain_row).collect();
    let all = digest.chains.len() as u64;
    let title = match count == all {
        true => format!("redirects: {}", units::count(count)),
        false => format!("redirects: {} in {}", units::count(count), counted(all, "chain", "chains")),
    };
    Section::new(title, REDIRECTS, rows, all)
}

fn chain_row(chain: &Chain) -> Option<Row> {
    let statuses: Vec<String> = chain.hops.iter().map(|hop| hop.status.to_string()).collect();
    let statuses = match statuses.len() {
        ..=4 => statuses.join(" "),
        count => format!("{} ({} more)", statuses[..3].join(" "), count - 3),
    };
    let end = match chain.end {
        End::Status(status) => status.to_string(),
        End::Failure(kind) => kind.name().to_owned(),
        End::Loop => "never ends".to_owned(),
        End::Long => "too long".to_owned(),
        End::Nowhere => "leads nowhere".to_owned(),
        End::Unknown => "not asked".to_owned(),
    };
    let (first, between) = chain.hops.split_first()?;
    let way = match between {
        [] => Cell::empty(),
        [one] => Cell::Url(one.url.clone()),
        [one, ..] => Cell::Url(one.url.followed_by(&format!(" and {} more", between.len() - 1), usize::MAX)),
    };
    let to = chain.to.map_or_else(Cell::empty, |to| Cell::Url(to.clone()));
    Some(vec![Cell::own(statuses), Cell::own(end), Cell::Url(first.url.clone()), to, way])
}

/// The URL of a page, or where it is not kept, its number.
fn page(digest: &Digest, place: &Place) -> Cell {
    place.url.map_or_else(|| page_cell(digest, place.link.from), |url| Cell::Url(url.clone()))
}

fn page_cell(digest: &Digest, page: FetchId) -> Cell {
    digest.url(page).map_or_else(|| Cell::own(format!("page {page}")), |url| Cell::Url(url.clone()))
}

fn spot(place: &Place) -> String {
    match (place.link.line, place.link.column) {
        (0, _) => String::new(),
        (line, 0) => line.to_string(),
        (line, column) => format!("{line}:{column}"),
    }
}

fn quoted(place: &Place) -> Cell {
    if place.link.has_text() { Cell::Quoted(place.link.text()) } else { Cell::empty() }
}
