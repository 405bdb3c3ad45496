//! How far a crawl goes: levels, counts, patterns, hosts.

use crate::site::{Site, html, links, missing, moved, robots};
use crate::told::{Told, crawl_with, plan, target};
use crawltop::control::EndReason;
use crawltop::crawl::scope::{Patterns, Reach};
use crawltop::engine::Line;
use crawltop::event::{EventKind, Hold};
use crawltop::failure::FailureKind;
use crawltop::net::Pin;

/// A tree of which each page has three below it, five levels deep: `/`, `/a`, `/aa` and so on.
fn tree() -> Site {
    Site::start(|asked| match asked.path.as_str() {
        "/robots.txt" => missing(),
        path if path.len() > 5 => links([] as [&str; 0]),
        path => links(["a", "b", "c"].map(|letter| format!("{path}{letter}"))),
    })
}

#[test]
fn no_page_is_more_links_away_than_the_level() {
    for (level, pages) in [(0, 1), (1, 4), (2, 13), (3, 40)] {
        let site = tree();
        let told = crawl_with(&site, |terms| terms.scope.level = Some(level));
        assert_eq!((site.paths().len(), told.counts().found, told.counts().depth), (pages, pages as u64, level));
        assert!(site.paths().iter().all(|path| path.len() <= 1 + level as usize));
    }
}

/// `/t` is two links away by `/a`, which answers late, and three by `/b` and `/c`.
fn short_and_slow(takes: u64) -> Site {
    Site::start(move |asked| match asked.path.as_str() {
        "/" => links(["/a", "/b"]),
        "/a" => links(["/t"]).after(std::time::Duration::from_millis(takes)),
        "/b" => links(["/c"]),
        "/c" => links(["/t"]),
        "/t" => links(["/u"]),
        "/u" => links(["/v"]),
        _ => missing(),
    })
}

#[test]
fn the_level_is_of_the_shortest_path_whichever_is_found_first() {
    for takes in [0, 400] {
        let site = short_and_slow(takes);
        let told = crawl_with(&site, |terms| terms.scope.level = Some(3));
        assert_eq!(site.sorted(), ["/", "/a", "/b", "/c", "/t", "/u"], "{takes}");
        assert_eq!(told.depth(&site.url("/u")), 3, "{takes}");
        assert_eq!(told.counts().depth, 3);
    }
}

#[test]
fn what_is_nearer_is_asked_first() {
    let site = tree();
    Told::of(plan([site.url("/")], |_| ()).cap(1).run());
    let lengths: Vec<usize> = site.paths().iter().map(String::len).collect();
    assert!(lengths.is_sorted() && lengths.len() == 364, "{lengths:?}");
}

#[test]
fn a_crawl_of_so_many_pages_asks_for_exactly_so_many() {
    for (most, cap) in [(1, 64), (2, 64), (3, 1), (7, 64), (100, 64), (363, 3), (364, 64), (1000, 64)] {
        let site = tree();
        let told = Told::of(plan([site.url("/")], |terms| terms.manners.max_pages = Some(most)).cap(cap).run());
        let expected = most.min(364) as usize;
        assert_eq!((site.paths().len(), told.results.len()), (expected, expected), "{most}");
        let reason = if most < 364 { EndReason::MaxPages } else { EndReason::Finished };
        assert_eq!((told.reason(), told.counts().done), (reason, expected as u64), "{most}");
    }
}

#[test]
fn what_is_found_beyond_the_pages_that_may_be_is_counted() {
    let site = Site::start(|asked| match asked.path.as_str() {
        "/robots.txt" => missing(),
        "/" => links((0..2_000).map(|number| format!("/{number}"))),
        path => links([format!("{path}/more"), "/0".to_owned()]),
    });
    let told = crawl_with(&site, |terms| terms.manners.max_pages = Some(2));
    let followed = told.followed(&site.url("/"));
    assert_eq!((followed.new, followed.over, site.paths().len()), (2_000, 0, 2));
    let counts = told.counts();
    assert_eq!((counts.found, counts.done, counts.refused), (2_002, 2, 2_000), "{counts:?}");
}

#[test]
fn what_robots_keeps_out_is_told_as_that_and_not_as_beyond_the_pages_that_may_be() {
    let site = Site::start(|asked| match asked.path.as_str() {
        "/robots.txt" => robots("User-agent: *\nDisallow: /kept"),
        // Some are there before the last page is started, and some are found by it.
        "/" => links(["/kept/1", "/a", "/kept/2", "/kept/3"]),
        "/a" => links((4..60).map(|number| format!("/kept/{number}")).chain(["/b".to_owned(), "/c".to_owned()])),
        _ => html(""),
    });
    let told = crawl_with(&site, |terms| terms.manners.max_pages = Some(2));
    assert_eq!(site.sorted(), ["/", "/a"]);
    let kept = told.results.values().filter(|fetched| fetched.kind() == Some(FailureKind::Robots)).count();
    let counts = told.counts();
    assert_eq!((kept, told.results.len(), counts.refused, counts.done), (59, 61, 61, 2), "{counts:?}");
    assert_eq!((told.reason(), told.unread()), (EndReason::MaxPages, 2), "/b and /c");
    assert!(told.message(&site.url("/kept/59")).contains("Disallow: /kept"));
    let whole = crawl_with(&site, |terms| terms.manners.max_pages = Some(4));
    assert_eq!((whole.reason(), whole.results.len()), (EndReason::Finished, 63), "it is all that may be asked for");
}

#[test]
fn many_links_to_one_target_do_not_keep_out_what_stands_behind_them_and_the_page_is_named() {
    let site = Site::start(|asked| match asked.path.as_str() {
        "/" => links(std::iter::repeat_n("/same", 20_000).chain(["/late"])),
        "/same" | "/late" => links([] as [&str; 0]),
        _ => missing(),
    });
    let told = crawl_with(&site, |_| ());
    assert_eq!(site.sorted(), ["/", "/late", "/same"]);
    let followed = told.followed(&site.url("/"));
    assert_eq!((followed.new, followed.known, followed.over), (2, 999, 19_000));
    let named = |kind: &EventKind| matches!(kind, EventKind::Trapped { words, url } if words.contains("19,000 of its links") && url.contains(&site.url("/")));
    assert_eq!(told.events.iter().filter(|event| named(&event.kind)).count(), 1);
}

#[test]
fn what_has_led_out_is_taken_up_when_a_start_widens_the_scope() {
    let other = Site::start(|asked| if asked.path == "/robots.txt" { missing() } else { links([] as [&str; 0]) });
    let (only, home) = (other.url("/only"), other.url("/"));
    let site = Site::start(move |asked| match asked.path.as_str() {
        "/" => links([only.clone()]),
        "/moved" => crate::site::moved(302, &home).after(std::time::Duration::from_millis(400)),
        _ => missing(),
    });
    let told = Told::of(plan([site.url("/"), site.url("/moved")], |_| ()).run());
    assert_eq!(other.sorted(), ["/", "/only"]);
    assert_eq!(told.source(&other.url("/only")), Some(site.url("/")));
}

#[test]
fn only_what_is_included_and_not_excluded_is_followed_and_the_starts_are() {
    let patterns = |all: &[&str]| Patterns::new(all).unwrap();
    let site = tree();
    let told = crawl_with(&site, |terms| terms.scope.include = patterns(&["/a", "/b+$"]));
    assert!(site.paths().iter().all(|path| path == "/" || path.starts_with("/a") || path.trim_matches('b') == "/"));
    assert_eq!(site.paths().len(), 1 + 121 + 5);
    assert_eq!((told.followed(&site.url("/")).new, told.followed(&site.url("/")).include), (2, 1));
    let site = tree();
    crawl_with(&site, |terms| terms.scope.exclude = patterns(&["a", "c$"]));
    assert_eq!(site.sorted(), ["/", "/b", "/bb", "/bbb", "/bbbb", "/bbbbb"]);
    let site = tree();
    crawl_with(&site, |terms| {
        terms.scope.include = patterns(&["/a"]);
        terms.scope.exclude = patterns(&["[bc]"]);
    });
    assert_eq!(site.paths().len(), 6);
}

#[test]
fn what_keeps_a_link_out_is_told_by_the_option_that_does() {
    let site = Site::of([("/docs/", links(["/docs/a", "/docs/b.pdf", "/up", "/docs/deep", "/other.pdf"]))]);
    let told = Told::of(
        plan([site.url("/docs/")], |terms| {
            terms.scope.no_parent = true;
            terms.scope.exclude = Patterns::new(&["pdf$"]).unwrap();
            terms.scope.include = Patterns::new(&["/docs/a", "/up"]).unwrap();
        })
        .run(),
    );
    let followed = told.followed(&site.url("/docs/"));
    assert_eq!((followed.new, followed.exclude, followed.include, followed.no_parent), (1, 2, 1, 1), "{followed:?}");
    assert_eq!((followed.excluded(), followed.links()), (4, 5));
    let told = Told::of(plan([site.url("/docs/")], |terms| terms.scope.level = Some(0)).run());
    assert_eq!(told.followed(&site.url("/docs/")).level, 5);
}

#[test]
fn with_no_parent_the_crawl_stays_below_its_starts() {
    let site = Site::start(|asked| match asked.path.as_str() {
        "/robots.txt" => missing(),
        _ => links(["/", "/docs", "/docs/", "/docs/x", "/docs/x/y", "/docs2/", "/docs/../up", "../.."]),
    });
    Told::of(plan([site.url("/docs/index")], |terms| terms.scope.no_parent = true).run());
    assert_eq!(site.sorted(), ["/docs/", "/docs/index", "/docs/x", "/docs/x/y"]);
}

#[test]
fn another_host_is_another_crawl_and_another_port_is_another_host() {
    let out = Site::of([("/", links(["/more"]))]);
    let there = [out.url("/"), out.local("/")];
    let site = Site::start(move |asked| match asked.path.as_str() {
        "/robots.txt" => missing(),
        _ => links(there.iter().map(String::as_str).chain(["/own"])),
    });
    let told = crawl_with(&site, |_| ());
    assert_eq!((site.sorted(), out.asked().len()), (vec!["/".to_owned(), "/own".to_owned()], 0));
    assert_eq!(told.followed(&site.url("/")).outside, 2);
    crawl_with(&site, |terms| terms.scope.reach = Reach::Any);
    assert_eq!(
        (out.sorted(), out.robots()),
        (vec!["/", "/", "/more", "/more"].into_iter().map(str::to_owned).collect(), 2)
    );
}

#[test]
fn with_site_the_hosts_of_one_domain_are_one_crawl() {
    let sub = Site::of([("/", links(["/more"])), ("/more", links(["/"]))]);
    let port = sub.port();
    let site = Site::start(move |asked| match asked.path.as_str() {
        "/robots.txt" => robots("User-agent: *\nAllow: /"),
        _ => links(["a.b.shop.example.co.uk", "other.co.uk"].map(|host| format!("http://{host}:{port}/"))),
    });
    let start = format!("http://www.example.co.uk:{}/", site.port());
    let mut plan = plan([start.clone()], |terms| terms.scope.reach = Reach::Site);
    let pin = |port| Pin { host: None, port, addresses: vec!["127.0.0.1".parse().unwrap()] };
    plan.options.way.pins = vec![pin(site.port()), pin(port)];
    let told = Told::of(plan.run());
    assert_eq!((sub.sorted(), sub.robots()), (vec!["/".to_owned(), "/more".to_owned()], 1));
    assert_eq!((told.followed(&start).new, told.followed(&start).outside), (1, 1));
    assert!(sub.asked().iter().all(|asked| asked.field("host") == Some(&format!("a.b.shop.example.co.uk:{port}"))));
}

#[test]
fn several_starts_are_one_crawl() {
    let (one, two) = (tree(), tree());
    let starts = [one.url("/"), two.url("/bb"), one.url("/"), one.url("/%61")];
    let told = Told::of(plan(&starts, |terms| terms.scope.level = Some(1)).run());
    assert_eq!(one.sorted(), ["/", "/a", "/aa", "/ab", "/ac", "/b", "/c"]);
    assert_eq!(two.sorted(), ["/bb", "/bba", "/bbb", "/bbc"]);
    assert_eq!((told.results.len(), told.depth(&one.url("/a")), one.robots(), two.robots()), (11, 0, 1, 1));
}

#[test]
fn thousands_of_starts_are_all_crawled_and_each_once() {
    let site = tree();
    let starts: Vec<String> = (0..3000).map(|number| site.url(&format!("/start{}", number % 2000))).collect();
    let told = Told::of(plan(&starts, |terms| terms.scope.level = Some(0)).run());
    assert_eq!((site.paths().len(), told.results.len(), told.counts().found), (2000, 2000, 2000));
    assert_eq!((told.reason(), told.unread(), site.robots()), (EndReason::Finished, 0, 1));
}

#[test]
fn starts_that_come_late_are_crawled_as_well() {
    let site = tree();
    let mut plan = plan([site.url("/")], |terms| terms.scope.level = Some(1));
    let mut list = plan.list();
    let mut run = plan.start();
    run.until(|kind| matches!(kind, EventKind::Held { by: Some(Hold::Input) }));
    assert!(list.hand(Line::Target(target(&site.url("/late"))), false));
    drop(list);
    assert_eq!(Told::by(run).results.len(), 8);
}

#[test]
fn a_calendar_in_paths_ends_by_itself_and_is_told() {
    let site = Site::start(|asked| match asked.path.strip_prefix("/day/").and_then(|day| day.parse::<u32>().ok()) {
        Some(day) => links([format!("/day/{}", day + 1)]),
        None if asked.path == "/" => links(["/day/1"]),
        None => missing(),
    });
    let told = crawl_with(&site, |_| ());
    assert_eq!((told.reason(), told.results.len()), (EndReason::Finished, 5001));
    assert!(told.trapped().iter().any(|words| words.contains("5000 links from a start")), "{:?}", told.trapped());
}

#[test]
fn a_page_that_was_taken_for_an_image_is_as_far_as_a_linked_one() {
    let site = Site::of([
        ("/", html("<a href=/a>a</a>")),
        ("/a", html("<img src=/framed><img src=/moved>")),
        ("/moved", moved(302, "/elsewhere")),
        ("/elsewhere", links(["/three"])),
        ("/framed", links(["/far"])),
    ]);
    let told = crawl_with(&site, |terms| (terms.scope.level, terms.wishes.assets) = (Some(2), true));
    assert_eq!(site.sorted(), ["/", "/a", "/elsewhere", "/framed", "/moved"]);
    assert_eq!([told.followed(&site.url("/framed")).level, told.followed(&site.url("/elsewhere")).level], [1, 1]);
    let told = crawl_with(&site, |terms| (terms.scope.level, terms.wishes.assets) = (Some(3), true));
    assert_eq!((told.depth(&site.url("/far")), told.depth(&site.url("/three"))), (3, 3));
}
