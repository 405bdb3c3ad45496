//! How the loop treats targets whose origin asked to be left alone, or makes no connection: these stand aside, and one
//! after another is asked to see how it is. Knows nothing of how that is found out.

use super::EventLoop;
use crate::clock::At;
use crate::engine::job::Attempt;
use crate::engine::parked::{News, Stand, Stander, Turn};
use crate::engine::telling::Waiting;
use crate::event::{EventKind, Order};
use crate::failure::{Failure, FailureKind};
use crate::fetched::Fetched;
use crate::net::Peer;
use crate::phase::Phase;
use crate::target::Target;
use crate::units;
use std::sync::Arc;
use std::time::Duration;

/// Of so many slots, one may ask how an origin is while there is something else to do.
const SLOTS_A_PROBE: usize = 8;

impl EventLoop {
    /// Starts a new target, unless its origin is not to be asked now.
    pub(super) fn begin(&mut self, target: Target) {
        let now = self.emitter.now();
        if let Some(failure) = self.telling.parking().refuses(&target, now) {
            return self.tell_parked(target, failure, now);
        }
        let stand = self.telling.stand(target.origin(), now);
        match stand {
            Stand::Left(kind, span) => {
                let failure = left_alone(&target, kind, span);
                self.tell_parked(target, failure, now);
            }
            Stand::Aside if self.stands_aside() => {
                let origin = Box::<str>::from(target.origin());
                self.telling.parked().wait(&origin, Stander::New(target));
            }
            Stand::Aside | Stand::Free => self.spawn(target, now),
        }
    }

    /// The origin of what waits to be made again is not to be asked now. Gives it back where it is.
    pub(super) fn set_aside(&mut self, waiting: Waiting) -> Option<Waiting> {
        if waiting.wished {
            return Some(waiting);
        }
        let (id, now) = (waiting.attempt.id, self.emitter.now());
        if let Some(after) = self.telling.parking().holds(&waiting.target, now) {
            self.telling.forgo(waiting, after);
            return None;
        }
        let stand = self.telling.stand(waiting.target.origin(), now);
        match stand {
            Stand::Left(..) => self.telling.stand_by(waiting),
            Stand::Aside if self.stands_aside() => {
                self.telling.parked().wait(waiting.target.origin(), Stander::Again(id));
                self.telling.retries().park(id, waiting);
            }
            Stand::Aside | Stand::Free => return Some(waiting),
        }
        None
    }

    /// What was started before that was known goes the same way.
    pub(super) fn heed_news(&mut self) {
        if !self.telling.parks() {
            return;
        }
        let news = self.telling.parked().take_news();
        for (origin, news) in news {
            match news {
                News::Left(kind, span) => self.runner.refuse(&origin, |target| left_alone(target, kind, span)),
                News::Aside(_) if self.stands_aside() => self.runner.set_aside(&origin, true),
                News::Aside(_) | News::Recovered => self.runner.set_aside(&origin, false),
            }
        }
    }

    /// Slots that are taken by what is on its way.
    pub(super) fn busy(&self) -> usize {
        self.slots.busy().saturating_sub(self.runner.aside())
    }

    /// In the order given, what comes later waits for each anyway; in a crawl, the frontier has the turns.
    fn stands_aside(&self) -> bool {
        self.terms.order != Order::Given && self.crawl.is_none()
    }

    /// Starts one that stood aside, where there is one that may go on. Says whether it did. `idle`: the feed has nothing
    /// at this moment.
    pub(super) fn start_parked(&mut self, idle: bool) -> bool {
        if !self.telling.parks() || self.telling.parked().is_empty() {
            return false;
        }
        let hands = self.terms.hands();
        // Whatever waits to be made again finds a slot when its time has come.
        let taken = self.busy() + self.telling.retries().timed();
        let alone = self.is_fed() || self.telling.parked().is_full();
        let least = usize::from(alone || (idle && self.busy() == 0));
        let turn = self.telling.parked().next((hands / SLOTS_A_PROBE).max(least), alone && taken < hands);
        match turn {
            None => return false,
            Some(Turn::Freed(Stander::New(target))) => self.begin(target),
            Some(Turn::Probe(Stander::New(target))) => self.probe(target),
            Some(Turn::Freed(Stander::Again(id))) => {
                let waiting = self.telling.retries().take_parked(id);
                if let Some(waiting) = waiting {
                    self.start_again(waiting);
                }
            }
            Some(Turn::Probe(Stander::Again(id))) => {
                let waiting = self.telling.retries().take_parked(id);
                if let Some(waiting) = waiting {
                    self.telling.parked().probe(waiting.target.origin(), id);
                    self.launch_again(waiting);
                }
            }
        }
        true
    }

    fn probe(&mut self, target: Target) {
        let id = self.next_id();
        self.telling.parked().probe(target.origin(), id);
        self.spawn(target, self.emitter.now());
    }

    /// Its origin is not asked: a result like any other, that needs no task.
    fn tell_parked(&mut self, target: Target, failure: Failure, now: At) {
        self.last_id = self.next_id();
        let (id, url) = (self.last_id, target.text());
        self.emitter.emit_at(now, EventKind::Started { id, url: url.clone(), place: None });
        let fetched = Arc::new(Fetched::failed(url, now, now, failure));
        self.telling.tell_of(Attempt::first(id), Some(target), fetched, None);
    }
}

fn left_alone(target: &Target, kind: FailureKind, span: Duration) -> Failure {
    let (peer, left, why) = (Peer::Of(target.clone()), units::wait(span), kind.name());
    let words = format!("blocked: {peer} is left alone for {left}, after {why} again and again; no request was made");
    Failure::new(kind, &words).during(Phase::Blocked)
}
