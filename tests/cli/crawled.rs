//! The built-in site, crawled: by its own count each page is asked for once, and each fault is told where it stands.

use std::collections::BTreeSet;
use std::time::Duration;

use crawltop::lab::{Fault, Faults, Lab, LabConfig, NookKind, Page, PageKind, ResetPoint};
use serde_json::Value;

use crate::program::run;

fn crawl(lab: &Lab, more: &[&str]) -> Vec<Value> {
    // A page that is never whole is let go of after a while; none that is takes as long.
    let limits = ["--idle-timeout", "3s", "--max-time", "4s"];
    let ended = run([&["crawl", "--format", "jsonl"], &limits[..], more, &[&lab.url()]].concat());
    assert_eq!(ended.code, Some(0), "{ended:#?}");
    ended.stdout.lines().map(|line| serde_json::from_str(line).expect("a line is JSON")).collect()
}

fn lab(pages: u32) -> Lab {
    let latency = Duration::ZERO..=Duration::from_millis(5);
    Lab::start(LabConfig { pages, latency, ..LabConfig::default() }).unwrap()
}

/// What is fetched where nobody asks for images, scripts and styles.
fn is_followed(page: &Page) -> bool {
    !matches!(page.kind, PageKind::Image | PageKind::Asset)
}

#[test]
fn each_page_that_can_be_reached_is_asked_for_once_and_nothing_else() {
    let lab = lab(120);
    crawl(&lab, &[]);
    let site = lab.site();
    let pages = site.pages.iter().filter(|page| is_followed(page)).map(|page| page.path.clone());
    let nooks = site.nooks().iter().filter(|nook| !matches!(nook.kind, NookKind::Private | NookKind::Unendorsed));
    let dead = site.bad_links().into_iter().filter(|bad| bad.fault.is_none()).map(|bad| bad.link.target);
    let aside = ["/robots.txt", "/sitemap.xml"].map(str::to_owned);
    let wanted: BTreeSet<String> = pages.chain(nooks.map(|nook| nook.path.clone())).chain(dead).chain(aside).collect();
    let asked = lab.asked();
    assert_eq!(asked.paths.keys().cloned().collect::<BTreeSet<_>>(), wanted);
    for (path, count) in &asked.paths {
        let fault = site.page(path).and_then(|page| page.fault.as_ref());
        // Over a kept connection, one that is reset without an answer is asked once more (RFC 9112, section 9.3.1).
        let most = if fault == Some(&Fault::Reset(ResetPoint::BeforeHead)) { 2 } else { 1 };
        assert!((1..=most).contains(count), "{path}: {count} times");
    }
}

/// Where a bad link stands, its text, and where it leads.
type Place = (String, u64, String, String);

#[test]
fn each_planted_fault_is_told_with_its_page_line_and_anchor() {
    let lab = lab(120);
    let path = |url: &Value| url.as_str().unwrap().strip_prefix(lab.url().trim_end_matches('/')).unwrap().to_owned();
    let lines = crawl(&lab, &[]);
    let bad = lines.iter().filter(|line| line["type"] == "broken" || line["type"] == "failed");
    let told: BTreeSet<Place> = bad
        .map(|line| {
            let text = line["text"].as_str().unwrap().to_owned();
            (path(&line["page"]), line["line"].as_u64().unwrap(), text, path(&line["url"]))
        })
        .collect();
    let site = lab.site();
    let is_meant = |target: &str| site.page(target).is_none_or(is_followed);
    // A redirect is no fault to whoever follows it.
    let bad = site.bad_links().into_iter().filter(|bad| !matches!(bad.fault, Some(Fault::Redirect { .. })));
    let planted: BTreeSet<Place> = bad
        .filter(|bad| is_meant(&bad.link.target))
        .map(|bad| (bad.page.to_owned(), u64::from(bad.link.line), bad.link.anchor, bad.link.target))
        .collect();
    assert_eq!(told.difference(&planted).collect::<Vec<_>>(), [] as [&Place; 0], "told and not planted");
    assert_eq!(planted.difference(&told).collect::<Vec<_>>(), [] as [&Place; 0], "planted and not told");
    assert!(planted.len() > 20);
}

#[test]
fn a_site_without_faults_has_no_findings() {
    let latency = Duration::ZERO..=Duration::ZERO;
    let lab = Lab::start(LabConfig { pages: 60, latency, faults: Faults::None, ..LabConfig::default() }).unwrap();
    let lines = crawl(&lab, &["--assets", "--fail", "--external", "--check-fragments"]);
    let results = lines.iter().filter(|line| line["type"] == "result");
    assert_eq!(results.clone().count(), 61);
    assert!(results.clone().all(|line| line["status_code"] == 200), "{lines:#?}");
    assert!(lab.asked().paths.values().all(|count| *count == 1), "{:?}", lab.asked());
}
