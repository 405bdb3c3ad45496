//! What reads the terminal: an emulator fed by a thread of its own, all bytes kept. Knows nothing of who writes.

use std::io::Read;
use std::sync::{Condvar, Mutex, MutexGuard};
use std::thread;
use std::time::{Duration, Instant};

use vt100::{Parser, Screen};

use crate::picture::is_updating;
use crate::terminal::HANGING;

/// How late a reader may be who shares his machine.
const LATE: Duration = Duration::from_millis(100);

pub(crate) struct Emulator {
    seen: Mutex<Seen>,
    changed: Condvar,
    /// Bytes a second that its link carries.
    link: Option<u32>,
}

pub(crate) struct Seen {
    pub(crate) parser: Parser,
    pub(crate) bytes: Vec<u8>,
    gate: Gate,
}

/// Whether the terminal reads what the program writes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Gate {
    Open,
    Held,
    Closed,
}

impl Seen {
    /// The screen between two frames: within one, a terminal shows nothing of it either.
    pub(crate) fn whole(&self) -> Option<&Screen> {
        (!is_updating(&self.bytes)).then_some(self.parser.screen())
    }

    /// How many pictures came so far, but for those of a few bytes.
    pub(crate) fn frames(&self) -> usize {
        let mark = b"\x1b[?2026l";
        self.bytes.windows(mark.len()).filter(|window| window == mark).count()
    }
}

impl Emulator {
    pub(crate) fn new(rows: u16, columns: u16, link: Option<u32>) -> Emulator {
        let parser = Parser::new(rows.try_into().unwrap(), columns.try_into().unwrap(), 0);
        Emulator {
            seen: Mutex::new(Seen { parser, bytes: Vec::new(), gate: Gate::Open }),
            changed: Condvar::new(),
            link,
        }
    }

    /// Reads until the program's side is closed, or the gate is. A held gate lets one piece pass.
    pub(crate) fn feed(&self, mut out: Box<dyn Read + Send>) {
        let mut buffer = [0; 4096];
        // What a link carries in a hundredth of a second is seen at once.
        let most = self.link.map_or(buffer.len(), |link| link as usize / 100);
        let mut carried = Instant::now();
        while let Ok(count @ 1..) = out.read(&mut buffer[..most]) {
            if let Some(link) = self.link {
                // Who comes late to the next piece has not lost what the link would have carried meanwhile.
                let since = Instant::now().checked_sub(LATE).map_or(carried, |since| carried.max(since));
                carried = since + Duration::from_secs(1) * count as u32 / link;
                thread::sleep(carried.saturating_duration_since(Instant::now()));
            }
            let mut seen = self.seen();
            seen.bytes.extend_from_slice(&buffer[..count]);
            seen.parser.process(&buffer[..count]);
            self.changed.notify_all();
            seen = self.changed.wait_while(seen, |seen| seen.gate == Gate::Held).unwrap();
            if seen.gate == Gate::Closed {
                return;
            }
        }
    }

    pub(crate) fn set(&self, gate: Gate) {
        self.seen().gate = gate;
        self.changed.notify_all();
    }

    pub(crate) fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap()
    }

    /// Waits until something can be read from the screen, and tells it.
    pub(crate) fn until_some<T>(&self, what: &str, find: impl Fn(&Screen) -> Option<T>) -> T {
        self.until_seen(what, |seen| seen.whole().and_then(&find))
    }

    /// As [`Emulator::until_some`], of all that was seen.
    pub(crate) fn until_seen<T>(&self, what: &str, find: impl Fn(&Seen) -> Option<T>) -> T {
        let deadline = Instant::now() + HANGING;
        let mut seen = self.seen();
        loop {
            if let Some(found) = find(&seen) {
                return found;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                let screen = seen.parser.screen().contents();
                drop(seen);
                panic!("waited in vain for {what}; the screen is\n{screen}");
            }
            seen = self.changed.wait_timeout(seen, left).unwrap().0;
        }
    }
}
