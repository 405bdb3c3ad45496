//! The help over the picture: a box, and how far it is scrolled. Knows nothing of what it says.

use super::canvas::{Canvas, Piece, rows};
use super::manual::Manual;
use super::scene::Scene;
use super::theme::Theme;
use super::view::{Step, View};
use super::waterfall::sign;
use crate::phase::Phase;
use ratatui::layout::Rect;
use ratatui::widgets::{Clear, Widget};

/// Columns of the box where there is room for them; and what is left free beside it.
const WIDTH: u16 = 100;
const BESIDE: u16 = 4;
/// A screen narrower than this is all taken.
const NARROW: u16 = 60;

/// The help as it stands on a screen.
pub struct Help {
    manual: Manual,
    area: Rect,
}

impl Help {
    /// The help of the pane that has the focus. The first row of the screen stays free, where the run is seen to go on,
    /// and the last, where the footer is.
    pub fn of(screen: Rect, view: &View, theme: &Theme) -> Help {
        let free = screen.width.saturating_sub(BESIDE).min(WIDTH);
        let width = if screen.width < NARROW { screen.width } else { free };
        let manual = Manual::of(view, theme, usize::from(width.saturating_sub(2)));
        let height = u16::try_from(manual.lines.len()).unwrap_or(u16::MAX).saturating_add(2);
        let between = Rect { y: screen.y + 1, height: screen.height.saturating_sub(2), ..screen };
        Help { manual, area: centered(between, width, height) }
    }

    /// Lines that are seen at once.
    pub fn rows(&self) -> usize {
        usize::from(self.area.height.saturating_sub(2))
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
    let help = Help::of(canvas.buffer.area, scene.view, theme);
    let line = scene.view.help_line.min(help.last());
    Clear.render(help.area, canvas.buffer);
    let title = [("Help", theme.strong), (" ─ esc goes back", theme.dim), (&help.place(line), theme.dim)];
    let inner = canvas.pane(help.area, theme.focus, &title);
    for (line, row) in help.manual.lines.iter().skip(line).zip(rows(inner)) {
        let pieces: Vec<Piece<'_>> = line.iter().map(|(text, style)| (text.as_str(), *style)).collect();
        canvas.pieces(row.x, row.y, row.width, &pieces);
    }
}

pub(super) fn centered(screen: Rect, width: u16, height: u16) -> Rect {
    let (width, height) = (width.min(screen.width), height.min(screen.height));
    Rect { x: screen.x + (screen.width - width) / 2, y: screen.y + (screen.height - height) / 2, width, height }
}
