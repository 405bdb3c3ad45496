//! What ties a fetch to whoever runs it: how often it was stepped, and whether it is to let go. Knows no task.

use futures_util::task::AtomicWaker;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed, Ordering::SeqCst};
use std::task::Waker;

#[derive(Debug, Default)]
pub struct Lifeline {
    steps: AtomicU32,
    cancelled: AtomicBool,
    waker: AtomicWaker,
}

impl Lifeline {
    pub fn count_step(&self) {
        self.steps.fetch_add(1, Relaxed);
    }

    pub fn steps(&self) -> u32 {
        self.steps.load(Relaxed)
    }

    /// Asks the fetch to end as `cancelled` at its next step, and makes that step happen.
    pub fn cancel(&self) {
        self.cancelled.store(true, SeqCst);
        self.waker.wake();
    }

    pub fn is_cancelled(&self) -> bool {
        self.cancelled.load(SeqCst)
    }

    /// Whoever cancels wakes this waker.
    pub(super) fn register(&self, waker: &Waker) {
        self.waker.register(waker);
    }
}
