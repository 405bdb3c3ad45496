//! The keys and the signs, from the tables that dispatch and draw.

use super::canvas::{Canvas, Piece, rows};
use super::keys::KEYS;
use super::scene::Scene;
use super::theme::Theme;
use super::waterfall::sign;
use crate::phase::Phase;
use ratatui::layout::Rect;
use ratatui::widgets::{Clear, Widget};

/// Columns of the key's name.
const KEY: usize = 7;
const WIDTH: u16 = 72;

pub fn draw(canvas: &mut Canvas<'_>, scene: &Scene<'_>) {
    let theme = scene.theme;
    let screen = canvas.buffer.area;
    let height = KEYS.len() as u16 + 5;
    let area = centered(screen, WIDTH, height);
    Clear.render(area, canvas.buffer);
    let inner = canvas.pane(area, theme.focus, &[("Help", theme.strong), (" ─ esc goes back", theme.dim)]);
    let mut places = rows(inner);
    for (binding, row) in KEYS.iter().zip(&mut places) {
        let keys = format!(" {:<KEY$}", binding.keys);
        canvas.pieces(row.x, row.y, row.width, &[(&keys, theme.key), (binding.meaning, theme.text)]);
    }
    places.next();
    if let Some(row) = places.next() {
        signs(canvas, row, theme);
    }
    if let Some(row) = places.next() {
        outcomes(canvas, row, scene);
    }
}

/// The sign of each phase but the first, which has none to speak of.
pub(super) fn signs(canvas: &mut Canvas<'_>, row: Rect, theme: &Theme) {
    let named = Phase::ALL.map(|phase| (sign(phase), phase, format!(" {}  ", phase.name())));
    let named = named.iter().skip(1);
    let pieces: Vec<Piece<'_>> = [(" ", theme.text)]
        .into_iter()
        .chain(named.flat_map(|(sign, phase, name)| [(*sign, theme.phase(*phase)), (name.as_str(), theme.text)]))
        .collect();
    canvas.pieces(row.x, row.y, row.width, &pieces);
}

fn outcomes(canvas: &mut Canvas<'_>, row: Rect, scene: &Scene<'_>) {
    let theme = scene.theme;
    canvas.pieces(
        row.x,
        row.y,
        row.width,
        &[
            (" ✓", theme.ok),
            (" ok  ", theme.text),
            ("→", theme.redirect),
            (" redirect  ", theme.text),
            ("!", theme.broken),
            (" broken (4xx, 5xx)  ", theme.text),
            ("✗", theme.failed),
            (" failed  ", theme.text),
            ("⏱", theme.timeout),
            (" timeout  ", theme.text),
            ("⊘", theme.dim),
            (" let go", theme.text),
        ],
    );
}

pub(super) fn centered(screen: Rect, width: u16, height: u16) -> Rect {
    let (width, height) = (width.min(screen.width), height.min(screen.height));
    Rect { x: screen.x + (screen.width - width) / 2, y: screen.y + (screen.height - height) / 2, width, height }
}
