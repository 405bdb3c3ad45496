//! How the loop asks origins that have not answered yet: a few places at a time, as long as the feed may have something
//! else. Knows nothing of how it is found out whether they do.

use super::EventLoop;
use super::starting::Started;
use crate::engine::feed::Next;
use crate::engine::parked::Stander;
use crate::engine::telling::Waiting;
use crate::event::{Hold, Order};
use crate::id::FetchId;
use crate::target::Target;

impl EventLoop {
    /// A new target: starts it, unless its origin has places enough for one of which nothing is known.
    pub(super) fn greet(&mut self, target: Target) {
        if self.telling.meets() && *self.familiar != *target.origin() && self.passes_by() {
            let hands = self.terms.hands();
            let held = self.telling.of_newcomers(|newcomers| {
                let held = newcomers.holds(target.origin(), hands);
                if held {
                    newcomers.wait(target.origin(), Stander::New(target.clone()));
                }
                held
            });
            if held {
                return;
            }
        }
        self.begin(target);
    }

    /// What is to be made again, unless its origin has places enough for one of which nothing is known; then it waits with
    /// the new ones.
    pub(super) fn hold_back(&mut self, waiting: Waiting) -> Option<Waiting> {
        if waiting.wished || !self.telling.meets() || !self.passes_by() {
            return Some(waiting);
        }
        let (id, hands, origin) = (waiting.attempt.id, self.terms.hands(), waiting.target.origin());
        let held = self.telling.of_newcomers(|newcomers| {
            let held = newcomers.holds(origin, hands);
            if held {
                newcomers.wait(origin, Stander::Again(id));
            }
            held
        });
        if !held {
            return Some(waiting);
        }
        self.telling.retries().park(id, waiting);
        None
    }

    /// Starts what waits no more.
    pub(super) fn resume(&mut self, stander: Stander) {
        match stander {
            Stander::New(target) => self.begin(target),
            Stander::Again(id) => {
                let waiting = self.telling.retries().take_parked(id);
                if let Some(waiting) = waiting.and_then(|waiting| self.set_aside(waiting)) {
                    self.launch_again(waiting);
                }
            }
        }
    }

    /// Of what waits, where something does, what may go on; where there is nothing else to ask, anything.
    pub(super) fn next_newcomer(&mut self, any: bool) -> Option<Stander> {
        let hands = self.terms.hands();
        self.telling.of_newcomers(|newcomers| newcomers.next(hands, any))
    }

    pub(super) fn waiting_newcomers(&self) -> usize {
        if self.telling.meets() { self.telling.of_newcomers(|newcomers| newcomers.waiting()) } else { 0 }
    }

    /// Targets of those that were never started.
    pub(super) fn unread_newcomers(&self) -> u64 {
        if self.telling.meets() { self.telling.of_newcomers(|newcomers| newcomers.unread()) } else { 0 }
    }

    /// The feed has nothing more, or not at this moment, and some wait: these go on once nothing else can come.
    pub(super) fn look_no_further(&mut self, next: &Next) -> Option<Started> {
        if matches!(next, Next::Wait) {
            self.brake.hold(Some(Hold::Input));
            return Some(Started::All);
        }
        // What waits in the queue of a pool would keep those back that turn out to answer.
        let any = self.busy() < self.terms.hands() || self.telling.of_newcomers(|newcomers| newcomers.are_of_one());
        let next = self.next_newcomer(any);
        let started = if next.is_none() && !any { Some(Started::All) } else { None };
        if started.is_some() {
            self.brake.hold(None);
        }
        if let Some(stander) = next {
            self.resume(stander);
        }
        started
    }

    /// An attempt is started.
    pub(super) fn take_place(&mut self, target: &Target, id: FetchId) {
        let origin = target.origin();
        if *self.familiar != *origin && self.passes_by() && self.telling.of_newcomers(|them| them.start(origin, id)) {
            self.familiar = origin.into();
        }
    }

    /// In the order given, what comes later waits for each anyway; in a crawl, the frontier has the turns; and one place
    /// is for one after another.
    fn passes_by(&self) -> bool {
        self.crawl.is_none() && self.terms.order != Order::Given && self.terms.hands() > 1
    }
}
