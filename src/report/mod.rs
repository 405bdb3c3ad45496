//! The run told in bytes: a line a result, a summary at the end, and of a crawl what it has found. Opens no file and
//! knows no terminal.

mod body;
mod columns;
mod digest;
mod findings;
mod gather;
mod journal;
mod jsonl;
mod lines;
mod markdown;
mod sections;
mod summary;

pub use crate::event::Verbosity;
pub use body::Body;
pub use findings::findings;
pub use gather::{Earlier, Gather, Told};
pub use journal::Journal;
pub use jsonl::Jsonl;
pub use lines::Lines;
pub use markdown::Markdown;
pub use sections::Caps;
pub use summary::{bad_input, failed, no_target, progress, summary};

use crate::event::Event;
use crate::fetched::Fetched;
use crate::phase::Phase;
use crate::state::State;
use crate::text::Charset;
use std::time::Duration;

/// One way to tell results as they come.
pub trait Report: Send {
    /// What one event adds to the output, often nothing.
    fn apply(&mut self, event: &Event, out: &mut Vec<u8>);

    /// The contents that go out among what was added since this was asked last, each behind so many bytes of it: they
    /// are too large to be put in.
    fn take_bodies(&mut self) -> Vec<(usize, Body)> {
        Vec::new()
    }

    /// What comes behind all events, of the state that they have led to.
    fn end(&mut self, _state: &State, _out: &mut Vec<u8>) {}
}

/// The marks of outcomes, and what stands for each in ASCII.
pub const MARKS: [(&str, &str); 6] = [OK, REDIRECT, BROKEN, FAILED, TIMEOUT, LET_GO];

const OK: (&str, &str) = ("✓", "+");
const REDIRECT: (&str, &str) = ("→", ">");
const BROKEN: (&str, &str) = ("!", "!");
const FAILED: (&str, &str) = ("✗", "x");
const TIMEOUT: (&str, &str) = ("⏱", "t");
const LET_GO: (&str, &str) = ("⊘", "o");

/// The mark of an outcome, in a terminal's charset.
pub fn symbol(fetched: &Fetched, charset: Charset) -> &'static str {
    use crate::failure::FailureKind::*;
    use crate::fetched::Outcome;
    let (fine, plain) = match (fetched.outcome(), fetched.kind()) {
        (Outcome::Ok, _) => OK,
        (Outcome::Redirect, _) => REDIRECT,
        (Outcome::HttpError, _) => BROKEN,
        (_, Some(Timeout | ConnectTimeout)) => TIMEOUT,
        (_, Some(Robots | NotAllowed | Cancelled)) => LET_GO,
        // Its host asks for time.
        (_, Some(Unreachable)) if fetched.retry_after.is_some() && is_kept_out(fetched) => LET_GO,
        _ => FAILED,
    };
    if charset == Charset::Ascii { plain } else { fine }
}

/// Whether nobody was asked for it.
fn is_kept_out(fetched: &Fetched) -> bool {
    fetched.failure.as_ref().is_some_and(|failure| failure.phase == Some(Phase::Blocked))
}

/// The phase that took longest; to wait for a place is none of the server's.
fn slowest_phase(fetched: &Fetched) -> Option<(Phase, Duration)> {
    let phases = Phase::ALL.into_iter().filter(|&phase| phase != Phase::Blocked);
    phases.filter_map(|phase| Some((phase, fetched.spent(phase)?))).max_by_key(|&(_, spent)| spent)
}
