//! Measures text in terminal columns and cuts it to a width. Knows nothing of what is safe to show.

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::class::is_printable_ascii;

/// Below this width an ASCII ellipsis is one column.
const ROOMY: usize = 8;

/// The characters that a terminal is trusted with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Charset {
    #[default]
    Unicode,
    Ascii,
}

impl Charset {
    /// The mark of a cut in a text of `width` columns: `…`, or in ASCII `...` and, where that takes
    /// too much, `~`.
    pub fn ellipsis(self, width: usize) -> &'static str {
        match self {
            Charset::Unicode => super::ELLIPSIS,
            Charset::Ascii if width >= ROOMY => "...",
            Charset::Ascii => "~",
        }
    }
}

/// Where a text that is too wide loses its columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    End,
    Middle,
}

/// The columns of own text, by unicode-width; where a sequence is drawn narrower by some terminals
/// than by others (skin tones, ligatures), the wider.
pub fn width(text: &str) -> usize {
    if is_printable_ascii(text) { text.len() } else { text.graphemes(true).map(columns).sum() }
}

/// Own text in at most `width` columns, with `…` where its end was cut.
pub fn fit(text: &str, width: usize) -> Cow<'_, str> {
    fit_in(text, width, Cut::End, Charset::Unicode)
}

/// As `fit`, cut where `cut` says; `charset` chooses the ellipsis and changes nothing else.
pub fn fit_in(text: &str, width: usize, cut: Cut, charset: Charset) -> Cow<'_, str> {
    let total = self::width(text);
    if total <= width {
        return Cow::Borrowed(text);
    }
    let mark = charset.ellipsis(width);
    let Some(room) = width.checked_sub(self::width(mark)) else {
        return Cow::Borrowed("");
    };
    let (before, after) = match cut {
        Cut::End => (room, 0),
        Cut::Middle => (room / 2, room - room / 2),
    };
    let (head, tail) = if is_printable_ascii(text) {
        (&text[..before], &text[text.len() - after..])
    } else {
        (head(text, before), tail(text, total, after))
    };
    Cow::Owned([head, mark, tail].concat())
}

/// The longest beginning of whole graphemes in `room` columns.
fn head(text: &str, room: usize) -> &str {
    let mut used = 0;
    let mut graphemes = text.grapheme_indices(true);
    let end = graphemes.find(|(_, grapheme)| {
        used += columns(grapheme);
        used > room
    });
    &text[..end.map_or(text.len(), |(at, _)| at)]
}

/// The longest end of whole graphemes in `room` columns, of a text of `total` columns.
fn tail(text: &str, total: usize, room: usize) -> &str {
    let mut left = total;
    let mut graphemes = text.grapheme_indices(true);
    let start = graphemes.find(|(_, grapheme)| {
        let fits = (1..=room).contains(&left);
        left -= columns(grapheme);
        fits
    });
    start.map_or("", |(at, _)| &text[at..])
}

fn columns(grapheme: &str) -> usize {
    let apart = grapheme.chars().map(|c| c.width().unwrap_or(1)).sum();
    grapheme.width().max(apart)
}
