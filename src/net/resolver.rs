//! Asks the system for the addresses of names, on a few threads that all fetches share: one that hangs there keeps its
//! thread, but nobody who asked. Knows nothing of fetches or limits.

use futures_util::task::AtomicWaker;
use std::collections::VecDeque;
use std::future::Future;
use std::io;
use std::net::{SocketAddr, ToSocketAddrs};
use std::pin::Pin;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Context, Poll};
use std::thread;
use std::time::Duration;

/// Lookups at once.
const THREADS: usize = 8;

type Addresses = io::Result<Vec<SocketAddr>>;
type Look = dyn Fn(&str, u16) -> Addresses + Send + Sync;

/// Looks names up, one after another a thread. Threads are made as they are needed, and end with it.
pub struct Resolver {
    desk: Arc<Desk>,
}

/// A question that was put. If it is dropped before its turn comes, it is not asked.
pub struct Lookup {
    answer: Arc<Slot>,
}

struct Desk {
    look: Box<Look>,
    queue: Mutex<Queue>,
    asked: Condvar,
}

#[derive(Default)]
struct Queue {
    waiting: VecDeque<Question>,
    threads: usize,
    idle: usize,
    closed: bool,
}

struct Question {
    host: Box<str>,
    port: u16,
    answer: Weak<Slot>,
}

#[derive(Default)]
struct Slot {
    addresses: Mutex<Option<Addresses>>,
    filled: Condvar,
    waker: AtomicWaker,
}

impl Default for Resolver {
    /// One that asks the system (`getaddrinfo`).
    fn default() -> Resolver {
        Resolver::new(|host, port| (host, port).to_socket_addrs().map(Iterator::collect))
    }
}

impl Resolver {
    pub fn new(look: impl Fn(&str, u16) -> io::Result<Vec<SocketAddr>> + Send + Sync + 'static) -> Resolver {
        let look = Box::new(look);
        Resolver { desk: Arc::new(Desk { look, queue: Mutex::default(), asked: Condvar::new() }) }
    }

    /// Puts the question, and does not wait.
    ///
    /// # Errors
    /// That of making a thread, where there is none yet.
    pub fn ask(&self, host: &str, port: u16) -> io::Result<Lookup> {
        let answer = Arc::new(Slot::default());
        let mut queue = self.desk.queue();
        if queue.idle <= queue.waiting.len() && queue.threads < THREADS {
            let desk = Arc::clone(&self.desk);
            match thread::Builder::new().name("lookup".to_owned()).spawn(move || desk.work()) {
                Ok(_) => queue.threads += 1,
                Err(error) if queue.threads == 0 => return Err(error),
                // Those that are there take it in turn.
                Err(_) => {}
            }
        }
        queue.waiting.push_back(Question { host: host.into(), port, answer: Arc::downgrade(&answer) });
        self.desk.asked.notify_one();
        Ok(Lookup { answer })
    }
}

impl Drop for Resolver {
    fn drop(&mut self) {
        self.desk.queue().closed = true;
        self.desk.asked.notify_all();
    }
}

impl Lookup {
    /// The answer, once; `None` where it does not come within `span`.
    pub fn wait(&self, span: Duration) -> Option<Addresses> {
        let addresses = self.answer.addresses();
        let waited = self.answer.filled.wait_timeout_while(addresses, span, |addresses| addresses.is_none());
        waited.unwrap_or_else(PoisonError::into_inner).0.take()
    }
}

/// The answer, once.
impl Future for Lookup {
    type Output = Addresses;

    fn poll(self: Pin<&mut Lookup>, context: &mut Context<'_>) -> Poll<Addresses> {
        self.answer.waker.register(context.waker());
        self.answer.addresses().take().map_or(Poll::Pending, Poll::Ready)
    }
}

impl Desk {
    fn work(&self) {
        while let Some(Question { host, port, answer }) = self.next() {
            let addresses = (self.look)(&host, port);
            if let Some(answer) = answer.upgrade() {
                *answer.addresses() = Some(addresses);
                answer.filled.notify_one();
                answer.waker.wake();
            }
        }
    }

    /// The next question that somebody still waits for; none once nobody can ask any more.
    fn next(&self) -> Option<Question> {
        let mut queue = self.queue();
        loop {
            while let Some(question) = queue.waiting.pop_front() {
                if question.answer.strong_count() > 0 {
                    return Some(question);
                }
            }
            if queue.closed {
                return None;
            }
            queue.idle += 1;
            queue = self.asked.wait(queue).unwrap_or_else(PoisonError::into_inner);
            queue.idle -= 1;
        }
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Slot {
    fn addresses(&self) -> MutexGuard<'_, Option<Addresses>> {
        self.addresses.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
