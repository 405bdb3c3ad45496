//! The fields of a head, in order, as they lie in the bytes. Knows nothing of what any of them
//! means.

use std::ops::Range;

/// Where one field lies.
#[derive(Debug, PartialEq)]
pub(super) struct Span {
    pub name: Range<usize>,
    /// Within the head; of a folded value within the unfolded ones.
    pub value: Range<usize>,
    pub folded: bool,
    /// White space stands between the name and its colon.
    pub spaced: bool,
    /// Which of the names that are asked for this is; 0 for any other.
    pub known: u8,
}

/// The names that are asked for, at the place of their length: no two of them share one, so that it is their number.
const ASKED_FOR: [&str; 18] = {
    let mut names = [""; 18];
    let all = [
        "date",
        "location",
        "connection",
        "retry-after",
        "content-type",
        "content-length",
        "content-encoding",
        "transfer-encoding",
    ];
    let mut at = 0;
    while at < all.len() {
        assert!(names[all[at].len()].is_empty());
        names[all[at].len()] = all[at];
        at += 1;
    }
    names
};

/// The number of a name as it is asked for.
#[inline]
fn number(name: &str) -> u8 {
    match ASKED_FOR.get(name.len()) {
        Some(asked) if *asked == name => name.len() as u8,
        _ => 0,
    }
}

/// The number of a name, whatever its case.
pub(super) fn known(name: &[u8]) -> u8 {
    let Some(asked) = ASKED_FOR.get(name.len()) else { return 0 };
    if !asked.is_empty() && is_same(name, asked.as_bytes()) { name.len() as u8 } else { 0 }
}

/// Whether a name is one that is asked for, which is as long. A name has letters, digits and marks of which no two differ
/// in this bit alone where one is asked for.
fn is_same(name: &[u8], asked: &[u8]) -> bool {
    const CASE: u64 = u64::from_ne_bytes([0x20; 8]);
    let eight = |here: &[u8; 8], there: &[u8; 8]| (u64::from_ne_bytes(*here) | CASE) ^ u64::from_ne_bytes(*there);
    let ends = (name.first_chunk(), asked.first_chunk(), name.last_chunk(), asked.last_chunk());
    match ends {
        (Some(begin), Some(asked_begin), Some(end), Some(asked_end)) if name.len() <= 16 => {
            eight(begin, asked_begin) | eight(end, asked_end) == 0
        }
        _ => name.iter().zip(asked).fold(0, |differs, (letter, asked)| differs | (letter | 0x20) ^ asked) == 0,
    }
}

/// Names and values in the order of arrival. Names compare without case; values have no blanks
/// around them.
#[derive(Clone, Copy, Debug)]
pub struct Fields<'a> {
    spans: &'a [Span],
    head: &'a [u8],
    unfolded: &'a [u8],
    /// A bit for each number of a name that is there.
    known: u32,
}

impl<'a> Fields<'a> {
    pub(super) fn new(spans: &'a [Span], head: &'a [u8], unfolded: &'a [u8]) -> Self {
        let known = spans.iter().fold(0, |known, span| known | 1 << span.known);
        Self { spans, head, unfolded, known }
    }

    /// The first value of that name.
    #[inline]
    pub fn get(&self, name: &str) -> Option<&'a [u8]> {
        self.get_all(name).next()
    }

    /// All values of that name; a list may be spread over several fields (RFC 9110, 5.3).
    #[inline]
    pub fn get_all<'n>(&self, name: &'n str) -> impl Iterator<Item = &'a [u8]> + use<'a, 'n> {
        let fields = *self;
        fields.named(name).map(move |span| fields.value(span))
    }

    pub fn contains(&self, name: &str) -> bool {
        self.named(name).next().is_some()
    }

    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&'a str, &'a [u8])> + use<'a> {
        let fields = *self;
        fields.spans.iter().map(move |span| (fields.name(span), fields.value(span)))
    }

    pub fn len(&self) -> usize {
        self.spans.len()
    }

    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    #[inline]
    pub(super) fn named<'n>(&self, name: &'n str) -> impl Iterator<Item = &'a Span> + use<'a, 'n> {
        let (head, number) = (self.head, number(name));
        let spans = if number == 0 || self.known & 1 << number != 0 { self.spans } else { &[] };
        spans.iter().filter(move |span| match number {
            0 => head[span.name.clone()].eq_ignore_ascii_case(name.as_bytes()),
            _ => span.known == number,
        })
    }

    fn name(&self, span: &Span) -> &'a str {
        str::from_utf8(&self.head[span.name.clone()]).expect("the head's parser lets only tokens be names")
    }

    fn value(&self, span: &Span) -> &'a [u8] {
        let text = if span.folded { self.unfolded } else { self.head };
        &text[span.value.clone()]
    }
}

/// The elements of a comma-separated list, blanks trimmed, empty ones kept.
pub(super) fn elements(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    value.split(|byte| *byte == b',').map(<[u8]>::trim_ascii)
}
