//! The title of an HTML page, found as its bytes come. Knows nothing of the rest of the page.
//!
//! Only the beginning of a page is kept for it, and the title is cut: a page can make neither large.

mod attributes;
mod beginning;
mod find;
mod markup;
mod names;
mod opaque;
mod rare;
#[cfg(test)]
mod tests;

use super::links::references::{Within, decode};
use super::prescan::{LATE, PRESCANNED, charset_in, declared_in_xml, is_xml, named_in, prescan};
use super::sniff::is_html;
use crate::text::Untrusted;
use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};
use find::Finder;
use std::borrow::Cow;

/// Bytes of a page in which its title is looked for, and what names its charset.
const LOOKED_AT: usize = LATE;
/// Bytes of a title that are kept.
const KEPT: usize = 1 << 10;
/// Bytes of a title that are read, before references are decoded and white space is folded.
const READ: usize = 4 * KEPT;

pub struct TitleScanner {
    /// What the header names.
    charset: Option<&'static Encoding>,
    /// It is read as XML.
    xml: bool,
    /// Nobody tells its type: it has a title if it looks like a page.
    untyped: bool,
    page: Vec<u8>,
    finder: Finder,
    /// Its charset may still be named.
    open: bool,
    /// Once it is known, whatever still comes.
    whole: Option<Option<Untrusted>>,
}

impl TitleScanner {
    /// `content_type`: the header's value.
    pub fn new(content_type: &[u8]) -> TitleScanner {
        // Most pages name no charset there.
        let (charset, xml) = match content_type {
            b"text/html" => (None, false),
            _ => (charset_in(content_type), is_xml(content_type)),
        };
        TitleScanner {
            charset,
            xml,
            untyped: false,
            page: Vec::new(),
            finder: Finder::new(xml),
            open: false,
            whole: None,
        }
    }

    /// Of content whose type nobody tells.
    pub fn untyped() -> TitleScanner {
        TitleScanner { untyped: true, ..TitleScanner::new(b"") }
    }

    pub fn take(&mut self, piece: &[u8]) {
        if self.whole.is_some() {
            return;
        }
        let piece = &piece[..piece.len().min(self.wanted())];
        if self.page.is_empty() && !self.untyped {
            // Most pages have it in their first piece: no more of that is kept than is needed.
            self.finder.advance(piece);
            if self.finder.end().is_some()
                && let Some(title) = self.plain(piece)
            {
                self.whole = Some(shortened(title, self.xml));
                return;
            }
            self.open = self.is_open(piece);
            self.page.extend_from_slice(&piece[..piece.len().min(self.wanted())]);
        } else if !piece.is_empty() {
            self.page.extend_from_slice(piece);
            self.finder.advance(&self.page);
            self.open = self.is_open(&self.page);
        }
        if self.wanted() == 0 {
            // Whatever still comes, there is nothing more to look at.
            self.whole = Some(self.found());
            self.page = Vec::new();
        }
    }

    /// Whether a title that is whole may still turn out to be in another charset than it seems.
    fn is_open(&self, page: &[u8]) -> bool {
        let is_told = self.xml || self.charset.is_some() || Encoding::for_bom(page).is_some();
        self.finder.end().is_some() && !is_told && self.plain(page).is_none() && prescan(page).is_none()
    }

    /// Bytes that are still wanted. Where the title is whole, its charset may still follow.
    fn wanted(&self) -> usize {
        let all = match self.finder.end() {
            Some(end) if !self.open => end.max(PRESCANNED),
            _ => LOOKED_AT,
        };
        all.saturating_sub(self.page.len())
    }

    /// The title with its white space folded, if there is one that says something, in what has come of the page.
    pub fn title(&self) -> Option<Untrusted> {
        self.whole.clone().unwrap_or_else(|| self.found())
    }

    /// As [`TitleScanner::title`], once no more of the page comes.
    pub fn into_title(mut self) -> Option<Untrusted> {
        self.whole.take().unwrap_or_else(|| self.found())
    }

    fn found(&self) -> Option<Untrusted> {
        if self.untyped && !is_html(&self.page) {
            return None;
        }
        match self.plain(&self.page) {
            Some(text) => shortened(text, self.xml),
            None => shortened(&self.decoded()?, self.xml),
        }
    }

    /// A title of ASCII, which is the same in every charset that a `meta` can name, so that none is looked for. An escape
    /// may begin something else.
    fn plain<'p>(&self, page: &'p [u8]) -> Option<&'p str> {
        let named = Encoding::for_bom(page).is_none() && self.charset.is_none_or(Encoding::is_ascii_compatible);
        let raw = self.finder.title(page).filter(|raw| named && raw.is_ascii() && !raw.contains(&0x1b))?;
        str::from_utf8(raw).ok()
    }

    fn decoded(&self) -> Option<Cow<'_, str>> {
        let charset = self.charset();
        if charset.is_ascii_compatible() {
            return Some(charset.decode_without_bom_handling(self.finder.title(&self.page)?).0);
        }
        let page = charset.decode_with_bom_removal(&self.page).0;
        let mut finder = Finder::new(self.xml);
        finder.advance(page.as_bytes());
        Some(String::from_utf8_lossy(finder.title(page.as_bytes())?).into_owned().into())
    }

    /// As browsers choose: byte order mark, then header, then what the page names, then windows-1252; XML is UTF-8.
    fn charset(&self) -> &'static Encoding {
        let marked = Encoding::for_bom(&self.page).map(|(charset, _)| charset);
        let page = &*self.page;
        marked.or(self.charset).unwrap_or_else(|| match self.xml {
            true => declared_in_xml(page).unwrap_or(UTF_8),
            // A `meta` that comes late has a page read anew.
            false => named_in(page).unwrap_or(WINDOWS_1252),
        })
    }
}

/// What is kept of a title; nothing, where it says nothing.
fn shortened(text: &str, xml: bool) -> Option<Untrusted> {
    if is_plain(text) {
        return Some(Untrusted::new(text, KEPT));
    }
    let mut decoded = Cow::Borrowed(text);
    if text.contains('&') || (xml && text.contains('<')) {
        let mut referred = String::with_capacity(text.len());
        match xml {
            true => markup::text_of(text, &mut referred),
            false => decode(text, Within::Text, &mut referred),
        }
        decoded = referred.into();
    }
    if decoded.contains('\0') {
        decoded = decoded.replace('\0', "\u{fffd}").into();
    }
    let folded = folded(&decoded);
    (!folded.is_empty()).then(|| Untrusted::new(&folded, KEPT))
}

/// Whether it is words of ASCII with one blank between two already, and nothing in it stands for anything else, as in most
/// titles.
fn is_plain(text: &str) -> bool {
    let mut before = b' ';
    let plain = text.bytes().all(|byte| {
        let fits = match byte {
            b' ' => before != b' ',
            b'!'..=b'~' => !matches!(byte, b'&' | b'<'),
            _ => false,
        };
        before = byte;
        fits
    });
    plain && before != b' '
}

/// One blank between two words.
fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.push_str(word);
    }
    folded
}
