//! The engine `tasks`: a task a fetch, on the loop. `ensure_future`, twenty times. Knows nothing of slots.
//!
//! Nobody joins them: a task settles its Completion whatever becomes of it, a panic in its step included, and the slots
//! know which are in flight. What runs a task runs the next one too: its memory is used again.

use super::job::Job;
use super::task::Task;
use crate::emit::Emitter;
use crate::net::Fetcher;
use crate::wake::Wake;
use futures_util::task::AtomicWaker;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

pub struct Tasks(Arc<Shared>);

struct Shared {
    fetcher: Arc<Fetcher>,
    emitter: Emitter,
    /// Those whose task is over, the last one first.
    idle: Mutex<Vec<Arc<Runner>>>,
}

/// Runs one task after another.
#[derive(Default)]
struct Runner {
    job: Mutex<Option<Job>>,
    waker: AtomicWaker,
}

impl Tasks {
    pub fn new(fetcher: Arc<Fetcher>, emitter: Emitter) -> Tasks {
        Tasks(Arc::new(Shared { fetcher, emitter, idle: Mutex::default() }))
    }

    /// Creates the task; its first step has its turn in the loop's queue, as in asyncio.
    pub fn start(&self, job: Job) {
        job.lifeline.note(Wake::Slot);
        let idle = lock(&self.0.idle).pop();
        let runner = idle.clone().unwrap_or_default();
        *lock(&runner.job) = Some(job);
        match idle {
            Some(runner) => runner.waker.wake(),
            None => drop(tokio::spawn(self.0.clone().run(runner))),
        }
    }
}

impl Shared {
    async fn run(self: Arc<Shared>, runner: Arc<Runner>) {
        loop {
            let Job { attempt, target, url, lifeline, completion, created } =
                poll_fn(|context| runner.poll_job(context)).await;
            {
                let producer = completion.into_producer();
                let fetch = pin!(self.fetcher.bring(attempt.id, target, url.clone(), lifeline.clone()));
                Task::new(attempt, url, fetch, lifeline, producer, &self.emitter, created).await;
            }
            lock(&self.idle).push(runner.clone());
        }
    }
}

impl Runner {
    fn poll_job(&self, context: &Context<'_>) -> Poll<Job> {
        self.waker.register(context.waker());
        lock(&self.job).take().map_or(Poll::Pending, Poll::Ready)
    }
}

/// Nothing that can panic runs under these locks.
fn lock<T>(what: &Mutex<T>) -> MutexGuard<'_, T> {
    what.lock().unwrap_or_else(PoisonError::into_inner)
}
