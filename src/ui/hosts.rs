//! The hosts of a crawl, a row each, those with most to do first: what is in flight there, what waits, and why it waits.

use super::canvas::{Canvas, rows};
use super::caption;
use super::crawl;
use super::filter::Facts;
use super::rows::{Listing, Row};
use super::scene::Scene;
use super::sort::{Key, Ordered, Sort};
use super::thumb::{self, Place};
use super::view::{Pane, View};
use crate::event::Hold;
use crate::host::RobotsRead;
use crate::state::{Host, State};
use crate::text::{Cut, Untrusted};
use crate::units;
use ratatui::layout::Rect;
use ratatui::style::Style;
use std::time::Duration;

/// One column of figures: its title, its width, the narrowest table that has it whatever else it shows, by what it is
/// sorted, and its cell.
pub struct Column {
    title: &'static str,
    width: u16,
    from: u16,
    key: for<'a> fn(&'a Host) -> Key<'a>,
    cell: fn(&Host, &Scene<'_>) -> (String, Style),
}

/// A host, and which of those that were met it is.
#[derive(Clone, Copy)]
pub struct Met<'a> {
    pub host: &'a Host,
    number: usize,
}

impl Row for Met<'_> {
    type Id = usize;

    fn id(&self) -> usize {
        self.number
    }
}

/// The first one is that of the names, and as wide as there is room.
const COLUMNS: [Column; 8] = [
    Column { title: "host", width: 0, from: 0, key: by_name, cell: |_, scene| (String::new(), scene.theme.text) },
    Column { title: "in flight", width: 5, from: 0, key: |host| Key::Number(host.in_flight.into()), cell: in_flight },
    Column { title: "waiting", width: 7, from: 30, key: by_waiting, cell: waiting },
    Column { title: "done", width: 6, from: 44, key: |host| Key::Number(host.done), cell: done },
    Column { title: "broken", width: 6, from: 92, key: |host| Key::Number(host.broken), cell: broken },
    Column { title: "failed", width: 6, from: 52, key: |host| Key::Number(host.failed), cell: failed },
    Column { title: "p50", width: 6, from: 84, key: by_p50, cell: p50 },
    Column { title: "delay", width: 5, from: 60, key: |host| Key::Number(host.delay_us), cell: delay },
];

/// Why hosts wait, which has what the others leave.
const HELD: Column = Column {
    title: "held by",
    width: WHY,
    from: WHY_FROM,
    key: by_hold,
    cell: |host, scene| why(host, scene, WHY.into()),
};

/// Those that the table can be sorted by: all.
pub fn sortable() -> impl Iterator<Item = &'static Column> {
    COLUMNS.iter().chain(std::iter::once(&HELD))
}

/// The column it is sorted by, and whether the largest comes first.
fn sorted(sort: Sort) -> Option<(&'static Column, bool)> {
    sort.column(sortable(), |column| column.title != "host")
}

fn by_name(host: &Host) -> Key<'_> {
    host.name.as_ref().map_or(Key::Nothing, Key::Text)
}

fn by_waiting(host: &Host) -> Key<'_> {
    Key::Number(host.queue.map_or(0, |queue| queue.waiting))
}

fn by_p50(host: &Host) -> Key<'_> {
    Key::span(host.totals.p50().unwrap_or_default())
}

/// What holds a host back, the gravest last, and of those held back by the same, those that are free last. A host whose
/// robots.txt gave no answer stands with those that wait for one.
fn by_hold(host: &Host) -> Key<'_> {
    let queued = host.queue.and_then(|queue| Some((queue.held?, queue.until)));
    let closed = || closed(host).map(|_| (Hold::Robots, None));
    Key::Number(queued.or_else(closed).map_or(0, |(held, until)| {
        let until = until.map_or(0, |until| until.0.min(LATEST));
        gravity(held) * (LATEST + 1) + until
    }))
}

/// How much it says of a host that this holds it back: least, that it has as many fetches as it may have.
fn gravity(held: Hold) -> u64 {
    match held {
        Hold::Host => 1,
        Hold::Backoff => 5,
        Hold::Robots => 4,
        Hold::CrawlDelay => 3,
        _ => 2,
    }
}

/// Columns between two cells.
const GAP: u16 = 2;
/// The table says why a host waits from this width on, in at least so many columns.
const WHY_FROM: u16 = 72;
const WHY: u16 = 15;
/// And in so many, where no host wants a delay: the words for that are the longest.
const WHY_UNDELAYED: u16 = 11;
/// A name takes no more than this, and as much is kept for it.
const NAME: u16 = 32;
const LEAST_NAME: u16 = 12;
/// The latest moment that hosts are told apart by, in microseconds: after ten years.
const LATEST: u64 = 10 * 366 * 86_400 * 1_000_000;
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
        Some(queue) => counted(crawl::waiting_for(queue, scene.state), scene.theme.text, scene),
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
        Some(span) => (units::close_span(span), scene.theme.text),
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
        let left = until.filter(|&until| until > scene.now).map(|until| format!(" {}", scene.left(until - scene.now)));
        let style = match held {
            Hold::Backoff => theme.broken,
            Hold::Host => theme.dim,
            _ => theme.text,
        };
        return (format!("{}{}", held.words(), left.unwrap_or_default()), style);
    }
    let meaning = closed(host).map(|robots| scene.text(&robots.meaning, LONGEST));
    // What does not fit would be cut where it says why.
    let fits = |words: &String| crate::text::width(words) <= room;
    let words =
        meaning.map_or(String::new(), |words| if fits(&words) { words } else { Hold::Robots.words().to_owned() });
    (words, theme.broken)
}

/// The robots.txt that gave no answer, for which nothing may be asked there.
fn closed(host: &Host) -> Option<&RobotsRead> {
    host.robots.as_deref().filter(|robots| robots.status.is_none_or(|status| status >= 500))
}

/// Where everything stands in a table of a width.
struct Widths {
    name: u16,
    columns: Vec<&'static Column>,
    why: u16,
}

/// What the rows of a table want of its width.
struct Wants {
    /// Columns of the longest name.
    name: u16,
    why: u16,
    /// The title of the column by which it is sorted.
    by: Option<&'static str>,
}

impl Wants {
    fn of(page: &[Met<'_>], scene: &Scene<'_>) -> Wants {
        let name = |met: &Met| met.host.name.as_ref().map(|name| name.shown(NAME.into(), Cut::Middle, scene.charset));
        let names = page.iter().filter_map(name).map(|name| crate::text::width(&name));
        let name = names.max().and_then(|widest| u16::try_from(widest).ok()).unwrap_or(0).max(LEAST_NAME);
        let why = if page.iter().any(|met| met.host.delay_us > 0) { WHY } else { WHY_UNDELAYED };
        let by = sorted(scene.view.sort_of(Pane::Hosts)).map(|(column, _)| column.title);
        Wants { name, why, by }
    }
}

impl Widths {
    fn of(width: u16, wants: &Wants) -> Widths {
        let taken = |column: &Column| column.width + GAP;
        let by = |column: &&Column| wants.by == Some(column.title);
        // That by which it is sorted is always there: all else has what it leaves, as in a table that is so much narrower.
        let extra = sortable().skip(1).find(|column| by(column) && column.from > width);
        let left = width.saturating_sub(extra.map_or(0, taken));
        let is_in = |column: &&Column, width: u16| by(column) || column.from <= width;
        let fixed: u16 = COLUMNS[1..].iter().filter(|column| is_in(column, left)).map(taken).sum();
        // A column stays free at either side.
        let room = width.saturating_sub(fixed + 2);
        let least = if left < WHY_FROM && wants.by != Some(HELD.title) { 0 } else { WHY + GAP };
        // What wider tables have whatever they show comes before room that nothing needs.
        let free = if least == 0 { 0 } else { room.saturating_sub(wants.name + wants.why + GAP) };
        let mut later: Vec<&Column> = COLUMNS[1..].iter().filter(|column| !is_in(column, left)).collect();
        later.sort_by_key(|column| column.from);
        let (mut free, mut room, mut from) = (free, room, left);
        for column in later {
            let Some(rest) = free.checked_sub(taken(column)) else { break };
            (free, room, from) = (rest, room - taken(column), column.from);
        }
        let columns: Vec<&Column> = COLUMNS[1..].iter().filter(|column| is_in(column, from)).collect();
        let least = if from > left { wants.why + GAP } else { least };
        let name = room.saturating_sub(least).min(NAME);
        Widths { name, columns, why: if least == 0 { 0 } else { room.saturating_sub(name + GAP) } }
    }
}

pub fn draw(canvas: &mut Canvas<'_>, area: Rect, scene: &Scene<'_>) {
    let (view, height) = (scene.view, usize::from(area.height.saturating_sub(FRAME)));
    let listing = listing(scene.state, view);
    let counts = (listing.taken, listing.all);
    let page = listing.page(view.host, view.lines[2], height);
    let inner = canvas.pane(area, scene.frame(Pane::Hosts), &[]);
    head(canvas, area, counts, page.above, scene);
    if inner.is_empty() {
        return;
    }
    let widths = Widths::of(inner.width, &Wants::of(&page.rows, scene));
    titles(canvas, inner, &widths, scene);
    let body = Rect { y: inner.y + 1, height: inner.height - 1, ..inner };
    let place = Place { above: page.above as u64, shown: height as u64, count: counts.0 };
    thumb::draw(canvas, body, place, scene.frame(Pane::Hosts));
    if counts.0 == 0 && !body.is_empty() {
        caption::centred(canvas, body, "nothing found; esc shows all", scene);
    }
    for (at, (met, row)) in page.rows.iter().zip(rows(body)).enumerate() {
        draw_row(canvas, row, met.host, &widths, scene);
        if page.selected == Some(at) {
            canvas.tint(row, scene.selected(Pane::Hosts));
        }
    }
}

fn head(canvas: &mut Canvas<'_>, area: Rect, (taken, all): (u64, u64), above: usize, scene: &Scene<'_>) {
    let all = units::count(all);
    let count = if scene.view.filter.is_empty() { all } else { format!("{} of {all}", units::count(taken)) };
    let sort = scene.view.sort_of(Pane::Hosts);
    let order = match (sorted(sort), sort.inverted) {
        (Some((column, largest_first)), _) => caption::sorted_by(column.title, largest_first),
        (None, false) => "most waiting first".to_owned(),
        (None, true) => "least waiting first".to_owned(),
    };
    let above = if above > 0 { format!("{} above", units::count(above as u64)) } else { String::new() };
    caption::draw(canvas, area, Pane::Hosts, &[&count, &above, &order], scene);
}

/// Rows that are no host: the frame and the titles.
pub const FRAME: u16 = 3;

/// The hosts that the filter takes. Those for which much waits come first, then those that are busy, each in the order in
/// which they were met. How much waits counts by its magnitude, so that rows change places rarely; what has no row of its
/// own comes last.
pub fn listing<'a>(state: &'a State, view: &View) -> Listing<'a, Met<'a>> {
    let met = state.hosts.iter().enumerate().map(|(number, host)| Met { host, number });
    let taken = met.filter(|met| view.filter.is_empty() || view.filter.takes_named(&facts(met.host)));
    let sort = view.sort_of(Pane::Hosts);
    let whose = |met: &Met<'_>| (met.number as u64, met.host.name.as_ref().map_or(0, Untrusted::place));
    let ordered = match sorted(sort) {
        Some((column, largest_first)) => {
            Ordered::by(largest_first, taken.map(|met| ((column.key)(met.host), met)), (&view.leads[2], whose))
        }
        None => {
            let standing = taken.map(|met| (Key::Number(standing(met.host)), met));
            Ordered::by(sort.inverted, standing, (&view.leads[2], whose))
        }
    };
    Listing { taken: ordered.len() as u64, all: state.hosts.len() as u64, waiting: 0, ordered }
}

/// The host that is selected; the first one, where none is.
pub fn selected<'a>(state: &'a State, view: &View) -> Option<&'a Host> {
    let listing = listing(state, view);
    let place = view.host.and_then(|number| listing.of(number)).unwrap_or(0);
    listing.ordered.window(place, 1).first().map(|met| met.host)
}

fn facts(host: &Host) -> Facts<'_> {
    Facts { text: host.name.as_ref(), ..Facts::default() }
}

/// What little waits there has a large number.
fn standing(host: &Host) -> u64 {
    let waiting = host.queue.map_or(0, |queue| queue.waiting);
    let others = u64::from(host.name.is_none()) << 8;
    others + (u64::from(waiting.leading_zeros()) << 1) + u64::from(host.in_flight == 0)
}

fn titles(canvas: &mut Canvas<'_>, row: Rect, widths: &Widths, scene: &Scene<'_>) {
    let by = sorted(scene.view.sort_of(Pane::Hosts));
    let arrow = |column: &Column| by.filter(|(by, _)| by.title == column.title).map(|(_, largest_first)| largest_first);
    let mut x = row.x + 1 + widths.name;
    let names = Rect { x: row.x + 1, width: widths.name, ..row };
    caption::column(canvas, names, COLUMNS[0].title, false, arrow(&COLUMNS[0]), scene);
    for column in &widths.columns {
        // The first one may reach into the names, whose own title is short.
        let cell = Rect { x: x + GAP, width: column.width, ..row };
        caption::column(canvas, cell, column.title, true, arrow(column), scene);
        x = cell.right();
    }
    if widths.why > 0 {
        let cell = Rect { x: x + GAP, width: widths.why, ..row };
        caption::column(canvas, cell, HELD.title, false, arrow(&HELD), scene);
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_that_is_there_is_there_in_each_wider_table_and_none_is_a_sliver() {
        let sorts = [None, Some("p50"), Some("broken"), Some("delay"), Some("done"), Some("held by")];
        for (name, by) in [LEAST_NAME, 20, NAME].into_iter().flat_map(|name| sorts.map(|by| (name, by))) {
            let mut before = Widths { name: 0, columns: Vec::new(), why: 0 };
            for width in 38..300 {
                let widths = Widths::of(width, &Wants { name, why: WHY, by });
                let there = |column: &&Column| widths.columns.iter().any(|it| it.title == column.title);
                assert!(before.columns.iter().all(there), "{width}");
                let seen = |by| widths.columns.iter().any(|it| it.title == by) || by == HELD.title && widths.why >= WHY;
                assert!(by.is_none_or(seen), "{by:?} left at {width}");
                assert!(widths.name > 8 && (before.why == 0 || widths.why >= WHY), "{width}: {}", widths.name);
                before = widths;
            }
            assert_eq!(before.columns.len(), COLUMNS.len() - 1);
        }
    }
}
