//! A sitemap that is packed as gzip by itself, `sitemap.xml.gz`, unpacked as its bytes say. Knows nothing of
//! Content-Encoding, which is taken off before.

use crate::coding::{CodingError, Decoder, Piece};

/// By these a gzip member begins (RFC 1952, 2.3.1), and no sitemap otherwise; the type that a server gives says little.
const FIRST: u8 = 0x1f;
const SECOND: u8 = 0x8b;

/// Unpacks what is packed, and passes on what is not.
pub(super) struct Unpacker {
    form: Form,
    max: u64,
}

enum Form {
    /// Nothing came, or only the first of the two bytes, which is never passed on alone.
    Unknown {
        held: bool,
    },
    Plain,
    Packed(Box<Decoder>),
}

impl Unpacker {
    /// `max`: bytes of unpacked content at most.
    pub fn new(max: u64) -> Unpacker {
        Unpacker { form: Form::Unknown { held: false }, max }
    }

    /// As [`Decoder::decode`]: reads from `input`, tells how many bytes were read and what they make, and is to be
    /// called again with the rest until [`Piece::NeedMore`].
    ///
    /// # Errors
    /// What is wrong with the content, or which limit it passes.
    pub fn decode<'a>(&'a mut self, input: &'a [u8]) -> Result<(usize, Piece<'a>), CodingError> {
        if let Form::Unknown { held } = self.form {
            match (held, input) {
                (_, []) => return Ok((0, Piece::NeedMore)),
                (false, [FIRST]) => {
                    self.form = Form::Unknown { held: true };
                    return Ok((1, Piece::NeedMore));
                }
                (false, [FIRST, SECOND, ..]) | (true, [SECOND, ..]) => self.form = self.packed(held)?,
                (true, _) => {
                    self.form = Form::Plain;
                    return Ok((0, Piece::Content(&[FIRST])));
                }
                (false, _) => self.form = Form::Plain,
            }
        }
        match &mut self.form {
            Form::Packed(decoder) => decoder.decode(input),
            _ if input.is_empty() => Ok((0, Piece::NeedMore)),
            _ => Ok((input.len(), Piece::Content(input))),
        }
    }

    pub fn is_packed(&self) -> bool {
        matches!(self.form, Form::Packed(_))
    }

    /// # Errors
    /// `truncated`, or what was wrong before.
    pub fn end(&self) -> Result<(), CodingError> {
        match &self.form {
            Form::Packed(decoder) => decoder.end(),
            _ => Ok(()),
        }
    }

    fn packed(&self, held: bool) -> Result<Form, CodingError> {
        let decoder = Decoder::new([&b"gzip"[..]].into_iter(), self.max)?;
        let Some(mut decoder) = decoder else { return Ok(Form::Plain) };
        if held {
            decoder.decode(&[FIRST])?;
        }
        Ok(Form::Packed(Box::new(decoder)))
    }
}
