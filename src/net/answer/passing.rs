//! Content that is read past, for only its head matters. Reads none.

use crate::http::{BodyLength, Head};
use crate::net::redirect::Location;
use crate::net::track::Track;
use crate::place::Role;
use std::time::Duration;

/// Bytes of a redirect's content that are read past, so that its connection can be used again.
const PASSED_BYTES: u64 = 64 << 10;
/// How long they are waited for: a new connection takes no longer on most ways.
pub(super) const WAIT: Duration = Duration::from_millis(100);

/// A redirect that is followed, or an answer whose head is all that matters: its content is read past.
pub(super) struct Passing {
    pub location: Option<Location>,
    pub left: u64,
}

impl Passing {
    /// Of a redirect, where it is followed; and of every answer, where whether there is one is `only_asked`.
    pub(super) fn of(head: &Head<'_>, follow: bool, only_asked: bool) -> Option<Box<Passing>> {
        let location = if follow { Location::of(head.status, head.fields) } else { None };
        if location.is_none() && !only_asked {
            return None;
        }
        let left = match head.body {
            BodyLength::None => PASSED_BYTES,
            BodyLength::Length(length) if length <= PASSED_BYTES => PASSED_BYTES,
            BodyLength::Chunked => PASSED_BYTES,
            BodyLength::Length(_) | BodyLength::UntilClose => 0,
        };
        Some(Box::new(Passing { location, left }))
    }
}

/// Whether of an answer in which nothing is looked for only the head matters: it is a check, or that a link to a large
/// file works is seen by it.
pub(super) fn is_only_asked(head: &Head<'_>, most: u64, track: &Track) -> bool {
    track.errand().is_some_and(|errand| errand.role() == Role::Check || is_over(head.body, most))
}

/// Whether more content is announced than that.
pub(super) fn is_over(body: BodyLength, most: u64) -> bool {
    matches!(body, BodyLength::Length(length) if length > most)
}
