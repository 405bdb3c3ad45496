//! The loop that all engines share: it starts a fetch where a slot is free, fires callbacks one by one, hears wishes,
//! and ends the run. Knows nothing of sockets.

use super::brake::Brake;
use super::callbacks::CallbackQueue;
use super::counting::Counting;
use super::crawler::{self, CrawlTerms, Crawler};
use super::ending::{Due, Ending};
use super::feed::{Feed, Next};
use super::job::{Attempt, Job};
use super::relay::relay;
use super::runner::Runner;
use super::slots::{Holder, Slots};
use super::telling::{Awaited, Telling, Waiting};
use super::terms::Terms;
use crate::clock::At;
use crate::control::{Control, EndReason, Rate};
use crate::crawl::Bucket;
use crate::emit::Emitter;
use crate::event::{Engine, EventKind, Hold};
use crate::failure::{Failure, FailureKind};
use crate::fetched::Fetched;
use crate::id::FetchId;
use crate::net::{Errand, Fetcher, Lifeline, Wish};
use crate::target::{Target, TargetError};
use crate::text::Untrusted;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc::UnboundedReceiver;

/// How long the end waits for workers that were let go of: they are back within a tenth of a second, but for one that
/// hangs.
const COME_BACK: Duration = Duration::from_millis(150);
/// How often a held-back loop looks whether it may go on.
const HELD_POLL: Duration = Duration::from_millis(10);
/// Fetches started before the loop looks at anything else.
const START_SLICE: usize = 256;
const URL_BYTES: usize = 64 << 10;
const MESSAGE_BYTES: usize = 512;

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

pub struct EventLoop {
    terms: Terms,
    feed: Feed,
    crawl: Option<Arc<Crawler>>,
    runner: Runner,
    emitter: Emitter,
    controls: UnboundedReceiver<Control>,
    queue: CallbackQueue<Arc<Fetched>>,
    slots: Arc<Slots>,
    telling: Arc<Telling>,
    counting: Counting,
    brake: Brake,
    ending: Ending,
    last_id: FetchId,
    paused: bool,
    /// What is left of the rate; in a crawl, the frontier has it.
    bucket: Option<Bucket>,
    /// When the frontier or the rate has something to start, where it said so.
    until: Option<At>,
}

impl EventLoop {
    /// # Errors
    /// Where the engine needs a thread beside the loop and none can be started.
    pub fn new(
        terms: Terms,
        feed: Feed,
        crawl: Option<CrawlTerms>,
        fetcher: Arc<Fetcher>,
        emitter: Emitter,
        mut controls: UnboundedReceiver<Control>,
    ) -> io::Result<EventLoop> {
        let queue = CallbackQueue::new(emitter.clone());
        let slots = Arc::<Slots>::default();
        if terms.engine == Engine::Sequential {
            controls = relay(controls, slots.clone(), emitter.clone(), terms.deadline)?;
        }
        let bucket = terms.rate.map(Bucket::new);
        let runner = Runner::new(&terms, fetcher.clone(), slots.clone(), emitter.clone());
        let crawl = crawl.map(|terms| Arc::new(Crawler::new(terms, emitter.clone())));
        let telling = Telling::new(terms, slots.clone(), queue.clone(), crawl.clone(), emitter.clone());
        Ok(EventLoop {
            terms,
            feed,
            crawl,
            runner,
            brake: Brake::new(terms.order, fetcher, emitter.clone()),
            emitter,
            controls,
            queue,
            slots,
            telling: Arc::new(telling),
            counting: Counting::new(),
            ending: Ending::new(terms.deadline),
            last_id: FetchId(0),
            paused: false,
            bucket,
            until: None,
        })
    }

    /// Runs until every target was told of, or something ends it, and from its own end on as often as some of it is wanted
    /// again. The last event is `RunEnded`.
    pub async fn run(mut self) {
        self.tell_bounds();
        self.look(true);
        loop {
            self.run_to_the_end().await;
            self.look(true);
            // What they bring is late, and is to be counted.
            let _ = tokio::time::timeout(COME_BACK, self.slots.cleared()).await;
            self.end();
            if !self.is_wanted_again().await {
                return;
            }
        }
    }

    async fn run_to_the_end(&mut self) {
        loop {
            // Where there is always a callback to fire, the timer of a turn would never have its own.
            self.on_time();
            let started = self.start();
            if self.is_over(started) {
                break;
            }
            // What is free to start is started: what is told now is what stays.
            self.look(false);
            self.turn(started).await;
            // A callback has left the rest of its work for another turn: fetches have theirs before.
            if !self.queue.is_empty() {
                tokio::task::yield_now().await;
            }
        }
    }

    fn end(&self) {
        let (waiting, over) = self.crawl.as_ref().map_or((0, None), |crawl| (crawl.known().1, crawl.over()));
        let own = if over.is_some() { EndReason::MaxPages } else { EndReason::Finished };
        let reason = self.ending.reason().unwrap_or(own);
        let ended = EventKind::RunEnded { reason, unread: self.feed.unread() + waiting + over.unwrap_or(0) };
        if self.stays() {
            self.brake.rest();
            self.emitter.emit_at(self.telling.rest(), ended);
        } else {
            self.emitter.emit(ended);
        }
    }

    /// What was cut short has no end to go on from.
    fn stays(&self) -> bool {
        self.terms.stays && !self.ending.is_closing()
    }

    /// The run has ended: waits until some of it is asked for again, or nobody is there any more who could.
    async fn is_wanted_again(&mut self) -> bool {
        while self.stays()
            && let Some(control) = self.controls.recv().await
        {
            match control {
                Control::Drain(_) | Control::Quit(_) => return false,
                Control::Retry(_) | Control::RetryFailed => self.obey_of_fetches(control),
                // There is nothing that it could change.
                Control::Pause | Control::Resume | Control::Concurrency(_) | Control::PerHost(_) => {}
                Control::Rate(_) | Control::Cancel(_) => {}
            }
            if !self.telling.rests() {
                return true;
            }
        }
        false
    }

    /// Tells what the user may change later.
    fn tell_bounds(&self) {
        let manners = self.crawl.as_ref().map(|crawl| crawl.manners());
        if let Some(manners) = manners {
            self.emitter.emit(EventKind::PerHostSet { cap: manners.per_host.max(1) });
        }
        if let Some(rate) = manners.map_or(self.terms.rate, |manners| manners.rate) {
            self.emitter.emit(EventKind::RateSet { rate: Some(rate) });
        }
    }

    /// Tells what is known by now; `now`, however short ago that was told.
    fn look(&mut self, now: bool) {
        let Some(crawl) = &self.crawl else { return self.counting.look(self.feed.known(), &self.emitter, now) };
        crawl.tell(now);
        let more = !(now && self.ending.reason().is_none() && self.slots.busy() == 0);
        self.counting.look((crawl.known().0, more), &self.emitter, now);
    }

    fn is_over(&self, started: Started) -> bool {
        match self.ending.is_closing() {
            // The last line of a result is its last callback's.
            true => self.slots.is_settled() && !self.crawl.as_ref().is_some_and(|crawl| crawl.is_following()),
            false => {
                let idle = self.slots.busy() == 0 && self.telling.retries().is_empty();
                started == Started::Last && idle && !self.crawl.as_ref().is_some_and(|crawl| crawl.is_following())
            }
        }
    }

    /// Waits for the next thing to happen, and does what it asks for.
    async fn turn(&mut self, started: Started) {
        let waits = self.brake.held() == Some(Hold::Input) && !self.ending.is_closing();
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

    fn wake_time(&self) -> Option<At> {
        let held = self.brake.is_polled().then(|| self.emitter.now() + HELD_POLL);
        let retry = self.telling.retries().next().filter(|_| self.may_start());
        let counted = match &self.crawl {
            None => self.counting.next(self.feed.known()),
            Some(crawl) => crawl.tells_at(),
        };
        let until = self.until.filter(|_| self.may_start());
        [held, retry, until, self.ending.next(), counted].into_iter().flatten().min()
    }

    fn may_start(&self) -> bool {
        !self.ending.is_closing() && !self.paused && self.slots.busy() < self.terms.at_once()
    }

    fn on_time(&mut self) {
        if self.ending.next().is_none() {
            return;
        }
        match self.ending.due(self.emitter.now()) {
            Some(Due::Drained) => self.let_go_of_all(),
            Some(Due::Deadline) => self.quit(EndReason::Deadline),
            None => {}
        }
    }

    /// Fires the callbacks; one of them may have told what the run has waited for.
    fn fire(&mut self) {
        self.queue.fire_all();
        if let Some(reason) = self.telling.met().filter(|_| !self.ending.is_closing()) {
            self.quit(reason);
        }
    }

    /// Starts fetches while there are slots and targets, but not so many that the loop stalls. What is to be made again
    /// comes before what is new.
    fn start(&mut self) -> Started {
        if self.crawl.is_none() {
            self.until = None;
        }
        for _ in 0..START_SLICE {
            if !self.may_start() {
                self.brake.hold(None);
                return Started::All;
            }
            if let Some(pressure) = self.brake.pressure() {
                self.brake.hold(Some(pressure));
                return Started::All;
            }
            if let Some(at) = self.closed_by_rate() {
                self.until = Some(at);
                self.brake.hold(Some(Hold::Rate));
                return Started::All;
            }
            if let Some(waiting) = self.due() {
                self.start_again(waiting);
                continue;
            }
            if let Some(backlog) = self.backlog().filter(|_| self.crawl.is_none()) {
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

    /// When the rate lets the next one start, where there is one and it has to wait for that.
    fn closed_by_rate(&self) -> Option<At> {
        let closed = self.bucket.as_ref()?.closed_until(self.emitter.now())?;
        let (waits, more) = (self.telling.retries().next(), self.feed.known().1 || self.feed.unread() > 0);
        match waits {
            _ if more => Some(closed),
            waits => waits.map(|due| due.max(closed)),
        }
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
        match self.feed.give() {
            Next::Target(target) => self.spawn(target),
            Next::Unusable { text, error } => self.tell_unusable(&text, &error),
            Next::Refused { line, error } => self.refuse(line, &error),
            Next::Failed(message) => self.fail(&message),
            Next::Wait => {
                self.brake.hold(Some(Hold::Input));
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
        match crawl.next() {
            crawler::Next::Fetch { id, target, errand } => self.send_out(id, target, errand),
            crawler::Next::Again(id) => {
                let waiting = self.telling.retries().take(id);
                if let Some(waiting) = waiting {
                    self.start_again(waiting);
                }
            }
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

    fn next_id(&self) -> FetchId {
        FetchId(self.last_id.0 + 1)
    }

    fn spawn(&mut self, target: Target) {
        self.last_id = self.next_id();
        let (id, created) = (self.last_id, self.emitter.now());
        let url = target.text();
        self.emitter.emit_at(created, EventKind::Started { id, url: url.clone(), place: None });
        self.launch(Attempt::first(id), target, url, created);
    }

    fn start_again(&mut self, waiting: Waiting) {
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
        let lifeline = Arc::new(lifeline);
        let again = Some(target.clone());
        let awaited = Awaited { attempt, target: again, url: url.clone(), created, lifeline: lifeline.clone() };
        if let Some(bucket) = &mut self.bucket {
            bucket.take(created);
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

    /// Nothing is started any more, and nothing made again.
    fn close(&mut self, reason: EndReason) {
        self.ending.close(reason);
        self.telling.close();
    }

    fn obey(&mut self, control: Control) {
        match control {
            Control::Pause => self.pause(true),
            Control::Resume => self.pause(false),
            Control::Concurrency(cap) => {
                self.terms.cap = cap.min(self.terms.most).max(1);
                self.emitter.emit(EventKind::ConcurrencySet { cap: self.terms.cap });
            }
            Control::PerHost(cap) => {
                if let Some(crawl) = &self.crawl {
                    crawl.set_per_host(cap.max(1));
                }
            }
            Control::Rate(rate) => self.set_rate(rate),
            Control::Cancel(_) | Control::Retry(_) | Control::RetryFailed => {
                // What has its outcome is to be where it is looked for: told, or waiting for another attempt.
                self.fire();
                self.obey_of_fetches(control);
            }
            Control::Drain(reason) if !self.ending.is_draining() => self.drain(reason),
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

    fn obey_of_fetches(&self, control: Control) {
        match control {
            Control::Cancel(id) => self.cancel(id),
            Control::Retry(id) => self.retry(id),
            _ => self.retry_failed(),
        }
    }

    fn set_rate(&mut self, rate: Option<Rate>) {
        match &self.crawl {
            Some(crawl) => crawl.set_rate(rate),
            None => self.bucket = rate.map(|rate| Bucket::starting(rate, self.emitter.now())),
        }
        self.until = None;
        self.emitter.emit(EventKind::RateSet { rate });
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

    fn quit(&mut self, reason: EndReason) {
        self.ending.quit(reason);
        self.close(reason);
        self.let_go_of_all();
    }

    /// Ends a fetch; one that no worker has begun gives its slot back at once.
    fn let_go(&self, id: FetchId) {
        let waiting = self.telling.retries().take(id);
        match waiting {
            Some(waiting) => self.telling.let_go(&waiting),
            None => self.cut_off(id),
        }
    }

    /// Ends what is in flight; what no worker has begun ends in the queue.
    fn cut_off(&self, id: FetchId) {
        if !self.runner.withdraw(id) {
            self.slots.cancel(id);
        }
    }

    fn let_go_of_all(&self) {
        // A worker that comes back finds nothing to begin.
        self.runner.hold(true);
        self.slots.ids().into_iter().for_each(|id| self.let_go(id));
    }
}

async fn sleep_until(wake: Option<At>, now: At) {
    if let Some(at) = wake {
        tokio::time::sleep(at - now).await;
    }
}
