//! asyncio's Future: a container set once, which hands its callbacks to the queue. Knows nothing of fetches.

use super::callbacks::{CallbackQueue, Scheduled};
use crate::callback::Callback;
use crate::id::FetchId;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The Completion was set already; asyncio's `InvalidStateError`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("invalid state: the completion was set already")]
pub struct InvalidState;

/// How a Completion was settled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Settled<T> {
    Result(T),
    Cancelled,
    /// Whoever was to set it went away without a result.
    Dropped,
}

/// What a callback does with the outcome. It is never run inside `set`, but in its turn in the queue.
pub type Run<T> = Box<dyn FnOnce(&Settled<T>) + Send>;

/// A result that is not there yet, or is. Clones are the same Completion.
///
/// ```
/// use crawltop::{callback::Callback, clock::Clock, emit, engine::{CallbackQueue, Completion, InvalidState, Settled}, id::FetchId};
///
/// let (emitter, _events) = emit::channel(Clock::start(), false);
/// let queue = CallbackQueue::new(emitter);
/// let completion = Completion::new(FetchId(1), queue.clone());
/// let (told, hears) = std::sync::mpsc::channel();
/// completion.on_done(Callback::Report, Box::new(move |settled| told.send(settled.clone()).unwrap()));
///
/// assert_eq!(completion.set(42), Ok(()));
/// assert_eq!(completion.set(43), Err(InvalidState));
/// assert!(hears.try_recv().is_err(), "set schedules, it does not run");
/// queue.fire_all();
/// assert_eq!(hears.try_recv(), Ok(Settled::Result(42)));
/// ```
pub struct Completion<T> {
    id: FetchId,
    state: Arc<Mutex<State<T>>>,
    queue: CallbackQueue<T>,
}

enum State<T> {
    Pending(Vec<(Callback, Run<T>)>),
    Settled(Arc<Settled<T>>),
}

impl<T> Clone for Completion<T> {
    fn clone(&self) -> Completion<T> {
        Completion { id: self.id, state: self.state.clone(), queue: self.queue.clone() }
    }
}

impl<T> Completion<T> {
    pub fn new(id: FetchId, queue: CallbackQueue<T>) -> Completion<T> {
        Completion { id, state: Arc::new(Mutex::new(State::Pending(Vec::with_capacity(2)))), queue }
    }

    /// Adds a callback: kept while pending, in the order of adding; scheduled at once where the outcome is there.
    pub fn on_done(&self, callback: Callback, run: Run<T>) {
        let mut state = self.lock();
        match &mut *state {
            State::Pending(callbacks) => callbacks.push((callback, run)),
            State::Settled(settled) => {
                let settled = settled.clone();
                drop(state);
                self.queue.call_soon(self.id, vec![(callback, run)], &settled);
            }
        }
    }

    /// Sets the result and schedules the callbacks.
    ///
    /// # Errors
    /// [`InvalidState`] where it was settled before; the result is dropped.
    pub fn set(&self, result: T) -> Result<(), InvalidState> {
        self.settle(Settled::Result(result), |_| ())
    }

    /// As [`Completion::set`]; `announce` runs between the setting and the scheduling, and only if this was the first.
    ///
    /// # Errors
    /// [`InvalidState`] where it was settled before; the result is dropped.
    pub fn set_announced(&self, result: T, announce: impl FnOnce(&Settled<T>)) -> Result<(), InvalidState> {
        self.settle(Settled::Result(result), announce)
    }

    /// Cancelling is an outcome too.
    ///
    /// # Errors
    /// [`InvalidState`] where it was settled before.
    pub fn cancel(&self) -> Result<(), InvalidState> {
        self.settle(Settled::Cancelled, |_| ())
    }

    /// Whether nothing was set yet.
    pub fn is_pending(&self) -> bool {
        matches!(*self.lock(), State::Pending(_))
    }

    /// The end that sets it. Dropped without a result, it settles the Completion as [`Settled::Dropped`].
    pub fn producer(&self) -> Producer<T> {
        Producer { completion: self.clone() }
    }

    fn settle(&self, settled: Settled<T>, announce: impl FnOnce(&Settled<T>)) -> Result<(), InvalidState> {
        let settled = Arc::new(settled);
        let callbacks = {
            let mut state = self.lock();
            match &mut *state {
                State::Settled(_) => return Err(InvalidState),
                State::Pending(callbacks) => {
                    let callbacks = std::mem::take(callbacks);
                    *state = State::Settled(settled.clone());
                    callbacks
                }
            }
        };
        announce(&settled);
        self.queue.call_soon(self.id, callbacks, &settled);
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        // Nothing that can panic runs under this lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// See [`Completion::producer`].
pub struct Producer<T> {
    completion: Completion<T>,
}

impl<T> Producer<T> {
    /// See [`Completion::set_announced`].
    ///
    /// # Errors
    /// [`InvalidState`] where it was settled before; the result is dropped.
    pub fn set_announced(&self, result: T, announce: impl FnOnce(&Settled<T>)) -> Result<(), InvalidState> {
        self.completion.set_announced(result, announce)
    }
}

impl<T> Drop for Producer<T> {
    fn drop(&mut self) {
        // Settled before is the usual end.
        let _ = self.completion.settle(Settled::Dropped, |_| ());
    }
}

impl<T> Scheduled<T> {
    pub(super) fn run(self) {
        (self.run)(&self.settled);
    }
}
