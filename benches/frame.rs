//! What a picture costs with ten thousand requests in flight. `cargo bench --bench frame`

use crawltop::clock::At;
use crawltop::event::{Engine, Event, EventKind, Order, RunStarted};
use crawltop::failure::{Failure, FailureKind};
use crawltop::fetched::Fetched;
use crawltop::id::FetchId;
use crawltop::phase::{Marks, Phase};
use crawltop::state::State;
use crawltop::text::{Charset, Untrusted};
use crawltop::ui::{Scene, Theme, View, draw};
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

/// Drawn, and held against the picture before.
#[divan::bench(args = [(120, 34), (80, 24), (300, 100)])]
fn ten_thousand_in_flight(bencher: Bencher, (width, height): (u16, u16)) {
    let state = state();
    let (view, theme) = (View::default(), Theme::new(true));
    let area = Rect::new(0, 0, width, height);
    let mut now = 1_500_000;
    let mut before = Buffer::empty(area);
    bencher.bench_local(|| {
        now += 100_000;
        let scene = Scene { state: &state, view: &view, now: At(now), theme: &theme, charset: Charset::Unicode };
        let mut next = Buffer::empty(area);
        draw(&mut next, &scene);
        let changes = black_box(before.diff(&next)).len();
        before = next;
        changes
    });
}
