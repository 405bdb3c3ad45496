//! Races made by hand, event by event.

use crawltop::clock::At;
use crawltop::control::EndReason;
use crawltop::event::{Engine, Event, EventKind, Order, RunStarted};
use crawltop::failure::{Failure, FailureKind};
use crawltop::fetched::Fetched;
use crawltop::id::FetchId;
use crawltop::phase::{Marks, Phase};
use crawltop::race::{Contestant, Race, Standing};
use crawltop::text::Untrusted;
use crawltop::usage::Usage;
use std::sync::Arc;

/// Milliseconds of a page.
pub const PAGE_MS: u64 = 100;

/// How a run goes: so many pages, so many at once, each of [`PAGE_MS`].
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    pub engine: Engine,
    pub pages: u64,
    pub at_once: u64,
    /// Added to each page.
    pub slower_ms: u64,
}

pub fn plan(engine: Engine, pages: u64, at_once: u64) -> Plan {
    Plan { engine, pages, at_once, slower_ms: 0 }
}

pub fn contestants(engines: &[Engine]) -> Vec<Contestant> {
    engines.iter().map(|&engine| Contestant { engine, order: Order::Completed }).collect()
}

/// A race of the article's engines that has not begun.
pub fn race(rounds: u32) -> Race {
    let target = Untrusted::new("http://127.0.0.1:41233/goods/[0-19]/", 4096);
    Race::new(target, contestants(&Engine::ALL), rounds)
}

/// What an engine makes of twenty pages.
pub fn usual(engine: Engine) -> Plan {
    plan(engine, 20, [1, 6, 20][engine as usize])
}

/// The events of a whole run, in the order of their moments.
pub fn events(plan: Plan) -> Vec<Event> {
    let mut events =
        vec![event(0, started(plan)), event(0, EventKind::TargetsCounted { total: plan.pages, more: false })];
    for page in 0..plan.pages {
        let begins = page / plan.at_once * (PAGE_MS + plan.slower_ms) * 1000;
        fetch(FetchId(page + 1), begins, begins + (PAGE_MS + plan.slower_ms) * 1000, &mut events);
    }
    events.sort_by_key(|event| event.at);
    let end = events.last().map_or(0, |event| event.at.0);
    let usage = Usage {
        cpu_us: Some(40_000),
        peak_kib: Some(14_000),
        threads: Some(3 + plan.at_once as u32),
        ..Usage::default()
    };
    events.push(event(end, EventKind::Sampled(Box::new(usage))));
    events.push(event(end, EventKind::RunEnded { reason: EndReason::Finished, unread: 0 }));
    events
}

pub fn event(at: u64, kind: EventKind) -> Event {
    Event { at: At(at), kind }
}

fn started(plan: Plan) -> EventKind {
    EventKind::RunStarted(Box::new(RunStarted {
        wall_clock_ms: 1_795_000_000_000,
        version: "0.1.0".into(),
        target: Untrusted::new("http://127.0.0.1:41233/", 4096),
        engine: plan.engine,
        workers: if plan.engine == Engine::Threads { plan.at_once as u32 } else { 1 },
        order: Order::Completed,
        cap: 64,
        open_files: 1024,
        crawl: false,
        no_robots: false,
        printed: crawltop::event::Printed::default(),
        way: crawltop::event::Way::default(),
    }))
}

fn fetch(id: FetchId, begins: u64, ends: u64, events: &mut Vec<Event>) {
    let phases = [(Phase::Connect, 0), (Phase::Send, 900), (Phase::Wait, 1_000), (Phase::Body, ends - begins - 9_000)];
    let url = Untrusted::new(&format!("http://127.0.0.1:41233/goods/{}/", id.0), 4096);
    let mut marks = Marks::new();
    events.push(event(begins, EventKind::Started { id, url: url.clone(), place: None }));
    for (step, (phase, after)) in phases.into_iter().enumerate() {
        marks.enter(phase, At(begins + after));
        events.push(event(begins + after, EventKind::PhaseEntered { id, phase, steps: step as u32 }));
    }
    let (status, bytes, steps) = (Some(200), 8_100, 4);
    events.push(event(ends, EventKind::ResultSet { id, status, failure: None, bytes, steps, worker: None }));
    let blank = Fetched::failed(url, At(begins), At(ends), Failure::new(FailureKind::Internal, ""));
    let fetched = Arc::new(Fetched { status, failure: None, marks, body_bytes: bytes, steps, ..blank });
    events.push(event(ends, EventKind::Finished { id, fetched }));
}

/// The next run of the race, up to a moment of its own; the race is told at once. It began when the last one ended.
pub fn run_until(race: &mut Race, began: u64, until: u64, plan: impl Fn(Engine) -> Plan) -> At {
    let contestant = race.start(At(began)).expect("there is a next run");
    let events = events(plan(race.contestants[contestant].engine));
    let mut now = At(began);
    for event in events.into_iter().filter(|event| event.at.0 <= until) {
        now = At(began + event.at.0);
        race.apply(&[event], now);
    }
    now
}

/// The next run of the race to its end.
pub fn run(race: &mut Race, began: u64, plan: impl Fn(Engine) -> Plan) -> At {
    let now = run_until(race, began, u64::MAX, plan);
    race.settle(Standing::Whole);
    now
}

/// All that are left.
pub fn run_all(race: &mut Race, mut now: At, plan: impl Fn(Engine) -> Plan) -> At {
    while race.next().is_some() {
        now = run(race, now.0 + 5_000, &plan);
    }
    now
}
