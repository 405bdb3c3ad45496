//! One table over both drivers: whatever a server does, the two tell the same of it.

use crate::authority::{Authority, doubtful};
use crate::crowded::Crowded;
use crate::drivers::{Driver, Story, assert_alike, options};
use crate::faults::{CASES, Case, MAX_FILESIZE, SHORT, SILENCES, Silence};
use crate::framings::{PAGE, framings};
use crate::loopback::{Server, ok, plain_only};
use crawltop::failure::FailureKind::*;
use crawltop::net::{Limits, Options, Trust};
use crawltop::phase::Phase;
use std::net::TcpListener;
use std::sync::Arc;

fn http(server: &Server) -> String {
    server.url("/")
}

fn https(server: &Server) -> String {
    server.https("/")
}

/// Both drivers on a target that needs no server.
fn assert_alike_at(options: &Options, url: &str, port: u16) -> Story {
    let told = |driver: Driver| Story::of(driver.fetch(options.clone(), url), port);
    let (on_the_loop, blocking) = (told(Driver::Loop), told(Driver::Blocking));
    assert_eq!(blocking, on_the_loop);
    blocking
}

#[test]
fn each_fault_of_a_server_is_told_alike() {
    let options = Options { max_filesize: MAX_FILESIZE, ..options() };
    for Case { script, told: (kind, phase, words), status, bytes } in CASES {
        let story = assert_alike(&options, || Server::start(*script), http);
        story.assert_failed(*kind, *phase, words);
        assert_eq!((story.status, &story.sha256), (*status, &None), "{words}");
        assert!(story.bytes.is_none_or(|(content, count, _)| (content.len() as u64, count) == (*bytes, *bytes)));
    }
}

#[test]
fn each_limit_is_told_alike() {
    for Silence { script, scheme, limits, told: (kind, phase, words) } in SILENCES {
        let options = Options { limits: *limits, ..options() };
        let story =
            assert_alike(&options, || Server::start(script), |server| format!("{scheme}://{}/", server.address));
        story.assert_failed(*kind, *phase, words);
    }
}

#[test]
fn each_framing_is_read_alike() {
    for (answer, junk, version) in framings() {
        let sent = format!("{answer}{junk}");
        let start = || {
            let sent = sent.clone();
            Server::start(move |peer| {
                peer.answer(&sent);
                peer.half_close();
            })
        };
        let story = assert_alike(&options(), start, http);
        assert_eq!((story.kind(), story.status, story.http_version), (None, Some(200), Some(version)));
        assert_eq!(story.title.as_deref(), Some("A shop of goods"));
        let length = PAGE.len() as u64;
        assert_eq!(story.bytes, Some((PAGE.into(), length, answer.len() as u64)));
    }
}

/// Read in many pieces, over TLS in many records.
#[test]
fn a_large_page_is_read_alike_in_plain_and_over_tls() {
    let tls = Authority::new("one").certify("127.0.0.1", |_| ());
    let page = "0123456789abcdef".repeat(64 << 10);
    let chunk = format!("{:x}\r\n{page}\r\n", page.len());
    let chunked = format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{chunk}{chunk}0\r\n\r\n");
    for (answer, bytes) in [(ok(&page), page.len()), (chunked, 2 * page.len())] {
        for tls in [None, Some(Arc::clone(&tls))] {
            let url = if tls.is_some() { https } else { http };
            let start = || {
                let (answer, listener) = (answer.clone(), TcpListener::bind("127.0.0.1:0").unwrap());
                Server::listen(listener, tls.clone(), Arc::new(move |peer| peer.answer(&answer)))
            };
            let story = assert_alike(&options(), start, url);
            assert_eq!((story.kind(), story.status), (None, Some(200)));
            assert_eq!(story.bytes.map(|it| (it.1, it.2)), Some((bytes as u64, answer.len() as u64)));
            assert!(story.sha256.is_some());
        }
    }
}

/// The request is more than TLS takes at once.
#[test]
fn a_long_url_is_asked_for_alike() {
    let tls = Authority::new("one").certify("127.0.0.1", |_| ());
    let path = format!("/{}", "a".repeat(LONG));
    for tls in [None, Some(tls)] {
        let url = |server: &Server| if tls.is_some() { server.https(&path) } else { server.url(&path) };
        let start = || {
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            let answer = |peer: &mut crate::loopback::Peer| {
                let asked = peer.request();
                assert!(asked.len() > LONG && asked.ends_with("\r\n\r\n"));
                peer.send(ok("hi"));
            };
            Server::listen(listener, tls.clone(), Arc::new(answer))
        };
        assert_eq!(assert_alike(&options(), start, url).status, Some(200));
    }
}

const LONG: usize = 60_000;

#[test]
fn a_certificate_is_believed_or_refused_alike() {
    let (authority, other) = (Authority::new("one"), Authority::new("another"));
    let good = (authority.certify("127.0.0.1", |_| ()), authority.trust(), "");
    let unknown = (authority.certify("127.0.0.1", |_| ()), Trust::System, "from an unknown issuer");
    for (tls, trust, words) in doubtful(&authority, &other).into_iter().chain([good, unknown]) {
        let start = || {
            Server::start_tls(Arc::clone(&tls), |peer| {
                peer.answer(ok("hi"));
                peer.close();
            })
        };
        let story = assert_alike(&Options { trust, ..options() }, start, https);
        if words.is_empty() {
            let phases = [Phase::Connect, Phase::Tls, Phase::Send, Phase::Wait, Phase::Body];
            assert_eq!((story.kind(), story.status, &*story.phases), (None, Some(200), &phases[..]));
        } else {
            story.assert_failed(Tls, Phase::Tls, words);
        }
        let believed = assert_alike(&options(), start, https);
        assert_eq!((believed.kind(), believed.status), (None, Some(200)), "{words}");
    }
}

#[test]
fn what_is_no_tls_is_refused_alike() {
    let plain = || {
        Server::start(|peer| {
            peer.receive();
            peer.send("HTTP/1.1 400 Bad Request\r\n\r\n");
        })
    };
    let story = assert_alike(&options(), plain, https);
    story.assert_failed(Tls, Phase::Tls, "\"127.0.0.1\" speaks plain http at that port, and no TLS");
    let closed = || {
        Server::start(|peer| {
            peer.receive();
            peer.half_close();
            peer.hold();
        })
    };
    assert_alike(&options(), closed, https).assert_failed(Tls, Phase::Tls, "connection closed in the handshake");
    let reset = || {
        Server::start(|peer| {
            peer.receive();
            peer.reset();
        })
    };
    assert_alike(&options(), reset, https).assert_failed(Reset, Phase::Tls, "connection reset by peer");
}

/// What comes over TLS, how it is closed, and the failure.
#[test]
fn a_close_over_tls_means_the_same_to_both() {
    let tls = Authority::new("one").certify("127.0.0.1", |_| ());
    let length = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
    let close = "HTTP/1.1 200 OK\r\n\r\nhello";
    let short = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello";
    let cases = [
        (length, false, None),
        (close, true, None),
        (close, false, Some("body ended after 5 bytes without tls close_notify")),
        (short, true, Some("body ended after 5 of 9 bytes")),
        (short, false, Some("body ended after 5 of 9 bytes")),
    ];
    for (answer, notified, words) in cases {
        let start = || {
            Server::start_tls(Arc::clone(&tls), move |peer| {
                peer.answer(answer);
                if notified {
                    peer.close()
                } else {
                    peer.half_close()
                }
                peer.hold();
            })
        };
        let story = assert_alike(&options(), start, https);
        assert_eq!((story.kind().is_some(), story.status), (words.is_some(), Some(200)), "{answer}");
        if let Some(words) = words {
            story.assert_failed(Truncated, Phase::Body, words);
        }
    }
}

/// Bytes that no key made, in the place of an answer.
#[test]
fn noise_within_tls_is_told_alike() {
    let tls = Authority::new("one").certify("127.0.0.1", |_| ());
    let start = || {
        Server::start_tls(Arc::clone(&tls), |peer| {
            peer.request();
            peer.send_raw(b"\x17\x03\x03\x00\x05noise");
            peer.hold();
        })
    };
    let story = assert_alike(&options(), start, https);
    story.assert_failed(Tls, Phase::Wait, "cannot decrypt peer's message: 127.0.0.1:");
}

#[test]
fn a_bare_host_that_speaks_no_tls_is_asked_in_plain_alike() {
    let story = assert_alike(&options(), plain_only, |server| format!("127.0.0.1:{}", server.address.port()));
    assert_eq!((story.kind(), story.status), (None, Some(200)));
    assert_eq!(story.urls, ("https://127.0.0.1:PORT/".into(), Some("http://127.0.0.1:PORT/".into())));
    let told = [
        "connect",
        "dialled 127.0.0.1:PORT",
        "connected to 127.0.0.1:PORT",
        "tls",
        "fell back to http://127.0.0.1:PORT/: tls: \"127.0.0.1\" speaks plain http at that port, and no TLS",
        "connect",
        "dialled 127.0.0.1:PORT",
        "connected to 127.0.0.1:PORT",
        "GET / HTTP/1.1; Host; User-Agent; Accept; Accept-Encoding",
        "send",
        "wait",
        "body",
        "HTTP/1.1 200 OK; Content-Length",
    ];
    assert_eq!(story.events, told);
    let https_only = assert_alike(&options(), plain_only, https);
    assert_eq!((https_only.kind(), https_only.status), (Some(Tls), None));
}

#[test]
fn an_address_that_is_not_reached_is_told_alike() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let story = assert_alike_at(&options(), &format!("http://127.0.0.1:{port}/"), port);
    story.assert_failed(ConnectRefused, Phase::Connect, "connection refused: 127.0.0.1:");
    let story = assert_alike_at(&options(), "http://255.255.255.255/", 80);
    story.assert_failed(Unreachable, Phase::Connect, "no route: 255.255.255.255:PORT");
    let crowded = Crowded::new();
    let limits = Limits { connect: Some(SHORT), ..options().limits };
    let url = format!("http://{}/", crowded.address);
    let story = assert_alike_at(&Options { limits, ..options() }, &url, crowded.address.port());
    story.assert_failed(ConnectTimeout, Phase::Connect, "not connected after 200ms");
}

#[test]
fn a_name_is_looked_up_alike() {
    let start = || Server::start(|peer| peer.answer(ok("hi")));
    let story = assert_alike(&options(), start, |server| format!("http://localhost:{}/", server.address.port()));
    assert_eq!((story.status, story.phases[0]), (Some(200), Phase::Dns));
    let story = assert_alike_at(&options(), "http://nothing.invalid/", 80);
    story.assert_failed(Dns, Phase::Dns, "no address for nothing.invalid: ");
}
