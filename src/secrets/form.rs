//! One secret as it may stand in a text: as it is, percent-encoded or escaped in whatever measure. Knows no list of them.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use memchr::memmem::Finder;

/// What is looked for.
pub(super) struct Form {
    finder: Finder<'static>,
    /// It may be a part of any word, and is meant only where it is one.
    word: bool,
}

/// Bytes of the longest one that may be a word.
const LONGEST_WORD: usize = 7;

/// In both alphabets; what fills it up may follow or not.
pub(super) fn base64(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut forms = [STANDARD_NO_PAD.encode(bytes), URL_SAFE_NO_PAD.encode(bytes)].map(String::into_bytes).to_vec();
    forms.dedup();
    forms
}

impl Form {
    pub fn new(secret: &[u8]) -> Form {
        let word = secret.len() <= LONGEST_WORD && secret.iter().all(u8::is_ascii_alphabetic);
        Form { finder: Finder::new(secret).into_owned(), word }
    }

    pub fn bytes(&self) -> &[u8] {
        self.finder.needle()
    }

    /// Whether it stands in the text as it is.
    pub fn is_in(&self, text: &[u8]) -> bool {
        self.finder.find(text).is_some()
    }

    /// Its length where it stands at that place of the text.
    pub fn at(&self, text: &[u8], place: usize) -> Option<usize> {
        let (secret, (before, text)) = (self.bytes(), text.split_at(place));
        let length = if text.starts_with(secret) { Some(secret.len()) } else { loosely(secret, text) }?;
        let within = || ends_in_a_word(before) || text.get(length).is_some_and(u8::is_ascii_alphanumeric);
        (!self.word || !within()).then_some(length)
    }
}

/// Whether the last byte is of a word; what is percent-encoded counts as what it stands for.
fn ends_in_a_word(text: &[u8]) -> bool {
    let spelled = text.last_chunk::<3>().and_then(|last| match *last {
        [b'%', high, low] => hex(high).zip(hex(low)).map(|(high, low)| high << 4 | low),
        _ => None,
    });
    spelled.or(text.last().copied()).is_some_and(|last| last.is_ascii_alphanumeric())
}

/// Whether something in the text may stand for something else.
pub(super) fn is_spelled(text: &[u8]) -> bool {
    memchr::memchr3(b'%', b'\\', b'+', text).is_some()
}

fn loosely(secret: &[u8], text: &[u8]) -> Option<usize> {
    let mut at = 0;
    for &byte in secret {
        at += spelled(byte, &text[at..])?;
    }
    Some(at)
}

/// How many bytes of the text stand for this one.
fn spelled(byte: u8, text: &[u8]) -> Option<usize> {
    match *text {
        [b'%', high, low, ..] if hex(high).zip(hex(low)).is_some_and(|(high, low)| high << 4 | low == byte) => Some(3),
        [first, ..] if first == byte => Some(1),
        [b'\\', escaped, ..] if escaped == byte => Some(2),
        [b'+', ..] if byte == b' ' => Some(1),
        _ => None,
    }
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}
