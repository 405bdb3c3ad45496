//! The end of a run in a few lines, and a line on its way there. Knows no terminal.

use super::digest::Totals;
use crate::clock::At;
use crate::control::EndReason;
use crate::event::Order;
use crate::fetched::Outcome;
use crate::phase::Phase;
use crate::report::symbol;
use crate::state::{Quantiles, State};
use crate::text::{Charset, Cut};
use crate::units;
use std::fmt::Write;

const COLUMNS: usize = 512;

/// The summary that stands on the normal screen in the end.
pub fn summary(state: &State, charset: Charset) -> String {
    let mut text = String::new();
    for part in [times, counts, retries, failures, table, notes] {
        // Writing to a string can't fail.
        let _ = part(state, charset, &mut text);
    }
    if charset == Charset::Ascii { text.replace('µ', "u") } else { text }
}

fn times(state: &State, _: Charset, text: &mut String) -> std::fmt::Result {
    let timing = &state.timing;
    writeln!(text, "last time: {}", units::seconds(timing.last_time()))?;
    write!(text, "one after another: {}", units::seconds(timing.one_after_another))?;
    match timing.speed_up() {
        Some(factor) => writeln!(text, ", speed-up {}", units::exact_factor(factor)),
        None => writeln!(text),
    }
}

fn counts(state: &State, _: Charset, text: &mut String) -> std::fmt::Result {
    let tally = &state.tally;
    if state.run.crawl {
        return crawled(state, text);
    }
    // Plain digits: scripts read this line.
    let ([ok, redirect, broken, error], cancelled) = (Outcome::ALL.map(|outcome| tally.of(outcome)), tally.cancelled());
    write!(text, "ok {ok}  redirect {redirect}  broken {broken}  failed {}", error - cancelled)?;
    let_go(cancelled, text)?;
    let (done, size) = (state.done.count, units::bytes(tally.body_bytes));
    writeln!(text, "  of {done}, {size} of content")
}

/// As for single fetches, but what is blocked is told from what is broken; and what was found, which is the sum of all.
fn crawled(state: &State, text: &mut String) -> std::fmt::Result {
    let totals = Totals::of(state);
    let Totals { ok, redirect, broken, blocked, failed, cancelled, .. } = totals;
    write!(text, "ok {ok}  redirect {redirect}  broken {broken}  blocked {blocked}  failed {failed}")?;
    let_go(cancelled, text)?;
    let (done, size) = (state.done.count, units::bytes(state.tally.body_bytes));
    writeln!(text, "  of {done}, {size} of content")?;
    let (found, depth) = (units::count(totals.found), totals.depth);
    writeln!(text, "found {found} at depths up to {depth}: {}", parts(&totals.targets()))?;
    if totals.links > 0 {
        writeln!(text, "links {}: {}", units::count(totals.links), parts(&Totals::links(state)))?;
    }
    let excluded = Totals::excluded(state);
    if excluded.iter().any(|(_, count)| *count > 0) {
        writeln!(text, "excluded by --{}", parts(&excluded).replace(" + ", " + --"))?;
    }
    edges(state, text)
}

/// What is in no other count, so that they add up; as behind its sign in the header.
fn let_go(cancelled: u64, text: &mut String) -> std::fmt::Result {
    if cancelled > 0 { write!(text, "  cancelled {cancelled}") } else { Ok(()) }
}

fn parts(parts: &[(&'static str, u64)]) -> String {
    let parts = parts.iter().filter(|(_, count)| *count > 0);
    parts.map(|(name, count)| format!("{name} {}", units::count(*count))).collect::<Vec<_>>().join(" + ")
}

/// What is not known of links, where there were too many.
fn edges(state: &State, text: &mut String) -> std::fmt::Result {
    let edges = &state.edges;
    let [kept, over, firsts] = [edges.len() as u64 - edges.firsts, edges.over, edges.firsts].map(units::count);
    if edges.over + edges.firsts > 0 {
        write!(
            text,
            "places of links: {kept} are kept, and of those beyond, the first to each target, which are {firsts}; "
        )?;
        writeln!(text, "{over} are only counted")?;
    }
    if state.pages.over > 0 {
        let are = if state.pages.over == 1 { "page is" } else { "pages are" };
        writeln!(text, "{} {are} known by number only", units::count(state.pages.over))?;
    }
    Ok(())
}

fn retries(state: &State, _: Charset, text: &mut String) -> std::fmt::Result {
    match state.tally.retried {
        0 => Ok(()),
        retried => writeln!(text, "retried {}", units::count(retried)),
    }
}

fn failures(state: &State, _: Charset, text: &mut String) -> std::fmt::Result {
    let statuses = state.tally.statuses().filter(|&(status, _)| status >= 300);
    let statuses = statuses.map(|(status, count)| format!("{status} {}", units::count(count)));
    let kinds = state.tally.failures().map(|(kind, count)| format!("{} {}", kind.name(), units::count(count)));
    let all: Vec<String> = statuses.chain(kinds).collect();
    if all.is_empty() { Ok(()) } else { writeln!(text, "not ok: {}", all.join("  ")) }
}

/// The first fetches that failed, and why: for where their lines were not printed.
pub fn failed(state: &State, charset: Charset) -> String {
    let (tally, first) = (&state.tally, &state.done.first_failed);
    if state.run.crawl {
        // Its findings tell all of them.
        return String::new();
    }
    let lines = first.iter().filter_map(|fetched| {
        let failure = fetched.failure.as_ref()?;
        let url = fetched.url.shown(COLUMNS, Cut::Middle, charset);
        let why = failure.without_kind().shown(COLUMNS, Cut::End, charset);
        Some(format!("{} {url}  {}: {why}\n", symbol(fetched, charset), failure.kind.name()))
    });
    let mut text: String = lines.collect();
    let more = tally.of(Outcome::Error) - tally.cancelled() - first.len() as u64;
    if more > 0 {
        let dots = if charset == Charset::Ascii { "..." } else { "…" };
        text += &format!("{dots} and {} more\n", units::count(more));
    }
    text
}

fn table(state: &State, _: Charset, text: &mut String) -> std::fmt::Result {
    let timing = &state.timing;
    let phases = Phase::ALL.into_iter().map(|phase| (phase.name(), timing.of(phase).quantiles()));
    let totals = [
        ("answered", timing.success.quantiles()),
        ("failed", timing.failure.quantiles()),
        ("retried", timing.retried.quantiles()),
        ("callback lag", timing.lag.quantiles()),
    ];
    let rows: Vec<_> = phases.chain(totals).filter_map(|(name, quantiles)| Some((name, quantiles?))).collect();
    if rows.is_empty() {
        return Ok(());
    }
    writeln!(text, "{:<13} {:>8} {:>8} {:>8} {:>8}", "", "p50", "p90", "p99", "max")?;
    rows.into_iter().try_for_each(|(name, quantiles)| row(name, quantiles, text))
}

fn row(name: &str, quantiles: Quantiles, text: &mut String) -> std::fmt::Result {
    let [p50, p90, p99, max] = [quantiles.p50, quantiles.p90, quantiles.p99, quantiles.max].map(units::span);
    writeln!(text, "{name:<13} {p50:>8} {p90:>8} {p99:>8} {max:>8}")
}

fn notes(state: &State, charset: Charset, text: &mut String) -> std::fmt::Result {
    let run = &state.run;
    if run.no_robots {
        writeln!(text, "no robots.txt was asked, and nofollow was not kept to (--no-robots)")?;
    }
    if run.lines_skipped > 0 {
        let words = match run.lines_skipped {
            1 => "line of the input is no target and was passed over",
            _ => "lines of the input are no target and were passed over",
        };
        writeln!(text, "{} {words}", units::count(run.lines_skipped))?;
    }
    if let Some((line, message)) = &run.input_error {
        let place = line.map_or(String::new(), |line| format!(" at line {line}"));
        writeln!(text, "input ended{place}: {}", message.shown(COLUMNS, Cut::End, charset))?;
    }
    if let Some(message) = &run.refused {
        let workers = if run.workers == 1 { "worker" } else { "workers" };
        let count = units::count(run.workers.into());
        writeln!(text, "the pool had only {count} {workers}: {}", message.shown(COLUMNS, Cut::End, charset))?;
    }
    let turns = &state.turns;
    if run.order == Order::Given {
        let [waited, longest] = [turns.waited, turns.longest].map(units::span);
        writeln!(text, "results waited {waited} for their turn, {longest} at the longest, {} at once", turns.most)?;
    }
    if state.tally.reused + state.tally.resent > 0 {
        let again = match state.tally.resent {
            0 => String::new(),
            resent => format!(", {} sent again on a fresh one", units::count(resent)),
        };
        writeln!(text, "{} over a kept connection{again}", units::count(state.tally.reused))?;
    }
    if state.tally.refused > 0 {
        writeln!(text, "{} late results met InvalidState", units::count(state.tally.refused))?;
    }
    if let Some((_, message)) = &run.recording_ended {
        writeln!(text, "the recording ended early: {}", message.shown(COLUMNS, Cut::End, charset))?;
    }
    match run.ended {
        Some((_, EndReason::Finished)) | None => Ok(()),
        Some((_, reason)) => partial(state, reason, text),
    }
}

fn partial(state: &State, reason: EndReason, text: &mut String) -> std::fmt::Result {
    if reason == EndReason::LeftAlone {
        return writeln!(text, "partial: {}; their URLs are told as blocked or failed", reason.words());
    }
    if state.run.crawl {
        let totals = Totals::of(state);
        let [fetched, found] = [totals.found - totals.unfetched - totals.cancelled, totals.found].map(units::count);
        return writeln!(text, "partial: {}; {fetched} of {found} were fetched", reason.words());
    }
    let whole = units::count(state.done.count - state.tally.cancelled());
    let [cancelled, unread] = [state.tally.cancelled(), state.run.unread].map(units::count);
    let more = if state.run.more { " or more" } else { "" };
    writeln!(text, "partial: {}; {whole} done, {cancelled} cancelled, {unread}{more} not started", reason.words())
}

/// Where the run is, in one line.
pub fn progress(state: &State, now: At, charset: Charset) -> String {
    let run = &state.run;
    let (clock, done, in_flight) =
        (units::clock(now - At(0)), units::count(state.done.count), state.requests.in_flight());
    let mut line = if run.crawl {
        let (found, depth) = (units::count(Totals::of(state).found), state.crawl.counts.depth);
        let waiting = units::count(state.crawl.counts.waiting);
        format!("{clock} {done} of {found} found are done, {in_flight} in flight, {waiting} waiting, depth {depth}")
    } else {
        let (targets, more) = (units::count(run.targets), if run.more { "+" } else { "" });
        format!("{clock} {done} of {targets}{more} done, {in_flight} in flight")
    };
    if state.requests.waiting() > 0 {
        line += &format!(", {} wait for their retry", units::count(state.requests.waiting() as u64));
    }
    if let Some(oldest) = state.requests.oldest() {
        let (age, url) = (units::span(oldest.age(now)), oldest.url.shown(120, Cut::Middle, charset));
        // Without a dashboard phases are not told one by one, and none is known.
        let phase = oldest
            .marks
            .current()
            .filter(|_| oldest.waiting.is_none())
            .map_or(String::new(), |mark| format!("{} ", mark.phase.name()));
        line += &format!(", oldest {} {phase}{age} {url}", oldest.id);
    }
    line
}

/// Why the input ended the run, and what to do.
pub fn bad_input(state: &State) -> (String, &'static str) {
    let (line, message) = state.run.input_error.clone().unwrap_or_default();
    let (place, hint) = match line {
        Some(line) => {
            (format!("line {line} of the input"), "mend the line, or give --keep-going to pass over such lines")
        }
        None => ("the input can't be read".to_owned(), "check that the list can be read to its end"),
    };
    (format!("{place}: {}", message.display_all()), hint)
}

/// A run that had nothing to fetch: what was wrong, and what to do. Of a crawl that began with sitemaps, what became of
/// the first that came to nothing.
pub fn no_target(state: &State) -> (String, &'static str) {
    let sitemaps = &state.notices.sitemaps.kept;
    let Some(map) = sitemaps.iter().find(|map| map.unread.is_some()).or(sitemaps.first()) else {
        return ("no target in the input".to_owned(), "give a URL a line; # begins a comment");
    };
    let why = match &map.trouble {
        Some(trouble) => trouble.display_all(),
        None if map.pages + map.maps == 0 => "it lists none".to_owned(),
        None => "none that it lists is in the scope".to_owned(),
    };
    let hint = "give a start beside it, or the address of a sitemap that lists pages of its own host";
    (format!("no page in the sitemap {}: {why}", map.url.display_all()), hint)
}
