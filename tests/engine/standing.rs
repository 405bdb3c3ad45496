//! The time of a run that was stopped (Ctrl-Z): no event comes between the stop and its end, whatever goes on before it is
//! told, and neither limits nor ages count it, with any engine.

use crate::loopback::{Gate, Server, ok};
use crate::run::{Plan, results};
use crawltop::control::Control;
use crawltop::event::{Engine, Event, EventKind};
use crawltop::net::Limits;
use crawltop::phase::Phase;
use std::time::{Duration, Instant};

const LIMIT: Duration = Duration::from_secs(2);
/// How long it stands: whatever rings after the limit rings meanwhile.
const STANDS: Duration = Duration::from_millis(2_500);
const LIMITS: Limits = Limits { connect: Some(LIMIT), idle: Some(LIMIT), max: Some(LIMIT) };

fn stops(events: &[Event]) -> Vec<usize> {
    let is_stop = |(_, event): &(usize, &Event)| matches!(event.kind, EventKind::Suspended);
    events.iter().enumerate().filter(is_stop).map(|(at, _)| at).collect()
}

#[test]
fn a_stop_is_one_moment_of_the_run_in_which_nothing_happens_and_no_limit_counts_it() {
    for engine in [Engine::Tasks, Engine::Threads, Engine::Sequential] {
        let gate = Gate::default();
        let opens = gate.clone();
        let server = Server::start(move |peer| {
            peer.request();
            opens.wait();
            peer.send(ok("hi"));
        });
        let mut plan = Plan::of([server.url("/")]).engine(engine).limits(LIMITS);
        plan.terms.deadline = Some(LIMIT);
        let ready = plan.prepare();
        let emitter = ready.emitter.clone();
        let mut run = ready.start();
        run.until(|kind| matches!(kind, EventKind::PhaseEntered { phase: Phase::Wait, .. }));
        emitter.stand(|| {
            // As when all goes on but the one who tells of it: every timer rings, and what is wished for is told.
            run.tell(Control::Concurrency(7));
            let began = Instant::now();
            while began.elapsed() < STANDS {
                std::thread::park_timeout(STANDS.saturating_sub(began.elapsed()));
            }
        });
        gate.open();
        let events = run.finish();
        let [stop] = stops(&events)[..] else { panic!("{engine:?}: one stop: {events:#?}") };
        let EventKind::Continued { stood_us } = events[stop + 1].kind else {
            panic!("{engine:?}: {:?}", events[stop + 1])
        };
        assert_eq!(events[stop].at, events[stop + 1].at);
        assert!(Duration::from_micros(stood_us) >= STANDS);
        let set = events.iter().position(|event| matches!(event.kind, EventKind::ConcurrencySet { .. }));
        assert!(set > Some(stop + 1), "{engine:?}: told when the time went on again");
        let fetched = results(&events).remove(0).1;
        assert_eq!((fetched.status, fetched.failure.as_ref()), (Some(200), None), "{engine:?}");
        assert!(fetched.total() < LIMIT, "{engine:?}: {:?}", fetched.total());
    }
}
