//! What holds the starting of fetches back, and the telling of it. Starts nothing itself.

use crate::emit::Emitter;
use crate::event::{EventKind, Hold, Order};
use crate::id::FetchId;
use crate::net::Fetcher;
use std::sync::Arc;

/// Results that may wait for their turn before nothing new is started.
const TURNS_WAITING: u64 = 10_000;
/// Attempts that may wait until they are made again before no new target is started.
const RETRIES_WAITING: usize = 10_000;

pub(super) struct Brake {
    held: Option<Hold>,
    order: Order,
    fetcher: Arc<Fetcher>,
    emitter: Emitter,
}

impl Brake {
    pub fn new(order: Order, fetcher: Arc<Fetcher>, emitter: Emitter) -> Brake {
        Brake { held: None, order, fetcher, emitter }
    }

    /// What it was told to hold by.
    pub fn held(&self) -> Option<Hold> {
        self.held
    }

    /// Tells what holds starts back now, where that is another.
    pub fn hold(&mut self, by: Option<Hold>) {
        if by != self.held {
            self.held = by;
            self.emitter.emit(EventKind::Held { by });
        }
    }

    /// Whether it has to be looked again and again whether it still holds: nobody tells when it ends.
    pub fn is_polled(&self) -> bool {
        matches!(self.held, Some(Hold::Output | Hold::Recording | Hold::Order | Hold::Descriptors | Hold::Ports))
    }

    /// What holds back every start: whoever reads the results, or the machine.
    pub fn pressure(&self) -> Option<Hold> {
        self.emitter.pressure().or_else(|| self.fetcher.lacks())
    }

    /// The run has ended: nobody is to keep a connection open for it.
    pub fn rest(&self) {
        self.fetcher.close_idle();
    }

    /// What holds back new targets, but not what waits to be made again: `oldest` is the first whose result was not
    /// told, `next` the next to be started.
    pub fn backlog(&self, oldest: Option<FetchId>, next: FetchId, retries: usize) -> Option<Hold> {
        if retries >= RETRIES_WAITING {
            return Some(Hold::Retries);
        }
        let oldest = oldest.unwrap_or(next);
        (self.order == Order::Given && next.0 - oldest.0 > TURNS_WAITING).then_some(Hold::Order)
    }
}
