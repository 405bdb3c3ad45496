//! The real binary racing without a terminal: lines, table, figures, and what its runs ask for.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::program::{Ended, crawltop, run, run_fed};
use crate::scripted::{Server, Step, page};

/// A race that takes a moment only.
const SHORT: [&str; 5] = ["race", "--pages", "8", "--latency", "5ms"];

fn lines(ended: &Ended) -> Vec<Value> {
    ended.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn of_type<'a>(lines: &'a [Value], wanted: &str) -> Vec<&'a Value> {
    lines.iter().filter(|line| line["type"] == wanted).collect()
}

#[test]
fn a_race_alone_is_one_against_the_built_in_site() {
    let ended = run(SHORT.iter().chain(&["--rounds", "2"]));
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""), "{ended:#?}");
    let lines: Vec<&str> = ended.stdout.lines().collect();
    let runs: Vec<(&str, &str)> = lines[..6].iter().map(|line| (&line[..7], line[9..19].trim())).collect();
    let [first, second] = ["round 1", "round 2"];
    let expected = [
        (first, "sequential"),
        (first, "threads"),
        (first, "tasks"),
        (second, "threads"),
        (second, "tasks"),
        (second, "sequential"),
    ];
    assert_eq!(runs, expected, "{ended:#?}");
    assert!(lines[..6].iter().all(|line| line.ends_with("  ok 8")), "{ended:#?}");
    assert!(lines[6].trim_start().starts_with("last time"), "{ended:#?}");
    assert_eq!(
        lines[7..10].iter().map(|line| line[..10].trim()).collect::<Vec<_>>(),
        ["sequential", "threads", "tasks"]
    );
    assert!(lines[10].starts_with("ideal "), "{ended:#?}");
    assert_eq!(lines[11], "sequential waited for each of 8 pages before asking for the next");
    assert_eq!(lines.len(), 14, "{ended:#?}");
}

#[test]
fn the_figures_are_those_of_the_engines() {
    let ended = run(SHORT.iter().chain(&["--rounds", "1", "--workers", "3", "--format", "jsonl"]));
    assert_eq!(ended.code, Some(0), "{ended:#?}");
    let lines = lines(&ended);
    assert_eq!(lines[0]["type"], "meta");
    let runs = of_type(&lines, "run");
    let names: Vec<&Value> = runs.iter().map(|run| &run["engine"]).collect();
    assert_eq!(names, ["sequential", "threads", "tasks"]);
    assert_eq!((&runs[0]["at_once"], &runs[0]["ok"]), (&1.into(), &8.into()));
    let pool = runs[1]["at_once"].as_u64().unwrap();
    assert!((1..=3).contains(&pool), "{pool}");
    for run in &runs {
        assert_eq!((&run["whole"], &run["end"], &run["results"]), (&true.into(), &"finished".into(), &8.into()));
        assert!(run["last_ms"].as_f64() >= run["longest_ms"].as_f64(), "{run}");
        assert!(run["longest_ms"].as_f64() >= Some(5.0), "{run}");
        if cfg!(target_os = "linux") {
            assert!(run["peak_bytes"].as_u64() > Some(1 << 20) && run["threads"].as_u64() > Some(1), "{run}");
        }
        assert!(run["cpu_ms"].as_f64() > Some(0.0), "{run}");
    }
    assert!(runs[0]["last_ms"].as_f64() >= Some(8.0 * 5.0), "one after another");
    assert!(ended.stderr.contains("last time") && ended.stderr.contains("ideal "), "the table is told too");
}

#[test]
fn a_verdict_is_what_its_runs_say() {
    let ended = run(SHORT.iter().chain(&["--format", "jsonl"]));
    let lines = lines(&ended);
    let verdicts = of_type(&lines, "verdict");
    assert_eq!(verdicts.len(), 3, "{ended:#?}");
    for verdict in verdicts {
        let runs = of_type(&lines, "run").into_iter().filter(|run| run["engine"] == verdict["engine"]);
        let mut lasts: Vec<f64> = runs.map(|run| run["last_ms"].as_f64().unwrap()).collect();
        lasts.sort_by(f64::total_cmp);
        let told = ["least_ms", "last_ms", "most_ms"].map(|name| verdict[name].as_f64().unwrap());
        assert_eq!(told, lasts[..]);
        let overhead = verdict["last_ms"].as_f64().unwrap() - verdict["ideal_ms"].as_f64().unwrap();
        assert!((verdict["overhead_ms"].as_f64().unwrap() - overhead).abs() < 0.01, "{verdict}");
        assert!(verdict["why"].as_str().unwrap().starts_with(verdict["engine"].as_str().unwrap()), "{verdict}");
    }
}

#[test]
fn each_run_fetches_all_targets_over_connections_of_its_own() {
    let server = Server::always(vec![Step::Send(page("fine"))]);
    let list = format!("# three\n{0}\n{0}?again\n", server.url("/listed"));
    let ended = run_fed(list, &["race", "--rounds", "2", "-i", "-", &server.url("/page/[1-4]")]);
    assert_eq!(ended.code, Some(0), "{ended:#?}");
    let mut asked = BTreeMap::new();
    for path in server.paths() {
        *asked.entry(path).or_insert(0) += 1;
    }
    let all = ["/listed", "/listed?again", "/page/1", "/page/2", "/page/3", "/page/4"];
    assert_eq!(asked, all.map(|path| (path.to_owned(), 6)).into());
    assert_eq!(server.connections(), 36);
}

#[test]
fn who_races_is_chosen() {
    let chosen = ["--rounds", "1", "--engines", "tasks,sequential", "--orders", "given,completed", "--format", "jsonl"];
    let ended = run(SHORT.iter().chain(&chosen));
    let lines = lines(&ended);
    let name = |line: &Value| format!("{} {}", line["engine"].as_str().unwrap(), line["order"].as_str().unwrap());
    let names: Vec<String> = of_type(&lines, "run").into_iter().map(name).collect();
    assert_eq!(names, ["tasks given", "sequential given", "tasks completed", "sequential completed"], "{ended:#?}");
}

#[test]
fn settings_reach_the_runs_as_words_and_not_through_the_environment() {
    let server = Server::always(vec![Step::Send(page("fine"))]);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("figures.jsonl");
    let mut command = crawltop(["race", "--rounds", "1", "--engines", "tasks", &server.url("/[1-6]")]);
    command.env("CRAWLTOP_OUTPUT", &file).env("CRAWLTOP_CONCURRENCY", "2").env("CRAWLTOP_UNTIL", "first");
    let ended = crate::program::start(&mut command).end();
    assert_eq!((ended.code, server.requests()), (Some(0), 6), "{ended:#?}");
    let figures = std::fs::read_to_string(file).unwrap();
    let run: Value = serde_json::from_str(figures.lines().nth(1).unwrap()).unwrap();
    assert_eq!((&run["type"], &run["results"]), (&"run".into(), &6.into()), "{figures}");
    assert!(run["at_once"].as_u64() <= Some(2), "{figures}");
}

#[test]
fn broken_pages_race_too_and_are_counted() {
    let server = Server::start(|path| match path {
        "/1" => vec![Step::Send(crate::scripted::answer("404 Not Found", "text/plain", b"gone"))],
        "/2" => vec![Step::Reset],
        _ => vec![Step::Send(page("fine"))],
    });
    let ended = run(["race", "--rounds", "1", "--engines", "tasks", &server.url("/[1-4]")]);
    assert_eq!(ended.code, Some(0), "{ended:#?}");
    assert!(ended.stdout.contains("  ok 2  redirect 0  broken 1  failed 1\n"), "{ended:#?}");
}
