//! What a cancel from another thread does to a fetch that holds its own, in each phase.

use crate::authority::Authority;
use crate::crowded::Crowded;
use crate::drivers::options;
use crate::loopback::{Gate, Peer, Server, ok};
use crate::running::{Ready, Running};
use crawltop::event::EventKind;
use crawltop::failure::FailureKind;
use crawltop::fetched::Fetched;
use crawltop::net::{Limits, Options, Resolver};
use crawltop::phase::Phase;
use std::time::Duration;

/// Longer than any test goes on.
const LIMITS: Limits = Limits { connect: Some(Duration::from_secs(3600)), idle: None, max: None };

fn entered(meant: Phase) -> impl Fn(&EventKind) -> bool {
    move |kind| matches!(kind, EventKind::PhaseEntered { phase, .. } if *phase == meant)
}

fn has_head(kind: &EventKind) -> bool {
    matches!(kind, EventKind::HeadReceived { .. })
}

/// Cancels a fetch once it has told what is meant. The server's script ends only when its connection is closed, though
/// the lifeline is still there.
fn cancel(url: &str, is_meant: impl Fn(&EventKind) -> bool, server: Server) -> Fetched {
    let mut running = Running::start(url);
    running.until(is_meant);
    running.lifeline.cancel();
    let (fetched, _, lifeline) = running.finish();
    drop(server);
    lifeline.cancel();
    fetched
}

fn assert_cancelled(fetched: &Fetched, phase: Phase) {
    let failure = fetched.failure.as_ref().expect("cancelled is a failure");
    assert_eq!((failure.kind, failure.phase), (FailureKind::Cancelled, Some(phase)));
    let (begins, ends) = (format!("{}: ", phase.name()), " let go of as the run ended");
    let message = failure.message.display_all();
    let peer = message.strip_prefix(&begins).and_then(|rest| rest.strip_suffix(ends));
    assert!(peer.is_some_and(|peer| peer.contains(':') && !peer.contains(' ')), "{message}");
    assert_eq!(fetched.sha256, None);
}

#[test]
fn a_thread_that_waits_for_an_answer_is_let_go() {
    let server = Server::start(Peer::hold);
    let fetched = cancel(&server.url("/"), entered(Phase::Wait), server);
    assert_cancelled(&fetched, Phase::Wait);
    assert_eq!((fetched.status, fetched.steps), (None, 1));
}

/// The socket is shut down, and that is not taken for the end that this content has.
#[test]
fn a_thread_that_reads_until_the_close_does_not_take_a_cancel_for_it() {
    let script = |peer: &mut Peer| {
        peer.answer("HTTP/1.1 200 OK\r\n\r\nhello");
        peer.hold();
    };
    let server = Server::start(script);
    let plain = cancel(&server.url("/"), has_head, server);
    let server = Server::start_tls(Authority::new("one").certify("127.0.0.1", |_| ()), script);
    let tls = cancel(&server.https("/"), has_head, server);
    for fetched in [plain, tls] {
        assert_cancelled(&fetched, Phase::Body);
        assert_eq!((fetched.status, fetched.body_bytes), (Some(200), 5));
    }
}

#[test]
fn a_thread_whose_answer_drips_is_let_go() {
    let server = Server::start(|peer| {
        peer.request();
        peer.drip("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
    });
    let fetched = cancel(&server.url("/"), has_head, server);
    assert_cancelled(&fetched, Phase::Body);
}

#[test]
fn a_thread_whose_handshake_is_not_answered_is_let_go() {
    let server = Server::start(Peer::hold);
    let fetched = cancel(&server.https("/"), entered(Phase::Tls), server);
    assert_cancelled(&fetched, Phase::Tls);
}

#[test]
fn a_cancelled_bare_host_is_not_asked_in_plain() {
    let server = Server::start(Peer::hold);
    let fetched = cancel(&format!("127.0.0.1:{}", server.address.port()), entered(Phase::Tls), server);
    assert_cancelled(&fetched, Phase::Tls);
    assert_eq!(fetched.final_url, None);
}

#[test]
fn a_thread_that_connects_is_let_go() {
    let crowded = Crowded::new();
    let mut running =
        Ready::new(Options { limits: LIMITS, ..options() }).start(&format!("http://{}/", crowded.address));
    running.until(entered(Phase::Connect));
    running.lifeline.cancel();
    assert_cancelled(&running.finish().0, Phase::Connect);
}

#[test]
fn a_thread_that_waits_for_a_name_is_let_go_though_the_lookup_hangs() {
    let gate = Gate::default();
    let opens = gate.clone();
    let mut ready = Ready::new(Options { limits: LIMITS, ..options() });
    ready.fetcher = ready.fetcher.resolving_by(Resolver::new(move |_| {
        opens.wait();
        Ok(Vec::new())
    }));
    let mut running = ready.start("http://slow.example/");
    running.until(entered(Phase::Dns));
    running.lifeline.cancel();
    assert_cancelled(&running.finish().0, Phase::Dns);
    gate.open();
}

#[test]
fn a_fetch_that_was_cancelled_before_it_began_asks_nobody() {
    let server = Server::start(|_| panic!("somebody came"));
    let ready = Ready::new(options());
    ready.lifeline.cancel();
    let (fetched, _, _) = ready.start(&server.url("/")).finish();
    assert_cancelled(&fetched, Phase::Connect);
}

/// The server's script ends only when its connection is closed.
#[test]
fn a_fetch_that_is_over_holds_nothing_more_and_a_late_cancel_changes_nothing() {
    let server = Server::start(|peer| {
        peer.answer(ok("hi"));
        peer.hold();
    });
    let (fetched, _, lifeline) = Running::start(&server.url("/")).finish();
    drop(server);
    lifeline.cancel();
    assert_eq!((fetched.status, fetched.kind()), (Some(200), None));
}
