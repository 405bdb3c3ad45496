//! A state takes no more memory for a million results than for a hundred thousand: what is kept one by one has a bound.
//! Every byte that is held is counted by the allocator of this program.

#[path = "support/held.rs"]
mod held;

use crawltop::clock::At;
use crawltop::control::EndReason;
use crawltop::event::{Engine, Event, EventKind, Order, RunStarted};
use crawltop::fetched::Fetched;
use crawltop::id::FetchId;
use crawltop::state::State;
use crawltop::text::Untrusted;
use held::held_by;
use std::sync::Arc;

const MIB: usize = 1 << 20;

fn apply(state: &mut State, at: u64, kind: EventKind) {
    state.apply(&Event { at: At(at), kind });
}

fn begun() -> State {
    let started = RunStarted {
        wall_clock_ms: 0,
        version: "0.0.0".into(),
        target: Untrusted::new("http://site.example/", 99),
        engine: Engine::Tasks,
        workers: 1,
        order: Order::Completed,
        cap: 64,
        open_files: 1024,
        crawl: false,
        no_robots: false,
        printed: crawltop::event::Printed::default(),
        way: crawltop::event::Way::default(),
    };
    let mut state = State::default();
    apply(&mut state, 0, EventKind::RunStarted(Box::new(started)));
    state
}

/// Fetches one after another, ten thousand a second, of which each tenth fails.
fn finish(state: &mut State, ids: std::ops::Range<u64>) {
    for number in ids {
        let (id, at) = (FetchId(number), number * 100);
        let url = Untrusted::new(&format!("http://site.example/goods/{number}/"), 99);
        apply(state, at, EventKind::Started { id, url: url.clone(), place: None });
        let status = Some(if number.is_multiple_of(10) { 404 } else { 200 });
        let took = number * 7_919 % 900_000;
        let blank = Fetched::blank(url, At(at.saturating_sub(took)), At(at));
        let fetched = Arc::new(Fetched { status, body_bytes: number, ..blank });
        apply(state, at, EventKind::Finished { id, fetched });
    }
}

#[test]
fn a_million_finished_take_as_much_memory_as_a_hundred_thousand() {
    let (late, (early, state)) = held_by(|| {
        let (early, mut state) = held_by(|| {
            let mut state = begun();
            finish(&mut state, 1..100_001);
            state
        });
        finish(&mut state, 100_001..1_000_001);
        apply(&mut state, 100_000_001, EventKind::RunEnded { reason: EndReason::Finished, unread: 0 });
        (early, state)
    });
    println!("{} KiB of 100,000 results, {} KiB of a million", early >> 10, late >> 10);
    assert_eq!(state.done.count, 1_000_000);
    assert!(early < 64 * MIB, "{early} bytes of 100,000 results");
    // What fails is kept up to a bound of its own, and tables may have room to grow.
    assert!(late < early + 24 * MIB, "{late} bytes of a million, {early} of 100,000");
}
