//! The reading of a recording from its first line to its last, block by block. Knows nothing of where the bytes come
//! from.

use super::again::Again;
use super::packed::Behind;
use super::source::Source;
use crate::event::{Event, EventKind};
use crate::journal::{self, LONGEST, Reader};
use crate::tape::{BLOCK, Ended, Tape};
use std::io::{self, ErrorKind, Read};
use std::sync::Arc;

/// Bytes that are read at once.
const PIECE: usize = 256 << 10;

pub struct Reading {
    again: Arc<Again>,
    tape: Arc<Tape>,
    reader: Reader,
    /// Whole lines so far, and where the next one begins.
    lines: u64,
    begin: u64,
    /// What has come of the lines behind them.
    block: Vec<u8>,
    events: Vec<Event>,
    /// The end of the run was among them.
    over: bool,
}

impl Reading {
    pub fn new(again: Arc<Again>, tape: Arc<Tape>) -> Reading {
        let (reader, block, events) = (Reader::default(), Vec::new(), Vec::new());
        Reading { again, tape, reader, lines: 0, begin: 0, block, events, over: false }
    }

    /// Reads all of it, and tells the tape how that ended.
    pub fn read(mut self, source: Source) {
        let tape = self.tape.clone();
        let ended = self.read_all(source).and_then(|torn| self.finish(torn));
        tape.end(ended.unwrap_or_else(Ended::Refused));
    }

    /// To its end, or to where nothing more can be read, and why that is. `Err`: it is no recording.
    fn read_all(&mut self, source: Source) -> Result<Option<String>, String> {
        let (mut bytes, mut piece) = (source.bytes, vec![0; PIECE]);
        loop {
            match bytes.read(&mut piece) {
                Ok(0) => return Ok(None),
                Ok(count) => self.take(&piece[..count])?,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::UnexpectedEof => {
                    return Ok(Some(format!("the packed text ends in its middle, behind line {}", self.lines)));
                }
                Err(error) if error.get_ref().is_some_and(|it| it.is::<Behind>()) => {
                    return Ok(Some(format!("{error}, behind line {}", self.lines)));
                }
                Err(error) if source.packed => return Err(format!("behind line {}: {error}", self.lines)),
                Err(error) if self.lines == 0 => return Err(error.to_string()),
                Err(error) => return Ok(Some(format!("behind line {} it can't be read: {error}", self.lines))),
            }
        }
    }

    fn finish(mut self, torn: Option<String>) -> Result<Ended, String> {
        self.receive()?;
        let ended = self.reader.finish().map_err(|error| error.to_string())?;
        Ok(match (torn, ended) {
            (Some(torn), _) => Ended::Torn(torn),
            (None, journal::Ended::Torn { line }) => Ended::Torn(format!("line {line} has no end and is left out")),
            (None, journal::Ended::Whole) if !self.over => Ended::Torn("it ends before the run does".to_owned()),
            (None, journal::Ended::Whole) => Ended::Whole,
        })
    }

    fn take(&mut self, piece: &[u8]) -> Result<(), String> {
        let mut rest = piece;
        while let Some((lines, end)) = whole_lines(rest, if self.lines == 0 { 1 } else { BLOCK }) {
            self.block.extend_from_slice(&rest[..end]);
            self.end_block(lines)?;
            rest = &rest[end..];
        }
        self.block.extend_from_slice(rest);
        if self.block.len() > LONGEST { self.receive() } else { Ok(()) }
    }

    /// The block at hand is so many whole lines.
    fn end_block(&mut self, lines: u64) -> Result<(), String> {
        if self.lines == 0 {
            self.again.begin_with(&self.block);
        }
        let received = self.receive();
        let (text, begin) = (&self.block, self.begin);
        let pushed = self.tape.push(std::mem::take(&mut self.events), text.len(), || self.again.keep(begin, text));
        pushed.map_err(|error| unkept(&error))?;
        (self.begin, self.lines) = (begin + text.len() as u64, self.lines + lines);
        self.block.clear();
        received
    }

    fn receive(&mut self) -> Result<(), String> {
        let received = self.reader.receive(&self.block, &mut self.events);
        for event in &self.events {
            match event.kind {
                EventKind::RunEnded { .. } => self.over = true,
                EventKind::RunReopened { .. } => self.over = false,
                _ => {}
            }
        }
        received.map_err(|error| error.to_string())
    }
}

fn unkept(error: &io::Error) -> String {
    format!("too long for memory, and no copy can be kept in {}: {error}", std::env::temp_dir().display())
}

/// How many whole lines a piece begins with, `most` at most, and where they end.
fn whole_lines(piece: &[u8], most: usize) -> Option<(u64, usize)> {
    let ends = memchr::memchr_iter(b'\n', piece).take(most).enumerate();
    ends.last().map(|(before, end)| (before as u64 + 1, end + 1))
}
