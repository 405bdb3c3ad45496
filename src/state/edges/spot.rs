//! A line and a column in four bytes. Knows nothing of pages.

/// Pages are long or wide, and seldom both: the first two bits say how the others are shared out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Spot(u32);

/// Bits of the column, by the first two bits; the line has the rest of thirty. The most usual comes first.
const COLUMN_BITS: [u32; 4] = [12, 18, 6, 24];
const BITS: u32 = 30;

impl Spot {
    /// Where no way of sharing fits both, the column is given up.
    pub(super) fn new(line: u32, column: u32) -> Spot {
        let fits = |value: u32, bits: u32| value >> bits == 0;
        let ways = COLUMN_BITS.iter().zip(0u32..);
        let mut fitting = ways.filter(|&(&bits, _)| fits(column, bits) && fits(line, BITS - bits));
        match fitting.next() {
            Some((bits, way)) => Spot(way << BITS | line << bits | column),
            None => Spot(2 << BITS | line.min((1 << 24) - 1) << 6),
        }
    }

    /// Line and column; 0 for what is not known.
    pub(super) fn place(self) -> (u32, u32) {
        let bits = COLUMN_BITS[(self.0 >> BITS) as usize];
        let (line, column) = ((self.0 & ((1 << BITS) - 1)) >> bits, self.0 & ((1 << bits) - 1));
        (line, column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_pages_and_wide_ones_keep_both_numbers() {
        for place in
            [(1, 1), (262_143, 4095), (4095, 262_143), (16_777_215, 63), (63, 16_777_215), (0, 0), (4096, 4096)]
        {
            let kept = Spot::new(place.0, place.1).place();
            assert_eq!(kept, if place == (4096, 4096) { (4096, 0) } else { place });
        }
        assert_eq!(Spot::new(u32::MAX, u32::MAX).place(), (16_777_215, 0));
    }
}
