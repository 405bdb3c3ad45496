//! What a crawl tells in the end: on standard output, in files, and to a script by its exit code.

use crate::program::run;
use crate::scripted::{Server, Step, answer, page};
use crawltop::lab::{Faults, Lab, LabConfig};
use serde_json::Value;
use std::fs;
use std::time::Duration;

fn lab() -> Lab {
    let latency = Duration::ZERO..=Duration::from_millis(1);
    Lab::start(LabConfig { pages: 40, latency, faults: Faults::Some, ..LabConfig::default() }).unwrap()
}

#[test]
fn a_crawl_tells_its_report_in_the_format_of_each_output() {
    let (lab, folder) = (lab(), tempfile::tempdir().unwrap());
    let files = ["a.md", "b.txt", "c.jsonl"].map(|name| folder.path().join(name).to_str().unwrap().to_owned());
    let [md, txt, jsonl] = &files;
    let limits = ["--idle-timeout", "300ms", "--max-time", "600ms", "--retry", "0"];
    let outputs = ["-o", md, "-o", txt, "-o", jsonl, &lab.url()];
    let ended = run(["crawl"].into_iter().chain(limits).chain(outputs));
    assert_eq!(ended.code, Some(0), "{ended:#?}");
    let [md, txt, jsonl] = files.map(|file| fs::read_to_string(file).unwrap());
    for told in [&ended.stdout, &txt] {
        assert!(told.contains("\nbroken links: ") && told.contains("/goods/99999/"), "{told}");
        assert!(told.contains("\nfailed: "), "{told}");
        assert!(told.contains("\nfound ") && told.contains("\nlinks "), "{told}");
    }
    assert!(md.starts_with("# Crawl of http://127.0.0.1:") && md.contains("\n## Broken links: "), "{md}");
    assert!(!md.contains("Partial"), "{md}");
    let lines: Vec<Value> = jsonl.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let last = lines.last().unwrap();
    assert_eq!(last["type"], "report");
    let results = lines.iter().filter(|line| line["type"] == "result").count();
    assert_eq!(last["targets"]["found"], results, "{last}");
    let broken = lines.iter().find(|line| line["type"] == "broken").unwrap();
    assert!(broken["page"].is_string() && broken["line"].is_u64() && broken["text"].is_string(), "{broken}");
}

#[test]
fn a_pipe_gets_as_much_of_the_report_as_a_file_of_text() {
    let dead: String = (0..40).map(|number| format!("<a href=/gone/{number}>dead {number}</a>\n")).collect();
    let server = Server::start(move |path| {
        vec![Step::Send(match path {
            "/" => page(&format!("{dead}<a href=/other>other</a>")),
            "/other" => page(&dead),
            _ => answer("404 No", "text/html", b"no"),
        })]
    });
    let (folder, url) = (tempfile::tempdir().unwrap(), server.url("/"));
    let file = folder.path().join("report.txt");
    let ended = run(["crawl", "-o", "-", "-o", file.to_str().unwrap(), &url]);
    assert_eq!((ended.code, &ended.stdout), (Some(0), &fs::read_to_string(file).unwrap()), "{ended:#?}");
    for number in 0..40 {
        let row = format!("  404  {url}gone/{number}  \"dead {number}\"\n");
        assert_eq!(ended.stdout.matches(&row).count(), 2, "{row}: {}", ended.stdout);
    }
    assert!(!ended.stdout.contains("the rest is told"), "{}", ended.stdout);
}

#[test]
fn a_document_is_alone_on_standard_output_and_tells_of_single_fetches_too() {
    let server = Server::always(vec![Step::Send(page("fine"))]);
    let ended = run(["fetch", "--format", "markdown", &server.url("/[1-3]")]);
    assert_eq!(ended.code, Some(0), "{ended:#?}");
    assert!(ended.stdout.starts_with("# Fetch of ") && ended.stdout.contains("| 3 | 3 |"), "{ended:#?}");
    assert!(ended.stderr.contains("last time: "), "{ended:#?}");
}

#[test]
fn a_race_tells_no_document() {
    let ended = run(["race", "--rounds", "1", "--format", "markdown"]);
    ended.assert_refused();
    assert!(ended.stderr.contains("--format text or jsonl"), "{ended:#?}");
}
