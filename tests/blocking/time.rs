//! What a limit means to a socket that blocks.

use crate::drivers::{Driver, options};
use crate::faults::SHORT;
use crate::loopback::{Gate, Server, ok};
use crate::running::Ready;
use crate::skipped::skipped;
use crawltop::failure::FailureKind;
use crawltop::net::{Limits, Options};
use crawltop::phase::Phase;
use std::time::Duration;

/// The idle time begins anew with each byte, so that only the whole time ends it.
#[test]
fn a_page_that_drips_is_ended_by_the_whole_time_and_not_by_the_idle_time() {
    let server = Server::start(|peer| {
        peer.request();
        peer.drip("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
    });
    let limits = Limits { connect: None, idle: Some(Duration::from_secs(1)), max: Some(Duration::from_millis(1500)) };
    let (fetched, _) = Driver::Blocking.fetch(Options { limits, ..options() }, &server.url("/"));
    let failure = fetched.failure.as_ref().unwrap();
    assert_eq!((failure.kind, failure.phase), (FailureKind::Timeout, Some(Phase::Body)));
    assert!(failure.message.display_all().contains("not done after 1s 500ms"), "{failure:?}");
    assert!(fetched.body_bytes > 0 && fetched.total() >= Duration::from_millis(1500));
}

/// As after a Ctrl-Z: the socket's own time is over, that of the run is not.
#[test]
fn a_socket_that_rings_before_the_time_of_the_run_is_over_is_read_again() {
    let (asked, passed) = (Gate::default(), Gate::default());
    let (asks, passes) = (asked.clone(), passed.clone());
    let server = Server::start(move |peer| {
        peer.request();
        asks.open();
        passes.opens_within(5 * SHORT);
        peer.send(ok("hi"));
    });
    let ready = Ready::new(Options { limits: Limits { connect: None, idle: Some(SHORT), max: None }, ..options() });
    ready.emitter.clock().freeze();
    let running = ready.start(&server.url("/"));
    asked.wait();
    let (fetched, _, _) = running.finish();
    assert_eq!((fetched.status, &fetched.failure), (Some(200), &None));
    drop(passed);
}

/// A socket that does not block would be asked again and again.
#[test]
fn a_thread_that_waits_leaves_the_processor_to_others() {
    let Some(before) = processor_time() else {
        skipped("this machine does not tell the processor time of a thread");
        return;
    };
    let server = Server::start(|peer| {
        peer.request();
        let never = Gate::default();
        never.opens_within(5 * SHORT);
        peer.send(ok("hi"));
    });
    let (fetched, _) = Driver::Blocking.fetch(options(), &server.url("/"));
    let used = processor_time().unwrap() - before;
    assert!(used < fetched.total() / 10, "{used:?} of {:?}", fetched.total());
}

fn processor_time() -> Option<Duration> {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    told.split(' ').next()?.parse().ok().map(Duration::from_nanos)
}
