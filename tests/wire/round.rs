//! One process for all cases of a setting: places are opened, targets handed over, results read. Knows nothing of what
//! they should be.

use crate::case::{Case, Setting};
use crate::certificates::authority_file;
use crate::place::{Log, Open, gates};
use crate::program::{Ended, crawltop, start};
use serde_json::Value;
use std::io::Write;
use std::net::SocketAddr;
use std::process::Stdio;
use std::thread;

pub const ENGINES: [&str; 2] = ["tasks", "threads"];

/// What became of a case under one engine.
pub struct Played {
    pub engine: &'static str,
    /// A result a target; places in it are named as in the case.
    pub results: Vec<Value>,
    pub logs: Vec<Log>,
}

pub struct Round;

/// Beside the cases of a round, so that something is answered.
const FINE: &str = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfine";

impl Round {
    pub fn play(engine: &'static str, setting: &Setting, cases: &[Case]) -> Vec<Played> {
        let fine = Stage::set(&[FINE.into()]);
        let stages: Vec<Stage> = cases.iter().map(|case| Stage::set(&case.places)).collect();
        let targets =
            || cases.iter().zip(&stages).flat_map(|(case, stage)| case.asks.iter().map(|ask| stage.fill(&ask.url)));
        // Where the words are one case's own, they may lead elsewhere than to this page.
        let fine_url = setting.is_shared().then(|| fine.fill("http://{0}/fine"));
        let list: String = targets().chain(fine_url).map(|url| url + "\n").collect();
        let words = words(engine, setting, cases, &stages);
        let ended = run(setting, &stages[0], &list, &words);
        let mut lines = lines_of(&ended, list.lines().count(), &words).into_iter();
        let take = |(case, stage): (&Case, Stage)| {
            let results = lines.by_ref().take(case.asks.len()).map(|line| value(line, &stage)).collect();
            Played { engine, results, logs: stage.clear() }
        };
        let played = cases.iter().zip(stages).map(take).collect();
        fine.clear();
        played
    }
}

/// A result; places in it are named as in the case.
fn value(line: &str, stage: &Stage) -> Value {
    let mut result = serde_json::from_str(line).expect("a line is JSON");
    name_within(&mut result, &stage.addresses);
    result
}

fn name_within(value: &mut Value, addresses: &[SocketAddr]) {
    match value {
        Value::String(text) => *text = named(text, addresses),
        Value::Array(values) => values.iter_mut().for_each(|value| name_within(value, addresses)),
        Value::Object(fields) => fields.values_mut().for_each(|value| name_within(value, addresses)),
        _ => {}
    }
}

/// The places of one case.
struct Stage {
    places: Vec<Open>,
    addresses: Vec<SocketAddr>,
}

impl Stage {
    fn set(places: &[crate::place::Place]) -> Stage {
        let bound: Vec<Open> = places.iter().map(Open::bind).collect();
        let addresses: Vec<SocketAddr> = bound.iter().map(|place| place.address).collect();
        let gates = gates();
        let serve = |place: Open| {
            let addresses = addresses.clone();
            place.serve(&gates, move |bytes| filled(bytes, &addresses))
        };
        let places = bound.into_iter().map(serve).collect();
        Stage { places, addresses }
    }

    fn fill(&self, text: &str) -> String {
        let text = String::from_utf8(filled(text.as_bytes(), &self.addresses)).unwrap();
        text.replace("{ca}", &authority_file().to_string_lossy())
    }

    /// Waits until every script has ended.
    fn clear(self) -> Vec<Log> {
        let Stage { places, addresses } = self;
        let mut logs: Vec<Log> = places.into_iter().map(Open::close).collect();
        for request in logs.iter_mut().flat_map(|log| &mut log.requests) {
            request.head = named(&request.head, &addresses);
        }
        logs
    }
}

/// With places in the stead of addresses.
fn named(text: &str, addresses: &[SocketAddr]) -> String {
    let numbered = || addresses.iter().enumerate();
    // Two places of two families may have one port: each whole address first.
    let whole = numbered()
        .fold(text.to_owned(), |text, (number, address)| text.replace(&address.to_string(), &format!("{{{number}}}")));
    numbered().fold(whole, |text, (number, address)| {
        text.replace(&format!(":{}", address.port()), &format!(":{{{number}p}}"))
    })
}

fn filled(bytes: &[u8], addresses: &[SocketAddr]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for (number, address) in addresses.iter().enumerate() {
        bytes = replaced(&bytes, format!("{{{number}}}").as_bytes(), address.to_string().as_bytes());
        bytes = replaced(&bytes, format!("{{{number}p}}").as_bytes(), address.port().to_string().as_bytes());
    }
    bytes
}

fn replaced(bytes: &[u8], what: &[u8], by: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some(at) = memchr::memmem::find(rest, what) {
        out.extend_from_slice(&rest[..at]);
        out.extend_from_slice(by);
        rest = &rest[at + what.len()..];
    }
    out.extend_from_slice(rest);
    out
}

/// As many at once as there are targets: one that hangs keeps none from being asked.
const ALL_AT_ONCE: &str = "600";
/// What holds unless a case says otherwise.
const USUAL: [(&str, &str); 2] = [("-c", ALL_AT_ONCE), ("--retry", "0")];

fn words(engine: &str, setting: &Setting, cases: &[Case], stages: &[Stage]) -> Vec<String> {
    let own: Vec<String> = setting.words.iter().map(|word| stages[0].fill(word)).collect();
    let mut words: Vec<String> =
        ["fetch", "-i", "-", "--format", "jsonl", "--order", "given", "--hash"].map(str::to_owned).to_vec();
    words.extend(["--engine".to_owned(), engine.to_owned()]);
    if engine == "threads" {
        words.extend(["--workers", ALL_AT_ONCE].map(str::to_owned));
    }
    for (name, value) in USUAL {
        if !own.iter().any(|word| word == name) {
            words.extend([name.to_owned(), value.to_owned()]);
        }
    }
    for (case, stage) in cases.iter().zip(stages) {
        for (name, place) in &case.names {
            let address = stage.addresses[*place];
            words.extend(["--resolve".to_owned(), format!("{name}:{}:{}", address.port(), address.ip())]);
        }
    }
    words.extend(own);
    words
}

fn run(setting: &Setting, stage: &Stage, list: &str, words: &[String]) -> Ended {
    let environment = setting.environment.iter().map(|(name, value)| (*name, stage.fill(value)));
    let mut running = start(crawltop(words).envs(environment).stdin(Stdio::piped()));
    let (mut stdin, list) = (running.stdin(), list.to_owned());
    // It may end before it has read everything.
    thread::spawn(move || stdin.write_all(list.as_bytes()));
    running.end()
}

/// What holds of every run: it ends well, unless nothing was answered; it tells a line a target, and nothing that it says
/// acts on a terminal.
fn lines_of<'a>(ended: &'a Ended, targets: usize, words: &[String]) -> Vec<&'a str> {
    let answered = ["\"outcome\":\"ok\"", "\"outcome\":\"redirect\"", "\"outcome\":\"http_error\""];
    let code = if answered.iter().any(|outcome| ended.stdout.contains(outcome)) { 0 } else { 2 };
    assert_eq!(ended.code, Some(code), "crawltop {}\n{}", words.join(" "), ended.stderr);
    for text in [&ended.stdout, &ended.stderr] {
        assert_eq!(text.find(acts), None, "crawltop {}: a control is said: {text:?}", words.join(" "));
        for word in ["panicked", "s3cret", "czNjcmV0"] {
            assert!(!text.contains(word), "crawltop {}: {word} is said:\n{text}", words.join(" "));
        }
    }
    let lines: Vec<&str> = ended.stdout.lines().skip(1).collect();
    assert_eq!(lines.len(), targets, "crawltop {}: a line a target\n{}", words.join(" "), ended.stderr);
    lines
}

fn acts(letter: char) -> bool {
    let bidi = ('\u{202a}'..='\u{202e}').contains(&letter) || ('\u{2066}'..='\u{2069}').contains(&letter);
    (letter.is_control() && letter != '\n') || bidi || ('\u{e0000}'..='\u{e007f}').contains(&letter)
}
