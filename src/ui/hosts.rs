//! The hosts of a run, a row each, those with most to do first: what is in flight there, what waits, and in a crawl why it
//! waits; in a fetch those of most fetches first.

mod columns;

pub use columns::sortable;

use super::canvas::{Canvas, rows};
use super::caption;
use super::filter::Facts;
use super::found::Found;
use super::rows::{Listing, Row};
use super::scene::Scene;
use super::sort::{Key, Ordered};
use super::thumb::{self, Place};
use super::view::{Pane, View};
use crate::state::{Host, State};
use crate::text::{Cut, Untrusted};
use crate::units;
use columns::{COLUMNS, Column, FETCH_NAME, GAP, HELD, LEAST_NAME, NAME, ROBOTS, ROBOTS_TITLE, WHY};
use columns::{WHY_FROM, WHY_MOST, WHY_UNDELAYED, figures, sorted, why};
use ratatui::layout::Rect;

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

/// Where everything stands in a table of a width.
struct Widths {
    name: u16,
    columns: Vec<&'static Column>,
    why: u16,
    /// What its robots.txt says.
    robots: u16,
}

/// What the rows of a table want of its width.
struct Wants {
    /// Columns of the longest name.
    name: u16,
    why: u16,
    /// The title of the column by which it is sorted.
    by: Option<&'static str>,
    crawl: bool,
}

impl Wants {
    fn of(page: &[Met<'_>], scene: &Scene<'_>) -> Wants {
        let crawl = scene.state.run.crawl;
        let most = usize::from(if crawl { NAME } else { FETCH_NAME });
        let name = |met: &Met<'_>| match &met.host.name {
            Some(name) => crate::text::width(&name.shown(most, Cut::Middle, scene.charset)),
            None => others(most, scene).len(),
        };
        let names = page.iter().map(name);
        let name = names.max().and_then(|widest| u16::try_from(widest).ok()).unwrap_or(0).max(LEAST_NAME);
        let why = if page.iter().any(|met| met.host.delay_us > 0) { WHY } else { WHY_UNDELAYED };
        let by = sorted(scene.view.sort_of(Pane::Hosts), crawl).map(|(column, _)| column.title);
        Wants { name, why, by, crawl }
    }
}

impl Widths {
    fn of(width: u16, wants: &Wants) -> Widths {
        let taken = |column: &Column| column.width + GAP;
        let by = |column: &&Column| wants.by == Some(column.title);
        // That by which it is sorted is always there: all else has what it leaves, as in a table that is so much narrower.
        let figures = figures(wants.crawl);
        let extra = sortable(wants.crawl).skip(1).find(|column| by(column) && column.from > width);
        let left = width.saturating_sub(extra.map_or(0, taken));
        let is_in = |column: &&Column, width: u16| by(column) || column.from <= width;
        let fixed: u16 = figures.iter().filter(|column| is_in(column, left)).map(taken).sum();
        // A column stays free at either side.
        let room = width.saturating_sub(fixed + 2);
        let unheld = !wants.crawl || left < WHY_FROM && wants.by != Some(HELD.title);
        let least = if unheld { 0 } else { WHY + GAP };
        // What wider tables have whatever they show comes before room that nothing needs.
        let free = match least {
            0 if wants.crawl => 0,
            0 => room.saturating_sub(wants.name),
            _ => room.saturating_sub(wants.name + wants.why + GAP),
        };
        let mut later: Vec<&Column> = figures.iter().filter(|column| !is_in(column, left)).collect();
        later.sort_by_key(|column| column.from);
        let (mut free, mut room, mut from) = (free, room, left);
        for column in later {
            let Some(rest) = free.checked_sub(taken(column)) else { break };
            (free, room, from) = (rest, room - taken(column), column.from);
        }
        let columns: Vec<&Column> = figures.iter().filter(|column| is_in(column, from)).collect();
        let least = if from > left && wants.crawl { wants.why + GAP } else { least };
        let most = if wants.crawl { NAME } else { wants.name.max(NAME) };
        let name = room.saturating_sub(least).min(most);
        let why = if least == 0 { 0 } else { room.saturating_sub(name + GAP) };
        let robots = why.checked_sub(WHY_MOST + GAP).filter(|&robots| robots >= ROBOTS).unwrap_or(0);
        Widths { name, columns, why: if robots > 0 { WHY_MOST } else { why }, robots }
    }
}

pub fn draw(canvas: &mut Canvas<'_>, area: Rect, scene: &Scene<'_>) {
    let (view, height) = (scene.view, usize::from(area.height.saturating_sub(FRAME)));
    let listing = listing(scene.state, view);
    let counts = listing.counts();
    let page = listing.page(view.host, view.lines[2], height);
    let inner = canvas.pane(area, scene.frame(Pane::Hosts), &[]);
    head(canvas, area, counts, page.above, scene);
    if inner.is_empty() {
        return;
    }
    let widths = Widths::of(inner.width, &Wants::of(&page.rows, scene));
    titles(canvas, inner, &widths, scene);
    let body = Rect { y: inner.y + 1, height: inner.height - 1, ..inner };
    let place = Place { above: page.above as u64, shown: height as u64, count: counts.taken };
    thumb::draw(canvas, body, place, scene.frame(Pane::Hosts));
    if counts.taken == 0 && !body.is_empty() {
        caption::centred(canvas, body, counts.nothing(), scene);
    }
    for (at, (met, row)) in page.rows.iter().zip(rows(body)).enumerate() {
        draw_row(canvas, row, met.host, &widths, scene);
        if page.selected == Some(at) {
            canvas.tint(row, scene.selected(Pane::Hosts));
        }
    }
}

fn head(canvas: &mut Canvas<'_>, area: Rect, counts: Found, above: usize, scene: &Scene<'_>) {
    let count = if scene.view.filter.is_empty() { units::count(counts.all) } else { counts.words("", scene.charset) };
    let sort = scene.view.sort_of(Pane::Hosts);
    let crawl = scene.state.run.crawl;
    let order = match (sorted(sort, crawl), sort.inverted) {
        (Some((column, largest_first)), _) => caption::sorted_by(column.title, largest_first),
        (None, false) if !crawl => "most fetches first".to_owned(),
        (None, true) if !crawl => "fewest fetches first".to_owned(),
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
/// own comes last. In a fetch, which doesn't tell what waits where, those of most fetches come first, by the magnitude of that.
pub fn listing<'a>(state: &'a State, view: &View) -> Listing<'a, Met<'a>> {
    let met = state.hosts.iter().enumerate().map(|(number, host)| Met { host, number });
    let taken = met.filter(|met| view.filter.is_empty() || view.filter.takes_named(&facts(met.host)));
    let sort = view.sort_of(Pane::Hosts);
    let whose = |met: &Met<'_>| (met.number as u64, met.host.name.as_ref().map_or(0, Untrusted::place));
    let ordered = match sorted(sort, state.run.crawl) {
        Some((column, largest_first)) => {
            Ordered::by(largest_first, taken.map(|met| ((column.key)(met.host), met)), (&view.leads[2], whose))
        }
        None => {
            let standing = taken.map(|met| (Key::Number(standing(met.host, state.run.crawl)), met));
            Ordered::by(sort.inverted, standing, (&view.leads[2], whose))
        }
    };
    // One row stands for all that have none.
    let unnamed = state.hosts.further().saturating_sub(1);
    let (taken, all) = (ordered.len() as u64, state.hosts.len() as u64 + unnamed);
    Listing { taken, all, waiting: 0, in_place: false, ordered, more: false }
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

/// What little waits there, or came from there, has a large number.
fn standing(host: &Host, crawl: bool) -> u64 {
    if !crawl {
        let fetches = host.done + u64::from(host.in_flight) + u64::from(host.retrying);
        return (u64::from(host.name.is_none()) << 8) + u64::from(fetches.leading_zeros());
    }
    let waiting = host.queue.map_or(0, |queue| queue.waiting);
    let others = u64::from(host.name.is_none()) << 8;
    others + (u64::from(waiting.leading_zeros()) << 1) + u64::from(host.in_flight == 0)
}

fn titles(canvas: &mut Canvas<'_>, row: Rect, widths: &Widths, scene: &Scene<'_>) {
    let by = sorted(scene.view.sort_of(Pane::Hosts), scene.state.run.crawl);
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
        let beside = Rect { x: cell.right() + GAP, width: widths.robots, ..row };
        caption::column(canvas, beside, if widths.robots > 0 { ROBOTS_TITLE } else { "" }, false, None, scene);
    }
}

/// The row of all hosts that have none of their own: `and 2,345 more hosts`, where there is room for it.
fn others(room: usize, scene: &Scene<'_>) -> String {
    let words = match scene.state.hosts.further() {
        0 => return "others".to_owned(),
        1 => "and 1 more host".to_owned(),
        further => format!("and {} more hosts", units::count(further)),
    };
    if words.len() <= room { words } else { "others".to_owned() }
}

fn draw_row(canvas: &mut Canvas<'_>, row: Rect, host: &Host, widths: &Widths, scene: &Scene<'_>) {
    let theme = scene.theme;
    let idle = host.in_flight == 0 && host.queue.is_none_or(|queue| queue.waiting == 0);
    let style = if idle || host.name.is_none() { theme.dim } else { theme.text };
    let shown = host.name.as_ref().map(|name| name.shown(usize::from(widths.name), Cut::Middle, scene.charset));
    let shown = shown.map_or_else(|| others(usize::from(widths.name), scene), Into::into);
    canvas.put(row.x + 1, row.y, widths.name, &shown, style);
    let mut x = row.x + 1 + widths.name;
    for column in &widths.columns {
        x += GAP + column.width;
        let (text, style) = (column.cell)(host, scene);
        canvas.put_right(x, row.y, column.width, &text, style);
    }
    let (text, style) = why(host, scene, usize::from(widths.why));
    canvas.put(x + GAP, row.y, widths.why, &text, style);
    if let Some(robots) = host.robots.as_ref().filter(|_| widths.robots > 0) {
        let meaning = scene.text(&robots.meaning, usize::from(widths.robots));
        canvas.put(x + GAP + widths.why + GAP, row.y, widths.robots, &meaning, theme.dim);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_that_is_there_is_there_in_each_wider_table_and_none_is_a_sliver() {
        let sorts = [None, Some("p50"), Some("broken"), Some("delay"), Some("done"), Some("held by")];
        for (name, by) in [LEAST_NAME, 20, NAME].into_iter().flat_map(|name| sorts.map(|by| (name, by))) {
            let mut before = Widths { name: 0, columns: Vec::new(), why: 0, robots: 0 };
            for width in 38..300 {
                let widths = Widths::of(width, &Wants { name, why: WHY, by, crawl: true });
                let there = |column: &&Column| widths.columns.iter().any(|it| it.title == column.title);
                assert!(before.columns.iter().all(there), "{width}");
                let seen = |by| widths.columns.iter().any(|it| it.title == by) || by == HELD.title && widths.why >= WHY;
                assert!(by.is_none_or(seen), "{by:?} left at {width}");
                assert!(widths.name > 8 && (before.why == 0 || widths.why >= WHY), "{width}: {}", widths.name);
                assert!(widths.robots > 0 || before.robots == 0, "{width}");
                before = widths;
            }
            assert_eq!(before.columns.len(), COLUMNS.len() - 1);
        }
    }
}
