//! The words around a table: the title of its pane, the titles of its columns, and what stands in it where it is empty.
//! Knows no table.

use super::canvas::{Canvas, Piece};
use super::scene::Scene;
use super::sort::arrow;
use super::view::Pane;
use ratatui::layout::Rect;

/// `sorted by bytes ↓`.
pub fn sorted_by(title: &str, largest_first: bool) -> String {
    let title = if title == "#" { "number" } else { title };
    format!("sorted by {title} {}", arrow(largest_first))
}

/// Puts a pane's name into its frame, the first part bright and the last one dim. What has no room is left out from the
/// middle: how many there are and how they are sorted says most.
pub fn draw(canvas: &mut Canvas<'_>, area: Rect, pane: Pane, parts: &[&str], scene: &Scene<'_>) {
    let theme = scene.theme;
    let mut parts: Vec<&str> = parts.iter().copied().filter(|part| !part.is_empty()).collect();
    let room = usize::from(area.width.saturating_sub(4));
    let width =
        |parts: &[&str]| pane.name().len() + parts.iter().map(|part| crate::text::width(part) + 3).sum::<usize>();
    while width(&parts) > room && parts.len() > 2 {
        parts.remove(parts.len() - 2);
    }
    let mut title: Vec<Piece<'_>> = vec![(pane.name(), theme.strong)];
    for (at, part) in parts.iter().enumerate() {
        let style = if at > 0 && at + 1 == parts.len() { theme.dim } else { theme.text };
        title.extend([(" ─ ", theme.dim), (*part, style)]);
    }
    canvas.title(area, scene.frame(pane), &title);
}

/// The title of a column; of the one that the table is sorted by, bright and with an arrow.
pub fn column(canvas: &mut Canvas<'_>, cell: Rect, title: &str, right: bool, sorted: Option<bool>, scene: &Scene<'_>) {
    let style = if sorted.is_some() { scene.theme.strong } else { scene.theme.dim };
    let width = crate::text::width(title) as u16;
    let x = if right { cell.right().saturating_sub(width) } else { cell.x };
    let end = canvas.put(x, cell.y, width, title, style);
    if let Some(largest_first) = sorted {
        canvas.put(end, cell.y, 1, arrow(largest_first), style);
    }
}

/// Words in the middle of a table that has no rows.
pub fn centred(canvas: &mut Canvas<'_>, area: Rect, words: &str, scene: &Scene<'_>) {
    let width = u16::try_from(crate::text::width(words)).unwrap_or(u16::MAX).min(area.width);
    let x = area.x + (area.width - width) / 2;
    canvas.put(x, area.y + area.height / 2, width, words, scene.theme.dim);
}
