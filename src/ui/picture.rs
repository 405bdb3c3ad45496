//! The whole picture: each pane in its place. Knows no terminal.

use super::canvas::{Canvas, rows};
use super::layout::Layout;
use super::parts::Parts;
use super::scene::Scene;
use super::view::Pane;
use super::{charts, detail, done, footer, header, help, hosts, inflight, log, note, scrub, strip, timing};
use crate::report::MARKS;
use crate::text::{self, Charset};
use ratatui::buffer::{Buffer, CellWidth as _};
use ratatui::layout::Rect;

/// Draws the scene over all of `buffer`, which is to be empty.
pub fn draw(buffer: &mut Buffer, scene: &Scene<'_>) {
    let layout = Layout::of(buffer.area, scene.view, scene.state);
    scene.view.counted.iter().for_each(|counted| counted.set(None));
    let mut canvas = Canvas { buffer };
    header::draw(&mut canvas, layout.header, scene);
    for (pane, area) in &layout.panes {
        match pane {
            Pane::InFlight => inflight::draw(&mut canvas, *area, scene),
            Pane::Timing => timing::draw(&mut canvas, *area, scene),
            Pane::Charts => charts::draw(&mut canvas, *area, scene),
            Pane::Events => log::draw(&mut canvas, *area, scene),
            Pane::Done => done::draw(&mut canvas, *area, scene),
            Pane::Hosts => hosts::draw(&mut canvas, *area, scene),
        }
    }
    strip::draw(&mut canvas, layout.strip, scene);
    if let Some(id) = scene.view.detail {
        detail::draw(&mut canvas, id, scene);
    }
    scrub::draw(&mut canvas, layout.scrub, scene);
    // Where there is one line only, it is the one that is typed in.
    let footer = if layout.footer.is_empty() && scene.view.typing.is_some() { layout.header } else { layout.footer };
    footer::draw(&mut canvas, footer, scene);
    if scene.view.help && !layout.footer.is_empty() {
        help::draw(&mut canvas, scene);
    }
    if let Some(note) = scene.view.note.as_ref().filter(|_| !layout.footer.is_empty()) {
        note::draw(&mut canvas, layout.footer, note, scene);
    }
    sweep(canvas.buffer, scene.charset);
}

/// What the picture is made of, for a line on which not all of it can go at once. What lies over the panes is one part
/// with them.
pub fn parts(area: Rect, scene: &Scene<'_>) -> Parts {
    let layout = Layout::of(area, scene.view, scene.state);
    let always: Vec<Rect> =
        [layout.header, layout.strip, layout.scrub, layout.footer].into_iter().filter(|it| !it.is_empty()).collect();
    let body = Rect { y: layout.header.bottom(), height: area.height.saturating_sub(layout.header.height), ..area };
    let cover = scene.theme.name as u64;
    if scene.view.help {
        let body = Rect { y: area.y + 1, height: area.height.saturating_sub(2), ..area };
        let always = vec![Rect { height: 1, ..layout.header }, layout.footer];
        return Parts { panes: vec![body], always, cover, focus: 0 };
    }
    if scene.view.detail.is_some() || layout.panes.is_empty() {
        let height = body.height.saturating_sub(layout.strip.height + layout.scrub.height + layout.footer.height);
        return Parts { always, panes: vec![Rect { height, ..body }], cover, focus: 0 };
    }
    let focus = layout.panes.iter().position(|(pane, _)| *pane == scene.view.focus).unwrap_or(0);
    Parts { always, panes: layout.panes.into_iter().map(|(_, area)| area).collect(), focus, cover }
}

/// The second line of defence: whatever a pane has put into a cell, nothing that acts or hides leaves; and in
/// ASCII each of our own signs becomes one that every terminal has.
pub(super) fn sweep(buffer: &mut Buffer, charset: Charset) {
    let mut has_wide = false;
    for cell in &mut buffer.content {
        let symbol = cell.symbol();
        // Most cells are so, and nothing is to be done about them.
        if let [b' '..=b'~'] = symbol.as_bytes() {
            continue;
        }
        has_wide |= symbol.cell_width() > 1;
        if !text::is_seen(symbol) {
            cell.set_symbol("?");
        } else if charset == Charset::Ascii && !symbol.is_ascii() {
            let plain = plain(symbol);
            cell.set_symbol(plain);
        }
    }
    if has_wide {
        mend(buffer, buffer.area);
    }
}

/// A wide sign needs the cell behind it. Where something else was drawn there, a blank takes its place; and so it does in
/// the last column.
pub(super) fn mend(buffer: &mut Buffer, area: Rect) {
    for row in rows(area) {
        for x in row.left()..row.right() {
            let wide = buffer[(x, row.y)].symbol().cell_width() > 1;
            let free = x + 1 < buffer.area.right() && buffer[(x + 1, row.y)].symbol() == " ";
            if wide && !free {
                buffer[(x, row.y)].set_symbol(" ");
            }
        }
    }
}

/// Our own signs beside the marks of outcomes, and what stands for each in ASCII.
pub(super) const PLAIN: &[(&str, &str)] = &[
    ("─╸", "-"),
    ("━", "="),
    ("│", "|"),
    ("┃", "]"),
    ("┊", ":"),
    ("≈", "~"),
    ("≥", ">"),
    // No +, which is the mark of what is well.
    ("╭╮", "."),
    ("╰╯", "'"),
    ("█▇▆", "#"),
    ("▅▄", "="),
    ("▃▂▁", "_"),
    ("░", "."),
    ("▒", ":"),
    ("▓", "%"),
    ("●", "*"),
    ("‖", "|"),
    ("■", "#"),
    ("…", "~"),
    ("µ", "u"),
    ("▸▶", ">"),
    ("×", "x"),
    ("·", "."),
    ("▲↑", "^"),
    ("↓", "v"),
];

fn plain(symbol: &str) -> &'static str {
    let known = |signs: &str| symbol.chars().next().is_some_and(|sign| signs.contains(sign));
    MARKS.iter().chain(PLAIN).find(|(signs, _)| known(signs)).map_or("?", |(_, plain)| plain)
}
