//! What becomes of a `form` and a `select`, and of what ends in them unsaid (WHATWG HTML, 13.2.6.4.7). Knows nothing of
//! where a form is sent.

use super::Stack;
use crate::crawl::links::kinds::{Kind, Space, identity};

/// What a `form` is kept under: its end tag ends no form but the one that was begun last.
const FORM: u64 = 1;

impl Stack {
    /// Whether a `form` may begin here: not in another, and not in a part of a table of a `template`.
    pub(super) fn takes_form(&self) -> bool {
        if self.is_in_template() { !self.is_among_parts() } else { !self.has_form }
    }

    /// Begins a `form`. Between the parts of a table it stays empty.
    pub(super) fn begin_form(&mut self) -> bool {
        self.has_form |= !self.is_in_template();
        if !self.is_among_parts() {
            self.push(FORM, Kind::Form);
        }
        true
    }

    /// Takes the end tag of a `form`, which leaves what else is open in it.
    pub(super) fn end_form(&mut self) {
        if self.is_in_template() {
            self.finish(FORM, Kind::Form);
            return;
        }
        let Some(at) = self.open.iter().rposition(|open| open.kind == Kind::Form).filter(|_| self.has_form) else {
            self.has_form = false;
            return;
        };
        self.has_form = false;
        if self.open[at..].iter().any(|open| open.kind.ends_scope()) {
            self.open[at].kind = Kind::Special;
            return;
        }
        self.end_unsaid(None);
        self.open.remove(at);
        self.formatting.rise(at);
        self.drawn = self.drawn.map(|drawn| drawn - usize::from(drawn > at));
    }

    /// What begins in a `select`, or ends one. Whether it is no other `select`.
    pub(super) fn begin_choice(&mut self, id: u64, kind: Kind) -> bool {
        let select = const { identity(b"select") };
        let option = const { identity(b"option") };
        match kind {
            Kind::Select => return !self.finish(select, Kind::Select),
            Kind::Input => {
                self.finish(select, Kind::Select);
            }
            Kind::Choice if !self.has_in_scope(select) => {
                if self.current().is_some_and(|open| open.id == option && open.space == Space::Html) {
                    self.end_last();
                }
            }
            Kind::Choice if id == option => self.end_unsaid(Some(const { identity(b"optgroup") })),
            Kind::Rule if !self.has_in_scope(select) => {}
            Kind::Ruby if !self.has_in_scope(const { identity(b"ruby") }) => {}
            Kind::Ruby if [identity(b"rp"), identity(b"rt")].contains(&id) => {
                self.end_unsaid(Some(const { identity(b"rtc") }));
            }
            _ => self.end_unsaid(None),
        }
        true
    }

    /// Ends what ends unsaid, down to what does not.
    fn end_unsaid(&mut self, except: Option<u64>) {
        while self.current().is_some_and(|open| open.kind.ends_unsaid() && Some(open.id) != except) {
            self.end_last();
        }
    }

    fn has_in_scope(&self, id: u64) -> bool {
        let open =
            self.open.iter().rev().find(|open| (open.id == id && open.space == Space::Html) || open.kind.ends_scope());
        open.is_some_and(|open| open.id == id && open.space == Space::Html)
    }

    pub(super) fn is_in_template(&self) -> bool {
        self.open.iter().any(|open| open.kind == Kind::Template)
    }

    /// Whether what is read now stands in a table, and in none of its cells.
    fn is_among_parts(&self) -> bool {
        self.nests_tables(Kind::Table)
    }
}
