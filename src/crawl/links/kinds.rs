//! What kinds of elements the tree of a page tells apart, as far as it decides which end tags end what (WHATWG HTML,
//! 13.2.4.2 and 13.2.6.4). Knows nothing of what is open.

use super::names::letter;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::crawl) enum Space {
    Html,
    Svg,
    Math,
}

/// What an element lets in as HTML.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lets {
    Nothing,
    Html,
    /// All but `mglyph` and `malignmark`.
    Text,
    /// `svg` only.
    Svg,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Paragraph,
    Block,
    List,
    /// A block that does not stop the end tags of others.
    Loose,
    /// Ends a `p`, and is not kept.
    Rule,
    Form,
    Select,
    /// One of a `select`, which ends unsaid.
    Choice,
    /// One of a `ruby`, which ends unsaid.
    Ruby,
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
    /// Ends what is open in a table, and is not kept.
    Columns,
    Formatting,
    /// Nothing stands in it.
    Void,
    /// As those, and ends a `select`.
    Input,
    /// Of text, or of the head: no formatting goes on in it.
    Quiet,
    /// Text in which there are no tags, and ends a `p`.
    Text,
    /// Has its own place, which is not in a `body`.
    Misplaced,
    /// Of the page itself.
    Root,
    /// Stops the end tags of others, and has no rules else.
    Special,
    /// Any other element of HTML.
    Other,
    /// One of a drawing.
    Drawn,
    /// One of a drawing that lets HTML in.
    Letting,
}

impl Kind {
    pub(super) fn is_of_a_table(self) -> bool {
        matches!(self, Kind::Table | Kind::Body | Kind::Row | Kind::Cell | Kind::Caption)
    }

    /// Whether the end tags of elements of formatting, and of those without rules, stop there.
    pub(super) fn is_special(self) -> bool {
        !matches!(self, Kind::Formatting | Kind::Other | Kind::Drawn | Kind::Loose | Kind::Choice | Kind::Ruby)
    }

    /// Whether what is open around it is out of the scope of what is in it.
    pub(super) fn ends_scope(self) -> bool {
        // An `annotation-xml` does, whatever it lets in.
        self.is_marked() || matches!(self, Kind::Table | Kind::Letting | Kind::Select)
    }

    /// Whether a `p` ends before such an element.
    pub(super) fn ends_paragraph(self) -> bool {
        use Kind::{Block, Form, Heading, Item, List, Loose, Paragraph, Rule, Table, Term, Text};
        matches!(self, Paragraph | Rule | Block | Loose | List | Item | Term | Heading | Table | Form | Text)
    }

    /// Whether formatting within is on its own.
    pub(super) fn is_marked(self) -> bool {
        matches!(self, Kind::Cell | Kind::Caption | Kind::Apart | Kind::Template)
    }

    /// Whether formatting that waits is opened again before such an element.
    pub(super) fn reopens(self) -> bool {
        use Kind::{Apart, Button, Choice, Input, Select, Special, Text, Void};
        matches!(self, Button | Apart | Choice | Input | Select | Special | Text | Void)
    }

    /// Whether it is none that others stand in.
    pub(super) fn is_empty(self) -> bool {
        use Kind::{Input, Misplaced, Quiet, Root, Rule, Text, Void};
        matches!(self, Input | Misplaced | Quiet | Root | Rule | Text | Void)
    }

    /// Whether it may stand around others, or end them.
    pub(super) fn matters(self) -> bool {
        !matches!(self, Kind::Misplaced | Kind::Quiet | Kind::Root | Kind::Void)
    }

    /// Whether an element of this kind leads nowhere and changes nothing of how bytes are read; of others, some do.
    #[inline]
    pub(super) fn is_plain(self, id: u64) -> bool {
        use Kind::{
            Block, Body, Button, Caption, Cell, Choice, Columns, Formatting, Heading, Item, List, Loose, Paragraph,
            Row, Ruby, Rule, Select, Table, Term,
        };
        match self {
            Formatting => id != const { identity(b"a") },
            Paragraph | Block | List | Loose | Rule | Select | Choice | Ruby | Item | Term | Heading | Button => true,
            Table | Body | Row | Cell | Caption | Columns => true,
            _ => false,
        }
    }

    /// Whether it ends unsaid before many others ("generate implied end tags").
    pub(super) fn ends_unsaid(self) -> bool {
        matches!(self, Kind::Paragraph | Kind::Item | Kind::Term | Kind::Choice | Kind::Ruby)
    }

    /// Whether its end tag ends what has its name, down to what stops it.
    pub(super) fn ends_by_name(self) -> bool {
        matches!(self, Kind::Choice | Kind::Ruby | Kind::Special | Kind::Other)
    }

    /// Whether its end tag finds none of its name behind such an element.
    pub(super) fn is_hidden_by(self, other: Kind) -> bool {
        match other {
            Kind::Template => self != Kind::Template,
            _ if self == Kind::Template => false,
            Kind::Table => true,
            Kind::List => self == Kind::Item,
            Kind::Button => self == Kind::Paragraph,
            _ => other.ends_scope() && !self.is_of_a_table(),
        }
    }
}

/// As comparisons, of which the compiler makes a search.
macro_rules! kinds {
    ($($kind:ident: $($name:literal)*,)*) => {
        #[inline]
        pub(super) fn kind_of(id: u64) -> Option<Kind> {
            $($(if id == const { identity($name.as_bytes()) } {
                return Some(Kind::$kind);
            })*)*
            None
        }
    };
}

kinds! {
    Paragraph: "p",
    Rule: "hr",
    Form: "form",
    Select: "select",
    Choice: "option" "optgroup",
    Ruby: "rb" "rp" "rt" "rtc",
    Void: "area" "br" "embed" "image" "img" "keygen" "wbr",
    Input: "input",
    Quiet: "base" "basefont" "bgsound" "iframe" "link" "meta" "noembed" "noframes" "param" "script" "source" "style"
        "textarea" "title" "track",
    Text: "plaintext" "xmp",
    Misplaced: "frame" "frameset" "head",
    Root: "body" "html",
    Special: "isindex" "noscript",
    Loose: "dialog" "search",
    Block: "address" "article" "aside" "blockquote" "center" "details" "dir" "div" "dl" "fieldset" "figcaption"
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
    Columns: "col" "colgroup",
    Formatting: "a" "b" "big" "code" "em" "font" "i" "nobr" "s" "small" "strike" "strong" "tt" "u",
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

pub(super) const fn identities<const N: usize>(names: [&str; N]) -> [u64; N] {
    let (mut ids, mut at) = ([0; N], 0);
    while at < N {
        ids[at] = identity(names[at].as_bytes());
        at += 1;
    }
    ids
}
