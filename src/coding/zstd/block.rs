//! A block of a zstd frame (RFC 8878, 3.1.1.2). Knows nothing of frames.

use super::history::History;
use super::huffman::Huffman;
use super::literals;
use super::little_endian;
use super::sequences::{self, Sequences};

/// What a compressed block may use of the ones before it, in the same frame.
#[derive(Default)]
pub(super) struct Tables {
    pub huffman: Huffman,
    pub sequences: Sequences,
    pub literals: Vec<u8>,
}

impl Tables {
    pub fn reset(&mut self) {
        self.huffman.reset();
        self.sequences.reset();
    }
}

#[derive(Clone, Copy)]
enum Kind {
    Raw,
    Repeated,
    Compressed,
}

#[derive(Clone, Copy)]
pub(super) struct Header {
    kind: Kind,
    /// The size as told: of the content, or of what is compressed.
    size: usize,
    pub last: bool,
    /// Bytes that follow.
    pub encoded: usize,
}

impl Header {
    /// # Errors
    /// A kind that does not exist, or a size over `limit`.
    pub fn read(part: &[u8], limit: usize) -> Result<Header, &'static str> {
        let bits = little_endian(part) as usize;
        let size = bits >> 3;
        if size > limit {
            return Err("a block is longer than it may be");
        }
        let (kind, encoded) = match bits >> 1 & 3 {
            0 => (Kind::Raw, size),
            1 => (Kind::Repeated, 1),
            2 => (Kind::Compressed, size),
            _ => return Err("a block is of no known kind"),
        };
        Ok(Header { kind, size, last: bits & 1 == 1, encoded })
    }
}

pub(super) struct Block {
    pub header: Header,
    /// Bytes of content at most.
    pub limit: usize,
}

impl Block {
    /// # Errors
    /// What is wrong with it.
    pub fn decode(&self, part: &[u8], tables: &mut Tables, history: &mut History) -> Result<(), &'static str> {
        history.begin_block(self.limit);
        match self.header.kind {
            Kind::Raw => history.append(part),
            Kind::Repeated => history.fill(part[0], self.header.size),
            Kind::Compressed => {
                let rest = literals::read(part, self.limit, &mut tables.huffman, &mut tables.literals)?;
                sequences::run(rest, &mut tables.sequences, &tables.literals, history)
            }
        }
    }
}
