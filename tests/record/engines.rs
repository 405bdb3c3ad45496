//! A site of which every page is wrong, fetched by each engine and recorded as `--record` does: what is read back from the
//! file are the events of the run, and played they end in its state, its reports and its last picture.

use super::played::{on_the_tape, play, read, told};
use super::{Course, PAGES, Recorded, assert_same_picture, record};
use crawltop::clock::At;
use crawltop::event::Engine;
use crawltop::fetched::Outcome;
use crawltop::lab::Faults;
use crawltop::net::Limits;
use std::time::Duration;

#[test]
fn a_run_by_each_engine_of_a_site_where_all_is_wrong_replays_to_its_state_its_reports_and_its_last_picture() {
    let (idle, max) = (Some(Duration::from_millis(150)), Some(Duration::from_millis(300)));
    for engine in Engine::ALL {
        for name in ["run.jsonl", "run.jsonl.gz"] {
            let folder = tempfile::tempdir().unwrap();
            let file = folder.path().join(name);
            let limits = Limits { connect: None, idle, max };
            let run = record(Course { engine, faults: Faults::All, limits, file: Some(&file) });
            let Recorded { events, state, .. } = &run;
            let failed = state.tally.of(Outcome::Error) + state.tally.of(Outcome::HttpError);
            assert!(failed >= u64::from(PAGES) / 2, "{engine:?}: {failed} failed");
            let tape = read(&file);
            let recorded = on_the_tape(&tape);
            // What a worker tells that comes back when all is over is no part of the run.
            assert!(recorded[..] == events[..recorded.len()], "{engine:?}, {name}: not the events of the run");
            let player = play(tape);
            assert!(player.state() == state, "{engine:?}, {name}: another state");
            assert!(told(&recorded, player.state()) == told(events, state), "{engine:?}, {name}: another report");
            assert_same_picture(state, player.state(), state.run.clock(At(u64::MAX)));
        }
    }
}
