//! How the inside of a `template` is read: as what its first element is (WHATWG HTML, 13.2.6.4.18). Knows nothing of what
//! becomes of formatting in it.

use super::{Open, Stack};
use crate::crawl::links::kinds::{Kind, identities, identity, kind_of};

/// The insertion modes of a `template`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// Nothing stands in it that tells.
    Undecided,
    Body,
    Table,
    TableBody,
    Row,
    Columns,
}

/// Elements that do not tell.
const ANYWHERE: [u64; 10] =
    identities(["base", "basefont", "bgsound", "link", "meta", "noframes", "script", "style", "template", "title"]);

impl Open {
    pub(super) fn is_choosy(&self) -> bool {
        self.kind == Kind::Template && matches!(self.mode, Mode::Undecided | Mode::Columns)
    }

    /// As which part of a table it holds others.
    pub(super) fn holder(&self) -> Option<Kind> {
        match (self.kind, self.mode) {
            (Kind::Template, Mode::Table) => Some(Kind::Table),
            (Kind::Template, Mode::TableBody) => Some(Kind::Body),
            (Kind::Template, Mode::Row) => Some(Kind::Row),
            (Kind::Template, _) => None,
            (kind, _) => Some(kind),
        }
    }
}

impl Stack {
    /// Whether a `template` drops the element of this name, which may be the first in it.
    #[cold]
    pub(super) fn drops(&mut self, id: u64) -> bool {
        let Some(at) = self.innermost().filter(|&at| self.open[at].kind == Kind::Template) else { return false };
        if self.open[at].mode == Mode::Undecided && !ANYWHERE.contains(&id) {
            self.open[at].mode = told_by(id);
            self.choosy -= usize::from(!self.open[at].is_choosy());
            self.settle();
        }
        self.open[at].mode == Mode::Columns && id != const { identity(b"template") }
    }

    /// Whether what is read now is a `template` of columns, which drops elements of raw text too.
    pub(in crate::crawl::links) fn drops_all(&self) -> bool {
        self.innermost().is_some_and(|at| self.open[at].kind == Kind::Template && self.open[at].mode == Mode::Columns)
    }
}

fn told_by(id: u64) -> Mode {
    match kind_of(id) {
        Some(Kind::Columns) if id == const { identity(b"col") } => Mode::Columns,
        Some(Kind::Caption | Kind::Columns | Kind::Body) => Mode::Table,
        Some(Kind::Row) => Mode::TableBody,
        Some(Kind::Cell) => Mode::Row,
        _ => Mode::Body,
    }
}
