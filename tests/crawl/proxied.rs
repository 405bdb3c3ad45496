//! A whole crawl through an HTTP proxy, and where a crawl that began in public may not go. The proxy looks up the names,
//! so that a name without an address here counts as public.

use crate::run::Plan;
use crate::site::{Site, html, links, missing, moved, robots, typed};
use crate::told::{Told, plan, target};
use crawltop::crawl::scope::Reach;
use crawltop::engine::{CrawlTerms, Line};
use crawltop::event::{Engine, EventKind};
use crawltop::failure::FailureKind;
use crawltop::fetched::Outcome;
use crawltop::net::Proxies;
use crawltop::place::Role;

fn by(proxy: &Site, start: &str, change: impl FnOnce(&mut CrawlTerms)) -> Plan {
    let mut plan = plan([start], change);
    plan.options.proxies = Proxies::new(Some(&proxy.url("")), |_| None).unwrap();
    plan
}

#[test]
fn a_crawl_asks_the_proxy_for_all_that_it_wants_once_each() {
    for engine in Engine::ALL {
        let proxy = Site::start(|asked| match asked.path.as_str() {
            "http://a.invalid/robots.txt" => robots("Sitemap: /map\nUser-agent: *\nDisallow: /kept"),
            "http://a.invalid/map" => typed("text/xml", "<urlset><url><loc>/listed</loc></url></urlset>"),
            "http://a.invalid/" => links(["/page", "/moved", "/kept", "/gone", "http://b.invalid:8080/out"]),
            "http://a.invalid/moved" => moved(302, "/page"),
            "http://a.invalid/gone" | "http://b.invalid:8080/robots.txt" => missing(),
            _ => links(["/", "page"]),
        });
        let told = Told::of(by(&proxy, "http://a.invalid/", |terms| terms.wishes.external = true).engine(engine).run());
        let expected = [
            "HEAD http://b.invalid:8080/out",
            "http://a.invalid/",
            "http://a.invalid/gone",
            "http://a.invalid/listed",
            "http://a.invalid/map",
            "http://a.invalid/moved",
            "http://a.invalid/page",
            "http://a.invalid/robots.txt",
            "http://b.invalid:8080/robots.txt",
        ];
        assert_eq!(proxy.sorted(), expected, "{engine:?}");
        assert_eq!((told.results.len(), told.outcomes(Outcome::Ok)), (7, 4), "{engine:?}");
        let shown = format!("http://127.0.0.1:{}", proxy.port());
        let asked = told.results.values().filter(|fetched| fetched.status.is_some());
        let by = asked.map(|fetched| fetched.proxy.as_ref().map(|proxy| proxy.display_all()));
        assert!(by.clone().count() == 6 && by.clone().all(|proxy| proxy.as_ref() == Some(&shown)), "{engine:?}");
        assert_eq!(told.kind("http://a.invalid/kept"), Some(FailureKind::Robots));
        assert_eq!(told.role("http://b.invalid:8080/out"), Role::Check);
        assert!(proxy.most_at_once() <= 16, "the cap of each of two hosts: {}", proxy.most_at_once());
    }
}

/// Where nothing that a public page says may lead.
const INSIDE: [&str; 6] = [
    "http://127.0.0.1:9/",
    "http://10.0.0.1/",
    "http://169.254.169.254/latest/meta-data",
    "http://[fd00::1]/",
    "http://[::ffff:7f00:1]:9/",
    "http://localhost:9/",
];

#[test]
fn a_public_start_leads_nowhere_inside_by_link_redirect_sitemap_or_robots() {
    for engine in Engine::ALL {
        for external in [true, false] {
            let proxy = Site::start(|asked| match asked.path.as_str() {
                "http://a.invalid/robots.txt" => robots("Sitemap: http://192.168.0.1/map\nSitemap: /map"),
                "http://a.invalid/map" => moved(302, "http://192.168.0.2/map"),
                "http://b.invalid/robots.txt" => moved(301, "http://127.0.0.1:9/robots.txt"),
                "http://a.invalid/" => links(INSIDE.into_iter().chain(["/moved", "http://b.invalid/"])),
                "http://a.invalid/moved" => moved(307, "http://172.16.0.1/"),
                _ => html("never asked"),
            });
            let change = |terms: &mut CrawlTerms| {
                terms.wishes.external = external;
                terms.scope.reach = if external { Reach::Host } else { Reach::Any };
            };
            let told = Told::of(by(&proxy, "http://a.invalid/", change).engine(engine).run());
            let outside = |path: &String| !path.contains("//a.invalid/") && !path.contains("//b.invalid/robots.txt");
            let asked = proxy.sorted();
            assert!(!asked.iter().any(outside), "{engine:?}: {asked:?}");
            for url in INSIDE.into_iter().chain(["http://172.16.0.1/", "http://b.invalid/"]) {
                assert_eq!(told.kind(url), Some(FailureKind::NotAllowed), "{engine:?}: {url}: {}", told.message(url));
                let words = "may not be reached from a public start: --allow-private lifts this";
                assert!(told.message(url).contains(words), "{url}: {}", told.message(url));
            }
            let troubles: Vec<String> =
                told.sitemaps().iter().filter_map(|read| Some(read.trouble.as_ref()?.display_all())).collect();
            assert_eq!(troubles.len(), 2, "{engine:?}: {troubles:?}");
            assert!(troubles.iter().all(|words| words.contains("may not be reached")), "{troubles:?}");
        }
    }
}

#[test]
fn a_start_that_was_found_as_a_link_before_it_was_given_may_be_anywhere_and_has_its_user() {
    for (external, asks_robots) in [(true, true), (true, false), (false, true), (false, false)] {
        let proxy = Site::start(|asked| match asked.path.as_str() {
            "http://a.invalid/" => links(["http://10.0.0.1/"]),
            path if path.ends_with("/robots.txt") => missing(),
            _ => html("there"),
        });
        let change = |terms: &mut CrawlTerms| (terms.wishes.external, terms.manners.robots) = (external, asks_robots);
        let mut plan = by(&proxy, "http://a.invalid/", change);
        let mut reader = plan.list();
        let mut run = plan.start();
        run.until(|kind| matches!(kind, EventKind::Followed { .. }));
        assert!(reader.hand(Line::Target(target("http://me:pw@10.0.0.1/")), false));
        drop(reader);
        let told = Told::by(run);
        let start = "http://10.0.0.1/";
        assert_eq!((told.status(start), told.role(start)), (Some(200), Role::Page), "{}", told.message(start));
        let users = proxy
            .asked()
            .iter()
            .filter(|asked| asked.path.starts_with(start))
            .map(|asked| asked.field("authorization").map(str::to_owned))
            .collect::<Vec<_>>();
        assert_eq!(
            users,
            vec![Some("Basic bWU6cHc=".to_owned()); 1 + usize::from(asks_robots)],
            "external: {external}"
        );
    }
}

#[test]
fn the_rule_is_lifted_where_the_user_says_so() {
    let proxy = Site::start(|asked| match asked.path.as_str() {
        "http://a.invalid/" => links(["http://10.0.0.1/"]),
        path if path.ends_with("/robots.txt") => missing(),
        _ => html("there"),
    });
    let mut plan = by(&proxy, "http://a.invalid/", |terms| terms.wishes.external = true);
    plan.options.asks.allow_private = true;
    let told = Told::of(plan.run());
    assert_eq!(told.status("http://10.0.0.1/"), Some(200));
}
