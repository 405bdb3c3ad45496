//! What the link finder takes of a page, held against what a browser's parser makes of it, over the public API alone.

#[path = "links/elements.rs"]
mod elements;
#[path = "links/fragments.rs"]
mod fragments;
#[path = "links/generated.rs"]
mod generated;
#[path = "links/hostile.rs"]
mod hostile;
#[path = "links/modes.rs"]
mod modes;
#[path = "links/oracle.rs"]
mod oracle;
#[path = "links/real.rs"]
mod real;
#[path = "links/suite.rs"]
mod suite;
#[path = "links/titles.rs"]
mod titles;

use crawltop::crawl::{Link, LinkFinder, Links, Wanted};

const WANTED: Wanted = Wanted { links: 1_000_000, assets: true, ids: true };

/// What is found in a page of UTF-8 that comes in pieces of this many bytes.
fn found(page: &[u8], piece: usize) -> Links {
    found_in(page.chunks(piece.max(1)))
}

fn found_in<'p>(pieces: impl IntoIterator<Item = &'p [u8]>) -> Links {
    found_as(WANTED, pieces)
}

fn found_as<'p>(wanted: Wanted, pieces: impl IntoIterator<Item = &'p [u8]>) -> Links {
    let mut finder = LinkFinder::html(b"text/html; charset=utf-8", wanted);
    pieces.into_iter().for_each(|piece| finder.take(piece));
    finder.finish()
}

/// Links as `kind href "text" line:column`, those of assets left out.
fn told_without_assets(links: &Links) -> Vec<String> {
    let tell = |link: Link<'_>| {
        let (kind, nofollow) = (link.kind.name(), link.nofollow);
        format!("{kind} {} {:?} {}:{} {nofollow}", link.href, link.text, link.line, link.column)
    };
    links.iter().filter(|link| !link.kind.is_asset()).map(tell).collect()
}

/// That a page gives the same links where neither assets nor places are wanted, which lets most tags be passed over.
fn assert_same_in_passing(page: &[u8], links: &Links) {
    let wanted = Wanted { assets: false, ids: false, ..WANTED };
    for piece in [page.len(), 7] {
        let passed = found_as(wanted, page.chunks(piece.max(1)));
        assert_eq!(told_without_assets(&passed), told_without_assets(links), "{} by {piece}", page.escape_ascii());
        assert_eq!(passed.base(), links.base(), "{}", page.escape_ascii());
    }
}

/// A page fed whole and in pieces, beginning behind what is collected for its charset.
fn all_feeds_agree(page: &[u8]) -> Links {
    let page = [&[b' '; 1024], page].concat();
    let whole = found(&page, page.len());
    for piece in [1, 7, 64] {
        assert_eq!(format!("{whole:?}"), format!("{:?}", found(&page, piece)), "{} by {piece}", page.escape_ascii());
    }
    for cut in 1024..=page.len() {
        let (before, behind) = page.split_at(cut);
        let cut_there = found_in([before, behind]);
        assert_eq!(format!("{whole:?}"), format!("{cut_there:?}"), "{} cut at {cut}", page.escape_ascii());
    }
    whole
}
