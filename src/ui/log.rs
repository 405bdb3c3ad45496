//! The event log: tasks, results, `call_soon` and callbacks as they came, in words.

mod crawl;
mod lines;
mod words;

pub use lines::Lines;

use super::canvas::{Canvas, Piece, rows};
use super::caption;
use super::scene::Scene;
use super::theme::Theme;
use super::view::Pane;
use crate::event::EventKind;
use crate::explain;
use crate::state::Line;
use crate::units;
use ratatui::layout::Rect;
use ratatui::style::Style;
use words::{Words, who};

pub fn draw(canvas: &mut Canvas<'_>, area: Rect, scene: &Scene<'_>) {
    let lines = Lines::of(scene.view, scene.telling());
    let extent = lines.extent(u64::from(area.height.saturating_sub(2)));
    let place = lines.place(scene.view);
    let (last, below) = (place.last(extent), place.below(extent));
    let inner = canvas.pane(area, scene.frame(Pane::Events), &[]);
    head(canvas, area, &lines, below, scene);
    if lines.counts().0 == 0 && !scene.view.filter.is_empty() && !inner.is_empty() {
        caption::centred(canvas, inner, "nothing found; esc shows all", scene);
    }
    let mut shown: Vec<_> = lines.before(last).take(usize::from(inner.height)).collect();
    shown.reverse();
    for (line, row) in shown.into_iter().zip(rows(inner)) {
        draw_row(canvas, row, line, scene);
    }
}

/// The title of the pane: how many lines the filter takes, where there is one, and whether it follows.
fn head(canvas: &mut Canvas<'_>, area: Rect, lines: &Lines<'_>, below: u64, scene: &Scene<'_>) {
    let theme = scene.theme;
    let (taken, all) = lines.counts();
    let of = if lines.has_forgotten() { "last " } else { "" };
    let count = format!("{} of {of}{}", units::count(taken), units::count(all));
    let place = match below {
        0 => "following".to_owned(),
        below => format!("{} new below, G follows", units::count(below)),
    };
    if !scene.view.filter.is_empty() {
        return caption::draw(canvas, area, Pane::Events, &[&count, &place], scene);
    }
    let title = [(Pane::Events.name(), theme.strong), (" ─ ", theme.dim), (&place, theme.text)];
    canvas.title(area, scene.frame(Pane::Events), &title);
}

fn draw_row(canvas: &mut Canvas<'_>, row: Rect, line: Line<'_>, scene: &Scene<'_>) {
    let (theme, kind) = (scene.theme, &line.event.kind);
    let at = line.event.at - crate::clock::At(0);
    let at = format!("{:>9.4}  ", at.as_secs_f64());
    let (who, what) = (format!("{:<12} ", who(kind)), format!("{:<12} ", explain::event(kind).word));
    // What stands before it takes the rest.
    let room = usize::from(row.width).saturating_sub(at.len() + who.len() + what.len());
    let behind = Words { telling: scene.telling(), room }.behind(line);
    let pieces: [Piece<'_>; 4] =
        [(&at, theme.dim), (&who, theme.dim), (&what, ink(kind, theme)), (&behind, theme.text)];
    canvas.pieces(row.x, row.y, row.width, &pieces);
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
