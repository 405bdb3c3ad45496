//! Asks the system for the addresses of names, on a few threads that all fetches share, and once for all who want the
//! same name. A lookup that hangs keeps its thread, but nobody who asked, and no other lookup for long. Knows nothing of
//! fetches or limits.

mod question;
mod queue;

pub use question::{Lookup, Stage};

use super::names::Answer;
use super::shortage::lack_of_files;
use crate::clock::{At, Clock};
use question::Question;
use queue::{Bounds, QUICK, Queue};
use rustix::process::{Resource, getrlimit};
use std::io;
use std::net::{SocketAddr, ToSocketAddrs};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::thread;
use std::time::Duration;

/// A lookup that takes longer hangs. Rounds of them are so short that hundreds are begun within a second.
const HANGS: Duration = Duration::from_millis(200);
/// How often the thread in reserve looks whether lookups hang.
const LOOKS: Duration = Duration::from_millis(50);
/// Lookups at once, those that hang counted in.
const MOST: usize = 512;
/// Of so many descriptors, one is for a lookup, which may take two.
const FILES_A_LOOKUP: u64 = 8;

type Look = dyn Fn(&str) -> io::Result<Vec<SocketAddr>> + Send + Sync;

/// Looks names up, one after another a thread. Threads are made as they are needed, and end with it.
pub struct Resolver {
    desk: Arc<Desk>,
}

/// An answer that was kept, or a lookup to wait for.
pub enum Asked {
    Known(Answer),
    Lookup(Lookup),
}

struct Desk {
    look: Box<Look>,
    counter: Mutex<Counter>,
    asked: Condvar,
}

struct Counter {
    queue: Queue,
    threads: usize,
    clock: Option<Clock>,
    closed: bool,
}

impl Default for Resolver {
    /// One that asks the system (`getaddrinfo`).
    fn default() -> Resolver {
        let look = |host: &str| {
            let found = (host, 0).to_socket_addrs().map(Iterator::collect);
            // Without a descriptor for its question, the system says no more than that it has no answer.
            found.map_err(|error| lack_of_files().unwrap_or(error))
        };
        let files = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX) / FILES_A_LOOKUP;
        let most = usize::try_from(files).map_or(MOST, |files| files.clamp(2 * QUICK, MOST));
        Resolver::bounded(look, Bounds { hangs: HANGS, most })
    }
}

impl Resolver {
    /// One that has `look` say which addresses a host has. A port of 0 stands for that of the target.
    pub fn new(look: impl Fn(&str) -> io::Result<Vec<SocketAddr>> + Send + Sync + 'static) -> Resolver {
        Resolver::bounded(look, Bounds { hangs: HANGS, most: MOST })
    }

    /// As [`Resolver::new`], where a lookup hangs after so long only.
    pub fn patient(
        look: impl Fn(&str) -> io::Result<Vec<SocketAddr>> + Send + Sync + 'static,
        hangs: Duration,
    ) -> Resolver {
        Resolver::bounded(look, Bounds { hangs, most: MOST })
    }

    fn bounded(look: impl Fn(&str) -> io::Result<Vec<SocketAddr>> + Send + Sync + 'static, bounds: Bounds) -> Resolver {
        let counter = Counter { queue: Queue::new(bounds), threads: 0, clock: None, closed: false };
        Resolver { desk: Arc::new(Desk { look: Box::new(look), counter: Mutex::new(counter), asked: Condvar::new() }) }
    }

    /// Puts the question, or joins those who have put it, and does not wait.
    ///
    /// # Errors
    /// That of making a thread, where there is none yet.
    pub(super) fn ask(&self, host: &str, clock: &Clock) -> io::Result<Asked> {
        let (mut counter, now) = (self.desk.counter(), clock.now());
        if let Some(answer) = counter.queue.names.recall(host, now) {
            return Ok(Asked::Known(answer));
        }
        if let Some(question) = counter.queue.open.get(host).and_then(Weak::upgrade) {
            return Ok(Asked::Lookup(Lookup { question }));
        }
        let has_turn = counter.queue.has_turn(now);
        let question = Arc::new(Question::new(host, clock, Stage::Waiting));
        counter.clock.get_or_insert_with(|| clock.clone());
        counter.queue.put(&question);
        let wanted = counter.queue.hands(now);
        self.desk.make_threads(&mut counter, wanted)?;
        if has_turn && counter.queue.all() <= counter.threads {
            question.begin();
        }
        self.desk.asked.notify_one();
        Ok(Asked::Lookup(Lookup { question }))
    }
}

impl Drop for Resolver {
    fn drop(&mut self) {
        self.desk.counter().closed = true;
        self.desk.asked.notify_all();
    }
}

impl Counter {
    fn now(&self) -> At {
        self.clock.as_ref().map_or(At(0), Clock::now)
    }
}

impl Desk {
    /// As many as have enough to do, and one in reserve where somebody has to wait: it takes the next question once it is
    /// that one's turn.
    fn make_threads(self: &Arc<Self>, counter: &mut Counter, wanted: usize) -> io::Result<()> {
        while counter.threads < wanted {
            let desk = Arc::clone(self);
            match thread::Builder::new().name("lookup".to_owned()).spawn(move || desk.work()) {
                Ok(_) => counter.threads += 1,
                Err(error) if counter.threads == 0 => return Err(error),
                // Those that are there take it in turn.
                Err(_) => break,
            }
        }
        Ok(())
    }

    fn work(self: Arc<Self>) {
        while let Some(question) = self.begin() {
            let answer = (self.look)(&question.host).map(Arc::from).map_err(Arc::new);
            self.counter().queue.close(&question, &answer);
            question.tell(Stage::Answered(answer));
        }
    }

    /// The next question, begun; none once nobody can ask any more.
    fn begin(self: &Arc<Self>) -> Option<Arc<Question>> {
        let mut counter = self.counter();
        loop {
            let now = counter.now();
            if let Some(question) = counter.queue.begin(now) {
                let wanted = counter.queue.hands(now);
                // What there is no thread for waits on.
                let _ = self.make_threads(&mut counter, wanted);
                drop(counter);
                question.begin();
                return Some(question);
            }
            // Those that were made for others that hung are not needed any more.
            if counter.closed || counter.threads > QUICK + 1 + counter.queue.busy() {
                counter.threads -= 1;
                return None;
            }
            // Nobody tells when a lookup has begun to hang.
            let span = if counter.queue.is_waited_for() { LOOKS } else { Duration::MAX };
            counter = self.asked.wait_timeout(counter, span).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn counter(&self) -> MutexGuard<'_, Counter> {
        self.counter.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
