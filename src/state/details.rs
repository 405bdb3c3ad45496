//! What is known of each fetch one by one: its attempts, the hops of each, what was said and how. Of those in flight, and
//! of the last ones that are done. Knows nothing of how they are drawn.
//!
//! Each has its own piece of memory, which a copy of the state shares until one of the two changes it. Where very many
//! begin at once, only some are followed step by step; of the others, what is told of few fetches begins it.

mod attempt;
mod detail;
#[cfg(test)]
mod tests;

pub use attempt::{Attempt, End, Fired, Leg};
pub use detail::Detail;

use super::requests::Request;
use crate::clock::At;
use crate::event::{Event, EventKind};
use crate::fetched::Fetched;
use crate::id::{ByFetch, FetchId};
use crate::place::Place;
use crate::plenty::told_by;
use crate::text::Untrusted;
use std::collections::VecDeque;
use std::collections::hash_map::Entry;
use std::sync::Arc;

/// Of those that are done, so many are kept.
pub const KEPT: usize = 1_000;
/// Bytes of heads that are kept of one fetch; its last ones are.
const HEADS_OF_ONE: u32 = 64 << 10;
/// Bytes of heads that are kept of all together; then those that are done longest go, and else none is taken any more.
const HEADS_OF_ALL: u64 = 64 << 20;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Details {
    kept: ByFetch<Arc<Detail>>,
    /// Those that are done, in that order, each by the number that it had then.
    done: VecDeque<(FetchId, u64)>,
    /// The number of the next.
    next: u64,
    /// Bytes of heads in all of them.
    heads: u64,
    /// Fetches that were kept from their beginning on.
    begun: u64,
}

impl Details {
    /// What is known of it, while it is kept.
    pub fn get(&self, id: FetchId) -> Option<&Detail> {
        self.kept.get(&id).map(|detail| &**detail)
    }

    pub fn len(&self) -> usize {
        self.kept.len()
    }

    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    /// Only what is about a fetch concerns it; how far one is stands with the requests in flight.
    pub(super) fn apply(&mut self, event: &Event) {
        use EventKind::*;
        let at = event.at;
        match &event.kind {
            Started { id, url, place } => self.start(*id, url, place.as_ref(), at),
            Retried { id, attempt } => {
                self.change_or_begin(*id, at, |detail| detail.retry(*attempt, at));
            }
            Running { id, worker } => self.change(*id, |detail| detail.last_mut().worker = Some(*worker)),
            PhaseEntered { id, phase, .. } => self.change(*id, |detail| detail.leg_mut().marks.enter(*phase, at)),
            AddressGiven { id } => self.change(*id, |detail| detail.leg_mut().given = true),
            Dialled { id, address } => self.change(*id, |detail| detail.leg_mut().dial(**address)),
            Connected { id, address } => self.change(*id, |detail| detail.leg_mut().connect(*address)),
            Reused { id, carried, address, tls } => {
                self.change(*id, |detail| detail.leg_mut().reuse(*carried, address.as_deref().copied(), tls.clone()));
            }
            NotReused { id, reason } => self.change(*id, |detail| detail.leg_mut().missed = Some(*reason)),
            Resent { id } => self.change(*id, |detail| detail.leg_mut().resend()),
            Tunnelled { id, proxy } => self.change(*id, |detail| detail.leg_mut().go_by(proxy)),
            Secured { id, tls } => self.change(*id, |detail| detail.leg_mut().tls = Some(tls.clone())),
            FellBack { id, url, reason } => {
                self.change(*id, |detail| detail.lead(url, End::FellBack(reason.clone()), at))
            }
            Redirected { id, status, url } => self.change(*id, |detail| detail.lead(url, End::Redirect(*status), at)),
            RequestMade { id, head, proxy } => {
                self.change(*id, |detail| {
                    detail.leg_mut().request = head.clone();
                    proxy.as_deref().into_iter().for_each(|proxy| detail.leg_mut().go_by(proxy));
                });
                self.weigh(*id);
            }
            HeadReceived { id, status, head } => {
                self.change(*id, |detail| detail.leg_mut().receive(*status, head));
                self.weigh(*id);
            }
            LoopLagged { id, busy_us } => self.change(*id, |detail| detail.last_mut().stall(*busy_us)),
            ResultSet { id, .. } => self.change(*id, |detail| detail.last_mut().set = Some(at)),
            CallbackFired { id, callback, lag_us, ran_us } => {
                self.change(*id, |detail| detail.last_mut().fire(Fired::new(*callback, at, *lag_us, *ran_us)));
            }
            CallbackPanicked { id, callback } => {
                self.change(*id, |detail| detail.last_mut().fire(Fired::panicked(*callback, at)));
            }
            Retrying { id, until, because, fetched } => {
                self.change(*id, |detail| detail.last_mut().put_back(fetched, *until, *because));
            }
            Reopened { id, fetched, .. } => self.change_or_begin(*id, at, |detail| detail.reopen(fetched, at)),
            Finished { id, fetched } => self.finish(*id, fetched, at),
            _ => {}
        }
    }

    fn start(&mut self, id: FetchId, url: &Untrusted, place: Option<&Arc<Place>>, at: At) {
        match self.kept.entry(id) {
            Entry::Occupied(kept) => Arc::make_mut(kept.into_mut()).start(url, place, at),
            Entry::Vacant(_) if self.begun >= told_by(at) => {}
            Entry::Vacant(free) => {
                self.begun += 1;
                free.insert(Arc::new(Detail::new(url.clone(), place.cloned(), at)));
            }
        }
    }

    /// Takes up one that was begun when there were too many: it has become one of few. What came before is as its
    /// request has it.
    pub(super) fn take_up(&mut self, request: &Request) {
        self.kept.entry(request.id).or_insert_with(|| Arc::new(Detail::of_request(request)));
    }

    fn change(&mut self, id: FetchId, change: impl FnOnce(&mut Detail)) {
        if let Some(detail) = self.kept.get_mut(&id) {
            change(Arc::make_mut(detail));
        }
    }

    fn change_or_begin(&mut self, id: FetchId, at: At, change: impl FnOnce(&mut Detail)) {
        change(Arc::make_mut(
            self.kept.entry(id).or_insert_with(|| Arc::new(Detail::new(Untrusted::default(), None, at))),
        ));
    }

    fn finish(&mut self, id: FetchId, fetched: &Arc<Fetched>, at: At) {
        // Its result is kept elsewhere, and says enough.
        if self.begun >= told_by(At(0)) && !self.kept.contains_key(&id) {
            return;
        }
        let number = self.next;
        // What a crawl is kept out of was never started.
        self.change_or_begin(id, at, |detail| detail.finish(fetched, number));
        self.next += 1;
        self.done.push_back((id, number));
        if self.done.len() > KEPT {
            self.forget_oldest();
        }
    }

    /// That which is done longest goes, unless it was begun again since.
    fn forget_oldest(&mut self) {
        let Some((id, number)) = self.done.pop_front() else { return };
        if self.kept.get(&id).is_some_and(|detail| detail.done == Some(number))
            && let Some(detail) = self.kept.remove(&id)
        {
            self.heads -= u64::from(detail.heads);
        }
    }

    /// Counts the heads of a fetch that has one more, and makes room for it.
    fn weigh(&mut self, id: FetchId) {
        let Some(detail) = self.kept.get_mut(&id).map(Arc::make_mut) else { return };
        self.heads -= u64::from(detail.heads);
        detail.weigh(HEADS_OF_ONE);
        self.heads += u64::from(detail.heads);
        while self.heads > HEADS_OF_ALL && !self.done.is_empty() {
            self.forget_oldest();
        }
        if self.heads > HEADS_OF_ALL
            && let Some(detail) = self.kept.get_mut(&id).map(Arc::make_mut)
        {
            self.heads -= u64::from(detail.heads);
            detail.weigh(0);
        }
    }
}

/// What only few fetches have told of them, and is not known otherwise.
pub(super) fn is_rare(kind: &EventKind) -> bool {
    use EventKind::*;
    match kind {
        Dialled { .. } | AddressGiven { .. } | Tunnelled { .. } | Secured { .. } | FellBack { .. } => true,
        Redirected { .. } | RequestMade { .. } | Resent { .. } | Retrying { .. } | CallbackPanicked { .. } => true,
        NotReused { .. } => true,
        HeadReceived { head, .. } => !head.is_empty(),
        _ => false,
    }
}
