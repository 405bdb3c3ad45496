//! Redirects in a circle, of which several are linked or are starts: each circle is a failure once, whichever of them is
//! answered first.

use crate::loopback::Gate;
use crate::run::state;
use crate::site::{Site, links, missing, moved};
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

/// What the report says of what comes to no end: each line of it, and each chain.
fn told_in_report(told: &Told, site: &str) -> Vec<String> {
    let report = told.report(crawltop::report::Jsonl::default()).replace(site, "");
    let lines = report.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let said = lines.filter_map(|line| match line["type"].as_str() {
        Some("failed") => {
            let [url, page, via, words] = [&line["url"], &line["page"], &line["via"], &line["error"]["message"]];
            Some(format!("{url} {page} {}:{} {via} {words} {}", line["line"], line["column"], line["depth"]))
        }
        Some("redirects") => Some(format!("{} {}", line["end"], line["hops"])),
        _ => None,
    });
    said.collect()
}

#[test]
fn the_report_names_the_same_redirect_of_a_loop_whichever_was_answered_last() {
    let reports = ["/0", "/1", "/2", "/tail"].map(|late| {
        let gate = Gate::default();
        let open = gate.clone();
        let site = Site::start(move |asked| match asked.path.as_str() {
            "/" => links(["/2", "/1", "/tail", "/0"]),
            "/robots.txt" => missing(),
            path => {
                let to = if path == "/tail" { 1 } else { (path[1..].parse::<u64>().unwrap() + 1) % 3 };
                let answer = moved(302, &format!("/{to}"));
                if path == late { answer.behind(&open) } else { answer }
            }
        });
        let mut run = plan([site.url("/")], |_| ()).prepare().announced().start();
        run.until_each(4, |kind| match kind {
            crawltop::event::EventKind::Finished { fetched, .. } => fetched.role().is_result(),
            _ => false,
        });
        gate.open();
        let told = Told::by(run);
        assert_eq!(endless(&told).0.len(), 1);
        told_in_report(&told, site.url("").trim_end_matches('/'))
    });
    assert!(
        reports[0].iter().any(|line| line.starts_with("\"/tail\" \"/\" 3:1 null \"body: redirects loop\" 1")),
        "{reports:#?}"
    );
    assert!(reports.iter().all(|report| *report == reports[0]), "{reports:#?}");
}
