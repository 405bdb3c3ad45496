//! The lookups that blocking fetches share: few threads, many askers, and none who waits for one that hangs.

use crate::drivers::{ID, options, target};
use crate::faults::SHORT;
use crate::loopback::{Gate, Gauge, HANGING, Server, ok};
use crawltop::clock::Clock;
use crawltop::emit::{Events, channel};
use crawltop::event::{Event, EventKind};
use crawltop::failure::FailureKind;
use crawltop::fetched::Fetched;
use crawltop::net::{Fetcher, Lifeline, Limits, Options, Resolver};
use crawltop::phase::Phase;
use std::net::SocketAddr;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel as pipe};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// As many lookups as there are at once.
const THREADS: usize = 8;

fn fetcher(connect: Option<Duration>, resolver: Resolver) -> Fetcher {
    let limits = Limits { connect, ..options().limits };
    let (emitter, _) = channel(Clock::start(), false);
    Fetcher::new(Options { limits, ..options() }, emitter).resolving_by(resolver)
}

fn fetch(fetcher: &Fetcher, url: &str) -> Fetched {
    let (target, url) = target(url);
    fetcher.fetch_blocking(ID, target, url, &Arc::default())
}

/// One that takes no lookup for one that hangs.
fn patient(look: impl Fn(&str) -> std::io::Result<Vec<SocketAddr>> + Send + Sync + 'static) -> Resolver {
    Resolver::patient(look, HANGING)
}

#[test]
fn more_askers_than_threads_take_turns_and_each_has_its_answer() {
    let server = Server::start(|peer| peer.answer(ok("hi")));
    let (address, gate, gauge) = (server.address, Gate::default(), Gauge::default());
    let (opens, counts) = (gate.clone(), gauge.clone());
    let (looks, looked) = pipe();
    let looks = Mutex::new(looks);
    let resolver = patient(move |host| {
        counts.enter();
        looks.lock().unwrap().send(host.to_owned()).unwrap();
        opens.wait();
        counts.leave();
        Ok(vec![address])
    });
    let fetcher = fetcher(None, resolver);
    thread::scope(|scope| {
        let url = |number: usize| format!("http://host-{number}.example:{}/", address.port());
        let fetches: Vec<_> = (0..3 * THREADS)
            .map(|number| {
                scope.spawn({
                    let fetcher = &fetcher;
                    move || fetch(fetcher, &url(number))
                })
            })
            .collect();
        let mut hosts: Vec<String> = (0..THREADS).map(|_| looked.recv_timeout(HANGING).unwrap()).collect();
        gate.open();
        let statuses: Vec<_> = fetches.into_iter().map(|fetch| fetch.join().unwrap().status).collect();
        assert_eq!(statuses, vec![Some(200); 3 * THREADS]);
        hosts.extend(looked.try_iter());
        hosts.sort();
        hosts.dedup();
        assert_eq!((hosts.len(), gauge.most()), (3 * THREADS, THREADS), "each name once, and no more at once");
    });
}

/// A resolver whose lookups wait for the gate, and the names it was asked for.
fn gated(gate: &Gate, address: SocketAddr) -> (Resolver, Receiver<String>) {
    let (opens, (looks, looked)) = (gate.clone(), pipe());
    let looks = Mutex::new(looks);
    let resolver = patient(move |host| {
        // The test may be over, and want to know nothing more.
        let _ = looks.lock().unwrap().send(host.to_owned());
        opens.wait();
        Ok(vec![address])
    });
    (resolver, looked)
}

#[test]
fn an_askers_limit_runs_out_though_the_lookup_hangs() {
    let gate = Gate::default();
    let (resolver, _looked) = gated(&gate, SocketAddr::from(([127, 0, 0, 1], 0)));
    let fetcher = fetcher(Some(SHORT), resolver);
    thread::scope(|scope| {
        for asker in 0..2 * THREADS {
            // Two askers a name: a lookup for each pair.
            let (fetcher, host) = (&fetcher, format!("hangs-{}.example", asker / 2));
            scope.spawn(move || {
                let failure = fetch(fetcher, &format!("http://{host}/")).failure.unwrap();
                assert_eq!((failure.kind, failure.phase), (FailureKind::ConnectTimeout, Some(Phase::Dns)));
                assert_eq!(failure.message.display_all(), format!("dns: {host}:80 not connected after 200ms"));
            });
        }
    });
    gate.open();
}

/// The events of fetches, until so many of them are this one.
fn until_each(events: &mut Events, count: usize, meant: &EventKind) {
    let (mut seen, mut batch) = (0, Vec::new());
    while seen < count {
        events.take_now(&mut batch);
        seen += batch.drain(..).filter(|event| event.kind == *meant).count();
        thread::yield_now();
    }
}

#[test]
fn a_name_whose_turn_has_not_come_is_blocked_and_one_given_up_meanwhile_is_not_asked_for() {
    let server = Server::start(|peer| peer.answer(ok("hi")));
    let gate = Gate::default();
    let (resolver, looked) = gated(&gate, server.address);
    let (emitter, mut events) = channel(Clock::start(), true);
    let fetcher = Fetcher::new(options(), emitter).resolving_by(resolver);
    let lifelines: [Arc<Lifeline>; 2] = Default::default();
    let blocked = EventKind::PhaseEntered { id: ID, phase: Phase::Blocked, steps: 1 };
    thread::scope(|scope| {
        let start = |host: String, lifeline: Arc<Lifeline>| {
            let fetcher = &fetcher;
            scope.spawn(move || {
                let (target, url) = target(&format!("http://{host}.example/"));
                fetcher.fetch_blocking(ID, target, url, &lifeline)
            })
        };
        let first: Vec<_> = (0..THREADS).map(|number| start(format!("host-{number}"), Arc::default())).collect();
        (0..THREADS).for_each(|_| drop(looked.recv_timeout(HANGING).unwrap()));
        let leaves = start("leaves".to_owned(), lifelines[0].clone());
        let waits = start("waits".to_owned(), lifelines[1].clone());
        until_each(&mut events, 2, &blocked);
        lifelines[0].cancel();
        let failure = leaves.join().unwrap().failure.unwrap();
        assert_eq!((failure.kind, failure.phase), (FailureKind::Cancelled, Some(Phase::Blocked)));
        gate.open();
        let waited = waits.join().unwrap();
        let phases: Vec<Phase> = waited.marks.spans(waited.ended).map(|span| span.0).collect();
        assert_eq!((waited.status, &phases[..3]), (Some(200), &[Phase::Blocked, Phase::Dns, Phase::Connect][..]));
        assert!(first.into_iter().all(|fetch| fetch.join().unwrap().status == Some(200)));
    });
    assert_eq!(looked.try_iter().collect::<Vec<_>>(), ["waits.example"]);
}

/// The limits of those whose lookup hangs run out meanwhile, and so would its own.
#[test]
fn no_limit_counts_while_a_lookup_waits_for_its_turn() {
    const LIMIT: Duration = Duration::from_secs(2);
    let server = Server::start(|peer| peer.answer(ok("hi")));
    let gate = Gate::default();
    let (resolver, looked) = gated(&gate, server.address);
    let limits = Limits { connect: Some(LIMIT), max: Some(LIMIT), ..options().limits };
    let (emitter, _) = channel(Clock::start(), false);
    let fetcher = Fetcher::new(Options { limits, ..options() }, emitter).resolving_by(resolver);
    thread::scope(|scope| {
        let start = |host: String| {
            let fetcher = &fetcher;
            scope.spawn(move || fetch(fetcher, &format!("http://{host}.example/")))
        };
        let first: Vec<_> = (0..THREADS).map(|number| start(format!("host-{number}"))).collect();
        (0..THREADS).for_each(|_| drop(looked.recv_timeout(HANGING).unwrap()));
        let waits = start("waits".to_owned());
        assert!(first.into_iter().all(|it| it.join().unwrap().kind() == Some(FailureKind::ConnectTimeout)));
        gate.open();
        let waited = waits.join().unwrap();
        assert_eq!((waited.status, waited.kind()), (Some(200), None));
    });
}

#[test]
fn tasks_share_a_lookup_and_one_who_leaves_takes_nothing_from_the_others() {
    let server = Server::start(|peer| peer.answer(ok("hi")));
    let gate = Gate::default();
    let (resolver, looked) = gated(&gate, server.address);
    let (emitter, mut events) = channel(Clock::start(), true);
    let fetcher = Arc::new(Fetcher::new(options(), emitter).resolving_by(resolver));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let start = || {
            let (target, url) = target("http://shared.example/");
            tokio::spawn(fetcher.clone().fetch(ID, target, url, Arc::default()))
        };
        let fetches: Vec<_> = (0..40).map(|_| start()).collect();
        let (mut seen, mut batch) = (0, Vec::new());
        while seen < fetches.len() {
            tokio::task::yield_now().await;
            events.take_now(&mut batch);
            let is_dns = |event: &Event| matches!(event.kind, EventKind::PhaseEntered { phase: Phase::Dns, .. });
            seen += batch.drain(..).filter(is_dns).count();
        }
        fetches.iter().step_by(2).for_each(|leaves| leaves.abort());
        tokio::task::yield_now().await;
        gate.open();
        for (number, fetch) in fetches.into_iter().enumerate() {
            let status = fetch.await.ok().map(|fetched| fetched.status);
            assert_eq!(status, (number % 2 == 1).then_some(Some(200)), "{number}");
        }
    });
    assert_eq!(looked.try_iter().collect::<Vec<_>>(), ["shared.example"]);
}

#[test]
fn all_who_want_the_same_name_share_one_lookup_and_who_comes_later_finds_it_known() {
    let server = Server::start(|peer| peer.answer(ok("hi")));
    let gate = Gate::default();
    let (resolver, looked) = gated(&gate, SocketAddr::from(([127, 0, 0, 1], 0)));
    let (emitter, mut events) = channel(Clock::start(), true);
    let fetcher = Fetcher::new(options(), emitter).resolving_by(resolver);
    let lifelines: [Arc<Lifeline>; 5] = Default::default();
    let url = format!("http://Shared.example:{}/", server.address.port());
    let dns = EventKind::PhaseEntered { id: ID, phase: Phase::Dns, steps: 1 };
    thread::scope(|scope| {
        let fetches = lifelines.each_ref().map(|lifeline| {
            let ((target, url), fetcher) = (target(&url), &fetcher);
            scope.spawn(move || fetcher.fetch_blocking(ID, target, url, lifeline))
        });
        until_each(&mut events, lifelines.len(), &dns);
        // One who leaves takes nothing from the others.
        lifelines[0].cancel();
        let mut fetches = fetches.into_iter();
        assert_eq!(fetches.next().unwrap().join().unwrap().kind(), Some(FailureKind::Cancelled));
        gate.open();
        assert!(fetches.all(|fetch| fetch.join().unwrap().status == Some(200)));
    });
    let later = fetch(&fetcher, &url);
    assert_eq!((later.status, later.spent(Phase::Dns)), (Some(200), None), "what is known needs no phase");
    assert_eq!(looked.try_iter().collect::<Vec<_>>(), ["shared.example"]);
}

#[test]
fn a_name_without_an_address_is_not_asked_for_at_once_again() {
    let asked = Gauge::default();
    let counts = asked.clone();
    let resolver = Resolver::new(move |_| {
        counts.enter();
        Ok(Vec::new())
    });
    let fetcher = fetcher(None, resolver);
    for _ in 0..3 {
        let failure = fetch(&fetcher, "http://gone.example/").failure.unwrap();
        assert_eq!((failure.kind, failure.phase), (FailureKind::Dns, Some(Phase::Dns)));
        assert_eq!(failure.message.display_all(), "dns: no address for gone.example");
    }
    assert_eq!(asked.most(), 1);
}

#[test]
fn what_can_be_no_name_is_not_asked_for() {
    let fetcher = fetcher(None, Resolver::new(|host| panic!("asked for {host}")));
    let (label, name) = ("a".repeat(64), format!("{}example", "a.".repeat(130)));
    let long: String = name.chars().take(100).collect();
    let cases = [
        (format!("{label}.example"), format!("{label}.example: one of its labels is longer than 63 bytes")),
        ("a..example".to_owned(), "a..example: one of its labels is empty".to_owned()),
        (name, format!("{long}…: it is longer than 253 bytes")),
    ];
    for (host, words) in cases {
        let failure = fetch(&fetcher, &format!("http://{host}/")).failure.unwrap();
        assert_eq!((failure.kind, failure.phase), (FailureKind::Dns, Some(Phase::Dns)));
        assert_eq!(failure.message.display_all(), format!("dns: no address for {words}"));
    }
}

#[test]
fn an_answer_without_an_address_and_an_error_are_told() {
    let resolver = Resolver::new(|host| match host {
        "empty.example" => Ok(Vec::new()),
        _ => Err(std::io::Error::other("failed to lookup address information: Name or service not known")),
    });
    let fetcher = fetcher(None, resolver);
    let cases = [
        ("empty.example", "dns: no address for empty.example"),
        ("gone.example", "dns: no address for gone.example: name or service not known"),
    ];
    for (host, words) in cases {
        let failure = fetch(&fetcher, &format!("http://{host}/")).failure.unwrap();
        assert_eq!((failure.kind, failure.message.display_all().as_str()), (FailureKind::Dns, words));
    }
}

#[test]
fn the_next_address_is_tried_where_one_refuses() {
    let server = Server::start(|peer| peer.answer(ok("hi")));
    let address = server.address;
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let fetcher = fetcher(None, Resolver::new(move |_| Ok(vec![nobody, address])));
    let fetched = fetch(&fetcher, "http://two.example/");
    assert_eq!((fetched.status, fetched.remote_ip), (Some(200), Some(SocketAddr::ip(&address))));
}

/// The lookup function goes when the last thread has gone.
#[test]
fn the_threads_end_when_nobody_can_ask_any_more() {
    let (lives, ended) = pipe::<()>();
    let lives = Mutex::new(lives);
    let resolver = Resolver::new(move |_| {
        let _here = lives.lock().unwrap();
        Ok(Vec::new())
    });
    let fetcher = fetcher(None, resolver);
    assert_eq!(fetch(&fetcher, "http://a.example/").kind(), Some(FailureKind::Dns));
    drop(fetcher);
    assert_eq!(ended.recv_timeout(HANGING), Err(RecvTimeoutError::Disconnected));
}

#[test]
fn tasks_share_the_same_few_threads() {
    let server = Server::start(|peer| peer.answer(ok("hi")));
    let (address, gauge) = (server.address, Gauge::default());
    let counts = gauge.clone();
    let resolver = patient(move |_| {
        counts.enter();
        thread::sleep(Duration::from_millis(1));
        counts.leave();
        Ok(vec![address])
    });
    let fetcher = Arc::new(fetcher(None, resolver));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let statuses = runtime.block_on(async {
        let mut tasks = tokio::task::JoinSet::new();
        for number in 0..10 * THREADS {
            let (target, url) = target(&format!("http://host-{number}.example:{}/", address.port()));
            tasks.spawn(fetcher.clone().fetch(ID, target, url, Arc::default()));
        }
        tasks.join_all().await.into_iter().map(|fetched| fetched.status).collect::<Vec<_>>()
    });
    assert_eq!(statuses, vec![Some(200); 10 * THREADS]);
    assert!(gauge.most() <= THREADS, "{} at once", gauge.most());
}

/// A hanging lookup is one that nobody can end: its thread is lost for as long as it takes.
#[test]
fn a_name_is_found_though_more_others_hang_than_there_are_lookups_at_once() {
    let server = Server::start(|peer| peer.answer(ok("hi")));
    let (address, gate) = (server.address, Gate::default());
    let opens = gate.clone();
    let resolver = Resolver::new(move |host| {
        if host.starts_with("hangs") {
            opens.wait();
        }
        Ok(vec![address])
    });
    let fetcher = Arc::new(fetcher(None, resolver));
    let url = |host: &str| format!("http://{host}.example:{}/", address.port());
    thread::scope(|scope| {
        for number in 0..2 * THREADS {
            let (fetcher, url) = (&fetcher, url(&format!("hangs-{number}")));
            scope.spawn(move || fetch(fetcher, &url));
        }
        assert_eq!(fetch(&fetcher, &url("by-a-thread")).status, Some(200));
        let (target, text) = target(&url("by-a-task"));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let fetched = runtime.block_on(fetcher.clone().fetch(ID, target, text, Arc::default()));
        assert_eq!(fetched.status, Some(200));
        gate.open();
    });
}

#[test]
fn a_name_is_found_though_hundreds_hang_before_it_each_in_a_zone_of_its_own() {
    let server = Server::start(|peer| peer.answer(ok("hi")));
    let (address, gate) = (server.address, Gate::default());
    let opens = gate.clone();
    let resolver = Resolver::new(move |host| {
        if host.starts_with("hangs") {
            opens.wait();
            return Ok(Vec::new());
        }
        Ok(vec![address])
    });
    let fetcher = Arc::new(fetcher(None, resolver));
    let start = |host: String| {
        let (target, url) = target(&format!("http://{host}.example:{}/", address.port()));
        tokio::spawn(fetcher.clone().fetch(ID, target, url, Arc::default()))
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let hanging: Vec<_> = (0..200).map(|number| start(format!("hangs.zone-{number}"))).collect();
        assert_eq!(start("good.zone".to_owned()).await.unwrap().status, Some(200));
        assert!(!hanging.iter().any(|fetch| fetch.is_finished()));
        gate.open();
        for fetch in hanging {
            assert_eq!(fetch.await.unwrap().kind(), Some(FailureKind::Dns));
        }
    });
}

#[test]
fn names_of_this_machine_are_asked_for_as_localhost() {
    let server = Server::start(|peer| peer.answer(ok("hi")));
    let address = server.address;
    let resolver = Resolver::new(move |host| {
        assert_eq!(host, "localhost");
        Ok(vec![address])
    });
    let fetcher = fetcher(None, resolver);
    for host in ["localhost", "localhost.", "a.localhost", "b.a.localhost."] {
        assert_eq!(fetch(&fetcher, &format!("http://{host}:{}/", address.port())).status, Some(200), "{host}");
    }
}
