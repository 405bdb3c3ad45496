//! Each request has its turn by the rate, also those to which redirects lead.

use crate::loopback::{Server, ok};
use crate::run::{Plan, only, results};
use crawltop::control::{Control, Rate};
use crawltop::event::{Engine, EventKind};
use crawltop::failure::FailureKind;
use crawltop::id::FetchId;
use crawltop::phase::Phase;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

const APART: Duration = Duration::from_millis(40);
/// What was late is made up for within this.
const BURST: Duration = Duration::from_millis(10);
const LONG: Duration = Duration::from_secs(3600);

/// `/3` leads to `/2`, that to `/1`, and that to `/0`, over connections that are kept; with when each was asked for.
fn stairs() -> (Server, Arc<Mutex<Vec<Instant>>>) {
    let times = Arc::<Mutex<Vec<Instant>>>::default();
    let asked = times.clone();
    let server = Server::start(move |peer| {
        loop {
            let request = peer.request();
            if request.is_empty() {
                return;
            }
            asked.lock().unwrap().push(Instant::now());
            let number: u32 = request[5..6].parse().unwrap();
            let moved = || format!("HTTP/1.1 302 Found\r\nLocation: /{}\r\nContent-Length: 0\r\n\r\n", number - 1);
            peer.send(if number == 0 { ok("there") } else { moved() });
        }
    });
    (server, times)
}

fn plan(urls: Vec<String>, engine: Engine, apart: Duration) -> Plan {
    let mut plan = Plan::of(urls).engine(engine);
    plan.options.keep = 8;
    plan.terms.rate = Some(Rate { requests: 1, per: apart });
    plan
}

#[test]
fn a_server_sees_no_more_requests_than_the_rate_allows_though_each_answer_leads_on_in_every_engine() {
    for engine in Engine::ALL {
        let (server, times) = stairs();
        let plan = plan(vec![server.url("/3"); 3], engine, APART);
        let begun = Instant::now();
        let events = plan.run();
        assert!(results(&events).iter().all(|(_, fetched)| fetched.status == Some(200)), "{engine:?}");
        let mut times = times.lock().unwrap().clone();
        times.sort();
        let since: Vec<_> = times.iter().map(|&at| at - begun).collect();
        assert_eq!(since.len(), 12, "{engine:?}");
        let soonest = (0..).map(|before| (APART * before).saturating_sub(BURST));
        assert!(since.iter().zip(soonest).all(|(&at, soonest)| at >= soonest), "{engine:?}: {since:?}");
        let waits = events.iter().filter(|event| matches!(event.kind, EventKind::RateAwaited { .. })).count();
        assert!((1..=9).contains(&waits), "{engine:?}: {waits}");
    }
}

#[test]
fn the_wait_for_the_rate_is_told_as_blocked_and_ends_once_the_rate_is_lifted_in_every_engine() {
    for engine in Engine::ALL {
        let (server, _times) = stairs();
        let mut run = plan(vec![server.url("/1")], engine, LONG).start();
        run.until(|kind| matches!(kind, EventKind::RateAwaited { .. }));
        run.tell(Control::Rate(None));
        let events = run.finish();
        let fetched = only(&events);
        assert_eq!(fetched.status, Some(200), "{engine:?}");
        assert!(fetched.spent(Phase::Blocked).is_some(), "{engine:?}: {fetched:?}");
    }
}

#[test]
fn who_waits_for_the_rate_can_be_let_go_of_in_every_engine() {
    for engine in Engine::ALL {
        let (server, times) = stairs();
        let mut run = plan(vec![server.url("/1")], engine, LONG).start();
        run.until(|kind| matches!(kind, EventKind::RateAwaited { .. }));
        run.tell(Control::Cancel(FetchId(1)));
        let events = run.finish();
        let failure = only(&events).failure.clone().unwrap();
        assert_eq!((failure.kind, failure.phase), (FailureKind::Cancelled, Some(Phase::Blocked)), "{engine:?}");
        assert_eq!(times.lock().unwrap().len(), 1, "{engine:?}");
    }
}
