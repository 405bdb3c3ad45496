//! What the events of a fetch cost, from the stamp to the state. `cargo bench --bench events`

use crawltop::callback::{Callback, Callbacks};
use crawltop::clock::{At, Clock};
use crawltop::emit::{Emitter, channel};
use crawltop::event::{Engine, Event, EventKind, Order, RunStarted};
use crawltop::failure::{Failure, FailureKind};
use crawltop::fetched::{Fetched, HttpVersion};
use crawltop::followed::{Edge, Followed};
use crawltop::id::FetchId;
use crawltop::phase::{Marks, Phase};
use crawltop::state::State;
use crawltop::text::Untrusted;
use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use std::sync::Arc;

fn main() {
    divan::main();
}

/// Fetches in a batch.
const BATCH: u64 = 1000;

fn url() -> Untrusted {
    Untrusted::new("http://127.0.0.1:8080/goods/17/", 1000)
}

fn fetched(at: At) -> Arc<Fetched> {
    let mut marks = Marks::new();
    for (phase, us) in [(Phase::Connect, 0), (Phase::Send, 100), (Phase::Wait, 120), (Phase::Body, 98_000)] {
        marks.enter(phase, At(at.0 + us));
    }
    let failure = Failure::new(FailureKind::Internal, "");
    Arc::new(Fetched {
        status: Some(200),
        failure: None,
        marks,
        http_version: Some(HttpVersion::Http11),
        body_bytes: 8_100,
        wire_bytes: 8_300,
        ..Fetched::failed(url(), at, At(at.0 + 98_200), failure)
    })
}

/// Emits what a fetch emits: five events, and with `detailed` six more.
fn emit(emitter: &Emitter, id: FetchId, url: &Untrusted, fetched: &Arc<Fetched>, detailed: bool) {
    emitter.emit(EventKind::Started { id, url: url.clone(), place: None });
    if detailed {
        let address = ([127, 0, 0, 1], 8080).into();
        emitter.emit(EventKind::PhaseEntered { id, phase: Phase::Connect, steps: 1 });
        emitter.emit(EventKind::Connected { id, address });
        emitter.emit(EventKind::PhaseEntered { id, phase: Phase::Send, steps: 2 });
        emitter.emit(EventKind::PhaseEntered { id, phase: Phase::Wait, steps: 2 });
        emitter.emit(EventKind::PhaseEntered { id, phase: Phase::Body, steps: 3 });
        emitter.emit(EventKind::HeadReceived { id, status: 200, head: Default::default() });
    }
    emitter.emit(EventKind::ResultSet { id, status: Some(200), failure: None, bytes: 8_100, steps: 3, worker: None });
    let callbacks = Callbacks::default().with(Callback::Report).with(Callback::Release);
    emitter.emit(EventKind::CallbacksScheduled { id, callbacks });
    emitter.emit(EventKind::Finished { id, fetched: fetched.clone() });
    emitter.emit(EventKind::CallbackFired { id, callback: Callback::Report, lag_us: 14, ran_us: 3 });
    emitter.emit(EventKind::CallbackFired { id, callback: Callback::Release, lag_us: 18, ran_us: 1 });
}

/// All events of a fetch, with 64 in flight: stamped, emitted, handed over, applied.
#[divan::bench(args = [false, true])]
fn all_of_a_fetch(bencher: Bencher, detailed: bool) {
    let (emitter, mut events) = channel(Clock::start(), detailed);
    let (url, fetched) = (url(), fetched(At(1_000_000)));
    let (mut state, mut batch, mut next) = (State::default(), Vec::new(), 0);
    bencher.counter(ItemsCount::new(BATCH)).bench_local(move || {
        for id in next..next + BATCH {
            emit(&emitter, FetchId(id), &url, &fetched, detailed);
        }
        next += BATCH;
        events.take_now(&mut batch);
        for event in batch.drain(..) {
            state.apply(black_box(&event));
        }
    });
}

/// Events a second through the state alone.
#[divan::bench]
fn apply(bencher: Bencher) {
    let (emitter, mut events) = channel(Clock::start(), true);
    let (url, fetched, mut batch) = (url(), fetched(At(1_000_000)), Vec::new());
    for id in 0..BATCH {
        emit(&emitter, FetchId(id), &url, &fetched, true);
    }
    events.take_now(&mut batch);
    let mut state = State::default();
    let apply = |batch: &[Event], state: &mut State| batch.iter().for_each(|event| state.apply(event));
    bencher.counter(ItemsCount::new(batch.len())).bench_local(|| apply(black_box(&batch), &mut state));
}

/// A state that a crawl has begun in.
fn crawl() -> State {
    let started = RunStarted {
        wall_clock_ms: 0,
        version: "".into(),
        target: url(),
        engine: Engine::Tasks,
        workers: 1,
        order: Order::Completed,
        cap: 64,
        open_files: 1024,
        crawl: true,
        no_robots: false,
        printed: crawltop::event::Printed::default(),
        way: crawltop::event::Way::default(),
    };
    let mut state = State::default();
    state.apply(&Event { at: At(0), kind: EventKind::RunStarted(Box::new(started)) });
    state
}

/// The links of a page, a menu of twelve and nine of its own, into a state of which the events are kept.
#[divan::bench]
fn links_of_a_page(bencher: Bencher) {
    let page = |page: u64| {
        let mut texts = String::new();
        let edge = |link: u64| {
            texts += &if link < 12 { format!("menu {link}") } else { format!("page {page}, link {link}") };
            let to = FetchId(if link < 12 { link } else { page * 9 % 100_000 + link });
            let text_end = u32::try_from(texts.len()).unwrap_or(0);
            Edge { to, line: link as u32 + 20, column: 9, text_end }
        };
        let edges = (0..21).map(edge).collect();
        let followed = Arc::new(Followed { edges, texts: texts.clone().into(), ..Followed::default() });
        Event { at: At(page), kind: EventKind::Followed { id: FetchId(page), followed } }
    };
    let pages: Vec<Event> = (0..BATCH).map(page).collect();
    let apply = |mut state: State| {
        pages.iter().for_each(|page| state.apply(black_box(page)));
        state
    };
    bencher.counter(ItemsCount::new(BATCH)).with_inputs(crawl).bench_local_values(apply);
}

/// A page that is ok, in a fetch and in a crawl.
#[divan::bench(args = [false, true])]
fn an_ok_page(bencher: Bencher, crawled: bool) {
    let at = At(1_000_000);
    let page = |page: u64| {
        let url = Untrusted::new(&format!("http://127.0.0.1:8080/goods/{page}/"), 1000);
        let fetched = Arc::new(Fetched { url, ..(*fetched(at)).clone() });
        Event { at, kind: EventKind::Finished { id: FetchId(page), fetched } }
    };
    let pages: Vec<Event> = (0..BATCH).map(page).collect();
    let apply = |mut state: State| {
        pages.iter().for_each(|page| state.apply(black_box(page)));
        state
    };
    let begun = move || if crawled { crawl() } else { State::default() };
    bencher.counter(ItemsCount::new(BATCH)).with_inputs(begun).bench_local_values(apply);
}
