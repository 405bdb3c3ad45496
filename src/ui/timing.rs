//! The timing summary: last time and speed-up, percentiles a phase, a histogram of totals, the loop's lag.

use super::canvas::{Canvas, Piece};
use super::scene::Scene;
use super::view::Pane;
use super::waterfall::{sign, spark};
use crate::phase::Phase;
use crate::state::{Quantiles, Spread, Timing};
use crate::units;
use ratatui::layout::Rect;
use ratatui::style::Style;
use std::time::Duration;

/// Below so many rows, the first figures leave the room to the phases: the strip has them.
const WITH_TIMES: u16 = 12;

pub fn draw(canvas: &mut Canvas<'_>, area: Rect, scene: &Scene<'_>) {
    let theme = scene.theme;
    let focused = scene.view.focus == Pane::Timing;
    let frame = if focused { theme.focus } else { theme.dim };
    let inner = canvas.pane(area, frame, &[(Pane::Timing.name(), theme.strong)]);
    if inner.width < 20 {
        return;
    }
    let mut lines = Lines { canvas, area: inner, y: inner.y };
    if inner.height >= WITH_TIMES {
        times(&mut lines, scene);
    }
    lines.skip(u16::from(inner.height > 16));
    quantiles(&mut lines, scene);
    lines.skip(u16::from(inner.height > 17));
    histogram(&mut lines, scene);
    lines.skip(u16::from(inner.height > 18));
    lag(&mut lines, scene);
}

/// The next free row of the pane; beyond its end nothing is drawn.
struct Lines<'a, 'b> {
    canvas: &'a mut Canvas<'b>,
    area: Rect,
    y: u16,
}

impl Lines<'_, '_> {
    fn skip(&mut self, rows: u16) {
        self.y += rows;
    }

    fn left(&self) -> u16 {
        self.area.bottom().saturating_sub(self.y)
    }

    fn put(&mut self, pieces: &[Piece<'_>]) {
        if self.left() > 0 {
            self.canvas.pieces(self.area.x + 1, self.y, self.area.width - 1, pieces);
            self.y += 1;
        }
    }
}

fn times(lines: &mut Lines<'_, '_>, scene: &Scene<'_>) {
    let (timing, theme) = (&scene.state.timing, scene.theme);
    let speed_up = timing.speed_up().map_or(String::new(), units::factor);
    let rows = [
        ("last time", units::span(timing.last_time()), theme.strong),
        ("one after another", units::span(timing.one_after_another), theme.text),
        ("speed-up", speed_up, theme.strong),
    ];
    for (label, value, style) in rows {
        lines.put(&[(&format!("{label:<19}"), theme.dim), (&format!("{value:>8}"), style)]);
    }
}

fn quantiles(lines: &mut Lines<'_, '_>, scene: &Scene<'_>) {
    let (timing, theme) = (&scene.state.timing, scene.theme);
    let heads = ["p50", "p90", "p99", "max"].map(|head| format!("{head:>7}")).concat();
    lines.put(&[(&format!("{:<10}", ""), theme.dim), (&heads, theme.dim)]);
    for phase in Phase::ALL.into_iter().filter(|&phase| phase != Phase::Blocked) {
        let label = format!(" {:<8}", phase.name());
        row(lines, &[(sign(phase), theme.phase(phase)), (&label, theme.dim)], timing.of(phase), theme.text);
    }
    row(lines, &[("  ok      ", theme.dim)], &timing.success, theme.ok);
    row(lines, &[("  failed  ", theme.dim)], &timing.failure, theme.failed);
}

fn row(lines: &mut Lines<'_, '_>, label: &[Piece<'_>], spread: &Spread, style: Style) {
    let cells = match spread.quantiles() {
        Some(Quantiles { p50, p90, p99, max }) => {
            [p50, p90, p99, max].map(|span| format!("{:>7}", units::span(span))).concat()
        }
        None => format!("{:>7}", "·"),
    };
    let pieces: Vec<Piece<'_>> = label.iter().copied().chain([(cells.as_str(), style)]).collect();
    lines.put(&pieces);
}

/// Bounds of the histogram: six a factor of ten, from a millisecond to half a minute.
fn bounds() -> Vec<Duration> {
    (0..=27).map(|step| Duration::from_secs_f64(1e-3 * 10_f64.powf(f64::from(step) / 6.0))).collect()
}

/// How totals spread, on a logarithmic axis; success and failure apart.
fn histogram(lines: &mut Lines<'_, '_>, scene: &Scene<'_>) {
    let (Timing { success, failure, .. }, theme) = (&scene.state.timing, scene.theme);
    if lines.left() < 4 || lines.area.width < 39 {
        return;
    }
    let bounds = bounds();
    let [ok, failed] = [success, failure].map(|spread| spark(&spread.counts(&bounds)));
    lines.put(&[(&ok, theme.ok), ("  ok", theme.dim)]);
    lines.put(&[(&failed, theme.failed), ("  failed", theme.dim)]);
    lines.put(&[("1ms   10ms  100ms 1s    10s", theme.dim)]);
}

fn lag(lines: &mut Lines<'_, '_>, scene: &Scene<'_>) {
    let (timing, theme) = (&scene.state.timing, scene.theme);
    let lag = timing.lag.quantiles();
    let p99 = lag.map_or("·".to_owned(), |lag| units::span(lag.p99));
    let max = lag.map_or("·".to_owned(), |lag| units::span(lag.max));
    let stalls = match timing.stalls {
        0 => String::new(),
        count => format!(" stalls {}", units::count(count)),
    };
    lines.put(&[
        ("loop lag p99", theme.dim),
        (&format!("{p99:>6}"), theme.text),
        (" max", theme.dim),
        (&format!("{max:>6}"), theme.text),
        (&stalls, theme.broken),
    ]);
}
