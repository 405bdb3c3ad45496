//! Entities in the text of a sitemap: XML's five, and numbers. Expands nothing else, so that no text grows.

const NAMED: [(&str, &str); 5] = [("amp", "&"), ("lt", "<"), ("gt", ">"), ("quot", "\""), ("apos", "'")];

/// Bytes between `&` and `;` that are looked at.
const LONGEST: usize = 12;

/// Reads bytes as UTF-8, what is none as U+FFFD; an `&` that begins no entity stands for itself.
pub(super) fn decode(raw: &[u8]) -> String {
    let text = String::from_utf8_lossy(raw);
    let (mut out, mut rest) = (String::with_capacity(text.len()), &*text);
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        rest = match entity(after) {
            Some((length, character)) => {
                out.push(character);
                &after[length..]
            }
            None => {
                out.push('&');
                after
            }
        };
    }
    out + rest
}

/// The character that the start of `text` stands for, and the bytes of it, `;` included.
fn entity(text: &str) -> Option<(usize, char)> {
    let end = text.bytes().take(LONGEST).position(|byte| byte == b';')?;
    let name = &text[..end];
    let number = name.strip_prefix('#').map(|number| match number.strip_prefix(['x', 'X']) {
        Some(digits) => character(digits, 16),
        None => character(number, 10),
    });
    let character = match number {
        Some(character) => character?,
        None => NAMED.iter().find(|(known, _)| *known == name)?.1.chars().next()?,
    };
    Some((end + 1, character))
}

fn character(digits: &str, radix: u32) -> Option<char> {
    let signed = digits.starts_with(['+', '-']);
    let number = u32::from_str_radix(digits, radix).ok().filter(|_| !signed)?;
    char::from_u32(number)
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn the_five_entities_and_numbers_are_decoded_and_nothing_else() {
        let cases: [(&[u8], &str); 14] = [
            (b"a&amp;b", "a&b"),
            (b"&lt;&gt;&quot;&apos;", "<>\"'"),
            (b"&#65;&#x42;&#X43;&#00068;", "ABCD"),
            (b"&amp;amp;", "&amp;"),
            (b"a?b=1&c=2&d;", "a?b=1&c=2&d;"),
            (b"&xxe;&nbsp;", "&xxe;&nbsp;"),
            (b"&#xD800;&#1114112;&#-1;&#+1;&#;&#x;", "&#xD800;&#1114112;&#-1;&#+1;&#;&#x;"),
            (b"&", "&"),
            (b"&&amp;&", "&&&"),
            (b"&amp", "&amp"),
            (b"&aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa;", "&aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa;"),
            ("&é;é".as_bytes(), "&é;é"),
            (b"a\xffb", "a\u{fffd}b"),
            (b"", ""),
        ];
        for (raw, expected) in cases {
            assert_eq!(decode(raw), expected);
        }
    }
}
