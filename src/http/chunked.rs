//! Takes the chunked coding off a body (RFC 9112, 7.1). Knows nothing of heads; what trailers say
//! is dropped.

use super::error::{Excerpt, HttpError};
use super::exchange::Limits;
use super::request::is_token;

/// Reads every byte once, in pieces of any size.
#[derive(Debug)]
pub(super) struct Chunks {
    limits: Limits,
    place: Place,
    size: u64,
    /// Bytes of the chunk's data that are still to come.
    left: u64,
    /// The digits of the size as they came, to be shown when they are wrong.
    digits: [u8; MAX_DIGITS],
    digits_seen: usize,
    blanks: usize,
    extension_bytes: usize,
    trailer_bytes: usize,
    /// The line of the size ended with CRLF: so does its data then, or the size may be wrong by one without a sign.
    crlf: bool,
}

/// What the next byte belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Size,
    Blanks,
    Extension(Quote),
    SizeLf,
    Data,
    DataEnd,
    DataLf,
    TrailerStart { first: bool },
    TrailerName,
    TrailerValue,
    TrailerLf,
    LastLf,
    End,
}

/// Where in a quoted string of an extension.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Quote {
    Outside,
    Inside,
    Escaped,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece<'i> {
    NeedMore,
    Content(&'i [u8]),
    End,
}

const MAX_DIGITS: usize = 16;
const MAX_BLANKS: usize = 16;

impl Chunks {
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            place: Place::Size,
            size: 0,
            left: 0,
            digits: [0; MAX_DIGITS],
            digits_seen: 0,
            blanks: 0,
            extension_bytes: 0,
            trailer_bytes: 0,
            crlf: false,
        }
    }

    /// Gives how many bytes are consumed, and content if there is any among them.
    pub fn decode<'i>(&mut self, input: &'i [u8]) -> Result<(usize, Piece<'i>), HttpError> {
        let mut at = 0;
        loop {
            match (self.place, &input[at..]) {
                (Place::End, _) => return Ok((at, Piece::End)),
                (_, []) => return Ok((at, Piece::NeedMore)),
                (Place::Data, rest) => {
                    let content = self.take(rest);
                    return Ok((at + content.len(), Piece::Content(content)));
                }
                (place, [byte, ..]) => self.place = self.next(place, *byte)?,
            }
            at += 1;
        }
    }

    /// Bytes of the chunk's data that are still to come.
    pub fn left(&self) -> u64 {
        self.left
    }

    /// What a close means at this place, after `content` bytes.
    pub fn cut(&self, content: u64) -> HttpError {
        match self.place {
            Place::TrailerStart { .. }
            | Place::TrailerName
            | Place::TrailerValue
            | Place::TrailerLf
            | Place::LastLf => HttpError::TrailersCut(content),
            _ => HttpError::ChunksCut(content),
        }
    }

    fn take<'i>(&mut self, rest: &'i [u8]) -> &'i [u8] {
        let content = up_to(self.left, rest);
        self.left -= content.len() as u64;
        if self.left == 0 {
            self.place = Place::DataEnd;
        }
        content
    }

    fn next(&mut self, place: Place, byte: u8) -> Result<Place, HttpError> {
        match (place, byte) {
            (Place::Size, _) => self.size(byte),
            (Place::Blanks, _) => self.blank(byte),
            (Place::Extension(quote), _) => self.extension(quote, byte),
            (Place::SizeLf, b'\n') => {
                self.crlf = true;
                Ok(self.size_end())
            }
            (Place::SizeLf, _) => Err(HttpError::BadChunkLine(Excerpt::of(&[b'\r', byte]))),
            (Place::DataEnd, b'\r') => Ok(Place::DataLf),
            (Place::DataLf, b'\n') => Ok(self.next_size()),
            (Place::DataEnd, b'\n') if !self.crlf => Ok(self.next_size()),
            (Place::DataEnd, _) => Err(self.bad_end(&[byte])),
            (Place::DataLf, _) => Err(self.bad_end(&[b'\r', byte])),
            (Place::TrailerStart { .. }, b'\r') => Ok(Place::LastLf),
            (Place::TrailerStart { .. } | Place::LastLf, b'\n') => Ok(Place::End),
            (Place::LastLf, _) => Err(HttpError::BadTrailer(Excerpt::of(&[b'\r', byte]))),
            (_, _) => self.trailer(place, byte),
        }
    }

    fn size(&mut self, byte: u8) -> Result<Place, HttpError> {
        let Some(digit) = char::from(byte).to_digit(16) else {
            return self.after_size(byte);
        };
        let Some(slot) = self.digits.get_mut(self.digits_seen) else {
            return Err(HttpError::LongChunkSize(self.size_with(byte)));
        };
        *slot = byte;
        self.digits_seen += 1;
        self.size = self.size << 4 | u64::from(digit);
        Ok(Place::Size)
    }

    fn after_size(&mut self, byte: u8) -> Result<Place, HttpError> {
        match byte {
            b'\r' | b'\n' | b';' | b' ' | b'\t' if self.digits_seen > 0 => self.blank(byte),
            b'\r' | b'\n' => Err(HttpError::BadChunkSize(Excerpt::of(&[]))),
            _ => Err(HttpError::BadChunkSize(self.size_with(byte))),
        }
    }

    fn blank(&mut self, byte: u8) -> Result<Place, HttpError> {
        match byte {
            b'\r' => Ok(Place::SizeLf),
            b'\n' => Ok(self.size_end()),
            b';' => self.extension(Quote::Outside, byte),
            b' ' | b'\t' if self.blanks == MAX_BLANKS => Err(HttpError::ChunkBlanks { limit: MAX_BLANKS }),
            b' ' | b'\t' => {
                self.blanks += 1;
                Ok(Place::Blanks)
            }
            _ => Err(HttpError::BadChunkLine(Excerpt::of(&[byte]))),
        }
    }

    /// An extension means nothing here, but where its quotes end decides where its line does.
    fn extension(&mut self, quote: Quote, byte: u8) -> Result<Place, HttpError> {
        match (quote, byte) {
            (Quote::Outside, b'\r') => return Ok(Place::SizeLf),
            (Quote::Outside, b'\n') => return Ok(self.size_end()),
            (_, b'\r' | b'\n' | 0) => return Err(HttpError::BadExtension(Excerpt::of(&[byte]))),
            _ => self.extension_bytes += 1,
        }
        if self.extension_bytes > self.limits.extension_bytes {
            return Err(HttpError::ExtensionsTooLarge { limit: self.limits.extension_bytes });
        }
        Ok(Place::Extension(match (quote, byte) {
            (Quote::Outside, b'"') | (Quote::Escaped, _) => Quote::Inside,
            (Quote::Inside, b'"') => Quote::Outside,
            (Quote::Inside, b'\\') => Quote::Escaped,
            (quote, _) => quote,
        }))
    }

    /// The line of a size is complete: data follows, or after the last chunk the trailers.
    fn size_end(&mut self) -> Place {
        self.left = self.size;
        if self.size == 0 { Place::TrailerStart { first: true } } else { Place::Data }
    }

    fn next_size(&mut self) -> Place {
        (self.size, self.digits_seen, self.blanks, self.crlf) = (0, 0, 0, false);
        Place::Size
    }

    fn trailer(&mut self, place: Place, byte: u8) -> Result<Place, HttpError> {
        self.trailer_bytes += 1;
        if self.trailer_bytes > self.limits.trailer_bytes {
            return Err(HttpError::TrailersTooLarge { limit: self.limits.trailer_bytes });
        }
        match (place, byte) {
            (Place::TrailerStart { first: false }, b' ' | b'\t') => Ok(Place::TrailerValue),
            (Place::TrailerStart { .. } | Place::TrailerName, _) if is_token(byte) => Ok(Place::TrailerName),
            (Place::TrailerName, b':') => Ok(Place::TrailerValue),
            (Place::TrailerValue | Place::TrailerLf, b'\n') => Ok(Place::TrailerStart { first: false }),
            (Place::TrailerValue, b'\r') => Ok(Place::TrailerLf),
            (Place::TrailerValue, b'\t' | b' '..=b'~' | 0x80..) => Ok(Place::TrailerValue),
            _ => Err(HttpError::BadTrailer(Excerpt::of(&[byte]))),
        }
    }

    fn size_with(&self, byte: u8) -> Excerpt {
        Excerpt::of(&[&self.digits[..self.digits_seen], &[byte]].concat())
    }

    fn bad_end(&self, found: &[u8]) -> HttpError {
        HttpError::BadChunkEnd { size: self.size, found: Excerpt::of(found) }
    }
}

/// At most `left` bytes of `input`.
pub(super) fn up_to(left: u64, input: &[u8]) -> &[u8] {
    let length = usize::try_from(left).map_or(input.len(), |left| left.min(input.len()));
    &input[..length]
}
