//! Reads a list of targets, one a line, and never holds more than 64 KiB of a line. Knows nothing
//! of files.

use memchr::memchr;
use std::io::{self, BufRead, BufReader, ErrorKind, Read};

use super::{Target, TargetError, URL_LIMIT};

const BYTE_ORDER_MARK: &str = "\u{feff}";

/// Why a line of a list is no text.
#[derive(Debug, thiserror::Error)]
pub enum LineError {
    #[error("line over 64 KiB")]
    TooLong,
    #[error("line is not UTF-8")]
    NotUtf8,
    #[error("can't read the list: {0}")]
    Io(#[from] io::Error),
}

impl LineError {
    /// What to do about it; a sentence without its full stop.
    pub fn hint(&self) -> &'static str {
        match self {
            LineError::TooLong => "a list has one URL on each line",
            LineError::NotUtf8 => "save the list as UTF-8",
            LineError::Io(_) => "check that the list can be read to its end",
        }
    }
}

/// The target on one line of a list; none where the line is blank or a comment. A comment begins
/// with `#`, at the start of the line or after white space, where no URL holds one. Globs are
/// literal here.
pub fn line(text: &str) -> Option<Result<Target, TargetError>> {
    let mut hashes = memchr::memchr_iter(b'#', text.as_bytes()).map(|at| &text[..at]);
    let comment = hashes.find(|before| before.is_empty() || before.ends_with(char::is_whitespace));
    let word = comment.unwrap_or(text).trim();
    (!word.is_empty()).then(|| Target::parse(word))
}

/// The lines of a list with their numbers, from 1; without their ends (LF or CRLF) and without a
/// byte order mark. A line that is too long or not UTF-8 is an error in its place, and the next one
/// follows; after a failed read none does.
#[derive(Debug)]
pub struct Lines<R> {
    reader: R,
    number: u64,
    ended: bool,
}

impl<R: BufRead> Lines<R> {
    pub fn new(reader: R) -> Self {
        Self { reader, number: 0, ended: false }
    }

    /// The bytes of the next line without its LF; one more than the limit shows that there were
    /// more.
    fn bytes(&mut self) -> io::Result<Option<Vec<u8>>> {
        let (mut line, mut begun) = (Vec::new(), false);
        loop {
            let chunk = match self.reader.fill_buf() {
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                chunk => chunk?,
            };
            if chunk.is_empty() {
                return Ok(begun.then_some(line));
            }
            begun = true;
            let end = memchr(b'\n', chunk);
            let content = &chunk[..end.unwrap_or(chunk.len())];
            let taken = content.len() + usize::from(end.is_some());
            line.extend_from_slice(&content[..content.len().min(URL_LIMIT + 1 - line.len())]);
            self.reader.consume(taken);
            if end.is_some() {
                return Ok(Some(line));
            }
        }
    }

    fn text(&self, line: Vec<u8>) -> Result<String, LineError> {
        if line.len() > URL_LIMIT {
            return Err(LineError::TooLong);
        }
        let mut text = String::from_utf8(line).map_err(|_| LineError::NotUtf8)?;
        if text.ends_with('\r') {
            text.pop();
        }
        if self.number == 1 && text.starts_with(BYTE_ORDER_MARK) {
            text.drain(..BYTE_ORDER_MARK.len());
        }
        Ok(text)
    }
}

impl<R: Read> Lines<BufReader<R>> {
    /// Whether the next line has been read already.
    pub fn has_more(&self) -> bool {
        memchr(b'\n', self.reader.buffer()).is_some()
    }
}

impl<R: BufRead> Iterator for Lines<R> {
    type Item = (u64, Result<String, LineError>);

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let line = self.bytes().transpose();
        self.ended = !matches!(line, Some(Ok(_)));
        self.number += 1;
        line.map(|line| (self.number, line.map_err(LineError::Io).and_then(|line| self.text(line))))
    }
}
