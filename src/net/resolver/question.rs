//! A question for the addresses of a name, that any number may share, and wait for in either driver. Knows nothing of who
//! answers it.

use crate::clock::Clock;
use crate::net::names::Answer;
use std::pin::pin;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;

/// A share in a question that was put. If all shares are dropped before its turn comes, it is not asked.
pub struct Lookup {
    pub(super) question: Arc<Question>,
}

pub(super) struct Question {
    pub host: Arc<str>,
    pub clock: Clock,
    stage: Mutex<Stage>,
    told: Condvar,
    notify: Notify,
}

/// How far a question is.
pub enum Stage {
    Waiting,
    Begun,
    Answered(Answer),
}

impl Question {
    pub fn new(host: &str, clock: &Clock, stage: Stage) -> Question {
        let (told, notify) = (Condvar::new(), Notify::new());
        Question { host: host.into(), clock: clock.clone(), stage: Mutex::new(stage), told, notify }
    }

    pub fn begin(&self) {
        if matches!(*self.stage(), Stage::Waiting) {
            self.tell(Stage::Begun);
        }
    }

    pub fn tell(&self, stage: Stage) {
        *self.stage() = stage;
        self.told.notify_all();
        self.notify.notify_waiters();
    }

    fn stage(&self) -> MutexGuard<'_, Stage> {
        self.stage.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Stage {
    /// Whether the turn of the question has come.
    pub fn begun(&self) -> Option<()> {
        (!matches!(self, Stage::Waiting)).then_some(())
    }

    pub fn answer(&self) -> Option<Answer> {
        match self {
            Stage::Answered(answer) => Some(answer.clone()),
            Stage::Waiting | Stage::Begun => None,
        }
    }
}

impl Lookup {
    /// What there is by now.
    pub fn now<T>(&self, look: impl Fn(&Stage) -> Option<T>) -> Option<T> {
        look(&self.question.stage())
    }

    /// Waits until there is what is looked for.
    pub async fn until<T>(&self, look: impl Fn(&Stage) -> Option<T>) -> T {
        loop {
            let mut told = pin!(self.question.notify.notified());
            told.as_mut().enable();
            if let Some(seen) = self.now(&look) {
                return seen;
            }
            told.await;
        }
    }

    /// As [`Lookup::until`], on the thread that asks; `None` where it does not come within `span`.
    pub fn wait<T>(&self, span: Duration, look: impl Fn(&Stage) -> Option<T>) -> Option<T> {
        let stage = self.question.stage();
        let waited = self.question.told.wait_timeout_while(stage, span, |stage| look(stage).is_none());
        look(&waited.unwrap_or_else(PoisonError::into_inner).0)
    }
}
