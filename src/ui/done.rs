//! The results in order of completion, the newest first, or sorted by a column.

use super::canvas::{Canvas, rows};
use super::caption;
use super::found::Found;
use super::rows::{Listing, Page, done};
use super::scene::Scene;
use super::sort::{Key, Sort};
use super::thumb::{self, Place};
use super::view::Pane;
use super::waterfall;
use super::way::Way;
use crate::event::Order;
use crate::failure::FailureKind;
use crate::fetched::Fetched;
use crate::place::Source;
use crate::report::symbol;
use crate::state::DoneRow;
use crate::units;
use ratatui::layout::Rect;
use ratatui::style::Style;
use std::time::Duration;

/// One column: its title, where it stands, and by what it is sorted. What has failed has its kind where others have
/// status and size.
pub struct Column {
    pub title: &'static str,
    x: u16,
    width: u16,
    right: bool,
    pub key: Option<for<'a> fn(&'a DoneRow) -> Key<'a>>,
    largest_first: bool,
    cell: fn(&DoneRow, &Scene<'_>) -> (String, Style),
}

const fn column(
    title: &'static str,
    (x, width): (u16, u16),
    cell: fn(&DoneRow, &Scene<'_>) -> (String, Style),
) -> Column {
    Column { title, x, width, right: true, key: None, largest_first: true, cell }
}

/// From left to right; the last one has what is left.
const COLUMNS: [Column; 7] = [
    column("order", (0, 6), order),
    Column { right: false, ..column("", (7, 1), mark) },
    Column { key: Some(by_total), ..column("total", (9, 7), total) },
    Column { right: false, key: Some(by_status), ..column("status", (17, 12), status) },
    Column { key: Some(by_size), ..column("size", (22, 7), size) },
    Column { right: false, key: Some(by_connection), ..column(CONNECTION, (31, Way::COLUMNS), connection) },
    Column {
        right: false,
        key: Some(by_url),
        largest_first: false,
        ..column("url", (39, 0), |_, scene| (String::new(), scene.theme.text))
    },
];
/// A table narrower than this leaves the order to its rows, so that URLs have room.
const ORDER_FROM: u16 = 56;
/// Columns of the order.
const ORDER: u16 = COLUMNS[0].width;
/// The title of the column that says over what kind of connection a fetch went, and the narrowest table that has it
/// without being sorted by it.
const CONNECTION: &str = "conn";
const CONNECTION_FROM: u16 = 100;
/// Columns by which it moves the URL.
const CONNECTION_TAKES: u16 = 9;

/// Rows that are no result: the frame and the titles.
pub const FRAME: u16 = 3;
/// Columns for a URL and, behind it, why its fetch failed.
const WHY_FROM: u16 = 44;
const GAP: u16 = 2;
/// The narrowest table in which each result has its phases, and the columns of these, of those that they share with the
/// URL; and the columns from which on what they leave has room for the title of the page, too.
const BARS_FROM: u16 = 140;
const BARS: u16 = 60;
const BARS_SHARE: u16 = 4;
const TITLE_FROM: u16 = 150;
/// What stands before the page that led to a result.
const FROM: &str = "from ";

/// Those that the table can be sorted by.
pub fn sortable() -> impl Iterator<Item = &'static Column> {
    COLUMNS.iter().filter(|column| column.key.is_some())
}

/// The column it is sorted by, and whether the largest comes first.
pub fn sorted(sort: Sort) -> Option<(&'static Column, bool)> {
    sort.column(sortable(), |column| column.largest_first)
}

fn by_total(row: &DoneRow) -> Key<'_> {
    Key::span(row.fetched.total())
}

/// What failed counts as more than any status, kind by kind.
fn by_status(row: &DoneRow) -> Key<'_> {
    let status = row.fetched.status.map_or(0, u64::from);
    Key::Number(row.fetched.kind().map_or(status, |kind| 10_000 + kind as u64))
}

fn by_size(row: &DoneRow) -> Key<'_> {
    Key::Number(row.fetched.body_bytes)
}

/// What was reused counts as more than what was new, and that as more than none.
fn by_connection(row: &DoneRow) -> Key<'_> {
    Key::Number(Way::of_result(&row.fetched) as u64)
}

fn by_url(row: &DoneRow) -> Key<'_> {
    Key::Text(&row.fetched.url)
}

fn order(row: &DoneRow, scene: &Scene<'_>) -> (String, Style) {
    (row.order.to_string(), scene.theme.dim)
}

fn mark(row: &DoneRow, scene: &Scene<'_>) -> (String, Style) {
    (symbol(&row.fetched, scene.charset).to_owned(), scene.theme.result(&row.fetched))
}

fn total(row: &DoneRow, scene: &Scene<'_>) -> (String, Style) {
    match row.fetched.took() {
        Some(took) => (units::span(took), scene.theme.text),
        None => ("·".to_owned(), scene.theme.dim),
    }
}

/// The status, or the kind of the failure, which takes the room of the size too.
fn status(row: &DoneRow, scene: &Scene<'_>) -> (String, Style) {
    let style = scene.theme.result(&row.fetched);
    match (row.fetched.kind(), row.fetched.status) {
        (None, Some(status)) => (status.to_string(), style),
        (kind, _) => (kind.map_or("", FailureKind::name).to_owned(), style),
    }
}

fn size(row: &DoneRow, scene: &Scene<'_>) -> (String, Style) {
    let answered = row.fetched.failure.is_none() && row.fetched.status.is_some();
    let size = if answered { units::bytes(row.fetched.body_bytes) } else { String::new() };
    (size, scene.theme.text)
}

fn connection(row: &DoneRow, scene: &Scene<'_>) -> (String, Style) {
    Way::of_result(&row.fetched).cell(scene.theme)
}

/// The page that led there first.
fn source(fetched: &Fetched) -> Option<&Source> {
    fetched.place.as_ref()?.source.as_ref()
}

pub fn draw(canvas: &mut Canvas<'_>, area: Rect, scene: &Scene<'_>) {
    let height = usize::from(area.height.saturating_sub(FRAME));
    let listing = done(scene.state, scene.view);
    let found = listing.counts();
    let (taken, all) = (found.taken, found.all);
    scene.view.counted[1].set(Some(found));
    let page = page(listing, height, scene);
    let inner = canvas.pane(area, scene.frame(Pane::Done), &[]);
    head(canvas, area, found, &page, scene);
    if inner.is_empty() {
        return;
    }
    titles(canvas, inner, scene);
    let body = Rect { y: inner.y + 1, height: inner.height - 1, ..inner };
    let place = Place { above: page.above as u64, shown: height as u64, count: taken };
    thumb::draw(canvas, body, place, scene.frame(Pane::Done));
    if taken == 0 && all > 0 && !body.is_empty() {
        caption::centred(canvas, body, found.nothing(), scene);
    }
    let axis = axis(scene);
    for (at, (row, place)) in page.rows.iter().zip(rows(body)).enumerate() {
        draw_row(canvas, place, row, axis, scene);
        if page.selected == Some(at) {
            canvas.tint(place, scene.selected(Pane::Done));
        }
    }
}

fn page<'a>(listing: Listing<'a, &'a DoneRow>, height: usize, scene: &Scene<'_>) -> Page<&'a DoneRow> {
    listing.page(scene.view.result, scene.view.lines[1], height)
}

/// The title of the pane: how many results there are and in which order; where only the last of them are kept, that what
/// is sorted or looked for is looked for among these.
fn head(canvas: &mut Canvas<'_>, area: Rect, found: Found, page: &Page<&DoneRow>, scene: &Scene<'_>) {
    let (done, all) = (&scene.state.done, found.all);
    let told = done.count - scene.state.turns.waiting() as u64;
    let sort = scene.view.sort_of(Pane::Done);
    let (filtered, column) = (!scene.view.filter.is_empty(), sorted(sort));
    let of = if told > all { "last " } else { "" };
    let count = match filtered {
        true => found.words(of, scene.charset),
        false => units::count(done.count),
    };
    let kept =
        if told > all && !filtered && column.is_some() { format!("last {}", units::count(all)) } else { String::new() };
    let order = match (column, page.above, sort.inverted) {
        (Some((column, largest_first)), ..) => caption::sorted_by(column.title, largest_first),
        (None, 0, true) => "oldest first".to_owned(),
        (None, 0, false) if scene.state.run.order == Order::Given => "in the order given".to_owned(),
        (None, 0, false) => "as completed".to_owned(),
        (None, above, inverted) => {
            format!("{} {} above", units::count(above as u64), if inverted { "older" } else { "newer" })
        }
    };
    caption::draw(canvas, area, Pane::Done, &[&count, &kept, &order], scene);
}

/// Where each column stands in a row, and the phases; what a row is too narrow for has no width.
struct Places {
    cells: [Rect; COLUMNS.len()],
    bars: Rect,
    url: Rect,
    title: Rect,
    /// Why it failed, or the page that led there.
    more: Rect,
}

fn places(row: Rect, by: Option<&str>) -> Places {
    let mut cells = cells(row, by);
    let rest = cells[COLUMNS.len() - 1];
    let bars = if row.width < BARS_FROM { 0 } else { (rest.width / BARS_SHARE).min(BARS) };
    let taken = if bars > 0 { bars + GAP } else { 0 };
    let rest = Rect { x: rest.x + taken, width: rest.width - taken, ..rest };
    let parts =
        [rest.width >= WHY_FROM, rest.width >= TITLE_FROM].into_iter().filter(|&there| there).count() as u16 + 1;
    let part = |at: u16| {
        let (from, to) = (rest.width * at / parts, rest.width * (at + 1) / parts);
        let gap = if at > 0 { GAP } else { 0 };
        Rect { x: rest.x + from + gap, width: to - from - gap, ..rest }
    };
    let none = Rect { width: 0, ..rest };
    cells[COLUMNS.len() - 1] = rest;
    Places {
        cells,
        bars: Rect { x: rest.x - taken, width: bars, ..rest },
        url: rest,
        title: if parts > 2 { part(1) } else { none },
        more: if parts > 1 { part(parts - 1) } else { none },
    }
}

fn cells(row: Rect, by: Option<&str>) -> [Rect; COLUMNS.len()] {
    let ordered = row.width >= ORDER_FROM;
    let connected = row.width >= CONNECTION_FROM || by == Some(CONNECTION);
    let moved = |column: &Column| match column.title {
        "order" => ordered.then_some(0),
        CONNECTION if !connected => None,
        "url" if !connected => Some(CONNECTION_TAKES),
        _ => Some(0),
    };
    let left = if ordered { 0 } else { ORDER };
    COLUMNS.each_ref().map(|column| {
        let Some(moved) = moved(column) else { return Rect { width: 0, ..row } };
        let x = row.x + (column.x - moved - left).min(row.width);
        let room = row.right() - x;
        Rect { x, width: if column.width == 0 { room } else { column.width.min(room) }, ..row }
    })
}

/// The title of the column that the table is sorted by.
fn sorted_title(scene: &Scene<'_>) -> Option<&'static str> {
    sorted(scene.view.sort_of(Pane::Done)).map(|(column, _)| column.title)
}

fn titles(canvas: &mut Canvas<'_>, row: Rect, scene: &Scene<'_>) {
    let by = sorted(scene.view.sort_of(Pane::Done));
    let places = places(row, sorted_title(scene));
    for (column, place) in COLUMNS.iter().zip(places.cells).filter(|(_, place)| place.width > 0) {
        let arrow = by.filter(|(by, _)| by.title == column.title).map(|(_, largest_first)| largest_first);
        caption::column(canvas, place, column.title, column.right, arrow, scene);
    }
    if places.bars.width > 0 {
        caption::axis(canvas, places.bars, axis(scene), scene);
    }
    caption::column(canvas, places.title, if places.title.width > 0 { "title" } else { "" }, false, None, scene);
}

/// As long as the longest result.
fn axis(scene: &Scene<'_>) -> Duration {
    let timing = &scene.state.timing;
    let longest = timing.success.longest().max(timing.failure.longest());
    scene.axis(longest.unwrap_or_default())
}

/// Order, mark, total; then status and size, or in their place the kind of the failure; then the connection, the phases
/// and the URL, and where there is room, the title, and the words of the failure or the page that led there.
fn draw_row(canvas: &mut Canvas<'_>, row: Rect, done: &DoneRow, axis: Duration, scene: &Scene<'_>) {
    let places = places(row, sorted_title(scene));
    for (column, cell) in COLUMNS.iter().zip(places.cells).filter(|(_, cell)| cell.width > 0) {
        let (text, style) = (column.cell)(done, scene);
        if column.right {
            canvas.put_right(cell.right(), row.y, cell.width, &text, style);
        } else {
            canvas.put(cell.x, row.y, cell.width, &text, style);
        }
    }
    if places.bars.width > 0 && done.fetched.took().is_some() {
        let fetched = &done.fetched;
        waterfall::draw(canvas, places.bars, &fetched.marks, fetched.started, fetched.ended, axis, scene.theme);
    }
    draw_url(canvas, &places, done, scene);
}

fn draw_url(canvas: &mut Canvas<'_>, places: &Places, done: &DoneRow, scene: &Scene<'_>) {
    let (fetched, theme, more) = (&*done.fetched, scene.theme, places.more);
    let why = fetched.failure.as_ref().filter(|_| more.width > 0);
    let source = source(fetched).filter(|_| more.width > 0 && why.is_none());
    let title = fetched.title.as_ref().filter(|_| places.title.width > 0);
    // In columns of their own, however long the URLs are.
    let end = match (title, why.is_some() || source.is_some()) {
        (Some(_), _) => places.title.x - GAP,
        (None, true) if places.title.width > 0 => places.title.x - GAP,
        (None, true) => more.x - GAP,
        (None, false) => places.url.right(),
    };
    let width = end - places.url.x;
    canvas.put(places.url.x, places.url.y, width, &scene.url(&fetched.url, usize::from(width)), theme.text);
    let room = usize::from(more.width);
    if let Some(title) = title {
        let width = places.title.width;
        canvas.put(places.title.x, more.y, width, &scene.text(title, usize::from(width)), theme.text);
    }
    if let Some(source) = source {
        let shown = scene.url(&source.url, room.saturating_sub(FROM.len()));
        canvas.pieces(more.x, more.y, more.width, &[(FROM, theme.dim), (&shown, theme.dim)]);
    }
    if let Some(failure) = why {
        canvas.put(more.x, more.y, more.width, &scene.text(&failure.without_kind(), room), theme.dim);
    }
}
