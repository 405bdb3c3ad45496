//! The engine `tasks`: a task a target in a bounded set on one loop, callbacks between. `ensure_future`, twenty times.
//! Knows nothing of sockets.

use super::callbacks::CallbackQueue;
use super::completion::{Completion, Settled};
use super::feed::{Feed, Next};
use super::slots::Slots;
use super::task::Task;
use crate::callback::Callback;
use crate::clock::At;
use crate::control::{Control, EndReason};
use crate::emit::Emitter;
use crate::event::{EventKind, Hold};
use crate::failure::{Failure, FailureKind};
use crate::fetched::Fetched;
use crate::id::FetchId;
use crate::net::{Fetcher, Lifeline};
use crate::target::TargetError;
use crate::text::Untrusted;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::task::JoinSet;

/// How long what is in flight may go on once nothing new is started.
const DRAIN: Duration = Duration::from_secs(2);
/// How often a held-back loop looks whether it may go on.
const HELD_POLL: Duration = Duration::from_millis(10);
/// The number of known targets is told at most so often.
const COUNT_EVERY: Duration = Duration::from_millis(100);
/// Fetches started before the loop looks at anything else.
const START_SLICE: usize = 256;
const URL_BYTES: usize = 64 << 10;
const MESSAGE_BYTES: usize = 512;

/// What a run is bound to.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    /// Fetches at once.
    pub cap: u32,
    /// Pass over lines of a list that are no target.
    pub keep_going: bool,
    /// The whole run ends then.
    pub deadline: Option<Duration>,
}

/// How far a turn of starting went.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Started {
    /// As many as may be now.
    All,
    /// A slice; there may be more to start at once.
    Slice,
    /// There is no target left.
    Last,
}

pub struct Tasks {
    terms: Terms,
    feed: Feed,
    fetcher: Arc<Fetcher>,
    emitter: Emitter,
    controls: UnboundedReceiver<Control>,
    queue: CallbackQueue<Arc<Fetched>>,
    slots: Arc<Slots>,
    running: JoinSet<()>,
    counted: (u64, bool),
    counted_at: At,
    next_id: u64,
    paused: bool,
    held: Option<Hold>,
    /// Nothing new is started, for this reason.
    closing: Option<EndReason>,
    /// What is in flight is let go of then.
    until: Option<At>,
}

impl Tasks {
    pub fn new(
        terms: Terms,
        feed: Feed,
        fetcher: Arc<Fetcher>,
        emitter: Emitter,
        controls: UnboundedReceiver<Control>,
    ) -> Tasks {
        let queue = CallbackQueue::new(emitter.clone());
        Tasks {
            terms,
            feed,
            fetcher,
            emitter,
            controls,
            queue,
            slots: Arc::default(),
            running: JoinSet::new(),
            counted: (0, true),
            counted_at: At(0),
            next_id: 1,
            paused: false,
            held: None,
            closing: None,
            until: None,
        }
    }

    /// Runs until every target was told of, or something ends it. The last event is `RunEnded`.
    pub async fn run(mut self) {
        self.count(true);
        loop {
            let started = self.start();
            if self.is_over(started) {
                break;
            }
            self.turn(started).await;
            self.count(false);
        }
        self.count(true);
        let reason = self.closing.unwrap_or(EndReason::Finished);
        self.emitter.emit(EventKind::RunEnded { reason, unread: self.feed.unread() });
    }

    fn is_over(&self, started: Started) -> bool {
        (started == Started::Last || self.closing.is_some()) && self.slots.busy() == 0
    }

    /// Waits for the next thing to happen, and does what it asks for.
    async fn turn(&mut self, started: Started) {
        let waits = self.held == Some(Hold::Input) && self.closing.is_none();
        let wake = self.wake_time();
        tokio::select! {
            biased;
            Some(control) = self.controls.recv() => self.obey(control),
            () = self.queue.ready() => self.queue.fire_all(),
            Some(_) = self.running.join_next() => {}
            () = self.feed.ready(), if waits => {}
            () = sleep_until(wake, self.emitter.now()), if wake.is_some() => self.on_time(),
            () = tokio::task::yield_now(), if started == Started::Slice => {}
        }
        while self.running.try_join_next().is_some() {}
    }

    /// Starts fetches while there are slots and targets, but not so many that the loop stalls.
    fn start(&mut self) -> Started {
        for _ in 0..START_SLICE {
            if self.closing.is_some() || self.paused || self.slots.busy() >= self.terms.cap as usize {
                self.hold(None);
                return Started::All;
            }
            if self.emitter.pressure() {
                self.hold(Some(Hold::Output));
                return Started::All;
            }
            match self.feed.give() {
                Next::Target(target) => self.spawn(target),
                Next::Unusable { text, error } => self.tell_unusable(&text, &error),
                Next::Refused { line, error } => self.refuse(line, &error),
                Next::Failed(message) => self.fail(&message),
                Next::Wait => {
                    self.hold(Some(Hold::Input));
                    return Started::All;
                }
                Next::End => {
                    self.hold(None);
                    return Started::Last;
                }
            }
        }
        self.hold(None);
        Started::Slice
    }

    fn hold(&mut self, by: Option<Hold>) {
        if by != self.held {
            self.held = by;
            self.emitter.emit(EventKind::Held { by });
        }
    }

    fn spawn(&mut self, target: crate::target::Target) {
        let id = self.next_id();
        let url = Untrusted::new(target.url(), URL_BYTES);
        let lifeline = Arc::new(Lifeline::default());
        let completion = self.completion(id, &url);
        self.slots.take(id, lifeline.clone());
        let fetch = self.fetcher.clone().fetch(id, target, url.clone(), lifeline.clone());
        let fetch = Box::pin(fetch);
        self.running.spawn(Task::new(id, url, fetch, lifeline, completion.producer(), self.emitter.clone()));
    }

    /// A Completion whose callbacks tell the result and free the slot.
    fn completion(&self, id: FetchId, url: &Untrusted) -> Completion<Arc<Fetched>> {
        let completion = Completion::new(id, self.queue.clone());
        let (emitter, url, started) = (self.emitter.clone(), url.clone(), self.emitter.now());
        let report = move |settled: &Settled<Arc<Fetched>>| {
            let fetched = told(settled, &url, started, emitter.now());
            emitter.emit(EventKind::Finished { id, fetched });
        };
        completion.on_done(Callback::Report, Box::new(report));
        let slots = self.slots.clone();
        completion.on_done(Callback::Release, Box::new(move |_| slots.free(id)));
        completion
    }

    fn next_id(&mut self) -> FetchId {
        let id = FetchId(self.next_id);
        self.next_id += 1;
        id
    }

    /// A pattern made a text that is no target: a result like any other, that needs no task.
    fn tell_unusable(&mut self, text: &str, error: &TargetError) {
        let id = self.next_id();
        let url = Untrusted::new(text, URL_BYTES);
        let now = self.emitter.now();
        self.emitter.emit_at(now, EventKind::Started { id, url: url.clone() });
        self.slots.take(id, Arc::default());
        let failure = Failure::new(FailureKind::InvalidUrl, &error.to_string());
        let fetched = Arc::new(Fetched::failed(url, now, now, failure));
        let completion = self.completion(id, &fetched.url);
        completion.set(fetched).expect("it was made just now");
    }

    fn refuse(&mut self, line: u64, error: &str) {
        let message = Untrusted::new(error, MESSAGE_BYTES);
        if self.terms.keep_going {
            self.emitter.emit(EventKind::LineSkipped { line, message });
        } else {
            self.emitter.emit(EventKind::LineRefused { line, message });
            self.closing = Some(EndReason::BadInput);
        }
    }

    fn fail(&mut self, message: &str) {
        self.emitter.emit(EventKind::InputFailed { message: Untrusted::new(message, MESSAGE_BYTES) });
        self.closing = Some(EndReason::UnreadableInput);
    }

    fn obey(&mut self, control: Control) {
        match control {
            Control::Pause => self.pause(true),
            Control::Resume => self.pause(false),
            Control::Concurrency(cap) => {
                self.terms.cap = cap.max(1);
                self.emitter.emit(EventKind::ConcurrencySet { cap: self.terms.cap });
            }
            Control::Cancel(id) => self.slots.cancel(id),
            Control::Drain(reason) if self.until.is_none() => self.drain(reason),
            Control::Drain(reason) | Control::Quit(reason) => self.quit(reason),
        }
    }

    fn pause(&mut self, paused: bool) {
        if paused != self.paused {
            self.paused = paused;
            self.emitter.emit(if paused { EventKind::Paused } else { EventKind::Resumed });
        }
    }

    fn drain(&mut self, reason: EndReason) {
        let now = self.emitter.now();
        let until = now + DRAIN;
        // What ends the run already, as a bad line does, stays the reason.
        self.closing.get_or_insert(reason);
        self.until = Some(until);
        self.emitter.emit_at(now, EventKind::Draining { until, reason });
    }

    fn quit(&mut self, reason: EndReason) {
        self.closing.get_or_insert(reason);
        self.until = None;
        self.slots.cancel_all();
    }

    fn wake_time(&self) -> Option<At> {
        let held = (self.held == Some(Hold::Output)).then(|| self.emitter.now() + HELD_POLL);
        let deadline = self.terms.deadline.map(|span| At(0) + span).filter(|_| self.closing.is_none());
        let count = (self.feed.known() != self.counted).then_some(self.counted_at + COUNT_EVERY);
        [held, deadline, self.until, count].into_iter().flatten().min()
    }

    fn on_time(&mut self) {
        let now = self.emitter.now();
        if self.until.is_some_and(|until| until <= now) {
            self.until = None;
            self.slots.cancel_all();
        }
        let deadline = self.terms.deadline.map(|span| At(0) + span);
        if self.closing.is_none() && deadline.is_some_and(|deadline| deadline <= now) {
            self.quit(EndReason::Deadline);
        }
    }

    fn count(&mut self, now: bool) {
        let known = self.feed.known();
        let at = self.emitter.now();
        if known != self.counted && (now || !known.1 || at - self.counted_at >= COUNT_EVERY) {
            self.counted = known;
            self.counted_at = at;
            self.emitter.emit_at(at, EventKind::TargetsCounted { total: known.0, more: known.1 });
        }
    }
}

/// What the `report` callback tells. A Completion without a result is a failure, not a silence.
fn told(settled: &Settled<Arc<Fetched>>, url: &Untrusted, started: At, now: At) -> Arc<Fetched> {
    let (kind, words) = match settled {
        Settled::Result(fetched) => return fetched.clone(),
        Settled::Cancelled => (FailureKind::Cancelled, "let go of before it had a result"),
        Settled::Dropped => (FailureKind::Internal, "the task went away without a result: an error of crawltop itself"),
    };
    Arc::new(Fetched::failed(url.clone(), started, now, Failure::new(kind, words)))
}

async fn sleep_until(wake: Option<At>, now: At) {
    if let Some(at) = wake {
        tokio::time::sleep(at - now).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_completion_without_a_result_is_told_as_a_failure() {
        let url = Untrusted::new("http://a.example/", 99);
        let cases = [(Settled::Cancelled, FailureKind::Cancelled), (Settled::Dropped, FailureKind::Internal)];
        for (settled, kind) in cases {
            let fetched = told(&settled, &url, At(3), At(8));
            assert_eq!((fetched.kind(), fetched.started, fetched.ended), (Some(kind), At(3), At(8)));
            assert_eq!(fetched.url, url);
        }
    }
}
