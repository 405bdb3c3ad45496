//! The run over time: small charts below each other over one axis, and on it what was changed by hand. Knows nothing of
//! how the numbers came about.

pub(super) mod plot;
mod window;

use super::canvas::{Canvas, Piece};
use super::marks;
use super::scene::Scene;
use super::slow::Level;
use super::speed::{over_all, speed};
use super::view::Pane;
use crate::fetched::Outcome;
use crate::phase::Phase;
use crate::state::{Quantiles, Step};
use crate::text::Charset;
use crate::units;
use plot::{Grain, Plot, scale};
use ratatui::layout::Rect;
use ratatui::style::Style;
use std::time::Duration;
use window::Window;

/// One of the charts.
struct Chart {
    name: &'static str,
    /// Which go first where there is not room for all; 0 stays longest.
    rank: u8,
    /// None where there is nothing to measure.
    value: fn(&Step) -> Option<f64>,
    /// Of the whole run, once that has ended: what else says so on the screen says the same.
    over_all: fn(&Scene<'_>) -> Option<f64>,
    /// The value in words.
    words: fn(f64) -> String,
    /// The least that the top of the scale stands for.
    least: f64,
    /// Of a bar of that value.
    ink: fn(&Scene<'_>, f64) -> Style,
}

/// From the top, each to a scale of its own.
const CHARTS: [Chart; 6] = [
    Chart {
        over_all: |scene| Some(speed(scene).0),
        ..chart("req/s", 0, requests, units::number, |scene, _| scene.theme.ok)
    },
    Chart {
        over_all: |scene| Some(speed(scene).1),
        least: 1e3,
        ..chart("bytes/s", 4, bytes, amount, |scene, _| scene.theme.redirect)
    },
    Chart { over_all: flown, ..chart("in flight", 1, in_flight, units::number, running) },
    Chart {
        over_all: |scene| took(scene, |it| it.p50),
        least: 1e-3,
        ..chart("p50", 5, p50, span, |scene, span| slow(span, scene.theme.dim, scene))
    },
    Chart {
        over_all: |scene| took(scene, |it| it.p99),
        least: 1e-3,
        ..chart("p99", 2, p99, span, |scene, span| slow(span, scene.theme.ok, scene))
    },
    Chart { over_all: missed, ..chart("errors/s", 3, errors, units::number, |scene, _| scene.theme.failed) },
];

const fn chart(
    name: &'static str,
    rank: u8,
    value: fn(&Step) -> Option<f64>,
    words: fn(f64) -> String,
    ink: fn(&Scene<'_>, f64) -> Style,
) -> Chart {
    Chart { name, rank, value, over_all: |_| None, words, least: 1.0, ink }
}

/// A full bar of plain text would be the brightest of all.
fn running(scene: &Scene<'_>, _: f64) -> Style {
    scene.theme.phase(Phase::Wait)
}

/// What takes longer than is usual stands out as its age does, or did.
fn slow(seconds: f64, usual: Style, scene: &Scene<'_>) -> Style {
    match scene.view.slow.level(Duration::from_secs_f64(seconds)) {
        Level::Usual => usual,
        level => level.style(scene.theme),
    }
}

fn requests(step: &Step) -> Option<f64> {
    Some(step.a_second(step.left.into()))
}

fn bytes(step: &Step) -> Option<f64> {
    Some(step.a_second(step.bytes))
}

fn in_flight(step: &Step) -> Option<f64> {
    Some(step.in_flight())
}

fn p50(step: &Step) -> Option<f64> {
    step.p50_us.map(|us| f64::from(us) / 1e6)
}

fn p99(step: &Step) -> Option<f64> {
    step.p99_us.map(|us| f64::from(us) / 1e6)
}

fn errors(step: &Step) -> Option<f64> {
    Some(step.a_second(step.errors.into()))
}

fn flown(scene: &Scene<'_>) -> Option<f64> {
    scene.state.chart.flow().map(|flow| flow.in_flight)
}

/// As timing says it, of what was answered.
fn took(scene: &Scene<'_>, quantile: fn(Quantiles) -> Duration) -> Option<f64> {
    scene.state.timing.success.quantiles().map(|all| quantile(all).as_secs_f64())
}

fn missed(scene: &Scene<'_>) -> Option<f64> {
    let [broken, failed] = [Outcome::HttpError, Outcome::Error].map(|outcome| scene.state.tally.of(outcome));
    over_all(scene, (broken + failed - scene.state.tally.cancelled()) as f64)
}

fn amount(value: f64) -> String {
    units::bytes(value as u64)
}

fn span(value: f64) -> String {
    units::span(Duration::from_secs_f64(value))
}

/// Columns of a name and of what stands now.
const NAME: u16 = 10;
const NOW: u16 = 7;
/// Columns of the top of the scale.
const TOP: u16 = 8;
/// From this width on, names stand beside the charts, where these are not so high that a row more would not be missed.
const BESIDE: u16 = 64;
const HIGH: u16 = 6;
/// Rows from which a chart stands apart from the next one.
const APART: u16 = 4;
/// The smallest screen with bars of dots.
const DOTS_FROM: (u16, u16) = (120, 34);
/// Rows of the marks and of the axis.
const FOOT: u16 = 2;

pub fn draw(canvas: &mut Canvas<'_>, area: Rect, scene: &Scene<'_>) {
    let theme = scene.theme;
    let focused = scene.view.focus == Pane::Charts;
    let frame = if focused { theme.focus } else { theme.dim };
    let beside = area.width >= BESIDE + 2 && area.height < HIGH * CHARTS.len() as u16;
    let columns = area.width.saturating_sub(if beside { NAME + NOW + TOP + 5 } else { 3 });
    let window = Window::of(scene, usize::from(columns), grain(canvas, columns, scene), focused && scene.view.zoom);
    let words = words(&window, usize::from(area.width));
    let inner =
        canvas.pane(area, frame, &[(Pane::Charts.name(), theme.strong), (" ─ ", theme.dim), (&words, theme.dim)]);
    if inner.width < 20 || inner.height == 0 {
        return;
    }
    let foot = if inner.height > FOOT + 1 { FOOT } else { 0 };
    let body = Rect { x: inner.x + 1, width: inner.width - 1, height: inner.height - foot, ..inner };
    let shown = shown(usize::from(body.height / if beside { 1 } else { 2 }));
    let mut y = body.y;
    for (at, chart) in shown.iter().enumerate() {
        // What does not divide evenly goes to the upper ones.
        let left = body.bottom() - y;
        let rows = left.div_ceil((shown.len() - at) as u16);
        let place = Rect { y, height: rows, ..body };
        if beside {
            draw_beside(canvas, place, chart, &window, scene)
        } else {
            draw_below(canvas, place, chart, &window, scene)
        };
        y += rows;
    }
    if foot > 0 {
        let x = if beside { body.x + NAME + NOW + 1 } else { body.x };
        draw_foot(canvas, Rect { x, y: body.bottom(), width: columns, height: FOOT }, &window, scene);
    }
}

/// Which part of the run it is, and where there is room, since when nothing moves in it.
fn words(window: &Window, columns: usize) -> String {
    const AROUND: usize = 14;
    let words = window.words();
    let stands = window.stands().map(|stands| format!(", {stands}"));
    stands.filter(|it| words.len() + it.len() + AROUND <= columns).map_or(words.clone(), |stands| words + &stands)
}

/// Dots show twice as much of a run that is longer than bars of blocks can tell by the second, where the screen has room for
/// bars that are high enough.
fn grain(canvas: &Canvas<'_>, columns: u16, scene: &Scene<'_>) -> Grain {
    let screen = canvas.buffer.area;
    let roomy = screen.width >= DOTS_FROM.0 && screen.height >= DOTS_FROM.1;
    let able = scene.view.dots && scene.charset == Charset::Unicode;
    let long = scene.state.chart.at(scene.now).seconds() > u64::from(columns);
    if roomy && able && long { Grain::Dots } else { Grain::Blocks }
}

/// As many charts as there is room for, in their order.
fn shown(most: usize) -> Vec<&'static Chart> {
    CHARTS.iter().filter(|chart| usize::from(chart.rank) < most).collect()
}

/// Name, what stands now, the chart, the top of its scale: all in a row.
fn draw_beside(canvas: &mut Canvas<'_>, area: Rect, chart: &Chart, window: &Window, scene: &Scene<'_>) {
    let theme = scene.theme;
    let top = top(chart, window);
    let x = area.x + NAME + NOW + 1;
    let width = area.width.saturating_sub(NAME + NOW + TOP + 2);
    let gap = u16::from(area.height >= APART);
    let place = Rect { x, width, height: area.height - gap, ..area };
    canvas.put(area.x, area.y, NAME, chart.name, theme.dim);
    canvas.put_right(area.x + NAME + NOW, area.y, NOW, &now(chart, window, scene), theme.strong);
    canvas.put_right(area.right(), area.y, TOP, &(chart.words)(top), theme.dim);
    plot(canvas, place, chart, window, top, scene);
}

/// Name, what stands now and the top of the scale in a row, and the chart below.
fn draw_below(canvas: &mut Canvas<'_>, area: Rect, chart: &Chart, window: &Window, scene: &Scene<'_>) {
    let theme = scene.theme;
    let top = top(chart, window);
    canvas.put(area.x, area.y, NAME, chart.name, theme.dim);
    canvas.put_right(area.x + NAME + NOW, area.y, NOW, &now(chart, window, scene), theme.strong);
    canvas.put_right(area.right() - 1, area.y, TOP, &(chart.words)(top), theme.dim);
    let place = Rect { y: area.y + 1, width: area.width - 1, height: area.height - 1, ..area };
    plot(canvas, place, chart, window, top, scene);
}

fn plot(canvas: &mut Canvas<'_>, area: Rect, chart: &Chart, window: &Window, top: f64, scene: &Scene<'_>) {
    let values = window.steps.iter().map(|step| (chart.value)(step).unwrap_or(0.0)).collect();
    let marked = window.marks.iter().map(|(column, _)| *column).collect();
    Plot { values, marked, grain: window.grain, top }.draw(
        canvas,
        area,
        &|value| (chart.ink)(scene, value),
        scene.theme.dim,
    );
}

/// In words, the value of the last whole step, and once the run has ended, of all of it; what took no time because nothing
/// came has none.
fn now(chart: &Chart, window: &Window, scene: &Scene<'_>) -> String {
    let is_over = scene.state.run.ended.is_some();
    let value = if is_over { (chart.over_all)(scene) } else { window.steps.last().and_then(chart.value) };
    value.map_or("·".to_owned(), chart.words)
}

/// What the top of a chart stands for.
fn top(chart: &Chart, window: &Window) -> f64 {
    scale(window.steps.iter().filter_map(chart.value).fold(chart.least, f64::max))
}

/// The marks with their labels, and the axis.
fn draw_foot(canvas: &mut Canvas<'_>, area: Rect, window: &Window, scene: &Scene<'_>) {
    let theme = scene.theme;
    for (column, _) in window.marks.iter().filter(|(column, _)| *column < usize::from(area.width)) {
        canvas.put(area.x + *column as u16, area.y, 1, marks::SIGN, theme.key);
    }
    for (x, label) in marks::labels(&window.marks, usize::from(area.width)) {
        canvas.put(area.x + x as u16, area.y, area.width, &label, theme.text);
    }
    let (from, to) = window.ends();
    let axis: [Piece<'_>; 1] = [(&from, theme.dim)];
    canvas.pieces(area.x, area.y + 1, area.width, &axis);
    let x = area.x + (window.steps.len().div_ceil(window.grain.bars()) as u16).min(area.width);
    if x > area.x + (crate::text::width(&from) + crate::text::width(&to)) as u16 {
        canvas.put_right(x, area.y + 1, area.width, &to, theme.dim);
    }
}
