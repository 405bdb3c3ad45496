//! The robots.txt of origins that others' lead to: asked for at once, whosever turn it is, and awaited by those. Follows no
//! redirect.

use super::origin::{Gate, OriginId, Rules};
use super::{Frontier, Next};
use crate::clock::At;
use std::sync::Arc;

impl Frontier {
    /// The robots.txt of an origin, by its text, is wanted for another one: what it says, or nothing, until it is there. It
    /// is asked for next, unless it is in flight. `None`, where there is no room for the origin.
    pub fn want_robots(&mut self, origin: &str) -> Option<(OriginId, Option<Arc<dyn Rules>>)> {
        let number = self.origin(origin)?;
        let gate = self.origins[number].gate();
        if let Gate::Unasked = gate {
            self.origins[number].set_gate(Gate::Asking);
            self.wanted.push_back(number);
            self.place(self.host_of(number));
        }
        let rules = if let Gate::Ruled(sheet) = gate { Some(Arc::clone(&self.sheets[sheet].0)) } else { None };
        Some((OriginId(number), rules))
    }

    /// The origin with this text, where its robots.txt was asked for or is.
    pub fn known_robots(&self, origin: &str) -> Option<OriginId> {
        let number = self.known_origin(origin)?;
        let is_known = !matches!(self.origins[number].gate(), Gate::Unasked);
        is_known.then_some(OriginId(number))
    }

    /// The request for the robots.txt of an origin has led to that of another one, which is awaited.
    pub fn await_robots(&mut self, origin: OriginId, now: At) {
        if self.asking.remove(&origin.0) {
            self.end_asking(origin.0, now);
        }
    }

    /// It is not known what the robots.txt of an origin says, and nobody waits for it: it is asked for where somebody does.
    pub fn forget_robots(&mut self, origin: OriginId, now: At) {
        if self.asking.remove(&origin.0) {
            self.origins[origin.0].set_gate(Gate::Unasked);
            self.end_asking(origin.0, now);
        }
    }

    pub(super) fn end_asking(&mut self, origin: u32, now: At) {
        self.counts.asking -= 1;
        self.now = self.now.max(now);
        self.end(self.host_of(origin));
    }

    /// The next robots.txt that another one leads to, as soon as the rate lets it be asked for.
    pub(super) fn ask_wanted(&mut self) -> Option<Next> {
        let &origin = self.wanted.front()?;
        let closed = self.closed_by_rate();
        if closed.is_none() {
            self.wanted.pop_front();
        }
        Some(closed.unwrap_or_else(|| self.ask(self.host_of(origin), origin)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crawl::{Limit, Manners, Rate, Whence};
    use std::time::Duration;

    struct Nothing;

    impl Rules for Nothing {
        fn against(&self, _: &str) -> Option<(u32, &str)> {
            None
        }

        fn delay(&self) -> Option<Duration> {
            None
        }
    }

    fn frontier(rate: Option<Rate>) -> Frontier {
        let mut frontier = Frontier::new(Manners { rate, ..Manners::default() });
        let added = frontier.add("http://a/", 8, Whence::default());
        assert!(matches!(added, crate::crawl::Added::New(_)));
        frontier
    }

    fn asks(frontier: &mut Frontier, now: u64) -> OriginId {
        match frontier.next(At(now)) {
            Next::Robots { origin, .. } => origin,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_another_leads_to_is_asked_for_once_and_holds_for_both() {
        let mut frontier = frontier(None);
        let first = asks(&mut frontier, 1);
        let (other, rules) = frontier.want_robots("http://b").unwrap();
        assert!(rules.is_none() && frontier.want_robots("http://b").is_some_and(|(id, _)| id == other));
        frontier.await_robots(first, At(2));
        assert_eq!(frontier.counts().asking, 0);
        assert_eq!((asks(&mut frontier, 2), frontier.counts().asking), (other, 1));
        assert_eq!(frontier.next(At(3)), Next::Wait(Limit::Robots));
        frontier.robots(other, Arc::new(Nothing), At(4));
        frontier.robots(first, Arc::new(Nothing), At(4));
        assert!(frontier.want_robots("http://b").is_some_and(|(_, rules)| rules.is_some()));
        assert!(matches!(frontier.next(At(5)), Next::Target(_)));
        assert_eq!((frontier.counts().asking, frontier.next(At(5))), (0, Next::Wait(Limit::InFlight)));
    }

    #[test]
    fn the_rate_holds_for_it_and_what_is_forgotten_is_asked_for_again() {
        let mut frontier = frontier(Some(Rate { requests: 1, per: Duration::from_secs(1) }));
        let first = asks(&mut frontier, 0);
        let (other, _) = frontier.want_robots("http://b").unwrap();
        assert!(matches!(frontier.next(At(1)), Next::Until(_, Limit::Rate)));
        assert_eq!(asks(&mut frontier, 2_000_000), other);
        frontier.forget_robots(other, At(2_000_001));
        frontier.forget_robots(first, At(2_000_001));
        assert_eq!((frontier.counts().asking, asks(&mut frontier, 4_000_000)), (0, first));
    }
}
