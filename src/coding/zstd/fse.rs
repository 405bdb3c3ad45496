//! Tables of Finite State Entropy (RFC 8878, 4.1). Knows nothing of what their symbols stand for.

use super::bits::{Backward, Forward};

#[derive(Clone, Copy, Default)]
pub(super) struct Entry {
    pub symbol: u8,
    /// Bits that lead to the next state, beyond its base.
    pub bits: u8,
    base: u16,
}

/// A state is an index into the entries; there are as many as 2 to the power of the accuracy.
#[derive(Clone)]
pub(super) struct Table {
    accuracy: u32,
    entries: Vec<Entry>,
}

/// The largest alphabet, that of a byte.
const SYMBOLS: usize = 256;

impl Table {
    /// The table of one symbol, which takes no bits.
    pub fn of_one(symbol: u8) -> Table {
        Table { accuracy: 0, entries: vec![Entry { symbol, bits: 0, base: 0 }] }
    }

    /// Reads the table that `source` begins with, and tells how many bytes that were.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(source: &[u8], most_accuracy: u32, symbols: usize) -> Result<(Table, usize), &'static str> {
        let mut bits = Forward::new(source);
        let accuracy = bits.peek(4) + 5;
        bits.skip(4)?;
        if accuracy > most_accuracy {
            return Err("a table is too fine");
        }
        let mut weights = [0i16; SYMBOLS];
        let (mut left, mut symbol) = (1i32 << accuracy, 0);
        while left > 0 {
            let weight = weight(&mut bits, left)?;
            *weights[..symbols].get_mut(symbol).ok_or("a table has too many symbols")? = weight;
            symbol += 1;
            left -= i32::from(weight.unsigned_abs());
            if weight == 0 {
                symbol += zeros(&mut bits)?;
            }
        }
        Ok((Table::of(&weights[..symbols.min(symbol)], accuracy), bits.bytes_read()))
    }

    /// Spreads symbols over the states by their weights, which must add up to 2 to the power of `accuracy`; -1 stands
    /// for a weight below one.
    pub fn of(weights: &[i16], accuracy: u32) -> Table {
        let size = 1usize << accuracy;
        let mut entries = vec![Entry::default(); size];
        let mut high = size;
        let symbols = || (0..=u8::MAX).zip(weights);
        for (symbol, _) in symbols().filter(|&(_, &weight)| weight == -1) {
            high -= 1;
            entries[high].symbol = symbol;
        }
        let (step, mut at) = ((size >> 1) + (size >> 3) + 3, 0);
        for (symbol, &weight) in symbols() {
            for _ in 0..weight.max(0) {
                entries[at].symbol = symbol;
                at = (at + step) & (size - 1);
                while at >= high {
                    at = (at + step) & (size - 1);
                }
            }
        }
        let mut next = [0u16; SYMBOLS];
        symbols().for_each(|(symbol, weight)| next[usize::from(symbol)] = weight.unsigned_abs());
        for entry in &mut entries {
            let state = &mut next[usize::from(entry.symbol)];
            let bits = accuracy - state.ilog2();
            (entry.bits, entry.base) = (bits as u8, (*state << bits) - size as u16);
            *state += 1;
        }
        Table { accuracy, entries }
    }

    pub fn first(&self, bits: &mut Backward<'_>) -> usize {
        bits.read(self.accuracy) as usize
    }

    pub fn entry(&self, state: usize) -> Entry {
        self.entries[state]
    }

    pub fn next(&self, state: usize, bits: &mut Backward<'_>) -> usize {
        let entry = self.entries[state];
        usize::from(entry.base) + bits.read(u32::from(entry.bits)) as usize
    }
}

/// A weight of which `left` is the most: small numbers take a bit less where there is no room for large ones.
fn weight(bits: &mut Forward<'_>, left: i32) -> Result<i16, &'static str> {
    let most = left as u32 + 1;
    let width = most.ilog2() + 1;
    let spare = (1 << width) - 1 - most;
    let value = bits.peek(width);
    let low = value & ((1 << (width - 1)) - 1);
    if low < spare {
        bits.skip(width - 1)?;
        return Ok(low as i16 - 1);
    }
    bits.skip(width)?;
    let value = if value >= 1 << (width - 1) { value - spare } else { value };
    Ok(value as i16 - 1)
}

/// How many further symbols have no weight.
fn zeros(bits: &mut Forward<'_>) -> Result<usize, &'static str> {
    let mut count = 0;
    loop {
        let more = bits.peek(2);
        bits.skip(2)?;
        count += more as usize;
        if more < 3 {
            return Ok(count);
        }
    }
}
