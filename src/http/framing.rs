//! Decides which body follows a response head. Knows nothing of sockets, nor of the bytes that
//! come.

use super::error::{Excerpt, HttpError};
use super::fields::{Fields, elements};
use super::head::Version;
use super::request::Method;

/// How the end of the content will be known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyLength {
    /// There is no content, whatever the fields say.
    None,
    Length(u64),
    Chunked,
    UntilClose,
}

const CODING: &str = "transfer-encoding";
const LENGTH: &str = "content-length";

/// RFC 9112, 6.3, rule by rule. Rule 7 is of requests.
pub(super) fn body_length(
    method: Method,
    status: u16,
    version: Version,
    fields: Fields<'_>,
) -> Result<BodyLength, HttpError> {
    // Rule 1.
    if method == Method::Head || status < 200 || status == 204 || status == 304 {
        return Ok(BodyLength::None);
    }
    // Rule 2: what follows is the tunnel.
    if method == Method::Connect && (200..300).contains(&status) {
        return Ok(BodyLength::None);
    }
    let (coded, measured) = (is_given(CODING, fields)?, is_given(LENGTH, fields)?);
    // Rule 3 lets the coding win and calls it an error; two readers who disagree here see two
    // messages.
    if coded && measured {
        return Err(HttpError::LengthWithCoding);
    }
    // Rule 4, and 6.1: HTTP/1.0 knows no transfer codings, so its framing is faulty.
    if coded && version == Version::Http10 {
        return Err(HttpError::CodingInHttp10);
    }
    if coded {
        return only_chunked(fields).map(|()| BodyLength::Chunked);
    }
    // Rules 5 and 6; without a length, rule 8.
    if measured { content_length(fields).map(BodyLength::Length) } else { Ok(BodyLength::UntilClose) }
}

/// Whether the field is there; one that readers could take in two ways is refused.
fn is_given(name: &'static str, fields: Fields<'_>) -> Result<bool, HttpError> {
    let mut given = false;
    for span in fields.named(name) {
        if span.spaced {
            return Err(HttpError::SpacedFraming(name));
        }
        if span.folded {
            return Err(HttpError::FoldedFraming(name));
        }
        given = true;
    }
    Ok(given)
}

/// The one coding that a client which sent no TE field must take.
fn only_chunked(fields: Fields<'_>) -> Result<(), HttpError> {
    let mut chunked = false;
    for coding in fields.get_all(CODING).flat_map(elements).filter(|coding| !coding.is_empty()) {
        let is_chunked = coding.eq_ignore_ascii_case(b"chunked");
        match (chunked, is_chunked) {
            (true, true) => return Err(HttpError::ChunkedTwice),
            (true, false) => return Err(HttpError::ChunkedNotLast),
            (false, true) => chunked = true,
            (false, false) => return Err(HttpError::UnknownCoding(Excerpt::of(coding))),
        }
    }
    if chunked { Ok(()) } else { Err(HttpError::NoCoding) }
}

/// Repeats fold only when they are written alike: browsers refuse `030, 30` too.
fn content_length(fields: Fields<'_>) -> Result<u64, HttpError> {
    let mut given = fields.get_all(LENGTH);
    // Most heads have one, which is no list.
    if let (Some(only), None) = (given.next(), given.next())
        && let Ok(length) = digits(only)
    {
        return Ok(length);
    }
    let mut values = fields.get_all(LENGTH).flat_map(elements);
    let first = values.next().unwrap_or_default();
    let length = digits(first)?;
    for value in values {
        digits(value)?;
        if value != first {
            return Err(HttpError::ConflictingLengths(Excerpt::of(first), Excerpt::of(value)));
        }
    }
    Ok(length)
}

/// 1*DIGIT and nothing else: no sign, no blank, no empty text, no overflow.
fn digits(text: &[u8]) -> Result<u64, HttpError> {
    if text.is_empty() || !text.iter().all(u8::is_ascii_digit) {
        return Err(HttpError::BadLength(Excerpt::of(text)));
    }
    let add = |sum: u64, digit: &u8| sum.checked_mul(10)?.checked_add(u64::from(digit - b'0'));
    text.iter().try_fold(0, add).ok_or_else(|| HttpError::HugeLength(Excerpt::of(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_is_digits_and_nothing_else() {
        for (text, length) in [("0", 0), ("030", 30), ("18446744073709551615", u64::MAX)] {
            assert_eq!(digits(text.as_bytes()), Ok(length), "{text}");
        }
        for text in ["", "+8", "-8", " 8", "8 ", "8 8", "0x8", "8.0", "8e1", "\"8\"", "٨", "8\t"] {
            assert!(matches!(digits(text.as_bytes()), Err(HttpError::BadLength(_))), "{text}");
        }
        for text in ["18446744073709551616", "99999999999999999999999999"] {
            assert!(matches!(digits(text.as_bytes()), Err(HttpError::HugeLength(_))), "{text}");
        }
    }
}
