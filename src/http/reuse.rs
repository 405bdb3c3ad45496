//! Decides whether a connection may carry another request. Knows nothing of pools.

use super::fields::{Fields, elements};
use super::framing::BodyLength;
use super::head::Version;
use crate::reuse::CloseReason;

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
    let is_it = |given: &[u8]| given.eq_ignore_ascii_case(option);
    // Most say one thing, which is no list.
    fields.get_all("connection").any(|given| is_it(given) || (given.contains(&b',') && elements(given).any(is_it)))
}
