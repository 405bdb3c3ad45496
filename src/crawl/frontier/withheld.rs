//! Origins of which nothing is asked for a while, since it may turn out that all of it is asked for at another one; and what
//! is taken back then, as if it had never been found. Knows no scheme.

use super::Frontier;
use super::entry::State;
use crate::id::FetchId;

impl Frontier {
    /// Nothing is asked of an origin, by its text, until it is released.
    pub fn hold(&mut self, origin: &str) {
        if let Some(origin) = self.origin(origin) {
            self.withheld.insert(origin);
            self.place(self.host_of(origin));
        }
    }

    pub fn release(&mut self, origin: &str) {
        if let Some(origin) = self.known_origin(origin).filter(|origin| self.withheld.remove(origin)) {
            self.place(self.host_of(origin));
        }
    }

    /// Releases all that is held. Tells whether there was anything.
    pub fn release_all(&mut self) -> bool {
        let all = std::mem::take(&mut self.withheld);
        all.iter().for_each(|&origin| self.place(self.host_of(origin)));
        !all.is_empty()
    }

    pub(super) fn is_withheld(&self, origin: u32) -> bool {
        !self.withheld.is_empty() && self.withheld.contains(&origin)
    }

    /// Takes back one that waits and was never started: it is not among the found any more, and has neither URL nor result.
    /// Who looks for its URL must look elsewhere before. Tells whether it is taken back.
    pub fn withdraw(&mut self, id: FetchId) -> bool {
        let waits = |&id: &u32| self.state(id) == State::Waiting && self.known.entries[id].attempts == 0;
        let Some(id) = self.known_id(id).filter(waits) else { return false };
        let (origin, class) = (self.known.origin(id), self.key(id).0);
        if !self.undefer(id) {
            self.count_waiting(origin, class, -1);
        }
        self.known.entries[id].turn(State::Reserved);
        self.counts.found -= 1;
        self.place(self.host_of(origin));
        self.check();
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::At;
    use crate::crawl::{Added, Limit, Manners, Next, Whence};

    fn add(frontier: &mut Frontier, origin: &str) -> FetchId {
        match frontier.add(&format!("{origin}/"), origin.len(), Whence::default()) {
            Added::New(id) => id,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn of_an_origin_that_is_held_nothing_is_asked_until_it_is_released() {
        let mut frontier = Frontier::new(Manners { robots: false, ..Manners::default() });
        let held = add(&mut frontier, "http://a");
        frontier.hold("http://a");
        frontier.hold("http://b");
        let (other, second) = (add(&mut frontier, "https://a"), add(&mut frontier, "http://b"));
        let mut started = Vec::new();
        let mut start = |frontier: &mut Frontier| {
            while let Next::Target(taken) = frontier.next(At(1)) {
                started.push(taken.id);
            }
            started.clone()
        };
        assert_eq!(start(&mut frontier), [other]);
        assert_eq!(frontier.next(At(1)), Next::Wait(Limit::HostCap));
        frontier.done(other, crate::crawl::Ended::default(), At(2));
        assert_eq!((frontier.next(At(2)), frontier.counts().waiting), (Next::End, 2));
        frontier.release("http://a");
        assert_eq!(start(&mut frontier), [other, held]);
        assert!(frontier.release_all() && !frontier.release_all());
        assert_eq!(start(&mut frontier), [other, held, second]);
    }

    #[test]
    fn what_is_taken_back_is_not_among_the_found_and_nobody_starts_it() {
        let mut frontier = Frontier::new(Manners { robots: false, ..Manners::default() });
        let (gone, kept) = (add(&mut frontier, "http://a"), add(&mut frontier, "http://b"));
        assert!(frontier.withdraw(gone) && !frontier.withdraw(gone));
        assert_eq!((frontier.counts().found, frontier.counts().waiting, frontier.url(gone)), (1, 1, None));
        assert!(matches!(frontier.next(At(1)), Next::Target(taken) if taken.id == kept));
        assert!(!frontier.withdraw(kept), "it was started");
        assert_eq!(frontier.next(At(1)), Next::Wait(Limit::InFlight));
    }
}
