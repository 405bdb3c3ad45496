//! Line and column of a byte of a page that comes in pieces, counted no further than they are asked for. Knows nothing
//! of what stands there.

use encoding_rs::{Decoder, Encoding, UTF_8};

/// Characters that are decoded at a time, to be counted.
const DECODED: usize = 256;

/// Both from 1. A column is a character of the page's charset. A line ends with a
/// line feed, a carriage return, or both (WHATWG HTML, 13.2.3.5, "preprocessing the input stream").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Position {
    pub line: u32,
    pub column: u32,
}

#[derive(Debug)]
pub(super) struct Lines {
    here: Position,
    /// Bytes of this piece that are counted.
    counted: usize,
    /// Where in this piece the next line ends that is not counted, once it has been looked for.
    next: Option<usize>,
    /// Whether this piece is ASCII, once it has been looked at.
    ascii: Option<bool>,
    characters: Characters,
    /// The piece before ended with a carriage return: a line feed that is next belongs to it.
    after_return: bool,
}

/// How bytes make characters.
#[derive(Debug, Default)]
enum Characters {
    #[default]
    Utf8,
    /// Each byte is one.
    Single,
    /// It decodes a line from its beginning, as far as that is counted.
    Others(Box<Decoder>),
}

impl Characters {
    fn of(charset: &'static Encoding) -> Characters {
        match charset.is_single_byte() {
            _ if charset == UTF_8 => Characters::Utf8,
            true => Characters::Single,
            false => Characters::Others(Box::new(charset.new_decoder_without_bom_handling())),
        }
    }

    /// A character does not go on behind the end of a line.
    fn begin_line(&mut self) {
        if let Characters::Others(decoder) = self {
            **decoder = decoder.encoding().new_decoder_without_bom_handling();
        }
    }

    fn count(&mut self, mut bytes: &[u8]) -> usize {
        let Characters::Others(decoder) = self else {
            return if let Characters::Single = self { bytes.len() } else { characters(bytes) };
        };
        let (mut count, mut text) = (0, [0; 4 * DECODED]);
        while !bytes.is_empty() {
            let (_, read, written, _) = decoder.decode_to_utf8(bytes, &mut text, false);
            count += characters(&text[..written]);
            bytes = &bytes[read..];
        }
        count
    }
}

impl Lines {
    pub(super) fn new() -> Lines {
        let here = Position { line: 1, column: 1 };
        Lines { here, counted: 0, next: None, ascii: None, characters: Characters::Utf8, after_return: false }
    }

    /// What comes is in this charset.
    pub(super) fn read_as(&mut self, charset: &'static Encoding) {
        self.characters = Characters::of(charset);
    }

    /// The position of a byte of this piece that is not before the last one that was asked for.
    pub(super) fn position(&mut self, piece: &[u8], at: usize) -> Position {
        self.begin(piece);
        let mut next = self.next.unwrap_or_else(|| next_end(piece, self.counted));
        while next < at {
            self.here = Position { line: self.here.line.saturating_add(1), column: 1 };
            self.characters.begin_line();
            self.counted = next + 1;
            next = next_end(piece, self.counted);
        }
        self.next = Some(next);
        self.add_columns(piece, at);
        self.here
    }

    fn begin(&mut self, piece: &[u8]) {
        if std::mem::take(&mut self.after_return) && piece.first() == Some(&b'\n') {
            self.counted = 1;
        }
    }

    fn add_columns(&mut self, piece: &[u8], to: usize) {
        let to = to.max(self.counted);
        let bytes = &piece[self.counted..to];
        // What a piece begins with may be the end of a character.
        let decodes = matches!(self.characters, Characters::Others(_));
        let count = match !decodes && *self.ascii.get_or_insert_with(|| piece.is_ascii()) {
            true => bytes.len(),
            false => self.characters.count(bytes),
        };
        self.here.column = self.here.column.saturating_add(u32::try_from(count).unwrap_or(u32::MAX));
        self.counted = to;
    }

    /// What comes next is another piece.
    pub(super) fn end_piece(&mut self, piece: &[u8]) {
        let Some(last) = piece.last() else { return };
        self.begin(piece);
        let rest = &piece[self.counted..];
        if let Some(end) = memchr::memrchr2(b'\n', b'\r', rest) {
            let ended = ends(&rest[..=end]);
            self.here.line = self.here.line.saturating_add(u32::try_from(ended).unwrap_or(u32::MAX));
            self.here.column = 1;
            self.characters.begin_line();
            self.counted += end + 1;
        }
        self.add_columns(piece, piece.len());
        let characters = std::mem::take(&mut self.characters);
        *self = Lines { here: self.here, after_return: *last == b'\r', characters, ..Lines::new() };
    }
}

/// The last byte of what ends the next line.
fn next_end(piece: &[u8], from: usize) -> usize {
    let Some(length) = memchr::memchr2(b'\n', b'\r', &piece[from..]) else { return piece.len() };
    let at = from + length;
    if piece[at..].starts_with(b"\r\n") { at + 1 } else { at }
}

/// How many lines end there.
fn ends(text: &[u8]) -> usize {
    let feeds = memchr::memchr_iter(b'\n', text).count();
    let alone = |at: &usize| text.get(at + 1) != Some(&b'\n');
    feeds + memchr::memchr_iter(b'\r', text).filter(alone).count()
}

fn characters(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte & 0xc0 != 0x80).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_is_what_counting_every_character_gives(
            text in "[aä€\n\r]{0,60}",
            piece in 1..9usize,
            step in 1..5usize,
        ) {
            let (mut lines, mut before) = (Lines::new(), 0);
            for piece in text.as_bytes().chunks(piece) {
                let is_inside = |at: usize| text[..at].ends_with('\r') && text[at..].starts_with('\n');
                let begins = |at: &usize| text.is_char_boundary(before + at) && !is_inside(before + at);
                for at in (0..piece.len()).step_by(step).filter(begins) {
                    let so_far = text[..before + at].replace("\r\n", "\n").replace('\r', "\n");
                    let line = 1 + so_far.matches('\n').count() as u32;
                    let column = 1 + so_far.chars().rev().take_while(|it| *it != '\n').count() as u32;
                    prop_assert_eq!(lines.position(piece, at), Position { line, column });
                }
                lines.end_piece(piece);
                before += piece.len();
            }
        }
    }

    #[test]
    fn a_return_ends_a_line_alone_and_with_a_line_feed_one() {
        for (text, line) in [("a\rb", 2), ("a\r\nb", 2), ("a\n\rb", 3), ("a\r\rb", 3), ("a\r\n\r\nb", 3)] {
            for piece in 1..=text.len() {
                let mut lines = Lines::new();
                let pieces: Vec<&[u8]> = text.as_bytes().chunks(piece).collect();
                let (last, before) = pieces.split_last().unwrap();
                before.iter().for_each(|piece| lines.end_piece(piece));
                let place = lines.position(last, last.len() - 1);
                assert_eq!(place, Position { line, column: 1 }, "{text:?} in pieces of {piece}");
            }
        }
    }
}
