//! Links that lead out: they are counted, or checked once and not followed.

use crate::run::state;
use crate::site::{Answer, Asked, Site, html, links, missing, moved, reset, robots, status};
use crate::told::{Told, crawl_with, plan};
use crawltop::event::{Engine, EventKind};
use crawltop::failure::FailureKind;
use crawltop::fetched::Outcome;
use crawltop::place::Role;
use crawltop::report::Jsonl;
use crawltop::target::Target;

fn out(script: impl Fn(&Asked) -> Answer + Send + Sync + 'static) -> Site {
    Site::start(move |asked| if asked.path == "/robots.txt" { missing() } else { script(asked) })
}

/// Two pages, each with links to these paths of the other site.
fn linking(other: &Site, paths: &[&str]) -> Site {
    let hrefs: Vec<String> = paths.iter().map(|path| other.url(path)).chain(["/second".to_owned()]).collect();
    Site::start(move |asked| if asked.path == "/robots.txt" { missing() } else { links(&hrefs) })
}

fn checked(site: &Site) -> Told {
    crawl_with(site, |terms| terms.wishes.external = true)
}

#[test]
fn what_leads_out_is_checked_once_by_head_and_not_followed() {
    let other = out(|asked| if asked.path == "/gone" { missing() } else { links(["/more"]) });
    let site = linking(&other, &["/fine", "/gone", "/fine#part"]);
    let told = checked(&site);
    assert_eq!(other.sorted(), ["/gone", "HEAD /fine", "HEAD /gone"]);
    assert_eq!((other.robots(), site.sorted()), (1, vec!["/".to_owned(), "/second".to_owned()]));
    let [fine, gone] = ["/fine", "/gone"].map(|path| other.url(path));
    assert_eq!((told.role(&fine), told.status(&fine), told.depth(&fine)), (Role::Check, Some(200), 1));
    assert_eq!((told.status(&gone), told.source(&gone)), (Some(404), Some(site.url("/"))));
    let followed = told.followed(&site.url("/"));
    assert_eq!((followed.new, followed.known, followed.outside), (3, 1, 0), "{followed:?}");
}

#[test]
fn where_head_is_refused_get_is_asked() {
    for refused in [405, 501, 403, 404, 410, 500, 502, 503, 999] {
        let refusal = status(&format!("{refused} No"));
        let other = out(move |asked| if asked.method == "HEAD" { refusal.clone() } else { links(["/more"]) });
        let told = checked(&linking(&other, &["/x"]));
        assert_eq!(other.paths(), ["HEAD /x", "/x"], "{refused}");
        assert_eq!(told.result(&other.url("/x")).outcome(), Outcome::Ok, "{refused}");
        assert_nothing_retried(&told);
    }
}

/// What is asked by GET in the place of a HEAD has one result, and nothing counts as asked again.
fn assert_nothing_retried(told: &Told) {
    let state = state(&told.events);
    assert_eq!((state.tally.retried, state.timing.retried.count()), (0, 0));
    let lines = told.report(Jsonl::default());
    let results = lines.lines().filter(|line| line.contains(r#""type":"result""#)).count();
    assert_eq!((results, told.counts().found), (told.results.len(), told.results.len() as u64));
}

#[test]
fn where_a_server_hangs_up_on_head_get_is_asked_once() {
    let other = out(|asked| if asked.method == "HEAD" { reset() } else { links(["/more"]) });
    let told = checked(&linking(&other, &["/x"]));
    assert_eq!(other.paths().last().map(String::as_str), Some("/x"));
    assert_eq!(other.paths().iter().filter(|path| *path == "/x").count(), 1);
    assert_eq!(told.result(&other.url("/x")).outcome(), Outcome::Ok);
    assert_nothing_retried(&told);
}

#[test]
fn a_check_that_is_led_on_checks_there_too() {
    let other = out(|asked| match asked.path.as_str() {
        "/a" => moved(301, "/b"),
        "/loop" => moved(301, "/loop"),
        _ => links(["/more"]),
    });
    let told = checked(&linking(&other, &["/a", "/loop"]));
    assert_eq!(other.sorted(), ["HEAD /a", "HEAD /b", "HEAD /loop"]);
    assert_eq!(told.chain(&other.url("/b")), [format!("301 {}", other.url("/a"))]);
    assert_eq!(told.kind(&other.url("/loop")), Some(FailureKind::TooManyRedirects));
}

#[test]
fn a_check_is_kept_out_by_robots_too_and_told_as_a_check() {
    let other = Site::start(|asked| match asked.path.as_str() {
        "/robots.txt" => robots("Sitemap: /sitemap.xml\nUser-agent: *\nDisallow: /no"),
        _ => status("200 OK"),
    });
    let told = checked(&linking(&other, &["/no", "/yes"]));
    assert_eq!(other.paths(), ["HEAD /yes"], "and its sitemap is not read");
    let kept = other.url("/no");
    assert_eq!((told.kind(&kept), told.role(&kept)), (Some(FailureKind::Robots), Role::Check));
}

#[test]
fn a_host_that_is_gone_is_told_as_such_and_not_as_kept_out() {
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let cut = Site::start(|_| reset());
    let hrefs =
        [format!("http://{gone}/a"), format!("http://{gone}/b"), cut.url("/c"), "http://nowhere.invalid/".into()];
    let listed = hrefs.clone();
    let site = Site::start(move |asked| if asked.path == "/robots.txt" { missing() } else { links(&listed) });
    let told = checked(&site);
    assert_eq!(told.kind(&hrefs[0]), Some(FailureKind::ConnectRefused), "{}", told.message(&hrefs[0]));
    assert_eq!(told.kind(&hrefs[1]), Some(FailureKind::ConnectRefused));
    assert_eq!(told.kind(&hrefs[2]), Some(FailureKind::Robots), "it is there, and its rules are not known");
    assert_eq!(told.kind(&hrefs[3]), Some(FailureKind::Dns), "{}", told.message(&hrefs[3]));
    assert!(cut.paths().is_empty());
}

#[test]
fn a_start_on_this_machine_leads_to_no_other_network() {
    let hrefs = ["http://10.255.255.1/", "http://169.254.169.254/latest", "http://[fd00::1]:8/", "http://3232235777/"];
    let site = Site::start(move |asked| match asked.path.as_str() {
        "/robots.txt" => robots("Sitemap: http://192.168.255.254/map.xml\nUser-agent: *\nAllow: /"),
        "/moved" => moved(302, "http://172.16.255.254/"),
        _ => links(hrefs.into_iter().chain(["/moved"])),
    });
    for external in [true, false] {
        let told = crawl_with(&site, |terms| {
            terms.wishes.external = external;
            terms.scope.reach = if external { Default::default() } else { crawltop::crawl::scope::Reach::Any };
        });
        for url in
            ["http://10.255.255.1/", "http://169.254.169.254/latest", "http://[fd00::1]:8/", "http://192.168.1.1/"]
        {
            assert_eq!(told.kind(url), Some(FailureKind::NotAllowed), "{url}: {}", told.message(url));
            let words = "may not be reached from a loopback start: --allow-private lifts this";
            assert!(told.message(url).contains(words), "{}", told.message(url));
        }
        assert_eq!(told.kind("http://172.16.255.254/"), Some(FailureKind::NotAllowed));
        let is_elsewhere =
            |kind: &EventKind| matches!(kind, EventKind::Dialled { address, .. } if !address.ip().is_loopback());
        assert!(!told.events.iter().any(|event| is_elsewhere(&event.kind)), "nothing else is dialled");
    }
}

#[test]
fn the_checks_of_a_page_do_not_count_as_pages() {
    let other = out(|_| status("200 OK"));
    let site = linking(&other, &["/1", "/2", "/3"]);
    let told = crawl_with(&site, |terms| {
        terms.wishes.external = true;
        terms.manners.max_pages = Some(1);
    });
    assert_eq!((site.paths(), other.paths().len()), (vec!["/".to_owned()], 3), "{:?}", told.counts());
}

#[test]
fn a_get_in_the_place_of_a_head_waits_for_its_turn_as_well() {
    let other = Site::start(|asked| match (asked.path.as_str(), asked.method.as_str()) {
        ("/robots.txt", _) => robots("User-agent: *\nCrawl-delay: 0.05"),
        (_, "HEAD") => status("405 No"),
        _ => html("here"),
    });
    let told = checked(&linking(&other, &["/a", "/b"]));
    assert_eq!(other.sorted(), ["/a", "/b", "HEAD /a", "HEAD /b"]);
    assert!(other.gaps().iter().all(|gap| *gap >= std::time::Duration::from_millis(50)), "{:?}", other.gaps());
    assert_eq!(told.status(&other.url("/a")), Some(200));
}

#[test]
fn who_is_asked_too_often_is_not_asked_once_more_by_get() {
    let other = out(|_| status("429 Too Many"));
    let told = checked(&linking(&other, &["/x"]));
    assert!(other.paths().iter().all(|path| path == "HEAD /x"), "{:?}", other.paths());
    assert_eq!(told.status(&other.url("/x")), Some(429));
}

#[test]
fn what_leads_out_is_checked_though_a_sitemap_that_is_given_is_not_read_any_more() {
    let other = out(|_| missing());
    let site = linking(&other, &["/gone"]);
    for engine in Engine::ALL {
        let mut plan = plan([site.url("/")], |terms| {
            terms.wishes.external = true;
            terms.manners.max_pages = Some(1);
            terms.sitemaps = vec![Target::parse(&site.url("/sitemap.xml")).unwrap()];
        });
        plan.terms.cap = 1;
        let told = Told::of(plan.engine(engine).run());
        assert_eq!(told.status(&other.url("/gone")), Some(404), "{engine:?}");
    }
}
