//! Covers the controls in a head that mean nothing to HTTP, so that it can be read like any other. Knows nothing of
//! fields.

/// What stands where a control was.
const COVER: u8 = b'?';

/// A copy of the head, as long as it, in which each control that a recipient may keep (RFC 9110, 5.5) is covered: in
/// the reason phrase and in values. `None` where there is none. NUL, CR and LF stay, and are refused where they
/// should not be.
pub(super) fn covered(raw: &[u8]) -> Option<Vec<u8>> {
    let mut copy = raw.to_vec();
    let mut changed = false;
    for (number, line) in copy.split_mut(|byte| *byte == b'\n').enumerate() {
        let text = text_begins(number)(line);
        for byte in &mut line[text..] {
            if is_kept(*byte) {
                *byte = COVER;
                changed = true;
            }
        }
    }
    changed.then_some(copy)
}

/// Where the part of a line begins that may hold any text.
fn text_begins(line_number: usize) -> fn(&[u8]) -> usize {
    if line_number == 0 { reason_begins } else { value_begins }
}

/// Behind the version, blanks, the status and a blank.
fn reason_begins(line: &[u8]) -> usize {
    let digits = line.iter().skip("HTTP/1.1".len()).position(u8::is_ascii_digit);
    let status_ends = digits.map_or(line.len(), |at| "HTTP/1.1".len() + at + "200".len());
    if line.get(status_ends) == Some(&b' ') { status_ends } else { line.len() }
}

/// Behind the colon; a line that folds is a value as a whole.
fn value_begins(line: &[u8]) -> usize {
    if line.starts_with(b" ") || line.starts_with(b"\t") {
        return 0;
    }
    memchr::memchr(b':', line).unwrap_or(line.len())
}

fn is_kept(byte: u8) -> bool {
    byte.is_ascii_control() && !matches!(byte, 0 | b'\t' | b'\r' | b'\n')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_reason_and_values_are_covered() {
        let cases: [(&[u8], Option<&[u8]>); 7] = [
            (b"HTTP/1.1 200 OK\r\nX: y\r\n\r\n", None),
            (b"HTTP/1.1 200 \x1b[2J\r\n\r\n", Some(b"HTTP/1.1 200 ?[2J\r\n\r\n")),
            (b"HTTP/1.1 200 OK\r\nX: \x7fy\x07\r\n \x01z\r\n\r\n", Some(b"HTTP/1.1 200 OK\r\nX: ?y?\r\n ?z\r\n\r\n")),
            (b"HTTP/1.1\x1b 200 OK\r\n\r\n", None),
            (b"HTTP/1.1 200\x1b OK\r\n\r\n", None),
            (b"HTTP/1.1 200 OK\r\nX\x1b: y\r\n\r\n", None),
            (b"HTTP/1.1 200 OK\r\nX: \0y\r\n\r\n", None),
        ];
        for (raw, expected) in cases {
            assert_eq!(covered(raw).as_deref(), expected, "{}", raw.escape_ascii());
        }
    }
}
