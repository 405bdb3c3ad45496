//! The content that a fetch leaves to whoever tells its result. Knows no fetch, and not what the content is.

use super::lock;
use crate::content::{Coming, Content};
use crate::emit::Waiting;
use std::sync::Mutex;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::{Acquire, Release};

/// It is no part of a result, for results are kept.
#[derive(Default)]
pub struct Left {
    what: Mutex<What>,
    /// There is some.
    any: AtomicBool,
}

/// What there is of the content.
#[derive(Default)]
pub enum What {
    #[default]
    Nothing,
    /// Of a fetch that is told while its worker is still at it.
    Coming(Coming),
    All(Content),
}

impl Left {
    pub fn put(&self, what: What) {
        *lock(&self.what) = what;
        self.any.store(true, Release);
    }

    /// What was left, or what has come of it, once.
    pub fn take(&self, waiting: impl FnOnce() -> Waiting) -> Option<Content> {
        if !self.any.load(Acquire) {
            return None;
        }
        match std::mem::take(&mut *lock(&self.what)) {
            What::Nothing => None,
            What::Coming(coming) => coming.finish(waiting()),
            What::All(content) => Some(content),
        }
    }
}
