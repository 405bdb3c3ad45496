//! Links to hosts where a start may lead yet: what becomes of them does not hang on which answer comes first.

use crate::loopback::Gate;
use crate::site::{Answer, Site, html, links, missing, moved};
use crate::told::{Told, plan};
use crawltop::crawl::scope::{Patterns, Reach};
use crawltop::engine::CrawlTerms;
use crawltop::event::{Event, EventKind};
use crawltop::followed::Followed;
use crawltop::id::FetchId;
use crawltop::place::Role;
use crawltop::state::State;

/// A crawl from two starts: a page with these links, and a redirect. Which of them is answered first is given.
fn crawled(page_first: bool, page: &str, to: &str, change: impl FnOnce(&mut CrawlTerms)) -> (Site, Told) {
    let gate = Gate::default();
    let opens = gate.clone();
    let behind = move |is: bool, answer: Answer| if is { answer.behind(&opens) } else { answer };
    let site = Site::of([
        ("/", behind(!page_first, html(page))),
        ("/led", behind(page_first, moved(302, to))),
        ("/hop", moved(302, &format!("{to}hopped"))),
    ]);
    let mut run = plan(["/", "/led"].map(|path| site.url(path)), change).start();
    run.until(|kind| matches!(kind, EventKind::Followed { .. }));
    gate.open();
    (site, Told::by(run))
}

fn counted(told: &Told) -> Followed {
    let mut state = State::default();
    told.events.iter().for_each(|event| state.apply(event));
    let links = state.crawl.links.clone();
    assert_eq!(state.edges.len() as u32, links.new + links.known, "each that leads somewhere is kept: {links:?}");
    Followed { edges: Vec::new(), texts: Box::default(), ..links }
}

/// What a crawl has come to, however it went: what was asked, what was found, how links are counted, and where those lead
/// that lead somewhere.
fn outcome(told: &Told) -> (Vec<String>, u64, Followed, Vec<String>) {
    let role = |url: &String| format!("{url} {:?} {}", told.role(url), told.depth(url));
    let of_event = |event: &Event| match &event.kind {
        EventKind::Followed { id, followed } => edges_of(told, *id, followed),
        EventKind::Admitted { id, admitted } => edges_of(told, *id, &admitted.now),
        _ => Vec::new(),
    };
    let mut edges: Vec<String> = told.events.iter().flat_map(of_event).collect();
    edges.sort();
    let mut links = counted(told);
    (links.known, links.new) = (links.known + links.new, 0);
    (told.results.keys().map(role).collect(), told.counts().found, links, edges)
}

fn edges_of(told: &Told, page: FetchId, followed: &Followed) -> Vec<String> {
    let edges = followed.edges();
    let (page, url_of) = (told.url_of(page), |id| told.url_of(id));
    edges.map(|(edge, text)| format!("{page} {}:{} {text} {}", edge.line, edge.column, url_of(edge.to))).collect()
}

type Change = fn(&mut CrawlTerms);

#[test]
fn links_that_lead_out_are_judged_as_inside_where_a_start_leads_whichever_answer_comes_first() {
    let level: Change = |terms| terms.scope.level = Some(0);
    let include: Change = |terms| terms.scope.include = Patterns::new(&["^[^?]*/in", "/hop"]).unwrap();
    let parent: Change = |terms| terms.scope.no_parent = true;
    let asked = [vec!["/in/"], vec!["/in/", "/in/hopped", "/in/x"], vec!["/in/", "/in/hopped", "/in/x"]];
    for (change, asked) in [level, include, parent].into_iter().zip(asked) {
        let outcomes = [true, false].map(|page_first| {
            let other = Site::of([("/in/", html("")), ("/in/x", html("")), ("/above", missing())]);
            let third = Site::of([("/in", missing())]);
            let [above, x, inside] = ["/above", "/in/x", "/in/"].map(|path| other.url(path));
            let out = third.url("/in");
            let page = format!(
                "<a href={above}>a</a> <a href={above}#part>b</a>\n<a href={x}>x</a><a href={x}#y>y</a>\
                 <a href={out}>out</a><a href=/hop>hop</a>"
            );
            let (_, told) = crawled(page_first, &page, &inside, |terms| {
                change(terms);
                (terms.wishes.external, terms.fragments) = (true, true);
            });
            assert_eq!(other.sorted(), asked, "the page first: {page_first}");
            assert_eq!(third.sorted(), ["/in", "HEAD /in"]);
            assert_eq!(told.role(&out), Role::Check);
            if told.results.contains_key(&other.url("/in/hopped")) {
                assert_eq!(told.chain(&other.url("/in/hopped")).len(), 1, "the way there is told");
            }
            let all = [other.url(""), third.url("")].into_iter().zip(["other:", "third:"]);
            let named = |text: String| all.clone().fold(text, |text, (from, to)| text.replace(&from, to));
            let (results, found, links, edges) = outcome(&told);
            let own = told.results.keys().find(|url| url.ends_with("/led")).unwrap().replace("led", "");
            let sorted = |all: Vec<String>| -> Vec<String> {
                let mut all: Vec<String> = all.into_iter().map(|text| named(text).replace(&own, "/")).collect();
                all.sort();
                all
            };
            (sorted(results), found, links, sorted(edges))
        });
        let [first, last] = outcomes;
        assert_eq!(first, last);
    }
}

#[test]
fn with_no_parent_pages_of_hosts_that_a_start_leads_to_are_kept_out_whichever_answer_comes_first() {
    for page_first in [true, false] {
        let other = Site::of([("/in/", html("")), ("/in/x", html("")), ("/above", html(""))]);
        let third = Site::of([("/", links(["/more"])), ("/more", html(""))]);
        let page = ["/above", "/in/x"].map(|path| format!("<a href={}>x</a>", other.url(path))).concat()
            + &format!("<a href={}>x</a>", third.url("/"));
        let (_, told) = crawled(page_first, &page, &other.url("/in/"), |terms| {
            (terms.scope.no_parent, terms.scope.reach) = (true, Reach::Any);
        });
        assert_eq!(other.sorted(), ["/in/", "/in/x"], "the page first: {page_first}");
        assert_eq!(third.sorted(), ["/", "/more"], "where no start is, it forbids nothing");
        let links = counted(&told);
        assert_eq!((links.new + links.known, links.no_parent, links.outside), (4, 1, 0), "{links:?}");
    }
}

#[test]
fn a_link_that_a_start_lets_in_too_far_is_taken_up_once_its_page_turns_out_to_be_nearer() {
    for external in [false, true] {
        let other = Site::of([("/", html("")), ("/x", links(["/y"])), ("/y", html("")), ("/z", html(""))]);
        let (near, start) = (Gate::default(), Gate::default());
        let to = other.url("/");
        let site = Site::of([
            ("/", links(["/a", "/short"])),
            ("/a", links(["/page"])),
            ("/page", links([other.url("/x"), other.url("/z")])),
            ("/short", moved(302, "/page").behind(&near)),
            ("/led", moved(302, &to).behind(&start)),
        ]);
        let change = |terms: &mut CrawlTerms| (terms.scope.level, terms.wishes.external) = (Some(2), external);
        let mut run = plan(["/", "/led"].map(|path| site.url(path)), change).start();
        let page = site.url("/page");
        run.until(|kind| matches!(kind, EventKind::Finished { fetched, .. } if fetched.url.display_all() == page));
        run.until(|kind| matches!(kind, EventKind::Followed { .. }));
        start.open();
        run.until(|kind| matches!(kind, EventKind::Finished { fetched, .. } if fetched.url.display_all() == to));
        near.open();
        let told = Told::by(run);
        assert_eq!((told.depth(&other.url("/x")), told.depth(&other.url("/z"))), (2, 2), "external: {external}");
        let links = counted(&told);
        assert_eq!((links.level, links.outside), (1, 0), "only /y is too deep: {links:?}");
    }
}
