//! The engine `tasks`: a task a fetch, on the loop. `ensure_future`, twenty times. Knows nothing of slots.
//!
//! Nobody joins them: a task settles its Completion whatever becomes of it, a panic in its step included, and the slots
//! know which are in flight.

use super::job::Job;
use super::task::Task;
use crate::emit::Emitter;
use crate::net::Fetcher;
use crate::wake::Wake;
use std::sync::Arc;

pub struct Tasks {
    fetcher: Arc<Fetcher>,
    emitter: Emitter,
}

impl Tasks {
    pub fn new(fetcher: Arc<Fetcher>, emitter: Emitter) -> Tasks {
        Tasks { fetcher, emitter }
    }

    /// Creates the task; its first step has its turn in the loop's queue, as in asyncio.
    pub fn start(&self, job: Job) {
        let Job { attempt, target, url, lifeline, completion, .. } = job;
        lifeline.note(Wake::Slot);
        let fetch = Box::pin(self.fetcher.clone().fetch(attempt.id, target, url.clone(), lifeline.clone()));
        tokio::spawn(Task::new(attempt, url, fetch, lifeline, completion.producer(), self.emitter.clone()));
    }
}
