//! Pictures that crawltop can show, drawn from events as in a run.

use super::SIZE;
use crawltop::clock::At;
use crawltop::control::EndReason;
use crawltop::event::{Engine, Event, EventKind, Order, RunStarted};
use crawltop::failure::{Failure, FailureKind};
use crawltop::fetched::Fetched;
use crawltop::id::FetchId;
use crawltop::phase::Phase;
use crawltop::report::summary;
use crawltop::state::State;
use crawltop::text::{Charset, Untrusted};
use crawltop::ui::{Pane, Scene, Theme, View, draw};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::sync::Arc;

const NOW: At = At(2_000_000);

/// Each picture's text, line by line, and its name.
pub fn pictures() -> Vec<(&'static str, String)> {
    let state = running();
    let (paused, finished) = (after(&state, EventKind::Paused), finished(&state));
    let mut frozen = View::default();
    frozen.freeze(&state, NOW);
    let zoomed = View { focus: Pane::Events, zoom: true, ..View::default() };
    let help = View { help: true, ..View::default() };
    let page = View { detail: Some(FetchId(2)), ..View::default() };
    vec![
        ("running", drawn(&state, &View::default())),
        ("paused", drawn(&paused, &View::default())),
        ("frozen", drawn(&state, &frozen)),
        ("events", drawn(&state, &zoomed)),
        ("help", drawn(&state, &help)),
        ("page", drawn(&state, &page)),
        ("finished", drawn(&finished, &View::default())),
        ("summary", summary(&finished, Charset::Unicode)),
    ]
}

/// One request waits, another has its answer.
fn running() -> State {
    let id = FetchId(1);
    let events = [
        EventKind::RunStarted(Box::new(RunStarted {
            wall_clock_ms: 0,
            version: "0".into(),
            target: url("/"),
            engine: Engine::Tasks,
            workers: 1,
            order: Order::Completed,
            cap: 64,
            open_files: 1024,
            crawl: false,
            no_robots: false,
            printed: crawltop::event::Printed::default(),
            way: crawltop::event::Way::default(),
        })),
        EventKind::TargetsCounted { total: 2, more: false },
        EventKind::Started { id, url: url("/goods/1/"), place: None },
        EventKind::PhaseEntered { id, phase: Phase::Wait, steps: 2 },
        EventKind::Started { id: FetchId(2), url: url("/goods/2/"), place: None },
        finish(FetchId(2), "/goods/2/"),
    ];
    events.into_iter().fold(State::default(), |state, kind| after(&state, kind))
}

fn finished(state: &State) -> State {
    let state = after(state, finish(FetchId(1), "/goods/1/"));
    after(&state, EventKind::RunEnded { reason: EndReason::Finished, unread: 0 })
}

fn after(state: &State, kind: EventKind) -> State {
    let mut state = state.clone();
    state.apply(&Event { at: At(1_000_000), kind });
    state
}

fn finish(id: FetchId, path: &str) -> EventKind {
    let unused = Failure::new(FailureKind::Internal, "");
    let failed = Fetched::failed(url(path), At(0), At(1_000_000), unused);
    EventKind::Finished { id, fetched: Arc::new(Fetched { status: Some(200), failure: None, ..failed }) }
}

fn url(path: &str) -> Untrusted {
    Untrusted::new(&format!("http://127.0.0.1:8080{path}"), 100)
}

fn drawn(state: &State, view: &View) -> String {
    let mut buffer = Buffer::empty(Rect::new(0, 0, SIZE.0, SIZE.1));
    let theme = Theme::new(true);
    draw(&mut buffer, &Scene { state, view, now: NOW, theme: &theme, charset: Charset::Unicode });
    let rows = buffer.content.chunks(usize::from(SIZE.0));
    rows.map(|row| row.iter().map(|cell| cell.symbol()).collect::<String>() + "\n").collect()
}
