//! Results as JSON lines: every field of the interface, of the type it promises.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crawltop::lab::{Faults, Lab, LabConfig};

use crate::program::{json_lines, run};
use crate::scripted::{Gate, Server, Step, page};

fn lab() -> Lab {
    let latency = std::time::Duration::ZERO..=std::time::Duration::ZERO;
    Lab::start(LabConfig { pages: 20, latency, faults: Faults::None, ..LabConfig::default() }).unwrap()
}

/// The type of a value in a word; `?` stands for null.
fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "?",
        Value::Bool(_) => "bool",
        Value::Number(number) if number.is_u64() => "count",
        Value::Number(_) => "number",
        Value::String(_) => "text",
        Value::Array(_) => "list",
        Value::Object(_) => "object",
    }
}

fn assert_fields(object: &Value, fields: &[(&str, &str)]) {
    for (name, kinds) in fields {
        let value = object.get(name).unwrap_or_else(|| panic!("no {name} in {object:#}"));
        assert!(kinds.split('|').any(|one| one == kind(value)), "{name} is {kinds}: {object:#}");
    }
    assert_eq!(object.as_object().unwrap().len(), fields.len(), "nothing else: {object:#}");
}

const RESULT: &[(&str, &str)] = &[
    ("type", "text"),
    ("url", "text"),
    ("final_url", "text"),
    ("status_code", "count|?"),
    ("outcome", "text"),
    ("error", "object|?"),
    ("order", "count"),
    ("task", "count"),
    ("engine", "text"),
    ("attempt", "count"),
    ("depth", "count"),
    ("source", "text|?"),
    ("remote_ip", "text|?"),
    ("http_version", "text|?"),
    ("not_reused", "text|?"),
    ("close_reason", "text|?"),
    ("reused", "bool"),
    ("redirects", "list"),
    ("content_type", "text|?"),
    ("content_encoding", "text|?"),
    ("title", "text|?"),
    ("body_bytes", "count"),
    ("wire_bytes", "count"),
    ("polls", "count"),
    ("wakes", "object"),
    ("busy_us", "count"),
    ("callbacks", "list"),
    ("timings", "object"),
    ("tls", "object|?"),
    ("proxy", "text|?"),
    ("fell_back", "object|?"),
    ("retry_after", "text|?"),
];

const TIMINGS: &[(&str, &str)] = &[
    ("blocked", "number|?"),
    ("dns", "number|?"),
    ("connect", "number|?"),
    ("tls", "number|?"),
    ("send", "number|?"),
    ("wait", "number|?"),
    ("body", "number|?"),
    ("total", "number"),
];

const WAKES: &[(&str, &str)] = &[
    ("slot", "count"),
    ("socket", "count"),
    ("name", "count"),
    ("timer", "count"),
    ("cancel", "count"),
    ("turn", "count"),
];

#[test]
fn every_line_has_all_fields_of_the_right_types_whatever_became_of_it() {
    let server = Server::start(|path| match path {
        "/reset" => vec![Step::Reset],
        "/silent" => vec![Step::Silence],
        _ => vec![Step::Send(page("<title>a title</title>"))],
    });
    let url = server.url("/{fine,reset,silent}");
    let ended = run(["fetch", "--format", "jsonl", "--idle-timeout", "200ms", &url, "http://nothing.invalid/"]);
    assert_eq!(ended.json().len(), 4, "{ended:#?}");
    for result in ended.json() {
        assert_fields(&result, RESULT);
        assert_fields(&result["timings"], TIMINGS);
        assert_fields(&result["wakes"], WAKES);
        if !result["error"].is_null() {
            assert_fields(&result["error"], &[("kind", "text"), ("phase", "text|?"), ("message", "text")]);
        }
        for fired in result["callbacks"].as_array().unwrap() {
            assert_fields(fired, &[("name", "text"), ("lag_us", "count"), ("ran_us", "count")]);
        }
    }
}

#[test]
fn the_first_line_tells_the_run() {
    let lab = lab();
    let ended = run(["fetch", "--format", "jsonl", "-c", "5", &lab.url()]);
    let meta: Value = serde_json::from_str(ended.stdout.lines().next().unwrap()).unwrap();
    let told = [&meta["type"], &meta["schema"], &meta["program"], &meta["version"], &meta["engine"]];
    assert_eq!(json!(told), json!(["meta", 1, "crawltop", env!("CARGO_PKG_VERSION"), "tasks"]));
    assert_eq!((&meta["concurrency"], &meta["target"]), (&json!(5), &json!(lab.url())));
    assert!(meta["started_ms"].as_u64().unwrap() > 1_600_000_000_000);
}

#[test]
fn a_fine_page_is_told_in_full() {
    let server = Server::always(vec![Step::Send(page("<title>Salt &amp; pepper</title>"))]);
    let ended = run(["fetch", "--format", "jsonl", &server.url("/a?b=c#d")]);
    let result = ended.json_of("/a?b=c");
    let names = ["url", "final_url", "status_code", "outcome", "error", "order", "task", "engine", "attempt", "depth"];
    let told: Vec<&Value> = names.iter().map(|name| &result[name]).collect();
    let url = server.url("/a?b=c");
    assert_eq!(json!(told), json!([url, url, 200, "ok", null, 1, 1, "tasks", 1, 0]));
    let names = ["source", "remote_ip", "http_version", "reused", "redirects", "content_type", "title", "body_bytes"];
    let told: Vec<&Value> = names.iter().map(|name| &result[name]).collect();
    let expected = json!([null, "127.0.0.1", "1.1", false, [], "text/html; charset=utf-8", "Salt & pepper", 32]);
    assert_eq!(json!(told), expected);
    assert_eq!(result["wire_bytes"], page("<title>Salt &amp; pepper</title>").len());
    assert!(result["polls"].as_u64() >= Some(2) && result.get("sha256").is_none(), "{result:#}");
}

#[test]
fn a_phase_that_did_not_happen_is_null_and_one_that_did_is_a_time_within_the_total() {
    let lab = lab();
    let result = run(["fetch", "--format", "jsonl", &lab.url()]).json().remove(0);
    let timings = &result["timings"];
    let happened = ["connect", "send", "wait", "body"].map(|phase| timings[phase].as_f64().expect(phase));
    assert!(["blocked", "dns", "tls"].iter().all(|phase| timings[phase].is_null()), "{timings}");
    let total = timings["total"].as_f64().unwrap();
    assert!(happened.iter().sum::<f64>() <= total + 0.01 && happened.iter().all(|time| *time >= 0.0), "{timings}");
    let three = |time: &Value| time.as_f64().is_none_or(|ms| (ms * 1e3 - (ms * 1e3).round()).abs() < 1e-6);
    assert!(timings.as_object().unwrap().values().all(three), "at most three decimals: {timings}");
    let named = lab.url().replace("127.0.0.1", "localhost");
    let result = run(["fetch", "--format", "jsonl", &named]).json().remove(0);
    assert!(result["timings"]["dns"].is_number(), "{result:#}");
}

#[test]
fn order_counts_completions_from_1_and_tasks_are_told_as_completed() {
    let gate = Gate::default();
    let shared = gate.clone();
    let server = Server::start(move |path| match path {
        "/1" => vec![Step::Await(shared.clone()), Step::Send(page("late"))],
        "/3" => {
            shared.open();
            vec![Step::Send(page("early"))]
        }
        _ => vec![Step::Send(page("early"))],
    });
    // With two places, 1 keeps its own until 3, which comes after 2, has been asked for.
    let results = run(["fetch", "--format", "jsonl", "-c", "2", &server.url("/[1-3]")]).json();
    let orders: Vec<u64> = results.iter().map(|result| result["order"].as_u64().unwrap()).collect();
    assert_eq!(orders, [1, 2, 3]);
    let mut tasks: Vec<u64> = results.iter().map(|result| result["task"].as_u64().unwrap()).collect();
    assert_eq!(tasks[0], 2, "the first to be done is the second to be started");
    tasks.sort_unstable();
    assert_eq!(tasks, [1, 2, 3]);
}

#[test]
fn the_callbacks_are_report_and_release_in_that_order() {
    let lab = lab();
    let results = run(["fetch", "--format", "jsonl", &format!("{}goods/[0-9]/", lab.url())]).json();
    assert_eq!(results.len(), 10);
    for result in results {
        let names: Vec<&Value> = result["callbacks"].as_array().unwrap().iter().map(|fired| &fired["name"]).collect();
        assert_eq!(names, ["report", "release"]);
    }
}

#[test]
fn hash_is_the_sha256_of_each_content() {
    let lab = lab();
    let base = lab.url();
    let urls = lab.site().pages.iter().map(|page| format!("{}{}", base.trim_end_matches('/'), page.path));
    let words: Vec<String> =
        ["fetch", "--hash", "--format", "jsonl"].map(str::to_owned).into_iter().chain(urls).collect();
    let ended = run(&words);
    assert_eq!(ended.json().len(), lab.site().pages.len(), "{ended:#?}");
    for page in &lab.site().pages {
        let body = lab.site().body(page).into_bytes();
        let hash: String = Sha256::digest(&body).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(ended.json_of(&format!("{}{}", lab.address(), page.path))["sha256"], hash, "{}", page.path);
    }
}

#[test]
fn results_on_standard_output_leave_the_summary_to_standard_error() {
    let ended = run(["fetch", "--format", "jsonl", &lab().url()]);
    assert!(ended.stderr.starts_with("last time: "), "{ended:#?}");
    assert_eq!(json_lines(&ended.stdout).len(), 1);
}
