//! Whether the result that the run waits for was told. Tells nobody.

use crate::control::EndReason;
use crate::engine::terms::Until;
use crate::fetched::Fetched;
use std::sync::atomic::{AtomicU8, Ordering::SeqCst};

/// Whether the result that the run waits for was told.
#[derive(Default)]
pub(super) struct Met(AtomicU8);

impl Met {
    pub fn look(&self, until: Until, fetched: &Fetched) {
        match until.met(fetched) {
            Some(EndReason::First) => self.0.store(1, SeqCst),
            Some(_) => self.0.store(2, SeqCst),
            None => {}
        }
    }

    pub fn reason(&self) -> Option<EndReason> {
        [None, Some(EndReason::First), Some(EndReason::FirstError)][usize::from(self.0.load(SeqCst).min(2))]
    }
}
