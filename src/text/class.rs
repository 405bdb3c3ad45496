//! Sorts characters by what they do to a reader. Knows nothing of where they are shown.

use std::ops::RangeInclusive;

use unicode_width::UnicodeWidthChar;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// Is seen, and takes columns.
    Plain,
    /// Is seen, and sits on the character before it.
    Mark,
    /// C0, DEL or C1: a terminal may act on it.
    Control,
    /// Is not seen, but honest text needs it: emoji, Persian, hyphenation.
    Joiner,
    /// Is not seen though it is no space, reorders what is, breaks the line, or is no character.
    Hidden,
}

const JOINERS: [RangeInclusive<u32>; 4] = [0xad..=0xad, 0x34f..=0x34f, 0x200c..=0x200d, 0xfe00..=0xfe0f];

/// The format characters (Cf), the default ignorable ones, the separators of lines and paragraphs,
/// noncharacters, and letters and signs that are blank: fillers, the braille pattern without dots, the
/// notehead that is none.
const HIDDEN: [RangeInclusive<u32>; 27] = [
    0x600..=0x605,
    0x61c..=0x61c,
    0x6dd..=0x6dd,
    0x70f..=0x70f,
    0x890..=0x891,
    0x8e2..=0x8e2,
    0x115f..=0x1160,
    0x17b4..=0x17b5,
    0x180b..=0x180f,
    0x200b..=0x200b,
    0x200e..=0x200f,
    0x2028..=0x202e,
    0x2060..=0x206f,
    0x2800..=0x2800,
    0x3164..=0x3164,
    0xfdd0..=0xfdef,
    0xfeff..=0xfeff,
    0xffa0..=0xffa0,
    0xfff0..=0xfffb,
    0x110bd..=0x110bd,
    0x110cd..=0x110cd,
    0x13430..=0x1343f,
    0x16fe4..=0x16fe4,
    0x1bca0..=0x1bca3,
    0x1d159..=0x1d159,
    0x1d173..=0x1d17a,
    0xe0000..=0xe0fff,
];

pub(super) fn class(c: char) -> Class {
    match c {
        ' '..='~' => Class::Plain,
        c if c.is_control() => Class::Control,
        c if holds(&JOINERS, c) => Class::Joiner,
        c if holds(&HIDDEN, c) || is_noncharacter(c) => Class::Hidden,
        c if c.width() == Some(0) => Class::Mark,
        _ => Class::Plain,
    }
}

/// Whether a character may leave as it came.
pub(super) fn is_seen(c: char) -> bool {
    matches!(class(c), Class::Plain | Class::Mark)
}

/// Whether a character is seen by itself.
pub(super) fn is_base(c: char) -> bool {
    class(c) == Class::Plain
}

/// Whether each byte of it is a character that a terminal shows as it is, in one column.
pub fn is_printable_ascii(text: &str) -> bool {
    // By pieces, each of which is looked at as a whole: compilers make a few instructions of that.
    let seen = |piece: &[u8]| piece.iter().fold(true, |all, byte| all & matches!(byte, b' '..=b'~'));
    text.as_bytes().chunks(64).all(seen)
}

fn holds(ranges: &[RangeInclusive<u32>], c: char) -> bool {
    let after = ranges.partition_point(|range| *range.start() <= u32::from(c));
    after > 0 && ranges[after - 1].contains(&u32::from(c))
}

/// The last two code points of each plane.
fn is_noncharacter(c: char) -> bool {
    u32::from(c) & 0xfffe == 0xfffe
}
