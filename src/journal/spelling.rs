//! Values as JSON, written and read back without serde: the form is fixed, so nothing has to be looked up. Knows no
//! event.
//!
//! What is read in another form than it is written in is no error here, but not understood: serde is asked then.

mod lists;
mod numbers;
mod words;

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
