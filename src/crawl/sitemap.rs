//! Sitemaps (sitemaps.org): bytes in pieces in, addresses out. Knows nothing of how they are fetched, and does not judge
//! whether an address is a URL.
//!
//! ```
//! use crawltop::crawl::sitemap::{Limits, SitemapReader};
//!
//! let mut reader = SitemapReader::new(Limits::default());
//! reader.take(b"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><url><loc> http://a.b/?c=1&amp");
//! reader.take(b";d=2 </loc></url></urlset>");
//! let sitemap = reader.finish()?;
//! assert_eq!(*sitemap.pages, [Box::from("http://a.b/?c=1&d=2")]);
//! # Ok::<(), crawltop::crawl::sitemap::SitemapError>(())
//! ```
//!
//! # What is read, and how
//!
//! | what comes | here |
//! | --- | --- |
//! | `urlset`, `sitemapindex` | each `loc` of an `url` or a `sitemap`; those of images and videos are not pages |
//! | RSS 2.0 and Atom | the `link` of each item, and each entry's `link` that is `alternate` or has no `rel` |
//! | gzip by its first two bytes, whatever it is called | unpacked, within the limits; a damaged or cut one is an error |
//! | UTF-16, and what its `Content-Type` or its XML declaration says it is written in | read as that, a byte order mark before both |
//! | any other root | an error that names it |
//! | nothing, or only white space | an error that says so |
//! | no `<` at the start | text: an address a line; lines that begin with neither `http:` nor `https:` are counted |
//! | namespaces | passed over: a name is what follows its last colon |
//! | CDATA, comments, instructions | read as XML has them |
//! | `&amp; &lt; &gt; &quot; &apos;` and numbers | the characters they stand for; any other `&` is one |
//! | a document type that declares something | an error: no sitemap needs that, and bombs are made of it |
//! | tags that do not match, an end before the end | an error that says where; what was read before is kept |
//! | what follows the root's end | is not read |
//! | more pages or maps than the limits allow, or after [`SitemapReader::close`] | counted, not kept |
//! | an address over 2,048 bytes | counted, not kept |

mod charset;
mod content;
mod entity;
mod error;
mod gzip;
mod list;
mod outline;
mod shelf;
mod xml;

pub use error::{Fault, SitemapError};
pub use shelf::{MOST_HELD, Share, Shelf};

use super::media_type::essence;
use super::prescan::{charset_in, is_xml};
use crate::coding::{Piece, SLICE};
use content::Content;
use gzip::Unpacker;

/// How much is read. The defaults are sitemaps.org's; it names none for maps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Pages of one map.
    pub pages: usize,
    /// Maps that an index leads to.
    pub maps: usize,
    /// Decoded bytes of one map.
    pub bytes: u64,
    /// Bytes of an address.
    pub url: usize,
    /// Elements within each other.
    pub depth: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { pages: 50_000, maps: 500, bytes: 50 << 20, url: 2_048, depth: 32 }
    }
}

/// What a sitemap holds. Addresses are as they were written, without white space around them, and not made safe.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sitemap {
    pub pages: Vec<Box<str>>,
    /// Other sitemaps, of an index.
    pub maps: Vec<Box<str>>,
    /// Pages and maps beyond the limits.
    pub over: u64,
    /// Pages and maps that came when no more were to be kept.
    pub late: u64,
    /// Addresses that were too long.
    pub long: u64,
    /// Addresses that were empty, and lines of a text that are none.
    pub strays: u64,
}

impl Sitemap {
    /// Whether nothing was found in it.
    pub fn is_empty(&self) -> bool {
        self.pages.is_empty() && self.maps.is_empty() && self.over + self.late + self.long + self.strays == 0
    }
}

/// Reads one sitemap as it comes, packed as gzip or not; content codings are off already. Memory is bounded by
/// [`Limits`], time is linear in what comes and what it unpacks to.
pub struct SitemapReader {
    unpacker: Unpacker,
    content: Content,
}

impl SitemapReader {
    pub fn new(limits: Limits) -> SitemapReader {
        // The limit is the content's to hold; the unpacker only stops what goes far beyond.
        let unpacker = Unpacker::new(limits.bytes.saturating_add(SLICE as u64));
        let found = Found { limits, sitemap: Sitemap::default(), pages: 0, maps: 0, bytes: 0, closed: false };
        SitemapReader { unpacker, content: Content::new(found) }
    }

    /// In the charset of its `Content-Type`, if that names one; to be called before anything is read. That of a packed
    /// file is none of what it unpacks to.
    pub fn typed(mut self, content_type: &[u8]) -> SitemapReader {
        let is_text = essence(content_type).get(..5).is_some_and(|top| top.eq_ignore_ascii_case(b"text/"));
        let charset = if is_text || is_xml(content_type) { charset_in(content_type) } else { None };
        self.content.told(charset);
        self
    }

    /// Reads the next piece, of any size.
    pub fn take(&mut self, piece: &[u8]) {
        let mut rest = piece;
        while let Some(used) = self.take_some(rest) {
            rest = &rest[used..];
        }
    }

    /// Reads part of `piece`, and tells how many of its bytes: for those who let others run while a little unpacks to
    /// much. To be called again with the rest until there is `None`.
    pub fn take_some(&mut self, piece: &[u8]) -> Option<usize> {
        if self.is_done() {
            return None;
        }
        match self.unpacker.decode(piece) {
            Ok((_, Piece::NeedMore)) => None,
            Ok((used, Piece::Content(slice))) => {
                self.content.take(slice);
                Some(used)
            }
            Err(error) => {
                self.content.unpacked(Err(error));
                None
            }
        }
    }

    /// Whether it is packed by itself, so that a little of it may unpack to much.
    pub fn is_packed(&self) -> bool {
        self.unpacker.is_packed()
    }

    /// Whether nothing that comes would be read any more: then there is no need to receive it.
    pub fn is_done(&self) -> bool {
        self.content.is_done()
    }

    /// Bytes that the addresses take which were found.
    pub fn held(&self) -> u64 {
        self.content.found().bytes
    }

    /// Keeps no further address; those that come are counted.
    pub fn close(&mut self) {
        self.content.found_mut().closed = true;
    }

    /// What was found since the last time, so that it need not wait for the end.
    pub fn drain(&mut self) -> Sitemap {
        std::mem::take(&mut self.content.found_mut().sitemap)
    }

    /// # Errors
    /// What is wrong with the sitemap, and where; with what was read before, and not drained.
    pub fn finish(mut self) -> Result<Sitemap, SitemapError> {
        self.content.unpacked(self.unpacker.end());
        self.content.finish()
    }

    /// What was read of one that did not come to its end, without the line that may be half of an address.
    ///
    /// # Errors
    /// As [`SitemapReader::finish`]; `CutShort`, unless all of it had come.
    pub fn cut(mut self) -> Result<Sitemap, SitemapError> {
        self.content.unpacked(Ok(()));
        self.content.cut()
    }
}

/// What was found, held against the limits.
pub(in crate::crawl::sitemap) struct Found {
    limits: Limits,
    sitemap: Sitemap,
    pages: usize,
    maps: usize,
    /// That all of them take.
    bytes: u64,
    /// No more is kept.
    closed: bool,
}

impl Found {
    /// Keeps an address, or counts it.
    fn add(&mut self, address: &str, is_map: bool) {
        let address = address.trim_matches(|c: char| c.is_ascii_whitespace());
        let (count, limit) = match is_map {
            true => (&mut self.maps, self.limits.maps),
            false => (&mut self.pages, self.limits.pages),
        };
        match address.len() {
            0 => self.sitemap.strays += 1,
            length if length > self.limits.url => self.sitemap.long += 1,
            _ if *count == limit => self.sitemap.over += 1,
            _ if self.closed => self.sitemap.late += 1,
            length => {
                *count += 1;
                self.bytes += (length + size_of::<Box<str>>()) as u64;
                let kept = if is_map { &mut self.sitemap.maps } else { &mut self.sitemap.pages };
                kept.push(address.into());
            }
        }
    }

    /// Bytes, as they are written, that an address which could be kept has at most.
    fn raw(&self) -> usize {
        // The longest way to write a byte is a numbered entity of six bytes, for which zeros need not count.
        self.limits.url.saturating_mul(6).saturating_add(6)
    }
}
