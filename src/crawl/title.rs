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

#[cfg(test)]
mod tests {
    use super::*;

    fn title(content_type: &str, page: &[u8], piece: usize) -> Option<Untrusted> {
        let mut scanner = TitleScanner::new(content_type.as_bytes());
        page.chunks(piece).for_each(|piece| scanner.take(piece));
        scanner.title()
    }

    fn cases() -> Vec<(&'static str, Vec<u8>, Option<&'static str>)> {
        vec![
            ("text/html", b"<html><TITLE lang=en>\n Goods &amp; more \n</TITLE>".to_vec(), Some("Goods & more")),
            ("text/html; charset=utf-8", "<title>Käse &#8211; &#x2013;</title>".into(), Some("Käse – –")),
            ("text/html", b"<meta charset='utf-8'><title>\xc3\xa9</title>".to_vec(), Some("é")),
            ("text/html", b"<title>\xe9 &unknown; &</title>".to_vec(), Some("é &unknown; &")),
            ("text/html;charset=latin1", b"\xef\xbb\xbf<title>\xc3\xa9</title>".to_vec(), Some("é")),
            ("text/html", b"<titles>no</titles><title></title>".to_vec(), None),
            ("text/html", b"<title>never closed".to_vec(), Some("never closed")),
            ("text/html", b"<title".to_vec(), None),
            ("text/html", b"".to_vec(), None),
            ("text/html", b"<title>a\0b</title>".to_vec(), Some("a\u{fffd}b")),
            ("text/html", b"<meta charset=utf-16le><title>a\xc3\xa9</title>".to_vec(), Some("aé")),
            ("text/html", b"<meta charset=x-user-defined><title>\xe9</title>".to_vec(), Some("é")),
            ("text/html", b"<meta charset=nonsense><meta charset=koi8-r><title>\xc1</title>".to_vec(), Some("а")),
            ("text/html", b"<meta name=charset content=utf-8><title>\xc3\xa9</title>".to_vec(), Some("Ã©")),
            (
                "text/html",
                b"<meta content='text/html; charset = \"utf-8\"' http-equiv=Content-Type><title>\xc3\xa9</title>"
                    .to_vec(),
                Some("é"),
            ),
            ("text/html", b"<meta content='charset=utf-8'><title>\xc3\xa9</title>".to_vec(), Some("Ã©")),
            ("text/html", b"<!-- <meta charset=koi8-r> --><meta charset=utf-8><title>\xc3\xa9".to_vec(), Some("é")),
            ("text/html", b"<title>\xc3\xa9</title><meta charset=utf-8>".to_vec(), Some("é")),
            (
                "text/html",
                [&b"<title>\xc3\xa9</title>"[..], &[b' '; 9000], b"<meta charset=utf-8>"].concat(),
                Some("é"),
            ),
            (
                "text/html",
                [&b"<title>\xc3\xa9</title>"[..], &[b' '; 70000], b"<meta charset=utf-8>"].concat(),
                Some("Ã©"),
            ),
            ("text/html", b"<meta charset=iso-2022-jp><title>\x1b$B%F\x1b(B</title>".to_vec(), Some("テ")),
            ("text/html", [&b"<!--"[..], &[b' '; 1100], b"--><meta charset=utf-8><title>\xc3\xa9"].concat(), Some("é")),
            ("application/xhtml+xml", b"<html><meta charset=koi8-r><title>\xc3\xa9</title>".to_vec(), Some("é")),
            ("text/xml", b"<?xml version='1.0' encoding='koi8-r'?><title>\xc1</title>".to_vec(), Some("а")),
            ("text/html", b"<?xml version='1.0' encoding='utf-8'?><title>\xc3\xa9</title>".to_vec(), Some("é")),
            ("application/xhtml+xml;charset=koi8-r", b"<title>\xc1</title>".to_vec(), Some("а")),
            ("application/xhtml+xml", b"<script src='x'/><style/><title>a</title>".to_vec(), Some("a")),
            ("application/xhtml+xml", b"<template/><title>a</title>".to_vec(), Some("a")),
            ("application/xhtml+xml", b"<title/><title>a</title>".to_vec(), None),
            (
                "text/html",
                b"<script><!--<script></script><title>no</title>--></script><title>yes</title>".to_vec(),
                Some("yes"),
            ),
            ("text/html", b"<script><!--</script><title>yes</title>".to_vec(), Some("yes")),
            ("text/html", b"<script src='x'/><title>a</title>".to_vec(), None),
            (
                "application/xhtml+xml",
                b"<h:html xmlns:h='http://www.w3.org/1999/xhtml'><s:title>no</s:title><h:title>a &lt; b</h:title>"
                    .to_vec(),
                Some("a < b"),
            ),
            (
                "application/xhtml+xml",
                b"<title><![CDATA[A &amp; <b>]]> &amp; C</title>".to_vec(),
                Some("A &amp; <b> & C"),
            ),
            ("application/xhtml+xml", b"<title><![CDATA[</title>]]></title>".to_vec(), Some("</title>")),
            ("application/xhtml+xml", b"<p><![CDATA[<title>no</title>]]></p><title>yes</title>".to_vec(), Some("yes")),
            ("application/xhtml+xml", b"<TITLE>no</TITLE><title>yes</TITLE></title>".to_vec(), Some("yes")),
            ("application/xhtml+xml", b"<title>a<!-- no </title> -->b<?no?> c</title>".to_vec(), Some("ab c")),
            ("application/xhtml+xml", b"<title>a<!-- never closed".to_vec(), Some("a")),
            ("application/xhtml+xml", b"<title>a<b t='1'>no<i/>no</b>d<br/>e</title>".to_vec(), Some("ade")),
            ("application/xhtml+xml", b"<noscript><title>yes</title></noscript>".to_vec(), Some("yes")),
            ("application/xhtml+xml", b"<textarea><title>yes</title></textarea>".to_vec(), Some("yes")),
            (
                "application/xhtml+xml",
                b"<template><title>no</title></template><title>yes</title>".to_vec(),
                Some("yes"),
            ),
            ("text/html", b"<title>a<!-- b --></title>".to_vec(), Some("a<!-- b -->")),
            ("application/xhtml+xml", b"<title><![CDATA[never closed".to_vec(), Some("never closed")),
            ("text/html", b"<title><![CDATA[x]]></title>".to_vec(), Some("<![CDATA[x]]>")),
            ("text/html", b"<plaintext><title>no</title>".to_vec(), None),
            ("text/html", b"<math><title>no</title></math><title>yes</title>".to_vec(), Some("yes")),
            ("text/html", b"<svg><title>no</title><p><title>yes</title>".to_vec(), Some("yes")),
            ("text/html", b"<svg><desc><title>yes</title></desc></svg>".to_vec(), Some("yes")),
            ("text/html", b"<b><svg></b><title>yes</title>".to_vec(), Some("yes")),
            ("text/html", b"<a><table><td><svg></a><title>no</title></svg><title>yes</title>".to_vec(), Some("yes")),
            ("text/html", b"<div><b></div>x<table><svg></b><title>no</title>".to_vec(), None),
            ("text/html", b"<svg><![CDATA[<p>]]><title>no</title></svg><title>yes</title>".to_vec(), Some("yes")),
            ("text/html", b"<title>a &amp b &copy 2026 &notit;</title>".to_vec(), Some("a & b © 2026 ¬it;")),
            (
                "text/html; charset=shift_jis",
                b"<meta charset=utf-8><title>\x83e\x83X\x83g</title>".to_vec(),
                Some("テスト"),
            ),
            ("text/html; charset=nonsense", b"<meta charset=utf-8><title>\xc3\xa9</title>".to_vec(), Some("é")),
            ("text/html; charset=utf-16be", b"\0<\0t\0i\0t\0l\0e\0>\0\xe9\0<\0/\0t\0i\0t\0l\0e\0>".to_vec(), Some("é")),
            ("text/html", b"\xff\xfe<\0t\0i\0t\0l\0e\0>\0\xe9\0".to_vec(), Some("é")),
            ("text/html; charset=iso-2022-jp", b"<title>\x1b$B%F\x1b(B</title>".to_vec(), Some("テ")),
            ("text/html", b"</title><title>later</title>".to_vec(), Some("later")),
            ("text/html", [b"<title>long</title>".to_vec(), vec![b' '; 5000]].concat(), Some("long")),
            ("text/html", b"<!-- <title>no</title> --><title>yes</title>".to_vec(), Some("yes")),
            ("text/html", b"<!--><title>yes</title>".to_vec(), Some("yes")),
            ("text/html", b"<!-- - -- --! --!><title>yes</title>--><title>no</title>".to_vec(), Some("yes")),
            ("text/html", b"<!-----><title>yes</title>".to_vec(), Some("yes")),
            ("application/xhtml+xml", b"<p><!-- --!><title>no</title>--><title>yes</title></p>".to_vec(), Some("yes")),
            ("text/html", b"<script>'<title>no</title>'</script ><title>yes</title>".to_vec(), Some("yes")),
            ("text/html", b"<svg><title>no</title></svg><svg/><title a='>'>yes</title>".to_vec(), Some("yes")),
            ("text/html", b"<head><noscript><title>no</title></noscript><title>yes</title>".to_vec(), Some("yes")),
            ("text/html", b"<template><title>no</title></template><title>yes</title>".to_vec(), Some("yes")),
            (
                "text/html",
                b"<template><TEMPLATE a></template ><script></template></script><title>no</title></Template><title>yes"
                    .to_vec(),
                Some("yes"),
            ),
            ("text/html", b"<template><title>never closed".to_vec(), None),
            ("text/html", b"</template><title>yes</title></templates>".to_vec(), Some("yes")),
            ("text/html", b"<a b=\"<title>no</title>\"><title>yes</title>".to_vec(), Some("yes")),
            ("text/html", b"<p =\"><title>yes</title>\">".to_vec(), Some("yes")),
            ("text/html", b"<p a==\"><title>yes</title>".to_vec(), Some("yes")),
            ("text/html", b"<p a=\"b\"=\"><title>yes</title>".to_vec(), Some("yes")),
            ("text/html", b"<base href=/?a=\"><title>yes</title>".to_vec(), Some("yes")),
            ("text/html", b"<br/a=\"<title>no</title>\"><title>yes</title>".to_vec(), Some("yes")),
            ("text/html", b"<p a = '<title>no</title>'><title>yes</title>".to_vec(), Some("yes")),
            ("text/html", b"<title>a < b </titles> c</title><title>second</title>".to_vec(), Some("a < b </titles> c")),
            (
                "text/html",
                b"<title>&#128; &#x99; &Eacute; &#0; &#xd800; &nbsp;</title>".to_vec(),
                Some("€ ™ É \u{fffd} \u{fffd}"),
            ),
        ]
    }

    #[test]
    fn the_title_is_found_in_any_case_charset_and_cut_of_the_bytes() {
        for (content_type, page, expected) in cases() {
            for piece in [1, 3, page.len().max(1)].into_iter().filter(|piece| *piece > 1 || page.len() < 9000) {
                let expected = expected.map(|text| Untrusted::new(text, KEPT));
                assert_eq!(title(content_type, &page, piece), expected, "{}", page.escape_ascii());
            }
        }
    }

    #[test]
    fn content_without_a_type_has_a_title_if_it_looks_like_a_page() {
        for (page, expected) in [("<!doctype html><title>yes</title>", Some("yes")), ("a <title>no</title>", None)] {
            for piece in [1, page.len()] {
                let mut scanner = TitleScanner::untyped();
                page.as_bytes().chunks(piece).for_each(|piece| scanner.take(piece));
                assert_eq!(scanner.title(), expected.map(|text| Untrusted::new(text, KEPT)), "{page}");
            }
        }
    }

    #[test]
    fn a_page_without_a_title_keeps_only_its_beginning() {
        let mut scanner = TitleScanner::new(b"text/html");
        for _ in 0..1000 {
            scanner.take(&[b'<'; 1000]);
        }
        assert!(scanner.page.len() <= LOOKED_AT);
        assert_eq!(scanner.title(), None);
    }
}
