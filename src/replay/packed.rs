//! Packed text, part by part as gzip has it (RFC 1952, section 2.2), and what stands behind its end. Knows nothing of what
//! it says.

use flate2::bufread::GzDecoder;
use std::fmt;
use std::io::{self, BufRead, BufReader, ErrorKind, Read};

/// What has one part at least: that it begins as one is known before.
pub struct Packed<R> {
    /// None behind the end of the last.
    part: Option<GzDecoder<BufReader<R>>>,
    /// Parts that came to their end.
    whole: u64,
}

/// The packed text is whole, and something else stands behind it.
#[derive(Debug)]
pub struct Behind;

impl fmt::Display for Behind {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("what stands behind the packed text is no part of it")
    }
}

impl std::error::Error for Behind {}

impl<R: Read> Packed<R> {
    pub fn new(bytes: R) -> Packed<R> {
        Packed { part: Some(GzDecoder::new(BufReader::new(bytes))), whole: 0 }
    }

    /// What begins as no part does, behind one that is whole, is something else. What is cut off or damaged in its middle
    /// stays that.
    fn judge(&self, error: io::Error) -> io::Error {
        let begins = self.part.as_ref().is_some_and(|part| part.header().is_some());
        let is_other = self.whole > 0 && !begins && error.kind() == ErrorKind::InvalidInput;
        if is_other { io::Error::other(Behind) } else { error }
    }
}

impl<R: Read> Read for Packed<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        loop {
            let Some(part) = &mut self.part else { return Ok(0) };
            match part.read(bytes) {
                Ok(0) if !bytes.is_empty() => {
                    self.whole += 1;
                    self.part = self.part.take().map_or(Ok(None), |part| next(part.into_inner()))?;
                }
                read => return read.map_err(|error| self.judge(error)),
            }
        }
    }
}

/// The next part, where there is one. Whoever keeps files in blocks pads the last of them with zeros: these are nothing.
fn next<R: Read>(mut bytes: BufReader<R>) -> io::Result<Option<GzDecoder<BufReader<R>>>> {
    let mut padded = false;
    loop {
        let piece = bytes.fill_buf()?;
        let zeros = piece.iter().take_while(|byte| **byte == 0).count();
        match (piece.len(), zeros == piece.len()) {
            (0, _) => return Ok(None),
            (_, true) => padded = true,
            (_, false) if padded || zeros > 0 => return Err(io::Error::other(Behind)),
            (_, false) => return Ok(Some(GzDecoder::new(bytes))),
        }
        bytes.consume(zeros);
    }
}
