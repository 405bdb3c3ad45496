//! Certificates that are not to be believed, and what a close over TLS means.

use crate::authority::{Authority, doubtful};
use crate::loopback::{Server, ok};
use crate::run::{Plan, only};
use crawltop::event::Engine;
use crawltop::failure::FailureKind;
use crawltop::fetched::Fetched;
use crawltop::net::Trust;
use crawltop::phase::Phase;
use std::sync::Arc;
use tempfile::NamedTempFile;
use tokio_rustls::rustls::ServerConfig;

fn serve(tls: Arc<ServerConfig>) -> Server {
    Server::start_tls(tls, |peer| {
        peer.answer(ok("hi"));
        peer.close();
    })
}

fn fetch(server: &Server, trust: Trust) -> Arc<Fetched> {
    only(&Plan::of([server.https("/")]).trust(trust).run())
}

fn assert_refused(fetched: &Fetched, words: &str) {
    let failure = fetched.failure.as_ref().unwrap_or_else(|| panic!("believed, but {words}"));
    let message = failure.message.display_all();
    assert_eq!((failure.kind, failure.phase), (FailureKind::Tls, Some(Phase::Tls)), "{message}");
    assert!(message.starts_with("tls: ") && message.contains(words), "\"{message}\" does not say: {words}");
    assert_eq!(fetched.status, None);
}

#[test]
fn a_certificate_of_ones_own_authority_is_believed() {
    let authority = Authority::new("one");
    let server = serve(authority.certify("127.0.0.1", |_| ()));
    let fetched = fetch(&server, authority.trust());
    assert_eq!((fetched.status, &fetched.failure, fetched.body_bytes), (Some(200), &None, 2));
    let phases: Vec<Phase> = fetched.marks.spans(fetched.ended).map(|(phase, _, _)| phase).collect();
    assert_eq!(phases, [Phase::Connect, Phase::Tls, Phase::Send, Phase::Wait, Phase::Body]);
}

#[test]
fn what_is_wrong_with_a_certificate_is_told_and_insecure_passes_over_it() {
    let (authority, other) = (Authority::new("one"), Authority::new("another"));
    for (tls, trust, words) in doubtful(&authority, &other) {
        let server = serve(tls);
        assert_refused(&fetch(&server, trust), words);
        let believed = fetch(&server, Trust::Anyone);
        assert_eq!((believed.status, &believed.failure), (Some(200), &None), "{words}");
    }
}

#[test]
fn a_bare_host_with_a_doubtful_certificate_is_not_asked_in_the_clear() {
    let (authority, other) = (Authority::new("one"), Authority::new("another"));
    for (tls, trust, words) in doubtful(&authority, &other) {
        let server = serve(tls);
        for engine in [Engine::Tasks, Engine::Threads] {
            let bare = format!("127.0.0.1:{}", server.address.port());
            let fetched = only(&Plan::of([bare]).trust(trust.clone()).engine(engine).run());
            assert_refused(&fetched, words);
            assert_eq!(fetched.fell_back, None, "{words}");
        }
    }
}

#[test]
fn the_roots_of_the_system_do_not_know_an_authority_made_just_now() {
    let server = serve(Authority::new("one").certify("127.0.0.1", |_| ()));
    assert_refused(&fetch(&server, Trust::System), "from an unknown issuer");
}

#[test]
fn what_is_no_tls_is_refused_whomever_one_trusts() {
    let server = Server::start(|peer| {
        peer.receive();
        peer.send("HTTP/1.1 400 Bad Request\r\n\r\n");
    });
    for trust in [Trust::Anyone, Authority::new("one").trust()] {
        assert_refused(&fetch(&server, trust), "\"127.0.0.1\" speaks plain http at that port, and no TLS");
    }
}

#[test]
fn a_handshake_that_the_peer_closes_is_told_as_one() {
    let server = Server::start(|peer| {
        peer.receive();
        peer.half_close();
    });
    assert_refused(&fetch(&server, Trust::Anyone), "connection closed in the handshake");
}

#[test]
fn a_file_without_a_certificate_is_told_before_anything_is_fetched() {
    let file = NamedTempFile::new().unwrap();
    let missing = file.path().with_extension("missing");
    for (path, words) in [(file.path().to_owned(), "no usable certificate in"), (missing, "can't read certificates")] {
        let error = crawltop::net::check(&Trust::File(path)).unwrap_err();
        assert!(error.contains(words), "{error}");
    }
}

/// The close is the end of this body, and anyone on the way could have closed.
#[test]
fn a_body_until_close_is_whole_only_where_tls_says_so() {
    let authority = Authority::new("one");
    for notified in [true, false] {
        let server = Server::start_tls(authority.certify("127.0.0.1", |_| ()), move |peer| {
            peer.answer("HTTP/1.1 200 OK\r\n\r\nhello");
            if notified {
                peer.close()
            } else {
                peer.half_close()
            }
            peer.hold();
        });
        let fetched = fetch(&server, authority.trust());
        let expected = if notified { None } else { Some(FailureKind::Truncated) };
        assert_eq!((fetched.kind(), fetched.status, fetched.body_bytes), (expected, Some(200), 5));
        let message = fetched.failure.as_ref().map(|failure| failure.message.display_all()).unwrap_or_default();
        assert!(notified || message.contains("body ended after 5 bytes without tls close_notify"), "{message}");
    }
}

#[test]
fn a_length_needs_no_tls_close() {
    let authority = Authority::new("one");
    let server = Server::start_tls(authority.certify("127.0.0.1", |_| ()), |peer| {
        peer.answer(ok("hello"));
        peer.half_close();
    });
    let fetched = fetch(&server, authority.trust());
    assert_eq!((fetched.kind(), fetched.body_bytes), (None, 5));
}

/// Bytes that no key made, in the place of an answer: nobody cut anything off.
#[test]
fn what_is_no_tls_after_the_handshake_is_told_as_such() {
    let server = Server::start_tls(Authority::new("one").certify("127.0.0.1", |_| ()), |peer| {
        peer.request();
        peer.send_raw(b"\x17\x03\x03\x00\x05noise");
        peer.hold();
    });
    let fetched = fetch(&server, Trust::Anyone);
    let failure = fetched.failure.as_ref().unwrap();
    assert_eq!((failure.kind, failure.phase), (FailureKind::Tls, Some(Phase::Wait)));
    assert!(failure.message.display_all().starts_with("wait: cannot decrypt"), "{failure:?}");
}
