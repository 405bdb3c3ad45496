//! Percent-encoding taken off for readers, where that changes nothing but the letters. Knows no URL.

use super::class::is_base;

/// The text with each run of encoded bytes decoded that is UTF-8 beyond ASCII and is seen as it is; none, where there is
/// no such run.
pub(super) fn readable(text: &str) -> Option<String> {
    let mut out = String::new();
    let mut rest = text;
    let mut changed = false;
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let taken = match decoded(rest.as_bytes()) {
            Some((letter, taken)) => {
                out.push(letter);
                changed = true;
                taken
            }
            None => {
                out.push('%');
                1
            }
        };
        rest = &rest[taken..];
    }
    out.push_str(rest);
    changed.then_some(out)
}

/// The character that a text begins with, and how long it is there.
fn decoded(text: &[u8]) -> Option<(char, usize)> {
    let first = byte(text)?;
    let length = match first {
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => return None,
    };
    let mut bytes = [0; 4];
    for (at, place) in bytes.iter_mut().enumerate().take(length) {
        *place = byte(text.get(at * 3..)?)?;
    }
    let letter = std::str::from_utf8(&bytes[..length]).ok()?.chars().next()?;
    (is_base(letter) && !letter.is_whitespace()).then_some((letter, length * 3))
}

fn byte(text: &[u8]) -> Option<u8> {
    let digit = |at: usize| char::from(*text.get(at)?).to_digit(16);
    (text.first() == Some(&b'%')).then_some(())?;
    u8::try_from(digit(1)? * 16 + digit(2)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_read_and_all_else_stays_encoded() {
        let cases = [
            ("/%E4%B8%AD%e6%96%87/", Some("/中文/")),
            ("/caf%C3%A9?q=%F0%9F%98%80", Some("/café?q=😀")),
            ("/%F0%9F%91%A8%E2%80%8D%F0%9F%91%A9", Some("/👨%E2%80%8D👩")),
            ("/a%20b%2Fc%25%0A%1B[2J", None),
            ("/%C2%9B%E2%80%AE%E2%80%8B%CC%81%E3%80%80%C2%A0", None),
            ("/%E2%A0%80%E3%85%A4%EF%BE%A0%E1%85%A0", None),
            ("/%C3%28%E4%B8%F0%FF%C0%AF%ED%A0%80", None),
            ("/%C3", None),
            ("/%C3%A", None),
            ("100%", None),
            ("%é%C3%A9", Some("%éé")),
        ];
        for (text, expected) in cases {
            assert_eq!(readable(text).as_deref(), expected, "{text}");
        }
    }
}
