//! The events that a run is full of, as lines of its journal, written and read without serde, which takes ten times as
//! long over an event with a tag. One table says both; what it does not have is serde's, in both directions.

use super::spelling::{Spelled, Text, end_of_fields, field, read_field, read_sparse_field, sparse_field};
use crate::event::{Event, EventKind};
use crate::failure::Failure;
use crate::fetched::{Fetched, Hop, TlsFacts};
use crate::followed::{Edge, Followed, Unfollowed};
use crate::place::{Place, Source};
use crate::retry_after::RetryAfter;
use crate::wake::Wakes;

const AT: &str = "{\"at\":";

/// Each event by its name in the journal, and its fields in the order in which they are written.
macro_rules! usual {
    ($($variant:ident $name:literal { $($field:ident)* })*) => {
        /// Appends the event as a line; `false`, and nothing is appended, where it is none of the usual ones.
        pub(super) fn write(event: &Event, out: &mut Vec<u8>) -> bool {
            match &event.kind {
                $(EventKind::$variant { $($field),* } => {
                    out.extend_from_slice(AT.as_bytes());
                    event.at.spell(out);
                    out.extend_from_slice(concat!(",\"event\":\"", $name, "\",").as_bytes());
                    $(field(concat!("\"", stringify!($field), "\":"), $field, out);)*
                    end_of_fields(out);
                    out.push(b'\n');
                })*
                _ => return false,
            }
            true
        }

        /// The event of a line; `None`, where it is none of the usual ones, or is not written as they are.
        pub(super) fn read(line: &[u8]) -> Option<Event> {
            let mut text = Text(line);
            text.take(AT.as_bytes())?;
            let at = Spelled::read(&mut text)?;
            text.take(b",\"event\":")?;
            let name = text.quoted()?;
            text.take(b",")?;
            let text = &mut text;
            let kind = $(if name == $name.as_bytes() {
                $(let $field = read_field(concat!("\"", stringify!($field), "\":"), text)?;)*
                EventKind::$variant { $($field),* }
            } else)* {
                return None;
            };
            text.take(b"}")?;
            text.0.is_empty().then_some(Event { at, kind })
        }
    };
}

usual! {
    CallbackFired "callback_fired" { id callback lag_us ran_us }
    PhaseEntered "phase_entered" { id phase steps }
    BodyProgressed "body_progressed" { id bytes wire steps }
    Started "started" { id url place }
    RequestMade "request_made" { id head proxy }
    HeadReceived "head_received" { id status head }
    ResultSet "result_set" { id status failure bytes steps worker }
    CallbacksScheduled "callbacks_scheduled" { id callbacks }
    Finished "finished" { id fetched }
    Followed "followed" { id followed }
    Reused "reused" { id carried address tls }
    Stepped "stepped" { id step busy_us woken_by }
    Dialled "dialled" { id address }
    Connected "connected" { id address }
    Redirected "redirected" { id status url }
    Queued "queued" { id }
    Running "running" { id worker }
    LoopLagged "loop_lagged" { id busy_us }
    TargetsCounted "targets_counted" { total more }
}

/// What the events hold, field by field. A new field does not compile until it stands here too.
macro_rules! parts {
    ($spell:ident $read:ident: $($name:ident { $($field:ident)* })*) => {$(
        impl Spelled for $name {
            fn spell(&self, out: &mut Vec<u8>) {
                let $name { $($field),* } = self;
                out.push(b'{');
                $($spell(concat!("\"", stringify!($field), "\":"), $field, out);)*
                end_of_fields(out);
            }

            fn read(text: &mut Text<'_>) -> Option<$name> {
                text.take(b"{")?;
                $(let $field = $read(concat!("\"", stringify!($field), "\":"), text)?;)*
                text.take(b"}")?;
                Some($name { $($field),* })
            }
        }
    )*};
}

parts! { field read_field:
    Fetched {
        url final_url status failure started ended marks remote_ip http_version reused closed not_reused content_type title
        body_bytes wire_bytes sha256 digest steps wakes busy_us tls proxy fell_back redirects attempt retry_after
        content_encoding nowhere place
    }
    Failure { kind phase message }
    Hop { status url us }
    Place { role depth source }
    Source { id url }
    Unfollowed { url line column text why }
    TlsFacts { version cipher not_after subject issuer unchecked }
    RetryAfter { seconds date }
}

parts! { sparse_field read_sparse_field:
    Wakes { slot socket name timer cancel turn }
    Followed {
        new known outside level exclude include no_parent nofollow assets forms other malformed trapped over edges texts
        unfollowed
    }
}

/// A page may have thousands: four numbers, and no names.
impl Spelled for Edge {
    fn spell(&self, out: &mut Vec<u8>) {
        let Edge { to, line, column, text_end } = self;
        out.push(b'[');
        to.spell(out);
        for number in [line, column, text_end] {
            out.push(b',');
            number.spell(out);
        }
        out.push(b']');
    }

    fn read(text: &mut Text<'_>) -> Option<Edge> {
        text.take(b"[")?;
        let to = Spelled::read(text)?;
        let mut next = || {
            text.take(b",")?;
            u32::read(text)
        };
        let (line, column, text_end) = (next()?, next()?, next()?);
        text.take(b"]")?;
        Some(Edge { to, line, column, text_end })
    }
}
