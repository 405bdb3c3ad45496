//! The anchors that are open, and the text that is read for them. Knows nothing of what is open else.

use super::Harvest;
use crate::crawl::links::names::{Key, parts_words};
use crate::crawl::links::stack::Standing;
use std::num::NonZeroU32;

impl Harvest {
    #[inline]
    pub(in crate::crawl::links) fn wants_text(&self) -> bool {
        self.anchors.is_open()
    }

    /// Text of HTML, or of a drawing.
    pub(in crate::crawl::links) fn text(&mut self, text: &[u8], drawn: bool) {
        if drawn { self.anchors.add_with_zeros(text) } else { self.anchors.add(text) }
    }

    /// The same where nothing stands for anything else.
    pub(in crate::crawl::links) fn literal_text(&mut self, text: &[u8], drawn: bool) {
        for (count, part) in text.split(|byte| *byte == b'&').enumerate() {
            self.anchors.add(if count > 0 { b"&amp;" } else { b"" });
            self.text(part, drawn);
        }
    }

    /// A tag of such an element stands there.
    #[inline(always)]
    pub(in crate::crawl::links) fn part_words(&mut self, key: Key) {
        if self.anchors.is_open() {
            self.part_anchor_words(key);
        }
    }

    #[inline(never)]
    fn part_anchor_words(&mut self, key: Key) {
        if parts_words(key) {
            self.anchors.add(b" ");
        }
    }

    pub(super) fn open_anchor(&mut self, link: usize) {
        if self.anchors.is_full() {
            self.close_anchor(self.anchors.len() - 1);
        }
        self.anchors.open(link);
    }

    #[inline]
    pub(in crate::crawl::links) fn last_anchor(&self) -> Option<NonZeroU32> {
        self.anchors.last()
    }

    #[inline]
    pub(in crate::crawl::links) fn read_last_anchor(&mut self) {
        self.anchors.read(Some(self.anchors.len() - 1));
    }

    /// Closes the anchors that have ended. What is read now stands in the innermost that is open.
    pub(in crate::crawl::links) fn settle_anchors(&mut self, standing: impl Fn(NonZeroU32) -> Standing) {
        for which in (0..self.anchors.len()).rev() {
            match self.anchors.number(which).filter(|(_, known)| *known).map(|(number, _)| standing(number)) {
                Some(Standing::Ended) => self.close_anchor(which),
                Some(Standing::Waiting) => {}
                Some(Standing::Open) | None => return self.anchors.read(Some(which)),
            }
        }
        self.anchors.read(None);
    }

    /// The number of the anchor that was opened last, until its element is known.
    #[inline]
    pub(in crate::crawl::links) fn unknown_anchor(&self) -> Option<NonZeroU32> {
        let last = self.anchors.len().checked_sub(1)?;
        self.anchors.number(last).filter(|(_, known)| !known).map(|(number, _)| number)
    }

    pub(in crate::crawl::links) fn know_anchor(&mut self) {
        self.anchors.know();
    }

    /// One that ends with the next end tag, or start tag, of its name.
    pub(in crate::crawl::links) fn close_unknown_anchor(&mut self) {
        if self.unknown_anchor().is_some() {
            self.close_anchor(self.anchors.len() - 1);
        }
    }

    pub(in crate::crawl::links) fn close_anchors(&mut self) {
        (0..self.anchors.len()).rev().for_each(|which| self.close_anchor(which));
    }

    fn close_anchor(&mut self, which: usize) {
        self.anchors.close(which, &mut self.found, &mut self.charset);
    }
}
