//! Pages that a sitemap lists before it is known whether they belong to the crawl: a start leads there late.

use crate::loopback::Gate;
use crate::run::state;
use crate::site::{Answer, Site, html, missing, moved, robots, typed};
use crate::sitemaps::map;
use crate::told::{Told, plan};
use crate::unread::unread;
use crawltop::crawl::scope::Patterns;
use crawltop::engine::CrawlTerms;
use crawltop::event::{EventKind, Unread};

/// A site whose robots.txt names a sitemap with these pages, and whose `path` redirects `to`, but only once that is read.
fn leads_late(path: &str, to: &str, listed: &[&str], change: impl FnOnce(&mut CrawlTerms)) -> (Site, Told) {
    let gate = Gate::default();
    let (opens, path, to, listed) = (gate.clone(), path.to_owned(), to.to_owned(), map(listed));
    let start = path.clone();
    let site = Site::start(move |asked| match asked.path.as_str() {
        "/robots.txt" => robots("Sitemap: /map"),
        "/map" => typed("text/xml", listed.as_str()),
        at if at == path => moved(301, &to).behind(&opens),
        _ => html("a page"),
    });
    let mut run = plan([site.url(&start)], change).start();
    run.until(|kind| matches!(kind, EventKind::SitemapRead { .. }));
    run.until(|kind| matches!(kind, EventKind::Followed { .. }));
    gate.open();
    (site, Told::by(run))
}

#[test]
fn pages_that_led_out_as_a_sitemap_listed_them_are_crawled_once_a_start_leads_to_their_host() {
    let (other, third) = (Site::start(|_| html("a page")), Site::start(|_| html("not asked for")));
    let pages = ["/x", "/y", "/", "/x"].map(|path| other.url(path));
    let out = third.url("/out");
    let listed: Vec<&str> = pages.iter().map(String::as_str).chain([out.as_str()]).collect();
    let (site, told) = leads_late("/", &other.url("/"), &listed, |_| ());
    assert_eq!((other.sorted(), third.paths()), (["/", "/x", "/y"].map(String::from).to_vec(), vec![]));
    assert_eq!((told.depth(&pages[0]), told.source(&pages[0])), (0, Some(site.url("/map"))));
    assert_eq!(told.followed(&site.url("/map")).outside, 5, "as it was read");
    let links = state(&told.events).crawl.links;
    assert_eq!((links.outside, links.new + links.known, links.links()), (1, 1, 2), "{links:?}");
}

#[test]
fn pages_beside_the_directory_of_a_start_are_crawled_once_it_leads_to_theirs() {
    let no_parent = |terms: &mut CrawlTerms| terms.scope.no_parent = true;
    let (site, told) = leads_late("/a/", "/b/", &["/b/x", "/c/x"], no_parent);
    assert_eq!(site.sorted(), ["/a/", "/b/", "/b/x", "/map"]);
    let links = state(&told.events).crawl.links;
    assert_eq!((links.no_parent, links.new + links.known, links.links()), (1, 1, 2), "{links:?}");
}

#[test]
fn a_page_that_an_expression_keeps_out_counts_as_such_until_a_start_leads_there() {
    let include = |terms: &mut CrawlTerms| terms.scope.include = Patterns::new(&["/a"]).unwrap();
    let (site, told) = leads_late("/a", "/to", &["/to", "/never"], include);
    assert_eq!(site.sorted(), ["/a", "/map", "/to"]);
    let links = state(&told.events).crawl.links;
    assert_eq!((links.include, links.links()), (1, 2), "{links:?}");
}

#[test]
fn a_sitemap_that_leads_to_where_a_start_leads_is_not_read_whichever_answer_comes_first() {
    for start_first in [true, false] {
        let gate = Gate::default();
        let opens = gate.clone();
        let behind = move |is: bool, answer: Answer| if is { answer.behind(&opens) } else { answer };
        let site = Site::start(move |asked| match asked.path.as_str() {
            "/robots.txt" => robots("Sitemap: /map"),
            "/map" => behind(start_first, moved(302, "/en/")),
            "/" => behind(!start_first, moved(302, "/en/")),
            _ => html("a page"),
        });
        let mut run = plan([site.url("/")], |_| ()).start();
        let first = site.url(if start_first { "/" } else { "/map" });
        run.until(|kind| matches!(kind, EventKind::Finished { fetched, .. } if fetched.url.display_all() == first));
        gate.open();
        let told = Told::by(run);
        assert_eq!(site.sorted(), ["/", "/en/", "/map"], "start first: {start_first}");
        assert_eq!(unread(&told), [(Unread::NoSitemap, 1)]);
        assert_eq!(told.sitemaps()[0].url.display_all(), site.url("/map"));
    }
}

#[test]
fn a_sitemap_that_leads_elsewhere_is_read_once_the_starts_have_their_answers() {
    let gate = Gate::default();
    let opens = gate.clone();
    let site = Site::start(move |asked| match asked.path.as_str() {
        "/robots.txt" => robots("Sitemap: /map"),
        "/map" => moved(302, "/map2"),
        "/map2" => typed("text/xml", map(&["/x"])),
        "/" => html("a page").behind(&opens),
        _ => html("a page"),
    });
    let mut run = plan([site.url("/")], |_| ()).start();
    let first = site.url("/map");
    run.until(|kind| matches!(kind, EventKind::Finished { fetched, .. } if fetched.url.display_all() == first));
    gate.open();
    let told = Told::by(run);
    assert_eq!((site.sorted(), unread(&told)), (["/", "/map", "/map2", "/x"].map(String::from).to_vec(), vec![]));
}

#[test]
fn a_sitemap_that_leads_to_a_start_is_not_read_and_says_so() {
    let site = Site::start(|asked| match asked.path.as_str() {
        "/robots.txt" => robots("Sitemap: /map"),
        "/map" => moved(302, "/"),
        "/" => html("a page"),
        _ => missing(),
    });
    let told = Told::of(plan([site.url("/")], |_| ()).run());
    assert_eq!(site.sorted(), ["/", "/map"]);
    assert_eq!(unread(&told), [(Unread::NoSitemap, 1)]);
    let words = told.sitemaps()[0].trouble.as_ref().map(|trouble| trouble.display_all().to_string());
    assert_eq!(words.as_deref(), Some("it leads to a start, which is a page"));
}
