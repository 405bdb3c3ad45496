//! Options by the environment, and which of the two counts.

use crate::program::{crawltop, run, start, until};
use crate::scripted::{Gate, Server, Step, page};

/// How many of ten fetches are in flight at once.
fn at_once(words: &[&str], variable: &str) -> usize {
    let gate = Gate::default();
    let server = Server::always(vec![Step::Await(gate.clone()), Step::Send(page(""))]);
    let url = server.url("/[1-10]");
    let mut command = crawltop(["fetch", "--format", "jsonl", &url]);
    let running = start(command.args(words).env("CRAWLTOP_CONCURRENCY", variable));
    let cap: usize = words.last().unwrap_or(&variable).parse().unwrap();
    until("as many have come as may", || server.requests() == cap);
    gate.open();
    let ended = running.end();
    assert_eq!(ended.json().len(), 10);
    let meta = ended.stdout.lines().next().unwrap().to_owned();
    assert!(meta.contains(&format!("\"concurrency\":{cap},")), "{meta}");
    cap
}

#[test]
fn a_variable_sets_an_option_and_a_flag_beats_it() {
    assert_eq!(at_once(&[], "3"), 3);
    assert_eq!(at_once(&["-c", "2"], "3"), 2);
    assert_eq!(at_once(&["--concurrency", "4"], "nonsense is not looked at").min(4), 4);
}

#[test]
fn variables_set_durations_formats_and_lists_too() {
    let server = Server::always(vec![Step::Silence]);
    let list = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(list.path(), server.url("/listed")).unwrap();
    let mut command = crawltop(["fetch"]);
    command.env("CRAWLTOP_INPUT_FILE", list.path()).env("CRAWLTOP_FORMAT", "jsonl");
    let ended = start(command.env("CRAWLTOP_IDLE_TIMEOUT", "100ms")).end();
    assert_eq!(ended.json_of("/listed")["error"]["kind"], "timeout");
}

#[test]
fn a_variable_that_makes_no_sense_is_refused_by_its_option_and_by_its_name() {
    for (words, named) in [(vec![], true), (vec!["--max-time", "later"], false), (vec!["-mlater"], false)] {
        let mut command = crawltop(["fetch", "http://127.0.0.1:1/"]);
        let ended = start(command.args(words).env("CRAWLTOP_MAX_TIME", "soon")).end();
        ended.assert_refused();
        assert!(ended.stderr.contains("--max-time"), "{ended:#?}");
        assert_eq!(
            ended.stderr.contains("hint: that is what the variable CRAWLTOP_MAX_TIME says"),
            named,
            "{ended:#?}"
        );
    }
}

#[test]
fn an_empty_environment_is_enough() {
    let server = Server::always(vec![Step::Send(page(""))]);
    let url = server.url("/");
    let ended = start(crawltop(["fetch", &url]).env_clear()).end();
    assert_eq!(ended.code, Some(0), "{ended:#?}");
    assert!(ended.stdout.is_ascii(), "without a locale it is ASCII: {}", ended.stdout);
    assert_eq!(run(["fetch", &url]).code, Some(0));
}

#[test]
fn a_variable_that_is_empty_is_none() {
    let names = [
        "CONNECT_TIMEOUT",
        "MAX_TIME",
        "CONCURRENCY",
        "MAX_FILESIZE",
        "FORMAT",
        "ENGINE",
        "COOKIE",
        "USER",
        "REQUEST",
        "OUTPUT",
        "RETRY",
        "RATE",
        "USER_AGENT",
        "CACERT",
        "INPUT_FILE",
        "HEADER",
        "RESOLVE",
        "ORDER",
        "UNTIL",
        "COLOR",
    ];
    let heard = Server::always(vec![Step::Send(page(""))]);
    let mut command = crawltop(["fetch", &heard.url("/")]);
    command.envs(names.map(|name| (format!("CRAWLTOP_{name}"), "")));
    let ended = start(&mut command).end();
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""), "{ended:#?}");
    let mut command = crawltop(["fetch", "--max-time", "", "http://127.0.0.1:1/"]);
    let ended = start(command.env("CRAWLTOP_MAX_TIME", "")).end();
    ended.assert_refused();
    assert!(ended.stderr.contains("--max-time"), "a word that is empty is one: {ended:#?}");
}

#[test]
fn an_empty_variable_of_the_proxy_says_that_there_is_none() {
    let server = Server::always(vec![Step::Send(page(""))]);
    let mut command = crawltop(["fetch", "--format", "jsonl", &server.url("/")]);
    command.env("http_proxy", "http://127.0.0.1:1").env("CRAWLTOP_PROXY", "").env("CRAWLTOP_MAX_TIME", "");
    let ended = start(&mut command).end();
    assert_eq!(ended.code, Some(0), "{ended:#?}");
}

#[test]
fn help_names_each_variable_and_the_value_of_one_that_has_it() {
    for words in [&["--help"][..], &["fetch", "--help"], &["fetch", "-h"], &["race", "--help"]] {
        let [without, with] = [None, Some("")].map(|value| {
            let mut command = crawltop(words);
            value.map(|value| command.env("CRAWLTOP_DEADLINE", value));
            start(&mut command).end().stdout
        });
        assert_eq!(with, without, "{words:?}");
        assert!(!without.contains("=]"), "{words:?}: {without}");
    }
    let ended = start(crawltop(["fetch", "--help"]).env("CRAWLTOP_DEADLINE", "5s")).end();
    assert!(ended.stdout.contains("[env: CRAWLTOP_DEADLINE=5s]"), "{ended:#?}");
    assert!(ended.stdout.contains("[env: CRAWLTOP_RATE]"), "{ended:#?}");
}

#[test]
fn examples_fit_the_narrowest_terminal() {
    for verb in ["fetch", "crawl", "replay"] {
        let help = start(crawltop([verb, "--help"]).env("COLUMNS", "200")).end().stdout;
        let examples: Vec<_> = help.lines().skip(1).take_while(|line| line.starts_with("  ")).collect();
        assert!(examples.len() > 4 && examples.iter().all(|line| line.len() <= 80), "{verb}: {examples:#?}");
    }
}
