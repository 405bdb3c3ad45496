//! The lookups that blocking fetches share: few threads, many askers, and none who waits for one that hangs.

use crate::drivers::{ID, options, target};
use crate::faults::SHORT;
use crate::loopback::{Gate, Gauge, HANGING, Server, ok};
use crawltop::clock::Clock;
use crawltop::emit::channel;
use crawltop::failure::FailureKind;
use crawltop::fetched::Fetched;
use crawltop::net::{Fetcher, Limits, Options, Resolver};
use crawltop::phase::Phase;
use std::net::SocketAddr;
use std::sync::mpsc::{RecvTimeoutError, channel as pipe};
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

#[test]
fn more_askers_than_threads_take_turns_and_each_has_its_answer() {
    let server = Server::start(|peer| peer.answer(ok("hi")));
    let (address, gate, gauge) = (server.address, Gate::default(), Gauge::default());
    let (opens, counts) = (gate.clone(), gauge.clone());
    let (looks, looked) = pipe();
    let looks = Mutex::new(looks);
    let resolver = Resolver::new(move |host, port| {
        counts.enter();
        looks.lock().unwrap().send(host.to_owned()).unwrap();
        opens.wait();
        counts.leave();
        assert_eq!(port, address.port());
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

#[test]
fn an_askers_limit_runs_out_though_the_lookup_hangs() {
    let server = Server::start(|peer| peer.answer(ok("hi")));
    let (address, gate) = (server.address, Gate::default());
    let opens = gate.clone();
    let looked = Arc::new(Mutex::new(Vec::new()));
    let notes = Arc::clone(&looked);
    let resolver = Resolver::new(move |host, _| {
        notes.lock().unwrap().push(host.to_owned());
        opens.wait();
        Ok(vec![address])
    });
    let fetcher = fetcher(Some(SHORT), resolver);
    let given_up = |host: &str| {
        let fetched = fetch(&fetcher, &format!("http://{host}.example/"));
        let failure = fetched.failure.unwrap();
        assert_eq!((failure.kind, failure.phase), (FailureKind::ConnectTimeout, Some(Phase::Dns)));
        let words = format!("dns: {host}.example:80 not connected after 200ms");
        assert_eq!(failure.message.display_all(), words);
    };
    thread::scope(|scope| drop((0..THREADS).map(|_| scope.spawn(|| given_up("hangs"))).collect::<Vec<_>>()));
    // Each thread hangs, so this one is not even asked; and nobody asks for it later.
    given_up("queues");
    gate.open();
    let url = format!("http://works.example:{}/", address.port());
    let fetched = loop {
        let fetched = fetch(&fetcher, &url);
        // On a crowded machine its short limit may run out as well.
        if fetched.status.is_some() {
            break fetched;
        }
    };
    assert_eq!(fetched.status, Some(200));
    let mut hosts = std::mem::take(&mut *looked.lock().unwrap());
    hosts.dedup();
    assert_eq!(hosts, ["hangs.example", "works.example"]);
}

#[test]
fn an_answer_without_an_address_and_an_error_are_told() {
    let resolver = Resolver::new(|host, _| match host {
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
    let fetcher = fetcher(None, Resolver::new(move |_, _| Ok(vec![nobody, address])));
    let fetched = fetch(&fetcher, "http://two.example/");
    assert_eq!((fetched.status, fetched.remote_ip), (Some(200), Some(SocketAddr::ip(&address))));
}

/// The lookup function goes when the last thread has gone.
#[test]
fn the_threads_end_when_nobody_can_ask_any_more() {
    let (lives, ended) = pipe::<()>();
    let lives = Mutex::new(lives);
    let resolver = Resolver::new(move |_, _| {
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
    let resolver = Resolver::new(move |_, _| {
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
