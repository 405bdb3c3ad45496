//! Lists of targets from a file or standard input, read on a thread of their own as they are needed.

use crate::config::Usage;
use crate::engine::{Line, Reader};
use crate::target::list::{LineError, Lines, line};
use std::fs::File;
use std::io::{self, BufReader};
use std::os::fd::AsFd as _;
use std::path::Path;

const BUFFER_BYTES: usize = 64 << 10;

/// Opens the list and begins to read it.
///
/// # Errors
/// Where it can't be opened.
pub fn read(list: &Path, reader: Reader) -> Result<(), Usage> {
    if list == Path::new("-") {
        // Of our own, since the dashboard reads its keys by the name of standard input.
        let stdin = io::stdin().as_fd().try_clone_to_owned().map_err(|error| {
            Usage::new(format!("can't read standard input: {error}"), "name a file, or give it something to read")
        })?;
        return spawn(File::from(stdin), reader);
    }
    let shown = list.display();
    let file = File::open(list)
        .and_then(|file| if file.metadata()?.is_dir() { Err(io::ErrorKind::IsADirectory.into()) } else { Ok(file) })
        .map_err(|error| {
            Usage::new(format!("can't read {shown}: {error}"), "name a file with a URL a line, or - for standard input")
        })?;
    spawn(file, reader)
}

fn spawn(file: File, reader: Reader) -> Result<(), Usage> {
    let lines = Lines::new(BufReader::with_capacity(BUFFER_BYTES, file));
    let hand = move || hand_over(lines, reader);
    let started = std::thread::Builder::new().name("input".to_owned()).spawn(hand);
    started.map(drop).map_err(|error| Usage::new(format!("no thread for the input: {error}"), "look at ulimit -u"))
}

/// A line that comes alone is handed over alone: whoever writes the list may take his time.
fn hand_over(mut lines: Lines<BufReader<File>>, mut reader: Reader) {
    while let Some((number, text)) = lines.next() {
        let more = lines.has_more();
        let wanted = match found(number, text) {
            Some(found) => reader.hand(found, more),
            None => more || reader.flush(),
        };
        if !wanted {
            return;
        }
    }
}

/// What a line is; nothing, where it is blank or a comment.
fn found(number: u64, text: Result<String, LineError>) -> Option<Line> {
    match text {
        Ok(text) => Some(match line(&text)? {
            Ok(target) => Line::Target(target),
            Err(error) => Line::Refused { line: number, error: error.to_string() },
        }),
        Err(LineError::Io(error)) => Some(Line::Failed(error.to_string())),
        Err(error) => Some(Line::Refused { line: number, error: error.to_string() }),
    }
}
