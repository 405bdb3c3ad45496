//! Lines of a width, as they are written: headings, facts with a label, and text that is folded where it is too long.
//! Knows nothing of what they say.

use crate::text::{folded_softly, width};
use crate::ui::theme::Theme;
use ratatui::style::Style;

/// Text and its ink, from left to right.
pub type Line = Vec<(String, Style)>;

/// Columns of a label, the blanks around it counted in.
const LABEL: usize = 13;

pub struct Sheet<'a> {
    pub lines: Vec<Line>,
    pub width: usize,
    pub theme: &'a Theme,
}

impl<'a> Sheet<'a> {
    pub fn new(width: usize, theme: &'a Theme) -> Sheet<'a> {
        Sheet { lines: Vec::new(), width, theme }
    }

    /// An empty line, and what the next lines are about.
    pub fn heading(&mut self, name: &str, more: &str) {
        self.lines.push(Line::new());
        self.lines.push(vec![(format!(" {name}"), self.theme.strong), (format!(" {more}"), self.theme.dim)]);
    }

    /// A label and what stands behind it, in as many lines as it needs.
    pub fn fact(&mut self, label: &str, text: &str, style: Style) {
        let indent = LABEL.min(self.width / 2);
        let label = crate::text::fit(label, indent.saturating_sub(2)).into_owned();
        let labels = [label].into_iter().chain(std::iter::repeat(String::new()));
        let room = self.width.saturating_sub(indent).max(1);
        for (label, text) in labels.zip(folded_softly(text, room)) {
            let blank = indent.saturating_sub(width(&label) + 1);
            self.lines.push(vec![(format!(" {label}{:blank$}", ""), self.theme.dim), (text.to_owned(), style)]);
        }
    }

    /// As `fact`, in the ink of plain words.
    pub fn plain(&mut self, label: &str, text: &str) {
        self.fact(label, text, self.theme.text);
    }

    /// Text that goes on under itself.
    pub fn text(&mut self, text: &str, indent: usize, style: Style) {
        for text in folded_softly(text, self.width.saturating_sub(indent).max(1)) {
            self.lines.push(vec![(" ".repeat(indent.min(self.width)), style), (text.to_owned(), style)]);
        }
    }

    /// A name, and its value behind it, folded with an indent.
    pub fn field(&mut self, name: &str, value: &str, style: Style) {
        let (whole, room) = (format!("{name}: {value}"), self.width.saturating_sub(2).max(1));
        for (at, part) in folded_softly(&whole, room).into_iter().enumerate() {
            // The name is in the first line, and may be longer than that.
            let named = if at == 0 { part.len().min(name.len() + 2) } else { 0 };
            let (name, value) = part.split_at_checked(named).unwrap_or(("", part));
            let indent = if at == 0 { " " } else { "  " };
            self.lines.push(vec![(format!("{indent}{name}"), self.theme.key), (value.to_owned(), style)]);
        }
    }

    /// These lines, and those of the other from column `at` on.
    pub fn beside(self, other: Sheet<'_>, at: usize) -> Vec<Line> {
        let count = self.lines.len().max(other.lines.len());
        let (mut left, mut right) = (self.lines.into_iter(), other.lines.into_iter());
        let pairs = (0..count).map(|_| (left.next().unwrap_or_default(), right.next().unwrap_or_default()));
        let joined = pairs.map(|(mut line, other)| {
            let taken: usize = line.iter().map(|(text, _)| width(text)).sum();
            line.push((" ".repeat(at.saturating_sub(taken)), Style::new()));
            line.extend(other);
            line
        });
        joined.collect()
    }
}
