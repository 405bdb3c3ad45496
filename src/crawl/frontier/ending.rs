//! How what was taken from the frontier ends: done, made again, let go of. Starts nothing.

use super::entry::{Entry, State};
use super::origin::{Gate, Origin, OriginId, Rules, Sheet};
use super::pace::Ended;
use super::{Frontier, Rate};
use crate::clock::At;
use crate::failure::FailureKind;
use crate::id::FetchId;
use std::sync::Arc;

impl Frontier {
    /// The gate of an origin opens: its robots.txt is there, or what is held to be in its stead.
    pub fn robots(&mut self, origin: OriginId, rules: Arc<dyn Rules>, now: At) {
        let asked = self.asking.remove(&origin.0);
        if !asked && !self.origins.get(origin.0 as usize).is_some_and(Origin::is_asking) {
            return;
        }
        let delay = rules.delay();
        self.rule(origin.0, rules);
        let host = self.host_of(origin.0);
        self.now = self.now.max(now);
        if delay.is_some_and(|delay| self.line.hosts.at_mut(host).set_crawl_delay(delay)) {
            self.tell(host);
        }
        // Of one that has waited for that of another origin, the request was over before.
        if asked {
            self.end_asking(origin.0, now);
        } else {
            self.place(host);
        }
    }

    fn rule(&mut self, origin: u32, rules: Arc<dyn Rules>) {
        let number = self.sheets.push(Sheet(rules));
        // There are no more of them than origins.
        self.origins[origin].set_gate(Gate::Ruled(u32::try_from(number).unwrap_or(u32::MAX)));
    }

    /// The host of this origin has answered for its robots.txt that it is asked too often: it is given time, as after such
    /// an answer for a page.
    pub fn put_off(&mut self, origin: OriginId, how: Ended, now: At) {
        self.now = self.now.max(now);
        let Some(host) = self.origins.get(origin.0 as usize).map(|_| self.host_of(origin.0)) else { return };
        let (most, now) = (self.manners.per_host, self.now);
        let at = self.line.hosts.at(host);
        let (before, round, done) = (at.speed(), at.pace().round, at.done());
        // How soon it was says nothing of its pages.
        let how = Ended { latency: None, ..how };
        let otherwise = self.line.hosts.at_mut(host).learn(&how, true, round, (most, done), now);
        let at = self.line.hosts.at(host);
        self.room.note(before, at.speed(), at.in_flight());
        if otherwise {
            self.tell(host);
        }
        self.place(host);
    }

    /// The rules of an origin that was not asked for its own, for they came by another: `origin` is its scheme, host and
    /// port.
    pub fn adopt(&mut self, origin: &str, rules: Arc<dyn Rules>, now: At) {
        let Some(number) = self.origin(origin) else { return };
        self.now = self.now.max(now);
        if let Gate::Unasked = self.origins[number].gate() {
            let host = self.host_of(number);
            if rules.delay().is_some_and(|delay| self.line.hosts.at_mut(host).set_crawl_delay(delay)) {
                self.tell(host);
            }
            self.rule(number, rules);
            self.place(host);
        }
    }

    /// The fetch is over, and what came of it stands.
    pub fn done(&mut self, id: FetchId, how: Ended, now: At) {
        let Some((id, host)) = self.land(id, State::Done, now) else { return };
        self.counts.done += 1;
        let done = self.line.hosts.at(host).done().saturating_add(1);
        self.line.hosts.at_mut(host).count_done(done, how.failure.is_some());
        self.learn(host, id, how);
        self.end(host);
        self.check();
    }

    /// The attempt is over, and a further one is made at `at` or later, by the same rules. It waits meanwhile, and has
    /// no place at its host.
    pub fn retry(&mut self, id: FetchId, how: Ended, at: At, now: At) {
        let Some((id, host)) = self.land(id, State::Delayed, now) else { return };
        self.counts.waiting += 1;
        self.retries.insert((at, id));
        self.learn(host, id, how);
        self.end(host);
        self.check();
    }

    /// What was taken is not fetched after all, by a rule that the frontier does not know: no request was made, and its
    /// host waits for nothing. Of the pages that may be started it was one all the same.
    pub fn refuse(&mut self, id: FetchId, now: At) {
        let Some((_, host)) = self.land(id, State::Refused, now) else { return };
        self.counts.refused.told += 1;
        self.room.end(self.line.hosts.at(host).speed());
        self.line.end(host);
        self.place(host);
        self.check();
    }

    /// Lets go of one that waits, and tells whether it did. One in flight ends by `done`.
    pub fn cancel(&mut self, id: FetchId) -> bool {
        let Some(id) = self.known_id(id) else { return false };
        match self.state(id) {
            State::Waiting if self.undefer(id) || self.take_back(id) => self.refuse_waiting(id),
            State::Waiting => {
                let (origin, class) = (self.known.origin(id), self.key(id).0);
                self.count_waiting(origin, class, -1);
                self.refuse_waiting(id);
                self.place(self.host_of(origin));
            }
            State::Delayed => {
                self.counts.waiting -= 1;
                self.refuse_waiting(id);
            }
            State::Reserved | State::InFlight | State::Done | State::Refused => return false,
        }
        self.check();
        true
    }

    fn refuse_waiting(&mut self, id: u32) {
        self.known.entries[id].turn(State::Refused);
        self.counts.refused.told += 1;
    }

    /// A page that waited when the last one that may be was started is refused, though nobody went to tell it.
    pub(super) fn state(&self, id: u32) -> State {
        let entry = &self.known.entries[id];
        let over = self.is_closed() && entry.attempts == 0 && !entry.is_check();
        if over && entry.state() == State::Waiting { State::Refused } else { entry.state() }
    }

    /// Once more what is done: a new attempt, at its host's next turn. Tells whether there will be one.
    pub fn again(&mut self, id: FetchId, now: At) -> bool {
        let Some(id) = self.known_id(id).filter(|&id| self.known.entries[id].state() == State::Done) else {
            return false;
        };
        self.now = self.now.max(now);
        self.counts.done -= 1;
        self.enqueue(id);
        self.check();
        true
    }

    /// One whose next attempt waits for its time goes to its host's queue now. Tells whether it waited so.
    pub fn hasten(&mut self, id: FetchId, now: At) -> bool {
        let Some(id) = self.known_id(id).filter(|&id| self.known.entries[id].state() == State::Delayed) else {
            return false;
        };
        self.now = self.now.max(now);
        self.retries.retain(|&(_, other)| other != id);
        self.counts.waiting -= 1;
        self.enqueue(id);
        self.check();
        true
    }

    /// Takes one out of flight.
    fn land(&mut self, id: FetchId, state: State, now: At) -> Option<(u32, u32)> {
        let id = self.known_id(id).filter(|&id| self.known.entries[id].state() == State::InFlight)?;
        self.now = self.now.max(now);
        self.known.entries[id].turn(state);
        self.counts.in_flight -= 1;
        Some((id, self.host_of(self.known.origin(id))))
    }

    fn learn(&mut self, host: u32, id: u32, how: Ended) {
        // What this side let go of says nothing about the other.
        let ours = [FailureKind::Cancelled, FailureKind::Local, FailureKind::Internal, FailureKind::NotAllowed];
        if how.failure.is_some_and(|kind| ours.contains(&kind)) {
            return;
        }
        let Entry { next, attempts, .. } = self.known.entries[id];
        let moved = if self.nearer.rounds.is_empty() { None } else { self.nearer.rounds.remove(&id) };
        let round = moved.unwrap_or(next);
        let (most, now) = (self.manners.per_host, self.now);
        let (before, done) = (self.line.hosts.at(host).speed(), self.line.hosts.at(host).done());
        if self.line.hosts.at_mut(host).learn(&how, attempts == 1, round, (most, done), now) {
            self.tell(host);
        }
        let at = self.line.hosts.at(host);
        self.room.note(before, at.speed(), at.in_flight());
    }

    /// A request to this host is over.
    pub(super) fn end(&mut self, host: u32) {
        let (wait, thrown) = (self.manners.wait, self.dice.f64());
        self.line.hosts.at_mut(host).rest(wait, thrown, self.now);
        self.room.end(self.line.hosts.at(host).speed());
        self.line.end(host);
        self.place(host);
    }

    /// Fetches at once a host, from now on.
    pub fn set_per_host(&mut self, per_host: u32) {
        self.manners.per_host = per_host;
        // Only a host with something in flight can have been full, or be full now.
        let busy: Vec<u32> = self.line.busy.iter().copied().collect();
        busy.into_iter().for_each(|host| self.place(host));
    }

    /// Fetches at once over all hosts, from now on.
    pub fn set_slots(&mut self, slots: u32) {
        self.room.slots = slots;
    }

    /// Requests over all hosts, from now on.
    pub fn set_rate(&mut self, rate: Option<Rate>, now: At) {
        self.now = self.now.max(now);
        self.manners.rate = rate;
        self.pacer.set(rate, self.now);
    }
}
