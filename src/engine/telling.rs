//! What the callbacks of a Completion do: a result is told, or its attempt put back to be made again; then its slot is
//! free. Knows no engine.

mod again;
mod awaited;
mod leading;
mod learning;
mod met;

pub(super) use awaited::{Awaited, Waiting};

use super::callbacks::CallbackQueue;
use super::completion::{Added, Completion, Settled, Staged};
use super::crawler::{Crawler, LedFrom};
use super::job::Attempt;
use super::newcomers::Newcomers;
use super::parked::Parked;
use super::past::Past;
use super::retries::Retries;
use super::retry::Verdict;
use super::slots::{Holder, Slots};
use super::terms::Terms;
use crate::callback::Callback;
use crate::clock::At;
use crate::content::Content;
use crate::control::EndReason;
use crate::emit::Emitter;
use crate::event::{Because, EventKind};
use crate::failure::FailureKind;
use crate::fetched::Fetched;
use crate::net::{Lifeline, Parking};
use crate::retry_after::RetryAfter;
use crate::target::Target;
use met::Met;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What the callbacks of all fetches share.
pub(super) struct Telling {
    terms: Terms,
    emitter: Emitter,
    queue: CallbackQueue<Arc<Fetched>>,
    slots: Arc<Slots>,
    retries: Mutex<Retries<Waiting>>,
    /// There is something in it.
    retries_wait: Arc<AtomicBool>,
    /// What is done and may be wanted again, where somebody may want it.
    past: Mutex<Past<Waiting>>,
    /// Who asked to be left alone; in a crawl, the frontier knows it.
    parking: Arc<Parking>,
    /// Who makes no connection; the same holds for it.
    parked: Mutex<Parked>,
    /// There is something in it.
    parks: AtomicBool,
    /// Of whom nobody knows yet whether they answer; in a crawl, that is the frontier's too.
    newcomers: Mutex<Newcomers>,
    /// There are some.
    meets: AtomicBool,
    /// Where links are followed.
    crawl: Option<Arc<Crawler>>,
    /// Nothing is made again any more.
    closed: AtomicBool,
    /// The run has ended then, and may go on.
    rest: Mutex<Option<At>>,
    met: Met,
}

type Outcome = Settled<Arc<Fetched>>;

impl Telling {
    pub fn new(
        terms: Terms,
        slots: Arc<Slots>,
        queue: CallbackQueue<Arc<Fetched>>,
        crawl: Option<Arc<Crawler>>,
        parking: Arc<Parking>,
        emitter: Emitter,
    ) -> Telling {
        let retries = Retries::default();
        let (retries_wait, retries) = (retries.some(), Mutex::new(retries));
        let (past, rest) = (Mutex::default(), Mutex::default());
        let attempts = terms.retry.most.saturating_add(1);
        let (parked, parks) = (Mutex::new(Parked::patient(attempts)), AtomicBool::new(false));
        let (newcomers, meets) = (Mutex::default(), AtomicBool::new(false));
        let (closed, met) = (AtomicBool::new(false), Met::default());
        Telling {
            terms,
            emitter,
            queue,
            slots,
            retries,
            retries_wait,
            past,
            parking,
            parked,
            parks,
            newcomers,
            meets,
            crawl,
            closed,
            rest,
            met,
        }
    }

    /// A Completion whose callbacks tell the result, or put the attempt back, and free the slot.
    pub fn completion(self: &Arc<Self>, awaited: Awaited) -> Completion<Arc<Fetched>> {
        let attempt = awaited.attempt;
        let (telling, verdict) = (self.clone(), Verdict::Stands);
        let follow = self.crawl.as_ref().map(|_| {
            let (telling, lifeline) = (self.clone(), awaited.lifeline.clone());
            Added::Chosen(Box::new(move |settled| telling.lead_on(attempt, &lifeline, settled)))
        });
        let first = Added::Staged(Box::new(First { telling, awaited, verdict, led: None }));
        let release = Added::Release(attempt);
        Completion::with(attempt.id, self.queue.clone(), [first].into_iter().chain(follow).chain([release]))
    }

    /// Tells a result that no engine is to make, in its turn like any other.
    pub fn tell(self: &Arc<Self>, attempt: Attempt, fetched: Arc<Fetched>) {
        self.tell_of(attempt, None, fetched, None);
    }

    /// The same of a target that could be asked all the same, if anybody wants that; and with its content, where there is.
    pub fn tell_of(
        self: &Arc<Self>,
        attempt: Attempt,
        target: Option<Target>,
        fetched: Arc<Fetched>,
        content: Option<Content>,
    ) {
        let lifeline = Arc::<Lifeline>::default();
        if let Some(content) = content {
            lifeline.leave(content);
        }
        self.slots.take(attempt, Holder { lifeline: lifeline.clone(), completion: None, away: false, told: false });
        let text = target.is_none().then(|| fetched.url.clone());
        let completion = self.completion(Awaited { attempt, target, text, created: fetched.started, lifeline });
        completion.set(fetched).expect("it was made just now");
    }

    /// Whose origins asked to be left alone.
    pub fn parking(&self) -> &Parking {
        &self.parking
    }

    /// Why the run ends, once the result was told that it waits for.
    pub fn met(&self) -> Option<EndReason> {
        self.met.reason()
    }

    fn verdict(&self, awaited: &Awaited, settled: &Outcome) -> Verdict {
        if awaited.lifeline.is_to_begin_again() && awaited.target.is_some() && !self.is_over(awaited) {
            return Verdict::Again(Duration::ZERO, Because::Asked);
        }
        match settled {
            Settled::Result(fetched) if awaited.target.is_some() && !self.is_over(awaited) => {
                // Whatever it was, and however often one may ask: the peer has not seen it (RFC 9112, 9.3.1).
                if awaited.lifeline.has_lost() {
                    return Verdict::Again(Duration::ZERO, Because::Failure(FailureKind::Reset));
                }
                if let Some(because) = awaited.refused_head(fetched) {
                    return Verdict::Again(Duration::ZERO, because);
                }
                match awaited.lifeline.stands() {
                    true => Verdict::Stands,
                    false => self.terms.retry.verdict(fetched, awaited.lifeline.wavers(), fastrand::f64()),
                }
            }
            _ => Verdict::Stands,
        }
    }

    fn is_over(&self, awaited: &Awaited) -> bool {
        let lets_go = awaited.lifeline.is_cancelled() && !awaited.lifeline.is_to_begin_again();
        self.closed.load(SeqCst) || lets_go
    }

    fn report(
        &self,
        awaited: Awaited,
        settled: Outcome,
        (forgone, led): (Option<RetryAfter>, Option<LedFrom>),
        now: At,
    ) {
        let id = awaited.attempt.id;
        let fetched = awaited.told(settled, now);
        let fetched = match &self.crawl {
            Some(crawl) => crawl.placed(id, crawl.judged(id, fetched, led)),
            None => fetched,
        };
        // What is no target is not waited for.
        if fetched.role().is_result() {
            self.met.look(self.terms.until, &fetched);
        }
        if let (None, Some(target)) = (&self.crawl, &awaited.target) {
            self.parking.look(target, &fetched);
        }
        self.learn(&awaited, &fetched);
        if let Some(retry_after) = forgone {
            self.emitter.emit_at(now, EventKind::RetryForgone { id, retry_after });
        }
        if let Some(content) = awaited.lifeline.take_content(|| self.emitter.waiting()) {
            self.emitter.emit_at(now, EventKind::ContentKept { id, content });
        }
        let kept = (self.crawl.is_some() || self.keeps(&fetched)).then(|| fetched.clone());
        self.emitter.emit_at(now, EventKind::Finished { id, fetched });
        let Some(fetched) = kept else { return };
        if let Some(crawl) = &self.crawl {
            crawl.done(id, &fetched);
        }
        self.keep(awaited, fetched);
    }

    /// Whether somebody could want it again.
    fn keeps(&self, fetched: &Fetched) -> bool {
        self.terms.watched && fetched.role().is_result() && !self.closed.load(SeqCst)
    }

    /// Keeps what is done for whoever wants it again, where anybody can say so.
    fn keep(&self, awaited: Awaited, fetched: Arc<Fetched>) {
        let url = awaited.url();
        let Awaited { attempt, target: Some(target), lifeline, .. } = awaited else { return };
        if !self.keeps(&fetched) {
            return;
        }
        let (errand, failed) = (lifeline.errand().cloned(), fetched.may_pass());
        self.past().put(
            attempt.id,
            failed,
            Waiting { attempt, target, url, errand, cold: false, wished: true, fetched, content: None },
        );
    }

    /// Puts the attempt back. The run may have come to its end since that was decided, or the fetch been let go of: then
    /// the result is told after all.
    fn retry(&self, awaited: Awaited, settled: Outcome, (delay, because): (Duration, Because), now: At) {
        if self.is_over(&awaited) {
            return self.report(awaited, settled, (None, None), now);
        }
        let fetched = awaited.told(settled, now);
        self.learn(&awaited, &fetched);
        let url = awaited.url();
        let Awaited { attempt, target: Some(target), lifeline, .. } = awaited else { return };
        let lost = lifeline.has_lost();
        let by_get = lifeline.errand().filter(|_| !lost).and_then(|errand| errand.after(&fetched)).map(Arc::new);
        let errand = by_get.or_else(|| lifeline.errand().cloned());
        let (id, until) = (attempt.id, fetched.ended + delay);
        self.emitter.emit(EventKind::Retrying { id, until, because, fetched: fetched.clone() });
        let wished = because == Because::Asked;
        let content = lifeline.take_content(|| self.emitter.waiting()).map(Content::at_rest);
        let cold = wished || lost;
        let waiting = Waiting { attempt, target, url, errand, cold, wished, fetched: fetched.clone(), content };
        match self.crawl.as_ref().filter(|crawl| !crawl.is_asking(id)) {
            None => self.retries().put(id, until, waiting),
            // When that is, is the frontier's to say: its host may not be asked before.
            Some(crawl) => {
                self.retries().park(id, waiting);
                crawl.retry(id, &fetched, until);
            }
        }
    }
}

/// The first callback of a result.
struct First {
    telling: Arc<Telling>,
    awaited: Awaited,
    verdict: Verdict,
    /// Where it leads, in a crawl.
    led: Option<LedFrom>,
}

impl Staged<Arc<Fetched>> for First {
    fn choose(&mut self, settled: &Outcome) -> Callback {
        self.awaited.lifeline.settle();
        self.verdict = self.telling.verdict(&self.awaited, settled);
        match self.verdict {
            Verdict::Again(..) => {
                self.awaited.lifeline.put_back();
                Callback::Retry
            }
            Verdict::Forgone(_) | Verdict::Stands => {
                self.led = self.telling.crawl.as_ref().and_then(|_| self.awaited.lifeline.led());
                Callback::Report
            }
        }
    }

    fn run(self: Box<Self>, settled: Outcome, fired: At) {
        let First { telling, awaited, verdict, led } = *self;
        match verdict {
            Verdict::Again(delay, because) => telling.retry(awaited, settled, (delay, because), fired),
            Verdict::Forgone(retry_after) => telling.report(awaited, settled, (Some(retry_after), led), fired),
            Verdict::Stands => telling.report(awaited, settled, (None, led), fired),
        }
    }
}
