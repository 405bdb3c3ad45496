//! The whole picture: each pane in its place. Knows no terminal.

use super::canvas::Canvas;
use super::layout::Layout;
use super::scene::Scene;
use super::view::Pane;
use super::{charts, done, footer, header, help, hosts, inflight, log, strip, timing};
use crate::report::MARKS;
use crate::text::Charset;
use ratatui::buffer::Buffer;

/// Draws the scene over all of `buffer`, which is to be empty.
pub fn draw(buffer: &mut Buffer, scene: &Scene<'_>) {
    let layout = Layout::of(buffer.area, scene.view, scene.state.hosts.len());
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
    // Where there is one line only, it is the one that is typed in.
    let footer = if layout.footer.is_empty() && scene.view.typing.is_some() { layout.header } else { layout.footer };
    footer::draw(&mut canvas, footer, scene);
    if scene.view.help && !layout.footer.is_empty() {
        help::draw(&mut canvas, scene);
    }
    sweep(canvas.buffer, scene.charset);
}

/// The second line of defence: whatever a pane has put into a cell, no control leaves; and in ASCII each of our own
/// signs becomes one that every terminal has.
pub(super) fn sweep(buffer: &mut Buffer, charset: Charset) {
    for cell in &mut buffer.content {
        let symbol = cell.symbol();
        if symbol.chars().any(char::is_control) {
            cell.set_symbol("?");
        } else if charset == Charset::Ascii && !symbol.is_ascii() {
            let plain = plain(symbol);
            cell.set_symbol(plain);
        }
    }
}

/// Our own signs beside the marks of outcomes, and what stands for each in ASCII.
const PLAIN: &[(&str, &str)] = &[
    ("─╸", "-"),
    ("━", "="),
    ("│", "|"),
    ("┊", ":"),
    ("≈", "~"),
    ("╭╮╰╯┌┐└┘", "+"),
    ("█▇▆", "#"),
    ("▅▄", "="),
    ("▃▂▁", "_"),
    ("░", "."),
    ("▒", ":"),
    ("▓", "%"),
    ("●", "*"),
    ("‖■", "="),
    ("…", "~"),
    ("µ", "u"),
    ("▸", ">"),
    ("×", "x"),
    ("·", "."),
    ("▲↑", "^"),
    ("↓", "v"),
];

fn plain(symbol: &str) -> &'static str {
    let known = |signs: &str| symbol.chars().next().is_some_and(|sign| signs.contains(sign));
    MARKS.iter().chain(PLAIN).find(|(signs, _)| known(signs)).map_or("?", |(_, plain)| plain)
}
