//! The lines of a text that comes in pieces: numbered, bounded, without their ends. Knows nothing of what they say.

use memchr::memchr2;

/// Bytes of a line that are read; what follows up to its end is passed over. Eight times the longest URL that old
/// browsers took, as in Google's parser.
pub(super) const LINE: usize = 8 * 2083 - 1;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// CR, LF and CRLF all end a line. Bytes at the very start that belong to a byte order mark, whole or not, are skipped.
#[derive(Default)]
pub(super) struct Lines {
    /// How many lines have ended.
    ended: u32,
    /// The start of a line whose end did not come yet.
    held: Vec<u8>,
    /// The byte before was a CR that ended a line.
    after_return: bool,
    /// Bytes of the byte order mark that came; all of it, once something else did.
    mark: usize,
}

impl Lines {
    /// Calls `each` with every line that ends in `bytes`, and its number from 1.
    pub fn take(&mut self, bytes: &[u8], mut each: impl FnMut(u32, &[u8])) {
        let mut rest = self.without_mark(bytes);
        while let Some(end) = memchr2(b'\r', b'\n', rest) {
            let second = rest[end] == b'\n' && end == 0 && self.after_return && self.held.is_empty();
            if !second {
                self.end(&rest[..end], &mut each);
            }
            self.after_return = rest[end] == b'\r';
            rest = &rest[end + 1..];
        }
        self.hold(rest);
    }

    /// The last line, which needs no end.
    pub fn finish(mut self, mut each: impl FnMut(u32, &[u8])) {
        self.end(&[], &mut each);
    }

    /// Forgets the line that has not ended.
    pub fn forget(&mut self) {
        self.held.clear();
    }

    fn without_mark<'b>(&mut self, bytes: &'b [u8]) -> &'b [u8] {
        let pairs = bytes.iter().zip(&BYTE_ORDER_MARK[self.mark..]);
        let more = pairs.take_while(|(byte, expected)| byte == expected).count();
        self.mark = if more < bytes.len() { BYTE_ORDER_MARK.len() } else { self.mark + more };
        &bytes[more..]
    }

    fn end(&mut self, line: &[u8], each: &mut impl FnMut(u32, &[u8])) {
        self.ended += 1;
        if self.held.is_empty() {
            each(self.ended, &line[..line.len().min(LINE)]);
        } else {
            self.hold(line);
            each(self.ended, &self.held);
            self.held.clear();
        }
    }

    fn hold(&mut self, bytes: &[u8]) {
        if !bytes.is_empty() {
            self.after_return = false;
        }
        let room = LINE - self.held.len();
        self.held.extend_from_slice(&bytes[..bytes.len().min(room)]);
    }
}
