//! A run that nobody watches: results go out as they come, and now and then a line says where it is.

mod race;
mod replay;

pub use race::UnwatchedRace;
pub use replay::{Contents, UnwatchedReplay, reading};

use crate::clock::At;
use crate::emit::{Emitter, Events};
use crate::hub::Hub;
use crate::report::progress;
use crate::signals::{Ending, Signal, Signals, suspend_alone};
use crate::state::State;
use crate::text::{Charset, Cut};
use crate::usage::SAMPLES;
use std::io::Write;
use std::time::Duration;
use tokio::time::MissedTickBehavior;

/// How often the progress is told on standard error.
const PROGRESS: Duration = Duration::from_secs(5);
const COLUMNS: usize = 512;

pub struct Unwatched {
    pub hub: Hub,
    pub events: Events,
    pub emitter: Emitter,
    pub signals: Signals,
    pub ending: Ending,
    /// Say where the run is, on standard error.
    pub notes: bool,
    pub charset: Charset,
    /// Panic at the first event, for the tests of what a panic does.
    pub panic: bool,
}

impl Unwatched {
    /// Until the run has ended, or should have.
    pub async fn follow(mut self) -> (Hub, Ending) {
        let mut batch = Vec::new();
        let mut notes = tokio::time::interval(PROGRESS);
        notes.tick().await;
        let (mut samples, sampled) = (tokio::time::interval(SAMPLES), self.emitter.detailed());
        samples.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while self.hub.state.run.ended.is_none() {
            tokio::select! {
                biased;
                signal = self.signals.next() => self.obey(signal),
                () = self.events.take(&mut batch) => self.absorb(&mut batch),
                _ = notes.tick(), if self.notes => self.note(),
                _ = samples.tick(), if sampled => self.emitter.sample(self.hub.recorded_kib()),
                () = self.ending.overdue() => break,
            }
        }
        (self.hub, self.ending)
    }

    fn absorb(&mut self, batch: &mut Vec<crate::event::Event>) {
        assert!(!self.panic, "a panic on purpose in the hub");
        let recorded = self.hub.is_recording();
        self.hub.absorb_to_the_end(batch);
        if recorded {
            self.note_end_of_recording();
        }
        self.ending.heed(self.hub.fault());
    }

    /// Even where little is to be told: what was asked for is not done.
    fn note_end_of_recording(&self) {
        if let Some((_, message)) = &self.hub.state.run.recording_ended {
            let message = message.shown(COLUMNS, Cut::End, self.charset);
            let _ = writeln!(std::io::stderr(), "note: the recording ends, and the run goes on: {message}");
        }
    }

    fn obey(&mut self, signal: Signal) {
        match signal {
            Signal::Suspend => suspend_alone(&self.emitter),
            Signal::Continue => {}
            Signal::Hangup if self.ending.outlives => self.ending.outlive(),
            signal => self.end_by(signal),
        }
    }

    /// Says at the first signal why it is not over yet.
    fn end_by(&mut self, signal: Signal) {
        let first = self.ending.signal.is_none();
        self.ending.ask(signal);
        if first && self.notes {
            let _ = writeln!(std::io::stderr(), "note: what is in flight has 2s to end; a second signal ends it now");
        }
    }

    fn note(&self) {
        tell_progress(&self.hub.state, self.emitter.now(), self.charset);
    }
}

fn tell_progress(state: &State, now: At, charset: Charset) {
    // Whoever does not read notes loses nothing else.
    let _ = writeln!(std::io::stderr(), "{}", progress(state, now, charset));
}
