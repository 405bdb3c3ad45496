//! The engine of a run, whichever it is. Knows nothing of targets that wait to be started.

use super::away::Away;
use super::job::Job;
use super::sequential::Sequential;
use super::slots::Slots;
use super::tasks::Tasks;
use super::terms::Terms;
use super::threads::Pool;
use crate::emit::Emitter;
use crate::event::Engine;
use crate::failure::Failure;
use crate::id::FetchId;
use crate::net::Fetcher;
use crate::target::Target;
use std::sync::Arc;

/// What makes the fetches run.
pub(super) enum Runner {
    Sequential(Sequential),
    Threads(Pool),
    Tasks(Tasks),
}

impl Runner {
    pub fn new(terms: &Terms, fetcher: Arc<Fetcher>, slots: Arc<Slots>, emitter: Emitter, away: &Away) -> Runner {
        match terms.engine {
            Engine::Tasks => Runner::Tasks(Tasks::new(fetcher, emitter)),
            Engine::Threads => Runner::Threads(Pool::new(terms.workers(), fetcher, slots, emitter)),
            Engine::Sequential => Runner::Sequential(Sequential::new(fetcher, emitter, away.clone())),
        }
    }

    /// Whether a fetch is on another thread, which may be late with it.
    pub fn is_away(&self) -> bool {
        matches!(self, Runner::Threads(_))
    }

    pub fn start(&mut self, job: Job) {
        match self {
            Runner::Sequential(sequential) => sequential.run(job),
            Runner::Threads(pool) => pool.submit(job),
            Runner::Tasks(tasks) => tasks.start(job),
        }
    }

    /// Takes a job back that no worker has begun, and says whether there was one.
    pub fn withdraw(&self, id: FetchId) -> bool {
        matches!(self, Runner::Threads(pool) if pool.withdraw(id))
    }

    /// Puts what was started and has not begun behind all others, where it is for that origin; or back among them. Only a
    /// pool has a queue of it.
    pub fn set_aside(&self, origin: &str, aside: bool) {
        if let Runner::Threads(pool) = self {
            pool.set_aside(origin, aside);
        }
    }

    /// Tells what was started for that origin, and has not begun, with a failure.
    pub fn refuse(&self, origin: &str, failure: impl Fn(&Target) -> Failure) {
        if let Runner::Threads(pool) = self {
            pool.refuse(origin, failure);
        }
    }

    /// What was started and stands aside: it takes no slot from others.
    pub fn aside(&self) -> usize {
        if let Runner::Threads(pool) = self { pool.aside() } else { 0 }
    }

    /// Holds back what was started and has not begun; only a pool has a queue of it.
    pub fn hold(&self, held: bool) {
        if let Runner::Threads(pool) = self {
            pool.hold(held);
        }
    }
}
