//! While a blocking fetch holds the loop: what is wished of those that are done, or wait to be made again, is taken up in its
//! place. Knows nothing of the one that runs.

use super::telling::Telling;
use crate::control::Control;
use crate::emit::Emitter;
use crate::event::EventKind;
use crate::id::FetchId;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Whether a fetch holds the loop. Whoever does something in its place holds the lock, so that the loop is not back before
/// that is done.
#[derive(Clone, Default)]
pub struct Away(Arc<Mutex<bool>>);

impl Away {
    /// The loop is away as long as `fetch` takes.
    pub fn during<T>(&self, fetch: impl FnOnce() -> T) -> T {
        *self.lock() = true;
        let fetched = fetch();
        *self.lock() = false;
        fetched
    }

    /// Does what is wished, and says whether there was anything to do. Where the loop is there, it hears of it at once and
    /// does it itself.
    pub(super) fn obey(&self, wish: Control, telling: &Arc<Telling>, emitter: &Emitter) -> bool {
        let away = self.lock();
        // Before a fetch begins, the callbacks of all before it have fired: nothing is on its way to where it is looked for.
        *away
            && match wish {
                Control::Cancel(id) => cancel(id, telling, emitter),
                Control::Retry(id) => telling.hasten(id) || telling.reopen(id),
                Control::RetryFailed => retry_failed(telling, emitter),
                _ => false,
            }
    }

    fn lock(&self) -> MutexGuard<'_, bool> {
        // A flag is whole whoever panicked.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn cancel(id: FetchId, telling: &Arc<Telling>, emitter: &Emitter) -> bool {
    let waiting = telling.retries().take(id);
    waiting.is_some_and(|waiting| {
        emitter.emit(EventKind::CancelAsked { id });
        telling.let_go(waiting);
        true
    })
}

fn retry_failed(telling: &Telling, emitter: &Emitter) -> bool {
    let count = telling.reopen_failed();
    if count > 0 {
        emitter.emit(EventKind::FailedReopened { count });
    }
    count > 0
}
