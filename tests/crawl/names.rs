//! Hosts by names as the world has them, all of which are this machine here: what of them is one site, and where starts
//! lead to.

use crate::run::Plan;
use crate::site::{Answer, Asked, Site, links, missing, moved};
use crate::told::{Told, plan};
use crawltop::crawl::scope::Reach;
use crawltop::engine::CrawlTerms;
use crawltop::net::Pin;
use std::net::Ipv4Addr;

/// A server for hosts of any name.
fn world(script: impl Fn(&Asked) -> Answer + Send + Sync + 'static) -> Site {
    Site::start(move |asked| if asked.path == "/robots.txt" { missing() } else { script(asked) })
}

/// As `--resolve '*:PORT:127.0.0.1'` has it.
fn from(site: &Site, start: &str, change: impl FnOnce(&mut CrawlTerms)) -> Plan {
    let mut plan = plan([at(site, start)], change);
    plan.options.way.pins = vec![Pin { host: None, port: site.port(), addresses: vec![Ipv4Addr::LOCALHOST.into()] }];
    plan
}

fn at(site: &Site, host: &str) -> String {
    format!("http://{host}:{}/", site.port())
}

/// The hosts that were asked, each once.
fn hosts(site: &Site) -> Vec<String> {
    let port = format!(":{}", site.port());
    let name = |asked: &Asked| asked.field("host").unwrap_or_default().trim_end_matches(&port).to_owned();
    let mut hosts: Vec<String> = site.asked().iter().map(name).collect();
    hosts.sort();
    hosts.dedup();
    hosts
}

/// Each page leads to all of these hosts.
fn linked(all: &'static [&'static str]) -> Site {
    world(move |asked| {
        let port = asked.field("host").and_then(|host| host.rsplit(':').next()).unwrap_or_default().to_owned();
        links(all.iter().map(|host| format!("http://{host}:{port}/")))
    })
}

const UK: &[&str] =
    &["example.co.uk", "a.example.co.uk", "b.example.co.uk", "deep.b.example.co.uk", "other.co.uk", "co.uk"];
const PAGES: &[&str] = &["ann.github.io", "x.ann.github.io", "bob.github.io", "github.io"];
const WIDE: &[&str] = &["www.b\u{fc}cher.example", "shop.xn--bcher-kva.example", "bucher.example"];

#[test]
fn a_site_is_what_was_registered_under_one_name() {
    let cases: [(&'static [&'static str], &str, &[&str]); 4] = [
        (UK, "a.example.co.uk", &UK[1..4]),
        (PAGES, "ann.github.io", &["ann.github.io", "x.ann.github.io"]),
        // A public suffix is no site of those below it.
        (PAGES, "github.io", &["github.io"]),
        (WIDE, "xn--bcher-kva.example", &["shop.xn--bcher-kva.example", "www.xn--bcher-kva.example"]),
    ];
    for (all, start, inside) in cases {
        let site = linked(all);
        let told = Told::of(from(&site, start, |terms| terms.scope.reach = Reach::Site).run());
        let mut expected: Vec<String> = inside.iter().map(|host| (*host).to_owned()).collect();
        if all == UK || start.starts_with("xn--") {
            expected.push(if all == UK { "example.co.uk".to_owned() } else { start.to_owned() });
        }
        expected.sort();
        assert_eq!(hosts(&site), expected, "{start}");
        let outside = told.followed(&at(&site, start)).outside as usize;
        assert_eq!(outside, all.iter().filter(|host| !reached(host, &expected)).count(), "{start}");
    }
}

fn reached(host: &str, expected: &[String]) -> bool {
    let host = host.replace("b\u{fc}cher", "xn--bcher-kva");
    expected.contains(&host)
}

#[test]
fn a_host_alone_is_itself_and_no_name_below_or_above_it() {
    let site = linked(UK);
    Told::of(from(&site, "a.example.co.uk", |_| ()).run());
    assert_eq!(hosts(&site), ["a.example.co.uk"]);
    let site = linked(UK);
    Told::of(from(&site, "a.example.co.uk", |terms| terms.scope.reach = Reach::Any).run());
    assert_eq!(hosts(&site).len(), UK.len());
}

/// `example.org` leads to `www.example.org`, whose pages lead to both and to a third.
fn moved_to_www() -> Site {
    world(|asked| {
        let host = asked.field("host").unwrap_or_default();
        let (name, port) = host.rsplit_once(':').unwrap_or_default();
        match (name, asked.path.as_str()) {
            ("example.org", "/") => moved(301, &format!("http://www.example.org:{port}/")),
            ("www.example.org", "/") => links([
                "/page".to_owned(),
                format!("http://example.org:{port}/old"),
                format!("http://shop.example.org:{port}/"),
            ]),
            ("www.example.org", "/page") => links([format!("http://example.net:{port}/")]),
            _ => links([] as [&str; 0]),
        }
    })
}

#[test]
fn a_start_that_leads_to_www_takes_that_host_into_the_scope_and_no_other() {
    let site = moved_to_www();
    let told = Told::of(from(&site, "example.org", |_| ()).run());
    assert_eq!(hosts(&site), ["example.org", "www.example.org"]);
    let [from, to] = ["example.org", "www.example.org"].map(|host| at(&site, host).trim_end_matches('/').to_owned());
    assert_eq!(told.widened(), [(from, to)]);
    assert_eq!(site.sorted(), ["/", "/", "/old", "/page"], "and both belong to it");
    assert_eq!(told.followed(&at(&site, "www.example.org")).outside, 1);
}

#[test]
fn where_the_site_is_the_scope_already_nothing_is_widened() {
    let site = moved_to_www();
    let told = Told::of(from_site(&site, "example.org").run());
    assert_eq!(hosts(&site), ["example.org", "shop.example.org", "www.example.org"]);
    assert!(told.widened().is_empty(), "{:?}", told.widened());
}

fn from_site(site: &Site, start: &str) -> Plan {
    from(site, start, |terms| terms.scope.reach = Reach::Site)
}
