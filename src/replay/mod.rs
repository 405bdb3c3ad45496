//! A recorded run, read again: the events of a journal, from a file, packed or not, or from a pipe, onto a tape, on a
//! thread of its own. Knows nothing of what becomes of them.

mod again;
mod ending;
mod packed;
mod reading;
mod source;
#[cfg(test)]
mod tests;

use crate::tape::{EVENTS_KEPT, Tape};
use again::Again;
use reading::Reading;
use source::Source;
use std::io;
use std::path::Path;
use std::sync::Arc;

/// Begins to read the recording of that name, or from standard input where it is `-`. What is wrong with what it holds
/// is told by the tape.
///
/// # Errors
/// Where it can't be opened, or no thread can be started.
pub fn read(name: &Path) -> io::Result<Arc<Tape>> {
    read_keeping(EVENTS_KEPT as u64, name)
}

/// As [`read`], with no more than so many events in memory: the others are read again when they are wanted.
///
/// # Errors
/// Those of [`read`].
pub fn read_keeping(most: u64, name: &Path) -> io::Result<Arc<Tape>> {
    let source = Source::open(name)?;
    let again = Arc::new(Again::of(&source)?);
    let tape = Tape::keeping(most, again.clone());
    if let Some(end) = source.file.as_ref().and_then(ending::of) {
        tape.expect(end);
    }
    let reading = Reading::new(again, tape.clone());
    std::thread::Builder::new().name("recording".to_owned()).spawn(move || reading.read(source))?;
    Ok(tape)
}
