//! The sections about links that no answer tells of: what is no URL, parts that are not there, what is not followed, and
//! those that lead a long way round.

use super::{Caps, Cell, Column, Row, Section, behind, counted, group, left, right};
use crate::event::Unchecked;
use crate::followed::{Unfollowed, Why};
use crate::id::FetchId;
use crate::report::digest::{Chain, Digest, End, Place};
use crate::state::Verdict;
use crate::text::Untrusted;
use crate::units;

const FRAGMENTS: &[Column] =
    &[group("page"), right("line:column"), left("link"), behind("-> ", "leads to"), left("part"), left("text")];
const UNCHECKED: &[Column] = &[right("links"), behind("to ", "lead to"), left("why")];
const MALFORMED: &[Column] = &[group("page"), right("line:column"), left("link"), left("text")];
const UNFOLLOWED: &[Column] = &[group("page"), right("line:column"), left("link"), left("text"), left("by")];
const REDIRECTS: &[Column] =
    &[left("redirects"), left("end"), left("from"), behind("-> ", "to"), behind("by way of ", "by way of")];

/// Rows of a screen that are told of what is no fault.
const FEW: usize = 5;

pub(super) fn fragments(digest: &Digest, caps: Caps) -> Option<Section> {
    let findings = &digest.state.findings;
    let named = |id| page_cell(digest, id);
    let rows = digest.missing().into_iter().take(caps.rows).map(|(page, missed)| {
        let place = Cell::own(format!("{}:{}", missed.line, missed.column));
        let part = Cell::Words(missed.fragment.preceded_by("#"));
        let leads_to = if missed.via.is_some() { named(missed.to) } else { Cell::empty() };
        let text = said(&digest.text(*page, missed));
        vec![named(*page), place, named(missed.via.unwrap_or(missed.to)), leads_to, part, text]
    });
    let title = format!("parts that are not on their page: {}", counted(findings.fragments_missed, "link", "links"));
    Section::new(title, FRAGMENTS, rows.collect(), findings.fragments_missed)
}

/// Links to parts of pages that can't be held against them.
pub(super) fn unchecked(digest: &Digest, caps: Caps) -> Option<Section> {
    let findings = &digest.state.findings;
    let row = |links: u64, page, why: Unchecked| vec![Cell::own(units::count(links)), page, Cell::own(why.words())];
    let asked = digest.unchecked().into_iter().map(|(page, why, links)| row(*links, page_cell(digest, *page), *why));
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
        vec![page_cell(digest, *page), place, Cell::Words(link.url.clone()), said(&link.text)]
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
fn of<'d>(digest: &Digest<'d>, is_meant: impl Fn(Why) -> bool) -> impl Iterator<Item = &'d (FetchId, Unfollowed)> {
    digest.unfollowed().into_iter().filter(move |(_, link)| is_meant(link.why))
}

/// Of many, few are told on a screen: it is as the site wants it.
pub(super) fn unfollowed(digest: &Digest, caps: Caps) -> Option<Section> {
    let (state, most) = (digest.state, if caps == Caps::SHORT { FEW } else { caps.rows });
    let rows = of(digest, |why| why != Why::Malformed).take(most).map(|(page, link)| {
        let place = Cell::own(format!("{}:{}", link.line, link.column));
        let by = if link.why == Why::Page { "by the page" } else { "by rel" };
        vec![page_cell(digest, *page), place, Cell::Url(link.url.clone()), said(&link.text), Cell::own(by)]
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
pub(super) fn page(digest: &Digest, place: &Place) -> Cell {
    place.url.map_or_else(|| page_cell(digest, place.link.from), |url| Cell::Url(url.clone()))
}

fn page_cell(digest: &Digest, page: FetchId) -> Cell {
    digest.url(page).map_or_else(|| Cell::own(format!("page {page}")), |url| Cell::Url(url.clone()))
}

/// Where it stands; a column that is not kept is told as such.
pub(super) fn spot(place: &Place) -> String {
    match (place.link.line, place.link.column) {
        (0, _) => String::new(),
        (line, 0) => format!("{line}:?"),
        (line, column) => format!("{line}:{column}"),
    }
}

pub(super) fn quoted(place: &Place) -> Cell {
    said(&place.link.text())
}

/// The text of a link.
fn said(text: &Untrusted) -> Cell {
    if text.is_empty() { Cell::empty() } else { Cell::Quoted(text.clone()) }
}
