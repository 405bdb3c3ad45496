//! The floors of the house, held: which module may name which, and what only some may name at all. rustc accepts
//! cycles between modules in silence; this does not.

#[path = "floors/paths.rs"]
mod paths;
#[path = "floors/tokens.rs"]
mod tokens;

use paths::{Path, paths};
use std::fs;
use std::path::Path as File;

/// Where a module stands between the two columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    /// Makes events.
    Source,
    /// Reads them.
    Sink,
    /// Vocabulary: it knows neither, for it stands below both.
    Ground,
    /// Joins the two.
    Wiring,
}

use Side::{Ground, Sink, Source, Wiring};

/// A module uses what stands below it, and its own children; on floor 0 modules use each other too.
const FLOORS: &[(u8, Side, &[&str])] = &[
    (0, Ground, &["callback", "clock", "content", "control", "emit", "event", "failure", "fetched"]),
    (
        0,
        Ground,
        &[
            "followed",
            "head",
            "host",
            "id",
            "phase",
            "place",
            "plenty",
            "retry_after",
            "reuse",
            "secrets",
            "target",
            "text",
            "usage",
            "wake",
        ],
    ),
    (1, Source, &["coding"]),
    (1, Ground, &["explain", "units"]),
    (2, Source, &["crawl", "http"]),
    (2, Ground, &["journal"]),
    (3, Source, &["net"]),
    (3, Ground, &["tape"]),
    (3, Sink, &["state"]),
    (4, Source, &["engine", "lab", "replay"]),
    (4, Sink, &["outbox", "race", "recording", "report"]),
    (5, Sink, &["hub", "signals", "starter", "timeline"]),
    (6, Sink, &["ui", "unwatched"]),
    (7, Wiring, &["cli", "memory", "panic"]),
    (8, Wiring, &["config"]),
    (9, Source, &["input"]),
    (9, Wiring, &["password"]),
    (10, Wiring, &["run"]),
    (11, Wiring, &["main"]),
];

/// Modules that use less than their floor allows, and the highest floor that they do use.
const MODEST: &[(&str, u8)] = &[("lab", 0)];

/// Modules to which bytes, events and `now` are arguments.
const PURE: &[&str] = &["coding", "crawl", "http", "journal", "race", "state"];

/// What those never name: the machine, its clock, and whatever waits.
const IMPURE: &[&str] = &[
    "async",
    "await",
    "crate::clock::Clock",
    "crate::clock::wall_clock_ms",
    "crate::emit",
    "crossterm",
    "eprintln",
    "futures_util",
    "println",
    "rustix",
    "std::env",
    "std::fs",
    "std::io",
    "std::net",
    "std::process",
    "std::thread",
    "tokio",
    "tokio_rustls",
];

/// What a pure module may name all the same: an address is a fact that events carry, and opens nothing.
const DATA: &[&str] = &["std::net::IpAddr", "std::net::Ipv4Addr", "std::net::Ipv6Addr", "std::net::SocketAddr"];

/// The types that read the machine's clock, and the files that may: one for the time of the run, and one since the
/// end of a process must come even while the run's time stands.
const CLOCKS: &[(&str, &[&str])] = &[
    ("Instant", &["clock.rs", "signals.rs", "ui/line.rs"]),
    ("SystemTime", &["clock.rs"]),
    ("UNIX_EPOCH", &["clock.rs"]),
];

fn floor(module: &str) -> Option<(u8, Side)> {
    FLOORS.iter().find(|(_, _, modules)| modules.contains(&module)).map(|&(floor, side, _)| (floor, side))
}

/// Everything in a file that the tables forbid, as `src/file:line: reason`. `file` is below `src`.
fn violations(file: &str, source: &str) -> Vec<String> {
    let module: Vec<&str> = file.trim_end_matches(".rs").trim_end_matches("/mod").split('/').collect();
    let inside = if module == ["lib"] { &[] } else { module.as_slice() };
    let found = paths(source, inside);
    let faults = found.iter().filter_map(|path| Some((path.line, fault(file, module[0], path)?)));
    faults.map(|(line, fault)| format!("src/{file}:{line}: {fault}")).collect()
}

fn fault(file: &str, module: &str, path: &Path) -> Option<String> {
    let names: Vec<&str> = path.names.iter().map(String::as_str).collect();
    if module == "lib" {
        return path.imported.then(|| "lib.rs lists modules and takes nothing in".to_owned());
    }
    match names.as_slice() {
        ["crawltop", "run", ..] if module == "main" => None,
        ["crawltop", ..] => Some("names this crate from outside".to_owned()),
        ["crate"] | ["crate", "*", ..] => Some("takes in the whole crate".to_owned()),
        ["crate", to, ..] if *to != module => forbidden_edge(module, to).or_else(|| impurity(module, &names)),
        _ => impurity(module, &names).or_else(|| clock(file, &names)),
    }
}

fn forbidden_edge(from: &str, to: &str) -> Option<String> {
    let (Some((above, side)), Some((below, other))) = (floor(from), floor(to)) else {
        return Some(format!("{from} names {to}, and not both have a floor"));
    };
    if matches!((side, other), (Source, Sink) | (Sink, Source)) {
        return Some(format!("{from} is {side:?} and names {to}, which is {other:?}"));
    }
    let highest = MODEST.iter().find(|(module, _)| *module == from).map_or(above, |&(_, highest)| highest + 1);
    let allowed = below < highest || (above, below) == (0, 0);
    (!allowed).then(|| format!("{from} on floor {above} names {to} on floor {below}"))
}

fn impurity(module: &str, names: &[&str]) -> Option<String> {
    if !PURE.contains(&module) || DATA.contains(&names.join("::").as_str()) {
        return None;
    }
    let named = IMPURE.iter().find(|path| names.iter().take(path.split("::").count()).copied().eq(path.split("::")));
    named.map(|path| format!("{module} is to be pure and names {path}"))
}

fn clock(file: &str, names: &[&str]) -> Option<String> {
    let reads = |(name, files): &&(&str, &[&str])| names.contains(name) && !files.contains(&file);
    CLOCKS.iter().find(reads).map(|(name, _)| format!("names {name}: the time is read in clock.rs"))
}

/// The files below `src` but those of tests, with what they hold.
fn sources() -> Vec<(String, String)> {
    let (mut folders, mut found) = (vec![String::new()], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(root().join(&folder)).unwrap() {
            let entry = entry.unwrap();
            let name = format!("{folder}{}", entry.file_name().into_string().unwrap());
            if entry.file_type().unwrap().is_dir() {
                folders.push(name + "/");
            } else if name.ends_with(".rs") && !name.ends_with("/tests.rs") {
                found.push((name, fs::read_to_string(entry.path()).unwrap()));
            }
        }
    }
    found
}

fn root() -> std::path::PathBuf {
    File::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

#[test]
fn every_module_keeps_to_its_floor_its_side_and_its_manner() {
    let found: Vec<String> = sources().iter().flat_map(|(file, source)| violations(file, source)).collect();
    assert!(found.is_empty(), "{} edges are wrong:\n{}", found.len(), found.join("\n"));
}

#[test]
fn the_table_has_every_module_and_no_other() {
    let mut written: Vec<String> = sources().into_iter().map(|(file, _)| top(&file).to_owned()).collect();
    let mut told: Vec<String> =
        FLOORS.iter().flat_map(|(_, _, modules)| *modules).map(|it| (*it).to_owned()).chain(["lib".into()]).collect();
    written.sort();
    written.dedup();
    told.sort();
    assert_eq!(written, told);
}

fn top(file: &str) -> &str {
    file.split('/').next().unwrap().trim_end_matches(".rs")
}

/// `lib.rs` is where a reader looks the floors up.
#[test]
fn the_list_in_lib_says_the_same_floors() {
    let source = fs::read_to_string(root().join("lib.rs")).unwrap();
    let mut current = None;
    for line in source.lines() {
        if let Some(heading) = line.strip_prefix("// ") {
            current = heading.split(' ').next().unwrap().parse::<u8>().ok();
        }
        let declared = line.trim_start_matches("pub ").strip_prefix("mod ").map(|name| name.trim_end_matches(';'));
        if let Some(module) = declared {
            assert_eq!(floor(module).map(|(floor, _)| floor), current, "{module}");
        }
    }
}

/// One case a rule, that it refuses, and beside it the nearest thing that is allowed.
#[test]
fn each_rule_refuses_what_it_is_for() {
    let refused = [
        ("text.rs", "use crate::units::span;", "text on floor 0 names units on floor 1"),
        ("net/fetch.rs", "use super::super::engine::Tasks;", "net on floor 3 names engine on floor 4"),
        ("hub.rs", "fn f() {\n    crate::signals::suspend();\n}", "hub on floor 5 names signals on floor 5"),
        ("ui/app.rs", "use crate::{clock::At, net::{Limits}};", "ui is Sink and names net, which is Source"),
        ("ui/app.rs", "pub(crate) use crate::http as wire;", "ui is Sink and names http, which is Source"),
        ("engine/tasks.rs", "use crate::state::State;", "engine is Source and names state, which is Sink"),
        ("input.rs", "use crate::report::Lines;", "input is Source and names report, which is Sink"),
        ("lab/desk.rs", "use crate::http::Exchange;", "lab on floor 4 names http on floor 2"),
        ("emit.rs", "use crate::nowhere::X;", "emit names nowhere, and not both have a floor"),
        ("emit.rs", "use crate::*;", "takes in the whole crate"),
        ("emit.rs", "use super::*;", "takes in the whole crate"),
        ("emit.rs", "use crate as all;", "takes in the whole crate"),
        ("emit.rs", "use crawltop::event::Event;", "names this crate from outside"),
        ("main.rs", "crawltop::engine::run()", "names this crate from outside"),
        ("lib.rs", "pub use net::Fetcher;", "lib.rs lists modules"),
        ("http/exchange.rs", "use tokio::io::AsyncRead;", "http is to be pure and names tokio"),
        ("http/exchange.rs", "pub async fn f() {}", "http is to be pure and names async"),
        ("state/rate.rs", "fn f() { g().await }", "state is to be pure and names await"),
        ("state/rate.rs", "use std::{fmt, net::TcpStream};", "state is to be pure and names std::net"),
        ("crawl/title.rs", "let it = std::fs::read(\"a\");", "crawl is to be pure and names std::fs"),
        ("http/head.rs", "use std::io::Read;", "http is to be pure and names std::io"),
        ("http/head.rs", "println!(\"{}\", 1);", "http is to be pure and names println"),
        ("state/run.rs", "use crate::clock::{At, Clock};", "state is to be pure and names crate::clock::Clock"),
        ("state/run.rs", "use std::time::Instant;", "names Instant: the time is read in clock.rs"),
        ("net/track.rs", "let t = tokio::time::Instant::now();", "names Instant"),
        ("ui/app.rs", "use std::time::{Duration, SystemTime};", "names SystemTime"),
    ];
    for (file, source, reason) in refused {
        let found = violations(file, source);
        let line = source.lines().position(|line| line.contains("suspend")).unwrap_or(0) + 1;
        assert_eq!(found.len(), 1, "{file}: {source}: {found:?}");
        assert!(found[0].starts_with(&format!("src/{file}:{line}: ")), "{found:?}");
        assert!(found[0].contains(reason), "{found:?} does not say: {reason}");
    }
}

#[test]
fn no_rule_refuses_what_is_allowed() {
    let allowed = [
        ("event.rs", "use crate::clock::At;"),
        ("net/fetch.rs", "use super::track::Track; use crate::{http::Head, target};"),
        ("state/requests.rs", "use std::net::SocketAddr; use crate::clock::At;"),
        ("engine/mod.rs", "mod tasks;\npub use tasks::Tasks;\nuse self::tasks::Terms;"),
        ("run.rs", "use crate::{engine::Tasks, ui::Dashboard};"),
        ("http/head.rs", "#[cfg(test)]\nmod tests { use std::io::Read; use crate::ui; }"),
        ("http/head.rs", "// crate::ui\nconst A: &str = \"crate::engine\";"),
        ("clock.rs", "use std::time::{Instant, SystemTime};"),
        ("main.rs", "crawltop::run::main()"),
        ("lib.rs", "pub mod clock;"),
    ];
    for (file, source) in allowed {
        assert_eq!(violations(file, source), Vec::<String>::new(), "{source}");
    }
}
