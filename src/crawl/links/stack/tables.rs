//! Which parts of tables are open, and what another part ends or begins unsaid (WHATWG HTML, 13.2.6.4.9 to 13.2.6.4.15).
//! Knows nothing of what stands in a cell.

use super::Stack;
use super::template::Mode;
use crate::crawl::links::kinds::{Kind, identity};

impl Stack {
    /// Where the part of a table is that is read now, or the `template` that parts what is read now from all tables.
    pub(super) fn innermost(&self) -> Option<usize> {
        self.open.iter().rposition(|open| open.kind.is_of_a_table() || open.kind == Kind::Template)
    }

    /// Whether it is a table that stands in none of the cells of another.
    pub(super) fn nests_tables(&self, kind: Kind) -> bool {
        kind == Kind::Table && self.innermost().is_some_and(|at| !self.holds_html(at))
    }

    fn holds_html(&self, at: usize) -> bool {
        let open = self.open[at];
        match open.kind {
            Kind::Template => matches!(open.mode, Mode::Undecided | Mode::Body),
            kind => matches!(kind, Kind::Cell | Kind::Caption),
        }
    }

    /// Ends the parts of a table that another does not stand in, and begins those that it does. Whether there is a table,
    /// or a `template` that holds such parts.
    pub(super) fn make_room(&mut self, kind: Kind) -> bool {
        let holds: &[Kind] = match kind {
            Kind::Cell => &[Kind::Row, Kind::Body, Kind::Table],
            Kind::Row => &[Kind::Body, Kind::Table],
            _ => &[Kind::Table],
        };
        let holder = self.open.iter().rposition(|open| holds.contains(&open.kind) || open.kind == Kind::Template);
        let Some(at) = holder else { return false };
        let holder = self.open[at].holder();
        let fits = holder.is_some_and(|holder| holds.contains(&holder));
        // What stands in a part of a table ends with it, though the other part is dropped.
        if fits || self.innermost().is_some_and(|inner| inner > at && holder.is_some()) {
            let leaves_cell = self.leaves_cell(at);
            self.clear_to(at);
            if leaves_cell {
                self.clear_formatting();
            }
        }
        if fits && holder == Some(Kind::Table) && matches!(kind, Kind::Row | Kind::Cell) {
            self.push(identity(b"tbody"), Kind::Body);
        }
        if fits && holder != Some(Kind::Row) && kind == Kind::Cell {
            self.push(identity(b"tr"), Kind::Row);
        }
        fits
    }

    /// Takes the end tag of a table.
    pub(super) fn end_table(&mut self) {
        if !self.finish(const { identity(b"table") }, Kind::Table) {
            self.end_parts();
        }
    }

    /// There is no table: the parts of one in a `template` end, unless they hold cells.
    fn end_parts(&mut self) {
        let inner = self.innermost().map(|at| self.open[at].kind);
        if !matches!(inner, Some(Kind::Body | Kind::Row | Kind::Caption)) {
            return;
        }
        let template = self.open.iter().rposition(|open| open.kind == Kind::Template).unwrap_or(0);
        let outer = self.open[template..].iter().position(|open| open.kind.is_of_a_table());
        self.end_at(template + outer.unwrap_or(0));
        if inner == Some(Kind::Caption) {
            self.clear_formatting();
        }
    }

    /// Whether a cell, or a caption, ends with what is open in that one.
    pub(super) fn leaves_cell(&self, at: usize) -> bool {
        let is_cell = |inner: &usize| matches!(self.open[*inner].kind, Kind::Cell | Kind::Caption);
        self.innermost().filter(is_cell).is_some_and(|inner| inner > at)
    }
}
