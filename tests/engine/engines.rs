//! What all engines have in common: the same results, the same events in the same order, the same counters.

use crate::loopback::{Peer, Server, ok};
use crate::order::{stamps, told};
use crate::run::{Plan, end, results, state};
use crawltop::clock::At;
use crawltop::control::EndReason;
use crawltop::engine::Word;
use crawltop::event::{Engine, Event};
use crawltop::fetched::Fetched;
use crawltop::lab::{Fault, Faults, Lab, LabConfig, Page};
use crawltop::net::Limits;
use crawltop::phase::{Marks, Phase};
use crawltop::target::Glob;
use crawltop::wake::Wakes;
use std::collections::BTreeMap;
use std::time::Duration;

/// Each way to make fetches run, with the threads of its loop.
const RUNNERS: [(Engine, usize); 4] =
    [(Engine::Tasks, 1), (Engine::Tasks, 4), (Engine::Threads, 1), (Engine::Sequential, 1)];

const LIMITS: Limits = Limits { connect: None, idle: Some(Duration::from_secs(1)), max: None };

fn plan(urls: &[String], (engine, loop_threads): (Engine, usize)) -> Plan {
    let mut plan = Plan::of(urls).engine(engine).limits(LIMITS);
    plan.loop_threads = loop_threads;
    plan.options.hash = true;
    plan.options.keep_content = true;
    plan.options.asks.follow = false;
    plan
}

/// What a server does, and the phases that a fetch goes through before it has a result.
type Case = (&'static str, fn(&mut Peer), &'static [Phase]);

const WHOLE: &[Phase] = &[Phase::Connect, Phase::Send, Phase::Wait, Phase::Body];
const SILENT: &[Phase] = &[Phase::Connect, Phase::Send, Phase::Wait];

fn sends(peer: &mut Peer, answer: &str) {
    peer.send(answer);
}

const CASES: [Case; 8] = [
    ("/fine", |peer| sends(peer, &ok("hello")), WHOLE),
    (
        "/page",
        |peer| {
            peer.send("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n");
            peer.send("c\r\n<title>a</ti\r\n4\r\ntle>\r\n0\r\n\r\n");
        },
        WHOLE,
    ),
    ("/gone", |peer| sends(peer, "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno"), WHOLE),
    ("/moved", |peer| sends(peer, "HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n"), WHOLE),
    (
        "/cut",
        |peer| {
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello");
            peer.half_close();
            peer.hold();
        },
        WHOLE,
    ),
    ("/noise", |peer| sends(peer, "SSH-2.0-OpenSSH_9.6\r\n"), WHOLE),
    ("/reset", Peer::reset, SILENT),
    ("/silent", Peer::hold, SILENT),
];

fn scripted() -> Server {
    Server::start(|peer| {
        let request = peer.request();
        let case = CASES.iter().find(|(path, _, _)| request.starts_with(&format!("GET {path} ")));
        if let Some((_, script, _)) = case {
            script(peer);
        }
    })
}

/// What the server made of it, times and steps left out.
fn gist(fetched: &Fetched) -> Fetched {
    let nothing = Fetched { marks: Marks::default(), wakes: Wakes::default(), ..fetched.clone() };
    Fetched { started: At(0), ended: At(0), steps: 0, busy_us: 0, ..nothing }
}

fn gists(events: &[Event]) -> BTreeMap<String, Fetched> {
    results(events).iter().map(|(_, fetched)| (fetched.url.display(200), gist(fetched))).collect()
}

#[test]
fn all_engines_give_the_same_results_for_the_same_server() {
    let server = scripted();
    let urls: Vec<String> = CASES.iter().map(|(path, _, _)| server.url(path)).collect();
    let [tasks, others @ ..] = RUNNERS.map(|runner| (runner, plan(&urls, runner).run()));
    let expected = gists(&tasks.1);
    assert_eq!(expected.len(), CASES.len());
    for (runner, events) in others {
        assert_eq!(gists(&events), expected, "{runner:?}");
        assert_eq!(end(&events), (EndReason::Finished, 0), "{runner:?}");
        let (state, of_tasks) = (state(&events), state(&tasks.1));
        // A blocking fetch is one step, whatever a task takes.
        let tally = |state: &crawltop::state::State| {
            let mut tally = state.tally.clone();
            tally.steps = 0;
            tally
        };
        assert_eq!(tally(&state), tally(&of_tasks), "{runner:?}");
        let counts = |state: &crawltop::state::State| {
            let timing = &state.timing;
            (state.done.count, timing.success.count(), timing.failure.count(), timing.of(Phase::Body).count())
        };
        assert_eq!(counts(&state), counts(&of_tasks), "{runner:?}");
        assert!(state.requests.is_empty());
    }
}

#[test]
fn all_engines_tell_the_life_of_a_fetch_in_the_same_order() {
    let server = scripted();
    let urls: Vec<String> = CASES.iter().map(|(path, _, _)| server.url(path)).collect();
    for runner in RUNNERS {
        let events = plan(&urls, runner).run();
        for ((id, fetched), (path, _, phases)) in by_id(&events).into_iter().zip(CASES) {
            let (before, set) = match runner.0 {
                Engine::Threads => ("queued, blocked, running, ", "set by a worker"),
                Engine::Sequential | Engine::Tasks => ("", "set"),
            };
            let head = fetched.status.map_or(String::new(), |status| format!(", head {status}"));
            let phases: Vec<&str> = phases.iter().map(|phase| phase.name()).collect();
            let phases = phases.join(", ").replacen("connect", "connect, dialled, connected", 1);
            let phases = phases.replacen("send", "asked, send", 1);
            let expected = format!(
                "started, {before}{phases}{head}, {set}, call_soon report+release, finished, fired report, fired release"
            );
            assert_eq!(told(&events, id).join(", "), expected, "{path} by {runner:?}");
            let stamps = stamps(&events, id);
            assert!(stamps.is_sorted(), "{path} by {runner:?}: {stamps:?}");
        }
    }
}

fn by_id(events: &[Event]) -> BTreeMap<crawltop::id::FetchId, std::sync::Arc<Fetched>> {
    results(events).into_iter().collect()
}

#[test]
fn a_blocking_fetch_is_one_step_that_is_busy_all_the_time() {
    let server = scripted();
    let urls: Vec<String> = CASES[..7].iter().map(|(path, _, _)| server.url(path)).collect();
    for runner in RUNNERS {
        for (_, fetched) in results(&plan(&urls, runner).run()) {
            let waited = fetched.spent(Phase::Blocked).unwrap_or_default();
            let busy = Duration::from_micros(fetched.busy_us);
            if runner.0 == Engine::Tasks {
                assert!(fetched.steps > 1, "{fetched:?}");
            } else {
                assert_eq!((fetched.steps, fetched.wakes), (1, Wakes::default()), "{runner:?}");
                assert!(busy + waited + Duration::from_millis(1) >= fetched.total(), "{runner:?}: {fetched:?}");
            }
        }
    }
}

#[test]
fn all_engines_give_the_same_for_a_whole_site() {
    let latency = Duration::ZERO..=Duration::ZERO;
    let lab = Lab::start(LabConfig { pages: 60, latency, faults: Faults::Some, ..LabConfig::default() }).unwrap();
    let base = lab.url();
    // What only its limit ends takes long, one after another.
    let quick = |page: &&Page| !matches!(page.fault, Some(Fault::Drip | Fault::Silent));
    let paths =
        lab.site().pages.iter().filter(quick).map(|page| format!("{}{}", base.trim_end_matches('/'), page.path));
    let urls: Vec<String> = paths.collect();
    let of = |runner| {
        let results = results(&plan(&urls, runner).run());
        let of_page = |fetched: &Fetched| (fetched.status, fetched.kind());
        results.iter().map(|(id, it)| (*id, (it.url.clone(), of_page(it)))).collect::<BTreeMap<_, _>>()
    };
    let [tasks, others @ ..] = RUNNERS.map(of);
    assert_eq!(tasks.len(), urls.len());
    assert!(tasks.values().any(|(_, (_, kind))| kind.is_some()), "a site without a fault shows nothing");
    for other in others {
        assert_eq!(other, tasks);
    }
}

#[test]
fn a_panic_is_an_internal_failure_of_that_fetch_and_the_run_goes_on() {
    for runner in RUNNERS {
        let server = Server::start(Peer::hold);
        let urls: Vec<String> = (0..5).map(|number| server.url(&format!("/{number}"))).collect();
        let mut plan = plan(&urls, runner);
        plan.terms.workers = (runner.0 == Engine::Threads).then_some(1);
        plan.options.panic = true;
        let events = plan.run();
        let kinds: Vec<_> = results(&events).iter().map(|(_, fetched)| fetched.kind()).collect();
        assert_eq!(kinds, [Some(crawltop::failure::FailureKind::Internal); 5], "{runner:?}");
        assert_eq!(end(&events), (EndReason::Finished, 0));
    }
}

/// Targets that need no fetch keep the loop busy with callbacks.
#[test]
fn the_deadline_is_kept_where_there_is_always_something_to_do() {
    for runner in RUNNERS {
        let mut plan = plan(&[], runner);
        plan.words.push(Word::Glob(Glob::parse("http://127.0.0.1:[100000-499999]/").unwrap()));
        plan.terms.deadline = Some(Duration::from_millis(50));
        let events = plan.run();
        let (reason, unread) = end(&events);
        assert_eq!((reason, unread + results(&events).len() as u64), (EndReason::Deadline, 400_000), "{runner:?}");
    }
}
