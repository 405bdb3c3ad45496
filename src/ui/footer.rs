//! The keys that matter, as many as fit.

use super::canvas::Canvas;
use super::finder;
use super::keys::{Action, Binding, Change, Places, Play, bindings};
use super::marks;
use super::note::Copied;
use super::scene::Scene;
use super::scrub;
use super::theme::Theme;
use super::view::Pane;
use crate::clock::At;
use crate::text::{Cut, Untrusted};
use ratatui::layout::Rect;
use ratatui::style::Style;
use std::time::Duration;

/// Keys that stand before the one that clears: they lead out and to the help.
const FIRST: usize = 2;
/// How long words stand there.
pub const MOMENT: Duration = Duration::from_secs(3);
/// And words about what can't be mended; behind them a sign stays in the header.
const LONG_MOMENT: Duration = Duration::from_secs(10);
/// What is about a row of a table, or about all.
const ABOUT_ROWS: [Action; 4] = [Action::Detail, Action::Sort(1), Action::Copy(Copied::Url), Action::Retry];
/// Bytes of what is looked for.
const TYPED: usize = 512;

pub fn draw(canvas: &mut Canvas<'_>, area: Rect, scene: &Scene<'_>) {
    if let Some(line) = &scene.view.typing {
        return finder::draw(canvas, area, line, scene);
    }
    if scene.view.scrub.as_ref().is_some_and(|scrub| scrub::draw_line(canvas, area, scrub, scene)) {
        return;
    }
    let columns = usize::from(area.width);
    let (words, style) = told(columns, scene).unwrap_or_else(|| stays(columns, scene));
    let taken = match crate::text::width(&words) as u16 {
        0 => 0,
        width => (width + 3).min(area.width),
    };
    canvas.put_right(area.right().saturating_sub(1), area.y, taken.saturating_sub(1), &words, style);
    let area = Rect { width: area.width - taken, ..area };
    let mut all: Vec<_> = bindings(Places::of_view(scene.view)).filter(|binding| matters(binding, scene)).collect();
    // After the end of a run, what failed is what is left to do.
    if scene.run().0.ended.is_some() && scene.view.detail.is_none() {
        all[FIRST..].sort_by_key(|binding| !binding.does(Action::RetryFailed));
    }
    let all: Vec<_> = all.into_iter().filter_map(|binding| named(binding, scene)).collect();
    let (first, rest) = all.split_at(all.len().min(FIRST));
    let first = first.iter().copied().chain(ends(scene)).chain(clears(scene));
    keys(canvas, area, first.chain(rest.iter().copied()), scene.theme);
}

/// Keys and word; where what the key does is done already, the word is what undoes it.
fn named(binding: &Binding, scene: &Scene<'_>) -> Option<(&'static str, &'static str)> {
    let (keys, word) = binding.named()?;
    let view = scene.view;
    let plays = view.scrub.as_ref().is_some_and(|scrub| scrub.standing.playing);
    let instead = [
        (Action::Pause, scene.run().0.paused, "resume"),
        (Action::Freeze, view.frozen.is_some(), "thaw"),
        (Action::Play(Play::Toggle), plays, "stop"),
    ];
    let done = instead.into_iter().find(|&(action, is_done, _)| is_done && binding.does(action));
    Some((keys, done.map_or(word, |(.., instead)| instead)))
}

/// What the key that ends a run does, once it is ending.
fn ends(scene: &Scene<'_>) -> Option<(&'static str, &'static str)> {
    let run = scene.run().0;
    let ending = run.draining.is_some() && run.ended.is_none() && scene.view.scrub.is_none();
    ending.then_some(("^C", "end at once"))
}

/// Whether a key would do anything as the run stands. In a replay none of these is bound.
fn matters(binding: &Binding, scene: &Scene<'_>) -> bool {
    const CONCURRENCY: Action = Action::Concurrency(Change::Up);
    let (state, run) = (scene.state, scene.run().0);
    let does = |actions: &[Action]| actions.iter().any(|&action| binding.does(action));
    // The page of what is done is looked at for what became of it.
    let is_done = scene.view.detail.is_some_and(|id| state.requests.get(id).is_none_or(|request| request.settled));
    let retries = !does(&[Action::RetryFailed]) || state.tally.may_pass() > 0;
    match () {
        () if scene.is_idle() && does(&ABOUT_ROWS) => false,
        () if does(&[Action::Retry, Action::RetryFailed]) => run.may_retry() && retries,
        () if does(&[Action::Freeze]) => run.ended.is_none() || scene.view.frozen.is_some(),
        () if does(&[Action::Cancel]) => run.ended.is_none() && !is_done,
        () if does(&[CONCURRENCY]) => run.ended.is_none() && run.draining.is_none() && !is_done,
        () if does(&[Action::Pause]) => run.ended.is_none() && run.draining.is_none(),
        () => true,
    }
}

/// What to go back does, where it does not close a page: what is looked for is so no more.
fn clears(scene: &Scene<'_>) -> Option<(&'static str, &'static str)> {
    let view = scene.view;
    let word = if view.before_host.is_some() { "back" } else { "clear" };
    (view.detail.is_none() && !view.typed.is_empty()).then_some(("esc", word))
}

/// What is looked for, as long as no pane is seen whose title says it.
fn stays(columns: usize, scene: &Scene<'_>) -> (String, Style) {
    const LEAST: usize = 8;
    let (theme, charset) = (scene.theme, scene.charset);
    let room = columns / 3;
    let typed = Untrusted::new(&scene.view.typed, TYPED);
    let view = scene.view;
    let untitled = view.zoom && matches!(view.focus, Pane::Timing | Pane::Charts);
    let shown = (!view.typed.is_empty() && untitled && room >= LEAST).then(|| typed.shown(room, Cut::End, charset));
    (shown.map_or(String::new(), |typed| format!("/{typed}")), theme.strong)
}

/// Whether something is told that leaves after a moment.
pub fn is_told(scene: &Scene<'_>) -> bool {
    told(usize::MAX, scene).is_some()
}

/// For a moment, why the last key had no effect, that the recording has ended and why, or which wish took effect last: of
/// the run as it is now, though the picture is held still.
fn told(columns: usize, scene: &Scene<'_>) -> Option<(String, Style)> {
    let (theme, (run, now)) = (scene.theme, scene.run());
    let stands = |since: At| now - since < MOMENT;
    // In a recording that stands, what was told last would stand there for as long.
    let plays = scene.view.scrub.as_ref().is_none_or(|scrub| scrub.standing.playing);
    if let Some(notice) = scene.view.notice {
        return Some((notice.words.to_owned(), if notice.is_trouble { theme.broken } else { theme.strong }));
    }
    let ended = run.recording_ended.as_ref().filter(|(at, _)| plays && now - *at < LONG_MOMENT && run.ended.is_none());
    if let Some((_, message)) = ended {
        const WORDS: &str = "recording ended: ";
        let room = columns.saturating_sub(WORDS.len() + 2);
        return Some((format!("{WORDS}{}", message.shown(room, Cut::Early, scene.charset)), theme.failed));
    }
    let mark = scene.mark().filter(|mark| plays && stands(mark.last) && run.ended.is_none());
    mark.map(|mark| (marks::words(mark.change), theme.strong))
}

pub fn keys(
    canvas: &mut Canvas<'_>,
    area: Rect,
    all: impl Iterator<Item = (&'static str, &'static str)>,
    theme: &Theme,
) {
    if area.is_empty() {
        return;
    }
    let mut x = area.x + 1;
    for (keys, word) in all {
        let width = (crate::text::width(keys) + 1 + word.len()) as u16;
        if x + width > area.right() {
            return;
        }
        x = canvas.pieces(x, area.y, width, &[(keys, theme.key), (" ", theme.dim), (word, theme.dim)]) + 2;
    }
}
