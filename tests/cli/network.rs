//! By which way hosts are reached, as asked for on the command line; and machines that are short of files or ports.

use crate::program::{Ended, Running, run, start};
use crate::scripted::{Server, Step, page};
use crate::skipped::skipped;
use std::process::{Command, Stdio};

fn fine() -> Server {
    Server::always(vec![Step::Send(page("<title>fine</title>"))])
}

fn told_by(server: &Server, host: &str, words: &[&str]) -> Ended {
    let url = format!("http://{host}:{}/page", server.address().port());
    run(["fetch", "--format", "jsonl", &url].iter().chain(words))
}

#[test]
fn a_host_is_reached_at_the_address_that_is_given() {
    let server = fine();
    let port = server.address().port();
    let entries = [
        format!("a.example:{port}:127.0.0.1"),
        format!("*:{port}:127.0.0.1"),
        format!("A.example:{port}:127.0.0.1,127.0.0.2"),
    ];
    for entry in entries {
        let ended = told_by(&server, "a.example", &["--resolve", &entry, "--resolve", "b.example:80:[::1]"]);
        let result = ended.json_of("/page");
        assert_eq!((ended.code, &result["remote_ip"]), (Some(0), &"127.0.0.1".into()), "{ended:#?}");
        assert!(result["timings"]["dns"].is_null(), "{result:#}");
    }
}

#[test]
fn a_family_that_a_host_does_not_have_is_told_and_the_one_it_has_is_used() {
    let server = fine();
    for (host, words) in [("127.0.0.1", "-4"), ("localhost", "--ipv4")] {
        assert_eq!(told_by(&server, host, &[words]).json_of("/page")["status_code"], 200, "{host} {words}");
    }
    let pin = format!("a.example:{}:127.0.0.1", server.address().port());
    let cases =
        [("127.0.0.1", "-6", "no IPv6 address for 127.0.0.1"), ("a.example", "--ipv6", "for a.example, and -6")];
    for (host, option, words) in cases {
        let ended = told_by(&server, host, &[option, "--resolve", &pin]);
        let result = ended.json_of("/page");
        assert_eq!((ended.code, &result["error"]["kind"]), (Some(2), &"dns".into()), "{ended:#?}");
        assert!(result["error"]["message"].as_str().unwrap().contains(words), "{result:#}");
    }
}

#[test]
fn a_way_that_is_none_is_refused() {
    let cases = [
        (&["--resolve", "a.example"][..], "HOST:PORT:ADDR"),
        (&["--resolve", "a.example:80:b.example"], "in figures"),
        (&["--resolve", "a.example:0:127.0.0.1"], "1 to 65535"),
        (&["--resolve=-a.example:80"], "+ and -"),
        (&["-4", "-6"], "--ipv6"),
    ];
    for (words, named) in cases {
        let ended = run(["fetch", "http://127.0.0.1:9/"].iter().chain(words));
        ended.assert_refused();
        assert!(ended.stderr.contains(named), "{named:?} is named: {ended:#?}");
    }
}

/// Starts the program in a shell that has been told `first`.
fn start_after(first: &str, words: &[&str]) -> Running {
    let mut command = Command::new("bash");
    command.args(["-c", &format!("{first}; exec \"$@\""), "bash", PROGRAM]).args(words);
    start(command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()))
}

#[test]
fn two_hundred_pages_are_fetched_with_forty_eight_descriptors() {
    for engine in ["tasks", "threads"] {
        let server = fine();
        let port = server.address().port();
        let pages = format!("http://{{127.0.0.1,localhost}}:{port}/[1-100]");
        let words = ["fetch", "-c", "100", "--engine", engine, "--format", "jsonl", &pages];
        let ended = start_after("ulimit -n 48", &words).end();
        let fine = ended.json().iter().filter(|result| result["status_code"] == 200).count();
        assert_eq!((ended.code, fine), (Some(0), 200), "{engine}: {ended:#?}");
        assert!(ended.stderr.contains("48 files may be open"), "{ended:#?}");
    }
}

#[test]
fn as_many_files_may_be_open_as_the_machine_allows_and_that_is_told() {
    let server = fine();
    let words = ["fetch", "-c", "150", "--format", "jsonl", &server.url("/")];
    let ended = start_after("ulimit -Hn 200; ulimit -Sn 64", &words).end();
    let told = ended.stdout.lines().next().unwrap_or_default();
    assert!(told.contains("\"open_files\":200") && !ended.stderr.contains("may be open"), "{ended:#?}");
}

#[test]
fn with_so_few_descriptors_that_nothing_can_be_done_it_is_said_and_nothing_panics() {
    let server = fine();
    let url = server.url("/");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("run.jsonl").display().to_string();
    assert_eq!(run(["fetch", "--record", &file, &url]).code, Some(0));
    let asked = server.requests();
    for files in [5, 6, 7, 8, 12, 20, 27] {
        for words in
            [&["fetch", &url][..], &["crawl", &url], &["demo", "--no-tui"], &["race", &url], &["replay", &file]]
        {
            let ended = start_after(&format!("ulimit -n {files}"), words).end();
            assert_eq!((ended.code, &*ended.stdout), (Some(2), ""), "{files} {words:?}: {ended:#?}");
            let said = format!("error: only {files} files may be open, and 28 are needed at least\nhint: ");
            assert!(ended.stderr.contains(&said), "{files} {words:?}: {ended:#?}");
        }
    }
    assert_eq!(server.requests(), asked);
    let ended = start_after("ulimit -n 28", &["fetch", &url]).end();
    assert_eq!(ended.code, Some(0), "{ended:#?}");
}

/// Many hosts on one machine, so that each leaves an idle connection that nobody needs again.
#[test]
fn idle_connections_are_given_up_where_a_descriptor_is_lacking() {
    for engine in ["tasks", "threads"] {
        let kept = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi".to_vec();
        let server = Server::always(vec![Step::Send(kept), Step::Silence]);
        let port = server.address().port();
        let pages = format!("http://host-[1-60].example:{port}/");
        let pin = format!("*:{port}:127.0.0.1");
        let script = "ulimit -n 64; for fd in {20..58}; do eval \"exec $fd</dev/null\"; done";
        let words = ["fetch", "-c", "20", "--engine", engine, "--format", "jsonl", "--resolve", &pin, &pages];
        let ended = start_after(script, &words).end();
        let fine = ended.json().iter().filter(|result| result["status_code"] == 200).count();
        assert_eq!((ended.code, fine), (Some(0), 60), "{engine}: {ended:#?}");
    }
}

/// Runs `script` in a network of its own, where this user may make one. Else the test is skipped.
fn alone(script: &str) -> Option<Ended> {
    let alone = |script: &str| {
        let mut command = Command::new("unshare");
        command.args(["-rn", "bash", "-c", &format!("ip link set lo up && {script}")]);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    };
    let may = alone("echo 1024 1030 > /proc/sys/net/ipv4/ip_local_port_range").output();
    if may.is_ok_and(|may| may.status.success()) {
        return Some(start(&mut alone(script)).end());
    }
    skipped("this machine allows no network of one's own");
    None
}

const PROGRAM: &str = env!("CARGO_BIN_EXE_crawltop");

/// Seven ports for connections, and a site that keeps them.
#[test]
fn a_fetch_that_finds_no_port_waits_for_one() {
    let script = format!(
        "echo 1024 1030 > /proc/sys/net/ipv4/ip_local_port_range; \
         {PROGRAM} lab --port 8080 --faults none --latency 50ms > /dev/null & lab=$!; \
         until (exec 3<> /dev/tcp/127.0.0.1/8080) 2> /dev/null; do sleep 0.1; done; \
         {PROGRAM} fetch -c 30 --format events 'http://127.0.0.1:8080/goods/[1-60]/'; code=$?; kill $lab; exit $code"
    );
    let Some(ended) = alone(&script) else { return };
    let is_fine = |line: &&str| line.contains("\"event\":\"result_set\"") && line.contains("\"status\":200,");
    assert_eq!((ended.code, ended.stdout.lines().filter(is_fine).count()), (Some(0), 60), "{ended:#?}");
    assert!(ended.stdout.contains("\"by\":\"ports\""), "{ended:#?}");
}

/// The machine says the same as without a port, but there is nothing to wait for.
#[test]
fn a_machine_without_addresses_of_a_family_does_not_reach_it_and_is_not_short_of_ports() {
    let script = format!(
        "echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6; \
         {PROGRAM} fetch --format events --connect-timeout 0 --max-time 0 'http://[::1]:9/'"
    );
    let Some(ended) = alone(&script) else { return };
    assert!(ended.stdout.contains("\"failure\":\"unreachable\""), "{ended:#?}");
    assert!(!ended.stdout.contains("\"by\":\"ports\""), "{ended:#?}");
}
