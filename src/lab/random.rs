//! Numbers drawn from a seed, the same on every machine: splitmix64. Knows nothing of what they decide.

/// The golden ratio in 64 bits: splitmix64's step.
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

pub(super) struct Random {
    state: u64,
}

impl Random {
    /// A stream of its own for each number, so that what one page draws never shifts what another gets.
    pub(super) fn new(seed: u64, stream: u64) -> Random {
        Random { state: mix(seed ^ mix(stream.wrapping_add(STEP))) }
    }

    pub(super) fn word(&mut self) -> u64 {
        self.state = self.state.wrapping_add(STEP);
        mix(self.state)
    }

    /// A number below `bound`, or 0 where nothing is below it.
    pub(super) fn below(&mut self, bound: u32) -> u32 {
        (((self.word() >> 32) * u64::from(bound)) >> 32) as u32
    }

    /// A share from 0 up to, but never, 1.
    pub(super) fn share(&mut self) -> f64 {
        (self.word() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// One of a table that has at least one row.
    pub(super) fn pick<T: Copy>(&mut self, table: &[T]) -> T {
        table[self.below(table.len() as u32) as usize]
    }
}

/// Spreads each bit of `word` over all others (the finisher of splitmix64).
pub(super) fn mix(word: u64) -> u64 {
    let word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ (word >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_splitmix64_as_published() {
        let mut random = Random { state: 1_234_567 };
        let words: Vec<u64> = (0..3).map(|_| random.word()).collect();
        assert_eq!(words, [6457827717110365317, 3203168211198807973, 9817491932198370423]);
    }

    #[test]
    fn numbers_stay_below_their_bound() {
        let mut random = Random::new(7, 0);
        assert!((0..1000).all(|_| random.below(3) < 3));
        assert!((0..1000).all(|_| (0.0..1.0).contains(&random.share())));
        assert_eq!(random.below(0), 0);
    }
}
