//! What is made again, and what is not after all: by the time that has come, by a wish, by the end of the run.

use super::{Telling, Waiting};
use crate::clock::At;
use crate::engine::past::Past;
use crate::engine::retries::Retries;
use crate::event::EventKind;
use crate::fetched::Fetched;
use crate::id::FetchId;
use crate::retry_after::RetryAfter;
use std::sync::atomic::Ordering::{Acquire, SeqCst};
use std::sync::{Arc, MutexGuard, PoisonError};

impl Telling {
    /// What waits to be made again.
    pub fn retries(&self) -> MutexGuard<'_, Retries<Waiting>> {
        // Nothing that can panic runs under this lock.
        self.retries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether anything waits to be made again.
    pub fn has_retries(&self) -> bool {
        self.retries_wait.load(Acquire)
    }

    /// One that waits to be made again waits no more. Says whether it did.
    pub fn hasten(&self, id: FetchId) -> bool {
        let now = self.emitter.now();
        let Some(waiting) = self.retries().take(id) else { return false };
        let waiting = Waiting { wished: true, ..waiting };
        match self.crawl.as_ref().filter(|crawl| !crawl.is_asking(id)) {
            None => self.retries().put(id, now, waiting),
            Some(crawl) => {
                self.retries().park(id, waiting);
                crawl.hasten(id);
            }
        }
        self.emitter.emit(EventKind::RetryAsked { id });
        true
    }

    /// Another attempt at one that is done, whose result does not stand any more. Says whether there is one.
    pub fn reopen(&self, id: FetchId) -> bool {
        let done = self.past().take(id);
        done.is_some_and(|done| self.reopen_one(done, false))
    }

    /// Another attempt at each that has failed. Tells how many there are.
    pub fn reopen_failed(&self) -> u64 {
        let failed = self.past().take_failed();
        failed.into_iter().map(|done| u64::from(self.reopen_one(done, true))).sum()
    }

    fn reopen_one(&self, done: Waiting, all: bool) -> bool {
        let (id, fetched) = (done.attempt.id, done.fetched.clone());
        if self.closed.load(SeqCst) || self.crawl.as_ref().is_some_and(|crawl| !crawl.again(id)) {
            return false;
        }
        self.go_on();
        let now = self.emitter.now();
        self.emitter.emit_at(now, EventKind::Reopened { id, all, fetched });
        match &self.crawl {
            None => self.retries().put(id, now, done),
            // Its host's pace holds for it as well.
            Some(_) => self.retries().park(id, done),
        }
        true
    }

    /// The run has ended, and its time stands from the moment that is told here; what is made again lets it go on.
    pub fn rest(&self) -> At {
        let at = self.emitter.clock().freeze();
        *self.resting() = Some(at);
        at
    }

    pub fn rests(&self) -> bool {
        self.resting().is_some()
    }

    fn go_on(&self) {
        let ended = self.resting().take();
        if let Some(ended) = ended {
            let stood = self.emitter.clock().go_on_from(ended);
            let stood_us = u64::try_from(stood.as_micros()).unwrap_or(u64::MAX);
            self.emitter.emit_from(ended, EventKind::RunReopened { stood_us });
        }
    }

    fn resting(&self) -> MutexGuard<'_, Option<At>> {
        // Nothing that can panic runs under this lock.
        self.rest.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn past(&self) -> MutexGuard<'_, Past<Waiting>> {
        // Nothing that can panic runs under this lock.
        self.past.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Nothing is made again: what waits for that has the result of its last attempt.
    pub fn close(self: &Arc<Self>) {
        self.closed.store(true, SeqCst);
        let waiting = self.retries().take_all();
        waiting.into_iter().for_each(|waiting| self.stand_by(waiting));
    }

    /// One that waits to be made again is not: the result of its last attempt stands. Says whether it waited.
    pub fn settle(self: &Arc<Self>, id: FetchId) -> bool {
        let waiting = self.retries().take(id);
        waiting.map(|waiting| self.stand_by(waiting)).is_some()
    }

    /// Its origin has asked to be left alone meanwhile: the result of its last attempt stands.
    pub fn forgo(self: &Arc<Self>, waiting: Waiting, retry_after: RetryAfter) {
        self.emitter.emit(EventKind::RetryForgone { id: waiting.attempt.id, retry_after });
        self.stand_by(waiting);
    }

    /// No other attempt is made, as where its origin is left alone: the result of the last one stands.
    pub fn stand_by(self: &Arc<Self>, waiting: Waiting) {
        let fetched = waiting.fetched.clone();
        self.give_up(waiting, fetched);
    }

    /// Lets go of one that waits, if it does.
    pub fn let_go(self: &Arc<Self>, waiting: Waiting) {
        let fetched = Arc::new(waiting.let_go(self.emitter.now()));
        self.give_up(waiting, fetched);
    }

    fn give_up(self: &Arc<Self>, waiting: Waiting, fetched: Arc<Fetched>) {
        if let Some(crawl) = &self.crawl {
            crawl.cancel(waiting.attempt.id);
        }
        let content = waiting.content.map(|content| content.going(self.emitter.waiting()));
        self.tell_of(waiting.attempt, None, fetched, content);
    }
}
