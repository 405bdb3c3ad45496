//! A race that nobody watches: it is told as its runs end.

use crate::emit::Emitter;
use crate::signals::{Ending, Signal, Signals, suspend};
use crate::starter::Starter;

pub struct UnwatchedRace {
    pub starter: Starter,
    /// Whose clock is that of the race.
    pub emitter: Emitter,
    pub signals: Signals,
    pub ending: Ending,
}

impl UnwatchedRace {
    /// Until the race has ended, or should have.
    pub async fn follow(mut self) -> (Starter, Ending) {
        while !self.starter.is_over() {
            tokio::select! {
                biased;
                signal = self.signals.next() => self.obey(signal),
                () = self.starter.turn() => self.ending.heed(self.starter.fault()),
                () = self.ending.overdue() => break,
            }
        }
        (self.starter, self.ending)
    }

    fn obey(&mut self, signal: Signal) {
        match signal {
            Signal::Suspend => {
                self.starter.suspend();
                suspend(&self.emitter);
                self.starter.resume();
            }
            Signal::Continue => self.starter.resume(),
            Signal::Hangup if self.ending.outlives => self.ending.outlive(),
            signal => self.ending.ask(signal),
        }
    }
}
