//! One link in sixteen bytes: two ids, a place and a text. Knows nothing of what they mean.

use super::spot::{SPOT_BITS, Spot};
use super::texts::TEXT_BITS;

/// Ids beyond take more bits than there are for one: no run has as many targets.
pub(super) const IDS: u32 = 1 << ID_BITS;
const ID_BITS: u32 = 28;

/// Bits of the place that the ids leave room for; the others stand beside the text.
const HIGH: u32 = 64 - 2 * ID_BITS;
const LOW: u32 = 64 - TEXT_BITS;

const _: () = assert!(HIGH + LOW == SPOT_BITS);
const _: () = assert!(size_of::<Kept>() == 16);

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Kept {
    /// Where it stands, where it leads, and the high bits of its place.
    ends: u64,
    /// Its text, and the low bits of its place.
    rest: u64,
}

impl Kept {
    /// The ids are below [`IDS`].
    pub fn new(from: u32, to: u32, spot: Spot, text: u32) -> Kept {
        let ends = u64::from(from) << (ID_BITS + HIGH) | u64::from(to) << HIGH | spot.bits() >> LOW;
        Kept { ends, rest: u64::from(text) << LOW | spot.bits() & low(LOW) }
    }

    pub fn from(self) -> u32 {
        (self.ends >> (ID_BITS + HIGH)) as u32
    }

    pub fn to(self) -> u32 {
        (self.ends >> HIGH & low(ID_BITS)) as u32
    }

    pub fn spot(self) -> Spot {
        Spot::of((self.ends & low(HIGH)) << LOW | self.rest & low(LOW))
    }

    pub fn text(self) -> u32 {
        (self.rest >> LOW) as u32
    }

    /// The same, standing on another page.
    pub fn moved(self, from: u32) -> Kept {
        Kept::new(from, self.to(), self.spot(), self.text())
    }
}

fn low(bits: u32) -> u64 {
    (1 << bits) - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_part_comes_out_as_it_went_in_however_large() {
        let most = IDS - 1;
        let text = (1 << TEXT_BITS) - 1;
        for (from, to, place, text) in [
            (1, 2, (3, 4), 5),
            (most, 0, (0, 0), 0),
            (0, most, (0, 0), 0),
            (0, 0, (16, (1 << 27) - 1), 0),
            (0, 0, ((1 << 29) - 1, 1), 0),
            (0, 0, (0, 0), text),
            (most, most, ((1 << 23) - 1, (1 << 20) - 1), text),
        ] {
            let kept = Kept::new(from, to, Spot::new(place.0, place.1), text);
            assert_eq!((kept.from(), kept.to(), kept.spot().place(), kept.text()), (from, to, place, text));
            let moved = kept.moved(0);
            assert_eq!((moved.from(), moved.to(), moved.spot().place(), moved.text()), (0, to, place, text));
        }
    }
}
