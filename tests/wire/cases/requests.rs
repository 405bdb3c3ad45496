//! What is sent: one head, well formed, whatever the target looks like.

use crate::bodies::{page, sized};
use crate::case::Seen::{Connections, Has, Lacks, Lines, Requests};
use crate::case::{Case, Seen, answered, case, ok};
use crate::place::Place;
use crate::script::{Act, answer, held};

pub fn cases() -> Vec<Case> {
    [lines(), fields(), heads(), order()].concat()
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
        asked("a request names its host with the port", "http://{0}/", [Has(0, 0, "\r\nHost: {0}\r\n")]),
        asked(
            "a host is named in small letters",
            "http://LOCALHOST:{0p}/",
            [Has(0, 0, "\r\nHost: localhost:{0p}\r\n")],
        ),
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
        asked("fields of one's own are sent in their order", "http://{0}/", [Has(0, 0, "\r\nX-B: 1\r\nX-A: 2\r\n")])
            .with(&["-H", "X-B: 1", "-H", "X-A: 2"]),
        asked(
            "a field of one's own takes the place of the usual",
            "http://{0}/",
            [Has(0, 0, "\r\nuser-agent: me/3\r\n"), Lacks(0, 0, "crawltop")],
        )
        .with(&["-H", "user-agent: me/3"]),
        asked("a user is sent as Basic", "http://{0}/", [Has(0, 0, "\r\nAuthorization: Basic YW5uOnMzY3JldA==\r\n")])
            .with(&["-u", "ann:s3cret"]),
        asked(
            "a user in a target is sent as Basic",
            "http://ann:s3cret@{0}/",
            [Has(0, 0, "\r\nAuthorization: Basic YW5uOnMzY3JldA==\r\n")],
        ),
        asked(
            "an escaped password is sent unescaped",
            "http://ann:s3cr%65t@{0}/",
            [Has(0, 0, "\r\nAuthorization: Basic YW5uOnMzY3JldA==\r\n")],
        ),
        asked("cookies are sent as given", "http://{0}/", [Has(0, 0, "\r\nCookie: a=s3cret; b=2\r\n")])
            .with(&["-b", "a=s3cret; b=2"]),
        asked("a cookie that a server sets is not taken", "http://{0}/", [Lacks(0, 0, "cookie")]),
    ]
}

/// Nothing follows the head of an answer to HEAD, whatever it says.
fn heads() -> Vec<Case> {
    let head: &[&str] = &["-X", "HEAD"];
    let none = |name, answer: &str| {
        case(name, held(answer), answered(200, "")).with(head).seen([Lines(0, &["HEAD / HTTP/1.1"])])
    };
    let moved = sized("303 x", "Location: /b\r\n", "");
    vec![
        none("the length of an answer to HEAD is not awaited", "HTTP/1.1 200 OK\r\nContent-Length: 42\r\n\r\n"),
        none(
            "the chunks of an answer to HEAD are not awaited",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        ),
        none("a close is not awaited behind an answer to HEAD", "HTTP/1.1 200 OK\r\n\r\n"),
        none("the nonsense of a length means nothing for HEAD", "HTTP/1.1 200 OK\r\nContent-Length: +1, 2\r\n\r\n"),
        none("the coding of an answer to HEAD is not taken off", "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n"),
        case("HEAD stays HEAD over a redirect", [answer(moved), held(sized("200 OK", "", ""))].concat(), ok(""))
            .with(head)
            .seen([Lines(0, &["HEAD / HTTP/1.1", "HEAD /b HTTP/1.1"]), Connections(0, 1)]),
        case(
            "content behind an answer to HEAD is never the next answer",
            Place::Scripts(vec![held(page("evil")), held(sized("200 OK", "", ""))]),
            ok("").is("/close_reason", "bytes_after_response"),
        )
        .then("http://{0}/b", ok("").is("/reused", false))
        .with(&["-X", "HEAD", "-c", "1"]),
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
