//! What the program tells of pages whose content is known. Knows no server.

use crate::files::content;
use crate::program::run_fed;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::fmt::Write;

pub const ENGINES: [&str; 2] = ["tasks", "threads"];

/// Has the program fetch these URLs, and gives the result of each.
pub fn fetch(engine: &str, urls: &[String], words: &[&str]) -> HashMap<String, Value> {
    let list: String = urls.iter().map(|url| format!("{url}\n")).collect();
    let usual = ["fetch", "-i", "-", "--format", "jsonl", "--hash", "--engine", engine];
    let ended = run_fed(list, &[&usual, words].concat());
    assert_eq!(ended.code, Some(0), "{ended:#?}");
    let told: HashMap<String, Value> =
        ended.json().into_iter().map(|result| (result["url"].as_str().unwrap().to_owned(), result)).collect();
    assert!(told.len() == urls.len() && urls.iter().all(|url| told.contains_key(url)), "a result a target: {ended:#?}");
    told
}

/// That it is the whole file at `path`.
pub fn assert_whole(result: &Value, path: &str) {
    let content = content(path);
    assert_eq!((&result["outcome"], &result["status_code"]), (&"ok".into(), &200.into()), "{result:#}");
    assert_eq!(result["body_bytes"], content.len(), "{result:#}");
    assert_eq!(result["sha256"], sha256(&content), "{result:#}");
}

fn sha256(content: &[u8]) -> String {
    Sha256::digest(content).iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
