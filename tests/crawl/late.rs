//! What is kept out at first and let in later: a nearer way leads there, or the scope becomes wider. Each link stays
//! counted once, and keeps its place.

use crate::loopback::Gate;
use crate::site::{Answer, Site, html, links, missing, moved, robots, status, typed};
use crate::told::{Told, plan, target};
use crawltop::control::{Control, EndReason};
use crawltop::crawl::scope::Patterns;
use crawltop::engine::{CrawlTerms, Line, Retry};
use crawltop::event::EventKind;
use crawltop::followed::{Admitted, Followed};
use crawltop::id::FetchId;
use crawltop::place::Role;
use crawltop::state::State;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
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

#[test]
fn a_link_that_was_too_far_keeps_its_place_once_its_target_is_found_by_another_path() {
    for slow_first in [true, false] {
        let gate = Gate::default();
        let opens = gate.clone();
        let behind = |is: bool, answer: Answer| if is { answer.behind(&opens) } else { answer };
        let near = behind(slow_first, html("<p><a href=/deep>near</a>"));
        let far =
            behind(!slow_first, html("<p>\n<a href=/deep#x>far</a> <a href=/deep>again</a> <a href=/never>no</a>"));
        let site = Site::of([
            ("/", links(["/near", "/a"])),
            ("/near", near),
            ("/a", links(["/far"])),
            ("/far", far),
            ("/deep", html("")),
        ]);
        let change = |terms: &mut CrawlTerms| (terms.scope.level, terms.fragments) = (Some(2), true);
        let mut run = plan([site.url("/")], change).start();
        let first = site.url(if slow_first { "/far" } else { "/near" });
        run.until(|kind| matches!(kind, EventKind::Finished { fetched, .. } if fetched.url.display_all() == first));
        run.until(|kind| matches!(kind, EventKind::Followed { .. }));
        gate.open();
        let told = Told::by(run);
        let [far, deep] = ["/far", "/deep"].map(|path| site.url(path));
        let places = [format!("{deep} 2:1 far"), format!("{deep} 2:25 again")];
        let edges = |told: &Told| -> Vec<String> {
            let edges = told.edges(&far).into_iter();
            edges.map(|(to, line, column, text)| format!("{to} {line}:{column} {text}")).collect()
        };
        assert_eq!(if slow_first { let_in(&told, &far) } else { edges(&told) }, places, "{slow_first}");
        let links = counted(&told);
        assert_eq!((links.level, links.links()), (1, 7), "slow first: {slow_first}: {links:?}");
        let missed = told.events.iter().filter(|event| matches!(event.kind, EventKind::FragmentMissed { .. }));
        assert_eq!(missed.count(), 1, "and its part is looked for");
    }
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

/// Where a check was asked for before each start had its answer, or a target has more than one result.
fn assert_checked_last(told: &Told, starts: &[&str]) {
    let place = |is_meant: &dyn Fn(&EventKind) -> bool| told.events.iter().position(|event| is_meant(&event.kind));
    let answered = |url: &&str| {
        let is_answer = |kind: &EventKind| matches!(kind, EventKind::Finished { fetched, .. } if fetched.url.display_all() == **url);
        place(&is_answer).expect("each start has an answer")
    };
    let last = starts.iter().map(answered).max();
    let is_check =
        |kind: &EventKind| matches!(kind, EventKind::Started { place: Some(place), .. } if place.role == Role::Check);
    assert!(place(&is_check) > last, "{starts:?}");
    assert!(told.events.iter().all(|event| !matches!(event.kind, EventKind::Reopened { .. })));
}

#[test]
fn what_leads_out_is_checked_only_when_no_start_can_make_it_a_page_any_more() {
    let other = Site::of([("/", missing()), ("/x", links(["/behind"])), ("/behind", html("here"))]);
    let third = Site::of([("/out", html(""))]);
    let [first, second] = starts(vec![other.url("/x"), other.url("/gone"), third.url("/out")], other.url("/"));
    let told = Told::of(plan([&first, &second].map(|site| site.url("/")), external).run());
    let [x, gone, behind] = ["/x", "/gone", "/behind"].map(|path| other.url(path));
    assert_eq!((told.role(&x), told.role(&behind), told.status(&x)), (Role::Page, Role::Page, Some(200)));
    assert_eq!((told.source(&behind), told.edges(&x).len()), (Some(x), 1));
    assert_eq!((told.status(&gone), told.role(&gone)), (Some(404), Role::Page));
    assert_eq!(other.sorted(), ["/", "/behind", "/gone", "/x"], "each is asked for once");
    assert_eq!((third.sorted(), told.role(&third.url("/out"))), (vec!["HEAD /out".to_owned()], Role::Check));
    assert_checked_last(&told, &[&first.url("/"), &second.url("/"), &other.url("/")]);
    let links = counted(&told);
    assert_eq!((links.outside, links.links()), (0, 6), "{links:?}");
    assert_eq!(told.counts().found, told.results.len() as u64);
}

#[test]
fn a_start_that_is_tried_again_or_leads_on_and_on_holds_checks_back_until_its_last_answer() {
    let home = Site::of([("/", links(["/x"])), ("/x", html(""))]);
    let first = Site::of([("/", links([home.url("/x")]))]);
    let (to, asks) = (home.url("/"), AtomicUsize::new(0));
    let late = Site::start(move |asked| match asked.path.as_str() {
        "/" if asks.fetch_add(1, SeqCst) == 0 => status("503 Not Yet"),
        "/" => moved(302, "/1"),
        "/1" => moved(302, "/2").after(Duration::from_millis(50)),
        "/2" => moved(302, &to),
        _ => missing(),
    });
    let mut plan = plan([first.url("/"), late.url("/")], external);
    plan.terms.retry = Retry { most: 2, delay: Duration::from_millis(100) };
    let told = Told::of(plan.run());
    assert_eq!(home.sorted(), ["/", "/x"]);
    assert_eq!(told.role(&home.url("/x")), Role::Page);
}

#[test]
fn a_start_that_comes_to_nothing_lets_checks_go() {
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let other = Site::of([("/x", html(""))]);
    let kept = Site::start(|_| robots("User-agent: *\nDisallow: /"));
    let parked = Site::start(|asked| match asked.path.as_str() {
        "/robots.txt" => missing(),
        _ => status("503 Later").with("Retry-After: 4000"),
    });
    let first = Site::of([("/", links([other.url("/x")]))]);
    let starts = [first.url("/"), format!("http://{gone}/"), kept.url("/"), parked.url("/"), parked.url("/more")];
    let told = Told::of(plan(starts, external).run());
    assert_eq!(other.sorted(), ["HEAD /x"]);
    assert_eq!(told.counts().found, told.results.len() as u64);
}

#[test]
fn what_should_be_a_page_beyond_the_pages_that_may_be_is_told_as_one_and_not_checked() {
    let other = Site::of([("/", html("")), ("/x", links(["/behind"]))]);
    let (gate, to) = (Gate::default(), other.url("/"));
    let first = Site::of([("/", links([other.url("/"), other.url("/x")]))]);
    let second = Site::of([("/", moved(302, &to).behind(&gate))]);
    let change = |terms: &mut CrawlTerms| (terms.wishes.external, terms.manners.max_pages) = (true, Some(2));
    let mut run = plan([&first, &second].map(|site| site.url("/")), change).start();
    run.until(|kind| matches!(kind, EventKind::Followed { .. }));
    gate.open();
    let told = Told::by(run);
    assert_eq!(other.sorted(), [""; 0], "neither as a page nor as a check");
    assert_eq!(told.reason(), EndReason::MaxPages);
    assert_eq!((told.counts().found, told.counts().refused, told.unread()), (4, 2, 2));
}

#[test]
fn starts_beyond_the_pages_that_may_be_do_not_keep_checks_from_being_made() {
    let other = Site::of([("/x", html(""))]);
    let first = Site::of([("/", links([other.url("/x")]))]);
    let starts = ["/", "/2", "/3"].map(|path| first.url(path));
    let change = |terms: &mut CrawlTerms| {
        (terms.wishes.external, terms.manners.max_pages, terms.manners.per_host) = (true, Some(1), 1);
    };
    let told = Told::of(plan(starts, change).run());
    assert_eq!((first.sorted(), other.sorted()), (vec!["/".to_owned()], vec!["HEAD /x".to_owned()]));
    assert_eq!((told.reason(), told.counts().refused), (EndReason::MaxPages, 2));
}

#[test]
fn pages_that_a_second_given_sitemap_lists_are_pages_whoever_linked_to_them_before() {
    let other = Site::of([
        ("/map", typed("text/xml", "<urlset><url><loc>/x</loc></url></urlset>").after(Duration::from_millis(200))),
        ("/x", html("")),
    ]);
    let out = other.url("/x");
    let first =
        Site::of([("/map", typed("text/xml", "<urlset><url><loc>/a</loc></url></urlset>")), ("/a", links([&out]))]);
    let maps = [first.url("/map"), other.url("/map")].map(|map| target(&map));
    let change = |terms: &mut CrawlTerms| (terms.wishes.external, terms.sitemaps) = (true, maps.to_vec());
    let told = Told::of(plan([] as [&str; 0], change).run());
    assert_eq!(other.sorted(), ["/map", "/x"]);
    assert_eq!(told.role(&out), Role::Page);
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

/// Crawls `first`, and `second` once the links of `first` are taken up.
fn and_later(first: &Site, second: &str) -> Told {
    let mut plan = plan([] as [&str; 0], external);
    let mut reader = plan.list();
    let mut run = plan.start();
    assert!(reader.hand(Line::Target(target(&first.url("/"))), false));
    run.until(|kind| matches!(kind, EventKind::Followed { .. }));
    assert!(reader.hand(Line::Target(target(second)), false));
    drop(reader);
    let told = Told::by(run);
    assert_checked_last(&told, &[&first.url("/"), second]);
    told
}

#[test]
fn a_start_that_comes_after_a_link_to_it_is_crawled_and_not_checked() {
    let other = Site::of([("/", links(["/x"])), ("/x", html("here")), ("/robots.txt", missing())]);
    let out = other.url("/");
    let third = Site::of([("/", html(""))]);
    let first = Site::of([("/", links([out.clone(), third.url("/")]))]);
    let told = and_later(&first, &out);
    assert_eq!((other.sorted(), third.sorted()), (vec!["/".to_owned(), "/x".to_owned()], vec!["HEAD /".to_owned()]));
    assert_eq!((told.role(&out), told.role(&other.url("/x")), told.followed(&out).new), (Role::Page, Role::Page, 1));
    assert_eq!((told.counts().found, told.results.len()), (4, 4));
}

#[test]
fn a_start_that_was_to_be_checked_and_redirects_widens_the_scope_as_any_start() {
    let third = Site::of([("/", links(["/x"])), ("/x", html("here"))]);
    let to = third.url("/");
    let other = Site::of([("/", moved(302, &to))]);
    let out = other.url("/");
    let fourth = Site::of([("/", html(""))]);
    let first = Site::of([("/", links([&out, &to, &fourth.url("/")]))]);
    let told = and_later(&first, &out);
    assert_eq!((told.role(&out), told.role(&to), told.role(&third.url("/x"))), (Role::Page, Role::Page, Role::Page));
    assert_eq!(third.sorted(), ["/", "/x"]);
}

#[test]
fn the_sitemaps_of_a_host_that_was_only_to_be_checked_are_read_once_it_belongs_to_the_crawl() {
    let other = Site::start(|asked| match asked.path.as_str() {
        "/robots.txt" => robots("Sitemap: /map"),
        "/map" => typed("text/xml", "<urlset><url><loc>/listed</loc></url></urlset>"),
        _ => html("here"),
    });
    let fourth = Site::of([("/", html(""))]);
    let first = Site::of([("/", links([other.url("/x"), fourth.url("/")]))]);
    let told = and_later(&first, &other.url("/start"));
    assert_eq!(other.sorted(), ["/listed", "/map", "/start", "/x"]);
    assert_eq!((told.sitemaps().len(), told.source(&other.url("/listed"))), (1, Some(other.url("/map"))));
    let alone = Told::of(plan([first.url("/")], external).run());
    assert_eq!(alone.sitemaps().len(), 0, "and of a host that does not, none is");
}

#[test]
fn where_a_start_is_asked_again_by_a_wish_and_leads_elsewhere_then_it_is_told_what_stays_a_check() {
    let other = Site::of([("/", html("")), ("/x", html(""))]);
    let (to, out, asks) = (other.url("/"), other.url("/x"), AtomicUsize::new(0));
    let first = Site::start(move |asked| match asked.path.as_str() {
        "/" if asks.fetch_add(1, SeqCst) > 0 => moved(302, &to),
        "/" => links([&out]),
        _ => missing(),
    });
    let mut run = plan([first.url("/")], external).stays().start();
    run.until(|kind| matches!(kind, EventKind::RunEnded { .. }));
    run.tell(Control::Retry(FetchId(1)));
    run.until(|kind| matches!(kind, EventKind::RunReopened { .. }));
    run.until(|kind| matches!(kind, EventKind::RunEnded { .. }));
    let is_meant = |kind: &EventKind| match kind {
        EventKind::Trapped { words, .. } => words.display_all().contains("was checked before"),
        _ => false,
    };
    let trapped = run.seen().iter().filter(|event| is_meant(&event.kind));
    assert_eq!(trapped.count(), 1);
    assert_eq!(other.sorted(), ["/", "HEAD /x"]);
}

/// Two starts of one site, `/` and `/late`, of which the second is answered last or first. `/late` leads to `/r`, and that to `/x`,
/// which is kept out by an expression.
fn led_to_what_is_kept_out(late_last: bool, change: impl FnOnce(&mut CrawlTerms)) -> (Site, Told) {
    let gate = Gate::default();
    let opens = gate.clone();
    let behind = move |is: bool, answer: Answer| if is { answer.behind(&opens) } else { answer };
    let site = Site::of([
        ("/", behind(!late_last, html("<a href=/r>r</a>\n<a href=/x>x</a>"))),
        ("/late", behind(late_last, moved(302, "/r"))),
        ("/r", moved(302, "/x")),
        ("/x", html("here")),
    ]);
    let mut run = plan(["/", "/late"].map(|path| site.url(path)), change).start();
    let redirect = site.url("/r");
    run.until(|kind| matches!(kind, EventKind::Finished { fetched, .. } if fetched.url.display_all() == redirect));
    run.until(|kind| matches!(kind, EventKind::Followed { .. }));
    gate.open();
    let told = Told::by(run);
    (site, told)
}

#[test]
fn where_a_start_leads_is_crawled_and_links_to_it_are_counted_whenever_that_is_known() {
    let exclude = |terms: &mut CrawlTerms| terms.scope.exclude = Patterns::new(&["/x$"]).unwrap();
    let include = |terms: &mut CrawlTerms| terms.scope.include = Patterns::new(&["/r$"]).unwrap();
    for change in [exclude, include] {
        for late_last in [true, false] {
            let (site, told) = led_to_what_is_kept_out(late_last, change);
            assert_eq!(site.sorted(), ["/", "/late", "/r", "/x"], "late last: {late_last}");
            let links = counted(&told);
            let kept_out = links.exclude + links.include;
            assert_eq!((links.new, links.known, kept_out), (2, 2, 0), "late last: {late_last}: {links:?}");
            assert_eq!(told.counts().found, 4);
        }
    }
}

#[test]
fn a_start_that_is_kept_out_by_an_expression_and_comes_late_takes_links_to_it_along() {
    let site = Site::of([("/", html("<a href=/x>x</a> <a href=/y>y</a>")), ("/x", html("here"))]);
    let mut plan = plan([] as [&str; 0], |terms| terms.scope.exclude = Patterns::new(&["/[xy]$"]).unwrap());
    let mut reader = plan.list();
    let mut run = plan.start();
    assert!(reader.hand(Line::Target(target(&site.url("/"))), false));
    run.until(|kind| matches!(kind, EventKind::Followed { .. }));
    assert!(reader.hand(Line::Target(target(&site.url("/x"))), false));
    drop(reader);
    let told = Told::by(run);
    assert_eq!(site.sorted(), ["/", "/x"]);
    assert_eq!(let_in(&told, &site.url("/")), [format!("{} 1:1 x", site.url("/x"))]);
    let links = counted(&told);
    assert_eq!((links.known, links.exclude), (1, 1), "{links:?}");
}
