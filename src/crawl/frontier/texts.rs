//! Many short texts in few allocations, each found again by a number of four bytes, with a number of whoever keeps
//! them. Knows nothing of URLs.
//!
//! The number stands before the text, in the same line of the cache: who compares the text has it for nothing.

/// Bytes of a chunk, and of the longest text with what stands before it.
const CHUNK: usize = 1 << 20;
/// So many chunks can be numbered: 4 GiB of text.
const CHUNKS: usize = 1 << 12;
/// Bytes that the number and the length of the longest text take.
const HEAD: usize = 5 + 3;

/// Texts are never taken out. None crosses the border of a chunk.
#[derive(Debug, Default)]
pub(super) struct Texts {
    chunks: Vec<Vec<u8>>,
}

/// A text as it was kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Kept<'t> {
    pub number: u32,
    pub bytes: &'t [u8],
}

impl Texts {
    /// Keeps `text` and tells its number; `None` where it is too long, or there is no room left at all.
    pub fn push(&mut self, kept_with: u32, text: &str) -> Option<u32> {
        let needed = HEAD + text.len();
        if needed > CHUNK || !self.make_room(needed) {
            return None;
        }
        let place = (self.chunks.len() - 1) * CHUNK;
        let chunk = self.chunks.last_mut()?;
        let number = u32::try_from(place + chunk.len()).ok()?;
        push_number(chunk, kept_with);
        push_number(chunk, u32::try_from(text.len()).ok()?);
        chunk.extend_from_slice(text.as_bytes());
        Some(number)
    }

    fn make_room(&mut self, needed: usize) -> bool {
        if self.chunks.last().is_none_or(|chunk| chunk.len() + needed > CHUNK) {
            if self.chunks.len() == CHUNKS {
                return false;
            }
            // The first one grows as it is needed: most crawls are small.
            let room = if self.chunks.is_empty() { 0 } else { CHUNK };
            self.chunks.push(Vec::with_capacity(room));
        }
        true
    }

    pub fn read(&self, number: u32) -> Kept<'_> {
        let mut rest = &self.chunks[number as usize / CHUNK][number as usize % CHUNK..];
        let number = read_number(&mut rest);
        let length = read_number(&mut rest);
        Kept { number, bytes: &rest[..length as usize] }
    }

    pub fn get(&self, number: u32) -> &str {
        str::from_utf8(self.read(number).bytes).unwrap_or_default()
    }

    /// Bytes that are allocated.
    pub fn bytes(&self) -> usize {
        let texts: usize = self.chunks.iter().map(Vec::capacity).sum();
        texts + self.chunks.capacity() * size_of::<Vec<u8>>()
    }
}

/// Seven bits a byte, the lowest first; the eighth says that more follow.
fn push_number(chunk: &mut Vec<u8>, mut number: u32) {
    while number >= 0x80 {
        chunk.push(number as u8 | 0x80);
        number >>= 7;
    }
    chunk.push(number as u8);
}

fn read_number(bytes: &mut &[u8]) -> u32 {
    let (mut number, mut shift) = (0, 0);
    while let Some((&byte, rest)) = bytes.split_first() {
        *bytes = rest;
        number |= u32::from(byte & 0x7f) << shift;
        shift += 7;
        if byte < 0x80 || shift > 28 {
            break;
        }
    }
    number
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_any_length_come_back_as_they_were() {
        let mut texts = Texts::default();
        let lengths = [0, 1, 126, 127, 128, 16_383, 16_384, 65_536, 700_000, 500_000, CHUNK - HEAD, 5];
        let numbers = [0, 1, 0x7f, 0x80, 0x3fff, 0x4000, 1 << 21, 1 << 28, u32::MAX, 7, 8, 9];
        let all: Vec<String> = lengths.iter().map(|&length| "a/x".chars().cycle().take(length).collect()).collect();
        let places: Vec<u32> =
            all.iter().zip(numbers).map(|(text, number)| texts.push(number, text).unwrap()).collect();
        for ((place, text), number) in places.into_iter().zip(&all).zip(numbers) {
            assert!(texts.get(place) == text.as_str(), "a text of {} bytes", text.len());
            assert_eq!(texts.read(place).number, number);
        }
        assert!(texts.bytes() >= all.iter().map(String::len).sum());
    }

    #[test]
    fn a_text_that_no_chunk_holds_is_refused() {
        let mut texts = Texts::default();
        assert_eq!(texts.push(0, &"x".repeat(CHUNK - HEAD + 1)), None);
        assert!(texts.push(0, &"x".repeat(CHUNK - HEAD)).is_some());
    }
}
