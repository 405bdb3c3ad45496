//! The engine `tasks`: a task a fetch, in a set on the loop. `ensure_future`, twenty times. Knows nothing of slots.

use super::job::Job;
use super::task::Task;
use crate::emit::Emitter;
use crate::net::Fetcher;
use crate::wake::Wake;
use std::sync::Arc;
use tokio::task::JoinSet;

pub struct Tasks {
    running: JoinSet<()>,
    fetcher: Arc<Fetcher>,
    emitter: Emitter,
}

impl Tasks {
    pub fn new(fetcher: Arc<Fetcher>, emitter: Emitter) -> Tasks {
        Tasks { running: JoinSet::new(), fetcher, emitter }
    }

    /// Creates the task; its first step has its turn in the loop's queue, as in asyncio.
    pub fn start(&mut self, job: Job) {
        let Job { attempt, target, url, lifeline, completion, .. } = job;
        lifeline.note(Wake::Slot);
        let fetch = Box::pin(self.fetcher.clone().fetch(attempt.id, target, url.clone(), lifeline.clone()));
        self.running.spawn(Task::new(attempt, url, fetch, lifeline, completion.producer(), self.emitter.clone()));
    }

    /// Waits until a task is over, and forgets it with all others that are; never comes where there is none.
    pub async fn reap(&mut self) {
        if self.running.join_next().await.is_none() {
            std::future::pending::<()>().await;
        }
        while self.running.try_join_next().is_some() {}
    }
}
