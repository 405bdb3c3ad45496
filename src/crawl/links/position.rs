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
}

impl Lines {
    pub(super) fn new() -> Lines {
        Lines { here: Position { line: 1, column: 1 }, counted: 0 }
    }

    /// The position of a byte of this piece that is not before the last one that was asked for.
    pub(super) fn position(&mut self, piece: &[u8], at: usize) -> Position {
        let new = piece.get(self.counted..at).unwrap_or_default();
        self.counted = self.counted.max(at);
        match memchr::memrchr(b'\n', new) {
            Some(last) => {
                let ended = memchr::memchr_iter(b'\n', &new[..last]).count() + 1;
                self.here.line = self.here.line.saturating_add(u32::try_from(ended).unwrap_or(u32::MAX));
                self.here.column = 1;
                self.add_columns(&new[last + 1..]);
            }
            None => self.add_columns(new),
        }
        self.here
    }

    fn add_columns(&mut self, bytes: &[u8]) {
        let count =
            if bytes.is_ascii() { bytes.len() } else { bytes.iter().filter(|byte| **byte & 0xc0 != 0x80).count() };
        self.here.column = self.here.column.saturating_add(u32::try_from(count).unwrap_or(u32::MAX));
    }

    /// What comes next is another piece.
    pub(super) fn end_piece(&mut self, piece: &[u8]) {
        self.position(piece, piece.len());
        self.counted = 0;
    }
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
