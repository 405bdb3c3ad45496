//! What makes fetches run: completions, callbacks, tasks, and the loop that starts the next one when a slot is free.
//! Knows nothing of the screen.

mod callbacks;
mod completion;
mod event_loop;
mod feed;
mod job;
mod relay;
mod sequential;
mod slots;
mod task;
mod tasks;
mod threads;

pub use callbacks::CallbackQueue;
pub use completion::{Completion, InvalidState, Producer, Settled};
pub use event_loop::{EventLoop, Terms, Until};
pub use feed::{Feed, Line, Reader, Word};
pub use job::is_stepping;
pub use threads::default_workers;
