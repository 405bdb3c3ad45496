//! The places for fetches in flight: how many there may be, and who holds one. Knows nothing of what they do.

use super::completion::Completion;
use super::job::Attempt;
use crate::control::EndReason;
use crate::fetched::Fetched;
use crate::id::FetchId;
use crate::net::{Lifeline, Wish};
use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering::Acquire, Ordering::Release};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// Shared by the loop, which takes a slot, the `release` callback, which frees it, and whoever lets go of a fetch.
#[derive(Default)]
pub struct Slots {
    held: Mutex<Held>,
    /// How many are held, for who only asks that.
    busy: AtomicUsize,
    freed: Notify,
}

/// A fetch that holds a slot.
pub struct Holder {
    pub lifeline: Arc<Lifeline>,
    /// Set where letting go settles it at once, whatever its worker does.
    pub completion: Option<Completion<Arc<Fetched>>>,
    /// A worker has it, or will: the slot is free when the worker is back, too.
    pub away: bool,
    pub told: bool,
}

/// The holders, in the order of their attempts: most come at the end, and go near the front. One that goes leaves its
/// place empty until the places before it are, or until most are.
#[derive(Default)]
struct Held {
    places: VecDeque<(Attempt, Option<Holder>)>,
    count: usize,
}

/// Empty places that are not counted.
const FEW: usize = 64;

impl Held {
    fn insert(&mut self, attempt: Attempt, holder: Holder) {
        let place = match self.places.back() {
            Some((last, _)) if *last >= attempt => self.find(attempt),
            _ => Err(self.places.len()),
        };
        self.count += 1;
        match place {
            Ok(place) => {
                let before = self.places[place].1.replace(holder);
                self.count -= usize::from(before.is_some());
            }
            Err(place) => self.places.insert(place, (attempt, Some(holder))),
        }
    }

    /// Most fetches have one attempt, and stand as far from the front as their ids say.
    fn find(&self, attempt: Attempt) -> Result<usize, usize> {
        let front = self.places.front().map_or(0, |(front, _)| front.id.0);
        let place = usize::try_from(attempt.id.0.wrapping_sub(front)).unwrap_or(usize::MAX);
        if self.places.get(place).is_some_and(|(there, _)| *there == attempt) {
            return Ok(place);
        }
        self.places.binary_search_by_key(&attempt, |(attempt, _)| *attempt)
    }

    /// The holder, and its place.
    fn get_mut(&mut self, attempt: Attempt) -> Option<(&mut Holder, usize)> {
        let place = self.find(attempt).ok()?;
        Some((self.places[place].1.as_mut()?, place))
    }

    fn remove(&mut self, place: usize) {
        self.count -= usize::from(self.places[place].1.take().is_some());
        while self.places.front().is_some_and(|(_, holder)| holder.is_none()) {
            self.places.pop_front();
        }
        if self.places.len() > 2 * self.count + FEW {
            self.places.retain(|(_, holder)| holder.is_some());
        }
    }

    fn iter(&self) -> impl Iterator<Item = (Attempt, &Holder)> {
        self.places.iter().filter_map(|(attempt, holder)| Some((*attempt, holder.as_ref()?)))
    }

    /// All attempts of one fetch.
    fn iter_of(&self, id: FetchId) -> impl Iterator<Item = (Attempt, &Holder)> {
        let first = self.places.partition_point(|(attempt, _)| attempt.id < id);
        let of_it = self.places.range(first..).take_while(move |(attempt, _)| attempt.id == id);
        of_it.filter_map(|(attempt, holder)| Some((*attempt, holder.as_ref()?)))
    }
}

impl Slots {
    pub fn take(&self, attempt: Attempt, holder: Holder) {
        let mut held = self.lock();
        held.insert(attempt, holder);
        self.busy.store(held.count, Release);
    }

    /// The result was told.
    pub fn free(&self, attempt: Attempt) {
        let mut held = self.lock();
        if let Some((holder, place)) = held.get_mut(attempt) {
            holder.told = true;
            if !holder.away {
                held.remove(place);
                self.busy.store(held.count, Release);
            }
        }
    }

    /// The worker is back, from whichever thread; the loop is woken.
    pub fn come_back(&self, attempt: Attempt) {
        let mut held = self.lock();
        if let Some((holder, place)) = held.get_mut(attempt) {
            holder.away = false;
            if holder.told {
                held.remove(place);
                self.busy.store(held.count, Release);
                self.freed.notify_one();
            }
        }
    }

    /// Waits until a worker came back after its result was told.
    pub async fn freed(&self) {
        self.freed.notified().await;
    }

    /// Waits until no worker is away with a result that was told.
    pub async fn cleared(&self) {
        while self.busy() > 0 {
            self.freed().await;
        }
    }

    pub fn busy(&self) -> usize {
        self.busy.load(Acquire)
    }

    /// Whether a result is still to be told; a worker that is late with one that was let go of does not count.
    pub fn is_settled(&self) -> bool {
        self.lock().iter().all(|(_, holder)| holder.told)
    }

    /// The oldest fetch whose result was not told.
    pub fn oldest(&self) -> Option<FetchId> {
        self.lock().iter().find(|(_, holder)| !holder.told).map(|(attempt, _)| attempt.id)
    }

    pub fn ids(&self) -> Vec<FetchId> {
        self.lock().iter().map(|(attempt, _)| attempt.id).collect()
    }

    /// Asks a fetch to let go, and settles it where it can't be asked.
    pub fn cancel(&self, id: FetchId) {
        // The worker of the attempt before this one may not be back yet; that one is settled.
        let holds = |(_, holder): (Attempt, &Holder)| (holder.lifeline.clone(), holder.completion.clone());
        let held: Vec<_> = self.lock().iter_of(id).map(holds).collect();
        for (lifeline, completion) in held {
            // Settled before it is asked, so that what a worker comes back with is late.
            if let Some(completion) = completion {
                let _ = completion.cancel();
            }
            lifeline.cancel();
        }
    }

    /// Notes what is wished of a fetch whose outcome is not there, and says whether that is news.
    pub fn wish(&self, id: FetchId, wish: Wish) -> bool {
        let held = self.lock();
        // None is passed over once one has heard of it.
        held.iter_of(id)
            .filter(|(_, holder)| !holder.told)
            .fold(false, |news, (_, holder)| holder.lifeline.wish(wish) || news)
    }

    /// The run ends: what is let go of from now on is for that.
    pub fn end(&self, reason: EndReason) {
        self.lock().iter().for_each(|(_, holder)| holder.lifeline.end(reason));
    }

    pub fn cancel_all(&self, reason: EndReason) {
        self.end(reason);
        self.ids().into_iter().for_each(|id| self.cancel(id));
    }

    fn lock(&self) -> MutexGuard<'_, Held> {
        // Nothing that can panic runs under this lock.
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::emit::channel;
    use crate::engine::CallbackQueue;

    const ID: FetchId = FetchId(7);
    const FIRST: Attempt = Attempt { id: ID, number: 1 };

    fn held(away: bool) -> Slots {
        let slots = Slots::default();
        slots.take(FIRST, Holder { lifeline: Arc::default(), completion: None, away, told: false });
        slots
    }

    #[test]
    fn a_slot_that_no_worker_has_is_free_when_the_result_is_told() {
        let slots = held(false);
        assert_eq!((slots.busy(), slots.oldest(), slots.is_settled()), (1, Some(ID), false));
        slots.free(FIRST);
        assert_eq!((slots.busy(), slots.oldest(), slots.is_settled()), (0, None, true));
    }

    #[tokio::test]
    async fn a_slot_is_free_when_the_result_is_told_and_the_worker_is_back() {
        let told_first = held(true);
        told_first.free(FIRST);
        assert_eq!((told_first.busy(), told_first.oldest()), (1, None), "the worker is still away");
        assert!(told_first.is_settled(), "but there is nothing more to tell");
        told_first.come_back(FIRST);
        told_first.freed().await;
        assert_eq!(told_first.busy(), 0);
        let back_first = held(true);
        back_first.come_back(FIRST);
        assert_eq!((back_first.busy(), back_first.is_settled()), (1, false));
        back_first.free(FIRST);
        assert_eq!(back_first.busy(), 0);
    }

    #[test]
    fn a_worker_that_is_late_with_one_attempt_frees_no_slot_of_the_next() {
        let slots = held(true);
        slots.free(FIRST);
        let next = FIRST.next();
        slots.take(next, Holder { lifeline: Arc::default(), completion: None, away: true, told: false });
        slots.come_back(FIRST);
        slots.free(next);
        assert_eq!((slots.busy(), slots.is_settled()), (1, true), "the worker of the second is still away");
        slots.come_back(next);
        assert_eq!(slots.busy(), 0);
    }

    #[test]
    fn cancelling_settles_what_a_worker_has_before_the_worker_hears_of_it() {
        let (emitter, _events) = channel(Clock::start(), false);
        let completion = Completion::new(ID, CallbackQueue::new(emitter));
        let (slots, lifeline) = (Slots::default(), Arc::<Lifeline>::default());
        let (kept, held) = (Some(completion.clone()), lifeline.clone());
        slots.take(FIRST, Holder { lifeline: held, completion: kept, away: true, told: false });
        slots.cancel(FetchId(8));
        assert!(completion.is_pending() && !lifeline.is_cancelled());
        slots.cancel_all(EndReason::Quit);
        assert!(!completion.is_pending() && lifeline.is_cancelled());
        assert_eq!(slots.busy(), 1, "it is let go of, not gone");
    }
}
