//! The jobs of a pool that no worker has begun: which is next, and which stand aside. Knows no thread.

use crate::engine::job::Job;
use crate::id::FetchId;
use std::collections::VecDeque;

#[derive(Default)]
pub(super) struct Queue {
    pub jobs: VecDeque<Job>,
    /// Those whose origin makes no connection: a worker at a time has one of them, where there is nothing else to do.
    pub aside: VecDeque<Job>,
    /// A worker has one of those.
    pub probing: bool,
    /// Workers that wait for a job.
    pub idle: usize,
    /// No job is begun.
    pub held: bool,
    /// Nor will any be: the pool is gone.
    pub closed: bool,
}

impl Queue {
    /// The next job, where one may be begun, and whether it stood aside.
    pub fn next(&mut self) -> Option<(Job, bool)> {
        if self.held {
            return None;
        }
        if let Some(job) = self.jobs.pop_front() {
            return Some((job, false));
        }
        let job = if self.probing { None } else { self.aside.pop_front() };
        self.probing |= job.is_some();
        job.map(|job| (job, true))
    }

    /// One that no worker has begun.
    pub fn take(&mut self, id: FetchId) -> Option<Job> {
        take(&mut self.jobs, id).or_else(|| take(&mut self.aside, id))
    }

    /// All that is meant for an origin.
    pub fn take_all(&mut self, origin: &str) -> VecDeque<Job> {
        let mut all = drain(&mut self.jobs, origin);
        all.append(&mut drain(&mut self.aside, origin));
        all
    }

    /// Puts what is meant for an origin behind all others, or back among them.
    pub fn set_aside(&mut self, origin: &str, aside: bool) {
        let Queue { jobs, aside: behind, .. } = self;
        let (from, to) = if aside { (jobs, behind) } else { (behind, jobs) };
        to.append(&mut drain(from, origin));
    }
}

fn take(jobs: &mut VecDeque<Job>, id: FetchId) -> Option<Job> {
    let place = jobs.iter().position(|job| job.attempt.id == id)?;
    jobs.remove(place)
}

/// Takes out what is meant for an origin.
fn drain(jobs: &mut VecDeque<Job>, origin: &str) -> VecDeque<Job> {
    let (meant, others) = std::mem::take(jobs).into_iter().partition(|job| job.target.origin() == origin);
    *jobs = others;
    meant
}
