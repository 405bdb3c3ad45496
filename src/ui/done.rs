//! The results in order of completion, the newest first.

use super::canvas::{Canvas, rows};
use super::scene::Scene;
use super::view::{Pane, View};
use crate::fetched::Fetched;
use crate::place::Source;
use crate::report::symbol;
use crate::state::DoneRow;
use crate::units;
use ratatui::layout::Rect;

/// Columns for a URL and, behind it, why its fetch failed.
const WHY_FROM: u16 = 44;
const GAP: u16 = 2;
/// What stands before the page that led to a result.
const FROM: &str = "from ";

/// The page that led there first.
fn source(fetched: &Fetched) -> Option<&Source> {
    fetched.place.as_ref()?.source.as_ref()
}

pub fn draw(canvas: &mut Canvas<'_>, area: Rect, scene: &Scene<'_>) {
    let (done, theme) = (&scene.state.done, scene.theme);
    let focused = scene.view.focus == Pane::Done;
    let frame = if focused { theme.focus } else { theme.dim };
    let newer = scene.view.done.below(View::done_extent(scene.state, u64::from(area.height.saturating_sub(2))));
    let place = match newer {
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
    let skipped = usize::try_from(newer).unwrap_or(usize::MAX);
    for (row, place) in done.iter().skip(skipped).zip(rows(inner)) {
        draw_row(canvas, place, row, scene);
    }
}

/// Order, mark, total; then status and size, or in their place the kind of the failure; then the URL, and where there is
/// room, the words of the failure.
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
    let why = fetched.failure.as_ref().filter(|_| room >= WHY_FROM);
    let more = why.is_some() || (room >= WHY_FROM && source(fetched).is_some());
    let url = scene.url(&fetched.url, usize::from(if more { room / 2 } else { room }));
    let x = canvas.put(end, row.y, room, &url, theme.text);
    if let (None, Some(source)) = (why, source(fetched).filter(|_| room >= WHY_FROM)) {
        let room = row.right().saturating_sub(x + GAP + FROM.len() as u16);
        let shown = scene.url(&source.url, usize::from(room));
        canvas.pieces(x + GAP, row.y, row.right().saturating_sub(x + GAP), &[(FROM, theme.dim), (&shown, theme.dim)]);
    }
    if let Some(failure) = why {
        let room = row.right().saturating_sub(x + GAP);
        canvas.put(x + GAP, row.y, room, &scene.text(&failure.without_kind(), usize::from(room)), theme.dim);
    }
}
