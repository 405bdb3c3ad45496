//! One fetch over blocking std sockets and blocking rustls, on the thread that asks for it. The same phases, events,
//! limits and failures as fetch.rs. Knows nothing of workers.

use super::fetch::Fetcher;
use super::lifeline::Lifeline;
use crate::failure::{Failure, FailureKind};
use crate::fetched::Fetched;
use crate::id::FetchId;
use crate::target::Target;
use crate::text::Untrusted;
use std::sync::Arc;

impl Fetcher {
    /// Fetches `target`, and keeps the calling thread until that is done. Whatever happens is in the result. The whole
    /// fetch is one step; the time it took is the caller's to measure.
    ///
    /// # Panics
    /// Where [`super::Options::panic`] asks for it.
    pub fn fetch_blocking(&self, id: FetchId, target: Target, url: Untrusted, lifeline: &Arc<Lifeline>) -> Fetched {
        lifeline.count_step();
        let now = self.emitter.now();
        let words = format!("{} can't be fetched by {} yet", target.host(), id.0);
        Fetched::failed(url, now, now, Failure::new(FailureKind::Internal, &words))
    }
}
