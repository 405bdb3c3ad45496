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
