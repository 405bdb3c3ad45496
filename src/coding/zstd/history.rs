//! What a frame's matches can reach back to, and what of it was not given yet. Decodes nothing.

#[derive(Default)]
pub(super) struct History {
    bytes: Vec<u8>,
    /// Up to here the bytes were given.
    given: usize,
    window: usize,
    /// Where the block begins that is being made, and where it must end.
    block: usize,
    end: usize,
}

const TOO_LONG: &str = "a block is longer than it may be";

impl History {
    /// Forgets what was before, all of which must have been given.
    pub fn begin(&mut self, window: usize) {
        self.bytes.clear();
        (self.given, self.window) = (0, window);
    }

    /// Puts what was not given yet into `out`, as far as there is room, and tells how many bytes that were.
    pub fn give(&mut self, out: &mut [u8]) -> usize {
        let rest = self.ungiven();
        let given = rest.len().min(out.len());
        out[..given].copy_from_slice(&rest[..given]);
        self.given += given;
        given
    }

    pub fn ungiven(&self) -> &[u8] {
        &self.bytes[self.given..]
    }

    pub fn is_given(&self) -> bool {
        self.given == self.bytes.len()
    }

    /// A block of at most `limit` bytes follows. What no match can reach any more is forgotten, in large pieces.
    pub fn begin_block(&mut self, limit: usize) {
        let beyond = self.bytes.len().saturating_sub(self.window).min(self.given);
        if beyond > self.window / 2 + limit {
            self.bytes.drain(..beyond);
            self.given -= beyond;
        }
        self.block = self.bytes.len();
        self.end = self.block + limit;
    }

    pub fn room(&self) -> usize {
        self.end - self.bytes.len()
    }

    /// # Errors
    /// The block is too long.
    pub fn append(&mut self, bytes: &[u8]) -> Result<(), &'static str> {
        if bytes.len() > self.room() {
            return Err(TOO_LONG);
        }
        self.bytes.extend_from_slice(bytes);
        Ok(())
    }

    /// # Errors
    /// The block is too long.
    pub fn fill(&mut self, byte: u8, length: usize) -> Result<(), &'static str> {
        if length > self.room() {
            return Err(TOO_LONG);
        }
        self.bytes.resize(self.bytes.len() + length, byte);
        Ok(())
    }

    /// Appends `length` bytes from `offset` bytes back; they may overlap what they make.
    ///
    /// # Errors
    /// It reaches back too far, or the block is too long.
    pub fn repeat(&mut self, offset: usize, length: usize) -> Result<(), &'static str> {
        if length > self.room() {
            return Err(TOO_LONG);
        }
        if offset == 0 || offset > self.bytes.len() {
            return Err("a match reaches back too far");
        }
        let start = self.bytes.len() - offset;
        let mut left = length;
        while left > 0 {
            // What was made already repeats as well, so that each turn copies twice as much.
            let piece = left.min(self.bytes.len() - start);
            self.bytes.extend_from_within(start..start + piece);
            left -= piece;
        }
        Ok(())
    }
}
