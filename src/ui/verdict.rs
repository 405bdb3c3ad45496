//! The verdicts of a race, as they stand: a table, the ideal, and a sentence why for each. Knows no figures of its own.

use super::canvas::{Canvas, rows};
use super::lanes::RaceScene;
use crate::race::{End, columns, row, standings};
use crate::text::{Cut, Untrusted, width};
use ratatui::layout::Rect;
use ratatui::style::Style;

/// Longest text of an error.
const MESSAGE: usize = 2048;

/// A line, and its ink.
type Line = (String, Style);

/// Rows that are wanted at this width: none before the race is over.
pub fn height(scene: &RaceScene<'_>, width: u16) -> u16 {
    lines(scene, width).len() as u16
}

/// The rows that come first matter most, where not all of them have room.
pub fn draw(canvas: &mut Canvas<'_>, area: Rect, scene: &RaceScene<'_>) {
    if area.is_empty() {
        return;
    }
    for ((line, style), row) in lines(scene, area.width).iter().zip(rows(area)) {
        canvas.put(row.x, row.y, row.width, line, *style);
    }
}

fn lines(scene: &RaceScene<'_>, width: u16) -> Vec<Line> {
    let (race, theme) = (scene.race, scene.theme);
    let Some((_, end)) = &race.ended else { return Vec::new() };
    let mut lines = vec![("─".repeat(usize::from(width)), theme.dim)];
    if let End::Failed(trouble) = end {
        let message = Untrusted::new(&trouble.message, MESSAGE).shown(MESSAGE, Cut::End, scene.charset);
        lines.extend(wrapped(&format!("error: {message}"), width).map(|line| (line, theme.failed)));
        lines.extend(wrapped(&format!("hint: {}", trouble.hint), width).map(|line| (line, theme.text)));
    }
    let standings = standings(race);
    if standings.verdicts.is_empty() {
        lines.push((" no whole run, no verdict".to_owned(), theme.dim));
        return lines;
    }
    let columns = columns(race, usize::from(width.saturating_sub(1)));
    let heads = row(race, "", &columns, |column| column.title.to_owned());
    lines.push((format!(" {heads}"), theme.dim));
    for verdict in &standings.verdicts {
        let cells = row(race, &race.name(verdict.contestant), &columns, |column| (column.cell)(verdict));
        lines.push((format!(" {cells}"), theme.strong));
    }
    lines.extend(standings.ideal_words(race).map(|words| (format!(" {words}"), theme.dim)));
    lines.extend(standings.reasons(race).flat_map(|words| wrapped(&words, width).map(|line| (line, theme.text))));
    lines
}

/// Lines of at most `columns` columns, broken between words; those after the first are set in.
fn wrapped(words: &str, columns: u16) -> impl Iterator<Item = String> + use<> {
    let mut lines = vec![String::new()];
    for word in words.split(' ') {
        let last = lines.last().map_or(0, |line| width(line));
        if last > 1 && last + 1 + width(word) > usize::from(columns) {
            lines.push("  ".to_owned());
        }
        if let Some(line) = lines.last_mut() {
            line.push(' ');
            line.push_str(word);
        }
    }
    lines.into_iter()
}
