//! All that is known of one fetch: its attempts, one after another. Knows nothing of other fetches.

use super::attempt::{Attempt, End, Leg};
use crate::clock::At;
use crate::event::Because;
use crate::fetched::Fetched;
use crate::place::Place;
use crate::state::requests::Request;
use crate::text::Untrusted;
use smallvec::SmallVec;
use std::sync::Arc;

/// Attempts that are kept: the first, and the last ones.
const ATTEMPTS: usize = 8;

/// One fetch. It has an attempt, and that a leg, from its beginning on.
#[derive(Clone, Debug, PartialEq)]
pub struct Detail {
    /// As asked for.
    pub url: Untrusted,
    pub place: Option<Arc<Place>>,
    pub attempts: SmallVec<[Attempt; 1]>,
    /// Attempts behind the first that are not kept any more.
    pub gone: u32,
    /// What it was the how manyth to be done; none, while it is not.
    pub(super) done: Option<u64>,
    /// Bytes of its heads, as they were weighed last.
    pub(super) heads: u32,
}

impl Detail {
    pub(super) fn new(url: Untrusted, place: Option<Arc<Place>>, at: At) -> Detail {
        let attempts = SmallVec::from_buf([Attempt::new(1, url.clone(), at)]);
        Detail { url, place, attempts, gone: 0, done: None, heads: 0 }
    }

    /// What is known of a request that was not followed from its beginning on.
    pub fn of_request(request: &Request) -> Detail {
        let mut detail = Detail::new(request.url.clone(), None, request.started);
        let attempt = detail.last_mut();
        (attempt.number, attempt.worker) = (request.attempt, request.worker);
        let leg = attempt.leg_mut();
        (leg.marks, leg.address, leg.status) = (request.marks.clone(), request.address, request.status);
        leg.gave_up = true;
        detail
    }

    /// What a result tells of a fetch of which nothing else is known any more.
    pub fn of_result(fetched: &Fetched) -> Detail {
        let mut detail = Detail::new(Untrusted::default(), None, fetched.started);
        detail.finish(&Arc::new(fetched.clone()), 0);
        detail
    }

    pub fn is_done(&self) -> bool {
        self.done.is_some()
    }

    /// The attempt that is made, or was made last.
    pub fn last(&self) -> &Attempt {
        &self.attempts[self.attempts.len() - 1]
    }

    /// The result, once it is told.
    pub fn fetched(&self) -> Option<&Fetched> {
        self.last().fetched.as_deref().filter(|_| self.is_done())
    }

    pub fn started(&self) -> At {
        self.attempts[0].started
    }

    pub(super) fn last_mut(&mut self) -> &mut Attempt {
        let last = self.attempts.len() - 1;
        &mut self.attempts[last]
    }

    /// What is under way of the last attempt.
    pub(super) fn leg_mut(&mut self) -> &mut Leg {
        self.last_mut().leg_mut()
    }

    /// A task was created for it: the first one, or where it was done already, one more.
    pub(super) fn start(&mut self, url: &Untrusted, place: Option<&Arc<Place>>, at: At) {
        (self.url, self.place) = (url.clone(), place.cloned());
        if self.is_done() {
            return self.retry(self.last().number + 1, at);
        }
        *self.last_mut() = Attempt::new(1, url.clone(), at);
    }

    pub(super) fn retry(&mut self, number: u32, at: At) {
        self.done = None;
        if self.attempts.len() == ATTEMPTS {
            self.attempts.remove(1);
            self.gone += 1;
        }
        self.attempts.push(Attempt::new(number, self.url.clone(), at));
    }

    /// Its result does not stand, by the wish of the user: another attempt is to be made.
    pub(super) fn reopen(&mut self, fetched: &Arc<Fetched>, at: At) {
        (self.url, self.done) = (fetched.url.clone(), None);
        let last = self.last_mut();
        last.number = fetched.attempt;
        last.put_back(fetched, at, Because::Asked);
    }

    /// Another URL is asked next.
    pub(super) fn lead(&mut self, url: &Untrusted, end: End, at: At) {
        self.last_mut().lead(url, end, at);
    }

    pub(super) fn finish(&mut self, fetched: &Arc<Fetched>, number: u64) {
        self.url = fetched.url.clone();
        self.done = Some(number);
        if let Some(place) = &fetched.place {
            self.place = Some(place.clone());
        }
        self.last_mut().settle(fetched);
    }

    /// Counts the bytes of its heads, and gives up the oldest until they are no more than that.
    pub(super) fn weigh(&mut self, most: u32) {
        let weigh = |leg: &Leg| u32::try_from(leg.request.len() + leg.response.len()).unwrap_or(u32::MAX);
        self.heads = self.legs().map(weigh).fold(0, u32::saturating_add);
        for leg in self.attempts.iter_mut().flat_map(|attempt| &mut attempt.legs) {
            if self.heads <= most {
                return;
            }
            self.heads -= weigh(leg);
            leg.give_up_heads();
        }
    }

    /// Of all attempts that are kept.
    pub fn legs(&self) -> impl Iterator<Item = &Leg> {
        self.attempts.iter().flat_map(|attempt| &attempt.legs)
    }
}
