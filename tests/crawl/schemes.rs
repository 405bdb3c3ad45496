//! Hosts that are given without a scheme: https is tried first, and http where that does not answer. Whatever else leads
//! to the same pages, each is asked for once, and so is the robots.txt.

use crate::authority::Authority;
use crate::loopback::{Gate, Peer, Server};
use crate::site::{Site, html, links, missing};
use crate::told::{Told, plan};
use crawltop::event::EventKind;
use crawltop::failure::FailureKind;
use crawltop::fetched::Outcome;
use crawltop::net::Limits;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A server that knows no TLS and says so; what it was asked in the clear.
fn plain_only() -> (Server, Arc<Mutex<Vec<String>>>) {
    let open = Gate::default();
    open.open();
    plain_behind(&open)
}

/// The same, that says so once the gate is open.
fn plain_behind(gate: &Gate) -> (Server, Arc<Mutex<Vec<String>>>) {
    let asked = Arc::<Mutex<Vec<String>>>::default();
    let (notes, gate) = (asked.clone(), gate.clone());
    let server = Server::start(move |peer| {
        let request = peer.receive();
        if request.first() == Some(&22) {
            gate.wait();
            peer.send("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
            return;
        }
        let path = String::from_utf8(request).unwrap().split(' ').nth(1).unwrap_or_default().to_owned();
        let (kind, body) = match path.as_str() {
            "/robots.txt" => ("text/plain", "User-agent: *\nDisallow: /kept"),
            _ => ("text/html", "<a href=/>1</a><a href=/a>2</a><a href=/kept>3</a>"),
        };
        notes.lock().unwrap().push(path.clone());
        let status = if path.starts_with("/gone") { "404 Gone" } else { "200 OK" };
        let head = format!("HTTP/1.1 {status}\r\nConnection: close\r\n");
        peer.send(format!("{head}Content-Type: {kind}\r\nContent-Length: {}\r\n\r\n{body}", body.len()));
    });
    (server, asked)
}

/// What it was asked, in order.
fn sorted(asked: &Mutex<Vec<String>>) -> Vec<String> {
    let mut asked = asked.lock().unwrap().clone();
    asked.sort();
    asked
}

#[test]
fn a_bare_host_that_knows_no_tls_is_crawled_by_http_and_nothing_is_asked_twice() {
    let (server, asked) = plain_only();
    let told = Told::of(plan([server.address.to_string()], |_| ()).run());
    assert_eq!(*asked.lock().unwrap(), ["/robots.txt", "/", "/a"], "{:?}", told.results.keys());
    assert_eq!(told.kind(&server.url("/kept")), Some(FailureKind::Robots));
    assert_eq!((told.results.len(), told.counts().found), (3, 3));
    let start = told.result(&server.https("/"));
    assert!(start.fell_back.is_some() && start.status == Some(200), "{start:?}");
}

#[test]
fn a_bare_start_that_is_broken_tells_its_scheme_as_well() {
    let (server, asked) = plain_only();
    let other = Gate::default();
    let held = Site::gated(1, &other);
    let starts = [format!("{}/gone", server.address), server.url("/gone"), server.url("/a"), held.url("/0")];
    let mut run = plan(starts, |terms| terms.manners.robots = false).start();
    // While another host takes its time.
    let is_page = |kind: &EventKind| matches!(kind, EventKind::Finished { fetched, .. } if fetched.status == Some(200));
    run.until(is_page);
    assert!(asked.lock().unwrap().iter().any(|path| path == "/a"), "what waited for the scheme was asked");
    other.open();
    let told = Told::by(run);
    assert_eq!(sorted(&asked).iter().filter(|path| *path == "/gone").count(), 1, "{:?}", told.results.keys());
}

#[test]
fn pages_of_a_bare_host_that_are_linked_and_given_too_are_asked_once() {
    let (server, asked) = plain_only();
    let starts = ["/", "/a"].map(|path| format!("{}{path}", server.address));
    let told = Told::of(plan(starts, |_| ()).run());
    let mut asked = asked.lock().unwrap().clone();
    asked.sort();
    assert_eq!(asked, ["/", "/a", "/robots.txt"], "{:?}", told.results.keys());
    assert!(told.result(&server.https("/a")).fell_back.is_some());
    assert_eq!((told.results.len(), told.counts().found), (3, 3));
}

#[test]
fn a_host_that_is_given_bare_and_by_http_is_asked_once_for_each_page_and_for_its_rules() {
    for robots in [true, false] {
        for swapped in [false, true] {
            let (server, asked) = plain_only();
            let mut starts = vec![server.address.to_string(), server.url("/"), server.url("/a")];
            if swapped {
                starts.reverse();
            }
            let told = Told::of(plan(&starts, |terms| terms.manners.robots = robots).run());
            let rules = if robots { "/robots.txt" } else { "/kept" };
            let case = (robots, swapped, told.results.keys().collect::<Vec<_>>());
            assert_eq!(sorted(&asked), ["/", "/a", rules], "{case:?}");
            let counts = told.counts();
            assert_eq!((told.results.len(), counts.found, counts.waiting), (3, 3, 0), "{case:?}: {counts:?}");
            assert_eq!(told.outcomes(Outcome::Ok), if robots { 2 } else { 3 }, "{case:?}");
        }
    }
}

#[test]
fn a_page_that_is_linked_by_http_while_its_bare_host_is_undecided_is_asked_once_and_others_go_on() {
    for robots in [true, false] {
        let gate = Gate::default();
        let (server, asked) = plain_behind(&gate);
        let linked = [server.url("/"), server.url("/robots.txt"), "/other".to_owned()];
        let site = Site::start(move |it| match it.path.as_str() {
            "/robots.txt" => missing(),
            "/" => links(&linked),
            _ => html(""),
        });
        let bare = server.address.to_string();
        let starts = [bare.clone(), format!("{bare}/a"), site.url("/")];
        let mut run = plan(starts, |terms| {
            terms.manners.robots = robots;
            terms.scope.reach = crawltop::crawl::scope::Reach::Any;
        })
        .start();
        let other = site.url("/other");
        run.until(|kind| matches!(kind, EventKind::Finished { fetched, .. } if fetched.url.display_all() == other));
        gate.open();
        let told = Told::by(run);
        let all: &[&str] = if robots { &["/", "/a", "/robots.txt"] } else { &["/", "/a", "/kept", "/robots.txt"] };
        assert_eq!(sorted(&asked), all, "{:?}", told.results.keys());
        assert_eq!((told.status(&server.url("/")), told.counts().waiting), (Some(200), 0));
        assert_eq!(told.source(&server.url("/")), Some(site.url("/")));
    }
}

#[test]
fn a_bare_host_that_never_answers_by_https_holds_back_its_own_pages_alone_and_not_for_ever() {
    let never = Gate::default();
    let (server, asked) = plain_behind(&never);
    let fine = Site::of([("/", html("<a href=/a>a</a>")), ("/a", html(""))]);
    let mut plan = plan([server.address.to_string(), server.url("/a"), fine.url("/")], |_| ());
    plan.options.limits = Limits { connect: Some(Duration::from_millis(300)), idle: None, max: None };
    let told = Told::of(plan.run());
    never.open();
    let at = |url: String| told.result(&url).ended;
    assert!(at(fine.url("/a")) < at(server.url("/a")), "others go on");
    assert_eq!(sorted(&asked), ["/", "/a", "/robots.txt"]);
    assert_eq!((told.outcomes(Outcome::Ok), told.counts().found), (4, 5));
}

#[test]
fn a_bare_host_that_is_asked_by_https_is_another_than_the_one_by_http() {
    let authority = Authority::new("of these tests");
    let serve = |peer: &mut Peer| {
        while peer.request().ends_with("\r\n\r\n") {
            peer.send("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 0\r\n\r\n");
        }
    };
    for robots in [true, false] {
        let server = Server::start_tls(authority.certify("127.0.0.1", |_| ()), serve);
        let starts = [server.url("/"), server.address.to_string()];
        let told = Told::of(plan(starts, |terms| terms.manners.robots = robots).trust(authority.trust()).run());
        assert_eq!((told.status(&server.https("/")), told.results.len()), (Some(200), 2), "{:?}", told.results.keys());
        assert!(told.kind(&server.url("/")).is_some(), "it knows no http");
    }
}

#[test]
fn a_sitemap_that_is_given_without_a_scheme_is_read_by_http_once_where_its_host_knows_no_tls() {
    for (robots, bare_start) in [(true, true), (true, false), (false, true), (false, false)] {
        let asked = Arc::<Mutex<Vec<String>>>::default();
        let notes = asked.clone();
        let server = Server::start(move |peer| {
            let request = peer.receive();
            if request.first() == Some(&22) {
                peer.send("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
                return;
            }
            let request = String::from_utf8(request).unwrap();
            let (path, host) = (request.split(' ').nth(1).unwrap_or_default(), request.split("ost: ").nth(1).unwrap());
            let here = format!("http://{}", host.lines().next().unwrap());
            let (kind, body) = match path {
                "/robots.txt" => ("text/plain", format!("Sitemap: {here}/map.txt\n")),
                "/map.txt" => ("text/plain", format!("{here}/listed\n")),
                _ => ("text/html", "<a href=/map.txt>map</a>".to_owned()),
            };
            notes.lock().unwrap().push(path.to_owned());
            let head = format!("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: {kind}\r\n");
            peer.send(format!("{head}Content-Length: {}\r\n\r\n{body}", body.len()));
        });
        let bare = server.address.to_string();
        let start = if bare_start { bare.clone() } else { server.url("/") };
        let map = crawltop::target::Target::parse(&format!("{bare}/map.txt")).expect("it is one");
        let told = Told::of(
            plan([start], |terms| {
                terms.manners.robots = robots;
                terms.sitemaps = vec![map];
            })
            .run(),
        );
        // As a sitemap, and as the page that is linked.
        let mut all = vec!["/", "/listed", "/map.txt", "/map.txt"];
        all.extend(robots.then_some("/robots.txt"));
        let case = (robots, bare_start, told.results.keys().collect::<Vec<_>>());
        assert_eq!(sorted(&asked), all, "{case:?}");
        assert_eq!((told.status(&server.url("/listed")), told.counts().waiting), (Some(200), 0), "{case:?}");
    }
}
