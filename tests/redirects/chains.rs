//! How a chain goes on and how it ends.

use crate::client::{bind, both, chain, message, moved, options, say, server, server_on};
use crate::loopback::{Gate, Peer, ok};
use crawltop::failure::FailureKind;
use crawltop::fetched::Outcome;
use crawltop::http::Method;
use crawltop::net::{Asks, Limits, Options};
use std::time::Duration;

#[test]
fn each_redirect_is_followed_and_told() {
    let (listener, port) = bind("127.0.0.1");
    let (server, noted) = server_on(listener, move |peer, path| {
        peer.send(match path {
            "/301" => moved(301, "302?x"),
            "/302?x" => moved(302, "/303#here"),
            "/303" => moved(303, "./a b\\c\u{e9}"),
            "/a%20b/c%C3%A9" => moved(307, &format!("//127.0.0.1:{port}/x/../../308")),
            "/308" => moved(308, "/end"),
            "/end" => ok("<title>the end</title>"),
            _ => panic!("{path}"),
        });
    });
    both(&options(Asks::default()), |client| {
        let fetched = client.fetch(&server.url("/301#top"));
        assert_eq!((fetched.outcome(), fetched.status), (Outcome::Ok, Some(200)), "{fetched:?}");
        let paths = ["/301", "/302?x", "/303", "/a%20b/c%C3%A9", "/308"];
        let expected: Vec<String> = [301, 302, 303, 307, 308]
            .iter()
            .zip(paths)
            .map(|(status, path)| format!("{status} {}", server.url(path)))
            .collect();
        assert_eq!(chain(&fetched), expected);
        assert_eq!(fetched.final_url.as_ref().unwrap().display_all(), server.url("/end"));
        assert_eq!(fetched.url.display_all(), server.url("/301"));
        assert!(fetched.reused && fetched.body_bytes == 22);
        let led: Vec<u16> = client.redirected().iter().map(|(status, _)| *status).collect();
        assert_eq!(led, [301, 302, 303, 307, 308]);
        let asked = ["GET /301", "GET /302?x", "GET /303", "GET /a%20b/c%C3%A9", "GET /308", "GET /end"];
        assert_eq!(noted.asked(), asked);
        noted.clear();
    });
}

#[test]
fn a_head_stays_a_head_and_has_no_content_whatever_its_fields_say() {
    let (server, noted) = server(|peer, path| {
        peer.send(match path {
            "/" => "HTTP/1.1 303 See Other\r\nLocation: /x\r\nContent-Length: 7000\r\n\r\n".to_owned(),
            _ => "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n".to_owned(),
        });
    });
    both(&options(Asks { method: Method::Head, ..Asks::default() }), |client| {
        let fetched = client.fetch(&server.url("/"));
        assert_eq!((fetched.outcome(), fetched.body_bytes, fetched.reused), (Outcome::Ok, 0, true), "{fetched:?}");
        assert_eq!(noted.asked(), ["HEAD /", "HEAD /x"]);
        noted.clear();
    });
}

#[test]
fn what_is_no_redirect_is_a_result() {
    let (server, noted) = server(|peer, path| {
        let status: u16 = path[1..].parse().unwrap_or(302);
        peer.send(match path {
            "/without" => "HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n".to_owned(),
            "/empty" => moved(302, ""),
            _ => moved(status, "/elsewhere"),
        });
    });
    both(&options(Asks::default()), |client| {
        for path in ["/300", "/304", "/305", "/306", "/399", "/without", "/empty"] {
            let fetched = client.fetch(&server.url(path));
            assert_eq!((fetched.outcome(), fetched.redirects.len()), (Outcome::Redirect, 0), "{path}");
        }
        for path in ["/200", "/201"] {
            assert_eq!(client.fetch(&server.url(path)).outcome(), Outcome::Ok, "{path}");
        }
        assert!(!noted.asked().contains(&"GET /elsewhere".to_owned()));
    });
    both(&options(Asks { follow: false, ..Asks::default() }), |client| {
        let fetched = client.fetch(&server.url("/302"));
        assert_eq!((fetched.outcome(), fetched.status), (Outcome::Redirect, Some(302)));
        assert!(fetched.final_url.is_none() && fetched.sha256.is_some());
    });
}

#[test]
fn a_loop_and_one_redirect_too_many_are_told_apart_and_asked_for_no_further() {
    let (server, noted) = server(|peer, path| {
        let location = match path {
            "/self" => "/self#again".to_owned(),
            "/a" => "/b".to_owned(),
            "/b" => "/a".to_owned(),
            _ => format!("/{}", path[1..].parse::<u32>().unwrap() + 1),
        };
        peer.send(moved(302, &location));
    });
    let cases = [
        (20, "/self", 1, "redirects loop: {}/self leads to itself"),
        (20, "/a", 2, "redirects loop: {}/b leads back to {}/a"),
        (20, "/0", 21, "more than 20 redirects: {}/20 leads on to {}/21"),
        (1, "/0", 2, "more than 1 redirect: {}/1 leads on to {}/2"),
        (0, "/0", 1, "more than 0 redirects: {}/0 leads on to {}/1"),
    ];
    for (max_redirects, path, requests, words) in cases {
        both(&options(Asks { max_redirects, ..Asks::default() }), |client| {
            let fetched = client.fetch(&server.url(path));
            assert_eq!(fetched.kind(), Some(FailureKind::TooManyRedirects), "{fetched:?}");
            assert_eq!(message(&fetched), format!("body: {}", words.replace("{}", &server.url(""))));
            assert_eq!((noted.heads().len(), fetched.status), (requests, Some(302)), "{path}");
            assert_eq!(fetched.redirects.len(), requests - 1);
            noted.clear();
        });
    }
}

#[test]
fn a_location_that_can_not_be_followed_is_a_failure_with_its_reason() {
    let long = format!("/{}", "x".repeat(64 << 10));
    let cases = [
        ("ftp://127.0.0.1/x".to_owned(), FailureKind::Protocol, "scheme \"ftp\" is not http or https"),
        ("file:///etc/passwd".to_owned(), FailureKind::Protocol, "scheme \"file\" is not http or https"),
        ("http://".to_owned(), FailureKind::Protocol, "no host"),
        ("http://me:secret@127.0.0.1:0/".to_owned(), FailureKind::Protocol, "no port from 1 to 65535"),
        ("/x\r\nLocation: /y".to_owned(), FailureKind::Protocol, "locations that contradict each other"),
        (long, FailureKind::TooLarge, "a location over 64 KiB"),
    ];
    for (location, kind, words) in cases {
        let (server, noted) = server(move |peer, _| say(peer.send(moved(301, &location))));
        both(&options(Asks::default()), |client| {
            let fetched = client.fetch(&server.url("/"));
            assert_eq!((fetched.kind(), fetched.status), (Some(kind), Some(301)), "{fetched:?}");
            assert!(message(&fetched).contains(words), "{}", message(&fetched));
            assert!(!client.told().contains("secret") && !format!("{fetched:?}").contains("secret"));
            assert_eq!(noted.heads().len(), 1);
            noted.clear();
        });
    }
}

/// What follows the head of a redirect, and whether its connection carries the next request.
#[test]
fn the_content_of_a_redirect_is_read_past_for_the_connections_sake_and_no_further() {
    let head = |fields: &str| format!("HTTP/1.1 302 Found\r\nLocation: /end\r\n{fields}\r\n\r\n");
    type Answer = Box<dyn Fn(&mut Peer) + Send + Sync>;
    let sent = |text: String| -> Answer { Box::new(move |peer: &mut Peer| say(peer.send(&text))) };
    let (small, large) = ("x".repeat(64 << 10), "x".repeat((64 << 10) + 1));
    let dripping = head("Content-Length: 5000");
    let endless = head("Transfer-Encoding: chunked");
    let cases: Vec<(&str, bool, Answer)> = vec![
        ("small", true, sent(head("Content-Length: 65536") + &small)),
        ("chunked", true, sent(head("Transfer-Encoding: chunked") + "5\r\nhello\r\n0\r\n\r\n")),
        ("bad coding", true, sent(head("Content-Encoding: gzip\r\nContent-Length: 5") + "hello")),
        ("closing", false, sent(head("Connection: close\r\nContent-Length: 5") + "hello")),
        ("large", false, sent(head("Content-Length: 65537") + &large)),
        ("bad chunk", false, sent(head("Transfer-Encoding: chunked") + "five\r\nhello\r\n")),
        ("without length", false, sent(head("X: y") + "hello")),
        ("silent", false, sent(head("Content-Length: 5"))),
        ("dripping", false, Box::new(move |peer| peer.drip(&dripping))),
        (
            "endless",
            false,
            Box::new(move |peer| {
                peer.send(&endless);
                while peer.send("1000\r\n".to_owned() + &"x".repeat(0x1000) + "\r\n") {}
            }),
        ),
        (
            "cut",
            false,
            Box::new(move |peer| {
                peer.send("HTTP/1.1 302 Found\r\nLocation: /end\r\nContent-Length: 9\r\n\r\nhello");
                peer.half_close();
            }),
        ),
    ];
    for (name, reused, answer) in cases {
        let (server, noted) = server(move |peer, path| match path {
            "/end" => say(peer.send(ok("the end"))),
            _ => answer(peer),
        });
        // Where the answer is not read to its end, nothing but a close ends it.
        both(&options(Asks::default()), |client| {
            let fetched = client.fetch(&server.url("/"));
            assert_eq!((fetched.outcome(), fetched.status), (Outcome::Ok, Some(200)), "{name}: {fetched:?}");
            assert_eq!((fetched.reused, fetched.body_bytes, fetched.redirects.len()), (reused, 7, 1), "{name}");
            assert_eq!(noted.asked(), ["GET /", "GET /end"], "{name}");
            noted.clear();
        });
    }
}

#[test]
fn the_time_of_a_fetch_counts_over_all_hops() {
    let never = Gate::default();
    let (server, _) = server(move |peer, path| {
        never.opens_within(Duration::from_millis(50));
        peer.send(moved(302, &format!("/{}", path.len()).repeat(path.len())));
    });
    let limits = Limits { connect: None, idle: None, max: Some(Duration::from_millis(400)) };
    let asks = Asks { max_redirects: 1000, ..Asks::default() };
    both(&Options { limits, ..options(asks) }, |client| {
        let fetched = client.fetch(&server.url("/"));
        assert_eq!(fetched.kind(), Some(FailureKind::Timeout), "{fetched:?}");
        assert!(message(&fetched).ends_with("not done after 400ms"), "{}", message(&fetched));
        assert!((1..9).contains(&fetched.redirects.len()), "{}", fetched.redirects.len());
    });
}

#[test]
fn a_hop_that_fails_is_told_of_where_it_failed() {
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let (server, _) = server(move |peer, _| say(peer.send(moved(302, &format!("http://{gone}/x")))));
    both(&options(Asks::default()), |client| {
        let fetched = client.fetch(&server.url("/"));
        assert_eq!((fetched.kind(), fetched.status), (Some(FailureKind::ConnectRefused), None), "{fetched:?}");
        assert_eq!(message(&fetched), format!("connect: connection refused: {gone}"));
        assert_eq!(fetched.final_url.as_ref().unwrap().display_all(), format!("http://{gone}/x"));
        assert_eq!((fetched.remote_ip, fetched.redirects.len()), (None, 1));
    });
}

/// A kept connection may be closed just as a hop wants it.
#[test]
fn a_hop_over_a_closed_connection_is_asked_once_more() {
    let (server, noted) = server(|peer, path| match path {
        "/" => say(peer.send(moved(302, "/end"))),
        _ if peer.number == 0 => peer.half_close(),
        _ => say(peer.send(ok("the end"))),
    });
    let resent = std::cell::Cell::new(0);
    both(&options(Asks::default()), |client| {
        let fetched = client.fetch(&server.url("/"));
        assert_eq!((fetched.status, fetched.redirects.len()), (Some(200), 1), "{fetched:?}");
        resent.set(resent.get() + noted.asked().iter().filter(|asked| *asked == "GET /end").count() - 1);
        noted.clear();
    });
    assert_eq!(resent.get(), 1, "only the first connection is closed so");
}
