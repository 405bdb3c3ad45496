//! The thread that alone writes to the terminal while the dashboard is up. A terminal that stops reading stops this
//! thread and nothing else.

use crate::clock::Clock;
use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

pub struct Writer {
    sender: Sender<Vec<u8>>,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    busy: Mutex<bool>,
    idle: Condvar,
    broken: AtomicBool,
    /// What the last frame took.
    took: Mutex<Option<Duration>>,
}

impl Writer {
    /// # Errors
    /// Where no thread can be started.
    pub fn start(out: impl Write + Send + 'static) -> io::Result<Writer> {
        let (sender, receiver) = channel();
        let shared = Arc::<Shared>::default();
        let told = shared.clone();
        std::thread::Builder::new().name("terminal".to_owned()).spawn(move || write_all(out, &receiver, &told))?;
        Ok(Writer { sender, shared })
    }

    /// Whether the frame before was taken whole, so that the next may be made against it.
    pub fn is_idle(&self) -> bool {
        !*self.busy()
    }

    pub fn send(&self, frame: Vec<u8>) {
        *self.busy() = true;
        if self.sender.send(frame).is_err() {
            *self.busy() = false;
        }
    }

    /// Waits until nothing is being written, but not longer than `limit`. Says whether that came.
    pub fn settle(&self, limit: Duration) -> bool {
        let waited = self.shared.idle.wait_timeout_while(self.busy(), limit, |busy| *busy);
        !waited.unwrap_or_else(PoisonError::into_inner).1.timed_out()
    }

    /// How long the last frame took to be taken; told once.
    pub fn took(&self) -> Option<Duration> {
        self.shared.took.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Whether the terminal went away.
    pub fn is_broken(&self) -> bool {
        self.shared.broken.load(SeqCst)
    }

    fn busy(&self) -> std::sync::MutexGuard<'_, bool> {
        self.shared.busy.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn write_all(mut out: impl Write, receiver: &Receiver<Vec<u8>>, shared: &Shared) {
    let clock = Clock::start();
    for frame in receiver {
        let began = clock.now();
        if out.write_all(&frame).and_then(|()| out.flush()).is_err() {
            shared.broken.store(true, SeqCst);
        }
        *shared.took.lock().unwrap_or_else(PoisonError::into_inner) = Some(clock.now() - began);
        *shared.busy.lock().unwrap_or_else(PoisonError::into_inner) = false;
        shared.idle.notify_all();
    }
}
