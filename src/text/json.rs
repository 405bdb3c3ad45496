//! Lines of JSON that a terminal can show: what could act, hide or turn text around is escaped too. Knows nothing of
//! what they say.

use super::json_fragment;
use serde::Serialize;
use serde_json::ser::Formatter;
use std::io::{self, Write};

/// Appends `value` as one line of compact JSON, its end included.
pub fn json_line(value: &impl Serialize, out: &mut Vec<u8>) {
    let mut serializer = serde_json::Serializer::with_formatter(&mut *out, Visible);
    value.serialize(&mut serializer).expect("a vector takes all bytes, and all keys are strings");
    out.push(b'\n');
}

/// Compact JSON in which DEL, C1, bidi and invisible characters are escaped too, so that a line that is looked at on
/// a terminal does nothing to it.
struct Visible;

impl Formatter for Visible {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        if fragment.is_ascii() && !fragment.contains('\x7f') {
            return writer.write_all(fragment.as_bytes());
        }
        let mut escaped = String::with_capacity(fragment.len() + 16);
        json_fragment(fragment, &mut escaped);
        writer.write_all(escaped.as_bytes())
    }
}
