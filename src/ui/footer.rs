//! The keys that matter, as many as fit.

use super::canvas::Canvas;
use super::finder;
use super::keys::{Binding, Places, bindings};
use super::scene::Scene;
use super::theme::Theme;
use crate::text::Cut;
use ratatui::layout::Rect;

pub fn draw(canvas: &mut Canvas<'_>, area: Rect, scene: &Scene<'_>) {
    if let Some(line) = &scene.view.typing {
        return finder::draw(canvas, area, line, scene);
    }
    let taken = notice(canvas, area, scene);
    let room = Rect { width: area.width - taken, ..area };
    keys(canvas, room, bindings(Places::of_view(scene.view)), scene.theme);
}

/// What went wrong with what was asked for, at the right end, where it stays; tells how wide it is.
fn notice(canvas: &mut Canvas<'_>, area: Rect, scene: &Scene<'_>) -> u16 {
    const WORDS: &str = "recording ended: ";
    let Some(message) = &scene.state.run.recording_ended else { return 0 };
    let room = usize::from(area.width * 2 / 3).saturating_sub(WORDS.len() + 3);
    if room < 8 {
        return 0;
    }
    let notice = format!("  {WORDS}{} ", message.shown(room, Cut::Middle, scene.charset));
    let width = u16::try_from(crate::text::width(&notice)).unwrap_or(area.width).min(area.width);
    canvas.put(area.right() - width, area.y, width, &notice, scene.theme.failed);
    width
}

pub fn keys<'a>(canvas: &mut Canvas<'_>, area: Rect, bindings: impl Iterator<Item = &'a Binding>, theme: &Theme) {
    if area.is_empty() {
        return;
    }
    let mut x = area.x + 1;
    for (keys, word) in bindings.filter_map(|binding| Some((binding.keys, binding.word?))) {
        let width = (keys.len() + 1 + word.len()) as u16;
        if x + width > area.right() {
            return;
        }
        x = canvas.pieces(x, area.y, width, &[(keys, theme.key), (" ", theme.dim), (word, theme.dim)]) + 2;
    }
}
