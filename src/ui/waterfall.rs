//! Bars: a request's phases along a time axis, and a history of numbers. Knows no place on the screen.

use super::canvas::Canvas;
use super::theme::Theme;
use crate::clock::At;
use crate::phase::{Marks, Phase};
use ratatui::layout::Rect;
use std::time::Duration;

/// The sign of each phase; the ink differs too.
const SIGNS: [&str; Phase::ALL.len()] = ["·", "░", "▒", "▓", "╸", "━", "█"];

pub fn sign(phase: Phase) -> &'static str {
    SIGNS[phase as usize]
}

/// Lengths an axis may have, so that it changes rarely and reads well.
const AXES: [u64; 12] = [100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 30_000, 60_000, 120_000, 300_000];

/// The shortest axis that `longest` fits on.
pub fn axis(longest: Duration) -> Duration {
    let fits = |ms: &&u64| Duration::from_millis(**ms) >= longest;
    Duration::from_millis(AXES.iter().find(fits).copied().unwrap_or(3_600_000))
}

/// Draws the phases from the left end of `area`, whose width is `axis` long.
pub fn draw(canvas: &mut Canvas<'_>, area: Rect, marks: &Marks, started: At, now: At, axis: Duration, theme: &Theme) {
    let cells = f64::from(area.width);
    let place = |at: At| (cells * (at - started).as_secs_f64() / axis.as_secs_f64()).round() as u16;
    let ends: Vec<(Phase, u16)> = marks.spans(now).map(|(phase, _, to)| (phase, place(to))).collect();
    let mut x = 0;
    for (phase, end) in shared(&ends, area.width) {
        for at in x..end {
            canvas.put(area.x + at, area.y, 1, sign(phase), theme.phase(phase));
        }
        x = end;
    }
}

/// A bar of phases that begins somewhere on an axis: the cells before it, and the cells of each phase.
pub fn stretch(marks: &Marks, (from, to): (At, At), axis: Duration, cells: u16) -> (u16, Vec<(Phase, u16)>) {
    let place = |at: At| (f64::from(cells) * (at - from).as_secs_f64() / axis.as_secs_f64()).round() as u16;
    let Some((_, begin, _)) = marks.spans(to).next() else { return (0, Vec::new()) };
    let before = place(begin).min(cells.saturating_sub(1));
    let ends: Vec<_> = marks.spans(to).map(|(phase, _, to)| (phase, place(to).saturating_sub(before))).collect();
    let mut x = 0;
    let lengths = shared(&ends, cells - before).into_iter().map(|(phase, end)| {
        let length = end.saturating_sub(x);
        x = end;
        (phase, length)
    });
    (before, lengths.collect())
}

/// Where each phase ends on `cells` cells. Short ones share a cell, which shows the one that reaches it
/// first: no phase that took no time to speak of lengthens the bar. The current phase is always seen.
fn shared(ends: &[(Phase, u16)], cells: u16) -> Vec<(Phase, u16)> {
    let Some((&(current, now), passed)) = ends.split_last() else { return Vec::new() };
    let mut x = 0;
    let mut seen = Vec::new();
    for &(phase, end) in passed.iter() {
        let end = end.min(now).min(cells.saturating_sub(1));
        if end > x {
            seen.push((phase, end));
            x = end;
        }
    }
    seen.push((current, now.max(x + 1).min(cells)));
    seen
}

const LEVELS: [&str; 8] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];

/// A bar a number, to the scale of the largest; nothing is blank.
pub fn spark<N: Copy + Into<u64>>(numbers: &[N]) -> String {
    let largest = numbers.iter().map(|&number| number.into()).max().unwrap_or(0);
    numbers.iter().map(|&number| level(number.into(), largest)).collect()
}

fn level(number: u64, largest: u64) -> &'static str {
    match number {
        0 => " ",
        _ => LEVELS[usize::try_from((number * 8).div_ceil(largest.max(1)) - 1).unwrap_or(7).min(7)],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spark_is_to_scale_and_shows_the_smallest() {
        assert_eq!(spark(&[0_u32, 1, 50, 100]), " ▁▄█");
        assert_eq!(spark::<u32>(&[]), "");
        assert_eq!(spark(&[0_u32, 0]), "  ");
    }

    #[test]
    fn short_phases_lengthen_no_bar_and_the_current_one_is_seen() {
        use Phase::{Body, Connect, Dns, Send, Wait};
        let ends = [(Dns, 0), (Connect, 3), (Send, 3), (Wait, 3)];
        assert_eq!(shared(&ends, 10), [(Connect, 3), (Wait, 4)]);
        assert_eq!(shared(&[(Connect, 0), (Send, 0), (Wait, 7), (Body, 8)], 10), [(Wait, 7), (Body, 8)]);
        assert_eq!(shared(&[(Connect, 10), (Body, 10)], 10), [(Connect, 9), (Body, 10)]);
        assert_eq!(shared(&[(Connect, 0)], 0), [(Connect, 0)]);
    }

    #[test]
    fn a_bar_stands_where_it_began_and_ends_on_the_axis() {
        let mut marks = Marks::new();
        for (phase, ms) in [(Phase::Connect, 500), (Phase::Wait, 600), (Phase::Body, 900)] {
            marks.enter(phase, At(ms * 1000));
        }
        let bar = |cells| stretch(&marks, (At(0), At(1_000_000)), Duration::from_secs(1), cells);
        assert_eq!(bar(10), (5, vec![(Phase::Connect, 1), (Phase::Wait, 3), (Phase::Body, 1)]));
        assert_eq!(bar(1), (0, vec![(Phase::Body, 1)]));
        assert_eq!(stretch(&Marks::new(), (At(0), At(9)), Duration::from_secs(1), 10), (0, vec![]));
    }

    #[test]
    fn the_axis_is_the_next_round_length() {
        assert_eq!(axis(Duration::from_millis(1_001)), Duration::from_secs(2));
        assert_eq!(axis(Duration::ZERO), Duration::from_millis(100));
        assert_eq!(axis(Duration::from_secs(9_999)), Duration::from_secs(3600));
    }
}
