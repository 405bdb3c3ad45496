//! Walks the markup of a page that comes in pieces: which bytes are tags, and which only look like them (WHATWG HTML,
//! 13.2.5). Knows nothing of what a link is.
//!
//! Of the tree that a browser builds it knows what changes how bytes are read: the elements of raw text, `template`, and
//! SVG and MathML, and which elements are dropped. `noscript` holds tags, for no script is run. Of XML it knows what closes itself, and prefixes of HTML (`<h:a>`); a drawing
//! behind a prefix (`<svg:a>`) is unknown to it.

mod elements;
mod opening;
mod words;

use super::comment::Comment;
use super::doctype::is_quirky;
use super::foreign::Foreign;
use super::found::Links;
use super::harvest::{Harvest, Place};
use super::kinds::kind_of;
use super::names::{Element, Key, is_blank, tag_name};
use super::near;
use super::outline::Outline;
use super::position::Position;
use super::prefixes::Prefixes;
use super::raw::Raw;
use super::section::Section;
use super::tag::{self, Attributes};
use super::tag_end::TagEnd;
use elements::Start;
use encoding_rs::Encoding;
use opening::{Opening, SECTION, opening};

/// Bytes of a tag that are looked at; an attribute that ends behind them is none.
const LONGEST_TAG: usize = 256 << 10;

/// What the next byte belongs to.
#[derive(Debug)]
enum State {
    /// Nothing was that says whether there is a doctype.
    Initial,
    Text,
    /// `<` and too few bytes behind it, which are kept.
    Opening,
    /// A tag, whose beginning is kept.
    Tag(TagEnd),
    Comment(Comment),
    Section(Section),
    /// Whatever ends with the next `>`: a doctype, a processing instruction, an end tag without a name.
    Bogus,
    Raw(Raw),
    Plaintext,
}

#[derive(Debug)]
pub(super) struct Page {
    state: State,
    /// What is kept of a tag that is not whole, from its `<`.
    kept: Vec<u8>,
    /// Where that stands.
    kept_at: Position,
    /// No doctype was, and nothing that stands behind one.
    initial: bool,
    templates: u32,
    /// Whether `html` has an id, and `body`: another is dropped.
    roots: [bool; 2],
    foreign: Foreign,
    outline: Outline,
    /// It is XML: an element may close itself, whatever it is, and a name may have a prefix.
    xml: Option<Prefixes>,
    harvest: Harvest,
}

impl Page {
    pub(super) fn new(harvest: Harvest) -> Page {
        let kept_at = Position { line: 1, column: 1 };
        let mut foreign = Foreign::default();
        foreign.ask_for_all(true, true);
        Page {
            state: State::Initial,
            kept: Vec::new(),
            kept_at,
            initial: true,
            templates: 0,
            roots: [false; 2],
            foreign,
            outline: Outline::new(),
            xml: None,
            harvest,
        }
    }

    /// The same as XML. Of that, it knows what closes itself and the prefixes of HTML, and is read as HTML else.
    pub(super) fn xml(harvest: Harvest) -> Page {
        let mut page = Page { xml: Some(Prefixes::default()), ..Page::new(harvest) };
        page.outline = Outline::settled();
        page.settle_outline();
        page.begin(false);
        page
    }

    pub(super) fn take(&mut self, piece: &[u8]) {
        let mut at = 0;
        while at < piece.len() {
            at = match &mut self.state {
                State::Initial => self.initial(piece, at),
                State::Text => self.text(piece, at),
                State::Opening => self.opening(piece, at),
                State::Tag(end) => {
                    let ended = end.take(&piece[at..]);
                    self.tag(piece, at, ended)
                }
                State::Comment(comment) => {
                    let ended = comment.take(&piece[at..]);
                    self.back_to_text(ended, piece, at)
                }
                State::Section(_) => self.section(piece, at),
                State::Bogus => {
                    let ended = memchr::memchr(b'>', &piece[at..]).map(|end| end + 1);
                    if self.initial {
                        self.declared(piece, at, ended);
                    }
                    self.back_to_text(ended, piece, at)
                }
                State::Raw(raw) => {
                    let ended = raw.take(&piece[at..]);
                    self.raw(piece, at, ended)
                }
                State::Plaintext => piece.len(),
            };
        }
        self.harvest.lines.end_piece(piece);
    }

    fn back_to_text(&mut self, ended: Option<usize>, piece: &[u8], at: usize) -> usize {
        if ended.is_some() {
            self.state = if self.initial { State::Initial } else { State::Text };
        }
        ended.map_or(piece.len(), |end| at + end)
    }

    /// What stands before all else: white space, comments, a doctype. Returns where the next byte is.
    #[cold]
    fn initial(&mut self, piece: &[u8], at: usize) -> usize {
        let Some(open) = piece[at..].iter().position(|byte| !is_blank(*byte)).map(|blanks| at + blanks) else {
            return piece.len();
        };
        match opening(&piece[open..]) {
            _ if piece[open] != b'<' => {
                self.begin(true);
                open
            }
            Opening::Undecided => self.keep_opening(piece, open),
            other @ (Opening::Comment | Opening::Section | Opening::Bogus | Opening::Nothing) => {
                self.keep(piece, open, open + 2);
                let taken = self.turn(other);
                open + taken
            }
            _ => {
                self.begin(true);
                open
            }
        }
    }

    /// More of what may be a doctype.
    #[cold]
    fn declared(&mut self, piece: &[u8], at: usize, ended: Option<usize>) {
        let next = ended.map_or(piece.len(), |end| at + end);
        let room = LONGEST_TAG.saturating_sub(self.kept.len());
        self.kept.extend_from_slice(&piece[at..next.min(at + room)]);
        if let Some(quirks) = ended.and_then(|_| is_quirky(&self.kept)) {
            self.begin(quirks);
        }
    }

    fn begin(&mut self, quirks: bool) {
        (self.initial, self.state) = (false, State::Text);
        self.foreign.read_with(quirks);
    }

    /// Text and the tags in it, for as long as they are whole. Returns where the next byte is.
    fn text(&mut self, piece: &[u8], mut at: usize) -> usize {
        loop {
            let Some(open) = near::find(b'<', piece, at) else {
                self.words(&piece[at..]);
                return piece.len();
            };
            self.words(&piece[at..open]);
            let next = match opening(&piece[open..]) {
                Opening::Start => self.start_tag(piece, open),
                Opening::End => self.end_tag(piece, open),
                Opening::Undecided => return self.keep_opening(piece, open),
                other => Some(open + self.turn(other)),
            };
            at = match next {
                Some(next) if matches!(self.state, State::Text) => next,
                Some(next) => return next,
                None => return self.keep_tag(piece, open),
            };
        }
    }

    /// Goes on with what is no tag. Returns how many bytes it takes.
    fn turn(&mut self, opening: Opening) -> usize {
        let (state, taken) = match opening {
            Opening::Comment => (State::Comment(Comment::new()), b"<!--".len()),
            Opening::Section if self.foreign.has_sections() => (State::Section(Section::default()), SECTION.len()),
            Opening::Section | Opening::Bogus => (State::Bogus, 2),
            Opening::Nothing if self.initial => (State::Initial, b"</>".len()),
            Opening::Nothing => (State::Text, b"</>".len()),
            _ => (State::Text, 1),
        };
        if opening == Opening::Text {
            self.words(b"<");
        }
        self.state = state;
        taken
    }

    fn keep_opening(&mut self, piece: &[u8], open: usize) -> usize {
        self.keep(piece, open, piece.len());
        self.state = State::Opening;
        piece.len()
    }

    /// A tag that does not end in this piece, or not within what is looked at.
    fn keep_tag(&mut self, piece: &[u8], open: usize) -> usize {
        let name = open + if piece[open + 1] == b'/' { 2 } else { 1 };
        self.keep(piece, open, name);
        self.state = State::Tag(TagEnd::TagName);
        name
    }

    fn keep(&mut self, piece: &[u8], open: usize, to: usize) {
        self.kept_at = self.harvest.lines.position(piece, open);
        self.kept.clear();
        self.kept.extend_from_slice(&piece[open..to]);
    }

    /// Another byte of what a `<` begins. One that is no part of it is not taken.
    fn opening(&mut self, piece: &[u8], at: usize) -> usize {
        self.kept.push(piece[at]);
        let opening = opening(&self.kept);
        if self.initial && matches!(opening, Opening::Start | Opening::End | Opening::Text) {
            self.begin(true);
        }
        match opening {
            Opening::Undecided => at + 1,
            Opening::Start | Opening::End => {
                self.state = State::Tag(TagEnd::TagName);
                at + 1
            }
            other => {
                let whole = self.turn(other) == self.kept.len();
                if !whole {
                    self.kept.pop();
                }
                at + usize::from(whole)
            }
        }
    }

    /// Goes on with a tag up to where it has ended, if it has.
    fn tag(&mut self, piece: &[u8], at: usize, ended: Option<usize>) -> usize {
        let next = ended.map_or(piece.len(), |end| at + end);
        let room = LONGEST_TAG.saturating_sub(self.kept.len());
        self.kept.extend_from_slice(&piece[at..next.min(at + room)]);
        if ended.is_some() {
            self.state = State::Text;
            let kept = std::mem::take(&mut self.kept);
            self.kept_tag(&kept);
            self.kept = kept;
        }
        next
    }

    /// A tag that has ended; not within what is kept, it may be.
    fn kept_tag(&mut self, tag: &[u8]) {
        if tag[1] == b'/' {
            if let Some((key, end)) = tag_name(tag, 2).filter(|(_, end)| *end > 2) {
                self.harvest.part_words(key);
                self.close(key, &tag[2..end]);
            }
        } else if let Some((key, name_end)) = tag_name(tag, 1) {
            self.harvest.part_words(key);
            let mut attributes = Attributes::new();
            let end = attributes.take(tag, name_end);
            let self_closing = end.is_some_and(|end| end.self_closing);
            let place = Place::Before(self.kept_at);
            let (name, written) = tag[1..].split_at(name_end - 1);
            let start = Start { key, name, prefixed: false, written, self_closing, place };
            let before = self.harvest.links();
            self.open_named(start, &attributes, tag, name_end);
            // What is not looked at may have had one.
            if end.is_none() && self.templates == 0 && self.harvest.links() == before {
                self.harvest.pass_over(Element::of(key));
            }
        }
    }

    /// A start tag, if it is whole. Returns where the next byte is.
    fn start_tag(&mut self, piece: &[u8], open: usize) -> Option<usize> {
        let bytes = &piece[..piece.len().min(open + LONGEST_TAG)];
        let (key, name_end) = tag_name(bytes, open + 1)?;
        self.harvest.part_words(key);
        if key != 0 && (!self.foreign.is_busy() || self.passes(key)) {
            let kind = kind_of(key);
            if kind.is_some_and(|kind| kind.is_plain(key)) || Element::of(key).is_none() {
                let end = tag::end(bytes, name_end)?;
                self.foreign.start_quiet(key, kind, &bytes[name_end..end]);
                return Some(end);
            }
        }
        let mut attributes = Attributes::new();
        let end = attributes.take(bytes, name_end)?;
        let name = &bytes[open + 1..name_end];
        let place = Place::Here(piece, open);
        let written = &bytes[name_end..end.at];
        let start = Start { key, name, prefixed: false, written, self_closing: end.self_closing, place };
        self.open_named(start, &attributes, &bytes[..end.at], name_end);
        Some(end.at)
    }

    /// Whether nothing but frames, which such an element does not begin or keep out, asks for its start tag.
    #[inline]
    fn passes(&self, key: Key) -> bool {
        self.foreign.is_busy_with_text() && !self.outline.asks_for(key)
    }

    fn end_tag(&mut self, piece: &[u8], open: usize) -> Option<usize> {
        let bytes = &piece[..piece.len().min(open + LONGEST_TAG)];
        let (key, name_end) = tag_name(bytes, open + 2)?;
        let end = tag::end(bytes, name_end)?;
        self.harvest.part_words(key);
        self.close(key, &bytes[open + 2..name_end]);
        Some(end)
    }

    /// Goes on with raw text up to where its end tag's name has ended, if it has.
    fn raw(&mut self, piece: &[u8], at: usize, ended: Option<usize>) -> usize {
        let next = ended.map_or(piece.len(), |end| at + end);
        self.harvest.style(piece, at..next);
        if ended.is_some() {
            self.harvest.close_style();
            self.kept.clear();
            // Without its name, for it ends nothing else.
            self.kept.extend_from_slice(b"</");
            self.state = State::Tag(TagEnd::TagName);
        }
        next
    }

    /// What it has named as its charset until now.
    pub(super) fn named_charset(&self) -> Option<&'static Encoding> {
        self.harvest.named_charset()
    }

    /// What comes is in this charset, or decoded from it.
    pub(super) fn settle(&mut self, charset: &'static Encoding) {
        self.harvest.settle(charset);
    }

    pub(super) fn finish(mut self) -> Links {
        // With nothing behind it, it is text.
        if matches!((&self.state, &*self.kept), (State::Opening, b"<" | b"</")) {
            let kept = std::mem::take(&mut self.kept);
            self.words(&kept);
        } else if let State::Section(section) = &self.state {
            let held = section.finish();
            self.section_words(held);
        }
        self.harvest.finish()
    }
}
