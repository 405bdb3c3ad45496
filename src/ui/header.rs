//! The top of the screen: what runs, how far it is, how fast, and what is stuck.

mod identity;

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
        (counted, theme.text),
        (typed, theme.strong),
        (standing.trim_end().to_owned(), style),
        (format!("{} broken", of(Outcome::HttpError)), theme.text),
        (format!("{} failed", of(Outcome::Error)), theme.text),
        (format!("{} in flight", units::count(state.requests.in_flight() as u64)), theme.text),
        (identity::recording(scene, 0).0.trim_start().to_owned(), theme.dim),
    ];
    let mut x = area.x;
    for (at, (piece, style)) in pieces.iter().enumerate() {
        let room = area.right().saturating_sub(x);
        // What has no room is left out, and what comes first has the first claim.
        if at == 0 || !piece.is_empty() && crate::text::width(piece) <= usize::from(room) {
            x = canvas.put(x, area.y, room, piece, *style) + 1;
        }
    }
}

fn progress(canvas: &mut Canvas<'_>, area: Rect, scene: &Scene<'_>) {
    let (run, theme) = (&scene.state.run, scene.theme);
    let begin = counts(canvas, area, scene);
    if run.crawl {
        return crawling(canvas, Rect { width: begin.saturating_sub(area.x), ..area }, scene);
    }
    let total = units::count(run.targets);
    let more = if run.more { "+" } else { "" };
    let done = format!(" {:>width$} of {total}{more} ", units::count(scene.state.done.count), width = total.len());
    let x = canvas.put(area.x, area.y, begin - area.x, &done, theme.strong);
    let end = share(canvas, Rect { x, width: begin.saturating_sub(x), ..area }, scene);
    bar(canvas, Rect { x, width: end.saturating_sub(x), ..area }, scene);
}

/// How far a crawl is, in as many words as fit: first what was found, then what waits.
fn crawling(canvas: &mut Canvas<'_>, area: Rect, scene: &Scene<'_>) {
    /// Columns of the numbers, with a word behind them and without.
    const FOUND: usize = 24;
    const BARE: usize = 18;
    let theme = scene.theme;
    let progress = crawl::progress(scene.state);
    let fields = crawl::fields(scene);
    let first = crate::text::width(fields[0].0) + crate::text::width(fields[0].1.trim_end());
    let worded = FOUND + first <= usize::from(area.width);
    let word = if worded { " found" } else { "" };
    let mut x = canvas.pieces(area.x, area.y, area.width, &[(&progress, theme.strong), (word, theme.dim)]);
    x = x.max(area.x + if worded { FOUND } else { BARE } as u16 - 1) + 1;
    for (label, value) in &fields {
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

/// Results of each outcome at the right end; tells where they begin. The numbers have room to grow.
fn counts(canvas: &mut Canvas<'_>, area: Rect, scene: &Scene<'_>) -> u16 {
    let (state, theme) = (scene.state, scene.theme);
    let most = units::count(crawl::found(state)).len().max(if state.run.crawl { 5 } else { 0 });
    let let_go = crawl::let_go(state);
    // What is in none of them needs its room, too: each count has some behind it.
    let gap = match area.width {
        WIDE.. => "   ",
        _ if let_go > 0 => " ",
        _ => "  ",
    };
    let of = |outcome: Outcome, room: usize| format!("{:<room$}", units::count(crawl::counted(state, outcome)));
    const LET_GO: &str = "⊘ ";
    let words =
        if area.width < NARROW { ["✓", "→", "!", "✗"] } else { ["ok ", "redirect ", "broken ", "failed "] };
    let all = Outcome::ALL.map(|outcome| {
        let room = match (area.width, outcome) {
            (..NARROW, _) => 1,
            (_, Outcome::Ok) => most,
            _ => 3,
        };
        (words[outcome as usize], of(outcome, room), theme.outcome(outcome))
    });
    // What is in none of them is told where there is any, so that they add up to what is done.
    let let_go = (let_go > 0).then(|| (LET_GO, units::count(let_go), theme.text));
    let pieces: Vec<Piece<'_>> = all
        .iter()
        .chain(&let_go)
        .flat_map(|(word, count, style)| [(gap, theme.text), (*word, theme.dim), (count.as_str(), *style)])
        .collect();
    let taken = width(&pieces);
    let begin = area.right().saturating_sub(taken);
    canvas.pieces(begin, area.y, taken, &pieces);
    begin
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
    if area.width >= SHARE + needed + LEAST_BAR {
        end -= SHARE;
        let share = format!(" {:>3} %", state.done.count * 100 / state.run.targets);
        canvas.put(end, area.y, SHARE, &share, theme.text);
    }
    end
}

fn expected(scene: &Scene<'_>) -> Option<Duration> {
    let state = scene.state;
    if state.run.draining.is_some() || state.run.ended.is_some() || state.run.paused {
        return None;
    }
    // Where all that is left is on its way and nothing comes of it, what came before says nothing of when it will.
    let left = state.run.targets.saturating_sub(state.done.count);
    let stands = state.rate.per_second(scene.now, STANDSTILL).0 == 0.0;
    if stands && left <= state.requests.len() as u64 {
        return None;
    }
    // What came before a pause is long ago, and in the pause nothing could come.
    let (rate, _) = state.rate.per_second(scene.now, FORESIGHT.min(scene.now - state.run.resumed));
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

/// What keeps the run from going faster, and Little's law, at the right: always there. Tells where that begins.
fn limits(canvas: &mut Canvas<'_>, area: Rect, scene: &Scene<'_>) -> u16 {
    let (state, theme) = (scene.state, scene.theme);
    let limit = state.limited_by();
    // The place stays as wide as its widest text, so that nothing beside it moves.
    let taken = match area.width {
        FLOW_FROM.. => 56 + LONG_FLOW,
        BUSY_FROM.. if state.run.crawl => 56,
        NAMED_FROM.. => LIMIT + FLOW,
        BUSY_FROM.. => LIMIT + SHORT_FLOW,
        NARROW..BUSY_FROM => 23,
        _ => 0,
    };
    let limits = if area.width >= FLOW_FROM { taken - LONG_FLOW } else { taken };
    let begin = area.right().saturating_sub(taken + 1);
    let label = if limit.is_empty() { "" } else { "limited by  " };
    let room = usize::from(limits).saturating_sub(label.len() + limit.len() + 3);
    let flow = flow(scene);
    let busy = match state.limited() {
        _ if area.width < BUSY_FROM || limit.is_empty() => String::new(),
        Some(limited) => parenthesised(&crawl::detail(limited, scene.telling(), room)),
        None if area.width < FLOW_FROM && flow.is_some() => String::new(),
        None => format!(" ({} of {} busy)", state.requests.in_flight(), state.run.most()),
    };
    let end = canvas.pieces(begin, area.y, limits, &[(label, theme.dim), (limit, theme.strong), (&busy, theme.dim)]);
    if let Some(flow) = flow.filter(|_| area.width >= BUSY_FROM) {
        let (label, taken) = match area.width {
            FLOW_FROM.. if state.run.ended.is_none() => ("in flight, last 5 s ", LONG_FLOW),
            FLOW_FROM.. | NAMED_FROM.. => ("in flight ", FLOW),
            _ if limit.is_empty() => ("in flight ", FLOW),
            _ => ("flow ", SHORT_FLOW),
        };
        if end < area.right() - taken {
            canvas.pieces(area.right() - taken, area.y, taken - 1, &[(label, theme.dim), (&flow, theme.text)]);
        }
    }
    begin
}

/// The request that has been in flight for the longest, and beside it what keeps the run from going faster.
fn oldest(canvas: &mut Canvas<'_>, area: Rect, scene: &Scene<'_>) {
    let (state, theme) = (scene.state, scene.theme);
    let begin = limits(canvas, area, scene);
    let x = canvas.put(area.x, area.y, begin, " oldest  ", theme.dim);
    let Some(request) = state.requests.oldest() else {
        canvas.put(x, area.y, begin - x, "nothing in flight", theme.dim);
        return;
    };
    let phase = request.phase();
    let [id, age, bytes] =
        [format!("{:<6} ", request.id.to_string()), scene.age(request.age(scene.now)), units::bytes(request.bytes)];
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
    let lead = if area.width < NARROW { &lead[..3] } else { &lead };
    let x = canvas.pieces(x, area.y, begin.saturating_sub(x), lead);
    let room = begin.saturating_sub(x + 2);
    canvas.put(x, area.y, room, &scene.url(&request.url, usize::from(room)), theme.text);
}

/// Little's law over the last seconds: `  31 =   412/s ×   75ms`, always as wide.
fn flow(scene: &Scene<'_>) -> Option<String> {
    let flow = scene.state.chart.at(scene.now).flow()?;
    // Where it grows or shrinks, the law holds only over a longer time.
    let sign = if flow.is_steady() { "=" } else { "≈" };
    let (flying, rate) = (units::number(flow.in_flight), units::number(flow.a_second));
    Some(format!("{flying:>4} {sign} {rate:>5}/s × {:>6}", units::span(flow.span)))
}

fn parenthesised(detail: &str) -> String {
    if detail.is_empty() { String::new() } else { format!(" ({detail})") }
}

/// From this width on, the counts stand apart.
const WIDE: u16 = 100;
/// From this width on, the third line says how many are busy, or Little's law.
const BUSY_FROM: u16 = 120;
/// From this width on, it says both.
const FLOW_FROM: u16 = 160;
/// From this width on, the law says of what it is.
const NAMED_FROM: u16 = 132;
/// What a limit takes, and the law with a gap behind it, by name and without.
const LIMIT: u16 = 25;
const LONG_FLOW: u16 = 44;
const FLOW: u16 = 34;
const SHORT_FLOW: u16 = 29;

fn width(pieces: &[Piece<'_>]) -> u16 {
    pieces.iter().map(|(text, _)| u16::try_from(crate::text::width(text)).unwrap_or(u16::MAX)).sum()
}
