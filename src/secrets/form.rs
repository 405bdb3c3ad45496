//! One secret as it may stand in a text: as it is, percent-encoded or escaped in whatever measure. Knows no list of them.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

/// Bytes of the longest one that may be a word.
const LONGEST_WORD: usize = 7;

/// In both alphabets; what fills it up may follow or not.
pub(super) fn base64(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut forms = [STANDARD_NO_PAD.encode(bytes), URL_SAFE_NO_PAD.encode(bytes)].map(String::into_bytes).to_vec();
    forms.dedup();
    forms
}

/// Whether it may be a part of any word, and is meant only where it is one.
pub(super) fn is_word(secret: &[u8]) -> bool {
    secret.len() <= LONGEST_WORD && secret.iter().all(u8::is_ascii_alphabetic)
}

/// Whether what stands there in the text is a part of a word.
pub(super) fn is_within_a_word(text: &[u8], place: usize, length: usize) -> bool {
    ends_in_a_word(&text[..place]) || text.get(place + length).is_some_and(u8::is_ascii_alphanumeric)
}

/// Whether the last byte is of a word; what is percent-encoded counts as what it stands for.
fn ends_in_a_word(text: &[u8]) -> bool {
    let spelled = text.last_chunk::<3>().and_then(|last| match *last {
        [b'%', high, low] => hex(high).zip(hex(low)).map(|(high, low)| high << 4 | low),
        _ => None,
    });
    spelled.or(text.last().copied()).is_some_and(|last| last.is_ascii_alphanumeric())
}

/// The bytes that the text may begin with, each with how many bytes stand for it there.
pub(super) fn spelled(text: &[u8]) -> impl Iterator<Item = (u8, usize)> {
    let plain = text.first().map(|&byte| (byte, 1));
    let meant = match *text {
        [b'%', high, low, ..] => hex(high).zip(hex(low)).map(|(high, low)| (high << 4 | low, 3)),
        [b'\\', escaped, ..] => Some((escaped, 2)),
        [b'+', ..] => Some((b' ', 1)),
        _ => None,
    };
    meant.into_iter().chain(plain)
}

/// The length of the secret in the text, which begins with it.
pub(super) fn loosely(secret: &[u8], text: &[u8]) -> Option<usize> {
    if text.starts_with(secret) {
        return Some(secret.len());
    }
    let mut at = 0;
    for &byte in secret {
        at += spelled(&text[at..]).find(|&(spelled, _)| spelled == byte)?.1;
    }
    Some(at)
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}
