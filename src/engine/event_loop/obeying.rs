//! How the loop carries out wishes, and how it ends what is in flight.

use super::EventLoop;
use crate::control::{Control, EndReason, Rate};
use crate::engine::controls::Heard;
use crate::event::{Engine, EventKind};
use crate::id::FetchId;
use crate::net::Wish;

impl EventLoop {
    /// Nothing is started any more, and nothing made again.
    pub(super) fn close(&mut self, reason: EndReason) {
        self.ending.close(reason);
        self.telling.close();
    }

    pub(super) fn obey(&mut self, heard: Heard) {
        let Heard { control, told } = heard;
        match control {
            Control::Pause => self.pause(true, told),
            Control::Resume => self.pause(false, told),
            Control::Concurrency(cap) => {
                self.terms.cap = self.terms.within(cap);
                if let Some(crawl) = &self.crawl {
                    crawl.set_slots(self.terms.hands());
                }
                self.tell(told, EventKind::ConcurrencySet { cap: self.terms.cap });
            }
            Control::PerHost(cap) => {
                if let Some(crawl) = &self.crawl {
                    crawl.set_per_host(cap.max(1));
                    self.tell(told, EventKind::PerHostSet { cap: cap.max(1) });
                }
            }
            Control::Rate(rate) => self.set_rate(rate, told),
            Control::Cancel(_) | Control::Retry(_) | Control::RetryFailed => {
                // What has its outcome is to be where it is looked for: told, or waiting for another attempt.
                self.fire();
                self.obey_of_fetches(control);
            }
            Control::Drain(reason) if !self.ending.is_draining() => self.drain(reason),
            Control::Drain(reason) | Control::Quit(reason) => self.quit(reason),
        }
    }

    /// What the relay has not told.
    fn tell(&self, told: bool, kind: EventKind) {
        if !told {
            self.emitter.emit(kind);
        }
    }

    fn pause(&mut self, paused: bool, told: bool) {
        if paused != self.paused {
            self.paused = paused;
            self.runner.hold(paused);
            self.tell(told, if paused { EventKind::Paused } else { EventKind::Resumed });
        }
    }

    pub(super) fn obey_of_fetches(&self, control: Control) {
        match control {
            Control::Cancel(id) => self.cancel(id),
            Control::Retry(id) => self.retry(id),
            _ => self.retry_failed(),
        }
    }

    fn set_rate(&mut self, rate: Option<Rate>, told: bool) {
        match &self.crawl {
            Some(crawl) => crawl.set_rate(rate),
            None => self.pacer.set(rate, self.emitter.now()),
        }
        self.until = None;
        self.tell(told, EventKind::RateSet { rate });
    }

    /// Lets go of a fetch by the wish of the user.
    fn cancel(&self, id: FetchId) {
        if self.slots.wish(id, Wish::LetGo) || self.telling.retries().holds(id) {
            self.emitter.emit(EventKind::CancelAsked { id });
            self.let_go(id);
        }
    }

    /// Makes another attempt: in the place of the one in flight, of the one that waits, or of the result. At the end of
    /// a run there is none.
    fn retry(&self, id: FetchId) {
        if self.ending.is_closing() {
            return;
        }
        if self.slots.wish(id, Wish::BeginAgain) {
            self.emitter.emit(EventKind::RetryAsked { id });
            self.cut_off(id);
        } else if !self.telling.hasten(id) {
            self.telling.reopen(id);
        }
    }

    fn retry_failed(&self) {
        let count = if self.ending.is_closing() { 0 } else { self.telling.reopen_failed() };
        if count > 0 {
            self.emitter.emit(EventKind::FailedReopened { count });
        }
    }

    fn drain(&mut self, reason: EndReason) {
        let now = self.emitter.now();
        let until = self.ending.drain(reason, now);
        // Where a fetch may hold the loop, the relay has told it.
        if self.terms.engine != Engine::Sequential {
            self.emitter.emit_at(now, EventKind::Draining { until, reason });
        }
        self.close(reason);
    }

    pub(super) fn quit(&mut self, reason: EndReason) {
        self.ending.quit(reason);
        self.close(reason);
        self.let_go_of_all();
    }

    /// Ends a fetch; one that no worker has begun gives its slot back at once.
    fn let_go(&self, id: FetchId) {
        let waiting = self.telling.retries().take(id);
        match waiting {
            Some(waiting) => self.telling.let_go(waiting),
            None => self.cut_off(id),
        }
    }

    /// Ends what is in flight; what no worker has begun ends in the queue.
    fn cut_off(&self, id: FetchId) {
        if !self.runner.withdraw(id) {
            self.slots.cancel(id);
        }
    }

    pub(super) fn let_go_of_all(&self) {
        // A worker that comes back finds nothing to begin.
        self.runner.hold(true);
        self.slots.end(self.ending.reason().unwrap_or(EndReason::Quit));
        self.slots.ids().into_iter().for_each(|id| self.let_go(id));
    }
}
