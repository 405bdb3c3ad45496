//! Which elements are open, and which of them an end tag of HTML ends, or a start tag unsaid (WHATWG HTML, 13.2.4.2 and
//! 13.2.6.4). Knows nothing of what is drawn.
//!
//! Elements of the head, `body` and `html` are not kept, for they end nothing.

mod adoption;
mod anchors;
mod ending;
mod forms;
mod tables;
mod template;

use super::formatting::{Formatting, Given};
use super::kinds::{Kind, Lets, Space, identity, kind_of};
use super::names::is_blank;
use std::num::NonZeroU32;
use template::Mode;

pub(super) use anchors::Standing;

/// Elements that are kept around drawings, and as many in them; deeper ones are taken for empty.
const DEEPEST: usize = 256;

#[derive(Clone, Copy, Debug)]
pub(super) struct Open {
    /// Of its name.
    pub id: u64,
    pub kind: Kind,
    pub space: Space,
    pub lets: Lets,
    /// Of a `template`.
    mode: Mode,
    /// Of an `a` whose text is read.
    anchor: Option<NonZeroU32>,
}

impl Open {
    fn is_heading(&self) -> bool {
        self.kind == Kind::Heading
    }
}

#[derive(Debug, Default)]
pub(super) struct Stack {
    /// All but those of formatting.
    open: Vec<Open>,
    formatting: Formatting,
    /// Elements `p` among these.
    paragraphs: usize,
    /// Those `template` among these whose first element is not known yet, or that drop all elements but some.
    choosy: usize,
    /// A `form` was begun and none ended: others are dropped.
    has_form: bool,
    /// Where the outermost drawing is.
    drawn: Option<usize>,
    /// A start tag may do more here than begin an element: one of these is open, or formatting waits.
    busy: bool,
    /// An anchor ended around what is open in it.
    has_left: bool,
    /// It is busy, whatever is open.
    pub(super) always_busy: bool,
    /// All text is asked for, whatever waits for it.
    pub(super) always_listens: bool,
    /// Text is asked for.
    listens: bool,
    /// It is busy for that alone.
    only_listens: bool,
    /// A `table` may stand in a `p`.
    pub(super) quirks: bool,
}

impl Stack {
    pub(super) fn is_empty(&self) -> bool {
        self.open.is_empty() && self.formatting.is_empty()
    }

    #[inline]
    pub(super) fn is_drawing(&self) -> bool {
        self.drawn.is_some()
    }

    #[inline]
    pub(super) fn is_busy(&self) -> bool {
        self.busy
    }

    #[inline]
    pub(super) fn is_busy_with_text(&self) -> bool {
        self.only_listens
    }

    pub(super) fn settle(&mut self) {
        self.listens = self.always_listens || self.waits();
        let asks = self.always_busy || self.waits() || self.choosy > 0 || self.is_drawing();
        (self.busy, self.only_listens) = (asks || self.listens, self.listens && !asks);
    }

    /// Whether formatting waits for text, or an element, before which it is opened again.
    #[inline]
    pub(super) fn waits(&self) -> bool {
        self.formatting.waits()
    }

    #[inline]
    pub(super) fn listens(&self) -> bool {
        self.listens
    }

    /// The innermost element, where it is none of formatting.
    pub(super) fn current(&self) -> Option<Open> {
        self.open.last().copied().filter(|_| self.formatting.deepest() != Some(self.open.len()))
    }

    /// Takes a start tag of HTML, with what is written behind its name. Whether an element begins with it; else it is
    /// dropped.
    #[inline]
    pub(super) fn start(&mut self, id: u64, attributes: &[u8]) -> bool {
        if self.busy && self.choosy > 0 && self.drops(id) {
            return id == const { identity(b"col") };
        }
        self.start_kind(id, kind_of(id), attributes)
    }

    /// As [`Stack::start`], where it is not busy.
    #[inline]
    pub(super) fn start_quiet(&mut self, id: u64, kind: Option<Kind>, attributes: &[u8]) {
        self.start_kind(id, kind, attributes);
    }

    #[inline]
    fn start_kind(&mut self, id: u64, kind: Option<Kind>, attributes: &[u8]) -> bool {
        match kind {
            Some(kind @ (Kind::Paragraph | Kind::Block | Kind::List)) if self.paragraphs == 0 => {
                self.push(id, kind);
            }
            Some(Kind::Formatting) => self.format(id, attributes),
            // Another one ends before it.
            Some(kind @ Kind::Heading) if self.paragraphs == 0 && !self.open.last().is_some_and(Open::is_heading) => {
                self.push(id, kind);
            }
            Some(kind) => return self.begin(id, kind),
            None => {
                if self.busy && self.waits() {
                    self.reopen();
                }
                self.push(id, Kind::Other);
            }
        }
        true
    }

    /// Takes an end tag outside of drawings. Mostly it is that of what was begun last.
    #[inline(always)]
    pub(super) fn end_around(&mut self, id: u64) {
        match self.open.last() {
            // What is marked has its mark among formatting.
            Some(last) if last.id == id && self.formatting.is_empty() => {
                self.paragraphs -= usize::from(last.kind == Kind::Paragraph);
                self.open.pop();
            }
            _ => self.end(id),
        }
    }

    /// Takes an end tag of HTML.
    pub(super) fn end(&mut self, id: u64) {
        if !self.formatting.end_last(id, self.open.len()) && !self.is_empty() {
            self.end_any(id);
        }
    }

    /// Takes text that stands in HTML.
    #[cold]
    pub(super) fn text(&mut self, text: &[u8]) {
        let current = self.current();
        if current.is_some_and(|open| open.space != Space::Html && matches!(open.lets, Lets::Nothing | Lets::Svg)) {
            return;
        }
        // White space stays there.
        let in_table = current.is_some_and(|open| matches!(open.kind, Kind::Table | Kind::Body | Kind::Row));
        if text.iter().any(|byte| *byte != 0 && !(in_table && is_blank(*byte))) {
            self.reopen();
        }
    }

    /// Opens formatting again that waits.
    pub(super) fn reopen(&mut self) {
        self.formatting.reopen(self.open.len());
        if self.has_given() && !self.is_in_template() {
            self.formatting.give();
        }
        self.settle();
    }

    /// Whether a drawing may begin here. Formatting that waits goes on around it.
    pub(super) fn begin_drawing(&mut self, id: u64) -> bool {
        let begins = self.choosy == 0 || !self.drops(id);
        if begins {
            self.reopen();
        }
        begins
    }

    /// Begins an element of a drawing.
    pub(super) fn draw(&mut self, id: u64, space: Space, lets: Lets) {
        let kind = if lets == Lets::Nothing { Kind::Drawn } else { Kind::Letting };
        if self.open.len() < 2 * DEEPEST {
            self.drawn.get_or_insert(self.open.len());
            self.open.push(Open { id, kind, space, lets, mode: Mode::Undecided, anchor: None });
            self.settle();
        }
    }

    /// Keeps what the start tag that was taken last gives where its element of formatting is opened again.
    pub(super) fn keep(&mut self, id: u64, given: Given) {
        self.formatting.keep(id, given);
    }

    /// Whether an element of formatting has something to give.
    #[inline]
    pub(super) fn has_given(&self) -> bool {
        self.formatting.has_given()
    }

    /// What elements of formatting give that are open.
    pub(super) fn take_given(&mut self) -> Vec<Given> {
        self.formatting.take_given()
    }

    /// Ends all up to this one.
    pub(super) fn end_at(&mut self, at: usize) {
        self.truncate(at);
        self.close_formatting(at + 1);
    }

    /// Ends the innermost element of that name in the drawing that is read now. Whether there is one.
    pub(super) fn end_drawn(&mut self, id: u64) -> bool {
        let within = self.formatting.deepest().unwrap_or(0);
        let drawn = |open: &&Open| open.space != Space::Html;
        let mut innermost = self.open[within..].iter().rev().take_while(drawn);
        let found = innermost.position(|open| open.id == id);
        if let Some(above) = found {
            self.end_at(self.open.len() - above - 1);
        }
        found.is_some()
    }

    /// Ends the innermost element of those that are none of formatting.
    pub(super) fn end_last(&mut self) {
        self.end_at(self.open.len().saturating_sub(1));
    }

    /// Takes the end tag of a `template` of HTML. Whether one is open.
    pub(super) fn end_template(&mut self) -> bool {
        self.finish(const { identity(b"template") }, Kind::Template)
    }

    /// Ends the outermost drawing.
    pub(super) fn end_drawing(&mut self) {
        if let Some(at) = self.drawn {
            self.end_at(at);
        }
    }

    #[inline]
    fn truncate(&mut self, at: usize) {
        if self.paragraphs > 0 {
            let ended = self.open.get(at..).unwrap_or_default().iter();
            self.paragraphs -= ended.filter(|open| open.kind == Kind::Paragraph).count();
        }
        if self.choosy > 0 {
            let ended = self.open.get(at..).unwrap_or_default().iter();
            self.choosy -= ended.filter(|open| open.is_choosy()).count();
        }
        self.open.truncate(at);
        self.drawn = self.drawn.filter(|drawn| *drawn < at);
        if self.busy {
            self.settle();
        }
    }

    /// What stands at such a depth has ended.
    #[inline]
    fn close_formatting(&mut self, depth: usize) {
        if !self.formatting.is_empty() {
            self.close_formatting_from(0, depth);
        }
    }

    /// The same, of the entries from that one on.
    fn close_formatting_from(&mut self, which: usize, depth: usize) {
        self.formatting.close_from(which, depth);
        self.settle();
    }

    /// Forgets the formatting behind the last mark.
    fn clear_formatting(&mut self) {
        self.formatting.clear();
        self.settle();
    }

    /// Ends all that is open in this one.
    fn clear_to(&mut self, at: usize) {
        self.truncate(at + 1);
        self.close_formatting(at + 1);
    }

    #[inline(never)]
    fn begin(&mut self, id: u64, kind: Kind) -> bool {
        match kind {
            Kind::Item | Kind::Term => self.end_item(kind),
            Kind::Form if !self.takes_form() => return false,
            _ => {}
        }
        let stays = kind == Kind::Table && (self.quirks || self.nests_tables(kind));
        if self.paragraphs > 0 && kind.ends_paragraph() && !stays {
            self.finish(const { identity(b"p") }, Kind::Paragraph);
        }
        match kind {
            Kind::Heading if self.current().is_some_and(|open| open.kind == Kind::Heading) => {
                self.end_at(self.open.len() - 1);
            }
            Kind::Button => {
                self.finish(id, kind);
            }
            Kind::Select | Kind::Input | Kind::Choice | Kind::Ruby | Kind::Rule if !self.begin_choice(id, kind) => {
                return false;
            }
            Kind::Form => return self.begin_form(),
            Kind::Table if self.nests_tables(kind) && !self.finish(id, kind) => return false,
            Kind::Body | Kind::Row | Kind::Cell | Kind::Caption if !self.make_room(kind) => return false,
            Kind::Columns => return self.make_room(kind),
            _ => {}
        }
        if self.waits() && kind.reopens() {
            self.reopen();
        }
        if !kind.is_empty() && self.push(id, kind) && kind.is_marked() {
            self.formatting.mark();
        }
        kind != Kind::Misplaced
    }

    /// Whether there is room for it.
    #[inline]
    fn push(&mut self, id: u64, kind: Kind) -> bool {
        let depth = self.open.len();
        let fits = depth < DEEPEST || (self.is_drawing() && depth < 2 * DEEPEST);
        if fits {
            self.paragraphs += usize::from(kind == Kind::Paragraph);
            if kind == Kind::Template {
                self.choosy += 1;
                self.settle();
            }
            self.open.push(Open {
                id,
                kind,
                space: Space::Html,
                lets: Lets::Nothing,
                mode: Mode::Undecided,
                anchor: None,
            });
        }
        fits
    }
}
