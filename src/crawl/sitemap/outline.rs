//! Which elements of a sitemap hold addresses. Knows nothing of how tags are written.

use super::Found;
use super::entity::decode;
use super::error::Fault;
use crate::secrets::struck_bytes;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// What the root stands in.
    Document,
    Urlset,
    Url,
    Index,
    Map,
    Rss,
    Channel,
    Item,
    Feed,
    Entry,
    /// Its text is a page's address.
    Page,
    /// Its text is a sitemap's address.
    MapAddress,
    /// Its `href` is a page's address, if its `rel` says so.
    Link,
    Other,
}

/// What an element is, by what it stands in and its name.
const SHAPE: &[(Kind, &str, Kind)] = &[
    (Kind::Document, "urlset", Kind::Urlset),
    (Kind::Urlset, "url", Kind::Url),
    (Kind::Url, "loc", Kind::Page),
    (Kind::Document, "sitemapindex", Kind::Index),
    (Kind::Index, "sitemap", Kind::Map),
    (Kind::Map, "loc", Kind::MapAddress),
    (Kind::Document, "rss", Kind::Rss),
    (Kind::Rss, "channel", Kind::Channel),
    (Kind::Channel, "item", Kind::Item),
    (Kind::Item, "link", Kind::Page),
    (Kind::Document, "feed", Kind::Feed),
    (Kind::Feed, "entry", Kind::Entry),
    (Kind::Entry, "link", Kind::Link),
];

/// The elements that are open, and the text of the one that matters.
#[derive(Default)]
pub(super) struct Outline {
    /// Each with where its whole name, by which its end is known, begins in `names`.
    open: Vec<(Kind, usize)>,
    names: Vec<u8>,
    /// Text of an address, or an attribute's value, as it is written.
    raw: Vec<u8>,
    /// More of it came than is kept.
    long: bool,
    href: Option<String>,
    /// Whether `rel` says that the link is another thing than the page itself.
    aside: bool,
    done: bool,
}

impl Outline {
    /// The root has ended.
    pub fn is_done(&self) -> bool {
        self.done
    }

    /// Whether text is of use.
    pub fn wants_text(&self) -> bool {
        matches!(self.kind(), Kind::Page | Kind::MapAddress)
    }

    /// Whether attributes are of use.
    pub fn wants_attributes(&self) -> bool {
        self.kind() == Kind::Link
    }

    /// # Errors
    /// That the root is not one of a sitemap, or that it goes too deep.
    pub fn open(&mut self, name: &[u8], found: &Found) -> Result<(), Fault> {
        let local = local(name);
        let parent = self.kind();
        let shape = SHAPE.iter().find(|(within, called, _)| *within == parent && called.as_bytes() == local);
        let kind = shape.map_or(Kind::Other, |(_, _, kind)| *kind);
        if parent == Kind::Document && kind == Kind::Other {
            return Err(Fault::Root(quoted(name)));
        }
        if self.open.len() == found.limits.depth {
            return Err(Fault::TooDeep { limit: found.limits.depth });
        }
        self.open.push((kind, self.names.len()));
        self.names.extend_from_slice(name);
        if !matches!(kind, Kind::Other) {
            self.forget();
        }
        Ok(())
    }

    /// Part of the text, or of an attribute's value, in which entities are not decoded.
    pub fn text(&mut self, bytes: &[u8], found: &Found) {
        let start =
            if self.raw.is_empty() { bytes.iter().position(|byte| !byte.is_ascii_whitespace()) } else { Some(0) };
        let bytes = &bytes[start.unwrap_or(bytes.len())..];
        let room = found.raw() - self.raw.len();
        self.raw.extend_from_slice(&bytes[..bytes.len().min(room)]);
        self.long |= bytes.len() > room;
    }

    /// Part of the text, in which nothing is an entity.
    pub fn verbatim(&mut self, bytes: &[u8], found: &Found) {
        for (index, part) in bytes.split(|byte| *byte == b'&').enumerate() {
            if index > 0 {
                self.text(b"&amp;", found);
            }
            self.text(part, found);
        }
    }

    /// An attribute's value has come as text.
    pub fn attribute(&mut self, name: &[u8]) {
        let value = decode(&std::mem::take(&mut self.raw));
        match local(name) {
            b"href" => self.href = Some(value),
            b"rel" => self.aside = !value.trim().eq_ignore_ascii_case("alternate"),
            _ => {}
        }
    }

    /// # Errors
    /// That another element is open, or none.
    pub fn close(&mut self, name: &[u8], found: &mut Found) -> Result<(), Fault> {
        match self.open.last() {
            Some((_, start)) if self.names[*start..] == *name => {}
            _ => return Err(Fault::Mismatch(quoted(name))),
        }
        self.end(found);
        Ok(())
    }

    /// The innermost element has ended.
    pub fn end(&mut self, found: &mut Found) {
        match self.kind() {
            Kind::Page => self.give(false, found),
            Kind::MapAddress => self.give(true, found),
            Kind::Link => {
                if let Some(href) = self.href.take().filter(|_| !self.aside) {
                    found.add(&href, false);
                }
            }
            _ => {}
        }
        if let Some((_, start)) = self.open.pop() {
            self.names.truncate(start);
        }
        self.done = self.open.is_empty();
    }

    fn give(&mut self, is_map: bool, found: &mut Found) {
        if self.long {
            found.sitemap.long += 1;
        } else {
            found.add(&decode(&self.raw), is_map);
        }
        self.forget();
    }

    fn forget(&mut self) {
        self.raw.clear();
        (self.long, self.href, self.aside) = (false, None, false);
    }

    fn kind(&self) -> Kind {
        self.open.last().map_or(Kind::Document, |(kind, _)| *kind)
    }
}

/// A name without the prefix of its namespace.
fn local(name: &[u8]) -> &[u8] {
    name.rsplit(|byte| *byte == b':').next().unwrap_or_default()
}

fn quoted(name: &[u8]) -> Box<str> {
    struck_bytes(name).escape_ascii().take(40).map(char::from).collect::<String>().into()
}
