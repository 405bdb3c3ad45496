//! What can be wrong with a response or a request, in words for users. Knows nothing of how it was
//! found.

use crate::secrets::struck_bytes;
use std::fmt;

use thiserror::Error;

/// Why a response can't be used. The message is a lowercase fragment; what it quotes from the peer
/// is short and escaped.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum HttpError {
    #[error("connection closed before an answer")]
    EmptyResponse,

    #[error("connection closed after an interim response, before the final one")]
    InterimOnly,
    #[error("head ended after {} without its empty line", bytes(*.0))]
    HeadCut(u64),
    #[error("body ended after {got} of {}", bytes(*.want))]
    BodyCut { got: u64, want: u64 },
    #[error("chunked body ended after {} without its last chunk", bytes(*.0))]
    ChunksCut(u64),
    #[error("chunked body ended in its trailers, after {}", bytes(*.0))]
    TrailersCut(u64),
    #[error("body ended after {} without tls close_notify", bytes(*.0))]
    UncleanClose(u64),

    #[error("not an HTTP/1.1 answer: it begins with {0}{hint}", hint = hint(.0))]
    NotHttp(Excerpt),
    #[error("more than {limit} bytes of empty lines before the status line")]
    EmptyLines { limit: usize },
    #[error("status line {0} is not of HTTP/1.0 or HTTP/1.1")]
    BadVersion(Excerpt),
    #[error("status line {0} is malformed")]
    BadStatusLine(Excerpt),
    #[error("status 101 without being asked to switch protocols")]
    UnaskedUpgrade,
    /// Shows a line without a proper name, and of any other its name: values may be secrets.
    #[error("field {shown} {fault}")]
    BadField { shown: Excerpt, fault: FieldFault },

    #[error("{0} is folded over several lines")]
    FoldedFraming(&'static str),
    #[error("{0} has white space before its colon")]
    SpacedFraming(&'static str),
    #[error("both transfer-encoding and content-length")]
    LengthWithCoding,
    #[error("transfer-encoding in an HTTP/1.0 response")]
    CodingInHttp10,
    #[error("transfer-encoding names no coding")]
    NoCoding,
    #[error("unknown transfer-encoding {0}")]
    UnknownCoding(Excerpt),
    #[error("transfer-encoding names chunked twice")]
    ChunkedTwice,
    #[error("chunked is not the last transfer-encoding")]
    ChunkedNotLast,
    #[error("content-length {0} is not a decimal number")]
    BadLength(Excerpt),
    #[error("content-length {0} does not fit 64 bits")]
    HugeLength(Excerpt),
    #[error("conflicting content-length: {} and {}", .0.plain(), .1.plain())]
    ConflictingLengths(Excerpt, Excerpt),

    #[error("chunk size {0} is not hexadecimal")]
    BadChunkSize(Excerpt),
    #[error("chunk size {0} has more than 16 digits")]
    LongChunkSize(Excerpt),
    #[error("chunk size is followed by more than {limit} blanks")]
    ChunkBlanks { limit: usize },
    #[error("line of a chunk size has {0} where its end belongs")]
    BadChunkLine(Excerpt),
    #[error("chunk extension has {0} inside")]
    BadExtension(Excerpt),
    #[error("chunk of {size} bytes is followed by {found}, not by its line end")]
    BadChunkEnd { size: u64, found: Excerpt },
    #[error("trailer has {0} where it can't be")]
    BadTrailer(Excerpt),

    #[error("head is larger than {limit} bytes")]
    HeadTooLarge { limit: usize },
    #[error("heads are larger than {limit} bytes, interim ones counted in")]
    HeadsTooLarge { limit: usize },
    #[error("head has more than {limit} fields")]
    TooManyFields { limit: usize },
    #[error("heads have more than {limit} fields, interim ones counted in")]
    TooManyFieldsInAll { limit: usize },
    #[error("chunk extensions are larger than {limit} bytes")]
    ExtensionsTooLarge { limit: usize },
    #[error("trailers are larger than {limit} bytes")]
    TrailersTooLarge { limit: usize },
}

/// What an [`HttpError`] means for the fetch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorClass {
    /// The peer broke the protocol.
    Protocol,
    /// The peer closed before the end of what it announced.
    Truncated,
    /// A limit on the head, the extensions or the trailers was passed.
    TooLarge,
    /// Not one byte came. On a reused connection that is the signal to try again on a fresh one
    /// (RFC 9112, 9.3.1).
    NoResponse,
}

impl HttpError {
    pub fn kind(&self) -> ErrorClass {
        use HttpError::*;
        match self {
            EmptyResponse => ErrorClass::NoResponse,
            InterimOnly | HeadCut(_) | BodyCut { .. } | ChunksCut(_) | TrailersCut(_) | UncleanClose(_) => {
                ErrorClass::Truncated
            }
            HeadTooLarge { .. } | HeadsTooLarge { .. } | TooManyFields { .. } | TooManyFieldsInAll { .. } => {
                ErrorClass::TooLarge
            }
            ExtensionsTooLarge { .. } | TrailersTooLarge { .. } => ErrorClass::TooLarge,
            NotHttp(_) | EmptyLines { .. } | BadVersion(_) | BadStatusLine(_) | UnaskedUpgrade => ErrorClass::Protocol,
            BadField { .. } | FoldedFraming(_) | SpacedFraming(_) => ErrorClass::Protocol,
            LengthWithCoding | CodingInHttp10 | NoCoding | UnknownCoding(_) => ErrorClass::Protocol,
            ChunkedTwice | ChunkedNotLast => ErrorClass::Protocol,
            BadLength(_) | HugeLength(_) | ConflictingLengths(..) => ErrorClass::Protocol,
            BadChunkSize(_) | LongChunkSize(_) | ChunkBlanks { .. } | BadChunkLine(_) => ErrorClass::Protocol,
            BadExtension(_) | BadChunkEnd { .. } | BadTrailer(_) => ErrorClass::Protocol,
        }
    }
}

/// What is wrong with a line of the head.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum FieldFault {
    #[error("has white space before the first field")]
    LeadingSpace,
    #[error("has no colon")]
    NoColon,
    #[error("has a name that is not a token")]
    BadName,
    #[error("has a NUL in its value")]
    Nul,
    #[error("has a CR without LF")]
    BareCr,
    #[error("has a control character in its value")]
    Control,
}

/// Why a request is not written. Values are never quoted: they may be credentials.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RequestError {
    #[error("host {0} is not an authority without userinfo")]
    Host(Excerpt),
    #[error("path {0} is not a request target")]
    Path(Excerpt),
    #[error("field name {0} is not a token")]
    FieldName(Excerpt),
    #[error("field {0} has a control character in its value")]
    FieldValue(Excerpt),
    #[error("field {0} can't be given: the request itself decides it")]
    ReservedField(Excerpt),
}

/// A few bytes of the peer's, safe to show: at most 40 of them, escaped to printable ASCII.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    escaped: Box<str>,
    cut: bool,
}

const EXCERPT_BYTES: usize = 40;
/// Of how many they are the first.
const SEEN_BYTES: usize = 8 << 10;

impl Excerpt {
    pub fn of(bytes: &[u8]) -> Self {
        // What is not to be told is struck out before the cut, which would leave half of it.
        let seen = struck_bytes(&bytes[..bytes.len().min(SEEN_BYTES)]);
        let shown = &seen[..seen.len().min(EXCERPT_BYTES)];
        Self { escaped: shown.escape_ascii().to_string().into(), cut: shown.len() < seen.len() }
    }

    /// Without the quotes, for what can only be a number.
    fn plain(&self) -> String {
        format!("{}{}", self.escaped, if self.cut { "..." } else { "" })
    }
}

impl fmt::Display for Excerpt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.plain())
    }
}

fn bytes(count: u64) -> String {
    match count {
        1 => "1 byte".to_owned(),
        _ => format!("{count} bytes"),
    }
}

/// The first byte tells what a peer speaks that was taken for an HTTP server.
fn hint(start: &Excerpt) -> &'static str {
    const SPEAKERS: [(&str, &str); 3] = [
        ("\\x15", " (a tls alert: an https port?)"),
        ("\\x16", " (a tls handshake: an https port?)"),
        ("\\x00", " (http/2 frames?)"),
    ];
    let known = SPEAKERS.iter().find(|(first, _)| start.escaped.starts_with(first));
    known.map_or("", |(_, hint)| hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_quoted_from_the_peer_is_short_and_escaped() {
        let excerpt = Excerpt::of(&[0x1b; 100]);
        assert_eq!(excerpt.to_string(), format!("\"{}...\"", "\\x1b".repeat(40)));
        assert_eq!(Excerpt::of("a\"b\u{202e}\u{7f}".as_bytes()).to_string(), r#""a\"b\xe2\x80\xae\x7f""#);
    }

    #[test]
    fn messages_say_what_is_wrong_and_how_far_it_came() {
        let told = |error: HttpError| error.to_string();
        assert_eq!(told(HttpError::HeadCut(120)), "head ended after 120 bytes without its empty line");
        assert_eq!(told(HttpError::HeadCut(1)), "head ended after 1 byte without its empty line");
        assert_eq!(told(HttpError::BodyCut { got: 500, want: 1000 }), "body ended after 500 of 1000 bytes");
        let lengths = HttpError::ConflictingLengths(Excerpt::of(b"42"), Excerpt::of(b"30"));
        assert_eq!(told(lengths), "conflicting content-length: 42 and 30");
        let alert = HttpError::NotHttp(Excerpt::of(b"\x15\x03\x01"));
        assert_eq!(
            told(alert),
            r#"not an HTTP/1.1 answer: it begins with "\x15\x03\x01" (a tls alert: an https port?)"#
        );
    }
}
