//! What one fetch leaves to the next: read buffers, which are taken when there is something to read, and timers. Knows
//! nothing of what they are used for.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Bytes read at once.
pub const READ_BYTES: usize = 16 << 10;
/// Buffers that are kept. More are in use at once only where many sockets are readable in the same turn.
const KEPT: usize = 16;
/// One that grew larger, with a long head, is not kept.
const LARGEST: usize = 64 << 10;

/// Timers that are kept.
pub const TIMERS: usize = 256;

pub type Buffers = Shelf<Vec<u8>>;

/// Things that are used again; a bounded number of them is kept.
#[derive(Debug)]
pub struct Shelf<T>(Mutex<Vec<T>>);

impl<T> Default for Shelf<T> {
    fn default() -> Shelf<T> {
        Shelf(Mutex::new(Vec::new()))
    }
}

impl<T> Shelf<T> {
    fn lock(&self) -> MutexGuard<'_, Vec<T>> {
        // A push or a pop is all that happens under the lock.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One that was given back.
    pub fn pick(&self) -> Option<T> {
        self.lock().pop()
    }

    pub fn put(&self, thing: T, most: usize) {
        let mut kept = self.lock();
        if kept.len() < most {
            kept.push(thing);
        }
    }
}

impl Buffers {
    /// An empty buffer.
    pub fn take(&self) -> Vec<u8> {
        self.pick().unwrap_or_else(|| Vec::with_capacity(READ_BYTES))
    }

    /// Gives an empty one without room in its place.
    pub fn give_back(&self, mut buffer: Vec<u8>) -> Vec<u8> {
        buffer.clear();
        if (READ_BYTES..=LARGEST).contains(&buffer.capacity()) {
            self.put(buffer, KEPT);
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
