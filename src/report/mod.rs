//! The run told in bytes: a line a result, a summary at the end. Opens no file and knows no terminal.

mod gather;
mod journal;
mod jsonl;
mod lines;
mod summary;

pub use gather::{Gather, Told};
pub use journal::Journal;
pub use jsonl::Jsonl;
pub use lines::{Lines, Verbosity};
pub use summary::{bad_input, failed, progress, summary};

use crate::event::Event;
use crate::text::Charset;

/// One way to tell results as they come.
pub trait Report: Send {
    /// What one event adds to the output, often nothing.
    fn apply(&mut self, event: &Event, out: &mut Vec<u8>);
}

/// The mark of an outcome, in a terminal's charset.
pub fn symbol(fetched: &crate::fetched::Fetched, charset: Charset) -> &'static str {
    use crate::failure::FailureKind::*;
    use crate::fetched::Outcome;
    let (fine, plain) = match (fetched.outcome(), fetched.kind()) {
        (Outcome::Ok, _) => ("✓", "+"),
        (Outcome::Redirect, _) => ("→", ">"),
        (Outcome::HttpError, _) => ("!", "!"),
        (_, Some(Timeout | ConnectTimeout)) => ("⏱", "t"),
        (_, Some(Robots | NotAllowed | Cancelled)) => ("⊘", "o"),
        _ => ("✗", "x"),
    };
    if charset == Charset::Ascii { plain } else { fine }
}
