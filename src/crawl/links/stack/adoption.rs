//! What begins and ends an element of formatting, and what becomes of those in it (WHATWG HTML, 13.2.6.4.7, the "adoption
//! agency"). Knows nothing of how other elements end.

use super::Stack;
use crate::crawl::links::kinds::identity;

/// Blocks that formatting goes into one by one, where it ends around them.
const RUNS: usize = 8;

impl Stack {
    /// Begins an element of formatting. An `a` ends the one that is open, and so does a `nobr` in scope.
    #[inline]
    pub(super) fn format(&mut self, id: u64, attributes: &[u8]) {
        // Then there is nothing that it could end.
        let is_alone =
            self.formatting.is_empty() && (matches!(attributes, [b'>', ..]) || id == const { identity(b"a") });
        match is_alone {
            true => self.formatting.push_first(id, self.open.len()),
            false => self.format_among(id, attributes),
        }
    }

    #[inline(never)]
    fn format_among(&mut self, id: u64, attributes: &[u8]) {
        let mut attributes = attributes;
        if id == const { identity(b"a") } {
            attributes = &[];
            if self.formatting.listed(id).is_some() {
                self.end_formatting(id);
                self.formatting.listed(id).into_iter().for_each(|which| self.let_go_of_anchor(which));
            }
        } else if id == const { identity(b"nobr") } {
            self.reopen();
            if self.formatting.open(id).is_some_and(|which| self.is_in_scope(which)) {
                self.end_formatting(id);
            }
        }
        if self.waits() {
            self.reopen();
        }
        self.formatting.push(id, attributes, self.open.len());
    }

    fn is_in_scope(&self, formatting: usize) -> bool {
        let depth = self.formatting.depth(formatting);
        depth.is_some_and(|depth| !self.open[depth..].iter().any(|open| open.kind.ends_scope()))
    }

    /// Ends the last of that name (the "adoption agency", 13.2.6.4.7).
    pub(super) fn end_formatting(&mut self, id: u64) {
        let Some(which) = self.formatting.listed(id) else { return self.end_unlisted(id) };
        let Some(depth) = self.formatting.depth(which) else { return self.formatting.remove(which) };
        if depth < self.open.len() && !self.is_in_scope(which) {
            return;
        }
        let (mut within, mut runs) = (depth, 0);
        while let Some(above) = self.open[within..].iter().position(|open| open.kind.is_special()) {
            if runs == RUNS {
                return self.formatting.sink(which, within);
            }
            self.formatting.thin(which, within..=within + above);
            (within, runs) = (within + above + 1, runs + 1);
        }
        if within < self.open.len() {
            self.truncate(within);
        }
        self.close_formatting_from(which + 1, within);
        self.formatting.remove(which);
    }

    /// Ends one of formatting that is open, and on no list.
    fn end_unlisted(&mut self, id: u64) {
        let Some(which) = self.formatting.open(id) else { return };
        let depth = self.formatting.depth(which).unwrap_or(self.open.len());
        if !self.open[depth..].iter().any(|open| open.kind.is_special()) {
            self.truncate(depth);
            self.close_formatting_from(which, depth);
        }
    }
}
