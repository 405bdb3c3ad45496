//! What a run is bound to: how many fetches at once, by which engine, in which order, until when. Carries nothing out.

use super::retry::Retry;
use super::threads::default_workers;
use crate::control::{EndReason, Rate};
use crate::event::{Engine, Order};
use crate::failure::FailureKind;
use crate::fetched::{Fetched, Outcome};
use std::time::Duration;

#[derive(Clone, Copy, Debug)]
pub struct Terms {
    /// Fetches at once.
    pub cap: u32,
    /// What the cap can be raised to: the machine has descriptors for no more.
    pub most: u32,
    pub engine: Engine,
    /// Threads of the pool; none, for as many as a default pool has.
    pub workers: Option<u16>,
    pub order: Order,
    pub until: Until,
    /// Pass over lines of a list that are no target.
    pub keep_going: bool,
    /// The whole run ends then.
    pub deadline: Option<Duration>,
    pub retry: Retry,
    /// Requests over all hosts; in a crawl, its manners have it instead.
    pub rate: Option<Rate>,
    /// A run that came to its own end waits for whoever wants some of it again.
    pub stays: bool,
    /// Somebody looks on and has keys: what is done is kept, for it may be wanted again.
    pub watched: bool,
}

impl Terms {
    /// Threads that fetch.
    pub fn workers(&self) -> u16 {
        match self.engine {
            Engine::Threads => self.workers.unwrap_or_else(default_workers),
            Engine::Sequential | Engine::Tasks => 1,
        }
    }

    /// As many fetches at once as may be wished for.
    pub(super) fn within(&self, cap: u32) -> u32 {
        cap.min(self.most).max(1)
    }

    /// Fetches that may be in flight: one, where each holds the loop.
    pub(super) fn at_once(&self) -> usize {
        if self.engine == Engine::Sequential { 1 } else { self.cap as usize }
    }

    /// Those of them that get on: what is in flight beyond the threads waits for one.
    pub(super) fn hands(&self) -> usize {
        if self.engine == Engine::Threads { self.at_once().min(self.workers().into()) } else { self.at_once() }
    }
}

/// When a run has what it wants; asyncio's `wait(return_when=…)`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Until {
    /// `ALL_COMPLETED`.
    #[default]
    All,
    /// `FIRST_COMPLETED`.
    First,
    /// `FIRST_EXCEPTION`: the first result that is an error; one that was let go of is none.
    FirstError,
}

impl Until {
    /// Why the run ends with this result, if it does.
    pub(super) fn met(self, fetched: &Fetched) -> Option<EndReason> {
        match (self, fetched.outcome()) {
            (Until::First, _) => Some(EndReason::First),
            (Until::FirstError, Outcome::Error) if fetched.kind() != Some(FailureKind::Cancelled) => {
                Some(EndReason::FirstError)
            }
            _ => None,
        }
    }
}
