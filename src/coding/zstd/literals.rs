//! The literals of a compressed block (RFC 8878, 3.1.1.3.1). Knows nothing of where they go.

use super::huffman::Huffman;
use super::little_endian;

const SHORT: &str = "its literals are cut off";

/// Puts the literals into `literals`, and gives what follows them.
///
/// # Errors
/// What is wrong with them.
pub(super) fn read<'b>(
    block: &'b [u8],
    limit: usize,
    huffman: &mut Huffman,
    literals: &mut Vec<u8>,
) -> Result<&'b [u8], &'static str> {
    literals.clear();
    let first = usize::from(*block.first().ok_or("a compressed block is empty")?);
    let (kind, format) = (first & 3, first >> 2 & 3);
    if kind < 2 {
        let (bytes, shift) = [(1, 3), (2, 4), (1, 3), (3, 4)][format];
        let size = little_endian(block.get(..bytes).ok_or(SHORT)?) as usize >> shift;
        return plain(&block[bytes..], kind == 1, checked(size, limit)?, literals);
    }
    let (bytes, width) = [(3, 10), (3, 10), (4, 14), (5, 18)][format];
    let sizes = little_endian(block.get(..bytes).ok_or(SHORT)?) as usize >> 4;
    let size = checked(sizes & ((1 << width) - 1), limit)?;
    let encoded = sizes >> width;
    let (mut source, rest) = block[bytes..].split_at_checked(encoded).ok_or(SHORT)?;
    if kind == 2 {
        source = &source[huffman.read(source)?..];
    }
    if format == 0 {
        huffman.decode(source, size, literals)?;
    } else {
        four_streams(source, size, huffman, literals)?;
    }
    Ok(rest)
}

fn plain<'b>(source: &'b [u8], repeated: bool, size: usize, literals: &mut Vec<u8>) -> Result<&'b [u8], &'static str> {
    let (own, rest) = source.split_at_checked(if repeated { 1 } else { size }).ok_or(SHORT)?;
    match (repeated, own) {
        (true, [byte, ..]) => literals.resize(size, *byte),
        _ => literals.extend_from_slice(own),
    }
    Ok(rest)
}

/// Behind a table of three sizes, each stream but the last gives the same number of literals.
fn four_streams(source: &[u8], size: usize, huffman: &Huffman, literals: &mut Vec<u8>) -> Result<(), &'static str> {
    let (jumps, mut streams) = source.split_at_checked(6).ok_or(SHORT)?;
    let each = size.div_ceil(4);
    let last = size.checked_sub(3 * each).ok_or("its literals are too few for four streams")?;
    for jump in jumps.chunks(2) {
        let (stream, rest) = streams.split_at_checked(little_endian(jump) as usize).ok_or(SHORT)?;
        huffman.decode(stream, each, literals)?;
        streams = rest;
    }
    huffman.decode(streams, last, literals)
}

fn checked(size: usize, limit: usize) -> Result<usize, &'static str> {
    if size > limit { Err("a block is longer than it may be") } else { Ok(size) }
}
