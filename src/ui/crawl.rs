//! How far a crawl is and what holds it back, as the header says it. Knows no place on the screen.

use super::scene::{Scene, Telling};
use crate::event::Hold;
use crate::fetched::Outcome;
use crate::host::Limited;
use crate::state::{State, Verdict};
use crate::units;
use std::time::Duration;

/// Over which new links are counted.
const WINDOW: Duration = Duration::from_secs(1);

/// Targets that were found: as last told, or as many as are known of since.
pub fn found(state: &State) -> u64 {
    state.crawl.counts.found.max(state.run.targets).max(state.done.count)
}

/// Results of an outcome. Of a crawl, what was kept out of it is none that is broken and none that failed, as in the
/// report and among the hosts.
pub fn counted(state: &State, outcome: Outcome) -> u64 {
    if !state.run.crawl {
        return state.tally.of(outcome);
    }
    state.findings.of(match outcome {
        Outcome::Ok => Verdict::Ok,
        Outcome::Redirect => Verdict::Redirect,
        Outcome::HttpError => Verdict::Broken,
        Outcome::Error => Verdict::Failed,
    })
}

/// `1,284 of 1,530+`: no share, for what is found still grows.
pub fn progress(state: &State) -> String {
    let more = if state.run.ended.is_none() { "+" } else { "" };
    format!(" {:>5} of {}{more}", units::count(state.done.count), units::count(found(state)))
}

/// Labels and values in the order of their worth; each value has room to grow.
pub fn fields(scene: &Scene<'_>) -> [(&'static str, String); 3] {
    let crawl = &scene.state.crawl;
    let new = if scene.state.run.ended.is_some() { 0.0 } else { crawl.new.per_second(scene.now, WINDOW).0 };
    [
        ("waiting ", format!("{:<7}", units::count(crawl.counts.waiting))),
        ("depth ", format!("{:<3}", crawl.counts.depth)),
        ("new/s ", format!("{:<5}", units::number(new))),
    ]
}

/// What stands behind the word of what limits a crawl: the host for which most waits, and how it stands:
/// `127.0.0.1:8080 8/8, 212 waiting`, `a.example 3s, 12 waiting`.
pub fn detail(limited: &Limited, telling: Telling<'_>, room: usize) -> String {
    let standing = match (limited.by, limited.until) {
        (Hold::Host, _) => format!("{}/{}", limited.busy, limited.allowed),
        (_, Some(until)) if until > telling.now => units::wait(until - telling.now),
        _ => String::new(),
    };
    let waiting = match limited.waiting {
        0 => String::new(),
        waiting => format!("{} waiting", units::count(waiting)),
    };
    // Of one host alone, everybody knows which it is.
    let host = limited.host.as_ref().filter(|_| telling.state.hosts.len() > 1);
    let left = room.saturating_sub(standing.len() + waiting.len() + 3);
    let host = host.map_or(String::new(), |host| host.shown(left, crate::text::Cut::Middle, telling.charset));
    joined([joined([host, standing], " "), waiting], ", ")
}

fn joined(parts: [String; 2], between: &str) -> String {
    let gap = if parts.iter().any(String::is_empty) { "" } else { between };
    parts.join(gap)
}
