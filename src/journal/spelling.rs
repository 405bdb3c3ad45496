//! Values as JSON, written and read back without serde: the form is fixed, so nothing has to be looked up. Knows no
//! event.
//!
//! What is read in another form than it is written in is no error here, but not understood: serde is asked then.

use crate::callback::{Callback, Callbacks};
use crate::clock::At;
use crate::failure::FailureKind;
use crate::fetched::HttpVersion;
use crate::followed::Why;
use crate::head::Headers;
use crate::id::FetchId;
use crate::phase::{Mark, Marks, Phase};
use crate::place::Role;
use crate::reuse::CloseReason;
use crate::text::{Untrusted, json_text};
use crate::wake::Wake;
use std::fmt::{self, Write};
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;
use std::sync::Arc;

/// A value that is written in one form, and read back in that.
pub(super) trait Spelled: Sized {
    fn spell(&self, out: &mut Vec<u8>);

    /// `None` where it is written in another form.
    fn read(text: &mut Text<'_>) -> Option<Self>;

    /// Whether a field that holds it is left out.
    fn is_left_out(&self) -> bool {
        false
    }

    /// What a field that is not there holds, if it may be missing.
    fn left_out() -> Option<Self> {
        None
    }
}

/// What is left to be read.
pub(super) struct Text<'a>(pub &'a [u8]);

impl<'a> Text<'a> {
    /// Goes on behind `expected`, if that is next.
    pub fn take(&mut self, expected: &[u8]) -> Option<()> {
        self.0 = self.0.strip_prefix(expected)?;
        Some(())
    }

    /// What stands between two quotes, as it stands there.
    pub fn quoted(&mut self) -> Option<&'a [u8]> {
        self.take(b"\"")?;
        let mut end = memchr::memchr2(b'"', b'\\', self.0)?;
        while self.0[end] == b'\\' {
            let behind = end + 2;
            end = behind + memchr::memchr2(b'"', b'\\', self.0.get(behind..)?)?;
        }
        let (inner, rest) = self.0.split_at(end);
        self.0 = &rest[1..];
        Some(inner)
    }

    /// Whether a list goes on, behind one of its items or before the first.
    fn goes_on(&mut self, first: bool) -> Option<bool> {
        if self.take(b"]").is_some() {
            return Some(false);
        }
        if first { Some(true) } else { self.take(b",").map(|()| true) }
    }
}

/// The fields of an object, written one after another. What ends it takes the place of the last comma.
pub(super) fn field<T: Spelled>(key: &str, value: &T, out: &mut Vec<u8>) {
    if !value.is_left_out() {
        out.extend_from_slice(key.as_bytes());
        value.spell(out);
        out.push(b',');
    }
}

/// As [`field`], but one that holds what is there by default is left out too.
pub(super) fn sparse_field<T: Spelled + Default + PartialEq>(key: &str, value: &T, out: &mut Vec<u8>) {
    if *value != T::default() {
        field(key, value, out);
    }
}

pub(super) fn end_of_fields(out: &mut Vec<u8>) {
    match out.last_mut() {
        Some(comma) if *comma == b',' => *comma = b'}',
        _ => out.push(b'}'),
    }
}

/// Reads a field that is next, or else is left out.
pub(super) fn read_field<T: Spelled>(key: &str, text: &mut Text<'_>) -> Option<T> {
    if text.take(key.as_bytes()).is_none() {
        return T::left_out();
    }
    read_value(text)
}

pub(super) fn read_sparse_field<T: Spelled + Default>(key: &str, text: &mut Text<'_>) -> Option<T> {
    if text.take(key.as_bytes()).is_none() {
        return Some(T::default());
    }
    read_value(text)
}

/// A value and the comma behind it, if another field follows; else the end of the object is next.
fn read_value<T: Spelled>(text: &mut Text<'_>) -> Option<T> {
    let value = T::read(text)?;
    match text.0 {
        [b',', b'"', ..] => text.0 = &text.0[1..],
        [b'}', ..] => {}
        _ => return None,
    }
    Some(value)
}

/// The numbers below a hundred: two digits at a time are half the divisions.
const PAIRS: [[u8; 2]; 100] = {
    let (mut pairs, mut at) = ([[b'0'; 2]; 100], 0);
    while at < 100 {
        pairs[at] = [b'0' + at as u8 / 10, b'0' + at as u8 % 10];
        at += 1;
    }
    pairs
};

/// The digits of a number below a hundred.
fn pair(number: u64) -> [u8; 2] {
    PAIRS[number as usize]
}

/// As [`pair`], without a zero in front.
fn leading_pair(number: u64, out: &mut Vec<u8>) {
    let [ten, one] = pair(number);
    if number >= 10 {
        out.push(ten);
    }
    out.push(one);
}

impl Spelled for u64 {
    fn spell(&self, out: &mut Vec<u8>) {
        match *self {
            0..100 => leading_pair(*self, out),
            100..10_000 => {
                leading_pair(self / 100, out);
                out.extend_from_slice(&pair(self % 100));
            }
            _ => {
                (self / 10_000).spell(out);
                let [[a, b], [c, d]] = [pair(self / 100 % 100), pair(self % 100)];
                // All at once, and of a length that the compiler knows: no call, and one look at the room.
                out.extend_from_slice(&[a, b, c, d]);
            }
        }
    }

    fn read(text: &mut Text<'_>) -> Option<u64> {
        let length = text.0.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (digits, rest) = text.0.split_at(length);
        // A number begins with 0 only where that is all of it (RFC 8259, section 6).
        if digits.is_empty() || (digits[0] == b'0' && length > 1) {
            return None;
        }
        let add = |sum: u64, digit: &u8| sum.checked_mul(10)?.checked_add(u64::from(digit - b'0'));
        let number = digits.iter().try_fold(0, add)?;
        text.0 = rest;
        Some(number)
    }
}

macro_rules! narrow {
    ($($number:ident)*) => {$(
        impl Spelled for $number {
            fn spell(&self, out: &mut Vec<u8>) {
                u64::from(*self).spell(out);
            }

            fn read(text: &mut Text<'_>) -> Option<$number> {
                u64::read(text)?.try_into().ok()
            }
        }
    )*};
}

narrow! { u16 u32 }

macro_rules! numbered {
    ($($name:ident)*) => {$(
        impl Spelled for $name {
            fn spell(&self, out: &mut Vec<u8>) {
                self.0.spell(out);
            }

            fn read(text: &mut Text<'_>) -> Option<$name> {
                u64::read(text).map($name)
            }
        }
    )*};
}

numbered! { At FetchId }

impl Spelled for bool {
    fn spell(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(if *self { b"true" } else { b"false" });
    }

    fn read(text: &mut Text<'_>) -> Option<bool> {
        text.take(b"true").map(|()| true).or_else(|| text.take(b"false").map(|()| false))
    }
}

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

macro_rules! addresses {
    ($($name:ident)*) => {$(
        impl Spelled for $name {
            fn spell(&self, out: &mut Vec<u8>) {
                write!(Behind(out), "\"{self}\"").expect("a vector takes all bytes");
            }

            fn read(text: &mut Text<'_>) -> Option<$name> {
                $name::from_str(str::from_utf8(text.quoted()?).ok()?).ok()
            }
        }
    )*};
}

addresses! { IpAddr SocketAddr }

impl<T: Spelled> Spelled for Option<T> {
    fn spell(&self, out: &mut Vec<u8>) {
        match self {
            Some(value) => value.spell(out),
            None => out.extend_from_slice(b"null"),
        }
    }

    fn read(text: &mut Text<'_>) -> Option<Option<T>> {
        if text.take(b"null").is_some() { Some(None) } else { T::read(text).map(Some) }
    }

    fn is_left_out(&self) -> bool {
        self.is_none()
    }

    fn left_out() -> Option<Option<T>> {
        Some(None)
    }
}

macro_rules! owners {
    ($($owner:ident)*) => {$(
        impl<T: Spelled> Spelled for $owner<T> {
            fn spell(&self, out: &mut Vec<u8>) {
                T::spell(self, out);
            }

            fn read(text: &mut Text<'_>) -> Option<$owner<T>> {
                T::read(text).map($owner::new)
            }
        }
    )*};
}

owners! { Arc Box }

fn spell_all<T: Spelled>(items: impl Iterator<Item = T>, out: &mut Vec<u8>) {
    out.push(b'[');
    for (at, item) in items.enumerate() {
        if at > 0 {
            out.push(b',');
        }
        item.spell(out);
    }
    out.push(b']');
}

fn read_all<T: Spelled>(text: &mut Text<'_>, mut each: impl FnMut(T)) -> Option<()> {
    text.take(b"[")?;
    let mut first = true;
    while text.goes_on(first)? {
        each(T::read(text)?);
        first = false;
    }
    Some(())
}

/// No field with a list has to be there.
impl<T: Spelled> Spelled for Vec<T> {
    fn spell(&self, out: &mut Vec<u8>) {
        spell_all(self.iter().map(Lent), out);
    }

    fn read(text: &mut Text<'_>) -> Option<Vec<T>> {
        let mut all = Vec::new();
        read_all(text, |item| all.push(item))?;
        Some(all)
    }

    fn is_left_out(&self) -> bool {
        self.is_empty()
    }

    fn left_out() -> Option<Vec<T>> {
        Some(Vec::new())
    }
}

/// A value that is only written.
struct Lent<'a, T>(&'a T);

impl<T: Spelled> Spelled for Lent<'_, T> {
    fn spell(&self, out: &mut Vec<u8>) {
        self.0.spell(out);
    }

    fn read(_: &mut Text<'_>) -> Option<Self> {
        None
    }
}

impl Spelled for Callbacks {
    fn spell(&self, out: &mut Vec<u8>) {
        spell_all(self.iter(), out);
    }

    fn read(text: &mut Text<'_>) -> Option<Callbacks> {
        let mut all = Callbacks::default();
        read_all(text, |callback| all = all.with(callback))?;
        Some(all)
    }
}

impl Spelled for Mark {
    fn spell(&self, out: &mut Vec<u8>) {
        out.push(b'[');
        self.phase.spell(out);
        out.push(b',');
        self.at.spell(out);
        out.push(b']');
    }

    fn read(text: &mut Text<'_>) -> Option<Mark> {
        text.take(b"[")?;
        let phase = Phase::read(text)?;
        text.take(b",")?;
        let at = At::read(text)?;
        text.take(b"]")?;
        Some(Mark { phase, at })
    }
}

impl Spelled for Marks {
    fn spell(&self, out: &mut Vec<u8>) {
        spell_all(self.iter(), out);
    }

    fn read(text: &mut Text<'_>) -> Option<Marks> {
        let mut all = Marks::new();
        read_all(text, |mark: Mark| all.enter(mark.phase, mark.at))?;
        Some(all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_its_digits_and_no_more() {
        let edges = (0..20).flat_map(|zeros| [10u64.pow(zeros) - 1, 10u64.pow(zeros), 10u64.pow(zeros) + 1]);
        for number in edges.chain([10_010, 1_000_100, 120_000_000, u64::MAX]) {
            let mut out = Vec::new();
            number.spell(&mut out);
            assert_eq!(String::from_utf8(out).unwrap(), number.to_string());
        }
    }
}
