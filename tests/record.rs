//! The record of a run is its events: applied again, or read back from JSON, they give the same state and the same
//! picture to the cell. The run is one of the lab, with something of every kind wrong in it.

#[path = "record/engines.rs"]
mod engines;
#[path = "record/long.rs"]
mod long;
#[path = "record/played.rs"]
mod played;

use crawltop::clock::{At, Clock};
use crawltop::emit::{Emitter, Events, channel};
use crawltop::engine::{EventLoop, Feed, Retry, Terms, Until, Word};
use crawltop::event::{Engine, Event, EventKind, Order, RunStarted};
use crawltop::failure::FailureKind;
use crawltop::fetched::{Fetched, Outcome};
use crawltop::hub::Hub;
use crawltop::lab::{Fault, Faults, Lab, LabConfig, Page};
use crawltop::net::{Fetcher, Limits, Options, Proxies, Trust};
use crawltop::phase::Phase;
use crawltop::recording::Recording;
use crawltop::state::State;
use crawltop::target::Target;
use crawltop::text::{Charset, Untrusted};
use crawltop::ui::{Pane, Scene, Theme, View, draw};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::LazyLock;
use std::time::Duration;
use tokio::sync::mpsc::unbounded_channel;

/// Only a test that hangs waits so long.
const HANGING: Duration = Duration::from_secs(60);

/// As many pages as have a fault of each kind, none of them large.
const PAGES: u32 = 20;

/// A run that is over: what was told, and what the hub made of it meanwhile.
struct Recorded {
    lab: Lab,
    events: Vec<Event>,
    /// The live state at the end.
    state: State,
    /// The live state in the middle, after so many events.
    middle: (usize, State),
}

/// Run once, and read by all tests here.
static RECORDED: LazyLock<Recorded> = LazyLock::new(|| {
    let limits = Limits { connect: None, idle: Some(Duration::from_secs(2)), max: Some(Duration::from_secs(3)) };
    record(Course { engine: Engine::Tasks, faults: Faults::Some, limits, file: None })
});

/// What is run, and how.
struct Course<'a> {
    engine: Engine,
    faults: Faults,
    limits: Limits,
    /// Where it is recorded, as `--record` does.
    file: Option<&'a Path>,
}

fn record(course: Course<'_>) -> Recorded {
    let latency = Duration::from_millis(1)..=Duration::from_millis(5);
    let lab = Lab::start(LabConfig { pages: PAGES, latency, faults: course.faults, ..LabConfig::default() }).unwrap();
    let (emitter, events) = channel(Clock::start(), true);
    let mut hub = Hub::new(Vec::new());
    if let Some(file) = course.file {
        let clock = emitter.clock().clone();
        hub.record(Recording::create(file, HANGING, clock, events.waiting_record()).unwrap());
    }
    let engine = start(&lab, &emitter, &course);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let (events, hub, middle) = runtime.block_on(follow(events, hub));
    engine.join().unwrap();
    Recorded { lab, events, state: *hub.state, middle }
}

fn start(lab: &Lab, emitter: &Emitter, course: &Course<'_>) -> std::thread::JoinHandle<()> {
    emitter.emit(EventKind::RunStarted(Box::new(RunStarted {
        wall_clock_ms: 1_700_000_000_000,
        version: "0.0.0".into(),
        target: Untrusted::new(&lab.url(), 100),
        engine: course.engine,
        workers: 1,
        order: Order::Completed,
        cap: 4,
        open_files: 1024,
        crawl: false,
        no_robots: false,
        printed: crawltop::event::Printed::default(),
        way: crawltop::event::Way::default(),
    })));
    let base = format!("http://{}", lab.address());
    let target = |page: &Page| Word::Target(Target::parse(&format!("{base}{}", page.path)).unwrap());
    let feed = Feed::new(lab.site().pages.iter().map(target).collect());
    let fetcher = Arc::new(Fetcher::new(options(course.limits), emitter.clone()));
    let terms = Terms {
        cap: 4,
        most: 4,
        engine: course.engine,
        workers: None,
        order: Order::Completed,
        until: Until::All,
        keep_going: false,
        deadline: None,
        retry: Retry::NEVER,
        rate: None,
        stays: false,
        watched: false,
    };
    let emitter = emitter.clone();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let (_controls, wishes) = unbounded_channel();
        runtime.block_on(EventLoop::new(terms, feed, None, fetcher, emitter, wishes).unwrap().run());
    })
}

fn options(limits: Limits) -> Options {
    Options {
        limits,
        trust: Trust::System,
        proxies: Proxies::default(),
        way: Default::default(),
        user_agent: "crawltop/test".to_owned(),
        asks: Default::default(),
        max_filesize: 32 << 20,
        hash: true,
        keep_content: true,
        keep: 64,
        panic: false,
    }
}

/// Batch by batch, as the hub has it, and a copy of all.
async fn follow(mut events: Events, mut hub: Hub) -> (Vec<Event>, Hub, (usize, State)) {
    let (mut all, mut batch) = (Vec::new(), Vec::new());
    let mut middle = (0, State::default());
    while hub.state.run.ended.is_none() {
        tokio::time::timeout(HANGING, events.take(&mut batch)).await.expect("the run goes on");
        all.extend_from_slice(&batch);
        hub.absorb(&mut batch);
        // The silent page is in flight for two seconds: however large a batch is, one ends meanwhile.
        let early = middle.0 == 0 || hub.state.done.count <= u64::from(PAGES) / 2;
        if early && !hub.state.requests.is_empty() {
            middle = (all.len(), State::clone(&hub.state));
        }
    }
    assert!(hub.close(|_, _| ()).is_none());
    (all, hub, middle)
}

fn applied(events: &[Event]) -> State {
    let mut state = State::default();
    events.iter().for_each(|event| state.apply(event));
    state
}

fn read_back(events: &[Event]) -> Vec<Event> {
    let lines = events.iter().map(|event| serde_json::to_string(event).unwrap());
    lines.map(|line| serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"))).collect()
}

fn picture(state: &State, view: &View, now: At, width: u16, height: u16) -> Buffer {
    let mut buffer = Buffer::empty(Rect::new(0, 0, width, height));
    let theme = Theme::new(true);
    draw(&mut buffer, &Scene { state, view, now, theme: &theme, charset: Charset::Unicode });
    buffer
}

fn views() -> Vec<View> {
    let zoomed = Pane::ALL.map(|focus| View { focus, zoom: true, verbose: true, ..View::default() });
    [View::default()].into_iter().chain(zoomed).collect()
}

fn assert_same_picture(one: &State, other: &State, now: At) {
    for (width, height) in [(120, 34), (80, 24)] {
        for view in views() {
            let picture = |state| picture(state, &view, now, width, height);
            assert_eq!(picture(one), picture(other));
        }
    }
}

#[test]
fn the_events_applied_again_give_the_same_state_and_the_same_picture() {
    let Recorded { events, state, .. } = &*RECORDED;
    let again = applied(events);
    assert!(*state == again);
    for now in [events.last().unwrap().at, At(60_000_000)] {
        assert_same_picture(state, &again, now);
    }
}

/// A view remembers what its filter has found; a copy of it remembers nothing.
#[test]
fn what_a_filter_has_found_is_never_out_of_date() {
    for typed in ["goods", "-goods", "status:4xx host:127", "phase:wait 1", "page -kind:timeout"] {
        let mut view = View::default();
        view.look_for(typed);
        let mut state = State::default();
        for (place, event) in RECORDED.events.iter().enumerate() {
            state.apply(event);
            if place % 5 == 0 {
                let [known, anew] = [&view, &view.clone()].map(|view| picture(&state, view, event.at, 120, 34));
                assert_eq!(known, anew, "{typed:?} at {place}");
            }
        }
    }
}

#[test]
fn every_event_survives_json_and_so_does_what_they_add_up_to() {
    let Recorded { events, state, .. } = &*RECORDED;
    let again = read_back(events);
    for (event, read) in events.iter().zip(&again) {
        assert_eq!(event, read);
    }
    assert_eq!(events.len(), again.len());
    let replayed = applied(&again);
    assert!(*state == replayed);
    assert_same_picture(state, &replayed, events.last().unwrap().at);
}

#[test]
fn the_middle_of_a_run_is_rebuilt_from_the_events_up_to_there() {
    let Recorded { events, middle: (count, live), .. } = &*RECORDED;
    assert!(!live.requests.is_empty(), "something is in flight");
    let replayed = applied(&read_back(&events[..*count]));
    assert!(*live == replayed);
    let at = events[*count - 1].at;
    for now in [at, at + Duration::from_millis(700)] {
        assert_same_picture(live, &replayed, now);
    }
}

#[test]
fn each_state_of_a_run_has_a_picture_at_every_size() {
    let Recorded { events, .. } = &*RECORDED;
    let (mut state, mut sizes) = (State::default(), sizes().cycle());
    let views = views();
    for (place, event) in events.iter().enumerate() {
        state.apply(event);
        if place % 7 == 0 {
            let (width, height) = sizes.next().unwrap();
            let view = View { help: place % 5 == 0, ..views[place % views.len()].clone() };
            let drawn = picture(&state, &view, event.at, width, height);
            assert_eq!(drawn.area, Rect::new(0, 0, width, height));
        }
    }
    for (width, height) in self::sizes() {
        views.iter().for_each(|view| _ = picture(&state, view, At(60_000_000), width, height));
    }
}

/// From nothing to the largest screens, close together where they are small.
fn sizes() -> impl Iterator<Item = (u16, u16)> + Clone {
    let widths = [0, 1, 2, 3, 5, 8, 20, 39, 40, 41, 63, 64, 79, 80, 99, 100, 119, 120, 159, 160, 200, 300];
    let heights = [0, 1, 2, 3, 4, 5, 9, 10, 11, 12, 15, 23, 24, 33, 34, 43, 44, 50, 100];
    widths.into_iter().flat_map(move |width| heights.into_iter().map(move |height| (width, height)))
}

/// Else two states that are equal for lack of a difference would pass.
#[test]
fn an_event_less_is_another_state() {
    let Recorded { events, state, .. } = &*RECORDED;
    for left_out in 0..events.len() {
        let kind = &events[left_out].kind;
        // What is told by the result too, or is shown in the log alone, leaves the state as it is.
        if matches!(kind, EventKind::Finished { .. } | EventKind::RunStarted(_) | EventKind::RunEnded { .. }) {
            let kept = events.iter().enumerate().filter(|(place, _)| *place != left_out);
            let less = kept.fold(State::default(), |mut state, (_, event)| {
                state.apply(event);
                state
            });
            assert!(*state != less, "{kind:?}");
        }
    }
}

fn results() -> BTreeMap<String, Arc<Fetched>> {
    let Recorded { lab, events, .. } = &*RECORDED;
    let base = format!("http://{}", lab.address());
    let results = events.iter().filter_map(|event| match &event.kind {
        EventKind::Finished { fetched, .. } => Some(fetched),
        _ => None,
    });
    results.map(|fetched| (fetched.url.display(999).replace(&base, ""), Arc::clone(fetched))).collect()
}

#[test]
fn every_page_has_the_result_that_was_planned_for_it() {
    let results = results();
    let mut met = Vec::new();
    for page in &RECORDED.lab.site().pages {
        let fetched = &results[&page.path];
        let told = (fetched.outcome(), fetched.status, fetched.kind());
        let reset = |status| (Outcome::Error, status, Some(FailureKind::Reset));
        let expected = match &page.fault {
            None => (Outcome::Ok, Some(200), None),
            Some(Fault::NotFound) => (Outcome::HttpError, Some(404), None),
            Some(Fault::ServerError) => (Outcome::HttpError, Some(500), None),
            Some(Fault::Redirect { .. }) => (Outcome::Ok, Some(200), None),
            Some(Fault::CutShort) => (Outcome::Error, Some(200), Some(FailureKind::Truncated)),
            Some(Fault::Reset(_)) => reset(fetched.status),
            Some(Fault::Drip) => (Outcome::Error, Some(200), Some(FailureKind::Timeout)),
            Some(Fault::Silent) => (Outcome::Error, None, Some(FailureKind::Timeout)),
        };
        assert_eq!(told, expected, "{page:?}");
        let hops: Vec<u16> = fetched.redirects.iter().map(|hop| hop.status).collect();
        let led = matches!(page.fault, Some(Fault::Redirect { .. }));
        assert_eq!(hops, if led { vec![302] } else { vec![] }, "{page:?}");
        met.extend(page.fault.as_ref().map(Fault::name));
    }
    met.sort_unstable();
    met.dedup();
    assert_eq!(met, ["302", "404", "500", "cut short", "drip", "reset", "silent"]);
}

/// The contents by URL: each is told just before its result.
fn contents() -> BTreeMap<String, Vec<u8>> {
    let pairs = RECORDED.events.windows(2).filter_map(|pair| match (&pair[0].kind, &pair[1].kind) {
        (EventKind::ContentKept { content, .. }, EventKind::Finished { fetched, .. }) => {
            Some((fetched.url.display_all(), content.bytes().expect("it can be read").into_owned()))
        }
        _ => None,
    });
    pairs.collect()
}

#[test]
fn what_is_whole_came_to_the_byte_and_what_is_cut_tells_where() {
    let (lab, results, contents) = (&RECORDED.lab, results(), contents());
    for page in &lab.site().pages {
        let fetched = &results[&page.path];
        if fetched.failure.is_none() && fetched.redirects.is_empty() {
            let body = lab.site().body(page).into_bytes();
            assert_eq!(contents[&fetched.url.display_all()], body, "{page:?}");
            assert_eq!(fetched.body_bytes, u64::from(page.size));
        }
        let phase = fetched.failure.as_ref().and_then(|failure| failure.phase);
        match page.fault {
            Some(Fault::Silent) => assert_eq!(phase, Some(Phase::Wait)),
            Some(Fault::Drip | Fault::CutShort) => {
                assert_eq!(phase, Some(Phase::Body));
                assert!((1..u64::from(page.size)).contains(&fetched.body_bytes), "{} bytes", fetched.body_bytes);
            }
            _ => {}
        }
    }
}

#[test]
fn the_lab_was_asked_for_what_was_fetched_and_for_nothing_else() {
    let Recorded { lab, state, .. } = &*RECORDED;
    let asked = lab.asked();
    let fetched: BTreeMap<String, u64> = results().into_keys().map(|path| (path, 1)).collect();
    assert!(asked.paths.keys().eq(fetched.keys()));
    let again: u64 = asked.paths.values().sum::<u64>() - fetched.values().sum::<u64>();
    let led: u64 = results().values().map(|fetched| fetched.redirects.len() as u64).sum();
    let more = state.tally.resent + led;
    assert_eq!(again, more, "only what met a closed connection, or was led to, is asked for again");
    assert_eq!((asked.total, asked.refused), (state.done.count + more, 0));
    assert!(asked.connections < asked.total, "connections are kept");
    assert!(asked.most_at_once <= 4, "{} at once", asked.most_at_once);
}
