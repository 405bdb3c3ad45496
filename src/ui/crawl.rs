//! How far a crawl is and what holds it back, as the header says it. Knows no place on the screen.

use super::scene::{Scene, Telling};
use crate::event::Hold;
use crate::fetched::Outcome;
use crate::host::Limited;
use crate::state::{Queue, State, Verdict};
use crate::units;
use std::time::Duration;

/// Over which new links are counted.
const WINDOW: Duration = Duration::from_secs(1);

/// Columns in which a host that is cut says something.
const LEAST_HOST: usize = 8;

/// Targets that were found: as last told, or as many as are known of since.
pub fn found(state: &State) -> u64 {
    state.crawl.counts.found.max(state.run.targets).max(begun(state))
}

/// Targets that were found and not begun. It is made of what else is seen, and not of what was last told, so that on
/// each picture what is done, in flight, to be retried and waiting is all that was found.
pub fn waiting(state: &State) -> u64 {
    found(state) - begun(state)
}

/// Targets that are done, in flight, or to be retried.
fn begun(state: &State) -> u64 {
    state.done.count + state.requests.targets() as u64
}

/// Targets that wait for a host. Where it is the only one that any wait for, these are all that wait.
pub fn waiting_for(queue: Queue, state: &State) -> u64 {
    let mut queues = state.hosts.queues().filter(|queue| queue.waiting > 0);
    let is_alone = queues.next() == Some(queue) && queues.next().is_none();
    if is_alone { waiting(state) } else { queue.waiting }
}

/// Results of an outcome, but for those that were kept out or let go of: these are none that is broken and none that
/// failed, as in the report and among the hosts.
pub fn counted(state: &State, outcome: Outcome) -> u64 {
    if !state.run.crawl {
        let let_go = if outcome == Outcome::Error { let_go(state) } else { 0 };
        return state.tally.of(outcome) - let_go;
    }
    state.findings.of(match outcome {
        Outcome::Ok => Verdict::Ok,
        Outcome::Redirect => Verdict::Redirect,
        Outcome::HttpError => Verdict::Broken,
        Outcome::Error => Verdict::Failed,
    })
}

/// Results that are in no count of an outcome: blocked, or cancelled.
pub fn let_go(state: &State) -> u64 {
    if !state.run.crawl {
        return state.tally.cancelled();
    }
    [Verdict::Blocked, Verdict::Cancelled].map(|verdict| state.findings.of(verdict)).iter().sum()
}

/// `1,284 of 1,530+`: no share, for what is found still grows.
pub fn progress(state: &State, form: fn(u64) -> String) -> String {
    progress_of(form(state.done.count), form(found(state)), state.run.ended.is_none())
}

/// The same of these counts; `more`: there may be more of them.
pub fn progress_of(done: String, found: String, more: bool) -> String {
    format!(" {done:>5} of {found}{}", if more { "+" } else { "" })
}

/// Labels and values in the order of their worth; each value has room to grow.
pub fn fields(scene: &Scene<'_>, form: fn(u64) -> String) -> [(&'static str, String); 3] {
    let crawl = &scene.state.crawl;
    let new = if scene.state.run.ended.is_some() { 0.0 } else { crawl.new.per_second(scene.now, WINDOW).results };
    [
        ("waiting ", format!("{:<7}", form(waiting(scene.state)))),
        ("depth ", format!("{:<3}", crawl.counts.depth)),
        ("new/s ", format!("{:<5}", units::number(new))),
    ]
}

/// What stands behind the word of what limits a crawl: the host for which most waits, and how it stands:
/// `127.0.0.1:8080 8/8, 212 waiting`, `a.example 3s, 12 waiting`.
pub fn detail(limited: &Limited, telling: Telling<'_>, room: usize) -> String {
    let state = telling.state;
    // What is known of it since it was told is the same as in its row among the hosts.
    let row = limited.host.as_ref().and_then(|host| state.hosts.of(host));
    let busy = row.map_or(limited.busy, |row| row.in_flight);
    let queue = row.and_then(|row| row.queue);
    let waiting = queue.map_or(limited.waiting, |queue| waiting_for(queue, state));
    let standing = match (limited.by, limited.until) {
        (Hold::Host, _) => format!("{busy}/{}", limited.allowed),
        (_, Some(until)) if until > telling.now => units::wait(until - telling.now),
        _ => String::new(),
    };
    let waiting = match waiting {
        0 => String::new(),
        waiting => format!("{} waiting", units::count(waiting)),
    };
    // Of one host alone, everybody knows which it is.
    let host = limited.host.as_ref().filter(|_| telling.state.hosts.len() > 1);
    let left = room.saturating_sub(standing.len() + waiting.len() + 3);
    // How much waits there says less than which host it is.
    let (left, waiting) = match host {
        Some(_) if left < LEAST_HOST => (room.saturating_sub(standing.len() + 1), String::new()),
        _ => (left, waiting),
    };
    let host = host.map_or(String::new(), |host| host.shown(left, crate::text::Cut::Middle, telling.charset));
    joined([joined([host, standing], " "), waiting], ", ")
}

fn joined(parts: [String; 2], between: &str) -> String {
    let gap = if parts.iter().any(String::is_empty) { "" } else { between };
    parts.join(gap)
}
