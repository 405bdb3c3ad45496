//! More redirects on end than are followed: what is asked for and what fails is decided by the site alone, and by no answer
//! that comes first.

use crate::loopback::Gate;
use crate::site::{Answer, Site, links, missing, moved};
use crate::told::{Told, plan};
use crawltop::event::{Engine, EventKind};
use crawltop::failure::FailureKind;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

fn too_many(told: &Told) -> Vec<&String> {
    let fails = told.results.iter().filter(|(_, result)| result.kind() == Some(FailureKind::TooManyRedirects));
    fails.map(|(url, _)| url).collect()
}

/// What the report says of what fails, and of chains of redirects.
fn told_in_report((site, told): &(Site, Told)) -> Vec<String> {
    let report = told.report(crawltop::report::Jsonl::default()).replace(site.url("").trim_end_matches('/'), "");
    let lines = report.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let said = lines.filter_map(|line| match line["type"].as_str() {
        Some("failed") => {
            let [url, page, via, words] = [&line["url"], &line["page"], &line["via"], &line["error"]["message"]];
            Some(format!("{url} {page} {}:{} {via} {words}", line["line"], line["column"]).replace('"', ""))
        }
        Some("redirects") => Some(format!("{} {} {}", line["end"], line["final_url"], line["hops"].as_array()?.len())),
        _ => None,
    });
    said.collect()
}

/// A chain of nine redirects, linked at its beginning and at its sixth; which of both answers later is given.
fn chained(late: &'static str, last: &str, most: u32) -> (Site, Told) {
    let gate = Gate::default();
    let opens = gate.clone();
    let site = Site::start(move |asked| match asked.path.as_str() {
        "/" => links(["/0", "/more"]),
        "/more" => behind(late == "/more", links(["/5"]), &opens),
        "/robots.txt" | "/9" => missing(),
        path => {
            let number = path[1..].parse::<u64>().unwrap();
            behind(late == path, moved(302, &format!("/{}", number + 1)), &opens)
        }
    });
    let mut run = plan([site.url("/")], |_| ());
    run.options.asks.max_redirects = most;
    let mut run = run.prepare().announced().start();
    let told = site.url(last);
    run.until(|kind| matches!(kind, EventKind::Finished { fetched, .. } if fetched.url.display_all() == told));
    gate.open();
    let told = Told::by(run);
    (site, told)
}

fn behind(is: bool, answer: Answer, gate: &Gate) -> Answer {
    if is { answer.behind(gate) } else { answer }
}

#[test]
fn redirects_are_counted_from_the_nearest_one_that_is_linked_whichever_is_answered_first() {
    for (most, beyond) in [(9, &[][..]), (5, &[]), (4, &[]), (3, &["/4", "/9"]), (1, &["/2", "/7"])] {
        // The chain is as far as it goes when the link to the middle of it is found, or has not begun.
        let early = format!("/{}", most.min(8));
        let runs = [("/more", early.as_str()), ("/0", if most > 2 { "/8" } else { "/6" })];
        let told = runs.map(|(late, last)| chained(late, last, most));
        for (site, told) in &told {
            let expected: Vec<String> = beyond.iter().map(|path| site.url(path)).collect();
            assert_eq!(too_many(told), expected.iter().collect::<Vec<_>>(), "{most}");
            let unasked = |path: &String| !beyond.contains(&path.as_str());
            assert_eq!(site.sorted(), told_paths(site, told).into_iter().filter(unasked).collect::<Vec<_>>(), "{most}");
        }
        let [one, other] = &told;
        assert_eq!(told_in_report(one), told_in_report(other), "{most}");
        if most == 3 {
            let link = "/4 / 1:1 /0 blocked: more than 3 redirects: /3 leads on to /4";
            assert_eq!(told_in_report(one)[0], link, "where the link stands that ends so");
        }
    }
}

fn told_paths(site: &Site, told: &Told) -> Vec<String> {
    let origin = site.url("/");
    told.results.keys().map(|url| url[origin.len() - 1..].to_owned()).collect()
}

#[derive(Clone, Debug)]
enum Page {
    Links(Vec<usize>),
    Moved(usize),
}

const PAGES: usize = 40;

fn made(dice: &mut fastrand::Rng) -> Vec<Page> {
    let page = |dice: &mut fastrand::Rng| match dice.u32(0..3) {
        0 => Page::Links((0..dice.usize(0..4)).map(|_| dice.usize(0..PAGES)).collect()),
        _ => Page::Moved(dice.usize(0..PAGES)),
    };
    let mut pages: Vec<Page> = (0..PAGES).map(|_| page(dice)).collect();
    pages[0] = Page::Links((0..4).map(|_| dice.usize(0..PAGES)).collect());
    pages
}

/// How many redirects away from what is linked each page is that is found.
fn model(pages: &[Page], most: u32) -> BTreeMap<usize, u32> {
    let mut away = BTreeMap::from([(0, 0)]);
    loop {
        let before = away.clone();
        for (&page, &redirects) in before.iter().filter(|(_, redirects)| **redirects <= most) {
            let found: Vec<(usize, u32)> = match &pages[page] {
                Page::Links(links) => links.iter().map(|&to| (to, 0)).collect(),
                Page::Moved(to) => vec![(*to, redirects + 1)],
            };
            for (to, redirects) in found {
                let least = away.entry(to).or_insert(redirects);
                *least = redirects.min(*least);
            }
        }
        if away == before {
            return away;
        }
    }
}

/// Circles of redirects that are asked for.
fn circles(pages: &[Page], asked: &BTreeSet<usize>) -> usize {
    let next = |page: usize| match pages[page] {
        Page::Moved(to) if asked.contains(&page) => Some(to),
        _ => None,
    };
    // Who comes back to where he was and meets nobody smaller is the first of a circle.
    let begins = |&first: &usize| {
        let way: Vec<usize> = std::iter::successors(next(first), |&page| next(page)).take(PAGES).collect();
        let round = way.iter().position(|&page| page == first);
        round.is_some_and(|end| way[..=end].iter().all(|&page| page >= first))
    };
    asked.iter().filter(|page| begins(page)).count()
}

fn serve(pages: Arc<Vec<Page>>, slow: u64) -> Site {
    Site::start(move |asked| {
        let Ok(number) = asked.path.trim_start_matches('/').parse::<usize>() else {
            return missing();
        };
        let answer = match &pages[number] {
            Page::Links(to) => links(to.iter().map(|to| format!("/{to}")).collect::<Vec<_>>()),
            Page::Moved(to) => moved(302, &format!("/{to}")),
        };
        answer.after(Duration::from_micros((number as u64 + 1) * slow % 4099))
    })
}

#[test]
fn what_is_asked_and_how_much_fails_is_decided_by_the_site_and_not_by_the_order_of_answers() {
    let mut dice = fastrand::Rng::with_seed(7);
    for turn in 0..12 {
        let (pages, most) = (Arc::new(made(&mut dice)), dice.u32(0..4));
        let away = model(&pages, most);
        let (asked, beyond): (BTreeSet<usize>, BTreeSet<usize>) = away.keys().partition(|page| away[page] <= most);
        let fails = beyond.len() + circles(&pages, &asked);
        for engine in Engine::ALL {
            let site = serve(pages.clone(), dice.u64(1..4099));
            let mut plan = plan([site.url("/0")], |_| ()).engine(engine);
            plan.options.asks.max_redirects = most;
            let told = Told::of(plan.run());
            let paths: BTreeSet<usize> = site.paths().iter().map(|path| path[1..].parse().unwrap()).collect();
            let what = format!("turn {turn}, {engine:?}, at most {most}: {pages:?}");
            assert_eq!((paths, site.paths().len()), (asked.clone(), asked.len()), "{what}");
            assert_eq!((too_many(&told).len(), told.results.len()), (fails, away.len()), "{what}");
            let unasked = beyond.iter().map(|page| site.url(&format!("/{page}")));
            assert!(unasked.into_iter().all(|url| too_many(&told).contains(&&url)), "{what}");
        }
    }
}
