//! The charset of a sitemap, and its text as UTF-8. Knows no markup but an XML declaration.
//!
//! Sitemaps are to be in UTF-8, and most are; programs that write XML as their system writes text make some in UTF-16.

use crate::crawl::prescan::{PRESCANNED, declared_in_xml};
use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8};

/// Bytes that are decoded at a time.
const DECODED: usize = 4 << 10;
/// What a charset is told by begins with one of these.
const SIGNS: [&[u8]; 5] = [b"\xfe\xff", b"\xff\xfe", b"<\0?\0x\0", b"\0<\0?\0x", DECLARATION];
const DECLARATION: &[u8] = b"<?xml";

pub(super) enum Charset {
    /// What came until now does not tell it.
    Open(Vec<u8>),
    Utf8,
    Other(Box<Decoder>),
}

impl Default for Charset {
    fn default() -> Charset {
        Charset::Open(Vec::new())
    }
}

impl Charset {
    /// Gives the text of what comes, in pieces.
    pub fn read(&mut self, piece: &[u8], take: impl FnMut(&[u8])) {
        match self {
            Charset::Open(head) if head.is_empty() && is_told(piece) => {
                *self = Charset::of(piece);
                self.give(piece, false, take);
            }
            Charset::Open(head) => {
                head.extend_from_slice(piece);
                if is_told(head) {
                    self.settle(false, take);
                }
            }
            Charset::Utf8 | Charset::Other(_) => self.give(piece, false, take),
        }
    }

    /// Nothing more comes.
    pub fn end(&mut self, take: impl FnMut(&[u8])) {
        match self {
            Charset::Open(_) => self.settle(true, take),
            Charset::Utf8 => {}
            Charset::Other(_) => self.give(&[], true, take),
        }
        *self = Charset::Utf8;
    }

    /// What came until now is all there is to tell it by.
    fn settle(&mut self, last: bool, take: impl FnMut(&[u8])) {
        let Charset::Open(head) = std::mem::take(self) else { return };
        *self = Charset::of(&head);
        self.give(&head, last, take);
    }

    fn of(head: &[u8]) -> Charset {
        let marked = Encoding::for_bom(head).map(|(encoding, _)| encoding);
        match marked.or_else(|| declared_in_xml(head)).filter(|&encoding| encoding != UTF_8) {
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

/// Whether what comes behind `head` says no more of the charset.
fn is_told(head: &[u8]) -> bool {
    let begins = SIGNS.iter().any(|sign| sign.len() > head.len() && sign.starts_with(head));
    let declares = head.starts_with(DECLARATION) && !head.contains(&b'>') && head.len() < PRESCANNED;
    !begins && !declares
}
