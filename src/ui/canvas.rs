//! The cells of a picture, and the few ways to put text into them. Knows nothing of what it says.

use crate::text;
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::symbols::border;
use ratatui::widgets::{Block, Widget};

/// Draws into `buffer`; nothing lands outside of it, whatever the size.
pub struct Canvas<'a> {
    pub buffer: &'a mut Buffer,
}

/// Text and its ink.
pub type Piece<'a> = (&'a str, Style);

impl Canvas<'_> {
    /// Puts text at `x`, cut to `width` columns with an ellipsis, and tells where it ended.
    pub fn put(&mut self, x: u16, y: u16, width: u16, content: &str, style: Style) -> u16 {
        let area = self.buffer.area;
        if !(area.top()..area.bottom()).contains(&y) || x >= area.right() {
            return x;
        }
        let width = width.min(area.right() - x);
        if content.len() <= usize::from(width) && text::is_printable_ascii(content) {
            self.put_ascii(x, y, content, style);
            return x + content.len() as u16;
        }
        let content = text::fit(content, usize::from(width));
        let end = self.buffer.set_stringn(x, y, content, usize::from(width), style).0;
        (x..end).for_each(|x| lift(&mut self.buffer[(x, y)], style));
        end
    }

    /// The same where each byte is a cell and all have room, as most often: nothing is to be measured.
    fn put_ascii(&mut self, x: u16, y: u16, content: &str, style: Style) {
        let begin = self.buffer.index_of(x, y);
        for (at, cell) in self.buffer.content[begin..begin + content.len()].iter_mut().enumerate() {
            cell.set_symbol(&content[at..=at]).set_style(style);
            lift(cell, style);
        }
    }

    /// Puts pieces one after another from `x`, in at most `width` columns.
    pub fn pieces(&mut self, x: u16, y: u16, width: u16, pieces: &[Piece<'_>]) -> u16 {
        let end = x.saturating_add(width);
        pieces.iter().fold(x, |x, (content, style)| self.put(x, y, end.saturating_sub(x), content, *style))
    }

    /// Puts text so that it ends before `end`, if `width` columns hold it; else it is cut.
    pub fn put_right(&mut self, end: u16, y: u16, width: u16, content: &str, style: Style) {
        let taken = u16::try_from(text::width(content)).unwrap_or(u16::MAX).min(width);
        self.put(end.saturating_sub(taken), y, taken, content, style);
    }

    /// Gives the cells of a row a style on top of what they have.
    pub fn tint(&mut self, area: Rect, style: Style) {
        let area = area.intersection(self.buffer.area);
        self.buffer.set_style(area, style);
    }

    /// A frame with a title, and the area within.
    pub fn pane(&mut self, area: Rect, frame: Style, title: &[Piece<'_>]) -> Rect {
        let area = area.intersection(self.buffer.area);
        let block = Block::bordered().border_set(border::ROUNDED).border_style(frame);
        let inner = block.inner(area);
        block.render(area, self.buffer);
        if !title.is_empty() {
            self.title(area, frame, title);
        }
        inner
    }

    /// A title in the frame of a pane; tells where it ended.
    pub fn title(&mut self, area: Rect, frame: Style, title: &[Piece<'_>]) -> u16 {
        let area = area.intersection(self.buffer.area);
        if area.width <= 4 {
            return area.right();
        }
        self.within(Rect { x: area.x + 1, width: area.width - 3, ..area }, frame, title)
    }

    /// Pieces in a frame, a blank before them and behind; tells where they ended.
    pub fn within(&mut self, area: Rect, frame: Style, pieces: &[Piece<'_>]) -> u16 {
        // The frame's ink is under them: each begins from none.
        let pieces: Vec<Piece<'_>> = pieces.iter().map(|(text, style)| (*text, Style::reset().patch(*style))).collect();
        let end = self.put(area.x, area.y, 1, " ", frame);
        let end = self.pieces(end, area.y, area.width.saturating_sub(2), &pieces);
        self.put(end, area.y, 1, " ", frame)
    }
}

/// No line under a blank: what stands in a column of its own would be a form to fill in.
fn lift(cell: &mut Cell, style: Style) {
    if style.add_modifier.contains(Modifier::UNDERLINED) && cell.symbol() == " " {
        cell.modifier.remove(Modifier::UNDERLINED);
    }
}

/// The rows of an area, from the top.
pub fn rows(area: Rect) -> impl Iterator<Item = Rect> {
    (area.top()..area.bottom()).map(move |y| Rect { y, height: 1, ..area })
}
