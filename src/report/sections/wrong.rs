//! The sections about targets that are wrong, by the pages that link to them. Knows not why they are.

use super::links::{page, quoted, spot};
use super::{Caps, Cell, Column, Row, Section, behind, counted, group, left, right};
use crate::report::digest::{Digest, Place, Target};
use crate::state::Verdict;
use std::collections::HashSet;

const BROKEN: &[Column] = &columns("status");
const APART: &[Column] = &columns("kind");

/// `what` is the name of what tells one from another.
const fn columns(what: &'static str) -> [Column; 8] {
    [
        group("page"),
        right("line:column"),
        left(what),
        left("link"),
        behind("-> ", "leads to"),
        left("text"),
        left("why"),
        left("note"),
    ]
}

pub(super) fn broken(digest: &Digest, caps: Caps) -> Option<Section> {
    section(digest, Verdict::Broken, ("broken links", BROKEN), caps)
}

pub(super) fn failed(digest: &Digest, caps: Caps) -> Option<Section> {
    section(digest, Verdict::Failed, ("failed", APART), caps)
}

pub(super) fn blocked(digest: &Digest, caps: Caps) -> Option<Section> {
    section(digest, Verdict::Blocked, ("blocked, which may be there for others", APART), caps)
}

fn section(digest: &Digest, verdict: Verdict, named: (&str, &'static [Column]), caps: Caps) -> Option<Section> {
    let targets = match verdict {
        Verdict::Broken => &digest.broken,
        Verdict::Failed => &digest.failed,
        _ => &digest.blocked,
    };
    let told = told(digest, targets, caps);
    let mut left: Vec<u64> = targets.iter().map(|target| target.count).collect();
    told.iter().filter(|told| told.place.is_some()).for_each(|told| left[told.target] -= 1);
    let cut = told.iter().any(|told| left[told.target] > 0);
    // What is not told of a target is said at the last of its places.
    let mut rows: Vec<Row> = Vec::with_capacity(told.len());
    for told in told.iter().rev() {
        rows.push(row(digest, &targets[told.target], told.place, std::mem::take(&mut left[told.target])));
    }
    rows.reverse();
    let findings = &digest.state.findings;
    let count = if verdict == Verdict::Broken { findings.broken() } else { findings.of(verdict) };
    let more = count.saturating_sub(told.iter().map(|told| told.target).collect::<HashSet<_>>().len() as u64);
    let (title, columns) = (format!("{}: {}", named.0, counted(count, "target", "targets")), named.1);
    (count > 0).then_some(Section { title, columns, rows, more, cut })
}

/// A place that has a row, or a start, which stands nowhere.
struct Told<'d> {
    target: usize,
    place: Option<&'d Place<'d>>,
}

/// As many as there are rows, in the order of the pages: a place of each target, then further pages with the same link,
/// at last further places on one page.
fn told<'d>(digest: &Digest, targets: &'d [Target<'d>], caps: Caps) -> Vec<Told<'d>> {
    let mut all: Vec<((bool, usize), Told)> = Vec::new();
    for (target, found) in targets.iter().enumerate() {
        let mut turns = turns(&found.places);
        turns.truncate(caps.places);
        if turns.is_empty() {
            all.push(((false, 0), Told { target, place: None }));
        }
        all.extend(turns.into_iter().map(|(turn, place)| (turn, Told { target, place: Some(place) })));
    }
    let spot = |told: &Told| told.place.map(|place| (digest.rank(place.link.from), place.link.line, place.link.column));
    all.sort_by_key(|(turn, told)| (*turn, spot(told)));
    all.truncate(caps.rows);
    all.sort_by_key(|(_, told)| spot(told));
    all.into_iter().map(|(_, told)| told).collect()
}

/// Places with their turns: the first of each page, then the others.
fn turns<'d>(places: &'d [Place<'d>]) -> Vec<((bool, usize), &'d Place<'d>)> {
    let mut pages = HashSet::new();
    let (firsts, others): (Vec<_>, Vec<_>) = places.iter().partition(|place| pages.insert(place.link.from));
    let firsts = firsts.into_iter().enumerate().map(|(turn, place)| ((false, turn), place));
    firsts.chain(others.into_iter().enumerate().map(|(turn, place)| ((true, turn), place))).collect()
}

fn row(digest: &Digest, target: &Target, place: Option<&Place>, more: u64) -> Row {
    let finding = target.finding;
    let (kind, why) = match (&target.failure, finding.status) {
        (Some(failure), _) => (failure.kind.name().to_owned(), Cell::Words(failure.without_kind())),
        (None, status) => (status.map_or(String::new(), |status| status.to_string()), Cell::empty()),
    };
    let more = (more > 0).then(|| format!("and at {}", counted(more, "more place", "more places")));
    let nowhere = finding.nowhere.map(|nowhere| nowhere.words().to_owned());
    let note = nowhere.into_iter().chain(more).collect::<Vec<_>>().join(", ");
    let (kind, note) = (Cell::own(kind), Cell::own(note));
    let Some(place) = place else {
        let (start, link) = (Cell::own("given as a start"), Cell::Url(finding.url.clone()));
        return vec![start, Cell::empty(), kind, link, Cell::empty(), Cell::empty(), why, note];
    };
    let link = Cell::Url(place.via.unwrap_or(&finding.url).clone());
    let leads_to = if place.via.is_some() { Cell::Url(finding.url.clone()) } else { Cell::empty() };
    vec![page(digest, place), Cell::own(spot(place)), kind, link, leads_to, quoted(place), why, note]
}
