//! The timing summary: last time and speed-up, percentiles a phase, a histogram of totals, the loop's lag.

use super::canvas::{Canvas, Piece};
use super::charts::plot::{Grain, Plot};
use super::scene::Scene;
use super::view::Pane;
use super::waterfall::sign;
use crate::phase::Phase;
use crate::state::{Quantiles, Spread, Timing};
use crate::units;
use ratatui::layout::Rect;
use ratatui::style::Style;
use std::time::Duration;

/// Columns of the figures, and from how many on the histogram stands beside them.
const FIGURES: u16 = 42;
const BESIDE: u16 = 90;
/// Rows that the histogram needs, with the line below it.
const LEAST_HISTOGRAM: u16 = 4;
/// Columns of a bar at most.
const WIDEST: u16 = 8;
/// Of so many rows, what failed has one: mostly it is less.
const FEWER: u16 = 3;
/// Rows of a part from which it says how many it is of, and of both from which they stand apart.
const APART: u16 = 4;
/// Columns behind it.
const LABEL: u16 = 8;
/// Bars of a factor of ten.
const A_FACTOR: u16 = 6;
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
    // Where there is room beside the figures, the histogram has it; else it stands below them.
    let beside = inner.width >= BESIDE;
    let figures = if beside { Rect { width: FIGURES, ..inner } } else { inner };
    let mut lines = Lines { canvas, area: figures, y: inner.y };
    if inner.height >= WITH_TIMES {
        times(&mut lines, scene);
    }
    lines.skip(u16::from(inner.height > 16));
    quantiles(&mut lines, scene);
    lines.skip(u16::from(inner.height > 17));
    if !beside && lines.left() >= LEAST_HISTOGRAM {
        let gap = u16::from(inner.height > 18);
        let place = Rect { y: lines.y, height: lines.left() - 1 - gap, ..figures };
        lines.skip(place.height + gap);
        histogram(lines.canvas, place, scene);
    }
    lag(&mut lines, scene);
    if beside {
        let place = Rect { x: inner.x + FIGURES, width: inner.width - FIGURES - 1, ..inner };
        histogram(canvas, place, scene);
    }
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
    row(lines, &[("  answered", theme.dim)], &timing.success, theme.ok);
    row(lines, &[("  failed  ", theme.dim)], &timing.failure, theme.failed);
}

fn row(lines: &mut Lines<'_, '_>, label: &[Piece<'_>], spread: &Spread, style: Style) {
    let cells = match spread.quantiles() {
        Some(Quantiles { p50, p90, p99, max }) => {
            [p50, p90, p99, max].map(|span| format!("{:>7}", units::close_span(span))).concat()
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

/// How totals spread, on a logarithmic axis; what was answered and what failed apart and to one scale, in as many rows and
/// columns as there are.
fn histogram(canvas: &mut Canvas<'_>, area: Rect, scene: &Scene<'_>) {
    let (Timing { success, failure, .. }, theme) = (&scene.state.timing, scene.theme);
    let bounds = bounds();
    let bars = bounds.len() as u16 + 1;
    let wide = (area.width.saturating_sub(1 + LABEL) / bars).min(WIDEST);
    if area.height < 3 || wide == 0 {
        return;
    }
    let all = area.height - 1;
    let gap = u16::from(all > 2 * APART);
    let lower = ((all - gap) / FEWER).max(1);
    let heights = [all - gap - lower, lower];
    let spreads = [("answered", success, theme.ok), ("failed", failure, theme.failed)];
    let counts = spreads.map(|(_, spread, _)| spread.counts(&bounds));
    // A row stands for as many in both.
    let most = |at: usize| counts[at].iter().copied().max().unwrap_or(0) as f64 / f64::from(heights[at]);
    let row = most(0).max(most(1));
    let mut y = area.y;
    for ((&(name, spread, ink), counts), height) in spreads.iter().zip(&counts).zip(heights) {
        let place = Rect { x: area.x + 1, y, width: bars * wide, height };
        let values = counts.iter().flat_map(|&count| std::iter::repeat_n(count as f64, usize::from(wide))).collect();
        Plot { values, marked: Vec::new(), grain: Grain::Blocks, top: row * f64::from(height) }.draw(
            canvas,
            place,
            &|_| ink,
            theme.dim,
        );
        canvas.put(place.right() + 1, place.bottom() - 1, LABEL, name, theme.dim);
        if height >= APART {
            canvas.put(place.right() + 1, place.bottom() - 2, LABEL, &units::count(spread.count()), theme.text);
        }
        y = place.bottom() + gap;
    }
    for (factor, label) in (0..).zip(["1ms", "10ms", "100ms", "1s", "10s"]) {
        canvas.put(area.x + 1 + (1 + factor * A_FACTOR) * wide, area.bottom() - 1, 6, label, theme.dim);
    }
}

fn lag(lines: &mut Lines<'_, '_>, scene: &Scene<'_>) {
    let (timing, theme) = (&scene.state.timing, scene.theme);
    let lag = timing.lag.quantiles();
    let p99 = lag.map_or("·".to_owned(), |lag| units::close_span(lag.p99));
    // While a step keeps the loop, all that is due waits.
    let max = lag.map(|lag| lag.max).max(Some(timing.longest_stall).filter(|longest| !longest.is_zero()));
    let max = max.map_or("·".to_owned(), units::close_span);
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
