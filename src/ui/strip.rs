//! Timing in one line, where its pane has no room; and what of a crawl has none in the header.

use super::canvas::{Canvas, Piece};
use super::header;
use super::scene::Scene;
use crate::units;
use ratatui::layout::Rect;

/// A label, and a value with room to grow.
type Field = (&'static str, String);

pub fn draw(canvas: &mut Canvas<'_>, area: Rect, scene: &Scene<'_>) {
    if area.is_empty() {
        return;
    }
    let theme = scene.theme;
    let mut x = area.x;
    for (label, value) in &fields(header::left_out(area.width, scene), scene) {
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

/// In the order of their worth. `crawled`: what is to be seen before the longest of them.
fn fields(crawled: Vec<Field>, scene: &Scene<'_>) -> Vec<Field> {
    let timing = &scene.state.timing;
    let totals = timing.success.quantiles();
    let span = |span: Option<_>| format!("{:<8}", span.map_or("·".to_owned(), units::span));
    let speed_up = timing.speed_up().map_or("·".to_owned(), units::factor);
    let last_time = (" last time ", span(Some(timing.last_time())));
    let one_after_another = ("one after another ", span(Some(timing.one_after_another)));
    let speed_up = ("speed-up ", format!("{speed_up:<6}"));
    let p50 = ("p50 ", span(totals.map(|totals| totals.p50)));
    let p99 = ("p99 ", span(totals.map(|totals| totals.p99)));
    let lag = ("lag p99 ", span(timing.lag.quantiles().map(|lag| lag.p99)));
    if crawled.is_empty() {
        return vec![last_time, one_after_another, speed_up, p50, p99, lag];
    }
    let close = crawled.into_iter().map(|(label, value)| (label, format!("{value} ")));
    [last_time, speed_up, p50, p99].into_iter().chain(close).chain([one_after_another, lag]).collect()
}
