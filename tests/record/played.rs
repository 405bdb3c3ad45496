//! The recording of the lab's run, played: the same state, the same report and the same picture at its end, and the same
//! state at every place that is sought, forward and back.

use super::{RECORDED, Recorded, applied, assert_same_picture, views};
use crawltop::clock::At;
use crawltop::event::{Event, EventKind};
use crawltop::replay;
use crawltop::report::Caps;
use crawltop::report::{Journal, Jsonl, Lines, Markdown, Report, Verbosity, findings, summary};
use crawltop::state::State;
use crawltop::tape::{Ended, Tape};
use crawltop::text::Charset;
use crawltop::timeline::{Player, Speed, Timeline};
use proptest::prelude::*;
use std::path::Path;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

/// The recording, read from a file to its end.
static TAPE: LazyLock<Arc<Tape>> = LazyLock::new(|| {
    let (folder, mut journal, mut bytes) = (tempfile::tempdir().unwrap(), Journal::default(), Vec::new());
    RECORDED.events.iter().for_each(|event| journal.apply(event, &mut bytes));
    let file = folder.path().join("run.jsonl");
    std::fs::write(&file, bytes).unwrap();
    read(&file)
});

pub(super) fn read(file: &Path) -> Arc<Tape> {
    let tape = replay::read(file).unwrap();
    while tape.extent().ended.is_none() {
        tape.wait(tape.extent().events);
    }
    assert_eq!(tape.extent().ended, Some(Ended::Whole));
    tape
}

fn player(playing: bool) -> Player {
    player_of(TAPE.clone(), playing)
}

fn player_of(tape: Arc<Tape>, playing: bool) -> Player {
    let timeline = Timeline::follow_every(16, tape).unwrap();
    Player::new(timeline, Speed::new(100.0).unwrap(), playing)
}

fn settle(player: &mut Player) {
    while player.work(100) {}
}

/// To its end.
pub(super) fn play(tape: Arc<Tape>) -> Player {
    let mut player = player_of(tape, true);
    while player.is_playing() {
        player.pass(Duration::from_millis(1));
        settle(&mut player);
    }
    player
}

/// All that can be told of a run.
pub(super) fn told(events: &[Event], state: &State) -> Vec<Vec<u8>> {
    let reports: [Box<dyn Report>; 3] = [
        Box::new(Lines::new(Verbosity::Verbose, Charset::Unicode, true, false).with_report()),
        Box::new(Jsonl::default()),
        Box::new(Markdown),
    ];
    let told = reports.into_iter().map(|mut report| {
        let mut bytes = Vec::new();
        events.iter().for_each(|event| report.apply(event, &mut bytes));
        report.end(state, &mut bytes);
        bytes
    });
    told.collect()
}

pub(super) fn on_the_tape(tape: &Tape) -> Vec<Event> {
    let mut events = Vec::new();
    while let Some(block) = tape.block(events.len() as u64) {
        events.extend(block.events.iter().cloned());
    }
    events
}

#[test]
fn a_run_that_is_played_ends_in_the_same_state_the_same_report_and_the_same_picture() {
    let Recorded { events, state, .. } = &*RECORDED;
    let player = play(TAPE.clone());
    assert!(player.state() == state);
    assert!(told(&on_the_tape(&TAPE), player.state()) == told(events, state));
    let width = usize::MAX;
    let words =
        |state: &State| findings(state, Charset::Unicode, width, Caps::SHORT) + &summary(state, Charset::Unicode);
    assert_eq!(words(player.state()), words(state));
    assert!(views().len() > 1);
    // The run's time stands at its end, however much later the last picture of it was drawn.
    let last = state.run.clock(At(u64::MAX));
    assert_eq!(player.state().run.clock(player.now()), last);
    assert_same_picture(state, player.state(), last);
}

#[test]
fn every_failure_is_gone_to_in_turn() {
    let mut player = player(false);
    let mut met = 0;
    while player.next_failure() {
        settle(&mut player);
        let position = player.standing().position as usize;
        let EventKind::Finished { fetched, .. } = &RECORDED.events[position - 1].kind else { panic!("no result") };
        assert!(fetched.failure.is_some() || fetched.status >= Some(400), "{fetched:?}");
        met += 1;
    }
    let tally = &RECORDED.state.tally;
    use crawltop::fetched::Outcome;
    assert_eq!(met, tally.of(Outcome::Error) + tally.of(Outcome::HttpError));
    assert!(met >= 5, "{met}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn the_state_anywhere_is_the_one_that_the_events_up_to_there_lead_to(
        places in prop::collection::vec((0.0..1.0_f64, any::<bool>()), 1..6)
    ) {
        let events = &RECORDED.events;
        let mut player = player(false);
        for (share, by_time) in places {
            if by_time {
                player.seek_share(share);
            } else {
                player.seek_position((share * events.len() as f64) as u64);
            }
            settle(&mut player);
            let position = player.standing().position as usize;
            prop_assert!(*player.state() == applied(&events[..position]), "at {}", position);
            if by_time {
                let due = |event: &&Event| event.at <= player.now();
                prop_assert!(events[..position].iter().all(|event| due(&event)));
                prop_assert!(events.get(position).is_none_or(|event| !due(&event)));
            }
            player.step(-1);
            settle(&mut player);
            prop_assert!(*player.state() == applied(&events[..position.saturating_sub(1)]), "one back");
        }
    }
}
