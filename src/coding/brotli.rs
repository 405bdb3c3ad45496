//! The coding `br` (RFC 7932), without the large windows that are not in it.

use super::error::CodingError;
use super::layer::Stepped;
use super::list::Coding;
use brotli_decompressor::{BrotliDecompressStream, BrotliResult, BrotliState, StandardAlloc};

type State = BrotliState<StandardAlloc, StandardAlloc, StandardAlloc>;

pub(super) struct Brotli {
    library: Box<State>,
    /// Its size stands in the first byte (RFC 7932, 9.1).
    window: Option<u64>,
    ended: bool,
}

impl Default for Brotli {
    fn default() -> Brotli {
        let [u8s, u32s, codes] = [(); 3].map(|()| StandardAlloc::default());
        Brotli { library: Box::new(State::new_strict(u8s, u32s, codes)), window: None, ended: false }
    }
}

impl Brotli {
    /// # Errors
    /// `decode`.
    pub fn step(&mut self, input: &[u8], out: &mut [u8]) -> Result<Stepped, CodingError> {
        if self.ended {
            return Ok(Stepped { read: input.len(), written: 0 });
        }
        if let (None, Some(first)) = (self.window, input.first()) {
            self.window = Some(1 << window_bits(*first));
        }
        let (mut left, mut read) = (input.len(), 0);
        let (mut room, mut written, mut total) = (out.len(), 0, 0);
        let result = BrotliDecompressStream(
            &mut left,
            &mut read,
            input,
            &mut room,
            &mut written,
            out,
            &mut total,
            &mut self.library,
        );
        match result {
            BrotliResult::ResultFailure => {
                return Err(CodingError::Broken { coding: Coding::Brotli, what: "the data is damaged" });
            }
            BrotliResult::ResultSuccess => {
                self.ended = true;
                // What follows the end is skipped.
                read = input.len();
            }
            BrotliResult::NeedsMoreInput | BrotliResult::NeedsMoreOutput => {}
        }
        Ok(Stepped { read, written })
    }

    /// Bytes that it may keep.
    pub fn window(&self) -> u64 {
        self.window.unwrap_or(0)
    }

    pub fn is_whole(&self) -> bool {
        self.ended
    }
}

/// The logarithm of the window, from the first byte of a stream (RFC 7932, 9.1). Of a large one, which the library
/// refuses, nothing is known.
fn window_bits(first: u8) -> u32 {
    match (first & 1, first >> 1 & 7, first >> 4 & 7) {
        (0, _, _) => 16,
        (_, 0, 0) => 17,
        (_, 0, 1) => 0,
        (_, 0, more) => 8 + u32::from(more),
        (_, more, _) => 17 + u32::from(more),
    }
}
