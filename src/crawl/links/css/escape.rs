//! The escapes of CSS (CSS Syntax, 4.3.7): which bytes belong to one, and what it stands for. Knows nothing of URLs.

use crate::crawl::links::names::is_blank;

/// What a backslash does to the bytes behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Escape {
    None,
    /// The next byte stands for itself, or is the first digit of a code.
    Begin,
    /// So many digits have been; a blank behind them belongs to them.
    Digits(u8),
}

impl Escape {
    /// What a byte that is not escaped does to those behind it.
    pub(super) fn behind(byte: u8) -> Escape {
        if byte == b'\\' { Escape::Begin } else { Escape::None }
    }

    /// Takes a byte. Whether it belongs to an escape.
    pub(super) fn takes(&mut self, byte: u8) -> bool {
        let before = *self;
        *self = match before {
            Escape::Begin if byte.is_ascii_hexdigit() => Escape::Digits(1),
            Escape::Digits(count) if byte.is_ascii_hexdigit() && count < 6 => Escape::Digits(count + 1),
            _ => Escape::None,
        };
        match before {
            Escape::None => false,
            Escape::Begin => true,
            Escape::Digits(_) => *self != Escape::None || is_blank(byte),
        }
    }
}

/// A URL without its escapes.
pub(in crate::crawl::links) fn unescaped(url: &str) -> String {
    let mut plain = String::with_capacity(url.len());
    let mut rest = url;
    while let Some((before, escape)) = rest.split_once('\\') {
        plain.push_str(before);
        let digits = escape.bytes().take(6).take_while(u8::is_ascii_hexdigit).count();
        let (code, behind) = escape.split_at(digits);
        if let Ok(code) = u32::from_str_radix(code, 16) {
            let character = char::from_u32(code).filter(|&character| character != '\0');
            plain.push(character.unwrap_or(char::REPLACEMENT_CHARACTER));
            let blank = behind.strip_prefix("\r\n").or_else(|| behind.strip_prefix([' ', '\t', '\n', '\r', '\x0c']));
            rest = blank.unwrap_or(behind);
        } else {
            rest = behind.strip_prefix("\r\n").or_else(|| behind.strip_prefix(['\n', '\r', '\x0c'])).unwrap_or(behind);
            // What follows stands for itself, even if it is another backslash.
            if rest.len() == behind.len() {
                let length = rest.chars().next().map_or(0, char::len_utf8);
                plain.push_str(&rest[..length]);
                rest = &rest[length..];
            }
        }
    }
    plain.push_str(rest);
    plain
}
