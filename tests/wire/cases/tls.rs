//! Certificates of every wrongness, handshakes that fail, and what a close within TLS means.

use crate::bodies::page;
use crate::case::Seen::Connections;
use crate::case::{Case, Told, case, fails, ok};
use crate::certificates::Shown;
use crate::place::Place;
use crate::script::{Act, answer, finished};

const TRUSTING: &[&str] = &["--cacert", "{ca}"];
const AGAIN: &[&str] = &["--retry", "1", "--retry-delay", "1ms"];

pub fn cases() -> Vec<Case> {
    [certificates(), names(), insecure(), handshakes(), agreements(), closes(), bodies()].concat()
}

fn https(name: &'static str, shown: Shown, script: Vec<Act>, told: Told) -> Case {
    case(name, Place::Tls(shown, vec![script]), told).at("https://{0}/")
}

fn certificates() -> Vec<Case> {
    let refused = |name, shown, words| {
        https(name, shown, finished(page("no")), fails("tls", "tls", words).is("/remote_ip", "127.0.0.1"))
            .with(TRUSTING)
    };
    vec![
        https(
            "a good certificate is believed",
            Shown::Good,
            finished(page("hi")),
            ok("hi")
                .is("/tls/version", "1.3")
                .has("/tls/cipher", "TLS13_")
                .has("/tls/not_after", "T")
                .at_least("/timings/tls", 0.0),
        )
        .with(TRUSTING),
        refused("a certificate that has expired is refused", Shown::Expired, "certificate of \"127.0.0.1\" expired "),
        refused(
            "a certificate that has expired before 1970 is refused for that",
            Shown::ExpiredLongAgo,
            "certificate of \"127.0.0.1\" expired ",
        ),
        refused(
            "a certificate from before 1970 is refused for that",
            Shown::FromLongAgo,
            "certificate of \"127.0.0.1\" has a date before 1970",
        ),
        refused("a certificate that is not valid yet is refused", Shown::NotYet, "is not valid yet"),
        refused("a certificate for another name is refused", Shown::OtherName, "is for another name"),
        refused("a name in the common name alone is no name", Shown::CommonNameOnly, "is for no name"),
        refused("a certificate from an unknown issuer is refused", Shown::UnknownIssuer, "is from an unknown issuer"),
        refused("a certificate that signed itself is refused", Shown::SelfSigned, "is self-signed"),
        refused("a certificate for clients is refused", Shown::ForClients, "is not for servers"),
        refused(
            "a certificate of an authority is refused",
            Shown::AnAuthority,
            "is that of an authority, not of a server",
        ),
        refused("a certificate whose name would act is refused without acting", Shown::Hostile, "is for another name"),
        https(
            "the system's roots do not know an authority made just now",
            Shown::Good,
            finished(page("no")),
            fails("tls", "tls", "is from an unknown issuer"),
        ),
    ]
}

/// The names of a certificate, and that of the target.
fn names() -> Vec<Case> {
    let at = |name, shown, host: &'static str, told: Told| {
        let script = vec![Act::Request, Act::Send(page("hi")), Act::Finish, Act::Hold];
        https(name, shown, script, told).at(format!("https://{host}:{{0p}}/")).named(host, 0).with(TRUSTING)
    };
    let other = || fails("tls", "tls", "is for another name");
    vec![
        at("a certificate is for its name", Shown::Named, "a.example", ok("hi").is("/remote_ip", "127.0.0.1")),
        at("a certificate is for its name in any case", Shown::Named, "A.Example", ok("hi")),
        at("a certificate is not for a name below its own", Shown::Named, "b.a.example", other()),
        at("a certificate is not for a name above its own", Shown::Named, "example", other()),
        at("a certificate is not for a name that begins with its own", Shown::Named, "a.example.evil", other()),
        at("a wildcard is for a name", Shown::Wildcard, "a.b.example", ok("hi")),
        at("a wildcard is not for two names", Shown::Wildcard, "a.a.b.example", other()),
        at("a wildcard is not for what is above it", Shown::Wildcard, "b.example", other()),
        at(
            "a part of a wildcard is for nothing",
            Shown::Partial,
            "ab.example",
            fails("tls", "tls", "certificate of \"ab.example\""),
        ),
        at("a certificate for an address is not for a name of it", Shown::Good, "a.example", other()),
    ]
}

/// With `-k` anyone is believed, but TLS is still TLS.
fn insecure() -> Vec<Case> {
    let believed = |name, shown| https(name, shown, finished(page("hi")), ok("hi")).with(&["-k"]);
    vec![
        believed("with -k an expired certificate is believed", Shown::Expired),
        believed("with -k a certificate for another name is believed", Shown::OtherName),
        believed("with -k a certificate that signed itself is believed", Shown::SelfSigned),
        believed("with -k a certificate from an unknown issuer is believed", Shown::UnknownIssuer),
        believed("with -k a certificate of an authority is believed", Shown::AnAuthority),
    ]
}

fn handshakes() -> Vec<Case> {
    let raw = |name, script: Vec<Act>, told: Told| case(name, script, told).at("https://{0}/").with(TRUSTING);
    let after_hello = |bytes: &[u8]| vec![Act::Receive, Act::Raw(bytes.to_vec()), Act::HalfClose, Act::Hold];
    vec![
        raw(
            "plain HTTP at an https port is told",
            after_hello(b"HTTP/1.1 400 Bad Request\r\n\r\n"),
            fails("tls", "tls", "\"127.0.0.1\" speaks plain http at that port, and no TLS"),
        ),
        raw(
            "a mail server at an https port is told",
            after_hello(b"220 mail.example ESMTP\r\n"),
            fails("tls", "tls", "\"127.0.0.1\" speaks smtp or ftp at that port, and no TLS"),
        ),
        raw(
            "an alert in the handshake is told",
            after_hello(b"\x15\x03\x03\0\x02\x02\x28"),
            fails("tls", "tls", "ended the handshake: it has no cipher or certificate in common"),
        ),
        raw(
            "a server without the name is told",
            after_hello(b"\x15\x03\x03\0\x02\x02\x70"),
            fails("tls", "tls", "knows no host of that name"),
        ),
        raw(
            "an old version is told",
            after_hello(b"\x15\x03\x01\0\x02\x02\x46"),
            fails("tls", "tls", "it knows neither 1.2 nor 1.3"),
        ),
        raw(
            "garbage within a handshake record is told",
            after_hello(b"\x16\x03\x03\0\x05noise"),
            fails("tls", "tls", "127.0.0.1"),
        ),
        raw(
            "a handshake that is closed is told",
            vec![Act::Receive, Act::HalfClose, Act::Hold],
            fails("tls", "tls", "connection closed in the handshake: {0}"),
        ),
        raw(
            "a handshake closed within a record is told",
            after_hello(b"\x16\x03\x03\x3f\xff\x02"),
            fails("tls", "tls", "connection closed in the handshake"),
        ),
        raw(
            "a handshake that is closed is made again, as nobody said why",
            vec![Act::Receive, Act::HalfClose, Act::Hold],
            fails("tls", "tls", "connection closed in the handshake: {0}").is("/attempt", 2),
        )
        .with(AGAIN)
        .seen([Connections(0, 2)]),
        raw(
            "a handshake that is ended by an alert is not made again",
            after_hello(b"\x15\x03\x01\0\x02\x02\x28"),
            fails("tls", "tls", "ended the handshake").is("/attempt", 1),
        )
        .with(AGAIN)
        .seen([Connections(0, 1)]),
        raw(
            "a handshake that is reset is told",
            vec![Act::Receive, Act::Reset],
            fails("reset", "tls", "connection reset by peer: {0}"),
        ),
    ]
}

/// Handshakes in which both sides speak TLS, and what they agree on.
fn agreements() -> Vec<Case> {
    vec![
        https(
            "TLS 1.2 is spoken",
            Shown::Tls12,
            finished(page("hi")),
            ok("hi").is("/tls/version", "1.2").has("/tls/cipher", "ECDHE"),
        )
        .with(TRUSTING),
        https(
            "of HTTP/2 and 1.1 the latter is chosen",
            Shown::H2First,
            finished(page("hi")),
            ok("hi").is("/http_version", "1.1"),
        )
        .with(TRUSTING),
        https(
            "a server that speaks HTTP/2 only is told",
            Shown::H2Only,
            finished(page("no")),
            fails("tls", "tls", "speaks no HTTP/1.1 over TLS"),
        )
        .with(TRUSTING),
        https(
            "a server that wants a certificate of the client is told",
            Shown::WantsClient,
            finished(page("no")),
            fails("tls", "wait", "{0} wants a certificate of the client"),
        )
        .with(TRUSTING),
        case(
            "TLS at an http port is told",
            vec![Act::Request, Act::Raw(b"\x15\x03\x01\0\x02\x02\x46".to_vec()), Act::Hold],
            fails("protocol", "body", "an https port?"),
        )
        .with(TRUSTING),
    ]
}

/// Whether the close is told by TLS, and whether that matters.
fn closes() -> Vec<Case> {
    let short = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello";
    let until_close = "HTTP/1.1 200 OK\r\n\r\nhello";
    let cut = |answer: &str| vec![Act::Request, Act::Send(answer.into()), Act::HalfClose, Act::Hold];
    let tls = |name, script, told| https(name, Shown::Good, script, told).with(TRUSTING);
    vec![
        tls("a body until close is whole where TLS says so", finished(until_close), ok("hello")),
        tls(
            "a body until close is cut short where TLS does not say so",
            cut(until_close),
            fails("truncated", "body", "body ended after 5 bytes without tls close_notify").bytes(5),
        ),
        tls("a length needs no close of TLS", cut("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"), ok("hello")),
        tls(
            "a body cut short over TLS is reported",
            finished(short),
            fails("truncated", "body", "body ended after 5 of 9 bytes"),
        ),
        tls(
            "a body cut short over TLS without its close is reported",
            cut(short),
            fails("truncated", "body", "body ended after 5 of 9 bytes"),
        ),
        tls(
            "chunks cut short over TLS are reported",
            cut("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"),
            fails("truncated", "body", "without its last chunk"),
        ),
        tls(
            "a head cut short over TLS is reported",
            cut("HTTP/1.1 200 OK\r\nX"),
            fails("truncated", "body", "without its empty line"),
        ),
        tls(
            "a close over TLS before the first byte is a reset",
            cut(""),
            fails("reset", "wait", "connection closed before an answer"),
        ),
        tls(
            "a reset over TLS within a body is told",
            vec![Act::Request, Act::Send(short.into()), Act::Reset],
            fails("reset", "body", "connection reset by peer"),
        ),
    ]
}

/// What comes within TLS.
fn bodies() -> Vec<Case> {
    let tls = |name, script, told| https(name, Shown::Good, script, told).with(TRUSTING);
    vec![
        tls(
            "noise in the place of an answer is told",
            vec![Act::Request, Act::Raw(b"\x17\x03\x03\0\x05noise".to_vec()), Act::Hold],
            fails("tls", "wait", "cannot decrypt peer's message: {0}"),
        ),
        tls(
            "an answer in plain text within TLS is told",
            vec![Act::Request, Act::Raw(page("hi")), Act::Hold],
            fails("tls", "wait", ": {0}"),
        ),
        tls("a large body over TLS is whole", answer(page("x".repeat(2 << 20))), ok("x".repeat(2 << 20))),
        tls(
            "a body that comes byte by byte over TLS is whole",
            vec![Act::Request, Act::Drip(1, page("hello world")), Act::Hold],
            ok("hello world"),
        ),
    ]
}
