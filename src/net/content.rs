//! Where the content of a response goes as it comes: counted, hashed, searched for its title, kept if asked.

use crate::crawl::TitleScanner;
use crate::failure::FailureKind;
use crate::text::Untrusted;
use sha2::{Digest, Sha256};

/// What is wanted of the content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Bytes of decoded content at most (`--max-filesize`).
    pub max: u64,
    pub hash: bool,
    pub keep: bool,
}

pub struct Receiver {
    wanted: Wanted,
    bytes: u64,
    hasher: Option<Sha256>,
    title: Option<TitleScanner>,
    kept: Vec<u8>,
}

impl Receiver {
    /// `title`: the page's content type, where it is one that has a title.
    pub fn new(wanted: Wanted, title: Option<&[u8]>) -> Receiver {
        let hasher = wanted.hash.then(Sha256::new);
        Receiver { wanted, bytes: 0, hasher, title: title.map(TitleScanner::new), kept: Vec::new() }
    }

    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// # Errors
    /// `too_large`, with the limit in words.
    pub fn take(&mut self, piece: &[u8]) -> Result<(), (FailureKind, String)> {
        self.bytes += piece.len() as u64;
        if self.bytes > self.wanted.max {
            return Err((FailureKind::TooLarge, format!("more than {} bytes of content", self.wanted.max)));
        }
        if let Some(hasher) = &mut self.hasher {
            hasher.update(piece);
        }
        if let Some(title) = &mut self.title {
            title.take(piece);
        }
        if self.wanted.keep {
            self.kept.extend_from_slice(piece);
        }
        Ok(())
    }

    pub fn title(&mut self) -> Option<Untrusted> {
        self.title.take()?.finish()
    }

    pub fn sha256(&mut self) -> Option<Box<str>> {
        let digest = self.hasher.take()?.finalize();
        Some(digest.iter().map(|byte| format!("{byte:02x}")).collect::<String>().into())
    }

    /// The bytes that were kept, where they were to be.
    pub fn content(&mut self) -> Option<Vec<u8>> {
        self.wanted.keep.then(|| std::mem::take(&mut self.kept))
    }
}
