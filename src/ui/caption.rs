//! The words around a table: the title of its pane and the keys beside it, the titles of its columns, and what stands in
//! it where it is empty. Knows no table.

use super::canvas::{Canvas, Piece};
use super::keys::{FRAMED, Places, bindings};
use super::scene::Scene;
use super::sort::arrow;
use super::view::Pane;
use crate::text::{Cut, Untrusted};
use crate::units;
use ratatui::layout::Rect;
use std::time::Duration;

/// What stands before and behind what is looked for.
const FILTER: &str = "filter ";
const DOT: &str = " · ";
const DOT_COLUMNS: usize = 3;
/// Columns between two parts.
const BETWEEN: usize = 3;
const SEPARATOR: &str = " ─ ";
/// Columns of most titles, of the requests in flight and of others.
const LONG_TITLE: u16 = 44;
const TITLE: u16 = 30;
/// Columns of the frame that stay between the title and the keys, and behind these.
const APART: u16 = 4;
/// Columns of what is looked for that are seen before anything else is.
const LEAST: usize = 12;
/// Bytes of it at most.
const TYPED: usize = 512;

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
    let room = usize::from(area.width.saturating_sub(5));
    let width =
        |parts: &[&str]| pane.name().len() + parts.iter().map(|part| crate::text::width(part) + BETWEEN).sum::<usize>();
    let typed = Untrusted::new(&scene.view.typed, TYPED).shown(TYPED, Cut::End, scene.charset);
    let needed =
        if filters(pane, scene) { FILTER.len() + LEAST.min(crate::text::width(&typed)) + DOT_COLUMNS } else { 0 };
    while needed + width(&parts) > room && parts.len() > if needed > 0 { 1 } else { 2 } {
        parts.remove(parts.len().saturating_sub(2).max(1));
    }
    let filtered = (needed > 0).then(|| {
        let left = room.saturating_sub(width(&parts));
        filtered(&typed, parts.first().copied().unwrap_or_default(), left, scene)
    });
    if let (Some(filtered), Some(count)) = (&filtered, parts.first_mut()) {
        *count = filtered;
    }
    let mut title: Vec<Piece<'_>> = vec![(pane.name(), theme.strong)];
    for (at, part) in parts.iter().enumerate() {
        let style = if at > 0 && at + 1 == parts.len() { theme.dim } else { theme.text };
        title.extend([(SEPARATOR, theme.dim), (*part, style)]);
    }
    let end = canvas.title(area, scene.frame(pane), &title);
    keys(canvas, area, end, pane, scene);
}

/// Names the keys that are about the rows of the pane, if it has the focus, at the end of its frame: as many as have room
/// beside a title as it mostly is, so that they do not come and go with its numbers; none, where this one, which ends at
/// `end`, is longer.
pub fn keys(canvas: &mut Canvas<'_>, area: Rect, end: u16, pane: Pane, scene: &Scene<'_>) {
    if scene.view.focus != pane || scene.view.detail.is_some() || scene.is_idle() {
        return;
    }
    let theme = scene.theme;
    let title = if pane == Pane::InFlight { LONG_TITLE } else { TITLE };
    let room = usize::from(area.width.saturating_sub(title + APART));
    let (mut pieces, mut taken): (Vec<Piece<'_>>, usize) = (Vec::new(), 2);
    for &(action, word) in FRAMED {
        let place = Places::of_view(scene.view);
        let Some(binding) = bindings(place).find(|binding| binding.does(action)) else { continue };
        let between = if pieces.is_empty() { "" } else { SEPARATOR };
        let width = crate::text::width(between) + binding.keys.len() + 1 + word.len();
        if taken + width > room {
            break;
        }
        taken += width;
        let named = [(between, scene.frame(pane)), (binding.keys, theme.key), (" ", theme.dim), (word, theme.dim)];
        pieces.extend(named);
    }
    let (width, last) = (taken as u16, area.right().saturating_sub(2));
    if !pieces.is_empty() && end + 2 + width <= last {
        canvas.within(Rect { x: last - width, width, ..area }, scene.frame(pane), &pieces);
    }
}

/// Whether what is looked for matters in that pane.
fn filters(pane: Pane, scene: &Scene<'_>) -> bool {
    let filter = &scene.view.filter;
    if pane == Pane::Hosts { filter.is_about_names() } else { !filter.is_empty() }
}

/// What is looked for, and how much of it is found: `filter status:4xx · 10 of 21`; where there is no room for that, its
/// beginning behind a sign: `/stat… · 10 of 21`. `room`: columns that are left but for the count.
fn filtered(typed: &str, count: &str, room: usize, scene: &Scene<'_>) -> String {
    let least = LEAST.min(crate::text::width(typed));
    let lead = if FILTER.len() + DOT_COLUMNS + least <= room { FILTER } else { "/" };
    let room = room.saturating_sub(lead.len() + DOT_COLUMNS).max(2);
    let typed = Untrusted::new(typed, TYPED).shown(room, Cut::End, scene.charset);
    format!("{lead}{typed}{DOT}{count}")
}

/// The title of a column; of the one that the table is sorted by, bright and with an arrow. That stands on the side where
/// the column is free, so that two titles never run together.
pub fn column(canvas: &mut Canvas<'_>, cell: Rect, title: &str, right: bool, sorted: Option<bool>, scene: &Scene<'_>) {
    let style = if sorted.is_some() { scene.theme.strong } else { scene.theme.dim };
    let width = crate::text::width(title) as u16;
    let x = if right { cell.right().saturating_sub(width) } else { cell.x };
    let end = canvas.put(x, cell.y, width, title, style);
    if let Some(largest_first) = sorted {
        let beside = if right { x.saturating_sub(1) } else { end };
        canvas.put(beside, cell.y, 1, arrow(largest_first), style);
    }
}

/// The ends of an axis, in the place of a column's title.
pub fn axis(canvas: &mut Canvas<'_>, cell: Rect, length: Duration, scene: &Scene<'_>) {
    let end = axis_name(length);
    // Both would run together into one number.
    if usize::from(cell.width) > end.len() + 2 {
        canvas.put(cell.x, cell.y, cell.width, "0", scene.theme.dim);
    }
    canvas.put_right(cell.right(), cell.y, cell.width.min(6), &end, scene.theme.dim);
}

/// `500ms`, `20s`, `1m 00s`, `1h 00m`.
fn axis_name(axis: Duration) -> String {
    match axis.as_millis() {
        ms @ 0..1_000 => format!("{ms}ms"),
        _ => units::wait(axis),
    }
}

/// Words in the middle of a table that has no rows.
pub fn centred(canvas: &mut Canvas<'_>, area: Rect, words: &str, scene: &Scene<'_>) {
    let width = u16::try_from(crate::text::width(words)).unwrap_or(u16::MAX).min(area.width);
    let x = area.x + (area.width - width) / 2;
    canvas.put(x, area.y + area.height / 2, width, words, scene.theme.dim);
}
