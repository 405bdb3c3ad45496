//! What becomes of each event, in every mode: it changes the state, and goes into every report. Knows neither where
//! events come from nor whether anyone watches.

use crate::clock::At;
use crate::control::EndReason;
use crate::event::{Event, EventKind};
use crate::outbox::{Fault, Outbox};
use crate::recording::Recording;
use crate::report::Report;
use crate::state::State;
use std::time::Duration;

/// Bytes that are handed over before the batch is done.
const ENOUGH: usize = 64 << 10;

#[derive(Default)]
pub struct Hub {
    /// Apart from the rest, which is handed on by value: it is large.
    pub state: Box<State>,
    outputs: Vec<Output>,
    recording: Option<Recording>,
}

/// A report and where it goes.
pub struct Output {
    report: Box<dyn Report>,
    outbox: Outbox,
    bytes: Vec<u8>,
}

impl Output {
    pub fn new(report: Box<dyn Report>, outbox: Outbox) -> Output {
        Output { report, outbox, bytes: Vec::new() }
    }

    fn apply(&mut self, event: &Event) {
        self.report.apply(event, &mut self.bytes);
        if self.bytes.len() > ENOUGH {
            self.send();
        }
    }

    fn send(&mut self) {
        self.send_bodies();
        if !self.bytes.is_empty() {
            self.outbox.send(std::mem::take(&mut self.bytes));
        }
    }

    /// The contents that are to go out by themselves, each with what comes before it.
    fn send_bodies(&mut self) {
        let mut sent = 0;
        for (place, body) in self.report.take_bodies() {
            let rest = self.bytes.split_off(place - sent);
            self.outbox.send(std::mem::replace(&mut self.bytes, rest));
            self.outbox.send_pieces(Box::new(body));
            sent = place;
        }
    }

    /// Sends what the report has to say in the end, and waits until all is written.
    fn close(&mut self, state: &State) -> Option<Fault> {
        self.send_bodies();
        self.report.end(state, &mut self.bytes);
        self.outbox.close(std::mem::take(&mut self.bytes))
    }
}

impl Hub {
    pub fn new(outputs: Vec<Output>) -> Hub {
        Hub { state: Box::default(), outputs, recording: None }
    }

    /// As [`Hub::new`], of a run that nobody watches.
    pub fn unseen(outputs: Vec<Output>) -> Hub {
        Hub { state: Box::new(State::unseen()), outputs, recording: None }
    }

    /// Has every event recorded from here on.
    pub fn record(&mut self, recording: Recording) {
        self.recording = Some(recording);
    }

    /// Whether the run is recorded, and was not given up to be.
    pub fn is_recording(&self) -> bool {
        self.recording.is_some() && self.state.run.recording_ended.is_none()
    }

    /// KiB that its recording has on its disk, while there is one.
    pub fn recorded_kib(&self) -> Option<u32> {
        let recording = self.recording.as_ref().filter(|_| self.is_recording())?;
        Some(u32::try_from(recording.size() >> 10).unwrap_or(u32::MAX))
    }

    /// The one loop body that all modes share. The batch is empty afterwards.
    pub fn absorb(&mut self, batch: &mut Vec<Event>) {
        self.apply(batch);
        self.outputs.iter_mut().for_each(Output::send);
    }

    /// As [`Hub::absorb`], but where the run has ended, and what it told last goes out as the hub is closed.
    pub fn absorb_to_the_end(&mut self, batch: &mut Vec<Event>) {
        self.apply(batch);
        if self.state.run.ended.is_none() {
            self.outputs.iter_mut().for_each(Output::send);
        }
    }

    fn apply(&mut self, batch: &mut Vec<Event>) {
        // Each event is dropped in its turn: it may hold content, and a batch of contents is large.
        for event in batch.drain(..) {
            if let Some(recording) = &mut self.recording {
                recording.apply(&event);
            }
            self.tell(&event);
        }
        if let Some(end) = self.recording.as_mut().and_then(Recording::settle) {
            self.tell(&end);
        }
    }

    fn tell(&mut self, event: &Event) {
        self.state.apply(event);
        self.outputs.iter_mut().for_each(|output| output.apply(event));
    }

    /// The run was to end and has not said in time that it did: it counts as ended.
    pub fn end(&mut self, at: At, reason: EndReason) {
        let run = &self.state.run;
        if run.ended.is_none() {
            let unread = run.targets.saturating_sub(run.started);
            self.absorb_to_the_end(&mut vec![Event { at, kind: EventKind::RunEnded { reason, unread } }]);
        }
    }

    /// The first output that can't be written any more.
    pub fn fault(&self) -> Option<(&str, Fault)> {
        self.outputs.iter().find_map(|output| Some((output.outbox.name(), output.outbox.fault()?)))
    }

    /// Lets the reports tell what they have to say in the end, waits until all is written, and tells the first output
    /// that was not. `waits` is told where a recording takes its time.
    pub fn close(&mut self, waits: impl FnOnce(&str, Duration)) -> Option<(String, Fault)> {
        if let Some(end) = self.recording.as_mut().and_then(|recording| recording.close(waits)) {
            self.tell(&end);
        }
        let state = &self.state;
        // Files first: standard output may have a reader that takes nothing.
        let faults = self.outputs.iter_mut().rev().map(|output| (output.outbox.name().to_owned(), output.close(state)));
        let faults: Vec<_> = faults.collect();
        faults.into_iter().rev().find_map(|(name, fault)| Some((name, fault?)))
    }
}
