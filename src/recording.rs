//! A run's journal on its way to a file, as it happens, on a thread of its own. Knows nothing of what the events mean.
//!
//! Whoever puts events in never waits. What waits to be written is counted, and the count holds back the start of new
//! fetches ([`crate::emit::Waiting`]), but no fetch that runs. A file that can't be written, or that takes nothing for
//! too long, ends the recording, never the run: it is told by [`EventKind::RecordingEnded`].

mod file;
#[cfg(test)]
mod tests;
mod writer;

use crate::clock::{At, Clock};
use crate::control::EndReason;
use crate::emit::Waiting;
use crate::event::{Event, EventKind};
use crate::journal;
use crate::text::Untrusted;
use file::File;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use writer::{Desk, Order};

/// How long a file may take nothing before the recording ends.
pub const PATIENCE: Duration = Duration::from_secs(10);
/// How long the end of a program that failed waits for the recording.
const LAST_MOMENT: Duration = Duration::from_millis(500);
/// Bytes that are handed over at once, without waiting for more.
const ENOUGH: usize = 128 << 10;
/// How long a recording of less than that gathers. Each time the writer is woken costs as much as a hundred events.
const GATHERING: Duration = Duration::from_millis(50);
const MESSAGE_BYTES: usize = 512;
/// Nobody wonders why the program does not end, for so long.
const MOMENT: Duration = Duration::from_millis(300);

pub struct Recording {
    name: String,
    desk: Arc<Desk>,
    clock: Clock,
    patience: Duration,
    /// Lines that were not handed over yet.
    bytes: Vec<u8>,
    /// When the last were.
    handed: At,
    /// How much had been written when something was last seen to have been, and when that was.
    seen: (u64, At),
    /// That it is over has been told.
    told: bool,
}

impl Recording {
    /// Begins a recording in a new file, packed where its name ends in `.gz`. A FIFO is opened by the writer, who waits
    /// for its reader.
    ///
    /// # Errors
    /// Where the file can't be made, or no thread can be started.
    pub fn create(path: &Path, patience: Duration, clock: Clock, waiting: Waiting) -> io::Result<Recording> {
        Recording::begin(path.display().to_string(), File::create(path)?, patience, clock, waiting)
    }

    fn begin(name: String, file: File, patience: Duration, clock: Clock, waiting: Waiting) -> io::Result<Recording> {
        let desk = writer::start(file, clock.clone(), waiting)?;
        let mut header = Vec::new();
        journal::write_header(&mut header);
        // At once: whatever comes next, the file says what it is.
        desk.order(Order::Write(header));
        let seen = (0, clock.now());
        Ok(Recording { name, desk, clock, patience, bytes: Vec::new(), handed: At(0), seen, told: false })
    }

    /// Takes an event up. With the end of the run the file is whole, whether or not the run goes on from there.
    pub fn apply(&mut self, event: &Event) {
        if self.desk.is_over() {
            return;
        }
        journal::write(event, &mut self.bytes);
        if let EventKind::RunEnded { .. } = event.kind {
            self.hand_over();
            self.desk.order(Order::Rest);
        } else if self.bytes.len() > ENOUGH {
            self.hand_over();
        }
    }

    /// Hands over what has gathered for long enough, and looks after the writer: the event that tells the end of the recording, once.
    pub fn settle(&mut self) -> Option<Event> {
        let (now, written) = (self.clock.now(), self.desk.written());
        if written != self.seen.0 || !self.desk.owes() {
            self.seen = (written, now);
        } else if now - self.seen.1 > self.patience {
            self.give_up();
        }
        if now - self.handed >= GATHERING {
            self.hand_over();
        }
        self.end_to_tell()
    }

    /// Bytes that went into the file up to now; of a packed one, packed.
    pub fn size(&self) -> u64 {
        self.desk.size()
    }

    fn hand_over(&mut self) {
        if self.bytes.is_empty() {
            return;
        }
        self.handed = self.clock.now();
        if !self.desk.owes() {
            // However long there was nothing to write: the file has its time from now on.
            self.seen = (self.desk.written(), self.handed);
        }
        let next = self.desk.spare();
        self.desk.order(Order::Write(std::mem::replace(&mut self.bytes, next)));
    }

    /// Waits until all is written, as long as something is, and tells the end of the recording where that came before.
    /// Where that takes more than a moment, `waits` is told the name of the file, and how long it is waited for at most.
    pub fn close(&mut self, waits: impl FnOnce(&str, Duration)) -> Option<Event> {
        self.hand_over();
        self.desk.order(Order::End);
        let moment = MOMENT.min(self.patience);
        if !self.desk.wait(moment) {
            waits(&self.name, self.patience);
            if !self.desk.wait(self.patience - moment) {
                self.give_up();
            }
        }
        self.end_to_tell()
    }

    fn give_up(&mut self) {
        let words = format!("it took nothing for {}", humantime::format_duration(self.patience));
        let mut mark = Vec::new();
        journal::write(&self.end(&words), &mut mark);
        self.desk.abandon(words, mark);
    }

    fn end_to_tell(&mut self) -> Option<Event> {
        let trouble = self.desk.trouble().filter(|_| !self.told)?;
        self.told = true;
        self.bytes = Vec::new();
        Some(self.end(&trouble))
    }

    fn end(&self, words: &str) -> Event {
        let message = Untrusted::new(&format!("{}: {words}", self.name), MESSAGE_BYTES);
        Event { at: self.clock.now(), kind: EventKind::RecordingEnded { message } }
    }

    /// What is to be done where the program ends by a panic: the recording tells that, if it still can.
    pub fn last_words(&self) -> impl Fn() + Send + Sync + 'static {
        let (desk, clock) = (Arc::clone(&self.desk), self.clock.clone());
        move || {
            if desk.rests() {
                return;
            }
            let end = EventKind::RunEnded { reason: EndReason::Panicked, unread: 0 };
            let mut line = Vec::new();
            journal::write(&Event { at: clock.now(), kind: end }, &mut line);
            desk.order(Order::Write(line));
            desk.order(Order::End);
            desk.wait(LAST_MOMENT);
        }
    }
}
