//! The lab, crawled from its first page: each page that is reachable is asked for once, by the lab's own count, and each
//! planted fault has its result.

use crate::told::{Told, plan};
use crawltop::event::Engine;
use crawltop::failure::FailureKind;
use crawltop::fetched::Outcome;
use crawltop::lab::{Fault, Faults, Lab, LabConfig, NookKind, ResetPoint};
use crawltop::net::Limits;
use std::time::Duration;

fn lab(pages: u32, faults: Faults) -> Lab {
    let latency = Duration::ZERO..=Duration::from_millis(3);
    Lab::start(LabConfig { pages, latency, faults, ..LabConfig::default() }).unwrap()
}

fn crawled(lab: &Lab, engine: Engine) -> Told {
    let patience = Duration::from_millis(if lab.site().nooks().is_empty() { 30_000 } else { 3_000 });
    let mut plan = plan([lab.url()], |terms| {
        terms.wishes.assets = true;
        terms.manners.per_host = 64;
    });
    plan.options.limits = Limits { connect: None, idle: Some(patience), max: Some(2 * patience) };
    Told::of(plan.engine(engine).run())
}

#[test]
fn every_page_of_the_lab_is_asked_for_once() {
    for engine in [Engine::Tasks, Engine::Threads] {
        let lab = lab(240, Faults::Some);
        let told = crawled(&lab, engine);
        let asked = lab.asked();
        // A request that a kept connection loses without a byte of an answer is sent again on a fresh one.
        let lost = |path: &str| {
            let page = lab.site().page(path).and_then(|page| page.fault.as_ref());
            page.is_some_and(|fault| *fault == Fault::Reset(ResetPoint::BeforeHead))
        };
        let twice: Vec<_> = asked.paths.iter().filter(|(path, count)| **count > 1 && !lost(path)).collect();
        assert!(twice.is_empty(), "{engine:?}: {twice:?}");
        for page in &lab.site().pages {
            let url = format!("http://{}{}", lab.address(), page.path);
            assert!(asked.paths.contains_key(&page.path), "{engine:?}: {url} was not asked for");
            assert!(told.results.contains_key(&url), "{engine:?}: {url} has no result");
        }
    }
}

#[test]
fn every_planted_fault_has_its_result_and_every_bad_link_its_edge() {
    let lab = lab(240, Faults::Some);
    let told = crawled(&lab, Engine::Tasks);
    let url = |path: &str| format!("http://{}{path}", lab.address());
    for page in &lab.site().pages {
        let result = told.result(&url(&page.path));
        let met = (result.outcome(), result.status, result.kind().map(|kind| kind.name()));
        let expected = match &page.fault {
            None => (Outcome::Ok, Some(200), None),
            Some(Fault::NotFound) => (Outcome::HttpError, Some(404), None),
            Some(Fault::ServerError) => (Outcome::HttpError, Some(500), None),
            Some(Fault::Redirect { .. }) => (Outcome::Redirect, Some(302), None),
            Some(Fault::CutShort) => (Outcome::Error, Some(200), Some("truncated")),
            Some(Fault::Reset(_)) => (Outcome::Error, result.status, Some("reset")),
            Some(Fault::Drip | Fault::Silent) => (Outcome::Error, result.status, Some("timeout")),
        };
        assert_eq!(met, expected, "{}", page.path);
    }
    for nook in lab.site().nooks() {
        let (path, result) = (&nook.path, told.results.get(&url(&nook.path)));
        match &nook.kind {
            NookKind::Orphan => assert_eq!(result.and_then(|it| it.status), Some(200), "{path}"),
            NookKind::Private => assert_eq!(result.and_then(|it| it.kind()), Some(FailureKind::Robots), "{path}"),
            NookKind::Unendorsed => assert!(result.is_none(), "{path}"),
            NookKind::Moved { to } => {
                assert_eq!(result.and_then(|it| it.status), Some(302), "{path}");
                assert_eq!(told.edges(&url(path))[0].0, url(to));
            }
        }
    }
    assert!(!lab.asked().paths.contains_key("/private/ledger/") && lab.site().nooks().len() > 5);
    for bad in lab.site().bad_links() {
        let edges = told.edges(&url(bad.page));
        let place = |edge: &(String, u32, u32, String)| {
            edge.0 == url(&bad.link.target) && edge.1 == bad.link.line && edge.3 == bad.link.anchor.trim()
        };
        assert!(edges.iter().any(place), "{bad:?}: {edges:?}");
    }
}

#[test]
fn a_lab_without_faults_is_crawled_without_one() {
    let lab = lab(400, Faults::None);
    let told = crawled(&lab, Engine::Tasks);
    let bad: Vec<_> =
        told.results.values().filter(|it| it.outcome() != Outcome::Ok).map(|it| it.url.display_all()).collect();
    assert!(bad.is_empty(), "{bad:?}");
    assert_eq!(told.results.len() as u32, 401);
}
