//! The header of a gzip member (RFC 1952, 2.3), byte by byte. Keeps nothing of what it tells.

use flate2::Crc;

pub(super) const FIRST: u8 = 0x1f;
pub(super) const SECOND: u8 = 0x8b;

const CHECKSUM: u8 = 1 << 1;
const EXTRA: u8 = 1 << 2;
const NAME: u8 = 1 << 3;
const COMMENT: u8 = 1 << 4;
const RESERVED: u8 = 0xe0;

/// Bytes before the optional parts.
const FIXED: usize = 10;

#[derive(Default)]
pub(in crate::coding) struct Header {
    place: Place,
    flags: u8,
    crc: Crc,
}

#[derive(Clone, Copy)]
enum Place {
    Fixed(usize),
    ExtraLow,
    ExtraHigh(u8),
    Extra(u16),
    Name,
    Comment,
    ChecksumLow,
    /// With the first byte, and the sum of what came before.
    ChecksumHigh(u8, u16),
}

impl Default for Place {
    fn default() -> Place {
        Place::Fixed(0)
    }
}

impl Header {
    /// Whether the header ends with this byte.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn byte(&mut self, byte: u8) -> Result<bool, &'static str> {
        let sum = self.crc.sum() as u16;
        self.crc.update(&[byte]);
        let next = match (self.place, byte) {
            (Place::Fixed(at), _) => self.fixed(at, byte)?,
            (Place::ExtraLow, _) => Some(Place::ExtraHigh(byte)),
            (Place::ExtraHigh(low), _) => match u16::from_le_bytes([low, byte]) {
                0 => self.after(EXTRA),
                length => Some(Place::Extra(length)),
            },
            (Place::Extra(1), _) => self.after(EXTRA),
            (Place::Extra(left), _) => Some(Place::Extra(left - 1)),
            (Place::Name, 0) => self.after(NAME),
            (Place::Comment, 0) => self.after(COMMENT),
            (Place::Name | Place::Comment, _) => Some(self.place),
            (Place::ChecksumLow, _) => Some(Place::ChecksumHigh(byte, sum)),
            (Place::ChecksumHigh(low, sum), _) if u16::from_le_bytes([low, byte]) == sum => None,
            (Place::ChecksumHigh(..), _) => return Err("the checksum of its header is wrong"),
        };
        if let Some(next) = next {
            self.place = next;
        }
        Ok(next.is_none())
    }

    fn fixed(&mut self, at: usize, byte: u8) -> Result<Option<Place>, &'static str> {
        match (at, byte) {
            (0, FIRST) | (1, SECOND) | (2, 8) => {}
            (0 | 1, _) => return Err("it does not begin as gzip does"),
            (2, _) => return Err("its method is not deflate"),
            (3, flags) if flags & RESERVED != 0 => return Err("its header has flags that mean nothing"),
            (3, flags) => self.flags = flags,
            _ => {}
        }
        Ok(if at + 1 == FIXED { self.after(0) } else { Some(Place::Fixed(at + 1)) })
    }

    /// The next part that is there, after the one of that flag.
    fn after(&self, flag: u8) -> Option<Place> {
        let parts = [(EXTRA, Place::ExtraLow), (NAME, Place::Name), (COMMENT, Place::Comment)];
        let mut later = parts.into_iter().filter(|&(part, _)| part > flag.max(CHECKSUM) && self.flags & part != 0);
        let checksum = (self.flags & CHECKSUM != 0).then_some(Place::ChecksumLow);
        later.next().map(|(_, place)| place).or(checksum)
    }
}
