//! The header of a zstd frame (RFC 8878, 3.1.1.1). Knows nothing of blocks.

use super::{broken, little_endian};
use crate::coding::error::CodingError;

/// What RFC 9659 has every decoder of web content accept, and no server exceed.
pub const WINDOW: u64 = 8 << 20;
/// Bytes of content in a block at most (RFC 8878, 3.1.1.2.4).
const BLOCK: usize = 128 << 10;

#[derive(Clone, Copy, Default)]
pub(super) struct Frame {
    descriptor: u8,
    /// How far back a match can reach.
    pub window: usize,
    /// Bytes of content, where the header tells.
    pub content: Option<u64>,
    /// Whether a checksum follows the last block.
    pub checksum: bool,
}

impl Frame {
    /// # Errors
    /// A flag that means nothing.
    pub fn begin(descriptor: u8) -> Result<Frame, &'static str> {
        if descriptor & 0x08 != 0 {
            return Err("its header has flags that mean nothing");
        }
        Ok(Frame { descriptor, checksum: descriptor & 0x04 != 0, ..Frame::default() })
    }

    /// Bytes of the header after the descriptor.
    pub fn rest(self) -> usize {
        usize::from(!self.is_single()) + self.dictionary_bytes() + self.content_bytes()
    }

    /// # Errors
    /// A window that is too large, or a dictionary.
    pub fn read(&mut self, rest: &[u8]) -> Result<(), CodingError> {
        let (window, rest) = rest.split_at(usize::from(!self.is_single()));
        let (dictionary, content) = rest.split_at(self.dictionary_bytes());
        self.content = match content.len() {
            0 => None,
            2 => Some(little_endian(content) + 256),
            _ => Some(little_endian(content)),
        };
        let bytes = window.first().map_or(self.content.unwrap_or(0), |&byte| {
            let base = 1u64 << (10 + (byte >> 3));
            base + base / 8 * u64::from(byte & 7)
        });
        if bytes > WINDOW {
            return Err(CodingError::Window { bytes, limit: WINDOW });
        }
        self.window = usize::try_from(bytes).map_err(|_| broken("its window is too large"))?;
        match little_endian(dictionary) as u32 {
            0 => Ok(()),
            dictionary => Err(CodingError::Dictionary(dictionary)),
        }
    }

    /// Bytes of a block at most, encoded or not.
    pub fn block_limit(self) -> usize {
        self.window.min(BLOCK)
    }

    /// Whether the window is the whole content.
    fn is_single(self) -> bool {
        self.descriptor & 0x20 != 0
    }

    fn dictionary_bytes(self) -> usize {
        [0, 1, 2, 4][usize::from(self.descriptor & 3)]
    }

    fn content_bytes(self) -> usize {
        [usize::from(self.is_single()), 2, 4, 8][usize::from(self.descriptor >> 6)]
    }
}
