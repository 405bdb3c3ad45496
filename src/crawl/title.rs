//! The title of an HTML page, found as its bytes come. Knows nothing of the rest of the page.
//!
//! Only the beginning of a page is kept for it, and the title is cut: a page can make neither large. The charset is
//! chosen as browsers do: byte order mark, then header, then `meta`, then windows-1252.

use super::prescan::{PRESCANNED, charset_in, prescan};
use crate::text::Untrusted;
use encoding_rs::{Encoding, WINDOWS_1252};
use std::borrow::Cow;

/// Bytes of a page in which its title is looked for.
const LOOKED_AT: usize = 64 << 10;
/// Bytes of a title that are kept.
const KEPT: usize = 1 << 10;
const END: &[u8] = b"</title";

pub struct TitleScanner {
    charset: Option<&'static Encoding>,
    page: Vec<u8>,
    /// Its end has come, or as much of the page as is looked at.
    ended: bool,
}

impl TitleScanner {
    /// `content_type`: the header's value.
    pub fn new(content_type: &[u8]) -> TitleScanner {
        TitleScanner { charset: charset_in(content_type), page: Vec::new(), ended: false }
    }

    pub fn take(&mut self, piece: &[u8]) {
        if self.ended && self.page.len() >= PRESCANNED {
            return;
        }
        let piece = &piece[..piece.len().min(LOOKED_AT - self.page.len())];
        let (had, searched) = (self.page.len(), self.page.len().saturating_sub(END.len()));
        // Most pages have it in their first piece: no more of that is kept than is needed.
        let title =
            if had == 0 { title_range(piece).filter(|title| find(&piece[title.end..], END) == Some(0)) } else { None };
        let kept = title.as_ref().map_or(piece.len(), |title| (title.end + END.len()).max(PRESCANNED).min(piece.len()));
        self.page.extend_from_slice(&piece[..kept]);
        self.ended |= title.is_some() || self.page.len() == LOOKED_AT || find(&self.page[searched..], END).is_some();
    }

    /// The title with its white space folded, if there is one that says something.
    pub fn finish(self) -> Option<Untrusted> {
        let raw = &self.page[title_range(&self.page)?];
        let (charset, _) = Encoding::for_bom(&self.page).unwrap_or_else(|| (self.fallback(), 0));
        let (text, _) = charset.decode_without_bom_handling(raw);
        let folded = folded(&references(&text));
        (!folded.is_empty()).then(|| Untrusted::new(&folded, KEPT))
    }

    fn fallback(&self) -> &'static Encoding {
        self.charset.or_else(|| prescan(&self.page)).unwrap_or(WINDOWS_1252)
    }
}

fn title_range(page: &[u8]) -> Option<std::ops::Range<usize>> {
    let mut from = 0;
    loop {
        let tag = from + find(&page[from..], b"<title")?;
        let open = tag + b"<title".len();
        match page.get(open)? {
            b'>' | b'/' | b' ' | b'\t' | b'\n' | b'\r' | 0x0c => {
                let begin = open + memchr::memchr(b'>', &page[open..])? + 1;
                let length = find(&page[begin..], END).unwrap_or((page.len() - begin).min(4 * KEPT));
                return Some(begin..begin + length.min(4 * KEPT));
            }
            _ => from = open,
        }
    }
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

/// Finds `tag`, which is lower case and begins with `<`, whatever its case in the page.
fn find(page: &[u8], tag: &[u8]) -> Option<usize> {
    memchr::memchr_iter(b'<', page)
        .find(|&at| page[at..].get(..tag.len()).is_some_and(|it| it.eq_ignore_ascii_case(tag)))
}

/// Decodes the character references that titles use; any other stays as it is written.
fn references(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        decoded.push_str(&rest[..at]);
        let reference = &rest[at + 1..];
        let end = reference.bytes().take(10).position(|byte| byte == b';');
        match end.and_then(|end| Some((character(&reference[..end])?, end))) {
            Some((character, end)) => {
                decoded.push(character);
                rest = &reference[end + 1..];
            }
            None => {
                decoded.push('&');
                rest = reference;
            }
        }
    }
    decoded.push_str(rest);
    Cow::Owned(decoded)
}

const NAMED: [(&str, char); 12] = [
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("nbsp", ' '),
    ("mdash", '—'),
    ("ndash", '–'),
    ("hellip", '…'),
    ("copy", '©'),
    ("raquo", '»'),
    ("laquo", '«'),
];

fn character(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let hex = number.strip_prefix(['x', 'X']).map(|digits| u32::from_str_radix(digits, 16).ok());
        return char::from_u32(hex.unwrap_or_else(|| number.parse().ok())?);
    }
    NAMED.iter().find(|(known, _)| *known == name).map(|&(_, character)| character)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn title(content_type: &str, page: &[u8], piece: usize) -> Option<Untrusted> {
        let mut scanner = TitleScanner::new(content_type.as_bytes());
        page.chunks(piece).for_each(|piece| scanner.take(piece));
        scanner.finish()
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
            ("text/html", b"<meta charset=utf-16le><title>a</title>".to_vec(), Some("a")),
            ("text/html", b"<title>\xc3\xa9</title><meta charset=utf-8>".to_vec(), Some("é")),
            ("text/html", b"</title><title>later</title>".to_vec(), Some("later")),
            ("text/html", [b"<title>long</title>".to_vec(), vec![b' '; 5000]].concat(), Some("long")),
        ]
    }

    #[test]
    fn the_title_is_found_in_any_case_charset_and_cut_of_the_bytes() {
        for (content_type, page, expected) in cases() {
            for piece in [1, 3, page.len().max(1)] {
                let expected = expected.map(|text| Untrusted::new(text, KEPT));
                assert_eq!(title(content_type, &page, piece), expected, "{}", page.escape_ascii());
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
        assert_eq!(scanner.finish(), None);
    }
}
