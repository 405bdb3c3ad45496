//! What can be wrong with a sitemap, in words for users.

use super::Sitemap;
use crate::coding::CodingError;
use thiserror::Error;

/// A sitemap that is broken, where, and what was read before. The message is a lowercase fragment; what it quotes of the
/// sitemap is escaped.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("line {line}, byte {byte}: {fault}")]
pub struct SitemapError {
    pub fault: Fault,
    /// Bytes before it; of what it unpacks to, where it is packed, and of its text in UTF-8, where that is another one.
    pub byte: u64,
    /// From 1.
    pub line: u64,
    pub read: Sitemap,
}

impl Fault {
    /// Whether it is something else, and not a sitemap that is broken.
    pub fn is_no_sitemap(&self) -> bool {
        matches!(self, Fault::Root(_) | Fault::NoUrls)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Fault {
    /// Names the root, escaped.
    #[error("no sitemap: its root is <{0}>")]
    Root(Box<str>),
    #[error("no sitemap: none of its lines is a URL")]
    NoUrls,
    /// It has no bytes, or only white space and a byte order mark.
    #[error("no sitemap: it is empty")]
    Empty,
    #[error("{0}")]
    Packed(CodingError),
    #[error("ended in the middle")]
    CutShort,
    #[error("more than {limit} bytes")]
    TooLarge { limit: u64 },
    #[error("elements more than {limit} deep")]
    TooDeep { limit: usize },
    #[error("a name longer than {limit} bytes")]
    LongName { limit: usize },
    #[error("a document type that declares something")]
    Declares,
    /// Names the tag that came, escaped.
    #[error("</{0}> closes no such element")]
    Mismatch(Box<str>),
    #[error("broken markup: {0}")]
    Markup(&'static str),
}
