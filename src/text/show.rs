//! Shows text from outside in one line of a terminal. Knows nothing of files.

use std::borrow::Cow;

use super::class::{Class, class, is_printable_ascii};
use super::escape::spell;
use super::{Charset, Cut, boundary, fit_in};

/// The marks that a base may carry; Vietnamese takes two, Tibetan a few, Zalgo all it can get.
const MARKS: usize = 8;
const REPLACEMENT: char = '\u{fffd}';
/// What carries a mark that comes first, so that it does not sit on a neighbour's last character.
const DOTTED_CIRCLE: char = '\u{25cc}';
/// Variation selector 16. Terminals differ in how wide it makes what it follows.
const EMOJI_STYLE: char = '\u{fe0f}';

pub(super) fn display(text: &str, width: usize, cut: Cut, charset: Charset) -> String {
    let enough = abridged(text, width, cut);
    let shown = match charset {
        Charset::Unicode => pictures(&enough),
        Charset::Ascii => spelled(&enough),
    };
    fit_in(&shown, width, cut, charset).into_owned()
}

/// As much of a text as can matter in `width` columns, so that a picture of a long text costs no
/// more than its width. A character is up to four bytes, and of ten in a row one takes a column;
/// what is left is therefore wider than `width`, and the seam falls into the cut.
fn abridged(text: &str, width: usize, cut: Cut) -> Cow<'_, str> {
    let enough = width.saturating_add(2).saturating_mul(4 * (MARKS + 2));
    if text.len() <= enough.saturating_mul(2) {
        return Cow::Borrowed(text);
    }
    let head = &text[..boundary(text, enough)];
    match cut {
        Cut::End => Cow::Borrowed(head),
        Cut::Middle | Cut::Early => Cow::Owned([head, &text[boundary(text, text.len() - enough)..]].concat()),
    }
}

/// A text with a visible sign for each character that would act, hide or pile up.
pub(super) fn pictures(text: &str) -> Cow<'_, str> {
    if is_printable_ascii(text) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let (mut marks, mut before) = (0, ' ');
    for c in text.chars() {
        let class = class(c);
        marks = if class == Class::Mark { marks + 1 } else { 0 };
        match class {
            // An emoji is one without it, too, and then as wide in every terminal.
            Class::Joiner if c == EMOJI_STYLE && takes_style(before) => {}
            Class::Mark if out.is_empty() => out.extend([DOTTED_CIRCLE, c]),
            Class::Mark if marks > MARKS => out.push(REPLACEMENT),
            Class::Plain | Class::Mark => out.push(c),
            Class::Joiner => out.push(REPLACEMENT),
            Class::Control if c.is_ascii() => out.push(picture(c)),
            Class::Control | Class::Hidden => spell(c, &mut out),
        }
        before = c;
    }
    Cow::Owned(out)
}

/// Whether the style of an emoji is asked of a sign that may be one.
fn takes_style(c: char) -> bool {
    !c.is_ascii() && class(c) == Class::Plain && !c.is_alphanumeric()
}

fn spelled(text: &str) -> Cow<'_, str> {
    if is_printable_ascii(text) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            ' '..='~' => out.push(c),
            c => spell(c, &mut out),
        }
    }
    Cow::Owned(out)
}

/// The symbol of an ASCII control character (U+2400 to U+241F, and U+2421 for DEL).
pub(super) fn picture(c: char) -> char {
    match c {
        '\x7f' => '\u{2421}',
        c => char::from_u32(0x2400 + u32::from(c)).unwrap_or(REPLACEMENT),
    }
}
