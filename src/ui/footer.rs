//! The keys that matter, as many as fit.

use super::canvas::Canvas;
use super::finder;
use super::keys::{Binding, Places, bindings};
use super::marks;
use super::scene::Scene;
use super::scrub;
use super::theme::Theme;
use crate::clock::At;
use crate::text::{Cut, Untrusted};
use ratatui::layout::Rect;
use ratatui::style::Style;
use std::time::Duration;

/// How long words stand there.
const MOMENT: Duration = Duration::from_secs(3);
/// Bytes of what is looked for.
const TYPED: usize = 512;

pub fn draw(canvas: &mut Canvas<'_>, area: Rect, scene: &Scene<'_>) {
    if let Some(line) = &scene.view.typing {
        return finder::draw(canvas, area, line, scene);
    }
    if scene.view.scrub.as_ref().is_some_and(|scrub| scrub::draw_line(canvas, area, scrub, scene)) {
        return;
    }
    let (words, style) = told(scene).unwrap_or_else(|| stays(usize::from(area.width), scene));
    let taken = match crate::text::width(&words) as u16 {
        0 => 0,
        width => (width + 2).min(area.width),
    };
    canvas.put_right(area.right().saturating_sub(1), area.y, taken.saturating_sub(1), &words, style);
    let area = Rect { width: area.width - taken, ..area };
    keys(canvas, area, bindings(Places::of_view(scene.view)), scene.theme);
}

/// What went wrong with what was asked for, which stays; else what is looked for, as long as it is.
fn stays(columns: usize, scene: &Scene<'_>) -> (String, Style) {
    const WORDS: &str = "recording ended: ";
    const LEAST: usize = 8;
    let (theme, charset) = (scene.theme, scene.charset);
    let room = (columns * 2 / 3).saturating_sub(WORDS.len() + 1);
    if let Some(message) = scene.state.run.recording_ended.as_ref().filter(|_| room >= LEAST) {
        return (format!("{WORDS}{}", message.shown(room, Cut::Middle, charset)), theme.failed);
    }
    let room = columns / 3;
    let typed = Untrusted::new(&scene.view.typed, TYPED);
    let shown = (!scene.view.typed.is_empty() && room >= LEAST).then(|| typed.shown(room, Cut::End, charset));
    (shown.map_or(String::new(), |typed| format!("/{typed}")), theme.strong)
}

/// For a moment, why the last key had no effect, or which wish took effect last.
fn told(scene: &Scene<'_>) -> Option<(String, Style)> {
    let (theme, now) = (scene.theme, scene.now);
    let stands = |since: At| now - since < MOMENT;
    if let Some(notice) = scene.view.notice.filter(|notice| stands(notice.since)) {
        return Some((notice.words.to_owned(), if notice.is_trouble { theme.broken } else { theme.strong }));
    }
    let mark = scene.state.chart.marks.last().filter(|mark| stands(mark.last) && scene.state.run.ended.is_none());
    mark.map(|mark| (marks::words(mark.change), theme.strong))
}

pub fn keys<'a>(canvas: &mut Canvas<'_>, area: Rect, bindings: impl Iterator<Item = &'a Binding>, theme: &Theme) {
    if area.is_empty() {
        return;
    }
    let mut x = area.x + 1;
    for (keys, word) in bindings.filter_map(|binding| Some((binding.keys, binding.word?))) {
        let width = (crate::text::width(keys) + 1 + word.len()) as u16;
        if x + width > area.right() {
            return;
        }
        x = canvas.pieces(x, area.y, width, &[(keys, theme.key), (" ", theme.dim), (word, theme.dim)]) + 2;
    }
}
