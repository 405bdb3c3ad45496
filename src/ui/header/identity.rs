//! The first line of the header: what runs, how it stands and for how long, whether it is recorded, and how fast it is.

use super::{NARROW, width};
use crate::clock::At;
use crate::control::EndReason;
use crate::event::Engine;
use crate::state::Progress;
use crate::text::{Cut, Untrusted};
use crate::timeline::Speed;
use crate::ui::canvas::{Canvas, Piece};
use crate::ui::scene::Scene;
use crate::ui::speed::speed;
use crate::ui::waterfall::spark;
use crate::units;
use ratatui::layout::Rect;
use ratatui::style::Style;
use std::time::Duration;

/// Bars of the sparkline, a second each.
const BARS: usize = 10;
/// From this width on, the rates stand here with their history, and a recording with its size.
const ROOMY: u16 = 110;
/// Columns of how a run stands, and of how one that was recorded is played.
const RUN: usize = 10;
const REPLAYED: usize = 13;
/// What stands before the target.
const NAME: &str = " crawltop  ";
/// And in its stead where no robots.txt is asked.
pub const RUDE: &str = " no robots  ";
/// With which piece the middle begins, and the columns behind it, in which the clock can grow: what leaves for these words
/// where there is no room is the engine, then how many are in flight, then that room.
const LEAVING: [(usize, u16); 4] = [(0, 3), (2, 3), (4, 3), (4, 1)];
/// Columns in which a target that is cut says something.
const LEAST: usize = 8;

pub fn draw(canvas: &mut Canvas<'_>, area: Rect, scene: &Scene<'_>) {
    let theme = scene.theme;
    let end = rates(canvas, area, scene);
    let clock = units::clock(scene.now - At(0));
    let (sign, style) = standing(scene);
    let engine = scene.state.run.engine.map_or("", Engine::name);
    let cap = scene.state.run.most().to_string();
    let busy = format!("{:>width$}/{cap}", scene.state.requests.in_flight(), width = cap.len().max(2));
    let recording = recording(scene, area.width);
    let middle: [Piece<'_>; 9] = [
        (engine, theme.dim),
        (" ", theme.dim),
        (&busy, theme.strong),
        ("   ", theme.text),
        (&sign, style),
        ("  ", theme.text),
        (&clock, theme.text),
        (recording.label, recording.style),
        (&recording.state, theme.text),
    ];
    let rude = scene.state.run.no_robots;
    let begin = |(from, gap): (usize, u16)| end.saturating_sub(width(&middle[from..]) + gap);
    let fits = |form: &(usize, u16)| !rude || usize::from(begin(*form) - area.x) >= RUDE.len() - 1;
    let form = LEAVING.into_iter().find(fits).unwrap_or(LEAVING[LEAVING.len() - 1]);
    let (shown, begin) = (&middle[form.0..], begin(form));
    canvas.pieces(begin, area.y, width(shown), shown);
    let room = usize::from(begin.saturating_sub(area.x + 2));
    let name = if rude { RUDE } else { NAME };
    let (name, target) = called(scene, room, if rude || area.width >= NARROW { name } else { "" });
    let x = canvas.put(area.x, area.y, begin, name, if rude { theme.timeout } else { theme.strong });
    canvas.put(x, area.y, begin.saturating_sub(x), &target, theme.text);
}

/// The name of the program and what runs, in so many columns. What runs has the first claim to them: it loses its scheme,
/// then the name beside it, then its end; and its host is cut only where there is room for nothing else. But that no
/// robots.txt is asked comes before all of it.
fn called(scene: &Scene<'_>, room: usize, name: &'static str) -> (&'static str, String) {
    let Some(target) = &scene.state.run.target else { return (name, String::new()) };
    let left = |name: &str| room.saturating_sub(name.len());
    let shown = |target: &Untrusted, cut, room| target.shown(room, cut, scene.charset);
    let bare = target.without_scheme();
    let lead = match name {
        RUDE => RUDE,
        "" => "",
        _ => " ",
    };
    for (name, target) in [(name, target), (name, &bare), (lead, &bare)] {
        let whole = shown(target, Cut::End, usize::MAX);
        if crate::text::width(&whole) <= left(name) {
            return (name, whole);
        }
    }
    let cut = if bare.authority().len() < left(lead) { Cut::End } else { Cut::Middle };
    if left(lead) < LEAST { (name.trim_end(), String::new()) } else { (lead, shown(&bare, cut, left(lead))) }
}

/// That the run is recorded, and where there is room how large that is by now, always as wide; or that it is so no
/// longer. In a replay it is left out: there all that is seen was recorded, and it would be taken for a recording of the
/// replay.
pub fn recording(scene: &Scene<'_>, columns: u16) -> Recording {
    let (run, theme) = (&scene.state.run, scene.theme);
    let over = run.ended.is_some() || scene.view.scrub.is_some();
    let (label, style, state) = match (&run.recording_ended, scene.state.resources.last.recorded_kib) {
        (Some(_), _) if scene.view.scrub.is_none() => ("  ✗ rec", theme.failed, "ended".to_owned()),
        (None, Some(kib)) if !over => ("  ● rec", theme.dim, units::bytes(u64::from(kib) << 10)),
        _ => return Recording::default(),
    };
    let state = if columns >= ROOMY { format!(" {state:>7}") } else { String::new() };
    Recording { label, style, state }
}

/// How the recording of a run stands.
#[derive(Default)]
pub struct Recording {
    pub label: &'static str,
    style: Style,
    state: String,
}

/// Requests and bytes a second at the right end; tells where they begin.
fn rates(canvas: &mut Canvas<'_>, area: Rect, scene: &Scene<'_>) -> u16 {
    let theme = scene.theme;
    let (requests, bytes) = speed(scene);
    let requests = format!("{:>4}", units::number(requests));
    let bytes = format!("{:>9}", units::bytes_per_second(bytes));
    let history = scene.state.rate.history(scene.now, Duration::from_secs(1), BARS);
    let history = spark(&history);
    let all: [Piece<'_>; 6] = [
        ("req/s ", theme.dim),
        (&requests, theme.strong),
        (" ", theme.text),
        (&history, theme.ok),
        (" ", theme.text),
        (&bytes, theme.text),
    ];
    let shown: &[Piece<'_>] = if area.width >= ROOMY { &all } else { &all[..2] };
    let shown = if area.width < NARROW { &[] } else { shown };
    let taken = width(shown);
    let begin = area.right().saturating_sub(taken + 1);
    canvas.pieces(begin, area.y, taken, shown);
    begin
}

/// One word for how the run stands, always as wide; while one that was recorded goes on, how it is played.
pub fn standing(scene: &Scene<'_>) -> (String, Style) {
    let theme = scene.theme;
    if scene.view.frozen.is_some() {
        return (format!("{:<10}", "■ frozen"), theme.timeout);
    }
    let progress = scene.state.run.progress(scene.now);
    let replay = scene.view.scrub.as_ref().map(|scrub| &scrub.standing);
    let (word, style) = match progress {
        Progress::Ended(EndReason::Finished) => ("✓ finished".to_owned(), theme.ok),
        Progress::Ended(_) => ("✗ stopped".to_owned(), theme.failed),
        // The recording is torn off: what it tells of went on.
        _ if replay.is_some_and(|standing| standing.ended && !standing.playing) => {
            ("■ at the end".to_owned(), theme.strong)
        }
        _ if replay.is_some_and(|standing| !standing.playing) => ("‖ stands".to_owned(), theme.strong),
        Progress::Draining(left) => (format!("● ends {:.0}s", left.as_secs_f64().ceil()), theme.broken),
        _ if let Some(standing) = replay => (format!("▶ replay {}", Speed::words(standing.speed.times())), theme.ok),
        Progress::Running => ("● running".to_owned(), theme.ok),
        Progress::Paused => ("‖ paused".to_owned(), theme.broken),
    };
    // The last picture of a recording is that of the run.
    let replayed = scene.view.scrub.is_some() && scene.state.run.ended.is_none();
    let room = if replayed { REPLAYED } else { RUN };
    (format!("{word:<room$}"), style)
}
