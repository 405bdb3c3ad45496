//! The second callback of a result, in a crawl: what a page leads to goes to the frontier, a slice in each turn.

use super::{Outcome, Telling};
use crate::callback::Callback;
use crate::engine::completion::{Deed, Run, Settled};
use crate::engine::crawler::{Crawler, Leads};
use crate::engine::job::Attempt;
use crate::fetched::Fetched;
use crate::id::FetchId;
use crate::net::Lifeline;
use std::sync::Arc;

impl Telling {
    /// The second callback of a result, in a crawl: what the fetch brought home goes to the frontier.
    pub(super) fn lead_on(
        self: Arc<Self>,
        attempt: Attempt,
        lifeline: &Lifeline,
        settled: &Outcome,
    ) -> Option<(Callback, Run<Arc<Fetched>>)> {
        // Of an attempt that is made again, nothing is followed.
        let crawl = self.crawl.clone().filter(|_| !lifeline.is_put_back())?;
        let id = attempt.id;
        let (gained, fetched) = match (lifeline.take_gained(), settled) {
            (Some(gained), Settled::Result(fetched)) => (gained, fetched.clone()),
            _ => {
                let run = move |_: &Outcome| crawl.gain_nothing(id);
                return self.is_asking(id).then(|| (Callback::Follow, Box::new(run) as Run<_>));
            }
        };
        let run = move |settled: &Outcome| {
            if let Some(leads) = crawl.gain(id, &fetched, *gained) {
                self.follow(&crawl, id, leads, settled);
            }
        };
        Some((Callback::Follow, Box::new(run)))
    }

    fn is_asking(&self, id: FetchId) -> bool {
        self.crawl.as_ref().is_some_and(|crawl| crawl.is_asking(id))
    }

    /// Takes up a slice of what a page or a sitemap leads to; the rest of it has its turn in the queue.
    fn follow(self: Arc<Self>, crawl: &Arc<Crawler>, id: FetchId, leads: Leads, settled: &Outcome) {
        let Settled::Result(fetched) = settled else { return };
        let Some(rest) = crawl.follow(id, leads, fetched) else { return };
        let (crawl, queue) = (crawl.clone(), self.queue.clone());
        let run: Run<_> = Box::new(move |settled: &Outcome| self.follow(&crawl, id, rest, settled));
        queue.call_soon(id, [(Callback::Follow, Deed::Run(run, settled.clone()))], None, true);
    }
}
