//! The coding `br` (RFC 7932), without the large windows that are not in it.

use super::error::CodingError;
use super::layer::Stepped;
use super::list::Coding;
use brotli_decompressor::{BrotliDecompressStream, BrotliResult, BrotliState, StandardAlloc};

type State = BrotliState<StandardAlloc, StandardAlloc, StandardAlloc>;

pub(super) struct Brotli {
    library: Box<State>,
    ended: bool,
}

impl Default for Brotli {
    fn default() -> Brotli {
        let [u8s, u32s, codes] = [(); 3].map(|()| StandardAlloc::default());
        Brotli { library: Box::new(State::new_strict(u8s, u32s, codes)), ended: false }
    }
}

impl Brotli {
    /// # Errors
    /// `decode`.
    pub fn step(&mut self, input: &[u8], out: &mut [u8]) -> Result<Stepped, CodingError> {
        if self.ended {
            return Ok(Stepped { read: input.len(), written: 0 });
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

    pub fn is_whole(&self) -> bool {
        self.ended
    }
}
