//! What is planned for a seed, page by page and link by link.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crawltop::lab::{Fault, Faults, Framing, Page, PageKind, Site};

const SIZES: [u32; 10] = [0, 1, 5, 20, 21, 22, 23, 45, 240, 1500];

fn plan(seed: u64, pages: u32, faults: Faults) -> Site {
    Site::plan(seed, pages, Duration::from_millis(20)..=Duration::from_millis(800), faults)
}

fn bodies(site: &Site) -> Vec<Vec<u8>> {
    site.pages.iter().map(|page| site.body(page).into_bytes()).collect()
}

fn healthy(site: &Site) -> impl Iterator<Item = &Page> {
    site.pages.iter().filter(|page| page.fault.is_none())
}

fn faults(site: &Site) -> BTreeMap<&'static str, u32> {
    let mut counts = BTreeMap::new();
    for fault in site.pages.iter().filter_map(|page| page.fault.as_ref()) {
        *counts.entry(fault.name()).or_default() += 1;
    }
    counts
}

#[test]
fn the_same_seed_gives_the_same_pages_and_bytes_and_another_seed_others() {
    let (one, again, other) = (plan(7, 240, Faults::Some), plan(7, 240, Faults::Some), plan(8, 240, Faults::Some));
    assert_eq!(one.pages, again.pages);
    assert_eq!(bodies(&one), bodies(&again));
    assert_eq!(one.describe(), again.describe());
    assert_ne!(one.pages, other.pages);
    let same = bodies(&one).iter().zip(bodies(&other)).filter(|(one, other)| *one == other).count();
    assert!(same < 240 / 10, "{same} bodies do not depend on the seed");
}

#[test]
fn goods_are_dense_from_zero_and_come_first() {
    for pages in SIZES {
        let site = plan(7, pages, Faults::None);
        assert_eq!(site.pages.len() as u32, pages + 1);
        let goods = site.pages.iter().filter(|page| page.kind == PageKind::Goods).count() as u32;
        assert!(goods >= pages.min(20) && goods >= pages * 79 / 100);
        for number in 0..goods {
            let path = format!("/goods/{number}/");
            assert_eq!(site.pages[number as usize + 1].path, path);
            assert_eq!(site.page(&path), Some(&site.pages[number as usize + 1]));
        }
    }
}

#[test]
fn a_path_that_only_looks_planned_is_not() {
    let site = plan(7, 240, Faults::None);
    for path in ["", "//", "/goods/+1/", "/goods/01/", "/goods/1", "/goods/192/", "/goods/99999999999/", "/img/0.gif"] {
        assert_eq!(site.page(path), None, "{path}");
    }
    assert_eq!(plan(7, 20, Faults::None).page("/style.css"), None);
}

#[test]
fn some_faults_are_eight_percent_and_of_every_kind() {
    let kinds = ["302", "404", "500", "cut short", "drip", "reset", "silent"];
    for seed in 0..50 {
        for (pages, expected) in [(20, 7), (50, 7), (240, 20), (1500, 120)] {
            let counts = faults(&plan(seed, pages, Faults::Some));
            assert!(counts.keys().eq(&kinds), "seed {seed}, {pages} pages: {counts:?}");
            assert_eq!(counts.values().sum::<u32>(), expected);
        }
    }
}

#[test]
fn all_faults_come_in_turn_and_leave_only_home() {
    let site = plan(7, 140, Faults::All);
    assert!(healthy(&site).map(|page| page.path.as_str()).eq(["/"]));
    assert!(faults(&site).values().all(|count| *count == 20));
}

#[test]
fn no_faults_means_no_bad_link_either() {
    for pages in SIZES {
        let site = plan(7, pages, Faults::None);
        assert_eq!(faults(&site), BTreeMap::new());
        assert_eq!(site.bad_links(), []);
        assert!(site.pages.iter().all(|page| page.status_line() == "200 OK"));
    }
}

#[test]
fn a_redirect_leads_to_a_healthy_page_and_a_cut_body_has_a_length_to_miss() {
    for seed in 0..50 {
        let site = plan(seed, 240, Faults::Some);
        for page in &site.pages {
            match &page.fault {
                Some(Fault::Redirect { to }) => {
                    assert_eq!(site.page(to).map(|page| page.fault.is_none()), Some(true))
                }
                Some(Fault::CutShort) => assert_ne!(page.framing, Framing::UntilClose),
                _ => {}
            }
        }
    }
}

#[test]
fn each_body_has_its_planned_size_and_is_whole() {
    for seed in 0..3 {
        for pages in SIZES {
            let site = plan(seed, pages, if seed % 2 == 0 { Faults::Some } else { Faults::None });
            for page in site.pages.iter().filter(|page| page.size < 100_000) {
                let body = site.body(page).into_bytes();
                assert_eq!(body.len(), page.size as usize, "{}", page.path);
                let (start, end): (&[u8], &[u8]) = match page.content_type() {
                    "image/jpeg" => (b"\xff\xd8\xff\xe0", b"\xff\xd9"),
                    "image/png" => (b"\x89PNG\r\n\x1a\n", b"IEND\xaeB`\x82"),
                    "text/html; charset=utf-8" => (b"<!DOCTYPE html>\n", b"</html>\n"),
                    _ => (b"", b"\n"),
                };
                assert!(body.starts_with(start) && body.ends_with(end), "seed {seed}, {pages} pages: {}", page.path);
            }
        }
    }
}

#[test]
fn sizes_are_those_of_a_shop() {
    let site = plan(7, 1500, Faults::None);
    for page in &site.pages {
        let range = if page.kind == PageKind::Image { 20_000..1_500_000 } else { 2_000..30_001 };
        assert!(range.contains(&page.size), "{} has {} bytes", page.path, page.size);
    }
    let large = site.pages.iter().filter(|page| page.size > 500_000).count();
    assert!((5..40).contains(&large), "{large}");
}

#[test]
fn each_link_stands_on_its_line_with_its_anchor() {
    let site = plan(7, 240, Faults::Some);
    for page in site.pages.iter().filter(|page| page.content_type().starts_with("text/html")) {
        let text = String::from_utf8(site.body(page).into_bytes()).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        let links = site.links(page);
        assert_eq!(links.len(), targets(&text).len());
        for link in links {
            let line = lines[link.line as usize - 1];
            let anchor = link.anchor.replace('&', "&amp;");
            assert!(line.contains(&format!("\"{}\"", link.target)) && line.contains(&anchor), "{line}");
        }
    }
}

/// What a reader of the text sees, who knows nothing of the plan.
fn targets(text: &str) -> Vec<&str> {
    let attributes = text.split(" href=\"").skip(1).chain(text.split(" src=\"").skip(1));
    attributes.map(|rest| rest.split('"').next().unwrap()).collect()
}

#[test]
fn every_page_is_reached_from_home_by_the_links_of_healthy_pages() {
    for (pages, faults) in SIZES.into_iter().flat_map(|pages| [(pages, Faults::None), (pages, Faults::Some)]) {
        let site = plan(7, pages, faults);
        let mut reached = BTreeSet::from(["/".to_owned()]);
        let mut waiting = vec!["/".to_owned()];
        while let Some(path) = waiting.pop() {
            let page = site.page(&path).filter(|page| page.fault.is_none());
            let Some(page) = page.filter(|page| page.content_type().starts_with("text/html")) else {
                continue;
            };
            let text = String::from_utf8(site.body(page).into_bytes()).unwrap();
            for target in targets(&text) {
                if reached.insert(target.to_owned()) {
                    waiting.push(target.to_owned());
                }
            }
        }
        let missed: Vec<&str> = paths(&site).filter(|path| !reached.contains(*path)).collect();
        assert_eq!(missed, [""; 0], "{pages} pages, faults {faults}");
        let beyond = reached.iter().filter(|path| site.page(path).is_none()).count();
        assert_eq!(beyond > 0, faults != Faults::None, "{pages} pages, faults {faults}");
    }
}

fn paths(site: &Site) -> impl Iterator<Item = &str> {
    site.pages.iter().map(|page| page.path.as_str())
}

#[test]
fn bad_links_are_those_that_lead_to_a_fault_or_nowhere() {
    let site = plan(7, 240, Faults::Some);
    let bad = site.bad_links();
    for link in &bad {
        assert_eq!(site.page(link.page).unwrap().fault, None);
        assert_eq!(site.page(&link.link.target).and_then(|page| page.fault.as_ref()), link.fault);
    }
    let led_to: BTreeSet<&str> = bad.iter().map(|link| link.link.target.as_str()).collect();
    let wrong = site.pages.iter().filter(|page| page.fault.is_some());
    assert!(wrong.map(|page| page.path.as_str()).all(|path| led_to.contains(path)));
    assert!(led_to.contains("/goods/99999/"));
}

#[test]
fn the_description_names_each_wrong_page_and_dead_link() {
    let site = plan(7, 240, Faults::Some);
    let lines = site.describe();
    for page in site.pages.iter().filter(|page| page.fault.is_some()) {
        let name = page.fault.as_ref().unwrap().name();
        assert!(lines.iter().any(|line| line.starts_with(&format!("{} ", page.path)) && line.contains(name)));
    }
    for bad in site.bad_links().iter().filter(|bad| bad.fault.is_none()) {
        let place = format!("on line {} leads to {}", bad.link.line, bad.link.target);
        assert!(lines.iter().any(|line| line.starts_with(bad.page) && line.contains(&place)), "{place}");
    }
}
