//! Books that come with the Rust toolchain, served by nginx and crawled whole: the pages and broken links that are found
//! are those that a walk over the files on disk finds, by another parser.

use crate::nginx::Nginx;
use crate::program::run;
use html5ever::tendril::TendrilSink;
use html5ever::{ParseOpts, parse_document};
use markup5ever_rcdom::{Handle, NodeData, RcDom};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::{Path, PathBuf};
use std::process::Command;
use url::Url;

/// Some that link to each other and to others, which are not there then.
const BOOKS: [&str; 4] = ["nomicon", "embedded-book", "edition-guide", "error_codes"];
const PAGES: usize = 700;

/// Where the toolchain has its books, if it has.
fn books() -> Option<PathBuf> {
    let told = Command::new("rustc").args(["--print", "sysroot"]).output().ok()?;
    let root = Path::new(str::from_utf8(&told.stdout).ok()?.trim()).join("share/doc/rust/html");
    BOOKS.iter().all(|book| root.join(book).join("index.html").is_file()).then_some(root)
}

/// Of each URL below the site its status; of each page with a link to what is missing, that.
#[derive(Debug, Default, PartialEq)]
struct Findings {
    statuses: BTreeMap<String, u64>,
    broken: BTreeSet<(String, String)>,
}

#[test]
fn the_books_of_the_toolchain_are_crawled_whole_and_their_broken_links_found() {
    let Some(root) = books() else {
        eprintln!("skipped: the toolchain has no books (rustup component add rust-docs)");
        return;
    };
    let Some(nginx) = Nginx::start() else { return };
    let served = nginx.files.root().join("docs");
    std::fs::create_dir(&served).unwrap();
    for book in BOOKS {
        std::os::unix::fs::symlink(root.join(book), served.join(book)).unwrap();
    }
    let index: String = BOOKS.iter().map(|book| format!("<a href={book}>{book}</a>")).collect();
    std::fs::write(served.join("index.html"), index).unwrap();
    let start = nginx.url("/docs/");
    let ended = run(["crawl", "--format", "jsonl", &start]);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let (told, on_disk) = (told(&ended.stdout), walk(&start, &nginx.files.root()));
    assert!(on_disk.statuses.len() > PAGES && on_disk.broken.len() > 10, "{} pages", on_disk.statuses.len());
    assert_eq!(told.statuses, on_disk.statuses);
    assert_eq!(told.broken, on_disk.broken);
}

/// What the program has found. Whatever is known to be wrong stands on the first line of it only once.
fn told(lines: &str) -> Findings {
    let mut findings = Findings::default();
    for line in lines.lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        let text = |name: &str| line[name].as_str().unwrap_or_default().to_owned();
        match line["type"].as_str() {
            Some("result") => {
                let before = findings.statuses.insert(text("url"), line["status_code"].as_u64().unwrap_or_default());
                assert!(before.is_none(), "{line} was told before");
            }
            Some("broken") => drop(findings.broken.insert((text("page"), text("url")))),
            _ => {}
        }
    }
    findings
}

/// From the start over all links, as nginx would answer.
fn walk(start: &str, root: &Path) -> Findings {
    let start = Url::parse(start).unwrap();
    let (mut findings, mut links) = (Findings::default(), BTreeSet::new());
    let mut waiting = VecDeque::from([start.clone()]);
    while let Some(url) = waiting.pop_front() {
        if findings.statuses.contains_key(url.as_str()) {
            continue;
        }
        let file = root.join(&url.path()[1..]);
        let (status, found) = match (url.path().ends_with('/'), file.is_dir()) {
            (true, _) if file.join("index.html").is_file() => (200, page(&url, &file.join("index.html"))),
            (true, true) => (403, Vec::new()),
            (false, true) => (301, vec![url.join(&format!("{}/", url.path())).unwrap()]),
            (false, false) if file.is_file() => (200, page(&url, &file)),
            _ => (404, Vec::new()),
        };
        findings.statuses.insert(url.to_string(), status);
        let own: Vec<Url> = found.into_iter().filter(|to| to.origin() == start.origin()).collect();
        links.extend(own.iter().map(|to| (url.to_string(), to.to_string())));
        waiting.extend(own);
    }
    let is_missing = |(_, to): &(String, String)| findings.statuses[to] == 404;
    findings.broken = links.into_iter().filter(is_missing).collect();
    findings
}

/// Where the links of a file lead, if it is a page.
fn page(url: &Url, file: &Path) -> Vec<Url> {
    if file.extension().is_none_or(|extension| extension != "html") {
        return Vec::new();
    }
    let mut options = ParseOpts::default();
    options.tree_builder.scripting_enabled = false;
    let dom = parse_document(RcDom::default(), options).from_utf8().one(&*std::fs::read(file).unwrap());
    let (mut links, mut waiting) = (Vec::new(), vec![dom.document.clone()]);
    while let Some(node) = waiting.pop() {
        links.extend(link(&node).and_then(|href| url.join(href.trim()).ok()));
        waiting.extend(node.children.borrow().iter().cloned());
    }
    links.iter_mut().for_each(|link| link.set_fragment(None));
    links
}

/// What an element links to, images and the like aside.
fn link(node: &Handle) -> Option<String> {
    let NodeData::Element { name, attrs, .. } = &node.data else { return None };
    let attrs = attrs.borrow();
    let value = |name: &str| attrs.iter().find(|it| *it.name.local == *name).map(|it| it.value.to_string());
    let rel = value("rel").unwrap_or_default().to_ascii_lowercase();
    let is_page = |word: &str| ["canonical", "next", "alternate"].contains(&word);
    match &*name.local {
        "a" | "area" if !rel.split_ascii_whitespace().any(|word| word == "nofollow") => value("href"),
        "link" if rel.split_ascii_whitespace().any(is_page) && !rel.contains("stylesheet") => value("href"),
        "iframe" => value("src"),
        "meta" => {
            let refresh = value("http-equiv").filter(|it| it.eq_ignore_ascii_case("refresh"));
            let content = value("content").filter(|_| refresh.is_some())?;
            Some(content.split_once("url=")?.1.trim_matches('\'').to_owned())
        }
        _ => None,
    }
}
