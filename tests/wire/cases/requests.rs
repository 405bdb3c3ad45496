//! What is sent: one head, well formed, whatever the target looks like.

use crate::bodies::page;
use crate::case::Seen::{Connections, Has, Lacks, Lines, Requests};
use crate::case::{Case, Seen, answered, case, ok};
use crate::place::Place;
use crate::script::{Act, held};

pub fn cases() -> Vec<Case> {
    [lines(), fields(), order()].concat()
}

fn asked(name: &'static str, url: &str, seen: impl IntoIterator<Item = Seen>) -> Case {
    case(name, held(page("hi")), ok("hi")).at(url).seen(seen).seen([Requests(0, 1), Connections(0, 1)])
}

fn lines() -> Vec<Case> {
    vec![
        asked("a target without a path asks for the root", "http://{0}", [Lines(0, &["GET / HTTP/1.1"])]),
        asked("a target of a query alone asks for the root", "http://{0}?a=b", [Lines(0, &["GET /?a=b HTTP/1.1"])]),
        asked("a fragment is not sent", "http://{0}/a?b#c", [Lines(0, &["GET /a?b HTTP/1.1"])]),
        asked("blanks of a path are escaped", "http://{0}/a b", [Lines(0, &["GET /a%20b HTTP/1.1"])]),
        asked("letters beyond ASCII are escaped", "http://{0}/ü?ü", [Lines(0, &["GET /%C3%BC?%C3%BC HTTP/1.1"])]),
        asked("quotes and angles are escaped", "http://{0}/\"<>", [Lines(0, &["GET /%22%3C%3E HTTP/1.1"])]),
        asked("dots of a path are resolved", "http://{0}/a/./b/../c", [Lines(0, &["GET /a/c HTTP/1.1"])]),
        asked(
            "dots that are escaped are resolved as in browsers",
            "http://{0}/a/%2e%2E/b",
            [Lines(0, &["GET /b HTTP/1.1"])],
        ),
        asked("a backslash is a slash, as in browsers", "http://{0}\\a\\b", [Lines(0, &["GET /a/b HTTP/1.1"])]),
        asked("two slashes stay two", "http://{0}//a//b", [Lines(0, &["GET //a//b HTTP/1.1"])]),
        asked("an escape is sent as it is", "http://{0}/%0d%0aX:%20y", [Lines(0, &["GET /%0d%0aX:%20y HTTP/1.1"])]),
        asked("a scheme has no case", "HTTP://{0}/a", [Lines(0, &["GET /a HTTP/1.1"])]),
    ]
}

fn fields() -> Vec<Case> {
    vec![
        asked("a request names its host with the port", "http://{0}/", [Has(0, 0, "\r\nHost: 127.0.0.1:")]),
        asked("a host is named in small letters", "http://LOCALHOST:{0p}/", [Has(0, 0, "\r\nHost: localhost:")]),
        asked("a request names its program", "http://{0}/", [Has(0, 0, "\r\nUser-Agent: crawltop/")]),
        asked(
            "a request has no content",
            "http://{0}/",
            [Lacks(0, 0, "content-length"), Lacks(0, 0, "transfer-encoding")],
        ),
        asked(
            "a password in a target is not in the host",
            "http://ann:s3cret@{0}/",
            [Lacks(0, 0, "s3cret"), Lacks(0, 0, "@")],
        ),
        asked("another name is given with -A", "http://{0}/", [Has(0, 0, "\r\nUser-Agent: me/1\r\n")])
            .with(&["-A", "me/1"]),
        asked("the environment gives another name", "http://{0}/", [Has(0, 0, "\r\nUser-Agent: me/2\r\n")])
            .environment("CRAWLTOP_USER_AGENT", "me/2"),
    ]
}

/// Several targets, and whose answer is whose.
fn order() -> Vec<Case> {
    let site = Place::Site(vec![("/a", page("one")), ("/b?c", page("two"))]);
    let first = vec![Act::Request, Act::Await(0), Act::Send(page("late")), Act::Hold];
    let second = vec![Act::Request, Act::Open(0), Act::Send(page("early")), Act::Hold];
    vec![
        case("each target has its own answer", site, ok("one"))
            .at("http://{0}/a")
            .then("http://{0}/b?c", ok("two"))
            .then("http://{0}/d", answered(404, ""))
            .with(&["-c", "1"])
            .seen([Requests(0, 3)]),
        case("an answer that is awaited holds up no other", first, ok("late"))
            .and(second)
            .then("http://{1}/", ok("early")),
    ]
}
