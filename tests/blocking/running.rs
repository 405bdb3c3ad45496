//! A blocking fetch on a thread of its own, whose events a test reads as they come.

use crate::drivers::{ID, options, target};
use crate::loopback::HANGING;
use crawltop::clock::Clock;
use crawltop::emit::{Emitter, Events, channel};
use crawltop::event::{Event, EventKind};
use crawltop::fetched::Fetched;
use crawltop::net::{Fetcher, Lifeline, Options};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};
use tokio::runtime::{Builder, Runtime};

/// All that a fetch needs, before it begins.
pub struct Ready {
    pub fetcher: Fetcher,
    pub emitter: Emitter,
    pub lifeline: Arc<Lifeline>,
    events: Events,
}

impl Ready {
    pub fn new(options: Options) -> Ready {
        let (emitter, events) = channel(Clock::start(), true);
        let fetcher = Fetcher::new(options, emitter.clone());
        Ready { fetcher, emitter, lifeline: Arc::default(), events }
    }

    pub fn start(self, url: &str) -> Running {
        let ((target, url), lifeline) = (target(url), Arc::clone(&self.lifeline));
        let (ends, ended) = sync_channel(1);
        std::thread::spawn(move || {
            // Nobody receives it only where the test has failed already.
            let _ = ends.send(self.fetcher.fetch_blocking(ID, target, url, &lifeline));
        });
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        Running { lifeline: self.lifeline, ended, events: self.events, seen: Vec::new(), runtime }
    }
}

/// A fetch that goes on.
pub struct Running {
    /// Kept to the end, so that what it still holds can be seen.
    pub lifeline: Arc<Lifeline>,
    ended: Receiver<Fetched>,
    events: Events,
    seen: Vec<Event>,
    runtime: Runtime,
}

impl Running {
    pub fn start(url: &str) -> Running {
        Ready::new(options()).start(url)
    }

    /// Waits for the event that is meant, but passes none over.
    pub fn until(&mut self, is_meant: impl Fn(&EventKind) -> bool) {
        while !self.seen.iter().any(|event| is_meant(&event.kind)) {
            let mut batch = Vec::new();
            let taken = async { tokio::time::timeout(HANGING, self.events.take(&mut batch)).await };
            assert!(self.runtime.block_on(taken).is_ok(), "no event came any more after {:?}", self.seen);
            self.seen.append(&mut batch);
        }
    }

    pub fn finish(self) -> (Fetched, Vec<Event>, Arc<Lifeline>) {
        let Running { lifeline, ended, mut events, mut seen, .. } = self;
        let fetched = ended.recv_timeout(HANGING).expect("the fetch ends");
        let mut rest = Vec::new();
        events.take_now(&mut rest);
        seen.append(&mut rest);
        (fetched, seen, lifeline)
    }
}
