//! Timing in one line, where its pane has no room.

use super::canvas::{Canvas, Piece};
use super::scene::Scene;
use crate::units;
use ratatui::layout::Rect;

pub fn draw(canvas: &mut Canvas<'_>, area: Rect, scene: &Scene<'_>) {
    if area.is_empty() {
        return;
    }
    let (timing, theme) = (&scene.state.timing, scene.theme);
    let totals = timing.success.quantiles();
    let span = |span: Option<_>| format!("{:<8}", span.map_or("·".to_owned(), units::span));
    let speed_up = timing.speed_up().map_or("·".to_owned(), units::factor);
    let fields = [
        (" last time ", span(Some(timing.last_time()))),
        ("one after another ", span(Some(timing.one_after_another))),
        ("speed-up ", format!("{speed_up:<6}")),
        ("p50 ", span(totals.map(|totals| totals.p50))),
        ("p99 ", span(totals.map(|totals| totals.p99))),
        ("lag p99 ", span(timing.lag.quantiles().map(|lag| lag.p99))),
    ];
    let mut x = area.x;
    for (label, value) in &fields {
        let room = area.right().saturating_sub(x);
        let width = |value: &str| crate::text::width(label) + crate::text::width(value);
        // The last field that fits needs no room to grow in.
        let value = if width(value) <= usize::from(room) { value } else { value.trim_end() };
        if width(value) > usize::from(room) {
            return;
        }
        let pieces: [Piece<'_>; 2] = [(label, theme.dim), (value, theme.text)];
        x = canvas.pieces(x, area.y, room, &pieces);
    }
}
