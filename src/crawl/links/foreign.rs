//! Which elements are SVG or MathML, and where HTML goes on inside of them: there `title`, `style` and `script` hold
//! tags, and CDATA sections are none of comments (WHATWG HTML, 13.2.6.5). Knows nothing of links.
//!
//! What is open it has kept in a stack: all since the outermost `svg` or `math`, and of HTML around that what end tags ask
//! for.

pub(in crate::crawl) use super::kinds::Space;

use super::formatting::Given;
use super::kinds::{Kind, Lets, identities, identity, kind_of};
use super::names::{Attribute, key};
use super::stack::{Stack, Standing};
use super::tag::Attributes;
use std::num::NonZeroU32;

#[derive(Debug, Default)]
pub(in crate::crawl) struct Foreign {
    open: Stack,
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

const SVG_WITH_HTML: [u64; 3] = identities(["foreignobject", "desc", "title"]);
const MATH_WITH_TEXT: [u64; 5] = identities(["mi", "mo", "mn", "ms", "mtext"]);

impl Foreign {
    /// The page has quirks, or none.
    pub(in crate::crawl) fn read_with(&mut self, quirks: bool) {
        self.open.quirks = quirks;
    }

    /// Whether no drawing is open.
    #[inline]
    pub(in crate::crawl) fn is_empty(&self) -> bool {
        !self.open.is_drawing()
    }

    /// Whether an end tag can end nothing that is kept.
    pub(in crate::crawl) fn knows_nothing(&self) -> bool {
        self.open.is_empty()
    }

    /// As [`Foreign::keeps`], by the key of a short name.
    pub(in crate::crawl) fn keeps_key(key: u64) -> bool {
        kind_of(key).is_none_or(Kind::matters)
    }

    /// Whether an element of HTML is kept, or ends what is, though no drawing is open.
    pub(in crate::crawl) fn keeps(name: &[u8]) -> bool {
        Foreign::keeps_key(identity(name))
    }

    /// Whether elements of that name are of formatting.
    pub(super) fn formats(key: u64) -> bool {
        kind_of(key) == Some(Kind::Formatting)
    }

    /// Whether formatting waits for what opens it again: text, or another element.
    #[inline]
    pub(in crate::crawl) fn waits(&self) -> bool {
        self.open.waits()
    }

    /// The same, or all text is asked for.
    #[inline]
    pub(super) fn listens(&self) -> bool {
        self.open.listens()
    }

    /// Nothing is open any more.
    pub(super) fn end_all(&mut self) {
        self.open = Stack::default();
    }

    /// Takes text, for which something may wait.
    pub(in crate::crawl) fn text(&mut self, text: &[u8]) {
        self.open.text(text);
    }

    /// Takes a start tag of HTML outside of drawings, with what is written behind its name; `key` is zero for a long name.
    /// Whether an element begins with it.
    #[inline]
    pub(in crate::crawl) fn start_around(&mut self, key: u64, name: &[u8], written: &[u8]) -> bool {
        self.open.start(if key == 0 { identity(name) } else { key }, written)
    }

    /// Gives the `a` that was begun last its number. Whether it is kept.
    pub(super) fn number_anchor(&mut self, number: NonZeroU32, space: Space) -> bool {
        self.open.number_anchor(number, space)
    }

    /// Whether the anchor of this number is the innermost element of formatting, and open.
    #[inline]
    pub(super) fn is_innermost(&self, number: NonZeroU32) -> bool {
        self.open.is_innermost(number)
    }

    /// Whether no anchor is open or waits.
    #[inline]
    pub(super) fn holds_no_anchor(&self) -> bool {
        self.open.holds_no_anchor()
    }

    /// What the anchor of this number is to the text that is read now.
    pub(super) fn anchor(&self, number: NonZeroU32) -> Standing {
        self.open.anchor(number)
    }

    /// Keeps what the start tag of such a name gave, which was taken last, for behind the `template` that it stands in.
    pub(super) fn keep(&mut self, key: u64, given: Given) {
        self.open.keep(key, given);
    }

    /// Whether an element from a `template` may go on behind it.
    #[inline]
    pub(super) fn has_given(&self) -> bool {
        self.open.has_given()
    }

    /// What those give that are open now.
    pub(super) fn take_given(&mut self) -> Vec<Given> {
        self.open.take_given()
    }

    /// Whether elements of raw text are dropped here, so that what stands in them is markup.
    pub(in crate::crawl) fn drops_all(&self) -> bool {
        self.open.drops_all()
    }

    /// Whether each start tag is asked for from now on, and all text.
    pub(super) fn ask_for_all(&mut self, all: bool, text: bool) {
        (self.open.always_busy, self.open.always_listens) = (all, text);
        self.open.settle();
    }

    /// Whether a start tag may do more here than begin an element.
    #[inline]
    pub(in crate::crawl) fn is_busy(&self) -> bool {
        self.open.is_busy()
    }

    /// Whether it is busy only because all text is asked for.
    #[inline]
    pub(super) fn is_busy_with_text(&self) -> bool {
        self.open.is_busy_with_text()
    }

    /// As [`Foreign::start_around`], where it is not busy.
    #[inline]
    pub(super) fn start_quiet(&mut self, key: u64, kind: Option<Kind>, written: &[u8]) {
        self.open.start_quiet(key, kind, written);
    }

    /// Takes an end tag outside of drawings.
    #[inline]
    pub(in crate::crawl) fn end_around(&mut self, key: u64, name: &[u8]) {
        self.open.end_around(if key == 0 { identity(name) } else { key });
    }

    /// Whether `<![CDATA[` begins a section.
    pub(in crate::crawl) fn has_sections(&self) -> bool {
        self.current().is_some()
    }

    /// Whether text is read as that of a drawing, and not as HTML.
    #[inline]
    pub(super) fn draws_text(&self) -> bool {
        self.open.is_drawing() && matches!(self.current(), Some((_, Lets::Nothing | Lets::Svg)))
    }

    /// What is read now, where that is an element of a drawing.
    fn current(&self) -> Option<(Space, Lets)> {
        self.open.current().filter(|open| open.space != Space::Html).map(|open| (open.space, open.lets))
    }

    /// Takes a start tag, with what is written behind its name, and says what its element is; nothing, where it is dropped.
    pub(in crate::crawl) fn start(
        &mut self,
        name: &[u8],
        attributes: &Attributes<'_>,
        written: &[u8],
        self_closing: bool,
    ) -> Option<Space> {
        let id = identity(name);
        let space = self.space_of(id, attributes);
        if space == Space::Html && !self.open.start(id, written) {
            return None;
        }
        if space != Space::Html && !self_closing {
            self.open.draw(id, space, lets(id, space, attributes));
        }
        Some(space)
    }

    fn space_of(&mut self, id: u64, attributes: &Attributes<'_>) -> Space {
        let Some((space, lets)) = self.current() else { return self.space_in_html(id) };
        if lets_in(lets, id) {
            return self.space_in_html(id);
        }
        let font = id == key("font") && attributes.has(Attribute::Font);
        if font || id == key("var") || BREAKING.contains(&id) {
            self.leave();
            return Space::Html;
        }
        space
    }

    /// Of what HTML reads.
    fn space_in_html(&mut self, id: u64) -> Space {
        let space = own_space(id);
        if space != Space::Html && !self.open.begin_drawing(id) {
            return Space::Html;
        }
        space
    }

    /// Ends what is open down to where HTML goes on.
    fn leave(&mut self) {
        while let Some((_, Lets::Nothing | Lets::Svg)) = self.current() {
            self.open.end_last();
        }
    }

    /// Takes the end tag of a `template`, where one of HTML is `open` around all this or in it. Whether that ends.
    pub(in crate::crawl) fn end_template(&mut self, open: bool) -> bool {
        if self.open.end_drawn(key("template")) {
            return false;
        }
        // It ends whatever is open in it.
        if !self.open.end_template() && open {
            self.open.end_drawing();
        }
        open
    }

    /// Takes any other end tag.
    pub(in crate::crawl) fn end(&mut self, name: &[u8]) {
        let id = identity(name);
        if self.has_sections() && (id == key("p") || id == key("br")) {
            self.leave();
            self.open.end(id);
        } else if !self.open.end_drawn(id) {
            self.open.end(id);
        }
    }
}

fn own_space(id: u64) -> Space {
    match id {
        _ if id == key("svg") => Space::Svg,
        _ if id == key("math") => Space::Math,
        _ => Space::Html,
    }
}

/// Whether a start tag of this name is read as HTML there.
fn lets_in(lets: Lets, id: u64) -> bool {
    match lets {
        Lets::Nothing => false,
        Lets::Html => true,
        Lets::Text => ![identity(b"mglyph"), identity(b"malignmark")].contains(&id),
        Lets::Svg => id == key("svg"),
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
