//! Redirects in a crawl: each hop is a fetch and a result of its own, and no page is asked for twice.

use crate::loopback::Gate;
use crate::site::{Answer, Site, html, links, missing, moved, robots, status};
use crate::told::{Told, crawl, crawl_with, plan, target};
use crawltop::crawl::scope::Patterns;
use crawltop::engine::Line;
use crawltop::event::EventKind;
use crawltop::failure::FailureKind;
use crawltop::fetched::{Nowhere, Outcome};
use crawltop::place::Role;
use crawltop::report::{Caps, findings};
use crawltop::state::{State, Verdict};
use crawltop::text::Charset;

fn plain() -> Answer {
    links([] as [&str; 0])
}

#[test]
fn each_hop_is_a_result_and_the_last_one_knows_its_chain() {
    let site = Site::of([
        ("/", links(["/one", "/else"])),
        ("/one", moved(301, "two")),
        ("/two", moved(307, "//127.0.0.1/").with("X: y")),
        ("/else", moved(302, "/three#part")),
        ("/three", moved(308, "?end")),
        ("/three?end", links(["/after"])),
        ("/after", plain()),
    ]);
    let told = crawl(&site);
    assert_eq!(site.sorted(), ["/", "/after", "/else", "/one", "/three", "/three?end", "/two"]);
    assert_eq!(told.outcomes(Outcome::Redirect), 4);
    let end = site.url("/three?end");
    assert_eq!(told.chain(&end), [format!("302 {}", site.url("/else")), format!("308 {}", site.url("/three"))]);
    assert_eq!(
        (told.depth(&end), told.source(&end)),
        (1, Some(site.url("/three"))),
        "no link leads there but a redirect"
    );
    assert_eq!((told.depth(&site.url("/after")), told.chain(&site.url("/after")).len()), (2, 0));
    let followed = told.followed(&site.url("/one"));
    assert_eq!((followed.new, followed.edges.len(), followed.edges[0].line), (1, 1, 0));
    assert_eq!(told.followed(&site.url("/two")).outside, 1, "port 80 is another host");
}

#[test]
fn many_redirects_to_one_page_ask_for_it_once() {
    let all: Vec<String> = (0..30).map(|number| format!("/r{number}")).collect();
    let hrefs = all.clone();
    let site = Site::start(move |asked| match asked.path.as_str() {
        "/" => links(&hrefs),
        "/page" => links(["/r3", "/"]),
        "/robots.txt" => missing(),
        _ => moved(302, "/page"),
    });
    let told = crawl(&site);
    assert_eq!((site.paths().len(), site.paths().iter().filter(|path| *path == "/page").count()), (32, 1));
    assert_eq!(told.results.len(), 32);
}

#[test]
fn a_loop_ends_and_is_told() {
    let site = Site::of([
        ("/", links(["/itself", "/a"])),
        ("/itself", moved(302, "/itself")),
        ("/a", moved(301, "/b")),
        ("/b", moved(301, "/c")),
        ("/c", moved(301, "/a")),
    ]);
    let told = crawl(&site);
    assert_eq!(site.sorted(), ["/", "/a", "/b", "/c", "/itself"]);
    assert_eq!(told.kind(&site.url("/itself")), Some(FailureKind::TooManyRedirects));
    assert_eq!(told.kind(&site.url("/c")), Some(FailureKind::TooManyRedirects));
    assert!(told.message(&site.url("/c")).contains("loop"), "{}", told.message(&site.url("/c")));
    assert_eq!((told.kind(&site.url("/a")), told.status(&site.url("/a"))), (None, Some(301)));
}

#[test]
fn a_loop_whose_pages_are_all_linked_ends_as_well() {
    let site = Site::of([("/", links(["/a", "/b"])), ("/a", moved(302, "/b")), ("/b", moved(302, "/a"))]);
    let told = crawl(&site);
    assert_eq!((site.sorted(), told.results.len()), (vec!["/".to_owned(), "/a".to_owned(), "/b".to_owned()], 3));
}

#[test]
fn a_chain_without_end_is_cut_at_the_limit() {
    let site = Site::start(|asked| match asked.path.as_str() {
        "/" => links(["/0"]),
        "/robots.txt" => missing(),
        path => moved(302, &format!("/{}", path[1..].parse::<u64>().unwrap() + 1)),
    });
    for (most, hops) in [(20, 21), (3, 4), (0, 1)] {
        let before = site.paths().len();
        let mut plan = plan([site.url("/")], |_| ());
        plan.options.asks.max_redirects = most;
        let told = Told::of(plan.run());
        assert_eq!(site.paths().len() - before, 1 + hops, "{most}");
        let beyond = site.url(&format!("/{}", most + 1));
        assert_eq!(told.kind(&beyond), Some(FailureKind::TooManyRedirects), "{most}");
        assert_eq!(told.chain(&beyond).len(), hops, "what led there is told, and no request is made for it");
        let words = format!("blocked: more than {most} redirects: {} leads on to ", site.url(&format!("/{most}")));
        assert!(told.message(&beyond).starts_with(&words.replace(" 1 redirects", " 1 redirect")), "{most}");
        assert_eq!((told.outcomes(Outcome::Redirect), told.outcomes(Outcome::Error)), (hops, 1), "{most}");
    }
}

#[test]
fn a_redirect_that_is_not_to_be_followed_is_a_result_and_no_more() {
    let site = Site::of([("/", links(["/a"])), ("/a", moved(302, "/b"))]);
    let mut plan = plan([site.url("/")], |_| ());
    plan.options.asks.follow = false;
    let told = Told::of(plan.run());
    assert_eq!((site.sorted(), told.outcomes(Outcome::Redirect)), (vec!["/".to_owned(), "/a".to_owned()], 1));
}

#[test]
fn a_redirect_that_leads_nowhere_fails() {
    let site = Site::of([
        ("/", links(["/ftp", "/port", "/none"])),
        ("/ftp", moved(302, "ftp://127.0.0.1/")),
        ("/port", moved(302, "http://127.0.0.1:99999/")),
        ("/none", moved(302, "")),
    ]);
    let told = crawl(&site);
    assert_eq!(told.kind(&site.url("/ftp")), Some(FailureKind::Protocol));
    assert_eq!(told.kind(&site.url("/port")), Some(FailureKind::Protocol));
    assert_eq!(told.result(&site.url("/none")).outcome(), Outcome::Redirect);
}

#[test]
fn a_redirect_without_a_location_is_a_broken_link_that_says_why() {
    let pages = [("/empty", moved(302, "")), ("/not", status("304 Not Modified")), ("/to", moved(301, "/none"))];
    let none = ("/none", status("301 Moved Permanently"));
    let site = Site::of(pages.into_iter().chain([("/", links(["/none", "/empty", "/not", "/to"])), none]));
    let told = crawl(&site);
    let nowhere = |path: &str| told.result(&site.url(path)).nowhere;
    let expected = [Some(Nowhere::NoLocation), Some(Nowhere::NoLocation), Some(Nowhere::NoRedirect), None];
    assert_eq!(["/none", "/empty", "/not", "/to"].map(nowhere), expected);
    let mut state = State::default();
    told.events.iter().for_each(|event| state.apply(event));
    let by_outcome = [Verdict::Ok, Verdict::Redirect, Verdict::Broken].map(|verdict| state.findings.of(verdict));
    assert_eq!(by_outcome, [Outcome::Ok, Outcome::Redirect, Outcome::HttpError].map(|it| told.outcomes(it) as u64));
    assert_eq!((by_outcome, state.findings.broken(), state.findings.are_there()), ([1, 4, 0], 2, true));
    state.run.crawl = true;
    let text = findings(&state, Charset::Unicode, usize::MAX, Caps::LONG);
    let told = |words: &str| text.lines().filter(|line| line.contains(words)).count();
    assert_eq!(told("a redirect without a Location"), 3, "each place, that by way of a redirect too: {text}");
    let nowhere: Vec<&str> = text.lines().filter(|line| line.contains("leads nowhere")).map(str::trim_start).collect();
    assert_eq!(nowhere.len(), 3, "what is no redirect, and those without a Location, alone or behind another: {text}");
    let is_told = |status: &str| nowhere.iter().any(|line| line.starts_with(status));
    assert!(is_told("304 ") && is_told("301 ") && is_told("302 "), "{text}");
    assert!(text.contains("broken links: 2 targets") && text.contains("redirects: 4 in 3 chains"), "{text}");
}

#[test]
fn what_is_no_redirect_by_its_status_is_counted_as_its_result_says_and_is_not_broken() {
    let statuses = ["300 Multiple Choices", "304 Not Modified", "306 Unused"];
    let pages = statuses.map(|line| (format!("/{}", &line[..3]), status(line)));
    let site = Site::of([("/".to_owned(), links(["/300", "/304", "/306"]))].into_iter().chain(pages));
    let told = crawl(&site);
    let mut state = State::default();
    told.events.iter().for_each(|event| state.apply(event));
    for path in ["/300", "/304", "/306"] {
        assert_eq!(told.result(&site.url(path)).outcome(), Outcome::Redirect, "{path}");
    }
    let kinds = [Verdict::Ok, Verdict::Redirect, Verdict::Broken];
    assert_eq!(kinds.map(|verdict| state.findings.of(verdict)), [1, 3, 0]);
    assert!(!state.findings.are_there(), "--fail has nothing to say");
}

#[test]
fn every_hop_passes_the_rules() {
    let site = Site::start(|asked| match asked.path.as_str() {
        "/" => links(["/a", "/b"]),
        "/robots.txt" => robots("User-agent: *\nDisallow: /private"),
        "/a" => moved(302, "/private/x"),
        "/b" => moved(302, "/excluded"),
        _ => plain(),
    });
    let told = crawl_with(&site, |terms| terms.scope.exclude = Patterns::new(&["/excluded$"]).unwrap());
    assert_eq!(site.sorted(), ["/", "/a", "/b"]);
    let kept = site.url("/private/x");
    assert_eq!((told.kind(&kept), told.source(&kept)), (Some(FailureKind::Robots), Some(site.url("/a"))));
    assert_eq!(told.chain(&kept), [format!("302 {}", site.url("/a"))], "as if it had been asked for");
    assert_eq!(told.followed(&site.url("/b")).exclude, 1);
}

#[test]
fn a_start_that_leads_to_another_host_takes_the_crawl_along_and_says_so() {
    let site = Site::start(|asked| match (asked.field("host").unwrap_or_default(), asked.path.as_str()) {
        (_, "/robots.txt") => missing(),
        (host, "/") if host.starts_with("127.") => {
            moved(301, &format!("http://{}/home", host.replace("127.0.0.1", "localhost")))
        }
        (_, "/home") => links(["/next", "/moved"]),
        (host, "/moved") => moved(301, &format!("http://{}/old", host.replace("localhost", "127.0.0.1"))),
        _ => links(["/next"]),
    });
    let told = crawl(&site);
    let (here, there) = (site.url(""), site.local(""));
    assert_eq!(told.widened(), [(here, there)]);
    assert_eq!(site.sorted(), ["/", "/home", "/moved", "/next", "/next", "/old"], "both hosts are in the scope");
    assert_eq!((site.robots(), told.depth(&site.local("/home")), told.depth(&site.local("/next"))), (2, 0, 1));
}

#[test]
fn a_start_may_lead_on_more_than_once_and_a_page_may_not() {
    let other = Site::of([("/", links(["/more"])), ("/more", plain())]);
    let to = other.url("/");
    let site = Site::start(move |asked| match asked.path.as_str() {
        "/robots.txt" => missing(),
        "/" => moved(302, "/second"),
        "/second" => moved(302, &to),
        "/page" => links(["/out"]),
        _ => moved(302, &to),
    });
    let told = crawl(&site);
    assert_eq!((told.widened().len(), other.sorted()), (1, vec!["/".to_owned(), "/more".to_owned()]));
    let asked = other.paths().len();
    let told = Told::of(plan([site.url("/page")], |_| ()).run());
    assert_eq!((told.widened().len(), other.paths().len(), told.followed(&site.url("/out")).outside), (0, asked, 1));
}

#[test]
fn a_page_that_was_asked_for_is_not_asked_again_by_a_redirect() {
    let site = Site::of([("/", links(["/a", "/b"])), ("/a", links(["/b"])), ("/b", moved(302, "/a"))]);
    let told = crawl(&site);
    assert_eq!(site.sorted(), ["/", "/a", "/b"]);
    assert_eq!((told.followed(&site.url("/b")).known, told.chain(&site.url("/a")).len()), (1, 0));
}

#[test]
fn a_location_in_any_spelling_leads_to_the_one_page_and_keeps_its_chain() {
    let spellings = ["/%7euser", "/~user", "/p/../%7Euser", "/~user?", "/~user#part"];
    for spelling in spellings {
        let site = Site::of([("/", links(["/r"])), ("/r", moved(302, spelling)), ("/~user", missing())]);
        let told = crawl(&site);
        let end = site.url("/~user");
        assert_eq!((site.sorted().len(), told.status(&end)), (3, Some(404)), "{spelling}");
        assert_eq!(told.chain(&end), [format!("302 {}", site.url("/r"))], "{spelling}");
        let led = told.result(&site.url("/r")).final_url.clone();
        assert_eq!(led.map(|url| url.json()), Some(end), "{spelling}");
    }
}

#[test]
fn a_loop_is_one_in_any_spelling() {
    let site = Site::of([("/", links(["/a"])), ("/a", moved(302, "/%78")), ("/x", moved(302, "/%61"))]);
    let told = crawl(&site);
    assert_eq!(told.kind(&site.url("/x")), Some(FailureKind::TooManyRedirects), "{}", told.message(&site.url("/x")));
}

#[test]
fn a_start_that_leads_to_a_page_which_is_known_widens_the_scope_to_where_that_leads() {
    for external in [false, true] {
        let third = Site::of([("/", links(["/x"])), ("/x", html(""))]);
        let (late, to) = (Gate::default(), third.url("/"));
        let opens = late.clone();
        let site = Site::start(move |asked| match asked.path.as_str() {
            "/" => links(["/b"]),
            "/late" => moved(302, "/b").behind(&opens),
            "/b" => moved(302, "/c"),
            "/c" => moved(302, &to),
            _ => missing(),
        });
        let starts = ["/", "/late"].map(|path| site.url(path));
        let mut run = plan(starts, |terms| terms.wishes.external = external).start();
        let last = site.url("/c");
        run.until(|kind| matches!(kind, EventKind::Finished { fetched, .. } if fetched.url.display_all() == last));
        late.open();
        let told = Told::by(run);
        assert_eq!(third.sorted(), ["/", "/x"], "external: {external}");
        assert_eq!(told.widened(), [(site.url(""), third.url(""))]);
        assert_eq!((told.role(&third.url("/")), told.source(&third.url("/"))), (Role::Page, Some(last)));
        assert_eq!(told.counts().found, told.results.len() as u64);
    }
}

#[test]
fn a_start_that_was_fetched_as_a_page_and_led_elsewhere_widens_the_scope_all_the_same() {
    let third = Site::of([("/", html(""))]);
    let to = third.url("/");
    let site = Site::start(move |asked| match asked.path.as_str() {
        "/" => links(["/b"]),
        "/b" => moved(302, &to),
        _ => missing(),
    });
    let mut plan = plan([] as [&str; 0], |_| ());
    let mut reader = plan.list();
    let mut run = plan.start();
    assert!(reader.hand(Line::Target(target(&site.url("/"))), false));
    let moved = site.url("/b");
    run.until(|kind| matches!(kind, EventKind::Finished { fetched, .. } if fetched.url.display_all() == moved));
    assert!(reader.hand(Line::Target(target(&moved)), false));
    drop(reader);
    let told = Told::by(run);
    assert_eq!((third.sorted(), site.sorted()), (vec!["/".to_owned()], vec!["/".to_owned(), "/b".to_owned()]));
    assert_eq!(told.widened().len(), 1);
}
