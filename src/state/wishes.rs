//! What was changed by hand, and how the run stands since: it is noted for the charts. Knows nothing of single results.

use super::{Change, State};
use crate::clock::At;
use crate::control::{EndReason, Rate};
use crate::id::FetchId;

impl State {
    pub(super) fn pause(&mut self, at: At) {
        self.run.paused = true;
        self.mark(at, Change::Paused);
    }

    pub(super) fn resume(&mut self, at: At) {
        self.run.resume(at);
        self.mark(at, Change::Resumed);
    }

    pub(super) fn set_cap(&mut self, to: u32, at: At) {
        let from = std::mem::replace(&mut self.run.cap, to);
        self.mark_other(at, from != to, Change::Concurrency { from, to });
    }

    pub(super) fn set_per_host(&mut self, to: u32, at: At) {
        let from = std::mem::replace(&mut self.crawl.per_host, to);
        self.mark_other(at, from != to, Change::PerHost { from, to });
    }

    pub(super) fn set_rate(&mut self, to: Option<Rate>, at: At) {
        let from = std::mem::replace(&mut self.run.rate, to);
        self.mark_other(at, from != to, Change::Rate { from, to });
    }

    pub(super) fn hasten(&mut self, id: FetchId, at: At) {
        self.requests.hasten(id, at);
        self.mark(at, Change::Retried(id));
    }

    pub(super) fn drain(&mut self, until: At, at: At) {
        self.run.draining = Some(until);
        self.mark(at, Change::Draining);
    }

    /// The program was stopped. Whoever paused the run before resumes it too.
    pub(super) fn go_on(&mut self, at: At) {
        self.run.resumed = at;
        self.mark(at, Change::Continued);
    }

    pub(super) fn end(&mut self, reason: EndReason, unread: u64, at: At) {
        self.run.end(reason, unread, at);
        self.chart.end(at);
    }

    pub(super) fn reopen_run(&mut self, at: At) {
        self.run.reopen(at);
        self.chart.reopen();
    }

    pub(super) fn mark(&mut self, at: At, change: Change) {
        self.chart.marks.push(at, change);
    }

    /// What is set before anything has begun, or to what it is already, is no change.
    pub(super) fn mark_other(&mut self, at: At, is_other: bool, change: Change) {
        if is_other && self.run.started > 0 {
            self.mark(at, change);
        }
    }
}
