//! Who gets to know what is secret: the origin of a start, at each of its pages and its robots.txt, and nobody else.

use crate::site::{Asked, Site, html, links, moved, robots};
use crate::told::{Told, plan, target};
use crawltop::crawl::scope::Reach;
use crawltop::engine::Line;
use crawltop::event::{Engine, EventKind};
use crawltop::net::Field;

fn is_told_secret(asked: &Asked) -> bool {
    let all = ["authorization", "cookie", "x-token"].map(|name| asked.field(name).is_some());
    assert!(all == [true; 3] || all == [false; 3], "all or none: {}", asked.head);
    assert_eq!(asked.head.contains("s3cret"), all[0], "{}", asked.head);
    all[0]
}

#[test]
fn what_is_secret_goes_to_the_origin_of_the_start_alone() {
    for engine in Engine::ALL {
        let other = Site::start(|asked| match asked.path.as_str() {
            "/robots.txt" => robots("Sitemap: /map.xml"),
            _ => links(["/more"]),
        });
        let (there, rules) = (other.url("/"), other.url("/rules"));
        let site = Site::start(move |asked| {
            match (asked.field("host").unwrap().starts_with("localhost"), asked.path.as_str()) {
                (false, "/robots.txt") => robots("Sitemap: /map.xml"),
                (true, "/robots.txt") => moved(302, &rules),
                (_, "/map.xml") => links([] as [&str; 0]),
                (_, "/moved") => moved(302, &there),
                _ => links([
                    "/page",
                    "/moved",
                    &there,
                    &format!("http://localhost:{}/by-name", asked.field("host").unwrap().rsplit(':').next().unwrap()),
                ]),
            }
        });
        let mut plan = plan([site.url("/")], |terms| terms.scope.reach = Reach::Any).engine(engine);
        plan.options.asks.user = Some((b"me".to_vec(), b"pw".to_vec()));
        plan.options.asks.cookie = Some("a=s3cret".to_owned());
        plan.options.asks.fields =
            vec![Field::given("X-Token", "s3cret").unwrap(), Field::given("Accept-Language", "de").unwrap()];
        let told = Told::of(plan.run());
        assert!(other.robots() == 1 && other.sorted().contains(&"/more".to_owned()), "{:?}", other.sorted());
        assert!(other.asked().iter().all(|asked| !is_told_secret(asked)), "{engine:?}");
        for asked in site.asked() {
            let own = asked.field("host").unwrap().starts_with("127.0.0.1");
            assert_eq!(is_told_secret(&asked), own, "{engine:?}: {}", asked.head);
            assert_eq!(asked.field("accept-language"), Some("de"));
        }
        assert!(site.asked().iter().any(|asked| asked.path == "/map.xml"));
        assert!(!told.text().contains("s3cret"));
    }
}

#[test]
fn the_user_of_a_start_is_for_all_of_its_origin_and_never_shown() {
    let other = Site::of([("/", html(""))]);
    let there = other.url("/").replace("http://", "http://ann:own@");
    let site = Site::start(move |asked| match asked.path.as_str() {
        "/robots.txt" => robots(""),
        "/a" => moved(302, "/b"),
        _ => links(["/a", &there]),
    });
    let start = site.url("/").replace("http://", "http://me:s3cret@");
    let told = Told::of(plan([start], |terms| terms.scope.reach = Reach::Any).run());
    assert_eq!((site.sorted(), site.robots()), (vec!["/".to_owned(), "/a".to_owned(), "/b".to_owned()], 1));
    assert!(site.asked().iter().all(|asked| asked.field("authorization") == Some("Basic bWU6czNjcmV0")));
    assert!(!other.asked().is_empty() && other.asked().iter().all(|asked| asked.field("authorization").is_none()));
    assert!(!told.text().contains("s3cret"));
    assert_eq!(told.results.len(), 4);
}

#[test]
fn each_start_has_its_own_user() {
    let (one, two) = (Site::of([("/", html("")), ("/x", html(""))]), Site::of([("/", html(""))]));
    let with = |url: String, user: &str| url.replace("http://", &format!("http://{user}@"));
    let starts = [with(one.url("/"), "a:b"), with(two.url("/"), "c:d"), one.url("/x")];
    Told::of(plan(starts, |_| ()).run());
    let users = |site: &Site| -> Vec<Option<String>> {
        site.asked().iter().map(|asked| asked.field("authorization").map(str::to_owned)).collect()
    };
    assert!(users(&one).iter().all(|user| user.as_deref() == Some("Basic YTpi")), "{:?}", users(&one));
    assert!(users(&two).iter().all(|user| user.as_deref() == Some("Basic Yzpk")), "{:?}", users(&two));
}

#[test]
fn a_sitemap_that_was_given_elsewhere_gets_no_secret_of_the_start() {
    let other = Site::of([("/map.xml", html(""))]);
    let site = Site::of([("/", html(""))]);
    let map = target(&other.url("/map.xml"));
    let mut plan = plan([site.url("/")], |terms| terms.sitemaps = vec![map]);
    plan.options.asks.cookie = Some("a=s3cret".to_owned());
    Told::of(plan.run());
    assert!(site.asked().iter().all(|asked| asked.field("cookie").is_some()));
    assert_eq!(other.asked().len(), 2);
    assert!(other.asked().iter().all(|asked| asked.field("cookie").is_none()));
}

#[test]
fn the_user_of_a_start_that_was_asked_as_a_link_before_is_for_what_is_asked_there_from_then_on() {
    let two = Site::of([("/", html("")), ("/x", html(""))]);
    let one = Site::of([("/", links([two.url("/")]))]);
    let mut plan = plan([one.url("/")], |terms| terms.scope.reach = Reach::Any);
    let mut reader = plan.list();
    let mut run = plan.start();
    let known = two.url("/");
    run.until(|kind| matches!(kind, EventKind::Finished { fetched, .. } if fetched.url.display_all() == known));
    assert!(reader.hand(Line::Target(target(&known.replace("http://", "http://me:pw@"))), false));
    assert!(reader.hand(Line::Target(target(&two.url("/x"))), false));
    drop(reader);
    Told::by(run);
    let users = two.asked().into_iter().filter(|asked| asked.path == "/x");
    let users: Vec<bool> = users.map(|asked| asked.field("authorization").is_some()).collect();
    assert_eq!((two.sorted().len(), users), (2, vec![true]));
}
