//! Decides whether a connection may carry another request. Knows nothing of pools.

use std::fmt;

use super::fields::{Fields, elements};
use super::framing::BodyLength;
use super::head::Version;

/// What becomes of the connection once the response is complete.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reuse {
    Keep,
    Close(CloseReason),
}

/// Why a connection can't be used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CloseReason {
    UntilClose,
    ConnectionClose,
    Http10,
    BytesAfterResponse,
    PeerClosed,
}

impl CloseReason {
    pub const ALL: [Self; 5] =
        [Self::UntilClose, Self::ConnectionClose, Self::Http10, Self::BytesAfterResponse, Self::PeerClosed];

    /// In plain words, to go on after "not reused: ".
    pub const fn description(self) -> &'static str {
        match self {
            Self::UntilClose => "the response gave no length, so only the close ended it",
            Self::ConnectionClose => "the server said it will close",
            Self::Http10 => "the server speaks HTTP/1.0 and did not offer to keep the connection",
            Self::BytesAfterResponse => "the server sent bytes after the end of its response",
            Self::PeerClosed => "the server closed the connection",
        }
    }
}

impl fmt::Display for CloseReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.description())
    }
}

/// What the head already says against another request (RFC 9112, 9.3).
pub(super) fn close_reason(version: Version, body: BodyLength, fields: Fields<'_>) -> Option<CloseReason> {
    if body == BodyLength::UntilClose {
        return Some(CloseReason::UntilClose);
    }
    if has_option(fields, b"close") {
        return Some(CloseReason::ConnectionClose);
    }
    (version == Version::Http10 && !has_option(fields, b"keep-alive")).then_some(CloseReason::Http10)
}

fn has_option(fields: Fields<'_>, option: &[u8]) -> bool {
    let mut options = fields.get_all("connection").flat_map(elements);
    options.any(|given| given.eq_ignore_ascii_case(option))
}
