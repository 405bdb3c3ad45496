//! Which open element an end tag of HTML ends, and what ends with it (WHATWG HTML, 13.2.6.4.7). Knows nothing of what begins.

use super::{Open, Stack};
use crate::crawl::links::kinds::{Kind, identity, kind_of};

impl Stack {
    #[inline(never)]
    pub(super) fn end_any(&mut self, id: u64) {
        match kind_of(id) {
            Some(Kind::Formatting) => self.end_formatting(id),
            Some(Kind::Form) => self.end_form(),
            Some(Kind::Table) => self.end_table(),
            Some(kind) if kind.ends_by_name() => self.end_other(id),
            Some(Kind::Void) if id == const { identity(b"br") } => self.reopen(),
            Some(kind) if !kind.is_empty() => {
                self.finish(id, kind);
            }
            Some(_) => {}
            None => self.end_other(id),
        }
    }

    /// Ends the last of this kind that nothing but a `div`, an `address` or a `p` hides.
    pub(super) fn end_item(&mut self, kind: Kind) {
        let seen_through = [identity(b"div"), identity(b"address"), identity(b"p")];
        let last = self.open.iter().rposition(|open| open.kind.is_special() && !seen_through.contains(&open.id));
        if let Some(at) = last.filter(|&at| self.open[at].kind == kind) {
            self.end_at(at);
        }
    }

    /// Ends the last of that name in its scope, and all that is open in it.
    pub(super) fn finish(&mut self, id: u64, kind: Kind) -> bool {
        for at in (0..self.open.len()).rev() {
            let open = self.open[at];
            if (open.id == id && open.kind == kind) || (kind == Kind::Heading && open.kind == Kind::Heading) {
                let marked = kind.is_of_a_table() && self.leaves_cell(at);
                self.end_at(at);
                if marked || kind.is_marked() {
                    self.clear_formatting();
                }
                return true;
            }
            if kind.is_hidden_by(open.kind) {
                return false;
            }
        }
        false
    }

    /// Ends one without rules.
    pub(super) fn end_other(&mut self, id: u64) {
        let is_it = |open: &Open| open.id == id && open.kind.ends_by_name();
        let last = self.open.iter().rposition(|open| is_it(open) || open.kind.is_special());
        if let Some(at) = last.filter(|&at| is_it(&self.open[at])) {
            self.end_at(at);
        }
    }
}
