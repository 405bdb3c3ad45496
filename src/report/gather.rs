//! Puts together what belongs to one result: the result, its place in the order, its callbacks. Knows no format.

use crate::callback::Callback;
use crate::event::{Event, EventKind};
use crate::fetched::Fetched;
use crate::id::FetchId;
use std::collections::HashMap;
use std::sync::Arc;

/// One result, once its last callback has fired.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    /// Counts completions from 1.
    pub order: u64,
    pub id: FetchId,
    pub fetched: Arc<Fetched>,
    pub callbacks: Vec<Fired>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fired {
    pub callback: Callback,
    pub lag_us: u32,
    pub ran_us: u32,
}

#[derive(Debug, Default)]
pub struct Gather {
    order: u64,
    waiting: HashMap<FetchId, Waiting>,
}

#[derive(Debug)]
struct Waiting {
    scheduled: usize,
    told: Option<(u64, Arc<Fetched>)>,
    fired: Vec<Fired>,
}

impl Gather {
    /// The result that this event makes whole, if it does.
    pub fn apply(&mut self, event: &Event) -> Option<Told> {
        match &event.kind {
            EventKind::CallbacksScheduled { id, callbacks } => {
                let scheduled = callbacks.len();
                let new = || Waiting { scheduled: 0, told: None, fired: Vec::with_capacity(scheduled) };
                self.waiting.entry(*id).or_insert_with(new).scheduled += scheduled;
                None
            }
            EventKind::Finished { id, fetched } => {
                self.order += 1;
                self.waiting.get_mut(id)?.told = Some((self.order, fetched.clone()));
                None
            }
            &EventKind::CallbackFired { id, callback, lag_us, ran_us } => {
                let waiting = self.waiting.get_mut(&id)?;
                waiting.fired.push(Fired { callback, lag_us, ran_us });
                (waiting.fired.len() >= waiting.scheduled).then(|| self.told(id)).flatten()
            }
            _ => None,
        }
    }

    fn told(&mut self, id: FetchId) -> Option<Told> {
        let Waiting { told, fired, .. } = self.waiting.remove(&id)?;
        told.map(|(order, fetched)| Told { order, id, fetched, callbacks: fired })
    }
}
