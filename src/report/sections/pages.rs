//! The sections about pages: the slowest, whatever came of them, the largest, those that are there twice.

use super::{Caps, Cell, Column, Section, behind, counted, left, right};
use crate::report::digest::Digest;
use crate::report::slowest_phase;
use crate::units;
use std::time::Duration;

const SLOWEST: &[Column] = &[right("time"), left("slowest phase"), right("size"), left("status"), left("page")];
const LARGEST: &[Column] = &[right("size"), right("time"), left("type"), left("page")];
const DUPLICATES: &[Column] = &[right("size"), left("page"), behind("= ", "the same"), left("note")];

/// Pages of a screen that are told, of however many that are slow or large.
const FEW: usize = 5;

pub(super) fn slowest(digest: &Digest, caps: Caps) -> Option<Section> {
    let slowest = &digest.state.findings.slowest;
    let rows = slowest.iter().take(few(caps)).map(|(us, fetched)| {
        let phase = slowest_phase(fetched);
        let phase = phase.map_or(String::new(), |(phase, spent)| format!("{} {}", phase.name(), units::span(spent)));
        let size = units::bytes(fetched.body_bytes);
        let took = units::span(Duration::from_micros(us));
        let status = fetched.status.map_or(String::new(), |status| status.to_string());
        let came = fetched.kind().map_or(status, |kind| kind.name().to_owned());
        vec![Cell::own(took), Cell::own(phase), Cell::own(size), Cell::own(came), Cell::Url(fetched.url.clone())]
    });
    whole("slowest pages", SLOWEST, rows.collect())
}

pub(super) fn largest(digest: &Digest, caps: Caps) -> Option<Section> {
    let largest = &digest.state.findings.largest;
    let rows = largest.iter().take(few(caps)).map(|(bytes, fetched)| {
        let kind = fetched.content_type.clone().map_or_else(Cell::empty, Cell::Words);
        let took = units::span(fetched.total());
        vec![Cell::own(units::bytes(bytes)), Cell::own(took), kind, Cell::Url(fetched.url.clone())]
    });
    whole("largest pages", LARGEST, rows.collect())
}

fn few(caps: Caps) -> usize {
    if caps == Caps::SHORT { FEW } else { usize::MAX }
}

/// A section that leaves nothing out, for it is a choice.
fn whole(title: &str, columns: &'static [Column], rows: Vec<Vec<Cell>>) -> Option<Section> {
    let all = rows.len() as u64;
    Section::new(title.to_owned(), columns, rows, all)
}

pub(super) fn duplicates(digest: &Digest, caps: Caps) -> Option<Section> {
    let duplicates = &digest.state.findings.duplicates;
    let mut groups = digest.duplicates();
    groups.sort_by_key(|twins| std::cmp::Reverse(twins.group.count));
    let named = |id| digest.url(id).map_or_else(|| Cell::own(format!("{id}")), |url| Cell::Url(url.clone()));
    let rows = groups.iter().take(caps.rows).map(|twins| {
        let mut pages = twins.pages.iter().map(|&page| named(page));
        let [first, other] = [pages.next(), pages.next()].map(|page| page.unwrap_or_else(Cell::empty));
        let more = twins.group.count.saturating_sub(1);
        let note = if more > 0 { format!("and {} more", units::count(more)) } else { String::new() };
        vec![Cell::own(units::bytes(twins.group.body_bytes)), first, other, Cell::own(note)]
    });
    let count = counted(duplicates.count, "page", "pages");
    let over = match duplicates.over {
        0 => String::new(),
        over => format!(" ({} not looked at: too many contents)", units::count(over)),
    };
    let title = format!("content that an earlier page has: {count}{over}");
    Section::new(title, DUPLICATES, rows.collect(), groups.len() as u64)
}
