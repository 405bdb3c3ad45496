//! Links to parts of pages, held against the ids that the pages have.

use crate::site::{Answer, Site, html, links, missing, moved, robots};
use crate::told::{Told, crawl, crawl_with, plan};
use crawltop::engine::CrawlTerms;
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

/// The pages whose parts can't be checked, by links to them and why.
fn unchecked(told: &Told) -> Vec<String> {
    let mut all: Vec<String> = told
        .events
        .iter()
        .filter_map(|event| match &event.kind {
            EventKind::FragmentsUnchecked { id, links, why } => Some((told.find_url(*id), links, why)),
            _ => None,
        })
        .map(|(url, links, why)| {
            let path = url.as_deref().map_or("?", |url| &url[url.rfind('/').unwrap_or(0)..]);
            format!("{path} {links} {}", why.name())
        })
        .collect();
    all.sort();
    all
}

/// With links that lead out.
fn checked_outside(site: &Site) -> Told {
    crawl_with(site, |terms| (terms.fragments, terms.wishes.external) = (true, true))
}

fn checked(site: &Site) -> Vec<String> {
    missed(&crawl_with(site, |terms| terms.fragments = true), site)
}

#[test]
fn a_part_is_looked_for_as_it_is_written_and_then_decoded() {
    let parts = "<p id=impl-Add%3C%26str%3E><p id=%41><p id='a b'><p id=é><p id=100%>";
    let site = Site::start(move |asked| match asked.path.as_str() {
        "/" => links([
            "/parts#impl-Add%3C%26str%3E",
            "/parts#%41",
            "/parts#a%20b",
            "/parts#%C3%A9",
            "/parts#100%",
            "/moved",
            "/parts#%42",
            "/parts#impl-Add<&str>",
        ]),
        "/parts" => html(parts),
        "/moved" => moved(302, "/parts#%41"),
        _ => missing(),
    });
    assert_eq!(checked(&site), ["/ 7:1 /parts#B", "/ 8:1 /parts#impl-Add<&str>"]);
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
fn a_link_that_names_no_part_is_held_against_the_one_that_its_redirect_names() {
    for (first, second) in [("/late", "/parts"), ("/parts", "/a"), ("/a", "/parts")] {
        let site = Site::of([
            ("/", links([first, second])),
            ("/parts", parts()),
            ("/late", links(["/a", "/chain", "/fine", "/missing"])),
            ("/a", moved(302, "/parts#gone")),
            ("/chain", moved(302, "/a")),
            ("/fine", moved(302, "/parts#here")),
        ]);
        let mut expected = vec!["/late 1:1 /parts#gone by /a", "/late 2:1 /parts#gone by /chain"];
        match (first, second) {
            ("/a", _) => expected = vec!["/ 1:1 /parts#gone by /a"],
            (_, "/a") => expected = vec!["/ 2:1 /parts#gone by /a"],
            _ => {}
        }
        let told = crawl_with(&site, |terms| terms.fragments = true);
        assert_eq!(
            (missed(&told, &site), unchecked(&told)),
            (expected.iter().map(ToString::to_string).collect(), vec![])
        );
    }
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

/// Answers robots.txt itself.
fn other(pages: impl Fn(&str) -> Answer + Send + Sync + 'static) -> Site {
    Site::start(move |asked| if asked.path == "/robots.txt" { missing() } else { pages(&asked.path) })
}

#[test]
fn what_leads_out_is_asked_by_get_where_a_part_of_it_is_linked_and_nothing_of_it_followed() {
    let other = other(|path| if path == "/gone" { missing() } else { html("<p id=here></p><a href=/more>x</a>") });
    let paths = ["/fine#here", "/fine#none", "/plain", "/top#top", "/gone#here"];
    let site = Site::of([("/", links(paths.map(|path| other.url(path))))]);
    let told = checked_outside(&site);
    assert_eq!(other.sorted(), ["/fine", "/gone", "HEAD /plain", "HEAD /top"]);
    assert_eq!(missed(&told, &site), [format!("/ 2:1 {}#none", other.url("/fine"))]);
    assert_eq!(unchecked(&told), [""; 0], "a page that is missing is told as that");
    let fine = told.result(&other.url("/fine"));
    assert_eq!((fine.role(), fine.status), (crawltop::place::Role::Check, Some(200)));
    assert!(fine.body_bytes > 0, "its content was read");
}

#[test]
fn a_part_behind_redirects_that_lead_out_is_looked_for_there() {
    let other = other(|path| match path {
        "/a" => moved(301, "/b"),
        _ => html("<p id=here></p>"),
    });
    let out = other.url("/a");
    let site = Site::of([("/", links(["/out#here", "/out#gone"])), ("/out", moved(302, &out))]);
    let told = checked_outside(&site);
    assert_eq!(other.sorted(), ["/a", "/b"]);
    assert_eq!(missed(&told, &site), [format!("/ 2:1 {}#gone by /out", other.url("/b"))]);
    assert_eq!(unchecked(&told), [""; 0]);
}

#[test]
fn a_part_behind_a_redirect_that_a_start_lets_in_is_looked_for_there_whichever_answer_comes_first() {
    let plain: fn(&mut CrawlTerms) = |_| ();
    let all: [fn(&mut CrawlTerms); 3] =
        [plain, |terms| terms.wishes.external = true, |terms| terms.scope.no_parent = true];
    for (change, start_first) in all.into_iter().flat_map(|change| [(change, true), (change, false)]) {
        let gate = crate::loopback::Gate::default();
        let opens = gate.clone();
        let behind = move |is: bool, answer: Answer| if is { answer.behind(&opens) } else { answer };
        let other = other(|_| html("<p id=here></p>"));
        let [to, led] = ["/b/x", "/b/"].map(|path| moved(302, &other.url(path)));
        let site = Site::of([
            ("/a/", links(["/a/r#here", "/a/r#gone"])),
            ("/a/r", behind(start_first, to)),
            ("/led", behind(!start_first, led)),
        ]);
        let starts = ["/a/", "/led"].map(|path| site.url(path));
        let mut run = plan(starts, |terms| {
            terms.fragments = true;
            change(terms);
        })
        .start();
        let first = site.url(if start_first { "/led" } else { "/a/r" });
        run.until(|kind| matches!(kind, EventKind::Finished { fetched, .. } if fetched.url.display_all() == first));
        run.until(|kind| matches!(kind, EventKind::Followed { .. }));
        gate.open();
        let told = Told::by(run);
        assert_eq!(other.sorted(), ["/b/", "/b/x"]);
        let part = format!("/a/ 2:1 {}#gone by /a/r", other.url("/b/x"));
        assert_eq!((missed(&told, &site), unchecked(&told)), (vec![part], vec![]), "start first: {start_first}");
    }
}

#[test]
fn a_part_of_what_was_asked_by_head_before_is_told_as_unchecked() {
    let gate = crate::loopback::Gate::default();
    let (asked, late) = (gate.clone(), gate.clone());
    let other = Site::start(move |request| match request.path.as_str() {
        "/robots.txt" => missing(),
        // The page that names a part of it is answered once it was asked.
        _ => {
            asked.open();
            html("<p id=here></p>")
        }
    });
    let out = other.url("/x");
    let named = format!("{out}#here");
    let site = Site::of([("/", links(["/late", &out])), ("/late", links([named.as_str(), &named]).behind(&late))]);
    let told = checked_outside(&site);
    assert_eq!(other.sorted(), ["HEAD /x"], "it is asked once");
    assert_eq!((unchecked(&told), missed(&told, &site).len()), (vec!["/x 2 head".to_owned()], 0));
}

#[test]
fn parts_of_what_has_no_ids_that_are_read_are_told_as_unchecked_with_why() {
    let many: String = (0..60_000).map(|id| format!("<p id=i{id}>")).collect();
    let site = Site::of([
        ("/", links(["/file#page=3", "/many#i7", "/many#none", "/out#x", "/missing#x", "/cut#x"])),
        ("/file", crate::site::typed("application/pdf", "x")),
        ("/many", html(&many)),
        ("/out", moved(302, "http://out.example/")),
    ]);
    let told = crawl_with(&site, |terms| terms.fragments = true);
    assert_eq!(unchecked(&told), ["/file 1 not_html", "/many 1 too_many", "/out 1 outside"]);
    assert_eq!(missed(&told, &site), [""; 0]);
}

#[test]
fn parts_of_pages_that_were_not_asked_for_are_told_as_unchecked_at_the_end() {
    let site = Site::of([("/", links(["/a#x", "/b#x", "/c#y"])), ("/a", html("<p id=x>"))]);
    let told = crawl_with(&site, |terms| (terms.fragments, terms.manners.max_pages) = (true, Some(2)));
    assert_eq!(unchecked(&told), ["? 1 not_asked", "? 1 not_asked"]);
}

#[test]
fn of_a_page_that_came_in_part_no_part_is_said_to_be_missing() {
    let site = Site::of([("/", links(["/cut#x"])), ("/cut", html("<p id=here>").cut())]);
    let told = crawl_with(&site, |terms| terms.fragments = true);
    assert_eq!(told.kind(&site.url("/cut")), Some(crawltop::failure::FailureKind::Truncated));
    assert_eq!((missed(&told, &site), unchecked(&told)), (vec![], vec![]));
}
