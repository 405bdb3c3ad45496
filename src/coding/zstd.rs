//! The coding `zstd` (RFC 8878, with the window of RFC 9659): frames one after the other. No block can give more than
//! 128 KiB, whatever its sequences say, so memory is bounded by the window.

mod bits;
mod block;
mod checksum;
pub(super) mod frame;
mod fse;
mod history;
mod huffman;
mod literals;
mod sequences;

use super::error::CodingError;
use super::layer::Stepped;
use super::list::Coding;
use block::{Block, Header as BlockHeader, Tables};
use checksum::Checksum;
use frame::Frame;
use history::History;

const MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
/// Of a skippable frame, whose first byte has any low half (RFC 8878, 3.1.2).
const SKIPPABLE: [u8; 4] = [0x50, 0x2a, 0x4d, 0x18];

pub(super) struct Zstd {
    place: Place,
    /// Bytes of the part that is awaited.
    gathered: Vec<u8>,
    frame: Frame,
    tables: Box<Tables>,
    history: History,
    checksum: Checksum,
    /// Content of this frame so far.
    content: u64,
    /// Whether a frame was there at all.
    begun: bool,
}

#[derive(Clone, Copy)]
enum Place {
    Magic,
    SkipLength,
    Skip(u64),
    Descriptor,
    FrameHeader,
    BlockHeader,
    Block(BlockHeader),
    Checksum,
    /// Whatever comes is not read any more.
    After,
}

impl Default for Zstd {
    fn default() -> Zstd {
        Zstd {
            place: Place::Magic,
            gathered: Vec::new(),
            frame: Frame::default(),
            tables: Box::default(),
            history: History::default(),
            checksum: Checksum::default(),
            content: 0,
            begun: false,
        }
    }
}

impl Zstd {
    /// # Errors
    /// `decode`.
    pub fn step(&mut self, input: &[u8], out: &mut [u8]) -> Result<Stepped, CodingError> {
        let mut read = 0;
        loop {
            let written = self.history.give(out);
            if written > 0 {
                return Ok(Stepped { read, written });
            }
            match self.place {
                Place::After => return Ok(Stepped { read: input.len(), written: 0 }),
                Place::Skip(left) => {
                    let skipped = usize::try_from(left).map_or(input.len() - read, |left| left.min(input.len() - read));
                    read += skipped;
                    self.place = match left - skipped as u64 {
                        0 => Place::Magic,
                        left => Place::Skip(left),
                    };
                }
                _ => {}
            }
            if !self.gather(input, &mut read) {
                return Ok(Stepped { read, written: 0 });
            }
            let part = std::mem::take(&mut self.gathered);
            let next = self.take(&part);
            self.gathered = part;
            self.gathered.clear();
            self.place = next?;
        }
    }

    pub fn is_whole(&self) -> bool {
        match self.place {
            Place::Magic => self.gathered.is_empty() && self.history.is_given(),
            Place::After => true,
            _ => false,
        }
    }

    /// Bytes of the part that is awaited.
    fn wanted(&self) -> usize {
        match self.place {
            Place::Magic | Place::SkipLength | Place::Checksum => 4,
            Place::Descriptor => 1,
            Place::FrameHeader => self.frame.rest(),
            Place::BlockHeader => 3,
            Place::Block(header) => header.encoded,
            Place::Skip(_) | Place::After => usize::MAX,
        }
    }

    /// Whether the part that is awaited is there; else all input is read.
    fn gather(&mut self, input: &[u8], read: &mut usize) -> bool {
        let missing = self.wanted() - self.gathered.len();
        let taken = missing.min(input.len() - *read);
        if !matches!(self.place, Place::Skip(_)) {
            self.gathered.extend_from_slice(&input[*read..*read + taken]);
            *read += taken;
        }
        taken == missing || self.is_no_frame()
    }

    /// Whether the first bytes, after a whole frame, are already none of another's.
    fn is_no_frame(&self) -> bool {
        let begins = |magic: [u8; 4]| magic.starts_with(&self.gathered);
        let [first, rest @ ..] = SKIPPABLE;
        let skippable = match self.gathered.split_first() {
            Some((byte, more)) => byte & 0xf0 == first && rest.starts_with(more),
            None => true,
        };
        matches!(self.place, Place::Magic) && self.begun && !begins(MAGIC) && !skippable
    }

    /// Reads a part that is there, and says what comes next.
    fn take(&mut self, part: &[u8]) -> Result<Place, CodingError> {
        match self.place {
            Place::Magic => self.magic(part),
            Place::SkipLength => Ok(Place::Skip(u64::from(little_endian(part) as u32))),
            Place::Descriptor => {
                self.frame = Frame::begin(part[0]).map_err(broken)?;
                Ok(Place::FrameHeader)
            }
            Place::FrameHeader => self.frame_header(part),
            Place::BlockHeader => BlockHeader::read(part, self.frame.block_limit()).map(Place::Block).map_err(broken),
            Place::Block(header) => self.block(header, part),
            Place::Checksum if little_endian(part) as u32 == self.checksum.sum() as u32 => Ok(Place::Magic),
            Place::Checksum => Err(broken("its checksum is wrong")),
            place @ (Place::Skip(_) | Place::After) => Ok(place),
        }
    }

    fn magic(&mut self, part: &[u8]) -> Result<Place, CodingError> {
        if part == MAGIC {
            self.begun = true;
            return Ok(Place::Descriptor);
        }
        if part.len() == 4 && part[0] & 0xf0 == SKIPPABLE[0] && part[1..] == SKIPPABLE[1..] {
            self.begun = true;
            return Ok(Place::SkipLength);
        }
        if self.begun { Ok(Place::After) } else { Err(broken("it does not begin as zstd does")) }
    }

    fn frame_header(&mut self, part: &[u8]) -> Result<Place, CodingError> {
        self.frame.read(part)?;
        self.history.begin(self.frame.window);
        self.tables.reset();
        self.checksum = Checksum::default();
        self.content = 0;
        Ok(Place::BlockHeader)
    }

    fn block(&mut self, header: BlockHeader, part: &[u8]) -> Result<Place, CodingError> {
        let block = Block { header, limit: self.frame.block_limit() };
        block.decode(part, &mut self.tables, &mut self.history).map_err(broken)?;
        let content = self.history.ungiven();
        self.content += content.len() as u64;
        if self.frame.checksum {
            self.checksum.update(content);
        }
        if self.frame.content.is_some_and(|told| self.content > told || header.last && self.content < told) {
            return Err(broken("its length is wrong"));
        }
        Ok(match (header.last, self.frame.checksum) {
            (false, _) => Place::BlockHeader,
            (true, true) => Place::Checksum,
            (true, false) => Place::Magic,
        })
    }
}

fn little_endian(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |value, &byte| value << 8 | u64::from(byte))
}

fn broken(what: &'static str) -> CodingError {
    CodingError::Broken { coding: Coding::Zstd, what }
}
