//! Finds where the title lies: the first `title` of HTML outside of comments, scripts, other raw text and templates. As in
//! browsers, where scripts run, `noscript` is raw text; in XML nothing is, and names are as they are written. Knows nothing of
//! charsets but that tags are ASCII.

mod frames;
mod raw;

use super::attributes::Part;
use super::beginning::{recall, remember};
use super::markup::cut;
use super::names::{draws, is_same, name_end};
use super::opaque::{OPAQUE, PLAINTEXT, SCRIPT, TEMPLATE, TITLE, opaque};
use super::rare::Rare;
use crate::crawl::links::foreign::{Foreign, Space};
use crate::crawl::links::plain;
use crate::crawl::links::raw::Raw;
use crate::crawl::links::tag::Attributes;
use std::ops::Range;

/// What begins a section of text in XML, and within SVG and MathML.
const SECTION: &[u8] = b"<![CDATA[";
const COMMENT: &[u8] = b"<!--";

#[derive(Clone, Copy, Default)]
enum Place {
    #[default]
    Data,
    /// A comment, and whether it is one within the title, which XML has.
    Comment {
        titles: bool,
    },
    /// A start tag: a quote that is open, what was read last, and the last byte.
    Tag {
        quote: Option<u8>,
        part: Part,
        last: u8,
    },
    /// To the next `>`.
    Declaration,
    /// A section of text, and whether it is one of the title.
    Section {
        titles: bool,
    },
    Opaque(usize),
    Script,
    Done,
}

/// Looks at each byte once or twice, however small the pieces.
#[derive(Default)]
pub(super) struct Finder {
    place: Place,
    /// Up to here the page was looked at.
    at: usize,
    /// Where the name of the last start tag lies, or its beginning.
    name: Range<usize>,
    title: Option<Range<usize>>,
    /// Templates that are open: what is in them is no part of the page.
    templates: u32,
    /// A script that is open: what looks like its end may be within an escape.
    script: Option<Box<Raw>>,
    /// It is XML, where any element can be empty, and names have prefixes.
    xml: bool,
    /// Once there is something of it: most pages have none, and a fetch that waits has no room for it.
    rare: Option<Box<Rare>>,
}

impl Finder {
    pub fn new(xml: bool) -> Finder {
        Finder { xml, ..Finder::default() }
    }

    fn rare(&mut self) -> &mut Rare {
        self.rare.get_or_insert_default()
    }

    /// What is kept open of `page`, which comes from its beginning.
    fn foreign(&mut self, page: &[u8]) -> &mut Foreign {
        &mut self.rare.get_or_insert_with(|| Rare::of(page, self.xml)).foreign
    }

    /// Whether elements of raw text are dropped here, so that what stands in them is markup.
    fn drops_all(&self) -> bool {
        self.templates > 0 && self.rare.as_ref().is_some_and(|rare| rare.foreign.drops_all())
    }

    /// What is drawn here, where something is.
    fn drawn(&self) -> Option<&Foreign> {
        self.rare.as_ref().map(|rare| &rare.foreign).filter(|foreign| !foreign.is_empty())
    }

    /// Whether an end tag can end something that is kept open.
    fn knows_open(&self) -> bool {
        self.rare.as_ref().is_some_and(|rare| !rare.foreign.knows_nothing() || rare.frames.is_some())
    }

    /// Where the title ends, once that has come; or where it is known that there is none.
    pub fn end(&self) -> Option<usize> {
        matches!(self.place, Place::Done).then_some(self.at)
    }

    /// Goes on in `page`, which is longer than before.
    pub fn advance(&mut self, page: &[u8]) {
        if self.at == 0 && !self.xml {
            self.recall(page);
        }
        while self.step(page) {}
    }

    /// Goes to the text of the title, where the page begins as the last one did.
    fn recall(&mut self, page: &[u8]) {
        if let Some((name, at)) = recall(page) {
            (self.name, self.title) = (name, Some(at..at));
            self.turn(Place::Opaque(TITLE), at);
        }
    }

    /// What stands in the title, also where the page ends within it.
    pub fn title<'p>(&self, page: &'p [u8]) -> Option<&'p [u8]> {
        let range = match (self.place, &self.title) {
            (Place::Done, Some(range)) => range.clone(),
            (Place::Opaque(TITLE) | Place::Section { titles: true } | Place::Comment { titles: true }, Some(range))
                if self.templates == 0 =>
            {
                range.start..page.len()
            }
            _ => return None,
        };
        let title = &page[range];
        Some(cut(title))
    }

    /// Goes to the next place; `false` where more of the page is needed.
    fn step(&mut self, page: &[u8]) -> bool {
        match self.place {
            Place::Done => false,
            Place::Data => self.data(page),
            Place::Comment { titles: false } => self.comment(page, Place::Data),
            Place::Comment { titles: true } => self.comment(page, Place::Opaque(TITLE)),
            Place::Section { titles: false } => self.section(page),
            Place::Section { titles: true } => self.pass(page, b"]]>", Place::Opaque(TITLE)),
            Place::Declaration => match memchr::memchr(b'>', &page[self.at..]) {
                Some(end) => self.turn(Place::Data, self.at + end + 1),
                None => self.pause(page.len()),
            },
            Place::Tag { quote, part, last } => self.tag(page, quote, part, last),
            Place::Opaque(which) => self.opaque(page, which),
            Place::Script => self.script(page),
        }
    }

    /// Goes to the next markup, over what most heads begin with, where nothing is open that it could matter to.
    fn data(&mut self, page: &[u8]) -> bool {
        if !self.xml && self.rare.is_none() {
            self.at = plain::passed(page, self.at);
        }
        let found = memchr::memchr(b'<', &page[self.at..]).map(|found| self.at + found);
        self.text(&page[self.at..found.unwrap_or(page.len())]);
        match found {
            Some(found) => {
                self.at = found;
                self.markup(page)
            }
            None => self.pause(page.len()),
        }
    }

    /// Formatting may wait for it.
    fn text(&mut self, text: &[u8]) {
        self.frames_text(text);
        if let Some(rare) = self.rare.as_mut().filter(|rare| rare.foreign.waits()) {
            rare.foreign.text(text);
        }
    }

    /// Goes on behind a comment, with `next`. In HTML, `--!>` ends one as well.
    fn comment(&mut self, page: &[u8], next: Place) -> bool {
        while let Some(found) = memchr::memmem::find(&page[self.at..], b"--") {
            let dashes = self.at + found;
            match page[dashes + 2..] {
                [b'>', ..] => return self.turn(next, dashes + 3),
                [b'!', b'>', ..] if !self.xml => return self.turn(next, dashes + 4),
                [] | [b'!'] => return self.pause(dashes),
                _ => self.at = dashes + 1,
            }
        }
        // The last byte may be the first dash.
        self.pause(page.len().saturating_sub(1))
    }

    /// Goes on behind `end`, with `next`.
    fn pass(&mut self, page: &[u8], end: &[u8], next: Place) -> bool {
        match memchr::memmem::find(&page[self.at..], end) {
            Some(found) => self.turn(next, self.at + found + end.len()),
            None => self.pause((page.len() + 1).saturating_sub(end.len())),
        }
    }

    /// Remembers that all before `at` need not be looked at again.
    fn pause(&mut self, at: usize) -> bool {
        self.at = self.at.max(at);
        false
    }

    /// What begins at `at`.
    fn turn(&mut self, place: Place, at: usize) -> bool {
        (self.place, self.at) = (place, at);
        true
    }

    /// What begins with the `<` here.
    fn markup(&mut self, page: &[u8]) -> bool {
        let rest = &page[self.at..];
        if rest.get(1).is_some_and(u8::is_ascii_alphabetic) {
            return self.begin(page);
        }
        let may_be = |beginning: &[u8]| rest.len() < beginning.len() && beginning.starts_with(rest);
        let has_sections = self.xml || self.drawn().is_some_and(Foreign::has_sections);
        if may_be(b"<!--") || (has_sections && may_be(SECTION)) {
            return false;
        }
        if rest.starts_with(b"<!--") {
            // The dashes of the beginning may be those of the end too.
            return self.turn(Place::Comment { titles: false }, self.at + 2);
        }
        if has_sections && rest.starts_with(SECTION) {
            return self.turn(Place::Section { titles: false }, self.at + SECTION.len());
        }
        match rest.get(1) {
            None => false,
            Some(b'/') if self.templates > 0 || self.knows_open() => self.end_tag(page),
            Some(b'!' | b'/' | b'?') => self.turn(Place::Declaration, self.at + 1),
            Some(_) => {
                self.text(b"<");
                self.turn(Place::Data, self.at + 1)
            }
        }
    }

    /// What the start tag here begins.
    fn begin(&mut self, page: &[u8]) -> bool {
        let Some(end) = name_end(page, self.at + 1) else { return false };
        self.name = self.at + 1..end;
        self.at = end;
        self.tag(page, None, Part::Before, 0)
    }

    /// What the end tag here ends, of what is kept open.
    fn end_tag(&mut self, page: &[u8]) -> bool {
        let Some(end) = name_end(page, self.at + 2) else { return false };
        let (name, templates, xml) = (self.own_name(&page[self.at + 2..end]), self.templates, self.xml);
        let foreign = &mut self.rare().foreign;
        if is_same(name, OPAQUE[TEMPLATE], xml) {
            let ended = foreign.end_template(templates > 0);
            self.templates -= u32::from(ended);
            return self.turn(Place::Declaration, self.at + 1);
        }
        if foreign.is_empty() {
            foreign.end_around(0, name);
        } else {
            foreign.end(name);
        }
        self.frames_end(name);
        self.turn(Place::Declaration, self.at + 1)
    }

    /// A name without the prefix that stands for HTML.
    fn own_name<'n>(&self, name: &'n [u8]) -> &'n [u8] {
        self.rare.as_ref().filter(|_| self.xml).and_then(|rare| rare.prefixes.behind(name)).unwrap_or(name)
    }

    fn tag(&mut self, page: &[u8], quote: Option<u8>, part: Part, last: u8) -> bool {
        let (mut quote, mut part, mut last, mut at) = (quote, part, last, self.at);
        while let Some(&byte) = page.get(at) {
            if let Some(open) = quote {
                let Some(end) = page[at..].iter().position(|&byte| byte == open) else { break };
                (quote, part, last, at) = (None, Part::Before, open, at + end + 1);
                continue;
            }
            at += 1;
            match byte {
                b'>' => {
                    let place = self.opened(&page[..at], last, at);
                    return self.turn(place, at);
                }
                b'"' | b'\'' if part == Part::Equals => quote = Some(byte),
                _ => (part, last) = (part.behind(byte), byte),
            }
        }
        self.place = Place::Tag { quote, part, last };
        self.pause(page.len())
    }

    /// What follows the start tag that ends at `at`, which is where `page` is cut.
    fn opened(&mut self, page: &[u8], last: u8, at: usize) -> Place {
        if self.xml {
            let name_end = self.name.end;
            self.rare().prefixes.declare(page, name_end);
        }
        let full = &page[self.name.clone()];
        let name = self.own_name(full);
        let prefixed = name.len() < full.len();
        let written = &page[self.name.end..];
        let around = self.drawn().is_none();
        if around && self.begins_frames(page) {
            return Place::Done;
        }
        if !prefixed && (draws(name) || !around) {
            let mut attributes = Attributes::new();
            let end = attributes.take(page, self.name.end);
            let closes = end.is_some_and(|end| end.self_closing);
            match self.foreign(page).start(name, &attributes, written, closes) {
                Some(Space::Html) | None if !around && self.begins_frames(page) => return Place::Done,
                Some(Space::Html) | None => {}
                Some(_) => return Place::Data,
            }
        } else if !self.xml && (Foreign::keeps(name) || self.rare.as_ref().is_some_and(|rare| rare.foreign.is_busy())) {
            self.foreign(page).start_around(0, name, written);
        }
        match opaque(name, self.xml) {
            Some(which) if which != TEMPLATE && self.drops_all() => Place::Data,
            Some(TITLE) if self.xml && last == b'/' => {
                self.title = Some(at..at);
                Place::Done
            }
            _ if self.xml && last == b'/' => Place::Data,
            Some(TITLE) => {
                if !self.xml && self.rare.is_none() && self.templates == 0 {
                    remember(page, self.name.clone());
                }
                self.title = Some(at..at);
                Place::Opaque(TITLE)
            }
            Some(TEMPLATE) => {
                self.templates = self.templates.saturating_add(1);
                Place::Data
            }
            _ if self.xml => Place::Data,
            Some(SCRIPT) => {
                self.script = Some(Box::new(Raw::new(OPAQUE[SCRIPT], true)));
                Place::Script
            }
            // All that follows is text.
            Some(PLAINTEXT) => Place::Done,
            Some(which) => Place::Opaque(which),
            None => Place::Data,
        }
    }
}
