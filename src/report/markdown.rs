//! The run as one document in Markdown, as GitHub reads it: numbers and tables. It comes at the end as a whole.

use super::Report;
use super::digest::{Digest, Totals};
use super::sections::{Caps, Cell, Kind, Section, sections};
use crate::event::Event;
use crate::fetched::Outcome;
use crate::phase::Phase;
use crate::state::{Quantiles, State};
use crate::text::Untrusted;
use crate::units;

#[derive(Default)]
pub struct Markdown;

impl Report for Markdown {
    fn apply(&mut self, _: &Event, _: &mut Vec<u8>) {}

    fn end(&mut self, state: &State, out: &mut Vec<u8>) {
        out.extend_from_slice(document(state).as_bytes());
    }
}

fn document(state: &State) -> String {
    let digest = Digest::of(state);
    let target = state.run.target.as_ref().map_or(String::new(), Untrusted::markdown);
    let what = if state.run.crawl { "Crawl" } else { "Fetch" };
    let mut text = format!("# {what} of {target}\n\n");
    if let Some(reason) = digest.partial() {
        text += &format!("**Partial: {reason}.** What was not fetched is not in here.\n\n");
    }
    if state.run.no_robots {
        text += "**No robots.txt was asked, and `nofollow` was not kept to (`--no-robots`).**\n\n";
    }
    text += &if state.run.crawl { crawled(&digest) } else { counts(state) };
    let sections = sections(&digest, Caps::LONG);
    text.extend(sections.iter().map(table));
    if let Some(hint) = Caps::LONG.hint(&sections) {
        text += &format!("The rest is told with `{hint}`.\n\n");
    }
    text + &times(state)
}

/// How many targets and links there were, and what became of them.
fn crawled(digest: &Digest) -> String {
    let targets = std::iter::once(("found", digest.totals.found)).chain(digest.totals.targets());
    let links = std::iter::once(("links", digest.totals.links));
    let links = links.chain(Totals::links(digest.state).into_iter().filter(|(_, count)| *count > 0));
    let excluded = digest.state.crawl.links.excluded().into();
    let by = Totals::excluded(digest.state).into_iter().filter(|(_, count)| *count > 0);
    let some = |count, table| if count > 0 { table } else { String::new() };
    let by = some(excluded, numbers(std::iter::once(("excluded by", excluded)).chain(by)));
    numbers(targets) + &some(digest.totals.links, numbers(links)) + &by
}

fn counts(state: &State) -> String {
    let outcomes = Outcome::ALL.map(|outcome| (outcome.name(), state.tally.of(outcome)));
    numbers(std::iter::once(("results", state.done.count)).chain(outcomes))
}

/// A table of one row.
fn numbers(pairs: impl Iterator<Item = (&'static str, u64)>) -> String {
    let (names, counts): (Vec<&str>, Vec<String>) = pairs.map(|(name, count)| (name, units::count(count))).unzip();
    let rule = vec!["---:"; names.len()].join(" | ");
    format!("| {} |\n| {rule} |\n| {} |\n\n", names.join(" | "), counts.join(" | "))
}

fn table(section: &Section) -> String {
    let is_empty = |cell: &Cell| matches!(cell, Cell::Own(words) if words.is_empty());
    let columns = section.columns.iter().enumerate();
    // A column in which nothing stands would only make the others narrow.
    let columns: Vec<_> = columns.filter(|(at, _)| section.rows.iter().any(|row| !is_empty(&row[*at]))).collect();
    let names: Vec<&str> = columns.iter().map(|(_, column)| column.name).collect();
    let rule = |kind| if kind == Kind::Right { "---:" } else { "---" };
    let rules: Vec<&str> = columns.iter().map(|(_, column)| rule(column.kind)).collect();
    let mut text = format!("## {}\n\n| {} |\n| {} |\n", capital(&section.title), names.join(" | "), rules.join(" | "));
    for row in &section.rows {
        let cells: Vec<String> = columns.iter().map(|(at, _)| cell(&row[*at])).collect();
        text += &format!("| {} |\n", cells.join(" | "));
    }
    match section.more {
        0 => text + "\n",
        more => text + &format!("\nAnd {} more.\n\n", units::count(more)),
    }
}

fn cell(cell: &Cell) -> String {
    match cell {
        Cell::Own(words) => words.clone(),
        Cell::Url(text) | Cell::Words(text) | Cell::Quoted(text) => text.markdown(),
    }
}

fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

fn times(state: &State) -> String {
    let timing = &state.timing;
    let last = units::seconds(timing.last_time());
    let mut text = format!("## Times\n\nLast time: {last}, one after another: ");
    text += &units::seconds(timing.one_after_another);
    text += &timing.speed_up().map_or(String::new(), |factor| format!(", speed-up {}", units::exact_factor(factor)));
    text += ".\n\n| phase | p50 | p90 | p99 | max |\n| --- | ---: | ---: | ---: | ---: |\n";
    let phases = Phase::ALL.into_iter().map(|phase| (phase.name(), timing.of(phase).quantiles()));
    let totals = [("answered", timing.success.quantiles()), ("failed", timing.failure.quantiles())];
    for (name, quantiles) in phases.chain(totals) {
        let Some(Quantiles { p50, p90, p99, max }) = quantiles else { continue };
        let [p50, p90, p99, max] = [p50, p90, p99, max].map(units::span);
        text += &format!("| {name} | {p50} | {p90} | {p99} | {max} |\n");
    }
    text
}
