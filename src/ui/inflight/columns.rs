//! The columns of the requests in flight: title, width, order and cell of each. Knows no place on the screen.

use crate::clock::At;
use crate::fetched::Fetched;
use crate::report::symbol;
use crate::state::Request;
use crate::ui::rows::Flying;
use crate::ui::scene::Scene;
use crate::ui::sort::{Key, Sort};
use crate::ui::way::Way;
use crate::units;
use ratatui::style::Style;

/// Where a cell gets its width from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Width {
    Fixed(u16),
    /// As wide as the largest number asks for, and at least so wide.
    Digits(u16),
    /// A share of what the others leave.
    Waterfall,
    /// What is left.
    Rest,
}

/// One column of the table: its title, its width, the narrowest table that has it, by what it is sorted, and its cell.
pub struct Column {
    pub title: &'static str,
    pub width: Width,
    pub from: u16,
    pub right: bool,
    pub key: Option<for<'a> fn(&Flying<'a>, At) -> Key<'a>>,
    /// What is looked for in it is the largest.
    pub largest_first: bool,
    cell: fn(&Flying<'_>, &Scene<'_>) -> (String, Style),
}

/// Columns between two cells.
pub const GAP: u16 = 2;
/// Columns by which what became of a request is wider than a phase: the age behind it has a sign no more.
const SPARE: u16 = GAP + 2;

/// Those that a table of that width has. That by which it is sorted is always there: the others have what it leaves.
pub fn seen(width: u16, by: Option<&str>) -> [bool; COLUMNS.len()] {
    let is_by = |column: &Column| by == Some(column.title);
    let extra = |column: &&Column| is_by(column) && column.from > width;
    let taken = COLUMNS.iter().find(extra).map_or(0, |column| column.width.least() + GAP);
    COLUMNS.each_ref().map(|column| is_by(column) || column.from <= width - taken.min(width))
}

impl Width {
    fn least(self) -> u16 {
        match self {
            Width::Fixed(width) | Width::Digits(width) => width,
            Width::Waterfall | Width::Rest => 0,
        }
    }
}

impl Column {
    /// Columns of a cell in a row, of those that it has in all rows.
    pub fn room(&self, row: &Flying<'_>, width: u16) -> u16 {
        if row.left.is_some() && self.title == "phase" { width + SPARE } else { width }
    }

    /// The text of a cell, and its ink.
    pub fn cell(&self, row: &Flying<'_>, scene: &Scene<'_>) -> (String, Style) {
        let (text, style) = (self.cell)(row, scene);
        (text, if row.left.is_some() && self.title != "phase" { scene.theme.dim } else { style })
    }
}

const fn column(title: &'static str, width: Width, cell: fn(&Flying<'_>, &Scene<'_>) -> (String, Style)) -> Column {
    Column { title, width, from: 0, right: false, key: None, largest_first: false, cell }
}

/// From left to right.
pub const COLUMNS: [Column; 8] = [
    Column { right: true, key: Some(by_id), ..column("#", Width::Digits(6), id) },
    Column { from: 38, key: Some(by_phase), ..column("phase", Width::Fixed(7), phase) },
    Column { right: true, key: Some(by_age), largest_first: true, ..column("age", Width::Fixed(9), age) },
    Column { from: 60, ..column("", Width::Waterfall, |_, scene| (String::new(), scene.theme.text)) },
    Column {
        from: 52,
        right: true,
        key: Some(by_bytes),
        largest_first: true,
        ..column("bytes", Width::Fixed(7), bytes)
    },
    Column {
        from: 84,
        right: true,
        key: Some(by_steps),
        largest_first: true,
        ..column("steps", Width::Fixed(5), steps)
    },
    Column {
        from: 112,
        key: Some(by_connection),
        largest_first: true,
        ..column("conn", Width::Fixed(Way::COLUMNS), connection)
    },
    Column { key: Some(by_url), ..column("url", Width::Rest, |_, scene| (String::new(), scene.theme.text)) },
];

/// Those that the table can be sorted by.
pub fn sortable() -> impl Iterator<Item = &'static Column> {
    COLUMNS.iter().filter(|column| column.key.is_some())
}

/// The column it is sorted by, and whether the largest comes first.
pub fn sorted(sort: Sort) -> Option<(&'static Column, bool)> {
    sort.column(sortable(), |column| column.largest_first)
}

/// What a request does: its phase, or what stands in its place.
pub fn doing(request: &Request) -> &'static str {
    match (&request.waiting, request.settled) {
        (Some(_), _) => "retry",
        (None, true) => "result",
        (None, false) => request.phase().name(),
    }
}

fn by_id<'a>(row: &Flying<'a>, _: At) -> Key<'a> {
    Key::Number(row.request.id.0)
}

/// In the order of a fetch; what has ended stays where its result was.
fn by_phase<'a>(row: &Flying<'a>, _: At) -> Key<'a> {
    let request = row.request;
    Key::Number(match (&request.waiting, request.settled || row.left.is_some()) {
        (Some(_), _) => u64::MAX,
        (None, true) => u64::MAX - 1,
        (None, false) => request.phase() as u64,
    })
}

fn by_age<'a>(row: &Flying<'a>, now: At) -> Key<'a> {
    Key::span(row.left.map_or_else(|| row.request.age(now), |left| left.fetched.total()))
}

fn by_bytes<'a>(row: &Flying<'a>, _: At) -> Key<'a> {
    Key::Number(come(row))
}

fn by_steps<'a>(row: &Flying<'a>, _: At) -> Key<'a> {
    Key::Number(u64::from(taken(row)))
}

fn by_connection<'a>(row: &Flying<'a>, _: At) -> Key<'a> {
    Key::Number(way(row) as u64)
}

fn by_url<'a>(row: &Flying<'a>, _: At) -> Key<'a> {
    Key::Text(&row.request.url)
}

/// Bytes that have come so far, or in all.
fn come(row: &Flying<'_>) -> u64 {
    row.left.map_or(row.request.bytes, |left| left.fetched.body_bytes)
}

/// Steps that were made so far, or in all.
fn taken(row: &Flying<'_>) -> u32 {
    row.left.map_or(row.request.steps, |left| left.fetched.steps)
}

/// Over what it goes, or went.
fn way(row: &Flying<'_>) -> Way {
    row.left.map_or_else(|| Way::of_request(row.request), |left| Way::of_result(&left.fetched))
}

fn id(row: &Flying<'_>, scene: &Scene<'_>) -> (String, Style) {
    (row.request.id.0.to_string(), scene.theme.dim)
}

/// Of what has ended, what became of it: `✓ 200`, `✗ reset`.
fn phase(row: &Flying<'_>, scene: &Scene<'_>) -> (String, Style) {
    let theme = scene.theme;
    if let Some(left) = row.left {
        let style = theme.result(&left.fetched).patch(theme.dim);
        return (format!("{} {}", symbol(&left.fetched, scene.charset), became(&left.fetched)), style);
    }
    let request = row.request;
    let passes = request.waiting.is_none() && !request.settled;
    let style = if passes { theme.phase(request.phase()) } else { theme.dim };
    (doing(request).to_owned(), style)
}

fn became(fetched: &Fetched) -> String {
    match (fetched.kind(), fetched.status) {
        (Some(kind), _) => kind.name().to_owned(),
        (None, status) => status.map_or(String::new(), |status| status.to_string()),
    }
}

/// How long it has been in flight, and at what level that is: `▲▲  3.41s`.
fn age(row: &Flying<'_>, scene: &Scene<'_>) -> (String, Style) {
    let request = row.request;
    let Some(left) = row.left else {
        let level = scene.view.slow.level(request.age(scene.now));
        let (sign, style) = match request.waiting {
            Some(_) => ("", scene.theme.dim),
            None => (level.sign(), level.style(scene.theme)),
        };
        return (format!("{sign:<2}{:>7}", scene.age(request.age(scene.now))), style);
    };
    (units::close_span(left.fetched.total()), scene.theme.dim)
}

/// Nothing is told of what has not begun to come.
fn bytes(row: &Flying<'_>, scene: &Scene<'_>) -> (String, Style) {
    match come(row) {
        0 if row.left.is_none() => ("·".to_owned(), scene.theme.dim),
        0 => (units::bytes(0), scene.theme.dim),
        bytes => (units::bytes(bytes), scene.theme.text),
    }
}

fn steps(row: &Flying<'_>, scene: &Scene<'_>) -> (String, Style) {
    (taken(row).to_string(), scene.theme.dim)
}

fn connection(row: &Flying<'_>, scene: &Scene<'_>) -> (String, Style) {
    way(row).cell(scene.theme)
}
