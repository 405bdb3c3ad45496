//! The places for fetches in flight: how many there may be, and who holds one. Knows nothing of what they do.

use crate::id::FetchId;
use crate::net::Lifeline;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Shared by the loop, which takes a slot, and the `release` callback, which frees it.
#[derive(Default)]
pub struct Slots {
    held: Mutex<HashMap<FetchId, Arc<Lifeline>>>,
}

impl Slots {
    pub fn take(&self, id: FetchId, lifeline: Arc<Lifeline>) {
        self.lock().insert(id, lifeline);
    }

    pub fn free(&self, id: FetchId) {
        self.lock().remove(&id);
    }

    pub fn busy(&self) -> usize {
        self.lock().len()
    }

    pub fn cancel(&self, id: FetchId) {
        if let Some(lifeline) = self.lock().get(&id) {
            lifeline.cancel();
        }
    }

    pub fn cancel_all(&self) {
        self.lock().values().for_each(|lifeline| lifeline.cancel());
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<FetchId, Arc<Lifeline>>> {
        // A wake is the only thing done under the lock, and it runs no code of ours.
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
