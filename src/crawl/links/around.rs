//! Which elements of HTML are open around a drawing, of those whose end tags end it too, and which of them end
//! unsaid (WHATWG HTML, 13.2.4.2 and 13.2.6.4). Knows nothing of drawings.
//!
//! Elements of formatting and those that the standard does not know by name (`span`) are not kept: their end tags end
//! no drawing here. Nor do those of `body` and `html`, which end nothing, and of `form`, which leaves what is open in it.

use super::names::letter;

/// Elements that are kept; deeper ones are taken for empty.
const DEEPEST: usize = 256;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Block,
    List,
    Item,
    Term,
    Heading,
    Button,
    /// What stands in it is on its own.
    Apart,
    Template,
    Table,
    Body,
    Row,
    Cell,
    Caption,
}

#[derive(Clone, Copy, Debug)]
struct Open {
    id: u64,
    kind: Kind,
}

#[derive(Debug, Default)]
pub(super) struct Around {
    open: Vec<Open>,
}

impl Around {
    pub(super) fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    pub(super) fn keeps(id: u64) -> bool {
        kind_of(id).is_some()
    }

    /// Takes a start tag of HTML.
    #[inline]
    pub(super) fn start(&mut self, id: u64) {
        if let Some(kind) = kind_of(id) {
            self.begin(id, kind);
        }
    }

    /// Takes an end tag of HTML. Whether it ends anything that is kept.
    #[inline]
    pub(super) fn end(&mut self, id: u64) -> bool {
        !self.open.is_empty() && kind_of(id).is_some_and(|kind| self.finish(id, kind))
    }

    /// Whether its end tag reaches through what lets HTML into a drawing: it looks for a table only.
    pub(super) fn reaches_through(id: u64) -> bool {
        kind_of(id).is_some_and(Kind::is_of_a_table)
    }

    fn begin(&mut self, id: u64, kind: Kind) {
        match kind {
            Kind::Item => self.end_last(&[Kind::Item]),
            Kind::Term => self.end_last(&[Kind::Term]),
            Kind::Heading if self.open.last().is_some_and(|open| open.kind == Kind::Heading) => {
                self.open.pop();
            }
            Kind::Button => {
                self.finish(id, kind);
            }
            Kind::Table if self.structure().is_some_and(|at| self.open[at].kind != Kind::Cell) => {
                self.finish(id, kind);
            }
            Kind::Body | Kind::Row | Kind::Cell | Kind::Caption if !self.make_room(kind) => return,
            _ => {}
        }
        self.push(id, kind);
    }

    fn push(&mut self, id: u64, kind: Kind) {
        if self.open.len() < DEEPEST {
            self.open.push(Open { id, kind });
        }
    }

    /// Ends the last of these that nothing but a `div` or an `address` hides.
    fn end_last(&mut self, kinds: &[Kind]) {
        let seen_through = [identity(b"div"), identity(b"address")];
        let last = self.open.iter().rposition(|open| !seen_through.contains(&open.id));
        if let Some(at) = last.filter(|&at| kinds.contains(&self.open[at].kind)) {
            self.open.truncate(at);
        }
    }

    /// Where the part of a table is that is read now.
    fn structure(&self) -> Option<usize> {
        let at = self.open.iter().rposition(|open| open.kind.is_of_a_table() || open.kind == Kind::Template)?;
        (self.open[at].kind != Kind::Template).then_some(at)
    }

    /// Ends the parts of a table that another does not stand in, and begins those that it does. Whether there is a table.
    fn make_room(&mut self, kind: Kind) -> bool {
        let holds: &[Kind] = match kind {
            Kind::Cell => &[Kind::Row, Kind::Body, Kind::Table],
            Kind::Row => &[Kind::Body, Kind::Table],
            _ => &[Kind::Table],
        };
        let holder = self.open.iter().rposition(|open| holds.contains(&open.kind) || open.kind == Kind::Template);
        let Some(at) = holder.filter(|&at| self.open[at].kind != Kind::Template) else { return false };
        self.open.truncate(at + 1);
        let holder = self.open[at].kind;
        if holder == Kind::Table && matches!(kind, Kind::Row | Kind::Cell) {
            self.push(identity(b"tbody"), Kind::Body);
        }
        if holder != Kind::Row && kind == Kind::Cell {
            self.push(identity(b"tr"), Kind::Row);
        }
        true
    }

    /// Ends the last of that name in its scope, and all that is open in it.
    fn finish(&mut self, id: u64, kind: Kind) -> bool {
        for (at, open) in self.open.iter().enumerate().rev() {
            if open.id == id || (kind == Kind::Heading && open.kind == Kind::Heading) {
                self.open.truncate(at);
                return true;
            }
            if kind.is_hidden_by(open.kind) {
                return false;
            }
        }
        false
    }
}

impl Kind {
    fn is_of_a_table(self) -> bool {
        matches!(self, Kind::Table | Kind::Body | Kind::Row | Kind::Cell | Kind::Caption)
    }

    /// Whether its end tag finds none of its name behind such an element.
    fn is_hidden_by(self, other: Kind) -> bool {
        match other {
            Kind::Template => self != Kind::Template,
            _ if self == Kind::Template => false,
            Kind::Table => true,
            Kind::Cell | Kind::Caption | Kind::Apart => !self.is_of_a_table(),
            Kind::List => self == Kind::Item,
            _ => false,
        }
    }
}

/// As comparisons, of which the compiler makes a search.
macro_rules! kinds {
    ($($kind:ident: $($name:literal)*,)*) => {
        fn kind_of(id: u64) -> Option<Kind> {
            $($(if id == const { identity($name.as_bytes()) } {
                return Some(Kind::$kind);
            })*)*
            None
        }
    };
}

kinds! {
    Block: "address" "article" "aside" "blockquote" "center" "details" "dialog" "dir" "div" "dl" "fieldset" "figcaption"
        "figure" "footer" "header" "hgroup" "listing" "main" "menu" "nav" "pre" "section" "summary",
    List: "ol" "ul",
    Item: "li",
    Term: "dd" "dt",
    Heading: "h1" "h2" "h3" "h4" "h5" "h6",
    Button: "button",
    Apart: "applet" "marquee" "object",
    Template: "template",
    Table: "table",
    Body: "tbody" "tfoot" "thead",
    Row: "tr",
    Cell: "td" "th",
    Caption: "caption",
}

/// The key of a name; of one that is too long for that its hash (FNV-1a), marked as no key of ASCII is.
pub(super) const fn identity(name: &[u8]) -> u64 {
    let (mut key, mut hash, mut at) = (0u64, 0xcbf2_9ce4_8422_2325_u64, 0);
    if name.len() <= 8 {
        while at < name.len() {
            key |= letter(name[at]) << (8 * at);
            at += 1;
        }
        return key;
    }
    while at < name.len() {
        hash = (hash ^ letter(name[at])).wrapping_mul(0x100_0000_01b3);
        at += 1;
    }
    hash | 0x80 << 56
}
