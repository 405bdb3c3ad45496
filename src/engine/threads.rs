//! The engine `threads`: a bounded pool of threads with blocking sockets. `run_in_executor`. Knows nothing of targets.

mod queue;

use super::job::{Job, panicked, set, step};
use super::slots::Slots;
use crate::clock::At;
use crate::emit::Emitter;
use crate::event::EventKind;
use crate::failure::{Failure, FailureKind};
use crate::fetched::Fetched;
use crate::id::FetchId;
use crate::net::{Fetcher, Peer};
use crate::phase::Phase;
use crate::target::Target;
use crate::text::Untrusted;
use queue::Queue;
use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// A worker's stack. Only what is touched of it takes memory.
const STACK_BYTES: usize = 1 << 20;
const MESSAGE_BYTES: usize = 512;

/// The size of the pool where none is given, as in `concurrent.futures`: min(32, processors + 4).
pub fn default_workers() -> u16 {
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    u16::try_from((processors + 4).min(32)).unwrap_or(32)
}

/// The pool. Its threads are started as jobs come, and are never waited for; they end once it is dropped.
pub struct Pool {
    shared: Arc<Shared>,
    /// Workers that may be started.
    most: u16,
    started: u16,
}

struct Shared {
    queue: Mutex<Queue>,
    filled: Condvar,
    fetcher: Arc<Fetcher>,
    slots: Arc<Slots>,
    emitter: Emitter,
}

impl Pool {
    pub fn new(workers: u16, fetcher: Arc<Fetcher>, slots: Arc<Slots>, emitter: Emitter) -> Pool {
        let shared = Shared { queue: Mutex::default(), filled: Condvar::new(), fetcher, slots, emitter };
        Pool { shared: Arc::new(shared), most: workers.max(1), started: 0 }
    }

    /// Puts the job into the queue, and starts a worker for it if none is idle and there may be one more.
    pub fn submit(&mut self, job: Job) {
        let id = job.attempt.id;
        self.shared.emitter.emit(EventKind::Queued { id });
        if self.shared.emitter.detailed() {
            self.shared.emitter.emit(EventKind::PhaseEntered { id, phase: Phase::Blocked, steps: 0 });
        }
        let (idle, waiting) = {
            let mut queue = self.shared.lock();
            queue.jobs.push_back(job);
            (queue.idle, queue.jobs.len())
        };
        if idle > 0 {
            self.shared.filled.notify_one();
        }
        if waiting > idle && self.started < self.most {
            self.start_worker();
        }
    }

    fn start_worker(&mut self) {
        let number = self.started + 1;
        let shared = self.shared.clone();
        let worker = std::thread::Builder::new().name(format!("worker {number}")).stack_size(STACK_BYTES);
        match worker.spawn(move || shared.work(number)) {
            Ok(_) => self.started = number,
            Err(error) => self.go_on_with_fewer(&error),
        }
    }

    /// The machine has no further thread: those that there are do all the work; without any, the jobs fail.
    fn go_on_with_fewer(&mut self, error: &io::Error) {
        self.most = self.started;
        let (workers, message) = (self.started, Untrusted::new(&error.to_string(), MESSAGE_BYTES));
        self.shared.emitter.emit(EventKind::WorkerRefused { workers, message });
        if self.started > 0 {
            return;
        }
        // A later job may find the machine in a better state.
        self.most = 1;
        let jobs = std::mem::take(&mut self.shared.lock().jobs);
        for job in jobs {
            let failure = Failure::new(FailureKind::Local, &format!("blocked: no worker could be started: {error}"));
            self.shared.give_back_unbegun(job, failure);
        }
    }

    /// Keeps the jobs that no worker has begun in the queue, or lets them go on.
    pub fn hold(&self, held: bool) {
        self.shared.lock().held = held;
        if !held {
            self.shared.filled.notify_all();
        }
    }

    /// Takes a job that no worker has begun out of the queue, and tells it as cancelled. Says whether it was there.
    pub fn withdraw(&self, id: FetchId) -> bool {
        let job = {
            let mut queue = self.shared.lock();
            queue.take(id)
        };
        let Some(job) = job else { return false };
        let (peer, why) = (Peer::Of(job.target.clone()), job.lifeline.let_go_words());
        let words = format!("blocked: {peer} {why} before a worker began it");
        let failure = Failure::new(FailureKind::Cancelled, &words);
        self.shared.give_back_unbegun(job, failure);
        true
    }

    /// Puts what waits for an origin, and no worker has begun, behind all others; or back among them.
    pub fn set_aside(&self, origin: &str, aside: bool) {
        self.shared.lock().set_aside(origin, aside);
        self.shared.filled.notify_all();
    }

    /// Tells what waits for an origin, and no worker has begun, with a failure.
    pub fn refuse(&self, origin: &str, failure: impl Fn(&Target) -> Failure) {
        let refused = self.shared.lock().take_all(origin);
        for job in refused {
            let failure = failure(&job.target);
            self.shared.give_back_unbegun(job, failure);
        }
    }

    /// Jobs that stand aside, and keep no others from their turn.
    pub fn aside(&self) -> usize {
        self.shared.lock().aside.len()
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.shared.lock().closed = true;
        self.shared.filled.notify_all();
    }
}

impl Shared {
    fn work(&self, worker: u16) {
        while let Some((job, probes)) = self.next_job() {
            job.lifeline.keep(job.url.clone(), job.created);
            self.emitter.emit(EventKind::Running { id: job.attempt.id, worker });
            let fetched = self.fetch(&job);
            self.give_back(job, fetched, Some(worker));
            if probes {
                self.lock().probing = false;
            }
        }
    }

    /// The next job, and whether it has stood aside; none, once the pool is gone.
    fn next_job(&self) -> Option<(Job, bool)> {
        let mut queue = self.lock();
        while !queue.closed {
            if let Some(next) = queue.next() {
                return Some(next);
            }
            queue.idle += 1;
            queue = self.filled.wait(queue).unwrap_or_else(PoisonError::into_inner);
            queue.idle -= 1;
        }
        None
    }

    fn fetch(&self, job: &Job) -> Fetched {
        let begun = self.emitter.now();
        let fetch = || self.fetcher.fetch_blocking(job.attempt.id, job.target.clone(), job.url.clone(), &job.lifeline);
        let (fetched, ended, busy_us) = step(&self.emitter, fetch);
        let mut fetched = fetched.unwrap_or_else(|| panicked(&job.url, begun, ended));
        (fetched.steps, fetched.busy_us) = (1, busy_us);
        fetched.waited_since(job.created);
        fetched
    }

    /// All the time since its creation it waited for a worker.
    fn give_back_unbegun(&self, job: Job, failure: Failure) {
        let failure = failure.during(Phase::Blocked);
        let mut fetched = Fetched::failed(job.url.clone(), job.created, self.emitter.now(), failure);
        fetched.waited_since(job.created);
        self.give_back(job, fetched, None);
    }

    /// `call_soon_threadsafe`: the result reaches the loop through the Completion, then the slot is free.
    fn give_back(&self, job: Job, fetched: Fetched, worker: Option<u16>) {
        set(&job.completion, job.attempt, Arc::new(fetched), worker, &job.lifeline, &self.emitter);
        self.slots.come_back(job.attempt);
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        // Nothing that can panic runs under this lock.
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Fetched {
    /// The time from `created` on was spent waiting for a worker.
    fn waited_since(&mut self, created: At) {
        self.marks.precede(Phase::Blocked, created);
        self.started = created;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::callback::Callback;
    use crate::clock::Clock;
    use crate::emit::{Events, channel};
    use crate::engine::job::Attempt;
    use crate::engine::slots::Holder;
    use crate::engine::{CallbackQueue, Completion, Settled};
    use crate::net::{Limits, Options, Proxies, Trust};

    struct Bench {
        pool: Pool,
        queue: CallbackQueue<Arc<Fetched>>,
        events: Events,
        settled: Arc<Mutex<Vec<Settled<Arc<Fetched>>>>>,
    }

    /// A pool that has jobs 1 to `jobs`, which nobody has begun.
    fn bench(jobs: u64) -> Bench {
        let (emitter, events) = channel(Clock::start(), true);
        let limits = Limits { connect: None, idle: None, max: None };
        let options = Options {
            limits,
            trust: Trust::Anyone,
            proxies: Proxies::default(),
            way: Default::default(),
            user_agent: "test".to_owned(),
            asks: Default::default(),
            max_filesize: 1,
            hash: false,
            keep_content: false,
            keep: 0,
            panic: false,
        };
        let fetcher = Arc::new(Fetcher::new(options, emitter.clone()));
        let pool = Pool::new(3, fetcher, Arc::default(), emitter.clone());
        let bench = Bench { pool, queue: CallbackQueue::new(emitter), events, settled: Arc::default() };
        (1..=jobs).for_each(|id| bench.put(FetchId(id)));
        bench
    }

    impl Bench {
        fn put(&self, id: FetchId) {
            let target = Target::parse("http://127.0.0.1:9/").unwrap();
            let url = Untrusted::new(target.url(), 99);
            let completion = Completion::new(id, self.queue.clone());
            let (settled, slots) = (self.settled.clone(), self.pool.shared.slots.clone());
            completion.on_done(Callback::Report, Box::new(move |it| settled.lock().unwrap().push(it.clone())));
            completion.on_done(Callback::Release, Box::new(move |_| slots.free(Attempt::first(id))));
            let holder = Holder { lifeline: Arc::default(), completion: None, away: true, told: false };
            self.pool.shared.slots.take(Attempt::first(id), holder);
            let job =
                Job { attempt: Attempt::first(id), target, url, lifeline: Arc::default(), completion, created: At(0) };
            self.pool.shared.lock().jobs.push_back(job);
        }

        /// How each that was settled failed, and where.
        fn failures(&self) -> Vec<(FailureKind, Option<Phase>)> {
            self.queue.fire_all();
            let settled = self.settled.lock().unwrap();
            let failure = |it: &Settled<Arc<Fetched>>| match it {
                Settled::Result(fetched) => fetched.failure.as_ref().map(|failure| (failure.kind, failure.phase)),
                Settled::Cancelled | Settled::Dropped => None,
            };
            settled.iter().map(|it| failure(it).expect("a failure")).collect()
        }

        fn refusals(&mut self) -> Vec<u16> {
            let mut batch = Vec::new();
            self.events.take_now(&mut batch);
            let refusal = |event: crate::event::Event| match event.kind {
                EventKind::WorkerRefused { workers, .. } => Some(workers),
                _ => None,
            };
            batch.into_iter().filter_map(refusal).collect()
        }
    }

    fn no_thread() -> io::Error {
        io::ErrorKind::WouldBlock.into()
    }

    #[test]
    fn without_any_worker_the_jobs_fail_and_give_their_slots_back() {
        let mut bench = bench(2);
        bench.pool.go_on_with_fewer(&no_thread());
        assert_eq!(bench.failures(), [(FailureKind::Local, Some(Phase::Blocked)); 2]);
        assert_eq!((bench.pool.shared.slots.busy(), bench.pool.most), (0, 1), "a later job may try again");
        assert_eq!(bench.refusals(), [0]);
    }

    #[test]
    fn with_a_worker_the_jobs_stay_in_the_queue_and_no_more_threads_are_asked_for() {
        let mut bench = bench(2);
        bench.pool.started = 1;
        bench.pool.go_on_with_fewer(&no_thread());
        assert_eq!((bench.failures(), bench.pool.most, bench.refusals()), (Vec::new(), 1, vec![1]));
        assert_eq!(bench.pool.shared.lock().jobs.len(), 2);
    }

    #[test]
    fn a_job_that_is_withdrawn_was_blocked_all_its_time_and_the_others_keep_their_places() {
        let bench = bench(3);
        assert!(bench.pool.withdraw(FetchId(2)) && !bench.pool.withdraw(FetchId(2)));
        assert_eq!(bench.failures(), [(FailureKind::Cancelled, Some(Phase::Blocked))]);
        assert!(bench.pool.shared.lock().jobs.iter().map(|job| job.attempt.id.0).eq([1, 3]));
        assert_eq!(bench.pool.shared.slots.busy(), 2);
    }

    #[test]
    fn what_stands_aside_comes_after_all_others_and_one_at_a_time() {
        let bench = bench(3);
        let origin = Target::parse("http://127.0.0.1:9/").unwrap().origin().to_owned();
        bench.pool.set_aside(&origin, true);
        assert_eq!(bench.pool.aside(), 3);
        bench.put(FetchId(4));
        let mut queue = bench.pool.shared.lock();
        let taken: Vec<_> = std::iter::from_fn(|| queue.next()).map(|(job, aside)| (job.attempt.id.0, aside)).collect();
        assert_eq!(taken, [(4, false), (1, true)], "a worker has one of them");
        drop(queue);
        bench.pool.set_aside(&origin, false);
        assert_eq!(
            (bench.pool.aside(), bench.pool.shared.lock().next().map(|(job, _)| job.attempt.id.0)),
            (0, Some(2))
        );
        bench.pool.refuse(&origin, |_| Failure::new(FailureKind::ConnectTimeout, ""));
        assert_eq!(bench.failures(), [(FailureKind::ConnectTimeout, Some(Phase::Blocked))]);
    }
}
