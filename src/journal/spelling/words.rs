//! Names, texts and addresses, in JSON.

use super::{Spelled, Text};
use crate::callback::Callback;
use crate::failure::FailureKind;
use crate::fetched::{HttpVersion, Nowhere};
use crate::followed::Why;
use crate::head::Headers;
use crate::phase::Phase;
use crate::place::Role;
use crate::reuse::CloseReason;
use crate::text::{Untrusted, json_text};
use crate::wake::Wake;
use std::fmt::{self, Write};
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

/// Writes a name that needs no escapes.
fn quote(name: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    out.extend_from_slice(name.as_bytes());
    out.push(b'"');
}

macro_rules! named {
    ($($name:ident $all:expr;)*) => {$(
        impl Spelled for $name {
            fn spell(&self, out: &mut Vec<u8>) {
                quote(self.name(), out);
            }

            fn read(text: &mut Text<'_>) -> Option<$name> {
                let name = text.quoted()?;
                $all.iter().copied().find(|one| one.name().as_bytes() == name)
            }
        }
    )*};
}

named! {
    Phase Phase::ALL;
    FailureKind FailureKind::ALL;
    Role Role::ALL;
    Callback Callback::ALL;
    CloseReason CloseReason::ALL;
    Wake Wake::ALL;
    Nowhere Nowhere::ALL;
    Why Why::ALL;
    HttpVersion [HttpVersion::Http10, HttpVersion::Http11];
}

fn read_text<T>(text: &mut Text<'_>, take: impl FnOnce(&str) -> T) -> Option<T> {
    let before = text.0;
    let inner = text.quoted()?;
    let plain = inner.iter().fold(true, |all, byte| all & (*byte >= b' ') & (*byte != b'\\'));
    if plain {
        return Some(take(str::from_utf8(inner).ok()?));
    }
    let unescaped: String = serde_json::from_slice(&before[..inner.len() + 2]).ok()?;
    Some(take(&unescaped))
}

impl Spelled for Untrusted {
    fn spell(&self, out: &mut Vec<u8>) {
        out.push(b'"');
        self.json_into(out);
        out.push(b'"');
    }

    fn read(text: &mut Text<'_>) -> Option<Untrusted> {
        read_text(text, |text| Untrusted::new(text, usize::MAX))
    }
}

/// Of lines, most of which need no escape.
impl Spelled for Headers {
    fn spell(&self, out: &mut Vec<u8>) {
        out.push(b'"');
        self.text().json_lines_into(out);
        out.push(b'"');
    }

    fn read(text: &mut Text<'_>) -> Option<Headers> {
        Untrusted::read(text).map(Headers::from)
    }

    fn is_left_out(&self) -> bool {
        self.is_empty()
    }

    fn left_out() -> Option<Headers> {
        Some(Headers::default())
    }
}

impl Spelled for Box<str> {
    fn spell(&self, out: &mut Vec<u8>) {
        out.push(b'"');
        json_text(self, out);
        out.push(b'"');
    }

    fn read(text: &mut Text<'_>) -> Option<Box<str>> {
        read_text(text, |text| Box::from(text))
    }
}

/// Bytes that text is formatted into.
struct Behind<'a>(&'a mut Vec<u8>);

impl Write for Behind<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.extend_from_slice(text.as_bytes());
        Ok(())
    }
}

fn quote_display(shown: &impl fmt::Display, out: &mut Vec<u8>) {
    write!(Behind(out), "\"{shown}\"").expect("a vector takes all bytes");
}

fn read_display<T: FromStr>(text: &mut Text<'_>) -> Option<T> {
    T::from_str(str::from_utf8(text.quoted()?).ok()?).ok()
}

/// Each result has one, most often of four numbers.
impl Spelled for IpAddr {
    fn spell(&self, out: &mut Vec<u8>) {
        let IpAddr::V4(address) = self else { return quote_display(self, out) };
        for (at, number) in address.octets().into_iter().enumerate() {
            out.push(if at == 0 { b'"' } else { b'.' });
            u64::from(number).spell(out);
        }
        out.push(b'"');
    }

    fn read(text: &mut Text<'_>) -> Option<IpAddr> {
        read_display(text)
    }
}

impl Spelled for SocketAddr {
    fn spell(&self, out: &mut Vec<u8>) {
        quote_display(self, out);
    }

    fn read(text: &mut Text<'_>) -> Option<SocketAddr> {
        read_display(text)
    }
}
