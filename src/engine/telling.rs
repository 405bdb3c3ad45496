//! What the callbacks of a Completion do: a result is told, or its attempt put back to be made again; then its slot is
//! free. Knows no engine.

use super::callbacks::CallbackQueue;
use super::completion::{Completion, Deed, Run, Settled, Shared, Staged};
use super::crawler::{Crawler, Leads};
use super::job::Attempt;
use super::parking::Parking;
use super::past::Past;
use super::retries::Retries;
use super::retry::Verdict;
use super::slots::{Holder, Slots};
use super::terms::{Terms, Until};
use crate::callback::Callback;
use crate::clock::At;
use crate::control::EndReason;
use crate::emit::Emitter;
use crate::event::{Because, EventKind};
use crate::failure::{Failure, FailureKind};
use crate::fetched::Fetched;
use crate::id::FetchId;
use crate::net::{Errand, Lifeline};
use crate::phase::Phase;
use crate::retry_after::RetryAfter;
use crate::target::Target;
use crate::text::Untrusted;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering::SeqCst};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// What the callbacks of all fetches share.
pub(super) struct Telling {
    terms: Terms,
    emitter: Emitter,
    queue: CallbackQueue<Arc<Fetched>>,
    slots: Arc<Slots>,
    /// The callback that frees a slot.
    release: Shared,
    retries: Mutex<Retries<Waiting>>,
    /// What is done and may be wanted again, where somebody may want it.
    past: Mutex<Past<Waiting>>,
    /// Who asked to be left alone; in a crawl, the frontier knows it.
    parking: Mutex<Parking>,
    /// Where links are followed.
    crawl: Option<Arc<Crawler>>,
    /// Nothing is made again any more.
    closed: AtomicBool,
    /// The run has ended then, and may go on.
    rest: Mutex<Option<At>>,
    met: Met,
}

/// A fetch whose result is awaited.
pub(super) struct Awaited {
    pub attempt: Attempt,
    /// `None`, where it was none that could be fetched.
    pub target: Option<Target>,
    pub url: Untrusted,
    pub created: At,
    pub lifeline: Arc<Lifeline>,
}

/// An attempt that failed and is to be made again.
pub(super) struct Waiting {
    pub attempt: Attempt,
    pub target: Target,
    pub url: Untrusted,
    /// What it is made for, in a crawl.
    pub errand: Option<Arc<Errand>>,
    /// It takes no kept connection.
    pub cold: bool,
    /// What came of it.
    fetched: Arc<Fetched>,
}

type Outcome = Settled<Arc<Fetched>>;

impl Telling {
    pub fn new(
        terms: Terms,
        slots: Arc<Slots>,
        queue: CallbackQueue<Arc<Fetched>>,
        crawl: Option<Arc<Crawler>>,
        emitter: Emitter,
    ) -> Telling {
        let (retries, past, rest, parking) = (Mutex::default(), Mutex::default(), Mutex::default(), Mutex::default());
        let (closed, met) = (AtomicBool::new(false), Met::default());
        let freed = slots.clone();
        let release: Shared = Arc::new(move |attempt| freed.free(attempt));
        Telling { terms, emitter, queue, slots, release, retries, past, parking, crawl, closed, rest, met }
    }

    /// A Completion whose callbacks tell the result, or put the attempt back, and free the slot.
    pub fn completion(self: &Arc<Self>, awaited: Awaited) -> Completion<Arc<Fetched>> {
        let attempt = awaited.attempt;
        let completion = Completion::new(attempt.id, self.queue.clone());
        let (telling, verdict) = (self.clone(), Verdict::Stands);
        let lifeline = self.crawl.as_ref().map(|_| awaited.lifeline.clone());
        completion.on_outcome_staged(Box::new(First { telling, awaited, verdict }));
        if let Some(lifeline) = lifeline {
            let telling = self.clone();
            completion.on_outcome(Box::new(move |settled| telling.lead_on(attempt, &lifeline, settled)));
        }
        completion.on_done_shared(Callback::Release, self.release.clone(), attempt);
        completion
    }

    /// Tells a result that no engine is to make, in its turn like any other.
    pub fn tell(self: &Arc<Self>, attempt: Attempt, fetched: Arc<Fetched>) {
        self.tell_of(attempt, None, fetched);
    }

    /// The same of a target that could be asked all the same, if anybody wants that.
    pub fn tell_of(self: &Arc<Self>, attempt: Attempt, target: Option<Target>, fetched: Arc<Fetched>) {
        let lifeline = Arc::<Lifeline>::default();
        self.slots.take(attempt, Holder { lifeline: lifeline.clone(), completion: None, away: false, told: false });
        let (url, created) = (fetched.url.clone(), fetched.started);
        let completion = self.completion(Awaited { attempt, target, url, created, lifeline });
        completion.set(fetched).expect("it was made just now");
    }

    /// What the target's origin has asked for, where it is not to be asked yet.
    pub fn parked(&self, target: &Target, now: At) -> Option<RetryAfter> {
        self.parking().holds(target, now)
    }

    fn parking(&self) -> MutexGuard<'_, Parking> {
        // Nothing that can panic runs under this lock.
        self.parking.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Why the run ends, once the result was told that it waits for.
    pub fn met(&self) -> Option<EndReason> {
        self.met.reason()
    }

    /// What waits to be made again.
    pub fn retries(&self) -> MutexGuard<'_, Retries<Waiting>> {
        // Nothing that can panic runs under this lock.
        self.retries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One that waits to be made again waits no more. Says whether it did.
    pub fn hasten(&self, id: FetchId) -> bool {
        let now = self.emitter.now();
        let Some(waiting) = self.retries().take(id) else { return false };
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
            self.emitter.emit_at(ended, EventKind::RunReopened { stood_us });
        }
    }

    fn resting(&self) -> MutexGuard<'_, Option<At>> {
        // Nothing that can panic runs under this lock.
        self.rest.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn past(&self) -> MutexGuard<'_, Past<Waiting>> {
        // Nothing that can panic runs under this lock.
        self.past.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Nothing is made again: what waits for that has the result of its last attempt.
    pub fn close(self: &Arc<Self>) {
        self.closed.store(true, SeqCst);
        let waiting = self.retries().take_all();
        waiting.into_iter().for_each(|waiting| self.give_up(&waiting, waiting.fetched.clone()));
    }

    /// One that waits to be made again is not: the result of its last attempt stands. Says whether it waited.
    pub fn settle(self: &Arc<Self>, id: FetchId) -> bool {
        let waiting = self.retries().take(id);
        waiting.map(|waiting| self.give_up(&waiting, waiting.fetched.clone())).is_some()
    }

    /// Lets go of one that waits, if it does.
    pub fn let_go(self: &Arc<Self>, waiting: &Waiting) {
        self.give_up(waiting, Arc::new(waiting.let_go(self.emitter.now())));
    }

    fn give_up(self: &Arc<Self>, waiting: &Waiting, fetched: Arc<Fetched>) {
        if let Some(crawl) = &self.crawl {
            crawl.cancel(waiting.attempt.id);
        }
        self.tell(waiting.attempt, fetched);
    }

    /// The second callback of a result, in a crawl: what the fetch brought home goes to the frontier.
    fn lead_on(
        self: Arc<Self>,
        attempt: Attempt,
        lifeline: &Lifeline,
        settled: &Outcome,
    ) -> Option<(Callback, Run<Arc<Fetched>>)> {
        // Of an attempt that is made again, nothing is followed.
        let crawl = self.crawl.clone().filter(|_| !lifeline.is_put_back())?;
        let id = attempt.id;
        let (gained, fetched) = match (lifeline.take_gained(), settled) {
            (Some(gained), Settled::Result(fetched)) => (gained, fetched.clone()),
            _ => {
                let run = move |_: &Outcome| crawl.gain_nothing(id);
                return self.is_asking(id).then(|| (Callback::Follow, Box::new(run) as Run<_>));
            }
        };
        let run = move |settled: &Outcome| {
            if let Some(leads) = crawl.gain(id, &fetched, *gained) {
                self.follow(&crawl, id, leads, settled);
            }
        };
        Some((Callback::Follow, Box::new(run)))
    }

    fn is_asking(&self, id: FetchId) -> bool {
        self.crawl.as_ref().is_some_and(|crawl| crawl.is_asking(id))
    }

    /// Takes up a slice of what a page or a sitemap leads to; the rest of it has its turn in the queue.
    fn follow(self: Arc<Self>, crawl: &Arc<Crawler>, id: FetchId, leads: Leads, settled: &Outcome) {
        let Settled::Result(fetched) = settled else { return };
        let Some(rest) = crawl.follow(id, leads, fetched) else { return };
        let (crawl, queue) = (crawl.clone(), self.queue.clone());
        let run: Run<_> = Box::new(move |settled: &Outcome| self.follow(&crawl, id, rest, settled));
        queue.call_soon(id, [(Callback::Follow, Deed::Run(run))], settled, true);
    }

    fn verdict(&self, awaited: &Awaited, settled: &Outcome) -> Verdict {
        if awaited.lifeline.is_to_begin_again() && awaited.target.is_some() && !self.is_over(awaited) {
            return Verdict::Again(Duration::ZERO, Because::Asked);
        }
        match settled {
            Settled::Result(fetched) if awaited.target.is_some() && !self.is_over(awaited) => {
                if let Some(because) = awaited.refused_head(fetched) {
                    return Verdict::Again(Duration::ZERO, because);
                }
                self.terms.retry.verdict(fetched, fastrand::f64())
            }
            _ => Verdict::Stands,
        }
    }

    fn is_over(&self, awaited: &Awaited) -> bool {
        let lets_go = awaited.lifeline.is_cancelled() && !awaited.lifeline.is_to_begin_again();
        self.closed.load(SeqCst) || lets_go
    }

    fn report(&self, awaited: Awaited, settled: &Outcome, forgone: Option<RetryAfter>) {
        let id = awaited.attempt.id;
        let now = self.emitter.now();
        let fetched = awaited.told(settled, now);
        let fetched = match &self.crawl {
            Some(crawl) => crawl.placed(id, fetched),
            None => fetched,
        };
        // What is no target is not waited for.
        if fetched.role().is_result() {
            self.met.look(self.terms.until, &fetched);
        }
        if let (None, Some(target)) = (&self.crawl, &awaited.target) {
            self.parking().look(target, &fetched);
        }
        if let Some(retry_after) = forgone {
            self.emitter.emit_at(now, EventKind::RetryForgone { id, retry_after });
        }
        if let Some(content) = awaited.lifeline.take_content() {
            self.emitter.emit_at(now, EventKind::ContentKept { id, content });
        }
        self.emitter.emit_at(now, EventKind::Finished { id, fetched: fetched.clone() });
        if let Some(crawl) = &self.crawl {
            crawl.done(id, &fetched);
        }
        self.keep(awaited, fetched);
    }

    /// Keeps what is done for whoever wants it again, where anybody can say so.
    fn keep(&self, awaited: Awaited, fetched: Arc<Fetched>) {
        let Awaited { attempt, target: Some(target), url, lifeline, .. } = awaited else { return };
        if !self.emitter.detailed() || !fetched.role().is_result() || self.closed.load(SeqCst) {
            return;
        }
        let (errand, failed) = (lifeline.errand().cloned(), fetched.may_pass());
        self.past().put(attempt.id, failed, Waiting { attempt, target, url, errand, cold: false, fetched });
    }

    /// Puts the attempt back. The run may have come to its end since that was decided, or the fetch been let go of: then
    /// the result is told after all. The content of an attempt that is made again goes with it.
    fn retry(&self, awaited: Awaited, settled: &Outcome, delay: Duration, because: Because) {
        if self.is_over(&awaited) {
            return self.report(awaited, settled, None);
        }
        let fetched = awaited.told(settled, self.emitter.now());
        let Awaited { attempt, target: Some(target), url, lifeline, .. } = awaited else { return };
        let by_get = lifeline.errand().and_then(|errand| errand.after(&fetched)).map(Arc::new);
        let errand = by_get.or_else(|| lifeline.errand().cloned());
        let (id, until) = (attempt.id, fetched.ended + delay);
        self.emitter.emit(EventKind::Retrying { id, until, because, fetched: fetched.clone() });
        let cold = because == Because::Asked;
        let waiting = Waiting { attempt, target, url, errand, cold, fetched: fetched.clone() };
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
            Verdict::Forgone(_) | Verdict::Stands => Callback::Report,
        }
    }

    fn run(self: Box<Self>, settled: &Outcome) {
        let First { telling, awaited, verdict } = *self;
        match verdict {
            Verdict::Again(delay, because) => telling.retry(awaited, settled, delay, because),
            Verdict::Forgone(retry_after) => telling.report(awaited, settled, Some(retry_after)),
            Verdict::Stands => telling.report(awaited, settled, None),
        }
    }
}

impl Awaited {
    /// Why the target is asked once more, by GET.
    fn refused_head(&self, fetched: &Fetched) -> Option<Because> {
        self.lifeline.errand()?.after(fetched)?;
        fetched.status.map(Because::HeadRefused).or_else(|| fetched.kind().map(Because::Failure))
    }

    /// What is told. A Completion without a result is a failure, not a silence.
    fn told(&self, settled: &Outcome, now: At) -> Arc<Fetched> {
        let (kind, words) = match settled {
            Settled::Result(fetched) => return self.placed(fetched),
            Settled::Cancelled => (FailureKind::Cancelled, self.lifeline.let_go_words()),
            Settled::Dropped => {
                (FailureKind::Internal, "the task went away without a result: an error of crawltop itself")
            }
        };
        let phase = self.lifeline.phase();
        let failure = Failure::new(kind, &format!("{}: {words}", phase.name())).during(phase);
        let (marks, attempt) = (self.lifeline.marks(), self.attempt.number);
        let place = self.lifeline.errand().map(|errand| errand.place.clone());
        Arc::new(Fetched { marks, attempt, place, ..Fetched::failed(self.url.clone(), self.created, now, failure) })
    }
}

impl Awaited {
    /// The result with its place in the crawl, which one that was not made by the fetch itself does not know.
    fn placed(&self, fetched: &Arc<Fetched>) -> Arc<Fetched> {
        match self.lifeline.errand().filter(|_| fetched.place.is_none()) {
            Some(errand) => Arc::new(Fetched { place: Some(errand.place.clone()), ..Fetched::clone(fetched) }),
            None => fetched.clone(),
        }
    }
}

impl Waiting {
    /// What it comes to where it is let go of: all that is known of its last attempt, and that there was to be another.
    fn let_go(&self, now: At) -> Fetched {
        let mut fetched = Fetched::clone(&self.fetched);
        let met = match (&fetched.failure, fetched.status) {
            (None, Some(status)) => status.to_string(),
            (failure, _) => failure.as_ref().map_or("nothing", |failure| failure.kind.name()).to_owned(),
        };
        let words =
            format!("blocked: let go of while it waited for a retry; attempt {} met {met}", self.attempt.number);
        fetched.failure = Some(Failure::new(FailureKind::Cancelled, &words).during(Phase::Blocked));
        fetched.marks.enter(Phase::Blocked, fetched.ended);
        fetched.ended = now.max(fetched.ended);
        fetched
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_completion_without_a_result_is_told_as_a_failure() {
        let url = Untrusted::new("http://a.example/", 99);
        let cases = [(Settled::Cancelled, FailureKind::Cancelled), (Settled::Dropped, FailureKind::Internal)];
        for (settled, kind) in cases {
            let lifeline = Arc::new(Lifeline::default());
            lifeline.keep_marks(At(3));
            lifeline.enter(Phase::Wait, At(5));
            let attempt = Attempt { id: FetchId(1), number: 2 };
            let awaited = Awaited { attempt, target: None, url: url.clone(), created: At(3), lifeline };
            let fetched = awaited.told(&settled, At(8));
            assert!(fetched.marks.spans(At(8)).eq([(Phase::Blocked, At(3), At(5)), (Phase::Wait, At(5), At(8))]));
            let phase = fetched.failure.as_ref().and_then(|failure| failure.phase);
            assert_eq!((phase, fetched.attempt, &fetched.url), (Some(Phase::Wait), 2, &url));
            assert_eq!((fetched.kind(), fetched.started, fetched.ended), (Some(kind), At(3), At(8)));
        }
    }
}
