//! What is agreed on in a TLS handshake and told of it, what a server learns, and what a refusal is for. By both
//! drivers.

use crate::authority::Authority;
use crate::loopback::{Peer, Server, ok};
use crate::own::{certify_for, self_signed, shown_itself};
use crate::run::{Plan, only};
use crawltop::event::{Engine, EventKind};
use crawltop::failure::FailureKind;
use crawltop::fetched::Fetched;
use crawltop::net::{Limits, Trust};
use crawltop::phase::Phase;
use rcgen::{DnType, ExtendedKeyUsagePurpose, SanType, date_time_ymd};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio_rustls::rustls::server::{ClientHello, ResolvesServerCert};
use tokio_rustls::rustls::sign::CertifiedKey;
use tokio_rustls::rustls::{self, ServerConfig};

const BOTH: [Engine; 2] = [Engine::Tasks, Engine::Sequential];

fn serve(tls: Arc<ServerConfig>) -> Server {
    Server::start_tls(tls, |peer| {
        peer.answer(ok("hi"));
        peer.close();
    })
}

fn fetch(url: &str, trust: Trust, engine: Engine) -> Arc<Fetched> {
    only(&Plan::of([url]).trust(trust).engine(engine).run())
}

fn named(server: &Server) -> String {
    format!("https://localhost:{}/", server.address.port())
}

fn assert_refused(fetched: &Fetched, words: &str) {
    let failure = fetched.failure.as_ref().unwrap_or_else(|| panic!("believed, but {words}"));
    let message = failure.message.display_all();
    assert_eq!((failure.kind, failure.phase), (FailureKind::Tls, Some(Phase::Tls)), "{message}");
    assert_eq!(message, format!("tls: {words}"));
}

#[test]
fn version_cipher_and_the_end_of_the_certificate_are_told_by_event_and_result() {
    let authority = Authority::new("one");
    for (version, engine) in [&rustls::version::TLS13, &rustls::version::TLS12].into_iter().zip(BOTH) {
        let tls = certify_for(version, &authority, "127.0.0.1", |it| it.not_after = date_time_ymd(2999, 1, 2));
        let server = serve(tls);
        let events = Plan::of([server.https("/")]).trust(authority.trust()).engine(engine).run();
        let told = events.iter().find_map(|event| match &event.kind {
            EventKind::Secured { tls, .. } => Some(tls.clone()),
            _ => None,
        });
        let (told, fetched) = (told.unwrap(), only(&events));
        assert_eq!(fetched.tls.as_deref(), Some(&*told));
        let is_13 = std::ptr::eq(version, &rustls::version::TLS13);
        assert_eq!(&*told.version, if is_13 { "1.3" } else { "1.2" });
        assert!(told.cipher.starts_with(if is_13 { "TLS13_AES" } else { "TLS_ECDHE_ECDSA_WITH" }), "{told:?}");
        assert_eq!(told.not_after.as_deref(), Some("2999-01-02T00:00:00Z"));
    }
}

/// A name, and protocols.
type Heard = (Option<String>, Vec<Vec<u8>>);

/// Notes what a client says of itself.
#[derive(Debug)]
struct Curious {
    key: Arc<CertifiedKey>,
    heard: Mutex<Vec<Heard>>,
}

impl ResolvesServerCert for Curious {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let protocols = hello.alpn().into_iter().flatten().map(<[u8]>::to_vec).collect();
        self.heard.lock().unwrap().push((hello.server_name().map(str::to_owned), protocols));
        Some(self.key.clone())
    }
}

#[test]
fn a_server_is_told_the_name_but_no_address_and_http_1_1_alone() {
    for engine in BOTH {
        let curious = Arc::new(Curious { key: self_signed(), heard: Mutex::default() });
        let config = ServerConfig::builder().with_no_client_auth().with_cert_resolver(curious.clone());
        let server = serve(Arc::new(config));
        for url in [named(&server), server.https("/")] {
            assert_eq!(fetch(&url, Trust::Anyone, engine).status, Some(200));
        }
        let only_http = vec![b"http/1.1".to_vec()];
        let expected = vec![(Some("localhost".to_owned()), only_http.clone()), (None, only_http)];
        assert_eq!(*curious.heard.lock().unwrap(), expected);
    }
}

#[test]
fn a_server_of_http_2_is_refused_by_its_protocol_or_by_its_bytes() {
    let authority = Authority::new("one");
    for engine in BOTH {
        let mut tls = ServerConfig::clone(&authority.certify("127.0.0.1", |_| ()));
        tls.alpn_protocols = vec![b"h2".to_vec()];
        let server = serve(Arc::new(tls));
        assert_refused(&fetch(&server.https("/"), Trust::Anyone, engine), "\"127.0.0.1\" speaks no HTTP/1.1 over TLS");

        let server = Server::start_tls(authority.certify("127.0.0.1", |_| ()), |peer| {
            peer.answer(b"\x00\x00\x06\x04\x00\x00\x00\x00\x00\x00\x05\x00\x00\x40\x00");
            peer.close();
        });
        let fetched = fetch(&server.https("/"), Trust::Anyone, engine);
        let message = fetched.failure.as_ref().unwrap().message.display_all();
        assert_eq!(fetched.kind(), Some(FailureKind::Protocol), "{message}");
        assert!(message.contains("http/2 frames?"), "{message}");
    }
}

#[test]
fn a_certificate_for_others_says_for_whom_it_is() {
    let authority = Authority::new("one");
    let name = |name: &str| SanType::DnsName(name.try_into().unwrap());
    let localhost = "certificate of \"localhost\" is for another name";
    let cases: [(Vec<SanType>, String); 4] = [
        (vec![name("a.example")], format!("{localhost}: \"a.example\"")),
        (
            ["a", "b", "c", "d", "e"].map(|it| name(&format!("{it}.example"))).to_vec(),
            format!("{localhost}: \"a.example\", \"b.example\", \"c.example\", and 2 more"),
        ),
        (vec![name("loc*host")], format!("{localhost}: \"loc*host\"; a wildcard stands for a whole label")),
        (vec![], "certificate of \"localhost\" is for no name: \"localhost\" is only its common name".to_owned()),
    ];
    for (names, words) in cases {
        let change = |it: &mut rcgen::CertificateParams| {
            it.subject_alt_names = names;
            it.distinguished_name.push(DnType::CommonName, "localhost");
        };
        let server = serve(authority.certify("localhost", change));
        for engine in BOTH {
            assert_refused(&fetch(&named(&server), authority.trust(), engine), &words);
        }
    }
}

#[test]
fn one_that_signed_itself_is_told_from_one_of_an_unknown_issuer() {
    let (authority, other) = (Authority::new("one"), Authority::new("another"));
    let config = ServerConfig::builder().with_no_client_auth();
    let own =
        serve(Arc::new(config.with_cert_resolver(Arc::new(Curious { key: self_signed(), heard: Mutex::default() }))));
    let others = serve(other.certify("127.0.0.1", |_| ()));
    for engine in BOTH {
        let words = "certificate of \"127.0.0.1\" is self-signed, and not among those that are trusted";
        assert_refused(&fetch(&own.https("/"), authority.trust(), engine), words);
        let words = "certificate of \"127.0.0.1\" is from an unknown issuer, \"CN=another\"";
        assert_refused(&fetch(&others.https("/"), authority.trust(), engine), words);
    }
}

/// As curl has it. It is often that of an authority too, which is no reason: the user has named this very one.
#[test]
fn a_certificate_that_is_trusted_itself_may_be_shown_but_for_its_names_only() {
    let (tls, file) = shown_itself("127.0.0.1");
    let (server, trust) = (serve(tls), Trust::File(file.path().to_owned()));
    for engine in BOTH {
        assert_eq!(fetch(&server.https("/"), trust.clone(), engine).status, Some(200));
        let fetched = fetch(&named(&server), trust.clone(), engine);
        assert_eq!((fetched.status, fetched.kind()), (None, Some(FailureKind::Tls)));
    }
}

#[test]
fn a_certificate_for_clients_is_not_for_servers() {
    let authority = Authority::new("one");
    let server = serve(authority.certify("127.0.0.1", |it| {
        it.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    }));
    let words = "certificate of \"127.0.0.1\" is not for servers";
    assert_refused(&fetch(&server.https("/"), authority.trust(), Engine::Tasks), words);
}

#[test]
fn a_name_with_escape_sequences_is_told_and_acts_on_nothing() {
    let authority = Authority::new("\x1b[2J\u{202e}evil");
    let server = serve(authority.certify("127.0.0.1", |_| ()));
    let fetched = fetch(&server.https("/"), Authority::new("one").trust(), Engine::Tasks);
    let message = &fetched.failure.as_ref().unwrap().message;
    assert!(message.contains("\x1b[2J"), "kept as it came: {message:?}");
    assert!(!message.display_all().contains(['\x1b', '\u{202e}']), "{}", message.display_all());
}

/// Sends these bytes, and no more.
fn last(peer: &mut Peer, bytes: &[u8]) {
    peer.send_raw(bytes);
    peer.half_close();
}

/// A peer that reads the greeting and then does something else than TLS.
type Odd = fn(&mut Peer);

#[test]
fn a_handshake_that_goes_wrong_is_told_by_what_came() {
    let cases: [(Odd, FailureKind, &str); 8] = [
        // An alert protocol_version, as a server of TLS 1.1 sends it.
        (
            |peer| last(peer, b"\x15\x03\x01\x00\x02\x02\x46"),
            FailureKind::Tls,
            "speaks no TLS that is safe: it knows neither 1.2 nor 1.3",
        ),
        // A ServerHello of TLS 1.0.
        (
            |peer| {
                let hello = [&b"\x16\x03\x01\x00\x2a\x02\x00\x00\x26\x03\x01"[..], &[7; 32], &[0, 0, 0x2f, 0]].concat();
                last(peer, &hello);
            },
            FailureKind::Tls,
            "speaks no TLS that is safe: it knows neither 1.2 nor 1.3",
        ),
        (
            |peer| last(peer, b"\x15\x03\x03\x00\x02\x02\x70"),
            FailureKind::Tls,
            "\"127.0.0.1\" knows no host of that name",
        ),
        (
            |peer| last(peer, b"<!DOCTYPE HTML>\n<html lang=\"en\">"),
            FailureKind::Tls,
            "\"127.0.0.1\" speaks plain http at that port, and no TLS",
        ),
        (
            |peer| last(peer, b"SSH-2.0-OpenSSH_9.2p1\r\n"),
            FailureKind::Tls,
            "\"127.0.0.1\" speaks ssh at that port, and no TLS",
        ),
        (|peer| last(peer, &[0xfe; 64]), FailureKind::Tls, "\"127.0.0.1\" does not speak TLS at that port"),
        (|peer| peer.half_close(), FailureKind::Tls, "connection closed in the handshake: 127.0.0.1:"),
        (|peer| peer.reset(), FailureKind::Reset, "connection reset by peer: 127.0.0.1:"),
    ];
    for (odd, kind, words) in cases {
        for engine in BOTH {
            let server = Server::start(move |peer| {
                peer.receive();
                odd(peer);
            });
            let fetched = fetch(&server.https("/"), Trust::Anyone, engine);
            let failure = fetched.failure.as_ref().unwrap();
            let message = failure.message.display_all();
            assert_eq!((failure.kind, failure.phase), (kind, Some(Phase::Tls)), "{message}");
            assert!(message.contains(words), "\"{message}\" does not say: {words}");
        }
    }
}

#[test]
fn a_handshake_that_stalls_ends_by_the_connect_timeout() {
    for engine in BOTH {
        let server = Server::start(|peer| {
            peer.receive();
            peer.send_raw(b"\x16\x03\x03");
            peer.hold();
        });
        let limits = Limits { connect: Some(Duration::from_millis(200)), idle: None, max: None };
        let fetched = only(&Plan::of([server.https("/")]).limits(limits).engine(engine).run());
        let message = fetched.failure.as_ref().unwrap().message.display_all();
        assert_eq!(fetched.kind(), Some(FailureKind::ConnectTimeout), "{message}");
        assert!(message.starts_with("tls: 127.0.0.1:") && message.ends_with("not connected after 200ms"), "{message}");
    }
}

#[test]
fn why_https_was_given_up_is_told() {
    let server = crate::loopback::plain_only();
    let events = Plan::of([format!("127.0.0.1:{}", server.address.port())]).run();
    let words = "tls: \"127.0.0.1\" speaks plain http at that port, and no TLS";
    let told = events.iter().find_map(|event| match &event.kind {
        EventKind::FellBack { reason, .. } => Some(reason.message.display_all()),
        _ => None,
    });
    let fetched = only(&events);
    assert_eq!(told.as_deref(), Some(words));
    assert_eq!(fetched.fell_back.as_ref().map(|reason| reason.message.display_all()).as_deref(), Some(words));
    assert_eq!((fetched.status, &fetched.failure), (Some(200), &None));
}

/// Until somebody writes the roots into the FIFO, they are not there.
#[test]
fn a_host_is_dialled_while_the_roots_are_read_and_what_is_left_of_that_is_in_the_time_of_tls() {
    let (authority, folder) = (Authority::new("one"), tempfile::tempdir().unwrap());
    let Trust::File(roots) = authority.trust() else { unreachable!() };
    for engine in BOTH {
        let server = serve(authority.certify("127.0.0.1", |_| ()));
        let fifo = folder.path().join(format!("{engine:?}"));
        rustix::fs::mknodat(rustix::fs::CWD, &fifo, rustix::fs::FileType::Fifo, rustix::fs::Mode::RWXU, 0).unwrap();
        let mut run = Plan::of([server.https("/")]).trust(Trust::File(fifo.clone())).engine(engine).start();
        run.until(|kind| matches!(kind, EventKind::PhaseEntered { phase: Phase::Tls, .. }));
        std::fs::write(&fifo, std::fs::read(&roots).unwrap()).unwrap();
        let fetched = only(&run.finish());
        assert_eq!((fetched.status, fetched.kind()), (Some(200), None), "by {engine:?}");
        let phases: Vec<_> = fetched.marks.spans(fetched.ended).map(|(phase, ..)| phase).collect();
        let expected = [Phase::Connect, Phase::Tls, Phase::Send, Phase::Wait, Phase::Body];
        assert!(phases.ends_with(&expected), "by {engine:?}: {phases:?}");
    }
}

#[test]
fn whoever_believes_anyone_reads_no_roots() {
    let (authority, folder) = (Authority::new("one"), tempfile::tempdir().unwrap());
    for engine in BOTH {
        let server = serve(authority.certify("127.0.0.1", |_| ()));
        // Opened, it would be waited for.
        let fifo = folder.path().join(format!("{engine:?}"));
        rustix::fs::mknodat(rustix::fs::CWD, &fifo, rustix::fs::FileType::Fifo, rustix::fs::Mode::RWXU, 0).unwrap();
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_crawltop"))
            .args(["fetch", "-k", "--engine", &format!("{engine:?}").to_lowercase(), &server.https("/")])
            .env("SSL_CERT_FILE", &fifo)
            .output();
        assert_eq!(output.unwrap().status.code(), Some(0), "by {engine:?}");
    }
}

#[test]
fn an_authority_whose_own_certificate_is_out_of_date_is_told_apart_from_the_server() {
    let root = Authority::new("root");
    let ended = root.below("ended", |it| it.not_after = date_time_ymd(2001, 2, 3));
    let early = root.below("early", |it| it.not_before = date_time_ymd(3001, 2, 3));
    for (authority, words) in
        [(ended, "\"CN=ended\", whose own expired "), (early, "\"CN=early\", whose own is not valid yet")]
    {
        let (leaf, key) = authority.issue("127.0.0.1", |_| ());
        let config = ServerConfig::builder().with_no_client_auth();
        let tls = config.with_single_cert(vec![leaf, authority.certificate()], key).unwrap();
        let server = serve(Arc::new(tls));
        for engine in BOTH {
            let fetched = fetch(&server.https("/"), root.trust(), engine);
            let message = fetched.failure.as_ref().map(|it| it.message.display_all()).unwrap_or_default();
            let begin = format!("tls: certificate of \"127.0.0.1\" goes back to {words}");
            assert!(message.starts_with(&begin), "by {engine:?}: {message}");
        }
    }
}
