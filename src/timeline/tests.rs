//! A player on a tape: time, speed, seeks and steps, and what is kept to make them quick.

use super::*;
use crate::event::{Event, EventKind};
use crate::failure::{Failure, FailureKind};
use crate::fetched::Fetched;
use crate::id::FetchId;
use crate::tape::{Ended, Place, Store};
use crate::text::Untrusted;
use proptest::prelude::*;
use std::time::Duration;

struct Nothing;

impl Store for Nothing {
    fn read(&self, _: Place) -> io::Result<Vec<Event>> {
        Err(io::ErrorKind::NotFound.into())
    }
}

fn started(id: u64, at: u64) -> Event {
    let url = Untrusted::new(&format!("http://a/{id}"), 99);
    Event { at: At(at), kind: EventKind::Started { id: FetchId(id), url, place: None } }
}

fn failed(id: u64, at: u64) -> Event {
    let failure = Failure::new(FailureKind::Reset, "");
    let url = Untrusted::new(&format!("http://a/{id}"), 99);
    let fetched = Arc::new(Fetched::failed(url, At(0), At(at), failure));
    Event { at: At(at), kind: EventKind::Finished { id: FetchId(id), fetched } }
}

/// One event a millisecond; every fifth a failure.
fn events(count: u64) -> Vec<Event> {
    (1..=count).map(|id| if id % 5 == 0 { failed(id - 1, id * 1000) } else { started(id, id * 1000) }).collect()
}

fn tape(events: &[Event], ended: bool) -> Arc<Tape> {
    let tape = Tape::new(Arc::new(Nothing));
    for block in events.chunks(7) {
        tape.push(block.to_vec(), 1, || Err(io::ErrorKind::NotFound.into())).unwrap();
    }
    if ended {
        tape.end(Ended::Whole);
    }
    tape
}

fn applied(events: &[Event]) -> State {
    let mut state = State::default();
    events.iter().for_each(|event| state.apply(event));
    state
}

/// With all states made.
fn timeline(events: &[Event], most: (usize, usize)) -> Timeline {
    let timeline = Timeline::of(tape(events, true), 10, most);
    timeline.read_through();
    timeline
}

fn player(events: &[Event], playing: bool) -> Player {
    Player::new(timeline(events, (STATES, BYTES)), Speed::default(), playing)
}

fn settle(player: &mut Player) {
    while player.work(3) {}
}

const MS: Duration = Duration::from_millis(1);

#[test]
fn time_passes_at_the_speed_that_was_asked_for() {
    let events = events(100);
    let mut player = player(&events, true);
    let after = |real: Duration, player: &mut Player| {
        player.pass(real);
        settle(player);
        player.standing().position
    };
    assert_eq!(after(MS * 4, &mut player), 4);
    player.set_speed(Speed::new(10.0).unwrap());
    assert_eq!(after(MS * 4, &mut player), 44);
    player.set_speed(Speed::new(0.1).unwrap());
    assert_eq!(after(MS * 4, &mut player), 44, "not half a millisecond has passed");
    assert_eq!(after(MS * 6, &mut player), 45);
    player.toggle();
    assert_eq!(after(MS * 1000, &mut player), 45);
    assert!(*player.state() == applied(&events[..45]));
}

#[test]
fn what_the_machine_can_not_keep_up_with_is_played_as_fast_as_it_can_and_told() {
    let events = events(1000);
    let mut player = player(&events, true);
    player.set_speed(Speed::new(100.0).unwrap());
    for _ in 0..40 {
        // Twenty milliseconds of work for ten events: half a thousand a second, of a hundred thousand.
        player.pass(MS * 20);
        player.work(10);
    }
    let Standing { position, now, reached, .. } = player.standing();
    assert!((100..=400).contains(&position), "{position}");
    let reached = reached.expect("it can't keep up");
    assert!(reached < 90.0, "{reached}");
    assert!(now <= At(1_000_000));
    let behind = player.is_behind();
    settle(&mut player);
    assert!(behind && !player.is_behind());
    assert!(*player.state() == applied(&events[..player.standing().position as usize]));
}

#[test]
fn at_the_end_it_stands_and_space_plays_it_again() {
    let events = events(20);
    let mut player = player(&events, true);
    for _ in 0..9 {
        player.pass(MS * 5);
        settle(&mut player);
    }
    let standing = player.standing();
    assert!(standing.ended && !standing.playing, "{standing:?}");
    assert_eq!((standing.position, player.now()), (20, At(20_000)));
    assert!(*player.state() == applied(&events));
    player.toggle();
    settle(&mut player);
    assert_eq!((player.standing().position, player.now(), player.is_playing()), (0, At(0), true));
}

#[test]
fn what_is_still_being_read_is_waited_for() {
    let events = events(20);
    let tape = tape(&events[..14], false);
    let mut player = Player::new(Timeline::of(tape.clone(), 10, (9, BYTES)), Speed::default(), true);
    for _ in 0..9 {
        player.pass(MS * 5);
        settle(&mut player);
    }
    let standing = player.standing();
    assert_eq!((standing.position, standing.now, standing.playing, standing.ended), (14, At(14_000), true, false));
    tape.push(events[14..].to_vec(), 1, || Err(io::ErrorKind::NotFound.into())).unwrap();
    tape.end(Ended::Torn("it ends before the run does".to_owned()));
    for _ in 0..9 {
        player.pass(MS * 5);
        settle(&mut player);
    }
    assert_eq!((player.standing().position, player.is_playing()), (20, false));
}

/// A run that was stopped (Ctrl-Z) for an hour takes no hour to be played, and nothing in it is an hour old.
#[test]
fn time_in_which_the_run_stood_is_no_time_of_its_recording() {
    let at = |ms: u64, kind| Event { at: At(ms * 1000), kind };
    let stopped = [at(4, EventKind::Suspended), at(4, EventKind::Continued { stood_us: 3_600_000_000 })];
    let events = [&[started(1, 1000)], &stopped[..], &[started(2, 9000)]].concat();
    let mut player = player(&events, true);
    player.pass(MS * 7);
    settle(&mut player);
    let oldest = player.state().requests.oldest().map(|request| request.age(player.now()));
    assert_eq!((player.standing().position, oldest), (3, Some(MS * 6)));
    player.pass(MS * 2);
    settle(&mut player);
    assert_eq!((player.standing().position, player.now()), (4, At(9000)));
}

#[test]
fn a_failure_is_gone_to_and_shown_and_behind_the_last_there_is_none() {
    let events = events(12);
    let mut player = player(&events, true);
    for place in [5, 10] {
        assert!(player.next_failure());
        settle(&mut player);
        let standing = player.standing();
        assert_eq!((standing.position, standing.now, standing.playing), (place, At(place * 1000), false));
        assert!(*player.state() == applied(&events[..place as usize]));
    }
    assert!(!player.next_failure());
    assert_eq!(player.standing().position, 10);
}

#[test]
fn keys_that_come_faster_than_a_seek_add_up() {
    let events = events(300);
    let mut player = player(&events, false);
    player.seek_share(0.5);
    for _ in 0..5 {
        player.step(-1);
    }
    player.work(2);
    player.step(2);
    settle(&mut player);
    assert_eq!((player.standing().position, player.now()), (147, At(147_000)));
    player.skip(0.1);
    player.skip(0.1);
    settle(&mut player);
    assert_eq!((player.standing().position, player.now()), (207, At(207_000)));
    player.skip(-9.0);
    settle(&mut player);
    assert_eq!((player.standing().position, player.now()), (0, At(0)));
    player.step(-1);
    player.seek(At(u64::MAX));
    settle(&mut player);
    assert_eq!(player.standing().position, 300);
}

#[test]
fn states_that_are_kept_are_thinned_out_to_their_bounds() {
    let events = events(1000);
    let by_number = timeline(&events, (8, BYTES));
    let places = |timeline: &Timeline| {
        let kept = timeline.kept();
        kept.frames.iter().map(|(frame, _)| frame.position).collect::<Vec<_>>()
    };
    assert_eq!(places(&by_number), [160, 320, 480, 640, 800, 960]);
    assert_eq!(by_number.nearest(159).map(|frame| frame.position), None);
    assert_eq!(by_number.nearest(799).map(|frame| frame.position), Some(640));
    let weight = applied(&events).weight();
    let by_bytes = timeline(&events, (STATES, 3 * weight));
    assert!((1..=3).contains(&places(&by_bytes).len()), "{:?}", places(&by_bytes));
    assert!(by_bytes.kept().bytes <= 3 * weight);
}

#[test]
fn events_of_one_moment_are_stepped_through_one_by_one() {
    let mut events = events(40);
    events[10..30].iter_mut().for_each(|event| event.at = At(11_000));
    let mut player = player(&events, false);
    player.seek_position(25);
    for (step, position) in [(0, 25), (-1, 24), (-1, 23), (1, 24), (-9, 15), (1, 16), (1, 17)] {
        player.step(step);
        // A picture that is drawn meanwhile changes nothing.
        (0..3).for_each(|_| settle(&mut player));
        let standing = player.standing();
        assert_eq!((standing.position, standing.seeking, player.is_behind()), (position, false, false));
        assert!(*player.state() == applied(&events[..position as usize]), "at {position}");
    }
    player.toggle();
    player.pass(Duration::from_micros(1));
    settle(&mut player);
    assert_eq!(player.standing().position, 30, "time plays the rest of the moment");
}

proptest! {
    #[test]
    fn a_state_that_is_sought_is_the_one_that_all_events_before_it_lead_to(
        seeks in prop::collection::vec((0..4_u8, 0..250_u64), 1..20)
    ) {
        let mut events = events(240);
        // The clocks of two threads disagree.
        events[100].at = At(1);
        let mut player = player(&events, false);
        for (kind, number) in seeks {
            match kind {
                0 => player.seek_position(number),
                1 => player.seek(At(number * 1000)),
                2 => player.step(-(number as i64 % 9)),
                _ => player.step(number as i64 % 9),
            }
            settle(&mut player);
            let position = player.standing().position as usize;
            if kind == 0 {
                prop_assert_eq!(position as u64, number.min(240));
            }
            prop_assert!(*player.state() == applied(&events[..position]), "at {}", position);
        }
    }
}

#[test]
fn a_share_that_is_gone_to_is_the_share_that_is_told() {
    let events = events(997);
    let mut player = player(&events, false);
    for share in 0..=100_u64 {
        player.seek_share(share as f64 / 100.0);
        settle(&mut player);
        let Standing { now, extent, .. } = player.standing();
        assert_eq!(now.0 * 100 / extent.until.0, share);
    }
}

#[test]
fn a_second_key_before_the_first_failure_is_reached_leads_to_the_next_one() {
    let events = events(100);
    let mut player = player(&events, false);
    assert!(player.next_failure() && player.next_failure());
    settle(&mut player);
    assert_eq!(player.standing().position, 10);
}

/// What a seek plays is what takes its time: no more than lies between two states that are kept, wherever it goes.
#[test]
fn a_seek_plays_no_more_events_than_lie_between_two_states() {
    let events = events(3_000);
    let timeline = timeline(&events, (STATES, BYTES));
    let every = timeline.kept().every;
    assert!((10..=80).contains(&every), "a state each {every} events");
    let mut player = Player::new(timeline, Speed::default(), false);
    for number in 0..600 {
        let position = number * 7_919 % 3_001;
        player.seek_position(position);
        let played = std::iter::repeat_with(|| player.work(1)).take_while(|more| *more).count() as u64;
        assert!(played <= every, "{played} events played to get to {position}");
        assert_eq!(player.standing().position, position);
    }
}

/// A state that has all it may have, but for the links of a crawl.
fn full() -> State {
    let results = |id| {
        let url = Untrusted::new(&format!("http://a/{id}"), 99);
        let fetched = Arc::new(Fetched { status: Some(404), ..Fetched::blank(url, At(0), At(id)) });
        [started(id, id), Event { at: At(id), kind: EventKind::Finished { id: FetchId(id), fetched } }]
    };
    applied(&(1..=20_000).flat_map(results).collect::<Vec<_>>())
}

/// Some sixty thousand events take a tenth of a second, however fast they come; `cargo bench --bench replay` has it in
/// milliseconds.
#[test]
fn in_a_million_events_every_place_is_near_a_state_that_is_kept_and_they_stay_within_their_memory() {
    const NEAR: u64 = 65_536;
    let weight = full().weight();
    let timeline = Timeline::of(tape(&[], true), EVERY, (STATES, BYTES));
    for position in (0..1_000_000_u64).step_by(EVERY as usize).skip(1) {
        if position.is_multiple_of(timeline.kept().every) {
            timeline.kept().keep(Arc::new(Frame { position, ..Frame::default() }), weight);
        }
    }
    for position in (0..1_000_000).step_by(997) {
        let nearest = timeline.nearest(position).map_or(0, |frame| frame.position);
        assert!(
            position - nearest <= NEAR,
            "{} events to {position}, with states of {weight} bytes",
            position - nearest
        );
    }
    assert!(timeline.kept().bytes <= BYTES);
}

/// A machine that plays so many events a second, at a hundred times: up to there the speed is held to the event, and
/// above it the one that is reached is told.
#[test]
fn a_hundred_times_is_held_up_to_what_can_be_played_and_above_that_the_speed_reached_is_told() {
    const CAN: u64 = 500_000;
    let tick = MS * 20;
    let a_tick = CAN * tick.as_millis() as u64 / 1000;
    for (a_second, held) in [(1_000, true), (5_000, true), (10_000, false), (25_000, false)] {
        // As many as a hundred times three quarters of a second has.
        let count = 75 * a_second;
        let kind = || EventKind::TargetsCounted { total: 1, more: true };
        let told: Vec<Event> =
            (1..=count).map(|number| Event { at: At(number * 1_000_000 / a_second), kind: kind() }).collect();
        let timeline = Timeline::of(tape(&told, true), EVERY, (STATES, BYTES));
        let mut player = Player::new(timeline, Speed::new(100.0).unwrap(), true);
        for number in 1..=35_u32 {
            player.pass(tick);
            player.work(usize::try_from(a_tick).unwrap() + 1);
            let Standing { position, reached, .. } = player.standing();
            if held {
                assert_eq!((position, reached), (u64::from(number) * 2 * a_second, None), "{a_second} a second");
            }
        }
        if !held {
            let reached = player.standing().reached.expect("it can't be held");
            let can = CAN as f64 / a_second as f64;
            assert!((can * 0.9..can * 1.1).contains(&reached), "{reached} of {can}, at {a_second} a second");
        }
    }
}

/// Of a hundred milliseconds that are being read, forty have been.
fn being_read(expected: bool) -> (Vec<Event>, Arc<Tape>, Player) {
    let events = events(100);
    let tape = tape(&events[..40], false);
    if expected {
        tape.expect(At(100_000));
    }
    let player = Player::new(Timeline::of(tape.clone(), 10, (STATES, BYTES)), Speed::default(), false);
    (events, tape, player)
}

#[test]
fn a_place_that_has_not_been_read_yet_is_gone_to_once_it_is() {
    type Goal = (fn(&mut Player), u64);
    let goals: [Goal; 4] = [
        (|player| player.seek_share(0.9), 90),
        (|player| player.seek(At(70_000)), 70),
        (|player| player.seek_position(55), 55),
        (|player| player.seek(At(999_999)), 100),
    ];
    for (expected, (seek, place)) in [true, false].into_iter().flat_map(|known| goals.map(|goal| (known, goal))) {
        let (events, tape, mut player) = being_read(expected);
        seek(&mut player);
        settle(&mut player);
        let standing = player.standing();
        assert!(standing.awaiting && standing.seeking, "it is told that it goes on: {place}");
        for block in events[40..].chunks(7) {
            tape.push(block.to_vec(), 1, || Err(io::ErrorKind::NotFound.into())).unwrap();
            settle(&mut player);
        }
        tape.end(Ended::Whole);
        settle(&mut player);
        let standing = player.standing();
        assert_eq!((standing.position, standing.awaiting, standing.seeking), (place, false, false), "{expected}");
        assert!(*player.state() == applied(&events[..place as usize]));
    }
}

#[test]
fn what_has_been_read_is_gone_to_at_once_and_any_other_key_ends_the_waiting() {
    let (events, _tape, mut player) = being_read(true);
    player.seek_share(0.3);
    settle(&mut player);
    assert_eq!((player.standing().position, player.standing().awaiting), (30, false));
    let keys: [fn(&mut Player); 4] =
        [Player::toggle, |player| player.step(-1), |player| player.skip(-0.1), |player| player.seek(At(0))];
    for key in keys {
        player.seek(At(70_000));
        assert!(player.standing().awaiting);
        key(&mut player);
        assert!(!player.standing().awaiting);
    }
    settle(&mut player);
    assert!(*player.state() == applied(&events[..player.standing().position as usize]));
}
