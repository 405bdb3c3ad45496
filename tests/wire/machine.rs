//! A machine that has no descriptor left: nothing is lost for that, and what never finds one is told as the machine's own
//! want, never as a server's fault.

use crate::place::gates;
use crate::program::{Ended, start};
use crate::round::ENGINES;
use crate::script::{held, play};
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
    let short = format!("ulimit -n 64; for fd in {{{first}..63}}; do eval \"exec $fd</dev/null\"; done; exec \"$@\"");
    let limits = ["--connect-timeout", "500ms", "--idle-timeout", "1s", "--retry", "0"];
    let mut command = Command::new("bash");
    command.args(["-c", &short, "bash", env!("CARGO_BIN_EXE_crawltop"), "fetch", "-c", "16", "--format", "jsonl"]);
    let workers: &[&str] = if engine == "threads" { &["--workers", "16"] } else { &[] };
    command.args(["--engine", engine, &pages]).args(limits).args(workers);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    start(&mut command).end()
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
