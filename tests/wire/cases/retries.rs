//! What is asked for again, after how long, and what is not.

use crate::bodies::{page, sized};
use crate::case::Seen::{Gap, Requests};
use crate::case::{Case, Told, answered, case, fails, ok};
use crate::certificates::Shown;
use crate::place::Place;
use crate::script::{Act, answer, finished, held, reset};
use serde_json::Value;

/// As often as usual, but sooner.
const SOON: &[&str] = &["--retry", "2", "--retry-delay", "40ms"];

pub fn cases() -> Vec<Case> {
    [again(), never(), spent(), after(), gaps()].concat()
}

/// These in turn, and then a page; each over a connection of its own.
fn at_last(firsts: &[Vec<Act>]) -> Place {
    Place::Scripts([firsts, &[held(page("at last"))]].concat())
}

fn status(status: u16) -> Vec<Act> {
    answer(sized(&format!("{status} x"), "Connection: close\r\n", "no"))
}

fn again() -> Vec<Case> {
    let again = |name, first: Vec<Act>| {
        case(name, at_last(&[first]), ok("at last").is("/attempt", 2)).with(SOON).seen([Requests(0, 2)])
    };
    vec![
        again("408 is asked again", status(408)),
        again("429 is asked again", status(429)),
        again("500 is asked again", status(500)),
        again("502 is asked again", status(502)),
        again("503 is asked again", status(503)),
        again("504 is asked again", status(504)),
        again("a reset before the answer is asked again", reset("")),
        again("a close before the answer is asked again", answer("")),
        case(
            "a second retry may be the one that helps",
            at_last(&[status(503), reset("")]),
            ok("at last").is("/attempt", 3),
        )
        .with(SOON)
        .seen([Requests(0, 3)]),
        case(
            "a retry may go over the same connection",
            Place::Scripts(vec![[answer(sized("503 x", "", "no")), held(page("at last"))].concat()]),
            ok("at last").is("/attempt", 2),
        )
        .with(SOON)
        .seen([Requests(0, 2)]),
        case(
            "a redirect is followed again from its start",
            Place::Scripts(vec![
                answer(sized("302 x", "Location: /b\r\nConnection: close\r\n", "")),
                reset(""),
                answer(sized("302 x", "Location: /b\r\nConnection: close\r\n", "")),
                held(page("at last")),
            ]),
            ok("at last").is("/attempt", 2),
        )
        .with(SOON)
        .seen([Requests(0, 4)]),
    ]
}

fn never() -> Vec<Case> {
    let once =
        |name, place: Place, told: Told| case(name, place, told.is("/attempt", 1)).with(SOON).seen([Requests(0, 1)]);
    let bad = |name, code: u16| once(name, at_last(&[status(code)]), answered(code, "no"));
    vec![
        bad("404 is not asked again", 404),
        bad("403 is not asked again", 403),
        bad("401 is not asked again", 401),
        bad("501 is not asked again", 501),
        bad("505 is not asked again", 505),
        once(
            "a body cut short is not asked again",
            at_last(&[finished("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello")]),
            fails("truncated", "body", "5 of 9 bytes"),
        ),
        once(
            "a reset within the answer is not asked again",
            at_last(&[reset("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello")]),
            fails("reset", "body", "connection reset"),
        ),
        once(
            "what is no HTTP is not asked again",
            at_last(&[answer("SSH-2.0-x\r\n")]),
            fails("protocol", "body", "not an HTTP/1.1 answer"),
        ),
        case(
            "a name without an address is not asked again",
            Place::Refuses,
            fails("dns", "dns", "nothing-either.invalid").is("/attempt", 1),
        )
        .at("http://nothing-either.invalid/")
        .with(SOON),
        case(
            "a bad certificate is not asked again",
            Place::Tls(Shown::SelfSigned, vec![finished(page("no"))]),
            fails("tls", "tls", "certificate").is("/attempt", 1),
        )
        .at("https://{0}/")
        .with(SOON),
        case("with --retry 0 nothing is asked again", at_last(&[status(503)]), answered(503, "no").is("/attempt", 1))
            .with(&["--retry", "0"])
            .seen([Requests(0, 1)]),
    ]
}

/// The result is that of the last attempt.
fn spent() -> Vec<Case> {
    vec![
        case("what stays unavailable is told as such", Place::from(status(503)), answered(503, "no").is("/attempt", 3))
            .with(SOON)
            .seen([Requests(0, 3)]),
        case(
            "what keeps being reset is told as such",
            Place::from(reset("")),
            fails("reset", "wait", "connection reset by peer: {0}").is("/attempt", 3),
        )
        .with(SOON)
        .seen([Requests(0, 3)]),
        case(
            "a port that keeps refusing is told as such",
            Place::Refuses,
            fails("connect_refused", "connect", "connection refused: {0}").is("/attempt", 3),
        )
        .with(SOON),
        case(
            "a failure that turns into another is told as the last",
            Place::Scripts(vec![status(503), reset(""), status(404)]),
            answered(404, "no").is("/attempt", 3),
        )
        .with(SOON),
    ]
}

fn after() -> Vec<Case> {
    let busy = |after: &str| answer(sized("503 x", &format!("Retry-After: {after}\r\nConnection: close\r\n"), "no"));
    let heeded = |name, after: &str, ms| {
        case(name, at_last(&[busy(after)]), ok("at last").is("/attempt", 2))
            .with(SOON)
            .seen([Requests(0, 2), Gap(0, 0, ms)])
    };
    let forgone = |name, after: &str| {
        case(name, at_last(&[busy(after)]), answered(503, "no").is("/attempt", 1)).with(SOON).seen([Requests(0, 1)])
    };
    vec![
        heeded("Retry-After is waited for", "1", 1000),
        heeded("a Retry-After of nothing waits for the usual gap", "0", 30),
        heeded("a Retry-After that is past waits for the usual gap", "Sun, 06 Nov 1994 08:49:37 GMT", 30),
        heeded("a Retry-After that is nonsense is passed over", "soon", 30),
        heeded("a Retry-After with a sign is passed over", "-5", 30),
        forgone("a Retry-After of more than a minute leaves the result as it stands", "61"),
        forgone("a Retry-After of a century leaves the result as it stands", "3155760000"),
        forgone("a Retry-After over 64 bits leaves the result as it stands", "99999999999999999999999"),
        forgone("a Retry-After of a far date leaves the result as it stands", "Wed, 06 Nov 2199 08:49:37 GMT"),
        case(
            "a Retry-After of 200 means nothing",
            held(sized("200 OK", "Retry-After: 1\r\n", "hi")),
            ok("hi").is("/attempt", 1),
        )
        .with(SOON),
        case(
            "a Retry-After of 429 is waited for",
            at_last(&[answer(sized("429 x", "Retry-After: 1\r\nConnection: close\r\n", "no"))]),
            ok("at last").is("/attempt", 2),
        )
        .with(SOON)
        .seen([Gap(0, 0, 1000)]),
    ]
}

fn gaps() -> Vec<Case> {
    let delay: &[&str] = &["--retry", "3", "--retry-delay", "100ms"];
    vec![
        case("gaps grow", at_last(&[status(503), status(503), status(503)]), ok("at last").is("/attempt", 4))
            .with(delay)
            .seen([Gap(0, 0, 75), Gap(0, 1, 150), Gap(0, 2, 300)]),
        case("a target that waits for its retry holds up no other", at_last(&[status(503)]), ok("at last"))
            .and(held(page("at once")))
            .then("http://{1}/", ok("at once").is("/attempt", 1).is("/error", Value::Null))
            .with(&["-c", "1", "--retry", "1", "--retry-delay", "500ms"]),
    ]
}
