//! What the run's process has used, as it was sampled. Knows nothing of how.

use crate::usage::Usage;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Resources {
    /// The newest sample; nothing before the first.
    pub last: Usage,
    /// The most threads of any sample.
    pub most_threads: Option<u32>,
}

impl Resources {
    pub(super) fn sample(&mut self, usage: Usage) {
        self.last = usage;
        self.most_threads = self.most_threads.max(usage.threads);
    }
}
