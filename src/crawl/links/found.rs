//! The links of a page, each with where it stands: all text in one string, so that a page costs few allocations. Knows
//! nothing of markup.

use super::ids::Ids;
use super::meta_robots::MetaRobots;
use super::position::Position;

/// Bytes of a link; a longer one is not kept.
pub const LONGEST_LINK: usize = 64 << 10;
/// Bytes of all links and texts of a page.
pub const MOST_TEXT: usize = 4 << 20;
/// Links to one target that are kept where they stand next to each other.
const MOST_IN_ROW: u32 = 1_000;
/// Bytes of the text of a link.
pub const LONGEST_TEXT: usize = 80;

/// What kind of link it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LinkKind {
    /// `a`, of HTML or SVG.
    Anchor,
    Area,
    /// `link rel=canonical`.
    Canonical,
    /// `link rel=next` and `rel=prev`.
    Next,
    /// `link rel=alternate`.
    Alternate,
    /// `link rel=stylesheet`, and what else `link` names for the page itself: `icon`, `manifest`, `preload`.
    Stylesheet,
    /// `img`, `input type=image`, the poster of a `video`.
    Image,
    Source,
    /// `video`, `audio`, `track`, `embed` and `object`.
    Media,
    Script,
    /// `iframe` and `frame`.
    Frame,
    /// `meta http-equiv=refresh`.
    Refresh,
    /// Where a `form` is sent; nobody asks for it.
    Form,
    /// `url()` and `@import`.
    Css,
}

impl LinkKind {
    /// The element, or what else it stands in.
    pub fn name(self) -> &'static str {
        match self {
            LinkKind::Anchor => "a",
            LinkKind::Area => "area",
            LinkKind::Canonical | LinkKind::Next | LinkKind::Alternate | LinkKind::Stylesheet => "link",
            LinkKind::Image => "img",
            LinkKind::Source => "source",
            LinkKind::Media => "media",
            LinkKind::Script => "script",
            LinkKind::Frame => "iframe",
            LinkKind::Refresh => "refresh",
            LinkKind::Form => "form",
            LinkKind::Css => "css",
        }
    }

    /// Part of the page that it stands on, rather than another page.
    pub fn is_asset(self) -> bool {
        use LinkKind::*;
        matches!(self, Stylesheet | Image | Source | Media | Script | Css)
    }
}

/// A link as it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link<'a> {
    /// References decoded, and without white space around it.
    pub href: &'a str,
    pub kind: LinkKind,
    /// `rel=nofollow`.
    pub nofollow: bool,
    /// Of the `<` of its tag, from 1.
    pub line: u32,
    /// In characters, from 1.
    pub column: u32,
    /// The text of an anchor with its white space folded; what stands for an image, the title of others. At most
    /// [`LONGEST_TEXT`] bytes.
    pub text: &'a str,
}

#[derive(Clone, Debug)]
struct Entry {
    href: u32,
    length: u32,
    text: u32,
    text_length: u8,
    kind: LinkKind,
    nofollow: bool,
    position: Position,
}

/// What a page says to a crawler.
#[derive(Clone, Debug, Default)]
pub struct Links {
    text: String,
    entries: Vec<Entry>,
    counted: Counted,
    base: Option<Box<str>>,
    robots: MetaRobots,
    ids: Option<Ids>,
}

/// Links that are counted and not kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// Beyond the number that was wanted, [`LONGEST_LINK`] or [`MOST_TEXT`].
    pub over: u64,
    /// Images, scripts and styles that were not wanted: they take no room of links that were.
    pub assets: u64,
    /// Long `data:` URLs, which lead nowhere.
    pub inline: u64,
}

impl Links {
    /// In the order of the page.
    pub fn iter(&self) -> impl Iterator<Item = Link<'_>> {
        self.entries.iter().map(|entry| self.link(entry))
    }

    pub fn get(&self, index: usize) -> Option<Link<'_>> {
        self.entries.get(index).map(|entry| self.link(entry))
    }

    pub fn len(&self) -> usize {
        self.entries.len()
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The `href` of the first `base` that has one.
    pub fn base(&self) -> Option<&str> {
        self.base.as_deref()
    }

    pub fn counted(&self) -> Counted {
        self.counted
    }

    /// Links beyond what is kept of a page.
    pub fn over(&self) -> u64 {
        self.counted.over
    }

    pub fn robots(&self) -> MetaRobots {
        self.robots
    }

    /// Whether a fragment, without its `#`, leads to a place of the page: by its own text or percent-decoded, as browsers
    /// look. Nothing where ids were not wanted, or where there were too many.
    pub fn has_id(&self, id: &str) -> Option<bool> {
        self.ids.as_ref()?.has(id)
    }

    /// The places that a fragment may lead to, and whether that are all. Nothing where they were not wanted.
    pub fn ids(&self) -> Option<(impl Iterator<Item = &str>, bool)> {
        Some(self.ids.as_ref()?.kept())
    }

    fn link(&self, entry: &Entry) -> Link<'_> {
        let text = |from: u32, length: u32| self.text.get(from as usize..(from + length) as usize).unwrap_or_default();
        Link {
            href: text(entry.href, entry.length),
            kind: entry.kind,
            nofollow: entry.nofollow,
            line: entry.position.line,
            column: entry.position.column,
            text: text(entry.text, u32::from(entry.text_length)),
        }
    }
}

/// The links of a page that is still being read.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// UTF-8; it is held against that once, at the end.
    text: Vec<u8>,
    entries: Vec<Entry>,
    pub(super) counted: Counted,
    /// Links to one target that stand next to each other.
    in_row: u32,
    /// Links whose queries wait for the charset of the page.
    deferred: Vec<usize>,
    pub(super) base: Option<Box<str>>,
    pub(super) robots: MetaRobots,
    pub(super) ids: Option<Ids>,
}

/// How much was found.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    entries: usize,
    counted: Counted,
    ids: usize,
    has_base: bool,
    robots: MetaRobots,
}

impl Counted {
    fn all(self) -> u64 {
        self.over + self.assets + self.inline
    }
}

impl Found {
    pub(super) fn new(ids: bool) -> Found {
        let (text, entries) = (Vec::with_capacity(2 << 10), Vec::with_capacity(40));
        Found { text, entries, ids: ids.then(Ids::default), ..Found::default() }
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Kept or not.
    pub(super) fn all(&self) -> u64 {
        self.entries.len() as u64 + self.counted.all()
    }

    /// Keeps a link. Returns its number, if there is room for it.
    pub(super) fn add(&mut self, href: &[u8], kind: LinkKind, nofollow: bool, position: Position) -> Option<usize> {
        if href.len() > LONGEST_LINK || self.text.len() + href.len() > MOST_TEXT {
            self.counted.over += 1;
            return None;
        }
        if self.repeats(href) {
            self.counted.over += 1;
            return None;
        }
        let (href, length) = self.push(href)?;
        self.entries.push(Entry { href, length, text: 0, text_length: 0, kind, nofollow, position });
        Some(self.entries.len() - 1)
    }

    /// Whether it is one of many in a row that lead to one target: they must not keep out what stands behind them.
    fn repeats(&mut self, href: &[u8]) -> bool {
        let of = |last: &Entry| self.text.get(last.href as usize..(last.href + last.length) as usize);
        let same = self.entries.last().and_then(of) == Some(href);
        self.in_row = if same { self.in_row + 1 } else { 0 };
        self.in_row >= MOST_IN_ROW
    }

    pub(super) fn mark(&self) -> Mark {
        let (entries, counted) = (self.entries.len(), self.counted);
        let ids = self.ids.as_ref().map_or(0, Ids::len);
        Mark { entries, counted, ids, has_base: self.base.is_some(), robots: self.robots }
    }

    /// The last id is none of what was found since then.
    pub(super) fn keep_id(&mut self, mark: &mut Mark) {
        if let Some(ids) = self.ids.as_mut().filter(|ids| ids.len() > mark.ids) {
            ids.lower(mark.ids);
            mark.ids += 1;
        }
    }

    /// Forgets all that was found since then.
    pub(super) fn forget_since(&mut self, mark: Mark) {
        self.entries.truncate(mark.entries);
        self.deferred.retain(|index| *index < mark.entries);
        self.counted = mark.counted;
        self.ids.iter_mut().for_each(|ids| ids.truncate(mark.ids));
        self.base = self.base.take().filter(|_| mark.has_base);
        self.robots = mark.robots;
    }

    /// The query of this link waits for the charset of the page.
    pub(super) fn defer(&mut self, link: Option<usize>) {
        self.deferred.extend(link);
    }

    /// Writes anew those that waited.
    pub(super) fn complete(&mut self, mut url: impl FnMut(&str) -> String) {
        for index in std::mem::take(&mut self.deferred) {
            let entry = &self.entries[index];
            let before = &self.text[entry.href as usize..(entry.href + entry.length) as usize];
            let whole = str::from_utf8(before).map(&mut url).unwrap_or_default();
            // Three bytes for one, at most.
            if self.text.len() + whole.len() <= 4 * MOST_TEXT
                && let Some((href, length)) = self.push(whole.as_bytes())
            {
                let entry = &mut self.entries[index];
                (entry.href, entry.length) = (href, length);
            }
        }
    }

    /// Gives a link its text, cut where it is too long.
    pub(super) fn describe(&mut self, index: usize, text: &[u8]) {
        let text = cut(text, LONGEST_TEXT);
        if text.is_empty() || self.text.len() + text.len() > MOST_TEXT {
            return;
        }
        if let (Some((from, length)), Some(entry)) = (self.push(text), self.entries.get_mut(index)) {
            entry.text = from;
            entry.text_length = u8::try_from(length).unwrap_or(0);
        }
    }

    fn push(&mut self, text: &[u8]) -> Option<(u32, u32)> {
        let span = (u32::try_from(self.text.len()).ok()?, u32::try_from(text.len()).ok()?);
        self.text.extend_from_slice(text);
        Some(span)
    }

    pub(super) fn finish(mut self) -> Links {
        if let Some(ids) = &mut self.ids {
            ids.sort();
        }
        let text = String::from_utf8(self.text).unwrap_or_default();
        let Found { entries, counted, base, robots, ids, .. } = self;
        Links { text, entries, counted, base, robots, ids }
    }
}

/// At most `most` bytes, and whole characters of UTF-8.
fn cut(text: &[u8], most: usize) -> &[u8] {
    if text.len() <= most {
        return text;
    }
    let end = (0..=most).rev().find(|&end| text[end] & 0xc0 != 0x80);
    text[..end.unwrap_or(0)].trim_ascii_end()
}
