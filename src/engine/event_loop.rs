//! The loop that all engines share: it starts a fetch where a slot is free, fires callbacks one by one, hears wishes,
//! and ends the run. Knows nothing of sockets.

mod newcomers;
mod obeying;
mod parked;
mod starting;

use super::away::Away;
use super::brake::Brake;
use super::callbacks::CallbackQueue;
use super::controls::{Controls, Heard};
use super::counting::Counting;
use super::crawler::{CrawlTerms, Crawler};
use super::ending::{Due, Ending};
use super::feed::Feed;
use super::relay::{Inquiry, relay};
use super::runner::Runner;
use super::slots::Slots;
use super::telling::Telling;
use super::terms::Terms;
use crate::clock::At;
use crate::control::{Control, EndReason};
use crate::crawl::Pacer;
use crate::emit::Emitter;
use crate::event::{Engine, EventKind, Hold};
use crate::fetched::Fetched;
use crate::id::FetchId;
use crate::net::Fetcher;
use starting::Started;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc::UnboundedReceiver;

/// How long the end waits for workers that were let go of: they are back within a tenth of a second, but for one that
/// hangs.
const COME_BACK: Duration = Duration::from_millis(150);
/// How often a held-back loop looks whether it may go on.
const HELD_POLL: Duration = Duration::from_millis(10);

pub struct EventLoop {
    terms: Terms,
    feed: Feed,
    crawl: Option<Arc<Crawler>>,
    runner: Runner,
    emitter: Emitter,
    controls: Controls,
    /// Of the relay, where a fetch may hold the loop.
    inquiry: Option<Inquiry>,
    queue: CallbackQueue<Arc<Fetched>>,
    slots: Arc<Slots>,
    telling: Arc<Telling>,
    counting: Counting,
    brake: Brake,
    ending: Ending,
    last_id: FetchId,
    paused: bool,
    /// An origin that is known to answer: that of most targets.
    familiar: Box<str>,
    /// Whose turn it is by the rate; in a crawl, the frontier asks for that.
    pacer: Arc<Pacer>,
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
        controls: UnboundedReceiver<Control>,
    ) -> io::Result<EventLoop> {
        let slots = Arc::<Slots>::default();
        let freed = slots.clone();
        let queue = CallbackQueue::releasing(emitter.clone(), move |attempt| freed.free(attempt));
        let (pacer, away) = (fetcher.pacer(), Away::default());
        pacer.set(terms.rate, emitter.now());
        let runner = Runner::new(&terms, fetcher.clone(), slots.clone(), emitter.clone(), &away);
        let crawl = crawl.map(|terms| Arc::new(Crawler::new(terms, pacer.clone(), emitter.clone())));
        if let Some(crawl) = &crawl {
            crawl.set_slots(terms.hands());
        }
        let telling =
            Telling::new(terms, slots.clone(), queue.clone(), crawl.clone(), fetcher.parking(), emitter.clone());
        let telling = Arc::new(telling);
        let (controls, inquiry) = if terms.engine == Engine::Sequential {
            let absent = (away, telling.clone());
            let run = (terms, crawl.is_some(), pacer.clone());
            let (forwarded, asks) = relay(controls, slots.clone(), emitter.clone(), run, absent)?;
            (Controls::Relayed(forwarded), Some(asks))
        } else {
            (Controls::Straight(controls), None)
        };
        Ok(EventLoop {
            terms,
            feed,
            crawl,
            runner,
            brake: Brake::new(terms.order, fetcher, emitter.clone()),
            emitter,
            controls,
            inquiry,
            queue,
            slots,
            telling,
            counting: Counting::new(),
            ending: Ending::new(terms.deadline),
            last_id: FetchId(0),
            paused: false,
            familiar: Box::default(),
            pacer,
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
            if let Some(crawl) = &self.crawl {
                crawl.end();
            }
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
                match self.hears_more().await {
                    true => continue,
                    false => break,
                }
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

    /// Whether something else was wished before it was over. A fetch that held the loop kept it from hearing of it, and
    /// the relay may not have had its turn yet.
    async fn hears_more(&mut self) -> bool {
        let Some(inquiry) = self.inquiry.as_ref().filter(|_| !self.ending.is_closing()) else { return false };
        inquiry.settled().await;
        let Some(heard) = self.controls.try_recv() else { return false };
        self.obey(heard);
        true
    }

    fn end(&self) {
        let (waiting, over) = self.crawl.as_ref().map_or((0, None), |crawl| (crawl.known().1, crawl.over()));
        let left = self.crawl.as_ref().is_some_and(|crawl| crawl.has_left_alone());
        let own = match over {
            Some(_) => EndReason::MaxPages,
            None if left => EndReason::LeftAlone,
            None => EndReason::Finished,
        };
        let reason = self.ending.reason().unwrap_or(own);
        let held = self.unread_newcomers();
        let unread = self.feed.unread() + held + self.telling.parked().unread() + waiting + over.unwrap_or(0);
        let ended = EventKind::RunEnded { reason, unread };
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
            && let Some(Heard { control, .. }) = self.controls.recv().await
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
            Some(heard) = self.controls.recv() => self.obey(heard),
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
        self.heed_news();
        if let Some(reason) = self.telling.met().filter(|_| !self.ending.is_closing()) {
            self.quit(reason);
        }
    }
}

async fn sleep_until(wake: Option<At>, now: At) {
    if let Some(at) = wake {
        tokio::time::sleep(at - now).await;
    }
}
