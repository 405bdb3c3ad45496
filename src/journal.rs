//! A journal, written and read: events as JSON lines. Knows no file and no pipe.
//!
//! The first line names the format and its version, each further one is an event. What is written is what serde would
//! understand; the usual events go without it (`usual.rs`). A journal is trusted no more than a server: what is no journal, no JSON or no event is an error that names
//! its line, and a line may be as long as [`LONGEST`].

mod secrets;
mod spelling;
#[cfg(test)]
mod tests;
mod usual;

use crate::event::{Event, EventKind};
use crate::text::json_line;
use serde::{Deserialize, Serialize};
use serde_json::error::Category;
use std::borrow::Cow;

/// The version of the format that is read and written.
pub const VERSION: u32 = 1;
/// Bytes of a line at most. The longest event is that of a page with ten thousand links, whose texts of 4 MiB may be
/// escapes of six bytes each.
pub const LONGEST: usize = 32 << 20;

const TYPE: &str = "journal";

/// The first line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    r#type: Cow<'static, str>,
    pub version: u32,
    /// That of the program that wrote it.
    pub program: Cow<'static, str>,
}

impl Default for Header {
    fn default() -> Header {
        let program = concat!("crawltop ", env!("CARGO_PKG_VERSION"));
        Header { r#type: TYPE.into(), version: VERSION, program: program.into() }
    }
}

/// Appends the line that a journal begins with.
pub fn write_header(out: &mut Vec<u8>) {
    json_line(&Header::default(), out);
}

/// Appends an event as a line; `false` where it would be longer than any reader takes, as only a large content is, and
/// is left out. So is one that is set aside, which nobody has room for. What a URL says that lets someone in is struck
/// out (`secrets.rs`).
pub fn write(event: &Event, out: &mut Vec<u8>) -> bool {
    if let EventKind::ContentKept { content, .. } = &event.kind
        && content.in_memory().is_none()
    {
        return false;
    }
    let before = out.len();
    if !usual::write(event, out) {
        json_line(event, out);
    }
    secrets::strike(out, before);
    let fits = out.len() - before <= LONGEST;
    if !fits {
        out.truncate(before);
    }
    fits
}

/// What is wrong with a journal, and in which line, counted from 1.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JournalError {
    #[error("the journal is empty")]
    Empty,
    #[error("line 1: not the beginning of a journal")]
    NoJournal,
    #[error("line 1: a journal of version {0}, and this program reads version {VERSION}")]
    Version(u32),
    #[error("line {line}: over {} KiB", LONGEST >> 10)]
    TooLong { line: u64 },
    #[error("line {line}: not JSON, at column {column}")]
    NoJson { line: u64, column: usize },
    #[error("line {line}: no event that this program knows")]
    NoEvent { line: u64 },
}

/// How a journal without an error ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    Whole,
    /// In the middle of this line, which counts for nothing.
    Torn {
        line: u64,
    },
}

/// Reads a journal in pieces of any size.
#[derive(Debug, Default)]
pub struct Reader {
    /// A line whose end has not come yet.
    begun: Vec<u8>,
    /// Whole lines so far.
    lines: u64,
    header: Option<Header>,
}

impl Reader {
    /// What the first line said, once it has come.
    pub fn header(&self) -> Option<&Header> {
        self.header.as_ref()
    }

    /// Appends the events of the lines that `bytes` make whole. After an error nothing more can be read.
    ///
    /// # Errors
    /// The first line that is not what it should be; the events before it have been appended.
    pub fn receive(&mut self, bytes: &[u8], events: &mut Vec<Event>) -> Result<(), JournalError> {
        let mut rest = bytes;
        while let Some(end) = memchr::memchr(b'\n', rest) {
            let (piece, after) = (&rest[..end], &rest[end + 1..]);
            rest = after;
            self.fits(piece.len())?;
            if self.begun.is_empty() {
                self.line(piece, events)?;
            } else {
                self.begun.extend_from_slice(piece);
                let line = std::mem::take(&mut self.begun);
                self.line(&line, events)?;
            }
        }
        self.fits(rest.len())?;
        self.begun.extend_from_slice(rest);
        Ok(())
    }

    /// Nothing more comes.
    ///
    /// # Errors
    /// Where not even the first line is there.
    pub fn finish(self) -> Result<Ended, JournalError> {
        match (self.lines, self.begun.is_empty()) {
            (0, true) => Err(JournalError::Empty),
            (0, false) => Err(JournalError::NoJournal),
            (_, true) => Ok(Ended::Whole),
            (lines, false) => Ok(Ended::Torn { line: lines + 1 }),
        }
    }

    fn fits(&self, more: usize) -> Result<(), JournalError> {
        let fits = self.begun.len().saturating_add(more) <= LONGEST;
        if fits { Ok(()) } else { Err(JournalError::TooLong { line: self.lines + 1 }) }
    }

    fn line(&mut self, line: &[u8], events: &mut Vec<Event>) -> Result<(), JournalError> {
        self.lines += 1;
        if self.header.is_none() {
            self.header = Some(header(line)?);
        } else {
            events.push(event(line, self.lines)?);
        }
        Ok(())
    }
}

fn header(line: &[u8]) -> Result<Header, JournalError> {
    let header: Header = serde_json::from_slice(line).map_err(|_| JournalError::NoJournal)?;
    match (&*header.r#type, header.version) {
        (TYPE, VERSION) => Ok(header),
        (TYPE, other) => Err(JournalError::Version(other)),
        _ => Err(JournalError::NoJournal),
    }
}

fn event(text: &[u8], line: u64) -> Result<Event, JournalError> {
    if let Some(event) = usual::read(text) {
        return Ok(event);
    }
    serde_json::from_slice(text).map_err(|error| match error.classify() {
        Category::Data => JournalError::NoEvent { line },
        _ => JournalError::NoJson { line, column: error.column() },
    })
}
