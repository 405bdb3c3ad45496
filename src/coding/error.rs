//! What can be wrong with encoded content, in words for users. Knows nothing of how it was found.

use super::list::Coding;
use crate::failure::FailureKind;
use thiserror::Error;

/// Why content can't be decoded. The message is a lowercase fragment.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CodingError {
    /// Names the coding, escaped.
    #[error("unknown content-encoding {0}")]
    Unknown(Box<str>),
    #[error("more than {limit} content codings")]
    TooManyCodings { limit: usize },
    #[error("broken {coding}: {what}")]
    Broken { coding: Coding, what: &'static str },
    #[error("zstd needs a window of {bytes} bytes, and the limit is {limit}")]
    Window { bytes: u64, limit: u64 },
    #[error("the windows of all codings need {bytes} bytes, and the limit is {limit}")]
    Windows { bytes: u64, limit: u64 },
    #[error("zstd needs dictionary {0}")]
    Dictionary(u32),
    #[error("{coding} ended in the middle, after {bytes} bytes of content")]
    Cut { coding: Coding, bytes: u64 },
    #[error("more than {limit} bytes of content")]
    TooLarge { limit: u64 },
    #[error("more than {limit} bytes between two content codings")]
    TooLargeBetween { limit: u64 },
    #[error("more than {limit} bytes of encoded content")]
    TooLargeEncoded { limit: u64 },
    #[error("{bytes} bytes of content from {read} of {coding}: no page is packed like that")]
    Bomb { coding: Coding, read: u64, bytes: u64 },
}

impl CodingError {
    pub fn kind(&self) -> FailureKind {
        use CodingError::*;
        match self {
            Unknown(_) | TooManyCodings { .. } | Broken { .. } | Window { .. } | Dictionary(_) => FailureKind::Decode,
            Cut { .. } => FailureKind::Truncated,
            Windows { .. } | TooLarge { .. } | TooLargeBetween { .. } | TooLargeEncoded { .. } | Bomb { .. } => {
                FailureKind::TooLarge
            }
        }
    }
}
