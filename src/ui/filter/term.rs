//! One word of a filter: a term and what meets it, or text. Knows no filter.

use super::Facts;
use crate::failure::{Failure, FailureKind};
use crate::text::Needle;
use crate::ui::way::Way;
use std::time::Duration;

/// One word: it, or the contrary of it, has to be so.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Term {
    pub negated: bool,
    pub test: Test,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Test {
    /// In what is shown of the URL, or where the scheme is named, in all of it; or in why it failed.
    Text {
        needle: Needle,
        whole: bool,
    },
    Host(Vec<Needle>),
    /// First and last status.
    Status(Vec<(u16, u16)>),
    Slow {
        above: bool,
        than: Duration,
    },
    /// Names that are meant; of these tests, each has a list.
    Phase(Vec<&'static str>),
    Kind(Vec<&'static str>),
    Outcome(Vec<&'static str>),
    Connection(Vec<&'static str>),
}

/// The keys of terms, an example of each, and what it means: for the line that is typed in, and for the help.
pub const TERMS: [(&str, &str, &str); 7] = [
    ("status", "status:4xx", "answers with such a status: 404, 40x, 5xx, or 404,410"),
    ("host", "host:name", "URLs of hosts with that in their name"),
    ("slow", "slow:>1s", "longer than that in flight or in all; with < shorter"),
    ("phase", "phase:wait", "in that phase now, or failed in it"),
    ("kind", "kind:timeout", "failed so; kind:conn means all kinds that begin so"),
    ("outcome", "outcome:failed", "ok, redirect, broken, failed; in a crawl blocked"),
    ("conn", "conn:reused", "over a kept connection; conn:new over one of its own"),
];

/// Phases, and what else stands in their column.
const PHASES: [&str; 9] = ["blocked", "dns", "connect", "tls", "send", "wait", "body", "result", "retry"];
/// What a result means, in one word, as the header counts it.
const OUTCOMES: [&str; 6] = ["ok", "redirect", "broken", "failed", "blocked", "cancelled"];

impl Term {
    /// Whether it says something of text or host.
    pub fn is_named(&self) -> bool {
        matches!(self.test, Test::Text { .. } | Test::Host(_))
    }
}

impl Test {
    pub fn parse(word: &str) -> Result<Test, String> {
        let Some((key, value)) = word.split_once(':') else { return Ok(Test::text(word)) };
        let (key, value) = (&*key.to_ascii_lowercase(), &*value.to_ascii_lowercase());
        let listed = |known: &[&'static str]| names(key, value, known);
        match key {
            "status" => {
                alternatives(value).map(status).collect::<Option<_>>().map(Test::Status).ok_or_else(|| wants(key))
            }
            "host" if value.is_empty() => Err(wants(key)),
            "host" => Ok(Test::Host(alternatives(value).map(Needle::new).collect())),
            "slow" => slow(value).ok_or_else(|| wants(key)),
            "phase" => listed(&PHASES).map(Test::Phase),
            "outcome" => listed(&OUTCOMES).map(Test::Outcome),
            "conn" => listed(&Way::NAMES).map(Test::Connection),
            "kind" => {
                let kinds: Vec<_> = FailureKind::ALL.iter().map(|kind| kind.name()).collect();
                listed(&kinds).map(Test::Kind)
            }
            // A port, a scheme: what else has a colon is text.
            _ => Ok(Test::text(word)),
        }
    }

    fn text(word: &str) -> Test {
        Test::Text { needle: Needle::new(word), whole: word.contains("://") }
    }

    pub fn meets(&self, facts: &Facts<'_>) -> bool {
        let is_one = |names: &[&str], name: Option<&str>| name.is_some_and(|name| names.contains(&name));
        match self {
            Test::Text { needle, whole } => {
                let hidden = if *whole { 0 } else { facts.hidden };
                facts.text.is_some_and(|text| text.shows(needle, hidden))
                    || facts.said.is_some_and(|failure| says(failure, needle))
            }
            Test::Host(needles) => facts.text.is_some_and(|text| {
                let host = text.authority();
                needles.iter().any(|needle| needle.is_in(host))
            }),
            Test::Status(ranges) => {
                let within = |status| ranges.iter().any(|&(first, last)| (first..=last).contains(&status));
                facts.status.is_some_and(within)
            }
            Test::Slow { above, than } => {
                facts.took.is_some_and(|took| if *above { took > *than } else { took < *than })
            }
            Test::Phase(names) => is_one(names, facts.phase),
            Test::Kind(names) => is_one(names, facts.kind.map(FailureKind::name)),
            Test::Outcome(names) => is_one(names, facts.outcome),
            Test::Connection(names) => is_one(names, facts.connection),
        }
    }
}

/// Whether what is seen of a failure holds it: its kind, and why.
fn says(failure: &Failure, needle: &Needle) -> bool {
    needle.is_shown_in(failure.kind.name()) || failure.message.shows(needle, 0)
}

/// What stands before the colon of a word that looks like a term and is none. A host with a port, and a scheme, do not.
pub(super) fn unknown(word: &str) -> Option<&str> {
    let (key, value) = word.split_once(':')?;
    let is_known = TERMS.iter().any(|term| key.eq_ignore_ascii_case(term.0));
    let is_scheme = ["http", "https"].iter().any(|scheme| key.eq_ignore_ascii_case(scheme)) || value.starts_with("//");
    let is_port = value.starts_with(|c: char| c.is_ascii_digit());
    let looks_so = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphabetic());
    (looks_so && !is_known && !is_scheme && !is_port).then_some(key)
}

/// What stands between commas.
fn alternatives(value: &str) -> impl Iterator<Item = &str> {
    value.split(',').filter(move |part| !part.is_empty() || value.is_empty())
}

/// `404`, `40x`, `4xx`, `4`: the first and the last that are meant.
fn status(value: &str) -> Option<(u16, u16)> {
    let digits = value.trim_end_matches(['x', 'X']);
    let is_number = !digits.is_empty() && digits.len() <= 3 && digits.bytes().all(|byte| byte.is_ascii_digit());
    let open = if value.len() == digits.len() && digits.len() == 3 { 0 } else { 3_usize.checked_sub(digits.len())? };
    let first = digits.parse::<u16>().ok().filter(|_| is_number && value.len() <= 3)? * 10_u16.pow(open as u32);
    Some((first, first + (10_u16.pow(open as u32) - 1)))
}

/// `>1s`, `<250ms`, `1s`; a bare number is seconds.
fn slow(value: &str) -> Option<Test> {
    let (above, rest) = match value.strip_prefix('<') {
        Some(rest) => (false, rest),
        None => (true, value.strip_prefix('>').unwrap_or(value)),
    };
    let rest = rest.strip_prefix('=').unwrap_or(rest);
    let seconds = rest.parse::<f64>().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    let than = seconds.or_else(|| humantime::parse_duration(rest).ok())?;
    Some(Test::Slow { above, than })
}

/// The known names that begin as each alternative does.
fn names(key: &str, value: &str, known: &[&'static str]) -> Result<Vec<&'static str>, String> {
    let mut meant = Vec::new();
    for begin in alternatives(value) {
        // A name that is another's beginning means itself.
        let exact = known.iter().find(|name| **name == begin);
        let longer = known.iter().filter(|name| exact.is_none() && name.starts_with(begin));
        let before = meant.len();
        meant.extend(exact.into_iter().chain(longer));
        if begin.is_empty() || meant.len() == before {
            return Err(format!("{key}: {}", known.join(" ")));
        }
    }
    Ok(meant)
}

fn wants(key: &str) -> String {
    let example = TERMS.iter().find(|term| term.0 == key).map_or("", |term| term.1);
    format!("{key}: as in {example}")
}
