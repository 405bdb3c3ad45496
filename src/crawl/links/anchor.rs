//! The text of the anchor that is open. Knows nothing of markup.

use super::charset::{Charset, is_plain};
use super::found::Found;
use super::names::is_blank;
use super::references::Within;

/// Bytes that are read for a text, before its references are decoded.
const READ: usize = 2 << 10;

/// U+FFFD, which a zero stands for, in every charset.
const REPLACEMENT: &[u8] = b"&#xFFFD;";

#[derive(Debug, Default)]
pub(super) struct Anchor {
    link: Option<usize>,
    /// With its white space folded.
    raw: Vec<u8>,
}

impl Anchor {
    pub(super) fn open(&mut self, link: usize) {
        self.link = Some(link);
        self.raw.clear();
    }

    pub(super) fn is_open(&self) -> bool {
        self.link.is_some()
    }

    pub(super) fn add(&mut self, text: &[u8]) {
        for &byte in text {
            if self.raw.len() == READ {
                return;
            }
            match is_blank(byte) {
                false => self.raw.push(byte),
                true if self.raw.last().is_some_and(|last| *last != b' ') => self.raw.push(b' '),
                true => {}
            }
        }
    }

    /// The same where what is zero counts: in a drawing, and in an attribute.
    pub(super) fn add_with_zeros(&mut self, text: &[u8]) {
        for (count, part) in text.split(|byte| *byte == 0).enumerate() {
            self.add(if count > 0 { REPLACEMENT } else { b"" });
            self.add(part);
        }
    }

    /// What stands for an image is words of its own.
    pub(super) fn add_word(&mut self, word: &[u8]) {
        self.add(b" ");
        self.add_with_zeros(word);
        self.add(b" ");
    }

    /// Gives the text to its link.
    pub(super) fn close(&mut self, found: &mut Found, charset: &mut Charset) {
        let Some(link) = self.link.take() else { return };
        let raw = self.raw.trim_ascii_end();
        if is_plain(raw) {
            found.describe(link, raw);
        } else {
            // HTML drops them (WHATWG HTML, 13.2.6.4.7).
            self.raw.retain(|byte| *byte != 0);
            let raw = self.raw.trim_ascii_end();
            found.describe(link, folded(&charset.text(raw, Within::Text)).as_bytes());
        }
    }
}

/// One blank between two words, whatever white space is there.
pub(super) fn folded(text: &str) -> std::borrow::Cow<'_, str> {
    let is_folded = text.is_ascii() && !text.starts_with(' ') && !text.ends_with(' ') && !text.contains("  ");
    if is_folded && !text.contains(['\t', '\n', '\r', '\x0b', '\x0c']) {
        return text.into();
    }
    let mut folded = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.push_str(word);
    }
    folded.into()
}
