//! The links of a page, found as its bytes come. Knows nothing of URLs: what a link is resolved against, and whether it
//! is followed, is decided elsewhere.
//!
//! Markup is read as WHATWG HTML, section 13.2.5 has it. The charset is that of the byte order mark, the header or the
//! page's `meta`, in this order, which may come late ([`LATE`]); a page in a charset that is read as ASCII is read as the bytes that it is, and only what
//! is kept of it is decoded.
//!
//! A page makes nothing large: its links are bounded by [`Wanted::links`], [`LONGEST_LINK`] and [`MOST_TEXT`], a tag by
//! what is looked at of it, and each byte is looked at a fixed number of times.

mod anchor;
mod charset;
mod comment;
mod css;
pub(super) mod doctype;
pub(super) mod foreign;
mod formatting;
mod found;
pub(super) mod frames;
mod harvest;
mod ids;
mod inline;
mod kinds;
mod meta_robots;
mod names;
mod near;
mod outline;
mod page;
pub(super) mod plain;
mod position;
pub(super) mod prefixes;
pub(in crate::crawl) mod raw;
pub(super) mod references;
mod refresh;
mod section;
mod sheet;
mod srcset;
mod stack;
pub(super) mod tag;
mod tag_end;
#[cfg(test)]
mod tests;

pub use found::{Counted, LONGEST_LINK, LONGEST_TEXT, Link, LinkKind, Links, MOST_TEXT};
pub use meta_robots::{MetaRobots, x_robots_tag};

use super::prescan::{LATE, PRESCANNED, charset_in, declared_in_xml, is_xml, named_by_meta, prescan};
use super::sniff::is_html;
use charset::Charset;
use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8, WINDOWS_1252};
use harvest::Harvest;
use page::Page;
use sheet::Sheet;
use std::sync::Arc;

/// Bytes that are decoded at a time.
const DECODED: usize = 4 << 10;

/// What is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Links that are kept; those beyond are counted.
    pub links: usize,
    /// Those of CSS too, in `style` elements and attributes. Where they are not wanted, others have no text.
    pub assets: bool,
    /// The places that a fragment may lead to, for [`Links::has_id`].
    pub ids: bool,
}

/// Finds links in content that is decoded of its codings and comes in pieces of any size.
#[derive(Debug)]
pub struct LinkFinder {
    kind: Kind,
    wanted: Wanted,
    /// By which name pages speak to this crawler alone.
    agent: Arc<str>,
    /// What the header names.
    charset: Option<&'static Encoding>,
    /// The beginning, where its pieces are too small to know the charset.
    head: Vec<u8>,
    reader: Option<Reader>,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Html,
    Xhtml,
    Css,
    Untyped,
}

#[derive(Debug)]
struct Reader {
    /// For UTF-16 and what else is not read as ASCII.
    decoder: Option<Box<Decoder>>,
    content: Content,
    /// Where nobody has told the charset yet.
    undecided: Option<Undecided>,
}

/// A page of which nobody has told the charset, and all was ASCII until now.
#[derive(Debug, Default)]
struct Undecided {
    /// Bytes that were read.
    read: usize,
    /// What is not ASCII and all behind it, in which the charset may still be named.
    ahead: Vec<u8>,
}

#[derive(Debug)]
enum Content {
    Page(Page),
    Sheet(Sheet),
    /// What has no links.
    Other,
}

impl LinkFinder {
    /// `content_type`: the header's value.
    pub fn html(content_type: &[u8], wanted: Wanted) -> LinkFinder {
        let kind = if is_xml(content_type) { Kind::Xhtml } else { Kind::Html };
        let (agent, charset) = (meta_robots::OWN.into(), charset_in(content_type));
        LinkFinder { kind, wanted, agent, charset, head: Vec::new(), reader: None }
    }

    /// `agent`: by which name robots.txt, and so a page, speaks to this crawler.
    pub fn by(self, agent: &Arc<str>) -> LinkFinder {
        LinkFinder { agent: agent.clone(), ..self }
    }

    /// Of content whose type nobody tells: its links, if it looks like a page.
    pub fn untyped(wanted: Wanted) -> LinkFinder {
        LinkFinder { kind: Kind::Untyped, ..LinkFinder::html(b"", wanted) }
    }

    /// `content_type`: the header's value.
    pub fn css(content_type: &[u8], wanted: Wanted) -> LinkFinder {
        LinkFinder { kind: Kind::Css, ..LinkFinder::html(content_type, wanted) }
    }

    pub fn take(&mut self, piece: &[u8]) {
        if let Some(reader) = &mut self.reader {
            return reader.take(piece);
        }
        if self.head.is_empty() && piece.len() >= PRESCANNED {
            return self.begin(piece);
        }
        let (head, rest) = piece.split_at(piece.len().min(PRESCANNED - self.head.len()));
        self.head.extend_from_slice(head);
        if self.head.len() == PRESCANNED {
            let head = std::mem::take(&mut self.head);
            self.begin(&head);
            self.take(rest);
        }
    }

    pub fn finish(mut self) -> Links {
        if self.reader.is_none() {
            let head = std::mem::take(&mut self.head);
            self.begin(&head);
        }
        self.reader.map(Reader::finish).unwrap_or_default()
    }

    /// Takes the first bytes, which say how all are read.
    fn begin(&mut self, head: &[u8]) {
        let (marked, mark) = Encoding::for_bom(head).map_or((None, 0), |(charset, length)| (Some(charset), length));
        let known = marked.or(self.charset).or_else(|| self.kind.own_charset(head));
        let named = if known.is_none() { prescan(head) } else { None };
        // Then it does not matter where all is ASCII.
        let known = known.or_else(|| named.filter(|charset| charset.is_ascii_compatible()));
        let decoder = known.filter(|charset| !charset.is_ascii_compatible());
        let charset = match known {
            Some(charset) if decoder.is_some() => Charset::decoded(charset),
            Some(charset) => Charset::known(charset),
            None => Charset::of_page(named),
        };
        let undecided = charset.is_open().then(Undecided::default);
        let content = self.kind.content(head, Harvest::new(self.wanted, self.agent.clone(), charset));
        let decoder = decoder.map(|charset| Box::new(charset.new_decoder_without_bom_handling()));
        let reader = self.reader.insert(Reader { decoder, content, undecided });
        reader.take(&head[mark..]);
    }
}

impl Kind {
    /// A style sheet that says nothing else is UTF-8, and so is XML; another page may still say it.
    fn own_charset(self, head: &[u8]) -> Option<&'static Encoding> {
        let named = |head: &[u8]| {
            let label = head.strip_prefix(b"@charset \"")?.split(|byte| *byte == b'"').next()?;
            Encoding::for_label(label).filter(|charset| charset.is_ascii_compatible())
        };
        match self {
            Kind::Html | Kind::Untyped => None,
            Kind::Xhtml => Some(declared_in_xml(head).unwrap_or(UTF_8)),
            Kind::Css => Some(named(head).unwrap_or(UTF_8)),
        }
    }

    fn content(self, head: &[u8], harvest: Harvest) -> Content {
        match self {
            Kind::Css => Content::Sheet(Sheet::new(harvest)),
            Kind::Untyped if !is_html(head) => Content::Other,
            Kind::Xhtml => Content::Page(Page::xml(harvest)),
            Kind::Html | Kind::Untyped => Content::Page(Page::new(harvest)),
        }
    }
}

impl Reader {
    fn take(&mut self, piece: &[u8]) {
        match (&mut self.undecided, &mut self.decoder) {
            (Some(_), _) => self.take_undecided(piece),
            (None, None) => self.content.take(piece),
            (None, Some(decoder)) => decode(decoder, piece, false, &mut self.content),
        }
    }

    /// As long as all is ASCII, every charset that a page can name reads the same.
    fn take_undecided(&mut self, piece: &[u8]) {
        let Some(undecided) = &mut self.undecided else { return };
        let (plain, rest) = piece.split_at(if undecided.ahead.is_empty() { plain_up_to(piece) } else { 0 });
        undecided.read += plain.len();
        undecided.ahead.extend_from_slice(rest);
        let is_enough = undecided.read + undecided.ahead.len() >= LATE;
        self.content.take(plain);
        if !rest.is_empty() && (is_enough || self.content.named_charset().is_some()) {
            self.decide();
        }
    }

    /// The charset matters, or nothing comes any more.
    fn decide(&mut self) {
        let Some(Undecided { read, ahead }) = self.undecided.take() else { return };
        let late = &ahead[..ahead.len().min(LATE.saturating_sub(read))];
        let charset = self.content.named_charset().or_else(|| named_by_meta(late)).unwrap_or(WINDOWS_1252);
        self.content.settle(charset);
        if !charset.is_ascii_compatible() {
            self.decoder = Some(Box::new(charset.new_decoder_without_bom_handling()));
        }
        self.take(&ahead);
    }

    fn finish(mut self) -> Links {
        self.decide();
        if let Some(decoder) = &mut self.decoder {
            decode(decoder, &[], true, &mut self.content);
        }
        match self.content {
            Content::Page(page) => page.finish(),
            Content::Sheet(sheet) => sheet.finish(),
            Content::Other => Links::default(),
        }
    }
}

/// Where the first byte is that may be read otherwise than as ASCII: ISO-2022-JP has its own beginning with an escape.
fn plain_up_to(piece: &[u8]) -> usize {
    let ascii = Encoding::ascii_valid_up_to(piece);
    memchr::memchr3(0x0e, 0x0f, 0x1b, &piece[..ascii]).unwrap_or(ascii)
}

fn decode(decoder: &mut Decoder, mut piece: &[u8], last: bool, content: &mut Content) {
    let mut text = [0; DECODED];
    loop {
        let (result, read, written, _) = decoder.decode_to_utf8(piece, &mut text, last);
        content.take(&text[..written]);
        piece = &piece[read..];
        if result == CoderResult::InputEmpty {
            return;
        }
    }
}

impl Content {
    fn take(&mut self, piece: &[u8]) {
        match self {
            Content::Page(page) => page.take(piece),
            Content::Sheet(sheet) => sheet.take(piece),
            Content::Other => {}
        }
    }

    /// What a page has named as its charset until now. In what has no links it matters not which.
    fn named_charset(&self) -> Option<&'static Encoding> {
        match self {
            Content::Page(page) => page.named_charset(),
            Content::Sheet(_) | Content::Other => Some(UTF_8),
        }
    }

    fn settle(&mut self, charset: &'static Encoding) {
        if let Content::Page(page) = self {
            page.settle(charset);
        }
    }
}
