//! What is to be said of a run as a whole: whether something is wrong, and what keeps it from going faster. Knows no
//! events.

use super::State;
use crate::fetched::Outcome;
use crate::host::Limited;

impl State {
    /// Whether something is wrong with what was fetched: for whoever asks for a verdict. What a crawl is kept out of
    /// is not; of single fetches, whatever gave no page.
    pub fn has_findings(&self) -> bool {
        self.has_findings_but_for(0)
    }

    /// The same of a run that was stopped: what was let go of then says nothing of its server.
    pub fn had_findings(&self) -> bool {
        self.has_findings_but_for(self.tally.cancelled())
    }

    fn has_findings_but_for(&self, cancelled: u64) -> bool {
        let failed = self.tally.of(Outcome::HttpError) + self.tally.of(Outcome::Error);
        if self.run.crawl { self.findings.are_there() || self.crawl.links.malformed > 0 } else { failed > cancelled }
    }

    /// What keeps the crawl from going faster now, with its host, where that is what keeps the run from it.
    pub fn limited(&self) -> Option<&Limited> {
        let run = &self.run;
        let stands = run.ended.is_some() || run.draining.is_some() || run.paused || run.held.is_some();
        self.crawl.limited.as_deref().filter(|_| !stands)
    }

    /// What keeps the run from going faster now.
    pub fn limited_by(&self) -> &'static str {
        if let Some(limited) = self.limited() {
            return limited.by.words();
        }
        let limit = self.run.limited_by(self.requests.in_flight());
        let only_waits = self.requests.in_flight() == 0 && self.requests.waiting() > 0;
        if only_waits && limit == "server" { "retries" } else { limit }
    }
}
