//! What a picture costs with ten thousand requests in flight, and of a million results; sorted and filtered too.
//! `cargo bench --bench frame`

use crawltop::clock::At;
use crawltop::event::{Engine, Event, EventKind, Order, RunStarted};
use crawltop::failure::{Failure, FailureKind};
use crawltop::fetched::Fetched;
use crawltop::id::FetchId;
use crawltop::phase::{Marks, Phase};
use crawltop::state::State;
use crawltop::text::{Charset, Untrusted};
use crawltop::ui::{Pane, Scene, Theme, View, draw};
use divan::{Bencher, black_box};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::sync::Arc;

fn main() {
    divan::main();
}

const IN_FLIGHT: u64 = 10_000;

fn state() -> State {
    let mut state = State::default();
    let mut tell = |at: u64, kind| state.apply(&Event { at: At(at), kind });
    tell(
        0,
        EventKind::RunStarted(Box::new(RunStarted {
            wall_clock_ms: 0,
            version: "0".into(),
            target: Untrusted::new("http://127.0.0.1:8080/", 100),
            engine: Engine::Tasks,
            workers: 1,
            order: Order::Completed,
            cap: 10_000,
            open_files: 20_000,
            crawl: false,
        })),
    );
    for id in 0..2 * IN_FLIGHT {
        let at = id * 50;
        let url = Untrusted::new(&format!("http://127.0.0.1:8080/goods/{id}/"), 100);
        tell(at, EventKind::Started { id: FetchId(id), url: url.clone(), place: None });
        let phases = [Phase::Connect, Phase::Send, Phase::Wait, Phase::Body];
        let mut marks = Marks::new();
        for (step, phase) in phases.into_iter().take(1 + id as usize % 4).enumerate() {
            marks.enter(phase, At(at + step as u64 * 1000));
            tell(at, EventKind::PhaseEntered { id: FetchId(id), phase, steps: 2 });
        }
        if id % 2 == 0 {
            let failure = Failure::new(FailureKind::Internal, "");
            let fetched = Fetched::failed(url, At(at), At(at + 90_000), failure);
            let fetched = Fetched { status: Some(200), failure: None, marks, body_bytes: 8_100, ..fetched };
            tell(at + 90_000, EventKind::Finished { id: FetchId(id), fetched: Arc::new(fetched) });
        }
    }
    state
}

/// The same after a million results, of which the last ten thousand are kept.
fn long_run() -> State {
    let mut state = state();
    let ended = 1_500_000;
    for id in 0..FINISHED {
        let at = ended + id;
        let text = format!("http://127.0.0.1:8080/goods/{}/page-{}/", id % 977, id * 7919 % 10_007);
        let blank = Fetched::blank(Untrusted::new(&text, 100), At(at), At(at + id * 7919 % 900_000));
        let status = if id % 50 == 0 { 404 } else { 200 };
        let fetched = Fetched { status: Some(status), body_bytes: id * 31 % 65_537, ..blank };
        state.apply(&Event {
            at: At(at),
            kind: EventKind::Finished { id: FetchId(30_000 + id), fetched: Arc::new(fetched) },
        });
    }
    state
}

const FINISHED: u64 = 1_000_000;

/// Drawn, and held against the picture before.
fn frames(bencher: Bencher, state: &State, view: &View, (width, height): (u16, u16)) {
    let theme = Theme::new(true);
    let area = Rect::new(0, 0, width, height);
    let mut now = 2_500_000;
    let mut before = Buffer::empty(area);
    bencher.bench_local(|| {
        now += 100_000;
        let scene = Scene { state, view, now: At(now), theme: &theme, charset: Charset::Unicode };
        let mut next = Buffer::empty(area);
        draw(&mut next, &scene);
        let changes = black_box(before.diff(&next)).len();
        before = next;
        changes
    });
}

#[divan::bench(args = [(120, 34), (80, 24), (300, 100)])]
fn ten_thousand_in_flight(bencher: Bencher, size: (u16, u16)) {
    frames(bencher, &state(), &View::default(), size);
}

/// The event log with all that is kept of it, and of that only what is looked for.
#[divan::bench(args = ["", "status:404", "page-1", "nowhere"])]
fn a_full_event_log(bencher: Bencher, typed: &str) {
    let mut view = View { focus: Pane::Events, zoom: true, verbose: true, ..View::default() };
    view.look_for(typed);
    frames(bencher, &long_run(), &view, (120, 34));
}

/// Both tables sorted by that column, and of both only those rows that have it.
#[divan::bench(args = [(0, ""), (3, ""), (4, ""), (-1, ""), (0, "page-1"), (3, "goods -status:404"), (-1, "host:127 slow:>100ms")])]
fn ten_thousand_in_flight_of_a_million(bencher: Bencher, (by, typed): (i32, &str)) {
    let mut view = View::default();
    for focus in [Pane::Done, Pane::InFlight] {
        view.focus = focus;
        view.sort(by);
    }
    view.look_for(typed);
    let state = long_run();
    // One that is selected is looked for, too.
    view.request = state.requests.iter().nth(5_000).map(|request| request.id);
    view.result = state.done.iter().nth(5_000).map(|row| row.id);
    frames(bencher, &state, &view, (120, 34));
}
