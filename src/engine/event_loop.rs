//! The loop that all engines share: it starts a fetch where a slot is free, fires callbacks one by one, hears wishes,
//! and ends the run. Knows nothing of sockets.

use super::callbacks::CallbackQueue;
use super::completion::{Completion, Settled};
use super::feed::{Feed, Next};
use super::job::Job;
use super::relay::relay;
use super::sequential::Sequential;
use super::slots::{Holder, Slots};
use super::tasks::Tasks;
use super::threads::{Pool, default_workers};
use crate::callback::Callback;
use crate::clock::At;
use crate::control::{Control, EndReason};
use crate::emit::Emitter;
use crate::event::{Engine, EventKind, Hold, Order};
use crate::failure::{Failure, FailureKind};
use crate::fetched::{Fetched, Outcome};
use crate::id::FetchId;
use crate::net::{Fetcher, Lifeline};
use crate::target::TargetError;
use crate::text::Untrusted;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering::SeqCst};
use std::time::Duration;
use tokio::sync::mpsc::UnboundedReceiver;

/// How long what is in flight may go on once nothing new is started.
pub(super) const DRAIN: Duration = Duration::from_secs(2);
/// How long the end waits for workers that were let go of: they are back within a tenth of a second, but for one that hangs.
const COME_BACK: Duration = Duration::from_millis(150);
/// How often a held-back loop looks whether it may go on.
const HELD_POLL: Duration = Duration::from_millis(10);
/// The number of known targets is told at most so often.
const COUNT_EVERY: Duration = Duration::from_millis(100);
/// Fetches started before the loop looks at anything else.
const START_SLICE: usize = 256;
/// Results that may wait for their turn before nothing new is started.
const TURNS_WAITING: u64 = 10_000;
const URL_BYTES: usize = 64 << 10;
const MESSAGE_BYTES: usize = 512;

/// What a run is bound to.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    /// Fetches at once.
    pub cap: u32,
    /// What the cap can be raised to: the machine has descriptors for no more.
    pub most: u32,
    pub engine: Engine,
    /// Threads of the pool; none, for as many as a default pool has.
    pub workers: Option<u16>,
    pub order: Order,
    pub until: Until,
    /// Pass over lines of a list that are no target.
    pub keep_going: bool,
    /// The whole run ends then.
    pub deadline: Option<Duration>,
}

impl Terms {
    /// Threads that fetch.
    pub fn workers(&self) -> u16 {
        match self.engine {
            Engine::Threads => self.workers.unwrap_or_else(default_workers),
            Engine::Sequential | Engine::Tasks => 1,
        }
    }
}

/// When a run has what it wants; asyncio's `wait(return_when=…)`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Until {
    /// `ALL_COMPLETED`.
    #[default]
    All,
    /// `FIRST_COMPLETED`.
    First,
    /// `FIRST_EXCEPTION`: the first result that is an error; one that was let go of is none.
    FirstError,
}

impl Until {
    /// Why the run ends with this result, if it does.
    fn met(self, fetched: &Fetched) -> Option<EndReason> {
        match (self, fetched.outcome()) {
            (Until::First, _) => Some(EndReason::First),
            (Until::FirstError, Outcome::Error) if fetched.kind() != Some(FailureKind::Cancelled) => {
                Some(EndReason::FirstError)
            }
            _ => None,
        }
    }
}

/// What makes the fetches run.
enum Runner {
    Sequential(Sequential),
    Threads(Pool),
    Tasks(Tasks),
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

pub struct EventLoop {
    terms: Terms,
    feed: Feed,
    fetcher: Arc<Fetcher>,
    runner: Runner,
    emitter: Emitter,
    controls: UnboundedReceiver<Control>,
    queue: CallbackQueue<Arc<Fetched>>,
    slots: Arc<Slots>,
    counted: (u64, bool),
    counted_at: At,
    next_id: u64,
    paused: bool,
    held: Option<Hold>,
    /// Set by the `report` callback that tells the result the run has waited for.
    met: Arc<Met>,
    /// Nothing new is started, for this reason.
    closing: Option<EndReason>,
    /// What is in flight is let go of then.
    until: Option<At>,
}

impl EventLoop {
    /// # Errors
    /// Where the engine needs a thread beside the loop and none can be started.
    pub fn new(
        terms: Terms,
        feed: Feed,
        fetcher: Arc<Fetcher>,
        emitter: Emitter,
        controls: UnboundedReceiver<Control>,
    ) -> io::Result<EventLoop> {
        let queue = CallbackQueue::new(emitter.clone());
        let slots = Arc::<Slots>::default();
        let mut controls = controls;
        let shared = fetcher.clone();
        let runner = match terms.engine {
            Engine::Tasks => Runner::Tasks(Tasks::new(fetcher, emitter.clone())),
            Engine::Threads => Runner::Threads(Pool::new(terms.workers(), fetcher, slots.clone(), emitter.clone())),
            Engine::Sequential => {
                controls = relay(controls, slots.clone(), emitter.clone(), terms.deadline)?;
                Runner::Sequential(Sequential::new(fetcher, emitter.clone()))
            }
        };
        Ok(EventLoop {
            terms,
            feed,
            fetcher: shared,
            runner,
            emitter,
            controls,
            queue,
            slots,
            counted: (0, true),
            counted_at: At(0),
            next_id: 1,
            paused: false,
            held: None,
            met: Arc::default(),
            closing: None,
            until: None,
        })
    }

    /// Runs until every target was told of, or something ends it. The last event is `RunEnded`.
    pub async fn run(mut self) {
        self.count(true);
        loop {
            // Where there is always a callback to fire, the timer of a turn would never have its own.
            self.on_time();
            let started = self.start();
            if self.is_over(started) {
                break;
            }
            self.turn(started).await;
            self.count(false);
        }
        self.count(true);
        // What they bring is late, and is to be counted.
        let _ = tokio::time::timeout(COME_BACK, self.slots.cleared()).await;
        let reason = self.closing.unwrap_or(EndReason::Finished);
        self.emitter.emit(EventKind::RunEnded { reason, unread: self.feed.unread() });
    }

    fn is_over(&self, started: Started) -> bool {
        let settled = || if self.closing.is_some() { self.slots.is_settled() } else { self.slots.busy() == 0 };
        (started == Started::Last || self.closing.is_some()) && settled()
    }

    /// Waits for the next thing to happen, and does what it asks for.
    async fn turn(&mut self, started: Started) {
        let waits = self.held == Some(Hold::Input) && self.closing.is_none();
        let wake = self.wake_time();
        tokio::select! {
            biased;
            Some(control) = self.controls.recv() => self.obey(control),
            () = self.queue.ready() => self.fire(),
            () = self.slots.freed() => {}
            () = self.feed.ready(), if waits => {}
            () = sleep_until(wake, self.emitter.now()), if wake.is_some() => self.on_time(),
            () = tokio::task::yield_now(), if started == Started::Slice => {}
        }
    }

    /// Fires the callbacks; one of them may have told what the run has waited for.
    fn fire(&mut self) {
        self.queue.fire_all();
        if self.closing.is_none()
            && let Some(reason) = self.met.reason()
        {
            self.quit(reason);
        }
    }

    /// Starts fetches while there are slots and targets, but not so many that the loop stalls.
    fn start(&mut self) -> Started {
        for _ in 0..START_SLICE {
            if self.closing.is_some() || self.paused || self.slots.busy() >= self.most() {
                self.hold(None);
                return Started::All;
            }
            if let Some(hold) = self.back_pressure() {
                self.hold(Some(hold));
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

    /// Fetches at once: one, where each holds the loop.
    fn most(&self) -> usize {
        if matches!(self.runner, Runner::Sequential(_)) { 1 } else { self.terms.cap as usize }
    }

    /// What those who read the results hold back.
    fn back_pressure(&self) -> Option<Hold> {
        if self.emitter.pressure() {
            return Some(Hold::Output);
        }
        if self.fetcher.lacks_descriptors() {
            return Some(Hold::Descriptors);
        }
        let oldest = self.slots.oldest().map_or(self.next_id, |id| id.0);
        let waits = self.terms.order == Order::Given && self.next_id - oldest > TURNS_WAITING;
        waits.then_some(Hold::Order)
    }

    fn hold(&mut self, by: Option<Hold>) {
        if by != self.held {
            self.held = by;
            self.emitter.emit(EventKind::Held { by });
        }
    }

    fn spawn(&mut self, target: crate::target::Target) {
        let id = self.next_id();
        let created = self.emitter.now();
        let url = Untrusted::new(target.url(), URL_BYTES);
        self.emitter.emit_at(created, EventKind::Started { id, url: url.clone() });
        let lifeline = Arc::new(Lifeline::default());
        let completion = self.completion(id, &url, created, lifeline.clone());
        let away = matches!(self.runner, Runner::Threads(_));
        let holder =
            Holder { lifeline: lifeline.clone(), completion: away.then(|| completion.clone()), away, told: false };
        self.slots.take(id, holder);
        self.runner.start(Job { id, target, url, lifeline, completion, created });
    }

    /// A Completion whose callbacks tell the result and free the slot.
    fn completion(
        &self,
        id: FetchId,
        url: &Untrusted,
        created: At,
        lifeline: Arc<Lifeline>,
    ) -> Completion<Arc<Fetched>> {
        let completion = Completion::new(id, self.queue.clone());
        let (emitter, url, until, met) = (self.emitter.clone(), url.clone(), self.terms.until, self.met.clone());
        let report = move |settled: &Settled<Arc<Fetched>>| {
            let fetched = told(settled, &url, created, emitter.now(), &lifeline);
            met.look(until, &fetched);
            if let Some(content) = lifeline.take_content() {
                emitter.emit(EventKind::ContentKept { id, content });
            }
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
        let holder = Holder { lifeline: Arc::default(), completion: None, away: false, told: false };
        self.slots.take(id, holder);
        let failure = Failure::new(FailureKind::InvalidUrl, &error.to_string());
        let fetched = Arc::new(Fetched::failed(url, now, now, failure));
        let completion = self.completion(id, &fetched.url, now, Arc::default());
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
                self.terms.cap = cap.min(self.terms.most).max(1);
                self.emitter.emit(EventKind::ConcurrencySet { cap: self.terms.cap });
            }
            Control::Cancel(id) => self.let_go(id),
            Control::Drain(reason) if self.until.is_none() => self.drain(reason),
            Control::Drain(reason) | Control::Quit(reason) => self.quit(reason),
        }
    }

    fn pause(&mut self, paused: bool) {
        if paused != self.paused {
            self.paused = paused;
            self.runner.hold(paused);
            self.emitter.emit(if paused { EventKind::Paused } else { EventKind::Resumed });
        }
    }

    fn drain(&mut self, reason: EndReason) {
        let now = self.emitter.now();
        let until = now + DRAIN;
        // What ends the run already, as a bad line does, stays the reason.
        self.closing.get_or_insert(reason);
        self.until = Some(until);
        // Where a fetch may hold the loop, the relay has told it.
        if !matches!(self.runner, Runner::Sequential(_)) {
            self.emitter.emit_at(now, EventKind::Draining { until, reason });
        }
    }

    fn quit(&mut self, reason: EndReason) {
        self.closing.get_or_insert(reason);
        self.until = None;
        self.let_go_of_all();
    }

    /// Ends a fetch; one that no worker has begun gives its slot back at once.
    fn let_go(&self, id: FetchId) {
        if !matches!(&self.runner, Runner::Threads(pool) if pool.withdraw(id)) {
            self.slots.cancel(id);
        }
    }

    fn let_go_of_all(&self) {
        // A worker that comes back finds nothing to begin.
        self.runner.hold(true);
        self.slots.ids().into_iter().for_each(|id| self.let_go(id));
    }

    fn wake_time(&self) -> Option<At> {
        let polled = matches!(self.held, Some(Hold::Output | Hold::Order | Hold::Descriptors));
        let held = polled.then(|| self.emitter.now() + HELD_POLL);
        let deadline = self.terms.deadline.map(|span| At(0) + span).filter(|_| self.closing.is_none());
        let count = (self.feed.known() != self.counted).then_some(self.counted_at + COUNT_EVERY);
        [held, deadline, self.until, count].into_iter().flatten().min()
    }

    fn on_time(&mut self) {
        if self.until.is_none() && self.terms.deadline.is_none() {
            return;
        }
        let now = self.emitter.now();
        if self.until.is_some_and(|until| until <= now) {
            self.until = None;
            self.let_go_of_all();
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

impl Runner {
    fn start(&mut self, job: Job) {
        match self {
            Runner::Sequential(sequential) => sequential.run(job),
            Runner::Threads(pool) => pool.submit(job),
            Runner::Tasks(tasks) => tasks.start(job),
        }
    }

    /// Holds back what was started and has not begun; only a pool has a queue of it.
    fn hold(&self, held: bool) {
        if let Runner::Threads(pool) = self {
            pool.hold(held);
        }
    }
}

/// Whether the result that the run waits for was told.
#[derive(Default)]
struct Met(AtomicU8);

impl Met {
    fn look(&self, until: Until, fetched: &Fetched) {
        match until.met(fetched) {
            Some(EndReason::First) => self.0.store(1, SeqCst),
            Some(_) => self.0.store(2, SeqCst),
            None => {}
        }
    }

    fn reason(&self) -> Option<EndReason> {
        [None, Some(EndReason::First), Some(EndReason::FirstError)][usize::from(self.0.load(SeqCst).min(2))]
    }
}

/// What the `report` callback tells. A Completion without a result is a failure, not a silence.
fn told(settled: &Settled<Arc<Fetched>>, url: &Untrusted, started: At, now: At, lifeline: &Lifeline) -> Arc<Fetched> {
    let phase = lifeline.phase();
    let (kind, words) = match settled {
        Settled::Result(fetched) => return fetched.clone(),
        Settled::Cancelled => (FailureKind::Cancelled, "let go of before it had a result"),
        Settled::Dropped => (FailureKind::Internal, "the task went away without a result: an error of crawltop itself"),
    };
    let failure = Failure::new(kind, &format!("{}: {words}", phase.name())).during(phase);
    let marks = lifeline.marks();
    Arc::new(Fetched { marks, ..Fetched::failed(url.clone(), started, now, failure) })
}

async fn sleep_until(wake: Option<At>, now: At) {
    if let Some(at) = wake {
        tokio::time::sleep(at - now).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phase::Phase;

    #[test]
    fn a_completion_without_a_result_is_told_as_a_failure() {
        let url = Untrusted::new("http://a.example/", 99);
        let lifeline = Lifeline::default();
        lifeline.keep_marks(At(3));
        lifeline.enter(Phase::Wait, At(5));
        let cases = [(Settled::Cancelled, FailureKind::Cancelled), (Settled::Dropped, FailureKind::Internal)];
        for (settled, kind) in cases {
            let fetched = told(&settled, &url, At(3), At(8), &lifeline);
            assert!(fetched.marks.spans(At(8)).eq([(Phase::Blocked, At(3), At(5)), (Phase::Wait, At(5), At(8))]));
            assert_eq!(fetched.failure.as_ref().and_then(|failure| failure.phase), Some(Phase::Wait));
            assert_eq!((fetched.kind(), fetched.started, fetched.ended), (Some(kind), At(3), At(8)));
            assert_eq!(fetched.url, url);
        }
    }
}
