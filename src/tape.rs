//! The events of a recording, as far as they have been read: by position and by time, with the places of what failed.
//! Knows nothing of who reads them in, nor of what they add up to.
//!
//! Positions count events from 0: `position` is how many came before. The moment of an event is its own or, where the
//! clocks of two threads disagree, that of one before it: moments never go back. Events are kept in blocks; of a
//! recording with more than [`EVENTS_KEPT`] or [`BYTES_KEPT`], the further blocks are read again when they are wanted.

mod block;

pub use block::Block;

use crate::clock::At;
use crate::event::{Event, EventKind};
use crate::failure::FailureKind;
use crate::fetched::{Fetched, Outcome};
use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// Events in a block at most.
pub const BLOCK: usize = 1024;
/// Events that are kept in memory.
pub const EVENTS_KEPT: usize = 2_000_000;
/// Bytes of their lines: what is kept in memory takes about as much.
pub const BYTES_KEPT: u64 = 512 << 20;
/// Places of failures that are kept, 16 bytes each.
const FAILURES_KEPT: usize = 1_000_000;
/// Blocks that were read again and are kept for a while.
const LENT: usize = 16;

/// Where events are read again that are not kept in memory.
pub trait Store: Send + Sync {
    /// # Errors
    /// Where they can't be read, or are no events any more.
    fn read(&self, place: Place) -> io::Result<Vec<Event>>;
}

/// The lines of a block, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub offset: u64,
    pub length: usize,
}

/// How the reading ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ended {
    Whole,
    /// What lies behind could not be read, and why: the recording was cut off.
    Torn(String),
    /// It is no recording, or holds what no recording holds.
    Refused(String),
}

pub struct Tape {
    store: Arc<dyn Store>,
    /// Events that are kept in memory at most.
    most: u64,
    read: Mutex<Read>,
    grown: Condvar,
    lent: Mutex<VecDeque<(usize, Arc<[Event]>)>>,
}

/// What has been read.
#[derive(Default)]
struct Read {
    blocks: Vec<Held>,
    events: u64,
    until: At,
    bytes_kept: u64,
    failures: Vec<(u64, At)>,
    targets: u64,
    expected: Option<At>,
    ended: Option<Ended>,
}

#[derive(Clone)]
struct Held {
    first: u64,
    /// The moment before its first event, and that of its last.
    since: At,
    until: At,
    events: Kept,
}

#[derive(Clone)]
enum Kept {
    Here(Arc<[Event]>),
    There(Place),
}

/// How far the reading is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Extent {
    pub events: u64,
    /// The moment of the last.
    pub until: At,
    /// That of the last of all, where it is known before they have been read.
    pub expected: Option<At>,
    pub ended: Option<Ended>,
    /// The most targets that the run has counted, as far as it has been read.
    pub targets: u64,
}

impl Extent {
    /// Up to when it goes, all told: as far as that is known, or as it has been read.
    pub fn whole(&self) -> At {
        match (&self.ended, self.expected) {
            (None, Some(expected)) => self.until.max(expected),
            _ => self.until,
        }
    }

    /// What a picture of all of it is to reach to: it changes rarely while it is read and nobody knows its end.
    pub fn scale(&self) -> At {
        let is_known = self.ended.is_some() || self.expected.is_some();
        if is_known { self.whole() } else { At(round_above(self.until.0)) }
    }

    /// Whether the event at a position is there, or never will be.
    pub fn reaches(&self, position: u64) -> bool {
        self.events > position || self.ended.is_some()
    }
}

/// The next time that is not below: 10, 20 or 50 s, or such a factor of ten of it.
fn round_above(us: u64) -> u64 {
    let mut steps = (1..).flat_map(|power| {
        [1, 2, 5].map(|step: u64| step.saturating_mul(1_000_000).saturating_mul(10_u64.saturating_pow(power)))
    });
    steps.find(|step| *step >= us).unwrap_or(us)
}

impl Tape {
    pub fn new(store: Arc<dyn Store>) -> Arc<Tape> {
        Tape::keeping(EVENTS_KEPT as u64, store)
    }

    /// As [`Tape::new`], with no more than so many events in memory.
    pub fn keeping(most: u64, store: Arc<dyn Store>) -> Arc<Tape> {
        Arc::new(Tape { store, most, read: Mutex::default(), grown: Condvar::new(), lent: Mutex::default() })
    }

    /// Takes the next events in, at most [`BLOCK`], whose lines are so many bytes. `place` tells where they can be read
    /// again; it is asked only where they are not kept.
    ///
    /// # Errors
    /// Those of `place`.
    pub fn push(&self, events: Vec<Event>, bytes: usize, place: impl FnOnce() -> io::Result<Place>) -> io::Result<()> {
        if events.is_empty() {
            return Ok(());
        }
        let mut read = self.read();
        let (first, since) = (read.events, read.until);
        read.note(&events);
        let fits = read.events <= self.most && read.bytes_kept + bytes as u64 <= BYTES_KEPT;
        let until = read.until;
        let events = if fits { Kept::Here(events.into()) } else { Kept::There(place()?) };
        read.bytes_kept += if fits { bytes as u64 } else { 0 };
        read.blocks.push(Held { first, since, until, events });
        self.grown.notify_all();
        Ok(())
    }

    /// What will be read goes up to that moment.
    pub fn expect(&self, until: At) {
        self.read().expected = Some(until);
    }

    /// Nothing more comes.
    pub fn end(&self, ended: Ended) {
        self.read().ended.get_or_insert(ended);
        self.grown.notify_all();
    }

    pub fn extent(&self) -> Extent {
        let read = self.read();
        let Read { events, until, expected, ref ended, targets, .. } = *read;
        Extent { events, until, expected, ended: ended.clone(), targets }
    }

    /// Waits until there are more events than `events`, or it is known that there are no more; tells how many.
    pub fn wait(&self, events: u64) -> u64 {
        let waits = |read: &mut Read| read.events <= events && read.ended.is_none();
        self.grown.wait_while(self.read(), waits).unwrap_or_else(PoisonError::into_inner).events
    }

    /// The block that holds the event at a position. `None` where there is none yet, or it can't be read again.
    pub fn block(&self, position: u64) -> Option<Block> {
        let (number, held) = {
            let read = self.read();
            let number = read.blocks.partition_point(|block| block.first <= position).checked_sub(1)?;
            (number, read.blocks.get(number).filter(|_| position < read.events)?.clone())
        };
        let events = match held.events {
            Kept::Here(events) => events,
            Kept::There(place) => self.borrow(number, place)?,
        };
        Some(Block { first: held.first, since: held.since, events })
    }

    /// Reads a block again, unless it was a moment ago.
    fn borrow(&self, number: usize, place: Place) -> Option<Arc<[Event]>> {
        let mut lent = self.lent.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, events)) = lent.iter().find(|(known, _)| *known == number) {
            return Some(events.clone());
        }
        match self.store.read(place) {
            Ok(events) => {
                let events: Arc<[Event]> = events.into();
                lent.truncate(LENT - 1);
                lent.push_front((number, events.clone()));
                Some(events)
            }
            Err(error) => {
                self.end(Ended::Torn(format!("can't be read again: {error}")));
                None
            }
        }
    }

    /// How many events came up to a moment.
    pub fn position(&self, at: At) -> u64 {
        let place = {
            let read = self.read();
            read.blocks.get(read.blocks.partition_point(|block| block.until <= at)).map(|block| block.first)
        };
        let Some(block) = place.and_then(|first| self.block(first)) else { return self.read().events };
        block.first + block.iter().take_while(|(moment, _)| *moment <= at).count() as u64
    }

    /// The position of the first failure that is not before `position`.
    pub fn failure(&self, position: u64) -> Option<u64> {
        let read = self.read();
        read.failures.get(read.failures.partition_point(|failure| failure.0 < position)).map(|failure| failure.0)
    }

    /// How much failed in each of so many equal parts of the time up to `until`.
    pub fn failed(&self, parts: usize, until: At) -> Vec<u32> {
        let read = self.read();
        let bound = |part: usize| u128::from(until.0) * part as u128 / parts.max(1) as u128;
        let before = |part| read.failures.partition_point(|failure| u128::from(failure.1.0) < bound(part));
        let last = |part| if part == parts { read.failures.len() } else { before(part) };
        let failed = |part| last(part + 1) - before(part);
        (0..parts).map(|part| u32::try_from(failed(part)).unwrap_or(u32::MAX)).collect()
    }

    fn read(&self) -> MutexGuard<'_, Read> {
        // What is done under the lock leaves it whole.
        self.read.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Read {
    /// The moments of these events, and what has failed among them.
    fn note(&mut self, events: &[Event]) {
        for event in events {
            self.until = self.until.max(event.at);
            if has_failed(&event.kind) && self.failures.len() < FAILURES_KEPT {
                self.failures.push((self.events, self.until));
            }
            if let EventKind::TargetsCounted { total, .. } = event.kind {
                self.targets = self.targets.max(total);
            }
            self.events += 1;
        }
    }
}

/// Whether this tells of a result that is broken or failed; what was let go of or kept out is neither.
fn has_failed(kind: &EventKind) -> bool {
    let EventKind::Finished { fetched, .. } = kind else { return false };
    fetched.role().is_result() && is_failure(fetched)
}

fn is_failure(fetched: &Fetched) -> bool {
    use FailureKind::{Cancelled, NotAllowed, Robots};
    let spared = matches!(fetched.kind(), Some(Cancelled | Robots | NotAllowed));
    matches!(fetched.outcome(), Outcome::HttpError | Outcome::Error) && !spared
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::Failure;
    use crate::id::FetchId;
    use crate::text::Untrusted;

    /// Reads again what it was given.
    struct Again(Vec<Event>);

    impl Store for Again {
        fn read(&self, place: Place) -> io::Result<Vec<Event>> {
            let first = usize::try_from(place.offset).unwrap();
            Ok(self.0[first..first + place.length].to_vec())
        }
    }

    fn queued(at: u64) -> Event {
        Event { at: At(at), kind: EventKind::Queued { id: FetchId(at) } }
    }

    fn failed(at: u64) -> Event {
        let failure = Failure::new(FailureKind::Reset, "");
        let fetched = Fetched::failed(Untrusted::new("http://a/", 99), At(0), At(at), failure);
        Event { at: At(at), kind: EventKind::Finished { id: FetchId(at), fetched: Arc::new(fetched) } }
    }

    /// In blocks of two; every second block is too large to be kept.
    fn tape(events: &[Event]) -> Arc<Tape> {
        let tape = Tape::new(Arc::new(Again(events.to_vec())));
        for (number, pair) in events.chunks(2).enumerate() {
            let bytes = if number % 2 == 1 { BYTES_KEPT as usize } else { 1 };
            let place = Place { offset: 2 * number as u64, length: pair.len() };
            tape.push(pair.to_vec(), bytes, || Ok(place)).unwrap();
        }
        tape
    }

    #[test]
    fn an_event_is_found_by_its_position_and_by_its_moment_whether_it_is_kept_or_not() {
        let events: Vec<Event> = [1, 5, 3, 9, 9, 9, 20].map(queued).into();
        let tape = tape(&events);
        for (position, event) in events.iter().enumerate() {
            let block = tape.block(position as u64).unwrap();
            assert_eq!(&block.events[position - block.first as usize], event);
        }
        let positions = [0, 1, 4, 5, 8, 9, 19, 20, 99].map(|at| tape.position(At(at)));
        assert_eq!(positions, [0, 1, 1, 3, 3, 6, 6, 7, 7], "moments never go back");
        assert!(tape.block(7).is_none());
    }

    #[test]
    fn failures_are_found_in_turn_and_by_their_share_of_the_time() {
        let tape = tape(&[queued(1), failed(2), queued(50), failed(60), failed(100)]);
        assert_eq!([0, 1, 2, 4, 5].map(|position| tape.failure(position)), [Some(1), Some(1), Some(3), Some(4), None]);
        assert_eq!(tape.failed(4, At(100)), [1, 0, 1, 1]);
        assert_eq!(tape.failed(4, At(200)), [1, 1, 1, 0], "where more is to come");
        assert!(tape.failed(0, At(100)).is_empty());
    }

    #[test]
    fn what_is_let_go_of_or_kept_out_is_no_failure() {
        for (kind, told) in [(FailureKind::Cancelled, false), (FailureKind::Robots, false), (FailureKind::Dns, true)] {
            let failure = Failure::new(kind, "");
            assert_eq!(is_failure(&Fetched::failed(Untrusted::default(), At(0), At(1), failure)), told, "{kind:?}");
        }
    }

    #[test]
    fn a_picture_of_what_is_being_read_reaches_to_its_end_or_to_a_round_time_until_that_is_known() {
        let tape = tape(&[queued(1), queued(12_000_000)]);
        let scale = || (tape.extent().scale(), tape.extent().whole());
        assert_eq!(scale(), (At(20_000_000), At(12_000_000)));
        tape.expect(At(60_000_000));
        assert_eq!(scale(), (At(60_000_000), At(60_000_000)));
        tape.push(vec![queued(61_000_000)], 1, || unreachable!("it fits")).unwrap();
        assert_eq!(scale().0, At(61_000_000), "it has grown");
        tape.end(Ended::Torn(String::new()));
        assert_eq!(scale(), (At(61_000_000), At(61_000_000)));
        for (until, scale) in [(0, 10), (10_000_000, 10), (10_000_001, 20), (3_600_000_000, 5_000)] {
            assert_eq!(round_above(until), scale * 1_000_000);
        }
        assert_eq!(round_above(u64::MAX), u64::MAX);
    }

    #[test]
    fn whoever_waits_is_told_of_more_and_of_the_end() {
        let tape = tape(&[queued(1)]);
        assert_eq!(tape.wait(0), 1);
        let waiting = {
            let tape = tape.clone();
            std::thread::spawn(move || tape.wait(1))
        };
        tape.end(Ended::Whole);
        assert_eq!(waiting.join().unwrap(), 1);
        tape.end(Ended::Torn("late".to_owned()));
        assert_eq!(
            tape.extent(),
            Extent { events: 1, until: At(1), expected: None, ended: Some(Ended::Whole), targets: 0 }
        );
    }
}
