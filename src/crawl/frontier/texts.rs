//! Many short texts in few allocations, each found again by a number of four bytes. Knows nothing of URLs.

/// Bytes of a chunk, and of the longest text with its length before it.
const CHUNK: usize = 1 << 20;
/// So many chunks can be numbered: 4 GiB of text.
const CHUNKS: usize = 1 << 12;
/// Bytes that the length of the longest text takes.
const LENGTH: usize = 3;

/// Texts are never taken out. None crosses the border of a chunk.
#[derive(Debug, Default)]
pub(super) struct Texts {
    chunks: Vec<Vec<u8>>,
}

impl Texts {
    /// Keeps `text` and tells its number; `None` where it is too long, or there is no room left at all.
    pub fn push(&mut self, text: &str) -> Option<u32> {
        let needed = LENGTH + text.len();
        if needed > CHUNK || !self.make_room(needed) {
            return None;
        }
        let place = (self.chunks.len() - 1) * CHUNK;
        let chunk = self.chunks.last_mut()?;
        let number = u32::try_from(place + chunk.len()).ok()?;
        push_length(chunk, text.len());
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

    /// The bytes of a text that was kept.
    pub fn bytes_of(&self, number: u32) -> &[u8] {
        let chunk = &self.chunks[number as usize / CHUNK];
        let (length, text) = read_length(&chunk[number as usize % CHUNK..]);
        &text[..length]
    }

    pub fn get(&self, number: u32) -> &str {
        str::from_utf8(self.bytes_of(number)).unwrap_or_default()
    }

    /// Bytes that are allocated.
    pub fn bytes(&self) -> usize {
        let texts: usize = self.chunks.iter().map(Vec::capacity).sum();
        texts + self.chunks.capacity() * size_of::<Vec<u8>>()
    }
}

/// Seven bits a byte, the lowest first; the eighth says that more follow.
fn push_length(chunk: &mut Vec<u8>, mut length: usize) {
    while length >= 0x80 {
        chunk.push(length as u8 | 0x80);
        length >>= 7;
    }
    chunk.push(length as u8);
}

fn read_length(bytes: &[u8]) -> (usize, &[u8]) {
    let (mut length, mut place) = (0, 0);
    while let Some(&byte) = bytes.get(place) {
        length |= usize::from(byte & 0x7f) << (7 * place);
        place += 1;
        if byte < 0x80 {
            break;
        }
    }
    (length, &bytes[place..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_any_length_come_back_as_they_were() {
        let mut texts = Texts::default();
        let lengths = [0, 1, 127, 128, 129, 16_383, 16_384, 65_536, 700_000, 500_000, CHUNK - LENGTH, 5];
        let all: Vec<String> = lengths.iter().map(|&length| "é/x".chars().cycle().take(length).collect()).collect();
        let fitting: Vec<&String> = all.iter().filter(|text| text.len() + LENGTH <= CHUNK).collect();
        let numbers: Vec<u32> = fitting.iter().map(|text| texts.push(text).unwrap()).collect();
        for (number, text) in numbers.into_iter().zip(fitting) {
            assert!(texts.get(number) == text.as_str(), "a text of {} bytes", text.len());
        }
        assert!(texts.bytes() >= all[7].len());
    }

    #[test]
    fn a_text_that_no_chunk_holds_is_refused() {
        let mut texts = Texts::default();
        assert_eq!(texts.push(&"x".repeat(CHUNK - LENGTH + 1)), None);
        assert!(texts.push(&"x".repeat(CHUNK - LENGTH)).is_some());
    }
}
