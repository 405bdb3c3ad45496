//! A content as it is printed, piece by piece, and made safe where a person reads it on a terminal. Knows no terminal.

use crate::content::{Content, PIECE, Pieces};
use crate::text::{Charset, Cut, Untrusted};
use std::io;

/// What an output has of a content.
pub struct Body {
    pieces: Pieces,
    /// For a terminal.
    shown: Option<Shown>,
    /// The last byte that went out.
    last: u8,
    ended: bool,
}

impl Body {
    /// `shown_in`: the charset of the terminal, where it goes to one.
    pub fn new(content: &Content, shown_in: Option<Charset>) -> Body {
        let shown = shown_in.map(|charset| Shown { charset, rest: Vec::new() });
        Body { pieces: content.pieces(), shown, last: b'\n', ended: false }
    }

    fn show(&mut self, piece: Vec<u8>) -> Vec<u8> {
        match &mut self.shown {
            Some(shown) => shown.take(&piece),
            None => piece,
        }
    }

    /// What comes behind the last piece: it ends with a line.
    fn end(&mut self) -> Option<Vec<u8>> {
        if std::mem::replace(&mut self.ended, true) {
            return None;
        }
        let mut last = self.shown.as_mut().map_or_else(Vec::new, Shown::end);
        if last.last().unwrap_or(&self.last) != &b'\n' {
            last.push(b'\n');
        }
        Some(last)
    }
}

impl Iterator for Body {
    type Item = io::Result<Vec<u8>>;

    fn next(&mut self) -> Option<io::Result<Vec<u8>>> {
        let shown = match self.pieces.next() {
            Some(Ok(piece)) => self.show(piece),
            Some(Err(error)) => return Some(Err(error)),
            None => self.end()?,
        };
        self.last = *shown.last().unwrap_or(&self.last);
        Some(Ok(shown))
    }
}

/// Lines as a terminal may show them: whole, their tabs kept, all else that could act made visible.
struct Shown {
    charset: Charset,
    /// A line that is not whole.
    rest: Vec<u8>,
}

impl Shown {
    fn take(&mut self, piece: &[u8]) -> Vec<u8> {
        self.rest.extend_from_slice(piece);
        let mut out = Vec::with_capacity(self.rest.len());
        let whole = memchr::memrchr(b'\n', &self.rest).map_or(0, |end| end + 1);
        for line in self.rest[..whole].split_inclusive(|&byte| byte == b'\n') {
            let line = &line[..line.len() - 1];
            self.show(line.strip_suffix(b"\r").unwrap_or(line), &mut out);
            out.push(b'\n');
        }
        let long = if self.rest.len() - whole > PIECE { whole_characters(&self.rest[whole..]) } else { 0 };
        self.show(&self.rest[whole..][..long], &mut out);
        self.rest.drain(..whole + long);
        out
    }

    fn end(&mut self) -> Vec<u8> {
        let (mut out, line) = (Vec::new(), std::mem::take(&mut self.rest));
        if !line.is_empty() {
            self.show(line.strip_suffix(b"\r").unwrap_or(&line), &mut out);
            out.push(b'\n');
        }
        out
    }

    fn show(&self, line: &[u8], out: &mut Vec<u8>) {
        for (number, piece) in line.split(|&byte| byte == b'\t').enumerate() {
            out.extend_from_slice(if number > 0 { b"\t" } else { b"" });
            let piece = Untrusted::from_bytes(piece, usize::MAX);
            out.extend_from_slice(piece.shown(usize::MAX, Cut::End, self.charset).as_bytes());
        }
    }
}

/// How many bytes of a line that goes on can be shown: not the first ones of a character, nor a CR before an LF.
fn whole_characters(line: &[u8]) -> usize {
    let end = line.strip_suffix(b"\r").unwrap_or(line);
    let begun = end.iter().rev().take(3).position(|&byte| byte >= 0xC0).map(|back| back + 1);
    let cut = begun.filter(|&begun| match end[end.len() - begun] {
        0xF0.. => begun < 4,
        0xE0.. => begun < 3,
        _ => begun < 2,
    });
    end.len() - cut.unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::emit::channel;

    fn printed(bytes: &[u8], shown_in: Option<Charset>) -> Vec<u8> {
        let (emitter, _events) = channel(Clock::start(), false);
        let content = Content::new(bytes.to_vec(), emitter.waiting());
        Body::new(&content, shown_in).collect::<io::Result<Vec<_>>>().unwrap().concat()
    }

    #[test]
    fn a_body_ends_with_a_line_and_is_else_as_it_came() {
        for (bytes, expected) in [("", ""), ("\n", "\n"), ("a\x1b\r", "a\x1b\r\n"), ("a\n", "a\n")] {
            assert_eq!(printed(bytes.as_bytes(), None), expected.as_bytes(), "{bytes:?}");
        }
    }

    #[test]
    fn on_a_terminal_lines_and_tabs_stay_and_what_acts_is_seen() {
        let cases = [("a\tb\r\nc\x1b[31m", "a\tb\nc␛[31m\n"), ("\r", "\n"), ("x\r", "x\n"), ("a\rb\n\n", "a␍b\n\n")];
        for (bytes, expected) in cases {
            let printed = String::from_utf8(printed(bytes.as_bytes(), Some(Charset::Unicode))).unwrap();
            assert_eq!(printed, expected, "{bytes:?}");
        }
    }

    #[test]
    fn a_line_of_many_pieces_is_shown_as_if_it_came_whole() {
        for width in 0..5 {
            let line = format!("{}{}", "a".repeat(width), "aä€𝄞\t".repeat(30_000));
            for end in ["", "\r", "\r\n"] {
                let printed = printed(format!("{line}{end}").as_bytes(), Some(Charset::Unicode));
                assert!(printed == format!("{line}\n").into_bytes(), "{width} {end:?}");
            }
        }
    }

    #[test]
    fn bytes_that_begin_no_character_hold_nothing_up() {
        for (line, whole) in [("ab", 2), ("a\r", 1), ("aä", 3), ("a€", 4), ("𝄞", 4)] {
            assert_eq!(whole_characters(line.as_bytes()), whole, "{line}");
        }
        for (line, whole) in [(&b"a\xe2\x82"[..], 1), (b"a\xf0\x9d\x84", 1), (b"a\x80\x80\x80", 4), (b"a\xc3", 1)] {
            assert_eq!(whole_characters(line), whole, "{line:?}");
        }
    }
}
