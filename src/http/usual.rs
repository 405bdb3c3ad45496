//! Heads as most servers write them, read in one pass: the parser, which knows all that may be, takes twice as long.
//! Knows nothing of any other head, and leaves it to that parser.

use super::fields::{Span, known};
use super::head::Version;
use std::ops::Range;

/// Bytes of a head that is remembered.
const KEPT_BYTES: usize = 4096;

/// A head that was read here: the next one of a server has most of its lines.
#[derive(Debug, Default)]
pub(super) struct Usual {
    /// Where the fields lie.
    pub spans: Vec<Span>,
    /// The head that they lie in; nothing, where that is not known.
    raw: Vec<u8>,
}

impl Usual {
    pub const NONE: Usual = Usual { spans: Vec::new(), raw: Vec::new() };

    /// Status and version, and how long the head is: one of ASCII, whose lines end with CRLF and have no blank before their
    /// colon or at their beginning. At most `room` fields. `bytes` may hold more than the head. Without one, what was
    /// read before is forgotten.
    pub fn read(&mut self, bytes: &[u8], room: usize) -> Option<(u16, Version, usize)> {
        let read = self.read_lines(bytes, room);
        self.raw.clear();
        match read {
            Some((_, _, length)) if length <= KEPT_BYTES => self.raw.extend_from_slice(&bytes[..length]),
            Some(_) => {}
            None => self.spans.clear(),
        }
        read
    }

    fn read_lines(&mut self, bytes: &[u8], room: usize) -> Option<(u16, Version, usize)> {
        let (status, version, mut at) = status_line(bytes)?;
        let mut count = 0;
        while !bytes[at..].starts_with(b"\r\n") {
            if count == room {
                return None;
            }
            at = match self.again(count, bytes, at) {
                Some(end) => end,
                None => {
                    let (span, end) = field(bytes, at)?;
                    match self.spans.get_mut(count) {
                        Some(before) => *before = span,
                        None => self.spans.push(span),
                    }
                    end
                }
            };
            count += 1;
        }
        self.spans.truncate(count);
        Some((status, version, at + 2))
    }

    /// Where the next line begins, if the one at `at` is the same as that of the field in this place before.
    fn again(&mut self, place: usize, bytes: &[u8], at: usize) -> Option<usize> {
        let begin = self.spans.get(place)?.name.start;
        let end = self.spans.get(place + 1).map_or(self.raw.len().saturating_sub(2), |next| next.name.start);
        let line = self.raw.get(begin..end)?;
        if !bytes[at..].starts_with(line) {
            return None;
        }
        let span = &mut self.spans[place];
        let moved = |range: &Range<usize>| range.start - begin + at..range.end - begin + at;
        (span.name, span.value) = (moved(&span.name), moved(&span.value));
        Some(at + line.len())
    }

    /// Forgets it, and gives the memory for fields of another head.
    pub fn forget(&mut self) -> &mut Vec<Span> {
        self.raw.clear();
        self.spans.clear();
        &mut self.spans
    }

    /// As [`Usual::forget`], where no more room is kept than for that many fields.
    pub fn shrink_to(&mut self, fields: usize) {
        self.forget().shrink_to(fields);
    }
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
        spans_after(b"", head, room)
    }

    /// Where a head was read before.
    fn spans_after(before: &[u8], head: &[u8], room: usize) -> Option<((u16, Version), Vec<Span>)> {
        let after = || {
            let mut usual = Usual::NONE;
            usual.read(before, room);
            usual
        };
        let mut usual = after();
        let (status, version, length) = usual.read(head, room)?;
        assert_eq!(length, head.len());
        // What follows is none of it, and nothing is missing.
        assert_eq!(after().read(&[head, b"\r\nX: y\r\n"].concat(), room), Some((status, version, length)));
        assert_eq!(after().read(&head[..length - 1], room), None);
        Some(((status, version), usual.spans))
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

        #[test]
        fn what_a_head_before_had_changes_nothing(
            before in proptest::collection::vec("(Date|Age|X): (a|bc|d e)", 0..5),
            after in proptest::collection::vec("(Date|Age|X): ?(a|bc|d e|\u{1}) ?", 0..5),
            lines in ("(HTTP/1.1 200 OK|HTTP/1.0 404)", "(HTTP/1.1 200 OK|HTTP/1.0 404)"),
        ) {
            let head = |line: &str, fields: &[String]| {
                format!("{line}\r\n{}\r\n", fields.iter().map(|it| format!("{it}\r\n")).collect::<String>())
            };
            let (before, after) = (head(&lines.0, &before), head(&lines.1, &after));
            prop_assert_eq!(spans_after(before.as_bytes(), after.as_bytes(), 9), spans(after.as_bytes(), 9));
        }
    }
}
