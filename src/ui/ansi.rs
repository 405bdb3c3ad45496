//! Cells as bytes for a terminal: the shortest way from what it shows to what it is to show. Knows neither where the
//! bytes go nor what the cells say.
//!
//! Only what every terminal since the VT220 understands is sent: moves of the cursor, SGR, erasing to the end of a line
//! and erasing a number of cells. It is the last place before the terminal, so it also lets nothing pass that would act
//! there or hide.

mod ink;

use crate::text;
use crate::units;
use ink::Ink;
use ratatui::buffer::{Buffer, Cell, CellWidth as _};
use ratatui::layout::{Position, Rect};

/// Blanks in a row that are worth being erased instead of written: the sequence, and the move behind it.
const ERASED_FROM: u16 = 9;
/// The same at the end of a row, where no move is needed.
const CUT_FROM: u16 = 3;
/// The sign for what may not be shown.
const UNSAFE: &str = "?";

/// Bytes in the making, and where they leave the terminal.
#[derive(Clone, Debug, Default)]
pub struct Ansi {
    text: String,
    /// Where the cursor stands, where every terminal agrees on that.
    cursor: Option<Position>,
    ink: Ink,
}

/// A place to go back to.
pub struct Mark {
    length: usize,
    cursor: Option<Position>,
    ink: Ink,
}

impl Ansi {
    pub fn len(&self) -> usize {
        self.text.len()
    }

    /// The bytes, behind which the ink is the terminal's own again.
    pub fn finish(mut self) -> Vec<u8> {
        self.ink.change(Ink::default(), &mut self.text);
        self.text.into_bytes()
    }

    pub fn mark(&self) -> Mark {
        Mark { length: self.text.len(), cursor: self.cursor, ink: self.ink }
    }

    /// Takes back what came since.
    pub fn back(&mut self, mark: Mark) {
        self.text.truncate(mark.length);
        (self.cursor, self.ink) = (mark.cursor, mark.ink);
    }

    /// What turns one row of `shown` into that of `next`, in the columns of `area`.
    pub fn row(&mut self, shown: &Buffer, next: &Buffer, area: Rect, y: u16) {
        let row = Row { shown, next, y, end: area.right() };
        let mut x = area.left();
        // A sign that terminals draw in different widths may have covered the cells behind it.
        let mut doubtful = x;
        while x < row.end {
            let cell = row.at(x);
            let wide = columns(cell);
            if x >= doubtful && !row.differs(x, wide) {
                x += wide;
                continue;
            }
            let blanks = row.blanks(x);
            if x + blanks == next.area.right() && blanks >= CUT_FROM {
                return self.cut(x, y);
            }
            if blanks >= ERASED_FROM {
                self.erase(x, y, blanks);
                x += blanks;
                continue;
            }
            self.go(&row, x);
            doubtful = doubtful.max(self.put(cell, x, y, next.area.right()));
            x += wide;
        }
    }

    /// Blanks from here to the end of the line.
    fn cut(&mut self, x: u16, y: u16) {
        self.go_bare(x, y);
        self.ink.clear_ground(&mut self.text);
        self.text.push_str("\x1b[K");
    }

    fn erase(&mut self, x: u16, y: u16, count: u16) {
        self.go_bare(x, y);
        self.ink.clear_ground(&mut self.text);
        moved(i32::from(count), 'X', &mut self.text);
    }

    /// Writes a cell where the cursor stands; tells up to where the terminal may have drawn.
    fn put(&mut self, cell: &Cell, x: u16, y: u16, right: u16) -> u16 {
        if is_blank(cell) {
            self.ink.clear_ground(&mut self.text);
        } else {
            self.ink.change(Ink::of(cell), &mut self.text);
        }
        let (wide, symbol) = (columns(cell), cell.symbol());
        let single = symbol.len() == 1 || symbol.chars().nth(1).is_none();
        if text::is_seen(symbol) {
            if !single && wide > 1 && x + wide < right {
                // A terminal that draws it narrower is left with a blank behind it, and not with what was there.
                let wide = usize::from(wide);
                self.text.push_str(&[" ".repeat(wide), "\x08".repeat(wide)].concat());
            }
            self.text.push_str(symbol);
        } else {
            self.text.push_str(UNSAFE);
            (1..wide).for_each(|_| self.text.push(' '));
        }
        // Behind the last column the cursor waits, and terminals differ in what moves it then.
        let sure = single && x + wide < right;
        self.cursor = sure.then_some(Position { x: x + wide, y });
        if sure { 0 } else { x + (text::width(symbol) as u16).max(wide) }
    }

    /// Takes the cursor to a cell, by writing what lies between where that is shorter.
    fn go(&mut self, row: &Row<'_>, x: u16) {
        let from = self.text.len();
        let before = self.cursor;
        self.go_bare(x, row.y);
        let moved = self.text.len() - from;
        let Some(at) = before.filter(|at| at.y == row.y && at.x < x) else { return };
        let between = || (at.x..x).map(|x| row.at(x));
        let plain = between().all(|cell| cell.symbol().len() == 1 && (Ink::of(cell) == self.ink || self.hides(cell)));
        if plain && usize::from(x - at.x) <= moved {
            self.text.truncate(from);
            between().for_each(|cell| self.text.push_str(cell.symbol()));
        }
    }

    /// Whether a cell can be written without a change of ink, since there is nothing to see of it.
    fn hides(&self, cell: &Cell) -> bool {
        is_blank(cell) && !self.ink.has_ground()
    }

    /// By the shortest of three ways.
    fn go_bare(&mut self, x: u16, y: u16) {
        let to = Position { x, y };
        if self.cursor == Some(to) {
            return;
        }
        let begin = self.text.len();
        place(to, &mut self.text);
        if let Some(from) = self.cursor {
            let rows = i32::from(to.y) - i32::from(from.y);
            self.shorter(begin, |text| {
                down(rows, text);
                across(i32::from(to.x) - i32::from(from.x), text);
            });
            self.shorter(begin, |text| {
                text.push('\r');
                down(rows, text);
                across(i32::from(to.x), text);
            });
        }
        self.cursor = Some(to);
    }

    /// Has what was written since `begin` replaced by this, if this is shorter.
    fn shorter(&mut self, begin: usize, write: impl FnOnce(&mut String)) {
        let end = self.text.len();
        write(&mut self.text);
        if self.text.len() - end < end - begin {
            self.text.drain(begin..end);
        } else {
            self.text.truncate(end);
        }
    }
}

/// From wherever the cursor is.
fn place(to: Position, text: &mut String) {
    text.push_str("\x1b[");
    if to != (Position { x: 0, y: 0 }) {
        units::put_digits(text, u64::from(to.y) + 1);
        text.push(';');
        units::put_digits(text, u64::from(to.x) + 1);
    }
    text.push('H');
}

/// In raw mode a line feed goes straight down.
fn down(rows: i32, text: &mut String) {
    match rows {
        0 => {}
        1..=3 => (0..rows).for_each(|_| text.push('\n')),
        4.. => moved(rows, 'B', text),
        _ => moved(-rows, 'A', text),
    }
}

fn across(columns: i32, text: &mut String) {
    match columns {
        0 => {}
        1.. => moved(columns, 'C', text),
        -3..0 => (columns..0).for_each(|_| text.push('\x08')),
        _ => moved(-columns, 'D', text),
    }
}

fn moved(count: i32, letter: char, text: &mut String) {
    text.push_str("\x1b[");
    if count != 1 {
        units::put_digits(text, u64::from(count.unsigned_abs()));
    }
    text.push(letter);
}

/// One row of two pictures.
struct Row<'a> {
    shown: &'a Buffer,
    next: &'a Buffer,
    y: u16,
    end: u16,
}

impl Row<'_> {
    fn at(&self, x: u16) -> &Cell {
        &self.next[(x, self.y)]
    }

    /// Whether the terminal shows another thing in a cell of `wide` columns.
    fn differs(&self, x: u16, wide: u16) -> bool {
        let shown = |x: u16| &self.shown[(x, self.y)];
        // What a wide sign leaves behind as it goes is not to be relied on.
        let torn = x > 0 && columns(shown(x - 1)) > 1 && columns(self.at(x - 1)) == 1;
        torn || !alike(shown(x), self.at(x)) || (wide > 1 && columns(shown(x)) != wide)
    }

    /// Blanks from a cell on that end with one that changes, as far as they are worth being erased as one.
    fn blanks(&self, x: u16) -> u16 {
        let blank = (x..self.end).take_while(|&x| is_blank(self.at(x))).count() as u16;
        let changed = (x..x + blank).filter(|&x| self.differs(x, 1)).count() as u16;
        let last = (x..x + blank).rev().find(|&x| self.differs(x, 1)).map_or(0, |last| last + 1 - x);
        // To the end of the line it costs the same, however long that is.
        let reach = if x + blank == self.next.area.right() { blank } else { last };
        if changed >= CUT_FROM { reach } else { 0 }
    }
}

/// How many columns a cell's sign takes on our picture.
fn columns(cell: &Cell) -> u16 {
    match cell.symbol().as_bytes() {
        // ASCII, and U+2500 to U+25BF and U+2800 to U+28FF, of which frames, bars and charts are made.
        [_] | [0xe2, 0x94..=0x96 | 0xa0..=0xa3, _] => 1,
        _ => cell.symbol().cell_width().max(1),
    }
}

/// Whether two cells look the same. Of a blank, only its ground is seen.
fn alike(one: &Cell, other: &Cell) -> bool {
    one.symbol() == other.symbol() && (Ink::of(one) == Ink::of(other) || is_blank(one) && is_blank(other))
}

/// Whether nothing of a cell is to be seen.
fn is_blank(cell: &Cell) -> bool {
    cell.symbol() == " " && !Ink::of(cell).has_ground()
}

#[cfg(test)]
mod tests;
