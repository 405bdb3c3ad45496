//! asyncio's `call_soon`: callbacks wait in a queue and fire one by one, first in, first out. Knows nothing of what
//! they do.

use super::completion::{Run, Settled};
use crate::callback::{Callback, Callbacks};
use crate::clock::At;
use crate::emit::Emitter;
use crate::event::EventKind;
use crate::id::FetchId;
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
}

pub(super) struct Scheduled<T> {
    pub id: FetchId,
    pub callback: Callback,
    pub at: At,
    pub run: Run<T>,
    pub settled: Arc<Settled<T>>,
}

impl<T> Clone for CallbackQueue<T> {
    fn clone(&self) -> CallbackQueue<T> {
        CallbackQueue { inner: self.inner.clone() }
    }
}

impl<T> CallbackQueue<T> {
    pub fn new(emitter: Emitter) -> CallbackQueue<T> {
        CallbackQueue { inner: Arc::new(Inner { entries: Mutex::default(), filled: Notify::new(), emitter }) }
    }

    /// Puts callbacks at the end of the queue, tells so, and wakes the loop.
    pub(super) fn call_soon(&self, id: FetchId, callbacks: Vec<(Callback, Run<T>)>, settled: &Arc<Settled<T>>) {
        if callbacks.is_empty() {
            return;
        }
        let at = self.inner.emitter.now();
        let names = callbacks.iter().fold(Callbacks::default(), |names, &(callback, _)| names.with(callback));
        self.inner.emitter.emit_at(at, EventKind::CallbacksScheduled { id, callbacks: names });
        let scheduled = |(callback, run)| Scheduled { id, callback, at, run, settled: settled.clone() };
        self.lock().extend(callbacks.into_iter().map(scheduled));
        self.inner.filled.notify_one();
    }

    /// Waits until there is a callback to fire.
    pub async fn ready(&self) {
        while self.lock().is_empty() {
            self.inner.filled.notified().await;
        }
    }

    /// Fires what is in the queue now, in order; what a callback schedules has its turn the next time.
    pub fn fire_all(&self) {
        let turn = self.lock().len();
        for _ in 0..turn {
            let Some(scheduled) = self.lock().pop_front() else { return };
            self.fire(scheduled);
        }
    }

    /// A callback that panics is told of; the next one still fires.
    fn fire(&self, scheduled: Scheduled<T>) {
        let Scheduled { id, callback, at, .. } = scheduled;
        let emitter = &self.inner.emitter;
        let fired = emitter.now();
        let ended = catch_unwind(AssertUnwindSafe(|| scheduled.run()));
        let now = emitter.now();
        let lag_us = micros(fired, at);
        emitter.emit_at(now, EventKind::CallbackFired { id, callback, lag_us, ran_us: micros(now, fired) });
        if ended.is_err() {
            emitter.emit_at(now, EventKind::CallbackPanicked { id, callback });
        }
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Scheduled<T>>> {
        // Callbacks run outside the lock, so a panic leaves the queue whole.
        self.inner.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn micros(later: At, earlier: At) -> u32 {
    u32::try_from((later - earlier).as_micros()).unwrap_or(u32::MAX)
}
