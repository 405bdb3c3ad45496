//! A line and a column in forty-five bits. Knows nothing of pages.

/// Pages are long or wide, and seldom both: the first two bits say how the others are shared out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Spot(u64);

pub(super) const SPOT_BITS: u32 = 45;

/// Bits of the column, by the first two bits; the line has the rest. Each place of a page of a megabyte fits one of
/// them; of one of sixteen, only what stands in a wide line behind half a million others does not.
const COLUMN_BITS: [u32; 4] = [20, 27, 24, 14];
const BITS: u32 = SPOT_BITS - 2;
/// The way that has most room for the line.
const LONG: usize = 3;
const LINE_BITS: u32 = BITS - COLUMN_BITS[LONG];

impl Spot {
    /// Where no way of sharing fits both, the column is given up.
    pub(super) fn new(line: u32, column: u32) -> Spot {
        let fits = |value: u32, bits: u32| u64::from(value) >> bits == 0;
        let ways = COLUMN_BITS.iter().zip(0u64..);
        let mut fitting = ways.filter(|&(&bits, _)| fits(column, bits) && fits(line, BITS - bits));
        match fitting.next() {
            Some((bits, way)) => Spot(way << BITS | u64::from(line) << bits | u64::from(column)),
            None => Spot((LONG as u64) << BITS | u64::from(line.min((1 << LINE_BITS) - 1)) << COLUMN_BITS[LONG]),
        }
    }

    pub(super) fn of(bits: u64) -> Spot {
        Spot(bits)
    }

    pub(super) fn bits(self) -> u64 {
        self.0
    }

    /// Line and column; 0 for what is not known.
    pub(super) fn place(self) -> (u32, u32) {
        let bits = COLUMN_BITS[(self.0 >> BITS) as usize];
        let (line, column) = ((self.0 & ((1 << BITS) - 1)) >> bits, self.0 & ((1 << bits) - 1));
        (line as u32, column as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(line: u32, column: u32) -> (u32, u32) {
        Spot::new(line, column).place()
    }

    #[test]
    fn long_pages_and_wide_ones_keep_both_numbers() {
        let most = |bits: u32| (1 << bits) - 1;
        let ends = COLUMN_BITS.map(|bits| (most(BITS - bits), most(bits)));
        for place in ends.into_iter().chain([(0, 0), (1, 1), (4096, 4096), (72, 306_570), (4395, 5389)]) {
            assert_eq!(kept(place.0, place.1), place);
        }
    }

    #[test]
    fn each_place_of_a_page_of_a_megabyte_is_kept() {
        // The worst of them: all that comes before is empty lines, and then one line.
        for line in (1..=1 << 20).step_by(997) {
            let column = (1 << 20) - line + 1;
            assert_eq!(kept(line, column), (line, column));
        }
    }

    #[test]
    fn where_both_do_not_fit_the_column_is_not_known_and_the_line_is_right() {
        assert_eq!(kept(600_000, 1 << 20), (600_000, 0));
        assert_eq!(kept(70_000, 1 << 24), (70_000, 0));
        assert_eq!(kept(u32::MAX, u32::MAX), ((1 << LINE_BITS) - 1, 0));
    }
}
