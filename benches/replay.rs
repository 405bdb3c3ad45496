//! What a replay of a million events costs: the reading, seeks anywhere, and events a second played. Prints its figures,
//! for each is the worst or the sum of one run. `cargo bench --bench replay`

use crawltop::callback::{Callback, Callbacks};
use crawltop::clock::At;
use crawltop::event::{Engine, Event, EventKind, Order, RunStarted};
use crawltop::failure::{Failure, FailureKind};
use crawltop::fetched::{Fetched, HttpVersion};
use crawltop::followed::{Edge, Followed};
use crawltop::head::Headers;
use crawltop::id::FetchId;
use crawltop::phase::{Marks, Phase};
use crawltop::place::{Place, Role, Source};
use crawltop::report::{Journal, Report};
use crawltop::tape::{Ended, Tape};
use crawltop::text::Untrusted;
use crawltop::timeline::{Player, Speed, Timeline};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

const EVENTS: usize = 1_000_000;
/// Pages in flight at once.
const AT_ONCE: u64 = 64;
/// Microseconds between two pages: a hundred thousand events a second.
const BETWEEN: u64 = 140;
const SEEKS: u64 = 200;

fn main() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let file = folder.path().join("run.jsonl");
    write(&file);
    let (tape, timeline) = read_through(&file);
    until_kept(&timeline, tape.extent().events);
    println!("resident: {} MB", resident_mb());
    seeks(&timeline);
    played(&timeline, &tape);
}

fn write(file: &Path) {
    let events = events();
    let bytes = journal(&events);
    println!("{} events, {} MB of journal", events.len(), bytes.len() / 1_000_000);
    std::fs::write(file, bytes).expect("the journal can be written");
}

/// The reading alone, and the states that are made meanwhile.
fn read_through(file: &Path) -> (Arc<Tape>, Timeline) {
    let began = Instant::now();
    let tape = crawltop::replay::read(file).expect("the journal can be opened");
    let timeline = Timeline::follow(tape.clone()).expect("a thread can be started");
    let mut events = 0;
    while tape.extent().ended.is_none() {
        events = tape.wait(events);
    }
    assert_eq!(tape.extent().ended, Some(Ended::Whole));
    let took = began.elapsed();
    println!("read through in {took:.2?}: {:.0} events/s", events as f64 / took.as_secs_f64());
    (tape, timeline)
}

/// Until the states are made up to the end.
fn until_kept(timeline: &Timeline, events: u64) {
    let began = Instant::now();
    let last = |timeline: &Timeline| timeline.nearest(events).map_or(0, |frame| frame.position);
    let (mut seen, mut since) = (0, Instant::now());
    while since.elapsed() < Duration::from_millis(300) {
        if last(timeline) != seen {
            (seen, since) = (last(timeline), Instant::now());
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    println!(
        "states kept {:.2?} later, the last at {seen}",
        began.elapsed().saturating_sub(Duration::from_millis(300))
    );
}

fn seeks(timeline: &Timeline) {
    let mut player = Player::new(timeline.clone(), Speed::default(), false);
    let total = timeline.tape.extent().events;
    let mut took: Vec<Duration> = Vec::new();
    for number in 0..SEEKS {
        // Anywhere, in an order that jumps back and forth; and the worst, just before a state that is kept.
        let position = if number % 4 == 0 { total - 1 - number * 8192 % total } else { number * 611_953 % total };
        let began = Instant::now();
        player.seek_position(position);
        while player.work(usize::MAX) {}
        took.push(began.elapsed());
        assert_eq!(player.standing().position, position);
    }
    took.sort();
    println!("seek: median {:.1?}, worst {:.1?} of {SEEKS}", took[took.len() / 2], took[took.len() - 1]);
    let began = Instant::now();
    for _ in 0..20 {
        player.step(-1);
        while player.work(usize::MAX) {}
    }
    println!("a step back: {:.1?}", began.elapsed() / 20);
}

fn played(timeline: &Timeline, tape: &Tape) {
    let mut player = Player::new(timeline.clone(), Speed::new(100.0).expect("a speed"), true);
    let began = Instant::now();
    while !player.standing().ended {
        player.pass(Duration::from_millis(1));
        while player.work(1024) {}
    }
    let took = began.elapsed();
    println!("played in {took:.2?}: {:.0} events/s", tape.extent().events as f64 / took.as_secs_f64());
}

fn resident_mb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap_or(0) / 1000
}

fn journal(events: &[Event]) -> Vec<u8> {
    let (mut journal, mut bytes) = (Journal::default(), Vec::new());
    events.iter().for_each(|event| journal.apply(event, &mut bytes));
    bytes
}

fn events() -> Vec<Event> {
    let mut events = vec![Event { at: At(0), kind: EventKind::RunStarted(Box::new(started())) }];
    for page in 1.. {
        let at = page * BETWEEN;
        if events.len() + 32 > EVENTS {
            events.push(Event {
                at: At(at),
                kind: EventKind::RunEnded { reason: crawltop::control::EndReason::Finished, unread: 0 },
            });
            return events;
        }
        begin(page, at, &mut events);
        if page > AT_ONCE {
            end(page - AT_ONCE, at + 20, &mut events);
        }
    }
    events
}

fn started() -> RunStarted {
    RunStarted {
        wall_clock_ms: 0,
        version: "".into(),
        target: Untrusted::new("http://127.0.0.1:8080/", 99),
        engine: Engine::Tasks,
        workers: 1,
        order: Order::Completed,
        cap: 64,
        open_files: 1024,
        crawl: true,
        no_robots: false,
        printed: crawltop::event::Printed::default(),
        way: crawltop::event::Way::default(),
    }
}

fn url(page: u64) -> Untrusted {
    Untrusted::new(&format!("http://127.0.0.1:8080/goods/things/{page}/"), 1000)
}

fn place(page: u64) -> Option<Arc<Place>> {
    let source = Some(Source { id: FetchId(page / 9 + 1), url: url(page / 9 + 1) });
    Some(Arc::new(Place { role: Role::Page, depth: 3, source }))
}

fn begin(page: u64, at: u64, events: &mut Vec<Event>) {
    let id = FetchId(page);
    let entered = |phase, steps| EventKind::PhaseEntered { id, phase, steps };
    let kinds = [
        EventKind::Started { id, url: url(page), place: place(page) },
        EventKind::Reused { id, carried: 7, address: None, tls: None },
        entered(Phase::Send, 1),
        entered(Phase::Wait, 1),
    ];
    events.extend(kinds.into_iter().map(|kind| Event { at: At(at), kind }));
}

fn end(page: u64, at: u64, events: &mut Vec<Event>) {
    let id = FetchId(page);
    let status = if page.is_multiple_of(97) { 404 } else { 200 };
    let fired = |callback| EventKind::CallbackFired { id, callback, lag_us: 14 + page as u32 % 50, ran_us: 3 };
    let callbacks = Callbacks::default().with(Callback::Report).with(Callback::Follow).with(Callback::Release);
    let kinds = [
        EventKind::HeadReceived { id, status, head: Headers::default() },
        EventKind::PhaseEntered { id, phase: Phase::Body, steps: 2 },
        EventKind::BodyProgressed { id, bytes: 8_100, wire: 8_300, steps: 3 },
        EventKind::ResultSet { id, status: Some(status), failure: None, bytes: 8_100, steps: 3, worker: None },
        EventKind::CallbacksScheduled { id, callbacks },
        EventKind::Finished { id, fetched: fetched(page, status, at) },
        fired(Callback::Report),
        EventKind::Followed { id, followed: Arc::new(followed(page)) },
        fired(Callback::Follow),
        fired(Callback::Release),
    ];
    events.extend(kinds.into_iter().map(|kind| Event { at: At(at), kind }));
}

fn fetched(page: u64, status: u16, at: u64) -> Arc<Fetched> {
    let mut marks = Marks::new();
    let begin = at.saturating_sub(AT_ONCE * BETWEEN);
    for (phase, us) in [(Phase::Send, 10), (Phase::Wait, 20), (Phase::Body, 5_000)] {
        marks.enter(phase, At(begin + us));
    }
    let failure = Failure::new(FailureKind::Internal, "");
    Arc::new(Fetched {
        status: Some(status),
        failure: None,
        marks,
        http_version: Some(HttpVersion::Http11),
        body_bytes: 8_100,
        wire_bytes: 8_300,
        place: place(page),
        ..Fetched::failed(url(page), At(begin), At(at), failure)
    })
}

/// A menu of twelve links and nine of its own.
fn followed(page: u64) -> Followed {
    let mut texts = String::new();
    let edge = |link: u64| {
        texts += &if link < 12 { format!("menu {link}") } else { format!("page {page}, link {link}") };
        let to = FetchId(if link < 12 { link } else { page * 9 + link });
        Edge { to, line: link as u32 + 20, column: 9, text_end: u32::try_from(texts.len()).unwrap_or(0) }
    };
    let edges = (0..21).map(edge).collect();
    Followed { new: 9, known: 12, edges, texts: texts.into(), ..Followed::default() }
}
