//! What holds other values, in JSON.

use super::{Spelled, Text};
use crate::callback::Callbacks;
use crate::clock::At;
use crate::phase::{Mark, Marks, Phase};
use std::sync::Arc;

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
