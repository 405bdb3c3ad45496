//! The engine `sequential`: one fetch after another, blocking, on the loop's own thread. While one goes on, the loop
//! does nothing else: no callback fires, no wish is heard but by the relay, which knows that it is away.

use super::away::Away;
use super::job::{Job, panicked, set, step};
use crate::emit::Emitter;
use crate::net::Fetcher;
use std::sync::Arc;

pub struct Sequential {
    fetcher: Arc<Fetcher>,
    emitter: Emitter,
    away: Away,
}

impl Sequential {
    pub fn new(fetcher: Arc<Fetcher>, emitter: Emitter, away: Away) -> Sequential {
        Sequential { fetcher, emitter, away }
    }

    /// Comes back when the fetch is over.
    pub fn run(&self, job: Job) {
        let Job { attempt, target, url, lifeline, completion, created } = job;
        let fetch = || self.fetcher.fetch_blocking(attempt.id, target, url.clone(), &lifeline);
        let (fetched, ended, busy_us) = self.away.during(|| step(&self.emitter, fetch));
        let mut fetched = fetched.unwrap_or_else(|| panicked(&url, created, ended));
        (fetched.steps, fetched.busy_us) = (1, busy_us);
        set(&completion, attempt, Arc::new(fetched), None, &lifeline, &self.emitter);
    }
}
