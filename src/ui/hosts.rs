//! The hosts of a crawl, a row each, those with most to do first: what is in flight there, what waits, and why it waits.

use super::canvas::{Canvas, rows};
use super::scene::Scene;
use super::view::Pane;
use crate::event::Hold;
use crate::state::{Host, Hosts};
use crate::text::Cut;
use crate::units;
use ratatui::layout::Rect;
use ratatui::style::Style;
use std::cmp::Reverse;
use std::time::Duration;

/// One column of figures: its title, its width, the narrowest table that has it, and its cell.
struct Column {
    title: &'static str,
    width: u16,
    from: u16,
    cell: fn(&Host, &Scene<'_>) -> (String, Style),
}

const COLUMNS: [Column; 7] = [
    Column { title: "in flight", width: 5, from: 0, cell: in_flight },
    Column { title: "waiting", width: 7, from: 0, cell: waiting },
    Column { title: "done", width: 7, from: 44, cell: done },
    Column { title: "broken", width: 6, from: 92, cell: broken },
    Column { title: "failed", width: 6, from: 52, cell: failed },
    Column { title: "p50", width: 6, from: 60, cell: p50 },
    Column { title: "delay", width: 6, from: 84, cell: delay },
];

/// Columns between two cells.
const GAP: u16 = 2;
/// The table says why a host waits from this width on, in at least so many columns.
const WHY_FROM: u16 = 60;
const WHY: u16 = 15;
/// A name takes no more than this.
const NAME: u16 = 32;
/// Columns of what a robots.txt means at most.
const LONGEST: usize = 200;

fn in_flight(host: &Host, scene: &Scene<'_>) -> (String, Style) {
    let theme = scene.theme;
    let style = if host.in_flight > 0 { theme.strong } else { theme.dim };
    let allowed = host.allowed.or(Some(scene.state.crawl.per_host).filter(|&cap| cap > 0 && host.name.is_some()));
    (allowed.map_or(host.in_flight.to_string(), |allowed| format!("{}/{allowed}", host.in_flight)), style)
}

fn waiting(host: &Host, scene: &Scene<'_>) -> (String, Style) {
    match host.queue {
        Some(queue) => counted(queue.waiting, scene.theme.text, scene),
        None => ("·".to_owned(), scene.theme.dim),
    }
}

fn done(host: &Host, scene: &Scene<'_>) -> (String, Style) {
    counted(host.done, scene.theme.text, scene)
}

fn broken(host: &Host, scene: &Scene<'_>) -> (String, Style) {
    counted(host.broken, scene.theme.broken, scene)
}

fn failed(host: &Host, scene: &Scene<'_>) -> (String, Style) {
    counted(host.failed, scene.theme.failed, scene)
}

fn p50(host: &Host, scene: &Scene<'_>) -> (String, Style) {
    match host.totals.p50() {
        Some(span) => (units::span(span), scene.theme.text),
        None => ("·".to_owned(), scene.theme.dim),
    }
}

fn delay(host: &Host, scene: &Scene<'_>) -> (String, Style) {
    match host.delay_us {
        0 => ("·".to_owned(), scene.theme.dim),
        us => (units::span(Duration::from_micros(us)), scene.theme.text),
    }
}

/// A nothing stays in the background.
fn counted(count: u64, style: Style, scene: &Scene<'_>) -> (String, Style) {
    (units::count(count), if count == 0 { scene.theme.dim } else { style })
}

/// Why nothing more is started there, and for how long: `Crawl-delay 3s`.
fn why(host: &Host, scene: &Scene<'_>, room: usize) -> (String, Style) {
    let theme = scene.theme;
    if let Some((held, until)) = host.queue.and_then(|queue| Some((queue.held?, queue.until))) {
        let left = until.filter(|&until| until > scene.now).map(|until| format!(" {}", units::wait(until - scene.now)));
        let style = match held {
            Hold::Backoff => theme.broken,
            Hold::Host => theme.dim,
            _ => theme.text,
        };
        return (format!("{}{}", held.words(), left.unwrap_or_default()), style);
    }
    let closed = host.robots.as_ref().filter(|robots| robots.status.is_none_or(|status| status >= 500));
    let meaning = closed.map(|robots| scene.text(&robots.meaning, LONGEST));
    // What does not fit would be cut where it says why.
    let fits = |words: &String| crate::text::width(words) <= room;
    let words =
        meaning.map_or(String::new(), |words| if fits(&words) { words } else { Hold::Robots.words().to_owned() });
    (words, theme.broken)
}

/// Where everything stands in a table of a width.
struct Widths {
    name: u16,
    columns: Vec<&'static Column>,
    why: u16,
}

impl Widths {
    fn of(width: u16) -> Widths {
        let columns: Vec<&Column> = COLUMNS.iter().filter(|column| column.from <= width).collect();
        let fixed: u16 = columns.iter().map(|column| column.width + GAP).sum();
        // A column stays free at either side.
        let room = width.saturating_sub(fixed + 2);
        let least = if width < WHY_FROM { 0 } else { WHY + GAP };
        let name = room.saturating_sub(least).min(NAME);
        Widths { name, columns, why: if least == 0 { 0 } else { room.saturating_sub(name + GAP) } }
    }
}

pub fn draw(canvas: &mut Canvas<'_>, area: Rect, scene: &Scene<'_>) {
    let (hosts, theme) = (&scene.state.hosts, scene.theme);
    let frame = if scene.view.focus == Pane::Hosts { theme.focus } else { theme.dim };
    let count = units::count(hosts.len() as u64);
    let shown = usize::from(area.height.saturating_sub(FRAME));
    let above = scene.view.hosts.min(hosts.len().saturating_sub(shown));
    let place = match above {
        0 => " ─ most waiting first".to_owned(),
        above => format!(" ─ {} above", units::count(above as u64)),
    };
    let title = [(Pane::Hosts.name(), theme.strong), (" ─ ", theme.dim), (&count, theme.text), (&place, theme.dim)];
    let inner = canvas.pane(area, frame, &title);
    if inner.is_empty() {
        return;
    }
    let widths = Widths::of(inner.width);
    titles(canvas, inner, &widths, scene);
    let body = Rect { y: inner.y + 1, height: inner.height - 1, ..inner };
    for (host, row) in sorted(hosts).into_iter().skip(above).zip(rows(body)) {
        draw_row(canvas, row, host, &widths, scene);
    }
}

/// Rows that are no host: the frame and the titles.
pub const FRAME: u16 = 3;

/// Those for which much waits come first, then those that are busy, each in the order in which they were met. How much
/// waits counts by its magnitude, so that rows change places rarely; what has no row of its own comes last.
fn sorted(hosts: &Hosts) -> Vec<&Host> {
    let mut sorted: Vec<&Host> = hosts.iter().collect();
    sorted.sort_by_key(|host| {
        let waiting = host.queue.map_or(0, |queue| queue.waiting);
        (host.name.is_none(), Reverse(u64::BITS - waiting.leading_zeros()), host.in_flight == 0)
    });
    sorted
}

fn titles(canvas: &mut Canvas<'_>, row: Rect, widths: &Widths, scene: &Scene<'_>) {
    let style = scene.theme.dim;
    canvas.put(row.x + 1, row.y, widths.name, "host", style);
    let mut x = row.x + 1 + widths.name;
    for column in &widths.columns {
        x += GAP + column.width;
        // The first one may reach into the names, whose own title is short.
        canvas.put_right(x, row.y, column.width.max(column.title.len() as u16), column.title, style);
    }
    canvas.put(x + GAP, row.y, widths.why, "held by", style);
}

fn draw_row(canvas: &mut Canvas<'_>, row: Rect, host: &Host, widths: &Widths, scene: &Scene<'_>) {
    let theme = scene.theme;
    let idle = host.in_flight == 0 && host.queue.is_none_or(|queue| queue.waiting == 0);
    let style = if idle || host.name.is_none() { theme.dim } else { theme.text };
    let shown = host.name.as_ref().map(|name| name.shown(usize::from(widths.name), Cut::Middle, scene.charset));
    canvas.put(row.x + 1, row.y, widths.name, shown.as_deref().unwrap_or("others"), style);
    let mut x = row.x + 1 + widths.name;
    for column in &widths.columns {
        x += GAP + column.width;
        let (text, style) = (column.cell)(host, scene);
        canvas.put_right(x, row.y, column.width, &text, style);
    }
    let (text, style) = why(host, scene, usize::from(widths.why));
    canvas.put(x + GAP, row.y, widths.why, &text, style);
}
