//! Heads as most servers write them, read in one pass: the parser, which knows all that may be, takes twice as long.
//! Knows nothing of any other head, and leaves it to that parser.

use super::fields::{Span, known};
use super::head::Version;
use memchr::memchr;

/// Status and version, and where the fields lie: of a head of ASCII whose lines end with CRLF and have no blank before
/// their colon or at their beginning. At most `room` fields.
pub(super) fn read(head: &[u8], room: usize, spans: &mut Vec<Span>) -> Option<(u16, Version)> {
    let (found, mut at) = status_line(head)?;
    spans.clear();
    while head[at..] != *b"\r\n" {
        if spans.len() == room {
            return None;
        }
        let (span, end) = field(head, at)?;
        spans.push(span);
        at = end;
    }
    Some(found)
}

/// What it says, and where the next line begins.
fn status_line(head: &[u8]) -> Option<((u16, Version), usize)> {
    let end = memchr(b'\n', head)?;
    let line = head[..end].strip_suffix(b"\r")?;
    let (version, rest) = match line.split_at_checked(b"HTTP/1.1 ".len())? {
        (b"HTTP/1.1 ", rest) => (Version::Http11, rest),
        (b"HTTP/1.0 ", rest) => (Version::Http10, rest),
        _ => return None,
    };
    let &[a @ b'1'..=b'9', b @ b'0'..=b'9', c @ b'0'..=b'9', ref reason @ ..] = rest else { return None };
    let status = [a, b, c].iter().fold(0, |sum, digit| sum * 10 + u16::from(digit - b'0'));
    let fits = reason.is_empty() || (reason[0] == b' ' && reason.get(1) != Some(&b' ') && is_text(reason));
    fits.then_some(((status, version), end + 1))
}

/// The field whose line begins at `at`, and where the next line begins.
fn field(head: &[u8], at: usize) -> Option<(Span, usize)> {
    let line = &head[at..];
    let mut colon = 0;
    while IN_NAMES[usize::from(*line.get(colon)?)] {
        colon += 1;
    }
    if colon == 0 || line[colon] != b':' {
        return None;
    }
    let end = colon + memchr(b'\n', &line[colon..])?;
    let value = line[colon + 1..end].strip_suffix(b"\r")?;
    let begin = value.iter().position(|byte| *byte != b' ')?;
    let text = trim_end(&value[begin..]);
    let (name, value) = (at..at + colon, at + colon + 1 + begin);
    let span = Span {
        known: known(&head[name.clone()]),
        name,
        value: value..value + text.len(),
        folded: false,
        spaced: false,
    };
    is_text(text).then_some((span, at + end + 1))
}

fn trim_end(value: &[u8]) -> &[u8] {
    let blanks = value.iter().rev().take_while(|byte| **byte == b' ').count();
    &value[..value.len() - blanks]
}

/// Whether it is of visible ASCII and spaces. Eight at once: what falls below a space, what lies beyond ASCII, and DEL
/// each leave the highest bit of a byte.
fn is_text(bytes: &[u8]) -> bool {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    let (eights, rest) = bytes.as_chunks::<8>();
    let faulty = eights.iter().fold(0, |faulty, eight| {
        let eight = u64::from_ne_bytes(*eight);
        let delete = (eight ^ (ONES * 0x7f)).wrapping_sub(ONES);
        faulty | eight | eight.wrapping_sub(ONES * 0x20) | delete
    });
    faulty & (ONES * 0x80) == 0 && rest.iter().all(|byte| matches!(byte, b' '..=b'~'))
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
        Some((read(head, room, &mut spans)?, spans))
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
        ] {
            assert_eq!(spans(head.as_bytes(), 9), None, "{head}");
        }
        assert_eq!(spans(b"HTTP/1.1 200 OK\r\nX: y\r\nX: y\r\n\r\n", 1), None);
    }

    proptest! {
        #[test]
        fn what_is_usual_is_what_the_parser_makes_of_it(
            lines in proptest::collection::vec("[A-Za-z:_ \t\r-]{0,4}:[ \ta-z\r\u{e9}\u{1}:]{0,6}", 0..4),
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
