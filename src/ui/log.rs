//! The event log: tasks, results, `call_soon` and callbacks as they came, in words.

mod crawl;
mod lines;
mod whose;
mod words;

pub use lines::Lines;

use super::canvas::{Canvas, Piece, rows};
use super::caption;
use super::scene::Scene;
use super::theme::Theme;
use super::thumb::{self, Place};
use super::view::Pane;
use crate::clock::At;
use crate::event::EventKind;
use crate::explain;
use crate::id::FetchId;
use crate::state::Line;
use crate::text::{self, Cut, Untrusted};
use crate::units;
use ratatui::layout::Rect;
use ratatui::style::Style;
use whose::Whose;
use words::{Words, who};

/// Columns of when, who and what.
const LEAD: usize = 37;
/// Columns of what stands behind that, where it may take several rows, and in each of them.
const LONGEST: usize = 2048;
const LEAST: usize = 8;
/// From so many columns on the URL of whom a line is about stands beside it: behind so many columns of words, and in so many
/// at least.
const WHOSE_FROM: u16 = 128;
const WORDS: u16 = 48;
const LEAST_URL: u16 = 16;
/// Columns between both.
const GAP: u16 = 2;

pub fn draw(canvas: &mut Canvas<'_>, area: Rect, scene: &Scene<'_>) {
    let lines = Lines::of(scene.view, scene.telling());
    let extent = lines.extent(u64::from(area.height.saturating_sub(2)));
    let place = lines.place(scene.view);
    let (last, below) = (place.last(extent), place.below(extent));
    let inner = canvas.pane(area, scene.frame(Pane::Events), &[]);
    head(canvas, area, &lines, below, scene);
    if lines.counts().taken == 0 && !scene.view.filter.is_empty() && !inner.is_empty() {
        caption::centred(canvas, inner, lines.counts().nothing(), scene);
    }
    let (shown, count) = (u64::from(inner.height), lines.counts().taken);
    let above = count.saturating_sub(below + shown);
    thumb::draw(canvas, inner, Place { above, shown, count }, scene.frame(Pane::Events));
    if scene.view.wrap {
        return wrapped(canvas, inner, &lines, last, scene);
    }
    let mut shown: Vec<_> = lines.before(last).take(usize::from(inner.height)).collect();
    shown.reverse();
    let whose = (inner.width >= WHOSE_FROM).then(|| Whose::of(&shown, scene.state));
    for (line, row) in shown.into_iter().zip(rows(inner)) {
        let end = draw_row(canvas, row, line, scene);
        if let Some(url) = whose.as_ref().and_then(|whose| whose.url(&line.event.kind)) {
            draw_url(canvas, Rect { x: end, width: row.right().saturating_sub(end), ..row }, row.x, url, scene);
        }
    }
}

/// Lines in as many rows as they need: those up to the last one, and where there are too few of them, those behind it.
fn wrapped(canvas: &mut Canvas<'_>, area: Rect, lines: &Lines<'_>, last: u64, scene: &Scene<'_>) {
    let room = usize::from(area.height);
    let mut above: Vec<Vec<Row>> = Vec::new();
    let mut taken = 0;
    for line in lines.before(last).take(room) {
        if taken >= room {
            break;
        }
        above.push(rows_of(line, area.width, scene));
        taken += above.last().map_or(0, Vec::len);
    }
    above.reverse();
    let mut shown: Vec<Row> = above.into_iter().flatten().collect();
    shown.drain(..shown.len().saturating_sub(room));
    let more = ((room - shown.len()) as u64).min(lines.extent(1).count.saturating_sub(last));
    let mut behind: Vec<_> = lines.before(last + more).take(more as usize).collect();
    behind.reverse();
    shown.extend(behind.into_iter().flat_map(|line| rows_of(line, area.width, scene)));
    for (pieces, row) in shown.iter().zip(rows(area)) {
        let pieces: Vec<Piece<'_>> = pieces.iter().map(|(text, style)| (text.as_str(), *style)).collect();
        canvas.pieces(row.x, row.y, row.width, &pieces);
    }
}

/// A row of the log.
type Row = Vec<(String, Style)>;

/// A line in as many rows as it needs; all but the first begin below the words that stand behind who and what.
fn rows_of(line: Line<'_>, width: u16, scene: &Scene<'_>) -> Vec<Row> {
    let (lead, behind) = told(line, LONGEST, scene);
    folded(lead, &behind, width, scene)
}

fn folded(lead: Row, behind: &str, width: u16, scene: &Scene<'_>) -> Vec<Row> {
    let taken: usize = lead.iter().map(|(text, _)| text::width(text)).sum();
    let room = usize::from(width).saturating_sub(taken).max(LEAST);
    let mut lead = Some(lead);
    let parts = text::folded_softly(behind, room).into_iter();
    let rows = parts.map(|part| {
        let mut row = lead.take().unwrap_or_else(|| vec![(" ".repeat(taken), scene.theme.text)]);
        row.push((part.to_owned(), scene.theme.text));
        row
    });
    rows.collect()
}

/// The title of the pane: how many lines the filter takes, where there is one, and whether it follows.
fn head(canvas: &mut Canvas<'_>, area: Rect, lines: &Lines<'_>, below: u64, scene: &Scene<'_>) {
    let theme = scene.theme;
    let of = if lines.has_forgotten() { "last " } else { "" };
    let count = lines.counts().words(of, scene.charset);
    let place = match below {
        0 => "following".to_owned(),
        below => format!("{} new below, G follows", units::count(below)),
    };
    if !scene.view.filter.is_empty() {
        return caption::draw(canvas, area, Pane::Events, &[&count, &place], scene);
    }
    let title = [(Pane::Events.name(), theme.strong), (" ─ ", theme.dim), (&place, theme.text)];
    let end = canvas.title(area, scene.frame(Pane::Events), &title);
    caption::keys(canvas, area, end, Pane::Events, scene);
}

/// The last lines about a fetch, at most so many, in rows that are so wide, without a word of whom they are about.
/// `since`: before that there is none.
pub fn about(id: FetchId, since: At, most: usize, width: u16, scene: &Scene<'_>) -> Vec<Row> {
    const WHO: usize = 1;
    let lines = scene.state.log.before(u64::MAX, true).take_while(|line| line.event.at >= since);
    let lines = lines.filter(|line| line.event.kind.fetch() == Some(id)).take(most);
    let mut lines: Vec<Line<'_>> = lines.collect();
    lines.reverse();
    let rows = lines.into_iter().flat_map(|line| {
        let (mut lead, behind) = told(line, LONGEST, scene);
        lead.remove(WHO);
        folded(lead, &behind, width, scene)
    });
    rows.collect()
}

/// The words of a line; tells where they end.
fn draw_row(canvas: &mut Canvas<'_>, row: Rect, line: Line<'_>, scene: &Scene<'_>) -> u16 {
    let (lead, behind) = told(line, usize::from(row.width).saturating_sub(LEAD), scene);
    let pieces: Vec<Piece<'_>> = lead.iter().map(|(text, style)| (text.as_str(), *style)).collect();
    let end = canvas.pieces(row.x, row.y, row.width, &pieces);
    let room = row.right().saturating_sub(end);
    let behind = text::fit_in(&behind, usize::from(room), Cut::End, scene.charset);
    canvas.put(end, row.y, room, &behind, scene.theme.text)
}

/// In a column of its own, or behind words that go on into it.
fn draw_url(canvas: &mut Canvas<'_>, free: Rect, begin: u16, url: &Untrusted, scene: &Scene<'_>) {
    let x = (begin + LEAD as u16 + WORDS).max(free.x + GAP);
    let room = free.right().saturating_sub(x);
    if room >= LEAST_URL {
        canvas.put(x, free.y, room, &scene.url(url, usize::from(room)), scene.theme.dim);
    }
}

/// When, who and what; and what stands behind that, in about so many columns.
fn told(line: Line<'_>, room: usize, scene: &Scene<'_>) -> (Row, String) {
    let (theme, kind) = (scene.theme, &line.event.kind);
    let at = line.event.at - At(0);
    let at = units::moment(at) + "  ";
    let (who, what) = (format!("{:<12} ", who(kind)), format!("{:<12} ", explain::event(kind).word));
    let behind = Words { telling: scene.telling(), room }.behind(line);
    (vec![(at, theme.dim), (who, theme.dim), (what, ink(kind, theme))], behind)
}

/// The ink of what happened.
fn ink(kind: &EventKind, theme: &Theme) -> Style {
    match kind {
        EventKind::ResultSet { failure: Some(_), .. } | EventKind::CallbackPanicked { .. } => theme.failed,
        EventKind::RecordingEnded { .. } => theme.failed,
        EventKind::ResultSet { status: Some(400..), .. } | EventKind::LoopLagged { .. } => theme.broken,
        EventKind::ResultSet { status: Some(300..), .. } => theme.redirect,
        EventKind::ResultSet { .. } => theme.ok,
        EventKind::RetryForgone { .. } | EventKind::Trapped { .. } => theme.broken,
        EventKind::Redirected { .. } => theme.redirect,
        EventKind::CallbackFired { .. } => theme.key,
        EventKind::PhaseEntered { phase, .. } => theme.phase(*phase),
        _ => theme.text,
    }
}
