//! What becomes of text: what waits for it, and whose words it is. Reads no tags.

use super::{Page, State};

impl Page {
    #[inline(always)]
    pub(super) fn words(&mut self, text: &[u8]) {
        if self.foreign.listens() && !text.is_empty() {
            self.text_that_matters(text);
        }
        if self.harvest.wants_text() {
            self.anchor_words(text);
        }
    }

    #[cold]
    fn text_that_matters(&mut self, text: &[u8]) {
        if !self.outline.is_settled() && self.templates == 0 {
            if self.outline.text(text) {
                self.harvest.begin_body();
            }
            self.settle_outline();
        }
        if self.templates > 0 || !self.outline.is_before_body() {
            self.foreign.text(text);
        }
        self.give();
    }

    fn anchor_words(&mut self, text: &[u8]) {
        if self.templates == 0 && !text.is_empty() {
            self.settle_anchors();
            self.harvest.text(text, self.foreign.draws_text());
        }
    }

    /// Goes on with a CDATA section. Returns where the next byte is.
    #[cold]
    pub(super) fn section(&mut self, piece: &[u8], at: usize) -> usize {
        let State::Section(section) = &mut self.state else { return at };
        let taken = section.take(&piece[at..]);
        self.section_words(taken.brackets);
        self.section_words(&piece[at..at + taken.text]);
        self.back_to_text(taken.end, piece, at)
    }

    /// Text in which nothing stands for anything else.
    pub(super) fn section_words(&mut self, text: &[u8]) {
        if text.is_empty() {
            return;
        }
        if self.foreign.listens() {
            self.text_that_matters(text);
        }
        if self.harvest.wants_text() && self.templates == 0 {
            self.settle_anchors();
            self.harvest.literal_text(text, self.foreign.draws_text());
        }
    }

    /// Closes the anchors that have ended: what is read now is none of theirs.
    #[inline]
    pub(super) fn settle_anchors(&mut self) {
        // Mostly it is that which was begun last.
        match self.harvest.last_anchor() {
            Some(number) if self.foreign.is_innermost(number) => self.harvest.read_last_anchor(),
            Some(_) if self.foreign.holds_no_anchor() && self.harvest.unknown_anchor().is_none() => {
                self.harvest.close_anchors();
            }
            Some(_) => self.harvest.settle_anchors(|number| self.foreign.anchor(number)),
            None => {}
        }
    }
}
