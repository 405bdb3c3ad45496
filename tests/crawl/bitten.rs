//! Each limit that keeps something out of a crawl is told where it does: in the text, in Markdown and in JSON Lines.

use crate::site::{Site, html, links, missing};
use crate::told::{Told, plan};
use crawltop::crawl::scope::Patterns;
use crawltop::engine::CrawlTerms;
use crawltop::report::{Jsonl, Lines, Markdown, Verbosity};
use crawltop::text::Charset;
use serde_json::Value;

/// What the reports say of a crawl from `/in/`: as text, as Markdown, and the closing object of the lines of JSON.
fn reports(site: &Site, change: impl FnOnce(&mut CrawlTerms)) -> (Told, [String; 2], Value) {
    let told = Told::by(plan([site.url("/in/")], change).prepare().announced().start());
    let text = told.report(Lines::new(Verbosity::Normal, Charset::Unicode, false, false).with_report());
    let texts = [text, told.report(Markdown)];
    let lines = told.report(Jsonl::default());
    let mut last = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let report = last.rfind(|line| line["type"] == "report").expect("a crawl has a report");
    (told, texts, report)
}

/// Five pages below the start, one beside it.
fn site() -> Site {
    Site::of([
        ("/in/", links(["/in/a", "/in/b", "/in/c", "/out"])),
        ("/in/a", links(["/in/deep"])),
        ("/in/b", html("")),
        ("/in/c", html("")),
        ("/in/deep", links(["/in/deeper"])),
        ("/in/deeper", html("")),
        ("/out", html("")),
    ])
}

#[test]
fn what_a_rule_of_the_scope_keeps_out_is_counted_by_the_rule() {
    type Change = fn(&mut CrawlTerms);
    let cases: [(&str, &str, Change, u64); 4] = [
        ("level", "level", |terms| terms.scope.level = Some(1), 1),
        ("exclude", "exclude", |terms| terms.scope.exclude = Patterns::new(&["/[bc]$"]).unwrap(), 2),
        ("include", "include", |terms| terms.scope.include = Patterns::new(&["/in/[ab]"]).unwrap(), 3),
        ("no-parent", "no_parent", |terms| terms.scope.no_parent = true, 1),
    ];
    for (name, key, change, count) in cases {
        let (_, [text, markdown], report) = reports(&site(), change);
        assert!(text.contains(&format!("\nexcluded by --{name} {count}\n")), "{name}: {text}");
        assert!(text.contains(&format!(" + excluded {count}\n")), "{name}: {text}");
        let table = format!("| excluded by | {name} |\n| ---: | ---: |\n| {count} | {count} |\n");
        assert!(markdown.contains(&table), "{name}: {markdown}");
        assert_eq!(
            (&report["excluded_by"][key], &report["links"]["excluded"]),
            (&count.into(), &count.into()),
            "{name}"
        );
        let others: u64 = report["excluded_by"].as_object().unwrap().values().filter_map(Value::as_u64).sum();
        assert_eq!((others, &report["partial"]), (count, &Value::Null), "{name}: it is all that was asked for");
    }
}

#[test]
fn that_there_were_more_pages_than_may_be_is_told_with_how_many() {
    let (told, [text, markdown], report) = reports(&site(), |terms| terms.manners.max_pages = Some(2));
    let found = told.counts().found;
    assert!(text.contains(&format!("partial: ended at --max-pages; 2 of {found} were fetched\n")), "{text}");
    assert!(markdown.contains("**Partial: ended at --max-pages.**"), "{markdown}");
    let targets = &report["targets"];
    assert_eq!((&report["partial"], &targets["found"]), (&"ended at --max-pages".into(), &found.into()));
    assert_eq!(targets["not_fetched"], found - 2);
    assert!(text.contains(&format!("not fetched {}", found - 2)), "{text}");
}

#[test]
fn each_limit_against_endless_sites_is_told_with_where_it_was_met_first() {
    let long = format!("/{}", "x".repeat(3_000));
    let deep = format!("/{}", (0..60).map(|part| part.to_string()).collect::<Vec<_>>().join("/"));
    let hrefs = [long, deep, "/a/b/a/b/a/b/a/b/".to_owned()];
    let met: Vec<String> = hrefs.to_vec();
    let site = Site::start(move |asked| match asked.path.as_str() {
        "/in/" => links(&hrefs),
        "/robots.txt" => missing(),
        _ => html(""),
    });
    let (told, [text, markdown], report) = reports(&site, |_| ());
    assert_eq!((told.trapped().len(), &report["links"]["trapped"]), (3, &3.into()), "{:?}", told.trapped());
    for report in [&text, &markdown] {
        assert!(report.contains("imits against endless sites that bit: 3"), "{report}");
        assert!(told.trapped().iter().all(|words| report.contains(words)), "{report}");
    }
    let lines = told.report(Jsonl::default());
    for (words, href) in told.trapped().iter().zip(&met) {
        let is_told = |line: &str| line.contains(r#""type":"trap""#) && line.contains(words) && line.contains(href);
        assert!(lines.lines().any(is_told), "{words}: {href}");
    }
}

#[test]
fn links_beyond_those_that_are_taken_up_of_a_page_are_told_with_the_page() {
    let page: String = (0..10_005).map(|number| format!("<a href=/in/{}>", number % 7)).collect();
    let site = Site::of([("/in/", html(&page))]);
    let (told, [text, markdown], report) = reports(&site, |terms| terms.manners.max_pages = Some(1));
    assert_eq!(report["links"]["too_many"], 5, "{report}");
    let words = "5 of its links are beyond what is taken up of one";
    assert!(told.trapped().iter().any(|told| told.contains(words)));
    assert!([text, markdown, told.report(Jsonl::default())].iter().all(|report| report.contains(words)));
}
