//! The texts of the anchors that are open. Knows nothing of markup.

use super::charset::{Charset, is_plain};
use super::found::Found;
use super::names::is_blank;
use super::references::Within;
use std::num::NonZeroU32;

/// Bytes that are read for a text, before its references are decoded.
const READ: usize = 2 << 10;

/// U+FFFD, which a zero stands for, in every charset.
const REPLACEMENT: &[u8] = b"&#xFFFD;";

/// Anchors that are kept open, one in another.
const MOST: usize = 8;

/// One of them.
#[derive(Debug)]
struct Reading {
    link: usize,
    number: NonZeroU32,
    /// Its element is known, which says where it ends; of others the next end tag does.
    known: bool,
    /// With its white space folded.
    raw: Vec<u8>,
}

#[derive(Debug, Default)]
pub(super) struct Anchors {
    /// Each stands in those before it.
    open: Vec<Reading>,
    /// Which of them has what is read now, if one has.
    read: Option<usize>,
    /// Of one that has ended.
    spare: Vec<u8>,
}

impl Anchors {
    /// Begins another one.
    pub(super) fn open(&mut self, link: usize) {
        let mut raw = std::mem::take(&mut self.spare);
        raw.clear();
        let number = u32::try_from(link).unwrap_or(u32::MAX);
        self.read = Some(self.open.len());
        self.open.push(Reading { link, number: NonZeroU32::MIN.saturating_add(number), known: false, raw });
    }

    #[inline]
    pub(super) fn is_open(&self) -> bool {
        !self.open.is_empty()
    }

    pub(super) fn is_full(&self) -> bool {
        self.open.len() == MOST
    }

    pub(super) fn len(&self) -> usize {
        self.open.len()
    }

    #[inline]
    pub(super) fn last(&self) -> Option<NonZeroU32> {
        self.open.last().map(|last| last.number)
    }

    /// The number of its element, and whether that is known.
    pub(super) fn number(&self, which: usize) -> Option<(NonZeroU32, bool)> {
        self.open.get(which).map(|reading| (reading.number, reading.known))
    }

    /// The element of the last is known.
    pub(super) fn know(&mut self) {
        self.open.iter_mut().last().into_iter().for_each(|last| last.known = true);
    }

    pub(super) fn read(&mut self, which: Option<usize>) {
        self.read = which;
    }

    pub(super) fn add(&mut self, text: &[u8]) {
        let Some(reading) = self.read.and_then(|which| self.open.get_mut(which)) else { return };
        reading.add(text);
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
    pub(super) fn close(&mut self, which: usize, found: &mut Found, charset: &mut Charset) {
        let last = which + 1 == self.open.len();
        let closed = if last { self.open.pop() } else { Some(self.open.remove(which)) };
        let Some(Reading { link, mut raw, .. }) = closed else { return };
        let text = raw.trim_ascii_end();
        if is_plain(text) {
            found.describe(link, text);
        } else {
            // HTML drops them (WHATWG HTML, 13.2.6.4.7).
            raw.retain(|byte| *byte != 0);
            let text = raw.trim_ascii_end();
            found.describe(link, folded(&charset.text(text, Within::Text)).as_bytes());
        }
        self.spare = raw;
    }
}

impl Reading {
    #[inline]
    fn add(&mut self, text: &[u8]) {
        if self.takes_whole(text) {
            self.raw.extend_from_slice(text);
        } else {
            self.fold(text);
        }
    }

    /// Whether there is room for it, and nothing in it to fold.
    #[inline]
    fn takes_whole(&self, text: &[u8]) -> bool {
        let mut last = self.raw.last().copied().unwrap_or(b' ');
        let is_folded = |byte: &u8| {
            let folded = *byte > b' ' || (*byte == b' ' && last > b' ');
            last = *byte;
            folded
        };
        text.len() <= READ - self.raw.len() && text.iter().all(is_folded)
    }

    #[cold]
    fn fold(&mut self, text: &[u8]) {
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
