//! One attempt of a fetch, and its legs: a connection, a request and an answer each. Knows nothing of other attempts.

use crate::callback::Callback;
use crate::clock::At;
use crate::event::Because;
use crate::failure::Failure;
use crate::fetched::{Fetched, TlsFacts};
use crate::head::Headers;
use crate::phase::Marks;
use crate::reuse::CloseReason;
use crate::text::Untrusted;
use smallvec::SmallVec;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

/// Legs that are kept: the first ones, and as many of the last.
const LEGS: usize = 32;
/// Addresses of a host that are dialled.
const ADDRESSES: usize = 16;
/// Callbacks that a result schedules at most.
const CALLBACKS: usize = Callback::ALL.len();

#[derive(Clone, Debug, PartialEq)]
pub struct Attempt {
    /// Counted from 1.
    pub number: u32,
    pub started: At,
    /// The worker that ran it, where a pool does.
    pub worker: Option<u16>,
    pub legs: SmallVec<[Leg; 1]>,
    /// Legs in the middle that are not kept.
    pub gone: u32,
    /// Steps that took longer than a millisecond, and the longest of them.
    pub stalls: u32,
    pub longest_stall_us: u64,
    /// When its result was set.
    pub set: Option<At>,
    /// In the order of firing.
    pub fired: SmallVec<[Fired; CALLBACKS]>,
    /// What it came to.
    pub fetched: Option<Arc<Fetched>>,
    /// Until when another attempt waits, where there is one, and why.
    pub retry: Option<(At, Because)>,
}

/// A callback that has fired.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fired {
    pub callback: Callback,
    pub at: At,
    pub lag_us: u32,
    pub ran_us: u32,
    pub panicked: bool,
}

/// One URL asked for, in the course of an attempt.
#[derive(Clone, Debug, PartialEq)]
pub struct Leg {
    pub url: Untrusted,
    pub began: At,
    /// Its phases.
    pub marks: Marks,
    /// Why the next leg was begun; none, where this one is the last.
    pub end: Option<End>,
    /// The addresses were given by `--resolve`.
    pub given: bool,
    /// In the order of dialling.
    pub dialled: SmallVec<[SocketAddr; 1]>,
    pub address: Option<SocketAddr>,
    /// Requests that the connection had carried before, where it was a kept one.
    pub carried: Option<u32>,
    /// Why a kept connection that there had been for it was not used.
    pub missed: Option<CloseReason>,
    /// The kept connection had lost it: the request went out once more, on a fresh one.
    pub resent: bool,
    pub proxy: Option<Untrusted>,
    pub tls: Option<Arc<TlsFacts>>,
    pub request: Headers,
    pub status: Option<u16>,
    pub response: Headers,
    /// There were heads, and there was no room for them.
    pub gave_up: bool,
}

/// Why an attempt went on to another URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    Redirect(u16),
    /// https gave no connection.
    FellBack(Box<Failure>),
}

impl Attempt {
    pub(super) fn new(number: u32, url: Untrusted, started: At) -> Attempt {
        Attempt {
            number,
            started,
            worker: None,
            legs: SmallVec::from_buf([Leg::new(url, started)]),
            gone: 0,
            stalls: 0,
            longest_stall_us: 0,
            set: None,
            fired: SmallVec::new(),
            fetched: None,
            retry: None,
        }
    }

    /// When it ended; `now`, while it goes on.
    pub fn ended(&self, now: At) -> At {
        self.fetched.as_ref().map(|fetched| fetched.ended).or(self.set).unwrap_or(now)
    }

    /// Each leg, and when it ended.
    pub fn spans(&self, now: At) -> impl Iterator<Item = (&Leg, At)> {
        let ends = self.legs.iter().skip(1).map(|next| next.began).chain([self.ended(now)]);
        self.legs.iter().zip(ends)
    }

    pub fn leg(&self) -> &Leg {
        &self.legs[self.legs.len() - 1]
    }

    pub(super) fn leg_mut(&mut self) -> &mut Leg {
        let last = self.legs.len() - 1;
        &mut self.legs[last]
    }

    pub(super) fn lead(&mut self, url: &Untrusted, end: End, at: At) {
        self.leg_mut().end = Some(end);
        if self.legs.len() == LEGS {
            self.legs.remove(LEGS / 2);
            self.gone += 1;
        }
        self.legs.push(Leg::new(url.clone(), at));
    }

    pub(super) fn stall(&mut self, busy_us: u64) {
        self.stalls += 1;
        self.longest_stall_us = self.longest_stall_us.max(busy_us);
    }

    pub(super) fn fire(&mut self, fired: Fired) {
        if self.fired.len() < CALLBACKS {
            self.fired.push(fired);
        }
    }

    pub(super) fn put_back(&mut self, fetched: &Arc<Fetched>, until: At, because: Because) {
        self.settle(fetched);
        self.retry = Some((until, because));
    }

    /// The result is there. What was not told one by one is taken from it.
    pub(super) fn settle(&mut self, fetched: &Arc<Fetched>) {
        self.fetched = Some(fetched.clone());
        if self.legs.iter().all(Leg::is_blank) {
            self.legs = legs(fetched);
            self.started = fetched.started;
        }
        let leg = self.leg_mut();
        leg.status = leg.status.or(fetched.status);
        leg.missed = leg.missed.or(fetched.not_reused);
        leg.tls = leg.tls.take().or_else(|| fetched.tls.clone());
        leg.proxy = leg.proxy.take().or_else(|| fetched.proxy.clone());
    }
}

/// The legs of a result: its redirects tell when each one ended. In a crawl each is a fetch of its own.
fn legs(fetched: &Fetched) -> SmallVec<[Leg; 1]> {
    let apart = fetched.place.as_ref().is_some_and(|place| place.role.is_result());
    let hops = if apart { &[][..] } else { &fetched.redirects };
    let (mut legs, mut began) = (SmallVec::<[Leg; 1]>::new(), fetched.started);
    for hop in hops.iter().take(LEGS - 1) {
        let mut leg = Leg::new(hop.url.clone(), began);
        (leg.status, leg.end) = (Some(hop.status), Some(End::Redirect(hop.status)));
        legs.push(leg);
        began = began + Duration::from_micros(hop.us);
    }
    let last = fetched.final_url.as_ref().filter(|_| !hops.is_empty()).unwrap_or(&fetched.url);
    legs.push(Leg::new(last.clone(), began));
    for (phase, from, _) in fetched.marks.spans(fetched.ended) {
        let place = legs.iter().rposition(|leg| leg.began <= from).unwrap_or(0);
        legs[place].marks.enter(phase, from);
    }
    legs
}

impl Leg {
    fn new(url: Untrusted, began: At) -> Leg {
        Leg {
            url,
            began,
            marks: Marks::new(),
            end: None,
            given: false,
            dialled: SmallVec::new(),
            address: None,
            carried: None,
            missed: None,
            resent: false,
            proxy: None,
            tls: None,
            request: Headers::default(),
            status: None,
            response: Headers::default(),
            gave_up: false,
        }
    }

    /// Whether nothing has been told of it.
    fn is_blank(&self) -> bool {
        self.marks.current().is_none() && self.request.is_empty() && self.response.is_empty() && !self.gave_up
    }

    pub(super) fn dial(&mut self, address: SocketAddr) {
        if self.dialled.len() < ADDRESSES && !self.dialled.contains(&address) {
            self.dialled.push(address);
        }
    }

    pub(super) fn connect(&mut self, address: SocketAddr) {
        (self.address, self.carried) = (Some(address), None);
    }

    pub(super) fn reuse(&mut self, carried: u32, address: Option<SocketAddr>, tls: Option<Arc<TlsFacts>>) {
        (self.carried, self.address, self.tls) = (Some(carried), address, tls);
    }

    pub(super) fn resend(&mut self) {
        (self.resent, self.carried, self.address, self.tls) = (true, None, None, None);
    }

    pub(super) fn go_by(&mut self, proxy: &Untrusted) {
        self.proxy = Some(proxy.clone());
    }

    pub(super) fn receive(&mut self, status: u16, head: &Headers) {
        (self.status, self.response) = (Some(status), head.clone());
    }

    pub(super) fn give_up_heads(&mut self) {
        self.gave_up |= !self.request.is_empty() || !self.response.is_empty();
        (self.request, self.response) = (Headers::default(), Headers::default());
    }
}

impl Fired {
    pub(super) fn new(callback: Callback, at: At, lag_us: u32, ran_us: u32) -> Fired {
        Fired { callback, at, lag_us, ran_us, panicked: false }
    }

    pub(super) fn panicked(callback: Callback, at: At) -> Fired {
        Fired { panicked: true, ..Fired::new(callback, at, 0, 0) }
    }
}
