//! The requests in flight: a row each, with a waterfall that grows as its phases pass. What has ended stays in its place
//! for a moment.

mod columns;
mod url;
mod waiting;

pub use columns::{doing, sortable, sorted};

use super::canvas::{Canvas, rows};
use super::caption;
use super::rows::{Flying, Listing, Page, WAITING_SHARE, flying};
use super::scene::Scene;
use super::thumb::{self, Place};
use super::view::Pane;
use super::waterfall;
use crate::host::Limited;
use crate::phase::Phase;
use crate::state::Request;
use crate::units;
use columns::{COLUMNS, Column, GAP, Width, seen};
use ratatui::layout::Rect;
use ratatui::style::Style;
use std::time::Duration;
use waiting::Room;

/// The URL takes what is left, but at least this; the waterfall no more than two fifths of what the two share, and none
/// that is too short to tell a phase from another.
const URL: u16 = 16;
const WATERFALL: u16 = 100;
const LEAST_WATERFALL: u16 = 4;
/// The columns that tell something of what waits for another attempt.
const STAYING: [&str; 3] = ["#", "phase", "age"];

/// Where each column stands in a table of a width; a width of nothing is not drawn.
struct Places([(u16, u16); COLUMNS.len()]);

impl Places {
    /// `by`: the title of the column by which the table is sorted.
    fn of(area: Rect, largest: u64, by: Option<&str>) -> Places {
        let digits = largest.checked_ilog10().unwrap_or(0) as u16 + 1;
        let seen = seen(area.width, by);
        let fixed = |column: &Column| match column.width {
            Width::Fixed(width) => width,
            Width::Digits(least) => digits.max(least),
            Width::Waterfall | Width::Rest => 0,
        };
        let there = COLUMNS.iter().zip(seen).filter(|(_, seen)| *seen);
        let taken: u16 =
            there.map(|(column, _)| fixed(column)).filter(|&width| width > 0).map(|width| width + GAP).sum();
        let room = area.width.saturating_sub(taken);
        let mut places = [(0, 0); COLUMNS.len()];
        let (mut x, mut left) = (area.x, room);
        for ((place, column), _) in places.iter_mut().zip(&COLUMNS).zip(seen).filter(|(_, seen)| *seen) {
            let width = match column.width {
                Width::Waterfall => waterfall_of(room),
                Width::Rest => left,
                _ => fixed(column),
            };
            *place = (x, width);
            x += if width > 0 { width + GAP } else { 0 };
            left -= if column.width == Width::Waterfall && width > 0 { width + GAP } else { 0 };
        }
        Places(places)
    }

    fn of_width(&self, wanted: Width) -> (u16, u16) {
        let place = COLUMNS.iter().position(|column| column.width == wanted);
        place.map_or((0, 0), |place| self.0[place])
    }
}

/// Columns of the waterfall, of those that it shares with the URL.
fn waterfall_of(room: u16) -> u16 {
    let width = (room * 2 / 5).min(WATERFALL).min(room.saturating_sub(URL + GAP));
    if width < LEAST_WATERFALL { 0 } else { width }
}

pub fn draw(canvas: &mut Canvas<'_>, area: Rect, scene: &Scene<'_>) {
    let state = scene.state;
    let height = usize::from(area.height.saturating_sub(3));
    let listing = flying(state, scene.view, scene.now, height);
    scene.view.counted[0].set(Some(listing.counts()));
    let inner = canvas.pane(area, scene.frame(Pane::InFlight), &[]);
    head(canvas, area, &listing, scene);
    if inner.is_empty() {
        return;
    }
    if listing.ordered.len() == 0 {
        return idle(canvas, inner, listing.counts().nothing(), scene);
    }
    let by = sorted(scene.view.sort_of(Pane::InFlight)).map(|(column, _)| column.title);
    let places = Places::of(inner, state.requests.largest, by);
    let body = Rect { y: inner.y + 1, height: inner.height - 1, ..inner };
    let count = listing.ordered.len() as u64;
    let page = match scene.view.request {
        None => in_short(listing, height, scene),
        id => listing.page(id, scene.view.lines[0], height),
    };
    let axis = scene.axis(state.requests.longest(scene.now));
    titles(canvas, inner, &places, axis, scene);
    let lines = lines(&page, height, scene);
    let free = lines.last().map_or(0, |&last| last + 1 - page.rows.len());
    let place = Place { above: page.above as u64, shown: height as u64, count: count + free as u64 };
    thumb::draw(canvas, body, place, scene.frame(Pane::InFlight));
    for (at, (row, &line)) in page.rows.iter().zip(&lines).enumerate() {
        let Some(place) = rows(body).nth(line) else { break };
        draw_row(canvas, place, row, &places, axis, scene);
        if page.selected == Some(at) {
            canvas.tint(place, scene.selected(Pane::InFlight));
            fill(canvas, place, scene);
        }
    }
}

/// A full cell is all foreground: reversed, it would be a hole in the row that is selected.
fn fill(canvas: &mut Canvas<'_>, row: Rect, scene: &Scene<'_>) {
    let full = waterfall::sign(Phase::Body);
    let ink = Style::reset().patch(scene.theme.phase(Phase::Body));
    for cell in (row.left()..row.right()).map(|x| (x, row.y)) {
        if canvas.buffer[cell].symbol() == full {
            canvas.buffer[cell].set_style(ink);
        }
    }
}

/// The first rows, and below them some of those that wait, where there is not room for all.
fn in_short<'a>(listing: Listing<'a, Flying<'a>>, height: usize, scene: &Scene<'_>) -> Page<Flying<'a>> {
    let waiting = listing.waiting as usize;
    let (count, reserved) = (listing.ordered.len(), waiting.min(height / WAITING_SHARE));
    // There each has its line, or lies behind the last one.
    if listing.in_place && scene.view.filter.is_empty() {
        return listing.page(None, 0, count);
    }
    let in_own_order = listing.ordered.is_as_it_came() && !scene.view.sort_of(Pane::InFlight).inverted;
    let mut page = listing.page(None, 0, if in_own_order { count } else { height });
    if in_own_order && count > height {
        let flying = (count - waiting).min(height - reserved);
        page.rows.drain(flying..count - waiting);
        page.rows.truncate(height);
    }
    page
}

/// On which line of the table each row stands: on its own, where all of them are seen and no filter leaves some out.
fn lines(page: &Page<Flying<'_>>, height: usize, scene: &Scene<'_>) -> Vec<usize> {
    let inverted = scene.view.sort_of(Pane::InFlight).inverted;
    let (mut next, mut before) = (0, None::<usize>);
    let lines = page.rows.iter().map(|row| {
        let free = match (before, row.line) {
            (Some(before), Some(line)) => before.abs_diff(line) - 1,
            (None, Some(line)) if !inverted => line,
            _ => 0,
        };
        (next, before) = (next + free + 1, row.line);
        next - 1
    });
    let lines: Vec<usize> = lines.collect();
    let is_seen = page.selected.is_none_or(|at| lines.get(at).is_some_and(|&line| line < height));
    let own = page.above == 0 && scene.view.filter.is_empty() && is_seen;
    if own { lines } else { (0..page.rows.len()).collect() }
}

/// The title of the pane: how many there are, how many wait to be made again, and in which order they stand.
fn head(canvas: &mut Canvas<'_>, area: Rect, listing: &Listing<'_, Flying<'_>>, scene: &Scene<'_>) {
    let requests = &scene.state.requests;
    let flying = units::count(requests.in_flight() as u64);
    let count = if scene.view.filter.is_empty() { flying } else { listing.counts().words("", scene.charset) };
    let waiting = match listing.waiting {
        0 => String::new(),
        waiting => format!("{} to retry", units::count(waiting)),
    };
    let sort = scene.view.sort_of(Pane::InFlight);
    let over = scene.state.run.ended.is_some() && requests.is_empty();
    let order = match (sorted(sort), listing.in_place, sort.inverted) {
        // There will be no rows that stand in any.
        _ if over => String::new(),
        (Some((column, largest_first)), ..) => caption::sorted_by(column.title, largest_first),
        (None, true, false) => "by slot".to_owned(),
        (None, true, true) => "by slot, inverted".to_owned(),
        (None, false, false) => "oldest first".to_owned(),
        (None, false, true) => "youngest first".to_owned(),
    };
    caption::draw(canvas, area, Pane::InFlight, &[&count, &waiting, &order], scene);
}

/// What stands there when nothing is to be seen: why, and what can be done. `nothing`: where a filter takes no row.
fn idle(canvas: &mut Canvas<'_>, area: Rect, nothing: &str, scene: &Scene<'_>) {
    let run = &scene.state.run;
    let words = match (run.ended, run.held, run.paused) {
        _ if !scene.state.requests.is_empty() => nothing.to_owned(),
        (Some((_, reason)), _, _) => {
            let retries = scene.view.scrub.is_none() && scene.state.run.may_retry() && scene.state.tally.may_pass() > 0;
            let next = if retries { "R fetches again what failed" } else { "tab and z look around" };
            format!("{}; {next}, q quits", reason.words())
        }
        (None, _, true) => "paused; p goes on".to_owned(),
        (None, Some(crate::event::Hold::Input), _) => "waiting for input".to_owned(),
        _ => match scene.state.limited() {
            Some(limited) => waiting_for(limited, scene, usize::from(area.width)),
            None => "nothing in flight".to_owned(),
        },
    };
    caption::centred(canvas, area, &words, scene);
}

/// Why a crawl waits while nothing is in flight: `Crawl-delay: a.example 3s, 12 waiting`.
fn waiting_for(limited: &Limited, scene: &Scene<'_>, room: usize) -> String {
    let by = limited.by.words();
    let detail = super::crawl::detail(limited, scene.telling(), room.saturating_sub(by.len() + 2));
    if detail.is_empty() { by.to_owned() } else { format!("{by}: {detail}") }
}

fn titles(canvas: &mut Canvas<'_>, row: Rect, places: &Places, axis: Duration, scene: &Scene<'_>) {
    let by = sorted(scene.view.sort_of(Pane::InFlight));
    for (column, &(x, width)) in COLUMNS.iter().zip(&places.0).filter(|(_, place)| place.1 > 0) {
        let arrow = by.filter(|(by, _)| by.title == column.title).map(|(_, largest_first)| largest_first);
        let cell = Rect { x, width, ..row };
        caption::column(canvas, cell, column.title, column.right, arrow, scene);
        if column.width == Width::Waterfall {
            caption::axis(canvas, cell, axis, scene);
        }
    }
}

fn draw_row(
    canvas: &mut Canvas<'_>,
    row: Rect,
    flying: &Flying<'_>,
    places: &Places,
    axis: Duration,
    scene: &Scene<'_>,
) {
    let request = flying.request;
    let room = Room::of(places, row);
    let said = request.waiting.as_ref().map(|wait| room.said(wait, scene));
    let has_phase = places.0[1].1 > 0;
    for (column, &(x, width)) in COLUMNS.iter().zip(&places.0).filter(|(_, place)| place.1 > 0) {
        let cell = Rect { x, width, ..row };
        match (column.width, &said) {
            (Width::Waterfall, None) => draw_waterfall(canvas, cell, flying, axis, scene),
            (Width::Rest, None) => {
                let style = if flying.left.is_some() { scene.theme.dim } else { scene.theme.text };
                url::draw(canvas, cell, request, style, scene);
            }
            (Width::Fixed(_) | Width::Digits(_), None) => draw_cell(canvas, cell, column, flying, scene),
            (Width::Fixed(_) | Width::Digits(_), Some(said)) => match said.cell(column.title, !has_phase) {
                Some(words) if column.right => canvas.put_right(x + width, row.y, width, words, scene.theme.broken),
                Some(words) => drop(canvas.put(x, row.y, width, words, scene.theme.broken)),
                None if STAYING.contains(&column.title) => draw_cell(canvas, cell, column, flying, scene),
                None => {}
            },
            (Width::Waterfall | Width::Rest, Some(_)) => {}
        }
    }
    if let Some(said) = said {
        room.draw(canvas, request, &said, scene);
    }
}

fn draw_cell(canvas: &mut Canvas<'_>, cell: Rect, column: &Column, flying: &Flying<'_>, scene: &Scene<'_>) {
    let (text, style) = column.cell(flying, scene);
    if column.right {
        canvas.put_right(cell.right(), cell.y, cell.width, &text, style);
    } else {
        canvas.put(cell.x, cell.y, column.room(flying, cell.width), &text, style);
    }
}

/// The phases so far; of what has ended, all of them.
fn draw_waterfall(canvas: &mut Canvas<'_>, area: Rect, flying: &Flying<'_>, axis: Duration, scene: &Scene<'_>) {
    let Some(left) = flying.left else {
        let Request { marks, started, .. } = flying.request;
        let now = *started + scene.told(flying.request.age(scene.now));
        return waterfall::draw(canvas, area, marks, *started, now, axis, scene.theme);
    };
    let fetched = &left.fetched;
    waterfall::draw(canvas, area, &fetched.marks, fetched.started, fetched.ended, axis, scene.theme);
    canvas.tint(area, scene.theme.dim);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_that_is_there_is_there_in_each_wider_table_and_none_is_a_sliver() {
        let sorts = [None, Some("bytes"), Some("steps"), Some("conn")];
        for (largest, by) in [1, 12_345_678].into_iter().flat_map(|largest| sorts.map(|by| (largest, by))) {
            let mut before = [false; COLUMNS.len()];
            for width in 38..300 {
                let Places(places) = Places::of(Rect::new(0, 0, width, 9), largest, by);
                let sorted = COLUMNS.iter().position(|column| Some(column.title) == by);
                assert!(sorted.is_none_or(|at| places[at].1 > 0), "{by:?} left at {width}");
                let there = places.map(|(_, width)| width > 0);
                for (column, ((_, taken), was)) in COLUMNS.iter().zip(places.iter().zip(before)) {
                    assert!(*taken > 0 || !was, "{} left at {width}", column.title);
                    assert!(*taken == 0 || *taken > 3, "{} has {taken} columns at {width}", column.title);
                }
                before = there;
            }
            assert_eq!(before, [true; COLUMNS.len()]);
        }
    }
}
