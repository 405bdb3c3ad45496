//! Heads as most servers write them, read in one pass: the parser, which knows all that may be, takes twice as long.
//! Knows nothing of any other head, and leaves it to that parser.

use super::fields::{Span, known};
use super::head::Version;

/// Status and version, where the fields lie, and how long the head is: one of ASCII, whose lines end with CRLF and have no
/// blank before their colon or at their beginning. At most `room` fields. `bytes` may hold more than the head.
pub(super) fn read(bytes: &[u8], room: usize, spans: &mut Vec<Span>) -> Option<(u16, Version, usize)> {
    let (status, version, mut at) = status_line(bytes)?;
    spans.clear();
    while !bytes[at..].starts_with(b"\r\n") {
        if spans.len() == room {
            return None;
        }
        let (span, end) = field(bytes, at)?;
        spans.push(span);
        at = end;
    }
    Some((status, version, at + 2))
}

/// What it says, and where the next line begins.
fn status_line(bytes: &[u8]) -> Option<(u16, Version, usize)> {
    let (version, rest) = match bytes.split_at_checked(b"HTTP/1.1 ".len())? {
        (b"HTTP/1.1 ", rest) => (Version::Http11, rest),
        (b"HTTP/1.0 ", rest) => (Version::Http10, rest),
        _ => return None,
    };
    let &[a @ b'1'..=b'9', b @ b'0'..=b'9', c @ b'0'..=b'9', next, after, ..] = rest else { return None };
    let status = [a, b, c].iter().fold(0, |sum, digit| sum * 10 + u16::from(digit - b'0'));
    let fits = next == b'\r' || (next == b' ' && after != b' ');
    let end = next_line(bytes, text_end(bytes, b"HTTP/1.1 200".len()))?;
    fits.then_some((status, version, end))
}

/// The field whose line begins at `at`, and where the next line begins.
fn field(bytes: &[u8], at: usize) -> Option<(Span, usize)> {
    let letters = letters_end(bytes, at);
    let colon = letters + bytes[letters..].iter().position(|byte| !IN_NAMES[usize::from(*byte)])?;
    if colon == at || bytes[colon] != b':' {
        return None;
    }
    let mut begin = colon + 1;
    while *bytes.get(begin)? == b' ' {
        begin += 1;
    }
    let mut end = text_end(bytes, begin);
    let next = next_line(bytes, end)?;
    if end == begin {
        return None;
    }
    while bytes[end - 1] == b' ' {
        end -= 1;
    }
    let known = known(&bytes[at..colon]);
    Some((Span { name: at..colon, value: begin..end, folded: false, spaced: false, known }, next))
}

/// Where the letters and hyphens from `at` on end, or somewhat before. Eight are looked at at once: what is in a range
/// passes its lower end and not the one above; ASCII leaves room for that in each byte.
fn letters_end(bytes: &[u8], mut at: usize) -> usize {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    const HIGH: u64 = ONES * 0x80;
    while let Some(eight) = bytes.get(at..).and_then(<[u8]>::first_chunk::<8>) {
        let eight = u64::from_le_bytes(*eight);
        let ascii = eight & !HIGH;
        let lower = ascii | (ONES * 0x20);
        let letter = (lower + ONES * (0x80 - b'a' as u64)) & !(lower + ONES * (0x7f - b'z' as u64));
        let hyphen = (ascii + ONES * (0x80 - b'-' as u64)) & !(ascii + ONES * (0x7f - b'-' as u64));
        let others = (!(letter | hyphen) | eight) & HIGH;
        if others != 0 {
            return at + others.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    at
}

/// Where the line begins after the one that ends here.
fn next_line(bytes: &[u8], end: usize) -> Option<usize> {
    bytes[end..].starts_with(b"\r\n").then_some(end + 2)
}

/// Where the visible ASCII and the spaces from `at` on end. Eight are looked at at once: what falls below a space, what
/// lies beyond ASCII, and DEL each leave the highest bit of a byte. What the first one of them borrows changes later ones
/// alone.
fn text_end(bytes: &[u8], mut at: usize) -> usize {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    while let Some(eight) = bytes.get(at..).and_then(<[u8]>::first_chunk::<8>) {
        let eight = u64::from_le_bytes(*eight);
        let delete = (eight ^ (ONES * 0x7f)).wrapping_sub(ONES);
        let faulty = (eight | eight.wrapping_sub(ONES * 0x20) | delete) & (ONES * 0x80);
        if faulty != 0 {
            return at + faulty.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    at + bytes[at..].iter().take_while(|byte| matches!(byte, b' '..=b'~')).count()
}

/// What names of fields are mostly made of.
static IN_NAMES: [bool; 256] = {
    let (mut table, mut at) = ([false; 256], 0);
    while at < 256 {
        table[at] = (at as u8).is_ascii_alphanumeric() || at as u8 == b'-' || at as u8 == b'_';
        at += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::parse::Parts;
    use proptest::prelude::*;

    fn spans(head: &[u8], room: usize) -> Option<((u16, Version), Vec<Span>)> {
        let mut spans = Vec::new();
        let (status, version, length) = read(head, room, &mut spans)?;
        assert_eq!(length, head.len());
        // What follows is none of it, and nothing is missing.
        assert_eq!(read(&[head, b"\r\nX: y\r\n"].concat(), room, &mut Vec::new()), Some((status, version, length)));
        assert_eq!(read(&head[..length - 1], room, &mut Vec::new()), None);
        Some(((status, version), spans))
    }

    /// As the parser reads it, which is told that there may be folds so that it is asked at all.
    fn parsed(head: &[u8]) -> Option<((u16, Version), Vec<Span>)> {
        let mut parts = Parts::default();
        let found = parts.parse(head, 1000, 0, true).ok()?;
        Some((found, parts.take_spans()))
    }

    #[test]
    fn what_servers_write_is_usual_and_read_as_the_parser_reads_it() {
        for head in [
            "HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\nContent-Type: text/html\r\nContent-Length: 8645\r\n\r\n",
            "HTTP/1.1 404\r\nX:  y  \r\n\r\n",
            "HTTP/1.0 301 Moved Permanently\r\nLocation:/x\r\n\r\n",
            "HTTP/1.1 999 \r\n\r\n",
        ] {
            assert_eq!(spans(head.as_bytes(), 9), parsed(head.as_bytes()), "{head}");
            assert!(spans(head.as_bytes(), 9).is_some(), "{head}");
        }
    }

    #[test]
    fn whatever_else_there_is_is_left_to_the_parser() {
        for head in [
            "HTTP/1.1 099 OK\r\n\r\n",
            "HTTP/1.1  200 OK\r\n\r\n",
            "HTTP/1.1 200 OK\n\n",
            "HTTP/2.0 200 OK\r\n\r\n",
            "HTTP/1.1 200 OK\r\nX : y\r\n\r\n",
            "HTTP/1.1 200 OK\r\nX: y\n\r\n",
            "HTTP/1.1 200 OK\r\nX: y\r\n",
            "HTTP/1.1 200 OK\r\n: y\r\n\r\n",
            "HTTP/1.1 200 OK\r\nX\r\n\r\n",
            "HTTP/1.1 200 OK\r\n X: y\r\n\r\n",
            "HTTP/1.1 200 OK\r\nX: \u{e9}\r\n\r\n",
            "HTTP/1.1 200 OK\r\nX: a\u{1}b\r\n\r\n",
            "HTTP/1.1 200 OK\r\nX: a\rb\r\n\r\n",
            "HTTP/1.1 200 OK\r\nX:\r\n\r\n",
            "HTTP/1.1 200 OK\r\nX: long and \u{7f} longer\r\n\r\n",
            "HTTP/1.1 200 OK\r\nX: long and \t longer\r\n\r\n",
        ] {
            assert_eq!(spans(head.as_bytes(), 9), None, "{head}");
        }
        assert_eq!(spans(b"HTTP/1.1 200 OK\r\nX: y\r\nX: y\r\n\r\n", 1), None);
    }

    proptest! {
        #[test]
        fn what_is_usual_is_what_the_parser_makes_of_it(
            lines in proptest::collection::vec("[A-Za-z:_ \t\r-]{0,4}:[ \ta-z\r\u{e9}\u{1}\u{7f}~:]?[ -~]{0,20}[ \ta-z\r\u{e9}\u{1}\u{7f}~:]{0,2}[ -~]{0,9}", 0..4),
            line in "HTTP/1\\.[01] [0-9]{2,4}[ A-Z\u{e9}]{0,4}",
        ) {
            let head = format!("{line}\r\n{}\r\n", lines.iter().map(|it| format!("{it}\r\n")).collect::<String>());
            // What lies behind the first empty line is no part of a head.
            let end = head.find("\r\n\r\n").map_or(head.len(), |end| end + 4);
            let head = &head.as_bytes()[..end];
            if let Some(usual) = spans(head, 9) {
                prop_assert_eq!(Some(usual), parsed(head));
            }
        }
    }
}
