//! The states of a recorded run: one kept every so many events, so that any other is near. Knows nothing of files and
//! draws nothing.
//!
//! They are made on a thread of its own, as the recording is read in. So many are kept at most, and in all as many
//! bytes; where there are more, every second one goes, and the others stand twice as far apart.

mod player;
mod speed;
#[cfg(test)]
mod tests;
mod wanted;

pub use player::{Player, Standing};
pub use speed::Speed;

use crate::clock::At;
use crate::state::State;
use crate::tape::Tape;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Events between two states that are kept, as long as there are few.
const EVERY: u64 = 8192;
/// States that are kept at most.
const STATES: usize = 128;
/// Bytes of them, by their own reckoning.
const BYTES: usize = 256 << 20;

#[derive(Clone)]
pub struct Timeline {
    pub tape: Arc<Tape>,
    kept: Arc<Mutex<Kept>>,
}

/// A state, and where it stands.
#[derive(Clone, Debug, Default)]
pub struct Frame {
    /// Events that have led to it.
    pub position: u64,
    /// The moment of the last of them.
    pub moment: At,
    pub state: State,
}

struct Kept {
    frames: Vec<(Arc<Frame>, usize)>,
    every: u64,
    bytes: usize,
    most: (usize, usize),
}

impl Timeline {
    /// Follows the tape on a thread of its own.
    ///
    /// # Errors
    /// Where none can be started.
    pub fn follow(tape: Arc<Tape>) -> io::Result<Timeline> {
        Timeline::follow_every(EVERY, tape)
    }

    /// As [`Timeline::follow`], with so many events between two states as long as there are few.
    ///
    /// # Errors
    /// Where no thread can be started.
    pub fn follow_every(every: u64, tape: Arc<Tape>) -> io::Result<Timeline> {
        let timeline = Timeline::of(tape, every, (STATES, BYTES));
        let following = timeline.clone();
        std::thread::Builder::new().name("timeline".to_owned()).spawn(move || following.read_through())?;
        Ok(timeline)
    }

    fn of(tape: Arc<Tape>, every: u64, most: (usize, usize)) -> Timeline {
        Timeline { tape, kept: Arc::new(Mutex::new(Kept { frames: Vec::new(), every, bytes: 0, most })) }
    }

    /// Makes the states up to the end of the recording.
    fn read_through(&self) {
        let mut frame = Frame::default();
        while self.tape.wait(frame.position) > frame.position {
            let Some(block) = self.tape.block(frame.position) else { return };
            for (moment, event) in block.iter() {
                frame.state.apply(event);
                (frame.position, frame.moment) = (frame.position + 1, moment);
                if frame.position.is_multiple_of(self.kept().every) {
                    self.keep(&frame);
                }
            }
        }
    }

    fn keep(&self, frame: &Frame) {
        let frame = Arc::new(frame.clone());
        let bytes = frame.state.weight();
        self.kept().keep(frame, bytes);
    }

    /// The last state that is kept and does not lie behind `position`.
    pub fn nearest(&self, position: u64) -> Option<Arc<Frame>> {
        let kept = self.kept();
        let place = kept.frames.partition_point(|(frame, _)| frame.position <= position);
        Some(kept.frames.get(place.checked_sub(1)?)?.0.clone())
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn keep(&mut self, frame: Arc<Frame>, bytes: usize) {
        self.bytes += bytes;
        self.frames.push((frame, bytes));
        while self.frames.len() > 1 && (self.frames.len() > self.most.0 || self.bytes > self.most.1) {
            self.thin_out();
        }
    }

    /// Every second one goes.
    fn thin_out(&mut self) {
        self.every *= 2;
        let every = self.every;
        self.frames.retain(|(frame, _)| frame.position.is_multiple_of(every));
        self.bytes = self.frames.iter().map(|(_, bytes)| bytes).sum();
    }
}
