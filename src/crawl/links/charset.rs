//! The text behind the bytes of a page: its charset, its character references, and the queries that are sent in that
//! charset. Knows nothing of tags.
//!
//! As long as a page is ASCII, its charset does not matter; what names it may come late.
//!
//! A query that holds anything but ASCII is sent by browsers in the charset of its page (WHATWG URL, "percent-encode after
//! encoding"), which whoever resolves the link no longer knows: it is percent-encoded here.

use super::names::is_blank;
use super::references::{Within, decode};
use encoding_rs::{EncoderResult, Encoding, UTF_8, WINDOWS_1252};
use std::borrow::Cow;
use std::fmt::Write as _;

#[derive(Debug)]
pub(super) struct Charset {
    /// That of the bytes, as they come here; nothing as long as all of them are ASCII.
    bytes: Option<&'static Encoding>,
    /// That of the page, in which queries are sent.
    page: Option<&'static Encoding>,
    /// What the page has named: at its beginning, or by a `meta` behind that.
    named: Option<&'static Encoding>,
    /// A query waits until the charset is known.
    waits: bool,
}

impl Charset {
    pub(super) fn known(charset: &'static Encoding) -> Charset {
        Charset { bytes: Some(charset), page: Some(charset), ..Charset::of_page(None) }
    }

    /// What comes here is UTF-8, which was decoded from `charset`.
    pub(super) fn decoded(charset: &'static Encoding) -> Charset {
        Charset { bytes: Some(UTF_8), ..Charset::known(charset) }
    }

    /// Nobody has told it yet, but for what the page names at its beginning.
    pub(super) fn of_page(named: Option<&'static Encoding>) -> Charset {
        Charset { bytes: None, page: None, named, waits: false }
    }

    /// Of the bytes, as they come here, if it is known.
    pub(super) fn of_bytes(&self) -> Option<&'static Encoding> {
        self.bytes
    }

    pub(super) fn is_open(&self) -> bool {
        self.page.is_none()
    }

    /// A `meta` was read.
    pub(super) fn name(&mut self, charset: &'static Encoding) {
        self.named.get_or_insert(charset);
    }

    /// What the page has named until now.
    pub(super) fn guess(&self) -> Option<&'static Encoding> {
        self.named
    }

    /// All bytes until now were ASCII; those that come are in this charset, or decoded from it.
    pub(super) fn settle(&mut self, charset: &'static Encoding) {
        let waits = self.waits;
        let settled = if charset.is_ascii_compatible() { Charset::known(charset) } else { Charset::decoded(charset) };
        *self = Charset { waits, ..settled };
    }

    /// Whether a query waits for [`Charset::settle`]; says so once.
    pub(super) fn defers(&mut self) -> bool {
        std::mem::take(&mut self.waits)
    }

    fn encoding(&self) -> &'static Encoding {
        self.bytes.unwrap_or(WINDOWS_1252)
    }

    pub(super) fn bytes<'r>(&mut self, raw: &'r [u8]) -> Cow<'r, str> {
        match raw.is_ascii() {
            true => String::from_utf8_lossy(raw),
            false => self.encoding().decode_without_bom_handling(raw).0,
        }
    }

    /// The text of a value or of a piece of text.
    pub(super) fn text<'r>(&mut self, raw: &'r [u8], within: Within) -> Cow<'r, str> {
        if let Some(plain) = plain(raw) {
            return Cow::Borrowed(plain);
        }
        let text = normalized(self.bytes(raw));
        if !text.contains('&') {
            return text;
        }
        let mut decoded = String::with_capacity(text.len());
        decode(&text, within, &mut decoded);
        Cow::Owned(decoded)
    }

    /// The URL in a value: without white space around it, and with its query in the charset of the page.
    pub(super) fn url<'r>(&mut self, raw: &'r [u8]) -> Cow<'r, str> {
        let url = match self.text(raw, Within::Attribute) {
            Cow::Borrowed(url) => Cow::Borrowed(stripped(url)),
            Cow::Owned(url) => Cow::Owned(stripped(&url).to_owned()),
        };
        self.with_query(url)
    }

    pub(super) fn with_query<'r>(&mut self, url: Cow<'r, str>) -> Cow<'r, str> {
        if url.is_ascii() {
            return url;
        }
        let Some(charset) = self.page.map(Encoding::output_encoding) else {
            // It is written with references, in ASCII.
            self.waits = true;
            return url;
        };
        let end = url.find('#').unwrap_or(url.len());
        let query = url[..end].find('?').map(|mark| mark + 1..end);
        match query.filter(|query| charset != UTF_8 && !url[query.clone()].is_ascii() && has_query(&url)) {
            Some(query) => {
                let encoded = percent_encoded(&url[query.clone()], charset);
                Cow::Owned([&url[..query.start], &encoded, &url[query.end..]].concat())
            }
            None => url,
        }
    }
}

/// The bytes that stand for themselves in every charset that is read as ASCII.
static PLAIN: [bool; 256] = {
    let mut plain = [false; 256];
    let mut byte = b' ';
    while byte <= b'~' {
        plain[byte as usize] = byte != b'&';
        byte += 1;
    }
    plain[b'\t' as usize] = true;
    plain[b'\n' as usize] = true;
    plain
};

#[inline]
pub(super) fn is_plain(raw: &[u8]) -> bool {
    raw.iter().all(|byte| PLAIN[usize::from(*byte)])
}

fn plain(raw: &[u8]) -> Option<&str> {
    if is_plain(raw) { str::from_utf8(raw).ok() } else { None }
}

/// As the standard reads its input: one line feed for each end of a line, and nothing that is zero.
fn normalized(text: Cow<'_, str>) -> Cow<'_, str> {
    if memchr::memchr2(b'\r', b'\0', text.as_bytes()).is_none() {
        return text;
    }
    Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n").replace('\0', "\u{fffd}"))
}

pub(super) fn stripped(url: &str) -> &str {
    url.trim_matches(|character| u8::try_from(character).is_ok_and(is_blank))
}

/// Whether it may be of a scheme whose queries are in the charset of the page: `mailto:` is not.
fn has_query(url: &str) -> bool {
    let scheme = url.split(['/', '?', '#']).next().and_then(|first| first.split_once(':')).map(|(scheme, _)| scheme);
    scheme.is_none_or(|scheme| ["http", "https"].iter().any(|http| scheme.eq_ignore_ascii_case(http)))
}

/// Everything but ASCII in the bytes of `charset`; a character that it does not have as its reference.
fn percent_encoded(query: &str, charset: &'static Encoding) -> String {
    let mut encoded = String::with_capacity(query.len() * 3);
    let mut encoder = charset.new_encoder();
    let mut rest = query;
    let mut buffer = [0; 256];
    loop {
        let (result, read, written) = encoder.encode_from_utf8_without_replacement(rest, &mut buffer, true);
        rest = &rest[read..];
        for &byte in &buffer[..written] {
            push_byte(&mut encoded, byte);
        }
        match result {
            EncoderResult::InputEmpty => return encoded,
            EncoderResult::OutputFull => {}
            EncoderResult::Unmappable(character) => {
                // Writing to a string cannot fail.
                let _ = write!(encoded, "%26%23{}%3B", u32::from(character));
            }
        }
    }
}

fn push_byte(encoded: &mut String, byte: u8) {
    match byte {
        b'!' | b'$'..=b'&' | b'('..=b';' | b'=' | b'?'..=b'~' => encoded.push(char::from(byte)),
        _ => {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
}
