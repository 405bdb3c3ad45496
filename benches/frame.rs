//! What a picture costs with ten thousand requests in flight, and of a million results, while others come and go; sorted
//! and filtered too. Prints median, 99th of a hundred and worst, of the clock and of the processor: the two part where
//! the machine is busy with something else. `cargo bench --bench frame`

use crawltop::clock::At;
use crawltop::event::{Engine, Event, EventKind, Order, RunStarted};
use crawltop::failure::{Failure, FailureKind};
use crawltop::fetched::Fetched;
use crawltop::id::FetchId;
use crawltop::phase::{Marks, Phase};
use crawltop::state::State;
use crawltop::text::{Charset, Untrusted};
use crawltop::ui::{AT_ONCE, Input, Pane, Scene, Theme, View, draw};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use rustix::time::{ClockId, clock_gettime};
use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

const IN_FLIGHT: u64 = 10_000;
const FINISHED: u64 = 1_000_000;
/// Pictures of each kind.
const FRAMES: u64 = 400;
/// Requests that end between two pictures, and as many begin.
const BETWEEN: u64 = 500;
const OWN: (i32, &str) = (0, "");

fn main() {
    let mut short = state();
    println!("{:44} {:>27}   {:>27}", "", "clock, ms", "processor, ms");
    println!("{:44} {:>8} {:>9} {:>8}   {:>8} {:>9} {:>8}", "", "median", "99th", "worst", "median", "99th", "worst");
    for size in [(120, 34), (80, 24), (300, 100)] {
        tell("in flight", &mut short, OWN, size);
    }
    let mut long = long_run();
    for size in [(120, 34), (300, 100)] {
        for looked in
            [OWN, (3, ""), (4, ""), (-1, ""), (0, "page-1"), (3, "goods -status:404"), (-1, "host:127 slow:>100ms")]
        {
            tell("of a million", &mut long, looked, size);
        }
    }
    for size in [(120, 34), (300, 100)] {
        tell_typing(&mut long, size);
    }
    for typed in ["", "status:404", "page-1", "nowhere"] {
        tell_log(&mut long, typed);
    }
}

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
            no_robots: false,
            printed: crawltop::event::Printed::default(),
            way: crawltop::event::Way::default(),
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
    for id in 0..FINISHED {
        finish(&mut state, FetchId(30_000 + id), At(1_500_000 + id), Duration::from_micros(id * 7919 % 900_000));
    }
    state
}

/// Both tables sorted by that column, and of both only those rows that have it.
fn tell(what: &str, state: &mut State, (by, typed): (i32, &str), (width, height): (u16, u16)) {
    let mut view = View::default();
    for focus in [Pane::Done, Pane::InFlight] {
        view.focus = focus;
        view.sort(by, true);
    }
    view.look_for(typed);
    // One that is selected is looked for, too.
    view.request = state.requests.iter().nth(5_000).map(|request| request.id);
    view.result = state.done.iter().nth(5_000).map(|row| row.id);
    print(&format!("{width}x{height} {what}, by {by}, {typed:?}"), state, &mut view, |_| (), (width, height));
}

/// Something else is looked for in each picture: nothing is known of any row then.
fn tell_typing(state: &mut State, (width, height): (u16, u16)) {
    let mut typed = ["page-1", "page-2"].into_iter().cycle();
    let look = |view: &mut View| view.look_for(typed.next().unwrap_or_default());
    let mut view = View { typing: Some(Input::default()), ..View::default() };
    print(&format!("{width}x{height} of a million, a new filter"), state, &mut view, look, (width, height));
}

/// The event log with all that is kept of it, and of that only what is looked for.
fn tell_log(state: &mut State, typed: &str) {
    let mut view = View { focus: Pane::Events, zoom: true, verbose: true, ..View::default() };
    view.look_for(typed);
    print(&format!("120x34 a full event log, {typed:?}"), state, &mut view, |_| (), (120, 34));
}

fn print(name: &str, state: &mut State, view: &mut View, turn: impl FnMut(&mut View), (width, height): (u16, u16)) {
    let (mut clock, mut processor) = frames(state, view, turn, Rect::new(0, 0, width, height));
    let [clock, processor] = [&mut clock, &mut processor].map(|spans| figures(spans));
    println!("{name:44} {clock}   {processor}");
}

/// How long each picture took, by the clock and of the processor: drawn, and held against the one before. The view takes
/// a turn before each.
fn frames(
    state: &mut State,
    view: &mut View,
    mut turn: impl FnMut(&mut View),
    area: Rect,
) -> (Vec<Duration>, Vec<Duration>) {
    let theme = Theme::new(true);
    let mut before = Buffer::empty(area);
    let mut spans = (Vec::new(), Vec::new());
    for number in 0..FRAMES {
        let now = At(2_600_000 + state.done.count + number * 1_000);
        go_on(state, now);
        turn(view);
        let (clock, processor) = (Instant::now(), thread_time());
        let scene = Scene { state, view: &*view, now, theme: &theme, charset: Charset::Unicode };
        let mut next = Buffer::empty(area);
        view.sparing(AT_ONCE, state, || draw(&mut next, &scene));
        black_box(before.diff(&next)).len();
        before = next;
        spans.1.push(thread_time() - processor);
        spans.0.push(clock.elapsed());
    }
    spans
}

/// The oldest requests end, and others begin.
fn go_on(state: &mut State, now: At) {
    let ended: Vec<FetchId> = state.requests.iter().take(BETWEEN as usize).map(|request| request.id).collect();
    for id in ended {
        finish(state, id, now, Duration::from_micros(id.0 * 7919 % 900_000));
        let id = FetchId(10_000_000 + state.done.count);
        state.apply(&Event { at: now, kind: EventKind::Started { id, url: url(id.0), place: None } });
        state.apply(&Event { at: now, kind: EventKind::PhaseEntered { id, phase: Phase::Wait, steps: 2 } });
    }
}

fn url(id: u64) -> Untrusted {
    Untrusted::new(&format!("http://127.0.0.1:8080/goods/{}/page-{}/", id % 977, id * 7919 % 10_007), 100)
}

fn finish(state: &mut State, id: FetchId, at: At, took: Duration) {
    let blank = Fetched::blank(url(id.0), At(0) + (at - At(0)).saturating_sub(took), at);
    let status = if id.0.is_multiple_of(50) { 404 } else { 200 };
    let fetched = Fetched { status: Some(status), body_bytes: id.0 * 31 % 65_537, ..blank };
    state.apply(&Event { at, kind: EventKind::Finished { id, fetched: Arc::new(fetched) } });
}

/// What this thread has used of a processor.
fn thread_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

/// Median, 99th of a hundred, and worst.
fn figures(spans: &mut [Duration]) -> String {
    spans.sort_unstable();
    let at = |share: usize| spans[(spans.len() - 1) * share / 100].as_secs_f64() * 1e3;
    format!("{:8.2} {:9.2} {:8.2}", at(50), at(99), at(100))
}
