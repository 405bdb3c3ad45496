//! Origins whose robots.txt leads to that of another origin. That one is asked once, for itself and for all that lead there.
//! Reads no rules.

use super::gate::Gate;
use super::{Crawler, Inner};
use crate::crawl::OriginId;
use crate::crawl::robots::{REDIRECTS, Robots};
use crate::fetched::Fetched;
use crate::id::FetchId;
use crate::target::Target;
use std::any::Any;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

#[derive(Default)]
pub(super) struct Elsewhere {
    /// Those that wait for the rules of an origin.
    waiting: HashMap<OriginId, Vec<Led>>,
    /// For whose rules each of them waits, and over how many redirects.
    awaits: HashMap<OriginId, (OriginId, usize)>,
    /// Those that were asked for others alone.
    for_others: HashSet<OriginId>,
}

/// An origin whose robots.txt leads to another one, with what it answered.
pub(super) struct Led {
    id: FetchId,
    origin: OriginId,
    fetched: Fetched,
}

impl Crawler {
    /// The robots.txt of an origin leads to that of another one.
    pub(super) fn lead_robots(&self, id: FetchId, fetched: &Fetched, to: &Target) {
        let (mut inner, now) = (self.lock(), self.emitter.now());
        let Some(origin) = inner.asking.remove(&id) else { return };
        let led = Led { id, origin, fetched: fetched.clone() };
        let hops = led.hops();
        let known = inner.explorer.frontier.known_robots(to.origin());
        if known.is_some_and(|to| !inner.elsewhere.comes_to_an_end(origin, to, hops)) {
            return self.rule_led(&mut inner, led, None);
        }
        if !inner.elsewhere.is_within_reach(origin, hops) {
            inner.explorer.frontier.forget_robots(origin, now);
            return self.rule_those(&mut inner, origin, None);
        }
        let Some((to, rules)) = inner.explorer.frontier.want_robots(to.origin()) else {
            return self.rule_led(&mut inner, led, None);
        };
        if let Some(rules) = rules {
            let gate = <Arc<dyn Any + Send + Sync>>::downcast(rules).ok();
            return self.rule_led(&mut inner, led, gate.map(|gate| (to, gate)));
        }
        inner.explorer.frontier.await_robots(origin, now);
        inner.elsewhere.keep(led, to, known.is_none());
    }

    fn rule_led(&self, inner: &mut Inner, led: Led, there: Option<(OriginId, Arc<Gate>)>) {
        let origin = led.origin;
        let gate = self.rule_by(inner, led, there.as_ref().map(|(to, gate)| (*to, &**gate)));
        self.rule_those(inner, origin, Some(gate));
    }

    /// What holds for an origin holds for those whose robots.txt leads to its own; `None`: nothing was found there.
    pub(super) fn rule_those(&self, inner: &mut Inner, origin: OriginId, gate: Option<Arc<Gate>>) {
        let mut ruled = vec![(origin, gate)];
        while let Some((origin, gate)) = ruled.pop() {
            for led in inner.elsewhere.take(origin) {
                let from = led.origin;
                let gate = self.rule_by(inner, led, gate.as_ref().map(|gate| (origin, &**gate)));
                ruled.push((from, Some(gate)));
            }
        }
    }

    /// Where one fetch had followed all redirects, it would have come to the same.
    fn rule_by(&self, inner: &mut Inner, led: Led, there: Option<(OriginId, &Gate)>) -> Arc<Gate> {
        let hops = led.hops() + there.map_or(0, |(_, gate)| usize::from(gate.hops));
        let (fetched, robots) = match there.filter(|_| hops <= REDIRECTS) {
            Some((to, gate)) => {
                let failure = inner.explorer.frontier.origin_of(to).and_then(|to| inner.gone.get(to)).cloned();
                (Fetched { status: gate.status, failure, ..led.fetched }, gate.robots.clone())
            }
            None => (led.fetched, Robots::allow_all()),
        };
        self.rule(inner, (led.id, led.origin), (&fetched, hops), robots)
    }
}

impl Led {
    fn hops(&self) -> usize {
        self.fetched.redirects.len()
    }
}

impl Elsewhere {
    /// Keeps that an origin waits for the rules of another one.
    fn keep(&mut self, led: Led, to: OriginId, for_others: bool) {
        if for_others {
            self.for_others.insert(to);
        }
        self.awaits.insert(led.origin, (to, led.hops()));
        self.waiting.entry(to).or_default().push(led);
    }

    fn take(&mut self, origin: OriginId) -> Vec<Led> {
        self.for_others.remove(&origin);
        let waiting = self.waiting.remove(&origin).unwrap_or_default();
        waiting.iter().for_each(|led| _ = self.awaits.remove(&led.origin));
        waiting
    }

    /// Whether who waits for `to` does not wait for itself then, nor over more redirects than are followed.
    fn comes_to_an_end(&self, origin: OriginId, mut to: OriginId, mut hops: usize) -> bool {
        while to != origin && hops <= REDIRECTS {
            let Some(&(next, more)) = self.awaits.get(&to) else { return true };
            (to, hops) = (next, hops + more);
        }
        false
    }

    /// Whether anybody who wants the rules of an origin for itself has no more redirects to where that one leads than are
    /// followed: else hosts without end could each lead to the next.
    fn is_within_reach(&self, origin: OriginId, hops: usize) -> bool {
        let wanted_by = || self.waiting.get(&origin).into_iter().flatten();
        let is_own = !self.for_others.contains(&origin);
        hops <= REDIRECTS && (is_own || wanted_by().any(|led| self.is_within_reach(led.origin, hops + led.hops())))
    }
}
