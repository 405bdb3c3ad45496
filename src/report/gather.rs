//! Puts together what belongs to one result: the result, its place in the order, its callbacks. Knows no format.

use crate::callback::Callback;
use crate::clock::At;
use crate::content::Content;
use crate::event::{Because, Event, EventKind, Order};
use crate::fetched::Fetched;
use crate::id::{ByFetch, FetchId};
use smallvec::SmallVec;
use std::collections::BTreeMap;
use std::sync::Arc;

/// One result, once its last callback has fired.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    /// Counts completions from 1.
    pub order: u64,
    pub id: FetchId,
    pub fetched: Arc<Fetched>,
    pub callbacks: SmallVec<[Fired; 3]>,
    /// The attempts before this one, in their order.
    pub earlier: Vec<Earlier>,
    /// Where it is wanted.
    pub content: Option<Content>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fired {
    pub callback: Callback,
    pub lag_us: u32,
    pub ran_us: u32,
}

/// An attempt that was made again.
#[derive(Clone, Debug, PartialEq)]
pub struct Earlier {
    pub fetched: Arc<Fetched>,
    /// When the next one was due.
    pub until: At,
    pub because: Because,
}

#[derive(Debug, Default)]
pub struct Gather {
    order: u64,
    waiting: ByFetch<Waiting>,
    earlier: ByFetch<Vec<Earlier>>,
    /// Where results are told in the order given: those whose turn is to come, and how many have been. A fetch that is
    /// no result has a turn in which nothing is told.
    turns: Option<BTreeMap<FetchId, Option<Told>>>,
    passed: u64,
}

#[derive(Debug)]
struct Waiting {
    scheduled: usize,
    told: Option<(u64, Arc<Fetched>)>,
    fired: SmallVec<[Fired; 3]>,
    content: Option<Content>,
}

impl Gather {
    /// Has the results told that are to be told after this event, in their order.
    pub fn apply(&mut self, event: &Event, mut tell: impl FnMut(Told)) {
        match &event.kind {
            EventKind::RunStarted(run) if run.order == Order::Given => self.turns = Some(BTreeMap::new()),
            // What still waits for a turn that does not come.
            EventKind::RunEnded { .. } => self.turns.take().unwrap_or_default().into_values().flatten().for_each(tell),
            _ => {
                let told = self.whole(event);
                let Some(turns) = &mut self.turns else { return told.into_iter().for_each(tell) };
                match told {
                    // One that was made again after its turn has no other.
                    Some(told) if told.id.0 <= self.passed => tell(told),
                    Some(told) => drop(turns.insert(told.id, Some(told))),
                    None => {}
                }
                while let Some(told) = turns.remove(&FetchId(self.passed + 1)) {
                    self.passed += 1;
                    told.into_iter().for_each(&mut tell);
                }
            }
        }
    }

    /// The result that this event makes whole, if it does.
    fn whole(&mut self, event: &Event) -> Option<Told> {
        match &event.kind {
            EventKind::CallbacksScheduled { id, callbacks } => {
                let scheduled = callbacks.len();
                let new = || Waiting { scheduled: 0, told: None, fired: SmallVec::new(), content: None };
                self.waiting.entry(*id).or_insert_with(new).scheduled += scheduled;
                None
            }
            EventKind::ContentKept { id, content } => {
                self.waiting.get_mut(id)?.content = Some(content.clone());
                None
            }
            EventKind::Retrying { id, until, because, fetched } => {
                let earlier = Earlier { fetched: fetched.clone(), until: *until, because: *because };
                self.earlier.entry(*id).or_default().push(earlier);
                None
            }
            EventKind::Reopened { id, fetched, .. } => {
                let (until, because) = (event.at, Because::Asked);
                self.earlier.entry(*id).or_default().push(Earlier { fetched: fetched.clone(), until, because });
                // Where it was not told yet, the next one has its turn.
                if let Some(turns) = &mut self.turns {
                    turns.remove(id);
                }
                None
            }
            // Without a result, its callbacks tell nothing.
            EventKind::Finished { id, fetched } if !fetched.role().is_result() => {
                self.earlier.remove(id);
                let turns = self.turns.as_mut()?;
                turns.insert(*id, None);
                None
            }
            EventKind::Finished { id, fetched } => {
                self.order += 1;
                let told = Some((self.order, fetched.clone()));
                match self.waiting.get_mut(id) {
                    Some(waiting) => waiting.told = told,
                    // Of callbacks that were not told of, none is waited for.
                    None => return self.tell(*id, told?, SmallVec::new(), None),
                }
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
        let Waiting { told, fired, content, .. } = self.waiting.remove(&id)?;
        // Without a result, these were the callbacks of an attempt that is made again.
        self.tell(id, told?, fired, content)
    }

    fn tell(
        &mut self,
        id: FetchId,
        (order, fetched): (u64, Arc<Fetched>),
        callbacks: SmallVec<[Fired; 3]>,
        content: Option<Content>,
    ) -> Option<Told> {
        let earlier = match self.earlier.is_empty() {
            true => Vec::new(),
            false => self.earlier.remove(&id).unwrap_or_default(),
        };
        Some(Told { order, id, fetched, callbacks, earlier, content })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::callback::Callbacks;
    use crate::failure::{Failure, FailureKind};
    use crate::text::Untrusted;

    /// The numbers of the results that these events tell, and how many callbacks each has.
    fn told(kinds: impl IntoIterator<Item = EventKind>) -> Vec<(u64, usize)> {
        let (mut gather, mut told) = (Gather::default(), Vec::new());
        for kind in kinds {
            gather.apply(&Event { at: At(0), kind }, |it| told.push((it.id.0, it.callbacks.len())));
        }
        told
    }

    #[test]
    fn a_result_waits_for_its_callbacks_and_for_none_that_it_was_not_told_of() {
        let finished = |id| {
            let failure = Failure::new(FailureKind::Reset, "");
            let fetched = Fetched::failed(Untrusted::new("http://a.example/", 99), At(0), At(5), failure);
            EventKind::Finished { id: FetchId(id), fetched: Arc::new(fetched) }
        };
        let fired = |id| EventKind::CallbackFired { id: FetchId(id), callback: Callback::Report, lag_us: 0, ran_us: 0 };
        let callbacks = Callbacks::default().with(Callback::Report);
        let scheduled = EventKind::CallbacksScheduled { id: FetchId(1), callbacks };
        assert_eq!(told([scheduled, finished(1), finished(2), fired(2), fired(1)]), [(2, 0), (1, 1)]);
    }
}
