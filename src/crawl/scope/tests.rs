use super::*;

fn target(url: &str) -> Target {
    Target::parse(url).unwrap()
}

fn patterns(of: &[&str]) -> Patterns {
    Patterns::new(of).unwrap()
}

fn scope(rules: Rules, starts: &[&str]) -> Scope {
    let starts: Vec<Target> = starts.iter().map(|start| target(start)).collect();
    Scope::new(rules, &starts)
}

fn ruling(scope: &Scope, url: &str, depth: u32) -> Ruling {
    scope.verdict(url, target(url).origin().len(), depth)
}

fn of(reach: Reach) -> Rules {
    Rules { reach, ..Rules::default() }
}

/// A start, an address, and whether `host` and `site` reach it.
const REACHED: &[(&str, &str, bool, bool)] = &[
    ("http://a.example/", "http://a.example/x", true, true),
    ("http://a.example/", "https://a.example/x", true, true),
    ("https://a.example/", "http://a.example/x", true, true),
    ("http://a.example/", "http://a.example:8080/", false, true),
    ("http://a.example/", "http://a.example:443/", false, true),
    ("http://a.example:8080/", "https://a.example:8080/", true, true),
    ("http://a.example:8080/", "http://a.example/", false, true),
    ("http://a.example/", "http://www.a.example/", false, true),
    ("http://www.a.example/", "http://a.example/", false, true),
    ("http://a.example/", "http://b.example/", false, false),
    ("http://a.example/", "http://ba.example/", false, false),
    ("http://a.example/", "http://a.example./", false, true),
    ("http://x.a.co.uk/", "http://y.a.co.uk/", false, true),
    ("http://a.co.uk/", "http://b.co.uk/", false, false),
    ("http://a.github.io/", "http://b.github.io/", false, false),
    ("http://github.io/", "http://b.github.io/", false, false),
    ("http://amazonaws.com/", "http://x.s3.amazonaws.com/", false, false),
    ("http://127.0.0.1/", "http://127.0.0.1/x", true, true),
    ("http://127.0.0.1/", "http://127.0.0.1:8080/", false, false),
    ("http://127.0.0.1/", "http://128.0.0.1/", false, false),
    ("http://[::1]:80/", "http://[::1]/", true, true),
    ("http://[::1]/", "http://[::2]/", false, false),
    ("http://localhost/", "https://localhost/", true, true),
    ("http://localhost/", "http://localhost:1/", false, false),
    ("http://localhost/", "http://x.localhost/", false, false),
    ("http://bücher.example/", "http://www.xn--bcher-kva.example/", false, true),
];

#[test]
fn each_reach_has_its_hosts() {
    for &(start, url, by_host, by_site) in REACHED {
        for (reach, inside) in [(Reach::Host, by_host), (Reach::Site, by_site), (Reach::Any, true)] {
            let expected = if inside { Ruling::Inside } else { Ruling::Outside };
            assert_eq!(ruling(&scope(of(reach), &[start]), url, 9), expected, "{start} {url} {reach:?}");
        }
    }
}

#[test]
fn each_start_has_its_host() {
    let scope = scope(of(Reach::Host), &["http://a.example/", "http://b.example:1/", "http://c.example/"]);
    for (url, inside) in [("http://c.example/", true), ("http://b.example:1/", true), ("http://b.example/", false)] {
        assert_eq!(ruling(&scope, url, 1) == Ruling::Inside, inside, "{url}");
    }
    assert_eq!(ruling(&Scope::new(of(Reach::Host), []), "http://a.example/", 0), Ruling::Outside);
}

#[test]
fn a_level_counts_links_from_a_start() {
    let scope = scope(Rules { level: Some(1), ..Rules::default() }, &["http://a.example/"]);
    assert_eq!(ruling(&scope, "http://a.example/x", 1), Ruling::Inside);
    assert_eq!(ruling(&scope, "http://a.example/x", 2), Ruling::Excluded(Reason::Level));
    assert_eq!(ruling(&scope, "http://a.example/", 7), Ruling::Inside, "a start");
    assert_eq!(ruling(&scope, "http://b.example/", 2), Ruling::Outside, "not followed, so not deeper");
}

#[test]
fn no_parent_stays_below_a_start_on_its_host() {
    let rules = Rules { no_parent: true, reach: Reach::Any, ..Rules::default() };
    let starts = ["http://a.example/x/y/z.html?/q/", "http://a.example/x/w/", "http://b.example/c"];
    let scope = scope(rules, &starts);
    for (url, inside) in [
        (starts[0], true),
        ("http://a.example/x/y/", true),
        ("http://a.example/x/y/other/1", true),
        ("https://a.example/x/y/", true),
        ("http://a.example/x/w/1", true),
        ("http://a.example/x/", false),
        ("http://a.example/x/yy", false),
        ("http://a.example/?/x/y/", false),
        ("http://b.example/anything", true),
        ("http://c.example/", true),
    ] {
        let expected = if inside { Ruling::Inside } else { Ruling::Excluded(Reason::Parent) };
        assert_eq!(ruling(&scope, url, 3), expected, "{url}");
    }
}

#[test]
fn what_is_excluded_is_not_even_looked_at_and_what_is_included_must_match() {
    let include = patterns(&["/docs/", "\\.html$"]);
    let scope = scope(
        Rules { include, exclude: patterns(&["[?&]print=", "bad"]), ..Rules::default() },
        &["http://a.example/bad"],
    );
    for (url, expected) in [
        ("http://a.example/docs/1", Ruling::Inside),
        ("http://a.example/x.html", Ruling::Inside),
        ("http://a.example/x.html?y", Ruling::Excluded(Reason::Include)),
        ("http://a.example/docs/?print=1", Ruling::Excluded(Reason::Exclude)),
        ("http://bad.example/", Ruling::Excluded(Reason::Exclude)),
        ("http://b.example/", Ruling::Outside),
        ("http://a.example/bad", Ruling::Inside),
    ] {
        assert_eq!(ruling(&scope, url, 1), expected, "{url}");
    }
}

#[test]
fn a_start_that_redirects_takes_the_scope_along_and_says_so() {
    let (from, to) = (target("http://me:secret@a.example/"), target("http://www.a.example/x/"));
    let mut scope = scope(of(Reach::Host), &["http://a.example/"]);
    assert_eq!(scope.widen(&from, &to).unwrap(), "scope widened to www.a.example: a.example led there");
    assert_eq!(ruling(&scope, "https://www.a.example/", 3), Ruling::Inside);
    assert_eq!(ruling(&scope, "http://a.example/", 3), Ruling::Inside);
    assert_eq!(scope.widen(&from, &to), None, "told once");
    assert_eq!(scope.widen(&from, &target("https://a.example/")), None);
    let mut wide = Scope::new(of(Reach::Site), [&from]);
    assert_eq!(wide.widen(&from, &to), None);
    assert!(wide.widen(&from, &target("http://b.test/")).is_some());
    assert_eq!(ruling(&wide, "http://x.b.test/", 3), Ruling::Inside);
}

#[test]
fn a_start_that_redirects_beside_its_directory_takes_no_parent_along() {
    let rules = Rules { no_parent: true, ..Rules::default() };
    let mut scope = scope(rules, &["http://a.example/docs/"]);
    let (from, to) = (target("http://a.example/docs/"), target("http://a.example/v2/docs/?x"));
    assert_eq!(
        scope.widen(&from, &to).unwrap(),
        "scope widened to http://a.example/v2/docs/: http://a.example/docs/ led there"
    );
    assert_eq!(ruling(&scope, "http://a.example/v2/docs/1", 3), Ruling::Inside);
    assert_eq!(ruling(&scope, "http://a.example/v2/", 3), Ruling::Excluded(Reason::Parent));
}

#[test]
fn an_expression_is_bounded_and_its_fault_told_in_one_line() {
    let fault = |pattern: &str| Patterns::new(&["fine", pattern]).unwrap_err().to_string();
    assert_eq!(fault("a("), "no regular expression: \"a(\": unclosed group");
    assert_eq!(fault("(\\w{100}){100}{100}"), "regular expressions over 4 MiB when compiled");
    assert!(!fault("(\x1b[2J").contains('\x1b'));
    assert!(!Patterns::default().any("http://a.example/") && Patterns::new::<&str>(&[]).unwrap().is_empty());
}
