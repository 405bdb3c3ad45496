//! Line and column of a byte of a page that comes in pieces, counted no further than they are asked for. Knows nothing
//! of what stands there.

/// Both from 1. A column is a character: what UTF-8 has as the bytes that continue one does not count. Lines end with a
/// line feed.
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
    /// Where in this piece the next line feed is that is not counted, once it has been looked for.
    next: Option<usize>,
    /// Whether each byte of this piece is a character, once it has been looked at.
    ascii: Option<bool>,
}

impl Lines {
    pub(super) fn new() -> Lines {
        Lines { here: Position { line: 1, column: 1 }, counted: 0, next: None, ascii: None }
    }

    /// The position of a byte of this piece that is not before the last one that was asked for.
    pub(super) fn position(&mut self, piece: &[u8], at: usize) -> Position {
        let mut next = self.next.unwrap_or_else(|| next_feed(piece, self.counted));
        while next < at {
            self.here = Position { line: self.here.line.saturating_add(1), column: 1 };
            self.counted = next + 1;
            next = next_feed(piece, self.counted);
        }
        self.next = Some(next);
        self.add_columns(piece, at);
        self.here
    }

    fn add_columns(&mut self, piece: &[u8], to: usize) {
        let count = match *self.ascii.get_or_insert_with(|| piece.is_ascii()) {
            true => to - self.counted,
            false => characters(&piece[self.counted..to]),
        };
        self.here.column = self.here.column.saturating_add(u32::try_from(count).unwrap_or(u32::MAX));
        self.counted = to;
    }

    /// What comes next is another piece.
    pub(super) fn end_piece(&mut self, piece: &[u8]) {
        let rest = &piece[self.counted..];
        if let Some(last) = memchr::memrchr(b'\n', rest) {
            let ended = memchr::memchr_iter(b'\n', &rest[..last]).count() + 1;
            self.here.line = self.here.line.saturating_add(u32::try_from(ended).unwrap_or(u32::MAX));
            self.here.column = 1;
            self.counted += last + 1;
        }
        self.add_columns(piece, piece.len());
        *self = Lines { here: self.here, ..Lines::new() };
    }
}

fn next_feed(piece: &[u8], from: usize) -> usize {
    memchr::memchr(b'\n', &piece[from..]).map_or(piece.len(), |length| from + length)
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
        fn it_is_what_counting_every_character_gives(text in "[aä€\n]{0,60}", piece in 1..9usize, step in 1..5usize) {
            let (mut lines, mut before) = (Lines::new(), 0);
            for piece in text.as_bytes().chunks(piece) {
                for at in (0..piece.len()).step_by(step).filter(|at| text.is_char_boundary(before + at)) {
                    let so_far = &text[..before + at];
                    let line = 1 + so_far.matches('\n').count() as u32;
                    let column = 1 + so_far.chars().rev().take_while(|it| *it != '\n').count() as u32;
                    prop_assert_eq!(lines.position(piece, at), Position { line, column });
                }
                lines.end_piece(piece);
                before += piece.len();
            }
        }
    }
}
