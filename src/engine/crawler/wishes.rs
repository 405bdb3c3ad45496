//! What the user asks of a crawl that goes on: other limits, and some of it again, sooner, or not at all. Decides nothing.

use super::Crawler;
use crate::control::Rate;
use crate::crawl::Manners;
use crate::id::FetchId;

impl Crawler {
    /// How it was to behave at its beginning.
    pub fn manners(&self) -> Manners {
        self.terms.manners
    }

    pub fn set_per_host(&self, cap: u32) {
        self.lock().explorer.frontier.set_per_host(cap);
    }

    /// Fetches at once over all hosts.
    pub fn set_slots(&self, slots: usize) {
        self.lock().explorer.frontier.set_slots(u32::try_from(slots).unwrap_or(u32::MAX));
    }

    pub fn set_rate(&self, rate: Option<Rate>) {
        self.lock().explorer.frontier.set_rate(rate, self.emitter.now());
    }

    /// One that waits for its next attempt waits no longer than its host asks for.
    pub fn hasten(&self, id: FetchId) {
        self.lock().explorer.frontier.hasten(id, self.emitter.now());
    }

    /// Once more what is done. Says whether there will be another attempt.
    pub fn again(&self, id: FetchId) -> bool {
        self.lock().explorer.frontier.again(id, self.emitter.now())
    }

    /// One that waits to be made again is let go of.
    pub fn cancel(&self, id: FetchId) {
        self.lock().explorer.frontier.cancel(id);
    }
}
