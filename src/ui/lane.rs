//! A lane of a race: how its contestant stands, and its fetches as bars on the axis of all lanes.

use super::canvas::{Canvas, Piece};
use super::lanes::RaceScene;
use super::theme::Theme;
use super::waterfall::sign;
use crate::clock::At;
use crate::phase::Phase;
use crate::race::{Bar, Figures, Run, Standing};
use crate::text;
use crate::units;
use ratatui::layout::Rect;
use ratatui::style::Style;
use std::time::Duration;

/// From this width on, labels are whole words.
const WIDE: u16 = 92;

pub struct Lane<'a> {
    name: String,
    /// The run that is running, or the last that ended.
    run: Option<&'a Run>,
    /// The one before it.
    ghost: Option<&'a Run>,
    /// The moment of the run that is shown.
    now: At,
    /// Rows for all its bars.
    pub need: u16,
}

impl<'a> Lane<'a> {
    pub fn of(scene: &RaceScene<'a>, contestant: usize) -> Lane<'a> {
        let mut runs = scene.race.runs_of(contestant).rev();
        let run = runs.next();
        let ghost = runs.find(|run| run.is_whole());
        let now = run.map_or(At(0), |run| run.now(scene.race.clock(scene.now)));
        // Before one of its runs has ended, nobody knows how many rows it will take.
        let ended = scene.race.runs_of(contestant).any(|run| run.standing != Standing::Running);
        let most = scene.race.runs_of(contestant).map(|run| run.track.rows()).max().unwrap_or(0);
        let need = if ended { u16::try_from(most.max(1)).unwrap_or(u16::MAX) } else { u16::MAX };
        Lane { name: scene.race.name(contestant), run, ghost, now, need }
    }

    /// How long its longest run took up to now.
    pub fn length(&self) -> Duration {
        let ends = [self.run, self.ghost].into_iter().flatten().map(|run| run.track.end(self.now) - At(0));
        ends.max().unwrap_or_default()
    }

    fn is_running(&self) -> bool {
        self.run.is_some_and(|run| run.standing == Standing::Running)
    }
}

/// The first row is the title.
pub fn draw(canvas: &mut Canvas<'_>, area: Rect, lane: &Lane<'_>, axis: Duration, scene: &RaceScene<'_>) {
    title(canvas, Rect { height: 1, ..area }, lane, scene);
    let bars = Rect { y: area.y + 1, height: area.height - 1, ..area };
    let (theme, over) = (scene.theme, scene.race.ended.is_some());
    if let Some(ghost) = lane.ghost.filter(|_| lane.is_running()) {
        track(canvas, bars, ghost, lane.now, axis, &|_| theme.dim);
    }
    let Some(run) = lane.run else { return };
    if lane.is_running() || over {
        // The ghost's ink is under it.
        track(canvas, bars, run, lane.now, axis, &|phase| Style::reset().patch(theme.phase(phase)));
    } else {
        track(canvas, bars, run, lane.now, axis, &|_| theme.dim);
    }
    let hidden = run.track.hidden(u64::from(bars.height));
    if hidden > 0 && bars.height > 0 {
        canvas.put(bars.right() + 1, bars.bottom() - 1, 6, &format!("+{hidden}"), theme.text);
    }
}

fn title(canvas: &mut Canvas<'_>, row: Rect, lane: &Lane<'_>, scene: &RaceScene<'_>) {
    let theme = scene.theme;
    let (sign, word, style) = standing(lane, theme);
    let name = format!("{:<1$}  ", lane.name, scene.race.widest_name());
    let word = if row.width < WIDE { String::new() } else { format!("{word:<8}") };
    let lead: [Piece<'_>; 4] = [(&name, theme.strong), (sign, style), (" ", style), (&word, style)];
    let mut x = canvas.pieces(row.x, row.y, row.width, &lead) + 1;
    let Some(run) = lane.run else { return };
    let end = row.right() + 6;
    for (label, value) in fields(&run.figures(), row.width >= WIDE) {
        // The last field that fits needs no room to grow in.
        let room = end.saturating_sub(x);
        if text::width(label) + text::width(value.trim_end()) > usize::from(room) {
            return;
        }
        x = canvas.pieces(x, row.y, room, &[(label, theme.dim), (&value, theme.text)]) + 1;
    }
}

fn standing(lane: &Lane<'_>, theme: &Theme) -> (&'static str, &'static str, Style) {
    match lane.run.map(|run| &run.standing) {
        None => ("·", "waiting", theme.dim),
        Some(Standing::Running) => ("●", "running", theme.ok),
        Some(Standing::Whole) => ("✓", "done", theme.ok),
        Some(Standing::Partial(_)) => ("⊘", "partial", theme.broken),
        Some(Standing::Failed) => ("✗", "failed", theme.failed),
    }
}

/// Labels and values in the order of their worth; each value has room to grow.
fn fields(figures: &Figures, wide: bool) -> [(&'static str, String); 6] {
    let label = |whole, short| if wide { whole } else { short };
    let unknown = || "·".to_owned();
    let last = if figures.last.is_zero() { unknown() } else { units::span(figures.last) };
    let cpu = figures.cpu.map_or_else(unknown, units::span);
    let memory = figures.peak_bytes.map_or_else(unknown, units::bytes);
    let threads = figures.threads.map_or_else(unknown, |threads| units::count(u64::from(threads)));
    [
        (label("last time ", "last "), format!("{last:<7}")),
        (label("at once ", "once "), format!("{:<5}", units::count(figures.at_once))),
        ("threads ", format!("{threads:<5}")),
        (label("memory ", "mem "), format!("{memory:<7}")),
        ("steps ", format!("{:<6}", units::count(figures.steps))),
        ("cpu ", format!("{cpu:<6}")),
    ]
}

/// The bars of a run, each in its row, as far as there are rows.
fn track(canvas: &mut Canvas<'_>, area: Rect, run: &Run, now: At, axis: Duration, ink: &dyn Fn(Phase) -> Style) {
    for bar in run.track.bars().iter().filter(|bar| bar.row < u32::from(area.height)) {
        let row = Rect { y: area.y + bar.row as u16, height: 1, ..area };
        draw_bar(canvas, row, bar, now, axis, ink);
    }
}

/// A cell shows the phase of its middle, but the first one that in which the fetch began: so that of two bars in a
/// row one sees where the second begins.
fn draw_bar(canvas: &mut Canvas<'_>, row: Rect, bar: &Bar, now: At, axis: Duration, ink: &dyn Fn(Phase) -> Style) {
    let cells = f64::from(row.width);
    let place = |at: At| cells * (at - At(0)).as_secs_f64() / axis.as_secs_f64();
    let end = bar.end(now);
    let first = place(bar.started).floor().min(cells) as u16;
    let last = (place(end).round().min(cells) as u16).max(first + 1);
    let slowest = bar.marks.slowest(end).map_or(Phase::Blocked, |(phase, _)| phase);
    for x in first..last.min(row.width) {
        let middle = At(((f64::from(x) + 0.5) / cells * axis.as_secs_f64() * 1e6) as u64);
        let within = bar.marks.spans(end).find(|&(_, from, to)| from <= middle && middle < to);
        let begins = (x == first && last > first + 1).then(|| bar.marks.spans(end).next()).flatten();
        let phase = begins.or(within).map_or(slowest, |(phase, ..)| phase);
        canvas.put(row.x + x, row.y, 1, sign(phase), ink(phase));
    }
}
