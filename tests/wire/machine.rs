//! A machine that has no descriptor left: that is told as its own want, never as a server's fault.

use crate::place::gates;
use crate::program::start;
use crate::round::ENGINES;
use crate::script::{held, play};
use std::process::{Command, Stdio};

/// Starts the program where it may open 64 files, of which 36 are open already: fewer are left than it counts on.
const SHORT: &str = "ulimit -n 64; for fd in {20..55}; do eval \"exec $fd</dev/null\"; done; exec \"$@\"";
const TARGETS: usize = 32;

#[test]
fn a_fetch_that_never_finds_a_descriptor_is_told_as_the_want_of_this_machine() {
    for engine in ENGINES {
        let gates = gates();
        let silent = crate::loopback::Server::start(move |peer| {
            play(peer, &held(""), &gates, &<[u8]>::to_vec, &|_| ());
        });
        let pages = silent.url(&format!("/[1-{TARGETS}]"));
        let limits = ["--connect-timeout", "500ms", "--idle-timeout", "3s", "--retry", "0"];
        let mut command = Command::new("bash");
        command.args(["-c", SHORT, "bash", env!("CARGO_BIN_EXE_crawltop"), "fetch", "-c", "32", "--format", "jsonl"]);
        let workers: &[&str] = if engine == "threads" { &["--workers", "32"] } else { &[] };
        command.args(["--engine", engine, &pages]).args(limits).args(workers);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let ended = start(&mut command).end();
        let of = |kind: &str| ended.json().iter().filter(|result| result["error"]["kind"] == kind).count();
        let (local, silent) = (of("local"), of("timeout"));
        assert!(local > 0 && silent > 0 && local + silent == TARGETS, "{engine}: {ended:#?}");
        let phases: Vec<_> = ended.json().into_iter().filter(|result| result["error"]["kind"] == "local").collect();
        assert!(phases.iter().all(|result| result["error"]["phase"] == "connect"), "{engine}: {phases:#?}");
    }
}
