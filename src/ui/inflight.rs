//! The requests in flight: a row each, oldest first, with a waterfall that grows as its phases pass.

use super::canvas::{Canvas, rows};
use super::scene::Scene;
use super::view::Pane;
use super::waterfall;
use crate::host::Limited;
use crate::place::Role;
use crate::state::{Request, Requests, Wait};
use crate::units;
use ratatui::layout::Rect;
use ratatui::style::Style;
use std::time::Duration;

/// One column of the table: its title, its width, the narrowest table that has it, and its cell.
struct Column {
    title: &'static str,
    width: u16,
    from: u16,
    right: bool,
    cell: fn(&Request, &Scene<'_>) -> (String, Style),
}

/// The columns before the waterfall, the first of which is as wide as the largest id asks for, and those behind it.
fn before(largest: u64) -> [Column; 3] {
    let digits = largest.checked_ilog10().unwrap_or(0) as u16 + 1;
    [
        Column { title: "#", width: digits.max(6), from: 0, right: true, cell: id },
        Column { title: "phase", width: 7, from: 0, right: false, cell: phase },
        Column { title: "age", width: 7, from: 0, right: true, cell: age },
    ]
}
const BEHIND: [Column; 2] = [
    Column { title: "bytes", width: 7, from: 52, right: true, cell: bytes },
    Column { title: "steps", width: 5, from: 64, right: true, cell: steps },
];

/// The URL takes what is left, but at least this, and at most so much that the waterfall is no shorter than a third.
const URL: u16 = 16;
/// Columns between two cells.
const GAP: u16 = 2;
/// One row in so many is left to those that wait, where there is not room for all.
const WAITING_SHARE: usize = 4;
/// The table has a waterfall from this width on.
const WATERFALL_FROM: u16 = 44;

fn id(request: &Request, scene: &Scene<'_>) -> (String, Style) {
    (request.id.0.to_string(), scene.theme.dim)
}

fn phase(request: &Request, scene: &Scene<'_>) -> (String, Style) {
    if request.waiting.is_some() {
        return ("retry".to_owned(), scene.theme.dim);
    }
    if request.settled {
        return ("result".to_owned(), scene.theme.dim);
    }
    let phase = request.phase();
    (phase.name().to_owned(), scene.theme.phase(phase))
}

fn age(request: &Request, scene: &Scene<'_>) -> (String, Style) {
    let style = if request.waiting.is_some() { scene.theme.dim } else { scene.theme.strong };
    (units::span(request.age(scene.now)), style)
}

fn bytes(request: &Request, scene: &Scene<'_>) -> (String, Style) {
    let style = if request.bytes == 0 { scene.theme.dim } else { scene.theme.text };
    (units::bytes(request.bytes), style)
}

fn steps(request: &Request, scene: &Scene<'_>) -> (String, Style) {
    (request.steps.to_string(), scene.theme.dim)
}

/// Where everything stands in a table of a width.
struct Widths {
    before: [Column; 3],
    waterfall: u16,
    url: u16,
    behind: &'static [Column],
}

impl Widths {
    fn of(width: u16, largest: u64) -> Widths {
        let before = before(largest);
        let behind = &BEHIND[..BEHIND.iter().filter(|column| column.from <= width).count()];
        let fixed = before.iter().chain(behind).map(|column| column.width + GAP).sum::<u16>();
        let room = width.saturating_sub(fixed);
        let waterfall = if width < WATERFALL_FROM { 0 } else { (room / 2).min(60).min(room.saturating_sub(URL)) };
        Widths { before, waterfall, url: room.saturating_sub(waterfall + u16::from(waterfall > 0) * GAP), behind }
    }

    /// From the columns before the waterfall to the URL, gaps counted in.
    fn between(&self) -> u16 {
        let waterfall = if self.waterfall > 0 { self.waterfall + GAP } else { 0 };
        waterfall + self.behind.iter().map(|column| column.width + GAP).sum::<u16>()
    }
}

pub fn draw(canvas: &mut Canvas<'_>, area: Rect, scene: &Scene<'_>) {
    let (state, theme) = (scene.state, scene.theme);
    let focused = scene.view.focus == Pane::InFlight;
    let count = units::count(state.requests.in_flight() as u64);
    let waiting = match state.requests.waiting() as u64 {
        0 => String::new(),
        waiting => format!(" ─ {} to retry", units::count(waiting)),
    };
    let frame = if focused { theme.focus } else { theme.dim };
    let title = [
        (Pane::InFlight.name(), theme.strong),
        (" ─ ", theme.dim),
        (&count, theme.text),
        (&waiting, theme.text),
        (" ─ oldest first", theme.dim),
    ];
    let inner = canvas.pane(area, frame, &title);
    if inner.is_empty() {
        return;
    }
    if state.requests.is_empty() {
        return idle(canvas, inner, scene);
    }
    let largest = state.requests.largest;
    let widths = Widths::of(inner.width, largest);
    let axis = waterfall::axis(state.requests.oldest().map_or(Duration::ZERO, |oldest| oldest.age(scene.now)));
    titles(canvas, inner, &widths, axis, scene);
    let body = Rect { y: inner.y + 1, height: inner.height - 1, ..inner };
    match scene.view.selected(state) {
        Some(selected) => draw_around(canvas, body, selected, &widths, axis, scene),
        None => {
            for (request, row) in in_short(&state.requests, usize::from(body.height)).zip(rows(body)) {
                draw_row(canvas, row, request, &widths, axis, scene);
            }
        }
    }
}

/// The oldest that are in flight, and below them some of those that wait, where there is not room for all.
fn in_short(requests: &Requests, height: usize) -> impl Iterator<Item = &Request> {
    let reserved = requests.waiting().min(height / WAITING_SHARE);
    let flying = requests.in_flight().min(height - reserved);
    requests.iter().take(flying).chain(requests.iter_waiting())
}

/// The first row that is shown is such that the selected one can be seen.
fn draw_around(
    canvas: &mut Canvas<'_>,
    body: Rect,
    selected: usize,
    widths: &Widths,
    axis: Duration,
    scene: &Scene<'_>,
) {
    let first = (selected + 1).saturating_sub(usize::from(body.height));
    for ((at, request), row) in scene.state.requests.iter().enumerate().skip(first).zip(rows(body)) {
        draw_row(canvas, row, request, widths, axis, scene);
        if selected == at {
            canvas.tint(row, scene.theme.selected);
        }
    }
}

/// What stands there when nothing is in flight: why, and what can be done.
fn idle(canvas: &mut Canvas<'_>, area: Rect, scene: &Scene<'_>) {
    let run = &scene.state.run;
    let words = match (run.ended, run.held, run.paused) {
        (Some((_, reason)), _, _) => format!("{}; tab and z look around, q quits", reason.words()),
        (None, _, true) => "paused; p goes on".to_owned(),
        (None, Some(crate::event::Hold::Input), _) => "waiting for input".to_owned(),
        _ => match scene.state.limited() {
            Some(limited) => waiting_for(limited, scene, usize::from(area.width)),
            None => "nothing in flight".to_owned(),
        },
    };
    let width = u16::try_from(crate::text::width(&words)).unwrap_or(u16::MAX).min(area.width);
    let x = area.x + (area.width - width) / 2;
    canvas.put(x, area.y + area.height / 2, width, &words, scene.theme.dim);
}

/// Why a crawl waits while nothing is in flight: `Crawl-delay: a.example 3s, 12 waiting`.
fn waiting_for(limited: &Limited, scene: &Scene<'_>, room: usize) -> String {
    let by = limited.by.words();
    let detail = super::crawl::detail(limited, scene, room.saturating_sub(by.len() + 2));
    if detail.is_empty() { by.to_owned() } else { format!("{by}: {detail}") }
}

fn titles(canvas: &mut Canvas<'_>, row: Rect, widths: &Widths, axis: Duration, scene: &Scene<'_>) {
    let style = scene.theme.dim;
    let mut x = row.x;
    for column in &widths.before {
        x = cell(canvas, x, row.y, column, column.title, style);
    }
    if widths.waterfall > 0 {
        canvas.put(x, row.y, widths.waterfall, "0", style);
        canvas.put_right(x + widths.waterfall, row.y, 6, &axis_name(axis), style);
        x += widths.waterfall + GAP;
    }
    for column in widths.behind {
        x = cell(canvas, x, row.y, column, column.title, style);
    }
    canvas.put(x, row.y, widths.url, "url", style);
}

fn axis_name(axis: Duration) -> String {
    match axis.as_millis() {
        ms @ 0..1_000 => format!("{ms}ms"),
        ms => format!("{}s", ms / 1_000),
    }
}

fn draw_row(canvas: &mut Canvas<'_>, row: Rect, request: &Request, widths: &Widths, axis: Duration, scene: &Scene<'_>) {
    let mut x = row.x;
    for column in &widths.before {
        let (text, style) = (column.cell)(request, scene);
        x = cell(canvas, x, row.y, column, &text, style);
    }
    if let Some(wait) = &request.waiting {
        return draw_waiting(canvas, Rect { x, ..row }, (request, wait), widths, scene);
    }
    if widths.waterfall > 0 {
        let area = Rect { x, width: widths.waterfall, ..row };
        waterfall::draw(canvas, area, &request.marks, request.started, scene.now, axis, scene.theme);
        x += widths.waterfall + GAP;
    }
    for column in widths.behind {
        let (text, style) = (column.cell)(request, scene);
        x = cell(canvas, x, row.y, column, &text, style);
    }
    draw_url(canvas, Rect { x, width: widths.url, ..row }, request, scene);
}

/// The URL, and behind it what it is fetched for, where that is not the page.
fn draw_url(canvas: &mut Canvas<'_>, area: Rect, request: &Request, scene: &Scene<'_>) {
    let role = if request.role == Role::Page { "" } else { request.role.name() };
    let taken = if role.is_empty() { 0 } else { role.len() as u16 + GAP };
    // Where there is not room for both, the URL says enough.
    let room = area.width.checked_sub(taken).filter(|&room| room >= URL).unwrap_or(area.width);
    let end = canvas.put(area.x, area.y, room, &scene.url(&request.url, usize::from(room)), scene.theme.text);
    canvas.put(end + GAP, area.y, area.right().saturating_sub(end + GAP), role, scene.theme.dim);
}

/// The rest of a row that waits: no phase passes and no byte comes, so there is room to say until when, and why. Where
/// the table has nothing but URLs there, it stands before the URL.
fn draw_waiting(
    canvas: &mut Canvas<'_>,
    rest: Rect,
    (request, wait): (&Request, &Wait),
    widths: &Widths,
    scene: &Scene<'_>,
) {
    let (words, end) = (waiting(wait, scene), rest.x + widths.between() + widths.url);
    let room = if widths.between() > 0 { widths.between() - GAP } else { widths.url };
    let told = canvas.put(rest.x, rest.y, room, &words, scene.theme.broken);
    let x = (rest.x + widths.between()).max(told + GAP).min(end);
    let url = scene.url(&request.url, usize::from(end - x));
    canvas.put(x, rest.y, end - x, &url, scene.theme.dim);
}

/// How long an attempt still waits, and why: `waiting 3s (Retry-After)`.
fn waiting(wait: &Wait, scene: &Scene<'_>) -> String {
    let because = wait.because.words();
    if wait.until <= scene.now {
        // A pause, a full house, or whoever reads the results holds it back.
        return format!("due ({because})");
    }
    format!("waiting {} ({because})", units::wait(wait.until - scene.now))
}

/// A cell and the gap behind it; tells where the next begins.
fn cell(canvas: &mut Canvas<'_>, x: u16, y: u16, column: &Column, text: &str, style: Style) -> u16 {
    if column.right {
        canvas.put_right(x + column.width, y, column.width, text, style);
    } else {
        canvas.put(x, y, column.width, text, style);
    }
    x + column.width + GAP
}
