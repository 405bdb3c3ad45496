//! The legs of all attempts on one time axis, as bars and in numbers. Knows nothing of what was said in them.

use super::sheet::{Line, Sheet};
use super::subject::Subject;
use crate::clock::At;
use crate::phase::Phase;
use crate::state::{Attempt, End, Leg};
use crate::ui::waterfall::{axis, sign, stretch};
use crate::units;
use ratatui::style::Style;
use std::time::Duration;

/// Columns of a leg's name: its number, and what it came to; at least so many, and where there is room, as many as the
/// longest needs.
const NAME: usize = 14;
/// Columns of a failure's words.
const LONG: usize = 512;
/// What the time before the first phase is called.
const QUEUED: &str = "queued";
/// Of what was kept out before its first step.
const NO_TIME: &str = "─ nothing was begun";
/// The shortest axis.
const LEAST: Duration = Duration::from_micros(1);
/// Columns of a number and the blanks before it.
const NUMBER: usize = 8;
/// The phases that have a column each; `blocked` only where one was.
const PHASES: [Phase; 7] = Phase::ALL;

pub fn write(sheet: &mut Sheet<'_>, subject: &Subject<'_>) {
    let from = subject.detail.started();
    let to = subject.detail.last().ended(subject.now());
    // While it goes on, the axis changes in steps, so that the bars hold still.
    let axis = if subject.detail.is_done() { (to - from).max(LEAST) } else { axis(to - from) };
    let words =
        if to > from || !subject.detail.is_done() { format!("─ 0 to {}", units::span(axis)) } else { NO_TIME.into() };
    sheet.heading("Waterfall", &words);
    let legs: Vec<_> = subject.legs().collect();
    let room = name_of(&legs, sheet.width, subject);
    for (name, attempt, leg, end) in &legs {
        let mut line = named((name, attempt, leg), room, subject);
        bar(&mut line, leg, (from, *end), axis, sheet);
        sheet.lines.push(line);
        if std::ptr::eq(*leg, attempt.leg()) {
            again(sheet, attempt, subject);
        }
    }
    let gone = subject.detail.gone + subject.detail.attempts.iter().map(|attempt| attempt.gone).sum::<u32>();
    if gone > 0 {
        let words = format!("{} more are not kept", units::count(u64::from(gone)));
        sheet.text(&words, 1, sheet.theme.dim);
    }
    numbers(sheet, subject, &legs, room);
}

/// Columns for the names of these legs.
fn name_of(legs: &[Named<'_>], width: usize, subject: &Subject<'_>) -> usize {
    let needed = legs.iter().map(|(name, attempt, leg, _)| {
        let (word, _) = outcome(attempt, leg, subject);
        crate::text::width(name) + crate::text::width(&word) + 3
    });
    // The numbers of all phases come first.
    let left = width.saturating_sub(NUMBER * (PHASES.len() + 2));
    needed.max().unwrap_or(0).min(left).max(NAME)
}

/// Number and outcome of a leg, in so many columns.
fn named((name, attempt, leg): (&str, &Attempt, &Leg), columns: usize, subject: &Subject<'_>) -> Line {
    let theme = subject.scene.theme;
    let (word, style) = outcome(attempt, leg, subject);
    let room = columns.saturating_sub(crate::text::width(name) + 3);
    let word = crate::text::fit(&word, room).into_owned();
    let blank = room.saturating_sub(crate::text::width(&word)) + 1;
    vec![(format!(" {name} "), theme.dim), (word, style), (" ".repeat(blank), theme.text)]
}

/// What a leg came to, or its phase.
fn outcome(attempt: &Attempt, leg: &Leg, subject: &Subject<'_>) -> (String, Style) {
    let theme = subject.scene.theme;
    let last = std::ptr::eq(leg, attempt.leg());
    let fetched = attempt.fetched.as_deref().filter(|_| last);
    match (&leg.end, fetched, leg.status) {
        (Some(End::FellBack(reason)), ..) => (reason.kind.name().to_owned(), theme.failed),
        (Some(End::Redirect(status)), ..) => (status.to_string(), theme.redirect),
        (None, Some(fetched), status) => {
            let status = status.map_or(String::new(), |status| status.to_string());
            (fetched.kind().map_or(status, |kind| kind.name().to_owned()), theme.result(fetched))
        }
        (None, None, _) => {
            let phase = leg.marks.current().map_or(Phase::Blocked, |mark| mark.phase);
            (phase.name().to_owned(), theme.phase(phase))
        }
    }
}

fn bar(line: &mut Line, leg: &Leg, span: (At, At), axis: Duration, sheet: &Sheet<'_>) {
    let taken: usize = line.iter().map(|(text, _)| crate::text::width(text)).sum();
    let cells = u16::try_from(sheet.width.saturating_sub(taken + 1)).unwrap_or(u16::MAX);
    if cells == 0 {
        return;
    }
    let (before, phases) = stretch(&leg.marks, span, axis, cells);
    // Where it was not begun yet: up to its first phase it had its place, and nobody had come to it.
    let share = (leg.began - span.0).as_secs_f64() / axis.as_secs_f64();
    let blank = ((f64::from(cells) * share).round() as u16).min(before);
    line.push((" ".repeat(usize::from(blank)), Style::new()));
    line.push((sign(Phase::Blocked).repeat(usize::from(before - blank)), sheet.theme.dim));
    for (phase, length) in phases {
        line.push((sign(phase).repeat(usize::from(length)), sheet.theme.phase(phase)));
    }
}

/// Why another attempt was made, and after how long.
fn again(sheet: &mut Sheet<'_>, attempt: &Attempt, subject: &Subject<'_>) {
    let (Some((until, because)), Some(fetched)) = (attempt.retry, attempt.fetched.as_deref()) else { return };
    let why = fetched
        .failure
        .as_ref()
        .map_or(String::new(), |failure| format!(": {}", subject.scene.text(&failure.message, LONG)));
    let gap = units::span(until - fetched.ended);
    sheet.text(&format!("again after {gap} ({}){why}", because.words()), NAME, sheet.theme.dim);
}

/// A leg, as `Subject::legs` tells it.
type Named<'a> = (String, &'a Attempt, &'a Leg, At);

/// A row a leg, a column a phase; in a list where there is no room for a table.
fn numbers(sheet: &mut Sheet<'_>, subject: &Subject<'_>, legs: &[Named<'_>], room: usize) {
    let blocked = legs.iter().any(|(_, _, leg, end)| leg.marks.spent(Phase::Blocked, *end).is_some());
    let is_queued = legs.iter().any(|(_, attempt, leg, end)| queued(attempt, leg, *end) > Duration::ZERO);
    let has = |phase: Phase| legs.iter().any(|(_, _, leg, end)| leg.marks.spent(phase, *end).is_some());
    let mut phases = PHASES[usize::from(!blocked)..].to_vec();
    let taken = |phases: &[Phase]| room + NUMBER * (phases.len() + 1 + usize::from(is_queued));
    // Where there is no room for all, those leave that did not happen at all.
    if taken(&phases) >= sheet.width {
        phases.retain(|&phase| has(phase));
    }
    let table = taken(&phases) <= sheet.width;
    sheet.lines.push(Line::new());
    if table {
        let first = is_queued.then_some(QUEUED);
        let names = first.into_iter().chain(phases.iter().map(|phase| phase.name())).chain(["total"]);
        let names: String = names.map(|name| format!("{name:>NUMBER$}")).collect();
        sheet.lines.push(vec![(" ".repeat(room), sheet.theme.dim), (names, sheet.theme.dim)]);
    }
    for (name, attempt, leg, end) in legs {
        // As in the exports: from the first step on.
        let before = queued(attempt, leg, *end);
        let total = (*end - leg.began).saturating_sub(before);
        if table {
            let mut line = named((name, attempt, leg), room, subject);
            if is_queued {
                let words = if before > Duration::ZERO { units::span(before) } else { "·".to_owned() };
                line.push((right(&words), sheet.theme.dim));
            }
            line.extend(phases.iter().map(|&phase| match leg.marks.spent(phase, *end) {
                Some(spent) => (right(&units::span(spent)), sheet.theme.phase(phase)),
                None => (right("·"), sheet.theme.dim),
            }));
            line.push(match began(leg, total) {
                true => (right(&units::span(total)), sheet.theme.strong),
                false => (right("·"), sheet.theme.dim),
            });
            sheet.lines.push(line);
        } else {
            let spent = phases.iter().filter_map(|&phase| Some((phase.name(), leg.marks.spent(phase, *end)?)));
            let first = Some((QUEUED, before)).filter(|_| before > Duration::ZERO);
            let spent = first
                .into_iter()
                .chain(spent)
                .chain(began(leg, total).then_some(("total", total)))
                .map(|(name, spent)| format!("{name} {}", units::span(spent)));
            sheet.plain(name, &spent.collect::<Vec<_>>().join(", "));
        }
    }
}

/// Whether there was a first step: what was kept out before took no time that could be told.
fn began(leg: &Leg, total: Duration) -> bool {
    leg.marks.current().is_some() || !total.is_zero()
}

/// From the beginning of a leg to its first step: its task is there, and has not run yet. While it runs, nothing but its
/// first phase tells when that was.
fn queued(attempt: &Attempt, leg: &Leg, end: At) -> Duration {
    let is_first = attempt.legs.first().is_some_and(|first| std::ptr::eq(first, leg));
    let told = attempt.fetched.as_ref().filter(|_| is_first).map(|fetched| fetched.started);
    let first = || leg.marks.spans(end).next().map_or(leg.began, |(_, from, _)| from);
    told.unwrap_or_else(first) - leg.began
}

fn right(text: &str) -> String {
    let blank = NUMBER.saturating_sub(crate::text::width(text));
    format!("{:blank$}{text}", "")
}
