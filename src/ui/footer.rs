//! The keys that matter, as many as fit.

use super::canvas::Canvas;
use super::keys::{Binding, Places, bindings};
use super::scene::Scene;
use super::theme::Theme;
use ratatui::layout::Rect;

pub fn draw(canvas: &mut Canvas<'_>, area: Rect, scene: &Scene<'_>) {
    keys(canvas, area, bindings(Places::watching(scene.view.focus)), scene.theme);
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
