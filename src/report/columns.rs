//! Cells of a line, each at one end of its columns. Knows not what they tell.

const BLANKS: &str = "          ";

/// A line, to which cells of own text are put, whose characters take a column each.
pub(super) struct Columns<'a>(pub &'a mut String);

impl Columns<'_> {
    /// What `put` appends, at the right end of so many columns; what is wider keeps its width.
    pub(super) fn right(&mut self, columns: usize, put: impl FnOnce(&mut String)) {
        let start = self.0.len();
        put(self.0);
        self.0.insert_str(start, self.blanks(start, columns));
    }

    /// The same, at the left end.
    pub(super) fn left(&mut self, columns: usize, put: impl FnOnce(&mut String)) {
        let start = self.0.len();
        put(self.0);
        *self.0 += self.blanks(start, columns);
    }

    /// What is missing to so many columns in what was put since `start`.
    fn blanks(&self, start: usize, columns: usize) -> &'static str {
        &BLANKS[..columns.saturating_sub(self.0[start..].chars().count()).min(BLANKS.len())]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_keep_to_their_ends_and_what_is_wider_is_whole() {
        let mut line = String::from("|");
        let mut columns = Columns(&mut line);
        for text in ["1", "12µs", "1234567"] {
            columns.right(6, |line| line.push_str(text));
            columns.left(3, |line| line.push_str(&text[..1]));
            columns.0.push('|');
        }
        assert_eq!(line, "|     11  |  12µs1  |12345671  |");
    }
}
