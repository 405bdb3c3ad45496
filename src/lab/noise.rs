//! The bytes of an image: the right magic, then noise, the same for a seed from any offset on. Knows no image format.

use std::ops::Range;

use super::random::mix;

const JPEG_HEAD: &[u8] = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00";
const JPEG_END: &[u8] = b"\xff\xd9";
const PNG_HEAD: &[u8] = b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR\x00\x00\x00\x80\x00\x00\x00\x80\x08\x02\x00\x00\x00";
const PNG_END: &[u8] = b"\x00\x00\x00\x00IEND\xae\x42\x60\x82";
const WORD: u32 = 8;

#[derive(Clone, Copy)]
pub(super) struct Noise {
    pub(super) seed: u64,
    pub(super) size: u32,
    pub(super) is_png: bool,
}

impl Noise {
    /// Appends these bytes of the image.
    pub(super) fn write(&self, range: Range<u32>, out: &mut Vec<u8>) {
        let start = out.len();
        for number in range.start / WORD..range.end.div_ceil(WORD) {
            let word = mix(self.seed.wrapping_add(u64::from(number))).to_le_bytes();
            let first = number * WORD;
            let from = range.start.saturating_sub(first);
            let to = (range.end - first).min(WORD);
            out.extend_from_slice(&word[from as usize..to as usize]);
        }
        let (head, end) = if self.is_png { (PNG_HEAD, PNG_END) } else { (JPEG_HEAD, JPEG_END) };
        overlay(&mut out[start..], &range, 0, head);
        overlay(&mut out[start..], &range, self.size.saturating_sub(end.len() as u32), end);
    }
}

/// Puts `part`, which stands at `at` in the whole, over what `bytes`, the `range` of the whole, has of it.
fn overlay(bytes: &mut [u8], range: &Range<u32>, at: u32, part: &[u8]) {
    for (place, byte) in (at..).zip(part) {
        if range.contains(&place) {
            bytes[(place - range.start) as usize] = *byte;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_of_any_length_make_the_same_image() {
        for is_png in [false, true] {
            let noise = Noise { seed: 7, size: 1003, is_png };
            let mut whole = Vec::new();
            noise.write(0..1003, &mut whole);
            for piece in [1, 5, 8, 13, 1002] {
                let mut pieced = Vec::new();
                for start in (0..1003).step_by(piece) {
                    noise.write(start..(start + piece as u32).min(1003), &mut pieced);
                }
                assert_eq!(pieced, whole);
            }
        }
    }

    #[test]
    fn an_image_begins_and_ends_as_its_format_wants() {
        let mut bytes = Vec::new();
        Noise { seed: 7, size: 500, is_png: true }.write(0..500, &mut bytes);
        assert!(bytes.starts_with(b"\x89PNG\r\n\x1a\n") && bytes.ends_with(PNG_END));
    }
}
