//! Targets that are asked by a proxy, and proxies that do not do as they should. By both drivers.

use crate::authority::Authority;
use crate::loopback::{Server, ok};
use crate::middle::{Client, Middle};
use crate::run::{Plan, only, results};
use crawltop::engine::Retry;
use crawltop::event::{Engine, Event, EventKind};
use crawltop::failure::FailureKind;
use crawltop::fetched::Fetched;
use crawltop::net::{Limits, Proxies};
use crawltop::phase::Phase;
use std::io::Write;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

const BOTH: [Engine; 2] = [Engine::Tasks, Engine::Sequential];
/// Names that nobody can look up here: whoever asks for them by name asks the proxy.
const HTTP: &str = "http://a.invalid/x?y";
const HTTPS: &str = "https://a.invalid/x?y";

fn plan(urls: &[&str], proxy: &str, engine: Engine) -> Plan {
    let mut plan = Plan::of(urls).engine(engine).cap(1);
    plan.options.proxies = Proxies::new(Some(proxy), |_| None).unwrap();
    plan.options.keep = 8;
    plan
}

/// All that is told of a run, as a journal and as a developer has it.
fn everything(events: &[Event]) -> String {
    events.iter().map(|event| format!("{}{event:?}", serde_json::to_string(event).unwrap())).collect()
}

fn assert_no_secret(events: &[Event]) {
    let told = everything(events);
    for secret in ["ann", "secret", "YW5uOnNlY3JldA"] {
        assert!(!told.contains(secret), "{secret} is told");
    }
}

fn assert_by(fetched: &Fetched, proxy: &str) {
    assert_eq!((fetched.status, &fetched.failure), (Some(200), &None));
    assert_eq!(fetched.proxy.as_ref().map(|proxy| proxy.display_all()).as_deref(), Some(proxy));
    assert_eq!(fetched.remote_ip, Some([127, 0, 0, 1].into()), "the address that was dialled");
}

/// Answers every request by itself.
fn passing() -> Middle {
    Middle::start(|client| {
        loop {
            client.head()?;
            client.tcp.write_all(ok("hi").as_bytes())?;
        }
    })
}

#[test]
fn plain_targets_of_any_host_go_in_whole_urls_over_one_connection_to_the_proxy() {
    for engine in BOTH {
        let proxy = passing();
        let urls = [HTTP, "http://user:other@b.invalid:8080/"];
        let events = plan(&urls, &format!("http://ann:secret@{}", proxy.address), engine).run();
        let shown = format!("http://{}", proxy.address);
        results(&events).iter().for_each(|(_, fetched)| assert_by(fetched, &shown));
        assert_no_secret(&events);
        let heard = proxy.heard();
        assert_eq!((heard.len(), proxy.connections()), (3, 1), "{heard:?}");
        assert!(heard[1].starts_with("GET http://a.invalid/x?y HTTP/1.1\r\nHost: a.invalid\r\n"), "{heard:?}");
        assert!(heard[2].starts_with("GET http://b.invalid:8080/ HTTP/1.1\r\nHost: b.invalid:8080\r\n"), "{heard:?}");
        assert!(heard[1..].iter().all(|head| head.contains("\r\nProxy-Authorization: Basic YW5uOnNlY3JldA==\r\n")));
        let reused: Vec<bool> = results(&events).iter().map(|(_, fetched)| fetched.reused).collect();
        assert_eq!(reused, [false, true]);
    }
}

#[test]
fn a_secure_target_is_asked_through_a_tunnel_that_is_kept_and_knows_nothing_of_the_proxy() {
    let authority = Authority::new("one");
    for engine in BOTH {
        let heads = Arc::<std::sync::Mutex<Vec<String>>>::default();
        let kept = heads.clone();
        let server = Server::start_tls(authority.certify("a.invalid", |_| ()), move |peer| {
            loop {
                let head = peer.request();
                if head.is_empty() {
                    return;
                }
                kept.lock().unwrap().push(head);
                peer.send(ok("hi"));
            }
        });
        let proxy = Middle::tunnelling(server.address);
        let given = format!("http://ann:secret@{}", proxy.address);
        let events = plan(&[HTTPS, HTTPS], &given, engine).trust(authority.trust()).run();
        for (_, fetched) in results(&events) {
            assert_by(&fetched, &format!("http://{}", proxy.address));
            assert!(fetched.tls.is_some());
        }
        let first = &results(&events)[0].1;
        let phases: Vec<Phase> = first.marks.spans(first.ended).map(|(phase, _, _)| phase).collect();
        assert_eq!(phases, [Phase::Connect, Phase::Tls, Phase::Send, Phase::Wait, Phase::Body]);
        assert!(events.iter().any(|event| matches!(event.kind, EventKind::Tunnelled { .. })));
        assert_no_secret(&events);
        let heard = proxy.heard();
        assert_eq!(heard.len(), 2, "one tunnel for both: {heard:?}");
        assert!(heard[1].starts_with("CONNECT a.invalid:443 HTTP/1.1\r\nHost: a.invalid:443\r\n"), "{heard:?}");
        assert!(heard[1].contains("\r\nProxy-Authorization: Basic YW5uOnNlY3JldA==\r\n"), "{heard:?}");
        let heads = heads.lock().unwrap();
        assert_eq!(heads.len(), 2);
        assert!(heads.iter().all(|head| head.starts_with("GET /x?y HTTP/1.1\r\n") && !head.contains("Proxy")));
    }
}

#[test]
fn a_socks_proxy_is_told_a_name_or_an_address_as_its_scheme_says() {
    for engine in BOTH {
        let server = Server::start(|peer| peer.answer(ok("hi")));
        let port = server.address.port();
        let [high, low] = port.to_be_bytes().map(|byte| [byte].escape_ascii().to_string());
        let name = |name: &str| format!("\\x05\\x01\\x00\\x03{}|{name}{high}{low}", [name.len() as u8].escape_ascii());
        let cases = [
            ("socks5h", format!("http://a.invalid:{port}/"), name("a.invalid")),
            ("socks5h", format!("http://localhost:{port}/"), name("localhost")),
            (
                "socks5",
                format!("http://localhost:{port}/"),
                format!("\\x05\\x01\\x00\\x01\\x7f|\\x00\\x00\\x01{high}{low}"),
            ),
        ];
        for (scheme, url, told) in cases {
            let proxy = Middle::socks(server.address);
            let events = plan(&[&url], &format!("{scheme}://ann:secret@{}", proxy.address), engine).run();
            assert_by(&only(&events), &format!("{scheme}://{}", proxy.address));
            assert_no_secret(&events);
            let heard = proxy.heard();
            assert_eq!(heard[1..3], ["\\x05\\x02\\x00\\x02", "\\x01\\x03ann\\x06secret"]);
            assert_eq!(heard[3..].join("|"), told);
        }
    }
}

#[test]
fn a_secure_target_is_asked_through_socks_too() {
    let authority = Authority::new("one");
    for engine in BOTH {
        let server = Server::start_tls(authority.certify("a.invalid", |_| ()), |peer| peer.answer(ok("hi")));
        let proxy = Middle::socks(server.address);
        let events = plan(&[HTTPS], &format!("socks5h://ann:secret@{}", proxy.address), engine);
        assert_by(&only(&events.trust(authority.trust()).run()), &format!("socks5h://{}", proxy.address));
    }
}

struct Wrong {
    scheme: &'static str,
    url: &'static str,
    script: fn(&mut Client) -> std::io::Result<()>,
    kind: FailureKind,
    /// Behind the name of the proxy.
    words: &'static str,
}

fn says(client: &mut Client, bytes: &[u8]) -> std::io::Result<()> {
    client.head()?;
    client.tcp.write_all(bytes)
}

fn socks_says(client: &mut Client, bytes: &[u8]) -> std::io::Result<()> {
    client.exactly(3)?;
    client.tcp.write_all(bytes)?;
    client.hold()
}

const WRONG: [Wrong; 14] = {
    use FailureKind::{ConnectRefused, Protocol, Reset, TooLarge, Truncated, Unreachable};
    const fn http(script: fn(&mut Client) -> std::io::Result<()>, kind: FailureKind, words: &'static str) -> Wrong {
        Wrong { scheme: "http", url: HTTPS, script, kind, words }
    }
    const fn socks(script: fn(&mut Client) -> std::io::Result<()>, kind: FailureKind, words: &'static str) -> Wrong {
        Wrong { scheme: "socks5h", url: HTTP, script, kind, words }
    }
    [
        http(|it| says(it, b"HTTP/1.1 403 No\r\n\r\n"), ConnectRefused, "answered 403 to CONNECT a.invalid:443"),
        http(
            |it| says(it, b"HTTP/1.1 407 x\r\nProxy-Authenticate: Basic\r\nContent-Length: 5\r\n\r\nhello"),
            ConnectRefused,
            "answered 407 to CONNECT a.invalid:443: it wants credentials",
        ),
        http(|it| says(it, b"HTTP/1.0 502 Bad Gateway\r\n\r\n"), Unreachable, "answered 502 to CONNECT a.invalid:443"),
        http(
            |it| says(it, b"\x05\x00\x00 noise\r\n\r\n"),
            Protocol,
            "gave no good answer to CONNECT a.invalid:443: not an HTTP/1.1 answer",
        ),
        http(|it| says(it, b""), Reset, "closed the connection before an answer to CONNECT a.invalid:443"),
        http(
            |it| says(it, b"HTTP/1.1 200 OK\r\nX: "),
            Truncated,
            "gave no good answer to CONNECT a.invalid:443: head ended after",
        ),
        http(
            |it| says(it, b"HTTP/1.1 200 OK\r\n\r\nand more"),
            Protocol,
            "sent 8 bytes more than its answer to CONNECT a.invalid:443",
        ),
        http(
            |it| {
                says(it, b"HTTP/1.1 200 OK\r\n")?;
                loop {
                    it.tcp.write_all(b"X: y\r\n")?;
                }
            },
            TooLarge,
            "gave no good answer to CONNECT a.invalid:443: head",
        ),
        socks(|it| socks_says(it, b"\x05\xff"), ConnectRefused, "wants credentials: a connection to a.invalid:80"),
        socks(
            |it| socks_says(it, b"\x05\x00\x05\x02\x00\x01\0\0\0\0\0\0"),
            ConnectRefused,
            "refused by its rules: a connection to a.invalid:80",
        ),
        socks(
            |it| socks_says(it, b"\x05\x00\x05\x04\x00\x01\0\0\0\0\0\0"),
            Unreachable,
            "could not reach the host: a connection to a.invalid:80",
        ),
        socks(
            |it| socks_says(it, b"HTTP/1.1 400 Bad Request\r\n\r\n"),
            Protocol,
            "does not speak SOCKS5: its answer begins with \"H\": a connection to a.invalid:80",
        ),
        socks(
            |it| {
                it.exactly(3)?;
                it.tcp.write_all(b"\x05\x00")?;
                // All that it is asked, so that its close is no reset.
                it.exactly("\x05\x01\0\x03\x09a.invalid\0\x50".len())?;
                it.tcp.write_all(b"\x05")
            },
            Truncated,
            "closed the connection in the middle of its answer to a connection to a.invalid:80",
        ),
        socks(|it| socks_says(it, b"\x05\x00\x05\x00\x00\x09"), Protocol, "answered with an address of type 9"),
    ]
};

#[test]
fn a_proxy_that_makes_no_tunnel_is_named_with_the_cause_and_the_server_is_not_blamed() {
    for Wrong { scheme, url, script, kind, words } in WRONG {
        for engine in BOTH {
            let proxy = Middle::start(script);
            let fetched = only(&plan(&[url], &format!("{scheme}://{}", proxy.address), engine).run());
            let failure = fetched.failure.as_ref().unwrap_or_else(|| panic!("no failure, but {words}"));
            let message = failure.message.display_all();
            assert_eq!((failure.kind, failure.phase), (kind, Some(Phase::Connect)), "{message}");
            let named = format!("proxy {}", proxy.address);
            assert!(
                message.starts_with("connect: ") && message.contains(format!("{named} {words}").trim_end()),
                "{message}"
            );
            assert_eq!((fetched.status, fetched.wire_bytes), (None, 0));
        }
    }
}

#[test]
fn a_proxy_that_is_not_there_or_says_nothing_is_named() {
    for engine in BOTH {
        let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let fetched = only(&plan(&[HTTP], &nobody.to_string(), engine).run());
        let message = fetched.failure.as_ref().unwrap().message.display_all();
        assert_eq!(message, format!("connect: connection refused: proxy {nobody}"));
        assert_eq!(fetched.kind(), Some(FailureKind::ConnectRefused));

        let silent = Middle::start(|client| client.hold());
        let limits = Limits { connect: Some(Duration::from_millis(200)), idle: None, max: None };
        let fetched = only(&plan(&[HTTPS], &silent.address.to_string(), engine).limits(limits).run());
        let message = fetched.failure.as_ref().unwrap().message.display_all();
        let unanswered = "was connected, and gave no answer to CONNECT a.invalid:443 after 200ms";
        assert_eq!(message, format!("connect: proxy {} {unanswered}", silent.address));

        let fetched = only(&plan(&[HTTP], "proxy.invalid:8080", engine).run());
        let message = fetched.failure.as_ref().unwrap().message.display_all();
        assert_eq!((fetched.kind(), fetched.remote_ip), (Some(FailureKind::Dns), None));
        assert!(message.starts_with("dns: no address for proxy proxy.invalid:8080"), "{message}");
    }
}

#[test]
fn what_goes_wrong_behind_the_proxy_names_the_server_and_the_proxy() {
    for engine in BOTH {
        let proxy = Middle::start(|client| client.head().map(drop));
        let fetched = only(&plan(&[HTTP], &proxy.address.to_string(), engine).run());
        let message = fetched.failure.as_ref().unwrap().message.display_all();
        assert_eq!(
            message,
            format!("wait: connection closed before an answer: a.invalid:80 by proxy {}", proxy.address)
        );
        // What is behind the tunnel is no TLS: that is the target's fault.
        let server = Server::start(|peer| {
            peer.receive();
            peer.send_raw(b"HTTP/1.1 400 Bad Request\r\n\r\n");
        });
        let proxy = Middle::tunnelling(server.address);
        let fetched = only(&plan(&[HTTPS], &proxy.address.to_string(), engine).run());
        let message = fetched.failure.as_ref().unwrap().message.display_all();
        assert_eq!(message, "tls: \"a.invalid\" speaks plain http at that port, and no TLS");
    }
}

/// An answer of the proxy's own is one like any other: nobody else can give it.
#[test]
fn a_proxy_that_wants_credentials_for_a_plain_target_answers_407() {
    for engine in BOTH {
        let proxy = Middle::start(|client| says(client, b"HTTP/1.1 407 x\r\nContent-Length: 0\r\n\r\n"));
        let fetched = only(&plan(&[HTTP], &proxy.address.to_string(), engine).run());
        assert_eq!((fetched.status, &fetched.failure), (Some(407), &None));
    }
}

#[test]
fn a_host_that_is_exempt_is_asked_without_the_proxy() {
    for engine in BOTH {
        let server = Server::start(|peer| peer.answer(ok("hi")));
        let mut plan = plan(&[&server.url("/")], "127.0.0.1:1", engine);
        let list = |name: &str| (name == "no_proxy").then(|| "127.0.0.0/8".to_owned());
        plan.options.proxies = Proxies::new(Some("127.0.0.1:1"), list).unwrap();
        let fetched = only(&plan.run());
        assert_eq!((fetched.status, &fetched.proxy), (Some(200), &None));
    }
}

/// A name that only the proxy looks up counts as public; what can be judged without its addresses is.
#[test]
fn a_proxy_is_not_asked_to_lead_from_a_public_name_to_an_address_that_is_not() {
    let cases = [
        (HTTP, "http://169.254.169.254/", false),
        (HTTP, "http://[::ffff:10.0.0.1]/", false),
        (HTTP, "http://localhost/", false),
        (HTTP, "http://a.localhost./", false),
        (HTTP, "http://b.invalid/", true),
        ("http://127.0.0.1:1/", "http://localhost:2/", true),
        ("http://127.0.0.1:1/", "http://10.0.0.1/", false),
    ];
    for (start, next, allowed) in cases {
        for engine in BOTH {
            let proxy = Middle::start(move |client| {
                client.head()?;
                let moved = format!("HTTP/1.1 302 x\r\nLocation: {next}\r\nContent-Length: 0\r\n\r\n");
                client.tcp.write_all(moved.as_bytes())?;
                client.head()?;
                client.tcp.write_all(ok("hi").as_bytes())
            });
            let fetched = only(&plan(&[start], &proxy.address.to_string(), engine).run());
            assert_eq!(fetched.status, allowed.then_some(200), "{start} to {next}: {fetched:?}");
            assert_eq!(fetched.kind(), (!allowed).then_some(FailureKind::NotAllowed));
            let heads = proxy.heard().iter().filter(|head| head.starts_with("GET")).count();
            assert_eq!(heads, if allowed { 2 } else { 1 });
        }
    }
}

#[test]
fn a_proxy_that_refuses_for_good_is_not_asked_again() {
    for engine in BOTH {
        let proxy = Middle::start(|client| says(client, b"HTTP/1.1 407 x\r\nContent-Length: 0\r\n\r\n"));
        let mut plan = plan(&[HTTPS], &proxy.address.to_string(), engine);
        plan.terms.retry = Retry { most: 2, delay: Duration::from_millis(1) };
        let fetched = only(&plan.run());
        assert_eq!((fetched.kind(), fetched.attempt), (Some(FailureKind::ConnectRefused), 1), "{engine:?}");
        assert_eq!(proxy.connections(), 1);
    }
}
