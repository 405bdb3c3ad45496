//! One fetch that is to be made, and the setting of its result. Knows nothing of who makes it.

use super::completion::Completion;
use crate::clock::At;
use crate::emit::Emitter;
use crate::event::EventKind;
use crate::failure::{Failure, FailureKind};
use crate::fetched::Fetched;
use crate::id::FetchId;
use crate::net::Lifeline;
use crate::target::Target;
use crate::text::Untrusted;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// One attempt at a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Attempt {
    pub id: FetchId,
    /// Counted from 1.
    pub number: u32,
}

impl Attempt {
    pub fn first(id: FetchId) -> Attempt {
        Attempt { id, number: 1 }
    }

    pub fn next(self) -> Attempt {
        Attempt { number: self.number + 1, ..self }
    }
}

/// A fetch on its way to an engine.
pub struct Job {
    pub attempt: Attempt,
    pub target: Target,
    pub url: Untrusted,
    pub lifeline: Arc<Lifeline>,
    pub completion: Completion<Arc<Fetched>>,
    /// When its task was created.
    pub created: At,
}

thread_local! {
    static STEPPING: Cell<bool> = const { Cell::new(false) };
}

/// Whether this thread is within a step: a panic there is that fetch's failure, not the program's.
pub fn is_stepping() -> bool {
    STEPPING.get()
}

/// One step, with its length in microseconds. A panic in it is `None`.
pub(super) fn step<T>(emitter: &Emitter, run: impl FnOnce() -> T) -> (Option<T>, At, u64) {
    let began = emitter.now();
    let stepped = guarded(run);
    let ended = emitter.now();
    (stepped, ended, ended.0.saturating_sub(began.0))
}

/// A step whose length is measured elsewhere. A panic in it is `None`.
pub(super) fn guarded<T>(run: impl FnOnce() -> T) -> Option<T> {
    STEPPING.set(true);
    let stepped = catch_unwind(AssertUnwindSafe(run));
    STEPPING.set(false);
    stepped.ok()
}

/// What a fetch that panicked comes to.
pub(super) fn panicked(url: &Untrusted, created: At, now: At) -> Fetched {
    let failure = Failure::new(FailureKind::Internal, "the task panicked: an error of crawltop itself");
    Fetched::failed(url.clone(), created, now, failure)
}

/// Sets the Completion and tells it, where that is told of the fetch; a result that comes too late is told as refused.
pub(super) fn set(
    completion: &Completion<Arc<Fetched>>,
    attempt: Attempt,
    mut fetched: Arc<Fetched>,
    worker: Option<u16>,
    lifeline: &Lifeline,
    emitter: &Emitter,
) {
    let id = attempt.id;
    if attempt.number > 1 {
        Arc::make_mut(&mut fetched).attempt = attempt.number;
    }
    let brief = lifeline.is_brief() && fetched.failure.is_none();
    let ended = fetched.ended;
    let set = if brief || emitter.is_brief() {
        completion.set_quietly(fetched, ended)
    } else {
        let event = EventKind::ResultSet {
            id,
            status: fetched.status,
            failure: fetched.kind(),
            bytes: fetched.body_bytes,
            steps: fetched.steps,
            worker,
        };
        completion.set_announced(fetched, |_| emitter.emit_at(ended, event))
    };
    if set.is_err() {
        emitter.emit(EventKind::ResultRefused { id });
    }
}
