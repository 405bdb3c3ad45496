//! Which elements are SVG or MathML, and where HTML goes on inside of them: there `title`, `style` and `script` hold
//! tags, and CDATA sections are none of comments (WHATWG HTML, 13.2.6.5). Knows nothing of links.
//!
//! It keeps what is open since the outermost `svg` or `math`, and of HTML around that what its end tags ask for.

use super::around::{Around, identity};
use super::names::{Attribute, key};
use super::tag::Attributes;

/// Elements that are kept; deeper ones are taken for empty.
const DEEPEST: usize = 256;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::crawl) enum Space {
    Html,
    Svg,
    Math,
}

/// What an element lets in as HTML.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lets {
    Nothing,
    Html,
    /// All but `mglyph` and `malignmark`.
    Text,
    /// `svg` only.
    Svg,
}

#[derive(Clone, Copy, Debug)]
struct Open {
    /// Of its name; of a long name some hash.
    name: u64,
    space: Space,
    lets: Lets,
}

#[derive(Debug, Default)]
pub(in crate::crawl) struct Foreign {
    open: Vec<Open>,
    around: Around,
}

/// Start tags that end a drawing.
const BREAKING: [u64; 43] = identities([
    "b",
    "big",
    "blockquote",
    "body",
    "br",
    "center",
    "code",
    "dd",
    "div",
    "dl",
    "dt",
    "em",
    "embed",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "hr",
    "i",
    "img",
    "li",
    "listing",
    "menu",
    "meta",
    "nobr",
    "ol",
    "p",
    "pre",
    "ruby",
    "s",
    "small",
    "span",
    "strong",
    "strike",
    "sub",
    "sup",
    "table",
    "tt",
    "u",
    "ul",
]);

/// Elements without an end tag.
const VOID: [u64; 17] = identities([
    "area", "base", "br", "col", "embed", "frame", "hr", "image", "img", "input", "keygen", "link", "meta", "param",
    "source", "track", "wbr",
]);

const SVG_WITH_HTML: [u64; 3] = identities(["foreignobject", "desc", "title"]);
const MATH_WITH_TEXT: [u64; 5] = identities(["mi", "mo", "mn", "ms", "mtext"]);

impl Foreign {
    pub(in crate::crawl) fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    /// Whether an end tag can end nothing that is kept.
    pub(in crate::crawl) fn knows_nothing(&self) -> bool {
        self.open.is_empty() && self.around.is_empty()
    }

    /// As [`Foreign::keeps`], by the key of a short name.
    pub(in crate::crawl) fn keeps_key(key: u64) -> bool {
        Around::keeps(key)
    }

    /// Whether an element of HTML is kept, though no drawing is open.
    pub(in crate::crawl) fn keeps(name: &[u8]) -> bool {
        Around::keeps(identity(name))
    }

    /// Takes a start tag of HTML outside of drawings; `key` is zero for a long name.
    #[inline]
    pub(in crate::crawl) fn start_around(&mut self, key: u64, name: &[u8]) {
        self.around.start(if key == 0 { identity(name) } else { key });
    }

    /// Takes an end tag outside of drawings.
    #[inline]
    pub(in crate::crawl) fn end_around(&mut self, key: u64, name: &[u8]) {
        if !self.around.is_empty() {
            self.around.end(if key == 0 { identity(name) } else { key });
        }
    }

    /// Whether `<![CDATA[` begins a section.
    pub(in crate::crawl) fn has_sections(&self) -> bool {
        self.open.last().is_some_and(|open| open.space != Space::Html)
    }

    /// Takes a start tag, and says what its element is.
    pub(in crate::crawl) fn start(&mut self, name: &[u8], attributes: &Attributes<'_>, self_closing: bool) -> Space {
        let id = identity(name);
        let space = self.space_of(id, attributes);
        let is_void = if space == Space::Html { VOID.contains(&id) } else { self_closing };
        if space == Space::Html && id == key("a") {
            self.end_anchor();
        }
        let around = space == Space::Html && self.open.is_empty();
        if around {
            self.around.start(id);
        }
        if !is_void && !around && self.open.len() < DEEPEST {
            self.open.push(Open { name: id, space, lets: lets(id, space, attributes) });
        }
        space
    }

    /// An `a` ends where the next begins.
    fn end_anchor(&mut self) {
        let mut html = self.open.iter().rev().take_while(|open| open.space == Space::Html);
        if let Some(above) = html.position(|open| open.name == key("a")) {
            self.open.truncate(self.open.len() - above - 1);
        }
    }

    fn space_of(&mut self, id: u64, attributes: &Attributes<'_>) -> Space {
        if self.is_html(id) {
            return own_space(id);
        }
        let font = id == key("font") && attributes.has(Attribute::Font);
        if font || id == key("var") || BREAKING.contains(&id) {
            self.leave();
            return Space::Html;
        }
        self.open.last().map_or(Space::Html, |open| open.space)
    }

    /// Whether a start tag of this name is read as HTML here.
    fn is_html(&self, id: u64) -> bool {
        self.open.last().is_none_or(|open| match open.lets {
            _ if open.space == Space::Html => true,
            Lets::Nothing => false,
            Lets::Html => true,
            Lets::Text => ![identity(b"mglyph"), identity(b"malignmark")].contains(&id),
            Lets::Svg => id == key("svg"),
        })
    }

    /// Ends what is open down to where HTML goes on.
    fn leave(&mut self) {
        while self
            .open
            .last()
            .is_some_and(|open| open.space != Space::Html && matches!(open.lets, Lets::Nothing | Lets::Svg))
        {
            self.open.pop();
        }
    }

    /// Takes the end tag of a `template`, where one of HTML is `open` around all this or in it. Whether that ends.
    pub(in crate::crawl) fn end_template(&mut self, open: bool) -> bool {
        let is_template = |open: &Open| open.name == key("template");
        let drawn = self.open.iter().rposition(|open| open.space == Space::Html).map_or(0, |at| at + 1);
        if let Some(at) = self.open[drawn..].iter().rposition(is_template) {
            self.open.truncate(drawn + at);
            return false;
        }
        // It ends whatever is open in it.
        self.around.end(key("template"));
        let html = self.open.iter().rposition(|open| open.space == Space::Html && is_template(open));
        self.open.truncate(html.unwrap_or(if open { 0 } else { self.open.len() }));
        open
    }

    /// Takes any other end tag; an `a` of HTML may be open around all this.
    pub(in crate::crawl) fn end(&mut self, name: &[u8], anchor: bool) {
        let id = identity(name);
        if self.has_sections() && (id == key("p") || id == key("br")) {
            return self.leave();
        }
        let mut html = false;
        for at in (0..self.open.len()).rev() {
            let open = self.open[at];
            // From HTML only that of a part of a table reaches through what let it in.
            if html && open.space != Space::Html {
                break;
            }
            html = open.space == Space::Html;
            if open.name == id {
                return self.open.truncate(at);
            }
        }
        if html && !Around::reaches_through(id) {
            return;
        }
        if (anchor && id == key("a") && !self.is_hidden(id)) || (!self.is_hidden(id) && self.around.end(id)) {
            self.open.clear();
        }
    }

    /// Whether something in the drawing hides what is open around it from this end tag.
    fn is_hidden(&self, id: u64) -> bool {
        let of_a_table = Around::reaches_through(id);
        self.open.iter().any(|open| match of_a_table {
            true => open.space == Space::Html && [key("table"), key("template")].contains(&open.name),
            // As an `annotation-xml` does, whatever it lets in.
            false => open.lets != Lets::Nothing,
        })
    }
}

fn own_space(id: u64) -> Space {
    match id {
        _ if id == key("svg") => Space::Svg,
        _ if id == key("math") => Space::Math,
        _ => Space::Html,
    }
}

fn lets(id: u64, space: Space, attributes: &Attributes<'_>) -> Lets {
    match space {
        Space::Svg if SVG_WITH_HTML.contains(&id) => Lets::Html,
        Space::Math if MATH_WITH_TEXT.contains(&id) => Lets::Text,
        Space::Math if id == identity(b"annotation-xml") => {
            let encoding = attributes.get(Attribute::Encoding).unwrap_or_default();
            let html = [&b"text/html"[..], b"application/xhtml+xml"];
            if html.iter().any(|html| encoding.eq_ignore_ascii_case(html)) { Lets::Html } else { Lets::Svg }
        }
        _ => Lets::Nothing,
    }
}

const fn identities<const N: usize>(names: [&str; N]) -> [u64; N] {
    let (mut ids, mut at) = ([0; N], 0);
    while at < N {
        ids[at] = identity(names[at].as_bytes());
        at += 1;
    }
    ids
}
