//! Sitemaps as seeds: those that robots.txt names, and those that were given.

use crate::run::results;
use crate::site::{Answer, Asked, Site, html, links, missing, moved, robots, typed};
use crate::told::{Told, crawl, crawl_with, plan, target};
use crate::unread::unread;
use crawltop::crawl::scope::Patterns;
use crawltop::event::{Engine, Unread};
use crawltop::failure::FailureKind;
use crawltop::place::Role;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write;
use std::time::Duration;

pub fn map(locations: &[&str]) -> String {
    let urls: String = locations.iter().map(|at| format!("<url><loc>{at}</loc></url>")).collect();
    format!("<?xml version='1.0'?><urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{urls}</urlset>")
}

fn index(locations: &[&str]) -> String {
    let maps: String = locations.iter().map(|at| format!("<sitemap><loc>{at}</loc></sitemap>")).collect();
    format!("<sitemapindex>{maps}</sitemapindex>")
}

fn packed(content: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

/// A site whose robots.txt names `/map`, and whose pages have no links.
pub fn mapped(script: impl Fn(&Asked) -> Option<Answer> + Send + Sync + 'static) -> Site {
    Site::start(move |asked| match asked.path.as_str() {
        "/robots.txt" => robots("Sitemap: /map\nUser-agent: *\nDisallow: /private"),
        _ => script(asked).unwrap_or_else(|| html("a page")),
    })
}

#[test]
fn the_pages_of_a_sitemap_are_crawled_and_the_map_is_no_result() {
    let site = mapped(|asked| {
        let listed = map(&["/a?x=1&amp;y=2", " /b#part ", "/", "/private/c", "http://out.example/", "ftp://x/"]);
        (asked.path == "/map").then(|| typed("application/xml", listed))
    });
    let told = crawl(&site);
    assert_eq!(site.sorted(), ["/", "/a?x=1&y=2", "/b", "/map"]);
    assert_eq!(told.results.len(), 4);
    assert_eq!(told.kind(&site.url("/private/c")), Some(FailureKind::Robots));
    assert_eq!((told.depth(&site.url("/b")), told.source(&site.url("/b"))), (0, Some(site.url("/map"))));
    let read = told.sitemaps();
    assert_eq!((read.len(), read[0].pages, read[0].new), (1, 6, 3));
    assert_eq!(read[0].trouble.as_ref().unwrap().display_all(), "not taken up: 1 no URL of a page");
    assert_eq!((told.counts().found, told.counts().done, told.counts().refused), (4, 3, 1));
    assert_eq!(told.robots()[0].sitemaps, 1);
}

#[test]
fn pages_of_a_sitemap_that_the_scope_keeps_out_are_counted_as_such_links_are() {
    let site = mapped(|asked| {
        let listed = map(&["/a", "/b", "http://out.example/", "/kept/1", "/kept/2", "/a"]);
        (asked.path == "/map").then(|| typed("application/xml", listed))
    });
    let told = crawl_with(&site, |terms| terms.scope.exclude = Patterns::new(&["/kept/"]).unwrap());
    assert_eq!(site.sorted(), ["/", "/a", "/b", "/map"]);
    let counted = told.followed(&site.url("/map"));
    assert_eq!((counted.outside, counted.exclude, counted.links()), (1, 2, 3), "{counted:?}");
}

#[test]
fn an_index_leads_to_its_maps_packed_or_not_and_each_is_read_once() {
    let site = mapped(|asked| {
        Some(match asked.path.as_str() {
            "/map" => typed("text/xml", index(&["/one.xml", "/two.xml.gz", "/list.txt", "/map", "/one.xml", "/moved"])),
            "/one.xml" => typed("text/xml", map(&["/1", "/both"])),
            "/two.xml.gz" => typed("application/gzip", packed(map(&["/2", "/both"]).as_bytes())),
            "/list.txt" => typed("text/plain", format!("http://{}/3\r\n", asked.field("host").unwrap())),
            "/moved" => moved(302, "/three.xml"),
            "/three.xml" => typed("text/xml", packed(map(&["/4"]).as_bytes())).with("Content-Encoding: gzip"),
            _ => return None,
        })
    });
    let told = crawl(&site);
    let maps = ["/list.txt", "/map", "/moved", "/one.xml", "/three.xml", "/two.xml.gz"];
    let mut expected: Vec<&str> = ["/", "/1", "/2", "/3", "/4", "/both"].into_iter().chain(maps).collect();
    expected.sort_unstable();
    assert_eq!(site.sorted(), expected);
    assert_eq!((told.results.len(), told.sitemaps().len()), (6, 5));
}

#[test]
fn an_index_of_indices_without_end_ends() {
    let site = mapped(|asked| {
        asked.path.starts_with("/map").then(|| {
            let all: Vec<String> = (0..30).map(|number| format!("{}/{number}", asked.path)).collect();
            typed("text/xml", index(&all.iter().map(String::as_str).collect::<Vec<_>>()))
        })
    });
    let told = crawl(&site);
    assert!(site.paths().len() <= 501 && told.results.len() == 1, "{}", site.paths().len());
    let read = told.sitemaps();
    let says =
        |words: &str| read.iter().filter_map(|it| it.trouble.as_ref()).any(|it| it.display_all().contains(words));
    assert!(says("beyond the sitemaps that are read") && says("in an index within an index"), "{read:?}");
    let named: u64 = read.iter().map(|it| u64::from(it.maps)).sum();
    let left = unread(&told);
    assert_eq!(left.iter().map(|(_, count)| count).sum::<u64>(), named + 1 - read.len() as u64, "{left:?}");
    assert!(left.iter().all(|(why, _)| [Unread::Sitemaps, Unread::Nested].contains(why)), "{left:?}");
}

#[test]
fn a_sitemap_that_was_given_is_read_beside_the_start_or_in_its_place() {
    let make = || {
        Site::start(|asked| match asked.path.as_str() {
            "/robots.txt" => missing(),
            "/given.xml" => typed("text/xml", map(&["/a", "/b"])),
            "/a" => links(["/linked"]),
            _ => html(""),
        })
    };
    let site = make();
    let map = target(&site.url("/given.xml"));
    crawl_with(&site, |terms| terms.sitemaps = vec![map]);
    assert_eq!(site.sorted(), ["/", "/a", "/b", "/given.xml", "/linked"]);
    let site = make();
    let map = target(&site.url("/given.xml"));
    let told = Told::of(plan([] as [&str; 0], |terms| terms.sitemaps = vec![map]).run());
    assert_eq!(site.sorted(), ["/a", "/b", "/given.xml", "/linked"], "its host is the scope, where there is no start");
    assert_eq!((told.results.len(), told.counts().found), (3, 3));
}

#[test]
fn a_sitemap_that_can_not_be_read_says_why() {
    let broken = map(&["/kept"]).replace("</urlset>", "<url><loc>/cut");
    let cases: [(Answer, &str); 5] = [
        (missing(), "404"),
        (typed("text/xml", broken), "end"),
        (typed("text/xml", "<html></html>"), "html"),
        (typed("application/gzip", packed(b"<urlset>")[..12].to_vec()), ""),
        (typed("text/xml", "<!DOCTYPE x [<!ENTITY a 'aaaa'>]><urlset>&a;</urlset>"), ""),
    ];
    for (answer, named) in cases {
        let site = mapped(move |asked| (asked.path == "/map").then(|| answer.clone()));
        let told = crawl(&site);
        let read = told.sitemaps();
        assert_eq!((read.len(), told.outcomes(crawltop::fetched::Outcome::Ok)), (1, told.results.len()), "{named}");
        let trouble = read[0].trouble.as_ref().unwrap_or_else(|| panic!("{named}: {read:?}")).display_all();
        assert!(trouble.contains(named), "{named}: {trouble}");
    }
}

#[test]
fn a_bomb_is_cut_and_what_was_read_before_counts() {
    let mut bomb = packed(b"<urlset><url><loc>/before</loc></url>");
    bomb.extend(packed(&vec![b' '; 1 << 20]).repeat(60));
    let site = mapped(move |asked| (asked.path == "/map").then(|| typed("application/gzip", bomb.clone())));
    let told = crawl(&site);
    assert_eq!(site.sorted(), ["/", "/before", "/map"]);
    assert!(told.sitemaps()[0].trouble.is_some(), "{:?}", told.sitemaps());
    let map = results(&told.events).into_iter().find(|(_, fetched)| fetched.role() == Role::Sitemap);
    let (_, fetched) = map.expect("it was fetched");
    // Each turn unpacks 64 KiB at most, and 50 MiB are read.
    let turns = fetched.wakes.turn;
    assert!((700..2_000).contains(&turns), "others have their turns meanwhile: {turns}");
}

#[test]
fn a_sitemap_that_does_not_unpack_to_more_than_it_is_takes_no_turns_of_its_own() {
    let listed: String = (0..20_000).map(|number| format!("<url><loc>/{number}</loc></url>")).collect();
    let listed = format!("<urlset>{listed}</urlset>");
    let slices = u32::try_from(listed.len() >> 16).unwrap();
    let site = mapped(move |asked| (asked.path == "/map").then(|| typed("text/xml", listed.clone())));
    let told = crawl_with(&site, |terms| terms.manners.max_pages = Some(2));
    let map = results(&told.events).into_iter().find(|(_, fetched)| fetched.role() == Role::Sitemap);
    // Many reads give one away, and no slice of what was read does.
    let turns = map.map(|(_, fetched)| fetched.wakes.turn);
    assert!(turns.is_some_and(|turns| turns < slices), "{turns:?} of {slices}");
    assert_eq!(told.sitemaps()[0].pages, 20_000);
}

#[test]
fn a_sitemap_elsewhere_is_asked_for_in_the_pace_of_its_host_and_by_its_rules() {
    for engine in Engine::ALL {
        let site = Site::start(|asked| match asked.path.as_str() {
            "/robots.txt" => {
                robots("Sitemap: /map\nSitemap: /kept\nUser-agent: *\nDisallow: /private\nCrawl-delay: 0.05")
            }
            "/map" => moved(301, "/map/1"),
            "/map/1" => moved(302, "/map/2"),
            "/map/2" => typed("text/xml", map(&["/listed"])),
            "/kept" => moved(301, "/private/map"),
            _ => html(""),
        });
        let told = Told::of(plan([site.url("/")], |_| ()).engine(engine).run());
        assert_eq!(site.sorted(), ["/", "/kept", "/listed", "/map", "/map/1", "/map/2"], "{engine:?}");
        let (gaps, least) = (site.gaps(), Duration::from_millis(50));
        assert!(gaps.iter().all(|gap| *gap >= least) && site.most_at_once() == 1, "{engine:?}: {gaps:?}");
        assert_eq!((told.results.len(), told.counts().found), (2, 2), "{engine:?}: its hops are no results");
        let read: Vec<(String, u32)> =
            told.sitemaps().iter().map(|read| (read.url.display_all(), read.pages)).collect();
        assert!(read.contains(&(site.url("/map/2"), 1)) && read.contains(&(site.url("/private/map"), 0)), "{read:?}");
        assert_eq!(read.len(), 2, "{engine:?}: {read:?}");
    }
}

#[test]
fn a_given_sitemap_that_is_elsewhere_still_says_which_host_it_is_about() {
    let site = Site::start(|asked| match asked.path.as_str() {
        "/robots.txt" => missing(),
        "/given.xml" => moved(302, "/there.xml"),
        "/there.xml" => typed("text/xml", map(&["/a"])),
        "/round" => moved(302, "/trip"),
        "/trip" => moved(302, "/round"),
        _ => html(""),
    });
    let given = ["/given.xml", "/round"].map(|path| target(&site.url(path)));
    let told = Told::of(plan([] as [&str; 0], |terms| terms.sitemaps = given.to_vec()).run());
    assert_eq!(site.sorted(), ["/a", "/given.xml", "/round", "/there.xml", "/trip"]);
    assert_eq!(told.results.len(), 1);
}

#[test]
fn more_pages_than_a_map_may_have_are_left_out() {
    let all: String = (0..50_100).map(|number| format!("<url><loc>/p/{number}</loc></url>")).collect();
    let listed = format!("<urlset>{all}</urlset>");
    let site = mapped(move |asked| (asked.path == "/map").then(|| typed("text/xml", listed.clone())));
    let told = crawl_with(&site, |terms| terms.manners.max_pages = Some(3));
    assert_eq!((told.sitemaps()[0].pages, told.results.len()), (50_000, 3));
}

#[test]
fn a_sitemap_that_is_kept_out_is_told_as_one_and_is_no_result() {
    let site = Site::start(|asked| match asked.path.as_str() {
        "/robots.txt" => robots("Sitemap: /private/map.xml\nUser-agent: *\nDisallow: /private"),
        _ => html(""),
    });
    let told = crawl(&site);
    assert_eq!((site.sorted(), told.results.len()), (vec!["/".to_owned()], 1));
    let trouble = told.sitemaps()[0].trouble.as_ref().expect("it was not read").display_all();
    assert!(trouble.contains("Disallow: /private"), "{trouble}");
    assert!(told.results.values().all(|fetched| fetched.role() == Role::Page));
}

#[test]
fn a_page_that_a_sitemap_led_to_is_a_page_as_soon_as_a_page_leads_there() {
    let site = mapped(|asked| {
        Some(match asked.path.as_str() {
            "/map" => moved(302, "/home"),
            // Not before the sitemap was led there.
            "/" => moved(302, "/home").after(Duration::from_millis(100)),
            "/home" => links(["/a", "/b"]),
            _ => return None,
        })
    });
    let told = crawl(&site);
    let home = site.url("/home");
    assert_eq!((told.role(&home), told.status(&home), told.followed(&home).new), (Role::Page, Some(200), 2));
    assert_eq!((told.results.len(), told.counts().found, told.counts().done), (4, 4, 4));
    let asked = site.sorted();
    assert!(asked.iter().filter(|path| *path == "/home").count() <= 2, "once as a map, once as a page: {asked:?}");
}

#[test]
fn a_page_that_is_named_as_a_sitemap_is_one_as_well() {
    let site = mapped(|asked| {
        Some(match asked.path.as_str() {
            "/" => links(["/map"]),
            "/map" => links(["/deep"]),
            _ => return None,
        })
    });
    let told = crawl(&site);
    assert_eq!(told.status(&site.url("/deep")), Some(200));
    assert_eq!((told.role(&site.url("/map")), told.results.len(), told.counts().found), (Role::Page, 3, 3));
    let site = mapped(|asked| (asked.path == "/map").then(|| links(["/deep"])));
    let told = Told::of(plan([site.url("/map")], |_| ()).run());
    assert_eq!((told.results.len(), told.depth(&site.url("/deep"))), (2, 1), "a start, too");
}

#[test]
fn a_link_to_a_sitemap_that_is_not_there_is_broken_and_keeps_its_place() {
    let site = mapped(|asked| {
        Some(match asked.path.as_str() {
            "/" => html("<p>\n<a href=/map>all pages</a>"),
            "/map" => missing(),
            _ => return None,
        })
    });
    let told = crawl(&site);
    let (page, map) = (site.url("/"), site.url("/map"));
    assert_eq!((told.status(&map), told.role(&map), told.source(&map)), (Some(404), Role::Page, Some(page.clone())));
    assert_eq!(told.edges(&page), [(map, 2, 1, "all pages".to_owned())]);
}

#[test]
fn a_front_page_to_which_a_sitemap_leads_is_asked_for_once() {
    let site = mapped(|asked| (asked.path == "/map").then(|| moved(302, "/")));
    let told = crawl(&site);
    assert_eq!((site.sorted(), told.results.len()), (vec!["/".to_owned(), "/map".to_owned()], 1));
}

#[test]
fn no_sitemap_is_asked_for_once_no_page_may_be() {
    let site = mapped(|asked| {
        Some(match asked.path.as_str() {
            "/map" => typed("text/xml", index(&["/1.xml", "/2.xml", "/3.xml"])),
            path if path.ends_with(".xml") => typed("text/xml", map(&["/more"])),
            "/" => links(["/a", "/b", "/c"]),
            _ => return None,
        })
    });
    let told = crawl_with(&site, |terms| (terms.manners.max_pages, terms.manners.per_host) = (Some(3), 1));
    assert_eq!(site.sorted(), ["/", "/a", "/b"], "pages go first");
    assert_eq!((told.counts().found, told.counts().refused), (4, 1), "and they are in no count");
}

#[test]
fn a_list_is_read_in_the_charset_that_its_server_says() {
    let site = mapped(|asked| {
        let host = asked.field("host").unwrap_or_default();
        let list = format!("http://{host}/one\nhttp://{host}/two\n");
        let wide: Vec<u8> = list.encode_utf16().flat_map(u16::to_le_bytes).collect();
        (asked.path == "/map").then(|| typed("text/plain; charset=utf-16", wide))
    });
    crawl(&site);
    assert_eq!(site.sorted(), ["/", "/map", "/one", "/two"]);
}
