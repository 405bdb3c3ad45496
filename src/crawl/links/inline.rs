//! Long `data:` URLs, which lead nowhere and would take the room of links that do. Knows no page.

use super::references::{Within, decode};

/// Bytes of a `data:` URL that is kept.
const LONGEST: usize = 1 << 10;
/// Bytes by which the scheme is known, whatever it is written with.
const BEGINNING: usize = 64;

/// Whether an attribute holds a long one, as far as its first bytes say: tabs and line ends within the scheme are nothing, as in
/// browsers (WHATWG URL, 4.4), and so are references to them.
#[inline]
pub(super) fn is_long_inline(raw: &[u8]) -> bool {
    raw.len() > LONGEST && is_inline(raw)
}

#[cold]
fn is_inline(raw: &[u8]) -> bool {
    let raw = raw.trim_ascii_start();
    let (beginning, mut decoded) = (String::from_utf8_lossy(&raw[..raw.len().min(BEGINNING)]), String::new());
    decode(&beginning, Within::Attribute, &mut decoded);
    let read = decoded.trim_start_matches(|c: char| c <= ' ').chars().filter(|c| !matches!(c, '\t' | '\n' | '\r'));
    read.map(|c| c.to_ascii_lowercase()).take(5).eq("data:".chars())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scheme_is_known_as_browsers_read_it() {
        let rest = "x".repeat(LONGEST);
        let inline = ["data:", " DATA:", "da\tta:", "\x01da&#9;ta:", "&#x0A;d&NewLine;a\r\nta&colon;", "d&#97;ta:"];
        for begin in inline {
            assert!(is_long_inline(format!("{begin}{rest}").as_bytes()), "{begin:?}");
            assert!(!is_long_inline(begin.as_bytes()), "{begin:?} is short");
        }
        for begin in ["da ta:", "/data:", "dat", "da&#0;ta:", "da&#20;ta:"] {
            assert!(!is_long_inline(format!("{begin}{rest}").as_bytes()), "{begin:?}");
        }
    }
}
