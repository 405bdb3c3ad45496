//! The fields of a head, in order, as they lie in the bytes. Knows nothing of what any of them
//! means.

use std::ops::Range;

/// Where one field lies.
#[derive(Debug)]
pub(super) struct Span {
    pub name: Range<usize>,
    /// Within the head; of a folded value within the unfolded ones.
    pub value: Range<usize>,
    pub folded: bool,
    /// White space stands between the name and its colon.
    pub spaced: bool,
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
        let head = self.head;
        self.spans.iter().filter(move |span| head[span.name.clone()].eq_ignore_ascii_case(name.as_bytes()))
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
