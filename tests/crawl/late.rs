//! What is kept out at first and let in later: a nearer way leads there, or the scope becomes wider. Each link stays
//! counted once, and keeps its place.

use crate::loopback::Gate;
use crate::site::{Site, html, links, missing, moved, robots, status, typed};
use crate::told::{Told, plan, target};
use crawltop::engine::{CrawlTerms, Line};
use crawltop::event::EventKind;
use crawltop::followed::{Admitted, Followed};
use crawltop::place::Role;
use crawltop::state::State;
use std::sync::Arc;
use std::time::Duration;

/// What was let in of a page.
fn admitted(told: &Told, url: &str) -> Arc<Admitted> {
    let of_page = |event: &crawltop::event::Event| match &event.kind {
        EventKind::Admitted { id, admitted } if told.url_of(*id) == url => Some(admitted.clone()),
        _ => None,
    };
    let all: Vec<_> = told.events.iter().filter_map(of_page).collect();
    assert_eq!(all.len(), 1, "{all:?}");
    all[0].clone()
}

/// Where the links of a page lead that were let in: target, `line:column`, text.
fn let_in(told: &Told, url: &str) -> Vec<String> {
    let admitted = admitted(told, url);
    let edges = admitted.now.edges();
    edges.map(|(edge, text)| format!("{} {}:{} {text}", told.url_of(edge.to), edge.line, edge.column)).collect()
}

/// All links of the run, as the report has them.
fn counted(told: &Told) -> Followed {
    let mut state = State::default();
    told.events.iter().for_each(|event| state.apply(event));
    let links = state.crawl.links.clone();
    assert_eq!(state.edges.len() as u32, links.new + links.known, "each that leads somewhere is kept: {links:?}");
    let hops = told.results.values().filter(|fetched| matches!(fetched.status, Some(300..=399))).count();
    assert_eq!(state.edges.iter().filter(|link| link.line == 0).count(), hops, "with its place, but for redirects");
    links
}

#[test]
fn a_link_that_a_nearer_way_lets_in_keeps_its_place_and_is_counted_once() {
    let gate = Gate::default();
    let open = gate.clone();
    let site = Site::start(move |asked| match asked.path.as_str() {
        "/" => html("<a href=/far>f</a><a href=/short>s</a>"),
        "/far" => html("<a href=/page>p</a>"),
        // Two links from the start, until the redirect shows that it is one.
        "/page" => html("<img src=/i>\n <a href=/deep>deep down</a> <a href=/deep#x>again</a><a href=/>up</a>"),
        // Asked for when the links of its page were taken up.
        "/i" => {
            open.open();
            missing()
        }
        "/short" => moved(302, "/page").behind(&gate),
        "/deep" => links(["/deeper"]),
        _ => missing(),
    });
    let change = |terms: &mut CrawlTerms| (terms.scope.level, terms.wishes.assets) = (Some(2), true);
    let told = Told::of(plan([site.url("/")], change).run());
    let [page, deep] = ["/page", "/deep"].map(|path| site.url(path));
    assert_eq!(told.followed(&page).level, 2);
    assert_eq!(let_in(&told, &page), [format!("{deep} 2:2 deep down"), format!("{deep} 2:30 again")]);
    let Admitted { before, now } = &*admitted(&told, &page);
    assert_eq!((before.level, before.links(), now.new, now.known, now.links()), (2, 2, 1, 1, 2));
    assert_eq!((told.depth(&deep), told.source(&deep)), (2, Some(page)));
    let links = counted(&told);
    assert_eq!((links.level, links.links()), (1, 9), "only /deeper is too deep: {links:?}");
}

/// A start whose page links to these, and another one that redirects, but only when those links were taken up.
fn starts(hrefs: Vec<String>, to: String) -> [Site; 2] {
    let gate = Gate::default();
    let open = gate.clone();
    let first = Site::start(move |asked| match asked.path.as_str() {
        "/" => links(hrefs.iter().map(String::as_str).chain(["/last"])),
        "/last" => {
            open.open();
            missing()
        }
        _ => missing(),
    });
    let second = Site::start(move |asked| match asked.path.as_str() {
        "/" => moved(302, &to).behind(&gate),
        _ => missing(),
    });
    [first, second]
}

#[test]
fn links_that_led_out_before_the_scope_became_wider_are_let_in_with_their_places() {
    let other = Site::of([("/", links(["/x"])), ("/x", html("<p id=here>"))]);
    let hrefs = ["/x", "/x#here", "/y", "/x#gone"].map(|path| other.url(path));
    let [first, second] = starts(hrefs.into(), other.url("/"));
    let told = Told::of(plan([&first, &second].map(|site| site.url("/")), |terms| terms.fragments = true).run());
    let (x, y, page) = (other.url("/x"), other.url("/y"), first.url("/"));
    assert_eq!(told.followed(&page).outside, 4);
    assert_eq!(
        let_in(&told, &page),
        [(&x, 1), (&x, 2), (&y, 3), (&x, 4)].map(|(to, line)| format!("{to} {line}:1 to"))
    );
    assert_eq!(other.sorted(), ["/", "/x", "/y"]);
    assert_eq!((told.source(&x), told.role(&x)), (Some(page), Role::Page));
    let missed = told.events.iter().filter(|event| matches!(event.kind, EventKind::FragmentMissed { .. }));
    assert_eq!(missed.count(), 1, "their parts are looked for as well");
    let links = counted(&told);
    assert_eq!((links.outside, links.links()), (0, 7), "{links:?}");
}

fn external(terms: &mut CrawlTerms) {
    terms.wishes.external = true;
}

#[test]
fn what_was_checked_by_head_before_the_scope_became_wider_is_fetched_as_a_page_once() {
    let other = Site::of([("/", missing()), ("/x", links(["/behind"])), ("/behind", html("here"))]);
    let [first, second] = starts(vec![other.url("/x"), other.url("/gone")], other.url("/"));
    // The second start is not asked before the checks are done.
    let told = Told::of(plan([&first, &second].map(|site| site.url("/")), external).run());
    let [x, gone, behind] = ["/x", "/gone", "/behind"].map(|path| other.url(path));
    assert_eq!((told.role(&x), told.role(&behind), told.status(&x)), (Role::Page, Role::Page, Some(200)));
    assert_eq!((told.source(&behind), told.edges(&x).len()), (Some(x), 1));
    assert_eq!(told.status(&gone), Some(404));
    let asked = |path: &str| other.paths().iter().filter(|it| it.trim_start_matches("HEAD ") == path).count();
    assert!((asked("/x"), asked("/behind")) <= (2, 1), "{:?}", other.paths());
    assert!(asked("/gone") <= 2, "what is not there is not asked again: {:?}", other.paths());
    let links = counted(&told);
    assert_eq!((links.outside, links.links()), (0, 5), "{links:?}");
    assert_eq!(told.counts().found, told.results.len() as u64);
}

#[test]
fn a_check_that_is_done_or_in_flight_when_the_scope_becomes_wider_is_asked_once_more_as_a_page() {
    for in_flight in [true, false] {
        let (widens, seen) = (Gate::default(), Gate::default());
        let (open, widened, gate) = (widens.clone(), seen.clone(), seen.clone());
        let other = Site::start(move |asked| match (asked.path.as_str(), asked.method.as_str()) {
            ("/x", "HEAD") if in_flight => {
                open.open();
                html("").behind(&gate)
            }
            ("/x", _) => links(["/behind"]),
            // Where the second start led: the scope is wider.
            ("/", _) => {
                widened.open();
                html("")
            }
            ("/behind", _) => html(""),
            _ => missing(),
        });
        let (out, to) = (other.url("/x"), other.url("/"));
        let first = Site::of([("/", links([&out]))]);
        let late = if in_flight { widens } else { seen };
        let second = Site::start(move |asked| match asked.path.as_str() {
            "/" if in_flight => moved(302, &to).behind(&late),
            // It takes until well after the check.
            "/" => moved(302, &to).after(Duration::from_millis(300)),
            _ => missing(),
        });
        let told = Told::of(plan([&first, &second].map(|site| site.url("/")), external).run());
        assert_eq!(other.sorted(), ["/", "/behind", "/x", "HEAD /x"], "in flight: {in_flight}");
        assert_eq!((told.role(&out), told.result(&out).attempt), (Role::Page, 2));
        assert_eq!(counted(&told).links(), 3);
        assert_eq!((told.counts().found, told.counts().done), (5, 5));
    }
}

#[test]
fn a_start_that_comes_after_links_to_its_host_is_a_page_and_lets_them_in() {
    let other = Site::of([("/", links(["/x"])), ("/x", html("here"))]);
    let hrefs = ["/", "/x"].map(|path| other.url(path));
    let first = Site::of([("/", links(hrefs))]);
    let told = Told::of(plan([first.url("/"), other.url("/")], external).run());
    assert_eq!(other.sorted(), ["/", "/x"]);
    assert_eq!((told.role(&other.url("/")), told.role(&other.url("/x"))), (Role::Page, Role::Page));
}

/// Crawls `first`, and `second` once `is_meant` has come.
fn and_later(first: &Site, second: &str, is_meant: impl Fn(&EventKind) -> bool) -> Told {
    let mut plan = plan([] as [&str; 0], external);
    let mut reader = plan.list();
    let mut run = plan.start();
    assert!(reader.hand(Line::Target(target(&first.url("/"))), false));
    run.until(is_meant);
    assert!(reader.hand(Line::Target(target(second)), false));
    drop(reader);
    Told::by(run)
}

#[test]
fn a_start_that_comes_when_its_check_is_done_is_crawled() {
    let other = Site::of([("/", links(["/x"])), ("/x", html("here")), ("/robots.txt", missing())]);
    let out = other.url("/");
    let first = Site::of([("/", links([&out]))]);
    let is_checked =
        |kind: &EventKind| matches!(kind, EventKind::Finished { fetched, .. } if fetched.role() == Role::Check);
    let told = and_later(&first, &out, is_checked);
    assert_eq!(other.sorted(), ["/", "/x", "HEAD /"]);
    assert_eq!((told.role(&out), told.role(&other.url("/x")), told.followed(&out).new), (Role::Page, Role::Page, 1));
    assert_eq!((told.counts().found, told.results.len()), (3, 3));
}

#[test]
fn a_start_that_was_checked_and_redirects_widens_the_scope_as_any_start() {
    let third = Site::of([("/", links(["/x"])), ("/x", html("here"))]);
    let to = third.url("/");
    let other = Site::of([("/", moved(302, &to))]);
    let out = other.url("/");
    let first = Site::of([("/", links([&out]))]);
    let led = third.url("/");
    let is_checked = move |kind: &EventKind| matches!(kind, EventKind::Finished { fetched, .. } if fetched.role() == Role::Check && fetched.url.display_all() == led);
    let told = and_later(&first, &out, is_checked);
    assert_eq!((told.role(&out), told.role(&to), told.role(&third.url("/x"))), (Role::Page, Role::Page, Role::Page));
    assert_eq!(third.sorted(), ["/", "/x", "HEAD /"]);
}

#[test]
fn the_sitemaps_of_a_host_that_was_only_checked_are_read_once_it_belongs_to_the_crawl() {
    let other = Site::start(|asked| match asked.path.as_str() {
        "/robots.txt" => robots("Sitemap: /map"),
        "/map" => typed("text/xml", "<urlset><url><loc>/listed</loc></url></urlset>"),
        _ => html("here"),
    });
    let first = Site::of([("/", links([other.url("/x")]))]);
    let is_checked =
        |kind: &EventKind| matches!(kind, EventKind::Finished { fetched, .. } if fetched.role() == Role::Check);
    let told = and_later(&first, &other.url("/start"), is_checked);
    assert_eq!(other.sorted(), ["/listed", "/map", "/start", "/x", "HEAD /x"]);
    assert_eq!((told.sitemaps().len(), told.source(&other.url("/listed"))), (1, Some(other.url("/map"))));
    let alone = Told::of(plan([first.url("/")], external).run());
    assert_eq!(alone.sitemaps().len(), 0, "and of a host that does not, none is");
}

#[test]
fn where_more_was_checked_than_is_kept_it_is_told_that_some_of_it_is_not_crawled() {
    const MOST: usize = 10_000;
    // What is answered so is neither asked by GET then, nor asked again as a page.
    let other = Site::start(|asked| match asked.path.as_str() {
        "/robots.txt" => missing(),
        "/" => html("here"),
        _ => status("304 Not Modified"),
    });
    let url = |number: usize| other.url(&format!("/{number}"));
    let [few, many] = [0..MOST / 2, MOST / 2..MOST + 1].map(|numbers| links(numbers.map(url)));
    let first = Site::of([("/", links(["/few", "/many"])), ("/few", few), ("/many", many)]);
    let mut plan = plan([] as [&str; 0], external);
    let mut reader = plan.list();
    let mut run = plan.start();
    assert!(reader.hand(Line::Target(target(&first.url("/"))), false));
    let is_checked =
        |kind: &EventKind| matches!(kind, EventKind::Finished { fetched, .. } if fetched.role() == Role::Check);
    run.until_each(MOST + 1, is_checked);
    assert!(reader.hand(Line::Target(target(&other.url("/"))), false));
    drop(reader);
    let told = Told::by(run);
    let expected =
        "more links that lead out were checked than are kept; some that are within the scope now are not crawled";
    assert_eq!(told.trapped(), [expected]);
    assert_eq!(told.role(&other.url("/")), Role::Page);
}
