//! The links of a page, found as its bytes come. Knows nothing of URLs: what a link is resolved against, and whether it
//! is followed, is decided elsewhere.
//!
//! Markup is read as WHATWG HTML, section 13.2.5 has it. The charset is that of the byte order mark, the header or the
//! page's `meta`, in this order; a page in a charset that is read as ASCII is read as the bytes that it is, and only what
//! is kept of it is decoded.
//!
//! A page makes nothing large: its links are bounded by [`Wanted::links`], [`LONGEST_LINK`] and [`MOST_TEXT`], a tag by
//! what is looked at of it, and each byte is looked at a fixed number of times.

mod anchor;
mod charset;
mod comment;
mod css;
mod foreign;
mod found;
mod harvest;
mod ids;
mod meta_robots;
mod names;
mod near;
mod page;
mod position;
mod raw;
pub(super) mod references;
mod refresh;
mod sheet;
mod srcset;
mod tag;
mod tag_end;
#[cfg(test)]
mod tests;

pub use found::{LONGEST_LINK, LONGEST_TEXT, Link, LinkKind, Links, MOST_TEXT};
pub use meta_robots::{MetaRobots, x_robots_tag};

use super::prescan::{PRESCANNED, charset_in, declared_in_xml, is_xml};
use super::sniff::is_html;
use charset::Charset;
use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8};
use harvest::Harvest;
use page::Page;
use sheet::Sheet;

/// Bytes that are decoded at a time.
const DECODED: usize = 4 << 10;

/// What is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Links that are kept; those beyond are counted.
    pub links: usize,
    /// Those of CSS too, in `style` elements and attributes.
    pub assets: bool,
    /// The places that a fragment may lead to, for [`Links::has_id`].
    pub ids: bool,
}

/// Finds links in content that is decoded of its codings and comes in pieces of any size.
#[derive(Debug)]
pub struct LinkFinder {
    kind: Kind,
    wanted: Wanted,
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
        LinkFinder { kind, wanted, charset: charset_in(content_type), head: Vec::new(), reader: None }
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
        let decoder = known.filter(|charset| !charset.is_ascii_compatible());
        let charset = match known {
            Some(_) if decoder.is_some() => Charset::known(UTF_8),
            Some(charset) => Charset::known(charset),
            None => Charset::of_page(&head[..head.len().min(PRESCANNED)]),
        };
        let content = self.kind.content(head, Harvest::new(self.wanted, charset));
        let decoder = decoder.map(|charset| Box::new(charset.new_decoder_without_bom_handling()));
        let reader = self.reader.insert(Reader { decoder, content });
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
            Kind::Html | Kind::Xhtml | Kind::Untyped => Content::Page(Page::new(harvest)),
        }
    }
}

impl Reader {
    fn take(&mut self, piece: &[u8]) {
        match &mut self.decoder {
            None => self.content.take(piece),
            Some(decoder) => decode(decoder, piece, false, &mut self.content),
        }
    }

    fn finish(mut self) -> Links {
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
}
