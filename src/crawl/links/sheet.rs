//! The links of a style sheet that comes in pieces. Knows nothing of pages.

use super::css::Css;
use super::found::Links;
use super::harvest::Harvest;
use super::position::Position;

#[derive(Debug)]
pub(super) struct Sheet {
    css: Css,
    /// Where the last URL begins.
    begin: Position,
    harvest: Harvest,
}

impl Sheet {
    pub(super) fn new(harvest: Harvest) -> Sheet {
        Sheet { css: Css::new(), begin: Position { line: 1, column: 1 }, harvest }
    }

    pub(super) fn take(&mut self, piece: &[u8]) {
        self.harvest.sheet(&mut self.css, &mut self.begin, piece, 0..piece.len());
        self.harvest.lines.end_piece(piece);
    }

    pub(super) fn finish(mut self) -> Links {
        if self.css.end() {
            self.harvest.css(&self.css, self.begin, false);
        }
        self.harvest.finish()
    }
}
