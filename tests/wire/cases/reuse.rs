//! Which connections carry another request, which do not and why, and what a kept connection may do to the next request.

use crate::bodies::{page, sized};
use crate::case::Seen::{Connections, Lines, Requests};
use crate::case::{Case, Told, answered, case, fails, ok};
use crate::certificates::Shown;
use crate::place::Place;
use crate::script::{Act, answer, held};
use serde_json::Value;

/// One after another, so that the second finds what the first left.
const IN_TURN: &[&str] = &["-c", "1"];

pub fn cases() -> Vec<Case> {
    [kept(), several(), closed(), failed(), stale(), spoiled(), evicted(), aged(), many()].concat()
}

fn kept_told(told: Told) -> Told {
    told.is("/reused", true).is("/timings/connect", Value::Null).is("/timings/dns", Value::Null)
}

fn fresh_told(told: Told) -> Told {
    told.is("/reused", false).at_least("/timings/connect", 0.0)
}

/// Both answers over one connection, which the server keeps.
fn both(first: &[u8]) -> Place {
    Place::from([answer(first), held(page("two"))].concat())
}

/// An answer that leaves no connection behind.
fn closing(body: &str) -> Vec<u8> {
    sized(
        "200 OK",
        "Connection: close
",
        body,
    )
}

fn kept() -> Vec<Case> {
    let again = |name, first: &[u8], told: Told| {
        case(name, both(first), fresh_told(told).is("/close_reason", Value::Null))
            .then("http://{0}/b", kept_told(ok("two")))
            .with(IN_TURN)
            .seen([Connections(0, 1), Lines(0, &["GET / HTTP/1.1", "GET /b HTTP/1.1"])])
    };
    vec![
        again("a connection is used again behind a length", &page("one"), ok("one")),
        again("a connection is used again behind an empty body", &page(""), ok("")),
        again(
            "a connection is used again behind chunks",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n0\r\nX: y\r\n\r\n",
            ok("one"),
        ),
        again(
            "a connection is used again behind 204, whatever its length",
            b"HTTP/1.1 204 x\r\nContent-Length: 9\r\n\r\n",
            answered(204, ""),
        ),
        again(
            "a connection is used again behind 304",
            b"HTTP/1.1 304 x\r\nContent-Length: 9\r\n\r\n",
            answered(304, ""),
        ),
        again("a connection is used again behind 404", &sized("404 x", "", "no"), answered(404, "no")),
        again("a connection is used again behind 500", &sized("500 x", "", "no"), answered(500, "no")),
        again(
            "a connection is used again behind an interim answer",
            &[&b"HTTP/1.1 103 x\r\n\r\n"[..], &page("one")].concat(),
            ok("one"),
        ),
        again(
            "HTTP/1.0 that offers it is used again",
            b"HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 3\r\n\r\none",
            ok("one"),
        ),
        again(
            "an unknown option of a connection does not close it",
            &sized("200 OK", "Connection: closed, x\r\n", "one"),
            ok("one"),
        ),
        again(
            "a close in a trailer does not close it",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n0\r\nConnection: close\r\n\r\n",
            ok("one"),
        ),
    ]
}

/// More than two requests, and what makes two connections differ.
fn several() -> Vec<Case> {
    let ten = vec![[Act::Request, Act::Send(page("hi"))]; 10].concat();
    let more = |case: Case, path: &str| case.then(format!("http://{{0}}/{path}"), kept_told(ok("hi")));
    let two_answers = [answer(page("one")), held(page("two"))].concat();
    vec![
        (1..10)
            .map(|n| n.to_string())
            .fold(case("ten requests go over one connection", ten, fresh_told(ok("hi"))), |case, n| more(case, &n))
            .with(IN_TURN)
            .seen([Connections(0, 1), Requests(0, 10)]),
        case(
            "a connection within TLS is used again",
            Place::Tls(Shown::Good, vec![two_answers.clone()]),
            fresh_told(ok("one")),
        )
        .at("https://{0}/")
        .then("https://{0}/b", kept_told(ok("two")).is("/timings/tls", Value::Null))
        .with(&["-c", "1", "--cacert", "{ca}"])
        .seen([Connections(0, 1)]),
        case(
            "another name for an address is another connection",
            Place::Scripts(vec![two_answers.clone(), answer(closing("elsewhere"))]),
            fresh_told(ok("one")),
        )
        .then("http://localhost:{0p}/", ok("elsewhere").is("/reused", false))
        .then("http://{0}/b", kept_told(ok("two")))
        .with(IN_TURN)
        .seen([Connections(0, 2)]),
    ]
}

/// The first connection answers so and ends; the next one has the second answer.
fn then_two(first: &[u8]) -> Place {
    Place::Scripts(vec![vec![Act::Request, Act::Send(first.to_vec()), Act::HalfClose, Act::Hold], held(page("two"))])
}

/// The second needs a connection of its own, and why is told.
fn closed() -> Vec<Case> {
    let not_again = |name, first: &[u8], told: Told, reason: &'static str| {
        case(name, then_two(first), told.is("/close_reason", reason))
            .then("http://{0}/b", fresh_told(ok("two")))
            .with(IN_TURN)
            .seen([Connections(0, 2), Requests(0, 2)])
    };
    let one = ok("one");
    vec![
        not_again(
            "a connection that the server closes is not used again",
            &sized("200 OK", "Connection: close\r\n", "one"),
            one.clone(),
            "connection_close",
        ),
        not_again(
            "close beside keep-alive closes",
            &sized("200 OK", "Connection: keep-alive, Close\r\n", "one"),
            one.clone(),
            "connection_close",
        ),
        not_again("a body until close ends its connection", b"HTTP/1.1 200 OK\r\n\r\none", one.clone(), "until_close"),
        not_again(
            "HTTP/1.0 ends its connection",
            b"HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\none",
            one.clone(),
            "http10",
        ),
        not_again(
            "bytes behind an answer end its connection",
            b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\none more",
            one.clone(),
            "bytes_after_response",
        ),
        not_again(
            "an answer that nobody asked for is never the next one's",
            b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\noneHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil",
            one.clone(),
            "bytes_after_response",
        ),
        case(
            "why the connection of a redirect is not used for where it leads to is told",
            then_two(&sized("302 x", "Location: /b\r\nConnection: close\r\n", "")),
            fresh_told(ok("two")).is("/not_reused", "connection_close").is("/close_reason", Value::Null),
        )
        .seen([Connections(0, 2), Requests(0, 2)]),
        not_again("a connection a request may be asked for", &page("one"), one.clone(), "asked")
            .with(&["-H", "Connection: close"]),
        not_again(
            "content of 204 is never the next answer",
            b"HTTP/1.1 204 x\r\nContent-Length: 4\r\n\r\nevil",
            answered(204, ""),
            "bytes_after_response",
        ),
    ]
}

/// Nor is one whose answer was not read to its end.
fn failed() -> Vec<Case> {
    vec![
        case(
            "a connection whose answer was refused is not used again",
            then_two(b"HTTP/1.1 200 OK\r\nContent-Length: +1\r\n\r\n"),
            fails("protocol", "body", "+1").is("/close_reason", "unfinished").is("/wire_bytes", 39),
        )
        .then("http://{0}/b", fresh_told(ok("two")))
        .with(IN_TURN)
        .seen([Connections(0, 2)]),
        case(
            "a connection whose content was too large is not used again",
            then_two(&page("x".repeat(2000))),
            fails("too_large", "body", "1000 bytes").is("/close_reason", "unfinished"),
        )
        .then("http://{0}/b", fresh_told(ok("two")))
        .with(&["-c", "1", "--max-filesize", "1000"])
        .seen([Connections(0, 2)]),
        case(
            "a connection whose redirect is too long to be read past is not used again",
            then_two(&sized("302 x", "Location: /\r\n", "x".repeat(70_000))),
            fails("too_many_redirects", "body", "").is("/close_reason", "abandoned"),
        )
        .then("http://{0}/b", fresh_told(ok("two")))
        .with(IN_TURN)
        .seen([Connections(0, 2)]),
    ]
}

/// A page, and then the end comes where the next answer should.
fn gone(end: Act) -> Vec<Act> {
    let mut first = answer(page("one"));
    first.extend([Act::Request, end]);
    first
}

/// The server gave the kept connection up just as the request came.
fn stale() -> Vec<Case> {
    let afresh = |name, end: Act, reason: &'static str| {
        let scripts = vec![gone(end), held(page("two"))];
        case(name, Place::Scripts(scripts), fresh_told(ok("one")))
            .then("http://{0}/b", ok("two").is("/reused", false).is("/attempt", 1).is("/not_reused", reason))
            .with(IN_TURN)
            .seen([Connections(0, 2), Lines(0, &["GET / HTTP/1.1", "GET /b HTTP/1.1", "GET /b HTTP/1.1"])])
    };
    let failing = |name, second: Vec<Act>, told: Told, requests| {
        case(name, Place::Scripts(vec![second]), fresh_told(ok("one")))
            .then("http://{0}/b", told)
            .with(IN_TURN)
            .seen([Requests(0, requests)])
    };
    let after_one = |acts: &[Act]| [&answer(page("one")), acts].concat();
    let moved = sized("302 x", "Location: /b\r\n", "");
    let half = Act::Send(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello".to_vec());
    vec![
        afresh("a request that meets a close is sent again afresh", Act::HalfClose, "peer_closed"),
        afresh("a request that meets a reset is sent again afresh", Act::Reset, "peer_closed"),
        afresh(
            "a request that meets what is left of the answer before is sent again afresh",
            Act::Send(b"<p>content that HEAD has none of".to_vec()),
            "bytes_after_response",
        ),
        afresh(
            "a request that meets the rest of a head is sent again afresh",
            Act::Send(b"HTTP/1.1 xyz\r\n\r\n".to_vec()),
            "bytes_after_response",
        ),
        afresh(
            "a request that meets a line end and a close is sent again afresh",
            Act::Send(b"\r\nHT".to_vec()),
            "peer_closed",
        ),
        failing(
            "an answer that began as one is not asked for again",
            after_one(&[Act::Request, Act::Send(b"HTTP/1.1 200 OK\r\nContent-Length: +1\r\n\r\n".to_vec())]),
            fails("protocol", "body", "+1").is("/reused", true),
            2,
        ),
        failing(
            "a status line that is cut off is not asked for again",
            after_one(&[Act::Request, Act::Send(b"HTTP/1.1 2".to_vec())]),
            fails("truncated", "body", "head ended").is("/reused", true),
            2,
        ),
        case(
            "a redirect that meets a close is followed afresh",
            Place::Scripts(vec![[answer(moved), vec![Act::Request]].concat(), held(page("there"))]),
            ok("there").is("/reused", false).is("/attempt", 1),
        )
        .seen([Connections(0, 2), Lines(0, &["GET / HTTP/1.1", "GET /b HTTP/1.1", "GET /b HTTP/1.1"])]),
        failing(
            "an answer that began is not asked for again",
            after_one(&[Act::Request, half.clone()]),
            fails("truncated", "body", "5 of 9 bytes").is("/reused", true),
            2,
        ),
        failing(
            "an answer that began and is reset is not asked for again",
            after_one(&[Act::Request, half, Act::Reset]),
            fails("reset", "body", "connection reset by peer"),
            2,
        ),
        case(
            "a request is sent again only once",
            Place::Scripts(vec![gone(Act::HalfClose), vec![Act::Request], held(page("no"))]),
            fresh_told(ok("one")),
        )
        .then("http://{0}/b", fails("reset", "wait", "connection closed before an answer"))
        .with(IN_TURN)
        .seen([Connections(0, 2), Requests(0, 3)]),
        case(
            "a fresh connection that is closed is not asked again",
            Place::Scripts(vec![vec![Act::Request], held(page("no"))]),
            fails("reset", "wait", "before an answer"),
        )
        .seen([Requests(0, 1)]),
        case("silence on a kept connection is not asked again", after_one(&[Act::Request, Act::Hold]), ok("one"))
            .then("http://{0}/b", fails("timeout", "wait", "no byte from {0} for 1s").is("/reused", true))
            .with(&["-c", "1", "--idle-timeout", "1s"])
            .seen([Connections(0, 1), Requests(0, 2)]),
    ]
}

/// What comes over a connection while nobody waits for an answer: another place is asked meanwhile, and takes its time,
/// since what comes at once could as well come when the next request is on its way.
fn spoiled() -> Vec<Case> {
    let meanwhile = |name, acts: &[Act]| {
        let first = [&answer(page("one")), &[Act::Await(0)][..], acts, &[Act::Open(1), Act::Hold]].concat();
        let other =
            vec![Act::Request, Act::Open(0), Act::Await(1), Act::Pause(20), Act::Send(closing("other")), Act::Hold];
        case(name, Place::Scripts(vec![first, held(page("two"))]), ok("one"))
            .and(other)
            .then("http://{1}/", ok("other"))
            .then("http://{0}/b", fresh_told(ok("two")).is("/not_reused", "closed_idle"))
            .with(IN_TURN)
            .seen([Connections(0, 2), Requests(0, 2)])
    };
    vec![
        meanwhile(
            "a 408 on an idle connection is no answer",
            &[Act::Send(b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n".to_vec()), Act::HalfClose],
        ),
        meanwhile("an answer on an idle connection is never the next one's", &[Act::Send(page("evil"))]),
        meanwhile("an idle connection that the server closed is not used", &[Act::HalfClose]),
    ]
}

/// Connections that are kept at least, whatever is asked for at once.
const KEPT: usize = 16;

/// Of more than are kept, the one that waited longest goes.
fn evicted() -> Vec<Case> {
    let first = case("one connection too many costs the oldest, and that is told", both(&page("one")), ok("one"));
    let other = |case: Case, number| {
        let told = fresh_told(ok("other")).is("/not_reused", Value::Null).is("/close_reason", Value::Null);
        case.and(held(page("other"))).then(format!("http://{{{number}}}/"), told)
    };
    let full = (1..=KEPT).fold(first, other).with(IN_TURN);
    let again = Place::Scripts(vec![answer(page("one")), held(page("two"))]);
    let mut case = full.then("http://{0}/b", fresh_told(ok("two")).is("/not_reused", "evicted"));
    case.places[0] = again;
    vec![case.seen([Connections(0, 2)])]
}

/// Another place takes longer for its answer than a connection may wait for a request.
fn aged() -> Vec<Case> {
    let long = vec![Act::Request, Act::Pause(15_200), Act::Send(closing("other")), Act::Hold];
    let case = case("a connection that has waited for long is not used", both(&page("one")), ok("one"))
        .and(long)
        .then("http://{1}/", ok("other"))
        .then("http://{0}/b", fresh_told(ok("two")).is("/not_reused", "aged"))
        .with(&["-c", "1", "--idle-timeout", "1m", "--max-time", "2m"]);
    let mut case = case.seen([Connections(0, 2)]);
    case.places[0] = Place::Scripts(vec![answer(page("one")), held(page("two"))]);
    vec![case]
}

const MANY: usize = 200;

/// Of many answers over few connections each is its own.
fn many() -> Vec<Case> {
    let path = |number: usize| format!("/{number}");
    let all = |name, scheme: &str, place: Place, words: &[&'static str]| {
        let first = case(name, place, ok(path(0))).at(format!("{scheme}://{{0}}/0"));
        let next = |case: Case, number| case.then(format!("{scheme}://{{0}}/{number}"), ok(path(number)));
        (1..MANY).fold(first, next).with(words)
    };
    let trusting: &[&str] = &["-c", "8", "--cacert", "{ca}"];
    vec![
        all("of two hundred answers over eight connections each is its own", "http", Place::Echo(None), &["-c", "8"]),
        all("of two hundred answers within TLS each is its own", "https", Place::Echo(Some(Shown::Good)), trusting),
        all(
            "of two hundred answers over connections of their own each is its own",
            "http",
            Place::Echo(None),
            &["-c", "200"],
        ),
    ]
}
