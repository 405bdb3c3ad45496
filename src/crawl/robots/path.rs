//! The form in which a path and a pattern are compared. Knows neither rules nor wildcards.
//!
//! An octet and its escape are one and the same (`%7E` is `~`, `%c3%a4` and a raw `ä` are `%C3%A4`), so that it does
//! not matter how either side was written; but `%2F` is no `/` and `%3F` no `?`, since those divide a URL (RFC 3986,
//! 2.2). A `%` that begins no escape is `%25`. The form never holds a byte that is not printable ASCII.

use std::borrow::Cow;

/// What an escape of it does not stand for.
const DIVIDERS: [u8; 2] = [b'/', b'?'];

const DIGITS: &[u8; 16] = b"0123456789ABCDEF";

pub(super) fn normal(path: &[u8]) -> Cow<'_, [u8]> {
    // Looks at every byte rather than stopping at the first that is not plain: compilers make vectors of it.
    let plain = path.iter().fold(true, |plain, &byte| plain & is_plain(byte));
    if plain { Cow::Borrowed(path) } else { Cow::Owned(rewritten(path)) }
}

fn is_plain(byte: u8) -> bool {
    byte > b' ' && byte < 0x7f && byte != b'%'
}

fn rewritten(path: &[u8]) -> Vec<u8> {
    let (mut out, mut rest) = (Vec::with_capacity(path.len() + 16), path);
    while let [byte, after @ ..] = rest {
        let escape = if *byte == b'%' { octet(after) } else { None };
        match escape {
            Some(octet) => {
                push(&mut out, octet, !DIVIDERS.contains(&octet));
                rest = &after[2..];
            }
            None => {
                push(&mut out, *byte, true);
                rest = after;
            }
        }
    }
    out
}

/// The octet that two hexadecimal digits at the start of `text` stand for.
fn octet(text: &[u8]) -> Option<u8> {
    let [high, low, ..] = text else { return None };
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    Some(digit(*high)? << 4 | digit(*low)?)
}

fn push(out: &mut Vec<u8>, octet: u8, bare: bool) {
    if bare && is_plain(octet) {
        out.push(octet);
    } else {
        out.extend([b'%', DIGITS[usize::from(octet >> 4)], DIGITS[usize::from(octet & 15)]]);
    }
}

#[cfg(test)]
mod tests {
    use super::normal;

    #[test]
    fn an_octet_and_its_escape_are_one_but_for_what_divides_a_url() {
        let cases: [(&[u8], &[u8]); 14] = [
            (b"/a/b?c=d&e=http://f.g/", b"/a/b?c=d&e=http://f.g/"),
            (b"/%62%61%7a", b"/baz"),
            (b"/%7ejoe", b"/~joe"),
            ("/ツ".as_bytes(), b"/%E3%83%84"),
            (b"/%e3%83%84", b"/%E3%83%84"),
            (b"/a%2fb", b"/a%2Fb"),
            (b"/a%3fb", b"/a%3Fb"),
            (b"/a%3Cb<", b"/a<b<"),
            (b"/a%24%2A", b"/a$*"),
            (b"/100%", b"/100%25"),
            (b"/100%zz%2", b"/100%25zz%252"),
            (b"/%%341", b"/%2541"),
            (b"/a b\t\0\xff", b"/a%20b%09%00%FF"),
            (b"", b""),
        ];
        for (path, expected) in cases {
            let found = normal(path);
            assert_eq!(found.escape_ascii().to_string(), expected.escape_ascii().to_string());
            assert_eq!(normal(&found), found, "it stays as it is");
        }
    }
}
