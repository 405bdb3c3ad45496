//! The way of events from those who make them to the one who reads them: stamped, joined into batches, never waiting.
//!
//! One vector behind a lock that is held for a push or a swap. The first event of a batch wakes the reader, who takes
//! all that has gathered since. The vector may grow, but is bounded by construction: a fetch makes about a dozen
//! events, and whoever starts fetches looks at [`Emitter::pressure`] first.

use crate::clock::{At, Clock};
use crate::event::{Event, EventKind, Hold};
use crate::plenty::{Detail, told_by};
use crate::usage::Usage;
use std::sync::atomic::{AtomicU8, AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;

/// Events that may wait for the reader before no new fetch is started.
const EVENTS_WAITING: usize = 1 << 16;
/// Bytes of results, and of a recording, that may wait to be written before no new fetch is started.
const BYTES_WAITING: usize = 4 << 20;
/// How long the reader lets a batch gather. Far below what an eye sees, far above what an event costs.
const GATHERING: Duration = Duration::from_millis(10);
/// The same of one who reads for the screen, or for a recording: far below a frame.
const WATCHED: Duration = Duration::from_millis(16);

/// Where events are put in. Clones put into the same batch.
#[derive(Clone)]
pub struct Emitter {
    lane: Arc<Lane>,
}

/// Where events are taken out.
pub struct Events {
    lane: Arc<Lane>,
}

/// Bytes that wait to be written; shared with those who write them.
#[derive(Clone)]
pub struct Waiting {
    lane: Arc<Lane>,
    /// They are a recording's, and not results.
    recorded: bool,
}

/// Events in the order in which they were told, with stamps in that order.
#[derive(Default)]
struct Batch {
    events: Vec<Event>,
    /// That of the last event, of this batch or of the one before.
    last: At,
}

struct Lane {
    /// Beside the rest, so that a clone of an emitter counts once: each fetch makes some.
    clock: Clock,
    batch: Mutex<Batch>,
    waiting_events: AtomicUsize,
    waiting_bytes: AtomicUsize,
    waiting_record: AtomicUsize,
    /// A [`Detail`].
    detail: AtomicU8,
    /// Fetches of which all is told.
    followed: AtomicU64,
    filled: Notify,
    urgent: Notify,
}

/// Both ends. `detailed` says whether phase and progress events are wanted one by one; what else is, [`Emitter::tell`].
pub fn channel(clock: Clock, detailed: bool) -> (Emitter, Events) {
    let detail = if detailed { Detail::Followed } else { Detail::Results };
    let lane = Arc::new(Lane {
        clock,
        batch: Mutex::default(),
        waiting_events: AtomicUsize::new(0),
        waiting_bytes: AtomicUsize::new(0),
        waiting_record: AtomicUsize::new(0),
        detail: AtomicU8::new(detail as u8),
        followed: AtomicU64::new(0),
        filled: Notify::new(),
        urgent: Notify::new(),
    });
    (Emitter { lane: lane.clone() }, Events { lane })
}

impl Emitter {
    pub fn clock(&self) -> &Clock {
        &self.lane.clock
    }

    pub fn now(&self) -> At {
        self.clock().now()
    }

    /// Stamps the fact now.
    pub fn emit(&self, kind: EventKind) {
        self.emit_at(self.now(), kind);
    }

    /// For a fact whose moment was read already.
    pub fn emit_at(&self, at: At, kind: EventKind) {
        let urgent = matches!(kind, EventKind::RunEnded { .. });
        if urgent && self.detailed() {
            // The last word on what the run has used comes before its end, while its threads are still there.
            self.put(self.lane.lock(), used(at, None));
        }
        self.put(self.lane.lock(), Event { at, kind });
        if urgent {
            self.lane.urgent.notify_one();
        }
    }

    /// For a fact from whose moment on the time goes on anew, whatever was stamped since.
    pub fn emit_from(&self, at: At, kind: EventKind) {
        let mut batch = self.lane.lock();
        batch.last = at;
        self.put(batch, Event { at, kind });
    }

    fn put(&self, mut batch: MutexGuard<Batch>, event: Event) {
        batch.push(event);
        let waiting = batch.events.len();
        drop(batch);
        self.lane.waiting_events.store(waiting, Relaxed);
        if waiting == 1 {
            self.lane.filled.notify_one();
        }
    }

    /// Stops the time of the run while `stop` lasts, and tells so. No other event comes between: whoever goes on before
    /// this thread does has to wait until it is told that the time goes on. `stop` emits nothing.
    pub fn stand(&self, stop: impl FnOnce()) {
        let waiting = {
            let mut batch = self.lane.lock();
            let at = self.clock().freeze();
            batch.push(Event { at, kind: EventKind::Suspended });
            stop();
            let stood = self.clock().thaw();
            let stood_us = u64::try_from(stood.as_micros()).unwrap_or(u64::MAX);
            batch.push(Event { at, kind: EventKind::Continued { stood_us } });
            batch.events.len()
        };
        self.lane.waiting_events.store(waiting, Relaxed);
        self.lane.filled.notify_one();
    }

    pub fn waiting(&self) -> Waiting {
        Waiting { lane: self.lane.clone(), recorded: false }
    }

    /// Tells what the process has used up to now, and of its recording so many KiB. Who asks for it has not seen all
    /// events yet: where the end of the run is among them, that stays the last one.
    pub fn sample(&self, recorded_kib: Option<u32>) {
        let used = used(self.now(), recorded_kib);
        let batch = self.lane.lock();
        if !batch.events.last().is_some_and(|last| matches!(last.kind, EventKind::RunEnded { .. })) {
            self.put(batch, used);
        }
    }

    /// Has so much told of each fetch that is begun from here on.
    pub fn tell(&self, detail: Detail) {
        self.lane.detail.store(detail as u8, Relaxed);
    }

    /// Whether phases and progress are to be told one by one.
    pub fn detailed(&self) -> bool {
        self.lane.tells(Detail::Followed)
    }

    /// Whether the callbacks of each fetch are told, of one that is told briefly too.
    pub fn tells_callbacks(&self) -> bool {
        self.lane.tells(Detail::Callbacks)
    }

    /// Whether each step of each task is told.
    pub fn tells_steps(&self) -> bool {
        self.lane.tells(Detail::Steps)
    }

    /// Whether nothing is told of a fetch between its start and its result.
    pub fn is_brief(&self) -> bool {
        !self.lane.tells(Detail::Results)
    }

    /// Whether one more fetch that is begun then is one of too many to be followed step by step.
    pub fn is_beyond(&self, at: At) -> bool {
        let lane = &self.lane;
        if !self.detailed() || lane.tells(Detail::Whole) {
            return false;
        }
        let beyond = lane.followed.load(Relaxed) >= told_by(at);
        if !beyond {
            lane.followed.fetch_add(1, Relaxed);
        }
        beyond
    }

    /// Whether the readers are so far behind that no new fetch should start, and which.
    pub fn pressure(&self) -> Option<Hold> {
        let waits = |count: &AtomicUsize, most| count.load(Relaxed) > most;
        let lane = &self.lane;
        if waits(&lane.waiting_events, EVENTS_WAITING) || waits(&lane.waiting_bytes, BYTES_WAITING) {
            return Some(Hold::Output);
        }
        waits(&lane.waiting_record, BYTES_WAITING).then_some(Hold::Recording)
    }
}

impl Events {
    /// Waits for the first event, lets a batch gather, and puts it into `batch`, which is to be empty.
    pub async fn take(&mut self, batch: &mut Vec<Event>) {
        while self.lane.lock().events.is_empty() {
            self.lane.filled.notified().await;
        }
        let gathering = if self.lane.tells(Detail::Followed) { WATCHED } else { GATHERING };
        tokio::select! {
            () = self.lane.urgent.notified() => {}
            () = tokio::time::sleep(gathering) => {}
        }
        self.take_now(batch);
    }

    /// What is there now, perhaps nothing.
    pub fn take_now(&mut self, batch: &mut Vec<Event>) {
        std::mem::swap(&mut self.lane.lock().events, batch);
        self.lane.waiting_events.store(0, Relaxed);
    }

    pub fn waiting(&self) -> Waiting {
        Waiting { lane: self.lane.clone(), recorded: false }
    }

    /// For the bytes of a recording.
    pub fn waiting_record(&self) -> Waiting {
        Waiting { lane: self.lane.clone(), recorded: true }
    }
}

fn used(at: At, recorded_kib: Option<u32>) -> Event {
    Event { at, kind: EventKind::Sampled(Box::new(Usage { recorded_kib, ..Usage::now() })) }
}

impl Batch {
    /// A moment is read before its event is put in, and another may come between: the stamps that are told never go back.
    fn push(&mut self, mut event: Event) {
        self.last = self.last.max(event.at);
        event.at = self.last;
        self.events.push(event);
    }
}

impl Waiting {
    pub fn add(&self, bytes: usize) {
        self.count().fetch_add(bytes, Relaxed);
    }

    pub fn remove(&self, bytes: usize) {
        self.count().fetch_sub(bytes, Relaxed);
    }

    fn count(&self) -> &AtomicUsize {
        if self.recorded { &self.lane.waiting_record } else { &self.lane.waiting_bytes }
    }
}

impl Lane {
    fn tells(&self, detail: Detail) -> bool {
        self.detail.load(Relaxed) >= detail as u8
    }

    fn lock(&self) -> MutexGuard<'_, Batch> {
        // A panic elsewhere leaves the vector whole: a push is the only thing done under the lock.
        self.batch.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::EndReason;

    #[tokio::test]
    async fn what_was_used_is_not_told_after_the_end_of_the_run() {
        let (emitter, mut events) = channel(Clock::start(), true);
        emitter.sample(None);
        emitter.emit(EventKind::RunEnded { reason: EndReason::Finished, unread: 0 });
        emitter.sample(None);
        let mut told = Vec::new();
        events.take(&mut told).await;
        let is_sample = |event: &&Event| matches!(event.kind, EventKind::Sampled(_));
        assert_eq!(told.iter().filter(is_sample).count(), 2, "one that was asked for, and one before the end");
        assert!(matches!(told.last().map(|last| &last.kind), Some(EventKind::RunEnded { .. })), "{told:?}");
    }

    #[test]
    fn stamps_never_go_back_within_a_batch_or_from_one_to_the_next() {
        let (emitter, mut events) = channel(Clock::start(), true);
        let (mut told, mut batch) = (Vec::new(), Vec::new());
        for moments in [[7, 5, 9], [8, 9, 10]] {
            moments.into_iter().for_each(|at| emitter.emit_at(At(at), EventKind::Paused));
            events.take_now(&mut batch);
            told.extend(batch.drain(..).map(|event| event.at.0));
        }
        assert_eq!(told, [7, 7, 9, 9, 9, 10]);
        emitter.emit_from(At(8), EventKind::RunReopened { stood_us: 2 });
        emitter.emit_at(At(9), EventKind::Paused);
        events.take_now(&mut batch);
        assert!(batch.iter().map(|event| event.at).eq([At(8), At(9)]), "the run went on from its end");
    }

    #[test]
    fn so_many_fetches_a_second_are_followed_and_each_where_all_is_wanted() {
        let told = |detail, at| {
            let (emitter, _events) = channel(Clock::start(), true);
            emitter.tell(detail);
            (0..10_000).filter(|_| !emitter.is_beyond(At(at))).count() as u64
        };
        assert_eq!(told(Detail::Followed, 0), told_by(At(0)));
        assert_eq!(told(Detail::Callbacks, 1_000_000), told_by(At(0)) + 500);
        assert_eq!(told(Detail::Whole, 0), 10_000);
    }
}
