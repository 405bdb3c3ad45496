//! What elements do: what they give, and how they change what is read next. Reads no bytes.

use super::{Page, State};
use crate::crawl::links::foreign::{Foreign, Space};
use crate::crawl::links::formatting::Given;
use crate::crawl::links::harvest::Place;
use crate::crawl::links::names::{self, Attribute, Element, Key, tag_name};
use crate::crawl::links::outline::Way;
use crate::crawl::links::raw::Raw;
use crate::crawl::links::tag::Attributes;

/// Bytes of a tag in a `template` that is kept for behind it.
const LONGEST_GIVEN: usize = 16 << 10;

#[derive(Clone, Copy)]
pub(super) struct Start<'p> {
    pub key: Key,
    pub name: &'p [u8],
    /// It stands behind a prefix of HTML, which is no part of the name.
    pub prefixed: bool,
    /// What is written behind the name, and the prefix.
    pub written: &'p [u8],
    pub self_closing: bool,
    pub place: Place<'p>,
}

impl Page {
    /// A start tag that ends with these bytes, and whose name ends at `name_end` in them.
    pub(super) fn open_named(&mut self, start: Start<'_>, attributes: &Attributes<'_>, bytes: &[u8], name_end: usize) {
        let Some(prefixes) = &mut self.xml else { return self.open(&start, attributes) };
        prefixes.declare(bytes, name_end);
        match prefixes.behind(start.name) {
            Some(name) => self.open(&Start { key: names::key_of(name), name, prefixed: true, ..start }, attributes),
            None => self.open(&start, attributes),
        }
    }

    fn open(&mut self, start: &Start<'_>, attributes: &Attributes<'_>) {
        let element = if start.key == 0 { Element::of_long(start.name) } else { Element::of(start.key) };
        let draws = matches!(element, Some(Element::Svg | Element::Math));
        let begun = match start.prefixed || (self.foreign.is_empty() && !draws) {
            true if self.outline.is_settled() => self.start_around(start),
            false if self.outline.is_settled() => self.start_drawn(start, attributes),
            plain => self.start_in_part(start, attributes, plain),
        };
        let Some(space) = begun else { return self.give() };
        if self.templates > 0 {
            self.remember(start, space);
        } else {
            self.give();
            if matches!(element, Some(Element::A | Element::Image)) {
                self.settle_anchors();
            }
            match (space, element) {
                // Without prefixes, what stands in it is raw text.
                (Space::Html, Some(Element::Style)) if start.prefixed => {}
                (Space::Html, Some(element)) => self.harvest.html(element, attributes, start.place),
                (Space::Html, None) if self.has_its_id(start.key, attributes) => {}
                (Space::Html, None) if start.key == const { names::key("html") } => {
                    self.harvest.root(attributes, start.place);
                }
                (Space::Svg, element) => self.harvest.svg(element, attributes, start.place),
                _ => self.harvest.others(attributes, start.place),
            }
            self.follow_anchor(space, start.self_closing);
        }
        match space {
            Space::Html if self.xml.is_some() && start.self_closing => self.close_itself(element),
            // In XML there is no raw text.
            Space::Html if !start.prefixed || matches!(element, Some(Element::A | Element::Template)) => {
                self.read_on(element, start.name);
            }
            _ => {}
        }
    }

    fn start_around(&mut self, start: &Start<'_>) -> Option<Space> {
        // In XML each end tag is that of what is open.
        let begins = self.xml.is_some() || self.foreign.start_around(start.key, start.name, start.written);
        begins.then_some(Space::Html)
    }

    fn start_drawn(&mut self, start: &Start<'_>, attributes: &Attributes<'_>) -> Option<Space> {
        self.foreign.start(start.name, attributes, start.written, start.self_closing)
    }

    /// Takes a start tag where frames may still take the place of the body, or have.
    #[cold]
    fn start_in_part(&mut self, start: &Start<'_>, attributes: &Attributes<'_>, plain: bool) -> Option<Space> {
        let hidden = attributes.get(Attribute::Type).is_some_and(|kind| kind.eq_ignore_ascii_case(b"hidden"));
        let hidden = hidden && start.key == const { names::key("input") };
        if !self.foreign.is_empty() {
            let space = self.start_drawn(start, attributes);
            if !matches!(space, None | Some(Space::Html)) || self.templates > 0 {
                return space;
            }
            let way = self.outline.start(start.key, hidden);
            self.settle_outline();
            return if way == Way::Replaces { self.replace_body() } else { space };
        }
        let way = if self.templates > 0 { Way::On } else { self.outline.start(start.key, hidden) };
        self.settle_outline();
        match way {
            Way::Own => return Some(Space::Html),
            Way::Dropped => return None,
            Way::Replaces => return self.replace_body(),
            Way::Begins => self.harvest.begin_body(),
            Way::On => {}
        }
        if plain { self.start_around(start) } else { self.start_drawn(start, attributes) }
    }

    #[cold]
    fn end_in_part(&mut self, key: Key) {
        if self.templates == 0 && self.outline.end(key) {
            self.harvest.begin_body();
        }
        self.settle_outline();
    }

    fn replace_body(&mut self) -> Option<Space> {
        self.harvest.forget_body();
        self.foreign.end_all();
        self.foreign.ask_for_all(true, true);
        Some(Space::Html)
    }

    /// In a body, most start tags do nothing.
    pub(super) fn settle_outline(&mut self) {
        if self.outline.is_body() {
            let all = self.harvest.wants_all() || self.xml.is_some();
            self.foreign.ask_for_all(all, !self.outline.is_settled());
        }
    }

    /// Whether it is another `html` or `body`, of which only that is taken which the first does not have.
    fn has_its_id(&mut self, key: Key, attributes: &Attributes<'_>) -> bool {
        let root = [names::key("html"), names::key("body")].iter().position(|root| *root == key);
        let root = root.filter(|_| attributes.has(Attribute::Id));
        root.is_some_and(|root| std::mem::replace(&mut self.roots[root], true))
    }

    /// Keeps what is in a `template` as long as it may be opened again behind that.
    fn remember(&mut self, start: &Start<'_>, space: Space) {
        let formats = space == Space::Html && Foreign::formats(start.key) && self.xml.is_none();
        let wanted = start.key == const { names::key("a") } || self.harvest.wants_all();
        if formats && wanted && start.written.len() < LONGEST_GIVEN {
            let tag = [b"<", start.name, start.written].concat().into();
            let position = self.harvest.position(start.place);
            self.foreign.keep(start.key, Given { tag, position });
        }
    }

    /// Takes what was opened again, that stood in a `template`, as what stands here.
    #[inline]
    pub(super) fn give(&mut self) {
        if self.foreign.has_given() && self.templates == 0 {
            self.take_given();
        }
    }

    #[cold]
    fn take_given(&mut self) {
        for Given { tag, position } in self.foreign.take_given() {
            let Some((key, name_end)) = tag_name(&tag, 1) else { continue };
            let mut attributes = Attributes::new();
            attributes.take(&tag, name_end);
            self.settle_anchors();
            match Element::of(key) {
                Some(element) => self.harvest.html(element, &attributes, Place::Before(position)),
                None => self.harvest.others(&attributes, Place::Before(position)),
            }
            self.follow_anchor(Space::Html, false);
        }
    }

    /// Lets the element of an anchor that has been opened say where that ends.
    #[inline]
    fn follow_anchor(&mut self, space: Space, self_closing: bool) {
        let Some(number) = self.harvest.unknown_anchor() else { return };
        if self_closing && (space == Space::Svg || self.xml.is_some()) {
            self.harvest.close_unknown_anchor();
        } else if self.foreign.number_anchor(number, space) {
            self.harvest.know_anchor();
        }
    }

    /// How an element of HTML changes what is read next.
    fn read_on(&mut self, element: Option<Element>, name: &[u8]) {
        match element {
            Some(Element::Template) => self.templates = self.templates.saturating_add(1),
            Some(Element::RawText | Element::Iframe | Element::Style) => self.state = State::Raw(Raw::new(name, false)),
            Some(Element::Script) => self.state = State::Raw(Raw::new(name, true)),
            Some(Element::Plaintext) => self.state = State::Plaintext,
            _ => {}
        }
    }

    /// An element that has nothing in it: what is behind it is read on as before.
    fn close_itself(&mut self, element: Option<Element>) {
        if element == Some(Element::Style) {
            self.harvest.close_style();
        }
    }

    pub(super) fn close(&mut self, key: Key, name: &[u8]) {
        let behind = self.xml.as_ref().and_then(|prefixes| prefixes.behind(name));
        let (key, name) = behind.map_or((key, name), |name| (names::key_of(name), name));
        if key == const { names::key("template") } {
            let ended = self.foreign.end_template(self.templates > 0);
            self.templates -= u32::from(ended);
            return;
        }
        if self.outline.asks_for_end(key) {
            self.end_in_part(key);
        }
        if self.foreign.is_empty() {
            self.foreign.end_around(key, name);
        } else {
            self.foreign.end(name);
        }
        if key == const { names::key("a") } && self.templates == 0 && self.harvest.wants_text() {
            self.harvest.close_unknown_anchor();
            self.settle_anchors();
        }
    }
}
