//! The last cell of a row: its URL, what it is fetched for, and in a wide one the page that led there. Knows no other cell.

use super::URL;
use super::columns::GAP;
use crate::place::{Role, Source};
use crate::state::Request;
use crate::ui::canvas::Canvas;
use crate::ui::scene::Scene;
use ratatui::layout::Rect;
use ratatui::style::Style;

/// From so many columns on a cell has two parts, of which the URL has so many fifths.
const SOURCE_FROM: u16 = 80;
const URL_FIFTHS: u16 = 3;
/// What stands before the page that led there.
const FROM: &str = "from ";

pub(super) fn draw(canvas: &mut Canvas<'_>, area: Rect, request: &Request, style: Style, scene: &Scene<'_>) {
    let Some(source) = source(request, scene).filter(|_| area.width >= SOURCE_FROM) else {
        return draw_own(canvas, area, request, style, scene);
    };
    let own = area.width * URL_FIFTHS / 5;
    draw_own(canvas, Rect { width: own - GAP, ..area }, request, style, scene);
    let room = area.width - own;
    let shown = scene.url(&source.url, usize::from(room).saturating_sub(FROM.len()));
    canvas.pieces(area.x + own, area.y, room, &[(FROM, scene.theme.dim), (&shown, scene.theme.dim)]);
}

/// What is kept of each that is in flight tells where its link stood.
fn source<'a>(request: &Request, scene: &Scene<'a>) -> Option<&'a Source> {
    scene.state.details.get(request.id)?.place.as_ref()?.source.as_ref()
}

/// The URL, and behind it what it is fetched for, where that is not the page.
fn draw_own(canvas: &mut Canvas<'_>, area: Rect, request: &Request, style: Style, scene: &Scene<'_>) {
    let role = if request.role == Role::Page { "" } else { request.role.name() };
    let taken = if role.is_empty() { 0 } else { role.len() as u16 + GAP };
    // Where there is not room for both, the URL says enough.
    let room = area.width.checked_sub(taken).filter(|&room| room >= URL).unwrap_or(area.width);
    let end = canvas.put(area.x, area.y, room, &scene.url(&request.url, usize::from(room)), style);
    canvas.put(end + GAP, area.y, area.right().saturating_sub(end + GAP), role, scene.theme.dim);
}
