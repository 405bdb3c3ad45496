//! What makes fetches run: completions, callbacks, tasks, and the loop that starts the next one when a slot is free.
//! Knows nothing of the screen.

mod away;
mod brake;
mod callbacks;
mod completion;
mod controls;
mod counting;
mod crawler;
mod ending;
mod event_loop;
mod feed;
mod job;
mod newcomers;
mod parked;
mod parts;
mod past;
mod relay;
mod retries;
mod retry;
mod runner;
mod sample;
mod sequential;
mod slots;
mod task;
mod tasks;
mod telling;
mod terms;
mod threads;

pub use crate::retry_after::LONGEST as LONGEST_RETRY_DELAY;
pub use callbacks::CallbackQueue;
pub use completion::{Completion, InvalidState, Producer, Settled};
pub use crawler::CrawlTerms;
pub use event_loop::EventLoop;
pub use feed::{Feed, Line, Reader, Word};
pub use job::is_stepping;
pub use retry::Retry;
pub use terms::{Terms, Until};
pub use threads::default_workers;
