//! What only a crawl meets: robots.txt, the sitemap, pages off the links, links that lead out or on without end.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crawltop::lab::{Faults, Lab, NookKind, Site, Way};

use crate::client::*;

const ORIGIN: &str = "http://127.0.0.1:8080";

fn plan(pages: u32, faults: Faults) -> Site {
    Site::plan(7, pages, Duration::ZERO..=Duration::ZERO, faults)
}

/// Paths that a sitemap names.
fn listed<'a>(sitemap: &'a str, origin: &str) -> Vec<&'a str> {
    let places = sitemap.split("<loc>").skip(1).map(|rest| rest.split("</loc>").next().unwrap());
    places.map(|place| place.strip_prefix(origin).expect("it is of this site")).collect()
}

/// All paths that a crawl asks for, from `/` and the sitemap on: it keeps to robots.txt and to rel=nofollow.
fn crawled(site: &Site) -> BTreeSet<String> {
    let sitemap = site.sitemap(ORIGIN).unwrap_or_default();
    let mut waiting: Vec<String> = listed(&sitemap, ORIGIN).into_iter().map(str::to_owned).collect();
    waiting.push("/".to_owned());
    let mut asked: BTreeSet<String> = waiting.iter().cloned().collect();
    while let Some(path) = waiting.pop() {
        let Some(page) = site.page(&path).filter(|page| page.fault.is_none()) else { continue };
        for link in site.links(page) {
            let followed = match site.way(&path, &link) {
                Way::Page(page) | Way::NoPart(page) => page.path.clone(),
                Way::Nook(nook) if matches!(nook.kind, NookKind::Private | NookKind::Unendorsed) => continue,
                Way::Nook(nook) => nook.path.clone(),
                Way::Nowhere => link.target,
                Way::Calendar | Way::Out | Way::Other => continue,
            };
            if asked.insert(followed.clone()) {
                waiting.push(followed);
            }
        }
    }
    asked
}

#[test]
fn every_page_is_reached_by_links_or_the_sitemap_and_what_is_kept_out_is_not() {
    for (pages, faults) in [(20, Faults::Some), (240, Faults::Some), (1500, Faults::Some), (240, Faults::None)] {
        let site = plan(pages, faults);
        let asked = crawled(&site);
        let missed: Vec<&str> =
            site.pages.iter().map(|page| page.path.as_str()).filter(|path| !asked.contains(*path)).collect();
        assert_eq!(missed, [""; 0], "{pages} pages, faults {faults}");
        for nook in site.nooks() {
            let kept_out = matches!(nook.kind, NookKind::Private | NookKind::Unendorsed);
            assert_eq!(asked.contains(&nook.path), !kept_out, "{nook:?}");
        }
    }
}

#[test]
fn no_link_leads_to_a_page_that_is_for_the_sitemap_and_one_to_each_other() {
    let site = plan(240, Faults::Some);
    for nook in site.nooks() {
        let links = site.links_that(|way| way == Way::Nook(nook));
        assert_eq!(links.len(), usize::from(nook.kind != NookKind::Orphan), "{nook:?}");
    }
    assert!(site.nooks().iter().filter(|nook| nook.kind == NookKind::Orphan).count() >= 3);
}

#[test]
fn what_is_planted_for_a_crawl_is_known_by_page_line_and_anchor() {
    let site = plan(240, Faults::Some);
    type Lead = fn(Way<'_>) -> bool;
    let wanted: [(Lead, &str, &str); 5] = [
        (|way| way == Way::Out, "http://shop.invalid/", "Our other shop"),
        (|way| way == Way::Other, "mailto:shop@shop.invalid", "Write to us"),
        (|way| matches!(way, Way::NoPart(_)), "#reviews", "What others say"),
        (|way| matches!(way, Way::Nook(nook) if nook.kind == NookKind::Private), "/private/", "The ledger"),
        (|way| matches!(way, Way::Nook(nook) if nook.kind == NookKind::Unendorsed), "/account/", "Your account"),
    ];
    let text = String::from_utf8(site.body(site.page("/").unwrap()).into_bytes()).unwrap();
    for (is_meant, target, anchor) in wanted {
        let links = site.links_that(is_meant);
        let [("/", link)] = links.as_slice() else { panic!("{target}: {links:?}") };
        let line = text.lines().nth(link.line as usize - 1).unwrap();
        assert!(link.target.contains(target) && link.anchor == anchor, "{link:?}");
        assert!(line.contains(&format!("\"{}\"", link.target)) && line.contains(&format!(">{anchor}</a>")), "{line}");
        assert_eq!(line.contains(" rel=\"nofollow\""), anchor == "Your account", "{line}");
    }
    assert_eq!(site.links_that(|way| way == Way::Calendar), []);
}

#[test]
fn what_is_planted_for_a_crawl_is_no_bad_link_but_what_is_missing_is() {
    let site = plan(240, Faults::Some);
    let nowhere = site.links_that(|way| way == Way::Nowhere);
    let bad: Vec<_> = site.bad_links().into_iter().filter(|bad| bad.fault.is_none()).collect();
    assert!(
        !nowhere.is_empty() && bad.iter().map(|bad| (bad.page, &bad.link)).eq(nowhere.iter().map(|it| (it.0, &it.1)))
    );
}

fn text_of(lab: &Lab, path: &str, host: &str) -> (String, String) {
    let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    let (bytes, _) = read_all(&mut ask(lab, &request));
    let (head, body) = split(&bytes);
    let body = decode(&head, body).expect("a whole body");
    (head, String::from_utf8(body).unwrap())
}

#[test]
fn robots_and_sitemap_call_the_site_as_the_client_does() {
    let lab = start(20, Faults::Some);
    for host in ["localhost:8080", "[::1]:9"] {
        let (_, robots) = text_of(&lab, "/robots.txt", host);
        assert_eq!(robots, format!("User-agent: *\nDisallow: /private/\n\nSitemap: http://{host}/sitemap.xml\n"));
        let (head, sitemap) = text_of(&lab, "/sitemap.xml", host);
        assert!(has_field(&head, "Content-Type: application/xml"));
        let paths = listed(&sitemap, &format!("http://{host}"));
        assert!(paths.contains(&"/") && paths.len() >= 5, "{paths:?}");
    }
    let (_, hostile) = text_of(&lab, "/sitemap.xml", "<b>\"&");
    assert!(hostile.contains("<loc>http://127.0.0.1/</loc>") && !hostile.contains("<b>"), "{hostile}");
}

#[test]
fn each_place_of_a_crawl_answers_as_planned_and_is_counted_by_its_path() {
    let lab = start(40, Faults::Some);
    let mut expected = BTreeMap::new();
    for nook in lab.site().nooks() {
        let (head, body) = text_of(&lab, &nook.path, "lab");
        match &nook.kind {
            NookKind::Moved { to } => {
                assert!(head.starts_with("HTTP/1.1 302 ") && has_field(&head, &format!("Location: {to}")), "{head}");
                assert!(lab.site().page(to).is_some_and(|page| page.fault.is_none()));
            }
            _ => assert!(head.starts_with("HTTP/1.1 200 OK\r\n") && body.ends_with("</html>\n"), "{head}"),
        }
        expected.insert(nook.path.clone(), 1);
    }
    for path in ["/robots.txt", "/sitemap.xml"] {
        text_of(&lab, path, "lab");
        expected.insert(path.to_owned(), 1);
    }
    assert_eq!(lab.asked().paths, expected);
}

#[test]
fn the_calendar_goes_on_without_end_and_only_where_all_is_wrong() {
    let lab = start(40, Faults::All);
    let links = lab.site().links_that(|way| way == Way::Calendar);
    let [("/", link)] = links.as_slice() else { panic!("{links:?}") };
    let mut path = link.target.clone();
    let mut seen = BTreeSet::new();
    for _ in 0..50 {
        let (head, body) = text_of(&lab, &path, "lab");
        assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{path}: {head}");
        let next = body.split("href=\"").find(|rest| rest.contains(">The next month<")).unwrap();
        assert!(seen.insert(std::mem::replace(&mut path, next.split('"').next().unwrap().to_owned())));
    }
    let plain = start(40, Faults::Some);
    assert!(text_of(&plain, &link.target, "lab").0.starts_with("HTTP/1.1 404 "));
}

#[test]
fn a_site_without_faults_is_a_plain_one() {
    let lab = start(240, Faults::None);
    assert_eq!(text_of(&lab, "/robots.txt", "lab").1, "User-agent: *\nDisallow: /private/\n");
    assert!(text_of(&lab, "/sitemap.xml", "lab").0.starts_with("HTTP/1.1 404 "));
    assert_eq!((lab.site().nooks(), lab.site().links_that(|way| !matches!(way, Way::Page(_)))), (&[][..], vec![]));
}
