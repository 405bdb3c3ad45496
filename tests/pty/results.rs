//! Results into a file while the dashboard is up.

use std::fs;
use std::time::Duration;

use serde_json::Value;

use crate::peer::{Silent, answering, fetch_all, lab, urls};
use crate::setup::Setup;

fn results(text: &str) -> Vec<Value> {
    assert!(text.ends_with('\n'), "the last line is whole");
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("each line is JSON")).collect();
    assert_eq!(lines[0]["type"], "meta");
    lines[1..].to_vec()
}

#[test]
fn a_file_is_whole_after_the_dashboard() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("results.jsonl");
    let lab = lab(30, Duration::from_millis(10));
    let mut terminal = Setup::size(120, 34).start(fetch_all(&lab, &["-o", file.to_str().unwrap()]));
    terminal.until_text("╭ Done ─ 31 ");
    terminal.until_text("✓ finished");
    terminal.press("q");
    terminal.end().told(0);
    let results = results(&fs::read_to_string(file).unwrap());
    assert_eq!(results.len(), 31);
    assert!(results.iter().all(|result| result["outcome"] == "ok"));
}

#[test]
fn a_file_is_whole_where_the_run_was_cut_short() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("results.jsonl");
    let silent = Silent::start();
    let words = ["fetch", "-o", file.to_str().unwrap(), &silent.url("/a"), &silent.url("/b")];
    let mut terminal = Setup::size(120, 34).start(words);
    terminal.until_text("╭ In flight ─ 2 ");
    terminal.press("q");
    terminal.end().told(3);
    let results = results(&fs::read_to_string(file).unwrap());
    assert_eq!(results.len(), 2);
    assert!(results.iter().all(|result| result["error"]["kind"] == "cancelled"), "{results:?}");
}

#[test]
fn a_list_and_results_may_be_redirected_while_keys_come_from_the_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let [list, file] = ["list", "results"].map(|name| folder.path().join(name));
    let lab = lab(30, Duration::from_millis(10));
    fs::write(&list, urls(&lab).join("\n")).unwrap();
    let redirections = format!("<{} >{}", list.display(), file.display());
    let words = ["fetch", "-i", "-", "-o", "-", "--format", "jsonl"];
    let mut terminal = Setup::size(120, 34).redirected(redirections).start(words);
    terminal.until_text("✓ finished");
    terminal.press("?");
    terminal.until_text("╭ Help ");
    terminal.press("q");
    terminal.end().told(0);
    assert_eq!(results(&fs::read_to_string(file).unwrap()).len(), 31);
}

#[test]
fn why_fetches_failed_is_seen_in_the_dashboard_and_after_it() {
    let url = answering(b"not http at all\r\n\r\n".to_vec());
    let words = ["fetch".to_owned()].into_iter().chain((0..12).map(|page| format!("{url}{page}")));
    let mut terminal = Setup::size(120, 50).start(words.collect::<Vec<_>>());
    terminal.until_text("✓ finished");
    terminal.press("\t\t\t\tz");
    terminal.until("a row that says why", |screen| {
        screen.contents().lines().any(|row| row.contains(" protocol ") && row.contains("/1 "))
    });
    terminal.press("q");
    let left = terminal.end().told(2);
    assert!(left.screen.contains("  protocol: "), "{}", left.screen);
    assert!(left.screen.contains("… and 2 more"), "{}", left.screen);
}
