//! The coding `gzip` (RFC 1952): members one after the other, each checked against its sums. Skips what its header
//! tells of a file.

mod header;

use super::error::CodingError;
use super::inflate::Inflate;
use super::layer::Stepped;
use super::list::Coding;
use flate2::Crc;
use header::Header;

const TRAILER: usize = 8;

pub(super) struct Gzip {
    place: Place,
    inflate: Inflate,
    crc: Crc,
    /// The trailer, as far as it came.
    trailer: [u8; TRAILER],
    trailer_read: usize,
}

enum Place {
    Header(Header),
    Body,
    Trailer,
    /// After a member: padding, or another one.
    Between,
    /// After a first byte of a member: whether it is one is the second's to say.
    Maybe,
    /// Whatever comes is not read any more.
    After,
}

impl Default for Gzip {
    fn default() -> Gzip {
        let place = Place::Header(Header::default());
        Gzip { place, inflate: Inflate::raw(), crc: Crc::new(), trailer: [0; TRAILER], trailer_read: 0 }
    }
}

impl Gzip {
    /// # Errors
    /// `decode`.
    pub fn step(&mut self, input: &[u8], out: &mut [u8]) -> Result<Stepped, CodingError> {
        let mut read = 0;
        loop {
            if let Place::Body = self.place {
                let stepped = self.body(&input[read..], out)?;
                read += stepped.read;
                if stepped.written > 0 || !self.inflate.ended() {
                    return Ok(Stepped { read, ..stepped });
                }
            }
            let Some(&byte) = input.get(read) else { return Ok(Stepped { read, written: 0 }) };
            read += 1;
            self.byte(byte)?;
        }
    }

    pub fn is_whole(&self) -> bool {
        matches!(self.place, Place::Between | Place::After)
    }

    fn body(&mut self, input: &[u8], out: &mut [u8]) -> Result<Stepped, CodingError> {
        let stepped = self.inflate.step(input, out).map_err(broken)?;
        self.crc.update(&out[..stepped.written]);
        if self.inflate.ended() {
            self.place = Place::Trailer;
        }
        Ok(stepped)
    }

    /// Reads a byte outside of a body.
    fn byte(&mut self, byte: u8) -> Result<(), CodingError> {
        match (&mut self.place, byte) {
            (Place::Header(header), _) => {
                if header.byte(byte).map_err(broken)? {
                    self.place = Place::Body;
                }
            }
            (Place::Trailer, _) => return self.trailer(byte),
            (Place::Between, 0) | (Place::Body | Place::After, _) => {}
            (Place::Between, header::FIRST) => self.place = Place::Maybe,
            (Place::Maybe, header::SECOND) => self.begin()?,
            (Place::Between | Place::Maybe, _) => self.place = Place::After,
        }
        Ok(())
    }

    fn trailer(&mut self, byte: u8) -> Result<(), CodingError> {
        self.trailer[self.trailer_read] = byte;
        self.trailer_read += 1;
        if self.trailer_read < TRAILER {
            return Ok(());
        }
        let [a, b, c, d, sizes @ ..] = self.trailer;
        if u32::from_le_bytes([a, b, c, d]) != self.crc.sum() {
            return Err(broken("its checksum is wrong"));
        }
        if u32::from_le_bytes(sizes) != self.crc.amount() {
            return Err(broken("its length is wrong"));
        }
        self.place = Place::Between;
        Ok(())
    }

    /// Begins another member, of which two bytes were read.
    fn begin(&mut self) -> Result<(), CodingError> {
        let mut header = Header::default();
        for byte in [header::FIRST, header::SECOND] {
            header.byte(byte).map_err(broken)?;
        }
        self.inflate.reset();
        self.crc.reset();
        self.trailer_read = 0;
        self.place = Place::Header(header);
        Ok(())
    }
}

fn broken(what: &'static str) -> CodingError {
    CodingError::Broken { coding: Coding::Gzip, what }
}
