//! Huffman codes of zstd's literals (RFC 8878, 4.2). Knows nothing of blocks.

use super::bits::Backward;
use super::fse::Table;

/// Bits of a code at most.
const BITS: u32 = 11;
const SYMBOLS: usize = 256;
/// Accuracy of the table that codes weights at most.
const ACCURACY: u32 = 6;

#[derive(Clone, Copy, Default)]
struct Code {
    symbol: u8,
    bits: u8,
}

/// All codes, found by the next bits of a stream; empty until a table was read.
#[derive(Default)]
pub(super) struct Huffman {
    bits: u32,
    codes: Vec<Code>,
}

impl Huffman {
    pub fn reset(&mut self) {
        self.codes.clear();
    }

    /// Reads the tree that `source` begins with, and tells how many bytes that were.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(&mut self, source: &[u8]) -> Result<usize, &'static str> {
        const SHORT: &str = "a tree is cut off";
        let (&header, source) = source.split_first().ok_or(SHORT)?;
        let mut weights = Vec::with_capacity(SYMBOLS);
        let bytes = if header < 128 {
            let bytes = usize::from(header);
            coded_weights(source.get(..bytes).ok_or(SHORT)?, &mut weights)?;
            bytes
        } else {
            let count = usize::from(header) - 127;
            let bytes = count.div_ceil(2);
            let pairs = source.get(..bytes).ok_or(SHORT)?;
            weights.extend(pairs.iter().flat_map(|pair| [pair >> 4, pair & 15]).take(count));
            bytes
        };
        self.build(&mut weights)?;
        Ok(1 + bytes)
    }

    /// The last symbol's weight is not told: it is what fills the tree.
    fn build(&mut self, weights: &mut Vec<u8>) -> Result<(), &'static str> {
        if weights.iter().any(|&weight| u32::from(weight) > BITS) {
            return Err("a tree is too deep");
        }
        let sum: u32 = weights.iter().map(|&weight| share(weight)).sum();
        if sum == 0 || weights.len() >= SYMBOLS {
            return Err("a tree is no tree");
        }
        let bits = sum.ilog2() + 1;
        let left = (1 << bits) - sum;
        if bits > BITS || !left.is_power_of_two() {
            return Err("a tree does not close");
        }
        weights.push(left.ilog2() as u8 + 1);
        self.bits = bits;
        self.codes.clear();
        for weight in 1..=bits as u8 {
            let symbols = (0..=u8::MAX).zip(weights.iter()).filter(|&(_, &own)| own == weight);
            let code = |symbol| Code { symbol, bits: bits as u8 + 1 - weight };
            for (symbol, _) in symbols {
                self.codes.extend(std::iter::repeat_n(code(symbol), share(weight) as usize));
            }
        }
        Ok(())
    }

    /// Appends `count` literals, which are all that the stream holds.
    ///
    /// # Errors
    /// It holds fewer or more, or there is no tree.
    pub fn decode(&self, stream: &[u8], count: usize, literals: &mut Vec<u8>) -> Result<(), &'static str> {
        if self.codes.is_empty() {
            return Err("literals need a tree, and none came");
        }
        let mut bits = Backward::new(stream)?;
        let mut left = count;
        literals.reserve(count);
        // Five codes lie within 56 bits.
        while left > 0 {
            if bits.left() < 0 {
                return Err("its literals are cut off");
            }
            let batch = left.min(5);
            let mut word = bits.peek() << 8;
            let mut used = 0;
            for _ in 0..batch {
                let code = self.codes[(word >> (64 - self.bits)) as usize];
                literals.push(code.symbol);
                word <<= code.bits;
                used += u32::from(code.bits);
            }
            bits.skip(used);
            left -= batch;
        }
        if bits.left() == 0 { Ok(()) } else { Err("its literals do not end where they should") }
    }
}

/// How much of a tree a weight fills.
fn share(weight: u8) -> u32 {
    1 << weight >> 1
}

/// Weights by two states in turn, until the bits end.
fn coded_weights(source: &[u8], weights: &mut Vec<u8>) -> Result<(), &'static str> {
    let (table, read) = Table::read(source, ACCURACY, SYMBOLS)?;
    let mut bits = Backward::new(&source[read..])?;
    let mut states = [table.first(&mut bits), table.first(&mut bits)];
    if bits.left() < 0 {
        return Err("a tree is cut off");
    }
    for turn in (0..2).cycle() {
        if weights.len() + 2 > SYMBOLS {
            return Err("a tree has too many symbols");
        }
        weights.push(table.entry(states[turn]).symbol);
        states[turn] = table.next(states[turn], &mut bits);
        if bits.left() < 0 {
            weights.push(table.entry(states[1 - turn]).symbol);
            break;
        }
    }
    Ok(())
}
