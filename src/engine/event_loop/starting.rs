//! How the loop starts fetches: what is to be made again, then what is new, of the feed or of the frontier.

use super::EventLoop;
use crate::clock::At;
use crate::control::EndReason;
use crate::engine::crawler::{self, Crawler};
use crate::engine::feed::Next;
use crate::engine::job::{Attempt, Job};
use crate::engine::slots::Holder;
use crate::engine::telling::{Awaited, Waiting};
use crate::event::{EventKind, Hold, Order};
use crate::failure::{Failure, FailureKind};
use crate::fetched::Fetched;
use crate::id::FetchId;
use crate::net::{Errand, Lifeline};
use crate::target::{Target, TargetError};
use crate::text::Untrusted;
use std::sync::Arc;

/// Fetches started before the loop looks at anything else.
const START_SLICE: usize = 256;
const URL_BYTES: usize = 64 << 10;
const MESSAGE_BYTES: usize = 512;

/// How far a turn of starting went.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Started {
    /// As many as may be now.
    All,
    /// A slice; there may be more to start at once.
    Slice,
    /// There is no target left.
    Last,
}

/// Which starts of a crawl the frontier has.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fed {
    Whole,
    /// Those that are there.
    Waiting,
    /// As many as may be taken in at once.
    Slice,
}

impl Fed {
    /// How far the turn went, where the frontier has nothing to start now.
    fn started(self) -> Started {
        if self == Fed::Slice { Started::Slice } else { Started::All }
    }
}

impl EventLoop {
    pub(super) fn may_start(&self) -> bool {
        !self.ending.is_closing() && !self.paused && self.busy() < self.terms.at_once()
    }

    /// Starts fetches while there are slots and targets, but not so many that the loop stalls. What is to be made again
    /// comes before what is new.
    pub(super) fn start(&mut self) -> Started {
        if self.crawl.is_none() {
            self.until = None;
        }
        for _ in 0..START_SLICE {
            if !self.may_start() {
                self.brake.hold(None);
                return if self.paused && self.has_nothing_left() { Started::Last } else { Started::All };
            }
            if let Some(pressure) = self.brake.pressure() {
                if let Some(waiting) = self.awaited(pressure) {
                    self.start_again(waiting);
                    continue;
                }
                self.brake.hold(Some(pressure));
                return Started::All;
            }
            if let Some(at) = self.closed_by_rate() {
                self.until = Some(at);
                self.brake.hold(Some(Hold::Rate));
                return Started::All;
            }
            let waits = self.telling.has_retries();
            if let Some(waiting) = if waits { self.due() } else { None } {
                self.start_again(waiting);
                continue;
            }
            if self.start_parked(false) {
                continue;
            }
            let by_turns = self.terms.order == Order::Given;
            if self.crawl.is_none()
                && (waits || by_turns)
                && let Some(backlog) = self.backlog()
            {
                self.brake.hold(Some(backlog));
                return Started::All;
            }
            if let Some(started) = self.start_next() {
                return started;
            }
        }
        self.brake.hold(None);
        Started::Slice
    }

    /// Whether there is no target left that was not started: who has it stand still waits for nothing.
    fn has_nothing_left(&self) -> bool {
        self.is_fed()
            && self.telling.parked().is_empty()
            && self.crawl.as_ref().is_none_or(|crawl| crawl.known().1 == 0)
    }

    /// Whether the feed has given all that it has.
    pub(super) fn is_fed(&self) -> bool {
        !self.feed.known().1 && self.feed.unread() == 0 && self.waiting_newcomers() == 0
    }

    /// When the rate lets the next one start, where there is one and it has to wait for that.
    fn closed_by_rate(&self) -> Option<At> {
        if self.crawl.is_some() {
            return None;
        }
        let closed = self.pacer.closed_until(self.emitter.now())?;
        let (waits, more) = (self.telling.retries().next(), !self.is_fed() || !self.telling.parked().is_empty());
        match waits {
            _ if more => Some(closed),
            waits => waits.map(|due| due.max(closed)),
        }
    }

    /// What is to be made again though its reader is behind: in the order given, the results that he is to have may
    /// wait for this one.
    fn awaited(&self, pressure: Hold) -> Option<Waiting> {
        let by_turns = self.terms.order == Order::Given && pressure == Hold::Output;
        if by_turns { self.due() } else { None }
    }

    /// What waited to be made again, and may be now.
    fn due(&self) -> Option<Waiting> {
        let mut retries = self.telling.retries();
        if retries.is_empty() { None } else { retries.take_due(self.emitter.now()) }
    }

    fn backlog(&self) -> Option<Hold> {
        let (oldest, waiting) = {
            let retries = self.telling.retries();
            (retries.oldest(), retries.len())
        };
        let oldest = [self.slots.oldest(), oldest].into_iter().flatten().min();
        self.brake.backlog(oldest, self.next_id(), waiting)
    }

    /// Starts what the feed has next; tells how far it went where there is no more.
    fn start_next(&mut self) -> Option<Started> {
        if let Some(crawl) = self.crawl.clone() {
            return self.explore(&crawl);
        }
        if self.telling.parks() && self.telling.parked().is_full() {
            self.brake.hold(Some(Hold::Backoff));
            return Some(Started::All);
        }
        if self.telling.meets()
            && let Some(stander) = self.next_newcomer(false)
        {
            self.resume(stander);
            return None;
        }
        match self.feed.give() {
            Next::Target(target) => self.greet(target),
            Next::Unusable { text, error } => self.tell_unusable(&text, &error),
            Next::Refused { line, error } => self.refuse(line, &error),
            Next::Failed(message) => self.fail(&message),
            next @ (Next::Wait | Next::End) if self.waiting_newcomers() > 0 => return self.look_no_further(&next),
            Next::Wait if self.start_parked(true) => {}
            Next::Wait => {
                self.brake.hold(Some(Hold::Input));
                return Some(Started::All);
            }
            Next::End if self.telling.parks() && !self.telling.parked().is_empty() => {
                self.brake.hold(Some(Hold::Backoff));
                return Some(Started::All);
            }
            Next::End => {
                self.brake.hold(None);
                return Some(Started::Last);
            }
        }
        None
    }

    /// Starts what the frontier has next, once it has the starts that are there.
    fn explore(&mut self, crawl: &Arc<Crawler>) -> Option<Started> {
        let fed = self.begin_starts(crawl);
        self.until = None;
        match crawl.next(fed == Fed::Whole) {
            crawler::Next::Fetch { id, target, errand } => self.send_out(id, target, errand),
            crawler::Next::Again(id) => {
                let waiting = self.telling.retries().take(id);
                if let Some(waiting) = waiting {
                    self.start_again(waiting);
                }
            }
            // What waited there to be made again has the result of its last attempt.
            crawler::Next::Kept { id, .. } if self.telling.settle(id) => {}
            crawler::Next::Kept { id, place, fetched } => {
                let (url, place) = (fetched.url.clone(), Some(place));
                self.emitter.emit_at(fetched.started, EventKind::Started { id, url, place });
                self.telling.tell(Attempt::first(id), fetched);
            }
            crawler::Next::Until(at) => {
                self.until = Some(at);
                return Some(fed.started());
            }
            crawler::Next::Wait => return Some(fed.started()),
            crawler::Next::End if fed == Fed::Whole => return Some(Started::Last),
            crawler::Next::End if fed == Fed::Slice => return Some(Started::Slice),
            crawler::Next::End => {
                self.brake.hold(Some(Hold::Input));
                return Some(Started::All);
            }
        }
        None
    }

    /// Gives the frontier starts that are there, but not so many that the loop stalls.
    fn begin_starts(&mut self, crawl: &Arc<Crawler>) -> Fed {
        for _ in 0..START_SLICE {
            match self.feed.give() {
                Next::Target(target) => crawl.start(target),
                Next::Unusable { text, error } => self.tell_unusable(&text, &error),
                Next::Refused { line, error } => self.refuse(line, &error),
                Next::Failed(message) => self.fail(&message),
                Next::Wait => return Fed::Waiting,
                Next::End => return Fed::Whole,
            }
            if self.ending.is_closing() {
                return Fed::Waiting;
            }
        }
        Fed::Slice
    }

    fn send_out(&mut self, id: FetchId, target: Target, errand: Errand) {
        let created = self.emitter.now();
        let url = target.text();
        let place = Some(errand.place.clone());
        self.emitter.emit_at(created, EventKind::Started { id, url: url.clone(), place });
        self.launch_with(Attempt::first(id), target, url, created, Lifeline::with(Some(Arc::new(errand))));
    }

    pub(super) fn next_id(&self) -> FetchId {
        FetchId(self.last_id.0 + 1)
    }

    pub(super) fn spawn(&mut self, target: Target, created: At) {
        self.last_id = self.next_id();
        let id = self.last_id;
        let url = target.text();
        self.emitter.emit_at(created, EventKind::Started { id, url: url.clone(), place: None });
        self.launch(Attempt::first(id), target, url, created);
    }

    pub(super) fn start_again(&mut self, waiting: Waiting) {
        if let Some(waiting) = self.set_aside(waiting)
            && let Some(waiting) = self.hold_back(waiting)
        {
            self.launch_again(waiting);
        }
    }

    pub(super) fn launch_again(&mut self, waiting: Waiting) {
        let (attempt, created) = (waiting.attempt.next(), self.emitter.now());
        self.emitter.emit_at(created, EventKind::Retried { id: attempt.id, attempt: attempt.number });
        let lifeline = Lifeline::with(waiting.errand);
        let lifeline = if waiting.cold { lifeline.cold() } else { lifeline };
        self.launch_with(attempt, waiting.target, waiting.url, created, lifeline);
    }

    fn launch(&mut self, attempt: Attempt, target: Target, url: Untrusted, created: At) {
        self.launch_with(attempt, target, url, created, Lifeline::default());
    }

    fn launch_with(&mut self, attempt: Attempt, target: Target, url: Untrusted, created: At, lifeline: Lifeline) {
        self.take_place(&target, attempt.id);
        let lifeline = if self.emitter.is_beyond(created) { lifeline.brief() } else { lifeline };
        let lifeline = Arc::new(if self.pacer.has_rate() { lifeline.paced() } else { lifeline });
        let again = Some(target.clone());
        let awaited = Awaited { attempt, target: again, text: None, created, lifeline: lifeline.clone() };
        if self.crawl.is_none() {
            self.pacer.take(created);
        }
        let completion = self.telling.completion(awaited);
        let away = self.runner.is_away();
        let holder =
            Holder { lifeline: lifeline.clone(), completion: away.then(|| completion.clone()), away, told: false };
        self.slots.take(attempt, holder);
        self.runner.start(Job { attempt, target, url, lifeline, completion, created });
    }

    /// A pattern made a text that is no target: a result like any other, that needs no task.
    fn tell_unusable(&mut self, text: &str, error: &TargetError) {
        self.last_id = self.crawl.as_ref().map_or(self.next_id(), |crawl| crawl.fresh_id());
        let (id, now) = (self.last_id, self.emitter.now());
        let url = Untrusted::new(text, URL_BYTES);
        self.emitter.emit_at(now, EventKind::Started { id, url: url.clone(), place: None });
        let failure = Failure::new(FailureKind::InvalidUrl, &error.to_string());
        self.telling.tell(Attempt::first(id), Arc::new(Fetched::failed(url, now, now, failure)));
    }

    fn refuse(&mut self, line: u64, error: &str) {
        let message = Untrusted::new(error, MESSAGE_BYTES);
        if self.terms.keep_going {
            self.emitter.emit(EventKind::LineSkipped { line, message });
        } else {
            self.emitter.emit(EventKind::LineRefused { line, message });
            self.close(EndReason::BadInput);
        }
    }

    fn fail(&mut self, message: &str) {
        self.emitter.emit(EventKind::InputFailed { message: Untrusted::new(message, MESSAGE_BYTES) });
        self.close(EndReason::UnreadableInput);
    }
}
