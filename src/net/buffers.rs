//! Read buffers that fetches take when there is something to read, and give back. Knows nothing of what is read.

use std::sync::{Mutex, PoisonError};

/// Bytes read at once.
pub const READ_BYTES: usize = 16 << 10;
/// Buffers that are kept. More are in use at once only where many sockets are readable in the same turn.
const KEPT: usize = 16;
/// One that grew larger, with a long head, is not kept.
const LARGEST: usize = 64 << 10;

#[derive(Debug, Default)]
pub struct Buffers(Mutex<Vec<Vec<u8>>>);

impl Buffers {
    /// An empty buffer.
    pub fn take(&self) -> Vec<u8> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop();
        kept.unwrap_or_else(|| Vec::with_capacity(READ_BYTES))
    }

    /// Gives an empty one without room in its place.
    pub fn give_back(&self, mut buffer: Vec<u8>) -> Vec<u8> {
        buffer.clear();
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() < KEPT && (READ_BYTES..=LARGEST).contains(&buffer.capacity()) {
            kept.push(buffer);
        }
        Vec::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_buffer_comes_back_empty_and_a_huge_one_does_not() {
        let buffers = Buffers::default();
        let mut buffer = buffers.take();
        buffer.extend_from_slice(b"secret");
        let place = buffer.as_ptr();
        buffers.give_back(buffer);
        let again = buffers.take();
        assert!(again.is_empty() && again.as_ptr() == place);
        buffers.give_back(Vec::with_capacity(LARGEST + 1));
        assert!(buffers.take().capacity() <= LARGEST);
    }
}
