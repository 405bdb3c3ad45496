//! asyncio's `call_soon`: callbacks wait in a queue and fire one by one, first in, first out. Knows nothing of what
//! they do.

use super::completion::Deed;
use super::job::Attempt;
use crate::callback::{Callback, Callbacks};
use crate::clock::At;
use crate::emit::Emitter;
use crate::event::EventKind;
use crate::id::FetchId;
use smallvec::SmallVec;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// The loop's queue of callbacks. Clones are the same queue; any thread may put callbacks in
/// (`call_soon_threadsafe`), the loop fires them.
pub struct CallbackQueue<T> {
    inner: Arc<Inner<T>>,
}

struct Inner<T> {
    entries: Mutex<VecDeque<Scheduled<T>>>,
    filled: Notify,
    emitter: Emitter,
    release: Box<Release>,
}

/// What is done for each attempt that is over, whatever came of it.
pub(super) type Release = dyn Fn(Attempt) + Send + Sync;

struct Scheduled<T> {
    id: FetchId,
    callback: Callback,
    at: At,
    deed: Deed<T>,
    /// That it has fired is told, whatever it does.
    aloud: bool,
}

impl<T> Clone for CallbackQueue<T> {
    fn clone(&self) -> CallbackQueue<T> {
        CallbackQueue { inner: self.inner.clone() }
    }
}

impl<T: Clone> CallbackQueue<T> {
    pub fn new(emitter: Emitter) -> CallbackQueue<T> {
        CallbackQueue::releasing(emitter, |_| ())
    }

    /// The same, which frees what an attempt holds by `release`.
    pub fn releasing(emitter: Emitter, release: impl Fn(Attempt) + Send + Sync + 'static) -> CallbackQueue<T> {
        let (entries, filled, release) = (Mutex::default(), Notify::new(), Box::new(release));
        CallbackQueue { inner: Arc::new(Inner { entries, filled, emitter, release }) }
    }

    /// Puts callbacks at the end of the queue at that moment, or now, tells so where it is done `aloud`, and wakes the loop.
    pub(super) fn call_soon(
        &self,
        id: FetchId,
        callbacks: impl IntoIterator<Item = (Callback, Deed<T>)>,
        at: Option<At>,
        aloud: bool,
    ) {
        let callbacks: SmallVec<[_; 3]> = callbacks.into_iter().collect();
        if callbacks.is_empty() {
            return;
        }
        let emitter = &self.inner.emitter;
        let at = at.unwrap_or_else(|| emitter.now());
        let aloud = (aloud || emitter.tells_callbacks()) && !emitter.is_brief();
        if aloud {
            let names = callbacks.iter().fold(Callbacks::default(), |names, &(callback, _)| names.with(callback));
            emitter.emit_at(at, EventKind::CallbacksScheduled { id, callbacks: names });
        }
        let scheduled = |(callback, deed)| Scheduled { id, callback, at, deed, aloud };
        let was_empty = {
            let mut entries = self.lock();
            let was_empty = entries.is_empty();
            entries.extend(callbacks.into_iter().map(scheduled));
            was_empty
        };
        // Who has seen that there are some comes back until there are none.
        if was_empty {
            self.inner.filled.notify_one();
        }
    }

    /// Waits until there is a callback to fire.
    pub async fn ready(&self) {
        while self.lock().is_empty() {
            self.inner.filled.notified().await;
        }
    }

    /// Whether there is none to fire.
    pub fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }

    /// Fires what is in the queue now, in order; what a callback schedules has its turn the next time.
    pub fn fire_all(&self) {
        let mut turn = std::mem::take(&mut *self.lock());
        let mut now = None;
        while let Some(scheduled) = turn.pop_front() {
            now = Some(self.fire(scheduled, now));
        }
        // Its room is for the next turn.
        let mut entries = self.lock();
        if entries.capacity() == 0 {
            *entries = turn;
        }
    }

    /// A callback that panics is told of; the next one still fires. It begins as the one `before` it has ended, whose
    /// moment is given back.
    fn fire(&self, scheduled: Scheduled<T>, before: Option<At>) -> At {
        let Scheduled { id, callback, at, deed, aloud } = scheduled;
        let emitter = &self.inner.emitter;
        let fired = before.unwrap_or_else(|| emitter.now());
        let ended = catch_unwind(AssertUnwindSafe(|| deed.run(&*self.inner.release, fired)));
        // Each fetch frees its slot, which takes less than a clock can tell, and of a brief one nobody looks at that.
        if !aloud && callback == Callback::Release && ended.is_ok() {
            return fired;
        }
        let (now, lag_us) = (emitter.now(), micros(fired, at));
        emitter.emit_at(now, EventKind::CallbackFired { id, callback, lag_us, ran_us: micros(now, fired) });
        if ended.is_err() {
            emitter.emit_at(now, EventKind::CallbackPanicked { id, callback });
        }
        now
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Scheduled<T>>> {
        // Callbacks run outside the lock, so a panic leaves the queue whole.
        self.inner.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn micros(later: At, earlier: At) -> u32 {
    u32::try_from((later - earlier).as_micros()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::emit::{Events, channel};
    use crate::engine::Completion;
    use crate::engine::completion::Run;
    use crate::plenty::Detail;
    use std::sync::mpsc::{Sender, channel as pipe};

    fn queue() -> (CallbackQueue<u32>, Events) {
        let (emitter, events) = channel(Clock::start(), false);
        (CallbackQueue::new(emitter), events)
    }

    /// A settled Completion: what is added to it is scheduled at once.
    fn settled(queue: &CallbackQueue<u32>, id: u64) -> Completion<u32> {
        let completion = Completion::new(FetchId(id), queue.clone());
        completion.set(0).unwrap();
        completion
    }

    fn say(told: &Sender<u32>, number: u32) -> Run<u32> {
        let told = told.clone();
        Box::new(move |_| told.send(number).unwrap())
    }

    #[test]
    fn who_is_told_briefly_hears_of_callbacks_as_they_have_fired_and_of_freed_slots_not_at_all() {
        let (emitter, mut events) = channel(Clock::start(), false);
        emitter.tell(Detail::Ends);
        let queue = CallbackQueue::new(emitter);
        let (told, hears) = pipe();
        settled(&queue, 1).on_done(Callback::Report, say(&told, 1));
        settled(&queue, 1).on_done(Callback::Release, say(&told, 2));
        queue.fire_all();
        assert_eq!(hears.try_iter().collect::<Vec<_>>(), [1, 2]);
        let mut batch = Vec::new();
        events.take_now(&mut batch);
        let report = |kind: &EventKind| matches!(kind, EventKind::CallbackFired { callback: Callback::Report, .. });
        let fired = |event: &crate::event::Event| report(&event.kind);
        assert!(batch.len() == 1 && batch.iter().all(fired), "{batch:?}");
    }

    #[test]
    fn callbacks_of_all_fetches_fire_first_in_first_out() {
        let (queue, _events) = queue();
        let (told, hears) = pipe();
        let (one, other) = (settled(&queue, 1), settled(&queue, 2));
        for (completion, number) in [(&one, 1), (&other, 2), (&one, 3), (&other, 4)] {
            completion.on_done(Callback::Report, say(&told, number));
        }
        queue.fire_all();
        assert_eq!(hears.try_iter().collect::<Vec<_>>(), [1, 2, 3, 4]);
    }

    #[test]
    fn what_a_callback_schedules_has_its_turn_the_next_time() {
        let (queue, _events) = queue();
        let (told, hears) = pipe();
        let completion = settled(&queue, 1);
        let (again, later) = (completion.clone(), say(&told, 2));
        completion.on_done(Callback::Report, Box::new(move |_| again.on_done(Callback::Follow, later)));
        completion.on_done(Callback::Release, say(&told, 1));
        queue.fire_all();
        assert_eq!(hears.try_iter().collect::<Vec<_>>(), [1]);
        queue.fire_all();
        assert_eq!(hears.try_iter().collect::<Vec<_>>(), [2]);
    }

    #[test]
    fn a_callback_that_panics_is_told_of_and_the_next_one_still_fires() {
        let (queue, mut events) = queue();
        let (told, hears) = pipe();
        let completion = settled(&queue, 7);
        completion.on_done(Callback::Report, Box::new(|_| panic!("on purpose")));
        completion.on_done(Callback::Release, say(&told, 1));
        queue.fire_all();
        assert_eq!(hears.try_iter().collect::<Vec<_>>(), [1]);
        let mut batch = Vec::new();
        events.take_now(&mut batch);
        let words = batch.iter().filter_map(|event| match event.kind {
            EventKind::CallbackFired { callback, .. } => Some(("fired", callback)),
            EventKind::CallbackPanicked { id: FetchId(7), callback } => Some(("panicked", callback)),
            _ => None,
        });
        let expected = [("fired", Callback::Report), ("panicked", Callback::Report), ("fired", Callback::Release)];
        assert_eq!(words.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_lag_is_the_time_from_scheduled_to_fired() {
        let (queue, mut events) = queue();
        settled(&queue, 1).on_done(Callback::Report, Box::new(|_| ()));
        queue.fire_all();
        let mut batch = Vec::new();
        events.take_now(&mut batch);
        let [scheduled, fired] = batch.as_slice() else { panic!("{batch:?}") };
        let EventKind::CallbackFired { lag_us, ran_us, .. } = fired.kind else { panic!("{fired:?}") };
        assert_eq!(u128::from(lag_us) + u128::from(ran_us), (fired.at - scheduled.at).as_micros());
    }

    #[tokio::test]
    async fn whoever_waits_is_woken_by_a_callback_of_another_thread() {
        let (queue, _events) = queue();
        let (told, hears) = pipe();
        let late = settled(&queue, 1);
        let adds = std::thread::spawn(move || late.on_done(Callback::Report, say(&told, 1)));
        queue.ready().await;
        queue.fire_all();
        adds.join().unwrap();
        assert_eq!(hears.try_iter().collect::<Vec<_>>(), [1]);
    }
}
