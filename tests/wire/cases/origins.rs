//! What a redirect may not lead to: secrets to another origin, a start on this machine into networks beside it.

use super::redirects::{away_to, moved, one_hop, site};
use crate::bodies::page;
use crate::case::Seen::{Has, Lacks, Requests};
use crate::case::{Case, case, fails, ok};
use crate::place::Place;
use crate::script::held;

const BASIC: &str = "\r\nAuthorization: Basic YW5uOnMzY3JldA==\r\n";

pub fn cases() -> Vec<Case> {
    [secrets(), within(), reach()].concat()
}

/// Given for one origin, and for no other: another port is another origin.
fn secrets() -> Vec<Case> {
    let away = || away_to("http://{1}/");
    let there = || held(page("there"));
    let kept = |name, words: &[&'static str], field: &'static str| {
        case(name, one_hop(moved(302, "/b")), ok("there")).with(words).seen([Has(0, 0, field), Has(0, 1, field)])
    };
    let lost = |name, words: &[&'static str], field: &'static str, secret: &'static str| {
        case(name, away(), ok("there")).and(there()).with(words).seen([
            Has(0, 0, field),
            Lacks(1, 0, secret),
            Requests(1, 1),
        ])
    };
    let user: &[&str] = &["-u", "ann:s3cret"];
    vec![
        kept("a user goes along within the origin", user, BASIC),
        kept("a cookie goes along within the origin", &["-b", "a=s3cret"], "\r\nCookie: a=s3cret\r\n"),
        kept("a field goes along within the origin", &["-H", "X-Token: s3cret"], "\r\nX-Token: s3cret\r\n"),
        lost("a user does not go to another origin", user, BASIC, "authorization"),
        lost("a cookie does not go to another origin", &["-b", "a=s3cret"], "\r\nCookie: a=s3cret\r\n", "s3cret"),
        lost(
            "a field of one's own does not go to another origin",
            &["-H", "X-Token: s3cret"],
            "\r\nX-Token: s3cret\r\n",
            "s3cret",
        ),
        lost(
            "an authorization of one's own does not go to another origin",
            &["-H", "authorization: Bearer s3cret"],
            "\r\nauthorization: Bearer s3cret\r\n",
            "s3cret",
        ),
        case("a harmless field goes to another origin", away(), ok("there"))
            .and(there())
            .with(&["-H", "Accept-Language: de"])
            .seen([Has(1, 0, "Accept-Language: de")]),
    ]
}

/// A user and a password within a URL.
fn within() -> Vec<Case> {
    let away = || away_to("http://{1}/");
    let there = || held(page("there"));
    vec![
        case("a password in a target goes to its origin alone", away(), ok("there"))
            .at("http://ann:s3cret@{0}/")
            .and(there())
            .seen([Has(0, 0, BASIC), Lacks(1, 0, "authorization")]),
        case(
            "another host at the same port is another origin",
            Place::Scripts(vec![held(moved(302, "http://localhost:{0p}/")), there()]),
            ok("there"),
        )
        .at("http://ann:s3cret@{0}/")
        .seen([Has(0, 0, BASIC), Lacks(0, 1, "authorization")]),
        case(
            "a password in a location is neither sent nor told",
            away_to("http://bob:s3cret@{1}/"),
            ok("there").is("/final_url", "http://{1}/"),
        )
        .and(there())
        .seen([Lacks(1, 0, "s3cret"), Lacks(1, 0, "authorization")]),
        case(
            "what came back to its origin is given again",
            site([("/", moved(302, "http://{1}/")), ("/b", page("there"))]),
            ok("there"),
        )
        .at("http://ann:s3cret@{0}/")
        .and(site([("/", moved(302, "http://{0}/b"))]))
        .seen([Lacks(1, 0, "authorization")]),
    ]
}

/// A start on this machine leads to this machine, and to the public, but to no network beside it.
fn reach() -> Vec<Case> {
    let refused = |name, address: &str, class: &'static str| {
        case(name, away_to(&format!("http://{address}:9/")), fails("not_allowed", "connect", class))
            .seen([Requests(0, 1)])
    };
    vec![
        refused("a redirect into 10/8 is not followed", "10.0.0.1", "10.0.0.1 (private)"),
        refused("a redirect into 172.16/12 is not followed", "172.31.255.254", "(private)"),
        refused("a redirect into 192.168/16 is not followed", "192.168.0.1", "(private)"),
        refused("a redirect into 100.64/10 is not followed", "100.64.0.1", "(private)"),
        refused(
            "a redirect to the address of clouds is not followed",
            "169.254.169.254",
            "169.254.169.254 (link-local)",
        ),
        refused("a redirect to a number that is such an address is not followed", "0xa9fea9fe", "(link-local)"),
        refused("a redirect into fc00::/7 is not followed", "[fd00::1]", "(private)"),
        refused("a redirect into fe80::/10 is not followed", "[fe80::1]", "(link-local)"),
        refused("a redirect to a private address within IPv6 is not followed", "[::ffff:10.0.0.1]", "(private)"),
        case(
            "a redirect to a name of a private address is not followed",
            away_to("http://inside.example:9/"),
            fails("not_allowed", "connect", "10.1.2.3 (private)"),
        )
        .with(&["--resolve", "inside.example:9:10.1.2.3"])
        .seen([Requests(0, 1)]),
        case(
            "of a name's addresses only those that may be are dialled",
            away_to("http://mixed.example:{1p}/"),
            ok("there"),
        )
        .and(held(page("there")))
        .with(&["--resolve", "mixed.example:{1p}:10.1.2.3,127.0.0.1"])
        .seen([Requests(1, 1)]),
        case(
            "a redirect from this machine to itself is followed",
            away_to("http://[::1]:{1p}/"),
            ok("there").is("/remote_ip", "::1"),
        )
        .and(Place::Six(vec![held(page("there"))])),
        case("a redirect to 0.0.0.0 stays on this machine", away_to("http://0.0.0.0:{1p}/"), ok("there"))
            .and(held(page("there"))),
    ]
}
