//! How a race ends before its end: by signals, by a deadline, by a reader that goes away, by a run that dies. No run is
//! left behind.

use std::os::unix::process::CommandExt;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process, test_kill_process};
use serde_json::Value;

use crate::program::{Running, crawltop, start, start_unread, until};
use crate::scripted::{Server, Step, page};

/// A race whose first run has two requests in flight that are never answered.
fn stuck(words: &[&str]) -> (Server, Running) {
    let server = Server::always(vec![Step::Silence]);
    let url = server.url("/[1-2]");
    let mut command = crawltop(["race", "--engines", "tasks,threads", "--max-time", "0", "--idle-timeout", "0", &url]);
    // Ctrl-Z stops a whole group, which is not to be that of the tests.
    let running = start(command.args(words).process_group(0));
    until("two are in flight", || server.requests() == 2);
    (server, running)
}

/// The processes that a process has started.
fn children(of: &Running) -> Vec<Pid> {
    let parent = of.pid().as_raw_nonzero().get().to_string();
    let numbers = std::fs::read_dir("/proc").unwrap().filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let is_child = |number: &String| {
        let stat = std::fs::read_to_string(format!("/proc/{number}/stat")).unwrap_or_default();
        // Behind the name, which may hold anything: the state, then the parent.
        stat.rsplit_once(')').is_some_and(|(_, rest)| rest.split_whitespace().nth(1) == Some(&parent))
    };
    numbers
        .filter(|number| number.parse::<i32>().is_ok())
        .filter(is_child)
        .filter_map(|it| Pid::from_raw(it.parse().ok()?))
        .collect()
}

fn is_gone(pid: Pid) -> bool {
    test_kill_process(pid).is_err()
}

#[test]
fn a_signal_lets_the_run_drain_and_then_ends_it_and_the_race() {
    for (signal, code, words) in
        [(Signal::INT, 130, "an interrupt"), (Signal::TERM, 143, "a terminate signal"), (Signal::HUP, 129, "a hang-up")]
    {
        let (_server, mut running) = stuck(&[]);
        let runs = children(&running);
        assert_eq!(runs.len(), 1);
        let told = Instant::now();
        running.signal(signal);
        let ended = running.end();
        assert!(told.elapsed() >= Duration::from_millis(1_800), "the run has its time");
        assert_eq!(ended.code, Some(code), "{ended:#?}");
        let expected =
            format!("round 1  tasks    partial: stopped by {words}\npartial: stopped by {words}; 0 of 6 runs done\n");
        assert_eq!(ended.stdout, expected, "{ended:#?}");
        until("the run is gone", || is_gone(runs[0]));
    }
}

#[test]
fn a_second_signal_ends_it_at_once() {
    let ended_early = |_| {
        let (_server, mut running) = stuck(&[]);
        let told = Instant::now();
        until("it ends", || {
            running.signal(Signal::INT);
            std::thread::park_timeout(Duration::from_millis(50));
            !running.is_running()
        });
        let early = told.elapsed() < Duration::from_millis(1_800);
        assert_eq!(running.end().code, Some(130));
        early
    };
    // A busy machine may be late once; a drain that is waited for is late every time.
    assert!((0..5).any(ended_early));
}

#[test]
fn a_run_that_is_killed_is_told_and_ends_the_race() {
    let (_server, running) = stuck(&[]);
    kill_process(children(&running)[0], Signal::KILL).unwrap();
    let ended = running.end();
    assert_eq!(ended.code, Some(2), "{ended:#?}");
    assert!(
        ended.stderr.starts_with("error: tasks, round 1: its process was killed by signal 9\nhint: "),
        "{ended:#?}"
    );
    assert_eq!(ended.stdout, "round 1  tasks    failed\n", "{ended:#?}");
}

#[test]
fn a_run_that_is_told_to_end_by_another_is_told_too() {
    let (_server, running) = stuck(&[]);
    kill_process(children(&running)[0], Signal::TERM).unwrap();
    let ended = running.end();
    assert_eq!(ended.code, Some(2), "{ended:#?}");
    assert!(ended.stderr.contains("error: tasks, round 1: stopped by a terminate signal\n"), "{ended:#?}");
}

#[cfg(debug_assertions)]
#[test]
fn a_run_that_panics_says_so_in_its_own_words() {
    let ended = start(crawltop(["race", "--pages", "2"]).env("CRAWLTOP_TEST_PANIC", "hub")).end();
    assert_eq!(ended.code, Some(2), "{ended:#?}");
    assert!(ended.stderr.contains("error: sequential, round 1: crawltop panicked: "), "{ended:#?}");
}

#[test]
fn a_run_that_its_deadline_cuts_short_counts_for_nothing() {
    let server = Server::start(|path| match path {
        "/fine" => vec![Step::Send(page("fine"))],
        _ => vec![Step::Silence],
    });
    let words = ["race", "--rounds", "1", "--deadline", "0.3", "--format", "jsonl"];
    let ended = start(&mut crawltop(words.iter().copied().chain([server.url("/{fine,silent}").as_str()]))).end();
    assert_eq!(ended.code, Some(3), "{ended:#?}");
    let lines: Vec<Value> = ended.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let told: Vec<(&Value, &Value)> = lines[1..].iter().map(|line| (&line["type"], &line["end"])).collect();
    assert_eq!(told, [(&"run".into(), &"deadline".into()); 3], "{ended:#?}");
}

#[test]
fn a_reader_that_goes_away_ends_it_quietly() {
    let mut command = crawltop(["race", "--pages", "2", "--latency", "1ms", "--rounds", "50"]);
    let (running, stdout) = start_unread(&mut command);
    drop(stdout);
    let ended = running.end();
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""), "{ended:#?}");
}

/// A run that stood still would tell a false time.
#[test]
fn a_race_that_is_suspended_begins_its_run_anew() {
    let (server, mut running) = stuck(&[]);
    let first = children(&running)[0];
    let state = |pid: Pid| {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero())).unwrap_or_default();
        stat.rsplit_once(')').and_then(|(_, rest)| rest.trim().chars().next())
    };
    running.signal(Signal::TSTP);
    until("it stands still", || state(running.pid()) == Some('T'));
    until("its run has ended", || state(first).is_none_or(|state| state == 'Z'));
    kill_process(running.pid(), Signal::CONT).unwrap();
    until("the run is begun anew", || server.requests() >= 4);
    running.signal(Signal::INT);
    let ended = running.end();
    assert_eq!(ended.code, Some(130), "{ended:#?}");
    assert_eq!(ended.stdout.matches("round 1  tasks").count(), 1, "{ended:#?}");
}
