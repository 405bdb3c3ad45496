//! Links to parts of pages, held against the ids that the pages have.

use crate::site::{Answer, Site, html, links, missing, moved, robots};
use crate::told::{Told, crawl, crawl_with};
use crawltop::event::EventKind;

/// Each link whose part is missing: the page it stands on, `line:column`, what it leads to, and what it says where that
/// is a redirect.
fn missed(told: &Told, site: &Site) -> Vec<String> {
    let path = |url: &str| url.strip_prefix(&site.url("")).unwrap_or(url).to_owned();
    let mut missed: Vec<String> = told
        .events
        .iter()
        .filter_map(|event| match &event.kind {
            EventKind::FragmentMissed { id, missed } => {
                let [from, to] = [*id, missed.to].map(|id| path(&told.url_of(id)));
                let via = missed.via.map_or(String::new(), |via| format!(" by {}", path(&told.url_of(via))));
                let (line, column, part) = (missed.line, missed.column, missed.fragment.display_all());
                Some(format!("{from} {line}:{column} {to}#{part}{via}"))
            }
            _ => None,
        })
        .collect();
    missed.sort();
    missed
}

fn checked(site: &Site) -> Vec<String> {
    missed(&crawl_with(site, |terms| terms.fragments = true), site)
}

#[test]
fn a_link_to_a_part_that_a_page_does_not_have_is_told_with_its_place() {
    let first = "<a href=/parts#here>1</a>\n<a href=/parts#gone>2</a> <a href=#own>3</a><p id=mine><a href=#mine>4</a>";
    let parts = "<p id=here></p><a name='n&auml;me'></a><a href=/#own>5</a><a href=#n%C3%A4me>6</a><a href=#top>7</a>";
    let site = Site::of([("/", html(first)), ("/parts", html(parts))]);
    assert_eq!(checked(&site), ["/ 2:1 /parts#gone", "/ 2:27 /#own", "/parts 1:40 /#own"]);
    assert!(!crawl(&site).text().contains("FragmentMissed"), "only where it was asked for");
}

/// A page with two ids.
fn parts() -> Answer {
    html("<p id=here></p><p id='th&eacute;re'></p>")
}

#[test]
fn a_link_to_a_redirect_is_held_against_the_page_behind_it() {
    let site = Site::of([
        ("/", links(["/a#here", "/a#gone", "/chain#here", "/chain#gone", "/parts#none"])),
        ("/a", moved(302, "/parts")),
        ("/chain", moved(301, "/a")),
        ("/parts", parts()),
    ]);
    let expected = ["/ 2:1 /parts#gone by /a", "/ 4:1 /parts#gone by /chain", "/ 5:1 /parts#none"];
    assert_eq!(checked(&site), expected);
}

#[test]
fn it_is_held_against_it_whichever_of_link_page_and_redirect_is_there_first() {
    for (first, second) in [("/late", "/a"), ("/a", "/late"), ("/parts", "/late")] {
        let site = Site::of([
            ("/", links([first, second])),
            ("/late", links(["/a#gone", "/a#here"])),
            ("/a", moved(308, "parts")),
            ("/parts", parts()),
        ]);
        assert_eq!(checked(&site), ["/late 1:1 /parts#gone by /a"], "{first}, {second}");
    }
}

#[test]
fn the_part_that_a_redirect_names_takes_the_place_of_the_links() {
    let cases = [
        ("/parts#here", None),
        ("/parts#th%C3%A9re", None),
        ("/parts#other", Some("/ 1:1 /parts#other by /a")),
        ("/parts", Some("/ 1:1 /parts#gone by /a")),
        // An empty one is one, and means the top of the page.
        ("/parts#", None),
        ("/parts#top", None),
    ];
    for (location, expected) in cases {
        let site = Site::of([("/", links(["/a#gone"])), ("/a", moved(302, location)), ("/parts", parts())]);
        assert_eq!(checked(&site), Vec::from_iter(expected), "{location}");
    }
}

#[test]
fn of_two_redirects_the_last_one_that_names_a_part_says_which() {
    let site = Site::of([
        ("/", links(["/a#gone", "/c#gone"])),
        ("/a", moved(302, "/b#gone")),
        ("/b", moved(302, "/parts#here")),
        ("/c", moved(302, "/d#here")),
        ("/d", moved(302, "/parts")),
        ("/parts", parts()),
    ]);
    assert_eq!(checked(&site), [""; 0]);
}

#[test]
fn nothing_is_told_where_no_page_is_reached() {
    let site = Site::start(|asked| match asked.path.as_str() {
        "/robots.txt" => robots("User-agent: *\nDisallow: /kept"),
        "/" => links(["/a#x", "/b#x", "/out#x", "/to-kept#x", "/to-missing#x", "/file#page=3"]),
        // They lead to each other, and are both linked.
        "/a" => moved(302, "/b"),
        "/b" => moved(302, "/a"),
        "/out" => moved(302, "http://out.example/"),
        "/to-kept" => moved(302, "/kept"),
        "/to-missing" => moved(302, "/missing"),
        "/file" => crate::site::typed("application/pdf", "x"),
        _ => missing(),
    });
    assert_eq!(checked(&site), [""; 0]);
}
