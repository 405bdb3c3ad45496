//! The help over the picture: a box, and how far it is scrolled. Knows nothing of what it says.

use super::canvas::{Canvas, Piece, rows};
use super::manual::Manual;
use super::scene::Scene;
use super::theme::Theme;
use super::view::{Step, View};
use super::waterfall::sign;
use crate::phase::Phase;
use crate::text::Charset;
use ratatui::layout::Rect;
use ratatui::widgets::{Clear, Widget};

/// Columns of its text where there is room for them; a screen that has not much more is all taken.
const WIDTH: u16 = 98;
const NARROW: u16 = 120;
/// Columns between the text and what goes on beside it, where there is room for both.
const BETWEEN: u16 = 2;

/// The help as it stands on a screen.
pub struct Help {
    manual: Manual,
    area: Rect,
    /// Columns of a text, and how many stand beside each other.
    width: u16,
    beside: u16,
}

impl Help {
    /// The help of the pane that has the focus. The first row of the screen stays free, where the run is seen to go on,
    /// and the last, where the footer is.
    pub fn of(screen: Rect, view: &View, theme: &Theme, charset: Charset) -> Help {
        let inner = screen.width.saturating_sub(2);
        let beside = (inner / WIDTH).clamp(1, 2);
        let width = if screen.width < NARROW { inner } else { WIDTH.min((inner - BETWEEN * (beside - 1)) / beside) };
        let manual = Manual::of(view, theme, charset, usize::from(width));
        let lines = u16::try_from(manual.lines.len()).unwrap_or(u16::MAX);
        let height = lines.div_ceil(beside).saturating_add(2);
        let between = Rect { y: screen.y + 1, height: screen.height.saturating_sub(2), ..screen };
        let area = centered(between, width * beside + BETWEEN * (beside - 1) + 2, height);
        Help { manual, area, width, beside }
    }

    /// Lines that are seen at once.
    pub fn rows(&self) -> usize {
        usize::from(self.area.height.saturating_sub(2) * self.beside)
    }

    /// The first line that is seen after a move from `line`.
    pub fn step(&self, line: usize, by: Step) -> usize {
        match by {
            Step::First => 0,
            Step::Last => self.last(),
            Step::By(lines) => line.min(self.last()).saturating_add_signed(lines as isize).min(self.last()),
        }
    }

    /// The first line that is seen where the words of the pane are to be.
    pub fn words(&self) -> usize {
        self.manual.words.min(self.last())
    }

    /// The first line that is seen at the end.
    fn last(&self) -> usize {
        self.manual.lines.len().saturating_sub(self.rows())
    }

    /// Which lines are seen, where these are not all.
    fn place(&self, line: usize) -> String {
        let count = self.manual.lines.len();
        if self.last() == 0 {
            String::new()
        } else {
            format!(" ─ {}-{} of {count}, j k scroll", line + 1, (line + self.rows()).min(count))
        }
    }
}

/// The sign of each phase but the first, which has none to speak of.
pub(super) fn signs(canvas: &mut Canvas<'_>, row: Rect, theme: &Theme) {
    let named = Phase::ALL.map(|phase| (sign(phase), phase, format!(" {}  ", phase.name())));
    let named = named.iter().skip(1);
    let pieces: Vec<Piece<'_>> = [(" ", theme.text)]
        .into_iter()
        .chain(named.flat_map(|(sign, phase, name)| [(*sign, theme.phase(*phase)), (name.as_str(), theme.text)]))
        .collect();
    canvas.pieces(row.x, row.y, row.width, &pieces);
}

pub fn draw(canvas: &mut Canvas<'_>, scene: &Scene<'_>) {
    let theme = scene.theme;
    let help = Help::of(canvas.buffer.area, scene.view, theme, scene.charset);
    let line = scene.view.help_line.min(help.last());
    // Whole rows: what is left of words at either side of a box is none.
    Clear.render(Rect { x: canvas.buffer.area.x, width: canvas.buffer.area.width, ..help.area }, canvas.buffer);
    let title = [("Help", theme.strong), (" ─ esc goes back", theme.dim), (&help.place(line), theme.dim)];
    let inner = canvas.pane(help.area, theme.focus, &title);
    let columns =
        (0..help.beside).map(|at| Rect { x: inner.x + at * (help.width + BETWEEN), width: help.width, ..inner });
    for (line, row) in help.manual.lines.iter().skip(line).zip(columns.flat_map(rows)) {
        let pieces: Vec<Piece<'_>> = line.iter().map(|(text, style)| (text.as_str(), *style)).collect();
        canvas.pieces(row.x, row.y, row.width, &pieces);
    }
}

pub(super) fn centered(screen: Rect, width: u16, height: u16) -> Rect {
    let (width, height) = (width.min(screen.width), height.min(screen.height));
    Rect { x: screen.x + (screen.width - width) / 2, y: screen.y + (screen.height - height) / 2, width, height }
}
