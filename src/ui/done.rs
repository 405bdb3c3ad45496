//! The results in order of completion, the newest first.

use super::canvas::{Canvas, rows};
use super::scene::Scene;
use super::view::Pane;
use crate::report::symbol;
use crate::state::DoneRow;
use crate::units;
use ratatui::layout::Rect;

pub fn draw(canvas: &mut Canvas<'_>, area: Rect, scene: &Scene<'_>) {
    let (done, theme) = (&scene.state.done, scene.theme);
    let focused = scene.view.focus == Pane::Done;
    let frame = if focused { theme.focus } else { theme.dim };
    let below = scene.view.done.below(done.count - scene.state.turns.waiting() as u64);
    let place = match below {
        0 if scene.state.run.order == crate::event::Order::Given => " ─ in the order given".to_owned(),
        0 => " ─ as completed".to_owned(),
        newer => format!(" ─ {} newer above", units::count(newer)),
    };
    let count = units::count(done.count);
    let title = [
        (Pane::Done.name(), theme.strong),
        (" ─ ", theme.dim),
        (count.as_str(), theme.text),
        (place.as_str(), theme.dim),
    ];
    let inner = canvas.pane(area, frame, &title);
    let skipped = usize::try_from(below).unwrap_or(usize::MAX);
    for (row, place) in done.iter().skip(skipped.min(done.kept().saturating_sub(1))).zip(rows(inner)) {
        draw_row(canvas, place, row, scene);
    }
}

/// Order, mark, total; then status and size, or in their place the kind of the failure; then the URL.
fn draw_row(canvas: &mut Canvas<'_>, row: Rect, done: &DoneRow, scene: &Scene<'_>) {
    let (fetched, theme) = (&*done.fetched, scene.theme);
    let style = theme.result(fetched);
    let order = format!("{:>6} ", done.order);
    let mark = format!("{} ", symbol(fetched, scene.charset));
    let total = format!("{:>7} ", units::span(fetched.total()));
    let x = canvas.pieces(row.x, row.y, row.width, &[(&order, theme.dim), (&mark, style), (&total, theme.text)]);
    let end = match (fetched.kind(), fetched.status) {
        (None, Some(status)) => {
            let x = canvas.put(x, row.y, 4, &format!("{status} "), style);
            canvas.put_right(x + 7, row.y, 7, &units::bytes(fetched.body_bytes), theme.text);
            x + 8
        }
        (kind, _) => {
            canvas.put(x, row.y, 11, kind.map_or("", crate::failure::FailureKind::name), style);
            x + 12
        }
    };
    let room = row.right().saturating_sub(end);
    canvas.put(end, row.y, room, &scene.url(&fetched.url, usize::from(room)), theme.text);
}
