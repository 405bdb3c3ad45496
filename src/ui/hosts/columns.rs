//! The columns of the hosts of a run: title, width, order and cell of each. Knows no place on the screen.

use crate::event::Hold;
use crate::host::RobotsRead;
use crate::state::Host;
use crate::ui::crawl;
use crate::ui::scene::Scene;
use crate::ui::sort::{Key, Sort};
use crate::units;
use ratatui::style::Style;
use std::time::Duration;

/// One column of figures: its title, its width, the narrowest table that has it whatever else it shows, by what it is
/// sorted, and its cell.
pub struct Column {
    pub title: &'static str,
    pub width: u16,
    pub from: u16,
    pub key: for<'a> fn(&'a Host) -> Key<'a>,
    pub cell: fn(&Host, &Scene<'_>) -> (String, Style),
}

/// Columns that a fetch has, too: the others, which come behind them, are of who keeps a host waiting.
const OF_FETCH: usize = 7;

/// The first one is that of the names, and as wide as there is room.
pub const COLUMNS: [Column; 8] = [
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
pub const HELD: Column = Column {
    title: "held by",
    width: WHY,
    from: WHY_FROM,
    key: by_hold,
    cell: |host, scene| why(host, scene, WHY.into()),
};

/// The columns of figures that there can be.
pub fn figures(crawl: bool) -> &'static [Column] {
    if crawl { &COLUMNS[1..] } else { &COLUMNS[1..OF_FETCH] }
}

/// Those that the table can be sorted by: all that there can be.
pub fn sortable(crawl: bool) -> impl Iterator<Item = &'static Column> {
    COLUMNS[..1].iter().chain(figures(crawl)).chain(crawl.then_some(&HELD))
}

/// The column it is sorted by, and whether the largest comes first.
pub fn sorted(sort: Sort, crawl: bool) -> Option<(&'static Column, bool)> {
    sort.column(sortable(crawl), |column| column.title != "host")
}

fn by_name(host: &Host) -> Key<'_> {
    host.name.as_ref().map_or(Key::Nothing, Key::Text)
}

fn by_waiting(host: &Host) -> Key<'_> {
    Key::Number(host.queue.map_or(host.retrying.into(), |queue| queue.waiting))
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
pub const GAP: u16 = 2;
/// The table says why a host waits from this width on, in at least so many columns.
pub const WHY_FROM: u16 = 72;
pub const WHY: u16 = 15;
/// And in so many, where no host wants a delay: the words for that are the longest.
pub const WHY_UNDELAYED: u16 = 11;
/// And no more than so many, where there is room for what its robots.txt says behind it, in so many at least.
pub const WHY_MOST: u16 = 40;
pub const ROBOTS: u16 = 30;
pub const ROBOTS_TITLE: &str = "robots.txt";
/// A name takes no more than this, and as much is kept for it.
pub const NAME: u16 = 32;
/// And no more than this in a fetch, which has fewer columns.
pub const FETCH_NAME: u16 = 64;
pub const LEAST_NAME: u16 = 12;
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
        None if !scene.state.run.crawl => counted(host.retrying.into(), scene.theme.text, scene),
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
pub fn why(host: &Host, scene: &Scene<'_>, room: usize) -> (String, Style) {
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
