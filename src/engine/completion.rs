//! asyncio's Future: a container set once, which hands its callbacks to the queue. Knows nothing of fetches.

#[cfg(test)]
mod tests;

use super::callbacks::{CallbackQueue, Release};
use super::job::Attempt;
use crate::callback::Callback;
use crate::clock::At;
use crate::id::FetchId;
use smallvec::SmallVec;
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

/// A callback of two steps: it tells by the outcome which one it is, and is run in its turn.
pub(super) trait Staged<T>: Send {
    fn choose(&mut self, settled: &Settled<T>) -> Callback;
    /// Its turn has come at `fired`.
    fn run(self: Box<Self>, settled: Settled<T>, fired: At);
}

/// What is done in a callback's turn, with the outcome.
pub(super) enum Deed<T> {
    Run(Run<T>, Settled<T>),
    Staged(Box<dyn Staged<T>>, Settled<T>),
    /// What the queue does for each attempt that is over.
    Release(Attempt),
}

/// Tells by the outcome which callback there is, if any.
pub type Choose<T> = Box<dyn FnOnce(&Settled<T>) -> Option<(Callback, Run<T>)> + Send>;

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
    Pending(SmallVec<[Added<T>; 3]>),
    Settled(Settled<T>),
}

/// A callback that waits for the outcome.
pub(super) enum Added<T> {
    Named(Callback, Run<T>),
    Chosen(Choose<T>),
    /// One object for both steps: which one it is, and what it does.
    Staged(Box<dyn Staged<T>>),
    /// See [`Deed::Release`].
    Release(Attempt),
}

impl<T: Clone> Added<T> {
    fn by(self, settled: &Settled<T>) -> Option<(Callback, Deed<T>)> {
        let run = |(callback, run)| (callback, Deed::Run(run, settled.clone()));
        match self {
            Added::Named(callback, it) => Some(run((callback, it))),
            Added::Chosen(choose) => choose(settled).map(run),
            Added::Staged(mut staged) => Some((staged.choose(settled), Deed::Staged(staged, settled.clone()))),
            Added::Release(attempt) => Some((Callback::Release, Deed::Release(attempt))),
        }
    }
}

impl<T> Clone for Completion<T> {
    fn clone(&self) -> Completion<T> {
        Completion { id: self.id, state: self.state.clone(), queue: self.queue.clone() }
    }
}

impl<T: Clone> Completion<T> {
    pub fn new(id: FetchId, queue: CallbackQueue<T>) -> Completion<T> {
        Completion { id, state: Arc::new(Mutex::new(State::Pending(SmallVec::new()))), queue }
    }

    /// One that is made with its callbacks, in their order.
    pub(super) fn with(
        id: FetchId,
        queue: CallbackQueue<T>,
        added: impl IntoIterator<Item = Added<T>>,
    ) -> Completion<T> {
        Completion { id, state: Arc::new(Mutex::new(State::Pending(added.into_iter().collect()))), queue }
    }

    /// Adds a callback: kept while pending, in the order of adding; scheduled at once where the outcome is there.
    pub fn on_done(&self, callback: Callback, run: Run<T>) {
        self.add(Added::Named(callback, run));
    }

    /// Adds a callback whose name the outcome decides: `choose` is asked once that is there, and what it gives fires in
    /// its turn. It is not to touch this Completion, which is locked meanwhile.
    pub fn on_outcome(&self, choose: Choose<T>) {
        self.add(Added::Chosen(choose));
    }

    fn add(&self, added: Added<T>) {
        let mut state = self.lock();
        match &mut *state {
            State::Pending(callbacks) => callbacks.push(added),
            State::Settled(settled) => {
                let settled = settled.clone();
                drop(state);
                self.queue.call_soon(self.id, added.by(&settled), None, true);
            }
        }
    }

    /// Sets the result and schedules the callbacks.
    ///
    /// # Errors
    /// [`InvalidState`] where it was settled before; the result is dropped.
    pub fn set(&self, result: T) -> Result<(), InvalidState> {
        self.settle(Settled::Result(result), None, |_| ())
    }

    /// As [`Completion::set`], at a moment that was read already; that callbacks are scheduled is not told.
    ///
    /// # Errors
    /// [`InvalidState`] where it was settled before; the result is dropped.
    pub(super) fn set_quietly(&self, result: T, at: At) -> Result<(), InvalidState> {
        self.settle(Settled::Result(result), Some(at), |_| ())
    }

    /// As [`Completion::set`]; `announce` runs between the setting and the scheduling, and only if this was the first.
    /// It is not to touch this Completion, which is locked meanwhile.
    ///
    /// # Errors
    /// [`InvalidState`] where it was settled before; the result is dropped.
    pub fn set_announced(&self, result: T, announce: impl FnOnce(&Settled<T>)) -> Result<(), InvalidState> {
        self.settle(Settled::Result(result), None, announce)
    }

    /// Cancelling is an outcome too.
    ///
    /// # Errors
    /// [`InvalidState`] where it was settled before.
    pub fn cancel(&self) -> Result<(), InvalidState> {
        self.settle(Settled::Cancelled, None, |_| ())
    }

    /// Whether nothing was set yet.
    pub fn is_pending(&self) -> bool {
        matches!(*self.lock(), State::Pending(_))
    }

    /// The end that sets it. Dropped without a result, it settles the Completion as [`Settled::Dropped`].
    pub fn producer(&self) -> Producer<T> {
        self.clone().into_producer()
    }

    /// As [`Completion::producer`], where nobody else needs this one.
    pub fn into_producer(self) -> Producer<T> {
        Producer { completion: self, told: false }
    }

    /// Quietly where the moment is given. All of it under the lock: a callback that is added meanwhile has its turn after those that were there.
    fn settle(
        &self,
        settled: Settled<T>,
        at: Option<At>,
        announce: impl FnOnce(&Settled<T>),
    ) -> Result<(), InvalidState> {
        let mut state = self.lock();
        let State::Pending(callbacks) = &mut *state else { return Err(InvalidState) };
        let callbacks = std::mem::take(callbacks);
        *state = State::Settled(settled.clone());
        announce(&settled);
        let chosen = callbacks.into_iter().filter_map(|added| added.by(&settled));
        self.queue.call_soon(self.id, chosen, at, at.is_none());
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        // It is settled before anything is announced, so a panic leaves it whole.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// See [`Completion::producer`].
pub struct Producer<T: Clone> {
    completion: Completion<T>,
    told: bool,
}

impl<T: Clone> Producer<T> {
    /// What it is to set.
    pub fn completion(&self) -> &Completion<T> {
        &self.completion
    }

    /// What it was to set is set: it goes without a word.
    pub fn goes(mut self) {
        self.told = true;
    }

    /// See [`Completion::set_announced`].
    ///
    /// # Errors
    /// [`InvalidState`] where it was settled before; the result is dropped.
    pub fn set_announced(&self, result: T, announce: impl FnOnce(&Settled<T>)) -> Result<(), InvalidState> {
        self.completion.set_announced(result, announce)
    }
}

impl<T: Clone> Drop for Producer<T> {
    fn drop(&mut self) {
        if !self.told {
            // It may have been settled before.
            let _ = self.completion.settle(Settled::Dropped, None, |_| ());
        }
    }
}

impl<T> Deed<T> {
    /// Its turn has come at `fired`.
    pub(super) fn run(self, release: &Release, fired: At) {
        match self {
            Deed::Run(run, settled) => run(&settled),
            Deed::Staged(staged, settled) => staged.run(settled, fired),
            Deed::Release(attempt) => release(attempt),
        }
    }
}
