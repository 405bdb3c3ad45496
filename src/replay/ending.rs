//! When a recording ends, told by its last lines before the others are read: so whoever shows how far it is knows of how
//! much. Knows nothing of what happened until then.

use crate::clock::At;
use crate::journal::{Reader, write_header};
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;

/// Bytes at the end that are looked at. The last lines are short: most tell the end of the run.
const LOOKED_AT: u64 = 64 << 10;

/// The moment of the last event, where that can be told: a file may hold anything, and may go on growing.
pub fn of(file: &File) -> Option<At> {
    let tail = tail(file).ok()?;
    let lines = &tail[memchr::memchr(b'\n', &tail)? + 1..];
    let (mut reader, mut events, mut header) = (Reader::default(), Vec::new(), Vec::new());
    write_header(&mut header);
    reader.receive(&header, &mut events).ok()?;
    reader.receive(lines, &mut events).ok()?;
    events.iter().map(|event| event.at).max()
}

fn tail(file: &File) -> io::Result<Vec<u8>> {
    let size = file.metadata()?.len();
    let begin = size.saturating_sub(LOOKED_AT);
    let mut tail = vec![0; (size - begin) as usize];
    file.read_exact_at(&mut tail, begin)?;
    Ok(tail)
}
