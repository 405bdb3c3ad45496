//! What makes fetches run: completions, callbacks, tasks, and the loop that starts the next one when a slot is free.
//! Knows nothing of the screen.

mod callbacks;
mod completion;
mod feed;
mod slots;
mod task;
mod tasks;

pub use callbacks::CallbackQueue;
pub use completion::{Completion, InvalidState, Producer, Settled};
pub use feed::{Feed, Line, Reader, Word};
pub use task::is_stepping;
pub use tasks::{Tasks, Terms};
