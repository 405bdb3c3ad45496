//! Decides which pages are wrong, how, and which link to goods that are not there. Knows nothing of a page's text.

use std::ops::Range;

use super::faults::{Fault, Faults, ResetPoint};
use super::page::{Framing, Page, PageKind};
use super::random::Random;
use super::shape::Shape;

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    NotFound,
    ServerError,
    Redirect,
    CutShort,
    Reset,
    Drip,
    Silent,
}

const KINDS: [Kind; 7] =
    [Kind::NotFound, Kind::ServerError, Kind::Redirect, Kind::CutShort, Kind::Reset, Kind::Drip, Kind::Silent];
/// What is wrong beyond one of each kind is mostly what a real site has.
const COMMON: [Kind; 9] = [
    Kind::NotFound,
    Kind::NotFound,
    Kind::NotFound,
    Kind::NotFound,
    Kind::Redirect,
    Kind::Redirect,
    Kind::ServerError,
    Kind::CutShort,
    Kind::Reset,
];
const SHARE_PERCENT: u32 = 8;
/// With fewer pages than this the share holds and some kinds are left out.
const PAGES_FOR_ALL_KINDS: u32 = 20;
/// One goods page in so many has a dead link, and at least two of them where there are so many.
const DEAD_LINKS: u32 = 40;
/// Goods that are not there have numbers below this, or below this many more than there are.
const BEYOND: u32 = 9_999;
/// The stream of numbers for planting: no page has this index.
const STREAM: u64 = u64::MAX;

pub(super) fn plant(pages: &mut [Page], shape: &Shape, seed: u64, faults: Faults) {
    let mut random = Random::new(seed, STREAM);
    match faults {
        Faults::None => return,
        Faults::Some => plant_some(pages, shape, &mut random),
        Faults::All => plant_all(pages, &mut random),
    }
    plant_dead_links(pages, shape, &mut random);
}

/// Goods and images only: a broken category would hide the pages that only it links to.
fn plant_some(pages: &mut [Page], shape: &Shape, random: &mut Random) {
    let candidates: Vec<u32> = indices(shape, PageKind::Goods).chain(indices(shape, PageKind::Image)).collect();
    let kinds = some_kinds(candidates.len() as u32, shape.total() - 1, random);
    let chosen = spread(&candidates, kinds.len(), random);
    let mut redirects = Vec::new();
    for (index, kind) in chosen.into_iter().zip(kinds) {
        set_fault(&mut pages[index as usize], kind, random);
        if kind == Kind::Redirect {
            redirects.push(index);
        }
    }
    for index in redirects {
        let to = healthy_page_like(index, pages, shape, random);
        pages[index as usize].fault = Some(Fault::Redirect { to });
    }
}

/// As many kinds as pages are to be wrong, in a drawn order.
fn some_kinds(candidates: u32, pages: u32, random: &mut Random) -> Vec<Kind> {
    let all_kinds = if pages < PAGES_FOR_ALL_KINDS { 0 } else { KINDS.len() };
    let count = all_kinds.max((u64::from(pages) * u64::from(SHARE_PERCENT)).div_ceil(100) as usize);
    let mut kinds: Vec<Kind> = KINDS.into_iter().take(all_kinds).collect();
    while kinds.len() < count.min(candidates as usize) {
        kinds.push(random.pick(&COMMON));
    }
    for last in (1..kinds.len()).rev() {
        kinds.swap(last, random.below(last as u32 + 1) as usize);
    }
    kinds
}

/// One of each of `count` equal stretches, so that what is wrong is met all along and not in a heap.
fn spread(candidates: &[u32], count: usize, random: &mut Random) -> Vec<u32> {
    let stretch = |number: usize| number * candidates.len() / count;
    let stretches = (0..count).map(|number| &candidates[stretch(number)..stretch(number + 1)]);
    stretches.map(|stretch| random.pick(stretch)).collect()
}

fn healthy_page_like(index: u32, pages: &[Page], shape: &Shape, random: &mut Random) -> String {
    let (kind, _) = shape.place(index);
    let alike = indices(shape, kind);
    let start = alike.start + random.below(alike.len() as u32);
    let healthy = (start..alike.end)
        .chain(alike.start..start)
        .map(|index| &pages[index as usize])
        .find(|page| page.fault.is_none());
    healthy.map_or("/", |page| &page.path).to_owned()
}

fn plant_all(pages: &mut [Page], random: &mut Random) {
    for (page, kind) in pages.iter_mut().skip(1).zip(KINDS.into_iter().cycle()) {
        set_fault(page, kind, random);
    }
}

/// A redirect leads to `/`, the one page that is always healthy, until it is given another target.
fn set_fault(page: &mut Page, kind: Kind, random: &mut Random) {
    page.fault = Some(match kind {
        Kind::NotFound => Fault::NotFound,
        Kind::ServerError => Fault::ServerError,
        Kind::Redirect => Fault::Redirect { to: "/".to_owned() },
        Kind::CutShort => Fault::CutShort,
        Kind::Reset => Fault::Reset(random.pick(&[ResetPoint::BeforeHead, ResetPoint::InBody])),
        Kind::Drip => Fault::Drip,
        Kind::Silent => Fault::Silent,
    });
    // Nobody could tell a body cut short from a whole one where the close is its end.
    if kind == Kind::CutShort && page.framing == Framing::UntilClose {
        page.framing = Framing::Length;
    }
}

fn plant_dead_links(pages: &mut [Page], shape: &Shape, random: &mut Random) {
    let healthy = |index: &u32| pages[*index as usize].fault.is_none();
    let mut candidates: Vec<u32> = indices(shape, PageKind::Goods).filter(healthy).collect();
    if candidates.is_empty() {
        candidates.push(0);
    }
    let count = (shape.goods / DEAD_LINKS).max(2).min(candidates.len() as u32);
    let highest = shape.goods.max(100_000 - 1 - BEYOND) + BEYOND;
    for (number, index) in spread(&candidates, count as usize, random).into_iter().enumerate() {
        // Every third repeats the first, so that one missing page has more than one that links to it.
        let below_highest = if number % 3 == 2 { 0 } else { number as u32 % BEYOND };
        pages[index as usize].missing = Some(highest - below_highest);
    }
}

fn indices(shape: &Shape, kind: PageKind) -> Range<u32> {
    let count = match kind {
        PageKind::Image => shape.images,
        _ => shape.goods,
    };
    let first = shape.index(kind, 0);
    first..first + count
}
