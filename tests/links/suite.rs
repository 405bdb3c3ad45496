//! The tokenizer cases of html5lib-tests, from the folder that `CRAWLTOP_SUITES` names: the tags that they expect give the
//! links that are to be found, and their character references are put into attributes and anchors.

use super::{all_feeds_agree, found};
use crawltop::crawl::{LONGEST_TEXT, LinkKind};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

#[derive(Clone)]
struct Case {
    description: String,
    input: String,
    /// Tokens.
    output: Vec<Value>,
    states: Vec<String>,
    last_start_tag: Option<String>,
}

fn folder() -> Option<PathBuf> {
    let Some(suites) = std::env::var_os("CRAWLTOP_SUITES") else {
        eprintln!("skipped: CRAWLTOP_SUITES is not set");
        return None;
    };
    Some(Path::new(&suites).join("html5lib-tokenizer"))
}

fn cases(file: &Path) -> Vec<Case> {
    let file: Value = serde_json::from_slice(&readable(&std::fs::read(file).unwrap())).unwrap();
    let tests = file.get("tests").and_then(Value::as_array).cloned().unwrap_or_default();
    tests.iter().filter_map(case).collect()
}

/// JSON may have halves of surrogates, which no text has; these become what is never compared.
fn readable(json: &[u8]) -> Vec<u8> {
    let text = std::str::from_utf8(json).unwrap();
    let mut readable = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("\\u") {
        let whole = rest[..at].bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 0;
        let code = u32::from_str_radix(rest.get(at + 2..at + 6).unwrap_or(""), 16);
        readable.push_str(&rest[..at]);
        let pair = rest.get(at + 6..at + 8) == Some("\\u");
        let half = matches!(code, Ok(0xd800..=0xdfff));
        match (whole && half, pair && matches!(code, Ok(0xd800..=0xdbff))) {
            (true, true) => {
                readable.push_str(&rest[at..at + 12]);
                rest = &rest[at + 12..];
            }
            (true, false) => {
                readable.push_str("\\uFFFE");
                rest = &rest[at + 6..];
            }
            _ => {
                readable.push_str("\\u");
                rest = &rest[at + 2..];
            }
        }
    }
    readable.push_str(rest);
    readable.into_bytes()
}

fn case(test: &Value) -> Option<Case> {
    let twice = test.get("doubleEscaped").and_then(Value::as_bool).unwrap_or(false);
    let text = |value: &Value| {
        let text = value.as_str()?.to_owned();
        if !twice { Some(text) } else { unescaped(&text) }
    };
    let states = test.get("initialStates").and_then(Value::as_array).cloned();
    let states = states.map(|states| states.iter().filter_map(|state| state.as_str().map(str::to_owned)).collect());
    Some(Case {
        description: test["description"].as_str()?.to_owned(),
        input: text(&test["input"])?,
        output: test["output"].as_array()?.clone(),
        states: states.unwrap_or_else(|| vec!["Data state".to_owned()]),
        last_start_tag: test.get("lastStartTag").and_then(Value::as_str).map(str::to_owned),
    })
    .filter(|case| !case.input.contains('\u{fffe}') && !twice)
}

fn unescaped(text: &str) -> Option<String> {
    serde_json::from_str(&format!("\"{}\"", text.replace('"', "\\\""))).ok()
}

/// The tag that brings a browser's tokenizer into this state.
fn opener(state: &str, last: Option<&str>) -> Option<String> {
    let elements: &[&str] = match state {
        "Data state" => return Some(String::new()),
        "PLAINTEXT state" => &["plaintext"],
        "RCDATA state" => &["title", "textarea"],
        "RAWTEXT state" => &["xmp", "style", "iframe", "noembed", "noframes"],
        "Script data state" => &["script"],
        "CDATA section state" => return Some("<svg><![CDATA[".to_owned()),
        _ => return None,
    };
    let element = last.unwrap_or(elements[0]);
    elements.contains(&element).then(|| format!("<{element}>"))
}

const SOURCES: [(&str, &str); 6] =
    [("a", "href"), ("area", "href"), ("img", "src"), ("iframe", "src"), ("script", "src"), ("form", "action")];

/// Elements behind which a browser reads on in another way, which these cases do not.
const TURNING: [&str; 13] = [
    "script",
    "style",
    "title",
    "textarea",
    "xmp",
    "iframe",
    "noembed",
    "noframes",
    "plaintext",
    "svg",
    "math",
    "template",
    "image",
];

fn start_tags(output: &[Value]) -> impl Iterator<Item = (&str, &serde_json::Map<String, Value>)> {
    output
        .iter()
        .filter(|token| token[0] == "StartTag")
        .filter_map(|token| Some((token[1].as_str()?, token[2].as_object()?)))
}

fn expected(output: &[Value]) -> BTreeSet<String> {
    let mut urls = BTreeSet::new();
    for (name, attributes) in start_tags(output) {
        let known = SOURCES.iter().filter(|(element, _)| *element == name);
        urls.extend(known.filter_map(|(_, attribute)| Some(attributes.get(*attribute)?.as_str()?.trim().to_owned())));
    }
    urls
}

/// Each tag is also tried as an anchor: `<h a='…'>` as `<a href='…'>`, where nothing else in the case is changed by that.
fn as_anchor(case: &Case) -> Option<Case> {
    let [tag] = case.output.as_slice() else { return None };
    let value = tag[2].as_object()?.get("a").filter(|_| tag[0] == "StartTag" && tag[1] == "h")?;
    let input = case.input.replacen("<h a", "<a href", 1);
    let output = vec![serde_json::json!(["StartTag", "a", { "href": value }])];
    let (states, last_start_tag) = (case.states.clone(), None);
    (input != case.input).then(|| Case { description: case.description.clone(), input, output, states, last_start_tag })
}

#[test]
fn the_links_are_those_of_the_expected_tags() {
    let Some(folder) = folder() else { return };
    let (mut run, mut with_links) = (0, 0);
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if entry.path().extension().is_none_or(|extension| extension != "test") {
            continue;
        }
        let cases = cases(&entry.path());
        for case in cases.iter().filter_map(as_anchor).chain(cases.iter().cloned()) {
            if start_tags(&case.output).any(|(name, _)| TURNING.contains(&name)) {
                continue;
            }
            for state in &case.states {
                let Some(opener) = opener(state, case.last_start_tag.as_deref()) else { continue };
                let page = format!("{opener}{}", case.input);
                let links = if case.input.len() < 100 {
                    all_feeds_agree(page.as_bytes())
                } else {
                    found(page.as_bytes(), page.len())
                };
                let told = links.iter().filter(|link| link.kind != LinkKind::Css);
                let told: BTreeSet<String> = told.map(|link| link.href.to_owned()).collect();
                assert_eq!(told, expected(&case.output), "{}: {}", case.description, page.escape_debug());
                run += 1;
                with_links += usize::from(!told.is_empty());
            }
        }
    }
    println!("{run} cases, {with_links} with links");
    assert!(run > 2_500 && with_links > 20, "{run} cases, {with_links} with links");
}

#[test]
fn references_stand_in_links_and_their_texts_for_what_is_expected() {
    let Some(folder) = folder() else { return };
    let mut run = 0;
    for file in ["namedEntities.test", "numericEntities.test", "entities.test"] {
        for case in cases(&folder.join(file)) {
            let text: Option<String> =
                case.output.iter().map(|token| token[1].as_str().filter(|_| token[0] == "Character")).collect();
            let Some(text) = text.filter(|_| case.states.iter().any(|state| state == "Data state")) else { continue };
            let page = format!("<a href=x>a{}b</a>", case.input);
            let links = found(page.as_bytes(), page.len());
            let folded = format!("a{text}b").split_whitespace().collect::<Vec<_>>().join(" ");
            if folded.len() <= LONGEST_TEXT && !case.input.ends_with(|last: char| last.is_ascii_alphanumeric()) {
                assert_eq!(links.get(0).unwrap().text, folded, "{}", case.input);
            }
            let page = format!("<a href='a{}'>", case.input);
            let links = found(page.as_bytes(), page.len());
            if case.input.ends_with(';') && !case.input.contains('\'') && case.input.matches('&').count() == 1 {
                let known = case.output.len() == 1 && text != case.input && text.chars().count() <= 2;
                if known && !text.ends_with(';') {
                    assert_eq!(links.get(0).unwrap().href, format!("a{text}").trim_ascii_end(), "{}", case.input);
                    run += 1;
                }
            }
        }
    }
    println!("{run} references in links");
    assert!(run > 2_000, "{run}");
}
