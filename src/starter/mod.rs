//! Starts the runs of a race one after another, each as a process of its own, applies what they tell, and tells it on.
//! Knows no screen.

mod child;
mod trouble;

pub use child::{Child, Command, Exit, Told};

use crate::clock::{At, Clock};
use crate::control::{Control, EndReason};
use crate::outbox::{Fault, Outbox};
use crate::race::{End, Race, Standing, Telling};
use std::time::Duration;
use tokio::sync::mpsc::UnboundedReceiver;

/// How long a run may go on once no further one is started.
const DRAIN: Duration = Duration::from_millis(1_800);

/// A way to tell the race, and where it goes.
pub struct Output {
    pub telling: Box<dyn Telling>,
    pub outbox: Outbox,
}

pub struct Starter {
    pub race: Race,
    /// How to start a run of each contestant.
    commands: Vec<Command>,
    child: Option<Child>,
    clock: Clock,
    wishes: UnboundedReceiver<Control>,
    outputs: Vec<Output>,
    /// Why no further run is started.
    closing: Option<EndReason>,
}

impl Starter {
    /// `commands`: one a contestant, in their order.
    pub fn new(
        race: Race,
        commands: Vec<Command>,
        clock: Clock,
        wishes: UnboundedReceiver<Control>,
        outputs: Vec<Output>,
    ) -> Starter {
        Starter { race, commands, child: None, clock, wishes, outputs, closing: None }
    }

    /// Waits for the next thing to happen, and does what it asks for. Nothing is lost where it is not waited for to
    /// its end. Once the race is over, nothing happens any more.
    pub async fn turn(&mut self) {
        if self.child.is_none() && !self.is_over() {
            self.start();
            if self.is_over() {
                return self.tell();
            }
        }
        let until = self.race.draining.filter(|_| self.child.is_some());
        let left = until.map(|until| until - self.clock.now());
        tokio::select! {
            biased;
            Some(control) = self.wishes.recv() => self.obey(control),
            told = next(&mut self.child) => self.take(told),
            () = tokio::time::sleep(left.unwrap_or_default()), if left.is_some() => self.stop(),
        }
        self.tell();
    }

    pub fn is_over(&self) -> bool {
        self.race.ended.is_some()
    }

    /// This program is to stand still for a while. A run would go on, or tell a false time: it is begun anew after it.
    pub fn suspend(&mut self) {
        if self.child.take().is_some() {
            self.race.take_back();
        }
    }

    /// It goes on, perhaps unawares.
    pub fn resume(&mut self) {
        self.suspend();
    }

    /// The first output that can't be written any more.
    pub fn fault(&self) -> Option<(&str, Fault)> {
        self.outputs.iter().find_map(|output| Some((output.outbox.name(), output.outbox.fault()?)))
    }

    /// Ends whatever still runs, waits until all outputs are written, and tells the first that was not.
    pub fn close(&mut self) -> Option<(String, Fault)> {
        self.stop();
        self.tell();
        // Files first: standard output may have a reader that takes nothing.
        let outputs = self.outputs.iter_mut().rev();
        let faults = outputs.map(|output| (output.outbox.name().to_owned(), output.outbox.close(Vec::new())));
        let faults: Vec<_> = faults.collect();
        faults.into_iter().rev().find_map(|(name, fault)| Some((name, fault?)))
    }

    fn start(&mut self) {
        let now = self.clock.now();
        if let Some(reason) = self.closing {
            return self.race.end(now, End::Stopped(reason));
        }
        let Some(contestant) = self.race.start(now) else { return self.race.end(now, End::Finished) };
        match Child::start(&self.commands[contestant]) {
            Ok(child) => self.child = Some(child),
            Err(error) => self.race.end(now, End::Failed(trouble::no_start(&error))),
        }
    }

    fn obey(&mut self, control: Control) {
        match control {
            Control::Drain(reason) if self.closing.is_none() => {
                self.closing = Some(reason);
                self.race.draining = Some(self.clock.now() + DRAIN);
            }
            Control::Drain(reason) | Control::Quit(reason) => {
                self.closing.get_or_insert(reason);
                self.stop();
            }
            Control::PerHost(_) | Control::Pause | Control::Resume | Control::Concurrency(_) | Control::Cancel(_) => {}
            Control::Rate(_) | Control::Retry(_) | Control::RetryFailed => {}
        }
    }

    /// Lets go of the run at once: it holds nothing but sockets, and counts for nothing.
    fn stop(&mut self) {
        self.child = None;
        self.race.draining = None;
        self.race.end(self.clock.now(), End::Stopped(self.closing.unwrap_or(EndReason::Quit)));
    }

    fn take(&mut self, told: Told) {
        let now = self.clock.now();
        match told {
            Told::Events(events) => self.race.apply(&events, now),
            Told::Exit(exit) => self.leave(exit, now),
        }
    }

    fn leave(&mut self, exit: Exit, now: At) {
        self.child = None;
        match trouble::standing(&self.race, &exit) {
            Ok(standing) => self.race.settle(standing),
            Err(trouble) => {
                self.race.settle(Standing::Failed);
                self.race.end(now, End::Failed(trouble));
            }
        }
    }

    fn tell(&mut self) {
        for output in &mut self.outputs {
            let mut bytes = Vec::new();
            output.telling.apply(&self.race, &mut bytes);
            if !bytes.is_empty() {
                output.outbox.send(bytes);
            }
        }
    }
}

/// What the run tells next; never, where none runs.
async fn next(child: &mut Option<Child>) -> Told {
    match child {
        Some(child) => child.next().await,
        None => std::future::pending().await,
    }
}
