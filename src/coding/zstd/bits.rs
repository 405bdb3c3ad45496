//! Bits of zstd's two kinds of streams: forward, and backward from the last byte (RFC 8878, 4.1). Knows nothing of what
//! they mean.

/// Reads from the first byte's lowest bit on.
pub(super) struct Forward<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl<'b> Forward<'b> {
    pub fn new(bytes: &'b [u8]) -> Forward<'b> {
        Forward { bytes, at: 0 }
    }

    /// The next bits, at most 16, without reading them; zeros beyond the end.
    pub fn peek(&self, count: u32) -> u32 {
        let byte = |at: usize| u32::from(self.bytes.get(at).copied().unwrap_or(0));
        let first = self.at / 8;
        let word = byte(first) | byte(first + 1) << 8 | byte(first + 2) << 16;
        word >> (self.at % 8) & ((1 << count) - 1)
    }

    /// # Errors
    /// There are not so many.
    pub fn skip(&mut self, count: u32) -> Result<(), &'static str> {
        self.at += count as usize;
        if self.at > self.bytes.len() * 8 { Err("a table is cut off") } else { Ok(()) }
    }

    /// Bytes of which at least one bit was read.
    pub fn bytes_read(&self) -> usize {
        self.at.div_ceil(8)
    }
}

/// Reads from the highest bit before the mark on, down to the first byte's lowest bit.
pub(super) struct Backward<'b> {
    bytes: &'b [u8],
    /// Bits that are left; below zero, that many were read beyond the end, as zeros.
    left: isize,
}

impl<'b> Backward<'b> {
    /// # Errors
    /// The last byte has no mark.
    pub fn new(bytes: &'b [u8]) -> Result<Backward<'b>, &'static str> {
        match bytes.last() {
            None | Some(0) => Err("a stream of bits has no end mark"),
            Some(last) => Ok(Backward { bytes, left: (bytes.len() * 8) as isize - 1 - last.leading_zeros() as isize }),
        }
    }

    pub fn left(&self) -> isize {
        self.left
    }

    /// The next 56 bits, the first of them highest, without reading them; zeros beyond the end.
    pub fn peek(&self) -> u64 {
        const MASK: u64 = (1 << 56) - 1;
        if self.left >= 56 {
            let start = (self.left - 56) as usize;
            return self.word(start / 8) >> (start % 8) & MASK;
        }
        if self.left <= 0 {
            return 0;
        }
        // Fewer than 56 bits lie within the first 8 bytes.
        let bits = self.word(0) & ((1 << self.left) - 1);
        bits << (56 - self.left)
    }

    pub fn skip(&mut self, count: u32) {
        self.left -= count as isize;
    }

    /// The next bits, at most 56.
    pub fn read(&mut self, count: u32) -> u64 {
        let bits = if count == 0 { 0 } else { self.peek() >> (56 - count) };
        self.skip(count);
        bits
    }

    fn word(&self, at: usize) -> u64 {
        let bytes = &self.bytes[at..];
        match bytes.first_chunk() {
            Some(eight) => u64::from_le_bytes(*eight),
            None => super::little_endian(bytes),
        }
    }
}
