//! The page of one fetch, over the panes: where it stands on the screen, and how far it is scrolled. Knows nothing of
//! what it says.

mod asked;
mod callbacks;
mod connection;
mod happened;
mod heads;
mod origin;
mod sheet;
mod sizes;
mod subject;
mod summary;
mod waterfall;

use super::canvas::{Canvas, Piece, rows};
use super::layout::Layout;
use super::scene::Scene;
use super::view::Step;
use crate::id::FetchId;
use ratatui::layout::Rect;
use ratatui::widgets::{Clear, Widget};
use sheet::{Line, Sheet};
use subject::Subject;
pub use subject::found;

/// From this width on, the heads stand beside the rest.
const TWO_COLUMNS: u16 = 116;
/// Columns between the two.
const BETWEEN: usize = 2;

/// The page as it stands on a screen.
pub struct Page {
    lines: Vec<Line>,
    title: Line,
    area: Rect,
}

impl Page {
    /// All that is known of the fetch. It takes the place of the panes, or of some of them; header and footer stay.
    pub fn of(screen: Rect, id: FetchId, scene: &Scene<'_>) -> Page {
        let area = Layout::of(screen, scene.view, scene.state).page;
        let width = area.width.saturating_sub(2);
        match Subject::of(id, scene) {
            Some(subject) => Page { lines: lines(&subject, width), title: summary::title(&subject), area },
            None => Page { lines: gone(id, scene), title: vec![(id.to_string(), scene.theme.strong)], area },
        }
    }

    /// Lines that are seen at once.
    pub fn rows(&self) -> usize {
        usize::from(self.area.height.saturating_sub(2))
    }

    /// The first line that is seen after a move from `line`.
    pub fn step(&self, line: usize, by: Step) -> usize {
        by.from(line, self.last())
    }

    /// The first line that is seen at the end.
    fn last(&self) -> usize {
        self.lines.len().saturating_sub(self.rows())
    }

    /// Which lines are seen, where these are not all.
    fn place(&self, line: usize) -> String {
        let count = self.lines.len();
        match self.last() {
            0 => String::new(),
            _ => format!(" ─ {}-{} of {count}", line + 1, (line + self.rows()).min(count)),
        }
    }
}

fn lines(subject: &Subject<'_>, width: u16) -> Vec<Line> {
    let columns = usize::from(width);
    let mut top = Sheet::new(columns, subject.scene.theme);
    summary::write(&mut top, subject);
    waterfall::write(&mut top, subject);
    if width < TWO_COLUMNS {
        facts(&mut top, subject);
        asked::write(&mut top, subject);
        happened::write(&mut top, subject);
        return top.lines;
    }
    let half = (columns - BETWEEN) / 2;
    let (mut left, mut right) = (Sheet::new(half, subject.scene.theme), Sheet::new(half, subject.scene.theme));
    facts(&mut left, subject);
    asked::write(&mut right, subject);
    top.lines.extend(left.beside(right, half + BETWEEN));
    happened::write(&mut top, subject);
    top.lines
}

fn facts(sheet: &mut Sheet<'_>, subject: &Subject<'_>) {
    connection::write(sheet, subject);
    sizes::write(sheet, subject);
    callbacks::write(sheet, subject);
    origin::write(sheet, subject);
}

/// What is said of a fetch of which nothing is kept.
fn gone(id: FetchId, scene: &Scene<'_>) -> Vec<Line> {
    let words = format!(" {id} is not kept any more: of what is done, the last 10,000 results are.");
    vec![Line::new(), vec![(words, scene.theme.text)]]
}

pub fn draw(canvas: &mut Canvas<'_>, id: FetchId, scene: &Scene<'_>) {
    let page = Page::of(canvas.buffer.area, id, scene);
    if page.area.is_empty() {
        return;
    }
    let theme = scene.theme;
    let line = scene.view.detail_line.min(page.last());
    Clear.render(page.area, canvas.buffer);
    let place = page.place(line);
    let title = page.title.iter().map(|(text, style)| (text.as_str(), *style));
    let title: Vec<Piece<'_>> = title.chain([(place.as_str(), theme.dim)]).collect();
    let inner = canvas.pane(page.area, theme.focus, &title);
    for (line, row) in page.lines.iter().skip(line).zip(rows(inner)) {
        let pieces: Vec<Piece<'_>> = line.iter().map(|(text, style)| (text.as_str(), *style)).collect();
        canvas.pieces(row.x, row.y, row.width, &pieces);
    }
}
