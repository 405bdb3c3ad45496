//! A machine that has no descriptor left: nothing is lost for that, and what never finds one is told as the machine's own
//! want, never as a server's fault.

use crate::loopback::ok;
use crate::place::gates;
use crate::program::{Ended, start};
use crate::round::ENGINES;
use crate::script::{held, play};
use serde_json::Value;
use std::iter;
use std::process::{Command, Stdio};

const TARGETS: usize = 16;

/// The program where it may open 64 files, of which those from `first` on are open already. Each target is of a server
/// that never answers, and is given up after a second.
fn fetched(engine: &str, first: u32) -> Ended {
    let gates = gates();
    let silent = crate::loopback::Server::start(move |peer| {
        play(peer, &held(""), &gates, &<[u8]>::to_vec, &|_| ());
    });
    let pages = silent.url(&format!("/[1-{TARGETS}]"));
    let limits = ["--connect-timeout", "500ms", "--idle-timeout", "1s", "--retry", "0"];
    let mut command = Command::new("bash");
    command.args(["-c", &short(first), "bash", env!("CARGO_BIN_EXE_crawltop"), "fetch", "-c", "16"]);
    command.args(["--format", "jsonl"]);
    let workers: &[&str] = if engine == "threads" { &["--workers", "16"] } else { &[] };
    command.args(["--engine", engine, &pages]).args(limits).args(workers);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    start(&mut command).end()
}

/// What the shell runs, with no descriptor left from `first` on but those of 64 and more, which it may not open.
fn short(first: u32) -> String {
    format!("ulimit -n 64; for fd in {{{first}..63}}; do eval \"exec $fd</dev/null\"; done; exec \"$@\"")
}

fn count(ended: &Ended, kind: &str) -> usize {
    ended.json().iter().filter(|result| result["error"]["kind"] == kind).count()
}

#[test]
fn what_waits_for_a_descriptor_of_another_fetch_has_its_turn_however_long_that_takes() {
    for engine in ENGINES {
        let ended = fetched(engine, 24);
        assert_eq!(count(&ended, "timeout"), TARGETS, "{engine}: {ended:#?}");
    }
}

#[test]
fn where_none_can_be_had_that_is_told_as_the_want_of_this_machine() {
    for engine in ENGINES {
        // How many the program needs for itself is its own affair: with one fewer it does not begin.
        let ended = (8..24).map(|first| fetched(engine, first)).find(|ended| !ended.stdout.is_empty());
        let ended = ended.expect("it begins");
        assert_eq!(count(&ended, "local"), TARGETS, "{engine}: {ended:#?}");
        assert!(ended.json().iter().all(|result| result["error"]["phase"] == "connect"), "{engine}: {ended:#?}");
    }
}

/// As many servers in turn as there can't be connections, and the first of them once more.
#[test]
fn a_kept_connection_gives_its_descriptor_to_a_new_one_and_that_is_told() {
    let server = || crate::loopback::Server::start(|peer| while !peer.request().is_empty() && peer.send(ok("hi")) {});
    let servers: Vec<_> = iter::repeat_with(server).take(TARGETS).collect();
    let urls: Vec<String> = servers.iter().chain(&servers[..1]).map(|server| server.url("/")).collect();
    for engine in ENGINES {
        let mut command = Command::new("bash");
        command.args(["-c", &short(24), "bash", env!("CARGO_BIN_EXE_crawltop"), "fetch", "--format", "jsonl"]);
        command.args(["-c", "1", "--engine", engine]).args(&urls);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let ended = start(&mut command).end();
        let results = ended.json();
        assert!(results.iter().all(|result| result["status_code"] == 200), "{engine}: {ended:#?}");
        let told: Vec<_> = results.iter().map(|result| result["not_reused"].clone()).collect();
        assert_eq!(told[TARGETS], "spared", "{engine}: {told:?}");
        assert!(told[..TARGETS].iter().all(Value::is_null), "{engine}: there had been none: {told:?}");
    }
}
