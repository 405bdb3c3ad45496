//! What the head of an answer says, as facts for the result. Reads no content.

use crate::clock::wall_clock_ms;
use crate::event::EventKind;
use crate::fetched::{HttpVersion, Nowhere};
use crate::head::Headers;
use crate::http::{Head, Version};
use crate::net::heads;
use crate::net::redirect::Location;
use crate::net::track::Track;
use crate::retry_after::RetryAfter;
use crate::text::Untrusted;
use std::cell::RefCell;

const CONTENT_TYPE_BYTES: usize = 256;
const CONTENT_ENCODING_BYTES: usize = 256;

#[derive(Default)]
pub(super) struct Facts {
    pub status: Option<u16>,
    pub version: Option<HttpVersion>,
    pub content_type: Option<Untrusted>,
    pub content_encoding: Option<Untrusted>,
    pub retry_after: Option<RetryAfter>,
    pub nowhere: Option<Nowhere>,
}

impl Facts {
    pub(super) fn learn(&mut self, head: &Head<'_>, track: &Track) {
        self.status = Some(head.status);
        self.version = Some(match head.version {
            Version::Http10 => HttpVersion::Http10,
            Version::Http11 => HttpVersion::Http11,
        });
        self.content_type = head.fields.get("content-type").map(content_type);
        self.content_encoding = encodings(head);
        self.retry_after = retry_after(head);
        self.nowhere = Location::lacks(head.status, head.fields);
        // What went wrong is looked at one by one, however many there are.
        let wrong = head.status >= 400;
        if wrong {
            track.speak_up();
        }
        if track.tells_steps() {
            let told = if wrong || track.tells_heads() { heads::response(head) } else { Headers::default() };
            track.emitter.emit(EventKind::HeadReceived { id: track.id, status: head.status, head: told });
        }
    }
}

/// Most answers say the same as the one before, and share the text.
fn content_type(value: &[u8]) -> Untrusted {
    thread_local! {
        static LAST: RefCell<Untrusted> = RefCell::default();
    }
    LAST.with_borrow_mut(|last| {
        if !last.is(value) {
            *last = Untrusted::from_bytes(&heads::without_users(value), CONTENT_TYPE_BYTES);
        }
        last.clone()
    })
}

/// What the response says was put on its content, as one list.
fn encodings(head: &Head<'_>) -> Option<Untrusted> {
    let mut values = head.fields.get_all("content-encoding");
    let mut list = values.next()?.to_vec();
    for value in values.take(CONTENT_ENCODING_BYTES) {
        list.extend_from_slice(b", ");
        list.extend_from_slice(value);
    }
    Some(Untrusted::from_bytes(&list, CONTENT_ENCODING_BYTES))
}

/// When the server asks to come again; few do, and only for them the clock is read.
pub fn retry_after(head: &Head<'_>) -> Option<RetryAfter> {
    let value = head.fields.get("retry-after")?;
    RetryAfter::read(value, head.fields.get("date"), wall_clock_ms() / 1000)
}
