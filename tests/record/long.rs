//! A recording of which little is kept in memory: what is read again from the file, or from a copy of what was packed,
//! gives the same states and the same pictures as reading once through.

use super::assert_same_picture;
use crawltop::callback::{Callback, Callbacks};
use crawltop::clock::At;
use crawltop::control::EndReason;
use crawltop::event::{Engine, Event, EventKind, Order, RunStarted};
use crawltop::fetched::Fetched;
use crawltop::followed::{Edge, Followed};
use crawltop::id::FetchId;
use crawltop::phase::Phase;
use crawltop::place::{Place, Role, Source};
use crawltop::replay;
use crawltop::report::{Journal, Report};
use crawltop::state::State;
use crawltop::tape::{BLOCK, Ended, Tape};
use crawltop::text::Untrusted;
use crawltop::timeline::{Player, Speed, Timeline};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

const PAGES: u64 = 3_000;
/// In flight at once.
const AT_ONCE: u64 = 40;
/// Between two looks at whether it is done.
const BETWEEN_LOOKS: Duration = Duration::from_millis(2);
/// Events that are kept in memory: of about thirty blocks, two.
const KEPT: u64 = 2 * BLOCK as u64;

fn url(page: u64) -> Untrusted {
    Untrusted::new(&format!("http://site.example/{}/{page}?\u{202e}", page % 7), 99)
}

fn place(page: u64) -> Option<Arc<Place>> {
    let from = page / 9;
    let source = Some(Source { id: FetchId(from), url: url(from) }).filter(|_| from > 0);
    Some(Arc::new(Place { role: Role::Page, depth: 1, source }))
}

fn begin(page: u64) -> Vec<EventKind> {
    let id = FetchId(page);
    let entered = |phase, steps| EventKind::PhaseEntered { id, phase, steps };
    let started = EventKind::Started { id, url: url(page), place: place(page) };
    vec![started, entered(Phase::Connect, 1), entered(Phase::Wait, 2)]
}

fn end(page: u64, at: u64) -> Vec<EventKind> {
    let id = FetchId(page);
    let status = if page.is_multiple_of(31) { 404 } else { 200 };
    let blank = Fetched::blank(url(page), At(at.saturating_sub(page * 977 % 90_000)), At(at));
    let fetched = Arc::new(Fetched { status: Some(status), body_bytes: page * 31, place: place(page), ..blank });
    let edges = (0..3).map(|link| Edge { to: FetchId(page * 9 + link), line: 1, column: 1, text_end: 4 }).collect();
    let followed = Arc::new(Followed { new: 3, edges, texts: "text".into(), ..Followed::default() });
    vec![
        EventKind::BodyProgressed { id, bytes: page * 31, wire: page * 31, steps: 3 },
        EventKind::ResultSet { id, status: Some(status), failure: None, bytes: page * 31, steps: 3, worker: None },
        EventKind::CallbacksScheduled { id, callbacks: Callbacks::default().with(Callback::Report) },
        EventKind::Finished { id, fetched },
        EventKind::Followed { id, followed },
        EventKind::CallbackFired { id, callback: Callback::Report, lag_us: 9, ran_us: 2 },
    ]
}

fn events() -> Vec<Event> {
    let started = RunStarted {
        wall_clock_ms: 0,
        version: "0.0.0".into(),
        target: url(1),
        engine: Engine::Tasks,
        workers: 1,
        order: Order::Completed,
        cap: AT_ONCE as u32,
        open_files: 64,
        crawl: true,
        no_robots: false,
        printed: crawltop::event::Printed::default(),
        way: crawltop::event::Way::default(),
    };
    let mut events = vec![Event { at: At(0), kind: EventKind::RunStarted(Box::new(started)) }];
    for page in 1..=PAGES {
        let at = page * 2_000;
        let ended = page.checked_sub(AT_ONCE).filter(|&page| page > 0).map_or(Vec::new(), |page| end(page, at));
        events.extend(ended.into_iter().chain(begin(page)).map(|kind| Event { at: At(at), kind }));
    }
    let kind = EventKind::RunEnded { reason: EndReason::Quit, unread: 0 };
    events.push(Event { at: At(PAGES * 2_000), kind });
    events
}

fn read_through(file: &Path) -> Arc<Tape> {
    let tape = replay::read_keeping(KEPT, file).unwrap();
    while tape.extent().ended.is_none() {
        tape.wait(tape.extent().events);
    }
    assert_eq!(tape.extent().ended, Some(Ended::Whole));
    tape
}

/// Back and forth, to both ends, to both sides of the edges of blocks and of what is kept.
fn places(count: u64) -> Vec<u64> {
    let block = BLOCK as u64;
    let far = (0..24).map(|number| number * 7_919 % count);
    let edges = [KEPT, KEPT + 1, 9 * block, 9 * block - 1, 3 * block + 1, KEPT - 1];
    [count, 0, count - 1, 1].into_iter().chain(far).chain(edges).collect()
}

/// What the events up to each place lead to, read once through.
fn states(events: &[Event], places: &[u64]) -> Vec<State> {
    let mut order: Vec<usize> = (0..places.len()).collect();
    order.sort_by_key(|&at| places[at]);
    let (mut states, mut state, mut applied) = (vec![State::default(); places.len()], State::default(), 0);
    for at in order {
        let place = places[at] as usize;
        events[applied..place].iter().for_each(|event| state.apply(event));
        (applied, states[at]) = (place, state.clone());
    }
    states
}

#[test]
fn what_is_read_again_from_the_file_gives_the_same_states_and_pictures_as_reading_once_through() {
    let (events, folder, mut journal, mut bytes) =
        (events(), tempfile::tempdir().unwrap(), Journal::default(), Vec::new());
    events.iter().for_each(|event| journal.apply(event, &mut bytes));
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(&bytes).unwrap();
    let count = events.len() as u64;
    assert!(count > 10 * KEPT);
    let places = places(count);
    let expected = states(&events, &places);
    for (name, bytes) in [("run.jsonl", bytes), ("run.jsonl.gz", packed.finish().unwrap())] {
        let file = folder.path().join(name);
        std::fs::write(&file, bytes).unwrap();
        let tape = read_through(&file);
        // Few states are kept: each place is far from one, across blocks that are not in memory.
        let timeline = Timeline::follow_every(4_000, tape).unwrap();
        while timeline.nearest(count).is_none_or(|frame| frame.position + 4_000 <= count) {
            std::thread::sleep(BETWEEN_LOOKS);
        }
        let mut player = Player::new(timeline, Speed::default(), false);
        for (number, (&place, expected)) in places.iter().zip(&expected).enumerate() {
            player.seek_position(place);
            while player.work(1_000) {}
            assert_eq!(player.standing().position, place, "{name}");
            assert!(player.state() == expected, "{name} at {place}");
            if number % 8 == 1 {
                assert_same_picture(expected, player.state(), expected.run.clock(player.now()));
            }
        }
    }
}
