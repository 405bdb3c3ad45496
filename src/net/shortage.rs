//! How many fetches wait until this machine has a file descriptor for them. Knows nothing of who lets go of one.

use std::io::Error;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Duration;

/// How long a fetch that found no descriptor waits before it looks again.
pub const AGAIN: Duration = Duration::from_millis(50);

#[derive(Debug, Default)]
pub struct Shortage(AtomicU32);

/// One fetch that waits, until it is dropped.
pub struct Waiter<'a>(&'a Shortage);

impl Shortage {
    /// Whether a fetch waits: then no other should start.
    pub fn is_there(&self) -> bool {
        self.0.load(Relaxed) > 0
    }

    pub fn wait(&self) -> Waiter<'_> {
        self.0.fetch_add(1, Relaxed);
        Waiter(self)
    }
}

impl Drop for Waiter<'_> {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Relaxed);
    }
}

/// Whether this process, or the machine, has no descriptor left.
pub fn is_shortage(error: &Error) -> bool {
    use rustix::io::Errno;
    [Errno::MFILE, Errno::NFILE].iter().any(|errno| error.raw_os_error() == Some(errno.raw_os_error()))
}
