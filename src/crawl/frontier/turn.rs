//! Whose turn it is, and what comes of it: a start, a question for robots.txt, a refusal, or until when to wait. Learns
//! nothing from what was started.

use super::entry::{Entry, State};
use super::host::Stand;
use super::lanes::Key;
use super::limit::{Limit, Trouble};
use super::line::Line;
use super::origin::{Gate, OriginId};
use super::room::Speed;
use super::{Frontier, Next, Taken};
use crate::clock::At;
use crate::id::FetchId;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Hosts that are looked at, of each kind of standing, to see whether any of them wants a slot: where there are more, one
/// does.
const LOOKED_AT: usize = 64;

impl Frontier {
    /// What is to be done now. To be asked again after each answer, until it is to wait or the end.
    pub fn next(&mut self, now: At) -> Next {
        self.now = self.now.max(now);
        self.wake();
        if let Some(next) = self.ask_wanted() {
            return next;
        }
        let wide = self.is_wide();
        // One at a time, so that those in the ring have their turns between.
        if wide {
            self.line.uncrowd();
        } else if self.room.is_open_to_strangers() {
            self.line.uncrowd_stranger();
        }
        while let Some((host, free)) = self.line.front().map(|host| (host, wide)).or_else(|| self.uncrowded(wide)) {
            if !free && !self.has_room(host) {
                self.line.crowd(host);
                continue;
            }
            if let Some(next) = self.turn(host) {
                self.check();
                return next;
            }
            self.place(host);
        }
        self.idle()
    }

    fn is_wide(&self) -> bool {
        self.line.hosts.len() < 2 || self.room.is_wide(self.busy())
    }

    /// Slots that are taken.
    fn busy(&self) -> u64 {
        self.counts.in_flight + self.counts.asking
    }

    /// One that found no slot, and may have any now.
    fn uncrowded(&mut self, wide: bool) -> Option<(u32, bool)> {
        let free = wide || self.is_left_over();
        if free && self.line.uncrowd() { self.line.front().map(|host| (host, true)) } else { None }
    }

    /// Whether nobody else wants the last slots, where no host is in the ring: whoever has anything in flight or waits is
    /// slow, or is the one that would have them.
    fn is_left_over(&mut self) -> bool {
        let Line { crowded, timed, busy, .. } = &self.line;
        let Some(&(_, next)) = crowded.first().filter(|_| self.busy() < u64::from(self.room.slots)) else {
            return false;
        };
        if [crowded.len(), timed.len(), busy.len()].into_iter().any(|hosts| hosts > LOOKED_AT) {
            return false;
        }
        if self.wanting.is_some_and(|host| host != next && self.wants(host)) {
            return false;
        }
        let waiting = crowded.iter().map(|&(_, host)| host).chain(timed.iter().map(|&(_, host)| host));
        let is_slow = |host| self.line.hosts.at(host).speed() == Speed::Slow;
        self.wanting = waiting.chain(busy.iter().copied()).find(|&host| host != next && !is_slow(host));
        self.wanting.is_none()
    }

    /// Whether a host is not slow, and has anything in flight or waits.
    fn wants(&self, host: u32) -> bool {
        let at = self.line.hosts.at(host);
        let waits = matches!(at.stand(), Stand::Crowded(_) | Stand::Timed(_));
        at.speed() != Speed::Slow && (waits || at.in_flight() > 0)
    }

    /// Whether a host may have one of the last slots.
    fn has_room(&self, host: u32) -> bool {
        let at = self.line.hosts.at(host);
        at.in_flight() < self.room.narrow(at.speed(), at.done())
    }

    /// Brings back what has waited long enough.
    fn wake(&mut self) {
        while let Some(&(at, id)) = self.retries.first() {
            let is_meant = self.known.entries[id].state() == State::Delayed;
            if is_meant && at > self.now {
                break;
            }
            self.retries.pop_first();
            if is_meant {
                self.counts.waiting -= 1;
                self.enqueue(id);
            }
        }
        while let Some(host) = self.line.due(self.now) {
            self.place(host);
        }
    }

    /// The turn of a host that is ready: `None` where it turns out to have nothing.
    fn turn(&mut self, host: u32) -> Option<Next> {
        let (origin, id) = self.front(host)?;
        if let Gate::Unasked = self.origins[origin].gate() {
            return Some(self.closed_by_rate().unwrap_or_else(|| self.ask(host, origin)));
        }
        if let Some(kept) = self.kept(host, origin, id) {
            return Some(kept);
        }
        Some(self.closed_by_rate().unwrap_or_else(|| self.start(host, origin, id)))
    }

    /// Of the origins of a host the one whose next URL is nearer to the start.
    fn front(&mut self, host: u32) -> Option<(u32, u32)> {
        let closed = self.is_closed();
        let mut next: Option<(Key, u32, u32)> = None;
        for origin in self.line.hosts.at(host).origins() {
            if self.is_withheld(origin) {
                continue;
            }
            let at = &mut self.origins[origin];
            if closed {
                self.queues.drop_pages(&mut at.queue, &self.known.entries);
            }
            if at.is_asking() {
                continue;
            }
            let queued = self.queues.front(at.queue, &mut self.known.entries);
            let nearest = if self.nearer.is_empty() { None } else { self.nearest(origin, closed) };
            let fronts = queued.into_iter().chain(nearest).map(|(id, key)| (key, id, origin));
            next = next.into_iter().chain(fronts).min();
        }
        next.map(|(_, id, origin)| (origin, id))
    }

    pub(super) fn closed_by_rate(&self) -> Option<Next> {
        let at = self.pacer.closed_until(self.now)?;
        Some(Next::Until(at, Limit::Rate))
    }

    pub(super) fn ask(&mut self, host: u32, origin: u32) -> Next {
        self.origins[origin].set_gate(Gate::Asking);
        self.asking.insert(origin);
        self.counts.asking += 1;
        self.begin(host);
        Next::Robots { origin: OriginId(origin), url: format!("{}/robots.txt", self.origin_text(origin)) }
    }

    fn kept(&mut self, host: u32, origin: u32, id: u32) -> Option<Next> {
        let Gate::Ruled(sheet) = self.origins[origin].gate() else { return None };
        let rules = Arc::clone(&self.sheets[sheet].0);
        let (line, rule) = rules.against(self.known.path(id))?;
        self.unqueue(origin, id, State::Refused);
        self.counts.refused.kept += 1;
        self.line.rotate();
        self.place(host);
        Some(Next::Kept { id: FetchId(u64::from(id)), url: self.text(id), line, rule: rule.to_owned() })
    }

    /// Takes the one in front out of its queue.
    fn unqueue(&mut self, origin: u32, id: u32, state: State) {
        let key = self.key(id);
        let queued = !self.nearer.remove(origin, key, id);
        self.queues.pop(&mut self.origins[origin].queue, &self.known.entries, key.0, queued);
        self.known.entries[id].turn(state);
        self.count_all(key.0, -1);
    }

    fn start(&mut self, host: u32, origin: u32, id: u32) -> Next {
        self.unqueue(origin, id, State::InFlight);
        let round = self.line.hosts.at(host).pace().round;
        let entry = &mut self.known.entries[id];
        // What is still in a queue must not lose who is behind it.
        if entry.is_moved() {
            self.nearer.rounds.insert(id, round);
        } else {
            entry.next = round;
        }
        entry.attempts = entry.attempts.saturating_add(1);
        let entry = *entry;
        self.counts.in_flight += 1;
        self.counts.depth = self.counts.depth.max(u32::from(entry.depth));
        self.begin(host);
        if entry.attempts == 1 && !entry.is_check() {
            self.started += 1;
            self.close_if_all_started();
        }
        Next::Target(self.taken(id, origin, entry))
    }

    fn taken(&self, id: u32, origin: u32, entry: Entry) -> Taken {
        Taken {
            id: FetchId(u64::from(id)),
            url: self.text(id),
            origin_end: self.origin_text(origin).len(),
            origin: OriginId(origin),
            depth: u32::from(entry.depth),
            source: (entry.source > 0).then_some(FetchId(u64::from(entry.source))),
            check_only: entry.is_check(),
            attempt: u32::from(entry.attempts),
        }
    }

    /// A request of this host goes out: the next turn is another's.
    fn begin(&mut self, host: u32) {
        self.pacer.take(self.now);
        self.line.begin(host);
        self.room.begin(self.line.hosts.at(host).speed());
        self.line.rotate();
        self.place(host);
    }

    /// Pages that still wait when the last that may be is started are never fetched, and are counted as such. Those of
    /// them that robots.txt keeps out are told apart in the end ([`Frontier::sort_out`]).
    pub(super) fn close_if_all_started(&mut self) {
        if self.is_closed() {
            self.counts.refused.over += self.fresh;
            self.counts.waiting -= self.fresh;
            self.fresh = 0;
        }
    }

    /// Nobody is ready.
    fn idle(&mut self) -> Next {
        self.check();
        let retry = self.retries.first().map(|&(at, _)| (at, Limit::Retry));
        let soonest =
            |hosts: &BTreeSet<(At, u32)>| hosts.first().map(|&(at, host)| (at, self.line.hosts.at(host).pace().gap));
        let parked = soonest(&self.line.parked);
        let busy = self.counts.in_flight > 0 || !self.asking.is_empty();
        let awaited = [retry, soonest(&self.line.timed)].into_iter().flatten().min_by_key(|(at, _)| *at);
        match (awaited, parked) {
            (Some((at, limit)), parked) => {
                let (at, limit) = parked.filter(|(parked, _)| *parked < at).unwrap_or((at, limit));
                Next::Until(at, limit)
            }
            (None, Some((at, limit))) if busy => Next::Until(at, limit),
            (None, Some(_)) => self.give_up(),
            (None, None) if busy => Next::Wait(self.wait_for()),
            (None, None) => self.sort_out(),
        }
    }

    fn wait_for(&self) -> Limit {
        match (self.asking.is_empty(), self.counts.waiting) {
            (false, _) => Limit::Robots,
            (true, 1..) => Limit::HostCap,
            (true, 0) => Limit::InFlight,
        }
    }

    /// All that is left waits for hosts that are parked.
    fn give_up(&mut self) -> Next {
        while let Some(&(until, host)) = self.line.parked.first() {
            let Some((origin, id)) = self.front(host) else {
                self.line.stand(host, Stand::Idle);
                continue;
            };
            let why = match self.line.hosts.at(host).pace().gap {
                Limit::Parked(why) => why,
                _ => Trouble::Slow,
            };
            self.unqueue(origin, id, State::Refused);
            self.counts.refused.parked += 1;
            self.counts.refused.unwilling += u64::from(why.is_unwilling());
            self.place(host);
            return Next::Parked { id: FetchId(u64::from(id)), url: self.text(id), until, why };
        }
        Next::End
    }
}
