//! Wakers that note who woke a fetch before they wake it. Knows nothing of what is waited for.

use super::lifeline::Lifeline;
use crate::wake::Wake;
use futures_util::task::AtomicWaker;
use std::sync::Arc;
use std::task::{self, Context, Waker};

/// A waker of one fetch for one cause.
pub struct Cause {
    shared: Arc<Shared>,
    waker: Waker,
}

struct Shared {
    cause: Wake,
    lifeline: Arc<Lifeline>,
    task: AtomicWaker,
}

impl Cause {
    pub fn new(cause: Wake, lifeline: Arc<Lifeline>) -> Cause {
        let shared = Arc::new(Shared { cause, lifeline, task: AtomicWaker::new() });
        Cause { waker: Waker::from(shared.clone()), shared }
    }

    /// A context to poll with on behalf of the task in `context`.
    pub fn on_behalf_of(&self, context: &Context<'_>) -> Context<'_> {
        self.shared.task.register(context.waker());
        Context::from_waker(&self.waker)
    }
}

impl task::Wake for Shared {
    fn wake(self: Arc<Shared>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Shared>) {
        self.lifeline.note(self.cause);
        self.task.wake();
    }
}
