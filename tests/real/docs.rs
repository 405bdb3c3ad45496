//! Books that come with the Rust toolchain, thousands of pages, served by nginx and crawled whole: the pages and broken links
//! that are found are those that a walk over the files on disk finds, by another parser.

use crate::nginx::Nginx;
use crate::program::run;
use crate::skipped::skipped;
use html5ever::tendril::TendrilSink;
use html5ever::{ParseOpts, parse_document};
use markup5ever_rcdom::{Handle, NodeData, RcDom};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::{Path, PathBuf};
use std::process::Command;
use url::Url;

/// Those that link to each other and to others, which are not there then. Not the reference, of which one page has more links
/// than are taken up.
const BOOKS: [&str; 12] = [
    "book",
    "cargo",
    "clippy",
    "edition-guide",
    "embedded-book",
    "error_codes",
    "nomicon",
    "rust-by-example",
    "rustc",
    "rustdoc",
    "style-guide",
    "unstable-book",
];
const PAGES: usize = 2_000;

/// Where the toolchain has its books, if it has.
fn books() -> Option<PathBuf> {
    let told = Command::new("rustc").args(["--print", "sysroot"]).output().ok()?;
    let root = Path::new(str::from_utf8(&told.stdout).ok()?.trim()).join("share/doc/rust/html");
    BOOKS.iter().all(|book| root.join(book).join("index.html").is_file()).then_some(root)
}

/// Of each URL below the site its status; of each page with a link to what is missing, that; and to parts of pages that
/// are not there.
#[derive(Debug, Default, PartialEq)]
struct Findings {
    statuses: BTreeMap<String, u64>,
    broken: BTreeSet<(String, String)>,
    no_parts: BTreeSet<(String, String, String)>,
}

/// What a file has, if it is a page.
#[derive(Default)]
struct Page {
    links: Vec<Url>,
    /// None, where it is no page.
    ids: Option<BTreeSet<String>>,
}

#[test]
fn the_books_of_the_toolchain_are_crawled_whole_and_their_broken_links_found() {
    let Some(root) = books() else {
        skipped("the toolchain has no books (rustup component add rust-docs)");
        return;
    };
    let Some(nginx) = Nginx::start() else { return };
    let served = nginx.files.root().join("docs");
    std::fs::create_dir(&served).unwrap();
    for book in BOOKS {
        std::os::unix::fs::symlink(root.join(book), served.join(book)).unwrap();
    }
    let index: String = BOOKS
        .iter()
        .map(|book| format!("<a href={book}>{book}</a><a href={book}/index.html#no-such-part>{book}</a>"))
        .collect();
    std::fs::write(served.join("index.html"), index).unwrap();
    let start = nginx.url("/docs/");
    let (begin, root) = (start.clone(), nginx.files.root());
    let walking = std::thread::spawn(move || walk(&begin, &root));
    let ended = run(["crawl", "--check-fragments", "--format", "jsonl", &start]);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let (told, on_disk) = (told(&ended.stdout), walking.join().unwrap());
    let pages = on_disk.statuses.values().filter(|status| **status == 200).count();
    assert!(pages > PAGES && on_disk.broken.len() > 100, "{pages} pages, {} broken links", on_disk.broken.len());
    assert!(on_disk.no_parts.len() >= BOOKS.len(), "those that were planted here are among them");
    assert_eq!(told.statuses, on_disk.statuses);
    assert_eq!(told.broken, on_disk.broken);
    assert_eq!(told.no_parts, on_disk.no_parts);
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
            Some("missing_fragment") => {
                findings.no_parts.insert((text("page"), text("url"), text("fragment")));
            }
            _ => {}
        }
    }
    findings
}

/// From the start over all links, as nginx would answer.
fn walk(start: &str, root: &Path) -> Findings {
    let start = Url::parse(start).unwrap();
    let (mut findings, mut links) = (Findings::default(), BTreeSet::new());
    let (mut ids, mut waiting) = (BTreeMap::new(), VecDeque::from([start.clone()]));
    while let Some(url) = waiting.pop_front() {
        if findings.statuses.contains_key(url.as_str()) {
            continue;
        }
        let file = root.join(&url.path()[1..]);
        let led = |to: &str| Page { links: vec![url.join(to).unwrap()], ..Page::default() };
        let (status, found) = match (url.path().ends_with('/'), file.is_dir()) {
            (true, _) if file.join("index.html").is_file() => (200, page(&url, &file.join("index.html"))),
            (true, true) => (403, Page::default()),
            (false, true) => (301, led(&format!("{}/", url.path()))),
            (false, false) if file.is_file() => (200, page(&url, &file)),
            _ => (404, Page::default()),
        };
        findings.statuses.insert(url.to_string(), status);
        for mut to in found.links.into_iter().filter(|to| to.origin() == start.origin()) {
            let part = to.fragment().map(unescaped);
            to.set_fragment(None);
            unify(&mut to);
            links.insert((url.to_string(), to.to_string(), part));
            waiting.push_back(to);
        }
        ids.insert(url.to_string(), found.ids);
    }
    for (from, to, part) in links {
        if findings.statuses[&to] == 404 {
            findings.broken.insert((from.clone(), to.clone()));
        }
        let is_missing = |part: &String| ids[&to].as_ref().is_some_and(|ids| !ids.contains(part));
        if let Some(part) = part.filter(|part| part != "top" && !part.is_empty() && is_missing(part)) {
            findings.no_parts.insert((from, to, part));
        }
    }
    findings
}

/// Brackets in a query are the same page as those that are escaped, which the crate leaves apart.
fn unify(url: &mut Url) {
    let query = url.query().map(|query| query.replace('[', "%5B").replace(']', "%5D"));
    url.set_query(query.as_deref());
}

fn unescaped(fragment: &str) -> String {
    let mut pieces = fragment.split('%');
    let mut bytes = pieces.next().unwrap_or_default().as_bytes().to_vec();
    for piece in pieces {
        bytes.push(u8::from_str_radix(&piece[..2], 16).unwrap());
        bytes.extend_from_slice(&piece.as_bytes()[2..]);
    }
    String::from_utf8(bytes).unwrap()
}

fn page(url: &Url, file: &Path) -> Page {
    let mut page = Page::default();
    if file.extension().is_none_or(|extension| extension != "html") {
        return page;
    }
    let mut options = ParseOpts::default();
    options.tree_builder.scripting_enabled = false;
    let dom = parse_document(RcDom::default(), options).from_utf8().one(&*std::fs::read(file).unwrap());
    let (mut waiting, mut ids) = (vec![dom.document.clone()], BTreeSet::new());
    while let Some(node) = waiting.pop() {
        page.links.extend(link(&node).and_then(|href| url.join(href.trim()).ok()));
        ids.extend(names(&node));
        waiting.extend(node.children.borrow().iter().cloned());
    }
    page.ids = Some(ids);
    page
}

/// What an element is called by links to it.
fn names(node: &Handle) -> Vec<String> {
    let NodeData::Element { name, attrs, .. } = &node.data else { return Vec::new() };
    let is_name = |attribute: &str| attribute == "id" || attribute == "name" && &*name.local == "a";
    attrs.borrow().iter().filter(|it| is_name(&it.name.local)).map(|it| it.value.to_string()).collect()
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
