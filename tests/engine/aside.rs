//! A host that makes no connection: what is to be asked there stands aside, and others go on.

use crate::authority::Authority;
use crate::crowded::Crowded;
use crate::loopback::{Gate, Server, ok};
use crate::run::{Plan, end, results};
use crawltop::control::{Control, EndReason};
use crawltop::engine::Retry;
use crawltop::event::{Engine, Event, EventKind, Order};
use crawltop::failure::FailureKind;
use crawltop::fetched::Fetched;
use crawltop::net::Limits;
use std::sync::Arc;
use std::time::Duration;

/// Fetches at once.
const CAP: u32 = 8;
const LIMITS: Limits = Limits { connect: Some(Duration::from_millis(200)), idle: None, max: None };

/// So many URLs of a host that answers no handshake, then so many of one that is well.
fn plan(crowded: &Crowded, silent: usize, server: &Server, good: usize, engine: Engine) -> Plan {
    let silent = (0..silent).map(|number| format!("http://{}/{number}", crowded.address));
    let good = (0..good).map(|number| server.url(&format!("/{number}")));
    let mut plan = Plan::of(silent.chain(good)).cap(CAP).engine(engine).limits(LIMITS);
    plan.terms.workers = Some(CAP as u16);
    plan
}

fn well() -> Server {
    Server::start(|peer| peer.answer(ok("hi")))
}

/// The results, in the order of telling.
fn told(events: &[Event]) -> Vec<Arc<Fetched>> {
    results(events).into_iter().map(|(_, fetched)| fetched).collect()
}

fn is_unasked(fetched: &Fetched) -> bool {
    let words = |failure: &crawltop::failure::Failure| failure.message.display_all();
    fetched.failure.as_ref().is_some_and(|failure| words(failure).ends_with("no request was made"))
}

/// How often the pace of a host was told with such words.
fn paced(events: &[Event], words: &str) -> usize {
    let is_meant = |event: &&Event| matches!(&event.kind, EventKind::HostPaced(paced) if paced.why.display_all().starts_with(words));
    events.iter().filter(is_meant).count()
}

#[test]
fn others_go_on_and_each_of_its_own_has_one_result() {
    for engine in [Engine::Tasks, Engine::Threads] {
        let (crowded, server) = (Crowded::new(), well());
        let mut plan = plan(&crowded, 100, &server, 40, engine);
        plan.terms.retry = Retry { most: 1, delay: Duration::from_millis(50) };
        let events = plan.run();
        let told = told(&events);
        assert_eq!((told.len(), end(&events)), (140, (EndReason::Finished, 0)), "by {engine:?}");
        let last_good = told.iter().rposition(|fetched| fetched.status == Some(200)).unwrap();
        let before = told[..last_good].iter().filter(|fetched| fetched.status.is_none()).count();
        assert!(before <= 2 * CAP as usize, "{before} of the silent host were waited for first, by {engine:?}");
        let silent: Vec<_> = told.iter().filter(|fetched| fetched.status.is_none()).collect();
        assert!(silent.iter().all(|fetched| fetched.kind() == Some(FailureKind::ConnectTimeout)), "by {engine:?}");
        let unasked = silent.iter().filter(|fetched| is_unasked(fetched)).count();
        assert!(silent.len() == 100 && unasked >= 50, "{unasked} of {} were not asked, by {engine:?}", silent.len());
        assert_eq!((paced(&events, "parked after connect_timeout"), paced(&events, "left alone for 1m")), (1, 1));
    }
}

/// What waits for a worker was started before anybody knew.
#[test]
fn others_go_on_though_the_queue_of_the_pool_is_full_of_it() {
    let (crowded, server) = (Crowded::new(), well());
    let events = plan(&crowded, 100, &server, 40, Engine::Threads).cap(64).workers(4).run();
    let told = told(&events);
    assert_eq!((told.len(), end(&events)), (140, (EndReason::Finished, 0)));
    let last_good = told.iter().rposition(|fetched| fetched.status == Some(200)).unwrap();
    let before = told[..last_good].iter().filter(|fetched| fetched.status.is_none()).count();
    assert!(before <= 12, "{before} of the silent host were waited for first");
    assert!(told.iter().filter(|fetched| is_unasked(fetched)).count() >= 60);
}

#[test]
fn in_the_order_given_nothing_is_passed_by_and_what_is_left_alone_is_told_in_its_turn() {
    let (crowded, server) = (Crowded::new(), well());
    let events = plan(&crowded, 300, &server, 3, Engine::Tasks).order(Order::Given).run();
    let mut told = results(&events);
    told.sort_by_key(|(id, _)| *id);
    let statuses: Vec<_> = told.iter().skip(297).map(|(_, fetched)| fetched.status).collect();
    assert_eq!(statuses, [None, None, None, Some(200), Some(200), Some(200)]);
    let unasked: Vec<_> = told.iter().map(|(_, fetched)| is_unasked(fetched)).collect();
    assert!(unasked[299] && !unasked[..CAP as usize].contains(&true), "{unasked:?}");
}

#[test]
fn a_connection_lets_all_go_on() {
    for engine in [Engine::Tasks, Engine::Threads] {
        let (authority, gate) = (Authority::new("an authority"), Gate::default());
        let opens = gate.clone();
        // A handshake that nobody answers is no connection.
        let server = Server::start_tls(authority.certify("127.0.0.1", |_| {}), move |peer| {
            if opens.opens_within(Duration::ZERO) {
                peer.answer(ok("hi"));
            } else {
                peer.hold();
            }
        });
        let urls = (0..40).map(|number| server.https(&format!("/{number}")));
        let limits = Limits { connect: Some(Duration::from_secs(1)), ..LIMITS };
        let mut run = Plan::of(urls).cap(CAP).workers(CAP as u16).engine(engine).limits(limits).start();
        run.until(|kind| matches!(kind, EventKind::HostPaced(_)));
        gate.open();
        let events = run.finish();
        let told = told(&events);
        let good = told.iter().filter(|fetched| fetched.status == Some(200)).count();
        assert!(told.len() == 40 && good >= 40 - 4 * CAP as usize, "{good} of {}", told.len());
        assert!(!told.iter().any(|fetched| is_unasked(fetched)), "by {engine:?}");
        assert_eq!((paced(&events, "parked after"), paced(&events, "recovered")), (1, 1), "by {engine:?}");
    }
}

#[test]
fn what_stands_aside_at_the_end_was_never_started_and_is_counted() {
    for engine in [Engine::Tasks, Engine::Threads] {
        let (crowded, server) = (Crowded::new(), well());
        let mut plan = plan(&crowded, 50, &server, 10, engine);
        // More may come: one at a time is asked.
        let list = plan.list();
        let mut run = plan.start();
        run.until_each(10, |kind| matches!(kind, EventKind::Finished { fetched, .. } if fetched.status == Some(200)));
        run.tell(Control::Quit(EndReason::Quit));
        drop(list);
        let events = run.finish();
        let (reason, unread) = end(&events);
        assert_eq!((reason, told(&events).len() as u64 + unread), (EndReason::Quit, 60), "by {engine:?}");
        assert!(unread >= 30, "{unread} by {engine:?}");
    }
}

#[test]
fn one_that_waits_aside_for_another_attempt_can_be_let_go_of() {
    let (crowded, server) = (Crowded::new(), well());
    let mut plan = plan(&crowded, 12, &server, 1, Engine::Tasks);
    plan.terms.retry = Retry { most: 2, delay: Duration::ZERO };
    let list = plan.list();
    let mut run = plan.start();
    let event = run.until(|kind| matches!(kind, EventKind::HostPaced(_)));
    assert_eq!(paced(&[event], "parked"), 1);
    let event = run.until(|kind| matches!(kind, EventKind::Retrying { .. }));
    let id = event.kind.fetch().unwrap();
    run.tell(Control::Cancel(id));
    drop(list);
    let events = run.finish();
    let (_, fetched) = results(&events).into_iter().find(|(told, _)| *told == id).unwrap();
    assert_eq!((fetched.kind(), end(&events)), (Some(FailureKind::Cancelled), (EndReason::Finished, 0)));
    assert_eq!(told(&events).len(), 13);
}

/// Long enough that nothing of it is over before the others are done.
const LONG: Limits = Limits { connect: Some(Duration::from_secs(50)), idle: Some(Duration::from_secs(50)), max: None };

/// Whatever came of the ones that keep silent would have come after the others.
fn assert_others_are_done_first(plan: Plan, others: usize, engine: Engine) {
    let given = plan.words.len() as u64;
    let mut run = plan.limits(LONG).start();
    run.until_each(others, |kind| matches!(kind, EventKind::Finished { .. }));
    run.tell(Control::Quit(EndReason::Quit));
    let events = run.finish();
    let told = told(&events);
    assert!(told[..others].iter().all(|fetched| fetched.status == Some(200)), "by {engine:?}");
    assert!(told[others..].iter().all(|fetched| fetched.kind() == Some(FailureKind::Cancelled)), "by {engine:?}");
    let (reason, unread) = end(&events);
    assert_eq!((reason, told.len() as u64 + unread), (EndReason::Quit, given), "by {engine:?}");
}

#[test]
fn hosts_that_keep_silent_from_the_first_on_leave_half_of_the_slots_to_others() {
    for engine in [Engine::Tasks, Engine::Threads] {
        let (crowded, server) = (Crowded::new(), well());
        assert_others_are_done_first(plan(&crowded, 3000, &server, 40, engine), 40, engine);
        // They connect, and never answer.
        let mute = [(); 3].map(|()| {
            Server::start(|peer| {
                peer.receive();
                peer.hold();
            })
        });
        let urls = (0..600).map(|number| mute[number % 3].url(&format!("/{number}")));
        let urls: Vec<_> = urls.chain((0..40).map(|number| server.url(&format!("/{number}")))).collect();
        let plan = Plan::of(urls).cap(CAP).workers(CAP as u16).engine(engine);
        assert_others_are_done_first(plan, 40, engine);
    }
}

/// A URL of the good host, then one of each silent one, and so on.
fn mixed(silent: &[Crowded], server: &Server, each: usize) -> Vec<String> {
    let round = |number: usize| {
        let silent = silent.iter().map(move |host| format!("http://{}/{number}", host.address));
        std::iter::once(server.url(&format!("/{number}"))).chain(silent)
    };
    (0..each).flat_map(round).collect()
}

#[test]
fn hosts_that_keep_silent_leave_slots_and_workers_to_one_that_answers_however_many_they_are() {
    for (engine, cap, workers) in [(Engine::Tasks, CAP, 1), (Engine::Threads, CAP, 8), (Engine::Threads, 64, 4)] {
        let (silent, server) = ([(); 12].map(|()| Crowded::new()), well());
        let plan = Plan::of(mixed(&silent, &server, 20)).cap(cap).workers(workers).engine(engine);
        assert_others_are_done_first(plan, 20, engine);
    }
}

/// The good host answers once, and then not before many were asked again.
#[test]
fn what_is_asked_again_of_hosts_that_keep_silent_leaves_slots_to_one_that_answers() {
    let (asked, gate) = (std::sync::atomic::AtomicUsize::new(0), Gate::default());
    let opens = gate.clone();
    let server = Server::start(move |peer| {
        if asked.fetch_add(1, std::sync::atomic::Ordering::SeqCst) > 0 {
            opens.wait();
        }
        peer.answer(ok("hi"));
    });
    let silent = [(); 16].map(|()| Crowded::new());
    let others = (0..40).map(|number| server.url(&format!("/last/{number}")));
    let urls: Vec<_> = mixed(&silent, &server, 2).into_iter().chain(others).collect();
    // What fails within a second makes room by itself.
    let limits = Limits { connect: Some(Duration::from_millis(1200)), ..LIMITS };
    let mut plan = Plan::of(urls).cap(CAP).limits(limits);
    plan.terms.retry = Retry { most: 1, delay: Duration::from_millis(20) };
    let mut run = plan.start();
    run.until_each(10, |kind| matches!(kind, EventKind::Retried { .. }));
    gate.open();
    run.until_each(20, |kind| matches!(kind, EventKind::Finished { fetched, .. } if fetched.status == Some(200)));
    run.tell(Control::Quit(EndReason::Quit));
    let (mut again, mut good, mut most) = (std::collections::HashSet::new(), 0, 0);
    for event in run.finish() {
        match &event.kind {
            EventKind::Retried { id, .. } => drop(again.insert(*id)),
            EventKind::Finished { id, fetched, .. } => {
                again.remove(id);
                good += usize::from(fetched.status == Some(200));
            }
            _ => {}
        }
        // Once all others are told, all slots are theirs.
        most = if good < 20 { most.max(again.len()) } else { most };
    }
    assert!(good >= 20 && (2..=6).contains(&most), "{most} of {CAP} slots, {good} answers");
}

#[test]
fn where_nothing_else_can_come_all_slots_are_its_own() {
    for engine in [Engine::Tasks, Engine::Threads] {
        for open in [false, true] {
            // Nobody is answered before all have asked.
            let (asked, gate) = (std::sync::atomic::AtomicUsize::new(0), Gate::default());
            let server = Server::start(move |peer| {
                peer.receive();
                if asked.fetch_add(1, std::sync::atomic::Ordering::SeqCst) + 1 == CAP as usize {
                    gate.open();
                }
                gate.wait();
                peer.send(ok("hi"));
            });
            let urls = (0..CAP).map(|number| server.url(&format!("/{number}")));
            let mut plan = Plan::of(urls).cap(CAP).workers(CAP as u16).engine(engine).limits(LONG);
            // More may come as long as that is open, and half of the slots are left to it.
            let list = open.then(|| plan.list());
            let mut run = plan.start();
            run.until_each(CAP as usize / 2, |kind| matches!(kind, EventKind::Started { .. }));
            drop(list);
            let events = run.finish();
            let fine = results(&events).iter().filter(|(_, fetched)| fetched.status == Some(200)).count();
            assert_eq!((end(&events), fine), ((EndReason::Finished, 0), CAP as usize), "{engine:?}, {open}");
        }
    }
}
