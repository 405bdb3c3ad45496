//! Which links are followed, what becomes of the others, and that each page is asked for once.

use crate::site::{Site, html, links, missing, typed};
use crate::told::{Told, crawl, crawl_with, plan};
use crawltop::control::EndReason;
use crawltop::event::Engine;
use crawltop::fetched::Outcome;

/// Pages 0 to `count`, each of which links to all others and to itself, in several spellings.
fn mesh(count: usize) -> Site {
    Site::start(move |asked| {
        let number = asked.path.trim_matches('/').parse::<usize>();
        if asked.path != "/" && number.is_ok_and(|number| number >= count) || asked.path == "/robots.txt" {
            return missing();
        }
        let spellings = |number: usize| [format!("/{number}"), format!("./x/../{number}#part"), format!("/%3{number}")];
        links((0..count).flat_map(spellings).chain(["/".into(), "?".into(), "#top".into(), String::new()]))
    })
}

#[test]
fn every_page_is_asked_for_once_by_every_engine() {
    for engine in Engine::ALL {
        let site = mesh(10);
        let told = Told::of(plan([site.url("/")], |_| ()).engine(engine).run());
        let expected: Vec<String> = ["/".to_owned()].into_iter().chain((0..10).map(|it| format!("/{it}"))).collect();
        assert_eq!(site.sorted(), expected, "{engine:?}");
        assert_eq!((site.robots(), told.results.len(), told.reason()), (1, 11, EndReason::Finished), "{engine:?}");
        assert_eq!((told.counts().found, told.counts().done, told.counts().depth), (11, 11, 1), "{engine:?}");
        assert_eq!((told.depth(&site.url("/")), told.source(&site.url("/"))), (0, None));
        assert_eq!((told.depth(&site.url("/7")), told.source(&site.url("/7"))), (1, Some(site.url("/"))));
    }
}

#[test]
fn a_crawl_by_several_threads_of_the_loop_asks_once_too() {
    let site = mesh(10);
    let mut plan = plan([site.url("/")], |_| ());
    plan.loop_threads = 3;
    let told = Told::of(plan.run());
    assert_eq!((site.paths().len(), told.results.len(), site.robots()), (11, 11, 1));
}

const KINDS: &str = r#"<!DOCTYPE html><html><head><title>Kinds</title>
<link rel=canonical href=/canonical><link rel="next" href='/next'><LINK REL=ALTERNATE HREF=/alternate>
<link rel=stylesheet href=/style.css><script src=/script.js></script>
<meta http-equiv=refresh content="5; url=/refresh">
</head><body>
<a href=" /an&#99;hor	">to the <b>an</b>chor</a> <map><area href=/area></map>
<img src=/image.png srcset="/small.png 1x, /large.png 2x" alt=picture>
<picture><source srcset=/source.webp></picture>
<iframe src=/frame></iframe><noscript><a href=/noscript>no script</a></noscript>
<form action=/form><input name=a></form><form action=/post method=post></form>
<a href=mailto:ann@example.com>mail</a><a href="javascript:void(0)">script</a><a href=data:,x>data</a>
<a href="http://[">broken</a><a href="http://a.example:99999/">broken</a>
<a rel="external nofollow" href=/nofollow>not to be followed</a>
<!-- <a href=/comment>none</a> --><script>"<a href=/inscript>none</a>"</script><style>/* <a href=/instyle> */</style>
<textarea><a href=/textarea>none</a></textarea><template><a href=/template>none</a></template>
<a href=http://out.example/>out</a>
</body></html>"#;

#[test]
fn links_of_each_kind_are_followed_or_counted() {
    let site = Site::of([("/", html(KINDS))]);
    let told = crawl(&site);
    let followed = ["/", "/alternate", "/anchor", "/area", "/canonical", "/frame", "/next", "/noscript", "/refresh"];
    assert_eq!(site.sorted(), followed);
    let counts = told.followed(&site.url("/"));
    assert_eq!((counts.new, counts.known, counts.outside, counts.nofollow), (8, 0, 1, 1), "{counts:?}");
    assert_eq!((counts.forms, counts.other, counts.malformed), (2, 3, 2), "{counts:?}");
    assert_eq!((counts.assets, counts.links()), (6, 23), "{counts:?}");
    let edges = told.edges(&site.url("/"));
    assert!(edges.contains(&(site.url("/anchor"), 6, 1, "to the anchor".to_owned())), "{edges:?}");
    assert_eq!((told.outcomes(Outcome::Ok), told.outcomes(Outcome::HttpError)), (1, 8));
}

#[test]
fn what_is_only_counted_takes_no_room_of_the_links_behind_it() {
    let images: String = (0..10_500).map(|number| format!("<img src=/{number}>")).collect();
    let inline = format!("<img src=' DATA:image/png;base64,{}'>", "A".repeat(60_000)).repeat(80);
    let tabbed = format!("<a href='da&#9;ta:image/png;base64,{}'>x</a>", "A".repeat(60_000)).repeat(80);
    let huge = format!("<img src='data:image/png;base64,{}'>", "A".repeat(300_000));
    for (before, assets, counts) in [
        (images.as_str(), false, (10_500, 0)),
        (inline.as_str(), false, (80, 0)),
        (huge.as_str(), false, (1, 0)),
        (inline.as_str(), true, (0, 80)),
        (tabbed.as_str(), false, (0, 80)),
    ] {
        let page = format!("{before}<a href=/behind>x</a>");
        let site = Site::of([("/", html(&page)), ("/behind", links([] as [&str; 0]))]);
        let told = crawl_with(&site, |terms| terms.wishes.assets = assets);
        let followed = told.followed(&site.url("/"));
        assert_eq!((followed.assets, followed.other), counts, "{}", &page[..20]);
        assert_eq!((followed.new, followed.over, site.sorted()), (1, 0, vec!["/".to_owned(), "/behind".to_owned()]));
    }
}

#[test]
fn assets_are_fetched_where_they_are_wanted_and_no_deeper_than_their_page() {
    let site = Site::of([
        ("/", html(KINDS)),
        ("/style.css", typed("text/css", "@import '/more.css'; a { background: url(/background.png) }")),
        ("/more.css", typed("text/css", "b { background: url(\"deep.png\") }")),
    ]);
    let told = crawl_with(&site, |terms| {
        terms.wishes.assets = true;
        terms.scope.level = Some(0);
    });
    let assets = ["/background.png", "/deep.png", "/image.png", "/large.png", "/more.css", "/script.js", "/small.png"];
    let expected: Vec<&str> = ["/"].into_iter().chain(assets).chain(["/source.webp", "/style.css"]).collect();
    assert_eq!(site.sorted(), expected);
    assert_eq!(told.depth(&site.url("/deep.png")), 0);
    assert_eq!(told.followed(&site.url("/")).level, 8, "pages are one link away");
}

#[test]
fn the_frames_of_a_frameset_are_pages_of_the_site() {
    let frames = "<html><frameset cols='20%,*'><frame src=/menu><frame src=/body></frameset>";
    let site = Site::of([("/", html(frames)), ("/menu", links(["/a"])), ("/body", html("")), ("/a", html(""))]);
    let told = crawl(&site);
    assert_eq!(site.sorted(), ["/", "/a", "/body", "/menu"]);
    assert_eq!((told.depth(&site.url("/menu")), told.depth(&site.url("/a"))), (1, 2));
}

#[test]
fn a_base_is_what_links_are_relative_to() {
    let site = Site::of([("/", html("<base href=/deep/er/x><base href=/no/><a href=page>1</a><a href=../up>2</a>"))]);
    crawl(&site);
    assert_eq!(site.sorted(), ["/", "/deep/er/page", "/deep/up"]);
}

#[test]
fn a_page_that_asks_not_to_be_followed_is_not() {
    let page = "<a href=/linked>a</a>";
    let meta = "<meta name=robots content='noindex, NoFollow'><a href=/linked>a</a>";
    let cases = [
        ("by meta", html(meta), false),
        ("by its own meta", html(&meta.replace("robots", "crawltop")), false),
        ("by another's meta", html(&meta.replace("robots", "otherbot")), true),
        ("by a field", html(page).with("X-Robots-Tag: nofollow"), false),
        ("by a field for all", html(page).with("X-Robots-Tag: none"), false),
        ("by a field for another", html(page).with("X-Robots-Tag: otherbot: nofollow"), true),
        ("by one of two fields", html(page).with("X-Robots-Tag: noindex").with("x-robots-tag: nofollow"), false),
    ];
    for (how, answer, is_followed) in cases {
        let site = Site::of([("/", answer.clone())]);
        let told = crawl(&site);
        assert_eq!(site.paths().contains(&"/linked".to_owned()), is_followed, "{how}");
        let followed = told.followed(&site.url("/"));
        assert_eq!((followed.new, followed.nofollow), if is_followed { (1, 0) } else { (0, 1) }, "{how}");
        let site = Site::of([("/", answer)]);
        crawl_with(&site, |terms| terms.wishes.nofollow = false);
        assert_eq!(site.paths(), ["/", "/linked"], "{how}, and it is not kept to");
    }
}

#[test]
fn links_that_are_no_urls_have_their_places_however_many_are_not_to_be_followed() {
    let many = format!("{}<a href='http://[bad'>b</a>", "<a rel=nofollow href=/x>x</a>".repeat(120));
    let site = Site::of([("/", html(&(many + &"<a href='http://[b'>b</a>".repeat(120))))]);
    let followed = crawl(&site).followed(&site.url("/"));
    let malformed = |link: &&crawltop::followed::Unfollowed| link.why == crawltop::followed::Why::Malformed;
    assert_eq!((followed.nofollow, followed.malformed, followed.unfollowed.len()), (120, 121, 200));
    let first = followed.unfollowed.iter().find(malformed).unwrap();
    assert_eq!(
        (first.url.display_all().as_str(), followed.unfollowed.iter().filter(malformed).count()),
        ("http://[bad", 100)
    );
}

#[test]
fn a_link_that_is_not_followed_is_told_with_its_place_and_who_asks_for_it() {
    let page = "<a href=/a>a</a>\n <a rel=nofollow href='x/../b#part'>b</a>";
    let site = Site::of([("/", html(page)), ("/a", html("<meta name=robots content=nofollow><a href=/c>c</a>"))]);
    let told = crawl(&site);
    let unfollowed = |path: &str| {
        let all = told.followed(&site.url(path)).unfollowed.clone();
        all.into_iter()
            .map(|link| (link.url.display_all(), link.line, link.column, link.text.display_all(), link.why.name()))
            .collect::<Vec<_>>()
    };
    assert_eq!(unfollowed("/"), [(site.url("/b"), 2, 2, "b".to_owned(), "link")]);
    assert_eq!(unfollowed("/a"), [(site.url("/c"), 1, 36, "c".to_owned(), "page")]);
    let site = Site::of([("/", html("<p>\n<a href='http://[bad'>b</a> <a href=http://x:99999/>p</a>"))]);
    let told = crawl(&site);
    let followed = told.followed(&site.url("/"));
    let malformed: Vec<_> =
        followed.unfollowed.iter().map(|link| (link.url.display_all(), link.line, link.text.display_all())).collect();
    assert!(followed.unfollowed.iter().all(|link| link.why == crawltop::followed::Why::Malformed));
    let expected = [("http://[bad", 2, "b"), ("http://x:99999/", 2, "p")];
    assert_eq!(malformed, expected.map(|(url, line, text)| (url.to_owned(), line, text.to_owned())));
    assert_eq!((followed.malformed, followed.nofollow), (2, 0));
    let many = format!("<meta name=robots content=none>{}", "<a href=/x>x</a>".repeat(1000));
    let site = Site::of([("/", html(&many))]);
    let followed = crawl(&site).followed(&site.url("/"));
    assert_eq!((followed.nofollow, followed.unfollowed.len()), (1000, 100), "the first ones, and the number of all");
    let site = Site::of([("/", html(&many))]);
    let followed = crawl_with(&site, |terms| terms.wishes.nofollow = false).followed(&site.url("/"));
    assert_eq!((followed.nofollow, followed.new, followed.unfollowed.len()), (0, 1, 0));
}

#[test]
fn only_pages_of_html_that_are_fine_are_searched() {
    let page = "<a href=/linked>a</a>";
    let site = Site::of([
        ("/", links(["/text", "/broken", "/xhtml", "/octets", "/none"])),
        ("/text", typed("text/plain", page)),
        ("/broken", typed("text/html", page).with("X: y")),
        ("/xhtml", typed("application/xhtml+xml", "<a href='/fromxhtml'>a</a>")),
        ("/octets", typed("application/octet-stream", page)),
    ]);
    crawl(&site);
    assert_eq!(site.sorted(), ["/", "/broken", "/fromxhtml", "/linked", "/none", "/octets", "/text", "/xhtml"]);
}

#[test]
fn links_come_from_pages_in_any_coding_and_charset() {
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use std::io::Write;
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(b"<a href=/fromgzip>a</a>").unwrap();
    let wide: Vec<u8> = "<a href=/wide>a</a>".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let site = Site::of([
        ("/", links(["/gzip", "/latin", "/utf16"])),
        ("/gzip", typed("text/html", packed.finish().unwrap()).with("Content-Encoding: gzip")),
        ("/latin", typed("text/html; charset=iso-8859-1", b"<a href=/caf\xe9>\xe9</a>".to_vec())),
        ("/utf16", typed("text/html; charset=utf-16le", wide)),
    ]);
    let told = crawl(&site);
    assert_eq!(site.sorted(), ["/", "/caf%C3%A9", "/fromgzip", "/gzip", "/latin", "/utf16", "/wide"]);
    assert_eq!(told.edges(&site.url("/latin"))[0].3, "\u{e9}");
}

#[test]
fn every_event_of_a_crawl_can_be_written_and_read_again() {
    let site = Site::start(|asked| match asked.path.as_str() {
        "/robots.txt" => crate::site::robots("Sitemap: /map\nUser-agent: *\nCrawl-delay: 0.08\nDisallow: /kept"),
        "/map" => typed("text/plain", format!("http://{}/listed", asked.field("host").unwrap())),
        "/moved" => crate::site::moved(302, "/a"),
        _ => links(["/a#none", "/kept", "/x/x/x/x/x", "/moved", "/b", "/c"]),
    });
    let told = crawl_with(&site, |terms| terms.fragments = true);
    let kinds = [
        "frontier_counted",
        "hosts_sampled",
        "limited",
        "robots_read",
        "sitemap_read",
        "followed",
        "trapped",
        "fragment_missed",
        "host_paced",
    ];
    let text = told.text();
    for kind in kinds {
        assert!(text.contains(&format!("\"event\":\"{kind}\"")), "{kind}");
    }
    for event in &told.events {
        let line = serde_json::to_string(event).unwrap();
        let again: crawltop::event::Event =
            serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"));
        assert_eq!(serde_json::to_string(&again).unwrap(), line);
    }
}

#[test]
fn pages_with_the_same_content_are_known_by_it_however_it_comes() {
    let page = "<html><title>same</title>".repeat(4000);
    let site = Site::of([
        ("/", links(["/a", "/b", "/c"])),
        ("/a", html(&page)),
        ("/b", typed("text/plain", page.as_str())),
        ("/c", html(&page.replace("same", "else"))),
    ]);
    let told = crawl(&site);
    let digest = |path: &str| told.result(&site.url(path)).digest.expect("a page that came whole");
    assert_eq!(digest("/a"), digest("/b"));
    assert_ne!(digest("/a"), digest("/c"));
}

#[test]
fn a_type_that_is_named_twice_or_says_nothing_is_a_page_where_it_looks_like_one() {
    for kind in
        ["text/html, text/html", "text/plain, text/html;charset=utf-8", "*/*", "unknown/unknown", "text/html, */*"]
    {
        let site = Site::of([("/", typed(kind, "<p><a href=/x>x</a>")), ("/x", html(""))]);
        assert_eq!(crawl(&site).results.len(), 2, "{kind}");
    }
    for kind in ["text/html, text/plain", "text/plain, */*"] {
        let site = Site::of([("/", typed(kind, "<p><a href=/x>x</a>")), ("/x", html(""))]);
        assert_eq!(crawl(&site).results.len(), 1, "{kind}");
    }
}
