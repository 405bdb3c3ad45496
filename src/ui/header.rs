//! The top of the screen: what runs, how far it is, how fast, and what is stuck.

mod counts;
mod identity;
mod limits;

use super::canvas::{Canvas, Piece};
use super::crawl;
use super::scene::Scene;
use crate::fetched::Outcome;
use crate::text::{Cut, Untrusted};
use crate::units;
use ratatui::layout::Rect;
use std::time::Duration;

/// Below this width, there is room for the essentials only.
const NARROW: u16 = 64;
/// From this width on, the oldest request says which it is, and from the others on how much of it has come: in a crawl
/// that has more to say of what limits it, from the wider one.
const ID_FROM: u16 = 100;
const BYTES_FROM: [u16; 2] = [120, 132];
/// Columns of what is looked for, where there is one line only.
const TYPED: usize = 12;
/// Over which the rate is taken for the end that is expected.
const FORESIGHT: Duration = Duration::from_secs(5);
/// Nothing moves where nothing came for so long.
const STANDSTILL: Duration = Duration::from_secs(1);

pub fn draw(canvas: &mut Canvas<'_>, area: Rect, scene: &Scene<'_>) {
    if area.height < 3 {
        return one_line(canvas, area, scene);
    }
    let row = |at| Rect { y: area.y + at, height: 1, ..area };
    identity::draw(canvas, row(0), scene);
    progress(canvas, row(1), scene);
    oldest(canvas, row(2), scene);
}

/// All there is where there is room for nothing else.
fn one_line(canvas: &mut Canvas<'_>, area: Rect, scene: &Scene<'_>) {
    if area.is_empty() {
        return;
    }
    let (state, theme) = (scene.state, scene.theme);
    let of = |outcome| units::count(crawl::counted(state, outcome));
    let (standing, style) = identity::standing(scene);
    let more = if state.run.crawl && state.run.ended.is_none() { "+" } else { "" };
    let counted = format!("{}/{}{more}", units::count(state.done.count), units::count(crawl::found(state)));
    let typed = Untrusted::new(&scene.view.typed, TYPED).shown(TYPED, Cut::End, scene.charset);
    let typed = if typed.is_empty() { typed } else { format!("/{typed}") };
    let pieces = [
        (open(scene), theme.strong),
        (typed, theme.strong),
        (counted, theme.text),
        (if state.run.no_robots { identity::RUDE.trim().to_owned() } else { String::new() }, theme.timeout),
        (standing.trim_end().to_owned(), style),
        (format!("{} broken", of(Outcome::HttpError)), theme.text),
        (format!("{} failed", of(Outcome::Error)), theme.text),
        (format!("{} in flight", units::count(state.requests.in_flight() as u64)), theme.text),
        (identity::recording(scene, 0).label.trim_start().to_owned(), theme.dim),
    ];
    let mut x = area.x;
    for (piece, style) in pieces.iter().filter(|(piece, _)| !piece.is_empty()) {
        let room = area.right().saturating_sub(x);
        // What has no room is left out, and what comes first has the first claim.
        if x == area.x || crate::text::width(piece) <= usize::from(room) {
            x = canvas.put(x, area.y, room, piece, *style) + 1;
        }
    }
}

/// What lies over the panes that have no room, and how it is closed.
fn open(scene: &Scene<'_>) -> String {
    match (scene.view.help, scene.view.detail) {
        (true, _) => "help: esc".to_owned(),
        (false, Some(id)) => format!("{id}: esc"),
        (false, None) => String::new(),
    }
}

fn progress(canvas: &mut Canvas<'_>, area: Rect, scene: &Scene<'_>) {
    let (run, theme) = (&scene.state.run, scene.theme);
    let form = counts::form(area.width, scene);
    let begin = counts::draw(canvas, area, form, scene);
    if run.crawl {
        return crawling(canvas, Rect { width: begin.saturating_sub(area.x), ..area }, form, scene);
    }
    let done = counts::done(form, scene);
    let x = canvas.put(area.x, area.y, begin - area.x, &done, theme.strong);
    let end = share(canvas, Rect { x, width: begin.saturating_sub(x), ..area }, scene);
    bar(canvas, Rect { x, width: end.saturating_sub(x), ..area }, scene);
}

/// What of a crawl has no room in a header of that width.
pub fn left_out(columns: u16, scene: &Scene<'_>) -> Vec<(&'static str, String)> {
    if !scene.state.run.crawl {
        return Vec::new();
    }
    let shown = counts::Fits::of(columns, scene).fields;
    crawl::fields(scene, units::count).into_iter().skip(shown).collect()
}

/// How far a crawl is, in as many words as fit: first what was found, then what waits.
fn crawling(canvas: &mut Canvas<'_>, area: Rect, form: counts::Form, scene: &Scene<'_>) {
    let theme = scene.theme;
    let progress = crawl::progress(scene.state, form);
    let fields = crawl::fields(scene, form);
    let fits = counts::Fits::of(canvas.buffer.area.width, scene);
    let word = if fits.worded { " found" } else { "" };
    let x = canvas.pieces(area.x, area.y, area.width, &[(&progress, theme.strong), (word, theme.dim)]);
    let last = counts::progressed(form, scene) + word.len();
    let mut x = x.max(area.x + fits.first.max(last as u16) - 1) + 1;
    for (label, value) in &fields[..fits.fields] {
        let room = area.right().saturating_sub(x);
        if crate::text::width(label) + crate::text::width(value.trim_end()) > usize::from(room) {
            return;
        }
        // The last one that fits needs no room to grow in.
        let all = crate::text::width(label) + crate::text::width(value);
        let value = if all > usize::from(room) { value.trim_end() } else { value };
        x = canvas.pieces(x, area.y, room, &[(label, theme.dim), (value, theme.text)]) + 1;
    }
}

/// The share that is done and the end that is expected, where `area` ends; tells where they begin. The end that is
/// expected has the first claim to the room, then the bar, then the share.
fn share(canvas: &mut Canvas<'_>, area: Rect, scene: &Scene<'_>) -> u16 {
    const SHARE: u16 = 6;
    const LEAST_BAR: u16 = 3;
    let (gap, needed) = if area.width > 24 { ("  ", 13) } else { (" ", 12) };
    let (state, theme) = (scene.state, scene.theme);
    if state.run.more || state.run.targets == 0 {
        return area.right();
    }
    let mut end = area.right();
    if area.width >= needed {
        end -= needed;
        let eta = expected(scene).map_or(String::new(), |left| format!("{gap}ETA {}", units::wait(left)));
        canvas.put(end, area.y, needed, &eta, theme.text);
    }
    // Where the outcomes have no names, there would be room for it; with them there is none.
    if area.width >= SHARE + needed + LEAST_BAR && canvas.buffer.area.width >= counts::NAMED {
        end -= SHARE;
        let share = format!(" {:>3} %", state.done.count * 100 / state.run.targets);
        canvas.put(end, area.y, SHARE, &share, theme.text);
    }
    end
}

fn expected(scene: &Scene<'_>) -> Option<Duration> {
    let state = scene.state;
    // In a recording that stands, nothing comes any more.
    let stands = scene.view.scrub.as_ref().is_some_and(|scrub| !scrub.standing.playing);
    if stands || state.run.draining.is_some() || state.run.ended.is_some() || state.run.paused {
        return None;
    }
    // Where all that is left is on its way and nothing comes of it, what came before says nothing of when it will.
    let left = state.run.targets.saturating_sub(state.done.count);
    let stands = state.rate.per_second(scene.now, STANDSTILL).results == 0.0;
    if stands && left <= state.requests.len() as u64 {
        return None;
    }
    // What came before a pause is long ago, and in the pause nothing could come.
    let rate = state.rate.per_second(scene.now, FORESIGHT.min(scene.now - state.run.resumed)).results;
    let left = left as f64 / rate;
    (rate > 0.0 && left < 360_000.0).then(|| Duration::from_secs_f64(left.ceil()))
}

fn bar(canvas: &mut Canvas<'_>, area: Rect, scene: &Scene<'_>) {
    let run = &scene.state.run;
    if run.more || run.targets == 0 || area.width < 4 {
        return;
    }
    let width = u64::from(area.width);
    let full = (scene.state.done.count * width * 2 / run.targets).min(width * 2);
    let (full, half) = ((full / 2) as usize, full % 2 == 1);
    let done = format!("{}{}", "━".repeat(full), if half { "╸" } else { "" });
    let rest = "─".repeat(usize::from(area.width).saturating_sub(full + usize::from(half)));
    canvas.pieces(area.x, area.y, area.width, &[(&done, scene.theme.ok), (&rest, scene.theme.dim)]);
}

/// The request that has been in flight for the longest, and beside it what keeps the run from going faster.
fn oldest(canvas: &mut Canvas<'_>, area: Rect, scene: &Scene<'_>) {
    let (state, theme) = (scene.state, scene.theme);
    let begin = limits::draw(canvas, area, scene);
    let with_bytes = area.width >= BYTES_FROM[usize::from(state.run.crawl)];
    let label = if with_bytes { " oldest  " } else { " oldest " };
    let x = canvas.put(area.x, area.y, begin, label, theme.dim);
    let Some(request) = state.requests.oldest() else {
        canvas.put(x, area.y, begin - x, "nothing in flight", theme.dim);
        return;
    };
    let phase = request.phase();
    let come = if request.bytes > 0 { units::bytes(request.bytes) } else { "·".to_owned() };
    let [id, age, bytes] = [format!("{:<6} ", request.id.to_string()), scene.age(request.age(scene.now)), come];
    let level = scene.view.slow.level(request.age(scene.now));
    let (sign, age_style) = match request.waiting {
        Some(_) => ("", theme.strong),
        None => (level.sign(), level.style(theme)),
    };
    let age = format!("{sign:<2}{age:>6}  ");
    let bytes = format!("{bytes:>6}  ");
    let (name, style) = match request.waiting {
        Some(_) => ("retry", theme.dim),
        None => (phase.name(), theme.phase(phase)),
    };
    let phase_name = format!("{name:<7}");
    let lead: [Piece<'_>; 4] = [(&id, theme.dim), (&phase_name, style), (&age, age_style), (&bytes, theme.text)];
    let lead = &lead[usize::from(area.width < ID_FROM)..if with_bytes { 4 } else { 3 }];
    let x = canvas.pieces(x, area.y, begin.saturating_sub(x), lead);
    let room = begin.saturating_sub(x + 2);
    canvas.put(x, area.y, room, &scene.url(&request.url, usize::from(room)), theme.text);
}

/// Columns of pieces together.
fn width(pieces: &[Piece<'_>]) -> u16 {
    pieces.iter().map(|(text, _)| u16::try_from(crate::text::width(text)).unwrap_or(u16::MAX)).sum()
}
