//! Where the content of a response goes as it comes: decoded, counted, hashed, searched for its title, kept if asked.

use super::finder::Finder;
use crate::coding::{CodingError, Decoder, Piece};
use crate::content::{Coming, Stash};
use crate::crawl::TitleScanner;
use crate::failure::FailureKind;
use crate::text::Untrusted;
use sha2::{Digest, Sha256};
use std::sync::Arc;
use xxhash_rust::xxh3::Xxh3Default;

/// What is wanted of the content.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Bytes of decoded content at most (`--max-filesize`).
    pub max: u64,
    pub hash: bool,
    /// A short hash, by which equal contents are found among those of a crawl.
    pub digest: bool,
    /// Where content is kept, where it is to be.
    pub keep: Option<Arc<Stash>>,
}

pub struct Receiver {
    codings: Codings,
    sink: Sink,
}

/// What was put on the content. It matters only once there is content.
enum Codings {
    None,
    Known(Box<Decoder>),
    Unusable(CodingError),
}

impl Receiver {
    /// `title`: for what may be a page. `encodings`: the values of Content-Encoding.
    pub fn new<'f>(
        wanted: Wanted,
        title: Option<TitleScanner>,
        encodings: impl Iterator<Item = &'f [u8]>,
        finder: Option<Finder>,
    ) -> Receiver {
        let codings = match Decoder::new(encodings, wanted.max) {
            Ok(None) => Codings::None,
            Ok(Some(decoder)) => Codings::Known(Box::new(decoder)),
            Err(error) => Codings::Unusable(error),
        };
        let hasher = wanted.hash.then(Sha256::new);
        let digest = wanted.digest.then(Box::default);
        let kept = wanted.keep.map(Coming::new);
        Receiver { codings, sink: Sink { max: wanted.max, bytes: 0, hasher, digest, title, finder, kept } }
    }

    /// Whether something is looked for in it.
    pub fn finds(&self) -> bool {
        self.sink.finder.is_some()
    }

    /// Whether the content comes as it is.
    pub fn is_plain(&self) -> bool {
        matches!(self.codings, Codings::None)
    }

    /// Bytes of decoded content.
    pub fn bytes(&self) -> u64 {
        self.sink.bytes
    }

    /// Takes one slice of content from `piece` and what came before it. Tells how many bytes it has read, and whether
    /// there is more to take.
    ///
    /// # Errors
    /// `decode` or `too_large`, in words.
    pub fn take(&mut self, piece: &[u8]) -> Result<(usize, bool), (FailureKind, String)> {
        // What is unpacked here has its turns as what is decoded.
        if let Some(finder) = self.sink.finder.as_mut().filter(|finder| finder.is_behind()) {
            finder.catch_up();
            return Ok((0, true));
        }
        match &mut self.codings {
            Codings::None => self.sink.take(piece).map(|()| (piece.len(), self.sink.is_behind())),
            Codings::Known(decoder) => {
                let (read, decoded) = decoder.decode(piece).map_err(in_words)?;
                match decoded {
                    Piece::NeedMore => Ok((read, false)),
                    Piece::Content(slice) => self.sink.take(slice).map(|()| (read, true)),
                }
            }
            Codings::Unusable(error) => Err(in_words(error.clone())),
        }
    }

    /// The answer is whole.
    ///
    /// # Errors
    /// `truncated`, where a coding is not.
    pub fn end(&self) -> Result<(), (FailureKind, String)> {
        match &self.codings {
            Codings::Known(decoder) => decoder.end().map_err(in_words),
            Codings::None | Codings::Unusable(_) => Ok(()),
        }
    }

    pub fn take_finder(&mut self) -> Option<Finder> {
        self.sink.finder.take()
    }

    /// That of the page, as far as it has come.
    pub fn title(&self) -> Option<Untrusted> {
        self.sink.title.as_ref()?.title()
    }

    /// The same, once no more of it comes.
    pub fn take_title(&mut self) -> Option<Untrusted> {
        self.sink.title.take()?.into_title()
    }

    pub fn sha256(&mut self) -> Option<Box<str>> {
        let digest = self.sink.hasher.take()?.finalize();
        Some(digest.iter().map(|byte| format!("{byte:02x}")).collect::<String>().into())
    }

    pub fn digest(&mut self) -> Option<u64> {
        self.sink.digest.take().map(|digest| digest.digest())
    }

    /// The content that was kept, where it was to be.
    pub fn content(&self) -> Option<&Coming> {
        self.sink.kept.as_ref()
    }
}

/// There is more content than that.
pub fn too_much(most: u64) -> (FailureKind, String) {
    (FailureKind::TooLarge, format!("more than {most} bytes of content"))
}

fn in_words(error: CodingError) -> (FailureKind, String) {
    (error.kind(), error.to_string())
}

/// Where decoded content goes.
struct Sink {
    max: u64,
    bytes: u64,
    hasher: Option<Sha256>,
    digest: Option<Box<Xxh3Default>>,
    title: Option<TitleScanner>,
    finder: Option<Finder>,
    kept: Option<Coming>,
}

impl Sink {
    fn is_behind(&self) -> bool {
        self.finder.as_ref().is_some_and(Finder::is_behind)
    }

    fn take(&mut self, slice: &[u8]) -> Result<(), (FailureKind, String)> {
        let room = self.max.saturating_sub(self.bytes);
        self.bytes += slice.len() as u64;
        if self.bytes > self.max {
            self.take_last(&slice[..usize::try_from(room).unwrap_or(slice.len()).min(slice.len())]);
            return Err(too_much(self.max));
        }
        if let Some(hasher) = &mut self.hasher {
            hasher.update(slice);
        }
        if let Some(digest) = &mut self.digest {
            digest.update(slice);
        }
        if let Some(title) = &mut self.title {
            title.take(slice);
        }
        if let Some(finder) = &mut self.finder {
            finder.take(slice).map_err(|words| (FailureKind::TooLarge, words))?;
        }
        match &self.kept {
            Some(kept) => kept.take(slice).map_err(|error| (FailureKind::Local, error.to_string())),
            None => Ok(()),
        }
    }

    /// Looks at the beginning of what is not taken, up to the limit: what is found must not hang on how the bytes come.
    fn take_last(&mut self, slice: &[u8]) {
        if let Some(title) = &mut self.title {
            title.take(slice);
        }
        if let Some(finder) = &mut self.finder {
            // There is too much of it in any case.
            _ = finder.take(slice);
        }
    }
}
