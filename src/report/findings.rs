//! The report of a crawl as text: sections of aligned lines, within a width. Knows no terminal.

use super::digest::Digest;
use super::sections::{Caps, Cell, Column, Kind, Row, Section, sections};
use crate::state::State;
use crate::text::{Charset, Cut, Untrusted, width};
use crate::units;

/// Columns of one text from outside, where the width knows no end.
const WIDEST: usize = 2048;
/// Columns that a text from outside gets at least.
const NARROWEST: usize = 12;
const INDENT: &str = "  ";
const GAP: &str = "  ";

/// What a crawl has found; nothing of other runs. `columns`: of the terminal, or [`usize::MAX`] for a file.
pub fn findings(state: &State, charset: Charset, columns: usize, caps: Caps) -> String {
    if !state.run.crawl {
        return String::new();
    }
    // On a screen, there is little room, and the site is known.
    let origin = if columns == usize::MAX { None } else { state.pages.first().and_then(|url| url.origin()) };
    let page = Page { charset, columns, origin };
    let sections = sections(&Digest::of(state), caps);
    let text: String = sections.iter().map(|section| page.section(section) + "\n").collect();
    let hint = caps.hint(&sections).map_or(String::new(), |hint| format!("the rest is told with {hint}\n\n"));
    // A line apart from whatever stands before.
    let text = format!("\n{text}{hint}");
    if charset == Charset::Ascii { text.replace('µ', "u") } else { text }
}

struct Page {
    charset: Charset,
    columns: usize,
    /// What URLs begin with, and is left out of those in rows.
    origin: Option<Untrusted>,
}

impl Page {
    fn section(&self, section: &Section) -> String {
        let mut text = format!("{}\n", section.title);
        let widths = self.widths(section);
        let mut group = None;
        for row in &section.rows {
            let (heading, cells) = split(section.columns, row);
            if heading.is_some() && group != heading {
                text += &format!("{INDENT}{}\n", self.outside(heading, self.columns.saturating_sub(INDENT.len())));
                group = heading;
            }
            let indent = if heading.is_some() { INDENT.len() * 2 } else { INDENT.len() };
            text += &self.line(&cells, &widths, indent);
        }
        if section.more > 0 {
            let dots = if self.charset == Charset::Ascii { "..." } else { "…" };
            text += &format!("{INDENT}{dots} and {} more\n", units::count(section.more));
        }
        text
    }

    /// How wide own words are in each column, but for the group's: those are few and short.
    fn widths(&self, section: &Section) -> Vec<usize> {
        let columns = section.columns.iter().enumerate().filter(|(_, column)| column.kind != Kind::Group);
        let widest = |at: usize, column| section.rows.iter().map(|row| own_width(column, &row[at])).max().unwrap_or(0);
        columns.map(|(at, column)| widest(at, column)).collect()
    }

    /// Own words have the width of their column; what is from outside shares what is left of the line.
    fn line(&self, cells: &[(Column, &Cell)], widths: &[usize], indent: usize) -> String {
        let outside: Vec<usize> = cells.iter().filter_map(|(column, cell)| self.outside_width(column, cell)).collect();
        let own: usize = cells.iter().zip(widths).map(|((_, cell), width)| taken(cell, *width)).sum();
        let gaps = GAP.len() * outside.len().saturating_sub(1);
        let mut rooms = share(self.columns.saturating_sub(indent + own + gaps), &outside).into_iter();
        let mut line = " ".repeat(indent);
        for ((column, cell), own) in cells.iter().zip(widths) {
            match cell {
                Cell::Own(words) if *own == 0 => debug_assert!(words.is_empty()),
                Cell::Own(words) => line += &(pad(&own_words(column, words), *own, column.kind) + GAP),
                outside => {
                    let room = rooms.next().unwrap_or(NARROWEST).saturating_sub(width(column.before));
                    line += &(column.before.to_owned() + &self.in_row(outside, room) + GAP);
                }
            }
        }
        line.truncate(line.trim_end().len());
        line + "\n"
    }

    fn outside_width(&self, column: &Column, cell: &Cell) -> Option<usize> {
        let outside = !matches!(cell, Cell::Own(_));
        outside.then(|| width(column.before) + width(&self.in_row(cell, WIDEST)))
    }

    fn in_row(&self, cell: &Cell, room: usize) -> String {
        match (cell, &self.origin) {
            (Cell::Url(url), Some(origin)) => self.outside(Some(&Cell::Url(url.without_prefix(origin))), room),
            _ => self.outside(Some(cell), room),
        }
    }

    fn outside(&self, cell: Option<&Cell>, room: usize) -> String {
        let room = room.min(WIDEST);
        match cell {
            None => String::new(),
            Some(Cell::Own(words)) => words.clone(),
            Some(Cell::Url(text)) => text.shown(room, Cut::Middle, self.charset),
            Some(Cell::Words(text)) => text.shown(room, Cut::End, self.charset),
            Some(Cell::Quoted(text)) => format!("\"{}\"", text.shown(room.saturating_sub(2), Cut::End, self.charset)),
        }
    }
}

/// The group's cell, and the others with their columns.
fn split<'a>(columns: &[Column], row: &'a Row) -> (Option<&'a Cell>, Vec<(Column, &'a Cell)>) {
    let mut cells: Vec<(Column, &Cell)> = columns.iter().copied().zip(row).collect();
    let grouped = cells.first().is_some_and(|(column, _)| column.kind == Kind::Group);
    let heading = grouped.then(|| cells.remove(0).1);
    (heading, cells)
}

fn own_words(column: &Column, words: &str) -> String {
    if words.is_empty() { String::new() } else { column.before.to_owned() + words }
}

fn own_width(column: &Column, cell: &Cell) -> usize {
    if let Cell::Own(words) = cell { width(&own_words(column, words)) } else { 0 }
}

/// What own words take of a line, the gap behind them too.
fn taken(cell: &Cell, own: usize) -> usize {
    if matches!(cell, Cell::Own(_)) && own > 0 { own + GAP.len() } else { 0 }
}

fn pad(words: &str, columns: usize, kind: Kind) -> String {
    let spaces = " ".repeat(columns.saturating_sub(width(words)));
    if kind == Kind::Right { spaces + words } else { words.to_owned() + &spaces }
}

/// As much of the room as each wants; where that is too much, the wide ones get less, and all the same.
fn share(room: usize, wanted: &[usize]) -> Vec<usize> {
    let (mut level, mut left, mut count) = (room, room, wanted.len());
    let mut ascending = wanted.to_vec();
    ascending.sort_unstable();
    for want in ascending {
        level = left / count.max(1);
        if want > level {
            break;
        }
        (left, count, level) = (left - want, count - 1, usize::MAX);
    }
    wanted.iter().map(|&want| want.min(level.max(NARROWEST))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fits_has_its_width_and_what_does_not_shares_the_rest() {
        let cases: [(usize, &[usize], &[usize]); 5] = [
            (60, &[20, 30], &[20, 30]),
            (60, &[20, 90], &[20, 40]),
            (60, &[80, 90], &[30, 30]),
            (9, &[80, 5], &[12, 5]),
            (usize::MAX, &[80, 90], &[80, 90]),
        ];
        for (room, wanted, expected) in cases {
            assert_eq!(share(room, wanted), expected, "{room}: {wanted:?}");
        }
        assert!(share(60, &[]).is_empty());
    }
}
