//! What becomes of each event, in every mode: it changes the state, and goes into every report. Knows neither where
//! events come from nor whether anyone watches.

use crate::event::Event;
use crate::outbox::{Fault, Outbox};
use crate::report::Report;
use crate::state::State;

#[derive(Default)]
pub struct Hub {
    pub state: State,
    outputs: Vec<Output>,
}

/// A report and where it goes.
pub struct Output {
    pub report: Box<dyn Report>,
    pub outbox: Outbox,
}

impl Hub {
    pub fn new(outputs: Vec<Output>) -> Hub {
        Hub { state: State::default(), outputs }
    }

    /// The one loop body that all modes share. The batch is empty afterwards.
    pub fn absorb(&mut self, batch: &mut Vec<Event>) {
        for event in batch.iter() {
            self.state.apply(event);
        }
        for output in &mut self.outputs {
            let mut bytes = Vec::new();
            for event in batch.iter() {
                output.report.apply(event, &mut bytes);
            }
            if !bytes.is_empty() {
                output.outbox.send(bytes);
            }
        }
        batch.clear();
    }

    /// The first output that can't be written any more.
    pub fn fault(&self) -> Option<(&str, Fault)> {
        self.outputs.iter().find_map(|output| Some((output.outbox.name(), output.outbox.fault()?)))
    }

    /// Waits until all outputs are written, and tells the first that was not.
    pub fn close(&mut self) -> Option<(String, Fault)> {
        let faults = self.outputs.iter_mut().map(|output| (output.outbox.name().to_owned(), output.outbox.close()));
        let faults: Vec<_> = faults.collect();
        faults.into_iter().find_map(|(name, fault)| Some((name, fault?)))
    }
}
