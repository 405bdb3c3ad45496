//! The way from a host to a connection, by both drivers: several addresses, some of which do not answer, families, and
//! addresses that the user gives.

use crate::crowded::Crowded;
use crate::drivers::{Driver, Story, options};
use crate::faults::SHORT;
use crate::loopback::{Server, ok};
use crate::skipped::skipped;
use crawltop::event::EventKind;
use crawltop::failure::FailureKind::{self, *};
use crawltop::net::{Family, Limits, Options, Pin, Resolver, Way};
use crawltop::phase::Phase;
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

fn fine() -> Server {
    Server::start(|peer| peer.answer(ok("hi")))
}

/// An address of this machine at which nobody listens.
fn nobody() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

/// What both drivers tell of a host at these addresses.
fn told_at(addresses: &[SocketAddr], options: &Options) -> Story {
    let told = |driver: Driver| {
        let addresses = addresses.to_vec();
        let resolver = Resolver::new(move |_| Ok(addresses.clone()));
        Story::of(driver.fetch_by(Some(resolver), options.clone(), "http://several.example/"), 80)
    };
    let (on_the_loop, blocking) = (told(Driver::Loop), told(Driver::Blocking));
    assert_eq!(blocking, on_the_loop);
    blocking
}

fn dialled(story: &Story) -> Vec<&str> {
    story.events.iter().filter_map(|event| event.strip_prefix("dialled ")).collect()
}

#[test]
fn a_refused_address_gives_its_turn_to_the_next_at_once() {
    let server = fine();
    let refused = [nobody(), nobody()];
    let story = told_at(&[refused[0], refused[1], server.address], &options());
    assert_eq!((story.status, story.remote_ip), (Some(200), Some(server.address.ip())));
    let all = [refused[0], refused[1], server.address].map(|address| address.to_string());
    assert_eq!(dialled(&story), all);
}

#[test]
fn an_address_that_does_not_answer_is_joined_by_the_next_and_the_first_to_connect_wins() {
    let (crowded, server) = (Crowded::new(), fine());
    let story = told_at(&[crowded.address, server.address], &options());
    assert_eq!((story.status, story.kind()), (Some(200), None));
    assert_eq!(dialled(&story), [crowded.address.to_string(), server.address.to_string()]);
    assert!(story.events.contains(&format!("connected to {}", server.address)));
}

#[test]
fn the_next_address_has_its_turn_a_quarter_of_a_second_later() {
    let (crowded, server) = (Crowded::new(), fine());
    for driver in [Driver::Loop, Driver::Blocking] {
        let addresses = [crowded.address, crowded.address, server.address];
        let resolver = Resolver::new(move |_| Ok(addresses.to_vec()));
        let (fetched, events) = driver.fetch_by(Some(resolver), options(), "http://several.example/");
        assert_eq!(fetched.status, Some(200));
        let turns = events.iter().filter(|event| matches!(event.kind, EventKind::Dialled { .. }));
        let turns: Vec<_> = turns.map(|event| event.at).collect();
        // The same address is not dialled twice.
        assert_eq!(turns.len(), 2);
        assert!((turns[1] - turns[0]).as_millis() >= 249, "{driver:?}: {turns:?}");
    }
}

#[test]
fn families_take_turns() {
    let Ok(six) = TcpListener::bind("[::1]:0") else {
        skipped("this machine has no ::1");
        return;
    };
    let closed = six.local_addr().unwrap();
    drop(six);
    let (refused, server) = (nobody(), fine());
    let story = told_at(&[closed, SocketAddr::new(closed.ip(), 1), refused, server.address], &options());
    assert_eq!(story.status, Some(200));
    assert_eq!(dialled(&story)[..2], [closed.to_string(), refused.to_string()]);
}

#[test]
fn where_all_addresses_fail_the_message_counts_them_and_names_the_first_and_the_last() {
    let refused = [nobody(), nobody(), nobody()];
    let words = "connect: connection refused: several.example:PORT (3 addresses failed: 127.0.0.1 connection refused … \
                 127.0.0.1 connection refused)";
    let story = told_at(&refused, &options());
    story.assert_failed(ConnectRefused, Phase::Connect, "connection refused");
    assert_eq!(story.failure.unwrap().2, words);
    // A way that there is not says less than a server that is not there.
    let nowhere = SocketAddr::from(([255, 255, 255, 255], 80));
    let words = "(2 addresses failed: 255.255.255.255 no route, 127.0.0.1 connection refused)";
    let (kind, _, message) = told_at(&[nowhere, refused[0]], &options()).failure.unwrap();
    assert_eq!((kind, message.ends_with(words)), (ConnectRefused, true), "{message}");
    let words = "connect: no route: several.example:PORT";
    assert_eq!(told_at(&[nowhere], &options()).failure, Some((Unreachable, Some(Phase::Connect), words.to_owned())));
}

#[test]
fn where_the_time_is_over_the_message_says_which_addresses_had_failed() {
    let (crowded, refused) = (Crowded::new(), nobody());
    let options = Options { limits: Limits { connect: Some(SHORT), ..options().limits }, ..options() };
    let words =
        "connect: several.example:PORT not connected after 200ms (1 address failed: 127.0.0.1 connection refused)";
    let story = told_at(&[refused, crowded.address], &options);
    assert_eq!(story.failure, Some((ConnectTimeout, Some(Phase::Connect), words.to_owned())));
}

/// What both drivers tell of `url`, by this way.
fn told_by(way: Way, url: &str, port: u16) -> Story {
    let told = |driver: Driver| {
        let resolver = Resolver::new(|host| match host {
            "four.example" => Ok(vec![SocketAddr::from(([127, 0, 0, 1], 0))]),
            other => panic!("asked for {other}"),
        });
        let options = Options { way: way.clone(), ..options() };
        Story::of(driver.fetch_by(Some(resolver), options, url), port)
    };
    let (on_the_loop, blocking) = (told(Driver::Loop), told(Driver::Blocking));
    assert_eq!(blocking, on_the_loop);
    blocking
}

fn pin(host: Option<&str>, port: u16, addresses: &[&str]) -> Pin {
    let addresses = addresses.iter().map(|text| text.parse::<IpAddr>().unwrap()).collect();
    Pin { host: host.map(Into::into), port, addresses }
}

#[test]
fn the_addresses_that_are_given_are_dialled_and_nobody_is_asked() {
    let server = fine();
    let port = server.address.port();
    let pins = vec![pin(Some("a.example"), port, &["127.0.0.2", "127.0.0.1"]), pin(None, port, &["127.0.0.1"])];
    let way = Way { family: None, pins };
    let story = told_by(way.clone(), &format!("http://a.example:{port}/"), port);
    assert_eq!((story.status, story.phases[0]), (Some(200), Phase::Connect));
    assert_eq!(dialled(&story), ["127.0.0.2:PORT", "127.0.0.1:PORT"]);
    for host in ["b.example", "10.0.0.1", "[::1]"] {
        let story = told_by(way.clone(), &format!("http://{host}:{port}/"), port);
        assert_eq!((story.status, dialled(&story)), (Some(200), vec!["127.0.0.1:PORT"]), "{host}");
    }
}

#[test]
fn a_family_that_a_host_does_not_have_is_told_as_such() {
    let server = fine();
    let port = server.address.port();
    let way = |family| Way { family: Some(family), pins: vec![pin(Some("six.example"), port, &["::1"])] };
    let fails = |family, host: &str, words: &str| {
        let story = told_by(way(family), &format!("http://{host}:{port}/"), port);
        let told = story.failure.expect("no address is of that family");
        assert_eq!(told, (FailureKind::Dns, Some(Phase::Dns), format!("dns: no {words}")), "{host}");
    };
    fails(Family::V6, "four.example", "IPv6 address for four.example, and -6 allows no other");
    fails(Family::V6, "127.0.0.1", "IPv6 address for 127.0.0.1, and -6 allows no other");
    fails(Family::V4, "[::1]", "IPv4 address for ::1, and -4 allows no other");
    fails(Family::V4, "six.example", "IPv4 address for six.example, and -4 allows no other");
    for host in ["four.example", "127.0.0.1"] {
        let story = told_by(way(Family::V4), &format!("http://{host}:{port}/"), port);
        assert_eq!(story.status, Some(200), "{host}");
    }
}

#[test]
fn a_lookup_that_finds_no_descriptor_is_made_again_and_the_machine_is_to_blame() {
    let server = fine();
    let address = server.address;
    let none = || std::io::Error::from(rustix::io::Errno::MFILE);
    for driver in [Driver::Loop, Driver::Blocking] {
        let lacking = AtomicUsize::new(3);
        let resolver = Resolver::new(move |_| {
            let lacks = lacking.fetch_update(SeqCst, SeqCst, |left| left.checked_sub(1)).is_ok();
            if lacks { Err(none()) } else { Ok(vec![address]) }
        });
        let (fetched, _) = driver.fetch_by(Some(resolver), options(), "http://a.example/");
        let phases: Vec<Phase> = fetched.marks.spans(fetched.ended).map(|span| span.0).collect();
        assert_eq!((fetched.status, &phases[..2]), (Some(200), &[Phase::Dns, Phase::Connect][..]), "{driver:?}");
        let options = Options { limits: Limits { connect: Some(SHORT), ..options().limits }, ..options() };
        let never = Resolver::new(move |_| Err(none()));
        let failure = driver.fetch_by(Some(never), options, "http://a.example/").0.failure.unwrap();
        assert_eq!((failure.kind, failure.phase), (Local, Some(Phase::Dns)), "{driver:?}");
        let words = "dns: this program may open no more files: a.example:80";
        assert_eq!(failure.message.display_all(), words);
    }
}
