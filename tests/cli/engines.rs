//! Engines, orders and ends on the command line: what is refused, what is told, and how it exits.

use std::fmt::Write as _;
use std::process::Stdio;
use std::time::{Duration, Instant};

use rustix::process::Signal;
use serde_json::Value;

use crawltop::lab::{Faults, Lab, LabConfig};
use crawltop::net::raise_open_files;

use crate::program::{Ended, crawltop, run, run_fed, start, until};
use crate::scripted::{Gate, Server, Step, answer, page};
use crate::skipped::skipped;

const ENGINES: [&str; 3] = ["tasks", "threads", "sequential"];

/// What becomes of a request is its path's to say.
fn mixed() -> Server {
    Server::start(|path| match path {
        "/404" => vec![Step::Send(answer("404 Not Found", "text/plain", b"no"))],
        "/500" => vec![Step::Send(answer("500 Oh", "text/plain", b"no"))],
        "/reset" => vec![Step::Reset],
        "/silent" => vec![Step::Silence],
        _ => vec![Step::Send(page("<title>fine</title>"))],
    })
}

fn fetch(server: &Server, paths: &[&str], words: &[&str]) -> Ended {
    let urls: Vec<String> = paths.iter().map(|path| server.url(path)).collect();
    run(["fetch"].into_iter().chain(words.iter().copied()).chain(urls.iter().map(String::as_str)))
}

#[test]
fn words_that_say_nothing_together_are_refused_by_name() {
    let cases: [(&[&str], &str); 14] = [
        (&["--workers", "0", "--engine", "threads"], "--workers"),
        (&["--workers", "65536", "--engine", "threads"], "--workers"),
        (&["--workers", "many", "--engine", "threads"], "--workers"),
        (&["--engine", "green-threads"], "green-threads"),
        (&["--workers", "4"], "tasks"),
        (&["--workers", "4", "--engine", "sequential"], "sequential"),
        (&["--loop-threads", "0"], "--loop-threads"),
        (&["--loop-threads", "4", "--engine", "threads"], "--loop-threads"),
        (&["--trace", "steps", "--engine", "sequential"], "--trace steps"),
        (&["--trace", "everything"], "everything"),
        (&["--until", "first", "--order", "given"], "--order given"),
        (&["--until", "first-error", "--order", "given"], "--order given"),
        (&["--until", "soon"], "soon"),
        (&["--order", "random"], "random"),
    ];
    let server = mixed();
    for (words, named) in cases {
        let ended = fetch(&server, &["/fine"], words);
        ended.assert_refused();
        assert!(ended.stderr.contains(named), "{named:?} is named: {ended:#?}");
    }
    assert_eq!(server.connections(), 0, "nothing is fetched before");
}

/// All that must not depend on the engine, by URL.
fn told(ended: &Ended) -> Vec<Vec<Value>> {
    let names =
        ["url", "status_code", "outcome", "error", "title", "body_bytes", "wire_bytes", "content_type", "sha256"];
    let of = |result: &Value| names.iter().map(|name| result[name].clone()).collect::<Vec<_>>();
    let mut told: Vec<_> = ended.json().iter().map(of).collect();
    told.sort_by_key(|fields| fields[0].as_str().unwrap().to_owned());
    told
}

#[test]
fn every_engine_tells_the_same_and_its_own_name() {
    let server = mixed();
    let paths = ["/fine", "/404", "/500", "/reset", "/page"];
    let words = |engine| ["--format", "jsonl", "--hash", "--engine", engine];
    let [tasks, others @ ..] = ENGINES.map(|engine| (engine, fetch(&server, &paths, &words(engine))));
    for (engine, ended) in &others {
        assert_eq!(told(ended), told(&tasks.1), "{engine}");
        assert_eq!(ended.code, tasks.1.code);
        let meta: Value = serde_json::from_str(ended.stdout.lines().next().unwrap()).unwrap();
        assert_eq!(meta["engine"], *engine);
        assert!(ended.json().iter().all(|result| result["engine"] == *engine && result["polls"] == 1), "{ended:#?}");
    }
    let more = fetch(&server, &paths, &["--format", "jsonl", "--hash", "--loop-threads", "4"]);
    assert_eq!((told(&more), more.code), (told(&tasks.1), tasks.1.code));
}

#[test]
fn the_time_a_job_waited_for_its_worker_is_told() {
    let server = mixed();
    let words = ["--format", "jsonl", "--engine", "threads", "--workers", "1", "--idle-timeout", "300ms"];
    let ended = fetch(&server, &["/silent", "/fine"], &words);
    let (silent, fine) = (ended.json_of("/silent"), ended.json_of("/fine"));
    let ms = |result: &Value, name: &str| result["timings"][name].as_f64().unwrap();
    assert!(ms(&fine, "blocked") >= 300.0 && ms(&fine, "total") >= ms(&fine, "blocked"), "{fine:#}");
    assert_eq!(silent["error"]["kind"], "timeout");
    assert!(ms(&silent, "blocked") < ms(&silent, "total"), "{silent:#}");
}

#[test]
fn the_first_result_ends_it_with_0_and_the_rest_is_cancelled_or_one_number() {
    for engine in ["tasks", "threads"] {
        let server = mixed();
        let paths = ["/silent", "/fine", "/silent", "/never", "/never"];
        let ended = fetch(&server, &paths, &["--until", "first", "-c", "3", "--engine", engine]);
        assert_eq!((ended.code, ended.results().len()), (Some(0), 3), "{ended:#?}");
        let partial = "\npartial: ended at the first result; 1 done, 2 cancelled, 2 not started\n";
        assert!(ended.stdout.ends_with(partial), "{ended:#?}");
        assert!(!server.paths().contains(&"/never".to_owned()));
    }
}

#[test]
fn the_first_error_ends_it_with_1_and_broken_pages_do_not() {
    for engine in ENGINES {
        let server = mixed();
        let words = ["--until", "first-error", "-c", "1", "--engine", engine];
        let ended = fetch(&server, &["/404", "/500", "/reset", "/never"], &words);
        assert_eq!(ended.code, Some(1), "{ended:#?}");
        let partial = "\npartial: ended at the first error; 3 done, 0 cancelled, 1 not started\n";
        assert!(ended.stdout.ends_with(partial), "{ended:#?}");
        let ended = fetch(&server, &["/404", "/500", "/fine"], &words);
        assert_eq!(ended.code, Some(0), "{ended:#?}");
        assert!(!ended.stdout.contains("partial"), "{ended:#?}");
    }
}

/// Three answers, of which the first comes when the others were asked for.
fn slow_first() -> Server {
    let gate = Gate::default();
    let asked = std::sync::atomic::AtomicUsize::new(0);
    Server::start(move |path| {
        if path == "/0" {
            return vec![Step::Await(gate.clone()), Step::Send(page("late"))];
        }
        if asked.fetch_add(1, std::sync::atomic::Ordering::SeqCst) == 1 {
            gate.open();
        }
        vec![Step::Send(page("early"))]
    })
}

#[test]
fn results_are_told_in_the_order_given_in_every_format() {
    // With two places, the first result waits until the third target has taken the place of the second.
    for engine in ["tasks", "threads"] {
        let words = ["--order", "given", "-c", "2", "--engine", engine];
        let ended = fetch(&slow_first(), &["/0", "/1", "/2"], &words);
        let paths: Vec<&str> = ended.results().iter().map(|line| line.rsplit('/').next().unwrap()).collect();
        assert_eq!((ended.code, paths), (Some(0), vec!["0", "1", "2"]), "{ended:#?}");
        assert!(ended.stdout.contains("\nresults waited ") && ended.stdout.contains(" at once\n"), "{ended:#?}");
        let ended = fetch(&slow_first(), &["/0", "/1", "/2"], &[&words[..], &["--format", "jsonl"]].concat());
        let tasks: Vec<u64> = ended.json().iter().map(|result| result["task"].as_u64().unwrap()).collect();
        let mut orders: Vec<u64> = ended.json().iter().map(|result| result["order"].as_u64().unwrap()).collect();
        assert!(orders[0] > orders[1], "the second completed before the first: {orders:?}");
        orders.sort_unstable();
        assert_eq!((tasks, orders), (vec![1, 2, 3], vec![1, 2, 3]));
    }
}

#[test]
fn a_signal_is_heard_while_a_fetch_holds_the_loop() {
    let server = mixed();
    let urls = [server.url("/silent"), server.url("/never")];
    let words = ["fetch", "--engine", "sequential", "--idle-timeout", "0", "--max-time", "0", &urls[0], &urls[1]];
    let mut running = start(&mut crawltop(words));
    until("it is in flight", || server.requests() == 1);
    let told = Instant::now();
    running.signal(Signal::INT);
    let ended = running.end();
    assert!(told.elapsed() >= Duration::from_millis(1_800), "what is in flight has its time");
    assert_eq!((ended.code, server.requests()), (Some(130), 1), "{ended:#?}");
    let partial = "\npartial: stopped by an interrupt; 0 done, 1 cancelled, 1 not started\n";
    assert!(ended.stdout.contains(partial), "{ended:#?}");
}

#[test]
fn a_program_with_workers_that_hang_ends_when_it_is_told_to() {
    let server = Server::always(vec![Step::Silence]);
    let words = ["fetch", "--engine", "threads", "--workers", "2", "-c", "3", "--idle-timeout", "0", "--max-time", "0"];
    let mut running = start(crawltop(words).arg(server.url("/[1-5]")));
    until("both are in flight", || server.requests() == 2);
    until("it ends", || {
        running.signal(Signal::TERM);
        std::thread::park_timeout(Duration::from_millis(100));
        !running.is_running()
    });
    let ended = running.end();
    assert_eq!(ended.code, Some(143), "{ended:#?}");
    assert!(ended.stdout.contains("0 done, 3 cancelled, 2 not started"), "{ended:#?}");
}

#[test]
fn a_deadline_is_kept_by_every_engine() {
    for engine in ENGINES {
        let server = Server::always(vec![Step::Silence]);
        let words = ["--deadline", "300ms", "-c", "1", "--engine", engine];
        let ended = fetch(&server, &["/1", "/2", "/3"], &words);
        assert_eq!((ended.code, server.requests()), (Some(3), 1), "{ended:#?}");
        let partial = "partial: stopped at the deadline; 0 done, 1 cancelled, 2 not started";
        assert!(ended.stdout.contains(partial), "{ended:#?}");
    }
}

#[test]
fn a_panic_in_a_worker_is_an_internal_failure_and_the_worker_goes_on() {
    for engine in ["threads", "sequential"] {
        let server = mixed();
        let mut words = vec!["fetch", "--format", "jsonl", "--engine", engine];
        words.extend(if engine == "threads" { &["--workers", "1"][..] } else { &[] });
        let url = server.url("/[1-3]");
        let ended = start(crawltop(words).arg(url).env("CRAWLTOP_TEST_PANIC", "task")).end();
        let kinds: Vec<_> = ended.json().iter().map(|result| result["error"]["kind"].clone()).collect();
        assert_eq!((ended.code, kinds), (Some(2), vec!["internal".into(); 3]), "{ended:#?}");
        assert!(!ended.stderr.contains("panicked at"), "{ended:#?}");
    }
}

#[test]
fn traced_steps_are_lines_where_there_is_no_dashboard() {
    let server = mixed();
    let ended = fetch(&server, &["/fine"], &["--trace", "steps"]);
    let steps: Vec<_> = ended.stdout.lines().filter(|line| line.starts_with("        step ")).collect();
    assert!(steps.len() > 1, "{ended:#?}");
    assert!(
        steps[0].starts_with("        step 1 of task 1 took ") && steps[0].ends_with(", woken by slot"),
        "{steps:?}"
    );
    assert!(steps[1..].iter().any(|line| line.ends_with(", woken by socket")), "{steps:?}");
    let quiet = fetch(&server, &["/fine"], &["--trace", "steps", "-q"]);
    assert!(!quiet.stdout.contains("        step "), "{quiet:#?}");
}

#[test]
fn traced_steps_change_nothing_that_is_told() {
    let server = mixed();
    let ended = fetch(&server, &["/fine", "/404"], &["--trace", "steps", "--format", "jsonl"]);
    let plain = fetch(&server, &["/fine", "/404"], &["--format", "jsonl"]);
    assert_eq!((ended.code, told(&ended)), (Some(0), told(&plain)));
}

const MANY: usize = 2000;

/// What keeps this machine from so many threads and connections in two processes, if anything does.
#[cfg(target_os = "linux")]
fn too_small() -> Option<String> {
    let limit = |file: &str| std::fs::read_to_string(file).ok().and_then(|text| text.trim().parse::<u64>().ok());
    let files = raise_open_files();
    if files < 2 * MANY as u64 + 200 {
        return Some(format!("{files} open files"));
    }
    let threads = ["/sys/fs/cgroup/pids.max", "/proc/sys/kernel/threads-max"].into_iter().filter_map(limit).min();
    threads.filter(|&threads| threads < 2 * MANY as u64).map(|threads| format!("{threads} threads"))
}

#[cfg(target_os = "linux")]
#[test]
fn two_thousand_slow_pages_by_as_many_workers_complete() {
    if let Some(limit) = too_small() {
        skipped(&format!("this machine allows {limit}"));
        return;
    }
    let latency = Duration::from_millis(300)..=Duration::from_millis(300);
    let config = LabConfig { pages: MANY as u32, latency, faults: Faults::None, ..LabConfig::default() };
    let lab = Lab::start(config).unwrap();
    let mut list = String::new();
    for page in lab.site().pages.iter().take(MANY) {
        writeln!(list, "http://{}{}", lab.address(), page.path).unwrap();
    }
    let many = MANY.to_string();
    let words = ["fetch", "-i", "-", "--engine", "threads", "--workers", &many, "-c", &many, "-q"];
    let ended = run_fed(list, &words);
    assert_eq!((ended.code, ended.results().len()), (Some(0), 0), "{ended:#?}");
    assert!(ended.stdout.contains(&format!("ok {MANY}  redirect 0  broken 0  failed 0  of {MANY}, ")), "{ended:#?}");
}

/// Starts the program where it may open 64 files, of which 36 are open already: fewer are left than it counts on.
fn start_short_of_files(words: &[&str]) -> crate::program::Running {
    let script = "ulimit -n 64; for fd in {20..55}; do eval \"exec $fd</dev/null\"; done; exec \"$@\"";
    let mut command = std::process::Command::new("bash");
    command.args(["-c", script, "bash", env!("CARGO_BIN_EXE_crawltop")]).args(words);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    start(&mut command)
}

#[test]
fn a_fetch_that_finds_no_descriptor_waits_for_one() {
    for engine in ["tasks", "threads"] {
        let gate = Gate::default();
        let steps = vec![Step::Await(gate.clone()), Step::Send(page("<title>fine</title>"))];
        let server = Server::always(steps);
        let pages = server.url("/[1-60]");
        let workers: &[&str] = if engine == "threads" { &["--workers", "60"] } else { &[] };
        let words = [&["fetch", "-c", "60", "--engine", engine, "--format", "events", &pages], workers].concat();
        let running = start_short_of_files(&words);
        // Either the loop has heard of it before all slots were taken, or they are all taken, and some wait in them.
        until("there are fewer descriptors than fetches", || {
            let told = running.stdout();
            told.contains("\"by\":\"descriptors\"") || told.matches("\"phase\":\"connect\"").count() >= 32
        });
        until("as many are there as there are descriptors", || server.requests() >= 10);
        gate.open();
        let ended = running.end();
        assert!(ended.stdout.contains("\"by\":\"descriptors\""), "{engine}: {ended:#?}");
        let finished = ended.stdout.lines().filter(|line| line.contains("\"event\":\"finished\"")).count();
        let is_fine = |line: &&str| line.contains("\"event\":\"result_set\"") && line.contains("\"status\":200,");
        let fine = ended.stdout.lines().filter(is_fine).count();
        assert_eq!((ended.code, finished, fine), (Some(0), 60, 60), "{engine}: {ended:#?}");
    }
}

/// What has come is printed, whoever fetched it.
#[test]
fn the_part_of_a_body_that_was_let_go_of_is_printed_by_every_engine() {
    for engine in ENGINES {
        let head = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nbegun\n";
        let server = Server::always(vec![Step::Send(head.to_vec()), Step::Silence]);
        let ended = fetch(&server, &["/"], &["--body", "--deadline", "2s", "--engine", engine]);
        assert!(ended.stdout.contains("\nbegun\n"), "{engine}: {ended:#?}");
        assert_ne!(ended.code, Some(0), "{engine}");
    }
}
