//! How the loop asks origins that have not answered yet: a few places at a time, as long as the feed may have something
//! else. Knows nothing of how it is found out whether they do.

use super::EventLoop;
use super::starting::Started;
use crate::engine::feed::Next;
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
                    newcomers.wait(target.clone());
                }
                held
            });
            if held {
                return;
            }
        }
        self.begin(target);
    }

    /// Of what waits, where something does, what may go on; where there is nothing else to ask, anything.
    pub(super) fn next_newcomer(&mut self, any: bool) -> Option<Target> {
        let hands = self.terms.hands();
        self.telling.of_newcomers(|newcomers| newcomers.next(hands, any))
    }

    pub(super) fn waiting_newcomers(&self) -> usize {
        if self.telling.meets() { self.telling.of_newcomers(|newcomers| newcomers.waiting()) } else { 0 }
    }

    /// The feed has nothing more, or not at this moment, and some wait: these go on once nothing else can come.
    pub(super) fn look_no_further(&mut self, next: &Next) -> Option<Started> {
        if matches!(next, Next::Wait) {
            self.brake.hold(Some(Hold::Input));
            return Some(Started::All);
        }
        if let Some(target) = self.next_newcomer(true) {
            self.begin(target);
        }
        None
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
