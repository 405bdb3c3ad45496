use super::*;
use crate::clock::At;
use crate::crawl::frontier::{Ended, Manners, Next};
use crate::crawl::links::{LinkFinder, Wanted};
use crate::crawl::scope::{Patterns, Rules, Scope};
use crate::crawl::sitemap::Sitemap;
use proptest::prelude::*;
use std::collections::BTreeMap;

/// Pages by number. One with a single link redirects there, if it is among those.
#[derive(Clone, Debug)]
struct Graph {
    links: Vec<Vec<usize>>,
    redirects: Vec<bool>,
    /// Those that take their links for images.
    framed: Vec<bool>,
}

impl Graph {
    fn redirect(&self, page: usize) -> Option<usize> {
        self.links[page].first().copied().filter(|_| self.redirects[page])
    }

    /// How many redirects away from what is linked each page is that is found, where so many are followed.
    fn redirects(&self, most: u32) -> BTreeMap<usize, u32> {
        let mut away = BTreeMap::from([(0, 0)]);
        loop {
            let before = away.clone();
            for (&page, &redirects) in before.iter().filter(|(_, redirects)| **redirects <= most) {
                let (found, redirects) = match self.redirect(page) {
                    Some(to) => (vec![to], redirects + 1),
                    None => (self.links[page].clone(), 0),
                };
                for to in found {
                    let least = away.entry(to).or_insert(redirects);
                    *least = redirects.min(*least);
                }
            }
            if away == before {
                return away;
            }
        }
    }

    /// How far from the first page each is that is within the level.
    fn distances(&self, level: u32) -> BTreeMap<usize, u32> {
        let mut distances = BTreeMap::from([(0, (0, false))]);
        loop {
            let before = distances.clone();
            for (&page, &(depth, asset)) in &before {
                let (links, at) = match (self.redirect(page), self.framed[page]) {
                    (Some(to), _) => (vec![to], (depth, asset)),
                    (None, true) => (self.links[page].clone(), (depth, true)),
                    (None, false) => (self.links[page].clone(), (depth + u32::from(asset) + 1, false)),
                };
                for to in links.into_iter().filter(|_| at.0 <= level) {
                    let known = distances.entry(to).or_insert(at);
                    *known = at.min(*known);
                }
            }
            if distances == before {
                return distances.into_iter().map(|(page, (depth, _))| (page, depth)).collect();
            }
        }
    }
}

fn target(page: usize) -> Target {
    Target::parse(&format!("http://a.example/{page}")).unwrap()
}

fn explorer(level: u32, redirects: u32, per_host: u32) -> Explorer {
    let frontier = Frontier::new(Manners { robots: false, per_host, ..Manners::default() });
    let scope = Scope::new(Rules { level: Some(level), ..Rules::default() }, []);
    let mut explorer = Explorer::new(frontier, scope, Wishes { assets: true, external: false, nofollow: true }, 1);
    explorer.follow_redirects(redirects);
    explorer
}

/// The pages that are asked for and how far they are held to be in the end, where answers and slices of links come in
/// any order.
fn crawled(graph: &Graph, level: u32, per_host: u32, order: &[usize]) -> BTreeMap<usize, u32> {
    asked(graph, explorer(level, 20, per_host), order).0
}

/// The same, and what is too many redirects away.
fn asked(graph: &Graph, mut explorer: Explorer, order: &[usize]) -> (BTreeMap<usize, u32>, Vec<usize>) {
    explorer.start(&target(0), &mut Aside::default());
    let (mut going, mut following, mut asked) = (Vec::new(), Vec::new(), BTreeMap::new());
    for turn in order.iter().cycle() {
        while let Next::Target(taken) = explorer.frontier.next(At(0)) {
            let page = number(&taken.url);
            assert_eq!(asked.insert(page, taken.id), None, "it is asked for once");
            going.push((taken.id, page));
        }
        if going.is_empty() && following.is_empty() {
            break;
        }
        let chosen = turn % (going.len() + following.len());
        if chosen >= going.len() {
            let at = chosen - going.len();
            if explorer.follow(&mut following[at], 1) {
                following.swap_remove(at);
            }
            continue;
        }
        let (id, page) = going.swap_remove(chosen);
        explorer.frontier.done(id, Ended { status: Some(200), ..Ended::default() }, At(0));
        match graph.redirect(page) {
            Some(to) => _ = explorer.lead(id, &target(page), &target(to)),
            None => {
                explorer.answered(id);
                let mut finder = LinkFinder::html(b"text/html", Wanted { links: 99, assets: true, ids: false });
                let link =
                    |to| if graph.framed[page] { format!("<img src=/{to}>") } else { format!("<a href=/{to}>x</a>") };
                graph.links[page].iter().for_each(|to| finder.take(link(to).as_bytes()));
                following.push(explorer.begin(id, &target(page), finder.finish(), false));
            }
        }
    }
    let far = std::iter::from_fn(|| explorer.frontier.give_up_far()).map(|(_, url)| number(&url)).collect();
    let counts = explorer.counts();
    assert_eq!((counts.found, counts.waiting, counts.in_flight), (counts.done + counts.refused, 0, 0));
    (asked.into_iter().map(|(page, id)| (page, explorer.frontier.depth(id))).collect(), far)
}

fn number(url: &str) -> usize {
    url.rsplit_once('/').unwrap().1.parse().unwrap()
}

#[test]
fn a_page_that_turns_out_to_be_nearer_takes_what_is_behind_it_along() {
    let graph = Graph {
        links: vec![vec![1, 2], vec![4], vec![3], vec![4], vec![5], vec![6], vec![]],
        redirects: vec![false; 7],
        framed: vec![false; 7],
    };
    // The first page that is in flight each time: 1 comes at last.
    let late = crawled(&graph, 3, 9, &[1]);
    assert_eq!(late, BTreeMap::from([(0, 0), (1, 1), (2, 1), (3, 2), (4, 2), (5, 3)]));
    assert_eq!(late, crawled(&graph, 3, 9, &[0]));
}

#[test]
fn a_link_beyond_the_level_to_what_a_redirect_leads_to_counts_whichever_was_there_first() {
    let graph = Graph {
        links: vec![vec![1, 2], vec![3], vec![3], vec![4], vec![]],
        redirects: vec![false, true, false, true, false],
        framed: vec![false; 5],
    };
    for order in [&[0][..], &[1], &[0, 1], &[1, 0], &[0, 0, 1], &[0, 1, 1, 0]] {
        let (asked, far) = asked(&graph, explorer(1, 1, 9), order);
        assert_eq!((asked.into_keys().collect::<Vec<_>>(), far), (vec![0, 1, 2, 3, 4], vec![]), "{order:?}");
    }
}

#[test]
fn a_start_that_comes_late_is_nearer_than_what_has_led_to_it() {
    let mut explorer = explorer(1, 20, 9);
    explorer.start(&target(0), &mut Aside::default());
    let page = |explorer: &mut Explorer, id: FetchId, number, html: &[u8]| {
        let mut finder = LinkFinder::html(b"text/html", Wanted { links: 99, assets: true, ids: false });
        finder.take(html);
        let mut following = explorer.begin(id, &target(number), finder.finish(), false);
        assert!(explorer.follow(&mut following, 99));
    };
    page(&mut explorer, FetchId(1), 0, b"<a href=/1>x</a>");
    page(&mut explorer, FetchId(2), 1, b"<a href=/2>x</a>");
    assert_eq!(explorer.counts().found, 2);
    assert_eq!(explorer.start(&target(1), &mut Aside::default()), Some(FetchId(2)), "it is still to be asked for");
    assert_eq!(
        (explorer.counts().found, explorer.frontier.depth(FetchId(2)), explorer.frontier.depth(FetchId(3))),
        (3, 0, 1)
    );
}

#[test]
fn sitemaps_that_list_more_than_is_taken_up_of_all_say_so_and_are_followed_by_no_other() {
    let mut explorer = explorer(9, 20, 9);
    explorer.start(&target(0), &mut Aside::default());
    let map = |name: &str| Target::parse(&format!("http://a.example/{name}.xml")).unwrap();
    let [first, second] = ["one", "two"].map(|name| explorer.sitemap(&map(name), None, 0));
    let (first, second) = (first.unwrap(), second.unwrap());
    assert_eq!(explorer.forgo_maps(), None);
    let page = |number| format!("http://a.example/{}/{number}", "x".repeat(1_900)).into();
    let sitemap = Sitemap { pages: (0..40_000).map(page).collect(), ..Sitemap::default() };
    let mut listing = explorer.open(first, &map("one"), sitemap);
    assert!(explorer.list(&mut listing, 50_000));
    let taken = u64::from(listing.new);
    assert!((30_000..40_000).contains(&taken), "{taken}");
    let words =
        format!("not taken up: {} beyond what is taken up of all sitemaps", crate::units::count(40_000 - taken));
    assert_eq!(listing.left_out(), Some(words));
    let (words, url) = explorer.forgo_maps().unwrap();
    assert!(words.ends_with("(sitemaps left unread: 2)") && url.ends_with("/one.xml"), "{words}");
    assert_eq!((explorer.frontier.standing(second), explorer.forgo_maps()), (Standing::Refused, None));
    assert_eq!(explorer.sitemap(&map("three"), None, 0), None);
    assert_eq!(explorer.counts().found, taken + 1, "and no map is counted");
}

/// A start with so many links to pages of another host, which is a start later: what came of that.
fn host_that_is_a_start_later(links: usize, external: bool) -> (Explorer, Aside) {
    let wishes = Wishes { assets: false, external, nofollow: true };
    let scope = Scope::new(Rules::default(), []);
    let mut explorer = Explorer::new(Frontier::new(Manners { robots: false, ..Manners::default() }), scope, wishes, 1);
    explorer.more_starts = true;
    explorer.start(&target(0), &mut Aside::default());
    let mut finder = LinkFinder::html(b"text/html", Wanted { links, assets: false, ids: false });
    let letter = |number: usize, place: u32| char::from(b'a' + (number / 26_usize.pow(place) % 26) as u8);
    for number in 0..links {
        let name: String = (0..4).map(|place| letter(number, place)).collect();
        finder.take(format!("<a href=http://b.example/{name}>x</a>").as_bytes());
    }
    let mut following = explorer.begin(FetchId(1), &target(0), finder.finish(), false);
    assert!(explorer.follow(&mut following, links));
    let mut aside = Aside::default();
    explorer.start(&Target::parse("http://b.example/").unwrap(), &mut aside);
    (explorer, aside)
}

#[test]
fn what_led_out_is_kept_within_bounds_until_its_host_belongs_to_the_crawl_and_more_is_said() {
    for (most, external) in [(100_000, true), (10_000, false)] {
        for links in [most, most + 3] {
            let (explorer, aside) = host_that_is_a_start_later(links, external);
            let let_in: usize = aside.late.iter().map(|late| late.admitted.now.edges.len()).sum();
            assert_eq!(aside.pages.len() + let_in, most, "external: {external}");
            let told =
                aside.trapped.iter().any(|(words, _)| words.starts_with("more links that lead out than are kept"));
            assert_eq!((told, aside.trapped.len()), (links > most, usize::from(links > most)), "{:?}", aside.trapped);
            assert_eq!(explorer.counts().found as usize, 2 + if external { links } else { most });
        }
    }
}

#[test]
fn links_beyond_those_that_are_kept_to_what_an_expression_keeps_out_are_said_where_a_start_leads_there() {
    for links in [10_000, 10_003] {
        let rules = Rules { exclude: Patterns::new(&["/x"]).unwrap(), ..Rules::default() };
        let frontier = Frontier::new(Manners { robots: false, ..Manners::default() });
        let wishes = Wishes { assets: false, external: false, nofollow: true };
        let mut explorer = Explorer::new(frontier, Scope::new(rules, []), wishes, 1);
        explorer.more_starts = true;
        explorer.start(&target(0), &mut Aside::default());
        let mut finder = LinkFinder::html(b"text/html", Wanted { links, assets: false, ids: false });
        (0..links).for_each(|number| finder.take(format!("<a href=/x{number}>x</a>").as_bytes()));
        let mut following = explorer.begin(FetchId(1), &target(0), finder.finish(), false);
        assert!(explorer.follow(&mut following, links));
        let mut late = |path: &str| {
            let mut aside = Aside::default();
            explorer.start(&Target::parse(&format!("http://a.example/{path}")).unwrap(), &mut aside);
            let told = aside.trapped.iter().any(|(words, _)| words.contains("some to this start may be missing"));
            assert_eq!(aside.trapped.len(), usize::from(told), "{:?}", aside.trapped);
            (told, aside.late.len())
        };
        assert_eq!(late("own"), (false, 0), "no expression keeps that out");
        assert_eq!(late("x1"), (links > 10_000, 1));
        assert_eq!(late("x10002"), (false, 0), "it is said once");
    }
}

fn graph() -> impl Strategy<Value = Graph> {
    (2..14_usize).prop_flat_map(|pages| graph_of(pages, 0.15))
}

fn graph_of(pages: usize, redirects: f64) -> impl Strategy<Value = Graph> {
    let links = prop::collection::vec(prop::collection::vec(0..pages, 0..4), pages);
    let some = |share| prop::collection::vec(prop::bool::weighted(share), pages);
    (links, some(redirects), some(0.2)).prop_map(|(links, redirects, framed)| Graph { links, redirects, framed })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]
    #[test]
    fn a_level_is_of_the_shortest_path_whatever_the_order_of_answers(
        graph in graph(),
        level in 0..6_u32,
        per_host in 1..5_u32,
        order in prop::collection::vec(0..1000_usize, 1..60),
    ) {
        prop_assert_eq!(crawled(&graph, level, per_host, &order), graph.distances(level));
    }

    #[test]
    fn so_many_redirects_are_followed_by_the_shortest_way_whatever_the_order_of_answers(
        graph in (2..14_usize).prop_flat_map(|pages| graph_of(pages, 0.6)),
        most in 0..4_u32,
        per_host in 1..5_u32,
        order in prop::collection::vec(0..1000_usize, 1..60),
    ) {
        let (asked, mut far) = asked(&graph, explorer(99, most, per_host), &order);
        far.sort_unstable();
        let away = graph.redirects(most);
        let (near, beyond): (Vec<usize>, Vec<usize>) = away.keys().partition(|page| away[page] <= most);
        prop_assert_eq!((asked.into_keys().collect::<Vec<_>>(), far), (near, beyond));
    }

    #[test]
    fn what_is_asked_for_within_a_level_and_so_many_redirects_is_the_same_in_each_order_of_answers(
        graph in (2..14_usize).prop_flat_map(|pages| graph_of(pages, 0.5)),
        bounds in (0..4_u32, 0..3_u32),
        per_host in 1..5_u32,
        orders in prop::collection::vec(prop::collection::vec(0..1000_usize, 1..60), 2),
    ) {
        let [one, other] = [&orders[0], &orders[1]].map(|order| {
            let (asked, mut far) = asked(&graph, explorer(bounds.0, bounds.1, per_host), order);
            far.sort_unstable();
            (asked, far)
        });
        prop_assert_eq!(one, other);
    }
}
