//! Chains of redirects that come to no end, of which several are linked or are starts: each chain is a failure once,
//! whichever of them is answered first.

use crate::loopback::Gate;
use crate::run::state;
use crate::site::{Answer, Site, links, missing, moved};
use crate::told::{Told, plan};
use crawltop::failure::FailureKind;
use crawltop::fetched::Outcome;

/// What fails as it comes to no end, and how many links all in all there are.
fn endless(told: &Told) -> (Vec<String>, u64) {
    let fails = |(url, result): (&String, &std::sync::Arc<crawltop::fetched::Fetched>)| {
        (result.kind() == Some(FailureKind::TooManyRedirects)).then(|| url.clone())
    };
    let failed: Vec<String> = told.results.iter().filter_map(fails).collect();
    assert_eq!(told.outcomes(Outcome::Error), failed.len());
    (failed, state(&told.events).crawl.links.links())
}

#[test]
fn a_loop_is_a_failure_however_many_of_it_are_linked() {
    for linked in [&["/0"][..], &["/0", "/1"], &["/2", "/0"], &["/0", "/1", "/2"]] {
        let (to, from) = (linked.to_vec(), linked.len() as u64);
        let site = Site::start(move |asked| match asked.path.as_str() {
            "/" => links(&to),
            "/robots.txt" => missing(),
            path => moved(302, &format!("/{}", (path[1..].parse::<u64>().unwrap() + 1) % 3)),
        });
        let told = Told::of(plan([site.url("/")], |_| ()).run());
        let (failed, all) = endless(&told);
        assert_eq!((failed.len(), told.outcomes(Outcome::Redirect), all), (1, 2, from + 2), "{linked:?}: {failed:?}");
        assert!(told.message(&failed[0]).starts_with("body: redirects loop: "), "{}", told.message(&failed[0]));
    }
}

#[test]
fn a_loop_of_starts_is_a_failure_as_that_of_one_is() {
    for starts in [&["/a"][..], &["/b"], &["/a", "/b"], &["/b", "/a"]] {
        let site = Site::of([("/a", moved(301, "/b")), ("/b", moved(301, "/a"))]);
        let told = Told::of(plan(starts.iter().map(|path| site.url(path)), |_| ()).run());
        assert_eq!((endless(&told).0.len(), site.sorted()), (1, vec!["/a".to_owned(), "/b".to_owned()]), "{starts:?}");
    }
}

/// A chain of nine redirects, linked at its beginning and by a second page at its sixth; which of both answers later is
/// given.
fn chained(head_late: bool, most: u32) -> Told {
    let gate = Gate::default();
    let opens = gate.clone();
    let behind = move |is: bool, answer: Answer| if is { answer.behind(&opens) } else { answer };
    let site = Site::start(move |asked| match asked.path.as_str() {
        "/" => links(["/0", "/5"]),
        "/robots.txt" | "/9" => missing(),
        path => {
            let number = path[1..].parse::<u64>().unwrap();
            behind(number == if head_late { 0 } else { 5 }, moved(302, &format!("/{}", number + 1)))
        }
    });
    let mut run = plan([site.url("/")], |_| ());
    run.options.asks.max_redirects = most;
    let mut run = run.start();
    let last = if head_late { "/8" } else { "/4" };
    let told = site.url(last);
    run.until(|kind| match kind {
        crawltop::event::EventKind::Finished { fetched, .. } => fetched.url.display_all() == told,
        _ => false,
    });
    gate.open();
    Told::by(run)
}

#[test]
fn one_redirect_too_many_is_a_failure_once_the_chain_is_there_as_a_whole() {
    for head_late in [true, false] {
        let told = chained(head_late, 5);
        let (failed, _) = endless(&told);
        assert_eq!((failed.len(), told.results.len()), (1, 11), "{head_late}: {failed:?}");
        assert!(told.message(&failed[0]).starts_with("body: more than 5 redirects: "), "{}", told.message(&failed[0]));
        let told = chained(head_late, 9);
        assert_eq!((endless(&told).0, told.results.len()), (vec![], 11), "{head_late}: nine are not too many");
    }
}
