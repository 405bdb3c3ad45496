//! Looks for bytes that are mostly near, eight at a time before it leaves the rest to `memchr`, which is made for what is
//! far. Knows nothing of markup.

const ONES: u64 = u64::MAX / 255;
const HIGH: u64 = ONES << 7;

/// Words that are looked at here.
const WORDS: usize = 2;

/// Eight bytes, the first of them lowest.
#[inline(always)]
pub(super) fn word(bytes: &[u8], from: usize) -> Option<u64> {
    bytes.get(from..)?.first_chunk().map(|word| u64::from_le_bytes(*word))
}

/// Marks the high bit of each byte that is `byte`. Only the lowest mark is exact.
#[inline(always)]
pub(super) const fn equal(word: u64, byte: u8) -> u64 {
    let differing = word ^ (ONES * byte as u64);
    differing.wrapping_sub(ONES) & !differing & HIGH
}

/// Marks the high bit of each byte that is less than `byte`, which is at most 128. Only the lowest mark is exact.
#[inline(always)]
pub(super) const fn less(word: u64, byte: u8) -> u64 {
    word.wrapping_sub(ONES * byte as u64) & !word & HIGH
}

/// The number of the lowest byte that is marked.
#[inline(always)]
pub(super) const fn lowest(marks: u64) -> usize {
    marks.trailing_zeros() as usize / 8
}

/// Where `byte` is first.
#[inline(always)]
pub(super) fn find(byte: u8, bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    for _ in 0..WORDS {
        let Some(word) = word(bytes, at) else { break };
        let marks = equal(word, byte);
        if marks != 0 {
            return Some(at + lowest(marks));
        }
        at += 8;
    }
    memchr::memchr(byte, bytes.get(at..)?).map(|length| at + length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_found_is_the_first(bytes in prop::collection::vec(0x3au8..0x40, 0..40), high in any::<u8>(), from in 0..9usize) {
            let mut bytes = bytes;
            bytes.push(high);
            let from = from.min(bytes.len());
            let first = bytes[from..].iter().position(|byte| *byte == 0x3c).map(|at| at + from);
            prop_assert_eq!(find(0x3c, &bytes, from), first);
            if let Some(word) = word(&bytes, from) {
                let below = bytes[from..from + 8].iter().position(|byte| *byte < 0x3c);
                let marks = less(word, 0x3c);
                prop_assert_eq!((marks != 0).then(|| lowest(marks)), below);
            }
        }
    }
}
