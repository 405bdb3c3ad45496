//! Through HTTP proxies and SOCKS5: what they are told, what they may say, and who is not to know what. The target is
//! the first place, the proxy the second.

use crate::bodies::{page, sized};
use crate::case::Seen::{Connections, Gap, Has, Lacks, Lines, Requests};
use crate::case::{Case, Told, answered, case, fails, ok};
use crate::certificates::Shown;
use crate::middle::Manner;
use crate::place::Place;
use crate::script::{Act, answer, finished, held, reset};

const BY: &[&str] = &["-x", "http://{1}", "--cacert", "{ca}"];
const BASIC: &str = "\r\nProxy-Authorization: Basic YW5uOnMzY3JldA==\r\n";

pub fn cases() -> Vec<Case> {
    [plain(), secret(), refusals(), socks(), named()].concat()
}

/// The proxy answers itself; nobody is at the target.
fn plain() -> Vec<Case> {
    let by = |name, proxy: Vec<Act>, told: Told| case(name, Place::Refuses, told).and(proxy).with(BY);
    vec![
        by("a proxy is asked for the whole URL", held(page("hi")), ok("hi")).at("http://{0}/a?b#c").seen([
            Lines(1, &["GET http://{0}/a?b HTTP/1.1"]),
            Has(1, 0, "\r\nHost: {0}\r\n"),
            Lacks(1, 0, "proxy-authorization"),
        ]),
        by("a bad status of a proxy is that of the answer", held(sized("502 x", "", "no")), answered(502, "no")),
        by(
            "a proxy that wants a password is told",
            held(sized("407 x", "Proxy-Authenticate: Basic\r\n", "no")),
            answered(407, "no"),
        ),
        by("a password of the target goes through a proxy in its field", held(page("hi")), ok("hi"))
            .at("http://ann:s3cret@{0}/")
            .seen([
                Has(1, 0, "\r\nAuthorization: Basic YW5uOnMzY3JldA==\r\n"),
                Lines(1, &["GET http://{0}/ HTTP/1.1"]),
            ]),
        case("a proxy gets its own password", Place::Refuses, ok("hi"))
            .and(held(page("hi")))
            .with(&["-x", "http://ann:s3cret@{1}"])
            .seen([Has(1, 0, BASIC), Lacks(1, 0, "\r\nauthorization")]),
        by("a connection to a proxy is used again", [answer(page("one")), held(page("two"))].concat(), ok("one"))
            .then("http://{0}/b", ok("two").is("/reused", true))
            .with(&["-c", "1"])
            .seen([Connections(1, 1), Requests(1, 2)]),
        by(
            "a redirect through a proxy is followed through it",
            [answer(sized("302 x", "Location: /b\r\n", "")), held(page("there"))].concat(),
            ok("there"),
        )
        .seen([Lines(1, &["GET http://{0}/ HTTP/1.1", "GET http://{0}/b HTTP/1.1"])]),
        by(
            "a kept connection to a proxy leads to no address that the fetch may not go to",
            [answer(sized("302 x", "Location: http://{0}/b\r\n", "")), vec![Act::Hold]].concat(),
            fails("not_allowed", "connect", "may not be reached from a public start").is("/not_reused", "private"),
        )
        .at("http://8.8.8.8/")
        .seen([Lines(1, &["GET http://8.8.8.8/ HTTP/1.1"])]),
        by(
            "a proxy that answers with no HTTP is told",
            held("SSH-2.0-x\r\n"),
            fails("protocol", "body", "not an HTTP/1.1 answer"),
        ),
        by("a proxy that resets is told", reset(""), fails("reset", "wait", "connection reset by peer")),
        case("a proxy that refuses is told", held(page("no")), fails("connect_refused", "connect", "{1}"))
            .and(Place::Refuses)
            .with(BY)
            .seen([Requests(0, 0)]),
    ]
}

/// For https a tunnel is asked for.
fn secret() -> Vec<Case> {
    let https = |name, script: Vec<Act>, told: Told| {
        case(name, Place::Tls(Shown::Good, vec![script]), told).at("https://{0}/").and(Place::Middle(Manner::Connect))
    };
    vec![
        https("https goes through a tunnel", finished(page("hi")), ok("hi")).with(BY).seen([
            Has(1, 0, "CONNECT {0} HTTP/1.1\r\n"),
            Has(1, 0, "\r\nHost: {0}\r\n"),
            Lines(0, &["GET / HTTP/1.1"]),
        ]),
        https("a tunnel is no secret's", finished(page("hi")), ok("hi"))
            .with(BY)
            .with(&["-u", "ann:s3cret", "-b", "a=s3cret", "-H", "X-Token: s3cret"])
            .seen([Lacks(1, 0, "s3cret"), Lacks(1, 0, "authorization"), Has(0, 0, "\r\nX-Token: s3cret\r\n")]),
        https("a proxy's password stays with the proxy", finished(page("hi")), ok("hi"))
            .with(&["-x", "http://ann:s3cret@{1}", "--cacert", "{ca}"])
            .seen([Has(1, 0, BASIC), Lacks(0, 0, "proxy-authorization")]),
        https("a certificate is checked through a tunnel", finished(page("no")), fails("tls", "tls", "unknown issuer"))
            .with(&["-x", "http://{1}"]),
        https("a tunnel is used again", [answer(page("one")), held(page("two"))].concat(), ok("one"))
            .then("https://{0}/b", ok("two").is("/reused", true))
            .with(BY)
            .with(&["-c", "1"])
            .seen([Connections(1, 1), Requests(1, 1)]),
    ]
}

fn refusals() -> Vec<Case> {
    let refused =
        |name, proxy: Vec<Act>, told: Told| case(name, Place::Refuses, told).at("https://{0}/").and(proxy).with(BY);
    vec![
        refused(
            "a tunnel that is refused is told",
            held(sized("403 x", "", "no")),
            fails("connect_refused", "connect", "{1} answered 403 to CONNECT {0}"),
        ),
        refused(
            "a tunnel that wants a password is told",
            held(sized("407 x", "Proxy-Authenticate: Basic\r\n", "")),
            fails("connect_refused", "connect", "{1} answered 407"),
        ),
        refused(
            "a tunnel to nowhere is told",
            held(sized("502 x", "", "")),
            fails("unreachable", "connect", "{1} answered 502"),
        ),
        refused("a tunnel of nonsense is told", held("SSH-2.0-x\r\n"), fails("protocol", "connect", "{1}")),
        refused("a tunnel without an answer is told", answer(""), fails("reset", "connect", "{1}")),
        refused(
            "a tunnel with half an answer is told",
            finished("HTTP/1.1 200 OK\r\nX"),
            fails("truncated", "connect", "{1}"),
        ),
        refused(
            "a tunnel without end of its head is told",
            vec![
                Act::Request,
                Act::Send(b"HTTP/1.1 200 OK\r\n".to_vec()),
                Act::Flood(b"X: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\r\n".repeat(100)),
            ],
            fails("too_large", "connect", "head"),
        ),
        refused(
            "a tunnel that nobody opens ends by the connect timeout",
            held(""),
            fails("connect_timeout", "connect", "{1} was connected, and gave no answer to CONNECT {0} after 1s"),
        )
        .with(&["--connect-timeout", "1s", "--max-time", "0"]),
        refused(
            "a proxy that asks for a moment is asked again after it",
            vec![Act::Request, Act::Send(sized("503 x", "Retry-After: 1\r\n", "")), Act::Hold],
            fails("unreachable", "connect", "{1} answered 503").is("/attempt", 2),
        )
        .with(&["--retry", "1", "--retry-delay", "1ms"])
        .seen([Requests(1, 2), Gap(1, 0, 1000)]),
        refused(
            "a proxy that asks for years is not asked again, and nor is anybody for that origin",
            held(sized("429 x", "Retry-After: Fri, 01 Jan 2038 00:00:00 GMT\r\n", "")),
            fails("connect_refused", "connect", "{1} answered 429")
                .is("/attempt", 1)
                .is("/retry_after", "2038-01-01T00:00:00Z"),
        )
        .then("https://{0}/b", fails("cancelled", "blocked", "asked to be left until 2038-01-01 00:00:00 UTC"))
        .with(&["--retry", "2", "--retry-delay", "1ms", "-c", "1"])
        .seen([Requests(1, 1)]),
    ]
}

fn socks() -> Vec<Case> {
    let by = |name, manner, words: &[&'static str], place: Place, told: Told| {
        case(name, place, told).and(Place::Middle(manner)).with(words)
    };
    let fine = || Place::from(held(page("hi")));
    let scripted =
        |name, acts: Vec<Act>, told: Told| case(name, Place::Refuses, told).and(acts).with(&["-x", "socks5://{1}"]);
    let says = |first: &[u8], second: &[u8]| {
        vec![Act::Receive, Act::Send(first.to_vec()), Act::Receive, Act::Send(second.to_vec()), Act::Hold]
    };
    vec![
        by("SOCKS5 leads to an address", Manner::Socks, &["-x", "socks5://{1}"], fine(), ok("hi"))
            .seen([Has(1, 0, "{0}"), Lines(0, &["GET / HTTP/1.1"])]),
        by("SOCKS5 is told an address for a name", Manner::Socks, &["-x", "socks5://{1}"], fine(), ok("hi"))
            .at("http://localhost:{0p}/")
            .seen([Has(1, 0, "{0}")]),
        by("SOCKS5 with h is told the name", Manner::Socks, &["-x", "socks5h://{1}"], fine(), ok("hi"))
            .at("http://a.example:{0p}/")
            .seen([Has(1, 0, "a.example:{0p}")]),
        by("SOCKS5 takes a user", Manner::SocksForAnn, &["-x", "socks5://ann:s3cret@{1}"], fine(), ok("hi"))
            .seen([Lacks(0, 0, "authorization")]),
        by(
            "SOCKS5 leads to https",
            Manner::Socks,
            &["-x", "socks5://{1}", "--cacert", "{ca}"],
            Place::Tls(Shown::Good, vec![finished(page("hi"))]),
            ok("hi"),
        )
        .at("https://{0}/"),
        scripted(
            "SOCKS5 that was refused the connection is told",
            says(b"\x05\0", b"\x05\x05\0\x01\0\0\0\0\0\0"),
            fails("connect_refused", "connect", "was refused the connection"),
        ),
        scripted(
            "SOCKS5 that forbids is told",
            says(b"\x05\0", b"\x05\x02\0\x01\0\0\0\0\0\0"),
            fails("connect_refused", "connect", "refused by its rules"),
        ),
        scripted(
            "SOCKS5 that wants a user is told",
            says(b"\x05\xff", b""),
            fails("connect_refused", "connect", "wants credentials").is("/attempt", 1),
        )
        .with(&["--retry", "2", "--retry-delay", "1ms"]),
        scripted(
            "SOCKS5 that is none is told",
            says(b"HTTP/1.1 400 x\r\n\r\n", b""),
            fails("protocol", "connect", "does not speak SOCKS5"),
        ),
        scripted(
            "SOCKS5 with half an answer is told as a tunnel is",
            vec![Act::Receive, Act::Send(b"\x05\0".to_vec()), Act::Receive, Act::Send(b"\x05\0".to_vec())],
            fails("truncated", "connect", "{1} closed the connection in the middle of its answer"),
        ),
        scripted("SOCKS5 that closes is told", vec![Act::Receive], fails("reset", "connect", "{1}")),
        scripted(
            "SOCKS5 that is silent ends by the connect timeout",
            vec![Act::Receive, Act::Hold],
            fails(
                "connect_timeout",
                "connect",
                "{1} was connected, and gave no answer to the greeting of SOCKS5 after 1s",
            ),
        )
        .with(&["--connect-timeout", "1s", "--max-time", "0"]),
        scripted(
            "SOCKS5 that is silent behind its greeting ends by the whole time",
            vec![Act::Receive, Act::Send(b"\x05\0".to_vec()), Act::Hold],
            fails("timeout", "connect", "{1} was connected, and gave no answer to a connection to {0} after 1s"),
        )
        .with(&["--connect-timeout", "0", "--max-time", "1s"]),
    ]
}

/// By the environment.
fn named() -> Vec<Case> {
    let by = |name, variable, place: Place, told: Told| {
        case(name, place, told).and(held(page("proxy"))).environment(variable, "http://{1}")
    };
    let direct = || Place::from(held(page("direct")));
    vec![
        by("http_proxy names the proxy", "http_proxy", direct(), ok("proxy")).seen([Requests(0, 0)]),
        by("all_proxy names the proxy", "all_proxy", direct(), ok("proxy")).seen([Requests(0, 0)]),
        by("HTTP_PROXY in capitals does not", "HTTP_PROXY", direct(), ok("direct")).seen([Requests(1, 0)]),
        by("no_proxy names what goes without", "http_proxy", direct(), ok("direct"))
            .environment("no_proxy", "127.0.0.1")
            .seen([Requests(1, 0)]),
        by("no_proxy of a star means all", "http_proxy", direct(), ok("direct"))
            .environment("no_proxy", "*")
            .seen([Requests(1, 0)]),
        by("no_proxy of another host means nothing here", "http_proxy", direct(), ok("proxy"))
            .environment("no_proxy", "b.example")
            .seen([Requests(0, 0)]),
        by("an empty -x means no proxy", "http_proxy", direct(), ok("direct")).with(&["-x", ""]).seen([Requests(1, 0)]),
        by("https_proxy is not for http", "https_proxy", direct(), ok("direct")).seen([Requests(1, 0)]),
    ]
}
