//! DEFLATE (RFC 1951), bare or within zlib's header and checksum (RFC 1950). Knows nothing of what follows its end.

use super::layer::Stepped;
use flate2::{Decompress, FlushDecompress, Status};

pub(super) struct Inflate {
    library: Decompress,
    ended: bool,
}

impl Inflate {
    pub fn raw() -> Inflate {
        Inflate { library: Decompress::new(false), ended: false }
    }

    pub fn zlib() -> Inflate {
        Inflate { library: Decompress::new(true), ended: false }
    }

    /// Makes ready for another bare stream; keeps its memory.
    pub fn reset(&mut self) {
        self.library.reset(false);
        self.ended = false;
    }

    /// Whether all of the stream was read. Then `step` does nothing.
    pub fn ended(&self) -> bool {
        self.ended
    }

    /// # Errors
    /// What is wrong.
    pub fn step(&mut self, input: &[u8], out: &mut [u8]) -> Result<Stepped, &'static str> {
        if self.ended {
            return Ok(Stepped::default());
        }
        let (read, written) = (self.library.total_in(), self.library.total_out());
        let status = self.library.decompress(input, out, FlushDecompress::None).map_err(|error| {
            let preset = error.needs_dictionary().is_some();
            if preset { "it needs a preset dictionary" } else { "the data is damaged" }
        })?;
        self.ended = status == Status::StreamEnd;
        let moved = |total: u64, before: u64| usize::try_from(total - before).unwrap_or(usize::MAX);
        let read = moved(self.library.total_in(), read);
        Ok(Stepped { read, written: moved(self.library.total_out(), written) })
    }
}
