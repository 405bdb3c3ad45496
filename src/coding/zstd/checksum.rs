//! XXH64 with seed 0, of which zstd keeps the lower half. Knows nothing of frames.

const PRIMES: [u64; 5] =
    [0x9e37_79b1_85eb_ca87, 0xc2b2_ae3d_27d4_eb4f, 0x1656_67b1_9e37_79f9, 0x85eb_ca77_c2b2_ae63, 0x27d4_eb2f_1656_67c5];

/// Bytes that the four lanes take in at once.
const STRIPE: usize = 32;

pub(super) struct Checksum {
    lanes: [u64; 4],
    rest: [u8; STRIPE],
    rest_length: usize,
    length: u64,
}

impl Default for Checksum {
    fn default() -> Checksum {
        let lanes = [PRIMES[0].wrapping_add(PRIMES[1]), PRIMES[1], 0, PRIMES[0].wrapping_neg()];
        Checksum { lanes, rest: [0; STRIPE], rest_length: 0, length: 0 }
    }
}

impl Checksum {
    pub fn update(&mut self, mut bytes: &[u8]) {
        self.length += bytes.len() as u64;
        if self.rest_length > 0 {
            let taken = bytes.len().min(STRIPE - self.rest_length);
            self.rest[self.rest_length..self.rest_length + taken].copy_from_slice(&bytes[..taken]);
            self.rest_length += taken;
            bytes = &bytes[taken..];
            if self.rest_length < STRIPE {
                return;
            }
            let stripe = self.rest;
            self.stripe(&stripe);
        }
        let mut stripes = bytes.chunks_exact(STRIPE);
        stripes.by_ref().for_each(|stripe| self.stripe(stripe));
        self.rest_length = stripes.remainder().len();
        self.rest[..self.rest_length].copy_from_slice(stripes.remainder());
    }

    pub fn sum(&self) -> u64 {
        let mut hash = if self.length < STRIPE as u64 { PRIMES[4] } else { self.merged() };
        hash = hash.wrapping_add(self.length);
        let (words, bytes) = self.rest[..self.rest_length].as_chunks::<8>();
        for word in words {
            hash = (hash ^ round(0, u64::from_le_bytes(*word))).rotate_left(27);
            hash = hash.wrapping_mul(PRIMES[0]).wrapping_add(PRIMES[3]);
        }
        let (halves, bytes) = bytes.as_chunks::<4>();
        for half in halves {
            hash = (hash ^ u64::from(u32::from_le_bytes(*half)).wrapping_mul(PRIMES[0])).rotate_left(23);
            hash = hash.wrapping_mul(PRIMES[1]).wrapping_add(PRIMES[2]);
        }
        for byte in bytes {
            hash = (hash ^ u64::from(*byte).wrapping_mul(PRIMES[4])).rotate_left(11).wrapping_mul(PRIMES[0]);
        }
        hash = (hash ^ hash >> 33).wrapping_mul(PRIMES[1]);
        hash = (hash ^ hash >> 29).wrapping_mul(PRIMES[2]);
        hash ^ hash >> 32
    }

    fn stripe(&mut self, stripe: &[u8]) {
        for (lane, word) in self.lanes.iter_mut().zip(stripe.as_chunks::<8>().0) {
            *lane = round(*lane, u64::from_le_bytes(*word));
        }
    }

    fn merged(&self) -> u64 {
        let turns = [1, 7, 12, 18];
        let hash = self.lanes.iter().zip(turns).fold(0u64, |sum, (lane, by)| sum.wrapping_add(lane.rotate_left(by)));
        let merge = |hash: u64, lane: &u64| (hash ^ round(0, *lane)).wrapping_mul(PRIMES[0]).wrapping_add(PRIMES[3]);
        self.lanes.iter().fold(hash, merge)
    }
}

fn round(lane: u64, word: u64) -> u64 {
    lane.wrapping_add(word.wrapping_mul(PRIMES[1])).rotate_left(31).wrapping_mul(PRIMES[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_texts_have_their_known_sums() {
        let long: Vec<u8> = (0..=255).collect();
        let known: [(&[u8], u64); 4] = [
            (b"", 0xef46_db37_51d8_e999),
            (b"a", 0xd24e_c4f1_a98c_6e5b),
            (b"abc", 0x44bc_2cf5_ad77_0999),
            (&long, 0x1facbe8406cd904b),
        ];
        for (text, sum) in known {
            for piece in [1, 7, 32, 100, 256] {
                let mut checksum = Checksum::default();
                text.chunks(piece).for_each(|piece| checksum.update(piece));
                assert_eq!(checksum.sum(), sum, "{} bytes by {piece}", text.len());
            }
        }
    }
}
