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
static ASKED_FOR: [&str; 18] = {
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
fn number(name: &str) -> u8 {
    match ASKED_FOR.get(name.len()) {
        Some(asked) if *asked == name => name.len() as u8,
        _ => 0,
    }
}

/// The number of a name, whatever its case.
pub(super) fn known(name: &[u8]) -> u8 {
    let Some(asked) = ASKED_FOR.get(name.len()) else { return 0 };
    // A name has letters, digits and marks of which no two differ in this bit alone where one is asked for.
    let differs = |differs, (letter, asked): (&u8, u8)| differs | (letter | 0x20) ^ asked;
    match name.iter().zip(asked.bytes()).fold(0, differs) {
        0 if !asked.is_empty() => name.len() as u8,
        _ => 0,
    }
}

/// Names and values in the order of arrival. Names compare without case; values have no blanks
/// around them.
#[derive(Clone, Copy, Debug)]
pub struct Fields<'a> {
    spans: &'a [Span],
    head: &'a [u8],
    unfolded: &'a [u8],
}

impl<'a> Fields<'a> {
    pub(super) fn new(spans: &'a [Span], head: &'a [u8], unfolded: &'a [u8]) -> Self {
        Self { spans, head, unfolded }
    }

    /// The first value of that name.
    pub fn get(&self, name: &str) -> Option<&'a [u8]> {
        self.get_all(name).next()
    }

    /// All values of that name; a list may be spread over several fields (RFC 9110, 5.3).
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

    pub(super) fn named<'n>(&self, name: &'n str) -> impl Iterator<Item = &'a Span> + use<'a, 'n> {
        let (head, number) = (self.head, number(name));
        self.spans.iter().filter(move |span| match number {
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
