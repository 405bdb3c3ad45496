//! One coding on the way: its decoder, a slice of what it gave, and what it counted. Knows nothing of the layers beside
//! it.

use super::brotli::Brotli;
use super::deflate::Deflate;
use super::error::CodingError;
use super::gzip::Gzip;
use super::list::Coding;
use super::zstd::{Zstd, frame::WINDOW as ZSTD_WINDOW};
use super::{FREE, RATIO, SLICE};
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// What one step of a decoder did. With nothing written, all input is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Stepped {
    pub read: usize,
    pub written: usize,
}

enum Stream {
    Gzip(Box<Gzip>),
    Deflate(Box<Deflate>),
    Brotli(Box<Brotli>),
    Zstd(Box<Zstd>),
}

pub(super) struct Layer {
    coding: Coding,
    /// Made when the first byte comes: a response without content needs none.
    stream: Option<Stream>,
    slice: Vec<u8>,
    /// What of the slice was not taken yet.
    pending: Range<usize>,
    /// Bytes read so far.
    pub read: u64,
    written: u64,
}

impl Layer {
    pub fn new(coding: Coding) -> Layer {
        Layer { coding, stream: None, slice: Vec::new(), pending: 0..0, read: 0, written: 0 }
    }

    /// What was given and not taken.
    pub fn pending(&self) -> &[u8] {
        &self.slice[self.pending.clone()]
    }

    pub fn drop_first(&mut self, bytes: usize) {
        self.pending.start += bytes;
    }

    /// Takes the whole slice.
    pub fn take(&mut self) -> &[u8] {
        &self.slice[std::mem::take(&mut self.pending)]
    }

    /// Reads from `source`, and makes the next slice of it. What was pending must have been taken.
    ///
    /// # Errors
    /// What is wrong with `source`.
    pub fn step(&mut self, source: &[u8]) -> Result<Stepped, CodingError> {
        if self.stream.is_none() && source.is_empty() {
            return Ok(Stepped::default());
        }
        let stream = self.stream.get_or_insert_with(|| Stream::new(self.coding));
        self.slice.resize(SLICE, 0);
        // Two of the decoders are libraries, and what comes is hostile: a panic in them is an error like any other.
        let stepped = catch_unwind(AssertUnwindSafe(|| stream.step(source, &mut self.slice)))
            .unwrap_or(Err(self.broken("the decoder gave up")))?;
        if stepped.written == 0 && stepped.read < source.len() {
            return Err(self.broken("the decoder stands still"));
        }
        self.read += stepped.read as u64;
        self.written += stepped.written as u64;
        self.pending = 0..stepped.written;
        Ok(stepped)
    }

    /// Bytes of what it gave that it may keep, as far as they matter.
    pub fn window(&self) -> u64 {
        match &self.stream {
            Some(Stream::Brotli(brotli)) => brotli.window(),
            Some(Stream::Zstd(_)) => ZSTD_WINDOW,
            Some(Stream::Gzip(_) | Stream::Deflate(_)) | None => 0,
        }
    }

    /// Whether what it has written is too much, where `read` bytes came from the peer.
    ///
    /// # Errors
    /// `over`, or that it is a bomb.
    pub fn check(&self, read: u64, limit: u64, over: CodingError) -> Result<(), CodingError> {
        if self.written > limit {
            return Err(over);
        }
        if self.written > FREE && self.written / RATIO > read {
            return Err(CodingError::Bomb { coding: self.coding, read, bytes: self.written });
        }
        Ok(())
    }

    /// # Errors
    /// `truncated` where the stream is not whole; one that was never begun is.
    pub fn end(&self) -> Result<(), CodingError> {
        match &self.stream {
            Some(stream) if !stream.is_whole() => Err(CodingError::Cut { coding: self.coding, bytes: self.written }),
            _ => Ok(()),
        }
    }

    fn broken(&self, what: &'static str) -> CodingError {
        CodingError::Broken { coding: self.coding, what }
    }
}

impl Stream {
    fn new(coding: Coding) -> Stream {
        match coding {
            Coding::Gzip => Stream::Gzip(Box::default()),
            Coding::Deflate => Stream::Deflate(Box::default()),
            Coding::Brotli => Stream::Brotli(Box::default()),
            Coding::Zstd => Stream::Zstd(Box::default()),
        }
    }

    fn step(&mut self, input: &[u8], out: &mut [u8]) -> Result<Stepped, CodingError> {
        match self {
            Stream::Gzip(gzip) => gzip.step(input, out),
            Stream::Deflate(deflate) => deflate.step(input, out),
            Stream::Brotli(brotli) => brotli.step(input, out),
            Stream::Zstd(zstd) => zstd.step(input, out),
        }
    }

    fn is_whole(&self) -> bool {
        match self {
            Stream::Gzip(gzip) => gzip.is_whole(),
            Stream::Deflate(deflate) => deflate.is_whole(),
            Stream::Brotli(brotli) => brotli.is_whole(),
            Stream::Zstd(zstd) => zstd.is_whole(),
        }
    }
}
