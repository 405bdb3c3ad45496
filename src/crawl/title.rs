//! The title of an HTML page, found as its bytes come. Knows nothing of the rest of the page.
//!
//! Only the beginning of a page is kept for it, and the title is cut: a page can make neither large. The charset is
//! chosen as browsers do: byte order mark, then header, then `meta`, then windows-1252.

use crate::text::Untrusted;
use encoding_rs::{Encoding, WINDOWS_1252};
use memchr::memmem;

/// Bytes of a page in which its title is looked for.
const LOOKED_AT: usize = 64 << 10;
/// Bytes in which a `meta` charset is looked for (WHATWG HTML, "prescan a byte stream").
const PRESCANNED: usize = 1024;
/// Bytes of a title that are kept.
const KEPT: usize = 1 << 10;

pub struct TitleScanner {
    charset: Option<&'static Encoding>,
    page: Vec<u8>,
    found: bool,
}

impl TitleScanner {
    /// `content_type`: the header's value.
    pub fn new(content_type: &[u8]) -> TitleScanner {
        TitleScanner { charset: charset_of(content_type), page: Vec::new(), found: false }
    }

    pub fn take(&mut self, piece: &[u8]) {
        if self.found {
            return;
        }
        let room = LOOKED_AT - self.page.len();
        let searched = self.page.len().saturating_sub(8);
        self.page.extend_from_slice(&piece[..piece.len().min(room)]);
        self.found = self.page.len() == LOOKED_AT || find(&self.page[searched..], b"</title").is_some();
    }

    /// The title with its white space folded, if there is one that says something.
    pub fn finish(self) -> Option<Untrusted> {
        let raw = &self.page[title_range(&self.page)?];
        let (charset, _) = Encoding::for_bom(&self.page).unwrap_or_else(|| (self.fallback(), 0));
        let (text, _) = charset.decode_without_bom_handling(raw);
        let folded = references(&text).split_whitespace().collect::<Vec<_>>().join(" ");
        (!folded.is_empty()).then(|| Untrusted::new(&folded, KEPT))
    }

    fn fallback(&self) -> &'static Encoding {
        let prescanned = &self.page[..self.page.len().min(PRESCANNED)];
        self.charset.or_else(|| meta_charset(prescanned)).unwrap_or(WINDOWS_1252)
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
                let length = find(&page[begin..], b"</title").unwrap_or((page.len() - begin).min(4 * KEPT));
                return Some(begin..begin + length.min(4 * KEPT));
            }
            _ => from = open,
        }
    }
}

/// Finds `tag`, which is lower case and begins with `<`, whatever its case in the page.
fn find(page: &[u8], tag: &[u8]) -> Option<usize> {
    memchr::memchr_iter(b'<', page)
        .find(|&at| page[at..].get(..tag.len()).is_some_and(|it| it.eq_ignore_ascii_case(tag)))
}

fn charset_of(content_type: &[u8]) -> Option<&'static Encoding> {
    let value = after(content_type, b"charset=")?;
    Encoding::for_label(label(value))
}

fn meta_charset(page: &[u8]) -> Option<&'static Encoding> {
    let tag = &page[find(page, b"<meta")?..];
    let found = after(tag, b"charset=").and_then(|value| Encoding::for_label(label(value)));
    // A page whose tags can be read as ASCII is not UTF-16, whatever it says (WHATWG HTML).
    found.map(|charset| if charset.is_ascii_compatible() { charset } else { encoding_rs::UTF_8 })
}

fn after<'a>(text: &'a [u8], word: &[u8]) -> Option<&'a [u8]> {
    let lower = text.to_ascii_lowercase();
    memmem::find(&lower, word).map(|at| &text[at + word.len()..])
}

fn label(value: &[u8]) -> &[u8] {
    let value = value.trim_ascii_start();
    let value = value.strip_prefix(b"\"").or_else(|| value.strip_prefix(b"'")).unwrap_or(value);
    let end = value.iter().position(|byte| b"\"'; \t\r\n>".contains(byte)).unwrap_or(value.len());
    &value[..end]
}

/// Decodes the character references that titles use; any other stays as it is written.
fn references(text: &str) -> String {
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
    decoded
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
