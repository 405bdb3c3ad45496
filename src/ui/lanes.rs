//! The picture of a race: a lane a contestant on one time axis, and in the end the verdicts. Knows no terminal.

use super::canvas::{Canvas, Piece, rows};
use super::footer;
use super::keys::{Action, Binding, Places};
use super::lane::{self, Lane};
use super::picture::sweep;
use super::theme::Theme;
use super::verdict;
use super::view::Pane;
use crate::clock::At;
use crate::race::{End, Race};
use crate::text::{Charset, Cut};
use crate::units;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::widgets::{Clear, Widget};
use std::time::Duration;

/// What the picture of a race is made from. Drawing only reads it.
pub struct RaceScene<'a> {
    pub race: &'a Race,
    /// The moment that is shown, in the time of the race.
    pub now: At,
    pub theme: &'a Theme,
    pub charset: Charset,
    pub help: bool,
}

/// Below either of these, one line is all there is.
const LEAST: (u16, u16) = (40, 10);
/// Below this width, there is room for the essentials only.
const NARROW: u16 = 64;
/// Columns left of the bars, and right of them for the number of those that have no room.
const MARGINS: (u16, u16) = (1, 7);
/// The shortest axis.
const SHORTEST: Duration = Duration::from_millis(10);
/// What takes longer does so beyond the end of the axis.
const LONGEST: Duration = Duration::from_secs(1_000_000);
/// Lengths of an axis within a factor of ten, and into how many parts each is divided.
const AXES: [(u32, u32); 4] = [(10, 5), (15, 3), (25, 5), (50, 5)];

/// The keys of a race, of all that the dashboard knows.
const ACTIONS: [Action; 7] =
    [Action::Quit, Action::Help, Action::Theme, Action::Redraw, Action::Suspend, Action::Interrupt, Action::Back];

/// Draws the scene over all of `buffer`, which is to be empty.
pub fn draw_race(buffer: &mut Buffer, scene: &RaceScene<'_>) {
    let area = buffer.area;
    let mut canvas = Canvas { buffer };
    if area.width < LEAST.0 || area.height < LEAST.1 {
        one_line(&mut canvas, area, scene);
    } else {
        header(&mut canvas, Rect { height: 1, ..area }, scene);
        body(&mut canvas, Rect { y: area.y + 1, height: area.height - 2, ..area }, scene);
        footer::keys(
            &mut canvas,
            Rect { y: area.bottom() - 1, height: 1, ..area },
            bindings().filter_map(Binding::named),
            scene.theme,
        );
        if scene.help {
            help(&mut canvas, scene);
        }
    }
    sweep(canvas.buffer, scene.charset);
}

fn bindings() -> impl Iterator<Item = &'static Binding> {
    let all = super::keys::bindings(Places::watching(Pane::InFlight));
    all.filter(|binding| ACTIONS.iter().any(|&action| binding.does(action)))
}

fn one_line(canvas: &mut Canvas<'_>, area: Rect, scene: &RaceScene<'_>) {
    if area.is_empty() {
        return;
    }
    let (word, style) = standing(scene);
    canvas.pieces(area.x, area.y, area.width, &[(&word, style), ("  ", style), (&place(scene.race), scene.theme.text)]);
}

/// Which round, and who runs.
fn place(race: &Race) -> String {
    let Some(run) = race.runs.last() else { return String::new() };
    format!("round {} of {}", run.round, race.rounds)
}

fn header(canvas: &mut Canvas<'_>, area: Rect, scene: &RaceScene<'_>) {
    let theme = scene.theme;
    let (word, style) = standing(scene);
    let clock = units::clock(scene.race.clock(scene.now) - At(0));
    let place = format!("{}   ", place(scene.race));
    let right: [Piece<'_>; 4] = [(&place, theme.text), (&word, style), ("  ", theme.text), (&clock, theme.text)];
    let taken = right.iter().map(|(text, _)| crate::text::width(text)).sum::<usize>() as u16;
    let begin = area.right().saturating_sub(taken + 1);
    canvas.pieces(begin, area.y, taken, &right);
    let name = if area.width < NARROW { " " } else { " crawltop race  " };
    let x = canvas.put(area.x, area.y, begin, name, theme.strong);
    let room = begin.saturating_sub(x + 2);
    if room >= 8 {
        let target = scene.race.target.shown(usize::from(room), Cut::Middle, scene.charset);
        canvas.put(x, area.y, room, &target, theme.text);
    }
}

/// One word for how the race stands, always as wide.
fn standing(scene: &RaceScene<'_>) -> (String, Style) {
    let (race, theme) = (scene.race, scene.theme);
    let (word, style) = match (&race.ended, race.draining) {
        (Some((_, End::Finished)), _) => ("✓ finished".to_owned(), theme.ok),
        (Some((_, End::Stopped(_))), _) => ("✗ stopped".to_owned(), theme.failed),
        (Some((_, End::Failed(_))), _) => ("✗ failed".to_owned(), theme.failed),
        (None, Some(until)) => (format!("● ends {}", units::wait(until - scene.now)), theme.broken),
        (None, None) => ("● running".to_owned(), theme.ok),
    };
    (format!("{word:<10}"), style)
}

/// The axis and the lanes, and below them the verdicts as soon as there are any.
fn body(canvas: &mut Canvas<'_>, area: Rect, scene: &RaceScene<'_>) {
    let lanes: Vec<Lane<'_>> = (0..scene.race.contestants.len()).map(|at| Lane::of(scene, at)).collect();
    let told = verdict::height(scene, area.width).min(area.height.saturating_sub(1 + 2 * lanes.len() as u16));
    let (length, parts) = axis(lanes.iter().map(Lane::length).max().unwrap_or_default());
    let bars =
        Rect { x: area.x + MARGINS.0, width: area.width - MARGINS.0 - MARGINS.1, height: area.height - told, ..area };
    ticks(canvas, bars, length, parts, scene.theme);
    let mut y = area.y + 1;
    let places = share(&lanes, bars.height - 1);
    for (lane, height) in lanes.iter().zip(places).filter(|(_, height)| *height > 0) {
        lane::draw(canvas, Rect { y, height, ..bars }, lane, length, scene);
        y += height;
    }
    verdict::draw(canvas, Rect { y: area.bottom() - told, height: told, ..area }, scene);
}

/// Rows of each lane, its title counted in. As many as it needs where they are there; else the lanes that need more
/// share what the others leave.
fn share(lanes: &[Lane<'_>], height: u16) -> Vec<u16> {
    let mut given = vec![0; lanes.len()];
    for _ in 0..height {
        let wants = (0..lanes.len()).filter(|&at| given[at] < lanes[at].need.saturating_add(1));
        let Some(least) = wants.min_by_key(|&at| given[at]) else { break };
        given[least] += 1;
    }
    given
}

/// The shortest axis that `longest` fits on, and its parts. There are few lengths, so that it changes rarely.
fn axis(longest: Duration) -> (Duration, u32) {
    let longest = longest.min(LONGEST);
    let mut unit = SHORTEST / 10;
    loop {
        if let Some((length, parts)) = AXES.into_iter().find(|(length, _)| unit * *length >= longest) {
            return (unit * length, parts);
        }
        unit *= 10;
    }
}

fn ticks(canvas: &mut Canvas<'_>, bars: Rect, length: Duration, parts: u32, theme: &Theme) {
    for part in 0..=parts {
        let x = bars.x + (u32::from(bars.width) * part / parts) as u16;
        let room = bars.right() + MARGINS.1 - x;
        canvas.put(x, bars.y, room, &tick(length * part / parts), theme.dim);
    }
}

/// `0`, `250ms`, `1.5s`, `1m 40s`.
fn tick(at: Duration) -> String {
    match at.as_millis() {
        0 => "0".to_owned(),
        ms @ 1..1_000 => format!("{ms}ms"),
        1_000..60_000 => format!("{}s", at.as_secs_f64()),
        _ => units::wait(at),
    }
}

fn help(canvas: &mut Canvas<'_>, scene: &RaceScene<'_>) {
    const LINES: [&str; 5] = [
        "All fetch the same pages in turn, each run as a process of its own.",
        "A bar is a fetch from the moment it is under way. In one row fetches",
        "followed each other; as many rows, as many were under way at once.",
        "+n: so many bars have no room. Runs that are over are dim; under one",
        "that is running lies the run before it.",
    ];
    let theme = scene.theme;
    let screen = canvas.buffer.area;
    let height = (bindings().count() + LINES.len() + 5) as u16;
    let area = super::help::centered(screen, 72, height);
    Clear.render(area, canvas.buffer);
    let inner = canvas.pane(area, theme.focus, &[("Help", theme.strong), (" ─ esc goes back", theme.dim)]);
    let mut places = rows(inner);
    for (binding, row) in bindings().zip(&mut places) {
        let keys = format!(" {:<7}", binding.keys);
        canvas.pieces(row.x, row.y, row.width, &[(&keys, theme.key), (binding.meaning, theme.text)]);
    }
    places.next();
    for (line, row) in LINES.iter().zip(&mut places) {
        canvas.pieces(row.x, row.y, row.width, &[(" ", theme.text), (line, theme.text)]);
    }
    places.next();
    if let Some(row) = places.next() {
        super::help::signs(canvas, row, theme);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_is_the_next_of_few_lengths() {
        let cases =
            [(0, 10), (10, 10), (11, 15), (104, 150), (400, 500), (999, 1_000), (2_040, 2_500), (600_000, 1_000_000)];
        for (ms, expected) in cases {
            assert_eq!(axis(Duration::from_millis(ms)).0, Duration::from_millis(expected), "{ms}");
        }
        assert_eq!(axis(Duration::MAX).0, LONGEST);
    }

    #[test]
    fn ticks_are_round() {
        let at = |ms| tick(Duration::from_millis(ms));
        assert_eq!([at(0), at(250), at(1_000), at(1_500), at(100_000)], ["0", "250ms", "1s", "1.5s", "1m 40s"]);
    }
}
