//! asyncio's Task: steps a fetch until it returns, counts the steps and the time in them, and sets its Completion.

use super::completion::Producer;
use super::job::{Attempt, guarded, panicked, set};
use crate::clock::At;
use crate::emit::Emitter;
use crate::event::EventKind;
use crate::fetched::Fetched;
use crate::net::Lifeline;
use crate::text::Untrusted;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

/// A step that keeps the loop for longer than this is told of.
const LONG_STEP_US: u64 = 1000;

/// One fetch as the loop runs it.
pub struct Task<'e, F> {
    attempt: Attempt,
    url: &'e Untrusted,
    fetch: F,
    lifeline: &'e Lifeline,
    /// Until it has set the result.
    producer: Option<Producer<Arc<Fetched>>>,
    emitter: &'e Emitter,
    created: At,
    busy_us: u64,
}

impl<'e, F: Future<Output = Arc<Fetched>> + Unpin> Task<'e, F> {
    pub fn new(
        attempt: Attempt,
        url: &'e Untrusted,
        fetch: F,
        lifeline: &'e Lifeline,
        producer: Producer<Arc<Fetched>>,
        emitter: &'e Emitter,
        created: At,
    ) -> Task<'e, F> {
        Task { attempt, url, fetch, lifeline, producer: Some(producer), emitter, created, busy_us: 0 }
    }

    fn step(&mut self, context: &mut Context<'_>) -> Poll<Arc<Fetched>> {
        let began = self.emitter.now();
        self.lifeline.begin_step(began);
        let fetch = &mut self.fetch;
        let stepped = guarded(|| Pin::new(fetch).poll(context));
        // The last step ends with the fetch, and most others as it begins to wait for its answer.
        let ended = match &stepped {
            Some(Poll::Ready(fetched)) => fetched.ended.max(began),
            Some(Poll::Pending) => self.lifeline.waits_since(began).unwrap_or_else(|| self.emitter.now()),
            None => self.emitter.now(),
        };
        let busy_us = ended.0.saturating_sub(began.0);
        self.busy_us += busy_us;
        if self.emitter.tells_steps() {
            let (step, woken_by) = (self.lifeline.steps(), self.lifeline.woken_by());
            self.emitter.emit_at(ended, EventKind::Stepped { id: self.attempt.id, step, busy_us, woken_by });
        }
        if busy_us > LONG_STEP_US {
            self.emitter.emit_at(ended, EventKind::LoopLagged { id: self.attempt.id, busy_us });
        }
        stepped.unwrap_or_else(|| Poll::Ready(Arc::new(panicked(self.url, self.created, ended))))
    }

    fn finish(&mut self, mut fetched: Arc<Fetched>) {
        // Who wakes it from now on would wake the next task of its runner.
        self.lifeline.release();
        // Nobody else has it yet: it is not copied.
        let told = Arc::make_mut(&mut fetched);
        told.steps = self.lifeline.steps();
        told.wakes = self.lifeline.wakes();
        told.busy_us = self.busy_us;
        if let Some(producer) = self.producer.take() {
            set(producer.completion(), self.attempt, fetched, None, self.lifeline, self.emitter);
            producer.goes();
        }
    }
}

impl<F: Future<Output = Arc<Fetched>> + Unpin> Future for Task<'_, F> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        match self.step(context) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(fetched) => {
                self.finish(fetched);
                Poll::Ready(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::callback::Callback;
    use crate::clock::{At, Clock};
    use crate::emit::{Events, channel};
    use crate::engine::{CallbackQueue, Completion};
    use crate::engine::{Settled, is_stepping};
    use crate::failure::{Failure, FailureKind};
    use crate::id::FetchId;
    use std::future::{poll_fn, ready};
    use std::sync::Mutex;

    const ID: FetchId = FetchId(3);

    struct Bench {
        emitter: Emitter,
        events: Events,
        queue: CallbackQueue<Arc<Fetched>>,
        completion: Completion<Arc<Fetched>>,
        url: Untrusted,
        lifeline: Lifeline,
    }

    fn bench() -> Bench {
        let (emitter, events) = channel(Clock::start(), true);
        let queue = CallbackQueue::new(emitter.clone());
        let completion = Completion::new(ID, queue.clone());
        let (url, lifeline) = (Untrusted::new("http://a.example/", 99), Lifeline::default());
        Bench { emitter, events, queue, completion, url, lifeline }
    }

    impl Bench {
        fn task<F: Future<Output = Arc<Fetched>> + Unpin>(&self, fetch: F) -> Task<'_, F> {
            let (attempt, producer) = (Attempt::first(ID), self.completion.producer());
            Task::new(attempt, &self.url, fetch, &self.lifeline, producer, &self.emitter, At(0))
        }

        fn told(&mut self) -> Vec<EventKind> {
            let mut batch = Vec::new();
            self.events.take_now(&mut batch);
            batch.into_iter().map(|event| event.kind).collect()
        }
    }

    fn answered() -> Arc<Fetched> {
        let failure = Failure::new(FailureKind::Reset, "");
        let failed = Fetched::failed(Untrusted::new("http://a.example/", 99), At(0), At(5), failure);
        Arc::new(Fetched { failure: None, status: Some(200), body_bytes: 9, ..failed })
    }

    #[tokio::test]
    async fn a_task_counts_its_steps_and_sets_its_completion() {
        let mut bench = bench();
        let settled = Arc::new(Mutex::new(None));
        let keep = settled.clone();
        bench.completion.on_done(Callback::Report, Box::new(move |it| *keep.lock().unwrap() = Some(it.clone())));
        let mut steps = 0;
        let fetch = poll_fn(move |context| {
            steps += 1;
            assert!(is_stepping());
            context.waker().wake_by_ref();
            if steps == 3 { Poll::Ready(answered()) } else { Poll::Pending }
        });
        bench.task(fetch).await;
        assert!(!is_stepping());
        bench.queue.fire_all();
        let Some(Settled::Result(fetched)) = settled.lock().unwrap().take() else { panic!("no result") };
        assert_eq!((fetched.steps, fetched.status), (3, Some(200)));
        let set = EventKind::ResultSet { id: ID, status: Some(200), failure: None, bytes: 9, steps: 3, worker: None };
        assert!(bench.told().contains(&set));
    }

    #[tokio::test]
    async fn a_result_for_a_completion_that_has_one_is_refused_and_told_so() {
        let mut bench = bench();
        bench.completion.cancel().unwrap();
        bench.task(ready(answered())).await;
        let told = bench.told();
        assert!(told.contains(&EventKind::ResultRefused { id: ID }), "{told:?}");
        assert!(!told.iter().any(|kind| matches!(kind, EventKind::ResultSet { .. })));
    }

    #[tokio::test]
    async fn a_panic_in_a_step_is_the_result_of_that_fetch() {
        let mut bench = bench();
        bench.task(poll_fn(|_| panic!("on purpose"))).await;
        assert!(!is_stepping());
        let told = bench.told();
        let failure = Some(FailureKind::Internal);
        assert!(
            told.contains(&EventKind::ResultSet { id: ID, status: None, failure, bytes: 0, steps: 1, worker: None }),
            "{told:?}"
        );
    }

    #[test]
    fn a_task_that_is_dropped_settles_its_completion() {
        let bench = bench();
        drop(bench.task(poll_fn(|_| Poll::<Arc<Fetched>>::Pending)));
        assert!(!bench.completion.is_pending());
    }
}
