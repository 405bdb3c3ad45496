//! The engine `tasks`: a task a fetch, on the loop. `ensure_future`, twenty times. Knows nothing of slots.
//!
//! Nobody joins them: a task settles its Completion whatever becomes of it, a panic in its step included, and the slots
//! know which are in flight. What runs a task runs the next one too: its memory is used again, and its timer.

use super::job::Job;
use super::task::Task;
use crate::emit::Emitter;
use crate::net::Fetcher;
use crate::wake::Wake;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

pub struct Tasks(Arc<Shared>);

struct Shared {
    fetcher: Arc<Fetcher>,
    emitter: Emitter,
    crew: Mutex<Crew>,
}

/// Those who run one task after another.
#[derive(Default)]
struct Crew {
    runners: Vec<Runner>,
    /// Those whose task is over, the last one last.
    idle: Vec<usize>,
}

#[derive(Default)]
struct Runner {
    job: Option<Job>,
    /// Once it has waited for a job.
    waker: Option<Waker>,
    idle: bool,
}

impl Tasks {
    pub fn new(fetcher: Arc<Fetcher>, emitter: Emitter) -> Tasks {
        Tasks(Arc::new(Shared { fetcher, emitter, crew: Mutex::default() }))
    }

    /// Creates the task; its first step has its turn in the loop's queue, as in asyncio.
    pub fn start(&self, job: Job) {
        job.lifeline.note(Wake::Slot);
        let fresh = self.0.crew().give(job);
        if let Some(place) = fresh {
            tokio::spawn(self.0.clone().run(place));
        }
    }
}

impl Shared {
    async fn run(self: Arc<Shared>, place: usize) {
        let mut alarm = None;
        loop {
            let Job { attempt, target, url, lifeline, completion, created } =
                poll_fn(|context| self.crew().poll_job(place, context)).await;
            let producer = completion.into_producer();
            let fetch = pin!(self.fetcher.bring(attempt.id, target, url.clone(), &lifeline, &mut alarm));
            Task::new(attempt, &url, fetch, &lifeline, producer, &self.emitter, created).await;
        }
    }

    fn crew(&self) -> MutexGuard<'_, Crew> {
        // Nothing that can panic runs under this lock.
        self.crew.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Crew {
    /// Gives the job to one who is idle, or else to a new one, whose place that is.
    fn give(&mut self, job: Job) -> Option<usize> {
        let Some(place) = self.idle.pop() else {
            self.runners.push(Runner { job: Some(job), ..Runner::default() });
            return Some(self.runners.len() - 1);
        };
        let runner = &mut self.runners[place];
        (runner.job, runner.idle) = (Some(job), false);
        if let Some(waker) = &runner.waker {
            waker.wake_by_ref();
        }
        None
    }

    fn poll_job(&mut self, place: usize, context: &Context<'_>) -> Poll<Job> {
        let runner = &mut self.runners[place];
        if let Some(job) = runner.job.take() {
            return Poll::Ready(job);
        }
        if !runner.waker.as_ref().is_some_and(|waker| waker.will_wake(context.waker())) {
            runner.waker = Some(context.waker().clone());
        }
        if !std::mem::replace(&mut runner.idle, true) {
            self.idle.push(place);
        }
        Poll::Pending
    }
}
