//! Content codings (RFC 9110, 8.4) taken off as bytes: encoded content in, slices of decoded content out. Knows
//! nothing of HTTP's framing, of sockets or of what the content is.
//!
//! A driver hands over all that it has, takes one slice, and asks again until there is [`Piece::NeedMore`]; between two
//! slices it may let others run. Nothing is decoded that was not asked for.
//!
//! ```
//! use crawltop::coding::{Decoder, Piece};
//!
//! let mut decoder = Decoder::new([&b"deflate"[..]].into_iter(), 1 << 20)?.expect("a coding");
//! let (mut rest, mut content) = (&b"\x4b\xcb\xcf\x07\x00"[..], Vec::new());
//! loop {
//!     let (used, piece) = decoder.decode(rest)?;
//!     rest = &rest[used..];
//!     match piece {
//!         Piece::NeedMore => break,
//!         Piece::Content(slice) => content.extend_from_slice(slice),
//!     }
//! }
//! decoder.end()?;
//! assert_eq!(content, b"foo");
//! # Ok::<(), crawltop::coding::CodingError>(())
//! ```
//!
//! # What is accepted, and what is not
//!
//! | what the peer sends | here | why |
//! | --- | --- | --- |
//! | `gzip`, `x-gzip`, `deflate`, `br`, `zstd`, in any case | decoded | RFC 9110, 8.4.1; RFC 7932; RFC 8878 |
//! | `identity`, `none`, empty elements | skipped | nothing was done to the content; curl and browsers |
//! | any other coding | error that names it | what is left encoded is not the content |
//! | several codings, in one field or more | taken off last to first, 5 at most | RFC 9110, 8.4; curl's limit |
//! | no content at all | fine, whatever the codings | servers send it with 200, 304 and redirects |
//! | `deflate` as zlib, or raw | both | RFC 9110, 8.4.1.2: "some non-conformant implementations" |
//! | gzip of several members, zstd of several frames, skippable frames | concatenated, skipped | RFC 1952, 2.2; RFC 8878, 3.1 |
//! | zero bytes after the end | skipped | padding of tapes and caches |
//! | other bytes after the end that begin no member or frame | skipped | what came before is whole, and browsers show it |
//! | a member or frame that was begun after the first | must be whole | else part of the content would be missing in silence |
//! | a wrong checksum, length, header or code | `decode` | |
//! | an end in the middle of the stream | `truncated` | also where the framing is complete |
//! | zstd with a window over 8 MiB | `decode` | RFC 9659 |
//! | br and zstd with windows of over 48 MiB together | `too_large` | memory: no page is packed with more than one |
//! | zstd with a dictionary, zlib with a preset one | `decode` | none was agreed on |
//! | br with a large window | `decode` | not in RFC 7932, and up to 1 GiB of memory |
//! | more content than the limit, of the last layer or one between | `too_large` | memory and time |
//! | more than 16 MiB of content, and over 1,100 times of what came | `too_large` | deflate expands up to 1,032 times: what gives more is a bomb |

mod brotli;
mod deflate;
mod error;
mod gzip;
mod inflate;
mod layer;
mod list;
mod zstd;

pub use error::CodingError;
pub use list::Coding;

use layer::Layer;

/// Bytes of a slice of decoded content at most.
pub const SLICE: usize = 64 << 10;
/// Codings on one response at most.
pub const LAYERS: usize = 5;
/// How many times larger than what came the content may be, beyond [`FREE`].
pub const RATIO: u64 = 1_100;
/// Bytes of content to which [`RATIO`] does not apply.
pub const FREE: u64 = 16 << 20;

/// Bytes of the windows of all layers at most.
pub const WINDOWS: u64 = 48 << 20;

/// Slices that are made within one call at most, those between layers counted in: a call stays short even where none
/// of them becomes content.
const STEPS: usize = 8;

#[derive(Debug, PartialEq, Eq)]
pub enum Piece<'d> {
    /// All input is read, and there is no content that could be given without more.
    NeedMore,
    /// Content, at most [`SLICE`] bytes, and sometimes none. There may be more of it without more input.
    Content(&'d [u8]),
}

/// Takes all codings off the content of one response. Memory is bounded, by about [`WINDOWS`] at worst; time is linear in
/// what comes in and out.
pub struct Decoder {
    /// In the order in which they are taken off.
    layers: Vec<Layer>,
    bounds: Bounds,
    failed: Option<CodingError>,
}

impl Decoder {
    /// `fields`: the values of Content-Encoding. `max`: bytes of decoded content at most. `None` where there is
    /// nothing to take off.
    ///
    /// # Errors
    /// A coding that is not known, or too many of them.
    pub fn new<'f>(fields: impl Iterator<Item = &'f [u8]>, max: u64) -> Result<Option<Decoder>, CodingError> {
        let mut fields = fields.peekable();
        if fields.peek().is_none() {
            return Ok(None);
        }
        let mut layers: Vec<Layer> = list::codings(fields)?.into_iter().map(Layer::new).collect();
        layers.reverse();
        Ok((!layers.is_empty()).then_some(Decoder { layers, bounds: Bounds::new(max), failed: None }))
    }

    /// Reads from `input`; tells how many bytes were read, and what they and earlier ones make. To be called again
    /// with the rest until [`Piece::NeedMore`].
    ///
    /// # Errors
    /// What is wrong with the content, or which limit it passes; it is final, and comes again.
    pub fn decode(&mut self, input: &[u8]) -> Result<(usize, Piece<'_>), CodingError> {
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        let mut pull = Pull { input, used: 0, steps: STEPS };
        let pulled = pull.slice(&mut self.layers, &self.bounds, true);
        match pulled.and_then(|pulled| within_windows(&self.layers).map(|()| pulled)) {
            Ok(Pulled::NeedMore) => Ok((pull.used, Piece::NeedMore)),
            Ok(Pulled::Pause) => Ok((pull.used, Piece::Content(&[]))),
            Ok(Pulled::Slice) => Ok((pull.used, Piece::Content(self.layers.last_mut().map_or(&[], Layer::take)))),
            Err(error) => Err(self.failed.insert(error).clone()),
        }
    }

    /// No more input comes, and [`decode`](Self::decode) needs more.
    ///
    /// # Errors
    /// `truncated`, or what was wrong before.
    pub fn end(&self) -> Result<(), CodingError> {
        match &self.failed {
            Some(error) => Err(error.clone()),
            None => self.layers.iter().try_for_each(Layer::end),
        }
    }
}

/// # Errors
/// `too_large`, where the layers keep more than they may.
fn within_windows(layers: &[Layer]) -> Result<(), CodingError> {
    // Of one or two layers, the windows are within it anyway.
    let kept = if layers.len() < 3 { 0 } else { layers.iter().map(Layer::window).sum() };
    if kept > WINDOWS { Err(CodingError::Windows { bytes: kept, limit: WINDOWS }) } else { Ok(()) }
}

/// How much may come, pass between two layers, and come out.
struct Bounds {
    max: u64,
    /// Above `max`, since what can't be packed grows by a little.
    before: u64,
}

impl Bounds {
    fn new(max: u64) -> Bounds {
        Bounds { max, before: max.saturating_add(max / 64).saturating_add(SLICE as u64) }
    }

    fn check(&self, layer: &Layer, first: Option<&Layer>, last: bool) -> Result<(), CodingError> {
        let read = first.unwrap_or(layer).read;
        if read > self.before {
            return Err(CodingError::TooLargeEncoded { limit: self.before });
        }
        match last {
            true => layer.check(read, self.max, CodingError::TooLarge { limit: self.max }),
            false => layer.check(read, self.before, CodingError::TooLargeBetween { limit: self.before }),
        }
    }
}

/// One call of a driver.
struct Pull<'i> {
    input: &'i [u8],
    used: usize,
    /// Slices that may still be made.
    steps: usize,
}

enum Pulled {
    NeedMore,
    Slice,
    Pause,
}

impl Pull<'_> {
    /// Makes the last of `layers` give a slice, from the input or from the layers before it.
    fn slice(&mut self, layers: &mut [Layer], bounds: &Bounds, last: bool) -> Result<Pulled, CodingError> {
        let Some((layer, before)) = layers.split_last_mut() else { return Ok(Pulled::NeedMore) };
        loop {
            if self.steps == 0 {
                return Ok(Pulled::Pause);
            }
            let source = before.last().map_or(&self.input[self.used..], Layer::pending);
            let stepped = layer.step(source)?;
            match before.last_mut() {
                Some(below) => below.drop_first(stepped.read),
                None => self.used += stepped.read,
            }
            bounds.check(layer, before.first(), last)?;
            if stepped.written > 0 {
                self.steps -= 1;
                return Ok(Pulled::Slice);
            }
            match self.slice(before, bounds, false)? {
                Pulled::Slice => {}
                other => return Ok(other),
            }
        }
    }
}
