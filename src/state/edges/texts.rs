//! The texts of links, each kept once where it comes again soon: a site's menu is on all its pages. Knows nothing of
//! links.

use std::sync::Arc;

/// Bytes of one text that are kept.
pub(super) const TEXT_BYTES: usize = 127;
/// Bytes of texts in one piece of memory, and pieces that are kept.
const PIECE: usize = 1 << 16;
const PIECES: usize = 1 << 10;
/// Texts that are remembered, each at the place that its hash gives it.
const REMEMBERED: usize = 1 << 12;
/// Bits of a place.
pub(super) const TEXT_BITS: u32 = 27;
/// The place of the empty text, and of those that there was no room for.
const NONE: u32 = (1 << TEXT_BITS) - 1;

const _: () = assert!(PIECE * PIECES <= NONE as usize);

#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Texts {
    /// Behind a character that stands for its length, each text, whole in its piece. Copies share all pieces but the last.
    pieces: Vec<Arc<String>>,
    remembered: Vec<u32>,
    /// Texts that there was no room for.
    pub(super) over: u64,
}

impl Texts {
    /// Where it stands from now on.
    pub(super) fn keep(&mut self, text: &str) -> u32 {
        let text = cut(text);
        if text.is_empty() {
            return NONE;
        }
        if self.remembered.is_empty() {
            self.remembered = vec![NONE; REMEMBERED];
        }
        let slot = hash(text.as_bytes()) as usize % REMEMBERED;
        let known = self.remembered[slot];
        if self.is(known, text) {
            return known;
        }
        let at = self.add(text);
        self.remembered[slot] = at;
        at
    }

    fn add(&mut self, text: &str) -> u32 {
        let Ok(length) = u8::try_from(text.len()) else { return NONE };
        let fits = self.pieces.last().is_some_and(|piece| piece.len() + 1 + text.len() <= PIECE);
        if !fits && self.pieces.len() == PIECES {
            self.over += 1;
            return NONE;
        }
        if !fits {
            self.pieces.push(Arc::new(String::with_capacity(PIECE)));
        }
        let number = self.pieces.len() - 1;
        let piece = Arc::make_mut(&mut self.pieces[number]);
        let at = number * PIECE + piece.len();
        piece.push(char::from(length));
        piece.push_str(text);
        u32::try_from(at).unwrap_or(NONE)
    }

    /// Bytes that a copy does not share.
    pub(super) fn weight(&self) -> usize {
        PIECE + self.remembered.len() * size_of::<u32>()
    }

    /// Whether it is this text that stands there.
    fn is(&self, at: u32, text: &str) -> bool {
        let (piece, at) = (at as usize / PIECE, at as usize % PIECE);
        let there = self.pieces.get(piece).and_then(|piece| piece.as_bytes().get(at..at + 1 + text.len()));
        there
            .and_then(<[u8]>::split_first)
            .is_some_and(|(&length, there)| usize::from(length) == text.len() && there == text.as_bytes())
    }

    pub(super) fn get(&self, at: u32) -> &str {
        let (piece, at) = (at as usize / PIECE, at as usize % PIECE);
        let piece = self.pieces.get(piece).map_or("", |piece| piece.as_str());
        let length = piece.as_bytes().get(at).copied().map_or(0, usize::from);
        piece.get(at + 1..at + 1 + length).unwrap_or_default()
    }
}

fn cut(text: &str) -> &str {
    let mut end = text.len().min(TEXT_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// FNV-1a by eight bytes: whoever makes texts fall together makes them only be kept twice.
fn hash(text: &[u8]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325 ^ text.len() as u64;
    let (words, rest) = text.as_chunks::<8>();
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    for word in words.iter().chain([&last]) {
        hash = (hash ^ u64::from_le_bytes(*word)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        hash ^= hash >> 29;
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_menu_is_kept_once_and_an_empty_text_takes_nothing() {
        let mut texts = Texts::default();
        let places: Vec<u32> = ["Home", "News", "", "Home", "News"].iter().map(|text| texts.keep(text)).collect();
        assert_eq!(places[..2], places[3..]);
        assert_eq!(texts.pieces.iter().map(|piece| piece.len()).sum::<usize>(), 2 * 5);
        assert_eq!(places.iter().map(|&at| texts.get(at)).collect::<Vec<_>>(), ["Home", "News", "", "Home", "News"]);
    }

    #[test]
    fn a_long_text_is_cut_between_characters_and_too_many_are_counted() {
        let mut texts = Texts::default();
        let at = texts.keep(&"ä".repeat(100));
        assert_eq!(texts.get(at), "ä".repeat(63));
        for number in 0..600_000 {
            texts.keep(&format!("{number:0120}"));
        }
        assert!(texts.over > 0 && texts.pieces.iter().all(|piece| piece.len() <= PIECE));
        assert_eq!(texts.pieces.len(), PIECES);
        assert_eq!(texts.get(NONE), "");
    }
}
