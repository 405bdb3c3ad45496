//! Which addresses a redirect may lead to.

use crate::client::{Client, bind, both, message, moved, options, say, server, server_at, server_on};
use crate::loopback::ok;
use crate::skipped::skipped;
use crawltop::failure::FailureKind;
use crawltop::net::{Asks, Limits, Options, Resolver};
use crawltop::phase::Phase;
use std::net::{IpAddr, UdpSocket};
use std::time::Duration;

const LITERALS: [(&str, &str); 7] = [
    ("10.0.0.1", "10.0.0.1 (private)"),
    ("3232235777", "192.168.1.1 (private)"),
    ("169.254.169.254", "169.254.169.254 (link-local)"),
    ("[fd00::1]", "fd00::1 (private)"),
    ("[fe80::1]", "fe80::1 (link-local)"),
    ("[::ffff:10.0.0.1]", "::ffff:10.0.0.1 (private)"),
    ("[64:ff9b::a9fe:a9fe]", "64:ff9b::a9fe:a9fe (link-local)"),
];

#[test]
fn a_start_on_this_machine_leads_to_no_other_network() {
    for (literal, words) in LITERALS {
        let (server, _) = server(move |peer, _| say(peer.send(moved(302, &format!("http://{literal}/x")))));
        both(&options(Asks::default()), |client| {
            let fetched = client.fetch(&server.url("/"));
            let failure = fetched.failure.as_ref().unwrap_or_else(|| panic!("{fetched:?}"));
            assert_eq!((failure.kind, failure.phase), (FailureKind::NotAllowed, Some(Phase::Connect)), "{failure:?}");
            let rest = "may not be reached from a loopback start: --allow-private lifts this";
            assert_eq!(message(&fetched), format!("connect: {words} {rest}"));
            assert!(!client.told().contains("Connected { id: FetchId(1), address: 10."));
        });
    }
}

#[test]
fn it_leads_to_other_names_of_this_machine() {
    let (listener, port) = bind("127.0.0.1");
    let (server, noted) = server_on(listener, move |peer, path| {
        peer.send(match path {
            "/" => moved(302, &format!("http://127.0.0.2:{port}/two")),
            "/two" => moved(302, &format!("http://localhost:{port}/three")),
            _ => ok("hi"),
        });
    });
    // It listens at one address only, so the second one is refused, and not forbidden.
    both(&options(Asks::default()), |client| {
        assert_eq!(client.fetch(&server.url("/")).kind(), Some(FailureKind::ConnectRefused));
        assert_eq!(client.fetch(&server.url("/two")).status, Some(200));
    });
    assert!(noted.asked().contains(&"GET /three".to_owned()));
}

/// `a.example` is somewhere else altogether, and `b.example` is that and this machine.
fn resolver() -> Resolver {
    Resolver::new(|host| {
        let addresses: &[&str] =
            if host == "a.example" { &["10.0.0.1", "fd00::1"] } else { &["10.0.0.1", "127.0.0.1"] };
        Ok(addresses.iter().map(|address| (address.parse::<IpAddr>().unwrap(), 0).into()).collect())
    })
}

#[test]
fn a_name_leads_only_to_those_of_its_addresses_that_may_be_reached() {
    let (listener, port) = bind("127.0.0.1");
    let (server, noted) = server_on(listener, move |peer, path| {
        peer.send(match path {
            "/a" => moved(302, &format!("http://a.example:{port}/")),
            "/b" => moved(302, &format!("http://b.example:{port}/end")),
            _ => ok("hi"),
        });
    });
    for is_blocking in [false, true] {
        let client = Client::new(is_blocking, options(Asks::default()), resolver());
        let fetched = client.fetch(&server.url("/a"));
        assert_eq!(fetched.kind(), Some(FailureKind::NotAllowed), "{fetched:?}");
        assert!(
            message(&fetched).starts_with("connect: a.example: 10.0.0.1 (private) may not be reached"),
            "{fetched:?}"
        );
        assert!(fetched.spent(Phase::Dns).is_some());
        let fetched = client.fetch(&server.url("/b"));
        assert_eq!((fetched.status, fetched.remote_ip), (Some(200), Some([127, 0, 0, 1].into())), "{fetched:?}");
    }
    assert!(noted.asked().contains(&"GET /end".to_owned()));
}

#[test]
fn the_rule_can_be_lifted() {
    let (server, _) = server(|peer, _| say(peer.send(moved(302, "http://10.255.255.1:9/x"))));
    let limits = Limits { connect: Some(Duration::from_millis(200)), idle: None, max: None };
    let options = Options { limits, ..options(Asks { allow_private: true, ..Asks::default() }) };
    both(&options, |client| {
        let fetched = client.fetch(&server.url("/"));
        assert_ne!(fetched.kind(), Some(FailureKind::NotAllowed), "{fetched:?}");
    });
}

/// The address of this machine in a network, if it is in one. Nothing is sent to find it.
fn own_address() -> Option<IpAddr> {
    let socket = UdpSocket::bind("0.0.0.0:0").ok()?;
    socket.connect("192.0.2.1:9").ok()?;
    Some(socket.local_addr().ok()?.ip()).filter(|address| !address.is_loopback() && !address.is_unspecified())
}

/// Also over a connection that another fetch, which was allowed to, has opened.
#[test]
fn a_start_in_a_network_does_not_lead_to_this_machine() {
    let Some(own) = own_address() else {
        skipped("this machine is in no network");
        return;
    };
    let (inner, noted) = server(|peer, _| say(peer.send(ok("hi"))));
    let inside = inner.url("/inside");
    let location = inside.clone();
    let (outer, _) = server_at(&own.to_string(), move |peer, _| say(peer.send(moved(302, &location))));
    both(&options(Asks::default()), |client| {
        let refused = client.fetch(&outer.url("/"));
        assert_eq!(refused.kind(), Some(FailureKind::NotAllowed), "{refused:?}");
        assert_eq!(client.fetch(&inside).status, Some(200), "a target may be anywhere");
        assert!(client.fetch(&inside).reused);
        let refused = client.fetch(&outer.url("/"));
        assert_eq!((refused.kind(), noted.heads().len()), (Some(FailureKind::NotAllowed), 2), "{refused:?}");
        noted.clear();
    });
    both(&options(Asks { allow_private: true, ..Asks::default() }), |client| {
        assert_eq!(client.fetch(&outer.url("/")).status, Some(200));
    });
}
