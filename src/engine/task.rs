//! asyncio's Task: steps a fetch until it returns, counts the steps and the time in them, and sets its Completion.

use super::completion::{Producer, Settled};
use crate::emit::Emitter;
use crate::event::EventKind;
use crate::failure::{Failure, FailureKind};
use crate::fetched::Fetched;
use crate::id::FetchId;
use crate::net::Lifeline;
use crate::text::Untrusted;
use std::cell::Cell;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

/// A step that keeps the loop for longer than this is told of.
const LONG_STEP_US: u64 = 1000;

/// One fetch as the loop runs it.
pub struct Task<F> {
    id: FetchId,
    url: Untrusted,
    fetch: F,
    lifeline: Arc<Lifeline>,
    producer: Producer<Arc<Fetched>>,
    emitter: Emitter,
    started: crate::clock::At,
    busy_us: u64,
}

thread_local! {
    static STEPPING: Cell<bool> = const { Cell::new(false) };
}

/// Whether this thread is within a step: a panic there is that fetch's failure, not the program's.
pub fn is_stepping() -> bool {
    STEPPING.get()
}

impl<F: Future<Output = Fetched> + Unpin> Task<F> {
    pub fn new(
        id: FetchId,
        url: Untrusted,
        fetch: F,
        lifeline: Arc<Lifeline>,
        producer: Producer<Arc<Fetched>>,
        emitter: Emitter,
    ) -> Task<F> {
        let started = emitter.now();
        emitter.emit_at(started, EventKind::Started { id, url: url.clone() });
        Task { id, url, fetch, lifeline, producer, emitter, started, busy_us: 0 }
    }

    fn step(&mut self, context: &mut Context<'_>) -> Poll<Fetched> {
        let began = self.emitter.now();
        self.lifeline.count_step();
        STEPPING.set(true);
        let stepped = catch_unwind(AssertUnwindSafe(|| Pin::new(&mut self.fetch).poll(context)));
        STEPPING.set(false);
        let ended = self.emitter.now();
        let busy_us = ended.0.saturating_sub(began.0);
        self.busy_us += busy_us;
        if busy_us > LONG_STEP_US {
            self.emitter.emit_at(ended, EventKind::LoopLagged { id: self.id, busy_us });
        }
        stepped.unwrap_or_else(|_| Poll::Ready(self.panicked()))
    }

    fn panicked(&self) -> Fetched {
        let failure = Failure::new(FailureKind::Internal, "the task panicked: an error of crawltop itself");
        Fetched::failed(self.url.clone(), self.started, self.emitter.now(), failure)
    }

    fn finish(&mut self, mut fetched: Fetched) {
        fetched.steps = self.lifeline.steps();
        fetched.busy_us = self.busy_us;
        let (id, ended, emitter) = (self.id, fetched.ended, &self.emitter);
        let set = self.producer.set_announced(Arc::new(fetched), |settled| {
            if let Settled::Result(fetched) = settled {
                emitter.emit_at(ended, result_set(id, fetched));
            }
        });
        if set.is_err() {
            emitter.emit(EventKind::ResultRefused { id });
        }
    }
}

fn result_set(id: FetchId, fetched: &Fetched) -> EventKind {
    EventKind::ResultSet {
        id,
        status: fetched.status,
        failure: fetched.kind(),
        bytes: fetched.body_bytes,
        steps: fetched.steps,
    }
}

impl<F: Future<Output = Fetched> + Unpin> Future for Task<F> {
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
    use std::future::{poll_fn, ready};
    use std::sync::Mutex;

    const ID: FetchId = FetchId(3);

    struct Bench {
        emitter: Emitter,
        events: Events,
        queue: CallbackQueue<Arc<Fetched>>,
        completion: Completion<Arc<Fetched>>,
    }

    fn bench() -> Bench {
        let (emitter, events) = channel(Clock::start(), true);
        let queue = CallbackQueue::new(emitter.clone());
        let completion = Completion::new(ID, queue.clone());
        Bench { emitter, events, queue, completion }
    }

    impl Bench {
        fn task<F: Future<Output = Fetched> + Unpin>(&self, fetch: F) -> Task<F> {
            let url = Untrusted::new("http://a.example/", 99);
            Task::new(ID, url, fetch, Arc::default(), self.completion.producer(), self.emitter.clone())
        }

        fn told(&mut self) -> Vec<EventKind> {
            let mut batch = Vec::new();
            self.events.take_now(&mut batch);
            batch.into_iter().map(|event| event.kind).collect()
        }
    }

    fn answered() -> Fetched {
        let failure = Failure::new(FailureKind::Reset, "");
        let failed = Fetched::failed(Untrusted::new("http://a.example/", 99), At(0), At(5), failure);
        Fetched { failure: None, status: Some(200), body_bytes: 9, ..failed }
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
        let set = EventKind::ResultSet { id: ID, status: Some(200), failure: None, bytes: 9, steps: 3 };
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
        assert!(told.contains(&EventKind::ResultSet { id: ID, status: None, failure, bytes: 0, steps: 1 }), "{told:?}");
    }

    #[test]
    fn a_task_that_is_dropped_settles_its_completion() {
        let bench = bench();
        drop(bench.task(poll_fn(|_| Poll::<Fetched>::Pending)));
        assert!(!bench.completion.is_pending());
    }
}
