//! Sites made by chance, held against a model of a crawl: what is asked for, how often, and what comes of it.

use crate::site::{Answer, Site, html, missing, moved, robots, status};
use crate::told::{Told, plan};
use crawltop::event::Engine;
use crawltop::failure::FailureKind;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

const PAGES: usize = 80;

#[derive(Clone, Debug)]
enum Page {
    /// With its links, each of them followed or not.
    Links(Vec<(usize, bool)>),
    Moved(usize),
    Status(u16),
    Kept(Vec<usize>),
}

fn made(seed: u64) -> Vec<Page> {
    let mut dice = fastrand::Rng::with_seed(seed);
    let mut pages: Vec<Page> = (0..PAGES)
        .map(|_| match dice.u32(0..20) {
            0..3 => Page::Moved(dice.usize(0..PAGES)),
            3..5 => Page::Status([404, 410, 500][dice.usize(0..3)]),
            5..7 => Page::Kept(vec![dice.usize(0..PAGES)]),
            _ => Page::Links((0..dice.usize(0..9)).map(|_| (dice.usize(0..PAGES), dice.u32(0..8) > 0)).collect()),
        })
        .collect();
    pages[0] = Page::Links((0..4).map(|_| (dice.usize(0..PAGES), true)).collect());
    pages
}

fn path(pages: &[Page], number: usize) -> String {
    match (&pages[number], number) {
        (_, 0) => "/".to_owned(),
        (Page::Kept(_), _) => format!("/kept/{number}"),
        _ => format!("/page/{number}"),
    }
}

fn answer(pages: &[Page], number: usize) -> Answer {
    let anchor = |&(to, is_followed): &(usize, bool)| {
        let rel = if is_followed { "" } else { " rel='x nofollow'" };
        format!("<a href='{}#{number}'{rel}>{to}</a>\n", path(pages, to))
    };
    match &pages[number] {
        Page::Links(links) => html(&links.iter().map(anchor).collect::<String>()),
        Page::Kept(links) => html(&links.iter().map(|&to| anchor(&(to, true))).collect::<String>()),
        Page::Moved(to) => moved(302, &path(pages, *to)),
        Page::Status(code) => status(&format!("{code} Oh")),
    }
}

fn serve(pages: Arc<Vec<Page>>) -> Site {
    Site::start(move |asked| {
        let number = asked.path.rsplit('/').next().and_then(|number| number.parse::<usize>().ok());
        match asked.path.as_str() {
            "/robots.txt" => robots("User-agent: *\nDisallow: /kept/"),
            "/" => answer(&pages, 0),
            _ => number.map_or_else(missing, |number| answer(&pages, number)),
        }
    })
}

/// How many links and then redirects each page that is found is away, and in which way: breadth first.
fn model(pages: &[Page]) -> BTreeMap<usize, u32> {
    let mut depths = BTreeMap::from([(0, 0)]);
    let mut waiting = VecDeque::from([0]);
    while let Some(number) = waiting.pop_front() {
        let depth = depths[&number];
        let found: Vec<(usize, u32)> = match &pages[number] {
            Page::Links(links) => {
                links.iter().filter(|(_, is_followed)| *is_followed).map(|&(to, _)| (to, depth + 1)).collect()
            }
            Page::Moved(to) => vec![(*to, depth)],
            Page::Status(_) | Page::Kept(_) => Vec::new(),
        };
        for (to, depth) in found {
            if let Entry::Vacant(place) = depths.entry(to) {
                place.insert(depth);
                waiting.push_back(to);
            }
        }
    }
    depths
}

fn assert_as_the_model(pages: &[Page], site: &Site, told: &Told, what: &str) {
    let found = model(pages);
    let is_kept = |number: &usize| matches!(pages[*number], Page::Kept(_));
    let mut expected: Vec<String> = found.keys().filter(|it| !is_kept(it)).map(|&it| path(pages, it)).collect();
    expected.sort();
    assert_eq!((site.sorted(), site.robots()), (expected, 1), "{what}");
    assert_eq!(told.results.len(), found.len(), "{what}");
    for number in found.keys() {
        let result = told.result(&site.url(&path(pages, *number)));
        let expected = match &pages[*number] {
            Page::Links(_) => Some(200),
            Page::Moved(_) => Some(302),
            Page::Status(code) => Some(*code),
            Page::Kept(_) => None,
        };
        assert_eq!(result.status, expected, "{what}: {number}");
        let is_robots = result.kind() == Some(FailureKind::Robots);
        assert_eq!(is_robots, is_kept(number), "{what}: {number}");
        let loops = result.kind() == Some(FailureKind::TooManyRedirects);
        assert!(!loops || matches!(pages[*number], Page::Moved(_)), "{what}: {number}");
    }
    let counts = told.counts();
    assert_eq!((counts.found, counts.done + counts.refused), (found.len() as u64, found.len() as u64), "{what}");
}

#[test]
fn sites_made_by_chance_are_crawled_as_a_model_says() {
    for seed in 0..12 {
        for engine in Engine::ALL {
            let pages = Arc::new(made(seed));
            let site = serve(pages.clone());
            let told = Told::of(plan([site.url("/")], |_| ()).engine(engine).run());
            assert_as_the_model(&pages, &site, &told, &format!("seed {seed}, {engine:?}"));
        }
    }
}

#[test]
fn one_after_another_every_page_is_found_by_its_shortest_way() {
    for seed in 100..130 {
        let pages = Arc::new(made(seed));
        let site = serve(pages.clone());
        let told = Told::of(plan([site.url("/")], |_| ()).cap(1).run());
        assert_as_the_model(&pages, &site, &told, &format!("seed {seed}"));
        let links = |number: &usize| told.depth(&site.url(&path(&pages, *number)));
        let found = model(&pages);
        // A redirect is a way without a length, which breadth first by hops does not know.
        let shorter = found.iter().filter(|(number, depth)| links(number) < **depth).count();
        assert!(found.iter().all(|(number, depth)| links(number) <= *depth), "seed {seed}, {shorter} shorter");
        assert!(found.keys().all(|number| *number == 0 || told.source(&site.url(&path(&pages, *number))).is_some()));
    }
}
