//! What the callbacks of a Completion do: a result is told, then its slot is free. Knows no engine.

use super::callbacks::CallbackQueue;
use super::completion::{Completion, Settled};
use super::slots::{Holder, Slots};
use super::terms::Until;
use crate::callback::Callback;
use crate::clock::At;
use crate::control::EndReason;
use crate::emit::Emitter;
use crate::event::EventKind;
use crate::failure::{Failure, FailureKind};
use crate::fetched::Fetched;
use crate::id::FetchId;
use crate::net::Lifeline;
use crate::phase::Phase;
use crate::text::Untrusted;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering::SeqCst};

/// What the callbacks of all fetches share.
pub(super) struct Telling {
    emitter: Emitter,
    queue: CallbackQueue<Arc<Fetched>>,
    slots: Arc<Slots>,
    until: Until,
    met: Met,
}

/// A fetch whose result is awaited.
pub(super) struct Awaited {
    pub id: FetchId,
    pub url: Untrusted,
    pub created: At,
    pub lifeline: Arc<Lifeline>,
}

impl Telling {
    pub fn new(until: Until, slots: Arc<Slots>, queue: CallbackQueue<Arc<Fetched>>, emitter: Emitter) -> Telling {
        Telling { emitter, queue, slots, until, met: Met::default() }
    }

    /// A Completion whose callbacks tell the result and free the slot.
    pub fn completion(self: &Arc<Self>, awaited: Awaited) -> Completion<Arc<Fetched>> {
        let id = awaited.id;
        let completion = Completion::new(id, self.queue.clone());
        let (telling, slots) = (self.clone(), self.slots.clone());
        completion.on_done(Callback::Report, Box::new(move |settled| telling.report(&awaited, settled)));
        completion.on_done(Callback::Release, Box::new(move |_| slots.free(id)));
        completion
    }

    /// A result that needs no fetch, told like any other.
    pub fn tell(self: &Arc<Self>, id: FetchId, fetched: Fetched) {
        self.slots.take(id, Holder { lifeline: Arc::default(), completion: None, away: false, told: false });
        let (url, created) = (fetched.url.clone(), fetched.started);
        let completion = self.completion(Awaited { id, url, created, lifeline: Arc::default() });
        completion.set(Arc::new(fetched)).expect("it was made just now");
    }

    /// Why the run ends, once the result was told that it waits for.
    pub fn met(&self) -> Option<EndReason> {
        self.met.reason()
    }

    fn report(&self, awaited: &Awaited, settled: &Settled<Arc<Fetched>>) {
        let fetched = awaited.told(settled, self.emitter.now());
        self.met.look(self.until, &fetched);
        if let Some(content) = awaited.lifeline.take_content() {
            self.emitter.emit(EventKind::ContentKept { id: awaited.id, content });
        }
        self.emitter.emit(EventKind::Finished { id: awaited.id, fetched });
    }
}

impl Awaited {
    /// What is told. A Completion without a result is a failure, not a silence.
    fn told(&self, settled: &Settled<Arc<Fetched>>, now: At) -> Arc<Fetched> {
        let (kind, words) = match settled {
            Settled::Result(fetched) => return fetched.clone(),
            Settled::Cancelled => (FailureKind::Cancelled, "let go of before it had a result"),
            Settled::Dropped => {
                (FailureKind::Internal, "the task went away without a result: an error of crawltop itself")
            }
        };
        let phase: Phase = self.lifeline.phase();
        let failure = Failure::new(kind, &format!("{}: {words}", phase.name())).during(phase);
        Arc::new(Fetched::failed(self.url.clone(), self.created, now, failure))
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
            let awaited = Awaited { id: FetchId(1), url: url.clone(), created: At(3), lifeline };
            let fetched = awaited.told(&settled, At(8));
            let phase = fetched.failure.as_ref().and_then(|failure| failure.phase);
            assert_eq!((phase, &fetched.url), (Some(Phase::Blocked), &url));
            assert_eq!((fetched.kind(), fetched.started, fetched.ended), (Some(kind), At(3), At(8)));
        }
    }
}
