//! Which page links to which target, where, and with what text: 16 bytes a link. Knows nothing of what became of them.
//!
//! So many are kept; of those beyond, only the first that leads to each target. Both are counted.

mod kept;
mod spot;
mod texts;

use crate::followed::Followed;
use crate::id::FetchId;
use crate::text::Untrusted;
use kept::{IDS, Kept};
use spot::Spot;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use texts::{TEXT_BYTES, Texts};

/// Links that are kept, wherever they lead.
const KEPT: usize = 4_000_000;
/// Links that are kept beyond those, each the first to its target.
const FIRSTS: u64 = 10_000_000;
/// Links in one piece of memory: what there is never moves.
const PIECE: usize = 1 << 15;
/// Ids count from 1.
const NOBODY: u32 = 0;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Edges {
    /// Copies of a state share all but the last.
    pieces: Vec<Arc<Vec<Kept>>>,
    /// The lowest and the highest page of each piece: pages are followed roughly in the order of their numbers.
    pages: Vec<(u32, u32)>,
    len: usize,
    /// Those that do not stand any more.
    gone: usize,
    texts: Texts,
    /// A bit a target: whether a link to it is kept.
    reached: Vec<u64>,
    /// Links beyond those that are kept wherever they lead, and are kept as the first to their target.
    pub firsts: u64,
    /// Links of which only the number is known.
    pub over: u64,
}

/// A link from a page to a target.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Link<'a> {
    pub from: FetchId,
    pub to: FetchId,
    /// Counted from 1; 0 where it is not known.
    pub line: u32,
    /// In characters, counted from 1; 0 where it is not known.
    pub column: u32,
    text: &'a str,
}

impl Link<'_> {
    /// A link of which it is only known that it is there.
    pub fn without_place(from: FetchId, to: FetchId) -> Link<'static> {
        Link { from, to, line: 0, column: 0, text: "" }
    }

    pub fn has_text(&self) -> bool {
        !self.text.is_empty()
    }

    /// What stands between `<a>` and `</a>`.
    pub fn text(&self) -> Untrusted {
        Untrusted::new(self.text, TEXT_BYTES)
    }
}

impl Edges {
    pub(super) fn follow(&mut self, from: FetchId, followed: &Followed) {
        self.follow_up_to(KEPT, from, followed);
    }

    fn follow_up_to(&mut self, most: usize, from: FetchId, followed: &Followed) {
        let mut kept = Vec::with_capacity(followed.edges.len());
        for (edge, text) in followed.edges() {
            let (Some(from), Some(to)) = (number(from), number(edge.to)) else {
                self.over += 1;
                continue;
            };
            let first = self.reach(to);
            if self.len + kept.len() >= most {
                if !first || self.firsts >= FIRSTS {
                    self.over += 1;
                    continue;
                }
                self.firsts += 1;
            }
            let text = self.texts.keep(text);
            kept.push(Kept::new(from, to, Spot::new(edge.line, edge.column), text));
        }
        self.append(&kept);
    }

    /// Whether this is the first link to that target.
    fn reach(&mut self, to: u32) -> bool {
        let (word, bit) = (to as usize / 64, 1 << (to % 64));
        if word >= self.reached.len() {
            self.reached.resize((word + 1).next_power_of_two(), 0);
        }
        let first = self.reached[word] & bit == 0;
        self.reached[word] |= bit;
        first
    }

    /// Keeps those of one page.
    fn append(&mut self, mut kept: &[Kept]) {
        while let Some(first) = kept.first() {
            if self.len.is_multiple_of(PIECE) {
                self.pieces.push(Arc::new(Vec::with_capacity(PIECE)));
                self.pages.push((first.from(), first.from()));
            }
            let (here, later) = kept.split_at(kept.len().min(PIECE - self.len % PIECE));
            if let Some((lowest, highest)) = self.pages.last_mut() {
                (*lowest, *highest) = (first.from().min(*lowest), first.from().max(*highest));
            }
            if let Some(piece) = self.pieces.last_mut() {
                Arc::make_mut(piece).extend_from_slice(here);
            }
            self.len += here.len();
            kept = later;
        }
    }

    /// A page is fetched again: its links do not stand any more.
    pub(super) fn take_back(&mut self, page: FetchId) {
        let Some(page) = number(page).filter(|&page| page != NOBODY) else { return };
        let pieces = self.pieces.iter_mut().zip(&self.pages).filter(|(_, pages)| (pages.0..=pages.1).contains(&page));
        for piece in pieces.map(|(piece, _)| piece).filter(|piece| piece.iter().any(|kept| kept.from() == page)) {
            for kept in Arc::make_mut(piece).iter_mut().filter(|kept| kept.from() == page) {
                *kept = kept.moved(NOBODY);
                self.gone += 1;
            }
        }
    }

    /// Links that are kept.
    pub fn len(&self) -> usize {
        self.len - self.gone
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Links whose texts there was no room for.
    pub fn without_text(&self) -> u64 {
        self.texts.over
    }

    /// Bytes that a copy does not share.
    pub(super) fn weight(&self) -> usize {
        self.texts.weight() + self.reached.len() * size_of::<u64>() + PIECE * size_of::<Kept>()
    }

    /// Those that are kept, in the order in which they were found.
    pub fn iter(&self) -> impl Iterator<Item = Link<'_>> {
        let kept = self.pieces.iter().flat_map(|piece| piece.iter()).filter(|kept| kept.from() != NOBODY);
        kept.map(|kept| self.link(kept))
    }

    /// Where they stand, where they lead, and their lines, in the same order.
    pub fn ends(&self) -> impl Iterator<Item = [u32; 3]> {
        let kept = self.pieces.iter().flat_map(|piece| piece.iter()).filter(|kept| kept.from() != NOBODY);
        kept.map(|kept| [kept.from(), kept.to(), kept.spot().place().0])
    }

    /// The first link from one to the other.
    pub fn between(&self, from: FetchId, to: FetchId) -> Option<Link<'_>> {
        let (from, to) = (number(from)?, number(to)?);
        let pieces = self.pieces.iter().zip(&self.pages).filter(|(_, pages)| (pages.0..=pages.1).contains(&from));
        let mut links = pieces.flat_map(|(piece, _)| piece.iter());
        links.find(|kept| (kept.from(), kept.to()) == (from, to)).map(|kept| self.link(kept))
    }

    /// The texts of the links that stand at these places, each a page, a line and a column, as far as they are known.
    pub fn texts_at(&self, places: &HashSet<(FetchId, u32, u32)>) -> HashMap<(FetchId, u32, u32), Untrusted> {
        if places.is_empty() {
            return HashMap::new();
        }
        let at = |link: &Link<'_>| (link.from, link.line, link.column);
        let known = self.iter().filter(|link| link.has_text() && places.contains(&at(link)));
        known.map(|link| (at(&link), link.text())).collect()
    }

    fn link(&self, kept: &Kept) -> Link<'_> {
        let (line, column) = kept.spot().place();
        let (from, to) = (FetchId(kept.from().into()), FetchId(kept.to().into()));
        Link { from, to, line, column, text: self.texts.get(kept.text()) }
    }
}

/// An id as it is kept, where it is one that a run gives.
fn number(id: FetchId) -> Option<u32> {
    u32::try_from(id.0).ok().filter(|&id| id < IDS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::followed::Edge;

    fn followed(to: impl IntoIterator<Item = u64>) -> Followed {
        let mut texts = String::new();
        let edges = to.into_iter().map(|to| {
            texts += &format!("to {to}");
            Edge { to: FetchId(to), line: 3, column: 7, text_end: u32::try_from(texts.len()).unwrap() }
        });
        let edges: Vec<Edge> = edges.collect();
        Followed { edges, texts: texts.into(), ..Followed::default() }
    }

    fn told(edges: &Edges) -> Vec<(u64, u64, String)> {
        edges.iter().map(|link| (link.from.0, link.to.0, link.text().display_all())).collect()
    }

    #[test]
    fn a_link_keeps_its_page_its_target_its_place_and_its_text() {
        let mut edges = Edges::default();
        edges.follow(FetchId(1), &followed([2, 3]));
        edges.follow(FetchId(2), &followed([1]));
        let expected = [(1, 2, "to 2"), (1, 3, "to 3"), (2, 1, "to 1")];
        assert_eq!(told(&edges), expected.map(|(from, to, text)| (from, to, text.to_owned())));
        assert!(edges.iter().all(|link| (link.line, link.column) == (3, 7)));
        let between = |from, to| edges.between(FetchId(from), FetchId(to)).map(|link| link.text().display_all());
        assert_eq!((between(1, 3), between(2, 3), between(9, 1)), (Some("to 3".to_owned()), None, None));
    }

    #[test]
    fn beyond_the_limit_the_first_link_to_each_target_is_kept_and_the_others_are_counted() {
        let mut edges = Edges::default();
        edges.follow_up_to(3, FetchId(1), &followed([1, 2, 2, 2, 1, 3]));
        edges.follow_up_to(3, FetchId(2), &followed([3, 4, 4, 1]));
        let kept: Vec<_> = edges.iter().map(|link| (link.from.0, link.to.0)).collect();
        assert_eq!(kept, [(1, 1), (1, 2), (1, 2), (1, 3), (2, 4)]);
        assert_eq!((edges.len(), edges.firsts, edges.over), (5, 2, 5));
    }

    #[test]
    fn ids_that_no_run_gives_take_no_memory() {
        let mut edges = Edges::default();
        edges.follow(FetchId(1), &followed([u64::MAX, u64::from(IDS)]));
        edges.follow(FetchId(u64::MAX), &followed([1]));
        assert_eq!((edges.len(), edges.over, edges.reached.len()), (0, 3, 0));
    }

    #[test]
    fn the_links_of_a_page_that_are_in_several_pieces_of_memory_are_found_in_each() {
        let mut edges = Edges::default();
        let many = 2 * PIECE as u64 + 5;
        edges.follow(FetchId(7), &followed([3, 4]));
        edges.follow(FetchId(2), &followed(1..=many));
        edges.follow(FetchId(9), &followed([5]));
        assert_eq!((edges.len() as u64, edges.pieces.len()), (many + 3, 3));
        assert_eq!(edges.pages, [(2, 7), (2, 2), (2, 9)]);
        assert!([1, PIECE as u64, many].iter().all(|&to| edges.between(FetchId(2), FetchId(to)).is_some()));
        edges.take_back(FetchId(2));
        assert_eq!(edges.len(), 3);
    }

    #[test]
    fn texts_that_do_not_fit_the_edges_are_no_panic() {
        let edge = |text_end| Edge { to: FetchId(2), line: 0, column: u32::MAX, text_end };
        let edges = vec![edge(2), edge(1), edge(99), edge(u32::MAX)];
        let mut kept = Edges::default();
        kept.follow(FetchId(1), &Followed { edges, texts: "äx".into(), ..Followed::default() });
        assert_eq!(kept.len(), 4);
    }
}
