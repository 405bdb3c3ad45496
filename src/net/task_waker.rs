//! The waker of the task that a fetch is stepped by: all steps of most fetches are made by one. Knows nothing of fetches.

use futures_util::task::AtomicWaker;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering::Acquire, Ordering::Relaxed, Ordering::Release, Ordering::SeqCst, fence};
use std::task::Waker;

#[derive(Default)]
pub(super) struct TaskWaker {
    /// That of the first step, which is kept: it need not be put in again at each.
    first: OnceLock<Waker>,
    /// That of a later step, where it is another one.
    other: AtomicWaker,
    moved: AtomicBool,
    released: AtomicBool,
}

impl TaskWaker {
    /// From now on `waker` is woken. Look at what is waited for afterwards.
    pub fn register(&self, waker: &Waker) {
        let mut fresh = false;
        let first = self.first.get_or_init(|| {
            fresh = true;
            waker.clone()
        });
        if !first.will_wake(waker) {
            self.other.register(waker);
            self.moved.store(true, Release);
        }
        if fresh {
            // See `wake_surely`.
            fence(SeqCst);
        }
    }

    /// Wakes who was registered before what this tells of could be seen.
    pub fn wake(&self) {
        if self.released.load(Acquire) {
            return;
        }
        if let Some(first) = self.first.get() {
            first.wake_by_ref();
        }
        if self.moved.load(Acquire) {
            self.other.wake();
        }
    }

    /// Wakes who is registered, or is so before it looks at what was stored last.
    pub fn wake_surely(&self) {
        fence(SeqCst);
        self.wake();
    }

    /// Nobody is woken any more.
    pub fn release(&self) {
        self.released.store(true, Release);
        if self.moved.load(Relaxed) {
            self.other.take();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::atomic::AtomicU32;
    use std::task::Wake;

    #[derive(Default)]
    struct Count(AtomicU32);

    impl Wake for Count {
        fn wake(self: Arc<Count>) {
            self.0.fetch_add(1, SeqCst);
        }
    }

    fn counted() -> (Arc<Count>, Waker) {
        let count = Arc::<Count>::default();
        (count.clone(), Waker::from(count))
    }

    #[test]
    fn who_was_registered_last_is_woken_until_it_is_released() {
        let waker = TaskWaker::default();
        waker.wake();
        let (first, other) = (counted(), counted());
        waker.register(&first.1);
        waker.register(&first.1);
        waker.wake();
        waker.wake_surely();
        assert_eq!(first.0.0.load(SeqCst), 2, "it is kept");
        waker.register(&other.1);
        waker.wake();
        assert_eq!(other.0.0.load(SeqCst), 1);
        waker.register(&other.1);
        waker.release();
        waker.wake_surely();
        assert_eq!((first.0.0.load(SeqCst), other.0.0.load(SeqCst)), (3, 1), "it is a task that is woken in vain once");
    }
}
