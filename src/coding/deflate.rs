//! The coding `deflate`: the zlib format, or DEFLATE without it, as some servers send (RFC 9110, 8.4.1.2).

use super::error::CodingError;
use super::inflate::Inflate;
use super::layer::Stepped;
use super::list::Coding;

#[derive(Default)]
pub(super) struct Deflate {
    /// The first byte, until the second says which of the two forms it is.
    first: Option<u8>,
    inflate: Option<Inflate>,
}

impl Deflate {
    /// # Errors
    /// `decode`.
    pub fn step(&mut self, input: &[u8], out: &mut [u8]) -> Result<Stepped, CodingError> {
        if let Some(inflate) = &mut self.inflate {
            let stepped = inflate.step(input, out).map_err(broken)?;
            // What follows the end is skipped.
            return Ok(if inflate.ended() { Stepped { read: input.len(), ..stepped } } else { stepped });
        }
        match (self.first, input) {
            (_, []) => Ok(Stepped::default()),
            (None, [first]) => {
                self.first = Some(*first);
                Ok(Stepped { read: 1, written: 0 })
            }
            (None, [first, second, ..]) => {
                self.inflate = Some(inflate(*first, *second));
                self.step(input, out)
            }
            (Some(first), [second, ..]) => {
                let made = self.inflate.insert(inflate(first, *second));
                // One byte gives no content yet, in neither form.
                made.step(&[first], out).map_err(broken)?;
                self.step(input, out)
            }
        }
    }

    pub fn is_whole(&self) -> bool {
        self.inflate.as_ref().is_some_and(Inflate::ended)
    }
}

/// A first byte that zlib has would be a stored block whose padding is not zero: no packer writes that.
fn inflate(first: u8, second: u8) -> Inflate {
    let zlib = first & 0x0f == 8 && first >> 4 <= 7 && u16::from_be_bytes([first, second]).is_multiple_of(31);
    if zlib { Inflate::zlib() } else { Inflate::raw() }
}

fn broken(what: &'static str) -> CodingError {
    CodingError::Broken { coding: Coding::Deflate, what }
}
