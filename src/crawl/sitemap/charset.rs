//! The charset of a sitemap, and its text as UTF-8. Knows no markup but an XML declaration.
//!
//! A byte order mark counts for most, then what the server says, then the declaration (RFC 7303, 3).
//!
//! Sitemaps are to be in UTF-8, and most are; programs that write XML as their system writes text make some in UTF-16.

use crate::crawl::prescan::{PRESCANNED, declared_in_xml};
use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// Bytes that are decoded at a time.
const DECODED: usize = 4 << 10;
/// What a charset is told by begins with one of these.
const SIGNS: [&[u8]; 6] = [b"\xfe\xff", b"\xff\xfe", b"\xef\xbb\xbf", b"<\0?\0x\0", b"\0<\0?\0x", DECLARATION];
const DECLARATION: &[u8] = b"<?xml";

pub(super) enum Charset {
    /// What came until now does not tell it; with what the server says.
    Open(Vec<u8>, Option<&'static Encoding>),
    Utf8,
    Other(Box<Decoder>),
}

impl Default for Charset {
    fn default() -> Charset {
        Charset::told(None)
    }
}

impl Charset {
    /// What the server says.
    pub fn told(charset: Option<&'static Encoding>) -> Charset {
        Charset::Open(Vec::new(), charset)
    }

    /// Gives the text of what comes, in pieces.
    pub fn read(&mut self, piece: &[u8], take: impl FnMut(&[u8])) {
        match self {
            Charset::Open(head, told) if head.is_empty() && is_told(piece, *told) => {
                *self = Charset::of(piece, *told);
                self.give(piece, false, take);
            }
            Charset::Open(head, told) => {
                head.extend_from_slice(piece);
                if is_told(head, *told) {
                    self.settle(false, take);
                }
            }
            Charset::Utf8 | Charset::Other(_) => self.give(piece, false, take),
        }
    }

    /// Nothing more comes.
    pub fn end(&mut self, take: impl FnMut(&[u8])) {
        match self {
            Charset::Open(..) => self.settle(true, take),
            Charset::Utf8 => {}
            Charset::Other(_) => self.give(&[], true, take),
        }
        *self = Charset::Utf8;
    }

    /// What came until now is all there is to tell it by.
    fn settle(&mut self, last: bool, take: impl FnMut(&[u8])) {
        let Charset::Open(head, told) = std::mem::take(self) else { return };
        *self = Charset::of(&head, told);
        self.give(&head, last, take);
    }

    fn of(head: &[u8], told: Option<&'static Encoding>) -> Charset {
        let marked = Encoding::for_bom(head).map(|(encoding, _)| encoding);
        let told = told.and_then(|told| if is_wide(told) { wide(head) } else { Some(told) });
        match marked.or(told).or_else(|| declared_in_xml(head)).filter(|&encoding| encoding != UTF_8) {
            None => Charset::Utf8,
            Some(encoding) => Charset::Other(Box::new(encoding.new_decoder_with_bom_removal())),
        }
    }

    fn give(&mut self, mut piece: &[u8], last: bool, mut take: impl FnMut(&[u8])) {
        let Charset::Other(decoder) = self else { return take(piece) };
        let mut text = [0; DECODED];
        loop {
            let (result, read, written, _) = decoder.decode_to_utf8(piece, &mut text, last);
            take(&text[..written]);
            piece = &piece[read..];
            if result == CoderResult::InputEmpty {
                return;
            }
        }
    }
}

fn is_wide(charset: &'static Encoding) -> bool {
    charset == UTF_16LE || charset == UTF_16BE
}

/// Which of both it is: who says "UTF-16" alone says nothing of the order of the bytes, and who says it of ASCII is wrong.
fn wide(head: &[u8]) -> Option<&'static Encoding> {
    match head {
        [0, 1..=u8::MAX, ..] => Some(UTF_16BE),
        [1..=u8::MAX, 0, ..] => Some(UTF_16LE),
        _ => None,
    }
}

/// Whether what comes behind `head` says no more of the charset.
fn is_told(head: &[u8], told: Option<&'static Encoding>) -> bool {
    if told.is_some_and(is_wide) && head.len() < 2 {
        return false;
    }
    let begins = SIGNS.iter().any(|sign| sign.len() > head.len() && sign.starts_with(head));
    let declares = head.starts_with(DECLARATION) && !head.contains(&b'>') && head.len() < PRESCANNED;
    !begins && !declares
}
