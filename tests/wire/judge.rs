//! Holds what was told against what should have been, and one engine against the other. Knows nothing of servers.

use crate::case::{Case, Check, Seen};
use crate::place::Log;
use crate::round::Played;
use serde_json::Value;
use std::time::Duration;

/// What is wrong with a case; nothing, if it holds.
pub struct Verdict {
    pub wrong: Vec<String>,
}

impl Verdict {
    pub fn on(case: &Case, tasks: &Played, threads: &Played) -> Verdict {
        let mut complaints = Vec::new();
        for played in [tasks, threads] {
            let of_engine = |complaint: String| format!("  {}: {complaint}", played.engine);
            complaints.extend(results(case, played).into_iter().chain(logs(case, played)).map(of_engine));
        }
        if complaints.is_empty() {
            complaints.extend(difference(case, tasks, threads));
        }
        let wrong = (!complaints.is_empty()).then(|| format!("{}\n{}", case.name, complaints.join("\n")));
        Verdict { wrong: wrong.into_iter().collect() }
    }
}

fn results(case: &Case, played: &Played) -> Vec<String> {
    let mut complaints = Vec::new();
    for (ask, result) in case.asks.iter().zip(&played.results) {
        let broken = ask.told.0.iter().filter_map(|check| broken(check, result)).chain(ill_told(result));
        let broken: Vec<String> = broken.collect();
        if !broken.is_empty() {
            complaints.push(format!("{}: {}\n    {result}", ask.url, broken.join("; ")));
        }
    }
    complaints
}

/// The complaint, if the check fails.
fn broken(check: &Check, result: &Value) -> Option<String> {
    let at = |pointer: &str| result.pointer(pointer).cloned().unwrap_or(Value::Null);
    let text = |pointer: &str| match at(pointer) {
        Value::String(text) => text,
        other => other.to_string(),
    };
    let number = |pointer: &str| at(pointer).as_f64().unwrap_or(f64::NAN);
    let holds = match check {
        Check::Is(pointer, value) => at(pointer) == *value,
        Check::Has(pointer, words) => text(pointer).contains(words),
        Check::Lacks(pointer, words) => !text(pointer).contains(words),
        Check::AtLeast(pointer, least) => number(pointer) >= *least,
    };
    (!holds).then(|| format!("not {check:?}"))
}

/// What every failure owes: a lowercase fragment that begins with its phase.
fn ill_told(result: &Value) -> Option<String> {
    let message = result.pointer("/error/message")?.as_str()?;
    let phase = result.pointer("/error/phase").and_then(Value::as_str).unwrap_or_default();
    let is_fragment = message.starts_with(char::is_lowercase) && !message.ends_with(['.', '\n']);
    (!is_fragment || !message.starts_with(phase)).then(|| format!("no fragment that begins with {phase:?}: {message}"))
}

fn logs(case: &Case, played: &Played) -> Vec<String> {
    let complaint = |seen: &Seen| unseen(seen, &played.logs).map(|found| format!("not {seen:?}, but {found}"));
    case.seen.iter().filter_map(complaint).collect()
}

/// What was seen instead, if it was not that.
fn unseen(seen: &Seen, logs: &[Log]) -> Option<String> {
    let head = |place: usize, number: usize| logs[place].requests.get(number).map_or("", |it| it.head.as_str());
    match *seen {
        Seen::Connections(place, count) => differs(logs[place].connections, count),
        Seen::Requests(place, count) => differs(logs[place].requests.len(), count),
        Seen::Has(place, number, words) => {
            (!head(place, number).contains(words)).then(|| format!("{:?}", head(place, number)))
        }
        Seen::Lacks(place, number, words) => {
            let head = head(place, number).to_ascii_lowercase();
            (head.is_empty() || head.contains(&words.to_ascii_lowercase())).then(|| format!("{head:?}"))
        }
        Seen::Lines(place, lines) => {
            let seen: Vec<&str> = logs[place].requests.iter().filter_map(|it| it.head.lines().next()).collect();
            (seen != lines).then(|| format!("{seen:?}"))
        }
        Seen::Gap(place, number, ms) => {
            let at = |number: usize| logs[place].requests.get(number).map(|request| request.at);
            let gap = at(number).zip(at(number + 1)).map(|(before, after)| after - before);
            gap.is_none_or(|gap| gap < Duration::from_millis(ms)).then(|| format!("{gap:?}"))
        }
    }
}

fn differs(found: usize, expected: usize) -> Option<String> {
    (found != expected).then(|| found.to_string())
}

/// What must not depend on the engine.
const SAME: [&str; 10] = [
    "outcome",
    "attempt",
    "status_code",
    "final_url",
    "http_version",
    "content_type",
    "title",
    "sha256",
    "content_encoding",
    "remote_ip",
];
/// Where an answer fails, how much of it came in one piece is the machine's to say, and what is quoted of it, too.
const OF_A_WHOLE: [&str; 2] = ["body_bytes", "wire_bytes"];

fn difference(case: &Case, tasks: &Played, threads: &Played) -> Option<String> {
    let in_turn = case.asks.len() == 1 || case.setting.words.windows(2).any(|words| words == ["-c", "1"]);
    for (one, other) in tasks.results.iter().zip(&threads.results) {
        let kind = one["error"]["kind"].as_str();
        // How far it came in time is the machine's to say.
        let same = if kind == Some("timeout") { &SAME[..2] } else { &SAME[..] };
        let sizes = OF_A_WHOLE.iter().filter(|_| kind.is_none());
        let reused = ["reused"].iter().filter(|_| in_turn && kind.is_none());
        if let Some(name) = same.iter().chain(sizes).chain(reused).find(|name| one[**name] != other[**name]) {
            return Some(format!("  {name}: {} by tasks, {} by threads", one[*name], other[*name]));
        }
        if unquoted(one) != unquoted(other) {
            return Some(format!("  {} by tasks, {} by threads", one["error"], other["error"]));
        }
    }
    None
}

/// Kind and phase of the failure, and its words without what stands in quotes.
fn unquoted(result: &Value) -> [String; 3] {
    let of = |name: &str| result["error"][name].as_str().unwrap_or_default();
    match of("kind") {
        "timeout" => ["timeout", "", ""].map(str::to_owned),
        kind => [kind.to_owned(), of("phase").to_owned(), of("message").split('"').step_by(2).collect()],
    }
}
