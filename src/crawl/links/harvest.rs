//! What each element of a page gives: links, and what it says of itself. Knows nothing of how tags are read.

mod anchors;
mod body;
mod room;
mod styles;

use super::anchor::{Anchors, folded};
use super::charset::{Charset, is_plain, stripped};
use super::css::Css;
use super::found::{Found, LONGEST_LINK, LinkKind, Links, Mark};
use super::meta_robots::MetaRobots;
use super::names::{Attribute, Element};
use super::position::{Lines, Position};
use super::references::Within;
use super::tag::Attributes;
use super::{Wanted, refresh, srcset};
use crate::crawl::prescan::{names_type, of_meta};
use encoding_rs::{Encoding, WINDOWS_1252};
use std::borrow::Cow;
use std::sync::Arc;

/// Where a tag begins; counted only where it has a link.
#[derive(Clone, Copy, Debug)]
pub(super) enum Place<'p> {
    /// In this piece.
    Here(&'p [u8], usize),
    /// In one before.
    Before(Position),
}

/// Elements whose links are those of one attribute, or two.
const PLAIN: [(Element, Attribute, LinkKind); 11] = [
    (Element::Area, Attribute::Href, LinkKind::Area),
    (Element::Form, Attribute::Action, LinkKind::Form),
    (Element::Frame, Attribute::Src, LinkKind::Frame),
    (Element::Iframe, Attribute::Src, LinkKind::Frame),
    (Element::Media, Attribute::Src, LinkKind::Media),
    (Element::Embed, Attribute::Src, LinkKind::Media),
    (Element::Object, Attribute::Data, LinkKind::Media),
    (Element::Script, Attribute::Src, LinkKind::Script),
    (Element::Source, Attribute::Src, LinkKind::Source),
    (Element::Video, Attribute::Src, LinkKind::Media),
    (Element::Video, Attribute::Poster, LinkKind::Image),
];

/// The kind of a `link`, by the first of these that its `rel` names.
const RELATIONS: [(&str, LinkKind); 12] = [
    ("canonical", LinkKind::Canonical),
    ("stylesheet", LinkKind::Stylesheet),
    ("next", LinkKind::Next),
    ("prev", LinkKind::Next),
    ("previous", LinkKind::Next),
    ("alternate", LinkKind::Alternate),
    ("icon", LinkKind::Stylesheet),
    ("apple-touch-icon", LinkKind::Stylesheet),
    ("mask-icon", LinkKind::Stylesheet),
    ("manifest", LinkKind::Stylesheet),
    ("preload", LinkKind::Stylesheet),
    ("modulepreload", LinkKind::Stylesheet),
];

#[derive(Debug)]
pub(super) struct Harvest {
    wanted: Wanted,
    agent: Arc<str>,
    charset: Charset,
    found: Found,
    anchors: Anchors,
    /// Where the body began.
    body: Option<Mark>,
    /// The query of the base waits for the charset.
    base_waits: bool,
    pub(super) lines: Lines,
    /// Of the `style` that is open.
    style: Option<(Css, Position)>,
}

impl Harvest {
    pub(super) fn new(wanted: Wanted, agent: Arc<str>, charset: Charset) -> Harvest {
        let (found, mut lines) = (Found::new(wanted.ids), Lines::new());
        charset.of_bytes().into_iter().for_each(|bytes| lines.read_as(bytes));
        Harvest {
            wanted,
            agent,
            charset,
            found,
            anchors: Anchors::default(),
            body: None,
            base_waits: false,
            lines,
            style: None,
        }
    }

    /// Whether attributes matter that any element may have.
    pub(super) fn wants_all(&self) -> bool {
        self.wanted.ids || self.wanted.assets
    }

    /// Links that were found, kept or not.
    pub(super) fn links(&self) -> u64 {
        self.found.all()
    }

    /// A start tag of HTML.
    pub(super) fn html(&mut self, element: Element, attributes: &Attributes<'_>, place: Place<'_>) {
        match element {
            Element::A => self.anchor(attributes, &[Attribute::Href], place),
            Element::Base => self.base(attributes),
            Element::Image => self.image(attributes, place),
            Element::Input => self.input(attributes, place),
            Element::Link => self.relation(attributes, place),
            Element::Meta => self.meta(attributes, place),
            Element::Style => self.open_style(place),
            _ => self.plain(element, attributes, place),
        }
        if element == Element::Source {
            self.srcset(LinkKind::Source, Attribute::Srcset, attributes, place);
        }
        if self.wants_all() {
            self.any(element == Element::A, attributes, place);
        }
    }

    /// A start tag of SVG.
    pub(super) fn svg(&mut self, element: Option<Element>, attributes: &Attributes<'_>, place: Place<'_>) {
        let href = [Attribute::Href, Attribute::XlinkHref];
        let kind = match element {
            Some(Element::Image) => Some(LinkKind::Image),
            Some(Element::Script) => Some(LinkKind::Script),
            _ => None,
        };
        if element == Some(Element::A) {
            self.anchor(attributes, &href, place);
        } else if let (Some(kind), Some(raw)) = (kind, href.iter().find_map(|href| attributes.get(*href))) {
            self.asset(raw, kind, attributes, place);
        }
        self.others(attributes, place);
    }

    /// A start tag of any other element.
    pub(super) fn others(&mut self, attributes: &Attributes<'_>, place: Place<'_>) {
        if self.wants_all() {
            self.any(false, attributes, place);
        }
    }

    fn any(&mut self, is_anchor: bool, attributes: &Attributes<'_>, place: Place<'_>) {
        if let Some(style) = attributes.get(Attribute::Style).filter(|_| self.wanted.assets) {
            let style = self.charset.text(style, Within::Attribute).into_owned();
            let position = self.position(place);
            self.declarations(&style, position);
        }
        let Some(ids) = &mut self.found.ids else { return };
        let name = attributes.get(Attribute::Name).filter(|_| is_anchor);
        for id in [attributes.get(Attribute::Id), name].into_iter().flatten().filter(|id| !id.is_empty()) {
            ids.add(&self.charset.text(id, Within::Attribute));
        }
    }

    fn anchor(&mut self, attributes: &Attributes<'_>, href: &[Attribute], place: Place<'_>) {
        self.close_unknown_anchor();
        let Some(raw) = href.iter().find_map(|href| attributes.get(*href)) else { return };
        let nofollow = self.nofollow(attributes);
        if let Some(link) = self.link(raw, LinkKind::Anchor, nofollow, place) {
            self.open_anchor(link);
        }
    }

    fn nofollow(&mut self, attributes: &Attributes<'_>) -> bool {
        attributes.get(Attribute::Rel).is_some_and(|rel| {
            let rel = self.charset.text(rel, Within::Attribute);
            rel.split_ascii_whitespace().any(|token| token.eq_ignore_ascii_case("nofollow"))
        })
    }

    fn base(&mut self, attributes: &Attributes<'_>) {
        if let (None, Some(raw)) = (&self.found.base, attributes.get(Attribute::Href)) {
            // One that is too long to be a URL is none, and no other takes its place.
            let raw = if raw.len() > LONGEST_LINK { b"" } else { raw };
            self.found.base = Some(self.charset.url(raw).into());
            self.base_waits = self.charset.defers();
        }
    }

    fn plain(&mut self, element: Element, attributes: &Attributes<'_>, place: Place<'_>) {
        for (_, attribute, kind) in PLAIN.iter().filter(|(plain, _, _)| *plain == element) {
            if let Some(raw) = attributes.get(*attribute) {
                self.asset(raw, *kind, attributes, place);
            }
        }
    }

    fn image(&mut self, attributes: &Attributes<'_>, place: Place<'_>) {
        if let Some(raw) = attributes.get(Attribute::Src) {
            self.asset(raw, LinkKind::Image, attributes, place);
        }
        self.srcset(LinkKind::Image, Attribute::Srcset, attributes, place);
        if let Some(alt) = attributes.get(Attribute::Alt).filter(|_| self.anchors.is_open()) {
            self.anchors.add_word(alt);
        }
    }

    fn input(&mut self, attributes: &Attributes<'_>, place: Place<'_>) {
        let is_image = attributes.get(Attribute::Type).is_some_and(|it| it.eq_ignore_ascii_case(b"image"));
        if let Some(raw) = attributes.get(Attribute::Src).filter(|_| is_image) {
            self.asset(raw, LinkKind::Image, attributes, place);
        }
    }

    fn srcset(&mut self, kind: LinkKind, set: Attribute, attributes: &Attributes<'_>, place: Place<'_>) {
        let Some(raw) = attributes.get(set) else { return };
        let srcset = self.charset.text(raw, Within::Attribute).into_owned();
        for url in srcset::urls(&srcset) {
            let url = self.charset.with_query(Cow::Borrowed(url)).into_owned();
            if let Some(link) = self.add(&url, kind, false, place) {
                self.describe(link, attributes);
            }
        }
    }

    fn relation(&mut self, attributes: &Attributes<'_>, place: Place<'_>) {
        let Some(rel) = attributes.get(Attribute::Rel) else { return };
        let rel = self.charset.text(rel, Within::Attribute);
        let named = |name: &str| rel.split_ascii_whitespace().any(|token| token.eq_ignore_ascii_case(name));
        let kind = RELATIONS.iter().find(|(name, _)| named(name)).map(|(_, kind)| *kind);
        let preloads = named("preload");
        if let (Some(kind), Some(raw)) = (kind, attributes.get(Attribute::Href)) {
            self.asset(raw, kind, attributes, place);
        }
        if preloads {
            self.srcset(LinkKind::Stylesheet, Attribute::ImageSrcset, attributes, place);
        }
    }

    fn meta(&mut self, attributes: &Attributes<'_>, place: Place<'_>) {
        if self.charset.is_open() {
            let pragma = attributes.get(Attribute::HttpEquiv).is_some_and(names_type);
            let [direct, content] = [Attribute::Charset, Attribute::Content].map(|it| attributes.get(it));
            if let Some(charset) = of_meta(direct, pragma, content) {
                self.charset.name(charset);
            }
        }
        let Some(content) = attributes.get(Attribute::Content) else { return };
        if attributes.get(Attribute::HttpEquiv).is_some_and(|it| it.eq_ignore_ascii_case(b"refresh")) {
            let content = self.charset.text(content, Within::Attribute).into_owned();
            if let Some(url) = refresh::url(&content) {
                let url = self.charset.with_query(Cow::Borrowed(stripped(url))).into_owned();
                self.add(&url, LinkKind::Refresh, false, place);
            }
        }
        let name = attributes.get(Attribute::Name).and_then(|name| str::from_utf8(name).ok());
        if name.is_some_and(|name| MetaRobots::is_meant(name, &self.agent)) {
            self.found.robots.add(&self.charset.text(content, Within::Attribute));
        }
    }

    /// A link of an element that does nothing where it is empty.
    fn asset(&mut self, raw: &[u8], kind: LinkKind, attributes: &Attributes<'_>, place: Place<'_>) {
        if kind != LinkKind::Area && raw.trim_ascii().is_empty() {
            return;
        }
        let nofollow = self.nofollow(attributes);
        let link = self.link(raw, kind, nofollow, place);
        // What is only counted needs no text.
        if let Some(link) = link.filter(|_| self.wanted.assets || !kind.is_asset()) {
            self.describe(link, attributes);
        }
    }

    fn describe(&mut self, link: usize, attributes: &Attributes<'_>) {
        let texts = [Attribute::Alt, Attribute::Title].map(|text| attributes.get(text).unwrap_or_default());
        if let Some(raw) = texts.into_iter().find(|raw| !raw.is_empty()) {
            self.found.describe(link, folded(&self.charset.text(raw, Within::Attribute)).as_bytes());
        }
    }

    fn link(&mut self, raw: &[u8], kind: LinkKind, nofollow: bool, place: Place<'_>) -> Option<usize> {
        if !self.has_room(raw, kind) {
            return None;
        }
        let position = self.position(place);
        if is_plain(raw) {
            return self.found.add(raw.trim_ascii(), kind, nofollow, position);
        }
        let link = self.found.add(self.charset.url(raw).as_bytes(), kind, nofollow, position);
        self.found.defer(link.filter(|_| self.charset.defers()));
        link
    }

    fn add(&mut self, url: &str, kind: LinkKind, nofollow: bool, place: Place<'_>) -> Option<usize> {
        if !self.has_room(url.as_bytes(), kind) {
            return None;
        }
        let position = self.position(place);
        let link = self.found.add(url.as_bytes(), kind, nofollow, position);
        self.found.defer(link.filter(|_| self.charset.defers()));
        link
    }

    pub(super) fn position(&mut self, place: Place<'_>) -> Position {
        match place {
            Place::Here(piece, at) => self.lines.position(piece, at),
            Place::Before(position) => position,
        }
    }

    pub(super) fn finish(mut self) -> Links {
        self.close_style();
        self.close_anchors();
        if self.charset.is_open() {
            self.settle(self.charset.guess().unwrap_or(WINDOWS_1252));
        }
        self.found.finish()
    }

    /// What the page has named as its charset until now.
    pub(super) fn named_charset(&self) -> Option<&'static Encoding> {
        self.charset.guess()
    }

    /// It is known by now in which charset what comes is, and the queries that waited for that.
    pub(super) fn settle(&mut self, charset: &'static Encoding) {
        self.charset.settle(charset);
        self.charset.of_bytes().into_iter().for_each(|bytes| self.lines.read_as(bytes));
        let Harvest { charset, found, base_waits, .. } = self;
        found.complete(|url| charset.with_query(Cow::Borrowed(url)).into_owned());
        if std::mem::take(base_waits) {
            let base = found.base.take().unwrap_or_default();
            found.base = Some(charset.with_query(Cow::Borrowed(&base)).into());
        }
    }
}
