//! What one fetch leaves to the next: read buffers, which are taken when there is something to read. Knows
//! nothing of what they are used for.

use std::cell::RefCell;

/// Bytes read at once.
pub const READ_BYTES: usize = 16 << 10;
/// Buffers that are kept for the fetches of one thread. More are in use at once only where many sockets are readable in the same turn.
const KEPT: usize = 16;
/// One that grew larger, with a long head, is not kept.
const LARGEST: usize = 64 << 10;

thread_local! {
    static BUFFERS: RefCell<Vec<Vec<u8>>> = const { RefCell::new(Vec::new()) };
}

/// An empty buffer.
pub fn take() -> Vec<u8> {
    BUFFERS.with_borrow_mut(Vec::pop).unwrap_or_else(|| Vec::with_capacity(READ_BYTES))
}

/// Gives an empty one without room in its place.
pub fn give_back(mut buffer: Vec<u8>) -> Vec<u8> {
    buffer.clear();
    if (READ_BYTES..=LARGEST).contains(&buffer.capacity()) {
        BUFFERS.with_borrow_mut(|kept| {
            if kept.len() < KEPT {
                kept.push(buffer);
            }
        });
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_buffer_comes_back_empty_and_a_huge_one_does_not() {
        let mut buffer = take();
        buffer.extend_from_slice(b"secret");
        let place = buffer.as_ptr();
        give_back(buffer);
        let again = take();
        assert!(again.is_empty() && again.as_ptr() == place);
        give_back(Vec::with_capacity(LARGEST + 1));
        assert!(take().capacity() <= LARGEST);
    }
}
