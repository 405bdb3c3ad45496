//! Which of the types that an answer names for its content is meant (WHATWG Fetch, "extract a MIME type"). Knows nothing
//! of what the types are for.

use super::prescan::charset_in;

/// What most answers name, of which nothing is to be read.
const USUAL: [&[u8]; 4] =
    [b"text/html", b"text/html; charset=utf-8", b"text/html; charset=UTF-8", b"text/html;charset=utf-8"];

/// Of the values of `Content-Type`, each of which may be a list, the last that is a type, with its parameters; or one
/// before it of the same type, where only that names a charset. Empty where there is none, or one that says nothing
/// (WHATWG MIME Sniffing, section 7): the content has to be looked at.
pub fn media_type<'v>(mut values: impl Iterator<Item = &'v [u8]>) -> &'v [u8] {
    let (first, second) = (values.next().unwrap_or_default(), values.next());
    if second.is_none() && USUAL.contains(&first) {
        return first;
    }
    let mut meant: &[u8] = b"";
    for mut rest in [first].into_iter().chain(second).chain(values) {
        while !rest.is_empty() {
            let (value, behind) = rest.split_at(comma(rest).unwrap_or(rest.len()));
            rest = behind.get(1..).unwrap_or_default();
            let essence = essence(value);
            if !is_type(essence) || essence == b"*/*" {
                continue;
            }
            let same = essence.eq_ignore_ascii_case(self::essence(meant));
            if !same || charset_in(value).is_some() || charset_in(meant).is_none() {
                meant = value.trim_ascii();
            }
        }
    }
    if says_nothing(essence(meant)) { b"" } else { meant }
}

/// A type without its parameters.
pub fn essence(value: &[u8]) -> &[u8] {
    value.split(|&byte| byte == b';').next().unwrap_or_default().trim_ascii()
}

/// Where the first comma stands outside of quotes.
fn comma(list: &[u8]) -> Option<usize> {
    let (mut quoted, mut escaped) = (false, false);
    list.iter().position(|&byte| {
        let literal = std::mem::take(&mut escaped);
        match byte {
            b'"' if !literal => quoted = !quoted,
            b'\\' if !literal => escaped = quoted,
            _ => {}
        }
        byte == b',' && !quoted
    })
}

fn is_type(essence: &[u8]) -> bool {
    let is_token = |text: &[u8]| !text.is_empty() && text.iter().all(|&byte| is_of_a_token(byte));
    let slash = essence.iter().position(|&byte| byte == b'/');
    slash.is_some_and(|slash| is_token(&essence[..slash]) && is_token(&essence[slash + 1..]))
}

/// RFC 9110, 5.6.2.
fn is_of_a_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

fn says_nothing(essence: &[u8]) -> bool {
    [&b"unknown/unknown"[..], b"application/unknown"].iter().any(|unknown| essence.eq_ignore_ascii_case(unknown))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_type_is_meant_and_keeps_the_charset_of_the_same_before_it() {
        let cases: [(&[&str], &str); 14] = [
            (&["text/html"], "text/html"),
            (&["text/html, text/html"], "text/html"),
            (&["text/plain, text/html;charset=utf-8"], "text/html;charset=utf-8"),
            (&["text/html;charset=latin1, TEXT/HTML"], "text/html;charset=latin1"),
            (&["text/html;charset=latin1", "text/html;charset=utf-8"], "text/html;charset=utf-8"),
            (&["text/html;charset=latin1, text/plain, text/html"], "text/html"),
            (&["text/html;x=\"a,\\\"b\", text/plain"], "text/plain"),
            (&["text/html;x=\"a, text/plain"], "text/html;x=\"a, text/plain"),
            (&["text/html, */*"], "text/html"),
            (&["text/html, html, ,"], "text/html"),
            (&["*/*"], ""),
            (&["unknown/unknown"], ""),
            (&["html", "a b/c", "text/"], ""),
            (&[], ""),
        ];
        for (values, meant) in cases {
            let told = media_type(values.iter().map(|value| value.as_bytes()));
            assert_eq!(told.escape_ascii().to_string(), meant.as_bytes().escape_ascii().to_string(), "{values:?}");
        }
    }
}
